"""The bar at the top: sidebar, back and forward, where one is, the box that looks anything up, new, menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.commands import Commands
from freecrm.ui.fitting import Elided
from freecrm.ui.offering import offer
from freecrm.ui.parts import icon_button, label, name_button

_SEARCH_WIDE = 440


class SearchButton(QPushButton):
    """Looks like a box to type in and opens the palette."""

    def __init__(self) -> None:
        super().__init__()
        self._hint = ""
        self.setProperty("kind", "search")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.dress(self, "search", 16, "text3")
        self.key = label("key")
        self.key.setParent(self)
        self.key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def reword(self, key: str) -> None:
        """Say what is looked up here, and the key."""
        self.setMaximumWidth(look.px(_SEARCH_WIDE))  # anew: the text size may be another
        hint = _("Search customers, people, phones (pinyin too)")
        self._hint = hint
        self.setAccessibleName(hint)
        self._fit()
        self.key.setText(key)
        self._place_key()

    def _fit(self) -> None:
        room = self.width() - look.px(48)
        shown = self.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, room)
        self.setText(shown)
        self.setToolTip("" if shown == self._hint else self._hint)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._hint)
        return QSize(words + look.px(48), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(160), super().minimumSizeHint().height())

    def _place_key(self) -> None:
        self.key.adjustSize()
        needed = self.fontMetrics().horizontalAdvance(self._hint) + look.px(60) + self.key.width()
        self.key.setVisible(needed <= self.width())
        middle = (self.height() - self.key.height()) // 2
        self.key.move(self.width() - self.key.width() - look.px(8), middle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place_key()


class TopBar(QWidget):
    """Buttons over commands. crumb(at): a step of the way is clicked. menu_wanted: all of the menu. notices_wanted,
    who_wanted: the bell, and the picture of whoever works here (`who_desk.py` fills them)."""

    crumb = Signal(int)
    menu_wanted = Signal()
    notices_wanted = Signal()
    who_wanted = Signal()

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.commands = commands
        self.sidebar_button = self._button("view.sidebar", "panel-left")
        self.back_button = self._button("view.back", "arrow-left")
        self.forward_button = self._button("view.forward", "arrow-right")
        self.undo_button = self._button("edit.undo", "undo-2")
        self.redo_button = self._button("edit.redo", "redo-2")
        self.crumbs = QHBoxLayout()
        self.crumbs.setSpacing(look.px(2))
        self.search = SearchButton()
        self.search.clicked.connect(lambda: commands.run("view.palette"))
        self.new_button = QToolButton()
        self.new_button.setProperty("kind", "primary")
        self.new_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.new_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        look.dress(self.new_button, "plus", 16, "on_accent")
        self.new_button.clicked.connect(lambda: commands.run("file.new"))
        self.new_menu = QMenu(self.new_button)
        self.new_menu.setToolTipsVisible(True)
        self.new_button.setMenu(self.new_menu)
        self.menu_button = icon_button("menu", self.menu_wanted.emit)
        self.bell_button = icon_button("bell", self.notices_wanted.emit)
        self.bell_button.hide()
        self.who_button = icon_button("user", self.who_wanted.emit)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (10, 8, 12, 8)))
        row.setSpacing(look.px(4))
        for button in (self.sidebar_button, self.back_button, self.forward_button):
            row.addWidget(button)
        row.addSpacing(look.px(6))
        row.addLayout(self.crumbs)
        row.addStretch(1)
        row.addWidget(self.search, 100)
        row.addStretch(1)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addSpacing(look.px(4))
        row.addWidget(self.new_button)
        row.addWidget(self.bell_button)
        row.addWidget(self.menu_button)
        row.addWidget(self.who_button)

    def _button(self, id: str, icon: str) -> QToolButton:
        """An icon button that can be pressed when its command can be done, and is named after it."""
        made = icon_button(icon, lambda: self.commands.run(id))
        action = self.commands.action(id)

        def follow() -> None:
            made.setEnabled(action.isEnabled())
            name_button(made, action.text(), next(iter(self.commands.keys(id)), ""))

        action.changed.connect(follow)
        follow()
        return made

    def show_crumbs(self, crumbs: Sequence[str]) -> None:
        """Show the way to the page; all but the last step can be clicked."""
        while (item := self.crumbs.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for at, text in enumerate(crumbs):
            if at == len(crumbs) - 1:
                last = Elided("strong")
                last.setText(text)
                self.crumbs.addWidget(last)
                continue
            button = QPushButton(text)
            button.setProperty("kind", "crumb")
            button.clicked.connect(lambda _checked=False, at=at: self.crumb.emit(at))
            self.crumbs.addWidget(button)
            self.crumbs.addWidget(label("hint", "›"))

    def reword(self, new: str) -> None:
        """Say everything in the language spoken now. new: what the large button makes."""
        self.setAccessibleName(_("Tool bar"))
        name_button(self.menu_button, _("Menu"), next(iter(self.commands.keys("view.menu")), ""))
        self.search.reword(next(iter(self.commands.keys("view.palette")), ""))
        self.new_button.setText(new)
        self.offer_new()

    def offer_new(self) -> None:
        """Let the large button begin what may be begun here; where that is not what it is called after, it opens its menu,
        and where nothing at all may be begun it says why."""
        why = self.commands.get("file.new").refusal()
        anything = any(action.isEnabled() for action in self.new_menu.actions())
        modes = QToolButton.ToolButtonPopupMode
        self.new_button.setPopupMode(modes.MenuButtonPopup if why is None else modes.InstantPopup)
        tip = f"{self.new_button.text()} ({next(iter(self.commands.keys('file.new')), '')})"
        offer(self.new_button, None if anything else why, tip=tip if why is None else str(why))
