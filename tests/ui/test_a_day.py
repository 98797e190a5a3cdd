"""A working day by real clicks and keys: who works here, what is due, one line, a clash, a call, back, reminded."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.query import Query
from freecrm.store.database import Store
from freecrm.ui.finish_box import FinishBox
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.reminders.popup import ReminderPopup
from freecrm.ui.today.page import TodayPage
from freecrm.ui.welcome_page import WelcomePage
from freecrm.ui.window import MainWindow
from tests import calendars
from tests.calendars import at
from tests.files import new_store
from tests.ui.calendar_host import CTRL, LEFT, calendar_page
from tests.ui.conftest import MakeWindow

KEY = Qt.Key
SAYS: dict[str, dict[str, str]] = {
    "zh_CN": {
        "me": "陈思远",
        "firm": "拓岩精工机械",
        "line": "周五下午3点 拜访拓岩 1小时",
        "second": "周五下午3点半 开会 1小时",
        "anyway": "仍然保存",
        "tomorrow": "明天 10:00",
    },
    "en": {
        "me": "Chen Siyuan",
        "firm": "Tuoyan Precision",
        "line": "Fri 3pm visit Tuoyan 1h",
        "second": "Fri 3:30pm meeting 1h",
        "anyway": "Save anyway",
        "tomorrow": "tomorrow 10:00",
    },
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Thursday, half past ten in Shanghai."""
    monkeypatch.setenv("TZ", calendars.ZONE)
    time.tzset()
    with time_machine.travel(calendars.NOW, tick=True) as made:
        yield made
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "day.freecrm")
    yield made
    made.close()


def box(window: MainWindow) -> FinishBox:
    (found,) = [one for one in window.findChildren(FinishBox) if one.isVisible()]
    return found


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def newest(store: Store) -> Any:
    found = store.reader().by_number("activity", max(store.reader().numbers(Query("activity"))))
    assert found is not None
    return found


def popup_of(window: MainWindow) -> ReminderPopup:
    popup = window.reminders.popup
    assert popup is not None
    assert popup.isVisible()
    return popup


@pytest.mark.parametrize("language", list(SAYS))
def test_a_day(make_window: MakeWindow, fresh: Store, clock: Any, qtbot: QtBot, language: str) -> None:
    said = SAYS[language]
    window = make_window(fresh)
    window.dress.set_language(language)
    begins_with_a_sample(window, said, qtbot)
    ticks_one_with_its_result(window, said, qtbot)
    id = plans_in_one_line_and_means_the_clash(window, said, qtbot)
    writes_a_follow_up(window, said, qtbot)
    takes_three_steps_back(window, qtbot)
    is_reminded_and_snoozes(window, clock, qtbot, id)
    sees_what_was_missed_at_the_next_start(make_window, window, clock, language)


def begins_with_a_sample(window: MainWindow, said: dict[str, str], qtbot: QtBot) -> None:
    page = window.navigator.page
    assert isinstance(page, WelcomePage)
    qtbot.mouseClick(page.cards[1], LEFT)
    assert window.store.user is None
    menu = window.who.menu()
    next(one for one in menu.actions() if one.text() == said["me"]).trigger()
    assert window.who.name == said["me"]


def ticks_one_with_its_result(window: MainWindow, said: dict[str, str], qtbot: QtBot) -> None:
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    assert page.day is not None
    late = page.day.overdue_count
    line = next(one for card in page.sides[0] for one in card.lines if said["firm"] in one.accessibleName())
    todo = next(one for one in page.day.overdue if one.name == said["firm"])
    line.setFocus()
    qtbot.keyClick(line, KEY.Key_Space)
    asked = box(window)
    qtbot.keyClicks(asked.text, "measured")
    assert asked.next_box.isChecked()  # nothing else is planned with them
    asked.next.when.line.clear()
    asked.next.when.line.insert(said["tomorrow"])
    qtbot.keyClick(asked.text, KEY.Key_Return, CTRL)
    done = window.store.reader().record("activity", todo.id)
    assert done is not None
    assert (done["state"], done["result"]) == ("done", "measured")
    assert page.day.overdue_count == late - 1
    firm = window.store.reader().record("customer", done["customer"])
    assert firm is not None
    assert firm["next_at"] == at(4, "10:00")


