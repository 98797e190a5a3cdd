"""Deals at work: pipelines with their stages, the columns of a board, a card moved, won, lost, put off.

take_ready(store)                          the usual pipeline, in a file that has none
pipelines(store)                           those in use, with their stages in order
board(store, pipeline, where)              the open deals, column by column in the order of their cards
move(store, ids, stage, above=…, below=…)  one step; what follows from it the door does (`deal_moves.py`)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.change import MOVED
from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.query import Any_, Condition, Query, Where
from freecrm.core.record import Record
from freecrm.core.selling import WHOLE, half_up
from freecrm.core.spans import moment
from freecrm.core.words import N_, _, say, translated
from freecrm.store import checks, faults
from freecrm.store.ids import new_id

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

OPEN, WON, LOST = "open", "won", "lost"
BLOCK = 500
GONE = N_("The deal is no longer there; somebody deleted it. Undo the deletion to get it back.")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage. chance: in hundredths of a per cent. days: after so many a deal is stuck, None = by its like."""

    id: bytes
    name: str
    pipeline: bytes
    chance: int = 0
    outcome: str = OPEN
    days: int | None = None
    needs: tuple[str, ...] = ()
    colour: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A pipeline with its stages in order. moves: the pairs of stages that it allows; empty = all."""

    id: bytes
    name: str
    stages: tuple[Stage, ...]
    moves: frozenset[tuple[bytes, bytes]] = frozenset()

    @property
    def open(self) -> tuple[Stage, ...]:
        """The stages that are columns of the board."""
        return tuple(stage for stage in self.stages if stage.outcome == OPEN)

    def ending(self, outcome: str) -> Stage | None:
        """The stage in which deals are won, or lost."""
        return next((stage for stage in self.stages if stage.outcome == outcome), None)

    def allows(self, before: bytes | None, after: bytes) -> bool:
        """Whether a deal may go from one stage to another."""
        return before is None or before == after or not self.moves or (before, after) in self.moves


@dataclass(frozen=True, slots=True)
class Card:
    """An open deal. amount: minor units. odds: hundredths of a per cent, of its stage unless it has a `chance` of its
    own. since: in its stage since then."""

    id: bytes
    n: int
    name: str
    stage: bytes
    customer: bytes | None
    customer_name: str
    amount: int
    odds: int
    close: dt.date | None
    owner: bytes | None
    next_at: dt.datetime | None
    since: dt.datetime | None
    spot: str
    forecast: str
    chance: int | None = None


@dataclass
class Column:
    """A stage with its cards. total: sum of their amounts; weighted: by their chances, rounded once at the end."""

    stage: Stage
    cards: list[Card] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Minor units."""
        return sum(card.amount for card in self.cards)

    @property
    def weighted(self) -> int:
        """Minor units, half up."""
        return weighted(self.cards)


def weighted(cards: Sequence[Card]) -> int:
    """Sum of amount times chance of these deals, rounded once (AC-PIPE-1)."""
    return half_up(sum(card.amount * card.odds for card in cards), WHOLE)


# ---- pipelines

READY = (
    (N_("New lead"), 10, OPEN, "neutral"),
    (N_("Qualified"), 30, OPEN, "info"),
    (N_("Proposal"), 50, OPEN, "accent"),
    (N_("Negotiation"), 75, OPEN, "warning"),
    (N_("Contract"), 90, OPEN, "violet"),
    (N_("Won"), 100, WON, "success"),
    (N_("Lost"), 0, LOST, "danger"),
)
REASONS = (
    N_("Too expensive"),
    N_("No budget"),
    N_("Went to a competitor"),
    N_("No decision"),
    N_("Not the right product"),
    N_("Bad timing"),
)


def take_ready(store: Store) -> bytes:
    """The id of the first pipeline; where there is none the usual one is made, in the language spoken now."""
    row = store.read().execute(_FIRST).fetchone()
    if row is not None:
        return bytes(row[0])
    records = ready_records()
    with store.step(N_("Ready pipeline added")) as step:
        for entity, id, values in records:
            step.insert(entity, values, id=id)
    return records[0][1]


def ready_records(language: str = "") -> list[tuple[str, bytes, dict[str, Any]]]:
    """The usual pipeline with its stages and reasons, as records to insert in this order (entity, id, values).
    language: in which they are called, "" = the one spoken now."""
    made = new_id()

    def said(text: str) -> str:
        return translated(text, language) if language else _(text)

    records: list[tuple[str, bytes, dict[str, Any]]] = [
        ("pipeline", made, {"name": said(N_("Sales")), "position": 1})
    ]
    for at, (name, chance, outcome, colour) in enumerate(READY, 1):
        values = {
            "pipeline": made,
            "name": said(name),
            "position": at,
            "chance": Decimal(chance),
            "outcome": outcome,
            "colour": colour,
        }
        records.append(("stage", new_id(), values))
    for at, name in enumerate(REASONS, 1):
        records.append(("loss_reason", new_id(), {"pipeline": made, "name": said(name), "position": at}))
    return records


