"""Colleagues in the settings: added, renamed, marked as gone, deleted where nothing is theirs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from freecrm.store import colleagues, undo
from freecrm.store.colleagues import Colleague
from freecrm.store.database import Store
from freecrm.ui.colleagues import ColleaguesPanel, Line
from freecrm.ui.page import Place
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow


def opened(window: MainWindow) -> ColleaguesPanel:
    page = window.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["team"].panel
    assert isinstance(panel, ColleaguesPanel)
    return panel


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_in(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    line.insert(text)  # as an input method does
    QTest.keyClick(line, Qt.Key.Key_Return)


def one(store: Store, name: str) -> Colleague:
    return next(one for one in colleagues.everyone(store) if one.name == name)


def line_of(panel: ColleaguesPanel, name: str) -> Line:
    return next(line for line in panel.lines.values() if line.one.name == name)


def test_added_changed_and_taken_back(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    type_in(panel.new_line, "赵一鸣")
    assert panel.new_line.text() == ""
    line = line_of(panel, "赵一鸣")
    type_in(line.boxes["phone"], "13900001111")
    type_in(line.boxes["short"], "一鸣")
    assert (one(store, "赵一鸣").short, "1111" in one(store, "赵一鸣").phone) == ("一鸣", True)
    type_in(line.boxes["name"], "赵一明")
    assert one(store, "赵一明")
    undo.undo(store)
    assert one(store, "赵一鸣")
    assert line_of(panel, "赵一鸣").boxes["name"].text() == "赵一鸣"
    assert panel.unsaved() == []


def test_what_is_refused_stays_and_says_why(window: MainWindow) -> None:
    panel = opened(window)
    type_in(panel.new_line, "林晓棠")
    assert "already" in panel.trouble.text()
    assert panel.new_line.text() == "林晓棠"
    line = line_of(panel, "马小川")
    type_in(line.boxes["email"], "nobody at home")
    assert line.boxes["email"].property("wrong")
    assert panel.trouble.isVisible()
    assert len(panel.unsaved()) == 2
    panel.give_up()
    assert panel.unsaved() == []
    assert not panel.trouble.isVisible()


def test_has_left(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    click(line_of(panel, "马小川").left)
    assert one(store, "马小川").left
    assert "马小川" not in [c.name for c in colleagues.everyone(store, gone=False)]
    assert [line.one.name for line in panel.lines.values()][-1] == "马小川"


def test_deleted_only_where_nothing_is_theirs(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    owner = next(c for c in colleagues.everyone(store) if c.owns)
    click(line_of(panel, owner.name).cross)
    assert f"still owns {owner.owns} customers" in panel.trouble.text()
    type_in(panel.new_line, "赵一鸣")
    click(line_of(panel, "赵一鸣").cross)
    assert "赵一鸣" not in [c.name for c in colleagues.everyone(store)]
