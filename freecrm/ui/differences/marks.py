"""Marks on a record: an icon at each field with something to settle, a button for what stands nowhere else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from freecrm.core.words import _, plural
from freecrm.store import differences
from freecrm.ui import look
from freecrm.ui.fitting import Button
from freecrm.ui.parts import icon_button, name_button

if TYPE_CHECKING:
    from freecrm.ui.record_panel import RecordPanel
    from freecrm.ui.record_view import RecordView


def show(panel: RecordPanel, view: RecordView) -> None:
    """Put the marks of the record that the panel shows where they belong; a click is the panel's `settle_wanted`."""
    record = view.record
    names = differences.open_fields(panel.store, record.entity, record.id)
    left = set()
    for name in sorted(names):
        spot = view.spots.get(name)
        if spot is None or spot.into is None:
            left.add(name)
            continue
        grid, at = spot.into
        button = icon_button(
            "shuffle", partial(panel.settle_wanted.emit, record.id, name), 14, grid.parentWidget()
        )
        look.dress(button, "shuffle", 14, "warning")
        name_button(button, _("{field}: two people changed it; settle").format(field=spot.of.title))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        grid.addWidget(button, at, 2, Qt.AlignmentFlag.AlignTop)
    if left:
        words = plural(
            "{n} field was changed by two people", "{n} fields were changed by two people", len(names)
        )
        head = Button()
        head.set_texts(words, plural("{n} to choose", "{n} to choose", len(names)))
        head.setProperty("kind", "quiet")
        head.setProperty("small", True)
        look.dress(head, "shuffle", 14, "warning")
        head.clicked.connect(lambda: panel.settle_wanted.emit(record.id, min(left)))
        view.texts.addWidget(head, 0, Qt.AlignmentFlag.AlignLeft)
