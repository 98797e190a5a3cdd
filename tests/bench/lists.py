"""Lists: jumps, first pages, whole orders, frames, everything selected."""

from __future__ import annotations

import random
import sqlite3
import time
from array import array
from functools import partial

from freecrm.core.fields import Field
from freecrm.core.query import Group, Query, Sort, Where
from freecrm.core.rows import Rows
from freecrm.modules import model
from freecrm.store import totals
from freecrm.store.database import open_store
from freecrm.ui.grouping import Groups
from freecrm.ui.list_model import WINDOW, names_of, query_of
from tests.bench import data
from tests.bench.measure import Goal, Line, Run, each, fresh, part, seconds

JUMPS = 200


def jumps(run: Run) -> list[Line]:
    """A window of rows from anywhere in the sorted list, through the reader (no painting)."""
    store = open_store(data.filled(run), model())
    page = store.model.pages()[0]
    reader, names = store.reader(), names_of(store, page)
    numbers = reader.numbers(query_of(page))
    chance = random.Random(5)
    places = [chance.randrange(max(len(numbers) - WINDOW, 1)) for _ in range(JUMPS)]
    plain = store.read()
    stored = ", ".join(f.name for f in _plain_fields(store.schema.fields(page.entity), names))
    marks = ", ".join("?" * min(WINDOW, len(numbers)))
    select = f"SELECT n, {stored} FROM customer WHERE n IN ({marks})"  # noqa: S608 - names of our own fields

    def raw(at: int) -> None:
        plain.execute(select, numbers[at : at + WINDOW]).fetchall()

    def ours(at: int) -> None:
        reader.rows(page.entity, numbers[at : at + WINDOW], names)

    def offset(at: int) -> None:
        sql = select.partition(" WHERE")[0] + f" ORDER BY name_key LIMIT {WINDOW} OFFSET ?"
        plain.execute(sql, (at,)).fetchall()

    each(ours, places), each(raw, places)  # both warm
    floor, taken, deep = each(raw, places), each(ours, places), sorted(places)
    shallow, far = each(ours, deep[: JUMPS // 5]), each(ours, deep[-JUMPS // 5 :])
    other = each(offset, places[:10])
    store.close()
    floor_is = "numbers in an array, SELECT of the plain columns WHERE n IN (128 numbers), fetched"
    return [
        Line(
            "jump", "list: rows from anywhere, p95", "ms", part(taken, 0.95), part(floor, 0.95),
            Goal("most", 5), floor_is, {"OFFSET": part(other, 0.95)}, size=run.size,
        ),
        Line(
            "jump", "list: rows from the end, p50 (floor: from the beginning)", "ms", part(far, 0.5),
            part(shallow, 0.5), Goal("times", 1.5), "the same windows from the first fifth of the list",
            size=run.size,
        ),
    ]  # fmt: skip


def _plain_fields(fields: dict[str, Field], names: list[str]) -> list[Field]:
    return [fields[name] for name in names if not isinstance(fields[name], Rows)]


def sorts(run: Run) -> list[Line]:
    """First pages and whole orders of several sorts and a filter."""
    store = open_store(data.filled(run), model())
    reader = store.reader()
    lines = []
    plain = store.read()
    asked = {
        "name": (Query("customer", None, (Sort("name"),)), "ORDER BY name_key"),
        "last contact, newest first": (
            Query("customer", None, (Sort("last_contact", True),)), "ORDER BY last_contact DESC NULLS LAST",
        ),
        "opening balance": (
            Query("customer", None, (Sort("opening_balance"),)), "ORDER BY opening_balance NULLS LAST",
        ),
        "what they owe, most first": (
            Query("customer", None, (Sort("balance", True),)), "ORDER BY balance DESC NULLS LAST",
        ),
        "owner's name": (
            Query("customer", None, (Sort("owner_user"),)),
            "ORDER BY (SELECT name_key FROM user WHERE id = owner_user) NULLS LAST",
        ),
        "name, grade A only": (
            Query("customer", Where("grade", "=", "A"), (Sort("name"),)),
            "WHERE grade = 'A' ORDER BY +name_key",
        ),
    }  # fmt: skip
    for what, (query, tail) in asked.items():
        first = seconds(partial(reader.first, query, 50), run.repeats(5)) * 1000
        whole = seconds(partial(reader.numbers, query), run.repeats(3)) * 1000
        sql = f"SELECT n FROM customer {tail}, n"  # noqa: S608 - written above
        floor = seconds(partial(_numbers, plain, sql), run.repeats(3)) * 1000
        lines += [
            Line("sort", f"first page by {what}", "ms", first, None, Goal("most", 30), size=run.size),
            Line(
                "sort", f"all numbers by {what}", "ms", whole, floor, Goal("times", 1.5),
                "the plain query of the numbers in that order, fetched row by row", size=run.size,
            ),
        ]  # fmt: skip
    store.close()
    return lines


def _numbers(connection: sqlite3.Connection, sql: str) -> array[int]:
    return array("q", [row[0] for row in connection.execute(sql)])


def screen(run: Run) -> list[Line]:
    """The same as it is painted: one session of the real window, off-screen."""
    home = run.scratch / "home"
    home.mkdir(exist_ok=True)
    typed = ["溪", "lx", "杭州", "1380"]
    ran = fresh(
        "window:session", str(data.filled(run)), JUMPS if run.size >= 10_000 else 20, typed, home=home
    )
    found = ran.value
    sorts_, searches = found["sorts"].values(), found["searches"].values()
    groups_ = found["groups"].values()
    blank = fresh("window:blank").marks["painted"][1]
    qt = "QTableView over a QStandardItemModel of 2,000 of the rows, Qt's own delegate, same look and size"
    note = "sorted by last contact, balance, name; the longest"
    return [
        Line(
            "screen", "jump and paint, p95", "ms", part(found["jump"], 0.95), part(found["floor"], 0.95),
            Goal("times", 1.5), qt, size=run.size,
        ),
        Line("screen", "a frame, p95", "ms", part(found["frame"], 0.95), None, Goal("most", 16), size=run.size),
        Line(
            "screen", f"select all and paint ({found['selected']:,} rows)", "ms", found["select_all"], None,
            Goal("most", 50), size=run.size,
        ),
        Line("screen", "sort until the list is whole", "ms", max(t for t, _ in sorts_), size=run.size, note=note),
        Line(
            "screen", "longest gap of the main thread while sorting", "ms", max(gap for _, gap in sorts_), None,
            Goal("most", 50), size=run.size, note=note,
        ),
        Line(
            "screen", "group with sums until the list is whole", "ms", max(t for t, _ in groups_), size=run.size,
            note="grade, last contact, city; the longest",
        ),
        Line(
            "screen", "longest gap of the main thread while grouping", "ms", max(gap for _, gap in groups_), None,
            Goal("most", 50), size=run.size, note="grade, last contact, city; the longest",
        ),
        Line(
            "screen", "fold or unfold all groups and paint", "ms", max(found["folds"]), None, Goal("most", 50),
            size=run.size,
        ),
        Line(
            "screen", "jump within groups and paint", "ms", found["grouped_jump"], None, Goal("most", 16),
            size=run.size,
        ),
        Line(
            "screen", "typed words until the list is whole", "ms", max(t for t, _ in searches), size=run.size,
            note=f"the slowest of {', '.join(typed)}",
        ),
        Line(
            "screen", "longest gap of the main thread while searching", "ms", max(gap for _, gap in searches),
            None, Goal("most", 50), size=run.size,
        ),
        Line("screen", "theme switched and painted", "ms", min(found["themes"]), size=run.size),
        Line(
            "screen", "memory, list open", "MB", ran.marks["open"][1], blank, Goal("most", 150),
            "a blank window's process", size=run.size,
        ),
        Line(
            "screen", "memory after the session", "MB", ran.marks["used"][1], blank, Goal("most", 150),
            "a blank window's process", size=run.size, note="jumps, sorts, searches, themes",
        ),
    ]  # fmt: skip


def arranged(run: Run) -> list[Line]:
    """Groups with their sums, the sums of the footer, what a filter of words costs; through the reader."""
    store = open_store(data.filled(run), model())
    reader, plain = store.reader(), store.read()
    sums = "count(*), sum(opening_balance)"
    asked = {
        "grade": (Group("grade"), "grade", "grade"),
        "month of last contact": (Group("last_contact", "month"), "substr(last_contact, 1, 7)", ""),
        "owner": (
            Group("owner_user"), "owner_user", "(SELECT name_key FROM user WHERE id = owner_user), owner_user",
        ),
    }  # fmt: skip
    lines = []
    for what, (group, key, order) in asked.items():
        query = Query("customer", None, (Sort("name"),), "", (group,))
        # the floor asks for the same two things as plainly as can be
        listed = f"SELECT group_concat(n) FROM (SELECT n FROM customer ORDER BY {order or key} NULLS LAST, name_key, n)"  # noqa: S608
        grouped = f"SELECT {key}, {sums} FROM customer GROUP BY 1 ORDER BY {order or '1'} NULLS LAST"  # noqa: S608

        def ours(query: Query = query) -> None:
            slices = totals.groups(reader, query, ["opening_balance"])
            Groups(slices, query.group).flat(reader.numbers(query))

        def floor(listed: str = listed, grouped: str = grouped) -> None:
            plain.execute(grouped).fetchall()
            array("q", map(int, plain.execute(listed).fetchone()[0].split(",")))

        ours(), floor()
        goal = Goal("most", 300) if run.size <= 50_000 else Goal("times", 1.5)
        lines.append(
            Line(
                "arrange", f"grouped by {what}, with sums", "ms", seconds(ours, run.repeats(3)) * 1000,
                seconds(floor, run.repeats(3)) * 1000, goal,
                "plain SQL of the numbers in that order and of the groups", size=run.size,
            )
        )  # fmt: skip
    names = ["opening_balance", "employees", "last_contact"]
    summed = partial(totals.totals, reader, Query("customer"), names)
    sql = (
        "SELECT count(opening_balance), sum(opening_balance), min(opening_balance), max(opening_balance),"
        " count(employees), sum(employees), min(employees), max(employees),"
        " count(last_contact), min(last_contact), max(last_contact) FROM customer"
    )
    lines.append(
        Line(
            "arrange", "sums of three columns", "ms", seconds(summed, run.repeats(3)) * 1000,
            seconds(lambda: plain.execute(sql).fetchone(), run.repeats(3)) * 1000, Goal("times", 1.5),
            "one plain SELECT of the same figures", size=run.size,
        )
    )  # fmt: skip
    store.close()
    return lines


def saving(run: Run) -> list[Line]:
    """One customer saved, with its place in the index and its log, in a file of that size."""
    import shutil

    from freecrm.core.words import N_

    path = run.new("copy.freecrm")
    shutil.copyfile(data.filled(run), path)
    store = open_store(path, model())
    m = data.Maker(11)

    def save(_turn: int) -> None:
        with store.step(N_("New customer")) as step:
            step.insert("customer", {"name": m.firm(), "phones": [{"number": f"+86{m.mobile()}"}]})

    plain = path.with_name(path.name + ".plain")
    taken = each(save, range(20 if run.size < 10_000 else 100))
    store.close()
    path.unlink()
    connection = sqlite3.connect(plain, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE customer (n INTEGER PRIMARY KEY, name TEXT)")
    floor = []
    for _ in taken:
        begun = time.perf_counter()
        connection.execute("INSERT INTO customer (name) VALUES (?)", (m.firm(),))
        floor.append((time.perf_counter() - begun) * 1000)
    connection.close()
    plain.unlink()
    return [
        Line(
            "save", "one customer saved, p50", "ms", part(taken, 0.5), part(floor, 0.5), None,
            "one INSERT of one column with its commit (WAL, FULL) into an empty file", size=run.size,
        ),
        Line("save", "one customer saved, p95", "ms", part(taken, 0.95), size=run.size),
    ]  # fmt: skip
