"""The chance that a deal is won, learned from deals that ended: naive, but each part of it can be shown.

    model = learn(samples)                  None below LEAST: too few to say anything
    model.chance({"source": "referral"})    0 to 1
    backtest(samples)                       learned from the older 70 %, tried on the newer 30 %

Each value of a factor moves the log-odds of the whole by as much as its own deals differ, drawn towards the whole as
long as they are few (as if PRIOR average deals stood among them); what is unknown moves nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LEAST, PRIOR, OLDER = 50, 20.0, 0.7
UNEVEN = 0.2
"""A factor that is filled in this much more often for deals that were won than for lost ones, or less often, is left out:
it tells how records are kept when a deal ends, not how it will end (a lost deal's sum is often wiped)."""
BANDS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """A deal that ended. day: when, as ISO text. stage: the chance of the stage it stood in before, 0 to 1."""

    day: str
    won: bool
    factors: Mapping[str, str]
    stage: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What a value does: of so many deals with it so many were won; shift: in log-odds, above 0 = better."""

    factor: str
    value: str
    count: int
    won: int
    shift: float


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned of so many deals, so many of them won."""

    count: int
    won: int
    reasons: Mapping[tuple[str, str], Reason] = field(default_factory=dict)

    @property
    def base(self) -> float:
        """The log-odds of any deal."""
        return _logit((self.won + 0.5) / (self.count + 1))

    def why(self, factors: Mapping[str, str]) -> list[Reason]:
        """What speaks for and against a deal, the strongest first."""
        known = [self.reasons[one] for one in factors.items() if one in self.reasons]
        return sorted(known, key=lambda one: -abs(one.shift))

    def chance(self, factors: Mapping[str, str]) -> float:
        """That a deal like this is won, 0 to 1."""
        return 1 / (1 + math.exp(-self.base - sum(one.shift for one in self.why(factors))))


@dataclass(frozen=True, slots=True)
class Band:
    """Deals whose chance was said to lie within a fifth: how many, the mean of what was said, how many were won."""

    least: float
    count: int
    said: float
    won: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """learned, stages: mean squares of how wrong either was (Brier; 0 is best, 0.25 is a coin). stages None: no deal
    tells the stage it came from. tried: on so many deals."""

    tried: int
    learned: float
    stages: float | None
    bands: tuple[Band, ...]


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def learn(samples: Sequence[Sample]) -> Model | None:
    """The model of these deals; None where they are fewer than LEAST."""
    if len(samples) < LEAST:
        return None
    return _learned(samples)


def _learned(samples: Sequence[Sample]) -> Model:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    even = _even(samples)
    for sample in samples:
        for one in sample.factors.items():
            if one[0] in even:
                counts[one][0] += 1
                counts[one][1] += sample.won
    whole = Model(len(samples), sum(sample.won for sample in samples))
    mean = (whole.won + 0.5) / (whole.count + 1)
    reasons = {
        one: Reason(*one, count, won, _logit((won + PRIOR * mean) / (count + PRIOR)) - whole.base)
        for one, (count, won) in counts.items()
    }
    return Model(whole.count, whole.won, reasons)


def _even(samples: Sequence[Sample]) -> set[str]:
    """The factors that are known of won and of lost deals about as often."""
    filled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for sample in samples:
        for name in sample.factors:
            filled[name][sample.won] += 1
    won = sum(sample.won for sample in samples)
    lost = len(samples) - won
    return {
        name
        for name, (of_lost, of_won) in filled.items()
        if abs(of_won / max(won, 1) - of_lost / max(lost, 1)) <= UNEVEN
    }


def backtest(samples: Sequence[Sample]) -> Backtest | None:
    """How right it would have been: learned from the older deals, tried on the newer ones. None below LEAST."""
    if len(samples) < LEAST:
        return None
    ordered = sorted(samples, key=lambda sample: sample.day)
    cut = round(len(ordered) * OLDER)
    model, newer = _learned(ordered[:cut]), ordered[cut:]
    said = [(model.chance(sample.factors), sample) for sample in newer]
    staged = [(sample.stage, sample) for sample in newer if sample.stage is not None]
    groups: dict[int, list[tuple[float, Sample]]] = defaultdict(list)
    for chance, sample in said:
        groups[min(int(chance * BANDS), BANDS - 1)].append((chance, sample))
    bands = tuple(
        Band(
            at / BANDS,
            len(some),
            sum(chance for chance, _s in some) / len(some),
            sum(s.won for _c, s in some),
        )
        for at, some in sorted(groups.items())
    )
    return Backtest(len(newer), _brier(said), _brier(staged) if staged else None, bands)


def _brier(said: Sequence[tuple[float, Sample]]) -> float:
    return sum((chance - sample.won) ** 2 for chance, sample in said) / len(said)
