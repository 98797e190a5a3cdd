"""The panel that makes a chip, or changes one: which field, what is asked of it, which values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import Choice, Field, Link
from freecrm.core.filters import Chip
from freecrm.core.query import ME, Where
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store import totals
from freecrm.ui import look
from freecrm.ui.field_list import FieldList
from freecrm.ui.filters.boxes import Box, Checks, Entry, Line, Periods, Range
from freecrm.ui.filters.ways import Way, way_of, ways_of
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.popup import Popup
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.store.database import Store

_LINKS_MOST = 50


class FilterPanel(Popup):
    """taken(chip): the chip as it is now wanted. dropped: it is not wanted at all."""

    taken = Signal(object)
    dropped = Signal()

    def __init__(self, anchor: QWidget, store: Store, tasks: Tasks, entity: str, chip: Chip = ()) -> None:
        super().__init__(anchor)
        self.store, self.entity, self.chip = store, entity, list(chip)
        self.known = store.schema.fields(entity)
        self.fields = [f for f in store.schema.shown(entity) if f.kind != "files"]
        self._latest = Latest(tasks)
        self.at = 0  # which alternative of the chip is shown
        self.field: Field | None = None
        self.box: Box | None = None
        self.list = FieldList(_("Fields"))
        self.list.show_fields(self.fields)
        self.list.chosen.connect(lambda name: self.ask(self.known[name]))
        self.question = QWidget()
        self._build()
        self.column.addWidget(self.list)
        self.column.addWidget(self.question)
        self.question.hide()
        if self.chip:
            self._show(self.chip[0])

    def _build(self) -> None:
        self.title = label("strong")
        self.back = icon_button("arrow-left", self.choose_field, 16)
        name_button(self.back, _("Another field"))
        self.way = QComboBox()
        self.way.setAccessibleName(_("What is asked"))
        self.way.currentIndexChanged.connect(lambda _at: self._change_way())
        self.place_of_box = QVBoxLayout()
        self.trouble = label("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.others = QHBoxLayout()
        self.remove_button = self._button(_("Remove filter"), self._drop, "quiet")
        self.or_button = self._button(_("Or also…"), self._alternative, "quiet")
        self.or_button.setToolTip(_("Add an alternative to this condition"))
        self.take_button = self._button(_("Apply"), self.take, "primary")
        head = QHBoxLayout()
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        foot.addWidget(self.or_button)
        foot.addWidget(self.take_button)
        column = QVBoxLayout(self.question)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addLayout(self.others)
        column.addLayout(head)
        column.addWidget(self.way)
        column.addLayout(self.place_of_box)
        column.addWidget(self.trouble)
        column.addLayout(foot)

    def _button(self, text: str, clicked: Any, kind: str) -> QPushButton:
        made = QPushButton(text)
        made.setProperty("kind", kind)
        made.setProperty("small", True)
        made.clicked.connect(lambda: clicked())
        return made

    def first(self) -> QWidget:
        if self.field is None:
            return self.list.search
        return (self.box.first() if self.box is not None else None) or self.way

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies on the question, too; what stands in the boxes below hears it first."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.way.hasFocus():
            self.take()
            event.accept()
        else:
            super().keyPressEvent(event)

    # ---- which field

    def choose_field(self) -> None:
        """Show the list of fields again."""
        self.field = None
        self.question.hide()
        self.list.show()
        self._settle()

    def ask(self, f: Field, where: Where | None = None) -> None:
        """Show what can be asked of a field; where: what was asked of it before."""
        self.field = f
        self.title.setText(f.title)
        self.way.blockSignals(True)
        self.way.clear()
        for way in ways_of(f):
            self.way.addItem(_(way.text), way)
        if where is not None:
            self.way.setCurrentIndex(ways_of(f).index(way_of(f, where)))
        self.way.blockSignals(False)
        self._change_way()
        if self.box is not None and where is not None:
            self.box.set_value(where.value)
            self._name_ticked()
        self.list.hide()
        self.question.show()
        self.remove_button.setVisible(bool(self.chip))
        self.or_button.setVisible(self.at >= len(self.chip) - 1)
        self._settle()

    def _settle(self) -> None:
        self.place()
        if self.isVisible():
            self.first().setFocus()

    def _show(self, where: Where) -> None:
        self._show_others()
        self.ask(self.known[where.field], where)

    def _show_others(self) -> None:
        """The alternatives of the chip as buttons, to change one of them."""
        while (item := self.others.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.deleteLater()
        if len(self.chip) < 2:
            return
        for at, where in enumerate(self.chip):
            made = self._button(self.known[where.field].title, partial(self._turn_to, at), "quiet")
            made.setProperty("chip", True if at == self.at else "off")
            self.others.addWidget(made)
        self.others.addStretch(1)

    # ---- which values

    def _change_way(self) -> None:
        if self.field is None:
            return
        before = self.box
        way: Way = self.way.currentData()
        self.box = self._box(self.field, way)
        if before is not None:
            if self.box is not None and type(self.box) is type(before) and before.value() is not None:
                self.box.set_value(before.value())
                self._name_ticked()
            self.place_of_box.removeWidget(before)
            before.hide()
            before.deleteLater()
        if self.box is not None:
            self.box.taken.connect(self.take)
            self.place_of_box.addWidget(self.box)
        self.trouble.hide()
        self.place()

    def _box(self, f: Field, way: Way) -> Box | None:
        if way.box == "line":
            return Line(f.title)
        if way.box == "range":
            return Range(f)
        if way.box == "periods":
            return Periods(f.title)
        return self._checks(f) if way.box == "checks" else None

    def _checks(self, f: Field) -> Checks:
        if isinstance(f, Choice):
            entries: list[Entry] = [(entry.title, entry.key, "") for entry in f.options.entries]
            return Checks(f.title, [*entries, (_("empty"), "", "")])
        checks = Checks(f.title, ())

        def ask(words: str) -> None:
            if isinstance(f, Link):
                self._ask_links(f, words, checks.offer)
            else:
                self._ask_values(f, words, checks.offer)

        checks.ask_by(ask)
        return checks

    def _ask_links(self, f: Link, words: str, then: Any) -> None:
        from freecrm.store import choosing

        me: list[Entry] = [(_("me"), ME, "")] if f.to == "user" and self.store.user and not words else []

        def find() -> list[Entry]:
            found = choosing.choices(self.store, f.to, words.strip(), _LINKS_MOST)
            return [*me, *((one.title, one.id, one.hint) for one in found)]

        self._latest.run(find, then=then)

    def _ask_values(self, f: Field, words: str, then: Any) -> None:
        folded = words.strip().casefold()

        def find() -> list[Entry]:
            found = totals.values(self.store.reader(), self.entity, f.name)
            show = str if isinstance(f, Rows) else f.show
            entries = [(show(value), value, f"{count:,}") for value, count in found]
            return [entry for entry in entries if folded in entry[0].casefold()]

        self._latest.run(find, then=then)

    def _name_ticked(self) -> None:
        f = self.field
        if isinstance(self.box, Checks) and f is not None:
            ids = {value for value in self.box.ticked if isinstance(value, bytes)}
            texts: dict[Any, str] = {value: str(value) for value in self.box.ticked if isinstance(value, str)}
            if isinstance(f, Link) and ids:
                texts |= self.store.reader().titles(f.to, ids)
            self.box.name(texts)

    def where(self) -> Where | None:
        """The condition as it is now; None, with a sentence, as long as it is none."""
        if self.field is None:
            return None
        way: Way = self.way.currentData()
        why = self.box.problem() if self.box is not None else None
        self.trouble.setText(str(why) if why is not None else "")
        self.trouble.setVisible(why is not None)
        if why is not None:
            self.place()
            return None
        return Where(self.field.name, way.op, way.value if self.box is None else self.box.value())

    # ---- what becomes of it

    def _kept(self) -> bool:
        """Put the condition shown into the chip; False while it is none."""
        where = self.where()
        if where is None:
            return False
        self.chip[self.at : self.at + 1] = [where]
        return True

    def take(self) -> None:
        """Give the chip as it is now."""
        if self._kept():
            self.dismiss()
            self.taken.emit(tuple(self.chip))

    def _alternative(self) -> None:
        if self._kept():
            self.at = len(self.chip)
            self._show_others()
            self.list.search.clear()
            self.choose_field()

    def _turn_to(self, at: int) -> None:
        if self.field is None or self._kept():
            self.at = at
            self._show(self.chip[at])

    def _drop(self) -> None:
        """Take the condition shown out of the chip, and with the last one the chip itself."""
        del self.chip[self.at : self.at + 1]
        self.dismiss()
        if self.chip:
            self.taken.emit(tuple(self.chip))
        else:
            self.dropped.emit()
