"""What the tests of an arranged list share: reading the list, clicking in its panels."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.record import Record
from freecrm.ui.field_list import NAME
from freecrm.ui.filters.boxes import Checks
from freecrm.ui.filters.panel import FilterPanel
from freecrm.ui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def column_of(window: MainWindow, field: str) -> int:
    return list(window.page.model.columns).index(field)


def with_city(window: MainWindow) -> None:
    """Show the city behind the phone, where a test needs a plain text that is a part of an address."""
    page = window.page
    shown = [name for name in page.model.columns if name not in ("city", "next_at")]
    at = shown.index("main_phone") + 1
    page.arranger.set_columns([*shown[:at], "city", *shown[at:]])


def with_opening(window: MainWindow) -> None:
    """Show the opening balance in place of what follows from it, where a test needs an amount that is typed."""
    page = window.page
    shown = ["opening_balance" if name == "balance" else name for name in page.model.columns]
    page.arranger.set_columns(shown)


def names(window: MainWindow) -> list[str]:
    """What stands in the column of names, group rows included."""
    model = window.page.model
    return [str(model.index(row, model.title_column).data()) for row in range(model.rowCount())]


def column(window: MainWindow, field: str) -> list[str]:
    """The texts of a column, group rows left out."""
    model, at = window.page.model, column_of(window, field)
    return [str(model.index(row, at).data()) for row in range(model.rowCount()) if model.numbers[row] >= 0]


def groups(window: MainWindow) -> list[tuple[str, int]]:
    """The group rows that are shown: name and count."""
    model = window.page.model
    found = [(row, model.group_at(row)) for row in range(model.rowCount())]
    return [(str(model.index(row, model.title_column).data()), one.count) for row, one in found if one]


def records(window: MainWindow) -> list[Record]:
    """All customers as the file has them."""
    from freecrm.core.query import Query

    return list(window.store.reader().each(Query("customer")))


def panel(window: MainWindow) -> FilterPanel:
    found = window.page.bar.filters.panel
    assert found is not None
    return found


def click_item(qtbot: QtBot, listed: QListWidget, row: int, at: int = 0) -> None:
    """Click on a line of a list; at: how far from its left, 0 = in the middle."""
    rect = listed.visualItemRect(listed.item(row))
    spot = QPoint(rect.left() + at, rect.center().y()) if at else rect.center()
    qtbot.mouseClick(listed.viewport(), LEFT, pos=spot)


def pick_field(qtbot: QtBot, listed: QListWidget, name: str) -> None:
    """Click on the line of a field."""
    row = next(row for row in range(listed.count()) if listed.item(row).data(NAME) == name)
    listed.scrollToItem(listed.item(row))
    click_item(qtbot, listed, row)


def tick(qtbot: QtBot, checks: QWidget | None, *texts: str) -> None:
    """Tick the entries that begin with these texts."""
    assert isinstance(checks, Checks)
    for text in texts:
        listed = checks.list
        row = next(row for row in range(listed.count()) if listed.item(row).text().startswith(text))
        listed.scrollToItem(listed.item(row))
        click_item(qtbot, listed, row)


def choose(box: QComboBox, text: str) -> None:
    """Choose a line of a combo box, as its user does."""
    at = box.findText(text)
    assert at >= 0, [box.itemText(n) for n in range(box.count())]
    box.setCurrentIndex(at)


def chips(window: MainWindow) -> list[str]:
    return [chip.text() for chip in window.page.bar.filters.chips]


def click_head(
    qtbot: QtBot, window: MainWindow, section: int, held: Qt.KeyboardModifier | None = None
) -> None:
    head = window.page.grid.horizontalHeader()
    spot = QPoint(head.sectionViewportPosition(section) + 20, 10)
    qtbot.mouseClick(head.viewport(), LEFT, held or Qt.KeyboardModifier.NoModifier, spot)
