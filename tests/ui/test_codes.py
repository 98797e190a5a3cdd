"""Codes by rule as their user meets them: the setting with its next codes, the form, the cell, those without one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from freecrm.core.query import Query
from freecrm.core.words import N_
from freecrm.store import numbering
from freecrm.store.database import Store
from freecrm.ui.code_rule import CodeRuleEditor, CodesPanel
from freecrm.ui.editors.codes import CodeEditor
from freecrm.ui.form import Form
from freecrm.ui.page import Place
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage
from freecrm.ui.wizard.cards import Card
from tests.ui.forms import CTRL, fill

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
RULE = "customer.code_rule"


def settings(window: MainWindow) -> tuple[SettingsPage, CodeRuleEditor, CodesPanel]:
    page = window.visit(Place("settings", "customer"))
    assert isinstance(page, SettingsPage)
    editor, panel = page.rows[RULE].editor, page.sections["customer"].panel
    assert isinstance(editor, CodeRuleEditor)
    assert isinstance(panel, CodesPanel)
    return page, editor, panel


def codes(store: Store) -> set[str | None]:
    return {record["code"] for record in store.reader().each(Query("customer"), {"code"})}


@pytest.fixture
def firm(make_window: MakeWindow, store: Store) -> MainWindow:
    with store.step(N_("New")) as step:
        for name in ("鹿溪堂", "云杉谷", "松湾牧场"):
            step.insert("customer", {"name": name})
        step.insert("customer", {"name": "石桥物流", "code": "C0002"})
    return make_window(store)


def test_the_next_codes_are_shown_while_typing(firm: MainWindow, qtbot: QtBot) -> None:
    page, editor, panel = settings(firm)
    assert editor.next.text() == "Off. Codes are typed by hand."
    assert panel.what.text() == "3 customers have no code."
    assert not panel.give_button.isVisible()
    editor.line.setFocus()
    qtbot.keyClicks(editor.line, "C{0000")
    assert "place 2 has no other" in editor.next.text()
    assert editor.next.property("role") == "danger"
    qtbot.keyClicks(editor.line, "}")
    qtbot.waitUntil(lambda: editor.next.text() == "Next: C0003, C0004, C0005")
    assert firm.store.setting(RULE) == ""  # not kept before it is finished
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert firm.store.setting(RULE) == "C{0000}"
    assert panel.give_button.text() == "Give codes to 3 customers"
    assert panel.samples.text().splitlines() == ["鹿溪堂 → C0003", "云杉谷 → C0004", "松湾牧场 → C0005"]
    assert numbering.preview(firm.store, "customer", "code", n=1) == ["C0003"]
    assert page.unsaved() == []


def test_a_rule_that_is_none_is_not_kept_and_stays_in_the_line(firm: MainWindow, qtbot: QtBot) -> None:
    page, editor, _panel = settings(firm)
    editor.line.setFocus()
    qtbot.keyClicks(editor.line, "C{YY}")
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert firm.store.setting(RULE) == ""
    assert "no counter" in page.rows[RULE].problem.text()
    assert editor.line.text() == "C{YY}"
    firm.dress.set_language("zh_CN")
    assert "没有流水号" in page.rows[RULE].problem.text()
    page.give_up()


def test_an_offered_rule_is_taken_by_the_keyboard(firm: MainWindow, qtbot: QtBot) -> None:
    _page, editor, _panel = settings(firm)
    editor.offer.setFocus()
    qtbot.keyClick(editor.offer, Qt.Key.Key_Space)
    assert editor.offered.isVisible()
    qtbot.keyClick(editor.offered, Qt.Key.Key_Down)
    qtbot.keyClick(editor.offered, Qt.Key.Key_Down)
    qtbot.keyClick(editor.offered, Qt.Key.Key_Return)
    assert firm.store.setting(RULE) == "C{0000}"
    editor.offered.actions()[-1].trigger()
    assert firm.store.setting(RULE) == ""


def test_those_without_one_get_theirs_and_lose_them_by_undo(firm: MainWindow, qtbot: QtBot) -> None:
    firm.store.set_setting(RULE, "C{0000}")
    _page, _editor, panel = settings(firm)
    qtbot.mouseClick(panel.give_button, LEFT)
    assert codes(firm.store) == {"C0002", "C0003", "C0004", "C0005"}
    assert panel.what.text() == "Every customer has a code."
    assert not panel.give_button.isVisible()
    qtbot.keyClick(firm, Qt.Key.Key_Z, CTRL)
    assert codes(firm.store) == {"C0002", None}
    assert panel.what.text() == "3 customers have no code."


def test_the_form_says_what_the_customer_gets(firm: MainWindow, qtbot: QtBot) -> None:
    firm.store.set_setting(RULE, "{拼音}-{000}")
    page = firm.visit(Place("new", "customer"))
    form = page.findChild(Form)
    assert form is not None
    editor = form.boxes["code"].editor
    assert isinstance(editor, CodeEditor)
    assert editor.line.placeholderText() == "gets X-001"
    fill(qtbot, form, name="石桥")
    form.look_for_likes()
    assert editor.line.placeholderText() == "gets SQ-001"
    assert form.save()
    assert "SQ-001" in codes(firm.store)


def test_a_code_that_is_taken_is_told_below_the_field(firm: MainWindow, qtbot: QtBot) -> None:
    page = firm.visit(Place("new", "customer"))
    form = page.findChild(Form)
    assert form is not None
    fill(qtbot, form, name="新来的", code="c0002")
    assert not form.save()
    trouble = form.boxes["code"].trouble
    assert trouble.isVisible()
    assert trouble.text() == "Code “c0002” belongs to “石桥物流” already. Choose another."
    qtbot.keyClicks(form.boxes["code"].editor.line, "9")  # type: ignore[attr-defined]
    assert form.save()
    assert "c00029" in codes(firm.store)


def test_an_import_asks_what_becomes_of_double_codes(firm: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "list.csv"
    path.write_text("客户名称,客户编号,城市\n百岩建材,A1,北京\n麓桐软件,A1,上海\n", encoding="utf-8")
    firm.store.set_setting(RULE, "C{0000}")
    page = firm.visit(Place("import", str(path)))
    assert isinstance(page, ImportPage)
    qtbot.waitUntil(lambda: page.draft.made is not None and page.draft.is_current, timeout=60_000)
    page.go_to(2)
    (card,) = [one for one in page.findChildren(Card) if one.first.kind == "taken"]
    assert card.title() == "客户编号: used twice"
    assert "Code A1 stands in row 2 as well." in [
        one.text().partition(": ")[2] for one in card.findChildren(QLabel)
    ]
    (box,) = card.boxes.values()
    assert box.currentText() == "the next free code, the old one goes to the remark"
    page.cancel()
