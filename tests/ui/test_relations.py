"""Relations on the pages of records, by real keys and clicks: drawn, listed, added, changed, removed, printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.printing import Wishes
from freecrm.store import picks
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.editors.ties import TieRow
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.relations_tab import RelationsTab
from freecrm.ui.referrers_page import ReferrersPage
from freecrm.ui.window import MainWindow
from tests.ui import test_access

MakeWindow = Callable[..., MainWindow]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def people(store: Store) -> dict[str, bytes]:
    """A hotel with three people, a farm that it brought, its owner."""
    with store.step("x") as step:
        made = {"云杉谷酒店": step.insert("customer", {"name": "云杉谷酒店", "opening_balance": 100_00})}
        made["松湾牧场"] = step.insert("customer", {"name": "松湾牧场", "opening_balance": 250_00})
        for name, boss in (("林晓棠", None), ("曾知强", "林晓棠"), ("单小月", None)):
            job = {"customer": made["云杉谷酒店"], "reports_to": made[boss] if boss else None}
            made[name] = step.insert("contact", {"name": name, "jobs": [job]})
        made["王伟"] = step.insert("contact", {"name": "王伟"})
        given = {"kind": "referred_by", "parent": made["松湾牧场"], "parent_entity": "customer"}
        step.insert("tie", {**given, "customer": made["云杉谷酒店"], "note": "展会"})
    return made


@pytest.fixture
def window(make_window: MakeWindow, store: Store, people: dict[str, bytes]) -> MainWindow:
    return make_window(store)


def tab_of(window: MainWindow, id: bytes, entity: str = "customer") -> RelationsTab:
    window.show_id(entity, id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("relations")
    page.focus_tab()
    tab = page.made["relations"]
    assert isinstance(tab, RelationsTab)
    return tab


@pytest.fixture
def tab(window: MainWindow, people: dict[str, bytes]) -> RelationsTab:
    return tab_of(window, people["云杉谷酒店"])


def listed(tab: RelationsTab) -> list[tuple[str, str, str]]:
    return [(f.who.name, f.relation, f.detail) for f in tab.facts.values()]


def boxes(tab: RelationsTab) -> list[str]:
    return [box.title for box in tab.view.drawing.boxes]


def add(qtbot: QtBot, tab: RelationsTab, kind: str, typed: str, note: str = "") -> None:
    qtbot.mouseClick(tab.add_button, Qt.MouseButton.LeftButton)
    tab.form.kind.setCurrentText(kind)
    tab.form.other.line.setFocus()
    write(tab.form.other.line, typed)
    if tab.form.other.list.isVisible():
        qtbot.keyClick(tab.form.other.line, Qt.Key.Key_Return)
    write(tab.form.note, note)
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Return)


def write(widget: QWidget, text: str) -> None:
    """What an input method sends."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


# ---- both ends


def test_a_relation_is_seen_from_both_ends(window: MainWindow, people: dict[str, bytes]) -> None:
    here = tab_of(window, people["云杉谷酒店"])
    assert ("松湾牧场", "Recommended", "展会") in listed(here)
    assert "松湾牧场" in boxes(here)
    assert "Recommended" in [text.text for text in here.view.drawing.texts]
    there = tab_of(window, people["松湾牧场"])
    assert ("云杉谷酒店", "Recommended by", "展会") in listed(there)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.counts["relations"] == 1


def test_a_kind_of_ones_own_reads_the_same_from_both_ends(
    window: MainWindow, people: dict[str, bytes], store: Store, qtbot: QtBot
) -> None:
    picks.add_option(store, "tie", "球友")
    tab = tab_of(window, people["云杉谷酒店"])
    add(qtbot, tab, "球友", "王伟")
    assert ("王伟", "球友", "") in listed(tab)
    assert ("云杉谷酒店", "球友", "") in listed(tab_of(window, people["王伟"], "contact"))


# ---- adding, changing, removing


def test_a_relation_is_added_by_keys_and_undone(tab: RelationsTab, window: MainWindow, qtbot: QtBot) -> None:
    add(qtbot, tab, "Recommended by", "ww", "老同学")
    assert not tab.form.isVisible()
    assert ("王伟", "Recommended by", "老同学") in listed(tab)
    window.steps.undo()
    assert "王伟" not in boxes(tab)


def test_the_other_direction_is_written_from_here(
    tab: RelationsTab, window: MainWindow, people: dict[str, bytes], qtbot: QtBot
) -> None:
    add(qtbot, tab, "Recommended", "王伟")
    assert ("王伟", "Recommended", "") in listed(tab)
    assert ("云杉谷酒店", "Recommended by", "") in listed(tab_of(window, people["王伟"], "contact"))


