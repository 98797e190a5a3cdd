"""The figures in the head of a record's page: each a button that leads to its rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from freecrm.core.day_words import near, near_time
from freecrm.core.fields import Date, Field, Moment, Money
from freecrm.core.pieces import Figure
from freecrm.core.words import _, plural
from freecrm.store.figures import Found
from freecrm.store.followups import is_late
from freecrm.ui import cells, look
from freecrm.ui.follow_up.next_step import split
from freecrm.ui.group_words import amount
from freecrm.ui.parts import label

MOST = 6
ROLES = ("caption", "subtitle", "caption")  # of a figure's name, value and small line
_AIR = (12, 2, 8, 2)


class FigureButton(QPushButton):
    """One figure: what it is called, its value, and a small line below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "figure")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._parts: list[QLabel] = []
        self._texts = ("", "", "")
        self.take_look()

    @property
    def value(self) -> QLabel:
        """The label of the value."""
        return self._parts[1]

    def _make(self) -> None:
        """The labels, made when there is something to say: most firms have few of the figures."""
        column = QVBoxLayout(self)
        column.setSpacing(0)
        for role in ROLES:
            part = label(role, parent=self)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column.addWidget(part)
            self._parts.append(part)
        self.take_look()

    def take_look(self) -> None:
        """Take sizes from the look shown now."""
        self.setMinimumHeight(high())
        column = self.layout()
        if column is not None:
            column.setContentsMargins(*(look.px(side) for side in _AIR))

    def _fit(self) -> None:
        """Shorten what has no room."""
        room = max(self.width() - look.px(_AIR[0] + _AIR[2] + 2), 20)
        for part, role, text in zip(self._parts, ROLES, self._texts, strict=False):
            metrics = QFontMetrics(look.font(role))
            part.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def say(self, name: str, value: str, beside: str) -> None:
        """Show a figure in words."""
        if not self._parts:
            self._make()
        self._texts = (name, value, beside)
        self._fit()
        self.setAccessibleName(f"{name}: {value}" + (f", {beside}" if beside else ""))
        self.setToolTip(f"{name}: {value}" + (f"\n{beside}" if beside else ""))

    def tone(self, value: str, beside: str) -> None:
        """Colour the value and the small line: "warning", "danger", "caption", "" = plain."""
        for part, tone in zip(self._parts[1:], (value, beside), strict=False):
            wanted = tone if tone != "caption" else ""
            if (part.property("warns") or "") != wanted:
                part.setProperty("warns", wanted)
                look.refresh(part)


def high() -> int:
    """The pixels a figure is high at least."""
    lines = sum(QFontMetrics(look.font(role)).lineSpacing() for role in ROLES)
    return lines + look.px(_AIR[1]) + look.px(_AIR[3])


class FigureBar(QWidget):
    """chosen(figure): its rows are wanted. whole_wanted(yes): count what lies below in the tree as well."""

    chosen = Signal(object)
    whole_wanted = Signal(bool)

    def __init__(self, figures: Sequence[Figure], *, tree: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures, self.tree = figures, tree
        self.found: Mapping[str, Found] = {}
        self.old: frozenset[str] = frozenset()  # names of figures that are older than they should be
        self.buttons: dict[str, FigureButton] = {}
        self.line = QHBoxLayout()
        self.line.setSpacing(look.px(4))
        self.line.setContentsMargins(0, 0, 0, 0)
        for figure in figures:
            button = self.buttons[figure.name] = FigureButton(self)
            button.clicked.connect(lambda _checked=False, figure=figure: self.chosen.emit(figure))
            button.hide()
            self.line.addWidget(button, 1)
        self.rest = QWidget(self)
        self.line.addWidget(self.rest, 0)
        self.whole = QCheckBox(self)
        self.whole.toggled.connect(self.whole_wanted)
        self.whole.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (8, 0, 16, 0)))
        row.setSpacing(look.px(8))
        row.addLayout(self.line, 1)
        row.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignVCenter)
        self._take_look()

    def _take_look(self) -> None:
        if self.figures:
            self.setMinimumHeight(high() + look.px(4))
        for button in self.buttons.values():
            button.take_look()

    def show_values(self, found: Mapping[str, Found], *, has_below: bool) -> None:
        """Show these; a figure of nothing is left out, the first six of the others stand there."""
        self.found = found
        shown = [one for one in self.figures if one.name in found and not _is_nothing(found[one.name].value)]
        for figure in self.figures:
            button = self.buttons[figure.name]
            seen = figure in shown[:MOST]
            if seen:
                one = found[figure.name]
                button.say(_(figure.label), _words(one.of, one.value), _beside(figure, one))
                button.tone("warning" if figure.name in self.old else "", _tone(one))
            button.setVisible(seen)
        self.line.setStretchFactor(self.rest, max(0, MOST - 1 - len(shown)))
        self.whole.setVisible(self.tree and (has_below or self.whole.isChecked()))
        self.setVisible(bool(shown))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self._take_look()
        self.whole.setText(_("With subsidiaries"))
        self.show_values(self.found, has_below=not self.whole.isHidden())


def _is_nothing(value: Any) -> bool:
    return value in (None, "", 0)


def is_past(moment: dt.datetime) -> bool:
    """Whether a time by which something is to be done has passed; midnight stands for the whole day."""
    day, _at = split(moment)
    return is_late(moment, dt.datetime.now(dt.UTC), all_day=day is not None)


def _tone(one: Found) -> str:
    """The role of the small line: what is due warns."""
    if isinstance(one.beside_of, Moment) and one.beside_of.due:
        return "warning" if one.beside is None else "danger" if is_past(one.beside) else "caption"
    return "caption"


def _words(of: Field | None, value: Any) -> str:
    if of is None:
        return f"{value:,}"
    if isinstance(of, (Date, Moment)):
        return ago(
            value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None, value
        )
    return cells.text(of, value) if not isinstance(of, Money) else amount(of, value)


def _beside(figure: Figure, one: Found) -> str:
    if isinstance(one.beside_of, Moment) and one.beside_of.due:
        if one.beside is None:
            return _("no next step")
        day, _at = split(one.beside)
        when = near(day) if day is not None else near_time(one.beside)
        said = _("next: {when}").format(when=when)
        return _("{what} (overdue)").format(what=said) if is_past(one.beside) else said
    if isinstance(one.of, (Date, Moment)):
        return one.of.show(one.value)
    if _is_nothing(one.beside) or one.beside_of is None:
        return ""
    if one.beside_of.name == "size":
        from freecrm.ui.editors.files import size_text

        return size_text(int(one.beside))
    if isinstance(one.beside_of, Moment):
        return _("latest {when}").format(when=ago(None, one.beside))
    text = _words(one.beside_of, one.beside)
    return f"{one.beside_of.title} {text}" if one.beside_of.numeric else text


def ago(day: dt.date | None, moment: Any = None) -> str:
    """How long ago a day was, as people say it: today, yesterday, 3 days ago."""
    if day is None:
        day = moment.astimezone().date()
    days = (dt.datetime.now().astimezone().date() - day).days
    if days < 0:
        return plural("in {n} day", "in {n} days", -days)
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 60:
        return plural("{n} day ago", "{n} days ago", days)
    if days < 730:
        return plural("{n} month ago", "{n} months ago", days // 30)
    return plural("{n} year ago", "{n} years ago", days // 365)
