"""The side panel: the record under the cursor, its fields by section, the people that belong to it.

It follows the cursor a blink later, so that a held arrow key stays light. Only what is filled in is
shown, and the few fields that should be, as "—".
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.entity import is_child
from freecrm.core.fields import Choice, Field, Link
from freecrm.core.record import Record
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import chip, icon_button, label, name_button

WAIT_MS = 30
IMPORTANT = frozenset({"grade", "status", "owner_user", "phones", "jobs"})
HEAD = frozenset({"name", "code", "grade", "status", "tags"})
OTHERWISE = frozenset({"main_phone", "main_contact", "firm", "city"})  # what they are made of is shown
LINKS = frozenset({"phones", "emails"})
SHOWN_AT_ONCE = 50
LABEL_MOST = 104


class RecordPanel(QFrame):
    """One record, to read and to copy from. closed: its × was pressed."""

    closed = Signal()

    def __init__(self, store: Store, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store, self.entity = store, entity
        self.n = -1
        self.record: Record | None = None
        self._pictures = Pictures()
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self.load)
        self.setProperty("panel", True)
        self.setMinimumWidth(look.px(260))
        self._build()
        self.reword()

    def _build(self) -> None:
        self.code = label("caption")
        self.close_button = icon_button("x", self.closed.emit, 16)
        top = QHBoxLayout()
        top.setContentsMargins(*(look.px(side) for side in (16, 6, 8, 6)))
        top.addWidget(self.code, 1)
        top.addWidget(self.close_button)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(*(look.px(side) for side in (16, 4, 16, 16)))
        self.column.setSpacing(look.px(10))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self.area, 1)

    # ---- which record

    def follow(self, n: int) -> None:
        """Show the record of this number soon (-1: none); only the last of many asked for is read."""
        if n != self.n or n < 0:
            self.n = n
            self._timer.start()

    def load(self) -> None:
        """Read the record now and show it."""
        self._timer.stop()
        self.record = self.store.reader().by_number(self.entity, self.n) if self.n >= 0 else None
        self.show_record()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        name_button(self.close_button, _("Close the side panel"), _("Space"))
        self.setAccessibleName(_("Details"))
        self.show_record()

    # ---- how it looks

    def show_record(self) -> None:
        """Build the panel anew from the record it holds."""
        self.setUpdatesEnabled(False)
        before = self.column.takeAt(0)
        while before is not None:
            gone = before.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
            before = self.column.takeAt(0)
        record = self.record
        self.code.setText(str(record["code"] or "") if record is not None else "")
        if record is not None:
            self.column.addWidget(self._head(record))
            for title, rows in self._sections(record):
                self.column.addWidget(self._section(title, rows))
            for title, people in self._people(record):
                self.column.addWidget(self._section(title, people))
        else:
            hint = label("hint", _("Choose a row to see its details."))
            hint.setWordWrap(True)
            self.column.addWidget(hint)
        self.column.addStretch(1)
        self.setUpdatesEnabled(True)

    def _head(self, record: Record) -> QWidget:
        title = str(record[self.store.schema.entity(self.entity).title] or "")
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(12))
        picture = QLabel()
        self._pictures.check()
        picture.setPixmap(self._pictures.avatar(title, look.px(44), self.devicePixelRatioF()))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(look.px(6))
        name = label("subtitle", title)
        name.setWordWrap(True)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts.addWidget(name)
        chips = self._chips(record)
        if chips:
            line = QHBoxLayout()
            line.setSpacing(look.px(6))
            for one in chips[:5]:
                line.addWidget(one)
            line.addStretch(1)
            texts.addLayout(line)
        row.addLayout(texts, 1)
        return made

    def _chips(self, record: Record) -> list[QLabel]:
        made = []
        for name in ("grade", "status"):
            f = self.store.schema.fields(self.entity).get(name)
            entry = cells.option(f, record[name]) if f is not None else None
            if f is not None and entry is not None:
                text = f.show(record[name])
                tint = "filled" if entry.colour == "accent" and len(text) == 1 else entry.colour
                made.append(chip(text, "plain" if tint == "neutral" else tint))
        return made + [chip(tag["word"], cells.tag_tint(tag["word"])) for tag in record["tags"] or ()]

    def _sections(self, record: Record) -> list[tuple[str, list[QWidget | tuple[str, QWidget]]]]:
        sections: dict[str, list[QWidget | tuple[str, QWidget]]] = {}
        for f in self.store.schema.shown(self.entity):
            if f.name in HEAD and (record[f.name] or f.name not in IMPORTANT):
                continue
            if f.derived is not None and f.name in OTHERWISE:
                continue
            lines = self._lines(f, record)
            if lines:
                sections.setdefault(f.section, []).extend(lines)
        return [(_(title) if title else "", rows) for title, rows in sections.items()]

    def _lines(self, f: Field, record: Record) -> list[QWidget | tuple[str, QWidget]]:
        value = record[f.name]
        if value in (None, "", []):
            if f.name == "phones" and record["main_phone"]:
                return []  # the main phone is that of a person, and stands there
            return [(f.title, label("hint", cells.EMPTY))] if f.name in IMPORTANT else []
        if f.name == "jobs":
            return [self._person(str(row.get("customer_title") or ""), row) for row in value]
        if isinstance(f, Rows):
            texts = [(self._row_title(f, row), f.show_one(row)) for row in value]
            return [(title, _value(text, link=f.name in LINKS)) for title, text in texts if text]
        text = str(record[f"{f.name}_title"] or "") if isinstance(f, Link) else cells.text(f, value)
        return [(f.title, _value(text))]

    def _row_title(self, f: Rows, row: dict[str, Any]) -> str:
        kind = self.store.schema.fields(f.of).get("kind")
        shown = kind.show(row.get("kind")) if isinstance(kind, Choice) else ""
        return shown or f.title

    def _people(self, record: Record) -> list[tuple[str, list[QWidget | tuple[str, QWidget]]]]:
        """Who points at this record by a child row of theirs: the contacts with their jobs here."""
        found: dict[str, list[QWidget | tuple[str, QWidget]]] = {}
        reader = self.store.reader()
        for child in self.store.schema.child_entities():
            for f in self.store.schema.fields(child.entity).values():
                if isinstance(f, Link) and f.to == self.entity and is_child(child) and f.name != "parent":
                    rows = reader.pointing(child.entity, f.name, record.id, SHOWN_AT_ONCE)
                    phones = self._phones_of(rows)
                    for row in rows:
                        parent = row.get("parent_entity")
                        title = self.store.schema.entity(parent).plural if parent else child.plural
                        name = str(row.get("parent_title") or "")
                        line = self._person(name, row, phones.get(row["parent"], ""))
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

    def _person(self, title: str, row: dict[str, Any], phone: str = "") -> QWidget:
        """A name, the job, the role as a chip; below it the telephone."""
        made = QWidget()
        lines = QVBoxLayout(made)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(look.px(2))
        line = QHBoxLayout()
        line.setSpacing(look.px(8))
        picture = QLabel()
        side = look.px(20)
        picture.setPixmap(self._pictures.person(title, side, self.devicePixelRatioF()))
        line.addWidget(picture)
        line.addWidget(_value(title))
        work = " ".join(str(row[k]) for k in ("department", "job") if row.get(k))
        if work:
            line.addWidget(label("hint", work))
        role = self.store.schema.fields("job")["role"] if "role" in row else None
        entry = cells.option(role, row.get("role")) if role is not None else None
        if role is not None and entry is not None:
            line.addWidget(chip(role.show(row["role"]), entry.colour))
        line.addStretch(1)
        lines.addLayout(line)
        if phone:
            below = _value(phone, link=True)
            below.setIndent(side + look.px(8))
            lines.addWidget(below)
        return made

    def _section(self, title: str, rows: list[QWidget | tuple[str, QWidget]]) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, look.px(4), 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnMinimumWidth(0, look.px(84))
        grid.setColumnStretch(1, 1)
        if title:
            grid.addWidget(label("strong", title), 0, 0, 1, 2)
        for at, row in enumerate(rows, 1):
            if isinstance(row, tuple):
                name = label("hint", row[0])
                name.setWordWrap(name.sizeHint().width() > look.px(LABEL_MOST))
                name.setMaximumWidth(look.px(LABEL_MOST))
                grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(row[1], at, 1, Qt.AlignmentFlag.AlignTop)
            else:
                grid.addWidget(row, at, 0, 1, 2)
        return made


def _value(text: str, *, link: bool = False) -> QLabel:
    """A value that can be marked and copied with mouse and keyboard."""
    made = label("link" if link else "", text)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made
