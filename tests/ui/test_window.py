"""The window as its user sees it: real keys and clicks on a real file."""

from __future__ import annotations

import datetime as dt
import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.modules import model
from freecrm.store.database import Store, open_store
from freecrm.ui import look, look_tokens, talk
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.record_lines import Signed
from freecrm.ui.record_panel import RecordPanel
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
HINT = "Search customers, people, phones (pinyin too)"
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def names(window: MainWindow) -> list[str]:
    model_ = window.page.model
    return [str(model_.index(row, model_.title_column).data()) for row in range(model_.rowCount())]


def current(window: MainWindow) -> str:
    grid = window.page.grid
    return str(grid.model().index(grid.currentIndex().row(), window.page.model.title_column).data())


def panel(window: MainWindow) -> RecordPanel:
    assert window.page.panel is not None
    return window.page.panel


def panel_texts(window: MainWindow) -> list[str]:
    return [
        label.text()
        for label in panel(window).body.findChildren(QLabel)
        if label.isVisibleTo(panel(window).body)
    ]


def column_of(window: MainWindow, field: str) -> int:
    return [f.name for f in window.page.model.fields].index(field)


# ---- finding


def test_opens_on_all_customers(window: MainWindow) -> None:
    assert len(names(window)) == 60
    assert window.status.count.text() == "60 customers"
    assert window.windowTitle() == "FreeCRM — 禾川净水设备 · Customers"
    assert window.page.grid.hasFocus()


