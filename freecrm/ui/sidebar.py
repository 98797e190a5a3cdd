"""The pages of the window, one button each; folded, only their icons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from freecrm.core.module import Screen
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.page import Place

WIDE, NARROW, FOLDS_BELOW = 200, 56, 1280
_FOOT = ((Place("settings"), "settings", N_("Settings")), (Place("help"), "circle-question-mark", N_("Help")))
_OF_FOOT = frozenset(place for place, _icon, _text in _FOOT)
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


class Sidebar(QWidget):
    """chosen(Place): that page is wanted."""

    chosen = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[Place, str] = {}
        self.buttons: dict[Place, QToolButton] = {}
        self.folded = False
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(look.px(2))
        for place, icon, text, under in places(store):
            self._add(place, icon, text, under=under)
        self._column.addStretch(1)
        for place, icon, text in _FOOT:
            self._add(place, icon, text)
        self.fold(False)
        self.reword()

    def _add(self, place: Place, icon: str, text: str, *, under: bool = False) -> None:
        button = QToolButton()
        button.setProperty("nav", True)
        button.setProperty("under", under)
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
            button.setAccessibleName(text)
            has_key = number <= NUMBERED and place not in _OF_FOOT
            button.setToolTip(f"{text} (Ctrl+{number})" if has_key else text)
