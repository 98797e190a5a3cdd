"""The page of a customer: until it is painted, each tab, and a timeline of very many entries scrolled through."""

from __future__ import annotations

import time
from typing import Any

from freecrm.modules import model
from freecrm.store.database import open_store
from tests.bench import data
from tests.bench.measure import Goal, Line, Run, fresh, part

ENTRIES, MOST_NOTES = 10_000, 100_000


def record_page(run: Run) -> list[Line]:
    """One session on pages of customers; their floor is a blank page of the same window."""
    path = data.filled(run)
    home = run.scratch / "home"
    home.mkdir(exist_ok=True)
    whole = run.size >= 10_000
    entries, most = (ENTRIES, MOST_NOTES) if whole else (300, 600)
    copy = run.new("notes.freecrm")
    copy.write_bytes(path.read_bytes())
    found = fresh("record:session", str(copy), entries, most, run.repeats(30), home=home).value
    floor_is = "a blank page put into the same window and painted"
    frames = found["frames"]
    lines = [
        Line("record", "customer page: first paint, p95", "ms", part(found["pages"], 0.95), part(found["blank"], 0.95), Goal("most", 200), floor_is, size=run.size),
        Line("record", "customer page: the next one of the list, p95", "ms", part(found["turned"], 0.95), part(found["blank"], 0.95), Goal("most", 200), floor_is, size=run.size),
        Line("record", f"customer page with {most:,} notes: first paint", "ms", found["crowded"], None, Goal("most", 200), size=run.size),
        Line("record", f"customer page with {most:,} notes: its timeline is there", "ms", found["crowded_whole"], size=run.size),
        Line("record", f"timeline of {entries:,} entries: frame while scrolling, p95", "ms", part(frames, 0.95), part(found["plain"], 0.95), Goal("most", 16), "Qt's own list of one-line texts", size=run.size),
        Line("record", f"timeline of {entries:,} entries: longest gap while pages come", "ms", found["gap"], None, Goal("most", 50), size=run.size),
    ]  # fmt: skip
    for name, taken in found["tabs"].items():
        lines.append(
            Line("record", f"customer page: tab {name} first opened", "ms", taken, None, Goal("most", 150), size=run.size)
        )  # fmt: skip
    return lines


def _notes(store: Any, id: bytes, count: int) -> None:
    from freecrm.core.words import N_

    now = round(time.time() * 1000)
    rows = [(f"滤芯换好，水压正常。第 {n} 次上门", now - n * 3_600_000, id, "customer") for n in range(count)]
    with store.step(N_("Import {file}"), file="notes.csv", origin="import") as step:
        for start in range(0, count, 20_000):
            step.insert_many("note", ("text", "at", "parent", "parent_entity"), rows[start : start + 20_000])


def session(file: str, entries: int, most: int, times: int) -> dict[str, Any]:
    """Milliseconds of pages shown, of tabs opened and of frames painted, in a process of its own."""
    from pathlib import Path

    from PySide6.QtCore import QCoreApplication, QEvent, QStringListModel
    from PySide6.QtWidgets import QApplication, QListView, QWidget

    from freecrm.core.jobs import Jobs
    from freecrm.ui import cells, look
    from freecrm.ui.preferences import Preferences
    from freecrm.ui.record_page.page import RecordPage
    from freecrm.ui.tasks import Tasks
    from freecrm.ui.window import MainWindow
    from tests.bench.window import Heart

    app = look.make_app("bench")
    look.apply(app, "light")
    cells.warm_up()
    store = open_store(Path(file), model())
    store.keep("started", True)
    ids = [row[0] for row in store.read().execute("SELECT id FROM customer LIMIT ?", (times + 3,))]
    _notes(store, ids[0], entries)
    _notes(store, ids[1], most)
    window = MainWindow(store, Tasks(Jobs()), Preferences(Path(file).parent))
    window.resize(1366, 768)
    window.show()

    def settle(done: Any = None) -> None:
        until = time.perf_counter() + 60
        while time.perf_counter() < until:
            QApplication.processEvents()
            # pages that were left go, as they do in a loop of events that runs
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            if done is None or done():
                return

    settle(lambda: window.page.model.complete)

    def taken(act: Any) -> float:
        begun = time.perf_counter()
        act()
        QApplication.processEvents()
        window.repaint()
        return (time.perf_counter() - begun) * 1000

    def show(id: bytes) -> RecordPage:
        window.show_id("customer", id)
        page = window.navigator.page
        assert isinstance(page, RecordPage)
        return page

    def blank() -> None:
        page = QWidget()
        window.stack.addWidget(page)
        window.stack.setCurrentWidget(page)

    show(ids[2])  # loads what the first page needs
    settle()
    answer: dict[str, Any] = {"pages": [], "turned": [], "blank": [], "frames": [], "plain": [], "tabs": {}}
    for id in ids[3 : 3 + times]:
        window.visit(window.home())
        settle()
        answer["pages"].append(taken(lambda id=id: show(id)))
        settle(lambda: not window.navigator.page.overview.timeline.model.busy)  # type: ignore[attr-defined]
    page = show(ids[3])
    for id in ids[3 : 3 + times]:
        answer["turned"].append(taken(lambda id=id: page.show_id(id)))
        settle(lambda: not page.overview.timeline.model.busy)
    for tab in page.tabs:
        answer["tabs"][tab.name] = taken(lambda name=tab.name: page.show_tab(name))
    window.visit(window.home())
    begun = time.perf_counter()
    answer["crowded"] = taken(lambda: show(ids[1]))
    crowded = window.navigator.page
    assert isinstance(crowded, RecordPage)
    settle(lambda: bool(crowded.overview.timeline.model.rows))
    answer["crowded_whole"] = (time.perf_counter() - begun) * 1000
    page = show(ids[0])
    settle(lambda: bool(page.overview.timeline.model.rows))
    heart = Heart(0, window)
    view, rows = page.overview.timeline.view, page.overview.timeline.model
    heart.restart()
    while not rows.complete:
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        settle(lambda: not rows.busy)
    answer["gap"] = heart.longest * 1000
    heart.timer.stop()
    plain = QListView()
    plain.setModel(QStringListModel([row.head for row in rows.rows]))
    plain.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    plain.resize(view.size())
    plain.show()
    settle(lambda: plain.windowHandle().isExposed())
    for one, name in ((view, "frames"), (plain, "plain")):
        bar = one.verticalScrollBar()
        for at in range(max(times, 2) * 3):
            bar.setValue(bar.maximum() * at // (max(times, 2) * 3))
            begun = time.perf_counter()
            one.viewport().repaint()
            answer[name].append((time.perf_counter() - begun) * 1000)
    plain.close()
    for _at in range(max(times, 1)):
        answer["blank"].append(taken(blank))
    window.stack.setCurrentWidget(page)
    window.close()
    window.tasks.close()
    store.close()
    return answer
