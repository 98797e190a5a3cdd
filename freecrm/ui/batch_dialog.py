"""One field of many records changed at once: which, how, to what, and five of them before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.fields import Field, LongText, Text
from freecrm.core.words import N_, _, inside
from freecrm.store import batch
from freecrm.store.batch import Change, Outlook
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import label, show_trouble
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks

HOWS = {
    "set": N_("Set to"),
    "append": N_("Append"),
    "replace": N_("Find and replace"),
    "clear": N_("Clear"),
}
AFTER_TYPING_MS = 150


class BatchDialog(QDialog):
    """agreed(change): the user wants it. name, how: what is chosen at first."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        entity: str,
        numbers: Sequence[int],
        agreed: Callable[[Change], None],
        *,
        name: str = "",
        how: str = "set",
    ) -> None:
        super().__init__(over)
        self.store, self.tasks, self.numbers = store, tasks, numbers
        self.entity, self._agreed = store.schema.entity(entity), agreed
        self.fields = batch.fields_of(store, entity)
        self.value: Editor | None = None
        self.sought: Editor | None = None
        self.outlook = Outlook()
        self._latest = Latest(tasks)
        self._typed = QTimer(self, singleShot=True, interval=AFTER_TYPING_MS)
        self._typed.timeout.connect(self.look_again)
        self._build()
        for f in self.fields:
            self.field_box.addItem(f.title, f.name)
        self.field_box.setCurrentIndex(max(self.field_box.findData(name), 0))
        self.field_box.currentIndexChanged.connect(lambda _at: self._take_field())
        self._take_field(how)
        self.reword()
        self.resize(look.px(560), look.px(470))
        (self.value.main() if name and self.value is not None else self.field_box).setFocus()

    def _build(self) -> None:
        self.head = label("subtitle")
        self.field_label, self.how_label, self.find_label, self.value_label = (QLabel() for _l in range(4))
        self.field_box, self.how_box = QComboBox(), QComboBox()
        self.field_box.setMaxVisibleItems(14)
        self.field_label.setBuddy(self.field_box)
        self.how_label.setBuddy(self.how_box)
        self.how_box.currentIndexChanged.connect(lambda _at: self._take_how())
        self.form = QGridLayout()
        self.form.setHorizontalSpacing(look.px(12))
        self.form.setVerticalSpacing(look.px(8))
        self.form.setColumnStretch(1, 1)
        for row, (name, part) in enumerate(
            ((self.field_label, self.field_box), (self.how_label, self.how_box))
        ):
            self.form.addWidget(name, row, 0)
            self.form.addWidget(part, row, 1)
        for row, name in ((2, self.find_label), (3, self.value_label)):
            self.form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self.count, self.trouble = label("strong"), label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        card = QFrame()
        card.setProperty("card", True)
        self.samples = QGridLayout(card)
        self.samples.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        self.samples.setVerticalSpacing(look.px(6))
        self.samples.setHorizontalSpacing(look.px(8))
        self.card = card
        self.cancel_button, self.change_button = QPushButton(), QPushButton()
        self.change_button.setProperty("kind", "primary")
        self.change_button.setDefault(True)
        self.change_button.clicked.connect(self._change)
        self.cancel_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.change_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(self.head)
        column.addLayout(self.form)
        column.addWidget(self.trouble)
        column.addWidget(self.count)
        column.addWidget(card)
        column.addStretch(1)
        column.addLayout(foot)

    # ---- what is chosen

    @property
    def field(self) -> Field:
        """The field that is to be changed."""
        return self.fields[self.field_box.currentIndex()]

    @property
    def how(self) -> str:
        """What is done to it."""
        return str(self.how_box.currentData() or "set")

    def choose(self, name: str, how: str) -> None:
        """Choose a field and what is done to it."""
        self.field_box.setCurrentIndex(self.field_box.findData(name))
        self.how_box.setCurrentIndex(max(self.how_box.findData(how), 0))

    def _take_field(self, how: str = "") -> None:
        wanted = how or self.how
        self.how_box.blockSignals(True)
        self.how_box.clear()
        for way in batch.ways(self.field):
            self.how_box.addItem(_(HOWS[way]), way)
        self.how_box.setCurrentIndex(max(self.how_box.findData(wanted), 0))
        self.how_box.blockSignals(False)
        for editor in (self.value, self.sought):
            if editor is not None:
                self.form.removeWidget(editor)
                editor.hide()
                editor.deleteLater()
        self.value, self.sought = self._editor(3), self._editor(2)
        self._take_how()

    def _editor(self, row: int) -> Editor:
        of = self.field
        if row == 2 and isinstance(of, LongText):  # what is looked for is short
            made_of = Text(of.label)
            made_of.name, made_of.entity, made_of.label_own = of.name, of.entity, of.label_own
            of = made_of
        made = editor_for(of, self.store, self.tasks)
        made.open_one()
        made.changed.connect(self._typed.start)
        made.done.connect(self.look_again)
        self.form.addWidget(made, row, 1)
        return made

    def _take_how(self) -> None:
        assert self.value is not None
        assert self.sought is not None
        finds, gives = self.how == "replace", self.how != "clear"
        for part in (self.sought, self.find_label):
            part.setVisible(finds)
        for part in (self.value, self.value_label):
            part.setVisible(gives)
        order_tabs(self)
        self.look_again()

    # ---- what it would do

    def change(self) -> Change | None:
        """What the user asks for, None as long as something is missing or can't be read (which is then said)."""
        assert self.value is not None
        assert self.sought is not None
        how, value, find = self.how, self.value.value(), self.sought.value()
        used = [e for e, on in ((self.sought, how == "replace"), (self.value, how != "clear")) if on]
        why = next((e.unreadable() for e in used if e.unreadable() is not None), None)
        if how == "set" and value not in (None, "", []):
            why = why or self.value.problem()
        self._tell(str(why) if why is not None else "")
        blank = (find if how == "replace" else value) in (None, "", [])
        if why is not None or (blank and how != "clear"):
            return None
        return Change(self.field.name, how, value, find)

    def look_again(self) -> None:
        """Show what would change."""
        self._typed.stop()
        change = self.change()
        if change is None:
            self._latest.drop()
            self._show(Outlook())
            return
        self._latest.run(
            batch.look,
            self.store,
            self.entity.entity,
            self.numbers,
            change,
            then=lambda made: self._show(made),
        )

    def _show(self, outlook: Outlook) -> None:
        self.outlook = outlook
        while self.samples.count():
            item = self.samples.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, sample in enumerate(outlook.samples):
            texts = (sample.title, sample.before or "—", "→", sample.after or "—")
            for column, (text, role) in enumerate(zip(texts, ("strong", "hint", "hint", ""), strict=True)):
                self.samples.addWidget(_cut(text, role, 40 if column == 2 else 150), row, column)
        self.samples.setColumnStretch(3, 1)
        self.card.setVisible(bool(outlook.samples))
        if outlook.problem is not None:
            self._tell(str(outlook.problem))
        self._show_count()

    def _show_count(self) -> None:
        n = self.outlook.changes
        one = inside(_(self.entity.label if n == 1 else self.entity.plural))
        counted = _("{n} of {total} change. For example:").format(n=f"{n:,}", total=f"{len(self.numbers):,}")
        self.count.setText(counted if n else "")
        self.change_button.setText(
            _("Change {n} {things}").format(n=f"{n:,}", things=one) if n else _("Change nothing yet")
        )
        self.change_button.setEnabled(bool(n) and self.outlook.problem is None)

    def _tell(self, text: str) -> None:
        show_trouble(self.trouble, text)

    def _change(self) -> None:
        change = self.change()
        if change is not None and self.change_button.isEnabled():
            self.accept()
            self._agreed(change)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        n = len(self.numbers)
        things = inside(_(self.entity.label if n == 1 else self.entity.plural))
        title = _("Edit a field of {n} {things}").format(n=f"{n:,}", things=things)
        self.setWindowTitle(title)
        self.head.setText(title)
        self.field_label.setText(_("Field"))
        self.how_label.setText(_("Change"))
        self.find_label.setText(_("Find"))
        self.value_label.setText(_("Value"))
        for box, name in ((self.field_box, self.field_label), (self.how_box, self.how_label)):
            box.setAccessibleName(name.text())
        self.cancel_button.setText(_("Cancel"))
        self._show_count()


def _cut(text: str, role: str, width: int) -> QLabel:
    made = label(role)
    shown = made.fontMetrics().elidedText(
        text.replace("\n", " "), Qt.TextElideMode.ElideRight, look.px(width)
    )
    made.setText(shown)
    made.setToolTip(text if shown != text else "")
    return made
