"""The order in which Tab goes through inputs: that of the layout, whenever the inputs were made."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QLayout, QWidget


def order_tabs(root: QWidget) -> None:
    """Let Tab go through the inputs in the order in which they are laid out."""
    for one, other in pairwise(tab_order(root)):
        QWidget.setTabOrder(one, other)


def tab_order(widget: QWidget) -> list[QWidget]:
    """The inputs in a widget, in the order in which they are laid out; hidden ones left out."""
    if widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
        return []  # hidden by somebody, not just new
    layout = widget.layout()
    if layout is None or isinstance(widget, (QComboBox, QAbstractScrollArea)):
        return [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    return _in_layout(layout)


def _in_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for at in range(layout.count()):
        item = layout.itemAt(at)
        inner, widget = (
            item.layout() if item is not None else None,
            item.widget() if item is not None else None,
        )
        if inner is not None:
            found += _in_layout(inner)
        elif widget is not None:
            found += tab_order(widget)
    return found
