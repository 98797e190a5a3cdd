"""The life of one record: changes folded by step, the record as it was on a day, and the way back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine
from freecrm.core.words import N_
from freecrm.store import history, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.record_history import RecordHistory, RecordHistoryPage
from freecrm.ui.tasks import Tasks
from tests.store.samples import dump
from tests.ui.conftest import MakeWindow
from tests.ui.starting import click, shown

NOW = dt.datetime(2026, 3, 19, 12).astimezone()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The day doesn't change between the first line of a test and its last."""
    with time_machine.travel(NOW):
        yield


def ago(days: float) -> time_machine.travel:
    return time_machine.travel(NOW - dt.timedelta(days=days), tick=False)


def lived(store: Store) -> bytes:
    """A customer made ten days ago, changed five days ago and today."""
    with ago(10), store.step(N_("{what} “{name}” added"), what="Customer", name="Blue Heron") as step:
        owner = step.insert("user", {"name": "Ada"})
        values = {"name": "Blue Heron", "grade": "A", "owner_user": owner, "opening_balance": 1250}
        id = step.insert("customer", {**values, "phones": [{"number": "+8613800001203"}]})
    with ago(5), store.step(N_("{name} changed"), name="Blue Heron") as step:
        step.update("customer", id, {"grade": "B", "phones": []})
    with store.step(N_("{name} changed"), name="Blue Heron") as step:
        step.update("customer", id, {"name": "Heron", "opening_balance": None})
    return id


def made(qtbot: QtBot, store: Store, id: bytes) -> RecordHistory:
    widget = RecordHistory(store, Tasks(InLine()))
    shown(qtbot, widget)
    widget.show_record("customer", id)
    return widget


def tree_of(widget: RecordHistory) -> list[tuple[str, list[tuple[str, str, str]]]]:
    found = []
    for at in range(widget.tree.topLevelItemCount()):
        top = widget.tree.topLevelItem(at)
        rows = [top.child(k) for k in range(top.childCount())]
        found.append((top.text(0), [(row.text(0), row.text(1), row.text(2)) for row in rows]))
    return found


def day(days: float) -> dt.date:
    return (NOW - dt.timedelta(days=days)).astimezone().date()


def test_changes_are_folded_by_step_newest_first(qtbot: QtBot, store: Store) -> None:
    tree = tree_of(made(qtbot, store, lived(store)))
    assert [len(rows) for _head, rows in tree] == [2, 2, 7]
    assert tree[0][0].startswith("Today ")
    assert ("Customer name", "Blue Heron", "Heron") in tree[0][1]
    assert ("Opening balance", "12.50", "") in tree[0][1]
    assert ("Phone", "138-0000-1203", "") in tree[1][1]
    assert ("Owner", "", "Ada") in tree[2][1]


def test_as_it_was_typed_and_marked(qtbot: QtBot, store: Store) -> None:
    widget = made(qtbot, store, lived(store))
    line = widget.day.main()
    line.setFocus()
    qtbot.keyClicks(line, day(7).isoformat())
    assert widget.stack.currentWidget() is widget.past
    table = widget.past.table
    rows = {
        table.topLevelItem(at).text(0): (table.topLevelItem(at).text(1), table.topLevelItem(at).text(2))
        for at in range(table.topLevelItemCount())
    }
    assert widget.past.found is not None
    assert widget.past.found.day == day(7), widget.day.value()
    assert rows["Grade"] == ("A", "B")
    assert rows["Phone"] == ("138-0000-1203", "—")
    assert rows["Owner"] == ("Ada", "Ada")
    assert sorted(widget.past.chosen()) == ["grade", "name", "opening_balance", "phones"]
    assert widget.past.text.text() == "4 fields differ from now."
    click(qtbot, widget.back_button)
    assert widget.stack.currentIndex() == 0
    qtbot.keyClicks(line, "qqxz")
    assert line.property("wrong")
    assert widget.day.understood.text()
    assert widget.stack.currentIndex() == 0


