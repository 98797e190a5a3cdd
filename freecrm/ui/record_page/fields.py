"""The record's fields on its page: the head with name, grade and tags, and the sections of the left column.

Both are edited in place as in the side panel, whose way of editing this is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.fields import Link
from freecrm.core.pieces import Children, Tab
from freecrm.core.record import Record
from freecrm.core.rows import Addresses
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.parts import label
from freecrm.ui.record_lines import Line, SectionGrid, Value
from freecrm.ui.record_panel import RecordPanel
from freecrm.ui.record_view import RecordView
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Tasks

AVATAR, NAMES = 46, 78


class PageView(RecordView):
    """A record laid out for its page: the head wide, people left to the right column."""

    def _head(self) -> QWidget:
        record, declared = self.record, self.store.schema.entity(self.entity)
        title = self.store.schema.title_of(self.entity, record.values)
        made = QWidget(self.parent)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(12))
        picture = QLabel(made)
        picture.setPixmap(self._pictures.avatar(title, look.px(AVATAR), self.ratio))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        self.texts = texts = QVBoxLayout()
        texts.setSpacing(look.px(2))
        texts.setContentsMargins(0, 0, 0, 0)
        from freecrm.ui.editors.flow import Flow

        first = QWidget(made)
        line = Flow(first, look.px(8), middle=True)
        name = Value(title, role="title", parent=first)
        name.setWordWrap(False)
        name.setIndent(0)
        self.spot(declared.title, name)
        line.addWidget(name)
        for one in self._chips(first):
            line.addWidget(one)
        texts.addWidget(first)
        texts.addWidget(self._about(made))
        row.addLayout(texts, 1)
        return made

    def _about(self, parent: QWidget) -> QWidget:
        """The line below the name: code, owner, address."""
        from freecrm.ui.editors.flow import Flow

        made = self.line_below = QWidget(parent)
        self.about = Flow(made, look.px(8), middle=True)
        if self.record["code"]:
            code = Value(str(self.record["code"]), role="caption", parent=made)
            code.setWordWrap(False)
            code.setIndent(0)
            self.spot("code", code)
            self.about.addWidget(code)
        self._add_customer()
        for text in self._known():
            self.add_known(text)
        return made

    def _add_customer(self) -> None:
        """Whose the record is: the way to that customer's page."""
        f = self.fields.get("customer")
        if isinstance(f, Link) and self.record["customer"]:
            shown = Value(str(self.record["customer_title"] or ""), role="caption", parent=self.line_below)
            shown.setWordWrap(False)
            shown.setIndent(0)
            self.people.append((f.to, self.record["customer"], shown))
            self._put_known(shown)

    def _put_known(self, part: QWidget) -> None:
        if self.about.count():
            self.about.addWidget(label("caption", "·", self.line_below))
        self.about.addWidget(part)

    def add_known(self, text: str) -> None:
        """One more thing known of the record, behind the others."""
        self._put_known(label("caption", text, self.line_below))

    def _known(self) -> list[str]:
        found = []
        owner = self.store.schema.entity(self.entity).owner
        if owner and self.record[owner]:
            found.append(str(self.record[f"{owner}_title"] or ""))
        for f in self.fields.values():
            rows: list[dict[str, Any]] = self.record[f.name] or []
            if isinstance(f, Addresses) and rows:
                found.append(f.show_one(rows[0]))
                break
        firm = self.fields.get("firm")
        if firm is not None and self.record["firm"]:
            found.append(cells.text(firm, self.record["firm"]))
        return [text for text in found if text]

    def _people(self) -> list[tuple[str, list[Line]]]:
        return []


