"""Single rows of several: a phone, a mail, an address, a WeChat name, a position; each with its kind and
whether it is the main one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.fields import Choice, clean
from freecrm.core.record import Typed
from freecrm.core.rows import Rows
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import mark
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks


class RowLine(QWidget):
    """One row. changed: something in it was. left: the focus went to another row or out.
    removed: its × was pressed. primary_wanted: its star was. more(rows): the text holds several."""

    changed = Signal()
    removed = Signal()
    primary_wanted = Signal()
    left = Signal()
    more = Signal(list)

    def __init__(self, field: Rows, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.field, self.store, self.tasks = field, store, tasks
        self.child = store.schema.fields(field.of)
        self.row: dict[str, Any] = {}
        self.star: QToolButton | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(4))
        self.top = QHBoxLayout()
        self.top.setSpacing(look.px(4))
        self.column.addLayout(self.top)
        self.build()
        if "primary" in self.child:
            self.star = icon_button("star", self.primary_wanted.emit, 16)
            self.star.setCheckable(True)
            self.top.addWidget(self.star)
        self.cross = icon_button("x", self.removed.emit, 16)
        self.top.addWidget(self.cross)

    def build(self) -> None:
        """Put the inputs into `top` and below."""
        raise NotImplementedError

    def value(self) -> dict[str, Any] | None:
        """The row, None when it is blank; text that isn't a value as `Typed` in the field that shows it."""
        raise NotImplementedError

    def set_value(self, row: dict[str, Any]) -> None:
        """Show a row."""
        raise NotImplementedError

    def problem(self) -> Said | None:
        """Why the row can't be saved."""
        raise NotImplementedError

    def show_problem(self, wrong: bool) -> None:
        """Mark what is not taken, or take the mark away."""
        raise NotImplementedError

    def main(self) -> QWidget:
        """What takes the focus first."""
        raise NotImplementedError

    def inputs(self) -> list[QWidget]:
        """Everything in it that takes the focus, for watching where it goes."""
        return [w for w in (self.main(), self.star, self.cross) if w is not None]

    def show_primary(self) -> None:
        """Fill the star of the main one of its like."""
        if self.star is not None:
            primary = bool(self.row.get("primary"))
            self.star.setChecked(primary)
            look.dress(self.star, "star", 16, "warning" if primary else "border_strong")

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.star is not None:
            name_button(self.star, _("Main one"))
        name_button(self.cross, _("Remove"))


class TextRow(RowLine):
    """A kind and one line of text that the field reads: phones with extension, mails, addresses, handles."""

    def build(self) -> None:
        self.line = QLineEdit()
        self.kind: QComboBox | None = None
        self._edited = False
        self._why: Said | None = None
        kind = self.child.get("kind")
        if isinstance(kind, Choice):
            self.kind = ComboBox()
            self.kind.setMinimumWidth(look.px(84))
            self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            self.kind.activated.connect(self._kind_chosen)
            self.kind.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.kind.installEventFilter(self)
            self.top.addWidget(self.kind)
        self.line.setMinimumWidth(look.px(96))
        self.top.addWidget(self.line, 1)
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)

    def main(self) -> QWidget:
        return self.line

    def inputs(self) -> list[QWidget]:
        return [*super().inputs(), *([self.kind] if self.kind is not None else [])]

    def text_of(self, row: dict[str, Any]) -> str:
        """A row as it is edited."""
        text = self.field.show_one(row)
        return f"{text} ({row['note']})" if row.get("note") and "note" in self.child else text

    def set_value(self, row: dict[str, Any]) -> None:
        self.row = dict(row)
        self._edited, self._why = False, None
        typed = row.get(self.field.shows)
        if isinstance(typed, Typed):
            self.line.setText(typed)
            self._typed()
        else:
            self.line.setText(self.text_of(row))
            self.line.setCursorPosition(0)
        self.show_primary()
        self._fill_kinds()

    def value(self) -> dict[str, Any] | None:
        text = clean(self.line.text())
        if not text:
            return None
        if self._edited and self.problem() is not None:
            return {**self.row, self.field.shows: Typed(text)}
        return dict(self.row)

    def problem(self) -> Said | None:
        if not self._edited or not clean(self.line.text()):
            return None
        if self._why is None:
            for name, value in self.row.items():
                f = self.child.get(name)
                why = f.check(value) if f is not None and isinstance(value, str) else None
                if why is not None:
                    return why
            return None
        # Short numbers of a switchboard fit no pattern: whoever says so may keep one.
        other = self.row.get("kind") == "other" and self.row.get(self.field.shows)
        return None if other else self._why

    def rows_typed(self) -> list[dict[str, Any]]:
        """The rows that the text holds; the first one is this one."""
        rows, self._why = self.field.read(self.line.text())
        return list(rows)

    def _typed(self) -> None:
        self._edited = True
        kept = {k: v for k, v in self.row.items() if k in ("id", "primary", "kind", "position")}
        rows = self.rows_typed()
        first = rows[0] if rows else {self.field.shows: clean(self.line.text())}
        guessed = first.get("kind")
        chosen = kept.get("kind") if self.row.get("kind_chosen") or guessed in (None, "other") else guessed
        self.row = {**kept, **first}
        if "kind" in self.child:
            self.row["kind"] = chosen or guessed or self.default_kind()
        self._show_kind()
        self.changed.emit()

    def default_kind(self) -> str | None:
        """The kind of a row that nobody has chosen one for."""
        kind = self.child.get("kind")
        if not isinstance(kind, Choice) or not kind.options.entries:
            return None
        return None if self.field.kind == "phones" else kind.options.entries[0].key

    def _kind_chosen(self) -> None:
        assert self.kind is not None
        self.row["kind"] = self.kind.currentData()
        self.changed.emit()

    def _fill_kinds(self) -> None:
        kind = self.child.get("kind")
        if self.kind is None or not isinstance(kind, Choice):
            return
        held = self.row.get("kind")
        self.kind.clear()
        if held is None and self.field.kind == "phones":
            self.kind.addItem(_("Kind"), None)
        for entry in kind.options.entries:
            if not entry.off or entry.key == held:
                self.kind.addItem(entry.title, entry.key)
        self._show_kind()

    def _show_kind(self) -> None:
        if self.kind is None:
            return
        held = self.row.get("kind")
        if held is None and not self._edited and not self.row.get(self.field.shows):
            held = self.default_kind()
        at = self.kind.findData(held)
        if at >= 0:
            self.kind.setCurrentIndex(at)

    def split(self) -> None:
        """Hand on what is typed beyond the first value: a pasted list becomes rows."""
        if not self._edited or self._why is not None:
            return
        rows = self.rows_typed()
        if len(rows) > 1:
            self.line.setText(self.text_of(rows[0]))
            self._typed()
            self.more.emit(rows[1:])
        elif rows:
            self.line.setText(self.text_of(self.row))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.split()
        if watched is self.kind and event.type() == QEvent.Type.Wheel and not self.kind.hasFocus():
            event.ignore()  # turning the wheel over a form moves the form
            return True
        return super().eventFilter(watched, event)

    def show_problem(self, wrong: bool) -> None:
        """Mark the line as not taken."""
        mark(self.line, wrong)

    def reword(self) -> None:
        super().reword()
        self._fill_kinds()
        if self.kind is not None:
            self.kind.setAccessibleName(_("Kind"))
        self.line.setAccessibleName(self.field.title)