def plans_in_one_line_and_means_the_clash(window: MainWindow, said: dict[str, str], qtbot: QtBot) -> bytes:
    page = calendar_page(window)
    page.show_view("week")
    before = page.shown.clashes
    ids = []
    for words in (said["line"], said["second"]):
        page.quick.box.setFocus()
        page.quick.box.insert(words)
        qtbot.keyClick(page.quick.box, KEY.Key_Return)
        ids.append(newest(window.store).id)
    visit = window.store.reader().record("activity", ids[0])
    assert visit is not None
    assert (visit["kind"], visit["start"], visit["end"]) == ("visit", at(4, "15:00"), at(4, "16:00"))
    assert visit["customer_title"] == said["firm"]
    assert page.shown.clashes == before + 1
    assert page.head.clash.isVisible()
    page.view.setFocus()  # the cursor is on the one that was made last
    qtbot.keyClick(page.view, KEY.Key_Return)
    form = page.right.form
    assert form is not None
    assert form.id == ids[1]
    assert form.parts.save_button.text() == said["anyway"]
    qtbot.mouseClick(form.parts.save_button, LEFT)
    assert page.shown.clashes == before
    page.right.close_form()
    return ids[0]


def writes_a_follow_up(window: MainWindow, said: dict[str, str], qtbot: QtBot) -> None:
    id = window.store.reader().named("customer", said["firm"])
    assert id is not None
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.setFocus()
    qtbot.keyClick(window, KEY.Key_J, CTRL)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.overview.composer.text)
    qtbot.keyClicks(focus(), "They want two")
    qtbot.keyClick(focus(), KEY.Key_Return, CTRL)
    texts = [row.text for row in page.overview.timeline.model.rows]
    assert "They want two" in texts
    assert page.overview.next_steps is not None
    assert page.overview.next_steps.cards


def takes_three_steps_back(window: MainWindow, qtbot: QtBot) -> None:
    texts = ["They want two" in str(one["result"] or one["text"] or "") for one in records(window.store)]
    assert any(texts)
    page = calendar_page(window)
    page.view.setFocus()
    before = page.shown.clashes
    count = len(records(window.store))
    for _step in range(3):  # the follow-up, the clash that was meant, the second line
        qtbot.keyClick(window, KEY.Key_Z, CTRL)
    assert len(records(window.store)) < count
    assert page.shown.clashes == before
    assert not any("They want two" in str(one["result"] or "") for one in records(window.store))


def records(store: Store) -> list[Any]:
    reader = store.reader()
    return [reader.by_number("activity", n) for n in reader.numbers(Query("activity"))]


def is_reminded_and_snoozes(window: MainWindow, clock: Any, qtbot: QtBot, id: bytes) -> None:
    visit = window.store.reader().record("activity", id)
    assert visit is not None
    assert visit["reminders"]  # as its kind has it
    clock.move_to(visit["start"] - dt.timedelta(minutes=min(row["before"] for row in visit["reminders"])))
    window.reminders.start()
    popup = popup_of(window)
    card = next(card for card in popup.cards.values() if card.alarm.id == id)
    card.later_button.menu_.actions()[0].trigger()
    assert id not in [one.alarm.id for one in popup.cards.values()] or not popup.isVisible()


def sees_what_was_missed_at_the_next_start(
    make_window: MakeWindow, window: MainWindow, clock: Any, language: str
) -> None:
    store = window.store
    assert window.leave()
    clock.move_to(at(4, "18:00"))
    again = make_window(store)
    again.dress.set_language(language)
    again.reminders.start()
    popup = popup_of(again)
    assert popup.was_away
    assert popup.summary.text()
    assert len(popup.cards) >= 1
