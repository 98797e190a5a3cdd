"""The palette (UX C1, C2, AC-PAL): real keys over a real file, in a plain window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import Jobs
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.core.words import N_
from freecrm.store import recent
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.commands import Command
from tests import samples
from tests.ui.palette_host import ALT, CTRL, SHIFT, Host, Key

LXT = {"鹿溪堂茶业", "林晓棠", "蓝星糖果"}


@pytest.fixture
def store_of_two(store: Store) -> Store:
    """The invented customers, and one whose phone and mail are known."""
    samples.fill(store, 60)
    with store.step(N_("New customer")) as step:
        step.insert(
            "customer",
            {
                "name": "晨星实验室",
                "phones": [{"number": "+8613800004471"}],
                "emails": [{"address": "lab@example.com"}],
                "remark": "二楼冷却塔旁边的机房",
            },
        )
    return store


@pytest.fixture
def host(qtbot: QtBot, qapp: QApplication, store_of_two: Store, tmp_path: Path) -> Iterator[Host]:
    look.apply(qapp, "light")
    cells.warm_up()
    made = Host(store_of_two, tmp_path)
    qtbot.addWidget(made.window)
    qtbot.waitExposed(made.window)
    yield made
    made.close()


def ids(store: Store, entity: str) -> list[bytes]:
    return [record.id for record in store.reader().each(Query(entity), ())]


def compose(host: Host, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(host.palette.box, event)


# ---- coming and going (AC-PAL-1, AC-PAL-3)


def test_the_caret_is_in_the_box_at_once(host: Host) -> None:
    host.palette.open()
    assert QApplication.focusWidget() is host.palette.box
    frame = host.palette.frame
    assert (frame.width(), frame.y()) == (640, 56)
    assert abs(frame.geometry().center().x() - host.window.width() // 2) <= 1
    assert host.palette.geometry() == host.window.rect()
    host.window.resize(900, 500)
    assert frame.geometry().right() < 900
    assert frame.geometry().bottom() < 500


@pytest.mark.parametrize("way", ["Esc", "click beside it", "Ctrl+K"])
def test_closing_gives_the_focus_back_to_the_cell(host: Host, way: str) -> None:
    host.grid.setCurrentCell(7, 3)
    host.palette.open()
    host.type("lxt")
    if way == "Esc":
        host.press(Key.Key_Escape)
    elif way == "Ctrl+K":
        host.press(Key.Key_K, CTRL)
        assert host.ran == ["view.palette"]
        assert host.palette.isVisible()
        host.press(Key.Key_Escape)
    else:
        QTest.mouseClick(host.palette, Qt.MouseButton.LeftButton, pos=QPoint(20, 400))
    assert not host.palette.isVisible()
    assert QApplication.focusWidget() is host.grid
    assert (host.grid.currentRow(), host.grid.currentColumn()) == (7, 3)
    assert host.heard == [("closed", ())]


def test_opened_again_it_is_empty_and_marks_what_is_typed_when_open(host: Host) -> None:
    host.palette.open("lxt")
    host.palette.open()
    assert host.palette.box.selectedText() == "lxt"
    host.palette.open(">")
    assert host.palette.box.text() == ">"
    host.press(Key.Key_Escape)
    host.palette.open()
    assert host.palette.box.text() == ""
    assert not host.chips()


def test_keys_of_the_window_work_and_put_it_away(host: Host) -> None:
    host.palette.open()
    host.press(Key.Key_2, CTRL)
    assert host.ran == ["view.contact"]
    assert not host.palette.isVisible()


def test_keys_of_the_box_stay_in_the_box(host: Host) -> None:
    host.palette.open()
    host.type("lxt")
    host.press(Key.Key_Z, CTRL)
    assert host.ran == []
    assert host.palette.box.text() == ""
    host.type("lx")
    host.press(Key.Key_Home, SHIFT)
    assert host.palette.box.selectedText() == "lx"


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_typing_does_not_paint_the_page_beneath(host: Host, qapp: QApplication) -> None:
    host.palette.open()
    qapp.processEvents()
    beneath, listed = Paints(), Paints()
    host.grid.viewport().installEventFilter(beneath)
    host.palette.hits.viewport().installEventFilter(listed)
    for letter in "lxt":
        host.type(letter)
        qapp.processEvents()
    assert listed.count >= 3
    assert beneath.count == 0
    host.palette.close()
    qapp.processEvents()
    assert beneath.count > 0


# ---- nothing typed


def test_the_empty_box_lists_what_was_opened_last_and_likely_commands(host: Host) -> None:
    customers, contacts = ids(host.store, "customer"), ids(host.store, "contact")
    for id in customers[:7]:
        recent.note(host.store, "customer", id)
    recent.note(host.store, "contact", contacts[0])
    recent.note(host.store, "customer", customers[8])
    recent.note(host.store, "customer", customers[9])
    with host.store.step(N_("Delete")) as step:
        step.delete("customer", customers[8])
    host.palette.open()
    aims = [row.aim.id for row in host.rows("record")]
    assert aims == [customers[9], contacts[0], *reversed(customers[1:7])]
    assert len(host.rows("command")) == 4
    assert host.titles("command")[0] == "Import a list…"
    assert [row.title for row in host.rows("head")] == ["Opened last", "Often used"]


def test_what_is_opened_and_used_from_here_comes_first(host: Host) -> None:
    host.look_up("晨星")
    host.press(Key.Key_Return)
    host.look_up("undo")
    host.press(Key.Key_Return)
    host.palette.close()
    host.palette.open()
    assert host.titles("record") == ["晨星实验室"]
    assert host.titles("command")[0] == "Undo"


# ---- what is found (AC-PAL-2)


def test_initials_find_and_are_marked(host: Host) -> None:
    host.palette.open()
    host.type("lxt")
    assert set(host.titles("record")) >= LXT
    marked = {row.title: [row.title[a:b] for a, b in row.marks] for row in host.rows("record")}
    assert marked["鹿溪堂茶业"] == ["鹿溪堂"]
    assert marked["蓝星糖果"] == ["蓝星糖"]
    assert host.palette.hint.text() == "Pinyin initials"
    painted = host.palette.hits.viewport().grab().toImage()
    accent = look.colour("accent").rgb()
    places = [(x, y) for y in range(32, 78) for x in range(50, painted.width())]
    assert any(painted.pixel(*place) == accent for place in places)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("4471", "晨星实验室"),
        ("138 0000 4471", "晨星实验室"),
        ("kh-2026-0002", "鹿溪堂茶业"),
        ("luxitang", "鹿溪堂茶业"),
        ("鹿xt", "鹿溪堂茶业"),
        ("冷却塔", "晨星实验室"),
        ("chenxingshiyan", "晨星实验室"),
    ],
)
def test_ways_to_find(host: Host, typed: str, first: str) -> None:
    host.palette.open()
    host.palette.box.insert(typed)
    assert host.current == first


def test_the_second_line_tells_facts_and_what_was_found(host: Host) -> None:
    host.look_up("4471")
    row = host.rows("record")[0]
    assert row.facts == "Customer · 138-0000-4471"
    assert [row.facts[a:b] for a, b in row.fact_marks] == ["4471"]
    host.look_up("kh-2026-0002")
    row = host.rows("record")[0]
    assert row.facts.startswith("Customer · KH-2026-0002 · ")
    assert [row.facts[a:b] for a, b in row.fact_marks] == ["KH-2026-0002"]
    host.look_up("冷却塔")
    row = host.rows("record")[0]
    assert "冷却塔" in row.facts
    assert row.fact_marks


@pytest.mark.parametrize("typed", ["import", "导入", "dr", "excel", "表格"])
def test_a_command_is_found_in_both_languages_and_by_other_words(host: Host, typed: str) -> None:
    for language in words.LANGUAGES:
        words.use(language)
        host.palette.reword()
        assert words._("Import a list…") in host.look_up(typed)


def test_settings_are_found_and_opened(host: Host) -> None:
    host.look_up("theme")
    assert host.titles("setting")[0] == "Theme"
    host.press(Key.Key_Return)
    assert ("setting_wanted", ("look.theme",)) in host.heard
    assert host.look_up("zhuti")[0] == "Theme"


@pytest.mark.parametrize(
    ("typed", "title"), [("字号", "Text size"), ("夜间模式", "Theme"), ("自动备份", "Back up every day")]
)
def test_other_words_find_a_setting(host: Host, typed: str, title: str) -> None:
    host.look_up(typed)
    assert title in host.titles("setting")


def test_commands_that_are_meant_come_before_names_that_contain_them(host: Host) -> None:
    titles = host.look_up("undo")
    assert titles[0] == "Undo"
    host.press(Key.Key_Return)
    assert host.ran == ["edit.undo"]
    assert not host.palette.isVisible()


def test_what_cannot_be_done_now_is_not_listed(host: Host) -> None:
    host.add("record.merge", N_("Merge"), enabled=lambda: False)
    assert "Merge" not in host.look_up("merge")
    assert "Look anything up" not in host.look_up("look any")


def test_nothing_is_found(host: Host) -> None:
    assert host.look_up("zzqq9x") == []
    nothing = host.rows("nothing")[0]
    assert nothing.title == "Nothing is found for “zzqq9x”"
    assert not host.chips()
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Tab):
        host.press(key)
    assert host.palette.isVisible()
    assert QApplication.focusWidget() is host.palette.box


# ---- prefixes, chips


@pytest.mark.parametrize("sign", [">", "》", "＞"])
def test_commands_alone(host: Host, sign: str) -> None:
    host.palette.open(sign)
    assert {row.kind for row in host.rows()} == {"head", "command"}
    assert len(host.rows("command")) == 5
    host.type("und")
    assert host.titles() == ["Undo"]


def test_people_alone(host: Host) -> None:
    host.palette.open("@")
    host.type("lxt")
    assert {row.aim.entity for row in host.rows("record")} == {"contact", "user"}
    assert set(host.titles()) == {"林晓棠"}


def test_codes_and_phones_alone(host: Host) -> None:
    assert host.look_up("#4471") == ["晨星实验室"]
    assert host.look_up("#kh-2026-0002") == ["鹿溪堂茶业"]
    assert host.look_up("#lxt") == []


def test_help_lists_prefixes_and_keys(host: Host) -> None:
    host.palette.open("?")
    assert [row.aim for row in host.rows("sign")] == [">", "@", "#", "?"]
    assert "Keys" in host.titles("command")
    host.press(Key.Key_Down)
    host.press(Key.Key_Return)
    assert host.palette.box.text() == "@"


def test_chips_count_and_narrow(host: Host) -> None:
    host.look_up("lxt")
    chips = host.chips()
    assert chips["All"] == str(len(host.rows("record")))
    assert chips["Colleagues"] == "1"
    host.press(Key.Key_Tab, CTRL)
    assert host.palette.scope == "customer"
    assert {row.aim.entity for row in host.rows("record")} == {"customer"}
    host.press(Key.Key_1, ALT)
    assert host.palette.scope == ""
    colleague = host.palette.chips.buttons[list(chips).index("Colleagues")]
    QTest.mouseClick(colleague, Qt.MouseButton.LeftButton)
    assert host.titles("record") == ["林晓棠"]
    assert QApplication.focusWidget() is host.palette.box
    host.palette.box.setText("import")
    assert host.chips()["Colleagues"] == "0"
    assert host.rows("nothing")


# ---- keys


def test_arrows_page_and_ends_move_through_the_rows(host: Host) -> None:
    host.look_up("林")
    titles = [row for row in host.rows() if row.can_be_chosen]
    assert len(titles) > 8
    assert host.palette.hits.row is titles[0]
    for key, place in (
        (Key.Key_Down, 1),
        (Key.Key_Down, 2),
        (Key.Key_Up, 1),
        (Key.Key_End, -1),
        (Key.Key_Down, 0),
        (Key.Key_Up, -1),
        (Key.Key_Home, 0),
    ):
        host.press(key)
        assert host.palette.hits.row is titles[place]
    host.press(Key.Key_PageDown)
    assert host.palette.hits.row is not titles[0]
    host.press(Key.Key_PageUp)
    assert host.palette.hits.row is titles[0]


def test_enter_opens_the_record(host: Host) -> None:
    host.look_up("晨星")
    card = host.rows("record")[0].aim
    host.press(Key.Key_Return)
    assert host.heard == [("closed", ()), ("record_wanted", ("customer", card.n))]
    assert recent.recent(host.store, 1) == [("customer", card.id)]


def test_a_click_opens_what_is_under_it(host: Host) -> None:
    host.look_up("lxt")
    hits = host.palette.hits
    place = hits.visualRect(hits.rows.index(2)).center()
    QTest.mouseMove(hits.viewport(), place)
    assert hits.hovered == 2
    QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert host.heard[-1][0] == "record_wanted"


def test_everything_as_a_list(host: Host) -> None:
    host.look_up("lxt")
    assert host.titles()[-1] == "Search everything for “lxt”"
    entity = host.rows("record")[0].aim.entity
    host.press(Key.Key_End)
    host.press(Key.Key_Return)
    assert host.heard[-1] == ("list_wanted", (entity, "lxt"))
    host.look_up("lxt")
    host.press(Key.Key_Tab, CTRL)
    host.press(Key.Key_Return, CTRL)
    assert host.heard[-1] == ("list_wanted", ("customer", "lxt"))


# ---- the actions of a hit


def test_tab_lists_the_actions_of_a_hit(host: Host) -> None:
    seen: list[tuple[str, Record]] = []

    def more(entity: str, record: Record) -> list[Command]:
        seen.append((entity, record))
        return [
            Command("record.visit", N_("Undo"), lambda: host.ran.append("visit"), key="Ctrl+Shift+E"),
            Command("record.never", N_("Redo"), lambda: None, enabled=lambda: False),
        ]

    host.palette.more_actions = more
    listed = host.look_up("晨星")
    host.press(Key.Key_Tab)
    assert seen[0][1]["name"] == "晨星实验室"
    assert host.titles() == [
        "Open",
        "Undo",
        "Show in the list",
        "Copy phone 138-0000-4471",
        "Copy e-mail lab@example.com",
        "Copy name 晨星实验室",
    ]
    host.type("mail")
    assert host.titles() == ["Copy e-mail lab@example.com"]
    host.press(Key.Key_Escape)
    assert host.titles() == listed
    assert host.palette.box.text() == "晨星"
    host.press(Key.Key_Tab)
    host.press(Key.Key_Down)
    host.press(Key.Key_Return)
    assert host.ran == ["visit"]
    assert not host.palette.isVisible()


@pytest.mark.parametrize(
    ("typed", "copied"),
    [("phone", "138-0000-4471"), ("mail", "lab@example.com"), ("name", "晨星实验室")],
)
def test_copy_from_a_hit(host: Host, typed: str, copied: str) -> None:
    host.look_up("晨星")
    host.press(Key.Key_Tab)
    host.type(typed)
    host.press(Key.Key_Return)
    assert QGuiApplication.clipboard().text() == copied
    assert host.heard[-1] == ("copied", (copied,))


def test_backspace_and_shift_tab_go_back_to_the_hits(host: Host) -> None:
    listed = host.look_up("lxt")
    host.press(Key.Key_Down)
    second = host.current
    for key, held in ((Key.Key_Backspace, Qt.KeyboardModifier.NoModifier), (Key.Key_Backtab, SHIFT)):
        host.press(Key.Key_Tab)
        assert host.current == "Open"
        host.press(key, held)
        assert host.titles() == listed
        assert host.current == second


# ---- input methods (AC-PAL-5)


def test_an_input_method_keeps_its_keys_and_is_searched_after_commit(host: Host) -> None:
    host.palette.open()
    before = host.titles()
    compose(host, "lu'xi")
    assert host.titles() == before
    for key in (Key.Key_Down, Key.Key_Return, Key.Key_Escape, Key.Key_Tab):
        host.press(key)
    assert host.palette.isVisible()
    assert host.titles() == before
    assert host.heard == []
    compose(host, "", "鹿溪")
    assert host.palette.box.text() == "鹿溪"
    assert "鹿溪堂茶业" in host.titles()
    before_down = host.current
    host.press(Key.Key_Down)
    assert host.current != before_down


# ---- jobs


class Slow(Jobs):
    """Workers that wait until they may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked = 0

    def run(self, work: Any, *args: Any, **more: Any) -> Any:
        self.asked += 1

        def later(*args: Any, **more: Any) -> Any:
            self.go.wait(10)
            return work(*args, **more)

        return super().run(later, *args, **more)


