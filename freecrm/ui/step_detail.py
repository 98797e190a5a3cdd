"""One step of the history: its sentence, what it changed, whether it can be taken back and what would stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.change import Kept, Step
from freecrm.core.problems import Known
from freecrm.core.words import _, plural, sentences
from freecrm.store import history, journal, lines, undo
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.line_table import LineTable
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    pass

TRIED_MOST = 5_000
"""Changes of a step up to which undoing it is tried out before anybody asks for it."""
LISTED = 200  # records that stay, by name
_KEPT_HEIGHT = 112


class StepDetail(QWidget):
    """undo_wanted(number): its button was pressed. opened(entity, id): a record is wanted."""

    undo_wanted = Signal(int)
    opened = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.step: Step | None = None
        self.outlook: undo.Outlook | None = None
        self.kept: list[Kept] = []
        self.number = 0  # of the step that the button takes back
        self.later: dict[bytes, Step] = {}
        self._extents, self._outlooks = Latest(tasks), Latest(tasks)
        self._build()

    def _build(self) -> None:
        self.title, self.facts = label("subtitle"), label("hint")
        for part in (self.title, self.facts):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.undo_button = QPushButton()
        self.undo_button.clicked.connect(self._undo)
        head = QHBoxLayout()
        head.setSpacing(look.px(12))
        words = QVBoxLayout()
        words.setSpacing(look.px(2))
        words.addWidget(self.title)
        words.addWidget(self.facts)
        head.addLayout(words, 1)
        head.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignTop)
        self.note = QFrame()
        self.note.setProperty("message", "info")
        self.picture, self.why = QLabel(), label()
        self.why.setWordWrap(True)
        self.stay = QListWidget()
        self.stay.setProperty("framed", True)
        self.stay.setWordWrap(True)
        self.stay.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stay.itemActivated.connect(self._open_kept)
        line = QHBoxLayout()
        line.setSpacing(look.px(8))
        line.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.why, 1)
        box = QVBoxLayout(self.note)
        box.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        box.addLayout(line)
        box.addWidget(self.stay)
        self.table = LineTable(self.store)
        self.table.opened.connect(self.opened)
        self.reading = label("hint")
        self.empty = EmptyState("history")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.px(12), 0, 0)
        column.setSpacing(look.px(10))
        self.top = QWidget()
        inner = QVBoxLayout(self.top)
        inner.setContentsMargins(*(look.px(side) for side in (16, 0, 16, 0)))
        inner.setSpacing(look.px(10))
        inner.addLayout(head)
        inner.addWidget(self.note)
        inner.addWidget(self.reading)
        column.addWidget(self.top)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)

    # ---- what it shows

    def show_step(self, step: Step | None) -> None:
        """Show this step, or that there is none."""
        self.step, self.outlook, self.kept, self.later = step, None, [], {}
        self._extents.drop()
        self._outlooks.drop()
        self.table.lines.show_extent(lines.Extent(0, 1, 0))
        if step is not None:
            back = journal.undone_by(self.store, step.n) if step.undone else None
            self.kept = journal.kept(self.store, step.n if back is None else back)
            self._extents.run(lines.extent, self.store, step.n, then=self._measured)
            self._look_ahead(step)
        self.reword()

    def _way_back(self, step: Step) -> Step:
        """What the button takes back: the step, or of an undone one the undo."""
        number = journal.undone_by(self.store, step.n) if step.undone else None
        found = history.step(self.store, number) if number is not None else None
        return found or step

    def _measured(self, extent: lines.Extent) -> None:
        self.table.lines.show_extent(extent)
        self._reword_table()

    def _look_ahead(self, step: Step) -> None:
        """Find out what undoing would do, where that takes a blink."""
        step = self._way_back(step)
        self.number = step.n
        why = undo.refusal(step)
        if why is not None:
            self.outlook = undo.Outlook(why)
        elif sum(sum(counts) for counts in step.counts.values()) <= TRIED_MOST:
            self._outlooks.run(self._try, step.n, then=self._looked)

    def _try(self, n: int) -> tuple[undo.Outlook, dict[bytes, Step]]:
        try:
            found = undo.outlook(self.store, n)
        except Known as problem:  # the file can't be written just now: that is why
            found = undo.Outlook(problem.what)
        later = journal.later_steps(self.store, n, [k.id for k in found.kept[:LISTED]])
        return found, later

    def _looked(self, answer: tuple[undo.Outlook, dict[bytes, Step]]) -> None:
        self.outlook, self.later = answer
        self.reword()

    def _undo(self) -> None:
        if self.step is not None:
            self.undo_wanted.emit(self.number)

    def _open_kept(self, item: QListWidgetItem) -> None:
        kept = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(kept, Kept):
            self.opened.emit(kept.entity, kept.id)

    # ---- words

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        step = self.step
        self.top.setVisible(step is not None)
        self.table.setVisible(step is not None)
        self.empty.setVisible(step is None)
        self.empty.title.setText(_("Choose a step"))
        self.empty.text.setText(_("What it changed stands here, with the way back."))
        self.empty.repaint_icon()
        self.table.setAccessibleName(_("What this step changed"))
        self.table.fit()
        if step is None:
            return
        self.title.setText(str(step.done))
        who = self.store.reader().titles("user", {step.who}).get(step.who) if step.who else None
        at = step.at.astimezone()
        parts = [f"{day_words.heading(at.date())} {at:%H:%M}", who or "", journal.origin_words(step)]
        parts.append(journal.counts_words(self.store, step))
        self.facts.setText(" · ".join(part for part in parts if part))
        self._reword_button(step)
        self._reword_note(step)
        self._reword_table()

    def _reword_button(self, step: Step) -> None:
        again = step.undone != (step.origin == "undo")  # an undo that was undone is taken back as any step
        self.undo_button.setText(_("Redo this step") if again else _("Undo this step"))
        look.dress(self.undo_button, "redo-2" if again else "undo-2", 16)
        self.undo_button.setEnabled(self.outlook is None or self.outlook.why is None)

    def _reword_note(self, step: Step) -> None:
        text, kind, stay = self._note(step)
        self.note.setVisible(bool(text))
        self.why.setText(text)
        self.note.setProperty("message", kind)
        look.refresh(self.note)
        icon = "triangle-alert" if kind == "warning" else "info"
        self.picture.setPixmap(look.pixmap(icon, look.px(18), kind, self.devicePixelRatioF()))
        self.stay.clear()
        self.stay.setVisible(bool(stay))
        self.stay.setAccessibleName(_("Records that stay as they are"))
        for kept in stay[:LISTED]:
            item = QListWidgetItem(self._stays(kept))
            item.setData(Qt.ItemDataRole.UserRole, kept)
            self.stay.addItem(item)
        rows = min(len(stay), 4)
        self.stay.setMaximumHeight(min(look.px(_KEPT_HEIGHT), look.px(48) * rows + look.px(12)))

    def _note(self, step: Step) -> tuple[str, str, list[Kept]]:
        """The sentence above the changes, how loud it is, and the records that it is about."""
        if step.undone and self.kept:
            text = plural(
                "This step was undone, but for {n} record, which stayed as it was.",
                "This step was undone, but for {n} records, which stayed as they were.",
                len(self.kept),
            )
            return text, "warning", self.kept
        if step.undone and (self.outlook is None or self.outlook.why is None):
            return _("This step was undone. What it changed is as it was before."), "info", []
        outlook = self.outlook
        if outlook is not None and outlook.why is not None:
            return str(outlook.why), "warning", list(outlook.kept)
        if outlook is not None and outlook.kept:
            text = plural(
                "Undo takes back all but {n} record, which was changed since or is needed by another.",
                "Undo takes back all but {n} records, which were changed since or are needed by others.",
                len(outlook.kept),
            )
            return text, "warning", list(outlook.kept)
        if self.kept:
            text = plural("{n} record stayed as it was.", "{n} records stayed as they were.", len(self.kept))
            return text, "info", self.kept
        if outlook is None and sum(sum(c) for c in step.counts.values()) > TRIED_MOST:
            return (
                _("A large step: what was changed since stays as it is and is listed after undoing."),
                "info",
                [],
            )
        return "", "info", []

    def _stays(self, kept: Kept) -> str:
        title = kept.title or _(self.store.schema.entity(kept.entity).label)
        text = _("{name}: {why}").format(name=title, why=kept.why)
        later = self.later.get(kept.id)
        if later is None:
            return text
        at = later.at.astimezone()
        when = f"{day_words.heading(at.date())} {at:%H:%M}"
        return sentences(text, _("Later: “{step}”, {when}.").format(step=later.done, when=when))

    def _reword_table(self) -> None:
        waiting = self._extents.busy and not self.table.lines.extent.count
        self.reading.setText(_("Reading…"))
        self.reading.setVisible(waiting)
