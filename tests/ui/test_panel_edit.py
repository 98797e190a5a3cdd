"""Values of the side panel edited where they stand: real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import activities, drafts, files, history, undo
from freecrm.store.database import Store
from freecrm.ui import attaching, cells, look, talk
from freecrm.ui.editors.rows import RowsEditor
from freecrm.ui.record_lines import Value
from freecrm.ui.record_panel import RecordPanel
from freecrm.ui.tasks import Tasks
from tests.ui.forms import CTRL, SHIFT, focus, plain, typed

Make = Callable[..., RecordPanel]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, full_store: Store) -> Iterator[Make]:
    """`make("云杉谷酒店")`: a panel with that record, in a window with something beside it."""
    look.apply(qapp, "light")
    cells.warm_up()
    windows: list[QMainWindow] = []
    tasks = Tasks(InLine())

    def made(name: str = "云杉谷酒店", entity: str = "customer", **more: Any) -> RecordPanel:
        window, middle = QMainWindow(), QWidget()
        row = QHBoxLayout(middle)
        elsewhere = QLineEdit()
        elsewhere.setObjectName("elsewhere")
        panel = RecordPanel(full_store, entity, **{"tasks": tasks, **more})
        row.addWidget(elsewhere)
        row.addWidget(panel)
        window.setCentralWidget(middle)
        qtbot.addWidget(window)
        window.resize(640, 760)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        stop = full_store.listen(lambda _touched: panel.load())
        panel.destroyed.connect(lambda: stop())
        show(panel, name)
        windows.append(window)
        return panel

    yield made
    for window in windows:
        window.close()
    tasks.close()


def show(panel: RecordPanel, name: str) -> None:
    hits = panel.store.reader().find(name, entities=[panel.entity])
    panel.n = hits[0].record.n
    panel.load()


@pytest.fixture
def panel(make: Make) -> RecordPanel:
    return make()


def now(panel: RecordPanel) -> Record:
    assert panel.record is not None
    found = panel.store.reader().record(panel.entity, panel.record.id)
    assert found is not None
    return found


def label(panel: RecordPanel, key: str) -> Value:
    return panel.spots[key].labels[0]


def texts(panel: RecordPanel) -> list[str]:
    return [one.text() for one in panel.body.findChildren(QLabel) if one.isVisibleTo(panel.body)]


def elsewhere(panel: RecordPanel) -> QLineEdit:
    found = panel.window().findChild(QLineEdit, "elsewhere")
    assert isinstance(found, QLineEdit)
    return found


def retype(qtbot: QtBot, text: str) -> None:
    qtbot.keyClick(focus(), Qt.Key.Key_A, CTRL)
    typed(focus(), text)


def steps(panel: RecordPanel) -> list[str]:
    return [str(step) for step in history.steps(panel.store)]


# ---- the three ways in, the three ways out


def test_a_click_edits_and_enter_saves_as_a_step(panel: RecordPanel, qtbot: QtBot) -> None:
    before = len(steps(panel))
    qtbot.mouseClick(label(panel, "source"), Qt.MouseButton.LeftButton)
    retype(qtbot, "Website")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert now(panel)["source"] == "web"
    assert panel.place is None
    assert label(panel, "source").text() == "Website"
    assert focus() is label(panel, "source")
    assert len(steps(panel)) == before + 1
    assert steps(panel)[0] == "Source of 云杉谷酒店 changed"
    undo.undo(panel.store)
    assert label(panel, "source").text() != "Website"


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_keys_edit_and_escape_restores(panel: RecordPanel, qtbot: QtBot, key: Qt.Key) -> None:
    before = len(steps(panel))
    label(panel, "emails").setFocus()
    qtbot.keyClick(focus(), key)
    assert panel.place is not None
    assert panel.place.keys.text() == "Enter saves · Esc restores"
    retype(qtbot, "other@example.com")
    assert panel.unsaved() == ["E-mail"]
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert panel.place is None
    assert "office0@example.com" in texts(panel)
    assert focus() is label(panel, "emails")
    assert len(steps(panel)) == before


def test_tab_saves_and_edits_the_next(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("kind")
    retype(qtbot, "Private person")
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)  # the list of offers goes first
    qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert now(panel)["kind"] == "person"
    assert panel.place is not None
    assert panel.place.spot.key == "industry"
    qtbot.keyClick(focus(), Qt.Key.Key_Tab, SHIFT)
    assert panel.place is not None
    assert panel.place.spot.key == "kind"


def test_leaving_by_mouse_saves(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("remark")
    retype(qtbot, "上午别打电话")
    elsewhere(panel).setFocus()
    assert now(panel)["remark"] == "上午别打电话"
    assert panel.place is None
    assert focus() is elsewhere(panel)


def test_an_untouched_value_makes_no_step(panel: RecordPanel, qtbot: QtBot) -> None:
    before = len(steps(panel))
    for key in ("name", "phones", "emails", "addresses", "tags", "remark", "owner_user", "grade"):
        panel.edit(key)
        assert panel.place is not None, key
        assert panel.unsaved() == []
        assert panel.save()
        assert panel.place is None
    assert len(steps(panel)) == before


def test_marking_text_edits_nothing(panel: RecordPanel, qtbot: QtBot) -> None:
    value = label(panel, "remark")
    start, end = QPoint(2, 8), QPoint(60, 8)
    qtbot.mousePress(value, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(value, end)
    qtbot.mouseRelease(value, Qt.MouseButton.LeftButton, pos=end)
    assert panel.place is None
    label(panel, "emails").setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "office0@example.com"


def test_without_tasks_it_is_to_read_only(make: Make, qtbot: QtBot) -> None:
    panel = make(tasks=None)
    assert panel.spots == {}
    assert panel.all_button is None
    panel.edit("grade")
    assert panel.place is None


# ---- what can be edited


def test_the_name_the_code_and_the_chips(panel: RecordPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(label(panel, "name"), Qt.MouseButton.LeftButton)
    retype(qtbot, "云杉谷大酒店")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert now(panel)["name"] == "云杉谷大酒店"
    qtbot.mouseClick(panel.code, Qt.MouseButton.LeftButton)
    retype(qtbot, "KH-1")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert panel.code.text() == "KH-1"
    panel.edit("grade")
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)  # picking an entry is all there is to say
    assert panel.place is None
    assert now(panel)["grade"] == "B"


def test_a_name_that_is_needed_is_not_taken_away(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("name")
    assert isinstance(focus(), QLineEdit)
    focus().clear()
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert panel.place is not None
    assert "needed" in panel.place.trouble.text()
    assert focus().property("wrong")
    elsewhere(panel).setFocus()
    assert panel.place is not None  # it stays, with its sentence
    assert now(panel)["name"] == "云杉谷酒店"


def test_tags(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("tags")
    typed(focus(), "新标签")
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert "新标签" in [row["word"] for row in now(panel)["tags"]]
    assert "新标签" in texts(panel)


def test_phones_with_several_rows(panel: RecordPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(label(panel, "phones"), Qt.MouseButton.LeftButton)
    assert panel.place is not None
    editor = panel.place.editor
    assert isinstance(editor, RowsEditor)
    qtbot.mouseClick(editor.add_button, Qt.MouseButton.LeftButton)
    typed(focus(), "138-0000-552")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert panel.place.trouble.text() == "A mobile number has 11 digits, this one has 10."
    typed(focus(), "3")
    assert panel.place.trouble.isHidden()
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert [row["number"] for row in now(panel)["phones"]] == ["+8657180000000", "+8613800005523"]
    assert "138-0000-5523" in texts(panel)


def test_an_address(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("addresses")
    retype(qtbot, "浙江省湖州市德清县莫干山路 9 号")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    (row,) = plain(now(panel)["addresses"])
    assert row["city"] == "湖州"
    assert now(panel)["city"] == "湖州"


def test_a_date_in_words(panel: RecordPanel, qtbot: QtBot) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 19, 10).astimezone(), tick=False):
        panel.edit("last_contact")
        retype(qtbot, "昨天")
        assert panel.place is not None
        assert "2026-03-18 Wed" in texts(panel)
        qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert now(panel)["last_contact"] == dt.date(2026, 3, 18)


def test_empty_fields_are_reached_by_showing_all(panel: RecordPanel, qtbot: QtBot) -> None:
    assert "Website" not in texts(panel)
    assert panel.all_button is not None
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert {"Website", "Opening balance", "Files"} <= set(texts(panel))
    qtbot.mouseClick(label(panel, "website"), Qt.MouseButton.LeftButton)
    typed(focus(), "maple.example")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert now(panel)["website"] == "maple.example"
    assert focus() is label(panel, "website")
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert "Opening balance" not in texts(panel)
    assert "Website" in texts(panel)


def test_what_is_worked_out_says_why_it_is_not_edited(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.toggle_all()
    with qtbot.waitSignal(panel.hint) as told:
        qtbot.mouseClick(label(panel, "main_phone"), Qt.MouseButton.LeftButton)
    assert told.args == ["Main phone is worked out from: Contacts, Phones. Change it there."]
    assert panel.place is None
    words.use("zh_CN")
    panel.reword()
    with qtbot.waitSignal(panel.hint) as told:
        panel.edit("city")
    assert told.args == ["城市由地址自动得出，请在那里修改。"]


def test_people_are_opened_and_their_jobs_edited(make: Make, qtbot: QtBot) -> None:
    panel = make()
    key = next(k for k in panel.spots if k.startswith("job:"))
    qtbot.mouseClick(label(panel, key), Qt.MouseButton.LeftButton)
    retype(qtbot, "董事长")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert "董事长" in texts(panel)
    assert steps(panel)[0] == "Job title changed"
    name = str(now(panel)["main_contact"])
    value = next(one for one in panel.body.findChildren(Value) if one.text() == name)
    with qtbot.waitSignal(panel.open_record) as wanted:
        qtbot.mouseClick(value, Qt.MouseButton.LeftButton)
    assert wanted.args[0] == "contact"
    other = make("林晓棠", "contact")
    assert "鹿溪堂茶业" in texts(other)
    other.edit("jobs")
    assert other.place is not None
    assert isinstance(other.place.editor, RowsEditor)
    assert other.save()


def test_every_value_is_reached_by_tab(panel: RecordPanel, qtbot: QtBot) -> None:
    label(panel, "name").setFocus()
    seen = [focus()]
    while focus() is not panel.all_button and len(seen) < 60:
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
        seen.append(focus())
    reached = {key for key, spot in panel.spots.items() if set(spot.labels) & set(seen)}
    assert reached == panel.spots.keys() - {"code"}
    assert all(one.accessibleName() for one in seen if isinstance(one, Value))


# ---- what happens meanwhile


def test_somebody_elses_change_is_told_and_nothing_lost(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("remark")
    retype(qtbot, "mine")
    with panel.store.step(N_("Change")) as step:
        step.update("customer", now(panel).id, {"remark": "theirs"})
    assert panel.place is not None  # the panel was told, and left what is typed alone
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert panel.place.trouble.text() == "Meanwhile this became “theirs” in another window. You typed “mine”."
    assert now(panel)["remark"] == "theirs"
    words.use("zh_CN")
    panel.reword()
    assert panel.place.mine_button.text() == "用我的"
    assert focus() is panel.place.mine_button
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert now(panel)["remark"] == "mine"
    assert panel.place is None


def test_somebody_elses_change_can_be_taken(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("grade")
    with panel.store.step(N_("Change")) as step:
        step.update("customer", now(panel).id, {"grade": "C"})
    retype(qtbot, "B")
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert panel.place is not None
    qtbot.mouseClick(panel.place.theirs_button, Qt.MouseButton.LeftButton)
    assert now(panel)["grade"] == "C"
    assert label(panel, "grade").text() == "C"


def test_the_panel_follows_and_saves_on_the_way(panel: RecordPanel, qtbot: QtBot) -> None:
    first = now(panel)
    other = panel.store.reader().find("鹿溪堂茶业", entities=["customer"])[0].record
    panel.edit("remark")
    retype(qtbot, "kept")
    panel.follow(other.n)
    qtbot.waitUntil(lambda: "鹿溪堂茶业" in texts(panel))
    assert panel.store.reader().record("customer", first.id)["remark"] == "kept"  # type: ignore[index]


def test_the_panel_stays_as_long_as_a_value_cannot_be_saved(panel: RecordPanel, qtbot: QtBot) -> None:
    other = panel.store.reader().find("鹿溪堂茶业", entities=["customer"])[0].record
    panel.edit("last_contact")
    retype(qtbot, "soon")
    panel.follow(other.n)
    assert panel.place is not None
    assert "“soon” isn't a date" in panel.place.trouble.text()
    assert not panel.save()
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert "鹿溪堂茶业" in texts(panel)


def test_long_text_is_kept_while_it_is_typed(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("remark")
    retype(qtbot, "long and precious")
    assert panel.place is not None
    assert panel.place.drafts is not None
    panel.place.drafts.keep()
    (draft,) = drafts.all(panel.store)
    assert (draft.id, draft.values) == (now(panel).id, {"remark": "long and precious"})
    panel.save()
    assert drafts.all(panel.store) == []


def test_the_other_language_in_the_middle_of_an_edit(panel: RecordPanel, qtbot: QtBot) -> None:
    panel.edit("source")
    retype(qtbot, "Web")
    words.use("zh_CN")
    panel.reword()
    assert panel.place is not None
    assert panel.place.keys.text() == "Enter 保存 · Esc 放弃"
    panel.give_up()
    assert "来源" in texts(panel)
    assert not [text for text in texts(panel) if text in ("Source", "Basics", "Show all fields")]


# ---- files dropped on it


def drag(panel: RecordPanel, *paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    none = Qt.KeyboardModifier.NoModifier
    panel.dragEnterEvent(
        QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    )
    return data


def let_go(panel: RecordPanel, data: QMimeData) -> None:
    none = Qt.KeyboardModifier.NoModifier
    panel.dropEvent(
        QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    )


def test_a_file_dropped_on_it_is_attached(panel: RecordPanel, qtbot: QtBot, tmp_path: Path) -> None:
    paper = tmp_path / "报价.pdf"
    paper.write_bytes(b"paper")
    data = drag(panel, paper)
    assert panel.attaching is not None
    assert panel.attaching.isVisible()
    assert panel.attaching.text.text() == "Attach to 云杉谷酒店"
    assert panel.attaching.more.text() == ""
    panel.dragLeaveEvent(QDragLeaveEvent())
    assert panel.attaching is None
    data = drag(panel, paper)
    let_go(panel, data)
    (row,) = now(panel)["files"]
    assert row["name"] == "报价.pdf"
    assert files.place(panel.store, row["hash"]).read_bytes() == b"paper"
    assert "报价.pdf" in texts(panel)
    assert steps(panel)[0] == "“报价.pdf” attached to 云杉谷酒店"
    undo.undo(panel.store)
    assert now(panel)["files"] == []


def test_a_folder_says_what_happens_before_anything_is_copied(panel: RecordPanel, tmp_path: Path) -> None:
    folder = tmp_path / "图纸"
    (folder / "old").mkdir(parents=True)
    for name in ("a.dwg", "b.dwg", ".hidden"):
        (folder / name).write_text(name)
    words.use("zh_CN")
    data = drag(panel, folder)
    assert panel.attaching is not None
    assert panel.attaching.text.text() == "附到 云杉谷酒店"
    assert panel.attaching.more.text() == "文件夹不会动，会附上「图纸」里的 2 个文件。"
    assert not panel.store.files.exists()
    let_go(panel, data)
    assert [row["name"] for row in now(panel)["files"]] == ["a.dwg", "b.dwg"]
    empty = tmp_path / "empty"
    empty.mkdir()
    with talk.recording() as heard:
        let_go(panel, drag(panel, empty))
    assert [message.kind for message in heard.messages] == ["warning"]


def test_a_very_large_file_says_what_it_takes(panel: RecordPanel, tmp_path: Path) -> None:
    large = tmp_path / "film.mov"
    with large.open("wb") as file:
        file.truncate(attaching.LARGE + 1)  # takes no room on the disk
    drag(panel, large)
    assert panel.attaching is not None
    assert panel.attaching.more.text().startswith("2.0 GB will be copied beside your data.")


def test_what_is_no_file_is_not_taken(panel: RecordPanel) -> None:
    data = QMimeData()
    data.setText("text")
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    panel.dragEnterEvent(event)
    assert panel.attaching is None


def test_every_shown_field_of_a_customer_can_be_edited(panel: RecordPanel) -> None:
    panel.toggle_all()
    for f in panel.store.schema.shown("customer"):
        if f.is_written:
            panel.edit(f.name)
            assert panel.place is not None, f
            panel.give_up()
    assert len(list(panel.store.reader().numbers(Query("customer")))) == 60


def test_a_last_contact_that_activities_say_tells_them(panel: RecordPanel, qtbot: QtBot) -> None:
    assert panel.record is not None
    done = {"kind": "call", "subject": "回访", "customer": panel.record.id}
    activities.finish(panel.store, activities.plan(panel.store, done), at=dt.datetime.now(dt.UTC))
    day = now(panel)["last_contact"]
    panel.edit("last_contact")
    assert isinstance(focus(), QLineEdit)
    focus().clear()
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert panel.place is not None
    assert f"follows from “回访” of {day}" in panel.place.trouble.text()
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert now(panel)["last_contact"] == day
