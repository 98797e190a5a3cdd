"""A row held against the record it is about: what it would change, and the values to write for it.

The same functions show the difference before an import and make it when it is written.
Lists (phones, mails, tags …) only ever gain; a row never takes a number away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from freecrm.core import phones
from freecrm.core.custom import Schema
from freecrm.core.fields import Field, Link, LongText
from freecrm.core.module import Together
from freecrm.core.record import Record, same
from freecrm.core.rows import Addresses, Phones, Rows
from freecrm.exchange.tidy import Tidied
from freecrm.store import lookup
from freecrm.store.reader import Reader

Difference = tuple[str, str, str]


def changes_for(
    schema: Schema,
    entity: str,
    record: Record,
    values: dict[str, Any],
    action: str,
    blank: Sequence[str] = (),
) -> dict[str, Any]:
    """The values to write into `record` for a row's `values`.

    action "update": what differs is taken; "fill": only where the record is blank. blank: fields
    to clear (only when the user asked for it).
    """
    fields = schema.fields(entity)
    found: dict[str, Any] = {}
    for name, value in values.items():
        f = fields[name]
        held = record[name]
        if isinstance(f, Rows):
            merged = _more_rows(f, held or [], value or [], action)
            if merged is not None:
                found[name] = merged
        elif value is None or same(f, held, value) or name in ("kind",):
            continue
        elif held in (None, ""):
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
    f: Rows, held: list[dict[str, Any]], rows: list[dict[str, Any]], action: str
) -> list[dict[str, Any]] | None:
    """The child rows with those of the file that are not there yet; None when nothing is new."""
    if isinstance(f, Addresses):
        return _addresses(f, held, rows, action)
    seen = {_mark(f, row) for row in held}
    fresh = [row for row in rows if _mark(f, row) not in seen]
    return [*held, *fresh] if fresh else None


def _mark(f: Rows, row: dict[str, Any]) -> str:
    value = str(row.get(f.shows) or "")
    return (phones.tail(value) or value) if isinstance(f, Phones) else value.casefold()


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


def person_of(
    reader: Reader, plan: Together, people: Sequence[tuple[bytes, str]], values: dict[str, Any]
) -> bytes | None:
    """Which of the record's people a row's person is: the same name, or the same phone."""
    for id, name in people:
        if name == values.get("name"):
            return id
    tails = {phones.tail(p["number"]) for p in values.get("phones", ())}
    for id, _name in people if tails else ():
        record = reader.record(plan.person, id)
        if record and tails & {phones.tail(p["number"]) for p in record["phones"] or ()}:
            return id
    return None


def differences(
    reader: Reader,
    schema: Schema,
    plan: Together,
    main: str,
    id: bytes,
    row: Tidied,
    action: str,
    blank: Sequence[str] = (),
) -> list[Difference]:
    """(field title, old, new) of everything that the row would change, its person included."""
    record = reader.record(main, id)
    if record is None:
        return []
    mode = action if action in ("update", "fill") else "update"
    values = row.main if main == plan.main else row.person
    found = _shown(reader, schema, main, record, changes_for(schema, main, record, values, mode, blank))
    if main == plan.main and row.person.get("name"):
        people = lookup.people_of(reader.connection(), plan, id)
        who = person_of(reader, plan, people, row.person)
        person = reader.record(plan.person, who) if who else None
        if person is None:
            name_field = schema.fields(plan.person)["name"]
            found.append((name_field.title, ", ".join(n for _i, n in people), str(row.person["name"])))
        else:
            changes = changes_for(schema, plan.person, person, row.person, mode)
            found += _shown(reader, schema, plan.person, person, changes)
    for name, text in row.links.items():
        if record[f"{name}_title"] != text and (mode == "update" or not record[name]):
            found.append((schema.fields(main)[name].title, record[f"{name}_title"] or "", text))
    return found


def _shown(
    reader: Reader, schema: Schema, entity: str, record: Record, changes: dict[str, Any]
) -> list[Difference]:
    found = []
    for name, value in changes.items():
        f = schema.fields(entity)[name]
        found.append((f.title, _text(reader, f, record[name]), _text(reader, f, value)))
    return found


def _text(reader: Reader, f: Field, value: Any) -> str:
    if isinstance(f, Link) and isinstance(value, bytes):
        return reader.titles(f.to, {value}).get(value, "…")
    return f.show(value)
