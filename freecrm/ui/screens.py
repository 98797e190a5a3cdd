"""Plays a window through its pages and leaves a picture of each; for servers without a display and for
the people who look at every change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from freecrm.core import words
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow

SIZES = ((1440, 900), (1366, 768))
LANGUAGES = ("zh_CN", "en")
THEMES = ("light", "dark")
PATIENCE_MS = 60_000

States = Callable[[MainWindow], Iterator[str]]
"""Puts the window into one state after the other and names each."""


def play(
    window: MainWindow,
    folder: Path,
    states: States | None = None,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> list[Path]:
    """Pictures of the states (None: those of a list) in each language, theme and size; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    window.show()
    window.after_first_paint()
    made: list[Path] = []
    for language in LANGUAGES:
        window.dress.set_language(language)
        for theme in THEMES:
            window.dress.set_theme(theme)
            for width, height in sizes:
                window.resize(width, height)
                suffix = f"{language[:2]}-{theme}-{width}"
                for name in (states or list_states)(window):
                    made.append(picture(window, folder / f"{name}-{suffix}.png"))
    return made


def list_states(window: MainWindow, search: str = "lxt") -> Iterator[str]:
    """A list: as it is, with the side pane, with the form of a new record, narrowed, and without a hit."""
    page = window.page
    window.toasts.clear()
    page.find_box.clear()
    _close(page)
    page.grid.setFocus()
    if page.model.numbers:
        page.grid.go(min(4, len(page.model.numbers) - 1), 0)
    yield "list"
    if not page.model.numbers:
        return
    page.open_panel()
    yield "panel"
    _close(page)
    page.begin_new()
    yield "new"
    page.give_up()
    _close(page)
    page.focus_find()
    page.find_box.setText(search)
    yield "search"
    page.find_box.setText("qqxz")
    yield "nothing"
    page.find_box.clear()


def shell_states(window: MainWindow) -> Iterator[str]:
    """What lies around and over the lists: palette, menu, settings, help, first start, the whole form."""
    window.visit(window.home())
    window.open_palette()
    yield "palette-empty"
    window.lookup.box.setText("lxt")
    yield "palette"
    window.lookup.box.setText(">")
    yield "palette-commands"
    window.lookup.close()
    window.menus.show()
    yield "menu"
    window.menuBar().hide()
    for place, name in (
        (Place("settings"), "settings"),
        (Place("settings", "backup"), "settings-backup"),
        (Place("help"), "help"),
        (Place("welcome"), "welcome"),
        (Place("new", "customer"), "form"),
    ):
        window.visit(place)
        yield name
    window.visit(window.home())
    window.commands.run("file.print")
    yield "print"
    preview = QApplication.activeModalWidget()
    if preview is not None:
        preview.close()


def record_states(window: MainWindow, entity: str = "customer") -> Iterator[str]:
    """The page of a record: each of its tabs, the form of somebody new, and a value being edited."""
    from freecrm.ui.record_page.page import RecordPage

    window.visit(Place("list", entity))
    window.show_record(entity, window.page.model.numbers[0])
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    window.toasts.clear()
    yield f"{entity}-overview"
    for tab in page.tabs:
        page.show_tab(tab.name)
        yield f"{entity}-{tab.name}"
    page.show_tab("overview")
    page.begin_first_person()
    yield f"{entity}-new"
    if page.new is not None:
        page.new.close_asking()
    page.fields.edit(page.entity.title)
    yield f"{entity}-edit"
    page.fields.give_up()
    window.visit(window.home())


def calendar_states(window: MainWindow) -> Iterator[str]:
    """The calendar in each of its views, a week without anything, and a line being typed."""
    from freecrm.ui.calendar.page import CalendarPage

    page = window.visit(Place("calendar"))
    assert isinstance(page, CalendarPage)
    window.toasts.clear()
    page.go_today()
    for name in page.views:
        page.show_view(name)
        yield f"calendar-{name}"
    page.show_view("week")
    page.quick.box.setFocus()
    page.quick.box.setText(
        "周五下午3点 拜访拓岩 1小时" if words.language() == "zh_CN" else "Fri 3pm visit 拓岩 1h"
    )
    yield "calendar-quick"
    page.quick.clear()
    for _week in range(2):
        page.turn(1)
    page.focus_first()
    yield "calendar-empty"
    page.go_today()
    page.begin_new()
    yield "calendar-form"
    page.right.give_up()
    page.right.close_form()
    window.visit(window.home())


