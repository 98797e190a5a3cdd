"""What the side panel shows of a record, as widgets: the head with its chips, sections, people."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from freecrm.core.entity import is_place
from freecrm.core.fields import Choice, Field, Link, Moment
from freecrm.core.record import Record
from freecrm.core.rows import Addresses, Rows
from freecrm.core.words import N_, Said, _, inside, say
from freecrm.store import sources
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import chip
from freecrm.ui.record_lines import Line, Signed, Spot, Value

IMPORTANT = frozenset({"grade", "status", "owner_user", "phones", "jobs"})
HEAD = frozenset({"name", "code", "grade", "status", "tags"})
OTHERWISE = frozenset({"main_phone", "main_contact", "firm", "city", "main_job", "main_role"})
"""Not shown in the details, for what they are made of is."""
LINKS = frozenset({"phones", "emails"})
SHOWN_AT_ONCE = 50
CHIPS = 6


class RecordView:
    """One record laid out. spots: the values that can be edited, in reading order. people: entity, id and name
    of those that can be gone to."""

    def __init__(
        self, store: Store, record: Record, all_fields: bool, ratio: float, parent: QWidget | None = None
    ) -> None:
        """parent: what the head is to stand in; a widget that is moved about later takes its look anew."""
        self.store, self.record, self.all_fields, self.ratio = store, record, all_fields, ratio
        self.parent = parent
        self.entity = record.entity
        self.fields = store.schema.fields(self.entity)
        self.spots: dict[str, Spot] = {}
        self.people: list[tuple[str, bytes, Value]] = []
        self._pictures = Pictures()
        self._pictures.check()
        self.head = self._head()
        self.sections = [*self._sections(), *self._people()]
        laid = [line.spot for _title, lines in self.sections for line in lines if line.spot is not None]
        below = {spot.key: spot for spot in laid}
        self.spots = {key: s for key, s in self.spots.items() if key not in below} | below

    def spot(self, name: str, *labels: Value) -> Spot:
        """Where a field of the record is edited."""
        made = Spot(name, self.fields[name], self.entity, self.record.id, self.record[name], list(labels))
        self.spots[name] = made
        return made

    @staticmethod
    def why_not(store: Store, spot: Spot) -> Said | None:
        """Why a value can't be edited where it stands, or None."""
        if spot.of.locked:
            return say(N_("You may not change “{field}”. Ask whoever gives the rights."), field=spot.of.title)
        if spot.of.in_cells:
            return None
        return sources.worked_out(store.schema, spot.entity, spot.of)

    # ---- the head

    def _head(self) -> QWidget:
        record, declared = self.record, self.store.schema.entity(self.entity)
        title = self.store.schema.title_of(self.entity, record.values)
        made = QWidget(self.parent)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(12))
        picture = QLabel(made)
        picture.setPixmap(self._pictures.avatar(title, look.px(44), self.ratio))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        self.texts = texts = QVBoxLayout()
        texts.setSpacing(look.px(6))
        name = Value(title, role="subtitle", parent=made)
        self.spot(declared.title, name)
        texts.addWidget(name)
        from freecrm.ui.editors.flow import Flow

        line = QWidget(made)
        flow = Flow(line, look.px(6))
        for one in self._chips(line)[: CHIPS + 2]:
            flow.addWidget(one)
        if flow.count():
            texts.addWidget(line)
        row.addLayout(texts, 1)
        return made

    def _chips(self, parent: QWidget) -> list[Value]:
        record, made = self.record, list[Value]()
        for name in ("grade", "status"):
            f = self.fields.get(name)
            entry = cells.option(f, record[name]) if f is not None else None
            if f is not None and entry is not None:
                text = f.show(record[name])
                tint = "filled" if entry.colour == "accent" and len(text) == 1 else entry.colour
                one = Value(text, tag="plain" if tint == "neutral" else tint, parent=parent)
                self.spot(name, one)
                made.append(one)
        if "tags" in self.fields:
            tags = [
                Value(tag["word"], tag=cells.tag_tint(tag["word"]), parent=parent)
                for tag in (record["tags"] or ())[:CHIPS]
            ]
            if self.all_fields or tags:
                tags.append(Value("+ " + _("Tag"), tag="add", parent=parent))
            self.spot("tags", *tags)
            made += tags
        return made

    # ---- sections

    def _sections(self) -> list[tuple[str, list[Line]]]:
        sections: dict[str, list[Line]] = {}
        for f in self.store.schema.shown(self.entity):
            if f.name not in self.record.values:
                continue  # left out: too many to be shown here
            if f.name in self.spots and (f.name in ("name", "tags") or self.record[f.name]):
                continue
            if f.name == "code" and self.record["code"]:
                continue
            if f.derived is not None and f.name in OTHERWISE and not self.all_fields:
                continue
            lines = self._lines(f)
            if lines:
                sections.setdefault(f.section, []).extend(lines)
        return [(_(title) if title else "", rows) for title, rows in sections.items()]

    def _lines(self, f: Field) -> list[Line]:
        value = self.record[f.name]
        if value in (None, "", []):
            if f.name == "phones" and self.record["main_phone"] and not self.all_fields:
                return []  # the main phone is that of a person, and stands there
            if f.name not in IMPORTANT and not self.all_fields:
                return []
            empty = Value(cells.EMPTY, role="hint")
            return [Line(f.title, empty, self.spot(f.name, empty))]
        if f.name == "jobs":
            spot = self.spot(f.name)
            return [Line("", self._place(row, spot), spot) for row in value]
        if isinstance(f, Rows):
            spot = self.spot(f.name)
            made, signed = [], self._signed(f, value)
            for row in value:
                text = self._row_text(f, row)
                said = signed.get(row["id"])
                one = Signed(text, said) if said else Value(text, link=f.name in LINKS)
                spot.labels.append(one)
                made.append(Line(self._row_title(f, row), one, spot))
            return made
        text = str(self.record[f"{f.name}_title"] or "") if isinstance(f, Link) else cells.text(f, value)
        one = Value(text)
        return [Line(f.title, one, self.spot(f.name, one))]

    def _signed(self, f: Rows, rows: list[dict[str, Any]]) -> dict[bytes, str]:
        """When each row was written and by whom, for rows that keep their time (notes)."""
        fields = self.store.schema.fields(f.of)
        moment = next((m for m in fields.values() if isinstance(m, Moment) and not m.hidden), None)
        if moment is None:
            return {}
        from freecrm.store import history

        made = history.written(self.store, [row["id"] for row in rows])
        people = {who for _at, who in made.values() if who is not None}
        names = self.store.reader().titles("user", people) if people else {}
        found: dict[bytes, str] = {}
        for row in rows:
            at, who = made.get(row["id"], (None, None))
            when = row.get(moment.name) or at
            parts = (moment.show(when) if when is not None else "", names.get(who, "") if who else "")
            found[row["id"]] = " · ".join(part for part in parts if part)
        return {id: said for id, said in found.items() if said}

    def _row_text(self, f: Rows, row: dict[str, Any]) -> str:
        if f.of != "reminder":
            return f.show_one(row)
        from freecrm.ui.activity_form import says

        return says.reminder(row["before"], bool(self.record["all_day"]))

    def _row_title(self, f: Rows, row: dict[str, Any]) -> str:
        kind = self.store.schema.fields(f.of).get("kind")
        shown = kind.show(row.get("kind")) if isinstance(kind, Choice) else ""
        if shown and isinstance(f, Addresses):  # an office is a telephone's, too
            what = _(self.store.schema.entity(f.of).label)
            return _("{what} ({kind})").format(what=what, kind=inside(shown))
        return shown or f.title

    # ---- people

    def _people(self) -> list[tuple[str, list[Line]]]:
        """Who points at this record by a child row of theirs: the contacts with their jobs here."""
        found: dict[str, list[Line]] = {}
        reader = self.store.reader()
        for child in self.store.schema.child_entities():
            for f in self.store.schema.fields(child.entity).values():
                if isinstance(f, Link) and f.to == self.entity and is_place(f, child):
                    rows = reader.pointing(child.entity, f.name, self.record.id, SHOWN_AT_ONCE)
                    phones = self._phones_of(rows)
                    for row in rows:
                        parent = row.get("parent_entity")
                        title = self.store.schema.entity(parent).plural if parent else child.plural
                        line = self._person(child.entity, row, phones.get(row["parent"], ""))
                        found.setdefault(title, []).append(line)
        return [(_(title), lines) for title, lines in found.items()]

    def _phones_of(self, rows: list[dict[str, Any]]) -> dict[bytes, str]:
        """Id -> main phone of whatever these child rows belong to, where it has one."""
        found: dict[bytes, str] = {}
        for entity in {row["parent_entity"] for row in rows if row.get("parent_entity")}:
            f = self.store.schema.fields(entity).get("main_phone")
            ids = [row["parent"] for row in rows if row["parent_entity"] == entity]
            if f is not None:
                held = self.store.reader().by_ids(entity, ids, {f.name})
                found.update({id: cells.text(f, one[f.name]) for id, one in held.items()})
        return found

    def _person(self, child: str, row: dict[str, Any], phone: str) -> Line:
        """A person of this record: the name leads to them, the job is edited here."""
        name = Value(str(row.get("parent_title") or ""))
        if row.get("parent_entity"):
            self.people.append((row["parent_entity"], row["parent"], name))
        job = self.store.schema.fields(child).get("job")
        widget, work = self._card(name, row, phone)
        spot = None
        if job is not None:
            key = f"{child}:{row['id'].hex()}"
            spot = Spot(key, job, child, row["id"], row.get(job.name), [work] if work is not None else [])
            self.spots[key] = spot
        return Line("", widget, spot)

    def _place(self, row: dict[str, Any], spot: Spot) -> QWidget:
        """A firm that this person works at; all of it is edited as rows of the person."""
        name = Value(str(row.get("customer_title") or ""))
        if row.get("customer"):
            self.people.append(("customer", row["customer"], name))
        widget, work = self._card(name, row, "")
        if work is not None:
            spot.labels.append(work)
        return widget

    def _card(self, name: Value, row: dict[str, Any], phone: str) -> tuple[QWidget, Value | None]:
        """A name, the job, the role as a chip; below it the telephone."""
        made = QWidget()
        lines = QVBoxLayout(made)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(look.px(2))
        from freecrm.ui.editors.flow import Flow

        whole = QWidget()
        line = Flow(whole, look.px(8))  # a long job title goes to the next line
        picture, side = QLabel(), look.px(20)
        picture.setPixmap(self._pictures.person(name.text(), side, self.ratio))
        line.addWidget(picture)
        name.setWordWrap(False)
        line.addWidget(name)
        text = " ".join(str(row[k]) for k in ("department", "job") if row.get(k))
        work = Value(text or (cells.EMPTY if self.all_fields else ""), role="hint")
        if work.text():
            work.setWordWrap(False)
            line.addWidget(work)
        role = self.store.schema.fields("job")["role"] if "role" in row else None
        entry = cells.option(role, row.get("role")) if role is not None else None
        if role is not None and entry is not None:
            line.addWidget(chip(role.show(row["role"]), entry.colour))
        lines.addWidget(whole)
        if phone:
            below = Value(phone, link=True)
            below.setIndent(side + look.px(8))
            lines.addWidget(below)
        return made, work if work.text() else None
