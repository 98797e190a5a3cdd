"""A note that is typed and left: kept as a draft, told where one arrives, found again; with real threads as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.store import drafts
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.form_drafts import EVERY_MS
from freecrm.ui.form_hints import DraftBar
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NAME = "云杉谷酒店"
SAID = f"The follow-up on “{NAME}” is kept as a draft."


def id_of(window: MainWindow, name: str = NAME) -> bytes:
    found = window.store.reader().named("customer", name)
    assert found is not None
    return found


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def opened(window: MainWindow) -> RecordPage:
    window.show_id("customer", id_of(window))
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page


def type_note(page: RecordPage, qtbot: QtBot, text: str = "abc") -> None:
    qtbot.keyClick(focus(), Qt.Key.Key_J, CTRL)
    assert focus() is page.overview.composer.text
    qtbot.keyClicks(focus(), text)


def toasts(window: MainWindow) -> list[str]:
    return [one.accessibleName() for one in window.toasts.shown]


def bars(window: MainWindow) -> list[str]:
    return [one.text.text() for one in window.page.findChildren(DraftBar) if not one.isHidden()]


def kept(store: Store) -> list[str]:
    return [str(draft.values["text"]) for draft in drafts.all(store)]


# ---- with real threads nothing answers a page that is gone


@pytest.mark.parametrize("before", ["", "half a thought"])
@pytest.mark.parametrize("way", ["back", "next"])
def test_leaving_a_typed_note_says_no_word_of_a_mistake(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot, way: str, before: str
) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: len(window.page.model.numbers) == 60)
    if before:
        at = dt.datetime.now(dt.UTC)
        key, values = drafts.key_for("note", id_of(window)), {"text": before, "parent_entity": "customer"}
        drafts.put(full_store, drafts.Draft(key, "note", id_of(window), values, at))
    with talk.recording() as heard:
        page = opened(window)
        qtbot.waitUntil(lambda: bool(page.overview.timeline.model.rows))
        type_note(page, qtbot)
        with qtbot.waitSignal(page.overview.composer.keeper.kept, timeout=EVERY_MS * 3):
            pass
        qtbot.keyClicks(focus(), "d")
        gone = page.overview.composer.keeper
        with qtbot.waitSignal(gone.destroyed):
            if way == "back":
                qtbot.keyClick(focus(), Qt.Key.Key_Left, ALT)
            else:
                qtbot.keyClick(focus(), Qt.Key.Key_Up, CTRL)
        qtbot.waitUntil(lambda: kept(full_store) == [before + "abcd" if before else "abcd"])
        ended: list[object] = []
        window.tasks.run(lambda: None, writes=True, then=ended.append)
        qtbot.waitUntil(lambda: bool(ended))
    assert [str(message.what) for message in heard.messages] == []


def test_a_window_closed_right_before_the_look_changes_is_not_asked_for_it(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store, workers=Jobs())
    page = opened(window)
    qtbot.waitUntil(lambda: bool(page.overview.timeline.model.rows))
    for language, theme in (("zh_CN", "dark"), ("en", "light")):
        own = window.beside.open("customer", page.id)
        own.page.begin_note()
        own.page.overview.composer.text.insertPlainText("x")
        with qtbot.waitSignal(own.destroyed):
            own.close()
            assert window.beside.windows == []
            window.dress.set_language(language)
            window.dress.set_theme(theme)
    ended: list[object] = []
    window.tasks.run(lambda: None, writes=True, then=ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert kept(full_store) == ["xx"]


# ---- told where one arrives


def test_going_back_tells_of_the_note_and_leads_to_it(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    type_note(page, qtbot)
    qtbot.keyClick(focus(), Qt.Key.Key_Left, ALT)
    assert window.navigator.page is window.page
    assert toasts(window) == [SAID]
    (bar,) = bars(window)
    assert NAME in bar
    assert "abc" in bar
    qtbot.mouseClick(window.toasts.shown[0].button, Qt.MouseButton.LeftButton)
    again = window.navigator.page
    assert isinstance(again, RecordPage)
    assert focus() is again.overview.composer.text
    assert again.overview.composer.text.toPlainText() == "abc"


def test_going_to_the_next_record_tells_of_the_note(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.go(0, 0)
    n = window.page.grid.current_n()
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Return)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    name, id = page.name, page.id
    type_note(page, qtbot)
    qtbot.keyClick(focus(), Qt.Key.Key_Down, CTRL)
    assert page.fields.record.n != n
    assert toasts(window) == [f"The follow-up on “{name}” is kept as a draft."]
    qtbot.mouseClick(window.toasts.shown[0].button, Qt.MouseButton.LeftButton)
    again = window.navigator.page
    assert isinstance(again, RecordPage)
    assert again.id == id
    assert again.overview.composer.text.toPlainText() == "abc"


def test_a_note_that_is_saved_or_thrown_away_leaves_no_bar(window: MainWindow, qtbot: QtBot) -> None:
    type_note(opened(window), qtbot)
    window.go_back()
    assert len(bars(window)) == 1
    opened(window).begin_note()
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    window.go_back()
    assert bars(window) == []
    type_note(opened(window), qtbot)
    window.go_back()
    (bar,) = [one for one in window.page.findChildren(DraftBar) if not one.isHidden()]
    qtbot.mouseClick(bar.drop_button, Qt.MouseButton.LeftButton)
    assert kept(window.store) == []
    assert opened(window).overview.composer.text.toPlainText() == ""
    window.go_back()
    assert bars(window) == []


def test_a_page_without_a_note_says_nothing(window: MainWindow, qtbot: QtBot) -> None:
    opened(window)
    window.go_back()
    assert toasts(window) == []
    assert bars(window) == []


def test_the_bar_speaks_the_language_spoken_now(window: MainWindow, qtbot: QtBot) -> None:
    type_note(opened(window), qtbot)
    window.go_back()
    window.dress.set_language("zh_CN")
    (bar,) = bars(window)
    assert "跟进" in bar
    window.dress.set_language("en")


def test_what_a_form_still_holds_is_not_offered_as_left_behind(window: MainWindow, qtbot: QtBot) -> None:
    window.page.begin_new()
    qtbot.keyClicks(focus(), "Half a name")
    form = window.page.side.new.form  # type: ignore[union-attr]
    with qtbot.waitSignal(form.drafts.kept, timeout=EVERY_MS * 3):
        pass
    opened(window)
    window.go_back()
    assert bars(window) == []
    form.give_up()
