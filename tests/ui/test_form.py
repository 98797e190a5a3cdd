"""Forms as their user meets them: real keys and clicks on a real file."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.record import Typed
from freecrm.core.words import N_
from freecrm.exchange.similar import PERSON
from freecrm.modules import model
from freecrm.store import drafts, history, undo
from freecrm.store.database import Store, open_store
from freecrm.ui import cells, look, talk
from freecrm.ui.form import Form
from freecrm.ui.form_hints import DraftBar
from freecrm.ui.new_page import NewPage
from freecrm.ui.new_panel import NewPanel
from freecrm.ui.tasks import Tasks
from freecrm.ui.unsaved import Unsaved
from tests.ui.forms import CTRL, fill, focus, line_of, plain, records, typed

Show = Callable[..., Any]


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks(InLine())
    yield made
    made.close()


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Iterator[Show]:
    """`show(widget)`: it, in a shown and active window."""
    look.apply(qapp, "light")
    cells.warm_up()
    shown: list[QMainWindow] = []

    def make(widget: QWidget, width: int = 400, height: int = 760) -> Any:
        window = QMainWindow()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(widget)
        window.setCentralWidget(area)
        qtbot.addWidget(window)
        window.resize(width, height)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        shown.append(window)
        return widget

    yield make
    for window in shown:
        window.close()


@pytest.fixture
def quick(show: Show, full_store: Store, tasks: Tasks) -> Form:
    form = Form(full_store, tasks, "customer", quick=True)
    show(form)
    form.focus_first()
    return form


# ---- which fields


def test_the_short_form_asks_for_few_things_and_a_person(quick: Form) -> None:
    named = [box.named for box in quick.sections[0].boxes]
    assert named == [
        "Customer name",
        "Kind",
        "Contact",
        "Mobile",
        "Phone",
        "Grade",
        "Owner",
        "Source",
        "Remark",
    ]
    assert quick.boxes["kind"].editor.value() == "company"
    assert quick.unsaved() == []
    title = quick.boxes["name"].title
    assert title.text() == "Customer name *"
    assert title.buddy() is quick.boxes["name"].editor.main()


def test_unfolding_keeps_what_was_typed(quick: Form, qtbot: QtBot) -> None:
    fill(qtbot, quick, name="Maple Inn", _person__name="Tan Li")
    quick.unfold()
    assert [section.head.text() for section in quick.sections] == [
        "Basics",
        "First contact",
        "Sales",
        "How to reach them",
        "Money",
        "More",
    ]
    assert quick.values()["name"] == "Maple Inn"
    assert quick.values()[PERSON] == {"name": "Tan Li"}
    assert focus() is line_of(quick.boxes[f"{PERSON}.name"].editor)
    fill(qtbot, quick, website="maple.example")
    quick.unfold(quick=True)
    assert quick.values()["website"] == "maple.example"


def test_custom_fields_come_last(show: Show, full_store: Store, tasks: Tasks) -> None:
    with full_store.step("Field") as step:
        values = {"name": "原水 TDS", "on": "customer", "key": "x_tds", "kind": "number"}
        step.insert("custom_field", values)
    form = show(Form(full_store, tasks, "customer"))
    assert form.sections[-1].head.text() == "Custom fields"
    assert [box.named for box in form.sections[-1].boxes] == ["原水 TDS"]


def test_two_columns_where_there_is_room(show: Show, full_store: Store, tasks: Tasks, qtbot: QtBot) -> None:
    form = show(Form(full_store, tasks, "customer"), 1000)
    boxes = form.boxes
    assert boxes["code"].pos().y() == boxes["name"].pos().y()
    form.window().resize(500, 700)
    qtbot.waitUntil(lambda: boxes["code"].pos().y() > boxes["name"].pos().y())


def test_tab_goes_through_the_form_in_reading_order(quick: Form, qtbot: QtBot) -> None:
    seen = []
    for _step in range(8):
        seen.append(focus().accessibleName())
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    assert seen[:3] == ["Customer name", "Kind", "Contact"]
    assert seen[3:6] == ["Kind", "Mobile", "Add phone"] or seen[3:5] == ["Kind", "Mobile"]


def test_enter_goes_to_the_next_field(quick: Form, qtbot: QtBot) -> None:
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert focus() is line_of(quick.boxes["kind"].editor)


# ---- saving


def test_a_customer_and_a_person_in_one_step(quick: Form, qtbot: QtBot, full_store: Store) -> None:
    before = len(records(full_store))
    fill(
        qtbot,
        quick,
        name="星湖净水",
        _person__name="林知夏",
        _person__phones="138 0000 9999",
        phones="0571-12345678",
    )
    quick.boxes["grade"].editor.focus_first()
    qtbot.keyClicks(focus(), "A")
    with qtbot.waitSignal(quick.saved) as saved:
        qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    record = full_store.reader().record("customer", saved.args[0])
    assert record is not None
    assert (record["name"], record["kind"], record["grade"]) == ("星湖净水", "company", "A")
    assert plain(record["phones"])[0]["number"] == "+8657112345678"
    assert record["main_contact"] == "林知夏"
    assert record["main_phone"] == "+8613800009999"
    (step, *_older) = history.steps(full_store)
    assert str(step) == "Customer “星湖净水” added"
    words.use("zh_CN")
    assert str(step) == "新建客户「星湖净水」"
    assert str(step.done) == "已新建客户「星湖净水」"
    assert quick.unsaved() == []
    undo.undo(full_store)
    assert len(records(full_store)) == before
    assert "林知夏" not in [person["name"] for person in records(full_store, "contact")]


@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_that_save(quick: Form, qtbot: QtBot, key: Qt.Key) -> None:
    fill(qtbot, quick, name="Zebra Works")
    with qtbot.waitSignal(quick.saved):
        qtbot.keyClick(focus(), key, CTRL)


def test_ctrl_enter_saves_from_a_long_text(quick: Form, qtbot: QtBot) -> None:
    fill(qtbot, quick, name="Zebra Works", remark="two lines")
    with qtbot.waitSignal(quick.saved):
        qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert records(quick.store)[-1]["remark"] == "two lines"


def test_save_goes_to_the_first_problem(quick: Form, qtbot: QtBot, full_store: Store) -> None:
    before = len(records(full_store))
    fill(qtbot, quick, phones="138-0000-552")
    phone, name = quick.boxes["phones"], quick.boxes["name"]
    assert phone.trouble.isHidden()
    quick.boxes["grade"].editor.focus_first()
    assert phone.trouble.text() == "A mobile number has 11 digits, this one has 10."
    assert name.trouble.isHidden()  # nobody has typed into it yet
    assert not quick.save()
    assert name.trouble.isVisible()
    assert focus() is line_of(name.editor)
    assert focus().property("wrong")
    assert "needed" in focus().accessibleDescription()
    qtbot.keyClicks(focus(), "Zebra Works")
    assert name.trouble.isHidden()
    assert not focus().property("wrong")
    assert not quick.save()
    assert phone.editor.isAncestorOf(focus())
    words.use("zh_CN")
    quick.reword()
    assert phone.trouble.text() == "手机号要 11 位，现在是 10 位。"
    qtbot.keyClicks(focus(), "3")
    assert phone.trouble.isHidden()
    assert quick.save()
    assert len(records(full_store)) == before + 1


def test_what_the_world_refuses_stands_above_the_form(quick: Form, qtbot: QtBot, full_store: Store) -> None:
    fill(qtbot, quick, name="Zebra Works")
    full_store.write().execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(full_store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with talk.recording() as heard:
        assert not quick.save()
    assert heard.messages == []
    bar = quick.trouble
    assert bar.isVisible()
    assert bar.head.text() == "Couldn't save “Zebra Works”"
    assert "Another program is writing" in bar.text.text()
    assert bar.text.text().endswith("What you typed is still here.")
    assert quick.values()["name"] == "Zebra Works"
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert "locked" in bar.details.text()
    qtbot.mouseClick(bar.copy, Qt.MouseButton.LeftButton)
    assert "locked" in QGuiApplication.clipboard().text()
    words.use("zh_CN")
    quick.reword()
    assert bar.head.text() == "没能保存「Zebra Works」"
    other.execute("ROLLBACK")
    other.close()
    with qtbot.waitSignal(quick.saved):
        qtbot.mouseClick(bar.again_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_the_window_lives_while_another_piece_of_work_is_waited_for(
    show: Show, full_store: Store, qtbot: QtBot
) -> None:
    import threading

    tasks, go_on = Tasks(Jobs()), threading.Event()
    form = show(Form(full_store, tasks, "customer", quick=True))
    fill(qtbot, form, name="Zebra Works")
    tasks.run(go_on.wait, writes=True)
    beats: list[bool] = []

    def beat() -> None:
        beats.append(form.isEnabled())
        go_on.set()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(20, beat)
    assert form.save()
    assert beats == [False]
    assert form.isEnabled()
    tasks.close()


def test_a_person_with_a_phone_needs_a_name(quick: Form, qtbot: QtBot) -> None:
    fill(qtbot, quick, name="Zebra Works", _person__phones="13800009999")
    assert not quick.save()
    box = quick.boxes[f"{PERSON}.name"]
    assert "needed" in box.trouble.text()
    assert focus() is line_of(box.editor)
    qtbot.keyClicks(focus(), "Tan Li")
    assert box.trouble.isHidden()
    assert quick.save()


# ---- who is there already


def test_likes_are_named_and_block_nobody(quick: Form, qtbot: QtBot) -> None:
    fill(qtbot, quick, name="云杉谷酒店")
    qtbot.waitUntil(quick.hint.isVisible)
    assert quick.hint.text.text() == "2 customers like this already:"
    links = quick.hint.links.findChildren(QPushButton)
    assert {link.text() for link in links if link.isVisible()} == {"云杉谷酒店", "云杉谷酒店有限公司"}
    with qtbot.waitSignal(quick.open_record) as wanted:
        qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    assert wanted.args[0] == "customer"
    assert quick.store.reader().record("customer", wanted.args[1])["name"] == links[0].text()  # type: ignore[index]
    assert quick.save()


def test_a_phone_finds_its_owner_and_the_hint_goes_again(quick: Form, qtbot: QtBot) -> None:
    fill(qtbot, quick, name="Zebra", _person__phones="13800001203")
    qtbot.waitUntil(quick.hint.isVisible)
    assert quick.hint.text.text() == "1 customer like this already:"
    words.use("zh_CN")
    quick.reword()
    assert quick.hint.text.text() == "已有 1 位相近的客户："
    line_of(quick.boxes[f"{PERSON}.phones"].editor).selectAll()
    qtbot.keyClicks(line_of(quick.boxes[f"{PERSON}.phones"].editor), "13911112222")
    qtbot.waitUntil(quick.hint.isHidden)


# ---- giving up


def test_escape_leaves_an_untouched_form_at_once(quick: Form, qtbot: QtBot) -> None:
    with talk.recording() as heard, qtbot.waitSignal(quick.given_up):
        qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert heard.asked == []


@pytest.mark.parametrize(("answer", "there", "gone"), [("stay", 0, 0), ("discard", 0, 1), ("save", 1, 0)])
def test_escape_asks_by_name(quick: Form, qtbot: QtBot, answer: str, there: int, gone: int) -> None:
    fill(qtbot, quick, name="Zebra Works", phones="0571-12345678")
    left: list[bool] = []
    quick.given_up.connect(lambda: left.append(True))
    with talk.recording(unsaved=answer) as heard:
        qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert heard.asked == ["New customer: Zebra Works: Customer name, Phone"]
    assert [r["name"] for r in records(quick.store)].count("Zebra Works") == there
    assert len(left) == gone


def test_escape_in_a_list_only_closes_the_list(quick: Form, qtbot: QtBot) -> None:
    editor: Any = quick.boxes["grade"].editor
    editor.focus_first()
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert editor.list.isVisible()
    left: list[bool] = []
    quick.given_up.connect(lambda: left.append(True))
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert not editor.list.isVisible()
    assert left == []


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            [
                "Save the changes to “晴川电子”?",
                "2 changed: Phone, Remark. They're lost if you don't save.",
                "Keep editing",
                "Don't save",
                "Save",
            ],
        ),
        (
            "zh_CN",
            [
                "要保存对「晴川电子」的修改吗？",
                "改了 2 处：Phone、Remark。不保存就会丢失。",
                "继续编辑",
                "不保存",
                "保存",
            ],
        ),
    ],
)
def test_the_question_names_what_would_be_lost(
    qtbot: QtBot, qapp: QApplication, language: str, texts: list[str]
) -> None:
    words.use(language)
    look.apply(qapp, "light")
    dialog = Unsaved(None, "晴川电子", ["Phone", "Remark"])
    qtbot.addWidget(dialog)
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    shown += [b.text() for b in (dialog.stay_button, dialog.discard_button, dialog.save_button)]
    assert shown == texts
    assert dialog.answer == "stay"
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.answer == "save"


# ---- what is kept while typing


def test_typed_text_is_kept_and_dropped_when_saved(quick: Form, qtbot: QtBot, full_store: Store) -> None:
    with qtbot.waitSignal(quick.drafts.kept, timeout=10_000):
        fill(qtbot, quick, name="Zebra Works", phones="138-0000-552")
    (draft,) = drafts.all(full_store)
    assert draft.entity == "customer"
    assert draft.values["name"] == "Zebra Works"
    assert draft.values["phones"][0]["number"] == Typed("138-0000-552")
    qtbot.keyClicks(line_of(quick.boxes["phones"].editor), "3")
    assert quick.save()
    assert drafts.all(full_store) == []


def test_given_up_text_is_not_offered_again(quick: Form, qtbot: QtBot, full_store: Store) -> None:
    fill(qtbot, quick, name="Zebra Works")
    quick.drafts.keep()
    assert len(drafts.all(full_store)) == 1
    with talk.recording(unsaved="discard"):
        qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert drafts.all(full_store) == []


def test_text_typed_before_a_kill_is_offered_again(
    show: Show, tasks: Tasks, tmp_path: Path, qtbot: QtBot
) -> None:
    """AC-ST-6."""
    path = tmp_path / "firm.freecrm"
    child = Path(__file__).with_name("typing_child.py")
    with subprocess.Popen([sys.executable, str(child), str(path)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline().strip() == "kept"
        run.kill()
    store = open_store(path, model())
    wanted: list[drafts.Draft] = []
    (left,) = drafts.all(store)
    bar = DraftBar(store, tasks, left)
    bar.go_on.connect(wanted.append)
    show(bar)
    assert bar.text.text().startswith("An unsaved new customer from ")
    assert bar.text.text().endswith(": 断电前的客户")
    words.use("zh_CN")
    bar.reword()
    assert bar.text.text().endswith("有未保存的新客户：断电前的客户")
    qtbot.mouseClick(bar.go_button, Qt.MouseButton.LeftButton)
    (draft,) = wanted
    form = show(Form(store, tasks, draft.entity, quick=True, values=draft.values, draft=draft.key))
    assert form.values()["name"] == "断电前的客户"
    assert line_of(form.boxes["phones"].editor).text() == "138-0000-55"
    qtbot.keyClicks(line_of(form.boxes["phones"].editor), "52")
    assert form.save()
    assert drafts.all(store) == []
    store.close()


def test_a_draft_is_thrown_away(show: Show, tasks: Tasks, full_store: Store, qtbot: QtBot) -> None:
    at = dt.datetime(2026, 3, 19, 14, 2).astimezone()
    key = drafts.key_for("contact")
    drafts.put(full_store, drafts.Draft(key, "contact", None, {"remark": "x"}, at))
    with time_machine.travel(at + dt.timedelta(hours=1), tick=False):
        (left,) = drafts.all(full_store)
        bar = DraftBar(full_store, tasks, left)
        assert bar.text.text() == "An unsaved new contact from 14:02"
    show(bar)
    qtbot.mouseClick(bar.drop_button, Qt.MouseButton.LeftButton)
    assert drafts.all(full_store) == []
    assert not bar.isVisible()


# ---- changing a record


def test_a_form_over_a_record_writes_what_was_changed(
    show: Show, tasks: Tasks, full_store: Store, qtbot: QtBot
) -> None:
    record = records(full_store)[0]
    form = show(Form(full_store, tasks, "customer", id=record.id))
    assert form.unsaved() == []
    assert f"{PERSON}.name" not in form.boxes
    line = line_of(form.boxes["website"].editor)
    line.setFocus()
    qtbot.keyClicks(line, "maple.example")
    assert form.unsaved() == ["Website"]
    with full_store.step(N_("Change")) as step:
        step.update("customer", record.id, {"grade": "C", "website": "other.example"})
    assert not form.save()
    assert form.trouble.text.text().startswith("Website changed meanwhile")
    assert form.save()  # told once, so it is meant
    now = full_store.reader().record("customer", record.id)
    assert now is not None
    assert (now["website"], now["grade"]) == ("maple.example", "C")
    assert str(history.steps(full_store)[0]) == f"Website of {record['name']} changed"


# ---- panel and page


def test_the_new_panel_saves_and_closes(show: Show, tasks: Tasks, full_store: Store, qtbot: QtBot) -> None:
    panel = show(NewPanel(full_store, tasks, "customer"))
    panel.focus_first()
    assert panel.title.text() == "New customer"
    fill(qtbot, panel.form, name="Zebra Works")
    assert panel.title.text() == "New customer ●"
    with qtbot.waitSignals([panel.saved, panel.closed]):
        qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    assert records(full_store)[-1]["name"] == "Zebra Works"


def test_the_new_panel_unfolds_goes_wide_and_asks(
    show: Show, tasks: Tasks, full_store: Store, qtbot: QtBot
) -> None:
    panel = show(NewPanel(full_store, tasks, "customer"))
    qtbot.mouseClick(panel.all_button, Qt.MouseButton.LeftButton)
    assert not panel.form.quick
    assert panel.all_button.text() == "Fewer fields"
    fill(qtbot, panel.form, name="Zebra", website="zebra.example", phones="138-0000-55")
    with qtbot.waitSignal(panel.wide_wanted):
        qtbot.mouseClick(panel.wide_button, Qt.MouseButton.LeftButton)
    page = show(NewPage(full_store, tasks, "customer", panel.values(), draft=panel.draft), 1100)
    assert page.form.values()["website"] == "zebra.example"
    assert page.unsaved() == ["Customer name", "Phone", "Website"]
    assert page.crumbs() == ["Customers", "New customer"]
    assert page.title.text() == "New customer ●"
    page.focus_first()
    assert not page.save()
    words.use("zh_CN")
    page.reword()
    assert page.title.text() == "新建客户 ●"
    assert page.form.boxes["phones"].trouble.text() == "手机号要 11 位，现在是 9 位。"
    with talk.recording(unsaved="discard") as heard, qtbot.waitSignal(page.left):
        qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    assert heard.asked == ["新建客户：Zebra: 客户名称, 电话, 官网"]


def test_every_button_has_a_name_and_the_other_language_is_spoken_entirely(
    show: Show, tasks: Tasks, full_store: Store, qtbot: QtBot
) -> None:
    words.use("zh_CN")
    panel = show(NewPanel(full_store, tasks, "contact"))
    panel.form.unfold()
    words.use("en")
    panel.reword()
    for button in panel.findChildren(QAbstractButton):
        if button.isVisibleTo(panel) and not button.text():
            assert button.accessibleName(), button
    texts = [
        part.text()
        for kind in (QLabel, QPushButton)
        for part in panel.findChildren(kind)
        if part.isVisibleTo(panel)
    ]
    assert not [text for text in texts if any("\u4e00" <= c <= "\u9fff" for c in text)]


def test_input_methods_commit_into_fields(quick: Form) -> None:
    typed(focus(), "鹿溪")
    assert quick.values()["name"] == "鹿溪"
