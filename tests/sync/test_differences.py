"""What two people changed apart is settled by clicks and keys, and is the same for both afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from freecrm import cli
from freecrm.core.fields import Field
from freecrm.core.jobs import InLine
from freecrm.core.problems import Known
from freecrm.exchange import differences_sheet
from freecrm.store import apart as apart_of
from freecrm.store import differences, differences_list, history, lines, undo
from freecrm.store.differences import BOTH, KEPT, OTHER
from freecrm.ui import cells, look, talk
from freecrm.ui.differences import desk
from freecrm.ui.differences.dialog import DifferencesDialog, marked
from freecrm.ui.differences.page import DifferencesPage
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow
from tests.sync.conftest import Desktop, Firm


@pytest.fixture
def apart(firm: Firm, pair: tuple[Desktop, Desktop]) -> tuple[Desktop, Desktop, bytes]:
    """Lin and Shen changed grade, remark and credit limit of one hotel without knowing of each other."""
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C", remark="老板喜欢下午谈。", phones=[{"number": "+8657100006600"}])
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
        picks = {d.id: choice for d in group.differences}
        assert differences.settle(one.store, group, picks) == 0
        assert differences.settle(one.store, group, picks) == len(picks)  # that was done by then
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


def test_who_settles_for_colleagues_has_no_side(qtbot: QtBot, window: MainWindow) -> None:
    def said() -> list[str]:
        dialog = opened(window, qtbot)
        found = [one.text() for one in dialog.findChildren(QPushButton) if one.text().startswith("All ")]
        dialog.close()
        return [text for text in found if "differences" not in text]

    assert said() == ["All mine", "All theirs"]
    window.store.user = None
    assert said() == ["All of these", "All of these"]


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


# ---- what comes of it, two records of one, the list


def people(firm: Firm, *desktops: Desktop) -> None:
    """Give the persons of these desktops names that people read."""
    for one in desktops:
        if one.get("user", one.person) is None:
            with one.store.step("People") as step:
                step.insert("user", {"name": one.name.title()}, id=one.person)
        firm.settle()


def test_what_only_one_side_changed_is_told(firm: Firm, apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, _id = apart
    for one, mine, theirs in ((a, "a.example", "5.00"), (b, "5.00", "a.example")):
        (group,) = differences.open_groups(one.store)
        found = {(m.mine, m.text) for m in apart_of.merged(one.store, group)}
        assert found == {(True, mine), (False, theirs)}


def test_what_came_back_with_a_record_was_added_by_nobody(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    firm.settle()
    id = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "0571-6600"}])
    firm.settle()
    a.set("customer", id, grade="A", website="https://a.example")
    a.sync()
    b.drop("customer", id)
    firm.settle()
    (group,) = differences.open_groups(b.store)
    assert group.differences[0].deletes
    assert b.get("customer", id)["phones"]  # type: ignore[index]
    assert [m.text for m in apart_of.merged(b.store, group) if "6600" in m.text] == []


def test_two_records_are_made_of_one(firm: Firm, apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, id = apart
    (group,) = differences.open_groups(a.store)
    second = apart_of.separate(a.store, group)
    firm.settle()
    for one in (a, b):
        first, other = one.get("customer", id), one.get("customer", second)
        assert first is not None
        assert other is not None
        assert (first["grade"], other["grade"]) == ("A", "B")
        assert "要夜间施工。" in first["remark"]
        assert "新任经理祁月。" in other["remark"]
        assert other["name"] == first["name"]
        assert [row["number"] for row in other["phones"]] == ["+8657100006600"]
        assert other["code"] is None or other["code"] != first["code"]
        assert (first["credit_limit"], other["credit_limit"]) == (500, None)  # amounts stay where they were
        assert differences.open_count(one.store) == 0
    undo.undo(a.store)
    firm.settle()
    for one in (a, b):
        assert one.get("customer", second) is None
        assert one.get("customer", id)["grade"] == "B"  # type: ignore[index]
        assert differences.open_count(one.store) == 1


def test_the_list_says_who_settled_what(
    firm: Firm, apart: tuple[Desktop, Desktop, bytes], tmp_path: Path
) -> None:
    a, b, id = apart
    people(firm, a, b)
    b.set("customer", id, name="=1+1")
    firm.settle()
    (group,) = differences.open_groups(a.store)
    found = by_name(a)
    differences.settle(a.store, group, {found["grade"].id: OTHER})
    firm.settle()
    for one, mine, theirs, whose in ((a, "A", "B", "Shen"), (b, "B", "A", "Lin")):
        (line,) = differences_list.lines(one.store, differences_list.SETTLED)
        assert (line.record, line.field, line.is_open) == ("=1+1", "Grade", False)
        assert (line.mine[0], line.theirs[0], line.whose) == (mine, theirs, whose)
        assert (line.how, line.by) == ("Other value taken", "Lin")
        assert line.settled is not None
        assert line.since is not None
        assert line.settled >= line.since
    still = differences_list.lines(a.store, differences_list.OPEN)
    assert {line.field for line in still} == {
        f.title for n, f in fields(a).items() if n in found and n != "grade"
    }
    every = differences_list.lines(a.store)
    assert len(every) == len(still) + 1

    book = differences_sheet.write(a.store, every, tmp_path / "apart.xlsx")
    sheet = openpyxl.load_workbook(book).active
    rows = list(sheet.iter_rows(min_row=2))
    assert {row[0].value for row in rows} == {"=1+1"}
    assert {row[0].data_type for row in rows} == {"s"}  # a text, never a formula
    table = (
        differences_sheet.write(a.store, every, tmp_path / "apart.csv").read_text("utf-8-sig").splitlines()
    )
    assert table[1].startswith("'=1+1,")
    with pytest.raises(Known, match="must end in"):
        differences_sheet.write(a.store, every, tmp_path / "apart.docx")


def fields(desktop: Desktop) -> dict[str, Field]:
    return desktop.store.schema.fields("customer")


def test_what_a_third_person_sees_names_both(firm: Firm, apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, _id = apart
    people(firm, a, b)
    boss = firm.desktop("boss")
    firm.settle()
    line = next(
        line for line in differences_list.lines(boss.store, differences_list.OPEN) if line.field == "Grade"
    )
    assert line.mine.startswith("Shen: B")
    assert (line.theirs[0], line.whose) == ("A", "Lin")


def test_texts_put_together_are_not_said_to_be_written_anew(
    pair: tuple[Desktop, Desktop], firm: Firm
) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", remark="one\ntwo\nthree")
    firm.settle()
    a.set("customer", id, remark="ONE\ntwo\nthree")
    b.set("customer", id, remark="one\ntwo\nTHREE")
    firm.settle()
    firm.settle()
    assert a.get("customer", id)["remark"] == "ONE\ntwo\nTHREE"  # type: ignore[index]
    (line,) = differences_list.lines(a.store, differences_list.SETTLED)
    assert line.how == "Both kept"
    a.set("customer", id, remark="something else")
    (line,) = differences_list.lines(a.store, differences_list.SETTLED)
    assert line.how == "Written anew"


def test_the_dialog_shows_what_will_be(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, _b, _id = apart
    dialog = opened(window, qtbot)
    grade = by_name(a)["grade"]
    value, whose = dialog.outcome.values[grade.id]
    assert value.text().startswith("B")
    qtbot.mouseClick(dialog.cards[grade.id, OTHER], Qt.MouseButton.LeftButton)
    assert value.text().startswith("A")
    assert whose.text() == "mine"
    assert not dialog.rest_box.isVisible()  # there is only this one
    texts = {label.text() for label in dialog.outcome.findChildren(QLabel)}
    assert "2 changes put together" in texts
    assert {"a.example", "5.00"} <= texts


@pytest.mark.parametrize("size", [(760, 760), (1326, 728)])
def test_what_is_long_can_be_read(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes], size: tuple[int, int]
) -> None:
    a, b, id = apart
    for desktop, word in ((a, "procurement"), (b, "purchasing")):
        mail = f"{word}.department.headquarters@" + "very" * 9 + "-long-company-name.example.com"
        desktop.set("customer", id, website=f"https://{mail}/{'path' * 12}")
    firm.settle()
    dialog = opened(window, qtbot)
    dialog.resize(*size)
    qtbot.waitUntil(lambda: dialog.size().toTuple() == size)
    assert dialog.area.horizontalScrollBar().maximum() == 0
    heads = [one for one in dialog.area.widget().findChildren(QLabel) if one.text().startswith("PC of lin")]
    values = [card.text for card in dialog.cards.values()]
    values += [value for value, _whose in dialog.outcome.values.values()]
    for one in (*heads, *values):
        parts = one.fontMetrics().boundingRect(one.rect(), Qt.TextFlag.TextWordWrap.value, one.text())
        if "<" not in one.text():
            assert parts.width() <= one.width()
            assert one.height() >= parts.height()
        else:
            assert one.heightForWidth(one.width()) <= one.height()
            assert "\u200b" in one.text() or len(one.text()) < 90
    assert heads


def test_tab_goes_from_the_records_to_what_is_to_choose(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    dialog = opened(window, qtbot)
    way = [dialog.list]
    while len(way) < 40 and way[-1] is not dialog.act_button:
        qtbot.keyClick(way[-1], Qt.Key.Key_Tab)
        way.append(dialog.focusWidget())
    choices = [way.index(card.radio) for card in dialog.cards.values() if card.radio in way]
    assert choices
    assert max(choices) < way.index(dialog.later_button) < way.index(dialog.act_button)


def test_saved_as_two_by_a_click(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, _b, _id = apart
    dialog = opened(window, qtbot)
    assert dialog.two_button.text() == "Save as two customers"
    with talk.recording() as heard:
        qtbot.mouseClick(dialog.two_button, Qt.MouseButton.LeftButton)
    assert "is there twice now" in str(heard.messages[0].what)
    assert not dialog.isVisible()
    assert sorted(row["grade"] for row in a.all("customer").values()) == ["A", "B"]


def test_what_stays_open_after_saving_as_two_is_asked_next(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    phone = a.get("customer", id)["phones"][0]["id"]  # type: ignore[index]
    a.set("phone", phone, number="+8657100006688")
    b.set("phone", phone, number="+8657100006699")
    firm.settle()
    dialog = opened(window, qtbot)
    qtbot.mouseClick(dialog.two_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert dialog.group is not None
    (one,) = dialog.group.differences
    assert "1 to choose" in dialog.list.item(0).text()
    assert dialog.far.text() == "Settled 0 of 1"
    assert not dialog.two_button.isVisible()
    qtbot.mouseClick(dialog.cards[one.id, OTHER], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert differences.open_count(a.store) == 0
    assert a.get("phone", phone)["number"] == "+8657100006688"  # type: ignore[index]


def test_the_rest_mine_too(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    other = a.add(name="小满烘焙", grade="C")
    firm.settle()
    a.set("customer", other, grade="A")
    b.set("customer", other, grade="B")
    firm.settle()
    dialog = opened(window, qtbot)
    assert dialog.list.count() == 2
    dialog.rest_box.click()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert a.get("customer", other)["grade"] == "A"  # type: ignore[index]
    assert a.get("customer", id)["grade"] == "B"  # type: ignore[index]  # chosen one by one
    assert differences.open_count(a.store) == 0


def test_a_field_with_a_difference_is_marked(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, _b, id = apart
    a.set("customer", id, source=None)
    window.show_id("customer", id)
    page = window.navigator.page
    marks = [b for b in page.findChildren(QToolButton) if "two people changed it" in b.accessibleName()]
    assert [button.accessibleName() for button in marks] == ["Remark: two people changed it; settle"]
    head = next(b for b in page.findChildren(QPushButton) if "changed by two people" in b.text())
    assert head.text() == "2 fields were changed by two people"  # the grade is a chip of the head
    qtbot.mouseClick(marks[0], Qt.MouseButton.LeftButton)
    dialog = next(one for one in window.findChildren(DifferencesDialog) if one.isVisible())
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.accessibleName().startswith("Remark")
    dialog.take_all(0)
    dialog.apply()
    marks = [b for b in page.findChildren(QToolButton) if "two people changed it" in b.accessibleName()]
    assert [button for button in marks if button.isVisible()] == []


def test_the_list_on_the_screen(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes], tmp_path: Path
) -> None:
    assert apart
    page = window.visit(Place("differences"))
    assert isinstance(page, DifferencesPage)
    assert page.model.rowCount() == 2
    page.table.setCurrentIndex(page.model.index(1, 3))
    page.table.setFocus()
    wanted = page.found[1]
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    dialog = next(one for one in window.findChildren(DifferencesDialog) if one.isVisible())
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.accessibleName().startswith(wanted.field)
    dialog.apply()
    assert page.model.rowCount() == 0
    assert page.nothing.title.text() == "There are no differences to settle."
    qtbot.mouseClick(page.all_button, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 2
    with talk.recording() as heard:
        heard.file = tmp_path / "list.xlsx"
        qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    assert (tmp_path / "list.xlsx").exists()
    assert len(page.printed()) == 1
    qtbot.keyClick(page.table, Qt.Key.Key_Return)  # settled: the record itself
    assert window.navigator.page.belongs_to == Place("list", "customer")


def test_the_list_on_the_command_line(
    firm: Firm, apart: tuple[Desktop, Desktop, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b, _id = apart
    people(firm, a, b)

    def run(*given: object) -> tuple[int, str, str]:
        code = cli.main(["--file", str(a.path), "--language", "en", "differences", *map(str, given)])
        told = capsys.readouterr()
        return code, told.out, told.err

    code, out, _err = run()
    assert code == 0
    assert [line.split("\t")[:3] for line in out.splitlines()[1:]] == [
        ["云杉谷酒店", "Customer", "Remark"],
        ["云杉谷酒店", "Customer", "Grade"],
    ]
    found = json.loads(run("--json")[1])
    assert {one["field"] for one in found if one["open"]} == {"Grade", "Remark"}
    path = tmp_path / "apart.xlsx"
    assert run("all", "--to", path)[1] == "2 differences are in apart.xlsx.\n"
    assert openpyxl.load_workbook(path).active.max_row == 3
    assert run("settled") == (cli.NOTHING, "", "There are no differences of that kind.\n")
    assert run("--to", tmp_path / "apart.txt")[0] == cli.REFUSED


def test_a_choice_for_what_stands_is_in_the_history(
    firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    (group,) = differences.open_groups(a.store)
    grade = by_name(a)["grade"]
    differences.settle(a.store, group, {grade.id: KEPT})
    firm.settle()
    for one in (a, b):
        told, _more = lines.life(one.store, "customer", id)
        newest = told[0]
        assert newest.step is not None
        assert [(x.field, x.old[:1], x.new[:1]) for x in newest.lines] == [("Grade: left as it is", "A", "B")]
    assert "settled" in str(told_step(a))


def told_step(desktop: Desktop) -> object:
    return history.steps(desktop.store, 1)[0].done


def test_who_comes_too_late_is_told(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, id = apart
    dialog = opened(window, qtbot)
    (group,) = differences.open_groups(b.store)
    differences.settle(b.store, group, {d.id: KEPT for d in group.differences})
    firm.settle()
    dialog.take_all(0)
    with talk.recording() as heard:
        dialog.apply()
    assert "Somebody else settled 2 differences" in str(heard.messages[0].what)
    assert not dialog.isVisible()
    assert a.get("customer", id)["grade"] == "B"  # type: ignore[index]


def test_what_somebody_else_settles_meanwhile_is_no_longer_asked(
    qtbot: QtBot, window: MainWindow, firm: Firm, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, b, _id = apart
    other = a.add(name="小满烘焙", grade="C")
    firm.settle()
    a.set("customer", other, grade="A")
    b.set("customer", other, grade="B")
    firm.settle()
    desk.settle(window)
    dialog = window.findChild(DifferencesDialog)
    assert dialog is not None
    shown = dialog.group
    assert shown is not None
    for group in differences.open_groups(b.store):
        assert dialog.isVisible()
        assert dialog.far.text() == f"Settled {int(group.id != shown.id)} of 2"
        differences.settle(b.store, group, {d.id: KEPT for d in group.differences})
        firm.settle()
        if group.id == shown.id:
            assert not dialog.act_button.isEnabled()
            assert dialog.list.item(0).text().startswith("✓")
    assert not dialog.isVisible()
    assert window.team.settling is None


def test_a_deletion_is_asked_about_in_plain_words(
    qtbot: QtBot, window: MainWindow, firm: Firm, pair: tuple[Desktop, Desktop]
) -> None:
    a, b = pair
    id = a.add(name="松湾牧场")
    firm.settle()
    a.drop("customer", id)
    b.set("customer", id, grade="A")
    firm.settle()
    dialog = DifferencesDialog(window, window.store, window.tasks, (id, ""))
    dialog.open()
    assert dialog.group is not None
    assert dialog.group.id == id
    (one,) = dialog.group.differences
    assert dialog.cards[one.id, OTHER].text.text() == "Delete it"
    assert dialog.cards[one.id, KEPT].text.text() == "Keep it, with the changes"
    assert dialog.two_button.isHidden()
    value, _whose = dialog.outcome.values[one.id]
    assert value.text() == "Keep it, with the changes"
    dialog.reject()


def test_the_list_of_customers_has_a_sign(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    a, _b, _id = apart
    other = a.add(name="小满烘焙")
    page = window.visit(Place("list", "customer"))
    assert isinstance(page, ListPage)
    model = page.model
    title = model.title_column

    def said() -> dict[str, str]:
        rows = range(model.rowCount())
        role = Qt.ItemDataRole.AccessibleTextRole
        return {model.index(at, title).data(): model.index(at, title).data(role) for at in rows}

    assert said() == {"云杉谷酒店": "云杉谷酒店, two people changed it", "小满烘焙": "小满烘焙"}
    before = page.grid.grab().toImage()
    (group,) = differences.open_groups(a.store)
    differences.settle(a.store, group, {d.id: KEPT for d in group.differences})
    qtbot.waitUntil(lambda: said()["云杉谷酒店"] == "云杉谷酒店")
    assert page.grid.grab().toImage() != before
    assert a.get("customer", other) is not None


def test_arrows_go_from_field_to_field(
    qtbot: QtBot, window: MainWindow, apart: tuple[Desktop, Desktop, bytes]
) -> None:
    assert apart
    dialog = opened(window, qtbot)
    assert dialog.group is not None
    first, second = dialog.group.differences
    dialog.cards[first.id, KEPT].radio.setFocus()

    def press(key: Qt.Key) -> None:
        focused = dialog.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)

    def field() -> bytes:
        return next(id for (id, _c), card in dialog.cards.items() if card.radio is dialog.focusWidget())

    assert (first.name, second.name) == ("grade", "remark")
    press(Qt.Key.Key_Left)
    assert dialog.picks[first.id] == OTHER  # ours is at the left
    press(Qt.Key.Key_Down)
    assert field() == second.id
    assert dialog.picks[second.id] == KEPT  # going by changes nothing
    press(Qt.Key.Key_Right)
    assert dialog.picks[second.id] == BOTH
    press(Qt.Key.Key_Down)
    assert field() == second.id  # the last one
    press(Qt.Key.Key_Up)
    assert field() == first.id
    assert dialog.picks == {first.id: OTHER, second.id: BOTH}


def test_who_is_too_late_makes_no_second_record(firm: Firm, apart: tuple[Desktop, Desktop, bytes]) -> None:
    a, b, _id = apart
    (group,) = differences.open_groups(a.store)
    (theirs,) = differences.open_groups(b.store)
    differences.settle(b.store, theirs, {d.id: KEPT for d in theirs.differences})
    firm.settle()
    with pytest.raises(Known, match="Somebody else settled"):
        apart_of.separate(a.store, group)
    assert len(a.all("customer")) == 1
