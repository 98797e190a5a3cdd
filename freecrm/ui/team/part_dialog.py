"""What this computer holds of the team's records: everything, what is mine, my team's, or a region."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.sync import part
from freecrm.sync.part import ALL, OWN, REGION, TEAM, Part
from freecrm.ui import look
from freecrm.ui.option_card import OptionCard
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


class PartDialog(QDialog):
    """chosen(part): called with what was chosen; a Known that it raises is shown here."""

    def __init__(self, window: MainWindow, chosen: Callable[[Part], None]) -> None:
        super().__init__(window)
        self._chosen = chosen
        held = part.of(window.store) if window.team.address is not None else Part()
        self.setWindowTitle(_("What this computer holds"))
        head = label("subtitle", _("Which of the team's records shall be on this computer?"))
        text = label(
            "",
            _(
                "Your rights stay the limit. What falls outside is taken off this computer, which deletes nothing for"
                " others; what you changed goes out first. You can choose more again at any time."
            ),
        )
        for line in (head, text):
            line.setWordWrap(True)
        named = _("What this computer holds")
        self.cards = {
            ALL: OptionCard(Part().title(), named),
            OWN: OptionCard(
                Part(OWN).title(),
                named,
                under=_(
                    "And what belongs to nobody. Customers of others that mine name come without phones, contacts and notes."
                ),
            ),
            TEAM: OptionCard(Part(TEAM).title(), named, under=_("Everybody of my department.")),
            REGION: OptionCard(
                _("Customers of a region, and what is mine"),
                named,
                under=_("With all that belongs to them, by province and city of their addresses."),
            ),
        }
        group = QButtonGroup(self)
        for card in self.cards.values():
            group.addButton(card.radio)
        self.places = QLineEdit(_(", ").join(held.words))
        self.places.setPlaceholderText(_("Provinces and cities, such as Zhejiang, Shanghai"))
        self.places.setAccessibleName(_("Provinces and cities"))
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.cancel_button, self.act_button = QPushButton(_("Cancel")), QPushButton(_("Hold this"))
        self.cancel_button.setAutoDefault(False)
        self.act_button.setProperty("kind", "primary")
        self.act_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self._act)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        for one in (head, text, *self.cards.values(), self.places, self.trouble):
            column.addWidget(one)
        column.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(look.px(520))
        self.cards[REGION].radio.toggled.connect(self._show_places)
        self.cards[held.kind].radio.setChecked(True)
        self._show_places(held.kind == REGION)
        order_tabs(self)
        self.cards[held.kind].radio.setFocus()

    def _show_places(self, yes: bool) -> None:
        self.places.setVisible(yes)
        self.adjustSize()  # else the cards would give way for it
        if yes:
            self.places.setFocus()

    def _act(self) -> None:
        kind = next(kind for kind, card in self.cards.items() if card.radio.isChecked())
        words = part.words_of(self.places.text()) if kind == REGION else ()
        try:
            self._chosen(Part(kind, words))
        except Known as problem:
            self.trouble.setText(str(problem))
            self.trouble.show()
            self.adjustSize()
            announce(self, str(problem))
            return
        self.accept()
