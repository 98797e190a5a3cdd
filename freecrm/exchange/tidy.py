"""Station 2 to 3 for one row: cells become values of the fields they were mapped to.

What cannot be read becomes a `Trouble` and never stops the row: the cell stays blank and its text
goes to the remark; a phone of the wrong length is kept as it stands. One object a file, because
everything that depends on the columns alone is worked out once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from typing import Any, NamedTuple

from freecrm.core import dates, mails, phones, places, yearly
from freecrm.core.custom import Schema, field_of
from freecrm.core.fields import Choice, Date, Field, Link, LongText, Money, Number, Yearly, clean
from freecrm.core.module import Together
from freecrm.core.rows import Addresses, Emails, Handles, Phones, Rows
from freecrm.core.words import N_, Said, say
from freecrm.exchange import guess
from freecrm.exchange.mapping import Column, Mapping, field_at, link_of, words_in
from freecrm.exchange.questions import BLANK, of_join, of_trouble
from freecrm.exchange.sheets import Cell


class Trouble(NamedTuple):
    """A cell that could not be taken as it stands. code groups the like of it for one decision."""

    column: int
    text: str
    why: Said
    code: str


@dataclass(slots=True)
class Tidied:
    """A row's values by field name: of the main record, the person and the person's position.

    links: fields of the main record that name another of its kind: resolved when all rows are in.
    """

    main: dict[str, Any]
    person: dict[str, Any]
    position: dict[str, Any]
    troubles: list[Trouble]
    links: dict[str, str]


Setter = Callable[[Cell, Tidied], None]
GUARDED = frozenset("=+-@")
_ADDRESS_KINDS = frozenset(("office", "delivery", "invoice", "home"))
_CHAT = re.compile("(?:微信|wechat|weixin|vx|wx)号?\\s*[:\uff1a]?\\s*([a-z][\\w-]{4,19})", re.I | re.A)
READ_KEPT = 10_000
"""Texts of a column whose meaning is kept at hand."""
WORDS_KEPT = 200
"""Characters of an unreadable cell that are kept in the remark."""


class Tidier:
    """Turns rows of cells into values. `row(cells)` never raises on any cell."""

    def __init__(
        self,
        schema: Schema,
        plan: Together,
        mapping: Mapping,
        *,
        epoch1904: bool = False,
        order: str = "",
        orders: dict[int, str] | None = None,
        answers: Keyed[str, str] | None = None,
    ) -> None:
        self.answers = answers or {}
        self.schema, self.plan, self.mapping = schema, plan, mapping
        self.epoch1904 = epoch1904
        self.order, self.orders = order, orders or {}
        remarks = [f for f in schema.fields(mapping.main or plan.person).values() if isinstance(f, LongText)]
        remarks.sort(key=lambda f: f.search != "long")  # what is searched is the remark, not one of a purpose
        self.remark = remarks[0].name if remarks else ""
        shared = mapping.shared()
        self.setters = [
            (c.index, self._shared(self._setter(c), c) if c.target in shared else self._setter(c))
            for c in mapping.columns
            if c.target
        ]
        self.family, self.given = "", ""
        self.voids: Counter[str] = Counter()  # what Excel could not work out

    def row(self, cells: Sequence[Cell]) -> Tidied:
        """The values of one row."""
        made = Tidied({}, {}, {}, [], {})
        self.family = self.given = ""
        for index, put in self.setters:
            if index < len(cells):
                cell = cells[index]
                if cell is None or cell == "":
                    continue
                if type(cell) is str:
                    first = cell[0]
                    if first == "'" and cell[1:2] in GUARDED:
                        cell = cell[1:]  # the mark that keeps Excel from running a text as a formula
                    elif first in "#0" and guess.void(cell):
                        if first == "#":
                            self.voids[cell] += 1
                        continue
                put(cell, made)
        if self.family or self.given:
            made.person.setdefault("name", joined_name(self.family, self.given))
        if self.mapping.main and self.mapping.person and not made.person.get("name"):
            self._nobodys(made)
        return made

    def _nobodys(self, made: Tidied) -> None:
        """A row without a person: what stands under the person's heads is the main record's, nothing is lost."""
        own = self.schema.fields(self.mapping.main)
        lines = []
        for entity, bag in ((self.plan.person, made.person), (self.plan.position, made.position)):
            for name, value in bag.items():
                f = self.schema.fields(entity)[name]
                if isinstance(own.get(name), Rows):
                    made.main.setdefault(name, []).extend(value)
                elif not isinstance(f, Link) and value not in (None, ""):
                    lines.append(f"{f.title}: {f.show(value)}")
            bag.clear()
        if lines and self.remark:
            held = [made.main[self.remark]] if made.main.get(self.remark) else []
            made.main[self.remark] = "\n".join([*held, *lines])

    # ---- one setter a column

    def _setter(self, column: Column) -> Setter:
        if column.new is not None and column.target.startswith("+"):
            made = self.schema.fields(self.mapping.main or self.plan.person).get(column.new["key"])
            f = made if made is not None else field_of(column.new)
            assert f is not None
            return self._value(f, column, self._bag(self.mapping.main or self.plan.person))
        entity, _, rest = column.target.partition(".")
        bag = self._bag(entity)
        f = field_at(self.schema, column.target)
        assert f is not None
        part = rest[len(f.name) + 1 :]
        if part in ("given", "family", "middle"):
            return self._name_part(part)
        for kind, make in self._makers.items():
            if isinstance(f, kind):
                return make(f, column, bag, part)
        return self._value(f, column, bag)

    def _shared(self, put: Setter, column: Column) -> Setter:
        """The setter of a column whose field takes other columns too: as was answered, the first by default."""
        mode = self.answers.get(of_join(column.target), "first")
        entity, _, rest = column.target.partition(".")
        bag, name = self._bag(entity), rest

        def put_on(cell: Cell, made: Tidied) -> None:
            values = getattr(made, bag)
            before = values.get(name)
            if before is not None and mode == "first":
                return
            put(cell, made)
            after = values.get(name)
            if before is not None and mode.startswith("join:") and after != before:
                values[name] = f"{before}{mode[5:]}{after}"

        return put_on

    @property
    def _makers(self) -> dict[type[Field], Callable[[Any, Column, str, str], Setter]]:
        """Kind of field -> what makes the setter of a column that goes there; the first that fits."""
        return {
            Phones: self._phones,
            Emails: self._emails,
            Addresses: self._address,
            Handles: self._handles,
            Rows: self._rows,
            Link: self._link,
            Choice: self._choice,
        }

    def _bag(self, entity: str) -> str:
        if entity == self.plan.position:
            return "position"
        return "person" if entity == self.plan.person else "main"

    def _trouble(self, made: Tidied, column: Column, cell: Cell, why: Said, code: str) -> None:
        made.troubles.append(Trouble(column.index, clean(cell)[:WORDS_KEPT], why, code))

    def _unread(self, made: Tidied, column: Column, cell: Cell, why: Said, code: str) -> None:
        """Leave the field blank and keep the words in the remark, so that nothing is lost."""
        self._trouble(made, column, cell, why, code)
        if self.remark:
            bag = made.main if self.mapping.main else made.person
            line = f"{column.head}: {clean(cell)[:WORDS_KEPT]}"
            bag[self.remark] = f"{bag[self.remark]}\n{line}" if bag.get(self.remark) else line

    def _value(self, f: Field, column: Column, bag: str) -> Setter:
        name, long, is_date, is_yearly = (
            f.name,
            isinstance(f, LongText),
            isinstance(f, Date),
            isinstance(f, Yearly),
        )
        order = self.order or self.orders.get(column.index, "")
        often = is_date or isinstance(f, (Money, Number))  # days and amounts come again and again
        known: dict[str, tuple[Any, Said | None]] = {}

        def read(cell: Cell) -> tuple[Any, Said | None]:
            if is_date:
                return dates.read(cell, epoch1904=self.epoch1904, order=order)
            if is_yearly:
                return yearly.read(cell, epoch1904=self.epoch1904, order=order)
            return f.read(cell)

        def put(cell: Cell, made: Tidied) -> None:
            if often and type(cell) is str:
                held = known.get(cell)
                if held is None:
                    held = read(cell)
                    if len(known) < READ_KEPT:
                        known[cell] = held
                value, why = held
            else:
                value, why = read(cell)
            if why is not None:
                self._unread(made, column, cell, why, f.kind)
            if value is None:
                return
            values = getattr(made, bag)
            if long and values.get(name):
                value = f"{values[name]}\n{value}"
            values[name] = value

        return put

    def _phones(self, f: Phones, column: Column, bag: str, part: str) -> Setter:
        name = f.name
        of_kind = part
        handles = self._rows_named(f.entity, Handles)

        def put(cell: Cell, made: Tidied) -> None:
            if handles and type(cell) is str and (chat := _CHAT.search(cell)):
                held = getattr(made, bag).setdefault(handles, [])
                held.append({"handle": chat[1], "kind": "wechat"})
                cell = f"{cell[: chat.start()]} {cell[chat.end() :]}".strip(" ,，;；、/")
                if not cell:
                    return
            found, whys = phones.read(cell, f.home)
            if whys and found:
                unwanted = [w for w in whys if self.answers.get(of_trouble(column.head, "phone", w)) == BLANK]
                if unwanted:
                    found = [p for p in found if p.good]
                    self._unread(made, column, cell, unwanted[0], "phone")
                    whys = [w for w in whys if w not in unwanted]
            rows = getattr(made, bag).setdefault(name, [])
            for p in found:
                ext = p.ext or None
                if rows and any(held["number"] == p.number and held["ext"] == ext for held in rows):
                    continue
                shown = of_kind if of_kind in ("fax", "mobile", "landline") else p.kind
                rows.append({"number": p.number, "ext": ext, "kind": shown, "note": p.note or None})
            for why in whys:
                if found:
                    self._trouble(made, column, cell, why, "phone")
                else:
                    self._unread(made, column, cell, why, "nophone")

        return put

    def _rows_named(self, entity: str, kind: type[Rows]) -> str:
        """The field of that kind which an entity has, "" for none."""
        return next((f.name for f in self.schema.fields(entity).values() if isinstance(f, kind)), "")

    def _emails(self, f: Emails, column: Column, bag: str, _part: str) -> Setter:
        def put(cell: Cell, made: Tidied) -> None:
            found, whys = mails.read(cell)
            rows = getattr(made, bag).setdefault(f.name, [])
            rows += [{"address": a} for a in found if all(held["address"] != a for held in rows)]
            for why in whys:
                self._unread(made, column, cell, why, "email")

        return put

    def _address(self, f: Addresses, _column: Column, bag: str, part: str) -> Setter:
        kind, part = (part.split(".", 1) if "." in part else ("", part)) if part else ("", "")
        if part in _ADDRESS_KINDS:
            kind, part = part, ""

        def put(cell: Cell, made: Tidied) -> None:
            text = clean(cell)
            if not text:
                return
            rows = getattr(made, bag).setdefault(f.name, [])
            row = next((r for r in rows if (r.get("kind") or "") == kind), None)
            if row is None:
                row = {"kind": kind} if kind else {}
                rows.append(row)
            if part in ("postcode", "country"):
                row[part] = text
            elif part in ("city", "province", "district"):
                place = places.split(text)
                known = getattr(place, part)
                row.setdefault(part, known or text)
                if part == "city" and known and place.province:
                    row.setdefault("province", place.province)
            else:
                place = places.split(text)
                for name in ("province", "city", "district"):
                    if getattr(place, name):
                        row.setdefault(name, getattr(place, name))
                if place.rest:
                    row["street"] = f"{row['street']} {place.rest}" if row.get("street") else place.rest

        return put

    def _handles(self, f: Handles, column: Column, bag: str, part: str) -> Setter:
        head = column.head.lower()
        known = part or ("wechat" if "微信" in head or "wechat" in head else "qq" if "qq" in head else "")

        def put(cell: Cell, made: Tidied) -> None:
            for text in re.split(r"[,;，；、/\s]+", clean(cell)):
                if text:
                    shown = known or ("qq" if text.isdigit() and 5 <= len(text) <= 11 else "wechat")
                    getattr(made, bag).setdefault(f.name, []).append({"handle": text, "kind": shown})

        return put

    def _linked_rows(self, f: Rows, column: Column, bag: str) -> Setter:
        """Child rows each of which names another record: the products of a deal."""

        known: dict[Cell, list[str]] = {}

        def put(cell: Cell, made: Tidied) -> None:
            rows = getattr(made, bag).setdefault(f.name, [])
            texts = known.get(cell)
            if texts is None:
                texts = known[cell] = words_in(self.schema, column, cell)
            for text in texts:
                held = column.words.get(text)
                if held is not None:
                    rows.append({f.shows: bytes.fromhex(held)})
                else:
                    why = say(N_("Nothing is called “{value}”; the field stays blank."), value=text)
                    self._unread(made, column, cell, why, "link:" + text)

        return put

    def _rows(self, f: Rows, column: Column, bag: str, _part: str) -> Setter:
        if link_of(self.schema, f) is not None:
            return self._linked_rows(f, column, bag)

        def put(cell: Cell, made: Tidied) -> None:
            if type(cell) is str and ("* " in cell or ":::" in cell):  # groups as Google writes them
                groups = (word.strip() for word in cell.split(":::"))
                cell = ",".join(word for word in groups if not word.startswith("*"))
            rows, _why = f.read(cell)
            getattr(made, bag).setdefault(f.name, []).extend(rows)

        return put

    def _link(self, f: Link, column: Column, bag: str, _part: str) -> Setter:
        main = self.mapping.main or self.plan.person

        def put(cell: Cell, made: Tidied) -> None:
            text = clean(cell)
            if f.to == main and bag == "main":
                made.links[f.name] = text
                return
            held = column.words.get(text)
            if held is not None:
                getattr(made, bag)[f.name] = bytes.fromhex(held)
            elif text:
                what = N_("Nobody is called “{value}”; the field stays blank.")
                if f.to != self.plan.people:
                    what = N_("Nothing is called “{value}”; the field stays blank.")
                why = say(what, value=text)
                self._unread(made, column, cell, why, "link:" + text)

        return put

    def _choice(self, f: Choice, column: Column, bag: str, _part: str) -> Setter:
        def put(cell: Cell, made: Tidied) -> None:
            text = clean(cell)
            key = column.words.get(text)
            if key:
                getattr(made, bag)[f.name] = key
            elif text:
                why = say(N_("“{value}” is not in the list; the field stays blank."), value=text)
                self._unread(made, column, cell, why, "choice:" + text)

        return put

    def _name_part(self, part: str) -> Setter:
        def put(cell: Cell, made: Tidied) -> None:
            text = clean(cell)
            if part == "family":
                self.family = text
            else:
                self.given = f"{self.given} {text}" if self.given else text

        return put


def joined_name(family: str, given: str) -> str:
    """Family and given name in the order of their script: 王小明, John Smith."""
    if any("\u4e00" <= c <= "\u9fff" for c in family + given):
        return family + given
    return f"{given} {family}".strip()
