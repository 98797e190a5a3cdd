"""Settling differences: the records at the left, the fields that both sides changed in the middle, one choice
each, and at the right what comes of it."""

from __future__ import annotations

from difflib import SequenceMatcher
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _, inside, plural, say
from freecrm.store import apart, differences
from freecrm.store.differences import BOTH, KEPT, OTHER, Difference, Group, Side
from freecrm.ui import look, talk
from freecrm.ui.differences.result import QWIDGETSIZE_MAX, ResultPanel, choice_text
from freecrm.ui.fitting import Elided, breakable
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.option_card import OptionCard
from freecrm.ui.parts import announce, fitted, label
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.store.database import Store

WIDTH, HEIGHT, LEFT = 1180, 600, 216
ITEM = 34  # of that what stands around a name in the list
NARROW = 980  # below this, what comes of it stands under what is chosen
LONGEST = 300  # characters of what stood there before


class DifferencesDialog(QDialog):
    """All open differences of the file. What is chosen is kept record by record; Later keeps the rest open.

    at: the record and the difference to begin with. list_wanted: the list of all of them, settled ones, too."""

    list_wanted = Signal()

    def __init__(
        self, over: QWidget, store: Store, tasks: Tasks, at: tuple[bytes, bytes | str] | None = None
    ) -> None:
        super().__init__(over)
        self.store, self.tasks = store, tasks
        self.groups: list[Group] = differences.open_groups(store)
        self.settled: set[bytes] = set()
        self._own: set[bytes] = set()  # records that are being settled here
        self.picks: dict[bytes, str] = {one.id: KEPT for group in self.groups for one in group.differences}
        self.cards: dict[tuple[bytes, str], OptionCard] = {}
        self._groups: list[QButtonGroup] = []
        self._heads: list[tuple[bool, str, str]] = []
        self._merged = Latest(tasks)
        self.setWindowTitle(_("Settle differences"))
        self._build()
        fitted(self, look.px(WIDTH), look.px(HEIGHT))
        self._fill_list()
        first = next((row for row, one in enumerate(self.groups) if at and one.id == at[0]), 0)
        self.list.setCurrentRow(first)
        self._order_tabs()
        self.list.setFocus()
        if at is not None:
            self._go_to(at[1])

    # ---- making

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addLayout(self._top())
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.setFixedWidth(look.px(LEFT))
        self.list.setSpacing(look.px(2))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_("Records with differences"))
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.list_button = QPushButton(_("All differences, also settled ones"))
        self.list_button.setProperty("kind", "link")
        self.list_button.setAutoDefault(False)
        self.list_button.clicked.connect(self._show_list)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.list_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.outcome = ResultPanel()
        self.edge = QFrame()
        self.edge.setProperty("edge", True)
        self.right = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.right.setSpacing(look.px(12))
        self.right.addWidget(self.area, 1)
        self.right.addWidget(self.edge)
        self.right.addWidget(self.outcome)
        middle = QHBoxLayout()
        middle.setSpacing(look.px(12))
        middle.addLayout(left)
        middle.addLayout(self.right, 1)
        column.addLayout(middle, 1)
        column.addLayout(self._foot())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand()

    def _stand(self) -> None:
        """Put what comes of it below what is chosen, where there is no room beside."""
        below = self.width() < look.px(NARROW)
        ways = QBoxLayout.Direction
        self.right.setDirection(ways.TopToBottom if below else ways.LeftToRight)
        self.outcome.stand(below=below)
        self.edge.setFixedSize(*((QWIDGETSIZE_MAX, 1) if below else (1, QWIDGETSIZE_MAX)))

    def _top(self) -> QHBoxLayout:
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
        how_far = QHBoxLayout()
        how_far.addWidget(self.far, 0, Qt.AlignmentFlag.AlignVCenter)
        how_far.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        beside = QVBoxLayout()
        beside.addLayout(how_far)
        beside.addStretch(1)
        top.addLayout(words, 1)
        top.addLayout(beside)
        return top

    def _foot(self) -> QHBoxLayout:
        self.rest_box = QCheckBox(_("Mine in the rest, too"))
        self.rest_box.setToolTip(
            _("Applying settles the other records as well, wherever one of the two values is yours.")
        )
        self.later_button, self.two_button = QPushButton(_("Later")), QPushButton()
        self.act_button = QPushButton(_("Apply, next"))
        self.act_button.setProperty("kind", "primary")
        self.act_button.setToolTip("Ctrl+Enter")
        self.act_button.setDefault(True)
        self.later_button.setProperty("kind", "quiet")
        for button in (self.later_button, self.two_button):
            button.setAutoDefault(False)
        for part in (self.rest_box, self.two_button):
            part.hide()  # until a record is shown for which they are good
        self.later_button.clicked.connect(self.reject)
        self.two_button.clicked.connect(self.separate)
        self.act_button.clicked.connect(self.apply)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.apply)
        foot = QHBoxLayout()
        foot.addWidget(self.rest_box)
        foot.addStretch(1)
        foot.addWidget(self.later_button)
        foot.addWidget(self.two_button)
        foot.addWidget(self.act_button)
        return foot

    def _fill_list(self) -> None:
        for group in self.groups:
            QListWidgetItem(self._named(group, _left(group)), self.list).setToolTip(group.title)
        self._tell()

    def _named(self, group: Group, how: str, sign: str = "") -> str:
        """A record in the list: as much of its name as a line holds, and how it stands."""
        room = look.px(LEFT - ITEM)
        name = self.list.fontMetrics().elidedText(sign + group.title, Qt.TextElideMode.ElideRight, room)
        return f"{name}\n{group.kind} · {how}"

    def _show_list(self) -> None:
        self.list_wanted.emit()
        self.reject()

    def _go_to(self, wanted: bytes | str) -> None:
        """Put the focus on a difference, or on a field by its name; a row's on the first of the record that fits."""
        group = self.group
        one = next((d for d in group.differences if wanted in (d.id, d.name)), None) if group else None
        if one is not None:
            radio = self.cards[one.id, self.picks[one.id]].radio
            radio.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(radio)

    # ---- one record

    @property
    def group(self) -> Group | None:
        """The record that is shown."""
        row = self.list.currentRow()
        return self.groups[row] if 0 <= row < len(self.groups) else None

    def _show(self) -> None:
        group = self.group
        is_open = group is not None and group.id not in self.settled
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(look.px(8), 0, look.px(8), 0)
        column.setSpacing(look.px(8))
        self.cards = {}
        self._groups = []
        if group is not None and is_open:
            column.addLayout(self._sides(group))
            for one in group.differences:
                column.addWidget(self._rule())
                column.addLayout(self._line(one))
        elif group is not None:
            column.addWidget(label("hint", _("This record is settled.")))
        column.addStretch(1)
        self.area.setWidget(body)
        self.outcome.show_group(group if is_open else None, self.picks)
        if group is not None and is_open:
            self._merged.run(apart.merged, self.store, group, then=self.outcome.show_merged)
            things = inside(_(self.store.model.entities[group.entity].plural))
            self.two_button.setText(_("Save as two {things}").format(things=things))
        self.two_button.setVisible(group is not None and is_open and apart.can_separate(self.store, group))
        self.act_button.setEnabled(is_open)
        self.rest_box.setVisible(len(self.groups) - len(self.settled) > 1)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab go from the records through what is to choose in the one that is shown to the buttons below."""
        middle, whole = self.area.widget(), tab_order(self)
        choices = tab_order(middle) if middle is not None else []
        at = whole.index(self.list) + 1
        for one, other in pairwise([*whole[:at], *choices, *whole[at:]]):
            self.setTabOrder(one, other)

    def _rule(self) -> QFrame:
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        return line

    def _sides(self, group: Group) -> QGridLayout:
        """Whose the two columns are, and all of one side at once."""
        made = QGridLayout()
        made.setHorizontalSpacing(look.px(12))
        pictures = Pictures()
        first = next((one for one in group.differences if not one.is_number), group.differences[0])
        sides = differences.sides(first)
        self._heads = [_head(side) for side in sides]
        of_mine = any(side.mine for side in sides)
        for at, side in enumerate(sides):
            # who settles what two colleagues did has no side
            text = _("All of these") if not of_mine else _("All mine") if side.mine else _("All theirs")
            row = QHBoxLayout()
            row.setSpacing(look.px(8))
            if side.who:
                picture = QLabel()
                picture.setPixmap(pictures.person(side.who, look.px(20), self.devicePixelRatioF()))
                row.addWidget(picture)
            named = _("My changes") if side.mine else side.who or _("Somebody")
            if first.is_number:
                named = (_("The number stays"), _("A new number"))[at]
            who = Elided("strong")
            who.setText(named)
            row.addWidget(who, 1)
            button = QPushButton(text)
            button.setProperty("kind", "link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, at=at: self.take_all(at))
            button.setHidden(first.is_number)
            row.addWidget(button)
            made.addLayout(row, 0, at)
            made.addWidget(_wrapped("caption", _when(side)), 1, at, Qt.AlignmentFlag.AlignTop)
            made.setColumnStretch(at, 1)
        return made

    def _line(self, one: Difference) -> QVBoxLayout:
        made, cards = QVBoxLayout(), QGridLayout()
        made.setSpacing(look.px(6))
        cards.setHorizontalSpacing(look.px(12))
        cards.setVerticalSpacing(look.px(6))
        head = QHBoxLayout()
        head.addWidget(label("strong", one.title), 0, Qt.AlignmentFlag.AlignTop)
        before = _("Before: {value}").format(value=one.base) if one.base else _("Before: blank")
        if one.base or not (one.deletes or one.is_number):
            head.addWidget(_wrapped("caption", before), 1)
        else:
            head.addStretch(1)
        made.addLayout(head)
        group = QButtonGroup(self)
        self._groups.append(group)
        for at, choice in enumerate(_order(one)):
            sides = (one.kept, one.other) if choice == KEPT else (one.other, one.kept)
            card = self._card(one, choice, *sides, under=_about(sides[0]) if self._differs(one, at) else "")
            group.addButton(card.radio)
            cards.addWidget(card, 0, at)
            cards.setColumnStretch(at, 1)
        if one.takes_both:
            text = differences.united(one.kept.text, one.other.text)
            card = OptionCard(_("Keep both:") + "\n" + text, one.title)
            self.cards[one.id, BOTH] = card
            group.addButton(card.radio)
            cards.addWidget(card, 1, 0, 1, 2)
        for (id, _choice), held in self.cards.items():
            if id == one.id:
                held.radio.installEventFilter(self)
        self.cards[one.id, self.picks[one.id]].radio.setChecked(True)
        group.buttonToggled.connect(lambda button, on, one=one: self._chosen(one, button, on))
        made.addLayout(cards)
        return made

    def _differs(self, one: Difference, at: int) -> bool:
        """Whether a value is by somebody else, from elsewhere or of another time than its column says."""
        return _head(differences.sides(one)[at]) != self._heads[at]

    def _card(self, one: Difference, choice: str, side: Side, against: Side, *, under: str) -> OptionCard:
        card = OptionCard(
            choice_text(one, side), f"{one.title}, {_who(side)}", blank=_("(blank)"), under=under
        )
        if side.text and against.text and not one.deletes:
            card.text.setTextFormat(Qt.TextFormat.RichText)
            here, there = breakable(side.text), breakable(against.text)
            card.text.setText(marked(here, there, look.colour("warning_bg").name()))
        self.cards[one.id, choice] = card
        return card

    def _chosen(self, one: Difference, button: object, on: bool) -> None:
        if on:
            self.picks[one.id] = next(
                choice for (id, choice), card in self.cards.items() if id == one.id and card.radio is button
            )
            self.outcome.show_picks(self.picks)

    # ---- what is done

    def take_all(self, side: int) -> None:
        """Choose one side everywhere in this record: 0 the left one, which is ours where one of them is."""
        group = self.group
        for one in group.differences if group is not None else ():
            self.cards[one.id, _order(one)[side]].radio.setChecked(True)

    def apply(self) -> None:
        """Settle this record as chosen, and go on to the next; after the last one it is over. With the box for the
        rest ticked, the others are settled with our values."""
        group = self.group
        if group is None or group.id in self.settled:
            return
        self._settle(group, {one.id: self.picks[one.id] for one in group.differences})
        if self.rest_box.isChecked():
            for one in self.groups:
                ours = all(differences.sides(d)[0].mine for d in one.differences)
                if ours and one.id not in self.settled and one is not group:
                    self._settle(one, {d.id: _order(d)[0] for d in one.differences})

    def _settle(self, group: Group, choices: dict[bytes, str]) -> None:
        self._own.add(group.id)
        self.tasks.run(
            differences.settle,
            self.store,
            group,
            choices,
            writes=True,
            then=lambda late: self._taken(group, late),
        )

    def _taken(self, group: Group, late: int) -> None:
        if late:
            one = N_("Somebody else settled a difference of “{name}” meanwhile: their choice stands.")
            many = N_("Somebody else settled {n} differences of “{name}” meanwhile: their choice stands.")
            talk.tell(say(many if late > 1 else one, n=late, name=group.title))
        self._settled(group)

    def separate(self) -> None:
        """Make two records of this one: ours stays, a second one gets the values of the other side."""
        group = self.group
        if group is not None and group.id not in self.settled:
            self._own.add(group.id)
            self.tasks.run(
                apart.separate, self.store, group, writes=True, then=lambda _id: self._separated(group)
            )

    def _separated(self, group: Group) -> None:
        talk.tell(say(N_("“{name}” is there twice now, once with each side's values."), name=group.title))
        rest = next((one for one in differences.open_groups(self.store) if one.id == group.id), None)
        if rest is None:
            self._settled(group)
            return
        row = self.groups.index(group)  # those of its rows are still to be settled
        self.groups[row] = rest
        self._own.discard(group.id)
        self.list.item(row).setText(self._named(rest, _left(rest)))
        self._show()

    def heard(self) -> None:
        """Something was settled: what somebody else did is ticked here, too, and no longer asked."""
        there = {one.id for group in differences.open_groups(self.store) for one in group.differences}
        for group in self.groups:
            if group.id in self.settled | self._own or any(one.id in there for one in group.differences):
                continue
            self._tick(group)
            if group is self.group:
                self._show()
        if len(self.settled) == len(self.groups):
            self.accept()

    def _tick(self, group: Group) -> int:
        self.settled.add(group.id)
        row = self.groups.index(group)
        self.list.item(row).setText(self._named(group, _("settled"), "✓ "))
        self._tell()
        announce(self, _("{name} is settled").format(name=group.title))
        return row

    def _settled(self, group: Group) -> None:
        row = self._tick(group)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows on a card: the area around would scroll."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._arrow(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._arrow(event):
            super().keyPressEvent(event)

    def _arrow(self, event: QKeyEvent) -> bool:
        """← mine, → theirs, and further on both, on the field that has the focus; ↑ ↓ to the next field. Whether it
        was one of these."""
        aside = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        focus, group = self.focusWidget(), self.group
        held = next((key for key, card in self.cards.items() if card.radio is focus), None)
        if group is None or held is None or not (aside or down):
            return False
        at = next(at for at, one in enumerate(group.differences) if one.id == held[0])
        one = group.differences[at]
        if down:
            if 0 <= at + down < len(group.differences):
                self._go_to(group.differences[at + down].id)
            return True
        order = [*_order(one), *([BOTH] if one.takes_both else [])]
        to = order[min(max(order.index(held[1]) + aside, 0), len(order) - 1)]
        self.cards[one.id, to].radio.setChecked(True)
        self._go_to(one.id)
        return True


def _left(group: Group) -> str:
    """How much there is to choose in a record."""
    return plural("{n} to choose", "{n} to choose", len(group.differences))


def _wrapped(role: str, text: str) -> QLabel:
    """A text that takes as many lines as it needs; what is very long is cut, and told by the tooltip."""
    made = label(role, breakable(text if len(text) <= LONGEST else text[:LONGEST] + "…"))
    made.setToolTip(text if len(text) > LONGEST else "")
    made.setWordWrap(True)
    made.setMinimumWidth(1)
    return made


def _order(one: Difference) -> tuple[str, str]:
    """Which value stands at the left: ours, where one of them is."""
    return (OTHER, KEPT) if differences.sides(one)[0] is one.other else (KEPT, OTHER)


def _who(side: Side) -> str:
    return _("mine") if side.mine else side.who or _("somebody")


def _about(side: Side) -> str:
    """Whose a value is, on which computer, since when."""
    if side.at is None:
        return ""
    who = _("Me") if side.mine else side.who or _("Somebody")
    return " · ".join(part for part in (who, _when(side)) if part)


def _when(side: Side) -> str:
    """On which computer, since when."""
    when = f"{side.at.astimezone():%m-%d %H:%M}" if side.at is not None else ""
    return " · ".join(part for part in (side.device, when) if part)


def _head(side: Side) -> tuple[bool, str, str]:
    """What a value shares with the head of its column, or not."""
    return side.mine, side.who, _when(side)


def marked(text: str, against: str, ground: str = "") -> str:
    """A text as HTML, what the other one doesn't have underlined, on a ground of this colour."""
    begin = f'<u style="background-color: {ground}"><b>' if ground else "<u><b>"
    parts = []
    for kind, start, end, _a, _b in SequenceMatcher(None, text, against, autojunk=False).get_opcodes():
        piece = escape(text[start:end]).replace("\n", "<br>")
        parts.append(piece if kind == "equal" or not piece else f"{begin}{piece}</b></u>")
    return "".join(parts)