def test_typing_narrows_and_escape_returns_to_the_cell(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(17, 3)
    before = current(window)
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    assert window.page.find_box.hasFocus()
    qtbot.keyClicks(window.page.find_box, "lxt")
    assert {"鹿溪堂茶业", "蓝星糖果"} <= set(names(window))
    assert len(names(window)) < 30  # those of 林晓棠 among them
    assert window.status.count.text() == f"{len(names(window))} of 60 customers"
    qtbot.keyClick(window.page.find_box, Qt.Key.Key_Escape)
    assert window.page.find_box.text() == ""
    assert len(names(window)) == 60
    assert grid.hasFocus()
    assert current(window) == before
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (17, 3)


def test_down_goes_from_the_search_into_its_hits(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    window.page.find_box.insert("北麓")  # as an input method does
    qtbot.keyClick(window.page.find_box, Qt.Key.Key_Down)
    assert window.page.grid.hasFocus()
    assert "北麓" in current(window)


def test_no_match_names_the_words_and_offers_the_way_back(window: MainWindow, qtbot: QtBot) -> None:
    window.page.focus_find()
    qtbot.keyClicks(window.page.find_box, "qqxz")
    page = window.page
    assert page.states.currentWidget() is page.states.nothing
    assert page.states.nothing.title.text() == "Nothing matches “qqxz”"
    assert not page.states.elsewhere_button.isVisible()
    qtbot.mouseClick(page.states.clear_button, Qt.MouseButton.LeftButton)
    assert len(names(window)) == 60
    assert window.page.grid.hasFocus()


def test_no_match_here_offers_the_other_page(window: MainWindow, qtbot: QtBot) -> None:
    window.page.find_box.setText("wx_0")
    page = window.page
    assert page.states.elsewhere_button.isVisible()
    qtbot.mouseClick(page.states.elsewhere_button, Qt.MouseButton.LeftButton)
    assert window.page.page.entity == "contact"
    assert window.page.find_box.text() == "wx_0"
    assert len(names(window)) >= 1


# ---- the list


def test_a_click_on_the_head_sorts_and_again_turns_round(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    column = column_of(window, "balance")
    head = grid.horizontalHeader()
    spot = QPointF(head.sectionViewportPosition(column) + 20, 10).toPoint()

    def shown() -> list[str]:
        texts = [str(grid.model().index(row, column).data()) for row in range(60)]
        return [text for text in texts if text]

    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    rising = [float(text.replace(",", "")) for text in shown()]
    assert rising == sorted(rising)
    assert head.sortIndicatorSection() == column
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    falling = [float(text.replace(",", "")) for text in shown()]
    assert falling == sorted(falling, reverse=True)


def test_sorting_keeps_the_record_under_the_cursor(window: MainWindow) -> None:
    window.page.grid.go(11)
    before = current(window)
    window.page.grid.sort_wanted.emit("grade", False)
    assert current(window) == before
    visible = window.page.grid.viewport().rect()
    assert visible.intersects(window.page.grid.visualRect(window.page.grid.currentIndex()))


def test_keys_move_the_cursor_and_the_panel_follows(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(0)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert window.page.panel_open
    assert grid.hasFocus()
    for key, held, row in (
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_End, CTRL, 59),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 58),
        (Qt.Key.Key_Home, CTRL, 0),
    ):
        qtbot.keyClick(grid, key, held)
        assert grid.currentIndex().row() == row
        qtbot.waitUntil(lambda: current(window) in panel_texts(window))
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.currentIndex().row() > 10
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert not window.page.panel_open


def test_panel_shows_fields_people_and_what_is_missing(window: MainWindow, qtbot: QtBot) -> None:
    window.page.find_box.setText("云杉谷酒店")
    window.page.open_panel()
    qtbot.waitUntil(lambda: bool(panel_texts(window)))
    shown = panel_texts(window)
    assert "KH-2026-0001" in panel(window).code.text()
    assert {"云杉谷酒店", "0571-80000000", "office0@example.com", "Catering and hotels"} <= set(shown)
    record = panel(window).record
    assert record is not None
    assert record["main_contact"] in shown
    links = [label for label in panel(window).body.findChildren(QLabel) if label.property("role") == "link"]
    assert all(label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse for label in links)
    window.page.find_box.setText("KH-2026-0003")
    qtbot.waitUntil(lambda: "拓岩精工机械" in panel_texts(window))
    assert panel(window).record is not None
    phone = window.page.model.index(0, column_of(window, "main_phone")).data()
    assert phone in panel_texts(window)  # it is the contact's, and stands below the name
    assert "—" not in panel_texts(window)
    with window.store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "Bare Tea"})
    window.page.find_box.setText("Bare Tea")
    qtbot.waitUntil(lambda: "Bare Tea" in panel_texts(window))
    assert panel_texts(window).count("—") == len({"grade", "status", "owner", "phone"})


def test_contacts_show_where_they_work(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_3, CTRL)
    assert window.page.page.entity == "contact"
    window.page.find_box.setText("林晓棠")
    window.page.open_panel()
    qtbot.waitUntil(lambda: "鹿溪堂茶业" in panel_texts(window))


def test_compact_rows_at_1366(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    assert grid.rowHeight(0) == 38
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL | SHIFT)
    assert grid.rowHeight(0) == 28
    assert grid.viewport().height() // 28 >= 18
    assert not grid.horizontalScrollBar().isVisible()
    assert window.status.density.text() == "Row height: Compact"
    qtbot.mouseClick(window.status.density, Qt.MouseButton.LeftButton)
    assert grid.rowHeight(0) == 44


# ---- changes


def test_own_step_shows_at_once_with_a_way_back(window: MainWindow, qtbot: QtBot) -> None:
    store = window.store
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "Aardvark Tea"})
    assert "Aardvark Tea" in names(window)
    assert window.status.count.text() == "61 customers"
    assert window.toasts.shown[0].text.text() == "New customer"
    assert window.top.undo_button.toolTip() == "Undo: New customer (Ctrl+Z)"
    qtbot.mouseClick(window.top.undo_button, Qt.MouseButton.LeftButton)
    assert "Aardvark Tea" not in names(window)
    assert len(names(window)) == 60
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert "Aardvark Tea" in names(window)
    qtbot.mouseClick(window.toasts.shown[-1].button, Qt.MouseButton.LeftButton)
    assert "Aardvark Tea" not in names(window)


