"""Records side by side: one column a record, one row a field; what differs is chosen, the rest is folded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import phone_text
from freecrm.core.record import Record
from freecrm.core.words import _, plural
from freecrm.store.compare import BOTH, Comparison, Line, both
from freecrm.ui import look
from freecrm.ui.option_card import OptionCard
from freecrm.ui.parts import label

_FIT = 3  # records that always have room beside each other
_NAME, _COLUMN = 132, 190  # px: of a field's name; of a record, at least


class MergeGrid(QScrollArea):
    """picks, master: what is chosen. chosen: one of them is another now."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found: Comparison | None = None
        self.picks: dict[str, bytes] = {}
        self.own: dict[str, bytes] = {}
        self.master = b""
        self.groups: dict[str, QButtonGroup] = {}
        self.cards: dict[tuple[str, bytes], OptionCard] = {}
        self.fold_button: QPushButton | None = None
        self._folded = True

    def show_found(self, found: Comparison) -> None:
        """Show these records. What the user has chosen already stays chosen."""
        self.found = found
        names = {line.field.name for line in found.lines if line.differs}
        self.own = {name: pick for name, pick in self.own.items() if name in names}
        self.picks = {**found.picks, **self.own}
        if self.master not in {record.id for record in found.records}:
            self.master = found.master
        self.build()

    def build(self) -> None:
        """Make all rows anew, in the language and at the text size of now."""
        if self.found is None:
            return
        few = len(self.found.records) <= _FIT
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(off if few else needed)
        at = self.verticalScrollBar().value()
        self.groups, self.cards = {}, {}
        body = QWidget()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(look.px(12))
        self.grid.setVerticalSpacing(look.px(8))
        self.grid.setColumnMinimumWidth(0, look.px(_NAME))
        for column in range(1, len(self.found.records) + 1):
            self.grid.setColumnStretch(column, 1)
            self.grid.setColumnMinimumWidth(column, look.px(_COLUMN))
        self._heads()
        for line in self.found.lines:
            if line.differs:
                self._line(line)
        self._united()
        self._added_up()
        self._same()
        around = QVBoxLayout(body)
        around.setContentsMargins(*(look.px(side) for side in (20, 4, 20, 16)))
        around.addLayout(self.grid)
        around.addStretch(1)
        self.setWidget(body)
        self.verticalScrollBar().setValue(at)

    @property
    def _row(self) -> int:
        return self.grid.rowCount()

    def _name(self, row: int, text: str, under: str = "") -> None:
        made, column = QWidget(), QVBoxLayout()
        column.setContentsMargins(0, look.px(7), 0, 0)
        column.setSpacing(look.px(2))
        made.setLayout(column)
        for part in (label("strong", text), *([label("caption", under)] if under else [])):
            part.setWordWrap(True)
            column.addWidget(part)
        column.addStretch(1)
        self.grid.addWidget(made, row, 0)

    def _rule(self) -> None:
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        assert self.found is not None
        self.grid.addWidget(line, self._row, 0, 1, len(self.found.records) + 1)

    def _heads(self) -> None:
        assert self.found is not None
        row, title = self._row, _("Which one stays")
        self._name(row, title, _("The others go into it."))
        group = self.groups[""] = QButtonGroup(self)
        for column, record in enumerate(self.found.records, 1):
            name = str(record.values.get("name") or "")
            made = self._card("", record.id, name, title, group, _where(record))
            made.text.setProperty("role", "strong")
            self.grid.addWidget(made, row, column)
        self.cards["", self.master].radio.setChecked(True)
        group.buttonToggled.connect(self._master_chosen)

    def _card(
        self, key: str, id: bytes, text: str, named: str, group: QButtonGroup, under: str = ""
    ) -> OptionCard:
        made = OptionCard(text, named, blank=_("(blank)"), under=under)
        group.addButton(made.radio)
        self.cards[key, id] = made
        return made

    def _line(self, line: Line) -> None:
        assert self.found is not None
        self._rule()
        row, name, title = self._row, line.field.name, line.field.title
        self._name(row, title)
        group = self.groups[name] = QButtonGroup(self)
        for column, record in enumerate(self.found.records, 1):
            self.grid.addWidget(self._card(name, record.id, line.texts[record.id], title, group), row, column)
        if line.takes_both:
            text = both(line.texts[record.id] for record in self.found.records)
            card = self._card(
                name,
                BOTH,
                (_("Keep both:") if len(self.found.records) == 2 else _("Keep all:")) + "\n" + text,
                title,
                group,
            )
            self.grid.addWidget(card, self._row, 1, 1, len(self.found.records))
        self.cards[name, self.picks[name]].radio.setChecked(True)
        group.buttonToggled.connect(lambda button, on, name=name: self._value_chosen(name, button, on))

    def _united(self) -> None:
        assert self.found is not None
        for one in self.found.united:
            self._rule()
            row = self._row
            count = len(one.kept)
            self._name(row, one.field.title, plural("{n} in all", "{n} in all", count))
            text = label("", "\n".join(one.kept[:12]) + ("\n…" if count > 12 else ""))
            text.setWordWrap(True)
            text.setContentsMargins(0, look.px(7), 0, look.px(4))
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.grid.addWidget(text, row, 1, 1, len(self.found.records))

    def _added_up(self) -> None:
        assert self.found is not None
        for line in self.found.lines:
            if line.adds_up:
                self._rule()
                row = self._row
                self._name(row, line.field.title, _("Added up"))
                parts = " + ".join(text for text in line.texts.values() if text)
                text = label("", f"{parts} = {line.field.show(line.total)}")
                text.setWordWrap(True)
                text.setContentsMargins(0, look.px(7), 0, look.px(4))
                self.grid.addWidget(text, row, 1, 1, len(self.found.records))

    def _same(self) -> None:
        assert self.found is not None
        lines = [line for line in self.found.lines if not line.differs and not line.adds_up]
        if not lines:
            return
        self._rule()
        self.fold_button = QPushButton()
        self.fold_button.setProperty("kind", "link")
        look.dress(self.fold_button, "chevron-right" if self._folded else "chevron-down", 16)
        self.fold_button.setText(
            plural("{n} field without a choice to make", "{n} fields without a choice to make", len(lines))
        )
        self.fold_button.clicked.connect(self._fold)
        self.grid.addWidget(self.fold_button, self._row, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for line in () if self._folded else lines:
            row = self._row
            self._name(row, line.field.title)
            for column, record in enumerate(self.found.records, 1):
                text = label("" if line.texts[record.id] else "hint", line.texts[record.id] or _("(blank)"))
                text.setWordWrap(True)
                text.setContentsMargins(look.px(10), look.px(7), 0, 0)
                self.grid.addWidget(text, row, column, Qt.AlignmentFlag.AlignTop)

    def _fold(self) -> None:
        self._folded = not self._folded
        self.build()
        if self.fold_button is not None:
            self.fold_button.setFocus()

    def _master_chosen(self, button: object, on: bool) -> None:
        if on:
            self.master = next(
                id for (key, id), card in self.cards.items() if not key and card.radio is button
            )
            self._follow_master()
            self.chosen.emit()

    def _follow_master(self) -> None:
        """Take the name of the record that stays, where the user hasn't chosen one."""
        assert self.found is not None
        for line in self.found.lines:
            name = line.field.name
            pick = line.pick_for(self.master)
            if line.differs and name not in self.own and pick != self.picks[name]:
                self.cards[name, pick].radio.setChecked(True)
                self.picks[name] = pick
                self.own.pop(name, None)

    def _value_chosen(self, name: str, button: object, on: bool) -> None:
        if on:
            pick = next(id for (key, id), card in self.cards.items() if key == name and card.radio is button)
            self.picks[name] = self.own[name] = pick
            self.chosen.emit()

    def focus_first(self) -> None:
        """Put the focus on the first choice."""
        if self.groups:
            self.cards["", self.master].radio.setFocus(Qt.FocusReason.TabFocusReason)


def _where(record: Record) -> str:
    """What tells two of the same name apart: firm, place and phone."""
    values = (record.values.get(name) for name in ("firm", "city", "main_phone"))
    return " · ".join(phone_text.show(str(v)) if str(v).startswith("+") else str(v) for v in values if v)
