"""The columns of an export: which there are, what stands in their cells, and how it is read back.

Child rows stand in one cell, joined by « / » (tags by commas), in the words that the import takes
apart again. A single address is spread over province, city, district and street.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import (
    Answer,
    Choice,
    Date,
    Field,
    Finder,
    Link,
    Moment,
    Money,
    Number,
    Percent,
    Text,
    Yearly,
    YesNo,
    clean,
)
from freecrm.core.module import Together
from freecrm.core.money import from_minor, minor_digits
from freecrm.core.record import Columns, ColumnsOf, Record
from freecrm.core.rows import Addresses, Emails, Handles, Phones, Rows, Tags
from freecrm.core.words import N_, say
from freecrm.exchange.heads import head_text
from freecrm.exchange.sheetxml import fit

if TYPE_CHECKING:
    from freecrm.store.database import Store

JOINT = " / "
ADDRESS_PARTS = ("country", "province", "city", "district", "street", "postcode")
_TAKEN_APART = (Phones, Emails, Addresses, Handles, Tags)

Giver = Callable[[Columns], Sequence[Any]]


@dataclass(frozen=True)
class Out:
    """One column of an export. key: its name ("grade", "addresses.city", "contact.name").

    own: whether a changed cell can be brought back into the record. part: of an address.
    """

    key: str
    head: str
    field: Field | None
    give: Giver
    part: str = ""
    own: bool = True
    needs: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its cells, as workbook.Column knows them."""
        if self.part or self.field is None:
            return "text"
        return next((kind for of, kind in _KINDS if isinstance(self.field, of)), "text")

    @property
    def places(self) -> int:
        """Digits behind the point of its numbers."""
        if isinstance(self.field, Money):
            return minor_digits(self.field.currency)
        return self.field.places if isinstance(self.field, Number) else 0


_KINDS: tuple[tuple[type[Field], str], ...] = (
    (Percent, "percent"),
    (Number, "number"),
    (Money, "money"),
    (Date, "date"),
    (Yearly, "any"),
    (Moment, "moment"),
)


def columns_of(
    store: Store,
    entity: str,
    names: Collection[str] | None = None,
    *,
    spread: bool | None = None,
) -> list[Out]:
    """The columns of an export of `entity`, heads in the language spoken now.

    names: fields in their order; None = all that people see and fill in, custom ones too, and of
    a customer the name and number of its main contact. spread: whether an address has a column
    for each part; None = where no record of the file has two.
    """
    fields = store.schema.fields(entity)
    rights = store.rights
    hidden = rights.hidden if rights is not None else frozenset()
    chosen = [fields[name] for name in names] if names is not None else _usual(store, entity)
    made: list[Out] = []
    for f in chosen:
        if (entity, f.name) in hidden:
            continue
        if isinstance(f, Addresses) and (_one_each(store, entity, f) if spread is None else spread):
            made += _address_columns(store, f)
        else:
            made.append(_column(f))
    if names is None:
        made += _companions(store, entity)
    return _distinct(made)


def _usual(store: Store, entity: str) -> list[Field]:
    return [
        f
        for f in store.schema.shown(entity)
        if f.is_written and (not isinstance(f, Rows) or isinstance(f, _TAKEN_APART))
    ]


def _distinct(columns: list[Out]) -> list[Out]:
    """No head twice; a further one gets a number, as the reader would give it one."""
    taken: set[str] = set()
    made = []
    for column in columns:
        plain = head_text(column.head) or column.key
        head, n = plain, 1
        while head in taken:
            n += 1
            head = f"{plain} {n}"
        taken.add(head)
        made.append(replace(column, head=head))
    return made


# ---- what stands in the cells


def _column(f: Field) -> Out:
    own = f.is_written and (not isinstance(f, Rows) or isinstance(f, _TAKEN_APART))
    return Out(f.name, f.title, f, _giver(f), own=own, needs=(f.name,))


def _giver(f: Field) -> Giver:
    name = f.name
    if isinstance(f, Rows):
        return lambda block: [joined(f, rows) if rows else None for rows in block[name]]
    if isinstance(f, Link):
        return lambda block: [title or None for title in block[f"{name}_title"]]
    if isinstance(f, Choice):
        titles: dict[Any, str] = {entry.key: entry.title for entry in f.options.entries}
        return lambda block: [titles.get(v, v) for v in block[name]]
    if isinstance(f, Money):
        currency = f.currency
        return lambda block: [None if v is None else from_minor(v, currency) for v in block[name]]
    if isinstance(f, (Text, Date)) or type(f).cell is Field.cell:
        return lambda block: block[name]
    return lambda block: [f.cell(v) for v in block[name]]


def _once(make: Callable[[Columns], list[Any]]) -> Callable[[Columns], list[Any]]:
    """`make` for several columns that ask about the same block: it runs for the first of them."""
    kept: list[Any] = [None, []]

    def made(block: Columns) -> list[Any]:
        if kept[0] is not block:
            kept[:] = block, make(block)
        found: list[Any] = kept[1]
        return found

    return made


def joined(f: Rows, rows: Iterable[dict[str, Any]] | None) -> str | None:
    """Child rows as the text of one cell."""
    if not rows:
        return None
    return joint(f).join(filter(None, (one(f, row) for row in rows))) or None


def joint(f: Rows) -> str:
    """What stands between two child rows in a cell."""
    return ", " if isinstance(f, Tags) else JOINT


