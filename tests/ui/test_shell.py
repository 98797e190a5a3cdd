"""The shell: going back and forward, menus, keys, sidebar, text size, long work; by keys and clicks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import Jobs, Progress
from freecrm.core.words import N_, say
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.commands import MENUS, Command, Commands
from freecrm.ui.page import Place
from freecrm.ui.progress_panel import time_left
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


# ---- back and forward


def test_back_and_forward_bring_everything_back(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.top.back_button.isEnabled()
    window.page.find_box.setText("限公司")
    rows = window.page.model.rowCount()
    window.page.grid.go(rows - 1, 2)
    scrolled, n = window.page.grid.verticalScrollBar().value(), window.page.grid.current_n()
    window.page.open_panel()
    qtbot.keyClick(window, Qt.Key.Key_3, CTRL)
    assert window.page.page.entity == "contact"
    assert window.top.back_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    assert window.page.page.entity == "customer"
    assert window.page.find_box.text() == "限公司"
    assert (window.page.grid.verticalScrollBar().value(), window.page.grid.current_n()) == (scrolled, n)
    assert window.page.panel_open
    qtbot.mouseClick(window.top.forward_button, LEFT)
    assert window.page.page.entity == "contact"
    assert not window.top.forward_button.isEnabled()


def test_the_sidebar_shows_where_one_is(window: MainWindow, qtbot: QtBot) -> None:
    contacts = window.sidebar.buttons[Place("list", "contact")]
    qtbot.mouseClick(contacts, LEFT)
    assert contacts.isChecked()
    assert window.windowTitle().endswith("Contacts")
    window.navigator.back()
    assert not contacts.isChecked()
    assert window.sidebar.buttons[Place("list", "customer")].isChecked()


def test_the_sidebar_folds_by_key_and_stays_folded(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    assert not window.sidebar.folded
    qtbot.keyClick(window, Qt.Key.Key_B, CTRL)
    assert window.sidebar.folded
    assert not window.commands.action("view.sidebar").isChecked()
    window.close()
    again = make_window(full_store)
    assert again.sidebar.folded
    qtbot.mouseClick(again.top.sidebar_button, LEFT)
    assert not again.sidebar.folded


# ---- commands and menus


def test_every_command_stands_in_a_menu_with_its_key(window: MainWindow) -> None:
    window.menus.show()
    for command in window.commands.all():
        assert window.commands.action(command.id) in window.menus.menus[command.menu].actions(), command.id
        for language in words.LANGUAGES:
            with words.speaking(language):
                assert command.title
    assert window.commands.clashes() == {}
    assert list(window.menus.menus) == list(MENUS)


def test_alt_shows_the_menu_bar_and_hides_it_again(window: MainWindow, qtbot: QtBot) -> None:
    window.after_first_paint()
    assert not window.menus.is_shown
    alt(window, qtbot)
    qtbot.waitUntil(lambda: window.menus.is_shown)
    assert window.menuBar().activeAction() is not None
    qtbot.keyClick(window.menuBar(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.menus.is_shown)
    qtbot.keyPress(window, Qt.Key.Key_Alt, ALT)
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)  # a key of its own, not the menu's
    qtbot.keyRelease(window, Qt.Key.Key_Alt)
    assert not window.menus.is_shown
    window.page.grid.setFocus()
    alt(window.page.grid, qtbot)
    qtbot.waitUntil(lambda: window.menus.is_shown)


def alt(widget: QWidget, qtbot: QtBot) -> None:
    qtbot.keyPress(widget, Qt.Key.Key_Alt, ALT)
    qtbot.keyRelease(widget, Qt.Key.Key_Alt)


def test_f10_opens_the_menu_bar_and_it_can_be_pinned(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert window.menus.is_shown
    window.commands.run("view.menu_bar")
    window.close()
    again = make_window(full_store)
    again.after_first_paint()
    assert again.menus.is_shown


def test_the_menu_button_shows_the_whole_menu(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.top.menu_button, LEFT)
    shown = QApplication.activePopupWidget()
    assert shown is not None
    assert len(shown.actions()) == len(MENUS)
    shown.close()


def test_keys_can_be_others_and_clashes_are_named(window: MainWindow) -> None:
    done: list[str] = []
    commands = Commands(window)
    commands.add(
        Command("one", N_("New"), lambda: done.append("one"), key="Ctrl+1"),
        Command("two", N_("New…"), lambda: done.append("two"), key="Ctrl+2"),
    )
    commands.set_keys({"two": "Ctrl+1", "gone": "Ctrl+9"})
    assert commands.clashes() == {"Ctrl+1": ["one", "two"]}
    commands.set_keys({"two": "Ctrl+3"})
    assert commands.keys("two") == ["Ctrl+3"]
    assert commands.clashes() == {}
    commands.run("two")
    assert done == ["two"]


def test_a_command_that_cannot_be_done_now_does_nothing(make_window: MakeWindow, store: Store) -> None:
    window = make_window(store)
    assert not window.commands.is_enabled("edit.delete")
    window.commands.run("edit.delete")
    assert not window.commands.action("edit.undo").isEnabled()


# ---- deleting


def test_deleting_says_what_and_offers_the_way_back(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(3)
    grid.selection.set(3, 5)
    window.commands.run("edit.delete")
    assert window.status.count.text() == "57 customers"
    assert window.toasts.shown[-1].text.text() == "3 customers deleted"
    assert window.commands.action("edit.undo").text() == "Undo: Delete 3 customers"
    qtbot.mouseClick(window.toasts.shown[-1].button, LEFT)
    assert window.status.count.text() == "60 customers"
    assert window.toasts.shown[-1].text.text() == "Undone: Delete 3 customers"
    assert window.commands.action("edit.redo").text() == "Redo: Delete 3 customers"
    window.dress.set_language("zh_CN")
    assert window.toasts.shown[-1].text.text() == "已撤销：删除 3 个客户"
    window.commands.run("edit.redo")
    assert window.commands.action("edit.undo").text() == "撤销：删除 3 个客户"
    assert window.toasts.shown[-1].text.text() == "已重做：删除 3 个客户"


# ---- text size


def test_text_grows_by_keys_and_stays_large(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    window = make_window(full_store)
    row = window.page.grid.rowHeight(0)
    qtbot.keyClick(window, Qt.Key.Key_Plus, CTRL)
    assert look.zoom() == 110
    assert window.status.zoom.text() == "110%"
    assert window.page.grid.rowHeight(0) > row
    assert window.preferences.get("look.zoom") == 110
    for _press in range(9):
        window.commands.run("view.zoom_in")
    assert look.zoom() == look.ZOOMS[1] == 150
    qtbot.mouseClick(window.status.zoom, LEFT)
    assert look.zoom() == 100


# ---- long work


def test_long_work_is_shown_and_can_be_stopped(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete)
    began, stopped = Event(), Event()

    def work(progress: Progress) -> None:
        began.set()
        while True:
            progress.tell(5, 10)

    progress = Progress()
    done = window.progress.follow(say(N_("Importing {file}"), file="list.csv"), progress)
    window.tasks.run(work, writes=True, progress=progress, stopped=stopped.set, finally_=done)
    panel = window.progress.shown[0]
    assert not panel.isVisible()  # it may be over within a blink
    qtbot.waitUntil(panel.isVisible)
    assert panel.text.text() == "Importing list.csv"
    qtbot.waitUntil(lambda: panel.figures.text().startswith("5 / 10"))
    qtbot.mouseClick(panel.cancel_button, LEFT)
    qtbot.waitUntil(stopped.is_set)
    assert window.progress.shown == []


def test_time_left_is_no_guess() -> None:
    assert time_left(0, 100, 5) == ""
    assert time_left(50, 100, 0.5) == ""
    assert time_left(50, 100, 6) == "about 6 s"
    assert time_left(10, 100, 60) == "about 9 min"


# ---- the side pane


def test_saving_a_value_leaves_the_panel_where_it_is(window: MainWindow, qtbot: QtBot) -> None:
    record = window.store.reader().by_number("customer", window.page.model.numbers[0])
    assert record is not None
    with window.store.step(N_("Change")) as step:
        notes = [{"text": f"note {at}\nwith two lines"} for at in range(12)]
        step.update("customer", record.id, {"employees": 3, "notes": notes})
    window.page.show_record(record.n)
    panel = window.page.panel
    assert panel is not None
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    panel.edit("employees")
    box = QApplication.focusWidget()
    assert box is not None
    qtbot.waitUntil(lambda: in_sight(box, panel.area))
    before = bar.value()
    qtbot.keyClicks(box, "7")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.record is not None and panel.record["employees"] != 3)
    qtbot.wait(50)  # whatever the rebuilt view still wants to do
    label = panel.spots["employees"].labels[0]
    assert in_sight(label, panel.area)
    assert abs(bar.value() - before) < 60


def in_sight(widget: QWidget, area: QScrollArea) -> bool:
    top = widget.mapTo(area.viewport(), QPoint(0, 0)).y()
    return 0 <= top <= area.viewport().height() - widget.height()


def test_ctrl_down_in_the_panel_goes_to_the_next_record(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.go(3)
    window.page.open_panel()
    window.page.side.focus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, CTRL)
    assert window.page.grid.currentIndex().row() == 4
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, CTRL)
    assert window.page.grid.currentIndex().row() == 3


def test_unsaved_text_is_named_in_title_and_question(window: MainWindow, qtbot: QtBot) -> None:
    window.new()
    assert not window.windowTitle().startswith("● ")
    qtbot.keyClicks(QApplication.focusWidget(), "Tea")
    assert window.windowTitle().startswith("● ")
    with talk.recording(unsaved="stay") as heard:
        window.close()
    assert window.isVisible()
    assert heard.asked[0].startswith("New customer: Tea: ")
    with talk.recording(unsaved="discard"):
        window.close()
    assert not window.isVisible()


# ---- dragging


def test_a_drag_says_what_letting_go_will_do(window: MainWindow, tmp_path: Path) -> None:
    for name, said in (("list.xlsx", "Import list.xlsx"), ("contract.pdf", "contract.pdf is no list")):
        path = tmp_path / name
        path.write_bytes(b"x")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        none = Qt.KeyboardModifier.NoModifier
        window.dragEnterEvent(QDragEnterEvent(QPoint(400, 400), Qt.DropAction.CopyAction, data, LEFT, none))
        assert window.drop_zone.text.text().startswith(said)


def test_a_toast_stays_below_the_palette(window: MainWindow) -> None:
    window.commands.run("view.palette")
    with window.store.step(N_("Change")) as step:
        step.insert("customer", {"name": "One"})
    order = window.ground.children()
    assert order.index(window.lookup) > order.index(window.toasts.shown[-1])


def test_the_title_marks_a_value_being_typed(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    page.open_panel()
    assert page.panel is not None
    page.panel.edit("name")
    box = QApplication.focusWidget()
    assert box is not None
    assert not window.windowTitle().startswith("● ")
    qtbot.keyClicks(box, "x")
    assert window.windowTitle().startswith("● ")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not window.windowTitle().startswith("● ")


def test_the_sidebar_marks_the_list_that_a_page_works_for(window: MainWindow) -> None:
    def marked() -> list[str]:
        return [place.name or place.kind for place, one in window.sidebar.buttons.items() if one.isChecked()]

    for place, wanted in (
        (Place("import"), ["customer"]),
        (Place("new", "contact"), ["contact"]),
        (Place("settings"), ["settings"]),
        (Place("list", "contact"), ["contact"]),
    ):
        window.visit(place)
        assert marked() == wanted
