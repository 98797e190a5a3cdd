"""The first run: three ways in, by mouse and by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.exchange import sample
from freecrm.store.database import Store
from freecrm.ui import look, welcome_page
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks
from freecrm.ui.welcome_page import WelcomePage
from tests.ui.starting import CHINESE, click, nameless, shown, texts, write_list

Make = Callable[..., WelcomePage]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, store: Store, tmp_path: Path) -> Make:
    look.apply(qapp, "light")

    def made(workers: Jobs | None = None) -> WelcomePage:
        page = WelcomePage(store, Tasks(workers or InLine()), Preferences(tmp_path / "settings"))
        shown(qtbot, page)
        page.focus_first()
        return page

    return made


@pytest.fixture
def page(make: Make) -> WelcomePage:
    return make()


def test_wanted_until_a_way_was_chosen(qtbot: QtBot, page: WelcomePage, store: Store) -> None:
    store.keep(welcome_page.STARTED, None)
    assert welcome_page.is_wanted(store)
    with qtbot.waitSignal(page.import_wanted) as heard:
        click(qtbot, page.import_card)
    assert heard.args == [None]
    assert not welcome_page.is_wanted(store)


def test_not_wanted_in_a_file_with_something_in_it(full_store: Store) -> None:
    full_store.keep(welcome_page.STARTED, None)
    assert not welcome_page.is_wanted(full_store)


def test_empty_goes_to_the_first_customer(qtbot: QtBot, page: WelcomePage, store: Store) -> None:
    with qtbot.waitSignal(page.go) as heard:
        click(qtbot, page.empty_card)
    assert heard.args == [Place("new", "customer")]
    assert not welcome_page.is_wanted(store)


def test_sample_data_comes_in_the_language_spoken(qtbot: QtBot, make: Make, store: Store) -> None:
    words.use("zh_CN")
    page = make()
    with qtbot.waitSignal(page.left):
        click(qtbot, page.sample_card)
    assert sample.is_there(store)
    assert store.read().execute("SELECT count(*) FROM customer WHERE name = '云杉谷酒店'").fetchone()[0]
    assert not welcome_page.is_wanted(store)


def test_sample_data_with_real_threads(qtbot: QtBot, make: Make, store: Store) -> None:
    page = make(Jobs())
    with qtbot.waitSignal(page.left, timeout=20_000):
        click(qtbot, page.sample_card)
        assert not page.sample_card.isEnabled()
    assert page.sample_card.isEnabled()
    assert len(store.reader().find("Spruce", limit=5)) > 0
    page.tasks.close()


def test_by_keyboard_alone(qtbot: QtBot, page: WelcomePage) -> None:
    assert page.import_card.hasFocus()
    for key, card in (
        (Qt.Key.Key_Up, page.import_card),
        (Qt.Key.Key_Down, page.sample_card),
        (Qt.Key.Key_Right, page.empty_card),
        (Qt.Key.Key_Down, page.empty_card),
        (Qt.Key.Key_Left, page.sample_card),
        (Qt.Key.Key_Down, page.empty_card),
    ):
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)
        assert card.hasFocus()
    qtbot.keyClick(page.empty_card, Qt.Key.Key_Tab)
    assert page.restore_link.hasFocus()
    with qtbot.waitSignal(page.restore_wanted):
        qtbot.keyClick(page.restore_link, Qt.Key.Key_Space)
    qtbot.keyClick(page.restore_link, Qt.Key.Key_Backtab)
    with qtbot.waitSignal(page.go):
        qtbot.keyClick(page.empty_card, Qt.Key.Key_Return)
    order = []
    page.firm.setFocus()
    for _ in range(6):
        order.append(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert order == [page.firm, page.language, *page.cards, page.restore_link]


def test_the_firms_name_is_kept(qtbot: QtBot, page: WelcomePage, store: Store) -> None:
    page.firm.setFocus()
    page.firm.insert("禾川净水设备 ")
    qtbot.keyClick(page.firm, Qt.Key.Key_Return)
    assert store.setting("firm.name") == "禾川净水设备"
    page.firm.clear()
    qtbot.keyClicks(page.firm, "Hechuan")
    click(qtbot, page.import_card)
    assert store.setting("firm.name") == "Hechuan"


def test_the_language_is_spoken_at_once(qtbot: QtBot, page: WelcomePage) -> None:
    heard: list[str] = []

    def speak(language: str) -> None:
        heard.append(language)
        words.use(language)
        page.reword()

    page.language_wanted.connect(speak)
    assert page.language.currentData() == "en"
    assert not [text for text in texts(page) if CHINESE.search(text)]
    page.language.setFocus()
    qtbot.keyClick(page.language, Qt.Key.Key_Down)
    assert heard == ["zh_CN"]
    assert page.title.text() == "欢迎使用 FreeCRM"
    assert all(CHINESE.search(text) for text in texts(page)), texts(page)
    assert page.crumbs() == ["欢迎"]
    assert not nameless(page)


def test_a_file_dropped_anywhere_is_imported(qtbot: QtBot, page: WelcomePage, tmp_path: Path) -> None:
    data = drag(page, write_list(tmp_path))
    assert page.import_card.sentence.text() == "Let go to import 客户.csv."
    page.dragLeaveEvent(QDragLeaveEvent())
    assert "Drop the file here" in page.import_card.sentence.text()
    with qtbot.waitSignal(page.import_wanted) as heard:
        drop(page, data)
    assert heard.args == [tmp_path / "客户.csv"]


def test_a_file_that_is_no_list_is_refused_with_the_reason(page: WelcomePage, tmp_path: Path) -> None:
    (tmp_path / "logo.png").touch()
    drop(page, drag(page, tmp_path / "logo.png"))
    assert "logo.png is no list" in page.messages.text.text()
    assert page.messages.isVisibleTo(page)


def drag(page: WelcomePage, path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(10, 10), copy, data, left, none)
    page.dragEnterEvent(event)
    assert event.isAccepted()
    return data


def drop(page: WelcomePage, data: QMimeData) -> None:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(10, 10), copy, data, left, none))


def test_a_full_disk_is_told_and_nothing_is_half_there(  # AC-ST-4
    qtbot: QtBot, page: WelcomePage, store: Store
) -> None:
    page.firm.insert("禾川")
    (pages,) = store.write().execute("PRAGMA page_count").fetchone()
    store.write().execute(f"PRAGMA max_page_count = {pages}")
    click(qtbot, page.sample_card)
    assert "The disk with" in page.messages.text.text()
    assert "is full" in page.messages.text.text()
    assert page.messages.message is not None
    assert "Traceback" not in page.messages.message.details
    assert page.firm.text() == "禾川"
    assert not sample.is_there(store)
    store.write().execute("PRAGMA max_page_count = 1000000")
    with qtbot.waitSignal(page.left):
        click(qtbot, page.sample_card)
    assert sample.is_there(store)


def test_a_file_that_takes_nothing_is_told_and_nothing_is_lost(  # AC-ST-4
    qtbot: QtBot, page: WelcomePage, store: Store
) -> None:
    page.firm.insert("禾川")
    with store.lock:
        store.write().execute("PRAGMA query_only = ON")  # as a disk does that has become write-protected
    click(qtbot, page.sample_card)
    assert "write-protected" in page.messages.text.text()
    assert page.firm.text() == "禾川"
    assert all(card.isEnabled() for card in page.cards)
    store.write().execute("PRAGMA query_only = OFF")
    with qtbot.waitSignal(page.left):
        click(qtbot, page.sample_card)
    assert store.setting("firm.name") == "禾川"


@pytest.mark.parametrize("zoom", [90, 150])
def test_fits_a_small_window_at_every_text_size(
    qtbot: QtBot, qapp: QApplication, page: WelcomePage, zoom: int
) -> None:
    page.setParent(None)
    look.apply(qapp, "light", zoom)
    try:
        page.reword()
        page.resize(1166, 690)
        page.show()
        qtbot.waitUntil(lambda: page.middle.width() == look.px(welcome_page.WIDTH))
        assert page.area.horizontalScrollBar().maximum() == 0
        for card in page.cards:
            assert card.title.width() >= card.title.sizeHint().width()
            assert card.sentence.width() >= card.sentence.sizeHint().width()
    finally:
        look.apply(qapp, "light")