def test_an_unknown_name_and_oneself_are_refused_with_a_sentence_and_stay_typed(
    tab: RelationsTab, qtbot: QtBot
) -> None:
    add(qtbot, tab, "Friend", "")
    assert "needs two ends" in tab.form.trouble.text()
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Escape)
    qtbot.mouseClick(tab.add_button, Qt.MouseButton.LeftButton)
    tab.form.other.line.setText("没有这个人")
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Return)
    assert tab.form.trouble.text().startswith("There is nobody called “没有这个人”")
    tab.form.other.line.setText("云杉谷酒店")
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Return)
    assert "“云杉谷酒店” can't be tied to itself" in tab.form.trouble.text()
    assert tab.form.isVisible()
    assert tab.unsaved() == ["Relation"]
    tab.form.cancel_button.click()
    assert tab.unsaved() == []


def test_someone_new_is_made_without_leaving(tab: RelationsTab, qtbot: QtBot, store: Store) -> None:
    qtbot.mouseClick(tab.add_button, Qt.MouseButton.LeftButton)
    tab.form.other.line.setFocus()
    write(tab.form.other.line, "赵新")
    offers = [offer.text for offer in tab.form.other.list.offers]
    assert offers[-2:] == ["New contact “赵新”", "New customer “赵新”"]
    tab.form.other.pick(("contact", "赵新"))
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Return)
    assert "赵新" in boxes(tab)
    assert store.reader().named("contact", "赵新") is not None


def test_a_relation_is_changed_and_turned_round(
    tab: RelationsTab, window: MainWindow, people: dict[str, bytes], qtbot: QtBot
) -> None:
    tab.begin(tab.around.bonds[0])
    assert (tab.form.kind.currentText(), tab.form.note.text()) == ("Recommended", "展会")
    tab.form.kind.setCurrentText("Recommended by")
    qtbot.keyClick(tab.form.note, Qt.Key.Key_Return)
    assert ("松湾牧场", "Recommended by", "展会") in listed(tab)
    assert ("云杉谷酒店", "Recommended", "展会") in listed(tab_of(window, people["松湾牧场"]))
    window.steps.undo()
    assert ("云杉谷酒店", "Recommended by", "展会") in listed(tab_of(window, people["松湾牧场"]))


@pytest.mark.parametrize("drawn", [True, False])
def test_del_removes_a_relation_and_undo_brings_it_back(
    tab: RelationsTab, window: MainWindow, qtbot: QtBot, drawn: bool
) -> None:
    tab.show_table(not drawn)
    if drawn:
        tab.view.choose(boxes(tab).index("松湾牧场"))
    else:
        tab.table.setCurrentIndex(tab.model.index(0, 0))
    qtbot.keyClick(tab.shown, Qt.Key.Key_Delete)
    assert "松湾牧场" not in boxes(tab)
    window.steps.undo()
    assert "松湾牧场" in boxes(tab)


def test_a_relation_goes_into_the_bin_with_its_other_end_and_comes_back(
    tab: RelationsTab, people: dict[str, bytes], store: Store, window: MainWindow
) -> None:
    with store.step("Delete") as step:
        step.delete("customer", people["松湾牧场"])
    assert "松湾牧场" not in boxes(tab)
    window.steps.undo()
    assert ("松湾牧场", "Recommended", "展会") in listed(tab)