def pipeline_states(window: MainWindow) -> Iterator[str]:
    """The pipeline: its board, its months, the form of a new deal."""
    from freecrm.ui.board.page import PipelinePage
    from freecrm.ui.board.shown import BOARD, FORECAST

    page = window.visit(Place("pipeline"))
    assert isinstance(page, PipelinePage)
    window.toasts.clear()
    for name in (FORECAST, BOARD):
        page.show_view(name)
        yield f"pipeline-{name}"
    page.begin_new()
    yield "pipeline-new"
    page.give_up()
    window.visit(window.home())


def wizard_states(window: MainWindow, path: Path) -> Iterator[str]:
    """The steps of an import, up to what it would do; nothing is written."""
    from freecrm.ui.wizard import ImportPage

    window.visit(Place("import"))
    yield "import-1"
    page = window.visit(Place("import", str(path)))
    assert isinstance(page, ImportPage)
    wait_until(lambda: page.draft.made is not None and page.draft.is_current)
    for step in range(1, 5):
        page.go_to(step)
        yield f"import-{step + 1}"
    page.cancel()
    window.visit(window.home())


def log_states(window: MainWindow) -> Iterator[str]:
    """What the change log is read by: the history, the recycle bin, the life of a record, as it was on a day."""
    from freecrm.store import history
    from freecrm.ui.history_page import HistoryPage
    from freecrm.ui.record_history import RecordHistoryPage

    window.toasts.clear()
    page = window.visit(Place("history"))
    assert isinstance(page, HistoryPage)
    page.kind.setCurrentIndex(0)
    yield "history"
    for number in list(page.steps.steps.found.numbers)[:12]:
        page.steps.choose(number)
        if page.detail.outlook is not None and page.detail.outlook.kept:
            yield "history-kept"
            break
    page.find_box.setText("qqxz")
    yield "history-nothing"
    page.find_box.clear()
    window.visit(Place("bin"))
    yield "bin"
    edited = [s.n for s in history.steps(window.store) if s.counts.get("customer", (0, 0, 0))[1]]
    changes = history.changes_of_step(window.store, edited[-2]) if len(edited) > 1 else []
    changed = [c for c in changes if c.entity == "customer" and c.op == 1]
    if changed:
        life = window.visit(Place("record_history", f"customer:{changed[0].id.hex()}"))
        assert isinstance(life, RecordHistoryPage)
        yield "record-history"
        life.history.show_day(changed[0].at.astimezone().date())
        yield "record-day"
    window.visit(window.home())


def day_states(window: MainWindow) -> Iterator[str]:
    """The day: its page, one activity for many, what is late carried over, the list of activities."""
    window.toasts.clear()
    page = window.visit(Place("today"))
    assert page is not None
    page.focus_first()
    yield "today"
    window.visit(window.home())
    window.page.grid.selectAll()
    window.commands.run("batch.plan")
    yield from _dialog("today-plan")
    window.page.grid.let_go()
    window.commands.run("record.carry")
    yield from _dialog("today-carry")
    window.visit(Place("list", "activity"))
    yield "activities"
    window.visit(window.home())


def _dialog(name: str) -> Iterator[str]:
    from PySide6.QtWidgets import QDialog

    shown = QApplication.activeModalWidget()
    if isinstance(shown, QDialog):
        yield name
        shown.reject()


def pool_states(window: MainWindow) -> Iterator[str]:
    """The shared pool, its rules, the colleagues, who works here."""
    window.toasts.clear()
    window.visit(Place("pool"))
    yield "pool"
    window.visit(Place("settings", "pool"))
    yield "pool-rules"
    window.visit(Place("settings", "team"))
    yield "colleagues"
    window.visit(window.home())


