"""The questions of an import as cards: what it is about, how often, and a list of answers, the safe one chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _, plural, say
from freecrm.exchange.changeset import Answer, Decision
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label

MANY = 3
"""From so many questions of one column on they share a card."""

SHOWN = 40
_ICONS = {
    "person": "user-x",
    "word": "tag",
    "phone": "phone-off",
    "date": "calendar-x",
    "order": "calendar",
    "join": "combine",
    "stage": "circle-dot",
}
_DANGER = frozenset({"phone", "date", "unread"})
_TOLD = _DANGER | {"taken", "order", "link", "names", "stage"}
"""Kinds of question whose card says why it is asked."""


def row_count(n: int) -> str:
    """So many rows, in words."""
    return plural("{count} row", "{count} rows", n, count=f"{n:,}")


class AnswerBox(ComboBox):
    """The answers of one question. Scrolling the page over it changes nothing."""

    def __init__(self, answers: Sequence[Answer], chosen: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setProperty("small", True)
        for answer in answers:
            self.addItem(str(answer.text), answer.value)
        self.choose(chosen)

    def choose(self, value: str) -> None:
        """Show this answer."""
        at = self.findData(value)
        if at != self.currentIndex() and at >= 0:
            self.setCurrentIndex(at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Card(QFrame):
    """One question, or those of one column that are alike.

    answered(key, value, keys): `keys` are the questions whose own answers this one replaces.
    """

    answered = Signal(str, str, list)

    def __init__(self, decisions: list[Decision], chosen: dict[str, str]) -> None:
        super().__init__()
        self.decisions = decisions
        self.first = decisions[0]
        self.setProperty("card", True)
        self.setProperty(
            "ask", self.first.kind in ("person", "word", "order", "join", "link", "names", "stage")
        )
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (10, 8, 10, 10)))
        self.column.setSpacing(look.px(4))
        self._head()
        self.boxes: dict[str, AnswerBox] = {}
        if len(decisions) == 1:
            self._one(chosen)
        else:
            self._many(chosen)

    def _head(self) -> None:
        one = self.first
        picture = QLabel()
        colour = "danger" if one.kind in _DANGER else "warning"
        name = _ICONS.get(one.kind, "circle-alert")
        picture.setPixmap(look.pixmap(name, look.px(16), colour, self.devicePixelRatioF()))
        title = label("strong", self.title())
        title.setWordWrap(True)
        title.setToolTip(str(one.why))
        rows = sum(d.count for d in self.decisions)
        count = label("caption", row_count(rows) if one.kind != "join" else "")
        row = QHBoxLayout()
        row.setSpacing(look.px(6))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(title, 1)
        row.addWidget(count, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)

    def title(self) -> str:
        """What the question is about."""
        one = self.first
        if len(self.decisions) > 1:
            texts = {
                "person": N_("{n} new names"),
                "word": N_("{n} new words"),
                "link": N_("{n} new names"),
            }
            return _(texts[one.kind]).format(n=len(self.decisions))
        texts = {
            "person": N_("Who is “{text}”?"),
            "word": N_("“{text}” is not in the list"),
            "phone": N_("{head}: to be checked"),
            "date": N_("{head}: cannot be read"),
            "unread": N_("{head}: cannot be read"),
            "taken": N_("{head}: used twice"),
            "order": N_("{head}: day or month first?"),
            "join": N_("{head}: same field"),
            "link": N_("Which one is “{text}”?"),
            "names": N_("{head}: many new names"),
            "stage": N_("Which stage is “{text}”?"),
        }
        return _(texts[one.kind]).format(text=one.text, head=one.head)

    def _one(self, chosen: dict[str, str]) -> None:
        one = self.first
        if one.kind in _TOLD:
            said = _("{examples}: {why}") if one.text else "{why}"
            line = label("caption", said.format(examples=one.text, why=one.why))
            line.setWordWrap(True)
            self.column.addWidget(line)
        self._box(one, chosen, self.column)

    def _box(self, one: Decision, chosen: dict[str, str], into: QVBoxLayout | QHBoxLayout) -> None:
        box = AnswerBox(one.answers, chosen.get(one.key) or one.chosen)
        box.setAccessibleName(f"{one.head} {one.text}".strip())
        box.activated.connect(
            lambda _at, key=one.key, box=box: self.answered.emit(key, box.currentData(), [])
        )
        self.boxes[one.key] = box
        into.addWidget(box)

    def _many(self, chosen: dict[str, str]) -> None:
        one = self.first
        group = f"{one.kind}:{one.head}"
        values = ("create", "leave") if one.kind in ("person", "link") else ("add", "blank")
        shared = [a for d in self.decisions for a in d.answers if a.value in values]
        answers = list({a.value: a for a in shared}.values())
        own = {chosen.get(d.key) or d.chosen for d in self.decisions}
        mixed = Answer("", say(N_("each as proposed")))
        told = own.pop() if len(own) == 1 else chosen.get(group, "")
        box = AnswerBox([mixed, *answers], told if any(a.value == told for a in answers) else "")
        box.setAccessibleName(self.title())
        keys = [d.key for d in self.decisions]
        box.activated.connect(
            lambda _at: self.answered.emit(group, box.currentData(), keys) if box.currentData() else None
        )
        self.boxes[group] = box
        words = label("caption", ", ".join(d.text for d in self.decisions[:6]))
        words.setWordWrap(True)
        self.column.addWidget(words)
        self.column.addWidget(box)
        self.more = QPushButton(_("One by one"))
        self.more.setProperty("kind", "quiet")
        self.more.setProperty("small", True)
        self.more.setCheckable(True)
        self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.each = QWidget()
        inside = QVBoxLayout(self.each)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(look.px(4))
        self.each.hide()
        self.column.addWidget(self.each)

        def unfold(on: bool) -> None:
            if on and inside.count() == 0:
                for d in self.decisions[:SHOWN]:
                    row = QHBoxLayout()
                    name = label("", d.text)
                    name.setToolTip(row_count(d.count))
                    name.setFixedWidth(look.px(72))
                    row.addWidget(name)
                    self._box(d, chosen, row)
                    inside.addLayout(row)
            self.each.setVisible(on)

        self.more.toggled.connect(unfold)


def grouped(decisions: Sequence[Decision]) -> list[list[Decision]]:
    """Questions in their order; names and words of one column together where they are many."""
    found: list[list[Decision]] = []
    for kind in ("join", "order"):
        found += [[d] for d in decisions if d.kind == kind]
    by_column: dict[tuple[str, str], list[Decision]] = {}
    for d in decisions:
        if d.kind in ("person", "word", "link"):
            by_column.setdefault((d.kind, d.head), []).append(d)
    for several in by_column.values():
        found += [several] if len(several) >= MANY else [[d] for d in several]
    found += [[d] for d in decisions if d.kind in ("stage", "names")]
    found += [[d] for d in decisions if d.kind in _DANGER or d.kind == "taken"]
    return found
