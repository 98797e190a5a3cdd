"""A relation being added or changed: what kind (read from here), with whom, and a remark."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import clean
from freecrm.core.pieces import Relations
from freecrm.core.problems import Known
from freecrm.core.record import Typed
from freecrm.core.words import N_, _, say
from freecrm.store import relations
from freecrm.store.database import Store
from freecrm.store.relations import Bond, End
from freecrm.ui import look
from freecrm.ui.editors.base import mark
from freecrm.ui.editors.ties import EndEditor, other_ends
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label, show_trouble
from freecrm.ui.tasks import Tasks


class RelationForm(QFrame):
    """closed: it is done with. Saving is a step of its own."""

    closed = Signal()

    def __init__(self, store: Store, tasks: Tasks, show: Relations, here: End) -> None:
        super().__init__()
        self.store, self.tasks, self.show_, self.here = store, tasks, show, here
        self.bond: Bond | None = None
        self.setProperty("popup", True)
        self.sentence, self.trouble = label("strong"), label("trouble")
        self.kind, self.note = ComboBox(), QLineEdit()
        self.other = EndEditor(other_ends(store, show.of), store, tasks)
        self.save_button, self.cancel_button = QPushButton(), QPushButton()
        self.save_button.setProperty("kind", "primary")
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.closed)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addWidget(self.kind, 2)
        row.addWidget(self.other, 3)
        row.addWidget(self.note, 3)
        row.addWidget(self.save_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        column.setSpacing(look.px(6))
        column.addWidget(self.sentence)
        column.addLayout(row)
        column.addWidget(self.trouble)
        self.reword()

    def begin(self, here: End, bond: Bond | None = None) -> None:
        """Ask for a new relation, or for another value of this one."""
        self.here, self.bond = here, bond
        self._fill()
        if bond is not None:
            self.other.set_end(bond.other.entity, bond.other.id)
        else:
            self.other.set_value(None)
        self.note.setText(bond.note if bond is not None else "")
        self._tell("")
        self.reword()
        self.show()
        self.kind.setFocus()

    def _fill(self) -> None:
        held = (self.bond.kind, self.bond.out) if self.bond is not None else self.kind.currentData()
        schema = self.store.schema
        found = relations.kinds(schema, self.show_)
        if self.bond is not None and tuple(held) not in found:
            plain = (self.bond.kind, True)
            found = [*found, tuple(held)] if plain not in found else [
                tuple(held) if one == plain else one for one in found
            ]  # fmt: skip
        self.kind.clear()
        for kind, out in found:
            self.kind.addItem(relations.words(schema, self.show_, kind, out), (kind, out))
        wanted = [self.kind.itemData(at) for at in range(self.kind.count())]
        at = next((at for at, one in enumerate(wanted) if held is not None and tuple(one) == tuple(held)), 0)
        self.kind.setCurrentIndex(at)

    def unsaved(self) -> bool:
        """Whether something was typed that would be lost."""
        if self.isHidden():
            return False
        if self.bond is None:
            return bool(self.other.line.text().strip() or self.note.text().strip())
        same = self.other.chosen_end() == (self.bond.other.entity, self.bond.other.id)
        kept = tuple(self.kind.currentData()) == (self.bond.kind, self.bond.out)
        return not (same and kept and clean(self.note.text()) == self.bond.note)

    def save(self) -> bool:
        """Write it; False, with a sentence why, when that can't be done."""
        self.other.settle()
        value, end = self.other.value(), self.other.chosen_end()
        if end is None:
            what = N_("A relation needs two ends. Choose the person or firm it leads to.")
            why = self.other.unreadable() if isinstance(value, Typed) else None
            self._tell(str(why or say(what)))
            return False
        kind, out = self.kind.currentData()
        other = End(*end, self.other.line.text())
        row = self.bond.row if self.bond is not None else None
        note = clean(self.note.text()) or None
        given = (self.store, self.show_, self.here, kind, out, other, note, row)
        self.save_button.setEnabled(False)
        self.tasks.run(
            relations.save,
            *given,
            then=lambda _none: self.closed.emit(),
            failed=self._refused,
            finally_=lambda: self.save_button.setEnabled(True),
            writes=True,
        )
        return True

    def _refused(self, known: Known) -> None:
        self._tell(str(known.what))

    def _tell(self, text: str) -> None:
        mark(self.other.line, bool(text))
        show_trouble(self.trouble, text, self)
        if text:
            self.other.line.setFocus()

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.kind, self.other.line, self.note, self.save_button, self.cancel_button]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.save()
        else:
            super().keyPressEvent(event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.kind.count():
            self._fill()
        new = _("New relation of {name}") if self.bond is None else _("Relation of {name}")
        self.sentence.setText(new.format(name=self.here.name))
        self.kind.setAccessibleName(_("Kind"))
        self.other.reword()
        self.other.name(_("With"))
        self.other.line.setPlaceholderText(_("Person or firm"))
        self.note.setPlaceholderText(_("Remark"))
        self.note.setAccessibleName(_("Remark"))
        self.save_button.setText(_("Save"))
        self.cancel_button.setText(_("Cancel"))
