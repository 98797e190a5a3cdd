"""Lists in groups: names, counts and sums, folding by keys and clicks, rows that change their group."""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import day_words
from freecrm.core.query import Group
from freecrm.core.words import N_
from freecrm.store import totals
from freecrm.store.database import Store
from freecrm.store.totals import Slice
from freecrm.ui import look, talk
from freecrm.ui.grouping import Groups, at_of, heads_within
from freecrm.ui.levels import GroupPanel, SortPanel
from freecrm.ui.window import MainWindow
from tests import samples
from tests.ui.arranging import ALT, CTRL, LEFT, SHIFT, choose, column, column_of, groups, names, records
from tests.ui.test_access import check_names, left_in_english

MakeWindow = Callable[..., MainWindow]


def group_by(window: MainWindow, qtbot: QtBot, *texts: str) -> GroupPanel:
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    opened = window.page.bar.popup
    assert isinstance(opened, GroupPanel)
    for at, text in enumerate(texts):
        choose(opened.lines[at][0], text)
    return opened


def test_grouped_by_key_with_counts_and_sums(window: MainWindow, qtbot: QtBot) -> None:
    opened = group_by(window, qtbot, "Grade")
    qtbot.keyClick(opened.lines[0][0], Qt.Key.Key_Escape)
    assert window.page.bar.popup is None
    counted = Counter(r["grade"] for r in records(window))
    # in the order of the pick-list, those without last
    wanted = [(key or "No grade", counted[key]) for key in ("A", "B", "C", None)]
    assert groups(window) == wanted
    assert window.page.bar.group_button.text() == "Group: Grade"
    model = window.page.model
    money = column_of(window, "balance")
    for row, n in enumerate(model.numbers):
        group = model.group_at(row)
        if group is not None:
            total = sum(r["balance"] or 0 for r in records(window) if r["grade"] == group.key)
            assert group.sums["balance"] == total  # to the cent
            assert model.index(row, money).data() == f"¥{total / 100:,.2f}"
        else:
            assert n >= 0
    assert window.page.footer.words == "60 customers · 4 groups"
    assert window.status.count.text() == "60 customers"


def test_arrows_fold_and_unfold(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.group_by("grade")
    grid = window.page.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Home, CTRL)
    every = names(window)
    inside = groups(window)[0][1]
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert names(window) == [every[0], *every[inside + 1 :]]
    assert grid.currentIndex().row() == 0
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert names(window)[grid.currentIndex().row()] == "B"
    qtbot.keyClick(grid, Qt.Key.Key_Up)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert names(window) == every
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert len(names(window)) == len(every) - inside
    assert not window.page.panel_open