_FIRST = "SELECT id FROM pipeline ORDER BY coalesce(off, 0), position, n LIMIT 1"


@faults.reads
def pipelines(store: Store, *, all: bool = False) -> list[Pipe]:
    """The pipelines in use, in their order. all: those no longer used, too."""
    c = store.read()
    stages: dict[bytes, list[Stage]] = {}
    for row in c.execute(
        "SELECT id, name, pipeline, chance, outcome, days, needs, colour, tip FROM stage ORDER BY position, n"
    ):
        id, name, pipeline, chance, outcome, days, needs, colour, tip = row
        stages.setdefault(pipeline, []).append(
            Stage(
                id,
                name or "",
                pipeline,
                chance or 0,
                outcome or OPEN,
                days,
                tuple((needs or "").split()),
                colour or "",
                tip or "",
            )
        )
    moves: dict[bytes, set[tuple[bytes, bytes]]] = {}
    for pipeline, before, after in c.execute("SELECT pipeline, before, after FROM stage_move"):
        moves.setdefault(pipeline, set()).add((before, after))
    rows = c.execute("SELECT id, name, off FROM pipeline ORDER BY coalesce(off, 0), position, n")
    return [
        Pipe(id, name or "", tuple(stages.get(id, ())), frozenset(moves.get(id, ())))
        for id, name, off in rows
        if all or not off
    ]


def stage_of(store: Store, id: bytes) -> tuple[Pipe, Stage]:
    """A stage and its pipeline. Known when it is gone."""
    for pipe in pipelines(store, all=True):
        for stage in pipe.stages:
            if stage.id == id:
                return pipe, stage
    raise Known(say(N_("This stage is no longer there. Choose another one.")))


# ---- the board


@faults.reads
def board(store: Store, pipe: Pipe, where: Condition | None = None, words: str = "") -> list[Column]:
    """The columns of a pipeline with its open deals, in the order of their cards. where, words: narrow them."""
    columns = {stage.id: Column(stage) for stage in pipe.open}
    for card in cards(store, pipe, where, words):
        if card.stage in columns:
            columns[card.stage].cards.append(card)
    return list(columns.values())


@faults.reads
def cards(store: Store, pipe: Pipe, where: Condition | None = None, words: str = "") -> list[Card]:
    """The open deals of a pipeline, in the order of their cards; those put off come when their day has come."""
    reader = store.reader()
    query = Query("deal", Where("state", "in", (OPEN,)), words=words).and_(Where("pipeline", "=", pipe.id))
    query = query.and_(Any_((Where("later", "empty"), Where("later", "<=", this_day()))))
    numbers = list(reader.numbers(query.and_(where)))
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(numbers), BLOCK):
        block = numbers[start : start + BLOCK]
        rows += store.read().execute(_CARDS.format(", ".join("?" * len(block))), block)
    names = reader.linked("customer", {row[4] for row in rows if row[4]})
    made = [
        Card(
            id,
            n,
            name or "",
            stage,
            customer,
            names.get(customer) or "",
            amount or 0,
            odds or 0,
            None if close is None else dt.date.fromisoformat(close),
            owner,
            None if next_at is None else moment(next_at),
            None if since is None else moment(since),
            spot or "",
            forecast or "",
            chance,
        )
        for id, n, name, stage, customer, amount, odds, close, owner, next_at, since, spot, forecast, chance in rows
    ]
    return sorted(made, key=lambda card: (card.spot, card.n))


_CARDS = (
    "SELECT id, n, name, stage, customer, amount, odds, close, owner_user, next_at, since, spot, forecast, chance"
    " FROM deal WHERE n IN ({})"
)


# ---- moving


