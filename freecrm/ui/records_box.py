"""A short list of records with their form beside it, for the settings: rules, stages, reasons.

What is changed is kept when the field is left, each change one step; what can't be kept stays where it is, with why.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort, Where
from freecrm.core.record import Record
from freecrm.core.words import N_, _, inside, say
from freecrm.store import noting
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

PAUSE_MS = 400
AT_ONCE = frozenset({"choice", "yesno"})
"""Kinds of field that are kept soon after a change, not first when they are left."""


class RecordsBox(QWidget):
    """Records of one entity in the order of their `position`. chosen(id): another one is shown, None = none.

    fields: what the form asks for, the title first. link: the field and record that all of them belong to; asked for
    by `show_of`. blank: what a new one holds besides its name. makers: field -> what makes its editor, where that isn't the usual one."""

    chosen = Signal(object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        fields: Sequence[str],
        *,
        link: str = "",
        blank: dict[str, Any] | None = None,
        makers: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.store, self.tasks, self.entity = store, tasks, entity
        self.link, self.of, self.blank = link, None, dict(blank or {})  # type: str, bytes | None, dict[str, Any]
        self._makers = makers or {}
        self.declared = store.schema.entity(entity)
        self.records: list[Record] = []
        self.id: bytes | None = None
        self.editors: dict[str, Editor] = {}
        self.titles: dict[str, QLabel] = {}
        self._written: set[str] = set()  # fields whose values are in the file by now
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.keep)
        self._build(fields)
        order_tabs(self)

    # ---- how it is laid out

    def _build(self, fields: Sequence[str]) -> None:
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.currentRowChanged.connect(self._turn)
        self.new_button = QPushButton()
        self.new_button.setProperty("small", True)
        look.dress(self.new_button, "plus", 16)
        self.new_button.clicked.connect(lambda: self.add())
        self.up_button = icon_button("arrow-up", partial(self.move_by, -1), 16)
        self.down_button = icon_button("arrow-down", partial(self.move_by, 1), 16)
        self.delete_button = icon_button("trash-2", self.delete, 16)
        under = QHBoxLayout()
        under.addWidget(self.new_button)
        under.addStretch(1)
        for button in (self.up_button, self.down_button, self.delete_button):
            under.addWidget(button)
        left = QVBoxLayout()
        left.setSpacing(look.px(6))
        left.addWidget(self.list)
        left.addLayout(under)
        left.addStretch(1)
        self.form = QWidget()
        grid = QGridLayout(self.form)
        grid.setContentsMargins(look.px(16), 0, 0, 0)
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(fields):
            self._line(grid, row, name)
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        grid.addWidget(self.trouble, len(fields), 0, 1, 2)
        grid.setRowStretch(len(fields) + 1, 1)
        self.grid = grid
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addLayout(left)
        across.addWidget(self.form, 1)

    def _line(self, grid: QGridLayout, row: int, name: str) -> None:
        f = self.store.schema.fields(self.entity)[name]
        editor = self.editors[name] = self._makers.get(name, editor_for)(f, self.store, self.tasks)
        title = self.titles[name] = label("caption", "", self.form)
        title.setBuddy(editor.main())
        title.setVisible(editor.labelled)
        editor.left.connect(self._soon.start)  # once the editors inside it know what was meant
        editor.done.connect(self._soon.start)
        if f.kind in AT_ONCE:
            editor.changed.connect(self._pause.start)
        grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(editor, row, 1)

    # ---- what it shows

    def show_of(self, of: bytes | None) -> None:
        """Show the records that belong to this one."""
        if of != self.of:
            self.keep()
            self.of, self.id = of, None
        self.load()

    def load(self) -> None:
        """Read the records anew; what is being typed stays."""
        typed = [name for name in self.dirty() if name not in self._written]  # before it changes beneath
        where = Where(self.link, "=", self.of) if self.link else None
        reader = self.store.reader()
        numbers = list(reader.numbers(Query(self.entity, where, (Sort("position"),))))
        if self.link and self.of is None:
            numbers = []
        found = [reader.by_number(self.entity, n) for n in numbers]
        self.records = [record for record in found if record is not None]
        ids = [record.id for record in self.records]
        if self.id not in ids:
            self.id = ids[0] if ids else None
            self._fill()
            self.chosen.emit(self.id)
        else:
            self._fill(kept=typed)
        self._written.clear()
        self._show_list()

    @property
    def record(self) -> Record | None:
        """The one that is shown in the form."""
        return next((record for record in self.records if record.id == self.id), None)

    def _show_list(self) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for record in self.records:
            name = str(record[self.declared.title] or "") or "—"
            off = "off" in record.values and record["off"]
            QListWidgetItem(_("{name} (not used)").format(name=name) if off else name, self.list)
        at = next((i for i, record in enumerate(self.records) if record.id == self.id), -1)
        self.list.setCurrentRow(at)
        self.list.blockSignals(False)
        row = max(self.list.sizeHintForRow(0), look.px(32))
        self.list.setFixedHeight(row * max(2, min(len(self.records), 9)) + look.px(8))
        self.up_button.setEnabled(at > 0)
        self.down_button.setEnabled(0 <= at < len(self.records) - 1)
        self.delete_button.setEnabled(at >= 0)
        self.form.setVisible(at >= 0)
        self.list.setVisible(bool(self.records))

    def _fill(self, kept: Sequence[str] = ()) -> None:
        record = self.record
        for name, editor in self.editors.items():
            value = record[name] if record is not None else None
            if name not in kept and not same(editor.value(), value):
                editor.set_value(value)
            editor.mark(name in kept and editor.problem() is not None)
        if not kept:
            self.trouble.hide()

    def _turn(self, row: int) -> None:
        if 0 <= row < len(self.records) and self.records[row].id != self.id:
            self.keep()
            if self.dirty():  # it can't be kept yet
                self._show_list()
                return
            self.id = self.records[row].id
            self._fill()
            self._show_list()
            self.chosen.emit(self.id)

    # ---- keeping

    def dirty(self) -> list[str]:
        """Names of the fields whose editors hold something else than the record."""
        record = self.record
        if record is None:
            return []
        return [name for name, editor in self.editors.items() if not same(editor.value(), record[name])]

    def unsaved(self) -> list[str]:
        """Titles of what can't be kept as it stands."""
        return [self.editors[name].field.title for name in self.dirty()]

    def keep(self) -> None:
        """Keep what was changed; what is no value stays, with why."""
        self._pause.stop()
        self._soon.stop()
        record, names = self.record, self.dirty()
        if record is None or not names:
            return
        good, why = {}, None
        for name in names:
            problem = self.editors[name].problem()
            self.editors[name].mark(problem is not None)
            if problem is None:
                good[name] = self.editors[name].value()
            else:
                why = why or problem
        if why is not None:
            self._tell(str(why))
        else:
            self.trouble.hide()
        if good:
            self._written |= good.keys()
            self.write(partial(self._change, record, good))

    def _change(self, record: Record, values: dict[str, Any]) -> None:
        name = values.get(self.declared.title) or record[self.declared.title] or ""
        with self.store.step(N_("{what} “{name}” changed"), what=say(self.declared.label), name=name) as step:
            step.update(self.entity, record.id, values)

    def give_up(self) -> None:
        """Forget what was typed and not kept."""
        self._fill()

    def write(self, work: Any, then: Any = None) -> None:
        """Write by this work, then show what there is; a refusal is told below the form."""

        def done(result: Any) -> None:
            if then is not None:
                then(result)
            self.load()

        self.tasks.run(work, then=done, failed=self._refused, writes=True)

    def _refused(self, problem: Known) -> None:
        self._tell(str(problem.what))

    def _tell(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        announce(self, text)

    # ---- adding, moving, deleting

    def add(self) -> None:
        """One more, at the end, its name to be typed."""
        self.keep()
        label_ = inside(_(self.declared.label))
        name = _("New {thing}").format(thing=label_)
        values = {self.declared.title: name, "position": len(self.records) + 1, **self.blank}
        if self.link:
            values[self.link] = self.of

        def write() -> bytes:
            with self.store.step(
                N_("{what} “{name}” added"), what=say(self.declared.label), name=name
            ) as step:
                return step.insert(self.entity, values)

        self.write(write, self.show_made)

    def show_made(self, id: bytes) -> None:
        """Show a new one, its name ready to be typed over."""
        self.load()
        self._turn(next((i for i, one in enumerate(self.records) if one.id == id), -1))
        editor = self.editors[self.declared.title]
        editor.focus_first()
        select = getattr(editor.main(), "selectAll", None)
        if select is not None:
            select()

    def move_by(self, by: int) -> None:
        """Move the one that is shown up (-1) or down (1)."""
        self.keep()
        ids = [record.id for record in self.records]
        at = ids.index(self.id) if self.id in ids else -1
        if at < 0 or not 0 <= at + by < len(ids):
            return
        ids[at], ids[at + by] = ids[at + by], ids[at]

        def write() -> None:
            with self.store.step(
                N_("Order of {things:lower} changed"), things=say(self.declared.plural)
            ) as step:
                step.update_many(self.entity, [(id, {"position": n}) for n, id in enumerate(ids, 1)])

        self.write(write)

    def delete(self) -> None:
        """Delete the one that is shown, with its way back."""
        if self.id is None:
            return
        ids = [record.id for record in self.records]
        at, gone = ids.index(self.id), self.id
        rest = [id for id in ids if id != gone]

        def then(_none: object) -> None:
            if self.id == gone:
                self.id = rest[min(at, len(rest) - 1)] if rest else None
            self.records = []
            self.load()
            self._fill()
            self.chosen.emit(self.id)

        self.tasks.run(
            noting.delete_record,
            self.store,
            self.entity,
            gone,
            then=then,
            failed=talk.tell_problem,
            writes=True,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_by(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self.delete()
        else:
            super().keyPressEvent(event)

    # ---- words

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.list.setFixedWidth(look.px(210))
        self.list.setAccessibleName(_(self.declared.plural))
        self.new_button.setText(_("New {thing}").format(thing=inside(_(self.declared.label))))
        name_button(self.up_button, _("Move up"), _("Alt+Up"))
        name_button(self.down_button, _("Move down"), _("Alt+Down"))
        name_button(self.delete_button, _("Delete"))
        for name, editor in self.editors.items():
            self.titles[name].setText(editor.field.title)
            editor.name(editor.field.title)
            editor.reword()
        self._show_list()


def same(typed: Any, held: Any) -> bool:
    """Whether an editor's value is that of the record; blank is blank, and rows are compared without what readers add."""
    if isinstance(typed, list) or isinstance(held, list):
        return [_row(row) for row in typed or ()] == [_row(row) for row in held or ()]
    return (typed or None) == (held or None)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    left = {"parent", "parent_entity"}
    return {
        k: v for k, v in row.items() if v not in (None, "") and not k.endswith("_title") and k not in left
    }
