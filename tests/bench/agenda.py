"""What a firm of years asks every day: the month of its calendar, the pool, its reminders, a long timeline."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.pieces import Entry
from freecrm.modules import model
from freecrm.store import alarms, pool, pool_rules, timeline, today
from freecrm.store.database import Store, open_store
from tests.bench import firm
from tests.bench.measure import Goal, Line, Run, fresh, part, seconds

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

RULE_DAYS, RULE_WARNS = 360, 7


def _store(run: Run) -> Store:
    return open_store(firm.file(run), model())


def _me(store: Store) -> bytes:
    return bytes(store.read().execute("SELECT id FROM user WHERE n = 3").fetchone()[0])


def _asked(
    run: Run, name: str, questions: list[tuple[str, Callable[[], object], float]], floor: float, of: str
) -> list[Line]:
    """A line for each question: the wall, and what of it was work of this thread."""
    lines = []
    for what, work, most in questions:
        spent = time.thread_time()
        times = run.repeats(5)
        taken = seconds(work, times) * 1000
        spent = (time.thread_time() - spent) * 1000 / times
        lines.append(
            Line(name, what, "ms", taken, floor * 1000, Goal("most", most), of, note=f"{spent:.1f} ms of CPU", size=run.size)
        )  # fmt: skip
    return lines


def pooled(run: Run) -> list[Line]:
    """Whom the rules of the pool name; the floor is one look at how long each customer was not contacted."""
    store = _store(run)
    me = _me(store)
    rules = [pool_rules.Rule(grade, RULE_DAYS, RULE_WARNS) for grade in ("A", "B", "C", "")]
    plain = "SELECT count(*) FROM customer WHERE owner_user IS NOT NULL AND last_contact <= ?"
    floor = seconds(lambda: store.read().execute(plain, (this_day().isoformat(),)).fetchone(), 3)
    questions: list[tuple[str, Callable[[], object], float]] = [
        ("pool: whom its rules name", lambda: pool.look(store, wanted=rules), 300),
        ("pool: whom they name of one's own", lambda: pool.look(store, wanted=rules, owner=me), 300),
        ("pool: number in the sidebar", lambda: pool.count(store), 100),
    ]
    found = _asked(run, "pool", questions, floor, "one count over those who have an owner")
    store.close()
    return found


def ringing(run: Run) -> list[Line]:
    """What has rung, and whose yearly dates come up; the floor is one count of what has rung."""
    store = _store(run)
    me, now = _me(store), dt.datetime.now(dt.UTC)
    plain, ms = "SELECT count(*) FROM reminder WHERE at <= ?", round(now.timestamp() * 1000)
    floor = seconds(lambda: store.read().execute(plain, (ms,)).fetchone(), 3)
    questions: list[tuple[str, Callable[[], object], float]] = [
        ("reminders: what has rung for one", lambda: alarms.due(store, now, me), 5),
        ("reminders: when to look again", lambda: alarms.next_at(store, now), 5),
        ("yearly dates of the next days", lambda: today.dates(store, this_day(), None), 300),
        ("yearly dates of one's own customers", lambda: today.dates(store, this_day(), me), 300),
    ]
    found = _asked(run, "alarms", questions, floor, "one count of the reminders that have rung")
    store.close()
    return found


def timelines(run: Run) -> list[Line]:
    """The first page of a timeline of very many follow-ups; the floor reads as many whole rows in their order."""
    store = _store(run)
    id, wanted = firm.crowded(store), store.model.pieces("customer", Entry)
    plain = "SELECT * FROM activity WHERE customer = ? AND state = 'done' ORDER BY done_at DESC LIMIT 100"
    floor = seconds(lambda: store.read().execute(plain, (id,)).fetchall(), 3)
    (entries,) = store.read().execute("SELECT count(*) FROM activity WHERE customer = ?", (id,)).fetchone()
    what = f"timeline of {entries:,} follow-ups: its first page"
    reader = store.reader()
    questions: list[tuple[str, Callable[[], object], float]] = [
        (what, lambda: timeline.page(reader, "customer", id, wanted), 150)
    ]
    found = _asked(run, "timeline", questions, floor, "100 whole rows in the order of their time")
    store.close()
    home, copy = run.scratch / "timeline", run.new("timeline.freecrm")
    home.mkdir(exist_ok=True)
    shutil.copyfile(firm.file(run), copy)
    shown = fresh("agenda:crowded", str(copy), run.repeats(7), home=home).value
    floor_is = "the same page of a customer with few"
    for way, said in (("turned", "turned to from another page"), ("opened", "opened from the list")):
        what = f"timeline of {entries:,} follow-ups: {said}, painted"
        spent = f"{part(shown[f'{way}_cpu'], 0.5):.0f} ms of CPU in all threads"
        most = Goal("most", 150) if way == "turned" else Goal("most", 200)
        found.append(
            Line("timeline", what, "ms", part(shown[way], 0.5), part(shown[f"{way}_few"], 0.5), most, floor_is, note=spent, size=run.size)
        )  # fmt: skip
    return found


# ---- in the window


def crowded(file: str, times: int) -> dict[str, Any]:
    """Milliseconds until the page of a customer with very many entries, and of one with few, stands there with its
    timeline: turned to from another page, opened from the list; in a process of its own."""
    from PySide6.QtWidgets import QApplication

    window, store = _window(file)
    many = firm.crowded(store)
    ids = store.read().execute("SELECT id FROM customer ORDER BY n LIMIT 3 OFFSET 100").fetchall()
    few, other = (row[0] for row in ids[:2])
    answer: dict[str, list[float]] = {}

    def taken(name: str, act: Callable[[], Any]) -> None:
        begun, spent = time.perf_counter(), time.process_time()
        act()
        page: Any = window.navigator.page
        _settle(lambda: bool(page.overview.timeline.model.rows) and not page.overview.timeline.model.busy)
        window.repaint()
        answer.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
        answer.setdefault(f"{name}_cpu", []).append((time.process_time() - spent) * 1000)

    _settle(lambda: window.page.model.complete)
    window.show_id("customer", other)
    taken("first", lambda: None)
    for _time in range(times):
        for name, id in (("turned", many), ("turned_few", few)):
            page: Any = window.navigator.page
            taken("before", lambda page=page: page.show_id(other))
            taken(name, lambda page=page, id=id: page.show_id(id))
        for name, id in (("opened", many), ("opened_few", few)):
            window.visit(window.home())
            QApplication.processEvents()
            taken(name, lambda id=id: window.show_id("customer", id))
    _leave(window, store)
    return answer


def months(run: Run) -> list[Line]:
    """From the press that turns to a month until it is painted, and frames while it is scrolled through."""
    home, copy = run.scratch / "calendar", run.new("calendar.freecrm")
    home.mkdir(exist_ok=True)
    shutil.copyfile(firm.file(run), copy)
    found = fresh("agenda:session", str(copy), run.repeats(7), home=home).value
    blank, lines = part(found["blank"], 0.5), []
    floor_is = "a blank page put into the same window and painted"
    for items, most in ((500, 200), (5_000, 300)):
        one = found[str(items)]
        what = f"month of {items:,}: from the press until painted"
        spent = f"{part(one['cpu'], 0.5):.0f} ms of CPU in all threads"
        lines += [
            Line("calendar", what, "ms", part(one["shown"], 0.5), blank, Goal("most", most), floor_is, note=spent, size=run.size),
            Line("calendar", f"month of {items:,}: longest gap of the main thread", "ms", min(one["gaps"]), None, Goal("most", 50), size=run.size),
            Line("calendar", f"week of {items:,} a month: frame while scrolling, p95", "ms", part(one["frames"], 0.95), None, Goal("most", 16), size=run.size),
        ]  # fmt: skip
    return lines


def session(file: str, times: int) -> dict[str, Any]:
    """Milliseconds of months shown and of frames painted, in a process of its own."""
    from PySide6.QtWidgets import QApplication, QWidget

    from freecrm.ui.calendar import period
    from freecrm.ui.calendar.page import CalendarPage
    from freecrm.ui.page import Place
    from tests.bench.window import Heart

    window, store = _window(file)
    window.visit(Place("calendar"))
    page = window.navigator.page
    assert isinstance(page, CalendarPage)
    page.show_view(period.MONTH)
    _settle(lambda: not page._latest.busy and page.seen is not None)
    answer: dict[str, Any] = {"blank": []}
    heart = Heart(2, window)
    heart.timer.stop()
    for items in firm.MONTHS:
        found: dict[str, list[float]] = {"shown": [], "cpu": [], "gaps": [], "frames": []}
        first = firm.month(items)
        for _time in range(times):
            _turn_away(page, first)
            begun, spent = time.perf_counter(), time.process_time()
            page.go_to(first)
            _until_shown(page)
            page.view.repaint()
            found["shown"].append((time.perf_counter() - begun) * 1000)
            found["cpu"].append((time.process_time() - spent) * 1000)
            _turn_away(page, first)
            heart.timer.start()
            heart.restart()
            page.go_to(first)
            _until_shown(page)
            QApplication.processEvents()  # it is painted as the window finds time for it
            heart.beat()
            heart.timer.stop()
            found["gaps"].append(heart.longest * 1000)
        page.show_view(period.WEEK)
        page.go_to(first + dt.timedelta(days=7))
        _until_shown(page)
        page.view.repaint()
        bar = page.view.verticalScrollBar()
        for at in range(max(times, 2) * 4):
            bar.setValue(bar.maximum() * at // (max(times, 2) * 4))
            begun = time.perf_counter()
            page.view.viewport().repaint()
            found["frames"].append((time.perf_counter() - begun) * 1000)
        answer[str(items)] = found
    for _time in range(max(times, 1)):
        begun = time.perf_counter()
        one = QWidget()
        window.stack.addWidget(one)
        window.stack.setCurrentWidget(one)
        window.repaint()
        answer["blank"].append((time.perf_counter() - begun) * 1000)
    window.stack.setCurrentWidget(page)
    _leave(window, store)
    return answer


def _window(file: str) -> tuple[MainWindow, Store]:
    from pathlib import Path

    from freecrm.core.jobs import Jobs
    from freecrm.ui import cells, look
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.tasks import Tasks
    from freecrm.ui.window import MainWindow

    app = look.make_app("bench")
    look.apply(app, "light")
    cells.warm_up()
    store = open_store(Path(file), model())
    store.keep("started", True)
    window = MainWindow(store, Tasks(Jobs()), Preferences(Path(file).parent))
    window.resize(1366, 768)
    window.show()
    return window, store


def _turn_away(page: Any, first: dt.date) -> None:
    """Show another month, as whoever turns to this one sees."""
    from freecrm.ui.calendar import period

    page.show_view(period.MONTH)
    page.go_to(first - dt.timedelta(days=80))
    _until_shown(page)
    page.view.repaint()


def _until_shown(page: Any) -> None:
    days = page.days()
    _settle(lambda: page.seen is not None and page.seen.since == days[0] and not page._latest.busy)


def _settle(done: Callable[[], bool]) -> None:
    """Wait as the program does, asleep until something comes: a loop that asks all the time takes turns with the job
    that it waits for, and twice its time."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    watch = QTimer(interval=60_000, singleShot=True)
    watch.start()
    while not done() and watch.isActive():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def _leave(window: MainWindow, store: Store) -> None:
    window.close()
    window.tasks.close()
    store.close()
