"""The kind of an activity, with its icon."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit

from freecrm.core.choices import Option
from freecrm.core.fields import Field
from freecrm.store import activities
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.choices import ChoiceEditor
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.tasks import Tasks


class KindEditor(ChoiceEditor):
    """A pick-list whose entries have the icons of their habits."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.habits = activities.habits(store)
        self.sign = self.line.addAction(look.icon("calendar", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.made.connect(self._learn)
        self.changed.connect(self._show_sign)

    def habit(self) -> activities.Habit:
        """What is usual for the kind that is chosen."""
        value = self.value()
        other = activities.USUAL["other"]
        return self.habits.get(value, other) if isinstance(value, str) else other

    def offered(self, option: Option) -> Offer:
        habit = self.habits.get(option.key, activities.USUAL["other"])
        return Offer(option.title, option.key, icon=habit.icon)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._show_sign()

    def _learn(self) -> None:
        self.habits = activities.habits(self.store)
        self._show_sign()

    def _show_sign(self) -> None:
        if hasattr(self, "sign"):
            self.sign.setIcon(look.icon(self.habit().icon, 16))

    def reword(self) -> None:
        super().reword()
        self._show_sign()