def test_undo_tells_what_it_left(window: MainWindow, qtbot: QtBot) -> None:
    store = window.store
    with store.step(N_("New customer")) as step:
        one = step.insert("customer", {"name": "One"})
        step.insert("customer", {"name": "Two"})
        number = step.n
    with store.step(N_("Change")) as step:
        step.update("customer", one, {"grade": "A"})
    with talk.recording() as heard:
        window.steps.undo(number)
    assert len(heard.messages) == 1
    assert "One" in str(heard.messages[0].what)
    assert window.page.messages.isVisible()


def test_changed_cell_is_fetched_anew_without_moving(window: MainWindow) -> None:
    grid = window.page.grid
    grid.go(40)
    scrolled = grid.verticalScrollBar().value()
    before = current(window)
    record = window.store.reader().by_number("customer", grid.current_n())
    assert record is not None
    with window.store.step(N_("Change")) as step:
        step.update("customer", record.id, {"grade": "A"})
    assert current(window) == before
    assert grid.verticalScrollBar().value() == scrolled
    row = grid.currentIndex().row()
    assert grid.model().index(row, column_of(window, "grade")).data() == "A"


def test_another_programs_write_shows_without_a_jump(window: MainWindow) -> None:
    grid = window.page.grid
    grid.go(30, 2)
    before, scrolled = current(window), grid.verticalScrollBar().value()
    other = open_store(window.store.path, model())
    with other.step(N_("New customer")) as step:
        step.insert("customer", {"name": "ZZ from elsewhere"})
    other.close()
    window.watch.look()
    assert "ZZ from elsewhere" in names(window)
    assert (current(window), grid.currentIndex().column()) == (before, 2)
    assert grid.verticalScrollBar().value() == scrolled
    assert not window.toasts.shown


def test_an_own_write_is_not_taken_for_another_programs(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete and not window.page.model.waiting)
    asked: list[str] = []
    window.page.model.asked.connect(lambda: asked.append("anew"))
    written = window.tasks.run(full_store.keep, "recent", [], writes=True)
    written.result()  # its news wait for this thread
    window.watch.look()
    ended: list[str] = []
    window.tasks.run(str, writes=True, then=ended.append)
    qtbot.waitUntil(lambda: bool(ended))
    assert asked == []


def test_with_real_threads(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete)
    window.page.focus_find()
    window.page.find_box.insert("北麓牧场")
    qtbot.waitUntil(lambda: window.page.model.query.words == "北麓牧场" and names(window) == ["北麓牧场"])
    with full_store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "北麓牧场二店"})
    qtbot.waitUntil(lambda: len(names(window)) == 2)
    window.steps.undo()
    qtbot.waitUntil(lambda: names(window) == ["北麓牧场"])


# ---- look and words