def move(
    store: Store,
    ids: Sequence[bytes],
    stage: bytes,
    *,
    above: str | None = None,
    below: str | None = None,
    values: Mapping[str, Any] | None = None,
    passed: str = "",
    also: Callable[[Step], object] | None = None,
    title: str = MOVED,
) -> None:
    """Put deals into a stage, as one step. above, below: places (`Card.spot`) of the cards between which they come,
    None = on top. values: what else is known now (the day it was won, why it was lost). passed: why checks of the
    stage they leave that are still open are passed over. also: what else the step does, title: what
    the step of one deal is called then.

    Known when a deal or the stage is gone, when the pipeline does not allow the way, when something is missing that
    the stage needs (`missing` says what), or a check is open (`to_do`) and no reason is given."""
    from fractional_indexing import generate_n_keys_between

    pipe, to = stage_of(store, stage)
    passed = " ".join(passed.split())[: checks.REASON_MOST]
    over: list[dict[str, Any]] = []
    records = [_may_come(store, pipe, to, id, values) for id in ids]
    for id in ids:
        left = to_do(store, id, to)
        if left and not passed:
            what = N_("Still to be done here: {checks}. Tick it off, or say why it is passed over.")
            raise Known(say(what, checks=[one.text for one in left]))
        over += [checks.passed_over(store, id, one.id, passed) for one in left]
    spots: list[str | None] = [None] * len(ids)
    if above is not None or below is not None:
        spots = list(generate_n_keys_between(above, below, len(ids)))
    with store.step(
        title if len(ids) == 1 else N_("{n} deals moved to “{stage}”"),
        name=records[0]["name"],
        n=len(ids),
        stage=to.name,
    ) as step:
        step.asked = True
        step.update_many(
            "deal",
            [
                (id, {"stage": stage, **(values or {}), **({"spot": spot} if spot is not None else {})})
                for id, spot in zip(ids, spots, strict=True)
            ],
        )
        for row in over:
            step.insert("deal_check", row)
        if also is not None:
            also(step)


def refuse_move(store: Store, id: bytes, stage: bytes, record: Record) -> None:
    """Known when a deal may not come to a stage just so: its pipeline does not allow the way, the stage needs something
    that is missing in `record`, or something is still to be done in the stage it leaves."""
    pipe, to = stage_of(store, stage)
    before = store.reader().record("deal", id)
    here = before["stage"] if before is not None else None
    if not pipe.allows(here, stage):
        was = next((one.name for one in pipe.stages if one.id == here), "")
        raise not_allowed(record["name"], was, to.name)
    lacking = _lacking(store, record, to, None)
    if lacking:
        raise _needs(store, to, lacking, record["name"])
    left = to_do(store, id, to)
    if left:
        what = N_(
            "“{name}” still has to do before “{stage}”: {checks}. Tick it off on its page, or move it there."
        )
        raise Known(say(what, name=record["name"], stage=to.name, checks=[one.text for one in left]))


def _needs(store: Store, to: Stage, lacking: Sequence[str], name: str) -> Known:
    fields = store.schema.fields("deal")
    what = N_("“{stage}” needs: {fields}. Fill in what is missing in “{name}”, then move it.")
    return Known(say(what, stage=to.name, fields=[fields[one].title for one in lacking], name=name))


def _may_come(store: Store, pipe: Pipe, to: Stage, id: bytes, values: Mapping[str, Any] | None) -> Record:
    """The deal, if it may come to a stage, and nothing is missing there. Known otherwise."""
    record = store.reader().record("deal", id)
    if record is None:
        raise Known(say(GONE))
    if not pipe.allows(record["stage"], to.id):
        was = next((one.name for one in pipe.stages if one.id == record["stage"]), "")
        raise not_allowed(record["name"], was, to.name)
    lacking = _lacking(store, record, to, values) if record["stage"] != to.id else []
    if lacking:
        raise _needs(store, to, lacking, record["name"])
    return record


def to_do(store: Store, id: bytes, to: Stage) -> list[checks.Check]:
    """What is still to be done in the stage that a deal stands in before it goes on to another one. Nothing where it
    goes back, or is lost."""
    if to.outcome == LOST:
        return []
    row = store.read().execute("SELECT stage FROM deal WHERE id = ?", (id,)).fetchone()
    pipe, _to = stage_of(store, to.id)
    order = [one.id for one in pipe.stages]
    here = row[0] if row is not None else None
    if here in order and order.index(here) >= order.index(to.id):
        return []
    return [one for one in checks.of_stage(store, id) if one.row is None]


def not_allowed(name: str, before: str, after: str) -> Known:
    """What to raise where a pipeline does not let a deal go from one stage to another."""
    what = N_("“{name}” can't go from “{before}” to “{after}”: this pipeline does not allow it. Choose a stage between them, or allow the move in the settings.")  # fmt: skip
    return Known(say(what, name=name, before=before, after=after))


def missing(store: Store, id: bytes, stage: bytes, values: Mapping[str, Any] | None = None) -> list[str]:
    """Names of the fields without which this deal does not come into a stage."""
    _pipe, to = stage_of(store, stage)
    record = store.reader().record("deal", id)
    if record is None:
        raise Known(say(GONE))
    return _lacking(store, record, to, values)


def _lacking(store: Store, record: Record, to: Stage, values: Mapping[str, Any] | None) -> list[str]:
    fields = store.schema.fields("deal")
    known = {**{name: record[name] for name in to.needs if name in fields}, **(values or {})}
    return [
        name
        for name in to.needs
        if name in fields and fields[name].is_written and known.get(name) in (None, "", [])
    ]
