"""A row held against the record it is about: what it would change, and the values to write for it.

The same functions show the difference before an import and make it when it is written.
Lists (phones, mails, tags …) only ever gain; a row never takes a number away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from freecrm.core import rights
from freecrm.core.custom import Schema
from freecrm.core.fields import Field, Link, LongText
from freecrm.core.record import same
from freecrm.core.rows import Addresses, Rows
from freecrm.exchange.stock import Held, Stock, mark
from freecrm.exchange.tidy import Tidied
from freecrm.store.reader import Reader

Difference = tuple[str, str, str]


def changes_for(
    schema: Schema,
    held_record: Held,
    values: dict[str, Any],
    action: str,
    blank: Sequence[str] = (),
) -> dict[str, Any]:
    """The values to write into a record for a row's `values`.

    action "update": what differs is taken; "fill": only where the record is blank. blank: fields
    to clear (only when the user asked for it).
    """
    record = held_record.record
    fields = schema.fields(record.entity)
    found: dict[str, Any] = {}
    for name, value in values.items():
        f = fields[name]
        held = record[name]
        if isinstance(f, Rows):
            merged = _more_rows(f, held_record, held or [], value or [], action)
            if merged is not None:
                found[name] = merged
        elif value is None or same(f, held, value) or name in ("kind",):
            continue
        elif held in (None, ""):
            found[name] = value
        elif f.stated is not None:
            if (
                action == "update" and value > held
            ):  # what was before the latest is known to have been before it
                found[name] = value
        elif isinstance(f, LongText):
            if str(value) not in str(held):
                found[name] = f"{held}\n{value}"
        elif action == "update":
            found[name] = value
    for name in blank if action == "update" else ():
        if record[name] is not None and name not in values:
            found[name] = None
    return found


def _more_rows(
    f: Rows, record: Held, held: list[dict[str, Any]], rows: list[dict[str, Any]], action: str
) -> list[dict[str, Any]] | None:
    """The child rows with those of the file that are not there yet; None when nothing is new."""
    if isinstance(f, Addresses):
        return _addresses(f, held, rows, action)
    seen = record.marks(f)
    fresh = [row for row in rows if mark(f, row) not in seen]
    return [*held, *fresh] if fresh else None


def _addresses(
    f: Rows, held: list[dict[str, Any]], rows: list[dict[str, Any]], action: str
) -> list[dict[str, Any]] | None:
    parts = ("country", "province", "city", "district", "street", "postcode")
    result, changed = [dict(row) for row in held], False
    for row in rows:
        if not any(row.get(p) for p in parts):
            continue
        if any(all(not row.get(p) or h.get(p) == row[p] for p in parts) for h in result):
            continue
        fitting = [h for h in result if all(not row.get(p) or h.get(p) in (None, row[p]) for p in parts)]
        lone = [h for h in result if not h.get("street")] if not row.get("street") else []
        target = (
            fitting[0] if fitting else lone[0] if len(result) == 1 and lone and action == "update" else None
        )
        if target is not None:
            target.update({p: row[p] for p in parts if row.get(p)})
        elif action == "update" or not result:
            result.append(dict(row))
        else:
            continue
        changed = True
    return result if changed else None


def differences(
    stock: Stock, id: bytes, row: Tidied, action: str, blank: Sequence[str] = ()
) -> Callable[[], list[Difference]] | None:
    """Whether a row would change a stored record or its person: `None`, or what tells each change.

    The answer gives (field title, old, new); it is only asked for the rows that are shown.
    """
    schema, plan, main = stock.schema, stock.plan, stock.main
    held = stock.held(id)
    if held is None:
        return None
    mode = action if action in ("update", "fill") else "update"
    values = row.main if main == plan.main else row.person
    changes = changes_for(schema, held, values, mode, blank)
    person: Held | None = None
    theirs: dict[str, Any] = {}
    asked = main == plan.main and bool(row.person.get("name"))
    if asked:
        person = stock.person(id, row.person)
        theirs = changes_for(schema, person, row.person, mode) if person is not None else {}
    links = {
        name: text
        for name, text in row.links.items()
        if held.record[f"{name}_title"] != text and (mode == "update" or not held.record[name])
    }
    if not (changes or theirs or links or (asked and person is None)):
        return None

    def told() -> list[Difference]:
        found = _shown(stock, held, changes)
        if asked and person is None:
            title = schema.fields(plan.person)["name"].title
            found.append((title, ", ".join(stock.names(id)[:12]), str(row.person["name"])))
        elif person is not None:
            found += _shown(stock, person, theirs)
        for name, text in links.items():
            found.append((schema.fields(main)[name].title, held.record[f"{name}_title"] or "", text))
        return found

    return told


def _shown(stock: Stock, held: Held, changes: dict[str, Any]) -> list[Difference]:
    found, reader, entity = [], stock.reader, held.record.entity
    for name, value in changes.items():
        f = stock.schema.fields(entity)[name]
        before = _text(reader, f, held.record[name])
        if (entity, name) in stock.masked:
            before = rights.masked(before) or ""
        found.append((f.title, before, _text(reader, f, value)))
    return found


def _text(reader: Reader, f: Field, value: Any) -> str:
    if isinstance(f, Link) and isinstance(value, bytes):
        return reader.titles(f.to, {value}).get(value, "…")
    return f.show(value)
