"""Spreading a sum over parts so that not a cent is lost."""

from __future__ import annotations

from collections.abc import Sequence


def spread(total: int, shape: Sequence[int]) -> list[int]:
    """`total` in as many parts as `shape` has, in its proportions; evenly where it has none. The parts add up to the
    total: what rounding leaves goes to the parts that lost most by it, the earlier ones first.

    Amounts are integers of the minor unit."""
    weights = [max(one, 0) for one in shape]
    if not sum(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    lost = [total * weight % whole for weight in weights]
    for at in sorted(range(len(parts)), key=lambda at: (-lost[at], at))[: total - sum(parts)]:
        parts[at] += 1
    return parts
