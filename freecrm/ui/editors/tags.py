"""Words put on a record: chips, and a line that completes them from those used elsewhere."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from freecrm.core.fields import Field, clean
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store import words_used
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.editors.chooser import Chooser
from freecrm.ui.editors.flow import Flow
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.parts import chip, icon_button, name_button
from freecrm.ui.tasks import Latest, Tasks

FEW = 8


class TagsEditor(Chooser):
    """Comma, semicolon and Enter end a word; Backspace in the empty line takes the last one away."""

    grows = True

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks, "")
        assert isinstance(field, Rows)
        self.rows: list[dict[str, Any]] = []
        self._latest = Latest(tasks)
        self.plates = QWidget()
        self.flow = Flow(self.plates, look.px(6))
        self.column.insertWidget(0, self.plates)
        self.plates.hide()

    def value(self) -> Any:
        typed = self._words(self.line.text())
        return [*self.rows, *({"word": word} for word in typed if not self._has(word))]

    def set_value(self, value: Any) -> None:
        self.rows = [dict(row) for row in value or ()]
        self.line.clear()
        self._show()

    def ask(self, typed: str) -> None:
        if any(sign in typed for sign in ",，、;；"):
            self._take_typed()
            return
        words = clean(typed)

        def show(found: list[str]) -> None:
            if not self.line.hasFocus() or clean(self.line.text()) != words:
                return
            offers = [Offer(word, word, tint=cells.tag_tint(word)) for word in found if not self._has(word)]
            if words and not self._has(words) and words not in found:
                text = _("New “{name}”").format(name=words[:60])
                offers.insert(0, Offer(text, words, icon="plus"))
            self.list.offer(offers[:FEW], 0 if words else -1)

        self._latest.run(words_used.tags, self.store, words, FEW, then=show)

    def pick(self, value: Any) -> None:
        self._add([value])

    def settle(self) -> None:
        self._take_typed()

    def mark(self, wrong: bool) -> None:
        super().mark(wrong)

    def reword(self) -> None:
        self.line.setPlaceholderText(_("Type a tag, then Enter"))
        self._show()
        super().reword()

    def _words(self, text: str) -> list[str]:
        return [row["word"] for row in self.field.read(text)[0]]

    def _has(self, word: str) -> bool:
        return any(row.get("word") == word for row in self.rows)

    def _take_typed(self) -> None:
        self._add(self._words(self.line.text()))

    def _add(self, words: list[str]) -> None:
        fresh = [word for word in words if not self._has(word)]
        self.rows += [{"word": word} for word in fresh]
        self.line.clear()
        self.list.hide()
        if fresh:
            self._show()
            self.changed.emit()

    def _remove(self, at: int) -> None:
        del self.rows[at]
        self._show()
        self.changed.emit()
        self.line.setFocus()

    def _show(self) -> None:
        self.flow.clear()
        for at, row in enumerate(self.rows):
            self.flow.addWidget(self._plate(at, str(row.get("word") or "")))
        self.plates.setVisible(bool(self.rows))
        self.plates.updateGeometry()

    def _plate(self, at: int, word: str) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(chip(word, cells.tag_tint(word)))
        button = icon_button("x", lambda: self._remove(at), 12)
        button.setProperty("tight", True)
        name_button(button, _("Remove “{name}”").format(name=word))
        self.watch(button)
        row.addWidget(button)
        return made

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key == Qt.Key.Key_Backspace and not self.line.text() and self.rows:
                self._remove(len(self.rows) - 1)
                return True
            enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() and self.list.current() is None and clean(self.line.text()):
                self._take_typed()
                return True
        return super().eventFilter(watched, event)