def test_typed_text_is_asked_for_before_the_page_is_left(
    tab: RelationsTab, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(tab.add_button, Qt.MouseButton.LeftButton)
    write(tab.form.note, "老同学")
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.unsaved() == ["Relation"]
    assert not page.save()
    page.give_up()
    assert page.unsaved() == []


# ---- who reports to whom


def test_only_those_who_make_no_loop_are_offered_as_boss(tab: RelationsTab, window: MainWindow) -> None:
    facts = [fact for fact in tab.facts.values() if fact.who.name == "林晓棠"]
    bosses = entry(tab.menu_of(facts), "Reports to").menu()
    assert isinstance(bosses, QMenu)
    assert texts(bosses) == ["单小月", "No boss"]
    entry(bosses, "单小月").trigger()
    assert ("林晓棠", "Reports to 单小月", "") in listed(tab)
    window.steps.undo()
    assert ("林晓棠", "Contact", "") in listed(tab)


def test_a_loop_is_told_where_it_is_typed(window: MainWindow, people: dict[str, bytes], store: Store) -> None:
    tab = tab_of(window, people["云杉谷酒店"])
    facts = [fact for fact in tab.facts.values() if fact.who.name == "林晓棠"]
    menu = tab.menu_of(facts)
    with store.step("x") as step:  # meanwhile somebody else turned it round
        job = next(f.seat.row for f in tab.facts.values() if f.seat and f.who.name == "单小月")
        step.update("job", job, {"reports_to": people["林晓棠"]})
    bosses = entry(menu, "Reports to").menu()
    assert isinstance(bosses, QMenu)
    with talk.recording() as heard:
        entry(bosses, "单小月").trigger()
    assert "“林晓棠” would end up above themselves at “云杉谷酒店”." in str(heard.messages[0].what)
    assert ("林晓棠", "Contact", "") in listed(tab)


# ---- going about in it


def test_the_arrows_go_through_the_boxes_and_enter_opens(
    tab: RelationsTab, window: MainWindow, people: dict[str, bytes], qtbot: QtBot
) -> None:
    view = tab.view
    assert view.hasFocus()
    assert view.key() == ("customer", people["云杉谷酒店"])
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.key() == ("customer", people["松湾牧场"])
    assert view.accessibleDescription() == "Recommended 松湾牧场, 展会"
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.key() == ("contact", people["林晓棠"])
    qtbot.keyClick(view, Qt.Key.Key_Return)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.id == people["林晓棠"]


def test_the_mouse_chooses_and_a_double_click_opens(
    tab: RelationsTab, window: MainWindow, people: dict[str, bytes], qtbot: QtBot
) -> None:
    view = tab.view
    view.choose(boxes(tab).index("松湾牧场"))
    x, y = view.drawing.boxes[view.current].centre
    at = (view._corner() + QPointF(x, y) * view._unit()).toPoint()
    view.choose(0)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.key() == ("customer", people["松湾牧场"])
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.id == people["松湾牧场"]


def test_it_is_zoomed_by_wheel_keys_and_buttons(tab: RelationsTab, qtbot: QtBot) -> None:
    view = tab.view
    first = view.zoom
    place = QPointF(view.viewport().rect().center())
    turn = QWheelEvent(
        place,
        QPointF(view.viewport().mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CONTROL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), turn)
    assert view.zoom > first
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(first)
    qtbot.mouseClick(tab.larger, Qt.MouseButton.LeftButton)
    assert view.zoom > first
    assert tab.percent.text() == f"{view.zoom:.0%}"
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.fits
    assert view.horizontalScrollBar().maximum() == view.verticalScrollBar().maximum() == 0


def test_ctrl_shift_t_shows_the_same_facts_as_a_list(
    tab: RelationsTab, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(tab.view, Qt.Key.Key_T, CONTROL | SHIFT)
    assert tab.table.isVisible()
    assert tab.table.hasFocus()
    assert {name for name, _relation, _detail in listed(tab)} == set(boxes(tab)) - {"云杉谷酒店"}
    qtbot.keyClick(tab.table, Qt.Key.Key_Down)
    qtbot.keyClick(tab.table, Qt.Key.Key_T, CONTROL | SHIFT)
    assert tab.view.hasFocus()


def test_a_firm_of_two_hundred_is_drawn_and_walked(
    window: MainWindow, people: dict[str, bytes], store: Store, qtbot: QtBot
) -> None:
    with store.step("x") as step:
        for at in range(200):
            step.insert("contact", {"name": f"员工{at}", "jobs": [{"customer": people["云杉谷酒店"]}]})
    tab = tab_of(window, people["云杉谷酒店"])
    assert len(boxes(tab)) == 205
    assert tab.view.zoom >= 0.75
    for _step in range(30):
        qtbot.keyClick(tab.view, Qt.Key.Key_Down)
        x, y = tab.view.drawing.boxes[tab.view.current].centre
        assert (
            tab.view.viewport()
            .rect()
            .contains((tab.view._corner() + QPointF(x, y) * tab.view._unit()).toPoint())
        )


def test_language_theme_and_text_size_change_while_it_is_seen(tab: RelationsTab, window: MainWindow) -> None:
    window.dress.set_language("zh_CN")
    window.dress.set_theme("dark")
    window.dress.set_zoom(150)
    assert ("松湾牧场", "介绍来了", "展会") in listed(tab)
    assert tab.add_button.text() == "添加关系"
    window.dress.set_zoom(100)
    window.dress.set_language("en")
    window.dress.set_theme("light")


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("zoom", [90, 150])
def test_the_tab_and_its_form_are_for_everybody(
    tab: RelationsTab, window: MainWindow, language: str, zoom: int
) -> None:
    window.dress.set_language(language)
    window.dress.set_zoom(zoom)
    for drawn in (True, False):
        tab.show_table(not drawn)
        tab.begin()
        test_access.check_names(tab)
        test_access.check_sizes(tab)
        known = test_access.known_in(window.store)
        if language == "en":
            assert test_access.left_in_chinese(tab, known) == []
        else:
            assert test_access.left_in_english(tab) == []
        tab.form.cancel_button.click()
    window.dress.set_zoom(100)


# ---- paper, forms, the card


def test_ctrl_p_offers_drawing_list_and_record(tab: RelationsTab, window: MainWindow, tmp_path: Path) -> None:
    page = window.navigator.page
    titles = [one.title for one in page.printed()]
    assert titles == [
        "Relations of 云杉谷酒店",
        "Relations of 云杉谷酒店, as a list",
        "云杉谷酒店",
        "Timeline of 云杉谷酒店",
    ]
    for at, one in enumerate(page.printed()[:2]):
        made = one.make(tmp_path / f"{at}.pdf", Wishes())
        pages = Pages(made.path)
        assert "松湾牧场" in pages.text(0)
        assert "曾知强" in pages.text(0)
        pages.close()
    tab.show_table(True)
    assert page.printed()[0].title.endswith("as a list")


def test_a_relation_is_typed_into_the_form_of_a_new_record(
    window: MainWindow, store: Store, qtbot: QtBot
) -> None:
    window.visit(Place("new", "contact"))
    form = window.navigator.page.form
    form.boxes["name"].editor.line.setText("赵新")
    row = form.boxes["ties"].editor.add()
    assert isinstance(row, TieRow)
    row.other.line.setText("没有这个人")
    row.changed.emit()
    assert "There is nobody called" in str(row.problem())
    row.other.set_end("customer", store.reader().named("customer", "松湾牧场"))
    row.changed.emit()
    assert window.navigator.page.save()
    id = store.reader().named("contact", "赵新")
    record = store.reader().record("contact", id)
    assert record is not None
    assert [(tie["kind"], tie["customer_title"]) for tie in record["ties"]] == [("referred_by", "松湾牧场")]


def test_the_card_says_that_nobody_decides_until_somebody_does(
    window: MainWindow, people: dict[str, bytes], store: Store
) -> None:
    window.show_id("customer", people["云杉谷酒店"])
    page = window.navigator.page
    said = "No decider is linked. Give the one who decides that role."

    def seen() -> list[str]:
        return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]

    assert said in seen()
    job = store.read().execute("SELECT id FROM job WHERE parent = ?", (people["林晓棠"],)).fetchone()[0]
    with store.step("x") as step:
        step.update("job", job, {"role": "decider"})
    assert said not in seen()
    window.show_id("customer", people["松湾牧场"])  # nobody is there who could decide
    assert said not in [one.text() for one in window.navigator.page.findChildren(QLabel) if one.isVisible()]


# ---- who referred whom


@pytest.fixture
def report(window: MainWindow, people: dict[str, bytes], store: Store) -> ReferrersPage:
    with store.step("x") as step:
        given = {"kind": "referred_by", "parent_entity": "customer"}
        other = step.insert("customer", {"name": "=cmd|calc", "opening_balance": 50_00})
        step.insert("tie", {**given, "parent": other, "customer": people["云杉谷酒店"]})
        step.insert("tie", {**given, "parent": other, "customer": people["云杉谷酒店"]})  # said twice
        step.insert("tie", {**given, "parent": people["云杉谷酒店"], "contact": people["王伟"]})
    window.commands.run("record.referrers")
    page = window.navigator.page
    assert isinstance(page, ReferrersPage)
    return page


def rows(page: ReferrersPage) -> list[list[str]]:
    return [[column.text(line) for column in page.model.columns_] for line in page.model.lines]


def test_the_report_counts_whom_each_brought_and_what_they_owe(
    report: ReferrersPage, window: MainWindow, qtbot: QtBot, people: dict[str, bytes]
) -> None:
    assert rows(report) == [["云杉谷酒店", "Customer", "2", "300.00"], ["王伟", "Contact", "1", "100.00"]]
    assert [line.name for line in report.side_model.lines] == ["松湾牧场", "=cmd|calc"]
    report.focus_first()
    qtbot.keyClick(report.table, Qt.Key.Key_Down)
    assert [line.name for line in report.side_model.lines] == ["云杉谷酒店"]
    qtbot.keyClick(report.table, Qt.Key.Key_Return)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.id == people["王伟"]


def test_the_report_follows_what_is_changed(report: ReferrersPage, window: MainWindow) -> None:
    window.steps.undo()
    assert rows(report) == [["云杉谷酒店", "Customer", "1", "250.00"]]
    window.steps.undo()
    assert rows(report) == []
    assert report.nothing.isVisible()
    assert report.printed() == []


def test_the_report_goes_to_excel_and_to_paper(report: ReferrersPage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "介绍人.xlsx"
    with talk.recording(file=path):
        qtbot.mouseClick(report.export_button, Qt.MouseButton.LeftButton)
    from openpyxl import load_workbook

    sheet = load_workbook(path).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)] == [
        ["Name", "Kind", "Brought", "Owes us"],
        ["云杉谷酒店", "Customer", 2, 300],
        ["王伟", "Contact", 1, 100],
    ]
    made = report.printed()[0].make(tmp_path / "a.pdf", Wishes())
    pages = Pages(made.path)
    assert "300.00" in pages.text(0)
    pages.close()
