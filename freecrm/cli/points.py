"""Points and credit of one customer: balance, earn, spend, correct, statement; what has run out, of all."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from freecrm.cli.telling import DONE, REFUSED, SHOWN, as_json, more, open_file, out, progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say

if TYPE_CHECKING:
    from freecrm.store.database import Store


def points(options: argparse.Namespace) -> int:
    """Do what was asked with the points of a customer."""
    store = open_file(options)
    try:
        return _ACTIONS[options.action](store, options)
    finally:
        store.close()


def credit(options: argparse.Namespace) -> int:
    """Say where a customer stands, and what an order of some amount would do."""
    from freecrm.core.credit import BLOCKS
    from freecrm.store import credit as work

    store = open_file(options)
    try:
        id, name = customer(store, options.who)
        fields = store.schema.fields("customer")
        order = _read(fields["credit_limit"], options.order) or 0
        found = work.of(store.reader(), id, order)
        assert found is not None
        money = fields["opening_balance"].show
        view = found.outlook
        if options.json:
            facts = {"owed": found.owed, "limit": found.limit, "free": view.free, "over": view.over}
            more_ = {"grade": found.grade, "terms_days": found.terms, "verdict": view.verdict}
            as_json({"customer": name, **facts, **more_, "why": str(view.why) if view.why else None})
        else:
            out(name)
            out(f"  {_('Owed')}: {money(found.owed)}")
            if found.limit is not None:
                out(f"  {_('Credit limit')}: {money(found.limit)}")
                out(f"  {_('Free')}: {money(view.free)}")
            if view.over:
                out(f"  {_('{amount} over the limit').format(amount=money(view.over))}")
            if found.terms is not None:
                out(f"  {_('Payment terms')}: " + plural("{n} day", "{n} days", found.terms))
            if found.grade is not None:
                out(f"  {_('Credit grade')}: {fields['credit_grade'].show(found.grade)}")
            if view.why is not None:
                out(f"  {view.why}")
        return REFUSED if view.verdict == BLOCKS else DONE
    finally:
        store.close()


def customer(store: Store, text: str | None) -> tuple[bytes, str]:
    """Id and name of the customer that is meant by a code, a name, a part of it, or an id in hex; Known when
    that is none or several."""
    from freecrm.store import lookup

    if not text:
        raise Known(say(N_("Whose? Name the customer by name, code or a part of it.")))
    c, reader = store.read(), store.reader()
    ids = [*lookup.by_codes(c, "customer", [text]).get(text, ())]
    ids = ids or lookup.by_names(c, "customer", [text]).get(text, [])
    if not ids and len(text) == 32:
        try:
            ids = list(reader.titles("customer", {bytes.fromhex(text)}))
        except ValueError:
            ids = []
    if not ids:
        ids = [hit.record.id for hit in reader.find(text, entities=["customer"])]
    names = reader.titles("customer", set(ids))
    if not ids:
        raise Known(say(N_("There is no customer “{text}”. “freecrm find” looks further."), text=text))
    if len(ids) > 1:
        what = N_("“{text}” may be several customers: {names}. Write more of the name, or the code.")
        raise Known(say(what, text=text, names=[names.get(id, "") for id in ids[:SHOWN]]))
    return ids[0], names.get(ids[0], "")


def _read(f: Any, text: str | None) -> Any:
    """What was typed for a field; Known when it is nothing that the field takes."""
    value, why = f.read(text)
    if why is not None:
        raise Known(why)
    return value


def _balance(store: Store, options: argparse.Namespace) -> int:
    from freecrm.store import points as ledger

    id, name = customer(store, options.who)
    return _tell(store, options, id, name, ledger.statement(store.reader(), id))


def _tell(store: Store, options: argparse.Namespace, id: bytes, name: str, found: Any) -> int:
    """Balance, and what runs out soon."""
    if options.json:
        soon = [{"until": day.isoformat(), "points": n} for day, n in found.soon]
        as_json({"customer": name, "id": id.hex(), "balance": found.balance, "soon": soon})
        return DONE
    out(plural("{name}: {shown} point", "{name}: {shown} points", found.balance, **_shown(name, found)))
    for day, n in found.soon:
        out("  " + _("{n} of them count until {day}").format(n=f"{n:,}", day=day.isoformat()))
    return DONE


def _shown(name: str, found: Any) -> dict[str, str]:
    return {"name": name, "shown": f"{found.balance:,}"}


def _write(store: Store, options: argparse.Namespace) -> int:
    from freecrm.store import points as ledger

    id, name = customer(store, options.who)
    fields = store.schema.fields(ledger.ENTITY)
    n, day = _read(fields["points"], options.points), _read(fields["day"], options.day)
    reason = _read(fields["reason"], options.reason) or ""
    if options.action == "earn":
        amount = _read(fields["amount"], options.amount)
        if amount is None and n is None:
            raise Known(say(N_("For what? Give the amount (--amount) or the points themselves (--points).")))
        ledger.earn(store, id, amount, n, day=day, reason=reason)
    elif n is None:
        raise Known(say(N_("How many points? Give them with --points.")))
    elif options.action == "spend":
        ledger.spend(store, id, n, day=day, reason=reason)
    else:
        ledger.correct(store, id, n, reason, day=day)
    return _tell(store, options, id, name, ledger.statement(store.reader(), id))


def _expire(store: Store, options: argparse.Namespace) -> int:
    from freecrm.store import points as ledger

    lost = ledger.expire(store, progress=progress())
    if options.json:
        as_json([{"customer": one.name, "id": one.id.hex(), "points": one.points} for one in lost])
        return DONE
    if not lost:
        out(_("No points have run out."))
        return DONE
    for one in lost[:SHOWN]:
        out(f"  {one.name}: {-one.points:,}")
    more(SHOWN, len(lost))
    total = sum(one.points for one in lost)
    out(
        plural(
            "{points} points of {n} customer ran out.",
            "{points} points of {n} customers ran out.",
            len(lost),
            points=f"{total:,}",
        )
    )
    return DONE


def _statement(store: Store, options: argparse.Namespace) -> int:
    from freecrm.exchange.printing import Wishes
    from freecrm.exchange.statement import PointsPrint, rows
    from freecrm.store import points as ledger

    id, name = customer(store, options.who)
    day = store.schema.fields(ledger.ENTITY)["day"]
    span: tuple[dt.date | None, dt.date | None] = (_read(day, options.first), _read(day, options.last))
    if options.pdf is not None:
        made = PointsPrint(store, id, name, *span).make(options.pdf, Wishes(), progress())
        if options.json:
            as_json({"file": str(made.path), "pages": made.pages})
        else:
            out(plural("{n} page is in {file}.", "{n} pages are in {file}.", made.pages, file=made.path))
        return DONE
    found = ledger.statement(store.reader(), id, *span)
    if options.json:
        lines = [
            {"day": line.day.isoformat(), "kind": line.move, "points": line.points, "balance": after}
            | {"amount": line.amount, "reason": line.reason or ""}
            for line, after in found.rows
        ]
        as_json({"customer": name, "opening": found.opening, "lines": lines, "closing": found.closing})
        return DONE
    out(name)
    for row in rows(store, found):
        out("  " + "  ".join(part for part in row if part))
    return DONE


_ACTIONS = {
    "balance": _balance,
    "earn": _write,
    "spend": _write,
    "correct": _write,
    "expire": _expire,
    "statement": _statement,
}
