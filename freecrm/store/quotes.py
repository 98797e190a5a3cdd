"""Quotes at work: begun from a customer or a deal, sent, answered, followed by a new version, compared.

    id = quotes.from_deal(store, deal)          a draft with the deal's lines
    quotes.send(store, id)                      from now on it stays as it is (`sent_quotes.py` holds the door)
    later = quotes.new_version(store, id)       a draft with the same lines; sending it replaces the one before
    quotes.answer(store, later, accepted=True, win=True)
    quotes.differences(store, id, later)

Each is one step. Known says what is missing, and the way on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say
from freecrm.store import deals, faults
from freecrm.store.prices import price_for

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

DRAFT, SENT, ACCEPTED, DECLINED, REPLACED = "draft", "sent", "accepted", "declined", "replaced"
EXPIRED, STOPPED = "expired", "stopped"
IN_FORM = frozenset({"day", "valid_until", "tax_in", "terms", "owner_user"})
STOPPED_WORDS = N_("“{name}” is sold no more. Choose another product, or set its status to “sold” again.")
MOVES = frozenset(
    {
        (DRAFT, SENT),
        (SENT, ACCEPTED),
        (SENT, DECLINED),
        (SENT, REPLACED),
        (DECLINED, ACCEPTED),
        (ACCEPTED, DECLINED),
    }
)
"""From which state to which a quote goes."""
COPIED = ("name", "customer", "contact", "deal", "owner_user", "tax_in", "discount", "terms", "note")
OF_LINE = ("product", "name", "spec", "unit", "quantity", "price", "discount", "tax", "note", "position")
SHOWN = ("name", "spec", "unit", "quantity", "price", "discount", "tax", "note")
"""What of a line two versions are compared by, in this order."""
HEADS = ("name", "contact", "valid_until", "tax_in", "discount", "terms", "total")
GONE = N_("The quote is no longer there; somebody deleted it. Undo the deletion to get it back.")
_VERSION = re.compile(r"-V[0-9]+$")

Values = dict[str, Any]


# ---- what a new one begins with


def fresh(store: Store, **known: Any) -> Values:
    """What a new draft begins with by the firm's settings. known: what is known already, such as its customer."""
    today = this_day()
    days = store.setting("quote.days")
    terms = "\n".join(
        part.strip() for part in re.split("[;；]", store.setting("quote.terms")) if part.strip()
    )
    return {
        "day": today,
        "valid_until": today + dt.timedelta(days=days) if days else None,
        "tax_in": store.setting("quote.tax_in"),
        "terms": terms or None,
        "owner_user": store.user,
        "state": DRAFT,
        "version": 1,
        **known,
    }


def begun_with(store: Store, entity: str) -> Values | None:
    """What stands in the form of a new record of this kind from the start."""
    if entity != "quote":
        return None
    return {name: value for name, value in fresh(store).items() if name in IN_FORM and value is not None}


def begin(store: Store, customer: bytes, **known: Any) -> bytes:
    """A draft without lines for a customer; its id."""
    name = store.reader().titles("customer", {customer}).get(customer, "")
    with store.step(N_("Quote for {name} begun"), name=name) as step:
        return step.insert("quote", fresh(store, customer=customer, **known))


def line_for(store: Store, quote: Record, product: bytes, quantity: Decimal | int | None = None) -> Values:
    """A line of this quote with what a product costs this customer by grade, quantity and day.

    Known when the product is gone or is sold no more."""
    line = line_of(store, product, quantity=quantity)
    record = store.reader().record("product", product)
    if record is not None and record["state"] == STOPPED:
        raise Known(say(STOPPED_WORDS, name=record["name"]))
    line["price"] = proposed(store, quote, product, line["quantity"])
    return line


def proposed(store: Store, quote: Record, product: bytes, quantity: Decimal | int | None) -> int | None:
    """What one unit of a product costs in a quote; None: nobody said."""
    found = store.read().execute("SELECT grade FROM customer WHERE id = ?", (quote["customer"],)).fetchone()
    grade = found[0] if found is not None else None
    made = price_for(
        store, product, grade=grade, quantity=1 if quantity is None else quantity, day=quote["day"]
    )
    return made.price


def line_of(store: Store, product: bytes, **known: Any) -> Values:
    """A line with what a product says: name, model, unit, price, tax rate. Known when it is gone."""
    record = store.reader().record("product", product)
    if record is None:
        raise Known(say(N_("This product is no longer there. Choose another one.")))
    return {
        "product": product,
        "name": record["name"],
        "spec": record["spec"],
        "unit": record["unit"],
        "quantity": Decimal(1),
        "price": record["price"],
        "tax": usual_tax(store) if record["tax"] is None else record["tax"],
        **{name: value for name, value in known.items() if value is not None},
    }


