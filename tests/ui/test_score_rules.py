"""The rules of the scores in the settings: changed at once, undone, refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.scoring import STANDARD, Rule
from freecrm.store import scores, undo
from freecrm.store.database import Store
from freecrm.ui.page import Place
from freecrm.ui.score_rules import ScoreRulesPanel
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def opened(window: MainWindow) -> ScoreRulesPanel:
    page = window.visit(Place("settings", "quality"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["quality"].panel
    assert isinstance(panel, ScoreRulesPanel)
    return panel


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_in(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def held(store: Store) -> list[Rule]:
    return list(scores.rules(store.reader(), "customer"))


def test_a_weight_is_kept_at_once_and_undone(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    assert panel.state.text() == "These are the standard rules."
    type_in(panel.lines[0].weight, "9")
    assert held(store)[0] == Rule("main_contact", 9)
    assert panel.state.text() == "These are your own rules."
    assert str(window.toasts.shown[-1].text.text()) == "Rules of the score of customers changed"
    undo.undo(store)
    assert held(store) == list(STANDARD["customer"])
    assert panel.lines[0].weight.text() == "3"


def test_rules_are_added_moved_removed_and_reset(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    click(panel.add_button)
    assert len(held(store)) == len(STANDARD["customer"]) + 1
    added = held(store)[-1].field
    QTest.keyClick(panel.lines[-1].weight, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert held(store)[-2].field == added
    click(panel.lines[0].cross)
    assert held(store)[0].field == "main_phone"
    click(panel.standard_button)
    assert held(store) == list(STANDARD["customer"])
    assert len(panel.lines) == len(STANDARD["customer"])


def test_contacts_have_rules_of_their_own(window: MainWindow) -> None:
    panel = opened(window)
    click(panel.kind_buttons["contact"])
    type_in(panel.lines[0].weight, "5")
    assert scores.rules(window.store.reader(), "contact")[0] == Rule("phones", 5)
    assert held(window.store) == list(STANDARD["customer"])


def test_what_is_wrong_is_said_and_stays_as_typed(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    last = next(line for line in panel.lines if line.rule.field == "last_contact")
    for box, text, why in (
        (last.days, "-5", "The days of Last contact have to be between 1 and 36500."),
        (last.weight, "-1", "The weight of Last contact has to be between 0 and 1000."),
        (last.weight, "", "Say how many points Last contact gives."),
    ):
        before = box.text()
        type_in(box, text) if text else (box.clear(), box.editingFinished.emit())
        assert panel.trouble.text() == why
        assert box.text() == text
        assert held(store) == list(STANDARD["customer"])
        type_in(box, before)
        assert panel.trouble.isHidden()


def test_all_weights_zero_is_refused(window: MainWindow) -> None:
    store, panel = window.store, opened(window)
    scores.save_rules(store, "customer", [Rule("grade", 1)])
    assert len(panel.lines) == 1
    assert not panel.lines[0].cross.isEnabled()
    type_in(panel.lines[0].weight, "0")
    assert panel.trouble.text().startswith("All weights are 0")
    assert held(store) == [Rule("grade", 1)]
    page = window.navigator.page
    assert page.unsaved() == ["Rules of the scores"]
    page.give_up()
    assert panel.lines[0].weight.text() == "1"


def test_a_rule_on_a_deleted_field_is_named(make_window: MakeWindow, store: Store) -> None:
    with store.step("Field") as step:
        field = step.insert(
            "custom_field", {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number"}
        )
    scores.save_rules(store, "customer", [Rule("x_tds", 1), Rule("grade", 1)])
    window = make_window(store)
    panel = opened(window)
    with store.step("Field") as step:
        step.delete("custom_field", field)
    panel.load()
    assert panel.lines[0].box.currentText() == "x_tds (deleted)"
    assert "this field was deleted, so its rule counts nothing" in panel.state.text()
    click(panel.lines[0].cross)
    assert held(store) == [Rule("grade", 1)]
    assert panel.state.text() == "These are your own rules."


def test_the_search_of_the_settings_finds_it(window: MainWindow, qtbot: QtBot) -> None:
    panel = opened(window)
    page = window.navigator.page
    assert isinstance(page, SettingsPage)
    page.search.setText("completeness")
    qtbot.waitUntil(lambda: page.complete)
    assert panel.isVisible()
