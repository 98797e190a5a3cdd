"""The timeline of a record: chips for the kinds, a search, and the entries below day headings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.pieces import Entry
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.store.timeline import CHANGES, Happening
from freecrm.ui import look
from freecrm.ui.find_box import FindBox
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.record_page.tall_list import TallList
from freecrm.ui.record_page.timeline_model import TimelineModel
from freecrm.ui.record_page.timeline_paint import TimelinePainter
from freecrm.ui.record_page.timeline_words import Row
from freecrm.ui.tasks import Tasks

NEAR = 1200  # pixels above the end at which the next page is asked for
HEADING, LEAST_FIND, MOST_FIND = 80, 150, 240
USUAL = 3
"""So many kinds have a chip before there is any entry of them: what people write themselves."""
_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect


class TimelineView(TallList):
    """The entries. opened(happening): Enter or a double click. act(verb, happening): edit, remove, save, open."""

    opened = Signal(object)
    act = Signal(str, object)

    def __init__(self, model: TimelineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = model
        self.painter_ = TimelinePainter(self, model)
        self.setModel(model)
        self.setItemDelegate(self.painter_)
        self.setProperty("timeline", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.verticalScrollBar().setSingleStep(look.px(24))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._moved())
        model.reading.connect(self._remember)
        model.read.connect(self._return)
        model.loaded.connect(self._moved)
        self.tools = _Tools(self)
        self._kept: tuple[int, tuple[str, bytes, int] | None] = (0, None)

    def height_of(self, row: int) -> int:
        return self.painter_.height(self.rows_model.rows[row], self.viewport().width())

    def row_at(self, index: QModelIndex) -> Row | None:
        """The entry at an index, None for a heading."""
        row = self.rows_model.rows[index.row()] if index.isValid() else None
        return row if row is not None and row.about is not None else None

    def current(self) -> Row | None:
        """The entry under the cursor."""
        return self.row_at(self.currentIndex())

    # ---- staying where one is

    def _remember(self) -> None:
        row = self.current()
        self._kept = (self.verticalScrollBar().value(), row.key if row is not None else None)
        self.tools.hide()

    def _return(self) -> None:
        value, key = self._kept
        at = self.rows_model.find(key) if key is not None else -1
        if at >= 0:
            self.selectionModel().setCurrentIndex(self.rows_model.index(at), _ONLY)
        self.scroll_to_place(value)

    def _moved(self) -> None:
        self.tools.hide()
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum() - look.px(NEAR):
            self.rows_model.more()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._moved()

    # ---- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.current()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and row is not None:
            self.opened.emit(row.about)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right) and row is not None:
            wanted = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(Qt.Key(key))
            if wanted is None or wanted != self.rows_model.is_unfolded(row):
                self.rows_model.toggle(self.currentIndex().row())
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self._step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        """To the next entry, headings passed over."""
        at = self.currentIndex().row() + by
        while 0 <= at < len(self.rows_model.rows):
            if self.rows_model.rows[at].about is not None:
                self.selectionModel().setCurrentIndex(self.rows_model.index(at), _ONLY)
                self.scrollTo(self.rows_model.index(max(at - 1, 0)) if at <= 1 else self.currentIndex())
                return
            at += by

    def focusInEvent(self, event: Any) -> None:
        if self.current() is None:
            self._step(1)
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self.row_at(index)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and row is not None and (self.painter_.parts_of(row)[1] or self._is_cut(row)):
            self.rows_model.toggle(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row_at(self.indexAt(event.position().toPoint()))
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(row.about)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self.hover(index.row())
        self.tools.offer(self.row_at(index), self.visualRect(index))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hover(-1)
        if not self.tools.underMouse():
            self.tools.hide()

    def _is_cut(self, row: Row) -> bool:
        return bool(row.text) and self.painter_._text_height(row, self.viewport().width())[1]

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row = self.row_at(index)
        if row is None:
            return
        menu = QMenu(self)
        for icon, text, verb in verbs(row.about):
            action = menu.addAction(_(text))
            look.dress(action, icon, 16)
            action.triggered.connect(partial(self.act.emit, verb, row.about))
        if menu.isEmpty():
            return
        rect = self.visualRect(index)
        menu.popup(
            self.viewport().mapToGlobal(rect.topLeft() + QPoint(look.px(44), look.px(24)))
            if by_key
            else event.globalPos()
        )


def verbs(about: Happening | None) -> list[tuple[str, str, str]]:
    """What can be done with an entry: icon, words, verb; the first is what Enter does."""
    if about is None or about.kind == CHANGES:
        return []
    if about.entity == "file":
        return [
            ("external-link", N_("Open the file"), "open"),
            ("download", N_("Save the file as…"), "save"),
            ("trash-2", N_("Remove the file"), "remove"),
        ]
    if about.entity == "activity":
        return [
            ("external-link", N_("Open"), "open"),
            ("trash-2", N_("Delete the follow-up"), "remove"),
        ]
    if about.values.get("parent_entity") and about.text and about.entity != "note":
        return [("external-link", N_("Open"), "open")]
    return [("pencil", N_("Change the note"), "open"), ("trash-2", N_("Delete the note"), "remove")]


class _Tools(QFrame):
    """Buttons over the entry under the mouse; by keys the same is done by Enter and the menu key."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view.viewport())
        self.view = view
        self.setProperty("popup", True)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(2, 2, 2, 2)
        self.line.setSpacing(0)
        self._of: Row | None = None
        self.hide()

    def offer(self, row: Row | None, rect: Any) -> None:
        """Show what can be done with an entry at its upper right."""
        wanted = verbs(row.about) if row is not None else []
        if not wanted:
            self._of = None
            self.hide()
            return
        if row is not self._of or self.isHidden():
            self._of = row
            while (item := self.line.takeAt(0)) is not None:
                gone = item.widget()
                if gone is not None:
                    gone.deleteLater()
            for icon, text, verb in wanted:
                button: QToolButton = icon_button(icon, self._doing(verb, row), 16)
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                name_button(button, _(text))
                self.line.addWidget(button)
            self.adjustSize()
            self.move(rect.right() - self.width() - look.px(8), rect.top() + look.px(24))
            self.show()

    def _doing(self, verb: str, row: Row | None) -> Callable[[], None]:
        return lambda: self.view.act.emit(verb, row.about if row is not None else None)