def cancel_word() -> str:
    """What Qt's own button says."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    return box.button(QDialogButtonBox.StandardButton.Cancel).text()


def test_language_switches_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.page.open_panel()
    window.commands.run("view.language_zh_CN")
    assert window.preferences.get("look.language") == "zh_CN"
    assert words.language() == "zh_CN"
    assert window.top.search.accessibleName() == words.translated(HINT, "zh_CN")
    assert window.page.views.tabs.tabText(0) == words.translated("All", "zh_CN")
    assert window.commands.action("edit.find").text() == words.translated("Find in this list", "zh_CN")
    assert cancel_word() == "取消"
    window.commands.run("view.language_en")
    assert window.top.search.accessibleName() == HINT
    assert cancel_word() == "Cancel"


def test_theme_switches_at_once_and_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    """AC-X-6."""
    window.dress.set_theme("light")
    before = window.grab().toImage().pixelColor(600, 60)
    window.commands.run("view.theme_dark")
    assert look.theme() == "dark"
    after = window.grab().toImage().pixelColor(600, 60)
    assert before == look_tokens.read_colour(look.tokens()["light"]["surface"])
    assert after == look_tokens.read_colour(look.tokens()["dark"]["surface"])
    assert window.preferences.get("look.theme") == "dark"
    assert window.commands.action("view.theme_dark").isChecked()
    assert not window.commands.action("view.theme_light").isChecked()


def test_folds_its_sidebar_when_narrow(window: MainWindow) -> None:
    assert not window.sidebar.folded
    window.resize(1100, 700)
    assert window.sidebar.folded
    assert window.sidebar.buttons[Place("list", "customer")].accessibleName() == "Customers"


def test_every_icon_button_says_what_it_does(window: MainWindow) -> None:
    window.page.open_panel()
    talk.tell(say(N_("There is nothing to undo.")), "danger", "details")
    window.steps.undo()
    buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    assert len(buttons) > 8
    for button in buttons:
        where = [button.parent(), button.metaObject().className()]
        assert button.accessibleName() or button.text() or _of_qt(button), where
        if not button.text() and not _of_qt(button):
            assert button.toolTip()
            assert button.accessibleName()


def _of_qt(button: QAbstractButton) -> bool:
    return button.metaObject().className() in ("QTableCornerButton", "QLineEditIconButton")


def test_f6_goes_round_the_panes(window: MainWindow, qtbot: QtBot) -> None:
    window.page.open_panel()
    window.page.grid.setFocus()
    seen: list[QWidget | None] = []
    for _pane in range(5):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen[0] is panel(window).area
    assert seen[-1] is window.page.grid
    assert len({id(widget) for widget in seen}) == 5
    qtbot.keyClick(window, Qt.Key.Key_F6, SHIFT)
    assert window.sidebar.isAncestorOf(QApplication.focusWidget())


def test_messages_stand_above_the_table(window: MainWindow, qtbot: QtBot) -> None:
    talk.tell_problem(Known(say(N_("There is nothing to undo.")), "sqlite said no"))
    bar = window.page.messages
    assert bar.isVisible()
    assert bar.text.text() == "There is nothing to undo."
    assert not bar.details.isVisible()
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert bar.details.text() == "sqlite said no"
    qtbot.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    assert "sqlite said no" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_lists_keys_are_commands(window: MainWindow, qtbot: QtBot) -> None:
    shown = {c.id: window.commands.keys(c.id) for c in window.commands.all() if c.in_list}
    assert shown == {
        "edit.copy_rows": ["Ctrl+C"],
        "edit.select_all": ["Ctrl+A"],
        "edit.delete": ["Del"],
        "record.panel": ["Space"],
    }
    window.menus.show()
    assert window.commands.action("edit.delete") in window.menus.menus["edit"].actions()
    grid = window.page.grid
    grid.go(3)
    gone, total = current(window), len(window.page.model.numbers)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert len(window.page.model.numbers) == total - 1
    assert current(window) != gone
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert len(window.page.model.numbers) == total
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert len(grid.selection) == total


def test_the_lists_keys_are_the_texts_own_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    box, grid = window.page.find_box, window.page.grid
    total = len(window.page.model.numbers)
    box.setFocus()
    qtbot.keyClicks(box, "a b")
    assert box.text() == "a b"
    assert not window.page.panel_open
    box.setText("ab")
    box.setCursorPosition(0)
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    assert box.text() == "b"
    qtbot.keyClick(box, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(box, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "b"
    box.clear()
    assert len(window.page.model.numbers) == total
    window.page.panel_button.setFocus()
    qtbot.keyClick(window.page.panel_button, Qt.Key.Key_Space)  # a button is pressed, once
    assert window.page.panel_open
    qtbot.keyClick(window.page.panel_button, Qt.Key.Key_Delete)
    assert len(window.page.model.numbers) == total
    grid.setFocus()


def test_another_key_for_the_details(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.set_keys({"record.panel": "F8"})
    grid = window.page.grid
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert not window.page.panel_open
    qtbot.keyClick(grid, Qt.Key.Key_F8)
    assert window.page.panel_open


def test_the_next_record_from_list_and_details(window: MainWindow, qtbot: QtBot) -> None:
    page, grid = window.page, window.page.grid
    grid.go(0)
    page.open_panel()
    before, after = panel(window).before_button, panel(window).after_button
    assert not before.isEnabled()
    qtbot.keyClick(grid, Qt.Key.Key_Down, CTRL)
    assert grid.currentIndex().row() == 1
    qtbot.mouseClick(after, LEFT)
    assert grid.currentIndex().row() == 2
    qtbot.waitUntil(lambda: current(window) in panel_texts(window))
    panel(window).area.setFocus()
    qtbot.keyClick(panel(window).area, Qt.Key.Key_Up, CTRL)
    assert grid.currentIndex().row() == 1
    qtbot.mouseClick(before, LEFT)
    assert grid.currentIndex().row() == 0
    qtbot.keyClick(grid, Qt.Key.Key_Up, CTRL)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Down, CTRL)
    assert grid.currentIndex().row() == 2
    page.find_box.setText("qqxz")
    assert not window.commands.action("record.next").isEnabled()
    page.find_box.clear()
    assert window.commands.action("record.next").isEnabled()
    grid.go(0)
    assert not before.isEnabled()
    grid.go(len(page.model.numbers) - 1)
    assert not after.isEnabled()
    assert "Ctrl+Down" in after.toolTip()


def test_notes_say_when_and_by_whom(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    store, n = window.store, window.page.model.numbers[0]
    record = store.reader().by_number("customer", n)
    assert record is not None
    with store.step(N_("Change")) as step:
        me = step.insert("user", {"name": "陈思远"})
    monkeypatch.setattr(store, "user", me)
    at = dt.datetime(2026, 3, 2, 16, 42).astimezone()
    with store.step(N_("Change")) as step:
        step.update("customer", record.id, {"notes": [{"text": "met them", "at": at}, {"text": "called"}]})
    window.page.show_record(n)
    panel = window.page.panel
    assert panel is not None
    notes = panel.body.findChildren(Signed)
    said = [one.said for one in notes]
    assert [one.text() for one in notes] == ["met them", "called"]
    assert "2026-03-02 16:42" in notes[0].accessibleName()
    assert "2026-03-02 16:42 · 陈思远" in said
    today = f"{dt.datetime.now().astimezone():%Y-%m-%d}"
    assert [one for one in said if one.startswith(today) and one.endswith("陈思远")]
    panel.edit("notes")
    assert panel.place is not None


def test_the_find_box_finds_by_what_the_columns_show(window: MainWindow, qtbot: QtBot) -> None:
    model = window.page.model
    names = [f.name for f in model.fields]
    shown = {
        name: str(model.index(3, names.index(name)).data())
        for name in ("main_phone", "owner_user", "main_contact")
    }
    numbers = {model.numbers[3]}
    for typed in shown.values():
        window.page.find_box.setText(typed)
        assert numbers <= set(model.numbers), typed
        assert window.page.count.text() == f"{len(model.numbers)} / 60"
    window.page.find_box.setText("zzqq")
    assert "Main contact, Main phone, Owner" in window.page.states.nothing.text.text()


def test_a_closed_window_is_let_go(full_store: Store, qtbot: QtBot, tmp_path: Path) -> None:
    """Each window that was ever open stayed in memory, and followed every change of the colours."""
    window = MainWindow(full_store, Tasks(InLine()), Preferences(tmp_path / "settings"))
    window.show()
    qtbot.waitExposed(window)
    window.visit(Place("settings"))
    held = weakref.ref(window)
    window.close()
    window.tasks.close()
    window.deleteLater()
    del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert held() is None
