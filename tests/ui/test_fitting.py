"""Nothing is lost where room is short: a low and narrow window, large text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox, Elided
from freecrm.ui.page import Place
from freecrm.ui.record_lines import Value
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage
from freecrm.ui.wizard.columns_table import EXAMPLE, LETTER, STATE, TARGET

LIST = Path(__file__).parents[2] / "resources" / "sample" / "customers_zh.xlsx"
SIZES = ((150, 1366), (100, 1000))
NARROW = Callable[[str, int, int], None]


@pytest.fixture
def narrow(window: MainWindow) -> NARROW:
    """narrow(language, zoom, width): the window as somebody with a small screen has it."""

    def make(language: str, zoom: int, width: int) -> None:
        window.dress.set_language(language)
        window.dress.set_zoom(zoom)
        window.resize(width, 768)
        QApplication.processEvents()

    return make


def wizard(window: MainWindow, qtbot: QtBot) -> ImportPage:
    page = window.visit(Place("import", str(LIST)))
    assert isinstance(page, ImportPage)
    qtbot.waitUntil(lambda: page.draft.made is not None and page.draft.is_current)
    return page


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("zoom", "width"), SIZES)
def test_no_page_asks_for_more_than_a_small_screen(
    window: MainWindow, narrow: NARROW, qtbot: QtBot, language: str, zoom: int, width: int
) -> None:
    narrow(language, zoom, width)
    for place in (Place("new", "customer"), Place("settings"), Place("help"), Place("list", "customer")):
        window.visit(place)
        assert window.minimumSizeHint().width() <= width, place
    page = wizard(window, qtbot)
    for step in range(5):
        page.go_to(step)
        assert window.minimumSizeHint().width() <= width, step


@pytest.mark.parametrize(("zoom", "width"), SIZES)
def test_the_wizards_fields_are_all_there(
    window: MainWindow, narrow: NARROW, qtbot: QtBot, zoom: int, width: int
) -> None:
    page = wizard(window, qtbot)
    page.go_to(2)
    step = page.step(2)
    for language in words.LANGUAGES:
        narrow(language, zoom, width)
        table, side = step.table, step.side  # type: ignore[attr-defined]
        assert table.horizontalScrollBar().maximum() == 0
        assert table.isColumnHidden(LETTER)
        assert not table.isColumnHidden(TARGET)
        assert not table.isColumnHidden(STATE)
        assert inside(side)
    window.dress.set_zoom(100)
    window.resize(1700, 800)
    assert not table.isColumnHidden(EXAMPLE)
    assert not table.isColumnHidden(LETTER)


def inside(area: QScrollArea) -> bool:
    """Whether nothing in an area reaches over its right edge."""
    QApplication.processEvents()
    return area.widget().width() <= area.viewport().width()


@pytest.mark.parametrize(("zoom", "width"), SIZES)
def test_the_details_grow_with_the_text(window: MainWindow, narrow: NARROW, zoom: int, width: int) -> None:
    window.page.open_panel()
    panel = window.page.panel
    assert panel is not None
    before = panel.width()
    narrow("en", zoom, width)
    panel.load()
    assert inside(panel.area)
    assert abs(panel.width() - before * zoom / 100) < 12
    for value in panel.body.findChildren(Value):
        if value.isVisible():
            edge = value.mapTo(panel.body, value.rect().topRight()).x()
            assert edge <= panel.area.viewport().width(), value.text()


def test_a_long_value_says_that_there_is_more(qtbot: QtBot) -> None:
    mail = "a.very.long.name.of.somebody@example.com"
    value = Value(f"书面: {mail}", link=True)
    qtbot.addWidget(value)
    value.setFixedWidth(120)
    value.show()
    assert value.text() == f"书面: {mail}"
    assert value.toolTip() == value.text()
    value.setFixedWidth(600)
    QApplication.processEvents()
    assert value.toolTip() == ""


def test_a_line_gives_way_and_tells_the_rest(qtbot: QtBot) -> None:
    line, holder = Elided(), QWidget()
    qtbot.addWidget(holder)
    line.setParent(holder)
    line.setText("Space: details   Ctrl+F: find here")
    holder.show()
    line.resize(line.sizeHint())
    assert line.toolTip() == ""
    line.resize(60, line.height())
    assert line.text() == line.toolTip() == "Space: details   Ctrl+F: find here"
    assert line.sizeHint().width() > 60


def test_a_combo_box_tells_what_it_has_no_room_for(qapp: QApplication, qtbot: QtBot) -> None:
    look.apply(qapp, "light")
    box = ComboBox()
    qtbot.addWidget(box)
    box.addItem("Known customers get only what they lack")
    box.resize(120, 32)
    box.show()
    assert box.toolTip() == "Known customers get only what they lack"
    box.resize(500, 32)
    QApplication.processEvents()
    assert box.toolTip() == ""
    box.showPopup()
    assert box.view().sizeHintForRow(0) >= 28
    box.hidePopup()


def test_the_status_bar_keeps_its_counts(window: MainWindow, narrow: NARROW) -> None:
    narrow("en", 150, 900)
    status = window.status
    assert status.count.toolTip() == ""  # shown whole
    assert status.hint.text().startswith("Space")
    assert status.hint.toolTip() == status.hint.text()
