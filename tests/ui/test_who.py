"""Who works at this computer: chosen in the window, in the settings, by command; the bell with its notices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from freecrm.store import colleagues, notices
from freecrm.store.database import Store
from freecrm.sync import books
from freecrm.ui import talk
from freecrm.ui.colleagues import ColleaguesPanel, PersonEditor
from freecrm.ui.page import Place
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def test_chosen_in_the_menu_and_kept(window: MainWindow) -> None:
    store = window.store
    assert store.user is None
    assert window.top.who_button.accessibleName() == "Who works here?"
    menu = window.who.menu()
    next(one for one in menu.actions() if one.text() == "林晓棠").trigger()
    assert store.user == colleagues.known(store, "林晓棠")
    assert window.top.who_button.accessibleName() == "林晓棠 works here"
    assert window.preferences.get("team.me") == "林晓棠"
    assert "Mine" in [window.page.views._title(view) for view in window.page.views.offered]
    next(one for one in window.who.menu().actions() if one.text() == "Nobody in particular").trigger()
    assert store.user is None


def test_remembered_at_the_next_start(make_window: MakeWindow, full_store: Store) -> None:
    first = make_window(full_store)
    first.who.choose("马小川")
    full_store.user = None
    second = make_window(full_store)
    assert second.who.name == "马小川"


def test_new_customers_are_mine(window: MainWindow) -> None:
    window.who.choose("林晓棠")
    window.page.begin_new()
    form = window.page.side.new
    assert form is not None
    assert form.form.unsaved() == []
    QTest.keyClicks(form.form.boxes["name"].editor.main(), "Otter Bay Farm")
    assert form.save()
    store = window.store
    id = store.reader().named("customer", "Otter Bay Farm")
    record = store.reader().record("customer", id) if id is not None else None
    assert record is not None
    assert record["owner_user"] == store.user


def test_renamed_and_still_the_same(window: MainWindow) -> None:
    window.who.choose("林晓棠")
    me = window.store.user
    assert me is not None
    colleagues.change(window.store, me, "name", "林晓")
    assert (window.preferences.get("team.me"), window.store.user) == ("林晓", me)
    assert window.top.who_button.accessibleName() == "林晓 works here"


def test_whoever_has_left_works_here_no_more(window: MainWindow) -> None:
    window.who.choose("林晓棠")
    assert window.store.user is not None
    colleagues.change(window.store, window.store.user, "left", True)
    assert window.store.user is None


def test_chosen_in_the_settings(window: MainWindow) -> None:
    page = window.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    editor = page.rows["team.me"].editor
    assert isinstance(editor, PersonEditor)
    at = editor.box.findText("马小川")
    editor.box.setCurrentIndex(at)
    editor.box.activated.emit(at)
    assert window.who.name == "马小川"
    last = editor.box.count() - 1
    editor.box.activated.emit(last)
    panel = page.sections["team"].panel
    assert isinstance(panel, ColleaguesPanel)
    assert panel.new_line.hasFocus()
    assert editor.value() == "马小川"


def test_in_a_team_it_is_who_joined(window: MainWindow) -> None:
    store = window.store
    me = colleagues.known(store, "林晓棠")
    assert me is not None
    with books.written(store) as c:  # as joining does
        c.execute("INSERT INTO sync_meta(key, value) VALUES ('person', ?)", (me.hex(),))
    window.who.choose("林晓棠")
    page = window.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    editor = page.rows["team.me"].editor
    assert isinstance(editor, PersonEditor)
    at = editor.box.findText("马小川")
    with talk.recording() as heard:
        editor.box.setCurrentIndex(at)
        editor.box.activated.emit(at)
    assert "“林晓棠” joined the team on this computer" in str(heard.messages[0].what)
    assert window.store.user == me
    assert window.preferences.get("team.me") == "林晓棠"
    assert editor.value() == "林晓棠"


def test_the_bell_tells_and_is_read(window: MainWindow) -> None:
    store = window.store
    assert not window.top.bell_button.isVisible()
    window.who.choose("林晓棠")
    lin, store.user = store.user, colleagues.known(store, "马小川")
    assert lin is not None
    with store.step("Named") as step:
        (hotel,) = store.reader().ids_of("customer", [window.page.model.records[0]])
        notices.add(step, lin, "在跟进里提到了你", customer=hotel)
        notices.add(step, lin, "你参加：上门")
    store.user = lin
    window.who.show()
    assert window.top.bell_button.isVisible()
    assert window.top.bell_button.accessibleName() == "2 new notices"
    assert window.toasts.shown[-1].text.text() == "2 notices since you were last here"
    QTest.mouseClick(window.top.bell_button, Qt.MouseButton.LeftButton)
    popup = window.who.popup
    assert popup is not None
    assert popup.isVisible()
    opens = next(one for one in popup.findChildren(QPushButton) if one.text() == "Open")
    QTest.mouseClick(opens, Qt.MouseButton.LeftButton)
    assert window.navigator.place is not None
    assert window.navigator.place.kind == "record"
    assert notices.unread(store) == 1
    window.who.open_notices()
    popup = window.who.popup
    assert popup is not None
    QTest.mouseClick(popup.read_button, Qt.MouseButton.LeftButton)
    assert notices.unread(store) == 0
    assert window.top.bell_button.accessibleName() == "Notices"
