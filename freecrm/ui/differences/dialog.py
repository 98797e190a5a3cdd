"""Settling differences: the records at the left, the fields that both sides changed in the middle, one choice each."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _, plural
from freecrm.store import differences
from freecrm.store.differences import BOTH, KEPT, OTHER, Difference, Group, Side
from freecrm.ui import look
from freecrm.ui.option_card import OptionCard
from freecrm.ui.parts import announce, fitted, label
from freecrm.ui.tabs import order_tabs

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.ui.tasks import Tasks

WIDTH, HEIGHT, LEFT = 980, 560, 240


class DifferencesDialog(QDialog):
    """All open differences of the file. What is chosen is kept record by record; Later keeps the rest open."""

    def __init__(self, over: QWidget, store: Store, tasks: Tasks) -> None:
        super().__init__(over)
        self.store, self.tasks = store, tasks
        self.groups: list[Group] = differences.open_groups(store)
        self.settled: set[bytes] = set()
        self.picks: dict[bytes, str] = {one.id: KEPT for group in self.groups for one in group.differences}
        self.cards: dict[tuple[bytes, str], OptionCard] = {}
        self.setWindowTitle(_("Settle differences"))
        self._build()
        fitted(self, look.px(WIDTH), look.px(HEIGHT))
        self._fill_list()
        self.list.setCurrentRow(0)
        order_tabs(self)
        self.list.setFocus()

    # ---- making

    def _build(self) -> None:
        self.head, self.text = label("subtitle"), label()
        self.text.setWordWrap(True)
        self.head.setText(
            plural(
                "{n} record was changed by two people at once",
                "{n} records were changed by two people at once",
                len(self.groups),
            )
        )
        self.text.setText(
            _("Nothing is lost: both values are here. What you choose goes to everybody, and can be undone.")
        )
        self.far, self.bar = label("caption"), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(look.px(110))
        self.bar.setAccessibleName(_("Settled"))
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(self.head)
        words.addWidget(self.text)
        top.addLayout(words, 1)
        top.addWidget(self.far, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignTop)
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.setFixedWidth(look.px(LEFT))
        self.list.setAccessibleName(_("Records with differences"))
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        middle = QHBoxLayout()
        middle.setSpacing(look.px(12))
        middle.addWidget(self.list)
        middle.addWidget(self.area, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addLayout(top)
        column.addLayout(middle, 1)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        self.later_button = QPushButton(_("Later"))
        self.act_button = QPushButton(_("Apply, next"))
        self.act_button.setProperty("kind", "primary")
        self.act_button.setToolTip("Ctrl+Enter")
        self.act_button.setDefault(True)
        self.later_button.setAutoDefault(False)
        self.later_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self.apply)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.apply)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.later_button)
        foot.addWidget(self.act_button)
        return foot

    def _fill_list(self) -> None:
        for group in self.groups:
            count = plural("{n} to choose", "{n} to choose", len(group.differences))
            QListWidgetItem(f"{group.title}\n{group.kind} · {count}", self.list)
        self._tell()

    # ---- one record

    @property
    def group(self) -> Group | None:
        """The record that is shown."""
        row = self.list.currentRow()
        return self.groups[row] if 0 <= row < len(self.groups) else None

    def _show(self) -> None:
        group = self.group
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(look.px(8), 0, look.px(8), 0)
        column.setSpacing(look.px(8))
        self.cards = {}
        self._groups: list[QButtonGroup] = []
        if group is not None:
            if group.id in self.settled:
                column.addWidget(label("hint", _("This record is settled.")))
            else:
                column.addLayout(self._sides(group))
                for one in group.differences:
                    column.addWidget(self._rule())
                    column.addLayout(self._line(one))
        column.addStretch(1)
        self.area.setWidget(body)
        self.act_button.setEnabled(group is not None and group.id not in self.settled)
        order_tabs(self)

    def _rule(self) -> QFrame:
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        return line

    def _sides(self, group: Group) -> QGridLayout:
        """All of one side at once."""
        made = QGridLayout()
        made.setHorizontalSpacing(look.px(12))
        for at, text in enumerate((_("All mine"), _("All theirs"))):
            button = QPushButton(text)
            button.setProperty("kind", "link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, at=at: self.take_all(at))
            made.addWidget(button, 0, at, Qt.AlignmentFlag.AlignRight)
            made.setColumnStretch(at, 1)
        return made

    def _line(self, one: Difference) -> QVBoxLayout:
        made, cards = QVBoxLayout(), QGridLayout()
        made.setSpacing(look.px(6))
        cards.setHorizontalSpacing(look.px(12))
        cards.setVerticalSpacing(look.px(6))
        head = QHBoxLayout()
        head.addWidget(label("strong", one.title))
        if one.base:
            head.addWidget(label("caption", _("Before: {value}").format(value=one.base)))
        elif not one.deletes:
            head.addWidget(label("caption", _("Before: blank")))
        head.addStretch(1)
        made.addLayout(head)
        group = QButtonGroup(self)
        self._groups.append(group)
        for at, choice in enumerate(_order(one)):
            sides = (one.kept, one.other) if choice == KEPT else (one.other, one.kept)
            card = self._card(one, choice, *sides)
            group.addButton(card.radio)
            cards.addWidget(card, 0, at)
            cards.setColumnStretch(at, 1)
        if one.takes_both:
            text = differences.united(one.kept.text, one.other.text)
            card = OptionCard(_("Keep both:") + "\n" + text, one.title)
            self.cards[one.id, BOTH] = card
            group.addButton(card.radio)
            cards.addWidget(card, 1, 0, 1, 2)
        self.cards[one.id, self.picks[one.id]].radio.setChecked(True)
        group.buttonToggled.connect(lambda button, on, one=one: self._chosen(one, button, on))
        made.addLayout(cards)
        return made

    def _card(self, one: Difference, choice: str, side: Side, against: Side) -> OptionCard:
        card = OptionCard(side.text, f"{one.title}, {_who(side)}", blank=_("(blank)"), under=_about(side))
        if side.text and against.text and not one.deletes:
            card.text.setTextFormat(Qt.TextFormat.RichText)
            card.text.setText(marked(side.text, against.text))
        self.cards[one.id, choice] = card
        return card

    def _chosen(self, one: Difference, button: object, on: bool) -> None:
        if on:
            self.picks[one.id] = next(
                choice for (id, choice), card in self.cards.items() if id == one.id and card.radio is button
            )

    # ---- what is done

    def take_all(self, side: int) -> None:
        """Choose one side everywhere in this record: 0 the left one, which is ours where one of them is."""
        group = self.group
        for one in group.differences if group is not None else ():
            self.cards[one.id, _order(one)[side]].radio.setChecked(True)

    def apply(self) -> None:
        """Settle this record as chosen, and go on to the next; after the last one it is over."""
        group = self.group
        if group is None or group.id in self.settled:
            return
        choices = {one.id: self.picks[one.id] for one in group.differences}
        self.tasks.run(
            differences.settle,
            self.store,
            group,
            choices,
            writes=True,
            then=lambda _none: self._settled(group),
        )

    def _settled(self, group: Group) -> None:
        self.settled.add(group.id)
        row = self.groups.index(group)
        item = self.list.item(row)
        item.setText(f"✓ {group.title}\n{group.kind} · {_('settled')}")
        self._tell()
        announce(self, _("{name} is settled").format(name=group.title))
        left = [at for at, one in enumerate(self.groups) if one.id not in self.settled]
        if not left:
            self.accept()
            return
        self.list.setCurrentRow(next((at for at in left if at > row), left[0]))

    def _tell(self) -> None:
        done, every = len(self.settled), len(self.groups)
        self.far.setText(_("Settled {done} of {all}").format(done=done, all=every))
        self.bar.setRange(0, max(every, 1))
        self.bar.setValue(done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """← mine, → theirs, on the field that has the focus."""
        at = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        focus, group = self.focusWidget(), self.group
        held = next((id for (id, _c), card in self.cards.items() if card.radio is focus), None)
        one = next((one for one in group.differences if one.id == held), None) if group is not None else None
        if at is not None and one is not None:
            card = self.cards[one.id, _order(one)[at]]
            card.radio.setChecked(True)
            card.radio.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)


def _order(one: Difference) -> tuple[str, str]:
    """Which value stands at the left: ours, where one of them is."""
    return (OTHER, KEPT) if one.other.mine and not one.kept.mine else (KEPT, OTHER)


def _who(side: Side) -> str:
    return _("mine") if side.mine else side.who or _("somebody")


def _about(side: Side) -> str:
    """Whose a value is, on which computer, since when."""
    when = f"{side.at.astimezone():%m-%d %H:%M}" if side.at is not None else ""
    who = _("Me") if side.mine else side.who or _("Somebody")
    return " · ".join(part for part in (who, side.device, when) if part)


def marked(text: str, against: str) -> str:
    """A text as HTML, what the other one doesn't have underlined."""
    parts = []
    for kind, start, end, _a, _b in SequenceMatcher(None, text, against, autojunk=False).get_opcodes():
        piece = escape(text[start:end]).replace("\n", "<br>")
        parts.append(piece if kind == "equal" or not piece else f"<u><b>{piece}</b></u>")
    return "".join(parts)
