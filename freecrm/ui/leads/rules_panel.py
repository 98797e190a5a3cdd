"""The rules of sharing out leads in the settings."""

from __future__ import annotations

from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui.parts import label
from freecrm.ui.records_box import RecordsBox
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tasks import Tasks

FIELDS = ("name", "source", "industry", "province", "way", "seats", "off")


class SharingPanel(Panel):
    """The rules, the first that fits counts; who gets leads by each, and how."""

    WORDS = ("lead", "share", "assign", "round robin", "线索", "分配", "轮流", "派单")

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.line(N_("Sharing out leads"), "strong")
        self.line(
            N_(
                "A lead that comes in without an owner (typed in or imported) goes to a colleague by the first rule"
                " that fits it. Blank source, industry and province fit every lead."
            ),
            "caption",
        )
        self.box = RecordsBox(store, tasks, "share_rule", FIELDS, blank={"way": "turns"})
        self.nothing = label("hint")
        self.nothing.setWordWrap(True)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.box)
        self.look_again()
        self.reword()

    def look_again(self) -> None:
        self.box.load()
        self._say()

    def _say(self) -> None:
        self.nothing.setText(
            _("No rule yet: leads without an owner wait in the list until somebody takes them.")
        )
        self.nothing.setVisible(not self.box.records)

    def unsaved(self) -> list[str]:
        return self.box.unsaved()

    def save(self) -> None:
        self.box.keep()

    def give_up(self) -> None:
        self.box.give_up()

    def reword(self) -> None:
        super().reword()
        self.box.reword()
        self._say()
