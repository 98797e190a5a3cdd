"""Where things stand in a calendar: pure functions over numbers, free of Qt.

Overlapping items stand side by side; what is too much to be read is folded into a «+3».
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an item stands among those that overlap it. column: from the left, of `of` columns."""

    column: int
    of: int


@dataclass(slots=True)
class Fold:
    """Items that are not drawn, for there would be no room to read them. since, until: what they span."""

    since: float
    until: float
    of: int
    hidden: list[int] = field(default_factory=list)


def columns(spans: Sequence[Span], most: int = 1_000) -> tuple[dict[int, Slot], list[Fold]]:
    """Side-by-side columns of overlapping spans: index -> slot; and what is folded.

    most: so many columns can be read. Where more are needed, the last one is kept for the fold; with none, all of
    those beside one another are folded."""
    order = sorted(range(len(spans)), key=lambda at: (spans[at][0], -spans[at][1], at))
    slots: dict[int, Slot] = {}
    folds: list[Fold] = []
    cluster: list[int] = []
    reach = float("-inf")
    for at in order:
        since, until = spans[at]
        if cluster and since >= reach:
            _stand(spans, cluster, most, slots, folds)
            cluster, reach = [], float("-inf")
        cluster.append(at)
        reach = max(reach, until)
    if cluster:
        _stand(spans, cluster, most, slots, folds)
    return slots, folds


def _stand(
    spans: Sequence[Span], cluster: list[int], most: int, slots: dict[int, Slot], folds: list[Fold]
) -> None:
    """Give the items of one cluster their columns."""
    ends: list[float] = []
    placed: list[tuple[int, int]] = []
    for at in cluster:
        since, until = spans[at]
        column = next((column for column, end in enumerate(ends) if end <= since), len(ends))
        if column == len(ends):
            ends.append(until)
        else:
            ends[column] = until
        placed.append((at, column))
    wide = len(ends)
    if wide <= max(most, 1):
        slots.update((at, Slot(column, wide)) for at, column in placed)
        return
    kept = max(most - 1, min(most, 1))
    hidden = [at for at, column in placed if column >= kept]
    slots.update((at, Slot(column, kept)) for at, column in placed if column < kept)
    folds += _folds(spans, hidden, kept)


def _folds(spans: Sequence[Span], hidden: list[int], kept: int) -> list[Fold]:
    """The hidden ones of a cluster in folds that don't touch one another."""
    made: list[Fold] = []
    for at in hidden:
        since, until = spans[at]
        if made and since < made[-1].until:
            made[-1].until = max(made[-1].until, until)
            made[-1].hidden.append(at)
        else:
            made.append(Fold(since, until, kept, [at]))
    return made


def lanes(
    spans: Sequence[tuple[int, int]], days: int, most: int = 1_000
) -> tuple[dict[int, int], list[list[int]]]:
    """Lanes of items that span whole days (first, last), in their order: index -> lane; and for each of `days` what
    is hidden there.

    most: so many lanes can be seen; a day on which more is wanted keeps its last lane for saying so."""
    taken: list[set[int]] = [set() for _day in range(days)]
    found: dict[int, int] = {}
    loads = [0] * days
    for (first, last), times in Counter(spans).items():
        for day in range(max(first, 0), min(last, days - 1) + 1):
            loads[day] += times
    hidden: list[list[int]] = [[] for _day in range(days)]
    rooms = [most if load <= most else max(most - 1, 0) for load in loads]
    for at, (first, last) in enumerate(spans):
        if first == last and 0 <= first < days and len(taken[first]) >= rooms[first]:
            hidden[first].append(at)  # nearly all of very many: they are told from the rest at once
            continue
        over = range(max(first, 0), min(last, days - 1) + 1)
        if not over:
            continue
        # A day with more than fits keeps its last lane free for the count.
        room = min(rooms[day] for day in over)
        full = any(len(taken[day]) >= room for day in over)
        lane = None if full else _free_lane(taken, over, room)
        if lane is None:
            for day in over:
                hidden[day].append(at)
            continue
        for day in over:
            taken[day].add(lane)
        found[at] = lane
    return found, hidden


def _free_lane(taken: Sequence[set[int]], over: range, room: int) -> int | None:
    return next((lane for lane in range(room) if all(lane not in taken[day] for day in over)), None)


def shares(weights: Sequence[float], wide: float) -> list[tuple[float, float]]:
    """Left edge and width of parts that share `wide` by their weights."""
    total = sum(weights) or 1
    made, left = [], 0.0
    for weight in weights:
        part = wide * weight / total
        made.append((left, part))
        left += part
    return made