class TimelineBox(QWidget):
    """The heading with its chips and search, and the view. shown: the entries were read anew."""

    shown = Signal()

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        id: bytes,
        entries: list[Entry],
        *,
        changes: bool,
        title: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self.model = TimelineModel(store, tasks, entity, id, entries, changes=changes, parent=self)
        self.view = TimelineView(self.model, self)
        self.view.setMinimumHeight(look.px(48))  # what stands above it needs its whole height
        self.heading, self.nothing = label("strong", parent=self), label("hint", parent=self)
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        self.find_box = FindBox(parent=self)
        self.find_box.textChanged.connect(lambda _text: self._narrow())
        self.find_box.left.connect(self.view.setFocus)
        self.chips: dict[str, QPushButton] = {}
        from freecrm.ui.editors.flow import Flow

        holder = QWidget(self)
        flow = Flow(holder, look.px(6))
        kinds = ["", *(entry.name for entry in entries), *([CHANGES] if changes else [])]
        self.labels = {entry.name: entry.label for entry in entries} | {"": N_("All"), CHANGES: N_("Changes")}
        for kind in kinds if len(kinds) > 2 else ():
            chip = QPushButton(holder)
            chip.setCheckable(True)
            chip.clicked.connect(partial(self.show_kind, kind))
            self.chips[kind] = chip
            flow.addWidget(chip)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        if title:
            top.addWidget(self.heading)
        self.heading.setVisible(bool(title))
        top.addWidget(holder, 1)
        top.addWidget(self.find_box)
        self.between = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addLayout(top)
        column.addLayout(self.between)
        column.addWidget(self.nothing)
        column.addWidget(self.view, 1)
        self.room = QWidget(self)  # in place of the entries, so that what stands above stays there
        self.room.hide()
        column.addWidget(self.room, 1)
        self._instead: QWidget | None = None
        self.model.loaded.connect(self._show)
        self.reword()

    def fill_with(self, state: QWidget) -> None:
        """Show this as long as there is no entry at all."""
        self._instead = state
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(state, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Chips and search stand in one line: the heading, which says what they say, makes way for them."""
        needed = sum(
            chip.sizeHint().width() + look.px(6) for chip in self.chips.values() if not chip.isHidden()
        )
        room = self.width() - needed - look.px(16)
        self.heading.setVisible(bool(self._title) and room > look.px(HEADING + MOST_FIND))
        rest = room - (look.px(HEADING) if not self.heading.isHidden() else 0)
        self.find_box.setFixedWidth(max(look.px(LEAST_FIND), min(look.px(MOST_FIND), rest)))

    def load(self) -> None:
        """Read the entries."""
        self.model.load()

    def show_kind(self, kind: str) -> None:
        """Show one kind of entries, "" = all."""
        self.model.narrow(kind, self.find_box.text())
        self._mark()

    def _narrow(self) -> None:
        self.model.narrow(self.model.only, self.find_box.text())

    def _offer(self) -> None:
        """Only kinds of which there is something have a chip, and that which is chosen; the first ones always have."""
        for at, (kind, chip) in enumerate(self.chips.items()):
            usual = at <= USUAL or kind == CHANGES
            chip.setVisible(usual or kind in self.model.kinds or kind == self.model.only)
        self._fit()

    def _mark(self) -> None:
        for kind, chip in self.chips.items():
            chosen = kind == self.model.only
            chip.setChecked(chosen)
            chip.setProperty("chip", "true" if chosen else "off")
            look.refresh(chip)

    def _show(self) -> None:
        self._offer()
        empty = not self.model.rows
        narrowed = bool(self.model.only or self.model.words)
        self.nothing.setText(
            _("Nothing matches. Clear the search or choose “All”.") if narrowed else _("Nothing yet.")
        )
        instead = self._instead if empty and not narrowed else None
        self.nothing.setVisible(empty and instead is None)
        self.view.setVisible(not empty)
        self.room.setVisible(empty and instead is None)
        self.find_box.setVisible(instead is None)
        if self._instead is not None:
            self._instead.setVisible(instead is not None)
        self.shown.emit()

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.chips.values(), self.find_box, self.view]

    def state(self) -> dict[str, Any]:
        """What is shown, and how far it is scrolled."""
        return {
            "only": self.model.only,
            "words": self.find_box.text(),
            "scrolled": self.view.verticalScrollBar().value(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Show it as it was."""
        self.view._kept = (state["scrolled"], None)
        self.find_box.setText(state["words"])
        if state["only"]:
            self.show_kind(state["only"])
        self.view.scroll_to_place(state["scrolled"])

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.heading.setText(_(self._title))
        self.view.setAccessibleName(_(self._title) or _("Timeline"))
        self.find_box.reword(_("Find in the timeline"), _("Clear the search"))
        for kind, chip in self.chips.items():
            chip.setText(_(self.labels[kind]))
        self._mark()
        self._fit()
        if self.model.rows:
            self.model.reword()