class Fold(QWidget):
    """A section with a heading that folds it. toggled(folded)."""

    toggled = Signal(bool)

    def __init__(self, title: str, lines: Sequence[Line], folded: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.content = content = SectionGrid("", lines, names=NAMES, parent=self)
        self.head = QPushButton(title, self)
        self.head.setProperty("kind", "fold")
        self.head.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands at the right end
        self.head.clicked.connect(self.toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(2))
        column.addWidget(self.head)
        column.addWidget(content)
        if folded:
            content.hide()
        self._say(folded)

    def toggle(self) -> None:
        """Fold the section, or unfold it."""
        folded = not self.content.isHidden()
        self.content.setVisible(not folded)
        self._say(folded)
        self.toggled.emit(folded)

    def _say(self, folded: bool) -> None:
        look.dress(self.head, "chevron-right" if folded else "chevron-down", 16, "text2")
        state = _("folded") if folded else _("unfolded")
        self.head.setAccessibleName(f"{self.head.text()}, {state}")


class PageFields(RecordPanel):
    """The left column; `head` of the page lies in `head_box`. gone: the record isn't there any more.

    Fields of which the page has a tab are left to that."""

    gone = Signal()

    def __init__(
        self, store: Store, entity: str, id: bytes, tasks: Tasks, head_box: QWidget, parent: QWidget
    ) -> None:
        self.id, self.folded = id, set[str]()
        self.left_out = {
            name
            for tab in store.pieces(entity, Tab)
            if isinstance(tab.show, Children)
            for name, child in store.schema.children(entity).items()
            if child.entity == tab.show.of
        }
        self.head_box = head_box
        column = QVBoxLayout(self.head_box)
        column.setContentsMargins(0, 0, 0, 0)
        self.created, self._edited_last = "", ""
        self.view: PageView | None = None
        super().__init__(store, entity, parent, tasks=tasks)
        self.setAcceptDrops(False)
        self.setMinimumWidth(0)
        for part in (self.code, self.before_button, self.after_button, self.page_button, self.close_button):
            part.hide()
        self.acts.acts = ()  # they stand in the head of the page
        self.top.setContentsMargins(0, 0, 0, 0)
        self.column.setContentsMargins(*(look.px(side) for side in (16, 10, 12, 16)))
        self.column.setSpacing(look.px(14))
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def make_body(self) -> QWidget:
        """The fields, and below them what has no room for a column of its own."""
        holder = QWidget(self.area.viewport())
        self.area.setWidget(holder)
        body, below = QWidget(holder), QWidget(holder)
        self.below = QVBoxLayout(below)
        self.below.setContentsMargins(*(look.px(side) for side in (16, 0, 12, 16)))
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(body)
        outer.addWidget(below)
        outer.addStretch(1)
        return body

    def scroll_later(self, value: int) -> None:
        """Stay at this place once everything is laid out."""
        self._scroll_later(value)

    def show_id(self, id: bytes) -> None:
        """Show another record."""
        if self._let_go():
            self.id, self.created = id, ""
            self.load()

    def load(self) -> None:
        """Read the record and show it; a value being edited is left alone."""
        if self.place is not None and self.record is not None and self.record.id == self.id:
            return
        found = self.read()
        if found is None:
            self.gone.emit()
            return
        self.record, self.n = found, found.n
        self.show_record()

    def read(self) -> Record | None:
        return self.store.reader().record(self.entity, self.id, self.left_out)

    def lay_out(self, record: Record) -> RecordView:
        view = PageView(self.store, record, self.all_fields, self.devicePixelRatioF(), self.head_box)
        if self.created:
            view.add_known(self.created)
        self.view, self.head = view, view.texts
        box = self.head_box.layout()
        assert box is not None
        before = box.takeAt(0)
        gone = before.widget() if before is not None else None
        if gone is not None:
            gone.hide()
            gone.deleteLater()
        box.addWidget(view.head)
        for title, lines in view.sections:
            fold = Fold(title or _("More"), lines, title in self.folded, self.body)
            fold.toggled.connect(lambda folded, title=title: self._fold(title, folded))
            self.column.addWidget(fold)
        return view

    def show_parts(self) -> None:
        if self.view is not None:
            self.view.head.show()
        super().show_parts()

    def show_field(self, name: str) -> None:
        """Put the focus on a field, its section unfolded and in sight."""
        if name not in self.spots:
            self.all_fields = True
            self.show_record()
        spot = self.spots.get(name)
        if spot is None or not spot.labels:
            return
        part = spot.labels[0].parentWidget()
        while part is not None and part is not self:
            if isinstance(part, Fold) and part.content.isHidden():
                part.toggle()
            part = part.parentWidget()
        spot.labels[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(spot.labels[0])

    def say_created(self, text: str) -> None:
        """Say in the head when the record was made."""
        if text and text != self.created and self.view is not None:
            self.created = text
            self.view.add_known(text)

    def _fold(self, title: str, folded: bool) -> None:
        (self.folded.add if folded else self.folded.discard)(title)

    def edit_again(self) -> None:
        """Edit the value that was edited last, or the first that can be."""
        can = [key for key, spot in self.spots.items() if RecordView.why_not(self.store, spot) is None]
        if self._edited_last in can:
            self.edit(self._edited_last)
        elif can:
            self.edit(can[0])

    def edit(self, key: str) -> None:
        super().edit(key)
        if self.place is not None:
            self._edited_last = key
            part = self.place.parentWidget()
            while part is not None and part is not self:
                if isinstance(part, Fold) and part.content.isHidden():
                    part.toggle()
                part = part.parentWidget()

    def inputs(self) -> list[QWidget]:
        """What Tab goes through in the left column."""
        return tab_order(self.body)

    def show_record(self) -> None:
        if self.record is not None or self.view is None:
            super().show_record()


def column_area(parent: QWidget) -> QScrollArea:
    """A scroll area for a column that is as wide as it."""
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def created_words(store: Store, id: bytes) -> str:
    """When a record was made, for its head; "" when the log doesn't know."""
    from freecrm.store import timeline

    at = timeline.made_at(store.reader(), id)
    return _("added {day}").format(day=f"{at.astimezone():%Y-%m-%d}") if at is not None else ""
