"""The history page: every step in words, what it changed, and the way back from any of them."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.core.words import N_
from freecrm.store import history, points, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.history_page import HistoryPage
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow
from tests.ui.conftest import MakeWindow
from tests.ui.starting import click


def customer(store: Store, name: str, **values: object) -> bytes:
    with store.step(N_("{what} “{name}” added"), what="Customer", name=name) as step:
        return step.insert("customer", {"name": name, **values})


def change(store: Store, id: bytes, **values: object) -> int:
    with store.step(N_("{name} changed"), name="it") as step:
        step.update("customer", id, values)
    assert step.touched is not None
    assert step.touched.step is not None
    return step.touched.step


def opened(window: MainWindow) -> HistoryPage:
    page = window.visit(Place("history"))
    assert isinstance(page, HistoryPage)
    return page


def lines_of(page: HistoryPage) -> list[tuple[str, str, str, str]]:
    lines = page.detail.table.lines
    return [lines.texts(row) for row in range(lines.rowCount())]


def stays(page: HistoryPage) -> list[str]:
    return [page.detail.stay.item(at).text() for at in range(page.detail.stay.count())]


def test_a_key_leads_there_and_arrows_go_through_the_steps(
    qtbot: QtBot, make_window: MakeWindow, store: Store
) -> None:
    id = customer(store, "Blue Heron Dental")
    change(store, id, grade="A")
    window = make_window(store)
    qtbot.keyClick(
        window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    page = window.navigator.page
    assert isinstance(page, HistoryPage)
    assert page.steps.hasFocus()
    assert page.detail.title.text() == "it changed"
    assert lines_of(page) == [("Blue Heron Dental", "Grade", "", "A")]
    qtbot.keyClick(page.steps, Qt.Key.Key_Down)
    assert "Blue Heron Dental" in page.detail.title.text()
    assert lines_of(page)[0][:2] == ("Blue Heron Dental", "New")
    qtbot.keyClick(page.steps, Qt.Key.Key_Home)  # past the day's heading
    assert page.detail.title.text() == "it changed"
    assert page.summary() == "2 steps"


def test_any_earlier_step_is_undone_and_redone(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental")
    n = change(store, id, grade="A")
    change(store, id, remark="later")
    page = opened(make_window(store))
    page.steps.choose(n)
    assert page.detail.undo_button.text() == "Undo this step"
    click(qtbot, page.detail.undo_button)
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["grade"] is None
    assert record["remark"] == "later"
    assert page.steps.number == n
    assert page.detail.undo_button.text() == "Redo this step"
    assert "was undone" in page.detail.why.text()
    click(qtbot, page.detail.undo_button)
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["grade"] == "A"
    assert page.detail.undo_button.text() == "Undo this step"


def test_what_would_stay_is_listed_before_and_after(
    qtbot: QtBot, make_window: MakeWindow, store: Store
) -> None:
    one, other = customer(store, "Blue Heron Dental"), customer(store, "Oak Row Bakery")
    with store.step("Two at once") as step:
        step.update("customer", one, {"grade": "A"})
        step.update("customer", other, {"grade": "A"})
    n = history.steps(store)[0].n
    change(store, one, grade="B")
    page = opened(make_window(store))
    page.steps.choose(n)
    assert "all but 1 record" in page.detail.why.text()
    (text,) = stays(page)
    assert text.startswith("Blue Heron Dental: Changed since: Grade. Later: “it changed”")
    with talk.recording() as heard:
        click(qtbot, page.detail.undo_button)
    assert "Blue Heron Dental" in heard.messages[-1].details
    assert store.reader().record("customer", one)["grade"] == "B"  # type: ignore[index]
    assert store.reader().record("customer", other)["grade"] is None  # type: ignore[index]
    page.steps.choose(history.steps(store)[0].n)
    assert "stayed as" in page.detail.why.text()
    assert stays(page)[0].startswith("Blue Heron Dental")
    page.steps.choose(n)  # the step itself says so, too
    assert "undone, but for 1 record" in page.detail.why.text()
    assert stays(page)[0].startswith("Blue Heron Dental")


def test_a_step_that_cannot_be_undone_says_why(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=100)):
        old = customer(store, "Old")
    gone = customer(store, "Gone")
    n = change(store, gone, grade="A")
    with store.step(N_("{name} changed"), name="away") as step:
        step.delete("customer", gone)
    changed = change(store, old, grade="A")
    change(store, old, grade="B")
    page = opened(make_window(store))
    for number, why in (
        (1, "is 100 days old; undo reaches back 90 days"),
        (n, "can no longer be undone. It was deleted since."),
        (changed, "can no longer be undone. Changed since: Grade."),
    ):
        page.steps.choose(number)
        assert why in page.detail.why.text()
        assert not page.detail.undo_button.isEnabled()


def test_a_file_that_takes_nothing_says_so(make_window: MakeWindow, store: Store) -> None:
    n = change(store, customer(store, "Blue Heron Dental"), grade="A")
    window = make_window(store)
    store.write().execute("PRAGMA query_only = ON")
    page = opened(window)
    page.steps.choose(n)
    assert "write-protected" in page.detail.why.text()
    assert not page.detail.undo_button.isEnabled()
    store.write().execute("PRAGMA query_only = OFF")


@pytest.mark.parametrize("words", ["heron", "grade A", "changed 林晓棠", "log"])
def test_narrowed_by_words(qtbot: QtBot, make_window: MakeWindow, store: Store, words: str) -> None:
    with store.step("x") as step:
        store.user = step.insert("user", {"name": "林晓棠"})
    id = customer(store, "Blue Heron Dental")
    n = change(store, id, grade="A", remark="grade A")
    store.user = None
    customer(store, "Oak Row")
    page = opened(make_window(store))
    page.focus_first()
    qtbot.keyClick(page.steps, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.find_box.hasFocus()
    page.find_box.setText(words)
    assert (n in page.steps.steps.found.numbers) == (words != "log")
    assert len(page.steps.steps.found.numbers) < 4
    page.find_box.setText("qqxz")
    assert page.nothing.isVisible()
    click(qtbot, page.all_button)
    assert page.summary() == "4 steps"


def test_narrowed_by_kind(make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental")
    with store.step(N_("Import {file}"), origin="import", file="a.csv") as step:
        step.insert("customer", {"name": "Imported"})
    with store.step("Away") as step:
        step.delete("customer", id)
    undo.undo(store)
    page = opened(make_window(store))
    found = {}
    for at in range(page.kind.count()):
        page.kind.setCurrentIndex(at)
        found[page.kind.itemData(at)] = list(page.steps.steps.found.numbers)
    assert found == {"all": [4, 3, 2, 1], "hand": [3, 1], "import": [2], "deleted": [3], "undo": [4]}


def test_ten_thousand_steps_and_a_step_of_many_changes(make_window: MakeWindow, store: Store) -> None:
    with store.step(N_("Import {file}"), origin="import", file="a.csv") as step:
        step.insert_many("customer", ["name", "grade"], [[f"客户{i}", "A"] for i in range(6_000)])
    c = store.write()
    c.execute("BEGIN")
    rows = ((n, "x", "{}", n * 3_600_000, "user", 1, 0, "{}", b"") for n in range(2, 10_000))
    c.executemany(
        "INSERT INTO step(n, title, figures, at, origin, first, last, counts, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    c.execute("COMMIT")
    page = opened(make_window(store))
    assert page.steps.steps.rowCount() > 10_000
    page.steps.scrollToBottom()
    QApplication.processEvents()
    page.steps.choose(1)
    lines = page.detail.table.lines
    assert lines.rowCount() == 6_000
    assert lines.texts(5_999) == ("客户5999", "New", "", "Grade: A")
    assert "A large step" in page.detail.why.text() or page.detail.outlook is not None


def test_rows_of_a_record_are_told_by_their_record(make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental", phones=[{"number": "+8613800001203"}])
    change(store, id, phones=[{"number": "+8613800001204"}], opening_balance=1250, grade="B")
    page = opened(make_window(store))
    told = {line[1:] for line in lines_of(page)}
    assert ("Phone", "138-0000-1203", "") in told or ("Phone", "138-0000-1203", "138-0000-1204") in told
    assert any(line[0] == "Opening balance" and "12.50" in line[2] for line in told)
    assert {line[0] for line in lines_of(page)} == {"Blue Heron Dental"}


def test_lines_of_points_are_told_in_words(make_window: MakeWindow, store: Store) -> None:
    store.set_setting("points.given", True)
    id = customer(store, "Blue Heron Dental")
    points.earn(store, id, 50_000, day=dt.date(2024, 5, 1))
    window = make_window(store)
    assert any(line[3].startswith("2024-05-01 Earned 50 ") for line in lines_of(opened(window)))
    window.dress.set_language("zh_CN")
    assert any(line[3].startswith("2024-05-01 获得 50 ") for line in lines_of(opened(window)))


def test_enter_opens_the_record_of_a_line(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental")
    window = make_window(store)
    page = opened(window)
    page.detail.table.setCurrentIndex(page.detail.table.lines.index(0, 0))
    page.detail.table.setFocus()
    qtbot.keyClick(page.detail.table, Qt.Key.Key_Return)
    assert isinstance(window.navigator.page, RecordPage)
    window.navigator.back()
    with store.step("Away") as step:
        step.delete("customer", id)
    again = window.navigator.page
    assert isinstance(again, HistoryPage)
    with talk.recording() as heard:
        again.open_record.emit("customer", id)
    assert "recycle bin" in str(heard.messages[0].what)


def test_the_toast_leads_to_its_step(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental")
    window = make_window(store)
    n = change(store, id, grade="A")
    (toast,) = window.toasts.shown
    click(qtbot, toast.show_button)
    page = window.navigator.page
    assert isinstance(page, HistoryPage)
    assert page.steps.number == n


def test_with_real_threads(qtbot: QtBot, make_window: MakeWindow, store: Store) -> None:
    id = customer(store, "Blue Heron Dental")
    n = change(store, id, grade="A")
    window = make_window(store, workers=Jobs())
    page = opened(window)
    qtbot.waitUntil(lambda: page.steps.number == n and page.detail.outlook is not None, timeout=20_000)
    click(qtbot, page.detail.undo_button)
    qtbot.waitUntil(lambda: page.detail.undo_button.text() == "Redo this step", timeout=20_000)
    window.tasks.jobs.rest()
    assert store.reader().record("customer", id)["grade"] is None  # type: ignore[index]
