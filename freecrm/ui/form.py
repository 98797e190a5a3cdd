"""A form made from the declaration: for a new record, short or whole, or for all of an existing one.

    form = Form(store, tasks, "customer", quick=True)
    form.saved.connect(lambda id: ...)
    form.save()         checks, puts the cursor where something is missing, else writes one step

What is typed is kept in the file every two seconds (`store/drafts.py`) until it is saved or given up.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import N_, _, inside, say
from freecrm.exchange.similar import PERSON, Like, similar
from freecrm.store.database import Store
from freecrm.store.single import Changed, change_fields
from freecrm.ui import form_ways, look
from freecrm.ui.editors import editor_for
from freecrm.ui.form_box import FieldBox, Section
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.form_fields import full_fields, quick_fields
from freecrm.ui.form_hints import SaveTrouble, SimilarHint
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks

LIKE_MS = 250
TWO_COLUMNS = 640  # from this width on


class Form(QWidget):
    """saved(id): the record is in the file. given_up: the user wants to leave it. changed: something was
    typed. open_record(entity, id): a record like this one was pressed."""

    saved = Signal(object)
    given_up = Signal()
    changed = Signal()
    open_record = Signal(str, object)
    compare_wanted = Signal(object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        *,
        quick: bool = False,
        values: dict[str, Any] | None = None,
        id: bytes | None = None,
        draft: str = "",
    ) -> None:
        """values: what is in it already, as another form's `values()` or a draft gives it; counts as typed.
        id: the record to change, None for a new one. draft: the key of the draft that is gone on with."""
        super().__init__()
        self.store, self.tasks, self.entity, self.id, self.quick = store, tasks, entity, id, quick
        self.declared = store.schema.entity(entity)
        person = store.model.imported(entity).person
        self._person_key = f"{PERSON}.{store.schema.entity(person).title}" if person else ""
        self.boxes: dict[str, FieldBox] = {}
        self.sections: list[Section] = []
        self._columns = 0
        self._hold = form_ways.Hold(self)
        self._saved_id: bytes | None = None
        self._record = store.reader().record(entity, id) if id is not None else None
        self.drafts = DraftKeeper(store, tasks, (entity, id), draft, self)
        self._like = Latest(tasks)
        self._like_timer = QTimer(self, singleShot=True, interval=LIKE_MS)
        self._like_timer.timeout.connect(self.look_for_likes)
        self._build()
        self.unfold(quick)
        self._fill(values or {})
        self._foresee()
        form_ways.save_by_keys(self, self.save)

    def _build(self) -> None:
        self.trouble = SaveTrouble()
        self.trouble.again.connect(self.save)
        self.hint = SimilarHint(self.declared.label, self.declared.plural)
        self.hint.open_record.connect(self.open_record)
        self.hint.compare_wanted.connect(self.compare_wanted)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(18))
        self.column.addWidget(self.trouble)
        self.column.addStretch(1)

    # ---- which fields

    def unfold(self, quick: bool = False) -> None:
        """Show all fields, or the few of the short form; what was typed stays."""
        self.quick = quick
        plan = (quick_fields if quick else full_fields)(self.store.schema, self.entity, new=self.id is None)
        had = QApplication.focusWidget()
        for section in self.sections:
            for box in section.boxes:
                box.setParent(None)
            self.column.removeWidget(section)
            section.deleteLater()
        self.sections = []
        for title, fields in plan:
            boxes = [self._box(key, f, named) for key, f, named in fields]
            section = Section(title, boxes)
            self.sections.append(section)
            self.column.insertWidget(self.column.count() - 1, section)
        self._columns = 0
        self._arrange()
        if had is not None and self.isAncestorOf(had):
            had.setFocus()

    def _box(self, key: str, f: Field, named: str) -> FieldBox:
        if key not in self.boxes:
            editor = editor_for(f, self.store, self.tasks)
            value = self._record[f.name] if self._record is not None else self._first(key, f)
            editor.set_value(value)
            if self.quick:
                editor.open_one()
            made = FieldBox(key, f, editor, named)
            editor.changed.connect(self._changed)
            if key == self._person_key:
                made.needed = lambda: PERSON in self.values()
            self.boxes[key] = made
            if key == self.declared.title:
                layout = made.layout()
                assert layout is not None
                layout.addWidget(self.hint)
        return self.boxes[key]

    def _first(self, key: str, f: Field) -> Any:
        """What stands in a field of a new record: whoever works here owns what they type in."""
        return self.store.user if key == self.declared.owner else f.default

    def _arrange(self) -> None:
        columns = 2 if self.width() >= look.px(TWO_COLUMNS) and not self.quick else 1
        if columns != self._columns:
            self._columns = columns
            for section in self.sections:
                section.arrange(columns)
            order_tabs(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # ---- values

    def values(self) -> dict[str, Any]:
        """What is in it and not blank, by field name; a person typed along under `PERSON`. Text that is no value
        yet is `Typed`."""
        found: dict[str, Any] = {}
        for key, box in self.boxes.items():
            value = box.editor.value()
            if value not in (None, "", []):
                into = found.setdefault(PERSON, {}) if key.startswith(PERSON) else found
                into[box.field.name] = value
        return found

    def _fill(self, values: dict[str, Any]) -> None:
        if any(name not in self.boxes for name in self._keys(values)) and self.quick:
            self.unfold()
        flat = {**{k: v for k, v in values.items() if k != PERSON}}
        flat |= {f"{PERSON}.{k}": v for k, v in (values.get(PERSON) or {}).items()}
        for key, value in flat.items():
            if key in self.boxes:
                self.boxes[key].editor.set_value(value)

    def _keys(self, values: dict[str, Any]) -> list[str]:
        declared = {k: f for k, f in self.store.schema.fields(self.entity).items() if f.default is None}
        return [k for k in values if k in declared]

    def take_as_given(self) -> None:
        """What is in it now was not typed: leaving asks for nothing as long as it stands."""
        for box in self.boxes.values():
            box.initial = box.editor.value()
        self.changed.emit()

    def unsaved(self) -> list[str]:
        """Titles of the fields that hold something else than at the beginning."""
        return [box.named for box in self.boxes.values() if box.is_changed()]

    def title(self) -> str:
        """What is being typed, in words: its name, or «New customer»."""
        box = self.boxes.get(self.declared.title)
        name = str(box.editor.value() or "") if box is not None else ""
        return name or _("New {thing}").format(thing=inside(_(self.declared.label)))

    def heading(self) -> str:
        """What would be lost: «New customer: ACME», or the name of the record that is changed."""
        new, name = _("New {thing}").format(thing=inside(_(self.declared.label))), self.title()
        if self.id is not None or name == new:
            return name
        return _("{what}: {name}").format(what=new, name=name)

    # ---- while typing

    def _changed(self) -> None:
        self.drafts.touch()
        self._like_timer.start()
        self.changed.emit()

    def look_for_likes(self) -> None:
        """Ask who is in the file already with this name, phone or mail."""
        self._like_timer.stop()
        self._foresee()
        values = self.values()

        def show(found: list[Like]) -> None:
            self.hint.id = self.id
            self.hint.show_found(found)

        self._like.run(_likes, self.store, self.entity, values, self.id, then=show)

    def _foresee(self) -> None:
        """Let fields that fill themselves say with what."""
        if self.id is None:
            read = {k: v for k, v in self.values().items() if not isinstance(v, Typed)}
            for box in self.boxes.values():
                box.editor.foresee(read)

    # ---- saving

    def check(self) -> bool:
        """Whether all can be saved; else what is wrong stands below each field and the cursor in the first."""
        wrong = [box for box in self._in_order() if not box.judge()]
        if wrong:
            wrong[0].editor.focus_first()
        return not wrong

    def _in_order(self) -> list[FieldBox]:
        return [box for section in self.sections for box in section.boxes]

    def save(self) -> bool:
        """Write the record as one step; False when that wasn't possible, which the form then says. The window
        lives on while another piece of work is waited for."""
        if self._hold.on or not self.check():
            return False
        self._saved_id = None
        values = self.values()
        shown = {key: self._record[key] for key in self.boxes} if self._record is not None else {}
        changed = {
            box.field.name: box.editor.value()
            for key, box in self.boxes.items()
            if box.is_changed() and not key.startswith(PERSON)
        }
        self._hold.begin()
        work = (self._insert, values) if self.id is None else (self._update, changed, shown)
        self.tasks.run(*work, then=self._done, failed=self._failed, finally_=self._hold.end, writes=True)
        self._hold.wait()
        saved: bytes | None = self._saved_id
        if saved is not None:
            self.saved.emit(saved)
        return saved is not None

    def _insert(self, values: dict[str, Any]) -> bytes:
        person = values.pop(PERSON, None)
        plan = self.store.model.imported(self.entity)
        name = str(values.get(self.declared.title) or "")
        with self.store.step(N_("{what} “{name}” added"), what=say(self.declared.label), name=name) as step:
            made = step.insert(self.entity, values)
            if person:
                position: dict[str, Any] = {plan.link: made}
                if "primary" in self.store.schema.fields(plan.position):
                    position["primary"] = True
                rows = next(
                    n for n, c in self.store.schema.children(plan.person).items() if c.entity == plan.position
                )
                step.insert(plan.person, {**person, rows: [position]})
        return made

    def _update(self, changed: dict[str, Any], shown: dict[str, Any]) -> bytes:
        assert self.id is not None
        if changed:
            change_fields(self.store, self.entity, self.id, changed, shown=shown)
        return self.id

    def _done(self, id: bytes) -> None:
        self._saved_id = id
        self.trouble.dismiss()
        self.drafts.drop()
        for box in self.boxes.values():
            box.initial = box.editor.value()

    def _failed(self, problem: Known) -> None:
        if isinstance(problem, Changed) and self._record is not None:
            self._record.values.update(problem.now)  # told once; saving again means it
        self.trouble.show_problem(self.title(), problem)

    # ---- giving up

    def give_up(self) -> None:
        """Forget what was typed."""
        self.drafts.drop()
        self.given_up.emit()

    def ask_to_leave(self) -> bool:
        """Whether the form may go: nothing was typed, or it was saved or given up when asked."""
        return form_ways.ask_to_leave(self)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ask_to_leave()
        elif form_ways.goes_on(event):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        boxes = self._in_order()
        if boxes:
            boxes[0].editor.focus_first()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        for box in self.boxes.values():
            box.reword()
        for section in self.sections:
            section.reword()
        self.hint.reword()
        self.trouble.reword()


def _likes(store: Store, entity: str, values: dict[str, Any], but: bytes | None) -> list[Like]:
    """Only what was read is compared."""
    read = {k: v for k, v in values.items() if not isinstance(v, Typed)}
    return similar(store, entity, read, but=but)
