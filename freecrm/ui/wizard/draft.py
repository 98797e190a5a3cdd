"""An import being made ready: what the steps show and change, and the work behind them.

Nothing is written before `carry_out`. A change is previewed on the first rows at once; the whole
list is gone through again in the background, the pass before it being stopped.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QDate, QObject, QTimer, Signal

from freecrm.core.change import Touched
from freecrm.core.jobs import Progress
from freecrm.core.module import Together
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, say
from freecrm.exchange import paste, whose
from freecrm.exchange.changeset import ChangeSet, Decision, Options, SampleRow, spool_path
from freecrm.exchange.mapping import Column
from freecrm.exchange.peek import Peek, peek
from freecrm.exchange.preview import Preview, preview
from freecrm.store.database import Store
from freecrm.ui.tasks import Latest, Tasks
from freecrm.ui.wizard import recent

SETTLES_MS = 200
"""How long the user has to be quiet before the whole list is gone through again."""

WISHES = ("tag", "existing", "blank_wipes", "keep_as")
"""The options that are about every list of the user, not about one file."""


def usual_tag() -> str:
    """The tag that a batch gets when nobody wants another."""
    return _("Import {year}").format(year=QDate.currentDate().year())


def _look(path: Path, options: Options, token: Progress) -> Peek:
    return peek(
        path,
        options.sheet,
        options.header_row,
        options.encoding,
        cancel=lambda: token.cancelled,
    )


def _prepare(
    store: Store, path: Path, plan: Together, options: Options, rows: Path, progress: Progress
) -> ChangeSet:
    from freecrm.exchange import importer

    return importer.prepare(store, path, plan, options, rows=rows, progress=progress)


def _carry_out(
    store: Store, draft: tuple[Path, Together, Options, ChangeSet | None, Path | None], progress: Progress
) -> tuple[ChangeSet, Touched]:
    from freecrm.exchange import applier

    path, plan, options, made, rows = draft
    answer = applier.carry_out(store, path, plan, options, made=made, rows=rows, progress=progress)
    if paste.name_of(path) == path.name:
        recent.remember(store, path)
    return answer


class Draft(QObject):
    """One import in the making.

    seen_changed: a file was looked into (`seen`), or it could not be (`problem`). changed: the rows
    as they will be, counts or questions are others. progressed: `done` of `total`. ended: the import
    is over; see `touched`, `problem` and `was_stopped`.
    """

    seen_changed = Signal()
    changed = Signal()
    progressed = Signal()
    began = Signal()
    ended = Signal()

    def __init__(self, store: Store, tasks: Tasks, plan: Together, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.plan = store, tasks, plan
        self.about = ""
        """The entity that the user says the list is about, "" = as its heads tell."""
        self.path: Path | None = None
        self.seen: Peek | None = None
        self.options = Options()
        self.options.tag = usual_tag()
        self.preview: Preview | None = None
        self.made: ChangeSet | None = None
        self.is_current = False  # whether `made` follows from the options as they are now
        self.problem: Known | None = None
        self.looking = self.preparing = self.importing = self.was_stopped = False
        self.done = self.total = 0
        self.result: ChangeSet | None = None
        self.touched: Touched | None = None
        self.progress: Progress | None = None
        self._rows: Path | None = None
        self._token: Progress | None = None
        self._again = False
        self._look_number = 0
        self._previews = Latest(tasks)
        self._settles = QTimer(self, singleShot=True, interval=SETTLES_MS)
        self._settles.timeout.connect(self._prepare_now)

    # ---- the file

    @property
    def name(self) -> str:
        """What the file is called on the screen."""
        return paste.name_of(self.path) if self.path is not None else ""

    @property
    def title(self) -> Said:
        """What is being done, for whoever shows the progress."""
        return say(N_("Importing {file}"), file=self.name)

    def open(self, path: Path) -> None:
        """Begin anew with a file: wishes stay, answers and targets of the one before are forgotten."""
        before = self.options
        self.about = ""
        self.forget()
        self.path, self.options = path, Options()
        for wish in WISHES:
            setattr(self.options, wish, getattr(before, wish))
        self.look()

    def look(self) -> None:
        """Look into the file, with the sheet, header row and encoding of the options."""
        assert self.path is not None
        self._stop_preparing()
        self._drop_rows()
        self._look_number += 1
        number = self._look_number
        if self._token is not None:
            self._token.cancel()
        token = self._token = Progress()
        self.looking, self.problem = True, None
        self.seen_changed.emit()

        def failed(problem: Known) -> None:
            if number == self._look_number:
                self.looking, self.seen, self.preview, self.problem = False, None, None, problem
                self.seen_changed.emit()

        def looked(seen: Peek) -> None:
            if number == self._look_number:
                self.looking, self.seen = False, seen
                self._settle_plan(seen)
                self.seen_changed.emit()
                self._change()

        self.tasks.run(_look, self.path, copy.deepcopy(self.options), token, then=looked, failed=failed)

    def _settle_plan(self, seen: Peek) -> None:
        about = self.store.model.imported(self.about) if self.about else None
        self.plan = about or whose.about(self.store.schema, seen.layout.heads)

    def take_about(self, entity: str) -> None:
        """Take the list for one of these: "customer", "deal"…; its columns are matched anew."""
        self.about = entity
        self._forget_columns()
        if self.seen is not None:
            self._settle_plan(self.seen)
        self.seen_changed.emit()
        self._change()

    def take_sheet(self, name: str) -> None:
        """Take another sheet; its header is looked for anew."""
        self.options.sheet, self.options.header_row = name, None
        self._forget_columns()
        self.look()

    def take_header(self, row: int | None) -> None:
        """Take a row as the header: its number in the file, 0 for none, None to find it."""
        self.options.header_row = row
        self._forget_columns()
        self.look()

    def take_encoding(self, encoding: str | None) -> None:
        """Read a csv in this encoding, None to find it."""
        self.options.encoding = encoding
        self._forget_columns()
        self.look()

    def _forget_columns(self) -> None:
        self.options.told.clear()
        self.options.answers.clear()
        self.options.decisions.clear()

    # ---- what the steps show

    @property
    def columns(self) -> list[Column]:
        """The columns of the file with their targets, as far as they are known."""
        if self.is_current and self.made is not None:
            return self.made.columns
        return self.preview.mapping.columns if self.preview is not None else []

    @property
    def targets(self) -> list[str]:
        """What the cells of `rows` are."""
        if self.is_current and self.made is not None:
            return self.made.targets
        return self.preview.targets if self.preview is not None else []

    @property
    def rows(self) -> list[SampleRow]:
        """The first rows as they will be."""
        if self.is_current and self.made is not None:
            return self.made.preview
        return self.preview.rows if self.preview is not None else []

    @property
    def tidied(self) -> dict[int, Said]:
        """Column -> what tidying does to it."""
        if self.is_current and self.made is not None:
            return self.made.tidied
        return self.preview.tidied if self.preview is not None else {}

    @property
    def decisions(self) -> list[Decision]:
        """The questions, each with the answer in force."""
        return self.made.decisions if self.made is not None else []

    # ---- what the user says

    def take_target(self, head: str, target: str) -> None:
        """Send a column somewhere else; one that is there already stays, and how to join them is asked."""
        from freecrm.exchange.targets import takes_one

        for column in self.columns:
            same = column.head != head and column.target == target
            if same and target and takes_one(self.store.schema, target):
                self.options.told[column.head] = target
        self.options.told[head] = target
        self._change()

    def answer(self, key: str, value: str, *more: str) -> None:
        """Answer a question; `more`: keys whose own answers this one replaces."""
        for other in more:
            self.options.answers.pop(other, None)
        self.options.answers[key] = value
        self._change()

    def decide(self, row: int, action: str) -> None:
        """What happens to one row that is, or may be, a record already there."""
        self.options.decisions[row] = action
        self._change()

    def decide_alike(self, key: str, action: str, rows: list[int]) -> None:
        """The same for all rows with the same reasons; `rows`: those that were decided one by one."""
        for row in rows:
            self.options.decisions.pop(row, None)
        self.options.answers[key] = action
        self._change()

    def wish(self, **wishes: object) -> None:
        """Change options: one of WISHES, or forget."""
        for name, value in wishes.items():
            setattr(self.options, name, value)
        self._change()

    def look_if_changed(self) -> None:
        """Look again when somebody saved the file meanwhile: whoever mends it in Excel comes back here."""
        idle = not (self.looking or self.importing) and self.touched is None
        if idle and self.seen is not None and not self.seen.is_current():
            self.look()

    def heard(self) -> None:
        """Something in the file changed: what was found no longer holds."""
        if self.seen is not None and not self.importing and self.touched is None:
            self._change()

    def reword(self) -> None:
        """Texts were made in the language spoken before: make them anew."""
        self.heard()

    def _change(self) -> None:
        if self.seen is None or self.importing:
            return
        self.is_current = False
        self.problem = None
        if self.made is not None:
            self.made.discard()
        self._stop_preparing()
        seen, options = self.seen, copy.deepcopy(self.options)
        self._previews.run(preview, self.store, self.plan, seen, options, then=self._previewed)
        self._settles.start()

    def _previewed(self, shown: Preview) -> None:
        self.preview = shown
        self.changed.emit()

    # ---- the whole list

    def _stop_preparing(self) -> None:
        self._settles.stop()
        self._again = False
        if self.preparing and self.progress is not None:
            self.progress.cancel()

    def _prepare_now(self) -> None:
        if self.seen is None or self.importing:
            return
        if self.preparing:  # the child before must be gone before its rows are used
            self._again = True
            return
        assert self.path is not None
        if self._rows is None:
            self._rows = spool_path("rows")
        options = copy.deepcopy(self.options)
        options.sheet, options.header_row = self.seen.sheet, self.seen.layout.header_row
        self.preparing, self.done, self.total = True, 0, 0
        progress = self.progress = self.tasks.progress(self._heard)
        self.progressed.emit()
        work: Callable[..., ChangeSet] = _prepare
        self.tasks.run(
            work,
            self.store,
            self.path,
            self.plan,
            options,
            self._rows,
            progress=progress,
            then=lambda made: self._prepared(made, progress),
            failed=lambda problem: self._refused(problem, progress),
            stopped=lambda: None,
            finally_=self._free,
        )

    def _heard(self, progress: Progress) -> None:
        if progress is self.progress:
            self.done, self.total = progress.done, progress.total
            self.progressed.emit()

    def _free(self) -> None:
        self.preparing = False
        if self._again:
            self._again = False
            self._prepare_now()

    def _prepared(self, made: ChangeSet, progress: Progress) -> None:
        if progress is not self.progress or progress.cancelled:
            made.discard()
            return
        self.made, self.is_current = made, True
        self.changed.emit()

    def _refused(self, problem: Known, progress: Progress) -> None:
        if progress is self.progress and not progress.cancelled:
            self.problem = problem
            self.changed.emit()

    # ---- the import itself

    def carry_out(self) -> None:
        """Import it: backup, then everything as one step. `ended` comes in any case."""
        assert self.seen is not None
        assert self.path is not None
        made = self.made if self.is_current else None
        if made is None:
            self._stop_preparing()
        options = copy.deepcopy(self.options)
        options.sheet, options.header_row = self.seen.sheet, self.seen.layout.header_row
        self.importing, self.problem, self.was_stopped = True, None, False
        self.done, self.total = 0, made.rows if made else 0
        progress = self.progress = self.tasks.progress(self._heard)
        rows = self._rows if not self.preparing else None
        self.began.emit()
        self.tasks.run(
            _carry_out,
            self.store,
            (self.path, self.plan, options, made, rows),
            writes=True,
            progress=progress,
            then=self._imported,
            failed=self._not_imported,
            stopped=self._stopped,
        )

    def _imported(self, answer: tuple[ChangeSet, Touched]) -> None:
        self.importing = False
        self.result, self.touched = answer
        self.made, self.is_current = None, False
        self._drop_rows()
        self.ended.emit()

    def _not_imported(self, problem: Known) -> None:
        self.importing, self.problem = False, problem
        self.ended.emit()

    def _stopped(self) -> None:
        self.importing, self.was_stopped = False, True
        self.ended.emit()

    def stop(self) -> None:
        """Stop the import; everything is then as it was before."""
        if self.importing and self.progress is not None:
            self.progress.cancel()

    # ---- the end

    def forget(self) -> None:
        """Give everything up that is not written: stop the work, throw away what it left."""
        self._look_number += 1
        if self._token is not None:
            self._token.cancel()
        self._previews.drop()
        self._stop_preparing()
        if self.made is not None and not self.importing:
            self.made.discard()
        self._drop_rows()
        if self.path is not None and paste.name_of(self.path) != self.path.name:
            self.path.unlink(missing_ok=True)
        self.path = self.seen = self.preview = self.made = self.problem = None
        self.result = self.touched = None
        self.is_current = self.looking = self.was_stopped = False

    def _drop_rows(self) -> None:
        if self._rows is not None:
            with suppress(
                OSError
            ):  # Windows keeps it while a child still reads: a later import clears it away
                self._rows.unlink()
            self._rows = None