def one(f: Rows, row: dict[str, Any]) -> str:
    """One child row in a cell with others: nothing in it looks like the sign between them."""
    title = row.get(f"{f.shows}_title")
    text = clean(title if isinstance(title, str) else f.show_one(row))
    if isinstance(f, Phones) and row.get("note"):
        text = f"{text} ({clean(row['note'])})"
    if isinstance(f, Tags):
        return re.sub(r"\s*[,，、;；\n\t|]\s*", " ", text)
    return re.sub(r"\s+/\s+", "/", text) if "/" in text else text


def _one_each(store: Store, entity: str, f: Rows) -> bool:
    return not store.reader().has_several(entity, f)


def _address_columns(store: Store, f: Addresses) -> list[Out]:
    parts = store.schema.fields(f.of)
    none: dict[str, Any] = {}
    first = _once(lambda block: [rows[0] if rows else none for rows in block[f.name]])

    def giver(part: str) -> Giver:
        return lambda block: [row.get(part) for row in first(block)]

    return [
        Out(f"{f.name}.{part}", parts[part].title, f, giver(part), part, needs=(f.name,))
        for part in ADDRESS_PARTS
    ]


# ---- the person beside the customer, the customer beside the person


def _companions(store: Store, entity: str) -> list[Out]:
    plans = [plan for module in store.model.modules for plan in module.imports if plan.person]
    for plan in plans:
        if entity == plan.main:
            return _person_columns(store, plan)
        if entity == plan.person:
            return _position_columns(store, plan)
    return []


def _person_columns(store: Store, plan: Together) -> list[Out]:
    from freecrm.store.people import first_people

    fields = store.schema.fields(plan.person)
    title = fields[store.schema.entity(plan.person).title]
    shown = [title, *(f for f in fields.values() if isinstance(f, Phones))]
    reader = store.reader(for_files=True)
    blank = Record(plan.person, b"", 0)

    def named(block: Columns) -> list[Any]:
        first = first_people(store, plan, block.ids)
        found = reader.by_ids(plan.person, list(set(first.values())), {f.name for f in shown})
        return [ColumnsOf([found.get(first.get(id, b""), blank) for id in block.ids])]

    people = _once(named)

    def giver(f: Field) -> Giver:
        inner = _giver(f)
        return lambda block: inner(people(block)[0])

    return [Out(f"{plan.person}.{f.name}", f.title, f, giver(f), own=False) for f in shown]


def _position_columns(store: Store, plan: Together) -> list[Out]:
    jobs = next(
        f for f in store.schema.fields(plan.person).values() if isinstance(f, Rows) and f.of == plan.position
    )
    main = store.schema.fields(plan.main)[store.schema.entity(plan.main).title]

    def giver(key: str) -> Giver:
        return lambda block: [rows[0].get(key) or None if rows else None for rows in block[jobs.name]]

    own = [f for f in store.schema.shown(plan.position) if type(f) is Text]
    firm = Out(f"{plan.main}.{main.name}", main.title, main, giver(f"{plan.link}_title"), own=False)
    told = [Out(f"{plan.position}.{f.name}", f.title, f, giver(f.name), own=False) for f in own]
    return [replace(column, needs=(jobs.name,)) for column in (firm, *told)]


# ---- back again


def canon(cell: Any) -> str | None:
    """What a cell says, whatever type a spreadsheet has made of it; None for a blank one."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float, Decimal)):
        number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
        return f"{number.normalize():f}" if number else "0"
    if isinstance(cell, dt.datetime):
        cell = (cell + dt.timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
        return cell.date().isoformat() if cell.time() == dt.time() else str(cell.isoformat(" "))
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return clean(cell) or None


def said(cell: Any) -> str | None:
    """What a cell says once it has been written to a sheet: at most as long as a cell can be."""
    return canon(fit(cell) if isinstance(cell, str) else cell)


def read_cell(column: Out, cell: Any, now: Record, find: Finder) -> Answer:
    """The value that a cell of the sheet means for the record `now`; (None, why) when unreadable.

    Child rows that stand in the cell as before keep their id and all that the cell does not show.
    """
    f = column.field
    assert f is not None
    if column.part:
        return _address_part(column, cell, now.values.get(f.name) or [])
    if isinstance(f, Rows):
        return read_rows(f, cell, now.values.get(f.name) or [])
    if isinstance(f, YesNo) and isinstance(cell, str) and not clean(cell):
        return None, None
    value, why = f.read(cell, find)
    return value, why or f.check(value)


def read_rows(f: Rows, cell: Any, held: Sequence[dict[str, Any]] = ()) -> Answer:
    """The child rows that a cell means; those of `held` that stand in it keep their id."""
    text = clean(cell)
    if not text:
        return [], None
    left = {one(f, row): row for row in reversed(held)}
    rows: list[dict[str, Any]] = []
    for piece in text.split(joint(f).strip() if isinstance(f, Tags) else JOINT):
        known = left.pop(clean(piece), None)
        if known is not None:
            rows.append({"id": known["id"]})
            continue
        made, why = f.read(piece)
        if why is not None:
            return None, why
        for row in made:
            same = left.pop(one(f, row), None)
            rows.append({"id": same["id"]} if same is not None else row)
    return rows, None


def _address_part(column: Out, cell: Any, held: Sequence[dict[str, Any]]) -> Answer:
    text = clean(cell) or None
    if len(held) > 1:
        return None, say(N_("This record has several addresses by now. Change the address in FreeCRM."))
    return [{**({"id": held[0]["id"]} if held else {}), column.part: text}], None
