"""The right column: the record as it will be, and what both sides changed that nobody need choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _, plural
from freecrm.store import differences
from freecrm.store.apart import Merged
from freecrm.store.differences import BOTH, KEPT, Difference, Group, Side
from freecrm.ui import look
from freecrm.ui.fitting import Elided, breakable
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import label

WIDE, PICTURE, NAMES, WHOSE = 300, 32, 84, 64
LOW = 190
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own, which PySide6 does not name
LONGEST = 90  # characters of a value


class ResultPanel(QScrollArea):
    """Follows what is chosen: `show_group` for another record, `show_picks` for another choice."""

    def __init__(self) -> None:
        super().__init__()
        self.group: Group | None = None
        self.values: dict[bytes, tuple[QLabel, Elided]] = {}
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stand(below=False)
        self._merged = QVBoxLayout()

    def stand(self, *, below: bool) -> None:
        """Take a column beside what is chosen, or a strip below it."""
        most = QWIDGETSIZE_MAX
        self.setMinimumSize(0 if below else look.px(WIDE), look.px(LOW) if below else 0)
        self.setMaximumSize(most if below else look.px(WIDE), look.px(LOW) if below else most)

    def show_group(self, group: Group | None, picks: Mapping[bytes, str]) -> None:
        """Show how this record will be; None: nothing is left to choose."""
        self.group, self.values = group, {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(*(look.px(side) for side in (12, 0, 8, 0)))
        column.setSpacing(look.px(10))
        self._merged = QVBoxLayout()
        if group is not None:
            column.addLayout(self._head(group))
            rows = QGridLayout()
            rows.setHorizontalSpacing(look.px(10))
            rows.setVerticalSpacing(look.px(6))
            rows.setColumnStretch(1, 1)
            for at, one in enumerate(group.differences):
                self._row(rows, at, one)
            column.addLayout(rows)
            column.addLayout(self._merged)
            self.show_picks(picks)
        column.addStretch(1)
        self.setWidget(body)
        self.setVisible(group is not None)

    def _head(self, group: Group) -> QHBoxLayout:
        picture = QLabel()
        picture.setPixmap(Pictures().avatar(group.title, look.px(PICTURE), self.devicePixelRatioF()))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        name = label("strong", group.title)
        name.setWordWrap(True)
        name.setMinimumWidth(1)
        texts.addWidget(name)
        texts.addWidget(label("caption", _("As it will be")))
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        return row

    def _row(self, rows: QGridLayout, at: int, one: Difference) -> None:
        name, value, whose = label("hint", one.short), label(), Elided()
        whose.setProperty("tag", "plain")
        whose.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        whose.setMaximumWidth(look.px(WHOSE))
        value.setWordWrap(True)
        value.setMinimumWidth(1)
        _narrow(name)
        top = Qt.AlignmentFlag.AlignTop
        rows.addWidget(name, at, 0, top)
        rows.addWidget(value, at, 1, top)
        rows.addWidget(whose, at, 2, top)
        self.values[one.id] = value, whose

    def show_picks(self, picks: Mapping[bytes, str]) -> None:
        """Say what was chosen."""
        for one in self.group.differences if self.group is not None else ():
            value, whose = self.values[one.id]
            text = result_of(one, picks[one.id])
            value.setText(breakable(text if len(text) <= LONGEST else text[:LONGEST] + "…") or _("(blank)"))
            value.setToolTip(text if len(text) > LONGEST else "")
            value.setProperty("role", "" if text else "hint")
            look.refresh(value)
            whose.setText(whose_of(one, picks[one.id]))
            whose.setProperty("tag", "success" if picks[one.id] == BOTH else "plain")
            look.refresh(whose)

    def show_merged(self, found: Sequence[Merged]) -> None:
        """Tell what was put together by itself."""
        if not found:
            return
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        n = len(found)
        self._merged.setSpacing(look.px(4))
        self._merged.addWidget(line)
        self._merged.addSpacing(look.px(4))
        self._merged.addWidget(
            label("strong", plural("{n} change put together", "{n} changes put together", n))
        )
        text = label("caption", _("Other fields were changed: both stand."))
        text.setWordWrap(True)
        self._merged.addWidget(text)
        rows = QGridLayout()
        rows.setHorizontalSpacing(look.px(10))
        rows.setVerticalSpacing(look.px(4))
        rows.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for at, one in enumerate(found):
            shown = one.text if len(one.text) <= LONGEST else one.text[:LONGEST] + "…"
            who = _("mine") if one.mine else one.who or _("theirs")
            whose = Elided("caption")
            whose.setText(who)
            whose.setMaximumWidth(look.px(WHOSE))
            parts = label("hint", one.field), label("", breakable(shown) or _("(blank)")), whose
            for column, part in enumerate(parts):
                rows.addWidget(part, at, column, top)
            _narrow(parts[0])
            parts[1].setWordWrap(True)
            parts[1].setMinimumWidth(1)
        self._merged.addLayout(rows)


def _narrow(name: QLabel) -> None:
    """Let a field's name take a second line where it is long."""
    name.setWordWrap(name.sizeHint().width() > look.px(NAMES))
    name.setFixedWidth(min(name.sizeHint().width(), look.px(NAMES)))


def result_of(one: Difference, pick: str) -> str:
    """What will stand there, in words."""
    if pick == BOTH:
        text = differences.united(one.kept.text, one.other.text)
        return plural("{n} line", "{n} lines", len(text.splitlines()))
    return choice_text(one, one.kept if pick == KEPT else one.other)


def choice_text(one: Difference, side: Side) -> str:
    """What a side of a difference comes to."""
    if one.deletes:
        return _("Delete it") if side.value == "deleted" else _("Keep it, with the changes")
    return side.text


def whose_of(one: Difference, pick: str) -> str:
    """Whose value that is, in a word."""
    if pick == BOTH:
        return _("both")
    if one.is_number:
        return _("as it is") if pick == KEPT else _("new")
    side = one.kept if pick == KEPT else one.other
    return _("mine") if side.mine else side.who or _("theirs")