@pytest.fixture
def slow_host(qtbot: QtBot, store_of_two: Store, tmp_path: Path) -> Iterator[tuple[Host, Slow]]:
    workers = Slow()
    made = Host(store_of_two, tmp_path, workers)
    qtbot.addWidget(made.window)
    qtbot.waitExposed(made.window)
    yield made, workers
    workers.go.set()
    made.close()


def test_enter_acts_on_what_is_typed_even_before_it_is_found(
    slow_host: tuple[Host, Slow], qtbot: QtBot
) -> None:
    host, workers = slow_host
    host.palette.open()
    for letter in "undo":
        host.type(letter)
    host.press(Key.Key_Return)
    assert host.ran == []
    workers.go.set()
    qtbot.waitUntil(lambda: host.ran == ["edit.undo"])
    assert workers.asked == 2  # the empty box, and only the newest of the letters


def test_what_is_found_after_closing_is_not_shown(slow_host: tuple[Host, Slow], qtbot: QtBot) -> None:
    host, workers = slow_host
    host.palette.open()
    host.type("lxt")
    host.press(Key.Key_Escape)
    workers.go.set()
    heard: list[int] = []
    host.tasks.run(lambda: 1, then=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert host.rows() == []


# ---- rights (AC-PAL-4)


def test_only_what_may_be_seen_is_found_and_counted(
    qtbot: QtBot, store_of_two: Store, tmp_path: Path
) -> None:
    user = ids(store_of_two, "user")[0]
    for at in (0, 1):
        recent.note(store_of_two, "customer", ids(store_of_two, "customer")[at])
    rights = Rights(
        user,
        {("customer", "see"): "none"},
        hidden=frozenset({("contact", "phones"), ("contact", "main_phone")}),
    )
    store_of_two.user = user
    store_of_two.hold_to(rights)
    host = Host(store_of_two, tmp_path)
    qtbot.addWidget(host.window)
    qtbot.waitExposed(host.window)
    assert host.look_up("") == host.titles("command")
    assert set(host.look_up("lxt")) == {"林晓棠", "Search everything for “lxt”"}
    assert "Customers" not in host.chips()
    assert all("138" not in row.facts for row in host.rows())
    assert host.look_up("冷却塔") == []
    host.close()


# ---- words and looks


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_speaks_the_other_language_and_wears_the_other_theme(host: Host, theme: str) -> None:
    host.look_up("lxt")
    words.use("zh_CN")
    look.apply(QApplication.instance(), theme)  # type: ignore[arg-type]
    host.palette.reword()
    assert host.titles()[-1] == "在所有内容里搜索「lxt」"
    assert host.palette.hint.text() == "拼音首字母"
    assert {"全部", "客户", "联系人", "同事"} == set(host.chips())
    assert host.palette.box.placeholderText().startswith("客户、联系人")
    assert {row.right for row in host.rows("record")} == {"客户", "联系人", "同事"}
    ground = host.palette.frame.grab().toImage().pixelColor(300, 500)
    assert ground == look.colour("surface")


def test_screen_readers_hear_names(host: Host) -> None:
    host.look_up("lxt")
    assert host.palette.box.accessibleName() == "Look anything up"
    assert host.palette.hits.accessibleName() == "Results"
    index = host.palette.hits.currentIndex()
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(host.current + ", ")
    assert all(button.accessibleName() for button in host.palette.chips.buttons)
