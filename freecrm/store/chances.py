"""The learned chance of deals: which facts of a file it is learned from, and what it says of one.

chances.of(store, id)             None where the setting is off; says so where too few deals ended
chances.report(store, wish)       how right it would have been, beside the chances of the stages
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import chances
from freecrm.core.chances import LEAST, Model, Reason, Sample
from freecrm.core.fields import Choice
from freecrm.core.query import Query, Where
from freecrm.core.words import N_, _, say
from freecrm.store import faults, reports
from freecrm.store.reports import COUNT, SCORE, SHARE, Figure, Line, Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

FACTORS = {
    "stage": N_("Stage"),
    "source": N_("Source"),
    "industry": N_("Industry"),
    "size": N_("Size"),
    "age": N_("Age"),
    "contact": N_("Last contact"),
}
AGES = (14, 30, 60, 90, 180)
SILENCES = (7, 14, 30, 60)
SIZES = (10_000_00, 50_000_00, 200_000_00, 1_000_000_00)
"""Ends of the bands of sums, in minor units. The sum of its products is taken: an amount is often wiped when a deal is lost."""

_SQL = """
SELECT d.id, d.state, d.closed, d.begun, d.last_contact, d.source, c.industry, d.listed,
  coalesce((SELECT m.before FROM deal_move m WHERE m.parent = d.id AND m.after = d.stage AND d.state <> 'open'
    ORDER BY m.at DESC, m.n DESC LIMIT 1), CASE d.state WHEN 'open' THEN d.stage END) AS stood,
  d.odds
FROM deal d LEFT JOIN customer c ON c.id = d.customer WHERE
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a deal. chance: hundredths of a per cent, None = too few deals ended. ended: how many did."""

    chance: int | None
    ended: int
    reasons: tuple[tuple[str, str, Reason], ...] = ()
    """Title of the factor, its value in words, what it does; the strongest first."""


def _band(value: int | None, ends: tuple[int, ...]) -> str | None:
    return None if value is None else str(bisect(ends, value))


def _days(first: str | None, last: str | None) -> int | None:
    if not first or not last:
        return None
    return max((dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days, 0)


def _factors(row: tuple[Any, ...], today: str) -> dict[str, str]:
    _id, state, closed, begun, contact, source, industry, listed, stood, _odds = row
    until = today if state == "open" else closed
    found = {
        "stage": stood.hex() if stood else None,
        "source": source,
        "industry": industry,
        "size": _band(listed or None, SIZES),
        "age": _band(_days(begun, until), AGES),
        "contact": _band(_days(contact, until), SILENCES),
    }
    return {name: value for name, value in found.items() if value is not None}


@faults.reads
def samples(store: Store) -> list[Sample]:
    """Every deal that was won or lost."""
    stages = dict(store.read().execute("SELECT id, chance FROM stage").fetchall())
    rows = store.read().execute(_SQL + " d.state IN ('won', 'lost') AND d.closed IS NOT NULL").fetchall()
    return [
        Sample(
            row[2],
            row[1] == "won",
            _factors(row, ""),
            None if stages.get(row[8]) is None else stages[row[8]] / 10_000,
        )
        for row in rows
    ]


@faults.reads
def of(store: Store, id: bytes, today: dt.date) -> Said | None:
    """What is said of an open deal; None where it isn't wanted, or the deal has ended."""
    if not store.setting("pipeline.learned"):
        return None
    row = store.read().execute(_SQL + " d.id = ?", (id,)).fetchone()
    if row is None or row[1] != "open":
        return None
    every = samples(store)
    model: Model | None = chances.learn(every)
    if model is None:
        return Said(None, len(every))
    factors = _factors(row, today.isoformat())
    reasons = tuple(
        (_(FACTORS[one.factor]), _value_words(store, one.factor, one.value), one)
        for one in model.why(factors)
    )
    return Said(round(model.chance(factors) * 10_000), len(every), reasons)


def _value_words(store: Store, factor: str, value: str) -> str:
    if factor == "stage":
        id = bytes.fromhex(value)
        return store.reader().titles("stage", {id}).get(id, "…")
    if factor in ("source", "industry"):
        f = store.schema.fields("deal" if factor == "source" else "customer")[factor]
        return f.show(value) if isinstance(f, Choice) else value
    ends = {"size": SIZES, "age": AGES, "contact": SILENCES}[factor]
    at = int(value)
    low, high = (ends[at - 1] if at else None), (ends[at] if at < len(ends) else None)
    if factor == "size":
        low, high = (None if end is None else end // 100 for end in (low, high))
    span = f"≥ {low:,}" if high is None else f"< {high:,}" if low is None else f"{low:,} – {high:,}"
    return span if factor == "size" else _("{n} days").format(n=span)


BRIER_SAID = N_(
    "Mean of (chance − outcome)², 0 is best; learned from the older 70 % of the deals, tried on the newer 30 %"
)
BAND_SAID = N_("Newer deals whose learned chance lies in this band")
MEAN_SAID = N_("Mean of their learned chances")
SHARE_SAID = N_("Share of them that was won")


@faults.reads
def report(store: Store, _wish: Wish) -> Table:
    """How right the learned chances would have been, band by band, and beside those of the stages."""
    heads = (
        _("Learned chance"),
        _("Deals"),
        _("Expected"),
        _("Won"),
        _("Brier score"),
        _("Brier score of the stages"),
    )
    every = samples(store)
    found = chances.backtest(every)
    if found is None:
        query = Query("deal", Where("state", "in", ("won", "lost")))
        text = _("Shown after {n} closed deals; so far {so_far}.").format(n=LEAST, so_far=len(every))
        count = Figure(len(every), COUNT, say(BAND_SAID), query) if every else None
        return Table(_("Learned chance"), heads, (Line(text, (count, None, None, None, None)),))
    rows = [
        Line(
            f"{band.least:.0%} – {band.least + 1 / chances.BANDS:.0%}",
            (
                Figure(band.count, COUNT, say(BAND_SAID)),
                Figure(round(band.said * 10_000), SHARE, say(MEAN_SAID)),
                reports.figure(reports.share(band.won, band.count), SHARE, say(SHARE_SAID)),
                None,
                None,
            ),
        )
        for band in found.bands
    ]
    stages = None if found.stages is None else round(found.stages * 1000)
    said = sum(band.said * band.count for band in found.bands) / found.tried
    won = sum(band.won for band in found.bands)
    total = Line(
        _("Sum"),
        (
            Figure(found.tried, COUNT, say(BAND_SAID)),
            Figure(round(said * 10_000), SHARE, say(MEAN_SAID)),
            reports.figure(reports.share(won, found.tried), SHARE, say(SHARE_SAID)),
            Figure(round(found.learned * 1000), SCORE, say(BRIER_SAID)),
            reports.figure(stages, SCORE, say(BRIER_SAID)),
        ),
    )
    return Table(_("Learned chance"), heads, tuple(rows), total)
