"""The bar at the top: undo and redo, the search box, import, theme and language."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from freecrm.core import words
from freecrm.core.change import Step
from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.parts import icon_button, label, name_button

THEMES = {"light": ("sun", N_("light")), "dark": ("moon", N_("dark")), "system": ("monitor", N_("system"))}


class SearchBox(QLineEdit):
    """The search box. left: the user goes back to the list (Esc has cleared it, ↓ or Enter has not)."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.glass = QAction(self)
        look.dress(self.glass, "search", 16, "text3")
        self.addAction(self.glass, QLineEdit.ActionPosition.LeadingPosition)
        self.wipe = QAction(self)
        look.dress(self.wipe, "x", 16)
        self.wipe.triggered.connect(self.clear)
        self.addAction(self.wipe, QLineEdit.ActionPosition.TrailingPosition)
        self.wipe.setVisible(False)
        self.key = label("key", "Ctrl K")
        self.key.setParent(self)
        self.key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._show_signs)

    def _show_signs(self) -> None:
        self.wipe.setVisible(bool(self.text()))
        self.key.setVisible(not self.text() and not self.hasFocus())
        self.setTextMargins(0, 0, self.key.width() if self.key.isVisible() else 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_signs()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_signs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.key.adjustSize()
        middle = (self.height() - self.key.height()) // 2
        self.key.move(self.width() - self.key.width() - look.px(8), middle)


class TopBar(QWidget):
    """searched(text) on each keystroke; undo_wanted, redo_wanted, import_wanted, theme_wanted(name),
    language_wanted(name)."""

    searched = Signal(str)
    undo_wanted = Signal()
    redo_wanted = Signal()
    import_wanted = Signal()
    theme_wanted = Signal(str)
    language_wanted = Signal(str)

    def __init__(self, can_import: bool, theme: str) -> None:
        super().__init__()
        self.theme = theme
        self.undo_button = icon_button("undo-2", self.undo_wanted.emit)
        self.redo_button = icon_button("redo-2", self.redo_wanted.emit)
        self.search = SearchBox()
        self.search.setMaximumWidth(look.px(480))
        self.search.textChanged.connect(self.searched)
        self.import_button = QPushButton()
        self.import_button.setProperty("kind", "primary")
        look.dress(self.import_button, "upload", 16, "on_accent")
        self.import_button.clicked.connect(lambda: self.import_wanted.emit())
        self.import_button.setVisible(can_import)
        self.theme_button = icon_button("sun", lambda: self.theme_wanted.emit(self._next_theme()))
        self.language_button = QToolButton()
        self.language_button.clicked.connect(lambda: self.language_wanted.emit(self._other_language()))
        self._undo: Step | None = None
        self._redo: Step | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        row.setSpacing(look.px(6))
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addStretch(1)
        row.addWidget(self.search, 4)
        row.addStretch(1)
        row.addWidget(self.import_button)
        row.addWidget(self.theme_button)
        row.addWidget(self.language_button)
        self.show_steps(None, None)
        self.reword()

    def _next_theme(self) -> str:
        names = list(THEMES)
        return names[(names.index(self.theme) + 1) % len(names)]

    def _other_language(self) -> str:
        return "en" if words.language() == "zh_CN" else "zh_CN"

    def show_theme(self, theme: str) -> None:
        """Say which theme is chosen."""
        self.theme = theme
        self.reword()

    def show_steps(self, undo: Step | None, redo: Step | None) -> None:
        """Name the steps that the two buttons take back and bring back."""
        self._undo, self._redo = undo, redo
        for button, step, text, none, key in (
            (self.undo_button, undo, N_("Undo: {step}"), N_("There is nothing to undo"), "Ctrl+Z"),
            (self.redo_button, redo, N_("Redo: {step}"), N_("There is nothing to redo"), "Ctrl+Y"),
        ):
            button.setEnabled(step is not None)
            said = _(text).format(step=_short(str(step))) if step is not None else _(none)
            name_button(button, said, key)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        hint = _("Search customers, people, phones (pinyin too)")
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.search.wipe.setText(_("Clear the search"))
        self.import_button.setText(" " + _("Import…"))
        self.import_button.setToolTip(_("Bring in a list: Excel, csv or vCard (Ctrl+I)"))
        icon, name = THEMES[self.theme]
        look.dress(self.theme_button, icon)
        following = THEMES[self._next_theme()][1]
        said = _("Theme: {now}. Next: {following}")
        name_button(self.theme_button, said.format(now=_(name), following=_(following)))
        self.language_button.setText("EN" if words.language() == "zh_CN" else "中")
        other = words.LANGUAGES[self._other_language()]
        name_button(self.language_button, _("Switch to {language}").format(language=other))
        self.show_steps(self._undo, self._redo)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
