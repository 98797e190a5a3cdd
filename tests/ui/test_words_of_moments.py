"""What has no time or no subject of its own, as people read it: a day without 00:00, a kind in place of a subject."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.words import N_
from freecrm.store import activities, backup
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.page import Place
from freecrm.ui.today.page import TodayPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
DAY = dt.date(2026, 12, 14)


def test_a_moment_at_midnight_shows_its_day_alone(store: Store) -> None:
    f = store.schema.fields("activity")["start"]
    whole = activities.midnight(DAY)
    assert f.show(whole) == "2026-12-14"
    assert f.show(whole + dt.timedelta(hours=9)) == "2026-12-14 09:00"
    assert f.cell(whole) == dt.datetime.combine(DAY, dt.time())
    assert f.read(f.show(whole))[0] == whole


def test_an_activity_without_a_subject_is_called_by_its_kind(make_window: MakeWindow, store: Store) -> None:
    with store.step("Add") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店", "last_contact": dt.date(2026, 3, 5)})
    (id, n), *_rest = store.read().execute("SELECT id, n FROM activity").fetchall()
    assert customer
    assert store.reader().titles("activity", {id}) == {id: "Other contact"}
    window = make_window(store)
    page = window.visit(Place("list", "activity"))
    model = page.model
    row = model.row(model.place(n))
    assert row.texts[model.title_column] == "Other contact"
    assert row.values[model.title_column] is None
    words.use("zh_CN")
    assert store.reader().titles("activity", {id}) == {id: "其他联系"}
    record = store.reader().record("activity", id)
    assert record is not None
    assert record["subject"] is None


def test_result_and_end_have_words_of_their_own(store: Store) -> None:
    words.use("zh_CN")
    assert store.schema.fields("activity")["result"].title == "结果"


def test_today_asks_for_no_backup_once_there_is_one(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    window = make_window(store)
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert page.steps["backup"] is False
    backup.take(store)
    window.file.show_backup()
    qtbot.waitUntil(lambda: page.steps["backup"] is True)


def test_a_backup_that_is_too_old_is_said_and_marked(make_window: MakeWindow, full_store: Store) -> None:
    for when in ("daily", "on_close"):
        full_store.set_setting(f"backup.{when}", False)
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=20)):
        backup.make(full_store)
    with full_store.step(N_("{field} changed"), field="x") as step:
        step.insert("customer", {"name": "New"})
    window = make_window(full_store)
    with talk.recording() as heard:
        window.file.back_up()
        window.file.show_backup()
    assert [str(message.what) for message in heard.messages] == [
        "The last backup is 20 days old, and something was changed since. Take one in Settings › Backups."
    ]
    assert window.status.backup.toolTip() == str(heard.messages[0].what)
    assert window.status.backup.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    with talk.recording() as heard:
        backup.by_hand(full_store)
        window.file.show_backup()
    assert heard.messages == []
    assert window.status.backup.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextOnly
    assert window.status.backup.toolTip() == window.status.backup.text()


def test_steps_undone_say_so_once_in_chinese() -> None:
    words.use("zh_CN")
    for title in ("Plan “{plan}” begun for {n} customers", "“{name}” deleted this time", "Emptied {n} cells"):
        told = str(words.say("Undone: {title}", title=words.say(title, plan="报价", n=20, name="月度对账")))
        assert told.count("已") == 1
        assert "“" not in told