def test_all_of_it_is_set_back_as_one_step_and_undone(qtbot: QtBot, store: Store) -> None:
    id = lived(store)
    before = dump(store)
    widget = made(qtbot, store, id)
    widget.show_day(day(7))
    assert widget.past.back_button.text() == "Set 4 fields back to this"
    click(qtbot, widget.past.back_button)
    record = store.reader().record("customer", id)
    assert record is not None
    assert (record["name"], record["grade"], record["opening_balance"]) == ("Blue Heron", "A", 1250)
    assert [phone["number"] for phone in record["phones"]] == ["+8613800001203"]
    assert str(history.steps(store)[0]) == f"Heron set back to {day(7).isoformat()}"
    undo.undo(store)
    assert dump(store) == before


def test_chosen_fields_only(qtbot: QtBot, store: Store) -> None:
    id = lived(store)
    widget = made(qtbot, store, id)
    widget.show_day(day(7))
    table = widget.past.table
    for at in range(table.topLevelItemCount()):
        item = table.topLevelItem(at)
        if item.text(0) != "Grade" and item.checkState(0) == Qt.CheckState.Checked:
            item.setCheckState(0, Qt.CheckState.Unchecked)
    assert widget.past.back_button.text() == "Set 1 field back to this"
    click(qtbot, widget.past.back_button)
    record = store.reader().record("customer", id)
    assert record is not None
    assert (record["name"], record["grade"]) == ("Heron", "A")


def test_a_value_is_copied_and_never_runs(qtbot: QtBot, store: Store) -> None:
    with ago(3), store.step("New") as step:
        id = step.insert("customer", {"name": "x", "remark": "=1+1"})
    widget = made(qtbot, store, id)
    widget.show_day(day(1))
    (item,) = widget.past.table.findItems("=1+1", Qt.MatchFlag.MatchExactly, 1)
    widget.past.table.setCurrentItem(item)
    click(qtbot, widget.past.copy_button)
    assert QApplication.clipboard().text() == "'=1+1"


def test_before_it_was_and_after_it_went(qtbot: QtBot, store: Store) -> None:
    id = lived(store)
    widget = made(qtbot, store, id)
    widget.show_day(day(30))
    assert "did not exist" in widget.past.text.text()
    assert not widget.past.back_button.isEnabled()
    with store.step("Away") as step:
        step.delete("customer", id)
    widget.show_record("customer", id)
    assert tree_of(widget)[0][1][0][0] in ("Deleted", "Phone", "Tags")
    widget.show_day(day(7))
    assert "recycle bin" in widget.past.text.text()
    assert not widget.past.back_button.isEnabled()


def test_what_is_gone_is_not_pointed_at(qtbot: QtBot, store: Store) -> None:
    id = lived(store)
    owner = store.reader().record("customer", id)["owner_user"]  # type: ignore[index]
    with store.step("Leaves") as step:
        step.update("customer", id, {"owner_user": None})
        step.delete("user", owner)
    widget = made(qtbot, store, id)
    widget.show_day(day(7))
    click(qtbot, widget.past.back_button)
    record = store.reader().record("customer", id)
    assert record is not None
    assert (record["owner_user"], record["grade"]) == (None, "A")


def test_a_file_that_takes_nothing_says_so(qtbot: QtBot, store: Store) -> None:
    widget = made(qtbot, store, lived(store))
    widget.show_day(day(7))
    store.write().execute("PRAGMA query_only = ON")
    with talk.recording() as heard:
        click(qtbot, widget.past.back_button)
    assert "write-protected" in str(heard.messages[0].what)
    store.write().execute("PRAGMA query_only = OFF")


def test_a_command_leads_there(make_window: MakeWindow, full_store: Store) -> None:
    window = make_window(full_store)
    window.commands.run("record.history")
    page = window.navigator.page
    assert isinstance(page, RecordHistoryPage)
    assert page.history.tree.topLevelItemCount() > 0
    words.use("zh_CN")
    page.reword()
    assert "变更记录" in page.crumbs()[1]
    words.use("en")


def test_a_customer_of_very_many_notes(qtbot: QtBot, store: Store) -> None:
    with store.step("New") as step:
        id = step.insert("customer", {"name": "x"})
        rows = [["text", id, "customer"] for _ in range(40_000)]
        step.insert_many("note", ["text", "parent", "parent_entity"], rows)
    widget = made(qtbot, store, id)
    assert widget.more_button.isVisibleTo(widget)
    assert len(tree_of(widget)[0][1]) == 1000
