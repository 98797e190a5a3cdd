"""Editing in a cell of a list: typing replaces, F2 and Enter edit; Enter commits and goes down, Tab to the right,
Esc gives up. It is the editor of the details, standing over the cell.

editing = CellEditing(grid, store)
editing.begin(None)         edit what stands in the cell
editing.begin("x")          an x takes its place, more is typed
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from freecrm.core.custom import Schema
from freecrm.core.fields import Field, LongText, YesNo, clean
from freecrm.core.record import Record, Typed
from freecrm.core.rows import Rows
from freecrm.core.words import Said, _
from freecrm.store import sources
from freecrm.store.database import Store
from freecrm.store.sources import Source
from freecrm.ui import look
from freecrm.ui.editors.base import Editor, LineEditor
from freecrm.ui.editors.chooser import Chooser
from freecrm.ui.editors.tags import TagsEditor
from freecrm.ui.grid import Grid
from freecrm.ui.in_place import InPlace
from freecrm.ui.record_lines import Spot
from freecrm.ui.tasks import Tasks

STAYS_MS = 1500  # how long an edited row stays where it was before the sort moves it
_NARROWEST, _ROWS_WIDE = 180, 340


class FirstRowEditor(LineEditor):
    """One part of the first of some child rows, edited as a line; its value is all of the rows."""

    def __init__(self, field: Rows, part: str, title: str, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.of, self.part, self.title = field, part, title
        self._rows: list[dict[str, Any]] = []
        self.line.setAccessibleName(title)

    def _shown(self) -> str:
        if not self._rows:
            return ""
        row = self._rows[0]
        return self.of.show_one(row) if self.part == self.of.shows else str(row.get(self.part) or "")

    def set_value(self, value: Any) -> None:
        self._rows = list(value or ())
        self.line.setText(self._shown())

    def value(self) -> Any:
        text = clean(self.line.text())
        if text == self._shown():
            return self._rows
        new, why = sources.read_part(self.of, self.part, text)
        return Typed(text) if why is not None else sources.with_first(self._rows, new)

    def unreadable(self) -> Said | None:
        return sources.read_part(self.of, self.part, self.line.text())[1]

    def name(self, text: str) -> None:
        self.line.setAccessibleName(self.title)


class CellEditor(InPlace):
    """The editor over a cell. gave_up: it was left by Esc. leave: where the cursor goes, (rows, columns)."""

    def __init__(self, store: Store, tasks: Tasks, spot: Spot, editor: Editor | None = None) -> None:
        super().__init__(store, tasks, spot, editor)
        self.setProperty("cell", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.gave_up = False
        self.down = 1
        self.cell, self._above = QRect(), False
        self.resized = _Resized(self)
        self._set_margins()

    def restore(self) -> None:
        self.gave_up = True
        super().restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain and isinstance(self.editor, LineEditor):
            self.down = 1 if event.key() == Qt.Key.Key_Down else -1
            self.save(0)
            self.down = 1
        else:
            super().keyPressEvent(event)
        event.accept()  # the list below hears none of it

    def stand(self, cell: QRect) -> None:
        """Stand over a cell, whose place in the list this is; hints stand below it, or above where no room is."""
        self.cell = cell
        self._arrange(above=False)
        self.fit()

    def fit(self) -> None:
        """Be as tall as what is in it, inside what is seen of the list, with the input on its cell."""
        room = self.parentWidget()
        tall = self._tall()
        if not self._above and room is not None and self.cell.top() - 1 + tall > room.height():
            self._arrange(above=self.cell.bottom() + 1 >= tall)
            tall = self._tall()
        self.resize(self.width(), tall)
        tall = self.height()  # a text of several lines may ask for more
        above = tall - self._input_height() if self._above else 0
        top = max(self.cell.top() - 1 - above, 0)
        if room is not None and not self._above:
            top = max(min(top, room.height() - tall), 0)
        self.move(self.x(), top)

    def _tall(self) -> int:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return (
            layout.totalHeightForWidth(self.width())
            if layout.hasHeightForWidth()
            else self.sizeHint().height()
        )

    def _arrange(self, *, above: bool) -> None:
        """Put what is said of the input above it, or below."""
        if above == self._above:
            return
        self._above = above
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        parts = (self.keys, self.clash, self.trouble, self.editor)
        for part in parts if above else reversed(parts):
            column.removeWidget(part)
            column.addWidget(part)
        self._set_margins()
        if isinstance(self.editor, LineEditor):
            self.editor.column.removeWidget(self.editor.understood)
            self.editor.column.insertWidget(0 if above else -1, self.editor.understood)

    def _set_margins(self) -> None:
        side, outer = look.px(8), look.px(4)
        for part in (self.trouble, self.keys, self.clash):
            part.setContentsMargins(side, outer if self._above else 0, side, 0 if self._above else outer)

    def _input_height(self) -> int:
        inner = self.editor.line if isinstance(self.editor, LineEditor) else self.editor
        return min(max(inner.sizeHint().height(), inner.minimumHeight()), inner.maximumHeight())

    def reword(self) -> None:
        super().reword()
        enter = _("Ctrl+Enter") if isinstance(self.spot.of, LongText) else _("Enter")
        self.keys.setText(_("{enter} saves · Tab next cell · Esc gives up").format(enter=enter))


class _Resized(QObject):
    """Keeps an editor as tall as what is in it."""

    def __init__(self, editor: CellEditor) -> None:
        super().__init__(editor)
        self.editor = editor
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.editor and event.type() == QEvent.Type.LayoutRequest:
            self.editor.fit()
        return False


class CellEditing(QObject):
    """Edits the cell under a grid's cursor. hint(text): a line for the status bar."""

    hint = Signal(str)

    def __init__(self, grid: Grid, store: Store, tasks: Tasks) -> None:
        super().__init__(grid)
        self.grid, self.store, self.tasks = grid, store, tasks
        self.editor: CellEditor | None = None
        self._composing = False
        self._stays = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._stays.timeout.connect(grid.list_model.release)
        grid.acted.connect(self._acted)
        grid.viewport().installEventFilter(self)

    # ---- beginning

    def begin(self, text: str | None) -> bool:
        """Edit the cell under the cursor. text: what takes the place of what stands there; None: nothing does. False
        when the cell refuses, which is then said."""
        if self.editor is not None:  # typed in a hurry, before the focus was there
            line = self.editor_line()
            if text and line is not None:
                QApplication.sendEvent(line, _pressed(Qt.Key.Key_unknown, text))
            return True
        grid = self.grid
        index = grid.currentIndex()
        if not index.isValid():
            return False
        f = grid.list_model.fields[index.column()]
        entity = grid.list_model.page.entity
        record = self.store.reader().by_number(entity, grid.current_n())
        source = sources.source_of(self.store.reader(), entity, record.id, f) if record is not None else None
        if record is None or source is None or f.locked:
            self.hint.emit(
                refusal(self.store.schema, entity, f)
                if record is not None
                else _("This record is no longer there.")
            )
            return False
        grid.scrollTo(index)
        self.editor = self._made(f, source, record)
        self._place()
        self.editor.show()
        self.editor.ended.connect(self._ended)
        grid.list_model.hold()
        self._stays.stop()
        if not self._composing:
            self._go_in(text)
        return True

    def _made(self, f: Field, source: Source, record: Record) -> CellEditor:
        owner = record if source.id == record.id else self.store.reader().record(source.entity, source.id)
        of = self.store.schema.fields(source.entity)[source.name]
        value = owner[source.name] if owner is not None else None
        own = None
        if source.part and isinstance(of, Rows):
            own = FirstRowEditor(of, source.part, f.title, self.store, self.tasks)
        spot = Spot(source.name, of, source.entity, source.id, value)
        made = CellEditor(self.store, self.tasks, spot, own)
        made.setParent(self.grid.viewport())
        return made

    def _place(self) -> None:
        """Over the cell, inside what is seen of the list."""
        assert self.editor is not None
        editor, room = self.editor, self.grid.viewport().rect()
        rect = self.grid.visualRect(self.grid.currentIndex())
        line = editor.editor.main()
        least = _NARROWEST
        if isinstance(line, QLineEdit) and not isinstance(editor.spot.of, Rows):
            line.setFixedHeight(rect.height())
        elif isinstance(editor.spot.of, (Rows, LongText)) and not isinstance(editor.editor, FirstRowEditor):
            least = _ROWS_WIDE
        needs = max(rect.width(), look.px(least), editor.keys.sizeHint().width() + look.px(4))
        editor.setFixedWidth(min(needs, room.width()))
        left = max(min(rect.left(), room.right() - editor.width()), 0)
        editor.move(left, editor.y())
        editor.stand(rect)
        editor.raise_()

    def _go_in(self, text: str | None) -> None:
        assert self.editor is not None
        inner = self.editor.editor
        inner.focus_first()
        line = inner.main()
        if text is None:
            if isinstance(inner, Chooser) and not isinstance(inner, TagsEditor):
                inner.toggle()
            elif isinstance(line, QLineEdit):
                line.end(False)
        elif isinstance(line, (QLineEdit, QPlainTextEdit)) and not (
            isinstance(inner, TagsEditor) and not text
        ):
            line.selectAll()
            key = Qt.Key.Key_unknown if text else Qt.Key.Key_Backspace
            QApplication.sendEvent(line, _pressed(key, text))
        elif isinstance(self.editor.spot.of, YesNo) and text:
            value, why = self.editor.spot.of.read(text)
            if why is None:
                inner.set_value(value)

    # ---- input methods

    def compose(self, event: QInputMethodEvent) -> None:
        """An input method writes: what it writes takes the place of what stands in the cell.

        The focus stays in the list until the first word is whole; to move it would end the composing."""
        if self.editor is None:
            self._composing = True
            if not (event.preeditString() or event.commitString()) or not self.begin(""):
                self._composing = False
                return
            line = self.editor_line()
            if isinstance(line, (QLineEdit, QPlainTextEdit)):
                line.selectAll()
        target = self.editor_line()
        if target is None:
            return
        QApplication.sendEvent(target, event)
        if event.commitString():
            self._composing = False
            target.setFocus()
        elif not event.preeditString() and self._composing and self.editor is not None:
            self._composing = False
            self.editor.restore()

    def editor_line(self) -> QWidget | None:
        """What is typed into, None when no cell is edited."""
        return self.editor.editor.main() if self.editor is not None else None

    # ---- ending

    def finish(self) -> bool:
        """Save what is being edited; False when that isn't possible, which is then said below it."""
        return self.editor is None or self.editor.save(None)

    def _ended(self, step: int | None) -> None:
        editor, self.editor = self.editor, None
        if editor is None:
            return
        self._composing = False
        had_focus = editor.isAncestorOf(QApplication.focusWidget() or editor)
        editor.hide()
        editor.deleteLater()
        grid = self.grid
        if step is not None or had_focus:
            grid.setFocus(Qt.FocusReason.OtherFocusReason)
        index = grid.currentIndex()
        if step is not None and not editor.gave_up and index.isValid():
            if step:
                grid.walk(step)
            else:
                grid.go(min(max(index.row() + editor.down, 0), len(grid.list_model.numbers) - 1))
            grid.scrollTo(grid.currentIndex())
        self._stays.start()

    def _acted(self) -> None:
        if self.editor is None:
            self._stays.stop()
            self.grid.list_model.release()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.editor is not None:
            self._place()
        return False

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.editor is not None:
            self.editor.reword()


def refusal(schema: Schema, entity: str, f: Field) -> str:
    """Why a cell of this field can't be edited."""
    if f.locked:
        return _("You may not change “{field}”. Ask whoever gives the rights.").format(field=f.title)
    if f.derived is not None:
        return str(sources.worked_out(schema, entity, f))
    return _("“{field}” is too much for a cell. Change it in the details (Space).").format(field=f.title)


def _pressed(key: Qt.Key, text: str) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
