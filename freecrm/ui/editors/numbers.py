"""Editors of numbers, amounts and shares, which may be typed in words: 3.2万, 12k, 1200*6."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from freecrm.core import money
from freecrm.core.fields import Field, Money, Number, Percent, clean
from freecrm.core.record import Typed
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui.editors.base import LineEditor
from freecrm.ui.tasks import Tasks


class NumberEditor(LineEditor):
    """A number; what it was worked out to is shown below before it is taken."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self._held: Any = None
        self._why: Said | None = None
        self.line.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.left.connect(self._settle)

    def value(self) -> Any:
        text = clean(self.line.text())
        if not text:
            return None
        return self._held if self._why is None else Typed(text)

    def set_value(self, value: Any) -> None:
        if isinstance(value, Typed):
            self.line.setText(value)
            self._read()
        else:
            self._held, self._why = value, None
            self.line.setText(self.as_typed(value))
        self.tell("")

    def unreadable(self) -> Said | None:
        return self._why

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

    def _read(self) -> None:
        text = clean(self.line.text())
        if isinstance(self.field, Percent):
            text = text.replace("%", "").replace("％", "")
        places = 2 if isinstance(self.field, Money) else max(getattr(self.field, "places", 0), 9)
        worked, self._why = money.work_out(text, places)
        self._held = None
        if worked is not None:
            self._held, self._why = self.field.read(worked)

    def _settle(self) -> None:
        """Show the value in place of the words, once the cursor is elsewhere."""
        if self._why is None and self._held is not None:
            self.line.setText(self.as_typed(self._held))
            self.tell("")

    def reword(self) -> None:
        unit = self.field.unit if isinstance(self.field, Number) else ""
        self.line.setPlaceholderText(unit)
        self.line.setToolTip(
            _("Sums and words are worked out: {examples}").format(examples="1200*6, 3.2万, 12k")
        )
