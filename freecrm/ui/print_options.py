"""The side of the print preview: what is printed, on which paper, and the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _
from freecrm.exchange.pdf.sheet import SIZES, TURNS, Made, Paper
from freecrm.exchange.printing import Printable, Tick, Wishes
from freecrm.ui import look
from freecrm.ui.parts import label

_WIDTH = 264
_TURNS = {"auto": N_("As it fits best"), "portrait": N_("Portrait"), "landscape": N_("Landscape")}
_SIZES = {"A4": "A4", "A5": "A5", "Letter": N_("US Letter")}


class PrintOptions(QFrame):
    """changed: something is to be printed otherwise. print_wanted, save_wanted: a button was pressed."""

    changed = Signal()
    print_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, things: Sequence[Printable], size: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.things = things
        self.setFixedWidth(look.px(_WIDTH))
        self._build()
        self.size_box.setCurrentIndex(list(SIZES).index(size))
        self.reword()
        self._show_fitting()
        self._connect()

    def _build(self) -> None:
        self.head, self.what_label = label("strong"), label("hint")
        self.what = QComboBox()
        self.what.addItems([""] * len(self.things))
        self.size_label, self.size_box = label("hint"), QComboBox()
        self.size_box.addItems([""] * len(SIZES))
        self.turn_label, self.turn = label("hint"), QComboBox()
        self.turn.addItems([""] * len(TURNS))
        for name, box in self._boxes():
            name.setBuddy(box)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.rows_label = label("strong")
        self.all_rows, self.some_rows = QRadioButton(), QRadioButton()
        self.rows = QButtonGroup(self)
        for at, button in enumerate((self.all_rows, self.some_rows)):
            self.rows.addButton(button, at)
        self.fields_label = label("strong")
        self.all_fields, self.notes = QCheckBox(), QCheckBox()
        self.ticks: dict[str, QCheckBox] = {}
        self.last_box = self.notes
        self.notes.setChecked(True)
        self.plate, self.warning = QFrame(), label("warning")
        self.plate.setProperty("message", "warning")
        self.warning.setWordWrap(True)
        around = QHBoxLayout(self.plate)
        around.setContentsMargins(*(look.px(side) for side in (10, 8, 10, 8)))
        around.addWidget(self.warning)
        self.plate.hide()
        self.about = label("caption")
        self.about.setWordWrap(True)
        self.print_button, self.save_button = QPushButton(), QPushButton()
        self.print_button.setProperty("kind", "primary")
        self.print_button.clicked.connect(lambda: self.print_wanted.emit())
        self.save_button.clicked.connect(lambda: self.save_wanted.emit())
        look.dress(self.save_button, "download", 16)
        upper = QWidget()
        self.area = QScrollArea()  # for large texts in a low window
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(upper)
        column = QVBoxLayout(upper)
        column.setContentsMargins(*(look.px(side) for side in (16, 14, 16, 8)))
        column.setSpacing(look.px(6))
        column.addWidget(self.head)
        for name, box in self._boxes():
            column.addWidget(name)
            column.addWidget(box)
        column.addSpacing(look.px(8))
        for part in (self.rows_label, *self.rows.buttons(), self.fields_label, self.all_fields, self.notes):
            column.addWidget(part)
        self.tick_column = QVBoxLayout()
        self.tick_column.setSpacing(look.px(6))
        column.addLayout(self.tick_column)
        column.addSpacing(look.px(8))
        column.addWidget(self.plate)
        column.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(*(look.px(side) for side in (16, 4, 16, 14)))
        foot.setSpacing(look.px(6))
        for part in (self.about, self.print_button, self.save_button):
            foot.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addLayout(foot)

    def _boxes(self) -> list[tuple[QLabel, QComboBox]]:
        return [(self.what_label, self.what), (self.size_label, self.size_box), (self.turn_label, self.turn)]

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(lambda _at: self._other())
        for box in (self.size_box, self.turn):
            box.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.rows.idToggled.connect(lambda _id, on: self.changed.emit() if on else None)
        for tick in (self.all_fields, self.notes):
            tick.toggled.connect(lambda _on: self.changed.emit())

    # ---- what is wished

    @property
    def thing(self) -> Printable:
        """What is printed."""
        return self.things[max(0, self.what.currentIndex())]

    @property
    def wishes(self) -> Wishes:
        """How it is printed."""
        paper = Paper(list(SIZES)[self.size_box.currentIndex()], TURNS[self.turn.currentIndex()])
        selected = bool(self.thing.selected) and self.some_rows.isChecked()
        offered = {tick.name for tick in self._offered()}
        ticks = frozenset(name for name in offered if self.ticks[name].isChecked()) if offered else None
        return Wishes(paper, selected, self.all_fields.isChecked(), self.notes.isChecked(), ticks)

    def _offered(self) -> tuple[Tick, ...]:
        found: tuple[Tick, ...] = getattr(self.thing, "ticks", ())
        return found

    def _show_ticks(self) -> None:
        """One box for each thing that may stand on this paper; what was chosen for another one holds."""
        offered = {tick.name: tick for tick in self._offered()}
        for name, tick in offered.items():
            if name not in self.ticks:
                box = self.ticks[name] = QCheckBox()
                box.setChecked(tick.on)
                box.toggled.connect(lambda _on: self.changed.emit())
                self.tick_column.addWidget(box)
                self.setTabOrder(self.last_box, box)
                self.last_box = box
            self.ticks[name].setText(_(tick.label))
        for name, box in self.ticks.items():
            box.setVisible(name in offered)

    def _other(self) -> None:
        self._show_fitting()
        self.changed.emit()

    def _show_fitting(self) -> None:
        """Only the choices that mean something for what is printed."""
        thing = self.thing
        held = self.rows.blockSignals(True)
        (self.some_rows if thing.selected else self.all_rows).setChecked(True)
        self.rows.blockSignals(held)
        for part in (self.what_label, self.what):
            part.setVisible(len(self.things) > 1)
        for button in (self.rows_label, *self.rows.buttons()):
            button.setVisible(bool(thing.selected))
        self.all_fields.setVisible(thing.has_fields)
        self.notes.setVisible(thing.has_notes)
        self.fields_label.setVisible(thing.has_fields or thing.has_notes or bool(self._offered()))
        self.reword()

    # ---- what it came to

    def tell(self, made: Made | None, name: str = "") -> None:
        """Say what was made; None: nothing to be printed is there yet."""
        note = made.note if made is not None else None
        self.plate.setVisible(note is not None)
        self.warning.setText(str(note or ""))
        self.about.setText(_("File name: {name}").format(name=name) if made is not None else "")
        for button in (self.print_button, self.save_button):
            button.setEnabled(made is not None)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.head.setText(_("Print"))
        self.what_label.setText(_("What"))
        self.size_label.setText(_("Paper"))
        self.turn_label.setText(_("Orientation"))
        self.rows_label.setText(_("Rows"))
        self.fields_label.setText(_("Shown"))
        thing = self.thing
        for at, one in enumerate(self.things):
            self.what.setItemText(
                at, _("List: {name}").format(name=one.title) if one.has_fields else one.title
            )
        for at, name in enumerate(_SIZES.values()):
            self.size_box.setItemText(at, _(name))
        for at, turn in enumerate(TURNS):
            self.turn.setItemText(at, _(_TURNS[turn]))
        whole = f" ({thing.count:,})" if thing.count else ""
        self.all_rows.setText(_("All rows") + whole)
        self.some_rows.setText(_("Selected rows") + f" ({thing.selected:,})")
        self.all_fields.setText(_("All columns"))
        self.notes.setText(_("With notes"))
        self._show_ticks()
        self.print_button.setText(_("Print…"))
        self.save_button.setText(_("Save as PDF…"))
