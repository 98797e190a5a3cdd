"""What two people changed apart is settled by clicks and keys, and is the same for both afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine
from freecrm.store import differences, undo
from freecrm.store.differences import BOTH, KEPT, OTHER
from freecrm.ui import cells, look
from freecrm.ui.differences.dialog import DifferencesDialog, marked
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow
from tests.sync.conftest import Desktop, Firm


@pytest.fixture
def apart(firm: Firm, pair: tuple[Desktop, Desktop]) -> tuple[Desktop, Desktop, bytes]:
    """Lin and Shen changed grade, remark and credit limit of one hotel without knowing of each other."""
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C", remark="老板喜欢下午谈。", phones=[{"number": "+8657100006600"}])
    for one in pair:
        one.add("user", name=one.name) if False else None
    firm.settle()
    a.set("customer", id, grade="A", remark="老板喜欢下午谈。\n要夜间施工。", website="a.example")
    b.set("customer", id, grade="B", remark="老板喜欢下午谈。\n新任经理祁月。", credit_limit=500)
    firm.settle()
    return a, b, id


def by_name(desktop: Desktop) -> dict[str, differences.Difference]:
    (group,) = differences.open_groups(desktop.store)
    return {one.name: one for one in group.differences}


def test_only_what_both_changed_is_asked_about(apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, id = apart
    assert differences.open_count(a.store) == differences.open_count(b.store) == 1
    (group,) = differences.open_groups(a.store)
    assert (group.title, group.kind, group.id) == ("云杉谷酒店", "Customer", id)
    found = by_name(a)
    assert found["grade"].base.startswith("C")
    assert (found["grade"].kept.mine, found["grade"].other.mine) == (False, True)
    assert found["grade"].other.device == "PC of lin"
    assert "website" not in found
    assert "credit_limit" not in found


def test_what_is_chosen_is_so_for_both(firm: Firm, apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, id = apart
    (group,) = differences.open_groups(a.store)
    picks = {one.id: OTHER for one in group.differences if one.name == "grade"}
    differences.settle(a.store, group, picks)
    firm.settle()
    for one in (a, b):
        got = one.get("customer", id)
        assert got is not None
        assert (got["grade"], got["website"], got["credit_limit"]) == ("A", "a.example", 500)
        assert all(
            found.name != "grade" for g in differences.open_groups(one.store) for found in g.differences
        )
    undo.undo(a.store)  # it can be taken back, and is asked about again
    firm.settle()
    assert b.get("customer", id)["grade"] == "B"  # type: ignore[index]
    assert "grade" in by_name(b)


def test_two_who_settle_at_once_end_with_one_result(
    firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    for one, choice in ((a, OTHER), (b, KEPT)):
        (group,) = differences.open_groups(one.store)
        differences.settle(one.store, group, {d.id: choice for d in group.differences})
    firm.settle()
    grades = {one.get("customer", id)["grade"] for one in (a, b)}  # type: ignore[index]
    assert len(grades) == 1
    assert differences.open_groups(a.store) == differences.open_groups(b.store)


def test_a_deletion_can_be_chosen(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    b.set("customer", id, grade="A")
    firm.settle()
    (group,) = differences.open_groups(a.store)
    (one,) = group.differences
    assert (one.deletes, one.kept.text, one.other.text) == (True, "Changed", "Deleted")
    differences.settle(a.store, group, {one.id: OTHER})
    firm.settle()
    assert [one.get("customer", id) for one in pair] == [None, None]
    assert differences.open_count(b.store) == 0


# ---- on the screen


@pytest.fixture
def window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, apart: tuple[Desktop, Desktop, bytes]
) -> Iterator[MainWindow]:
    look.apply(qapp, "light")
    cells.warm_up()
    store = apart[0].store
    store.keep("started", True)
    made = MainWindow(store, Tasks(InLine()), Preferences(tmp_path / "settings"))
    store.user = apart[0].person
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.tasks.close()


def opened(window: MainWindow, qtbot: QtBot) -> DifferencesDialog:
    dialog = DifferencesDialog(window, window.store, window.tasks)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)  # keys reach an active window only
    return dialog


def test_settled_by_clicks(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    dialog = opened(window, qtbot)
    assert dialog.list.count() == 1
    found = by_name(a)
    cards = dialog.cards
    assert cards[found["grade"].id, KEPT].radio.isChecked()  # what stands, unless somebody chooses
    qtbot.mouseClick(cards[found["grade"].id, OTHER], Qt.MouseButton.LeftButton)
    if "remark" in found:
        qtbot.mouseClick(cards[found["remark"].id, BOTH], Qt.MouseButton.LeftButton)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    firm.settle()
    for one in (a, b):
        got = one.get("customer", id)
        assert got is not None
        assert got["grade"] == "A"
        assert "要夜间施工。" in got["remark"]
        assert "新任经理祁月。" in got["remark"]
    assert differences.open_count(b.store) == 0


def test_all_of_one_side_and_later(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, _b, _id = apart
    dialog = opened(window, qtbot)
    mine = next(b for b in dialog.findChildren(QPushButton) if b.text() == "All mine")
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    assert dialog.picks[by_name(a)["grade"].id] == OTHER
    grade = by_name(a)["grade"].id
    dialog.cards[grade, OTHER].radio.setFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.picks[grade] == KEPT
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert differences.open_count(a.store) == 1  # nothing is lost by closing


def test_what_differs_is_marked() -> None:
    assert marked("0571-6688", "0571-6699") == "0571-66<u><b>88</b></u>"
    assert marked("<b>", "") == "<u><b>&lt;b&gt;</b></u>"


def test_a_number_given_twice_gets_a_new_one(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    first, second = a.add(name="云杉谷酒店", code="K-1"), b.add(name="松湾牧场", code="K-1")
    firm.settle()
    (group,) = differences.open_groups(a.store)
    (one,) = group.differences
    assert (one.kept.text, one.other.text) == ("K-1", "K-1-2")
    assert "given twice" in one.title
    differences.settle(a.store, group, {one.id: OTHER})
    firm.settle()
    for desktop in pair:
        codes = {row["code"] for row in desktop.all("customer").values()}
        assert codes == {"K-1", "K-1-2"}
        assert differences.open_count(desktop.store) == 0
    assert {first, second} == set(a.all("customer"))


def test_who_loses_his_role_does_not_gain_by_it(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    with a.store.step("People") as step:
        role = step.insert("role", {"name": "Sales", "grants": '{"*": {"see": "own"}}'})
        step.insert("user", {"name": "Shen", "role": role}, id=b.person)
        step.insert("customer", {"name": "云杉谷酒店", "owner_user": a.person})
    firm.settle()
    assert b.all("customer") == {}
    with a.store.step("Role gone") as step:
        step.connection.execute("DELETE FROM role WHERE id = ?", (role,))
    firm.settle()
    assert b.all("customer") == {}