def usual_tax(store: Store) -> Decimal:
    """The rate of lines whose product names none, in per cent."""
    return Decimal(store.setting("quote.tax"))


def from_deal(store: Store, deal: bytes) -> bytes:
    """A draft with the lines of a deal; its id. Known when the deal is gone or has no customer."""
    record = store.reader().record("deal", deal)
    if record is None:
        raise Known(say(deals.GONE))
    if record["customer"] is None:
        raise Known(
            say(N_("“{name}” has no customer yet. Choose one, then make the quote."), name=record["name"])
        )
    lines = [
        line_of(
            store,
            row["product"],
            quantity=row["quantity"],
            price=row["price"],
            discount=row["discount"],
            position=at,
        )
        for at, row in enumerate(record["lines"] or (), 1)
    ]
    known = {name: record[name] for name in ("customer", "contact", "name")}
    if record["owner_user"] is not None:
        known["owner_user"] = record["owner_user"]
    with store.step(N_("Quote for {name} begun"), name=record["name"]) as step:
        made = fresh(
            store, **known, deal=deal, lines=lines, discount=None
        )  # the deal has what was talked over
        return step.insert("quote", made)


# ---- versions


def new_version(store: Store, id: bytes) -> bytes:
    """A draft that follows a quote, with all that stands in it; its id. What was sent stays as it is.

    Known while the quote is a draft itself, or when another version follows it already."""
    record = _record(store, id)
    if record["state"] == DRAFT:
        raise Known(say(N_("Quote {number} is still a draft: change it as it is."), number=_number(record)))
    later = _after(store, id)
    if later is not None:
        what = N_("Quote {number} has a later version already: {later}. Open that one.")
        raise Known(
            say(what, number=_number(record), later=store.reader().titles("quote", {later}).get(later, ""))
        )
    version = int(record["version"] or 1) + 1
    base = _VERSION.sub("", record["number"] or "")
    values = fresh(store, **{name: record[name] for name in COPIED}, version=version, replaces=id)
    if base:
        values["number"] = f"{base}-V{version}"
    values["lines"] = [{name: row.get(name) for name in OF_LINE} for row in ordered(record["lines"])]
    with store.step(N_("New version of quote {number} begun"), number=_number(record)) as step:
        return step.insert("quote", values)


@faults.reads
def versions(store: Store, id: bytes) -> list[bytes]:
    """All versions of a quote, the first one first."""
    sql = """WITH RECURSIVE up(id, at) AS (SELECT ?, 0 UNION SELECT q.replaces, up.at - 1 FROM quote q
        JOIN up ON q.id = up.id WHERE q.replaces IS NOT NULL AND up.at > -500),
        down(id, at) AS (SELECT ?, 0 UNION SELECT q.id, down.at + 1 FROM quote q JOIN down ON q.replaces = down.id
        WHERE down.at < 500)
        SELECT q.id FROM (SELECT id, min(at) AS at FROM (SELECT * FROM up UNION SELECT * FROM down) GROUP BY id) v
        JOIN quote q ON q.id = v.id ORDER BY v.at, q.n"""
    return [row for (row,) in store.read().execute(sql, (id, id))]


def _after(store: Store, id: bytes) -> bytes | None:
    row = store.read().execute("SELECT id FROM quote WHERE replaces = ? LIMIT 1", (id,)).fetchone()
    return None if row is None else bytes(row[0])


# ---- its way


def state_of(record: Mapping[str, Any] | Record, today: dt.date | None = None) -> str:
    """The state as it is today: a quote that waits for its answer beyond its last day is EXPIRED."""
    until = record["valid_until"]
    if record["state"] == SENT and until is not None and until < (today or this_day()):
        return EXPIRED
    return str(record["state"] or DRAFT)


def send(store: Store, id: bytes) -> None:
    """Say that a quote went to the customer: from now on it stays as it is, and the version before is replaced.

    Known when it isn't a draft, has no lines, or a line lacks its price or its tax rate."""
    record = _record(store, id)
    _allowed(record, SENT)
    for why in wanting(record):
        raise Known(why)
    with store.step(N_("Quote {number} sent"), number=_number(record)) as step:
        step.update("quote", id, {"state": SENT, "sent": this_day()})
        before = record["replaces"]
        if before is not None:
            older = store.reader().record("quote", before)
            if older is not None and older["state"] == SENT:
                step.update("quote", before, {"state": REPLACED})


