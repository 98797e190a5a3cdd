"""Editors for what a stage keeps as words of its own: the fields it needs, its colour."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from freecrm.core.fields import Field
from freecrm.core.words import N_, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.flow import Flow
from freecrm.ui.fitting import ComboBox
from freecrm.ui.tasks import Tasks

NEEDED = (
    "customer",
    "contact",
    "owner_user",
    "amount",
    "close",
    "forecast",
    "source",
    "lines",
    "reason",
    "why",
)
"""Fields of a deal that a stage may ask for."""
COLOURS = {
    "neutral": N_("Grey"),
    "info": N_("Blue"),
    "accent": N_("Teal"),
    "warning": N_("Amber"),
    "violet": N_("Violet"),
    "success": N_("Green"),
    "danger": N_("Red"),
}


class NeedsEditor(Editor):
    """A box for each field that may be asked for."""

    grows = True

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.boxes: dict[str, QCheckBox] = {}
        inner = QWidget()
        flow = Flow(inner, look.px(10))
        for name in NEEDED:
            box = self.boxes[name] = QCheckBox(inner)
            box.clicked.connect(lambda _on: self._clicked())
            flow.addWidget(box)
        self.column.addWidget(inner)

    def _clicked(self) -> None:
        self.changed.emit()
        self.done.emit()

    def value(self) -> Any:
        return " ".join(name for name, box in self.boxes.items() if box.isChecked()) or None

    def set_value(self, value: Any) -> None:
        wanted = str(value or "").split()
        for name, box in self.boxes.items():
            box.setChecked(name in wanted)

    def main(self) -> QWidget:
        return self.boxes[NEEDED[0]]

    def name(self, text: str) -> None:
        self.setAccessibleName(text)

    def reword(self) -> None:
        fields = self.store.schema.fields("deal")
        for name, box in self.boxes.items():
            box.setText(fields[name].title)


class ColourEditor(Editor):
    """One of the colours of plates."""

    def __init__(self, field: Field, store: Store, tasks: Tasks) -> None:
        super().__init__(field, store, tasks)
        self.box = ComboBox()
        for key in COLOURS:
            self.box.addItem("", key)
        self.box.activated.connect(lambda _at: self._chosen())
        self.column.addWidget(self.box)

    def _chosen(self) -> None:
        self.changed.emit()
        self.done.emit()

    def value(self) -> Any:
        return self.box.currentData()

    def set_value(self, value: Any) -> None:
        self.box.setCurrentIndex(max(self.box.findData(value or "neutral"), 0))

    def main(self) -> QWidget:
        return self.box

    def reword(self) -> None:
        for at, (key, text) in enumerate(COLOURS.items()):
            self.box.setItemText(at, _(text))
            token = "text3" if key == "neutral" else key
            self.box.setItemIcon(at, look.icon("circle-dot", 16, token))