def test_all_are_folded_by_one_key(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.group_by("grade")
    grid = window.page.grid
    grid.setFocus()
    grid.go_to(window.page.model.records[30])
    qtbot.keyClick(grid, Qt.Key.Key_Left, CTRL | SHIFT)
    assert names(window) == ["A", "B", "C", "No grade"]
    assert window.page.model.group_at(grid.currentIndex().row()) is not None
    qtbot.keyClick(grid, Qt.Key.Key_Right, CTRL | SHIFT)
    assert len(names(window)) == 64


def test_a_click_folds_and_a_record_that_is_wanted_unfolds(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.group_by("grade")
    grid, model = window.page.grid, window.page.model
    n = model.numbers[3]
    qtbot.mouseClick(grid.viewport(), LEFT, pos=grid.visualRect(model.index(0, 0)).center())
    assert model.place(n) < 0
    window.page.show_record(n)
    assert model.numbers[grid.currentIndex().row()] == n
    assert window.page.panel_open


def test_three_levels(window: MainWindow, qtbot: QtBot) -> None:
    opened = group_by(window, qtbot, "Status", "Grade", "City")
    opened.dismiss()
    groups_ = window.page.model.groups
    assert groups_ is not None
    by_level = Counter(row.level for row in groups_.rows)
    all_ = records(window)
    assert by_level[0] == len({r["status"] for r in all_})
    assert by_level[1] == len({(r["status"], r["grade"]) for r in all_})
    assert by_level[2] == len({(r["status"], r["grade"], r["city"]) for r in all_})
    for row in groups_.rows:
        fitting = [r for r in all_ if (r["status"], r["grade"], r["city"])[: row.level + 1] == row.path]
        assert row.count == len(fitting)
        assert row.sums.get("balance", 0) == sum(r["balance"] or 0 for r in fitting)
    grid = window.page.grid
    grid.setFocus()
    grid.go(2, 0)
    assert window.page.model.group_at(2).level == 2  # type: ignore[union-attr]
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert grid.currentIndex().row() == 1  # to the group that holds it


def test_days_are_grouped_by_when(window: MainWindow) -> None:
    today = day_words.this_day()
    with window.store.step(N_("New customer")) as step:
        for ago in (0, 1, 400):
            step.insert("customer", {"name": f"{ago}", "last_contact": today - dt.timedelta(days=ago)})
    window.page.arranger.group_by("last_contact")
    shown = dict(groups(window))
    assert shown["Today"] == 1
    assert shown["No last contact"] == sum(1 for r in records(window) if r["last_contact"] is None)
    assert groups(window)[-1][0] == "No last contact"
    window.page.arranger.set_group((Group("last_contact", "month"),))
    months = Counter(f"{r['last_contact']:%Y-%m}" for r in records(window) if r["last_contact"])
    assert groups(window)[:-1] == sorted(months.items())
    window.page.arranger.set_group((Group("last_contact", "year", down=True),))
    years = [name for name, _count in groups(window)[:-1]]
    assert years == sorted(years, reverse=True)


def test_people_stand_by_their_names(window: MainWindow) -> None:
    window.page.arranger.group_by("owner_user")
    assert [name for name, _n in groups(window)] == ["陈思远", "何嘉木", "林晓棠", "马小川", "周正言"]
    window.page.arranger.group_by("tags")
    assert sum(count for _name, count in groups(window)) == 60


def test_words_and_filters_narrow_groups(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.group_by("grade")
    window.page.find_box.setText("酒店")
    found = [r for r in records(window) if "酒店" in r["name"]]
    assert sum(count for _name, count in groups(window)) == len(found)
    window.page.find_box.clear()
    assert sum(count for _name, count in groups(window)) == 60


def test_a_changed_row_stays_until_the_next_key_and_takes_the_cursor_along(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.page.arranger.group_by("grade")
    grid, model = window.page.grid, window.page.model
    grid.setFocus()
    row = 2
    grid.go(row)
    n = model.numbers[row]
    id = window.store.reader().by_number("customer", n).id  # type: ignore[union-attr]
    with window.store.step(N_("Change")) as step:
        step.update("customer", id, {"grade": "C"})
    assert model.numbers[row] == n  # where the hand is
    assert str(model.index(row, column_of(window, "grade")).data()) == "C"
    qtbot.waitUntil(lambda: model.numbers[row] != n, timeout=5000)  # after a second and a half by itself
    assert model.numbers[grid.currentIndex().row()] == n
    group = next(one for one in reversed(model.groups.rows) if one.path == ("C",))  # type: ignore[union-attr]
    assert n in model.records[group.start : group.end]
    with window.store.step(N_("Change")) as step:
        step.update("customer", id, {"grade": "A"})
    before = grid.currentIndex().row()
    assert model.numbers[before] == n
    qtbot.keyClick(grid, Qt.Key.Key_End)  # the next action, whatever it is
    assert model.numbers[before] != n
    assert model.numbers[grid.currentIndex().row()] == n


def test_new_and_deleted_records_are_shown_at_once(window: MainWindow) -> None:
    window.page.arranger.group_by("grade")
    before = dict(groups(window))
    with window.store.step(N_("New customer")) as step:
        id = step.insert("customer", {"name": "新来的", "grade": "A"})
    assert dict(groups(window))["A"] == before["A"] + 1
    with window.store.step(N_("Delete")) as step:
        step.delete("customer", id)
    assert dict(groups(window)) == before


def test_only_records_are_selected_copied_and_deleted(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.group_by("grade")
    grid = window.page.grid
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert window.status.selection.text().startswith("60 selected")
    grid.copy()
    assert QGuiApplication.clipboard().text().count("\n") == 59
    qtbot.keyClick(grid, Qt.Key.Key_Home, CTRL)
    window.commands.run("edit.delete")  # a group row alone: nothing to delete
    assert len(records(window)) == 60
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    window.commands.run("edit.delete")
    assert len(records(window)) == 59


def test_the_panel_steps_over_group_rows(window: MainWindow) -> None:
    window.page.arranger.group_by("grade")
    page = window.page
    last = groups(window)[0][1]
    page.grid.go(last)
    page.open_panel()
    page.step_record(1)
    assert page.model.group_at(page.grid.currentIndex().row()) is None
    assert page.grid.currentIndex().row() == last + 2


def test_too_many_groups_are_refused_with_a_sentence(
    make_window: MakeWindow, store: Store, monkeypatch: object
) -> None:
    samples.fill_many(store, totals.GROUPS_MOST + 5)
    window = make_window(store)
    with talk.recording() as heard:
        window.page.arranger.group_by("code")
    assert "“Code” has more than 20,000 different values" in str(heard.messages[0].what)
    assert window.page.model.query.group == ()
    assert len(names(window)) == totals.GROUPS_MOST + 5
    assert window.page.bar.group_button.text() == "Group"


def test_sorting_by_several_fields(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.page.bar.sort_button, LEFT)
    opened = window.page.bar.popup
    assert isinstance(opened, SortPanel)
    choose(opened.lines[0][0], "Grade")
    choose(opened.lines[1][0], "Owes us")
    choose(opened.lines[1][1], "largest first")
    opened.dismiss()
    shown = list(zip(column(window, "grade"), column(window, "balance"), strict=True))
    amounts = [float(text.replace(",", "")) for grade, text in shown if grade == "A" and text]
    assert amounts == sorted(amounts, reverse=True)
    assert [g for g, _ in shown] == sorted((g for g, _ in shown), key=lambda g: g or "Z")
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Up, ALT)  # one order again, by the cursor's column
    assert len(window.page.model.query.sort) == 1


def test_group_panel_is_for_everybody(window: MainWindow, qtbot: QtBot) -> None:
    window.dress.set_language("zh_CN")
    opened = group_by(window, qtbot)
    choose(opened.lines[0][0], "最近联系")
    check_names(opened)
    assert left_in_english(opened) == []
    for _step in range(8):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert opened.isAncestorOf(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)


def test_group_rows_speak_and_are_as_tall_as_others(window: MainWindow) -> None:
    window.page.arranger.group_by("grade")
    grid, model = window.page.grid, window.page.model
    assert grid.rowHeight(0) == grid.rowHeight(1) == look.row_height("comfortable")
    index = model.index(0, 3)
    count = groups(window)[0][1]
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"A, {count}, open"
    assert grid.grab().width() > 0


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 4)),
        max_size=9,
        unique_by=lambda x: x[:2],
    ),
    st.sets(st.integers(0, 20)),
)
def test_the_flat_index_holds_each_row_that_is_not_folded_once(
    cut: list[tuple[int, int, int]], fold: set[int]
) -> None:
    slices = [Slice((a, b), (a, b), count, {"x": count}) for a, b, count in sorted(cut)]
    numbers = array("q", range(sum(count for _a, _b, count in cut)))
    made = Groups(slices)
    made.folded = {row.path for at, row in enumerate(made.rows) if at in fold}
    flat, heads = made.flat(numbers)
    hidden = {n for row in made.rows if row.path in made.folded for n in numbers[row.start : row.end]}
    assert [n for n in flat if n >= 0] == [n for n in numbers if n not in hidden]
    assert [at for at, n in enumerate(flat) if n < 0] == heads
    assert all(made.rows[at_of(flat[at])].count == made.rows[at_of(flat[at])].sums["x"] for at in heads)
    assert heads_within(heads, [(0, len(flat))]) == len(heads)
    made.unfold_all()
    assert [n for n in made.flat(numbers)[0] if n >= 0] == list(numbers)