def wanting(record: Mapping[str, Any] | Record) -> list[Any]:
    """What keeps a quote from being sent, as sentences."""
    lines = ordered(record["lines"])
    number = record["number"] or ""
    if not lines:
        return [say(N_("Quote {number} has no lines yet. Add what is offered, then send it."), number=number)]
    found = []
    for at, line in enumerate(lines, 1):
        if line.get("price") is None:
            what = N_("Line {n}, “{name}”, has no price. Write one; 0 if it is free.")
            found.append(say(what, n=at, name=line.get("name") or ""))
        if line.get("tax") is None:
            what = N_("Line {n}, “{name}”, has no tax rate. Write one; 0 if there is no tax.")
            found.append(say(what, n=at, name=line.get("name") or ""))
    return found


def answer(store: Store, id: bytes, *, accepted: bool, win: bool = False) -> None:
    """Keep what the customer said. win: the deal is won with it, too.

    Known when the quote wasn't sent, or its deal's pipeline has no stage for deals that are won."""
    record = _record(store, id)
    _allowed(record, ACCEPTED if accepted else DECLINED)
    title = N_("Quote {number} accepted") if accepted else N_("Quote {number} declined")
    with store.step(title, number=_number(record)) as step:
        step.update("quote", id, {"state": ACCEPTED if accepted else DECLINED, "answered": this_day()})
        if accepted and win and record["deal"] is not None:
            _win(store, step, record["deal"])


def _win(store: Store, step: Step, deal: bytes) -> None:
    record = store.reader().record("deal", deal)
    if record is None:
        raise Known(say(deals.GONE))
    pipe = next((one for one in deals.pipelines(store, all=True) if one.id == record["pipeline"]), None)
    won = pipe.ending(deals.WON) if pipe is not None else None
    if won is None:
        what = N_("The pipeline of “{name}” has no stage for deals that are won. Add one in the settings.")
        raise Known(say(what, name=record["name"]))
    step.asked = True
    step.update("deal", deal, {"stage": won.id})


def _allowed(record: Record, state: str) -> None:
    if (record["state"], state) in MOVES:
        return
    what = {
        SENT: N_("Quote {number} was sent already. Make a new version to send another one."),
        ACCEPTED: N_(
            "Quote {number} wasn't sent, or a later version took its place. Only what is open is accepted."
        ),
        DECLINED: N_(
            "Quote {number} wasn't sent, or a later version took its place. Only what is open is declined."
        ),
    }[state]
    raise Known(say(what, number=_number(record)))


def _record(store: Store, id: bytes) -> Record:
    record = store.reader().record("quote", id)
    if record is None:
        raise Known(say(GONE))
    return record


def _number(record: Record) -> str:
    return str(record["number"] or record["name"] or "")


def ordered(lines: Sequence[Values] | None) -> list[Values]:
    """Lines as they stand on paper: by their position, then as they were written."""
    return sorted(lines or (), key=lambda row: (row.get("position") is None, row.get("position") or 0))


# ---- side by side


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of one version beside that of another; None = it has none. changed: the names of the fields that
    differ."""

    before: Values | None
    after: Values | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Two versions side by side. heads: (field, before, after) of what differs above and below the lines."""

    before: Record
    after: Record
    lines: tuple[Pair, ...]
    heads: tuple[tuple[str, Any, Any], ...]


def differences(store: Store, before: bytes, after: bytes) -> Differences:
    """What differs between two versions, line by line. Known when one of them is gone."""
    old, new = _record(store, before), _record(store, after)
    heads = tuple((name, old[name], new[name]) for name in HEADS if old[name] != new[name])
    return Differences(old, new, tuple(pairs(ordered(old["lines"]), ordered(new["lines"]))), heads)


def pairs(old: Sequence[Values], new: Sequence[Values]) -> list[Pair]:
    """Lines that belong together (same product, else same name and model), in the order of the later version; those
    that were taken out stand where they were."""
    left = list(old)
    made: list[Pair] = []
    for row in new:
        mine = next((one for one in left if _same(one, row)), None)
        if mine is None:
            made.append(Pair(None, row))
            continue
        for gone in left[: left.index(mine)]:
            if not any(_same(gone, later) for later in new):
                made.append(Pair(gone, None))
                left.remove(gone)
        left.remove(mine)
        made.append(Pair(mine, row, tuple(name for name in SHOWN if mine.get(name) != row.get(name))))
    return [*made, *(Pair(gone, None) for gone in left)]


def _same(one: Values, other: Values) -> bool:
    if one.get("product") is not None or other.get("product") is not None:
        return one.get("product") == other.get("product")
    return (one.get("name"), one.get("spec")) == (other.get("name"), other.get("spec"))
