"""Files in and out of the window: what is exported, what comes back, and where a dropped list goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from freecrm.core.words import N_, Said, _, say
from freecrm.ui import talk
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from freecrm.exchange.exporter import Exported
    from freecrm.exchange.ical_out import Written
    from freecrm.ui.window import MainWindow
    from freecrm.ui.wizard import ImportPage

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


class ExchangeDesk:
    """The commands of a window that read and write foreign files."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def take(self, path: Path) -> None:
        """Bring a list in: our own workbooks are compared and brought back, calendars looked at, all others imported."""
        from freecrm.exchange.sheetback import is_ours
        from freecrm.ui.drop import CALENDARS

        if path.suffix.lower() in CALENDARS:
            self.window.visit(Place("calendar_file", str(path)))
            return
        self.window.visit(Place("bring_back" if is_ours(path) else "import", str(path)))

    def watch(self, page: ImportPage) -> None:
        """Show how far an import is, while it runs and the user is elsewhere."""
        _Away(self.window, page)

    def bring_back(self) -> None:
        """Ask for an exported workbook and show what it says differently."""
        path = talk.ask_file(self.window, _("Bring an exported workbook back"), _workbooks())
        if path is not None:
            self.window.visit(Place("bring_back", str(path)))

    def take_calendar(self) -> None:
        """Ask for a calendar file and show what taking it in would do."""
        from freecrm.ui.drop import CALENDARS

        endings = " ".join(f"*{ending}" for ending in CALENDARS)
        path = talk.ask_file(self.window, _("Import a calendar"), f"{_('Calendars')} ({endings})")
        if path is not None:
            self.window.visit(Place("calendar_file", str(path)))

    def save_calendar(self) -> None:
        """Write activities as a calendar file: those chosen in their list, those that the calendar shows, those of the
        record that is shown, else all."""
        from freecrm.exchange import ical_out
        from freecrm.ui.calendar.page import CalendarPage
        from freecrm.ui.window_commands.shown import list_of, shown_record

        window = self.window
        listed, shown = list_of(window), shown_record(window)
        chosen, name = ical_out.Chosen(), _("Calendar")
        if listed is not None and listed.entity.entity == "activity":
            reader = window.store.reader()
            numbers = listed.cells.numbers() if listed.grid.chosen else reader.numbers(listed.model.query)
            chosen = ical_out.Chosen(ids=reader.ids_of("activity", numbers))
        elif isinstance(window.navigator.page, CalendarPage):
            page = window.navigator.page
            chosen = ical_out.Chosen(ids=page.ids_shown())
            name = f"{name} {page.days()[0]}"
        elif shown is not None and shown.entity.entity in ("customer", "contact"):
            name = shown.name
            of = {shown.entity.entity: shown.id}
            chosen = ical_out.Chosen(customer=of.get("customer"), contact=of.get("contact"))
        kinds = f"{_('Calendars')} (*.ics)"
        path = talk.ask_save(window, _("Save as calendar file"), kinds, ical_out.file_name(name))
        if path is None:
            return
        progress = window.tasks.progress(lambda _progress: None)
        done = window.progress.follow(say(N_("Writing {file}"), file=path.name), progress)
        window.tasks.run(
            partial(ical_out.export, window.store, path, chosen, progress),
            then=self._saved_calendar,
            stopped=lambda: talk.tell(say(N_("The export was stopped; no file was written."))),
            finally_=done,
        )

    def _saved_calendar(self, made: Written) -> None:
        self._written(say(N_("Calendar saved: {file}"), file=made.path.name), made.path)

    def export_list(self, only: Sequence[int] | None = None) -> None:
        """Write what the list shows, found and sorted as it is, to a file of the user's choice. only: of these rows
        the ones with these numbers."""
        from freecrm.exchange import exporter

        page, window = self.window.page, self.window
        kinds = f"{_workbooks()};;csv (*.csv);;vCard (*.vcf)"
        suggestion = f"{_name(_(page.entity.plural))}.xlsx"
        path = talk.ask_save(window, _("Export this list"), kinds, suggestion)
        if path is None:
            return
        progress = window.tasks.progress(lambda _progress: None)
        done = window.progress.follow(say(N_("Exporting {file}"), file=path.name), progress)
        window.tasks.run(
            partial(exporter.export, only=only),
            window.store,
            page.model.whole,
            path,
            progress=progress,
            then=self._exported,
            stopped=lambda: talk.tell(say(N_("The export was stopped; no file was written."))),
            finally_=done,
        )

    def _exported(self, made: Exported) -> None:
        self._written(say(N_("{n} rows are in {file}."), n=f"{made.rows:,}", file=made.path.name), made.path)
        for note in made.notes:
            talk.tell(note, "warning")

    def template(self) -> None:
        """Write an empty workbook with a column for each field, for whoever collects customers in Excel."""
        from freecrm.exchange import exporter

        window, entity = self.window, self.window.page.entity
        name = _("{things} to fill in").format(things=_(entity.plural))
        path = talk.ask_save(window, _("Empty workbook to fill in"), _workbooks(), f"{_name(name)}.xlsx")
        if path is None:
            return
        what = say(N_("An empty workbook is in {file}."), file=path.name)
        work = partial(exporter.template, window.store, entity.entity, path)
        window.tasks.run(work, then=lambda _made: self._written(what, path))

    def _written(self, what: Said, path: Path) -> None:
        self.window.toasts.add(what, N_("Open folder"), partial(talk.show_folder, path.parent))


class _Away(QObject):
    """Lives as long as the page of an import does."""

    def __init__(self, window: MainWindow, page: ImportPage) -> None:
        super().__init__(page)
        self.window, self.page = window, page
        self.end: Callable[[], None] | None = None
        window.navigator.moved.connect(self.look)
        page.ended.connect(self.look)

    def look(self) -> None:
        """Begin to show how far it is, or end to."""
        draft = self.page.draft
        away = draft.importing and self.window.navigator.page is not self.page
        if away and self.end is None and draft.progress is not None:
            self.end = self.window.progress.follow(draft.title, draft.progress)
        elif not away and self.end is not None:
            self.end()
            self.end = None


def _workbooks() -> str:
    return _("Excel workbooks") + " (*.xlsx)"


def _name(text: str) -> str:
    """A text without the signs that file names may not have."""
    return _NOT_IN_NAMES.sub(" ", text).strip()
