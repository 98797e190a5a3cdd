"""The pages of the window, one button each; folded, only their icons."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from freecrm.core.module import Screen
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.page import Place

WIDE, NARROW, FOLDS_BELOW = 200, 56, 1280
_FOOT = ((Place("settings"), "settings", N_("Settings")), (Place("help"), "circle-question-mark", N_("Help")))
_OF_FOOT = frozenset(place for place, _icon, _text in _FOOT)
MOST_SHOWN = 99
"""Above it a red badge says "99+"."""
NUMBERED = 9
"""So many pages have a key of their own."""


def places(store: Store) -> list[tuple[Place, str, str, bool]]:
    """Where the sidebar leads, in its order: place, icon, text, whether it stands below the one before it."""
    found: list[tuple[Place, str, str, bool]] = []
    for page in store.model.places():
        if isinstance(page, Screen):
            if not page.when or store.setting(page.when):
                found.append((Place(page.kind), page.icon, page.label, bool(page.under)))
        else:
            entity = store.schema.entity(page.entity)
            found.append((Place("list", page.entity), entity.icon, entity.plural, bool(page.under)))
    return found


class NavButton(QToolButton):
    """A page of the sidebar. badge: a number at its right, 0 = none; urgent: in red."""

    badge, urgent = 0, False

    def badge_text(self) -> str:
        """The number as it is shown."""
        return f"{MOST_SHOWN}+" if self.urgent and self.badge > MOST_SHOWN else f"{self.badge:,}"

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.badge:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("danger" if self.urgent else "sunken"))
        if self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
            side = look.px(8)
            painter.drawEllipse(self.width() - look.px(16), look.px(7), side, side)
            painter.end()
            return
        painter.setFont(look.font("caption"))
        text = self.badge_text()
        high = look.px(18)
        wide = max(painter.fontMetrics().horizontalAdvance(text) + look.px(10), high)
        plate = QRect(self.width() - wide - look.px(12), (self.height() - high) // 2, wide, high)
        painter.drawRoundedRect(plate, high / 2, high / 2)
        painter.setPen(look.colour("on_danger" if self.urgent else "text2"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class Sidebar(QWidget):
    """chosen(Place): that page is wanted."""

    chosen = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[Place, str] = {}
        self.buttons: dict[Place, NavButton] = {}
        self.folded = False
        self._group = QButtonGroup(self)
        self._store = store
        self._below: set[QToolButton] = set()  # those that stand below the one before them
        self._column = QVBoxLayout(self)
        self._column.setSpacing(look.px(2))
        self._fill()
        self.fold(False)
        self.reword()

    def _fill(self) -> None:
        for place, icon, text, under in places(self._store):
            self._add(place, icon, text, under=under)
        self._column.addStretch(1)
        for place, icon, text in _FOOT:
            self._add(place, icon, text)

    def fill_anew(self) -> None:
        """Lead to other pages: a setting of the firm says which there are."""
        shown = next((place for place, button in self.buttons.items() if button.isChecked()), None)
        for button in self.buttons.values():
            self._group.removeButton(button)
        while (item := self._column.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        badges = {place: (button.badge, button.urgent) for place, button in self.buttons.items()}
        self.buttons, self._texts = {}, {}
        self._below.clear()
        self._fill()
        self.fold(self.folded)
        self.reword()
        self.show_place(shown)
        for place, (n, urgent) in badges.items():
            self.set_badge(place, n, urgent=urgent)

    def _add(self, place: Place, icon: str, text: str, *, under: bool = False) -> None:
        button = NavButton()
        button.setProperty("nav", True)
        button.setProperty("under", under)
        if under:
            self._below.add(button)
        button.setCheckable(True)
        look.dress(button, icon)
        button.clicked.connect(lambda: self._clicked(place))
        self._group.addButton(button)
        self._column.addWidget(button)
        self._texts[place], self.buttons[place] = text, button

    def _clicked(self, place: Place) -> None:
        self.chosen.emit(place)

    def show_place(self, place: Place | None, belongs_to: Place | None = None) -> None:
        """Mark the page that is shown, or the list that it belongs to."""
        wanted = belongs_to or place
        name = wanted.name if wanted is not None and wanted.kind == "list" else ""
        button = self.buttons.get(Place(wanted.kind, name)) if wanted is not None else None
        self._group.setExclusive(False)
        for one in self.buttons.values():
            one.setChecked(one is button)
        self._group.setExclusive(True)

    def set_badge(self, place: Place, n: int, *, urgent: bool = False) -> None:
        """Show a number beside a page, 0 = none. urgent: it is due to whoever looks, and red."""
        button = self.buttons.get(place)
        if button is not None and (button.badge, button.urgent) != (n, urgent):
            button.badge, button.urgent = n, urgent
            self._name(place, button)
            button.update()

    def fold(self, folded: bool) -> None:
        """Icons only, or icons with words."""
        self.folded = folded
        self._column.setContentsMargins(0, look.px(4), look.px(8), look.px(8))
        self.setFixedWidth(look.px(NARROW if folded else WIDE))
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly if folded else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for button in self.buttons.values():
            button.setToolButtonStyle(style)
            button.setProperty("folded", folded)
            look.refresh(button)
            button.setFixedWidth(self.width() - look.px(8))
            under = button in self._below and not folded  # folded, its icon stands where all stand
            if button.property("under") != under:
                button.setProperty("under", under)
                look.refresh(button)

    def focus_first(self) -> None:
        """Put the focus on the page that is shown."""
        buttons = list(self.buttons.values())
        next((b for b in buttons if b.isChecked()), buttons[0]).setFocus(Qt.FocusReason.TabFocusReason)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Pages"))
        for number, (place, button) in enumerate(self.buttons.items(), 1):
            text = _(self._texts[place])
            button.setText("  " + text)
            self._name(place, button)
            has_key = number <= NUMBERED and place not in _OF_FOOT
            button.setToolTip(f"{text} (Ctrl+{number})" if has_key else text)

    def _name(self, place: Place, button: NavButton) -> None:
        text = _(self._texts[place])
        if button.badge and button.urgent:
            text = _("{page}, {n} due").format(page=text, n=button.badge_text())
        elif button.badge:
            text = f"{text}, {button.badge_text()}"
        button.setAccessibleName(text)
