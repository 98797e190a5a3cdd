"""What the pipeline's page shows: read off the drawing path as one answer, then narrowed and put into lanes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

from freecrm.core import day_words
from freecrm.core.dates import add_months
from freecrm.core.filters import Chip, Filters
from freecrm.core.money import minor_digits, show
from freecrm.core.query import Query, Where
from freecrm.core.selling import WHOLE, half_up
from freecrm.core.words import N_, _, plural
from freecrm.store import colleagues, deals, forecast
from freecrm.store.database import Store
from freecrm.store.deals import Card, Pipe, Stage
from freecrm.store.forecast import Month

BOARD, TABLE, FORECAST = "board", "table", "forecast"
MINE = b"@me"
SAME_HOUR = dt.timedelta(minutes=1)
"""For so long the words of next steps stay as they are."""
AHEAD = 6
"""Months of the forecast."""
PERIODS = {
    "": N_("Closing any time"),
    "overdue": N_("Close overdue"),
    "month": N_("Closing this month"),
    "next": N_("Closing next month"),
    "quarter": N_("Closing this quarter"),
    "half": N_("Closing this half-year"),
    "year": N_("Closing this year"),
}
TOKENS = {"neutral": "text3", "info": "info", "accent": "accent", "warning": "warning", "violet": "violet"}
"""Colours of stages by their names."""
TURNS = ("text3", "info", "accent", "warning", "violet")


@dataclass(frozen=True, slots=True)
class Narrow:
    """owner: None = everybody's deals, MINE = of whoever looks. period: one of PERIODS."""

    owner: bytes | None = None
    period: str = ""

    def days(self, today: dt.date) -> tuple[dt.date | None, dt.date | None] | None:
        """First and last day of the period, None = without an end there; None for any time."""
        month = today.replace(day=1)
        spans = {"month": (month, 1), "next": (add_months(month, 1), 1)}
        spans["quarter"] = (month.replace(month=(today.month - 1) // 3 * 3 + 1), 3)
        spans["half"] = (month.replace(month=1 if today.month < 7 else 7), 6)
        spans["year"] = (month.replace(month=1), 12)
        if self.period == "overdue":
            return None, today - dt.timedelta(days=1)
        if self.period not in spans:
            return None
        first, months = spans[self.period]
        return first, add_months(first, months) - dt.timedelta(days=1)


@dataclass
class Seen:
    """The answer of one reading. cards: the open deals of the pipeline. people: names by id. limits: days after which
    a deal is stuck, by stage. later: how many are put off. me: who looks. currency: of the firm."""

    pipes: list[Pipe] = field(default_factory=list)
    pipe: Pipe | None = None
    cards: list[Card] = field(default_factory=list)
    people: dict[bytes, str] = field(default_factory=dict)
    limits: dict[bytes, int] = field(default_factory=dict)
    months: list[Month] = field(default_factory=list)
    later: int = 0
    me: bytes | None = None
    currency: str = "CNY"
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @cached_property
    def today(self) -> dt.date:
        """The day that it is here."""
        return self.now.astimezone().date()

    @cached_property
    def _since(self) -> dict[bytes, dt.datetime]:
        """Deals that have been in a stage since before this moment are stuck there."""
        midnight = dt.datetime.combine(self.today, dt.time())
        return {
            stage: (midnight - dt.timedelta(days=days)).astimezone() for stage, days in self.limits.items()
        }

    def looks_like(self, other: Seen) -> bool:
        """Whether a card that is the same looks the same: at this hour, with these limits, names and currency."""
        away = abs(self.now - other.now)
        return (
            away < SAME_HOUR
            and self.today == other.today
            and (self.limits, self.people, self.currency) == (other.limits, other.people, other.currency)
        )

    def owner(self, narrow: Narrow) -> bytes | None:
        """Whose deals alone are shown."""
        return self.me if narrow.owner == MINE else narrow.owner

    def days(self, card: Card) -> int:
        """For how many days a deal has been in its stage."""
        return 0 if card.since is None else max((self.today - card.since.astimezone().date()).days, 0)

    def is_stuck(self, card: Card) -> bool:
        """Whether it has been there for longer than its stage allows."""
        latest = self._since.get(card.stage)
        return latest is not None and card.since is not None and card.since < latest


def read(store: Store, wanted: bytes | None, narrow: Narrow) -> Seen:
    """Read everything that the page shows. wanted: the pipeline, None or one that is gone: the first one."""
    pipes = deals.pipelines(store)
    pipe = next((one for one in pipes if one.id == wanted), pipes[0] if pipes else None)
    seen = Seen(pipes, pipe, me=store.user, currency=store.setting("firm.currency"))
    if pipe is None:
        return seen
    seen.cards = deals.cards(store, pipe)
    seen.people = {one.id: one.name for one in colleagues.everyone(store, counted=False)}
    seen.limits = forecast.limits(store, pipe)
    seen.months = forecast.read(store, pipe, seen.cards, AHEAD, seen.owner(narrow))
    later = Where("later", ">", day_words.this_day())
    away = Query("deal", Where("state", "in", (deals.OPEN,))).and_(Where("pipeline", "=", pipe.id))
    seen.later = store.reader().count(away.and_(later))
    return seen


@dataclass
class Lane:
    """A column of cards. key: what tells it apart. others: deals that belong here but are not within the filter.
    figures: lines below the head. stage, month: what it stands for. rows: the filters of the list that shows what a
    number is made of, by what the number is called. currency: of its sums."""

    key: str
    title: str
    currency: str
    colour: str = "text3"
    chance: str = ""
    cards: list[Card] = field(default_factory=list)
    others: int = 0
    total: int = 0
    weighted: int = 0
    figures: tuple[str, ...] = ()
    stage: Stage | None = None
    month: Month | None = None
    rows: list[tuple[str, Filters]] = field(default_factory=list)
    takes: bool = True

    def count_words(self) -> str:
        """How many deals it has."""
        return plural("{n} deal", "{n} deals", len(self.cards))


@dataclass
class Shown:
    """What is painted. cards: those within the filter. open, weighted: their sums in minor units."""

    seen: Seen = field(default_factory=Seen)
    lanes: list[Lane] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    open: int = 0
    weighted: int = 0

    @property
    def others(self) -> int:
        """How many open deals are not within the filter."""
        return len(self.seen.cards) - len(self.cards)

    @cached_property
    def stuck(self) -> list[Card]:
        """The deals that have stayed in their stage for too long."""
        return [card for card in self.cards if self.seen.is_stuck(card)]

    def by_owner(self) -> list[tuple[bytes | None, int]]:
        """Whose deals weigh how much, the heaviest first."""
        whose: dict[bytes | None, int] = {}
        for card in self.cards:
            whose[card.owner] = whose.get(card.owner, 0) + card.amount * card.odds
        found = [(owner, half_up(sum_, WHOLE)) for owner, sum_ in whose.items()]
        return sorted(found, key=lambda one: -one[1])


def narrowed(seen: Seen, narrow: Narrow) -> list[Card]:
    """The deals within the filter."""
    owner, days = seen.owner(narrow), narrow.days(seen.today)
    found = seen.cards if owner is None else [card for card in seen.cards if card.owner == owner]
    if days is None:
        return found
    first, last = days
    return [
        card
        for card in found
        if card.close is not None
        and (first is None or first <= card.close)
        and (last is None or card.close <= last)
    ]


def chips(seen: Seen, narrow: Narrow, stage: bytes | None = None) -> tuple[Chip, ...]:
    """The chips of the list that shows the same deals."""
    assert seen.pipe is not None
    found = forecast.open_rows(seen.pipe, seen.owner(narrow), stage)
    days = narrow.days(seen.today)
    return found if days is None else (*found, (Where("close", "between", days),))


def board(seen: Seen, narrow: Narrow) -> Shown:
    """A lane for each open stage."""
    if seen.pipe is None:
        return Shown(seen)
    cards = narrowed(seen, narrow)
    lanes: dict[bytes, Lane] = {}
    for at, stage in enumerate(seen.pipe.open):
        colour = TOKENS.get(stage.colour) or TURNS[at % len(TURNS)]
        rows = [(_("Open"), Filters(chips(seen, narrow, stage.id)))]
        lanes[stage.id] = Lane(
            stage.id.hex(), stage.name, seen.currency, colour, percent(stage.chance), stage=stage, rows=rows
        )
    for card in cards:
        if card.stage in lanes:
            lanes[card.stage].cards.append(card)
    every: dict[bytes, int] = {}
    for card in seen.cards:
        every[card.stage] = every.get(card.stage, 0) + 1
    for key, lane in lanes.items():
        lane.total, lane.weighted = sum(card.amount for card in lane.cards), deals.weighted(lane.cards)
        lane.others = every.get(key, 0) - len(lane.cards)
    return Shown(seen, list(lanes.values()), cards, sum(card.amount for card in cards), deals.weighted(cards))


def months(seen: Seen, narrow: Narrow) -> Shown:
    """A lane for each month of the forecast."""
    owner = seen.owner(narrow)
    lanes = [_month(month, seen.currency) for month in seen.months]
    cards = [card for card in seen.cards if owner is None or card.owner == owner]
    return Shown(seen, lanes, cards, sum(card.amount for card in cards), deals.weighted(cards))


KINDS = {
    forecast.OVERDUE: N_("Before this month"),
    forecast.BEYOND: N_("Later months"),
    forecast.UNDATED: N_("Without a day"),
}


def _month(month: Month, currency: str) -> Lane:
    title = _(KINDS[month.kind]) if month.kind else month_title(month.first)
    colour = {forecast.OVERDUE: "danger", "": "accent"}.get(month.kind, "text3")
    figures = [
        _("Committed {amount}").format(amount=whole(month.committed, currency)),
        _("Best case {amount}").format(amount=whole(month.best, currency)),
    ]
    rows = [
        (
            _("Weighted {amount}").format(amount=whole(month.weighted, currency)),
            month.rows(forecast.WEIGHTED),
        ),
        (figures[0], month.rows(forecast.COMMITTED)),
        (figures[1], month.rows(forecast.BEST)),
    ]
    if not month.kind:
        won = _("Won {amount}").format(amount=whole(month.won, currency))
        rows.append((won, month.rows(forecast.WON)))
        if month.target is not None:
            won = f"{won} / {whole(month.target, currency)}"
        figures.append(won)
    else:
        figures.append("")
    return Lane(
        month.key,
        title,
        currency,
        colour,
        cards=sorted(month.cards, key=lambda card: (card.close or dt.date.max, card.n)),
        total=month.total,
        weighted=month.weighted,
        figures=tuple(figures),
        month=month,
        rows=rows,
        takes=month.kind in ("", forecast.UNDATED),
    )


def moved(seen: Seen, card: Card, stage: Stage, after: bytes | None) -> Seen:
    """The same with a card put elsewhere, before the file says so."""
    changed = card
    if stage.id != card.stage:
        odds = card.chance if card.chance is not None else stage.chance
        changed = replace(card, stage=stage.id, odds=odds, since=seen.now)
    cards = [one for one in seen.cards if one.id != card.id]
    if after is None:
        at = next((at for at, one in enumerate(cards) if one.stage == stage.id), len(cards))
    else:
        at = next((at + 1 for at, one in enumerate(cards) if one.id == after), len(cards))
    return replace(seen, cards=[*cards[:at], changed, *cards[at:]])


def without(seen: Seen, id: bytes) -> Seen:
    """The same without a card, before the file says so."""
    return replace(seen, cards=[one for one in seen.cards if one.id != id])


def change_of_weight(card: Card, stage: Stage) -> int:
    """By how much the weighted sum changes when a deal comes into a stage."""
    odds = card.chance if card.chance is not None else stage.chance
    return deals.weighted([replace(card, odds=odds)]) - deals.weighted([card])


# ---- words


def percent(hundredths: int) -> str:
    """A chance: 75%, 12.5%."""
    return f"{hundredths / 100:g}%"


def whole(minor: int, currency: str) -> str:
    """A sum without its cents: ¥958,700. Where cents matter `exact` has them."""
    unit = 10 ** minor_digits(currency)
    return exact(half_up(minor, unit) * unit, currency)


def exact(minor: int, currency: str) -> str:
    """An amount, its cents where there are any: ¥86,400, ¥86,400.50."""
    return show(minor, currency, symbol=True).removesuffix(".00")


def month_title(month: dt.date | None) -> str:
    """A month: March 2026, 2026年3月."""
    assert month is not None
    name = _(day_words.MONTHS[month.month - 1]).replace(" ", "")
    return _("{month} {year}").format(month=name, year=month.year)
