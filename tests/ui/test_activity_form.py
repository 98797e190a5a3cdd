"""The form of an activity, used as people use it: clashes before saving, times, reminders, repeats, drafts."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine
from freecrm.store import activities, clashes, drafts
from freecrm.store.database import Store
from freecrm.ui import activity_desk, look, talk
from freecrm.ui.activity_form import ActivityDialog, ActivityForm
from freecrm.ui.activity_form.when import read_clock
from freecrm.ui.page import Place
from freecrm.ui.tasks import Tasks
from freecrm.ui.times_question import TimesQuestion
from freecrm.ui.window import MainWindow
from tests.ui.conftest import MakeWindow
from tests.ui.forms import CTRL, SHIFT, focus, records, typed

DAY = dt.date(2027, 3, 18)  # a Thursday
HOUR = dt.timedelta(hours=1)


def at(hour: float, day: dt.date = DAY) -> dt.datetime:
    return activities.midnight(day) + hour * HOUR


@pytest.fixture
def team(store: Store) -> tuple[bytes, bytes]:
    with store.step("New") as step:
        me, he = step.insert("user", {"name": "陈思远"}), step.insert("user", {"name": "何嘉木"})
    store.user = me
    return me, he


@pytest.fixture
def form(qtbot: QtBot, store: Store, qapp: QApplication) -> ActivityForm:
    look.apply(qapp, "light")
    made = ActivityForm(store, Tasks(InLine()))
    qtbot.addWidget(made)
    made.resize(300, 720)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def write(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    """Type a text in place of what stands there."""
    line.setFocus()
    line.selectAll()
    if text.isascii():
        qtbot.keyClicks(line, text)
    else:
        typed(line, text)


def opened(qtbot: QtBot, window: MainWindow) -> ActivityDialog:
    """The dialog that is open, once it has the focus."""
    (dialog,) = (one for one in window.findChildren(ActivityDialog) if one.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.isAncestorOf(focus()))
    return dialog


def leave(qtbot: QtBot, form: ActivityForm) -> None:
    form.focus_first()
    form.look_for_clashes()


def repair(store: Store, owner: bytes) -> bytes:
    values = {
        "kind": "visit",
        "subject": "知行培训学校 维修",
        "start": at(14.5),
        "end": at(16.5),
        "owner_user": owner,
    }
    return activities.plan(store, values)


# ---- clashes (AC-CAL-1, AC-CAL-2)


def test_the_clash_is_shown_before_saving_and_a_free_time_clears_it(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    me, he = team
    words.use("zh_CN")
    form.begin({"kind": "visit", "subject": "上门", "start": at(14), "end": at(16), "people": [{"user": he}]})
    form.reword()
    other = repair(store, he)
    form.look_for_clashes()
    box = form.parts.clash
    assert box.isVisible()
    assert box.title.text() == "何嘉木 这段时间已有安排"
    assert "14:30–16:30 知行培训学校 维修" in box.lines.text()
    assert "1 小时 30 分" in box.lines.text()
    assert form.parts.save_button.text() == "仍然保存"
    assert form.parts.move_button.text() == "改到 16:30"
    assert records(store, "activity")[-1].id == other  # nothing is saved yet
    qtbot.mouseClick(box.buttons[0], Qt.MouseButton.LeftButton)
    assert not box.isVisible()
    assert (form.parts.when.begin.line.text(), form.parts.when.finish.line.text()) == ("16:30", "18:30")
    with qtbot.waitSignal(form.saved):
        qtbot.mouseClick(form.parts.save_button, Qt.MouseButton.LeftButton)
    assert clashes.between(store, at(0), at(24)) == []
    made = next(one for one in records(store, "activity") if one["subject"] == "上门")
    assert (made["start"], made["end"], made["owner_user"]) == (at(16.5), at(18.5), me)


def test_saving_anyway_is_remembered_and_ctrl_s_alone_does_not_overlook_a_clash(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    me, _he = team
    other = repair(store, me)
    form.begin({"kind": "call", "subject": "Call back", "start": at(15), "end": at(15.5)})
    form.focus_first()
    qtbot.keyClick(focus(), Qt.Key.Key_S, CTRL)  # before anybody looked for clashes
    assert form.parts.clash.isVisible()
    assert len(records(store, "activity")) == 1
    assert form.parts.save_button.text() == "Save anyway"
    qtbot.mouseClick(form.parts.save_button, Qt.MouseButton.LeftButton)
    assert len(records(store, "activity")) == 2
    assert clashes.between(store, at(0), at(24)) == []
    form.show_activity(other)
    assert not form.parts.clash.isVisible()
    write(qtbot, form.parts.when.begin.line, "14:45")
    leave(qtbot, form)
    assert form.parts.clash.isVisible()  # moved: it counts anew


def test_what_touches_is_no_clash(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    me, _he = team
    repair(store, me)
    form.begin({"kind": "call", "subject": "Call back", "start": at(13.5), "end": at(14.5)})
    form.look_for_clashes()
    assert not form.parts.clash.isVisible()
    write(qtbot, form.parts.when.finish.line, "14:31")
    leave(qtbot, form)
    assert "1 min" in form.parts.clash.lines.text()


def test_the_colleague_can_be_left_at_home(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    _me, he = team
    repair(store, he)
    form.begin({"subject": "Visit", "start": at(14), "end": at(16), "people": [{"user": he}]})
    form.look_for_clashes()
    box = form.parts.clash
    assert box.lines.text().startswith("何嘉木: 14:30–16:30")
    assert box.buttons[0].accessibleName().endswith("all 2 are free")
    way = next(one for one in box.buttons if "何嘉木" in one.accessibleName())
    words = next(one for one in way.findChildren(QLabel) if "何嘉木" in one.text())
    assert words.height() >= words.heightForWidth(words.width())
    qtbot.mouseClick(way, Qt.MouseButton.LeftButton)
    form.look_for_clashes()
    assert not form.parts.clash.isVisible()
    assert form.parts.people.rows == []


def test_move_and_save_is_one_press(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    me, _he = team
    repair(store, me)
    form.begin({"subject": "Visit", "start": at(14), "end": at(16)})
    form.look_for_clashes()
    with qtbot.waitSignal(form.saved):
        qtbot.mouseClick(form.parts.move_button, Qt.MouseButton.LeftButton)
    assert next(one for one in records(store, "activity") if one["subject"] == "Visit")["start"] == at(16.5)


# ---- times


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:30", dt.time(14, 30)),
        ("9", dt.time(9)),
        ("930", dt.time(9, 30)),
        ("1530", dt.time(15, 30)),
        ("3pm", dt.time(15)),
        ("下午3点半", dt.time(15, 30)),
        ("15：30", dt.time(15, 30)),
        ("24:00", dt.time()),
        ("", None),
    ],
)
def test_times_are_read_as_people_say_them(text: str, clock: dt.time | None) -> None:
    assert read_clock(text) == (clock, None)


@pytest.mark.parametrize("text", ["25:00", "99", "soon", "2460", "明天"])
def test_what_is_no_time_is_told(text: str) -> None:
    assert text in str(read_clock(text)[1])


def test_the_end_keeps_its_length_when_the_start_moves(qtbot: QtBot, form: ActivityForm) -> None:
    form.begin({"subject": "Visit", "start": at(14), "end": at(16)})
    when = form.parts.when
    write(qtbot, when.begin.line, "22:30")
    assert when.finish.line.text() == "00:30"
    assert when.several.isChecked()
    found = when.when()
    assert found is not None
    assert (found.start, found.end) == (at(22.5), at(24.5))
    qtbot.keyClick(when.begin.line, Qt.Key.Key_Down)
    assert when.begin.line.text() == "22:15"
    assert when.finish.line.text() == "00:15"
    write(qtbot, when.day.line, "2027-03-22")
    found = when.when()
    assert found is not None
    assert found.start == at(22.25, dt.date(2027, 3, 22))


def test_an_end_before_the_start_is_told_and_nothing_is_lost(
    qtbot: QtBot, store: Store, form: ActivityForm
) -> None:
    form.begin({"subject": "Visit", "start": at(14), "end": at(16)})
    write(qtbot, form.parts.when.finish.line, "9:00")
    qtbot.mouseClick(form.parts.save_button, Qt.MouseButton.LeftButton)
    trouble = form.parts.when.trouble
    assert trouble.isVisible()
    assert "before it begins at" in trouble.text()
    assert form.parts.when.finish.line.hasFocus()
    assert form.parts.when.finish.line.text() == "09:00"
    assert records(store, "activity") == []
    write(qtbot, form.parts.when.finish.line, "15:00")
    assert not trouble.isVisible()


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "2199-12-31", "31.2.2027", "whenever"])
def test_days_outside_of_the_calendar_are_told(
    qtbot: QtBot, store: Store, form: ActivityForm, text: str
) -> None:
    form.begin({"subject": "Visit", "start": at(14), "end": at(16)})
    write(qtbot, form.parts.when.day.line, text)
    assert not form.save()
    assert form.parts.when.trouble.isVisible()
    assert form.parts.when.day.line.text().startswith(text)
    assert records(store, "activity") == []


def test_all_day_several_days_and_no_time_yet(qtbot: QtBot, store: Store, form: ActivityForm) -> None:
    form.begin({"subject": "Fair", "start": at(14), "end": at(16)})
    when = form.parts.when
    qtbot.mouseClick(when.whole, Qt.MouseButton.LeftButton, pos=when.whole.rect().center() / 4)
    assert not when.begin.isVisible()
    assert form.parts.reminders.value() == [{"before": activities.WHOLE_DAY}]
    qtbot.mouseClick(when.several, Qt.MouseButton.LeftButton, pos=when.several.rect().center() / 4)
    write(qtbot, when.until.line, "2027-03-20")
    assert form.save()
    (fair,) = records(store, "activity")
    assert (fair["start"], fair["end"], fair["all_day"]) == (at(0), at(72), True)
    form.show_activity(fair.id)
    qtbot.mouseClick(when.unset, Qt.MouseButton.LeftButton, pos=when.unset.rect().center() / 4)
    assert not when.day.isVisible()
    assert form.save()
    (fair,) = records(store, "activity")
    assert (fair["start"], fair["end"], fair["all_day"]) == (None, None, None)


def test_a_zone_that_nobody_knows_is_told_and_mended_by_saving(
    qtbot: QtBot, store: Store, form: ActivityForm
) -> None:
    values = {"subject": "Visit", "start": at(14), "end": at(16), "start_zone": "Mars/Base"}
    id = activities.plan(store, values)
    form.show_activity(id)
    assert "Mars/Base" in form.parts.zone_note.text()
    write(qtbot, form.parts.when.begin.line, "15:00")
    assert form.save()
    record = store.reader().record("activity", id)
    assert record is not None
    assert (record["start"], record["start_zone"] != "Mars/Base") == (at(15), True)


# ---- the rest of the form


def test_the_kind_brings_what_is_usual_for_it(qtbot: QtBot, store: Store, form: ActivityForm) -> None:
    form.begin({"kind": "call", "start": at(14)})
    assert form.parts.when.finish.line.text() == "14:15"
    assert [row["before"] for row in form.parts.reminders.value()] == [10]
    write(qtbot, form.parts.editors["kind"].main(), "visit")  # type: ignore[arg-type]
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert form.parts.when.finish.line.text() == "15:00"
    assert [row["before"] for row in form.parts.reminders.value()] == [60]


def test_several_reminders(qtbot: QtBot, store: Store, form: ActivityForm) -> None:
    form.begin({"subject": "Visit", "start": at(14), "end": at(16), "reminders": []})
    reminders = form.parts.reminders
    reminders.fill_menu()
    for text in ("30 min before", "1 d before"):
        next(one for one in reminders.menu.actions() if one.text() == text).trigger()
    next(one for one in reminders.menu.actions() if one.text() == "Other…").trigger()
    reminders.amount.setValue(2)
    reminders.unit.setCurrentIndex(1)
    qtbot.mouseClick(reminders.take_button, Qt.MouseButton.LeftButton)
    assert form.save()
    (made,) = records(store, "activity")
    assert sorted(row["before"] for row in made["reminders"]) == [30, 120, 1440]
    form.show_activity(made.id)
    form.parts.reminders.remove(120)
    assert form.save()
    assert sorted(row["before"] for row in records(store, "activity")[0]["reminders"]) == [30, 1440]


def test_people_of_the_customer_are_offered_first(
    qtbot: QtBot, store: Store, team: tuple[bytes, bytes], form: ActivityForm
) -> None:
    _me, he = team
    with store.step("New") as step:
        firm = step.insert("customer", {"name": "晴川电子"})
        step.insert("contact", {"name": "吴女士", "jobs": [{"customer": firm, "job": "采购经理"}]})
    form.begin({"subject": "Visit", "start": at(14), "end": at(16), "customer": firm})
    people = form.parts.people
    qtbot.mouseClick(people.add_button, Qt.MouseButton.LeftButton)
    assert people.who.list.offers[0].text == "吴女士"
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    qtbot.mouseClick(people.add_button, Qt.MouseButton.LeftButton)
    typed(focus(), "何嘉木")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert people.users == (he,)
    assert form.save()
    (made,) = records(store, "activity")
    assert len(made["people"]) == 2
    assert [one["to_user"] for one in records(store, "notice")] == [he]


def test_a_repeat_in_words_and_one_that_never_takes_place(
    qtbot: QtBot, store: Store, form: ActivityForm
) -> None:
    form.begin({"subject": "Call", "start": at(14), "end": at(15)})
    repeat = form.parts.repeat
    repeat.combo.setCurrentIndex(repeat.combo.findData("weekly"))
    repeat.combo.activated.emit(repeat.combo.currentIndex())
    repeat.ends.setCurrentIndex(1)
    repeat.ends.activated.emit(1)
    assert not form.save()
    assert "on which day the repeat ends" in form.parts.lines["repeats"].trouble.text()
    write(qtbot, repeat.until.line, "2027-03-01")
    assert not form.save()
    assert "before its first time" in form.parts.lines["repeats"].trouble.text()
    write(qtbot, repeat.until.line, "2027-06-30")
    assert "Thursday" in repeat.words.text()
    assert form.save()
    (made,) = records(store, "activity")
    assert made["repeats"] == "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270630"
    form.show_activity(made.id)
    assert (repeat.combo.currentData(), repeat.until.value()) == ("weekly", dt.date(2027, 6, 30))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
        "FREQ=MONTHLY;BYDAY=3TH",
        "FREQ=MONTHLY;BYMONTHDAY=18",
        "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=18;COUNT=5",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "LUNAR=02-11",
    ],
)
def test_every_rule_stays_what_it_is(form: ActivityForm, rule: str) -> None:
    form.parts.repeat.set_value(rule, at(14))
    assert form.parts.repeat.value() == rule
    assert form.parts.repeat.problem() is None


# ---- drafts and leaving


def test_typed_text_is_asked_for_once_and_kept_as_a_draft(
    qtbot: QtBot, store: Store, window: MainWindow
) -> None:
    activity_desk.begin(window, {"start": at(14)})
    dialog = opened(qtbot, window)
    qtbot.keyClicks(focus(), "Bring samples")
    write(qtbot, dialog.form.parts.when.day.line, "someday")
    assert dialog.form.drafts is not None
    dialog.form.drafts.keep()
    with talk.recording() as heard:
        dialog.reject()
        assert dialog.isVisible()
    assert heard.asked == ["New activity: Bring samples: Subject, When"]
    (draft,) = drafts.all(store)
    with talk.recording(unsaved="discard"):
        dialog.reject()
    assert drafts.all(store) == []
    drafts.put(store, draft)
    activity_desk.go_on(window, draft)
    again = opened(qtbot, window)
    assert again.form.parts.editors["subject"].value() == "Bring samples"
    assert again.form.parts.when.day.line.text() == "someday"
    with talk.recording(unsaved="discard"):
        again.reject()


# ---- in the window


def test_ctrl_shift_e_plans_for_the_customer_in_hand(qtbot: QtBot, window: MainWindow) -> None:
    record = window.store.reader().by_number("customer", window.page.grid.current_n())
    assert record is not None
    name = record["name"]
    qtbot.keyClick(window.page.grid, Qt.Key.Key_E, CTRL | SHIFT)
    dialog = opened(qtbot, window)
    assert dialog.form.parts.editors["customer"].main().text() == name  # type: ignore[attr-defined]
    assert not dialog.form.unsaved()
    qtbot.keyClicks(focus(), "Call back")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert not dialog.isVisible()
    made = next(one for one in records(window.store, "activity") if one["subject"] == "Call back")
    assert made["customer_title"] == name
    assert window.toasts.shown  # with the way back


def test_new_and_enter_in_the_list_of_activities_open_the_dialog(
    qtbot: QtBot, store: Store, make_window: MakeWindow
) -> None:
    activities.plan(store, {"subject": "Visit", "start": at(14), "end": at(16)})
    window = make_window(store)
    window.visit(Place("list", "activity"))
    window.page.grid.setFocus()
    window.commands.run("file.new")
    dialog = opened(qtbot, window)
    assert dialog.form.id is None
    dialog.reject()
    window.show_id("activity", records(store, "activity")[0].id)
    shown = opened(qtbot, window)
    assert shown.form.parts.editors["subject"].value() == "Visit"
    qtbot.mouseClick(shown.form.parts.delete_button, Qt.MouseButton.LeftButton)
    assert records(store, "activity") == []
    assert not shown.isVisible()
    window.commands.run("edit.undo")
    assert len(records(store, "activity")) == 1


# ---- repeating activities


def weekly(store: Store) -> bytes:
    values = {
        "kind": "call",
        "subject": "Call",
        "start": at(14),
        "end": at(15),
        "repeats": "FREQ=WEEKLY;BYDAY=TH",
    }
    return activities.plan(store, {**values, "reminders": []})


def test_one_time_of_a_repeating_one_is_moved(qtbot: QtBot, store: Store, form: ActivityForm) -> None:
    id, second = weekly(store), at(14, DAY + dt.timedelta(days=7))
    form.show_activity(id, second)
    assert form.parts.when.day.value() == DAY + dt.timedelta(days=7)
    write(qtbot, form.parts.when.begin.line, "16:00")
    with talk.recording() as heard:  # going back keeps what was typed
        assert not form.save()
    assert heard.asked == ["times of Call"]
    assert form.parts.when.begin.line.text() == "16:00"
    with talk.recording(times="this"):
        assert form.save()
    own = [one for one in records(store, "activity") if one["series"] == id]
    assert [(one["start"], one["instance"]) for one in own] == [(second + 2 * HOUR, second)]
    found = clashes.busy(store, [None], DAY + dt.timedelta(days=7))[None]
    assert [span.start for span in found] == [second + 2 * HOUR]


def test_all_times_of_a_repeating_one_are_deleted(qtbot: QtBot, store: Store, form: ActivityForm) -> None:
    form.show_activity(weekly(store))
    with talk.recording(times="all"), qtbot.waitSignal(form.deleted):
        qtbot.mouseClick(form.parts.delete_button, Qt.MouseButton.LeftButton)
    assert records(store, "activity") == []


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_question_for_the_times_answers_by_keys(qtbot: QtBot, form: ActivityForm, language: str) -> None:
    words.use(language)
    dialog = TimesQuestion(form, "Call")
    qtbot.addWidget(dialog)
    dialog.show()
    assert list(dialog.buttons) == ["this", "later", "all"]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.answer == ""
    again = TimesQuestion(form, "Call", ending=True)
    qtbot.addWidget(again)
    qtbot.mouseClick(again.buttons["later"], Qt.MouseButton.LeftButton)
    assert again.answer == "later"
    assert "this" not in again.buttons