class AddressRow(TextRow):
    """An address as one line, and its parts when they are unfolded."""

    PARTS = ("country", "province", "city", "district", "street", "postcode")

    def build(self) -> None:
        super().build()
        self.parts: dict[str, QLineEdit] = {}
        self.titles: dict[str, QLabel] = {}
        self.unfold = icon_button("chevron-down", self._unfold, 16)
        self.top.addWidget(self.unfold)
        self.box: QWidget | None = None

    def inputs(self) -> list[QWidget]:
        return [*super().inputs(), self.unfold, *self.parts.values()]

    def rows_typed(self) -> list[dict[str, Any]]:
        rows = super().rows_typed()
        kept = {k: self.row[k] for k in ("country", "postcode") if self.row.get(k)}
        return [{**row, **kept} for row in rows]

    def text_of(self, row: dict[str, Any]) -> str:
        return self.field.show_one({k: v for k, v in row.items() if k != "country"})

    def set_value(self, row: dict[str, Any]) -> None:
        super().set_value(row)
        self._show_parts()

    def value(self) -> dict[str, Any] | None:
        if any(part.text().strip() for part in self.parts.values()):
            return dict(self.row)
        return super().value()

    def _typed(self) -> None:
        super()._typed()
        self._show_parts()

    def _unfold(self) -> None:
        if self.box is None:
            self.box = QWidget()
            grid = QGridLayout(self.box)
            grid.setContentsMargins(0, 0, 0, look.px(4))
            grid.setHorizontalSpacing(look.px(8))
            grid.setVerticalSpacing(look.px(4))
            for at, name in enumerate(self.PARTS):
                line, title = QLineEdit(), label("caption")
                title.setBuddy(line)
                self.titles[name] = title
                line.textEdited.connect(lambda text, name=name: self._part_typed(name, text))
                grid.addWidget(title, at // 2 * 2, at % 2)
                grid.addWidget(line, at // 2 * 2 + 1, at % 2)
                self.parts[name] = line
            self.column.addWidget(self.box)
            self.reword()
            order_tabs(self)
            self.changed.emit()
        else:
            self.box.setVisible(not self.box.isVisible())
        look.dress(self.unfold, "chevron-up" if not self.box.isHidden() else "chevron-down", 16)
        self._show_parts()

    def _part_typed(self, name: str, text: str) -> None:
        self.row[name] = clean(text) or None
        self.line.setText(self.text_of(self.row))
        self.changed.emit()

    def _show_parts(self) -> None:
        for name, line in self.parts.items():
            if line.text() != (self.row.get(name) or ""):
                line.setText(self.row.get(name) or "")

    def reword(self) -> None:
        super().reword()
        name_button(self.unfold, _("Province, city, postcode…"))
        for name, line in self.parts.items():
            title = self.child[name].title
            line.setAccessibleName(title)
            self.titles[name].setText(title)
