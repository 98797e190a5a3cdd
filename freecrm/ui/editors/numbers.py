"""Editors of numbers, amounts and shares, which may be typed in words: 3.2万, 12k, 1200*6."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from freecrm.core import money
from freecrm.core.fields import Field, Money, Number, Percent, clean
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui.editors.base import ReadEditor
from freecrm.ui.tasks import Tasks


class NumberEditor(ReadEditor):
    """A number; what it was worked out to is shown below before it is taken."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.line.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def as_typed(self, value: Any) -> str:
        """A value as it is edited: the digits, without unit."""
        if isinstance(self.field, Percent) and value is not None:
            return f"{value.normalize():f}"
        return self.field.show(value)

    def explain(self) -> None:
        self._read()
        text = self.line.text()
        plain = self._why is not None or self._held is None or money.is_plain(text)
        self.tell("" if plain else f"= {self.field.show(self._held)}")

    def read(self, text: str) -> tuple[Any, Said | None]:
        text = clean(text)
        if isinstance(self.field, Percent):
            text = text.replace("%", "").replace("％", "")
        places = 2 if isinstance(self.field, Money) else max(getattr(self.field, "places", 0), 9)
        worked, why = money.work_out(text, places)
        return (None, why) if worked is None else self.field.read(worked)

    def reword(self) -> None:
        unit = self.field.unit if isinstance(self.field, Number) else ""
        self.line.setPlaceholderText(_(unit) if unit else "")
        self.line.setToolTip(
            _("Sums and words are worked out: {examples}").format(examples="1200*6, 3.2万, 12k")
        )
