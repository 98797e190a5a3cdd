"""One thing wherever it is met: a clash accepted in the form, an activity opened and finished from anywhere, paper."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from freecrm.store import activities, calendar
from freecrm.store.alarms import Alarm
from freecrm.store.database import Store
from freecrm.ui.activity_form import ActivityDialog
from freecrm.ui.finish_box import FinishBox
from freecrm.ui.follow_up.desk import FollowUpDialog
from freecrm.ui.follow_up.next_step import NextPopup
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.print_preview import PrintPreview
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.today.page import TodayPage
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.calendars import at
from tests.ui.calendar_host import CTRL, LEFT, calendar_page, middle
from tests.ui.conftest import MakeWindow

CALL = "晴川电子 上门：确认点位"
FIRM = "晴川电子"
KEY = Qt.Key

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    found = calendars.week(store)
    store.user = None  # the whole firm's day
    return found


@pytest.fixture
def window(make_window: MakeWindow, store: Store, made: dict[str, bytes]) -> MainWindow:
    return make_window(store)


def dialog(window: MainWindow) -> ActivityDialog:
    (found,) = [one for one in window.findChildren(ActivityDialog) if one.isVisible()]
    return found


def box(window: MainWindow) -> FinishBox:
    (found,) = [one for one in window.findChildren(FinishBox) if one.isVisible()]
    return found


def closed(made: ActivityDialog) -> None:
    made.reject()
    QApplication.processEvents()


def clashes_of_today(window: MainWindow) -> list[str]:
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert page.day is not None
    return sorted(one.clash for one in page.day.due if one.clash)


def test_a_clash_saved_anyway_is_gone_everywhere_until_one_is_moved(
    window: MainWindow, store: Store, made: dict[str, bytes], qtbot: QtBot
) -> None:
    page = calendar_page(window)
    page.show_view("week")
    assert page.head.clash.text() == "1 clash this week"
    assert clashes_of_today(window) == [CALL, "知行培训学校 维修"]

    window.show_id("activity", made["知行培训学校 维修"])
    form = dialog(window).form
    assert form.parts.save_button.text() == "Save anyway"
    qtbot.mouseClick(form.parts.save_button, LEFT)
    assert clashes_of_today(window) == []
    window.visit(Place("calendar"))
    assert not page.head.clash.isVisible()

    calendar.move(store, made[CALL], at(3, "14:15"), at(3, "16:15"))
    assert page.head.clash.text() == "1 clash this week"
    assert clashes_of_today(window) == [CALL, "知行培训学校 维修"]


def test_it_opens_in_its_dialog_and_in_the_calendar_at_the_right(
    window: MainWindow, store: Store, made: dict[str, bytes], qtbot: QtBot
) -> None:
    window.show_id("customer", made[FIRM])
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    steps = page.overview.next_steps
    assert steps is not None
    qtbot.mouseClick(steps.cards[0].name, LEFT)
    assert dialog(window).form.id == made[CALL]
    closed(dialog(window))

    listed = window.visit(Place("list", "activity"))
    assert isinstance(listed, ListPage)
    n = store.reader().numbers_of("activity", [made[CALL]])[made[CALL]]
    listed.grid.go_to(n)
    name = listed.model.index(listed.grid.currentIndex().row(), listed.model.title_column)
    qtbot.mouseDClick(listed.grid.viewport(), LEFT, pos=listed.grid.visualRect(name).center())
    assert dialog(window).form.id == made[CALL]
    closed(dialog(window))

    day = window.visit(Place("today"))
    assert isinstance(day, TodayPage)
    line = next(one for side in day.sides for card in side for one in card.lines if CALL in one.title.text())
    line.opened.emit()
    opened = dialog(window)
    assert opened.form.id == made[CALL]
    qtbot.mouseClick(opened.form.parts.customer_button, LEFT)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert shown.id == made[FIRM]

    own = calendar_page(window)
    own.go_to(dt.date(2026, 5, 4))
    window.show_record("activity", n)  # what the palette does
    assert own.right.is_open
    assert own.right.form is not None
    assert own.right.form.id == made[CALL]
    assert dt.date(2026, 3, 19) in own.days()
    assert not [one for one in window.findChildren(ActivityDialog) if one.isVisible()]


def test_a_reminder_opens_and_finishes_it(window: MainWindow, store: Store, made: dict[str, bytes]) -> None:
    begins = at(3, "14:00")
    alarm = Alarm("reminder", "activity", made[CALL], CALL, begins, begins)
    window.reminders.open(alarm)
    opened = dialog(window)
    assert opened.form.id == made[CALL]
    closed(opened)
    window.reminders.finish(alarm)
    assert box(window).id == made[CALL]
    QTest.keyClick(box(window).text, KEY.Key_Return, CTRL)
    assert state(store, made[CALL]) == "done"


def state(store: Store, id: bytes) -> str:
    record = store.reader().record("activity", id)
    assert record is not None
    return str(record["state"])


def test_the_dialog_and_the_calendar_ask_for_the_result(
    window: MainWindow, store: Store, made: dict[str, bytes], qtbot: QtBot
) -> None:
    window.show_id("activity", made[CALL])
    button = dialog(window).form.parts.clash
    assert button.isVisible()
    form = dialog(window).form
    qtbot.mouseClick(form.parts.save_button, LEFT)  # the clash is meant
    window.show_id("activity", made[CALL])
    form = dialog(window).form
    assert form.parts.finish_button.isVisible()
    qtbot.mouseClick(form.parts.finish_button, LEFT)
    assert state(store, made[CALL]) == "planned"
    asked = box(window)
    qtbot.keyClicks(asked.text, "six places")
    qtbot.keyClick(asked.text, KEY.Key_Return)  # a line more, not the end
    assert asked.isVisible()
    qtbot.keyClick(asked.text, KEY.Key_Return, CTRL)
    assert state(store, made[CALL]) == "done"

    page = calendar_page(window)
    task = made["星桥口腔：寄合同"]
    laid = next(one for one in page.view.in_order() if one.item.id == task)
    page.view.choose(laid)
    qtbot.keyClick(page.view, KEY.Key_Space)
    assert state(store, task) == "planned"
    qtbot.keyClick(box(window).text, KEY.Key_Return)  # the quick way: nothing is to be said
    assert state(store, task) == "done"


def test_another_step_leads_to_the_whole_form_with_its_customer(
    window: MainWindow, store: Store, made: dict[str, bytes], qtbot: QtBot
) -> None:
    with store.step("Add") as step:
        lonely = step.insert("customer", {"name": "云杉谷"})
    window.show_id("customer", lonely)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    steps = page.overview.next_steps
    assert steps is not None
    assert steps.none is not None
    qtbot.mouseClick(steps.none.own_button, LEFT)
    popup = window.findChildren(NextPopup)[-1]
    qtbot.mouseClick(popup.more_button, LEFT)
    form = dialog(window).form
    assert form.values()["customer"] == lonely
    subject = form.parts.editors["subject"].main()
    qtbot.waitUntil(subject.hasFocus)
    qtbot.keyClicks(subject, "Measure")
    qtbot.keyClick(subject, KEY.Key_S, CTRL)
    planned = store.reader().record("customer", lonely)
    assert planned is not None
    assert planned["next_at"] is not None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("view", ["day", "week", "month", "list"])
def test_ctrl_p_prints_what_the_calendar_shows(
    window: MainWindow, qtbot: QtBot, view: str, language: str
) -> None:
    window.dress.set_language(language)
    page = calendar_page(window)
    page.show_view(view)
    page.view.setFocus()
    qtbot.keyClick(page.view, KEY.Key_P, CTRL)
    (preview,) = [one for one in window.findChildren(PrintPreview) if one.isVisible()]
    qtbot.waitUntil(lambda: not preview.busy, timeout=60_000)
    assert preview.shelf is not None
    text = "".join(preview.shelf.pages.text(n) for n in range(len(preview.shelf)))
    assert "知行培训学校" in "".join(text.split())
    assert ("everybody" if language == "en" else "所有人") in text
    preview.close()


def test_last_contacts_typed_by_day_are_no_appointments(
    window: MainWindow, store: Store, made: dict[str, bytes]
) -> None:
    page = calendar_page(window)
    before = len(page.view.in_order())
    with store.step("Type") as step:
        step.update("customer", made["北麓牧场"], {"last_contact": dt.date(2026, 3, 18)})
    page.ask()
    assert len(page.view.in_order()) == before
    assert page.left_pane.month is not None
    window.show_id("customer", made["北麓牧场"])
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert any(row.about is not None for row in shown.overview.timeline.model.rows)


def test_a_task_of_the_day_is_finished_with_its_result(
    window: MainWindow, store: Store, made: dict[str, bytes], qtbot: QtBot
) -> None:
    weekly = activities.plan(
        store,
        {
            "kind": "task",
            "subject": "Report",
            "start": at(3, "9:00"),
            "end": at(3, "9:30"),
            "repeats": "FREQ=WEEKLY",
        },
    )
    day = window.visit(Place("today"))
    assert isinstance(day, TodayPage)
    line = next(
        one for side in day.sides for card in side for one in card.lines if "Report" in one.title.text()
    )
    line.setFocus()
    qtbot.keyClick(line, KEY.Key_Space)
    assert box(window).id == weekly
    qtbot.keyClicks(box(window).text, "sent")
    qtbot.keyClick(box(window).text, KEY.Key_Return, CTRL)
    record = store.reader().record("activity", weekly)
    assert record is not None
    assert record["open_at"] == at(10, "9:00")
    assert isinstance(window.navigator.page, TodayPage)


def test_the_side_panel_names_who_takes_part_and_when_it_rings(
    window: MainWindow, store: Store, made: dict[str, bytes]
) -> None:
    with store.step("Edit") as step:
        person = step.insert("contact", {"name": "吴亦舟"})
        people = [*store.reader().record("activity", made[CALL])["people"], {"contact": person}]  # type: ignore[index]
        step.update("activity", made[CALL], {"people": people, "reminders": [{"before": 90}]})
    numbers = store.reader().numbers_of("activity", [made[CALL]])
    page = window.visit(Place("list", "activity"))
    assert isinstance(page, ListPage)
    page.grid.go(list(page.model.numbers).index(numbers[made[CALL]]), 0)
    page.open_panel()
    said = {one.text() for one in page.panel.findChildren(QLabel) if one.isVisible()}  # type: ignore[union-attr]
    assert {"何嘉木", "吴亦舟", "1 h 30 min before"} <= said
    assert not [text for text in said if "\\x" in text]


def test_ctrl_j_writes_of_the_line_of_today_and_of_the_item_of_the_calendar(
    window: MainWindow, store: Store, made: dict[str, bytes]
) -> None:
    def about() -> tuple[str, bytes] | None:
        QTest.keyClick(QApplication.focusWidget() or window, KEY.Key_J, CTRL)
        QApplication.processEvents()
        (found,) = [one for one in window.findChildren(FollowUpDialog) if one.isVisible()]
        known = found.about
        found.reject()
        window.activateWindow()
        QApplication.processEvents()
        return known

    customer = store.read().execute("SELECT id FROM customer WHERE name = ?", (FIRM,)).fetchone()[0]
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    line = page.line_of(("activity", made[CALL]))
    assert line is not None
    line.setFocus()
    assert about() == ("customer", customer)
    calendar = calendar_page(window)
    calendar.view.setFocus()
    assert about() is None
    QTest.mouseClick(
        calendar.view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, middle(calendar.view, made[CALL])
    )
    assert about() == ("customer", customer)