def step_states(window: MainWindow) -> Iterator[str]:
    """Next steps: the list grouped by them, one being typed there, the box that ends one, planning in a dialog, the
    follow-up in the side panel, plans, the settings of it all."""
    from freecrm.store import views
    from freecrm.ui import finish_box

    store = window.store
    window.toasts.clear()
    window.visit(window.home())
    page = window.page
    offered = next((one for one in views.offered_of(store, "customer") if one.offered == "by_next"), None)
    if offered is not None:
        page.views.show_view(offered.id)
    yield "by-next-step"
    columns = page.model.columns
    if "next_at" in columns and len(page.model.numbers) > 1:
        page.grid.go(1, columns.index("next_at"))
        page.cells.edit("下周三 10点" if words.language() == "zh_CN" else "next Wed 10:00")
        yield "next-typed"
        page.cells.give_up()
        page.open_panel()
        if page.panel is not None and page.panel.foot is not None:
            page.panel.load()
            page.panel.foot.begin()
            yield "panel-follow-up"
        _close(page)
    page.views.show_view(None)
    row = (
        store.read()
        .execute("SELECT id FROM activity WHERE open_at IS NOT NULL ORDER BY open_at, n")
        .fetchone()
    )
    if row is not None:
        finish_box.open(window, store, window.tasks, row[0])
        yield from _dialog("finish")
        window.commands.run("activity.plan")
        yield from _dialog("activity-dialog")
        window.show_id("activity", row[0])
        yield from _dialog("activity")
    window.visit(window.home())
    window.visit(Place("plans"))
    yield "plans"
    for section in ("activity", "calendar", "remind"):
        window.visit(Place("settings", section))
        yield f"settings-{section}"
    window.visit(window.home())


def tidy_states(window: MainWindow) -> Iterator[str]:
    """Tidying up: suggestions kind by kind, ten for today, scores as bars and as a table, their rules."""
    from freecrm.ui.tidy.page import TidyPage

    window.toasts.clear()
    page = window.visit(Place("tidy"))
    assert isinstance(page, TidyPage)
    page.show_part("suggestions")
    page.suggestions.scan()
    for kind in list(page.suggestions.held.counts if page.suggestions.held is not None else ()):
        page.suggestions.show_kind(kind)
        if kind == "phone":
            page.suggestions.table.suggestions.tick([0, 1], True)
        yield f"tidy-{kind}"
    page.show_part("today")
    page.today.list.setCurrentRow(0)
    yield "tidy-today"
    page.show_part("scores")
    yield "tidy-scores"
    page.scores.switch_view()
    yield "tidy-scores-table"
    page.scores.switch_view()
    page.show_part("suggestions")
    window.visit(Place("settings", "quality"))
    yield "tidy-rules"
    window.visit(window.home())


def report_states(window: MainWindow) -> Iterator[str]:
    """Every report of this year, and the targets."""
    from freecrm.store.report_kinds import REPORTS
    from freecrm.ui.reports.page import ReportsPage

    window.toasts.clear()
    page = window.visit(Place("reports"))
    assert isinstance(page, ReportsPage)
    page.show_period("this_year")
    for report in REPORTS:
        page.show_report(report.name)
        yield f"report-{report.name}"
    window.visit(Place("targets"))
    yield "targets"
    window.visit(Place("today"))
    yield "figures"
    window.visit(window.home())


def wait_until(done: Callable[[], bool]) -> None:
    """Let the window live until something is done; gives up after a minute."""
    from PySide6.QtCore import QDeadlineTimer

    until = QDeadlineTimer(PATIENCE_MS)
    while not done() and not until.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _close(page: ListPage) -> None:
    if page.panel_open:
        page.toggle_panel()


def picture(window: MainWindow, path: Path) -> Path:
    """A picture of the window as it is now, or of the one that stands over it."""
    page = window.navigator.page
    if isinstance(page, ListPage) and page.panel is not None and page.panel.isVisible():
        page.panel.load()  # what it does by itself a blink after the cursor moved
    for _round in range(3):
        QApplication.processEvents()
    (QApplication.activeModalWidget() or window).grab().save(str(path))
    return path
