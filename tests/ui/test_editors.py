"""Every editor as its user meets it: real keys and clicks, both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import QDate, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.fields import Date, Field, LongText, Money, Number, Percent, Text, YesNo
from freecrm.core.jobs import InLine
from freecrm.core.record import Typed
from freecrm.store import files
from freecrm.store.database import Store
from freecrm.ui import cells, look, talk
from freecrm.ui.editors import EDITORS, editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.chooser import Chooser
from freecrm.ui.editors.dates import DateEditor
from freecrm.ui.editors.files import FilesEditor
from freecrm.ui.editors.row_lines import AddressRow, TextRow
from freecrm.ui.editors.rows import RowsEditor
from freecrm.ui.editors.tags import TagsEditor
from freecrm.ui.tasks import Tasks
from tests.ui.forms import ALT, CTRL, focus, line_of, plain, typed

NONE = Qt.KeyboardModifier.NoModifier
NOW = dt.datetime(2026, 3, 19, 10, 0).astimezone()
Host = Callable[..., Any]


@pytest.fixture
def host(qtbot: QtBot, qapp: QApplication, full_store: Store) -> Iterator[Host]:
    """`host(field)` or `host("customer", "grade")`: its editor in a shown window, with something beside it."""
    look.apply(qapp, "light")
    cells.warm_up()
    shown: list[QWidget] = []

    def make(field: Field | str, name: str = "") -> Editor:
        if isinstance(field, str):
            field = full_store.schema.fields(field)[name]
        window = QWidget()
        editor = editor_for(field, full_store, Tasks(InLine()))
        column = QVBoxLayout(window)
        column.addWidget(editor)
        other = QWidget()
        other.setObjectName("elsewhere")
        other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(other)
        qtbot.addWidget(window)
        window.resize(420, 300)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        editor.focus_first()
        shown.append(window)
        return editor

    yield make
    for window in shown:
        window.close()


def leave(editor: Editor) -> None:
    elsewhere = editor.window().findChild(QWidget, "elsewhere")
    assert elsewhere is not None
    elsewhere.setFocus()


def named(kind: type[Field], **more: Any) -> Field:
    made = kind("Amount", **more)
    made.name, made.entity = "amount", "customer"
    return made


def test_every_kind_has_an_editor() -> None:
    from freecrm.core import rows
    from freecrm.core.fields import KINDS

    kinds = {
        kind.kind for kind in vars(rows).values() if isinstance(kind, type) and issubclass(kind, rows.Rows)
    }
    assert {*KINDS, *kinds, "link"} == EDITORS.keys()


# ---- text


def test_text_is_tidied_and_its_length_told(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Text, most=8, required=True))
    assert "needed" in str(editor.problem())
    qtbot.keyClicks(focus(), "  Maple ")
    assert editor.value() == "Maple"
    assert editor.problem() is None
    qtbot.keyClicks(focus(), "wood Inn")
    assert "8 characters at most" in str(editor.problem())


def test_long_text_grows_and_lets_tab_and_escape_pass(host: Host, qtbot: QtBot) -> None:
    editor = host(named(LongText))
    low = editor.text.height()
    for _line in range(6):
        qtbot.keyClicks(focus(), "one")
        qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.text.height() > low
    assert editor.value() == "\n".join(["one"] * 6)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert focus().objectName() == "elsewhere"


# ---- numbers


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        ("3.2万", "= 32,000.00", 3_200_000),
        ("12k", "= 12,000.00", 1_200_000),
        ("1200*6", "= 7,200.00", 720_000),
        ("¥1,200.50", "= 1,200.50", 120_050),
        ("１２００元", "= 1,200.00", 120_000),
        ("1,200.50", "", 120_050),
        ("1200", "", 120_000),
        ("-15", "", -1_500),
    ],
)
def test_amounts_in_words_are_shown_before_they_are_taken(
    host: Host, qtbot: QtBot, text: str, shown: str, value: int
) -> None:
    editor = host(named(Money))
    typed(focus(), text)
    assert editor.understood.text() == shown
    assert editor.understood.isVisible() == bool(shown)
    assert editor.value() == value
    leave(editor)
    assert line_of(editor).text() == editor.field.show(value)
    assert not editor.understood.isVisible()
    assert editor.value() == value


def test_an_amount_that_is_none_stays_as_it_was_typed(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Money))
    qtbot.keyClicks(focus(), "12*")
    leave(editor)
    assert line_of(editor).text() == "12*"
    assert editor.value() == Typed("12*")
    assert isinstance(editor.value(), Typed)
    assert "isn't an amount" in str(editor.problem())


def test_numbers_keep_their_places(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Number, places=1))
    qtbot.keyClicks(focus(), "10/4")
    assert editor.value() == Decimal("2.5")
    qtbot.keyClick(focus(), Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(focus(), "10/3")
    assert "1 places" in str(editor.problem())
    whole = host(named(Number))
    qtbot.keyClicks(focus(), "3*4")
    assert whole.value() == 12
    share = host(named(Percent))
    qtbot.keyClicks(focus(), "12.5%")
    assert share.value() == Decimal("12.5")
    leave(share)
    assert line_of(share).text() == "12.5"


# ---- dates


@pytest.fixture
def march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.usefixtures("march")
def test_dates_in_words_are_shown_with_their_weekday(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Date))
    typed(focus(), "下周三")
    assert editor.understood.text() == "2026-03-25 Wed"
    words.use("zh_CN")
    editor.reword()
    assert editor.understood.text() == "2026-03-25 周三"
    assert editor.value() == dt.date(2026, 3, 25)
    leave(editor)
    assert line_of(editor).text() == "2026-03-25"
    assert not editor.understood.isVisible()


@pytest.mark.usefixtures("march")
def test_arrows_move_by_days_and_pages_by_months(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Date))
    keys = Qt.Key
    for key, day in (
        (keys.Key_Up, "2026-03-19"),
        (keys.Key_Up, "2026-03-20"),
        (keys.Key_Down, "2026-03-19"),
        (keys.Key_PageUp, "2026-04-19"),
        (keys.Key_PageDown, "2026-03-19"),
        (keys.Key_PageDown, "2026-02-19"),
    ):
        qtbot.keyClick(focus(), key)
        assert line_of(editor).text() == day
    assert editor.understood.text() == "2026-02-19 Thu"


@pytest.mark.usefixtures("march")
def test_f4_opens_a_calendar_that_gives_its_day(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Date))
    assert isinstance(editor, DateEditor)
    editor.set_value(dt.date(2026, 5, 2))
    qtbot.keyClick(focus(), Qt.Key.Key_F4)
    assert editor.calendar is not None
    assert editor.calendar.day() == dt.date(2026, 5, 2)
    month = editor.calendar.month
    month.setSelectedDate(QDate(2026, 5, 20))
    month.activated.emit(QDate(2026, 5, 20))
    assert editor.value() == dt.date(2026, 5, 20)
    assert editor.calendar is None


@pytest.mark.usefixtures("march")
def test_moments_take_a_time_of_day(host: Host, qtbot: QtBot, full_store: Store) -> None:
    from freecrm.core.fields import Moment

    editor = host(named(Moment))
    typed(focus(), "下周三下午3点半")
    assert editor.understood.text() == "2026-03-25 Wed 15:30"
    assert editor.value() == dt.datetime(2026, 3, 25, 15, 30).astimezone(dt.UTC)
    qtbot.keyClick(focus(), Qt.Key.Key_Up)
    assert line_of(editor).text() == "2026-03-26 15:30"


def test_what_is_no_date_stays(host: Host, qtbot: QtBot) -> None:
    editor = host(named(Date))
    qtbot.keyClicks(focus(), "soon")
    leave(editor)
    assert editor.value() == Typed("soon")
    assert "soon" in str(editor.problem())


# ---- yes and no, choices


def test_yes_and_no_by_space(host: Host, qtbot: QtBot) -> None:
    editor = host(named(YesNo))
    assert editor.value() is None
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    assert editor.value() is True
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    assert editor.value() is False


def offers(editor: Chooser) -> list[str]:
    return [offer.text for offer in editor.list.offers] if editor.list.isVisible() else []


def test_a_choice_by_keys_alone(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "grade")
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert offers(editor) == ["A", "B", "C", "Edit this list…"]
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.value() == "B"
    assert not editor.list.isVisible()
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert editor.list.current().value == "B"
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert offers(editor) == []
    assert editor.value() == "B"


def test_a_choice_is_narrowed_by_typing_and_pinyin(host: Host, qtbot: QtBot) -> None:
    words.use("zh_CN")
    editor = host("customer", "status")
    qtbot.keyClicks(focus(), "cs")
    assert "沉睡" in offers(editor)
    assert "跟进中" not in offers(editor)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert editor.value() == "dormant"
    words.use("en")
    editor.reword()
    assert line_of(editor).text() == "Dormant"


def test_a_choice_by_mouse_and_left_empty(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "grade")
    editor.set_value("A")
    qtbot.mouseClick(line_of(editor), Qt.MouseButton.LeftButton)
    assert offers(editor)[-2:] == ["Leave empty", "Edit this list…"]
    index = editor.list.model().index(2, 0)
    qtbot.mouseClick(
        editor.list.viewport(), Qt.MouseButton.LeftButton, pos=editor.list.visualRect(index).center()
    )
    assert editor.value() == "C"
    qtbot.mouseClick(line_of(editor), Qt.MouseButton.LeftButton)
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.value() is None


def test_a_new_entry_comes_by_typing_it(host: Host, qtbot: QtBot, full_store: Store) -> None:
    editor = host("customer", "source")
    typed(focus(), "抖音")
    assert offers(editor) == ["New “抖音”", "Edit this list…"]
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.value() == Typed("抖音")  # a slip of the finger makes no entry
    assert "not in the list" in str(editor.problem())
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.value() == "抖音"
    assert editor.problem() is None
    assert full_store.schema.fields("customer")["source"].options.get("抖音") is not None


def test_a_word_that_is_no_choice_stays_and_is_told(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "kind")
    qtbot.keyClicks(focus(), "planet")
    assert offers(editor) == []  # a closed list takes no new entries
    leave(editor)
    assert editor.value() == Typed("planet")
    assert "not in the list" in str(editor.problem())
    line_of(editor).clear()
    typed(line_of(editor), "公司")
    leave(editor)
    assert editor.value() == "company"


def test_one_letter_does_not_choose_by_a_synonym(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "grade")
    qtbot.keyClicks(focus(), "x")  # as 小客户 begins, a word for C
    assert "C" not in offers(editor)
    line_of(editor).clear()
    typed(focus(), "小客户")
    assert offers(editor)[0] == "C"


# ---- links


def test_a_record_is_chosen_by_search(host: Host, qtbot: QtBot, full_store: Store) -> None:
    editor = host("customer", "owner_user")
    qtbot.keyClicks(focus(), "lxt")
    assert offers(editor)[0] == "林晓棠"
    assert offers(editor)[-1] == "New colleague “lxt”"
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert full_store.reader().titles("user", {editor.value()}) == {editor.value(): "林晓棠"}
    editor.set_value(None)
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert offers(editor)[0] == "林晓棠"  # the one chosen last is on top


def test_a_new_record_comes_in_the_same_flow(host: Host, qtbot: QtBot, full_store: Store) -> None:
    editor = host("customer", "owner_user")
    typed(focus(), "新同事")
    assert offers(editor) == ["New colleague “新同事”"]
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.value() == Typed("新同事")  # nobody is made by Enter alone
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    record = full_store.reader().record("user", editor.value())
    assert record is not None
    assert record["name"] == "新同事"


def test_a_name_typed_in_full_is_that_record(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "owner_user")
    typed(focus(), "陈思远")
    leave(editor)
    assert isinstance(editor.value(), bytes)
    line_of(editor).setFocus()
    qtbot.keyClicks(line_of(editor), "?")
    leave(editor)
    assert isinstance(editor.value(), Typed)
    assert "There is no" in str(editor.problem())


# ---- rows


def rows_of(editor: Editor) -> list[TextRow]:
    assert isinstance(editor, RowsEditor)
    return [line for line in editor.lines if isinstance(line, TextRow)]


def test_phones_are_read_as_they_are_typed(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "phones")
    qtbot.keyClicks(focus(), "138 0000 1203")
    assert plain(editor.value()) == [{"number": "+8613800001203", "kind": "mobile"}]
    leave(editor)
    assert rows_of(editor)[0].line.text() == "138-0000-1203"
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    typed(focus(), "0571-88886666转12（前台）")
    leave(editor)
    assert plain(editor.value())[1] == {
        "number": "+8657188886666",
        "ext": "12",
        "kind": "landline",
        "note": "前台",
    }
    assert rows_of(editor)[1].line.text() == "0571-88886666 ext. 12 (前台)"


def test_a_phone_with_a_digit_missing_is_told(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "phones")
    qtbot.keyClicks(focus(), "138-0000-552")
    assert str(editor.problem()) == "A mobile number has 11 digits, this one has 10."
    assert editor.value()[0]["number"] == Typed("138-0000-552")
    words.use("zh_CN")
    assert str(editor.problem()) == "手机号要 11 位，现在是 10 位。"
    row = rows_of(editor)[0]
    assert row.kind is not None
    row.kind.setCurrentIndex(row.kind.findData("other"))
    row.kind.activated.emit(row.kind.currentIndex())
    assert editor.problem() is None  # whoever says it is a number of another kind may keep it
    assert editor.value()[0]["number"] == "1380000552"


def test_a_pasted_list_becomes_rows(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "phones")
    typed(focus(), "13800001203、13800001204 / 0571-88886666")
    leave(editor)
    assert [row["number"] for row in editor.value()] == ["+8613800001203", "+8613800001204", "+8657188886666"]
    assert [row.line.text() for row in rows_of(editor)][1] == "138-0000-1204"


def test_one_row_is_the_main_one(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "emails")
    editor.set_value(
        [{"id": b"1" * 16, "address": "a@x.cn", "primary": True}, {"id": b"2" * 16, "address": "b@x.cn"}]
    )
    qtbot.mouseClick(rows_of(editor)[1].star, Qt.MouseButton.LeftButton)
    assert [row.get("primary") for row in editor.value()] == [False, True]
    rows_of(editor)[1].line.setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_Delete, CTRL)
    assert [(row["address"], row["primary"]) for row in editor.value()] == [("a@x.cn", True)]
    assert focus() is rows_of(editor)[0].line


def test_rows_are_added_and_removed_by_keys_alone(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "emails")
    assert focus() is editor.add_button
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    qtbot.keyClicks(focus(), "sales@maple.example")
    assert plain(editor.value()) == [{"address": "sales@maple.example"}]
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert focus().accessibleName() == "Remove"
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    assert editor.value() == []
    qtbot.keyClick(editor.add_button, Qt.Key.Key_Space)
    qtbot.keyClicks(focus(), "maple")
    assert "isn't an e-mail address" in str(editor.problem())


def test_an_address_is_read_into_its_parts(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "addresses")
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    typed(focus(), "浙江省杭州市西湖区云栖路 8 号")
    row = editor.lines[0]
    assert isinstance(row, AddressRow)
    qtbot.mouseClick(row.unfold, Qt.MouseButton.LeftButton)
    assert row.parts["city"].text() == "杭州"
    row.parts["postcode"].setFocus()
    qtbot.keyClicks(focus(), "310000")
    (value,) = plain(editor.value())
    assert value["postcode"] == "310000"
    assert value["kind"] == "office"
    assert value["street"].startswith("云栖路")
    row.parts["city"].setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_A, CTRL)
    typed(focus(), "湖州")
    assert "湖州" in row.line.text()
    assert plain(editor.value())[0]["city"] == "湖州"


def test_a_handle_has_its_kind(host: Host, qtbot: QtBot) -> None:
    editor = host("contact", "handles")
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(focus(), "wx_lin")
    assert plain(editor.value()) == [{"kind": "wechat", "handle": "wx_lin"}]


def test_positions_choose_their_firm(host: Host, qtbot: QtBot, full_store: Store) -> None:
    editor = host("contact", "jobs")
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    typed(focus(), "云杉谷酒店")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    typed(focus(), "总经理")
    (row,) = editor.value()
    assert full_store.reader().titles("customer", {row["customer"]}) == {row["customer"]: "云杉谷酒店"}
    assert row["job"] == "总经理"
    assert editor.problem() is None


def test_a_position_without_a_firm_is_told(host: Host, qtbot: QtBot) -> None:
    editor = host("contact", "jobs")
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    qtbot.keyClicks(focus(), "Buyer")
    assert "needed" in str(editor.problem())


# ---- tags and files


def test_tags_come_by_typing_and_completing(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "tags")
    assert isinstance(editor, TagsEditor)
    qtbot.keyClicks(focus(), "zd")
    assert offers(editor)[:2] == ["New “zd”", "重点"]
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert plain(editor.value()) == [{"word": "重点"}]
    typed(focus(), "新品，")
    typed(focus(), "二期")
    assert [row["word"] for row in editor.value()] == ["重点", "新品", "二期"]
    leave(editor)
    assert line_of(editor).text() == ""
    line_of(editor).setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_Backspace)
    assert [row["word"] for row in editor.value()] == ["重点", "新品"]
    cross = next(b for b in editor.findChildren(QAbstractButton) if b.accessibleName() == "Remove “重点”")
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert [row["word"] for row in editor.value()] == ["新品"]


def drop(editor: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE)
    editor.dropEvent(event)


def test_files_are_added_saved_elsewhere_and_removed(
    host: Host, qtbot: QtBot, full_store: Store, tmp_path: Path
) -> None:
    editor = host("customer", "files")
    assert isinstance(editor, FilesEditor)
    paper, other = tmp_path / "报价.pdf", tmp_path / "plan.txt"
    paper.write_bytes(b"paper" * 40_000)
    other.write_text("plan")
    with talk.recording(paper) as heard:
        qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    assert heard.asked == ["Attach a file"]
    drop(editor, other)
    assert [row["name"] for row in editor.value()] == ["报价.pdf", "plan.txt"]
    assert files.place(full_store, editor.value()[1]["hash"]).read_text() == "plan"
    buttons = {b.accessibleName(): b for b in editor.findChildren(QAbstractButton)}
    target = tmp_path / "copy.txt"
    with talk.recording(target):
        qtbot.mouseClick(buttons["Save “plan.txt”"], Qt.MouseButton.LeftButton)
    assert target.read_text() == "plan"
    qtbot.mouseClick(buttons["Remove “plan.txt”"], Qt.MouseButton.LeftButton)
    assert [row["name"] for row in editor.value()] == ["报价.pdf"]


def test_a_file_that_is_gone_is_told(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "files")
    editor.set_value([{"name": "gone.pdf", "hash": "0" * 64, "size": 3}])
    with talk.recording() as heard:
        editor.open(editor.value()[0])
    assert "gone.pdf" in str(heard.messages[0].what)


def test_alt_down_opens_the_list(host: Host, qtbot: QtBot) -> None:
    editor = host("customer", "source")
    qtbot.keyClick(focus(), Qt.Key.Key_Down, ALT)
    assert "Referral" in offers(editor)
