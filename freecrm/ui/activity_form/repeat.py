"""How an activity repeats: a choice of what is usual, an own rhythm, and an end; said in words below."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from freecrm.core import agenda, day_words, lunar, repeats, spans
from freecrm.core.fields import Date
from freecrm.core.repeat_rule import DAILY, LUNAR, MONTHLY, WEEKLY, YEARLY, Rule, parse
from freecrm.core.words import N_, Said, _, say
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.dates import DateEditor
from freecrm.ui.editors.flow import Flow
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import inset, label
from freecrm.ui.tasks import Tasks

NONE, OWN, KEPT = "none", "own", "kept"
UNITS = ((N_("days"), DAILY), (N_("weeks"), WEEKLY), (N_("months"), MONTHLY), (N_("years"), YEARLY))
NEVER, UNTIL, TIMES = range(3)
NO_END_DAY = N_("Say on which day the repeat ends, or choose “never”.")
ENDS_BEFORE = N_("The repeat would end on {end}, before its first time on {start}. Choose a later day.")
NO_TIME = N_("By this rule it would never take place. Choose other days, or a later end.")
NO_DAYS = N_("Choose at least one day of the week.")


@dataclass(frozen=True, slots=True)
class _Base:
    """A choice of the list: its rule without an end."""

    key: str
    rule: str


def bases(day: dt.date) -> list[_Base]:
    """What is usual for an activity that begins on a day."""
    nth = (day.day - 1) // 7 + 1
    month, in_month = lunar.of(day)
    text = f"{month.number:02}{'+' if month.leap else ''}-{in_month:02}"
    return [
        _Base("daily", repeats.make(DAILY)),
        _Base("workdays", repeats.make(WEEKLY, weekdays=range(5))),
        _Base("weekly", repeats.make(WEEKLY, weekdays=[day.weekday()])),
        _Base("monthly", repeats.make(MONTHLY, month_day=day.day)),
        _Base("nth", repeats.make(MONTHLY, weekdays=[day.weekday()], nth=-1 if nth > 4 else nth)),
        _Base("yearly", repeats.make(YEARLY, month=day.month, month_day=day.day)),
        _Base("lunar", repeats.make(YEARLY, lunar=text)),
    ]


def endless(rule: str) -> str:
    """The rule without its end."""
    return repeats.put_together(rule, until=None, count=None)


class RepeatEditor(QWidget):
    """The text of a rule, None for what happens once. changed: another one is chosen."""

    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self._day = day_words.this_day()
        self._kept = ""  # a rule that no choice here can say
        self.combo, self.ends, self.unit = ComboBox(), ComboBox(), ComboBox()
        self.every, self.times = QSpinBox(), QSpinBox()
        self.combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.combo.setMinimumWidth(look.px(80))
        self.every.setRange(1, 999)
        self.times.setRange(1, 9999)
        self.times.setValue(10)
        self.until = DateEditor(Date(N_("Last day")), store, tasks)
        self.every_label, self.times_label, self.ends_label = (
            label("caption"),
            label("caption"),
            label("caption"),
        )
        self.words = label("understood")
        self.words.setWordWrap(True)
        self.days = [QPushButton() for _day in range(7)]
        self.rhythm, self.week, self.end = QWidget(), QWidget(), QWidget()
        for row, widgets in (
            (self.rhythm, (self.every_label, self.every, self.unit)),
            (self.end, (self.ends_label, self.ends, self.until, self.times, self.times_label)),
        ):
            flow = Flow(row, look.px(6), middle=True)
            for part in widgets:
                flow.addWidget(part)
        flow = Flow(self.week, look.px(4))
        for button in self.days:
            button.setCheckable(True)
            button.setProperty("day", True)
            button.clicked.connect(self._told)
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        stacked: tuple[QWidget, ...] = (self.combo, self.rhythm, self.week, self.end, self.words)
        for one in stacked:
            column.addWidget(one)
        self.combo.activated.connect(self._told)
        self.ends.activated.connect(self._told)
        self.unit.activated.connect(self._told)
        self.every.valueChanged.connect(self._told)
        self.times.valueChanged.connect(self._told)
        self.until.changed.connect(self._told)
        self._quiet = True
        self.reword()
        self.set_value(None, None)

    # ---- values

    def value(self) -> str | None:
        """The rule, None for once."""
        key = self.combo.currentData()
        if key in (None, NONE):
            return None
        base = self._kept if key == KEPT else self._own() if key == OWN else self._usual(key)
        until = self.until.value()
        if self.ends.currentData() == UNTIL and isinstance(until, dt.date):
            return repeats.put_together(base, until=until, count=None)
        if self.ends.currentData() == TIMES:
            return repeats.put_together(base, count=self.times.value(), until=None)
        return base

    def set_value(self, rule: Any, start: dt.datetime | None) -> None:
        """Show a rule. Tells nobody. start: when the activity begins."""
        self._quiet = True
        if start is not None:
            self._day = start.astimezone(agenda.zone_of(None)).date()
        made = parse(rule)[0] if rule else None
        plain = endless(rule) if made is not None else ""
        self._kept = plain or str(rule or "")
        key = NONE
        if rule:
            usual = [one.key for one in bases(self._day) if one.rule == plain]
            key = usual[0] if usual else OWN if made is not None and _is_own(made) else KEPT
        self._fill(key)
        if made is not None:
            self._show_rhythm(made)
            at = NEVER if made.is_endless else UNTIL if made.until is not None else TIMES
            self.ends.setCurrentIndex(at)
            until = made.until
            if isinstance(until, dt.datetime):
                until = until.astimezone(agenda.zone_of(None)).date() if until.tzinfo else until.date()
            self.until.set_value(until)
            self.times.setValue(made.count or 10)
        else:
            self.ends.setCurrentIndex(NEVER)
            self.until.set_value(None)
            self.every.setValue(1)
            for at, button in enumerate(self.days):
                button.setChecked(at == self._day.weekday())
        self._show_parts()
        self._quiet = False

    def set_day(self, day: dt.date) -> None:
        """The activity begins on another day: what is usual names that one."""
        if day != self._day:
            self._day, key = day, self.combo.currentData()
            self._fill(key)
            self._show_parts()

    def problem(self) -> Said | None:
        """Why it can't be kept, or None: a repeat without an end is fine, one without any time is not."""
        rule = self.value()
        if rule is None:
            return None
        if self.combo.currentData() == OWN and self.unit.currentData() == WEEKLY and not self._chosen_days():
            return say(NO_DAYS)
        if self.ends.currentData() == UNTIL:
            why, until = self.until.problem(), self.until.value()
            if why is not None:
                return why
            if until is None:
                return say(NO_END_DAY)
            if until < self._day:
                return say(ENDS_BEFORE, end=day_words.show(until), start=day_words.show(self._day))
        why = repeats.check(rule)
        if why is not None:
            return why
        noon = dt.datetime.combine(self._day, dt.time(12), tzinfo=agenda.zone_of(None))
        if next(iter(repeats.times(spans.ms(noon), None, rule)), None) is None:
            return say(NO_TIME)
        return None

    def main(self) -> QWidget:
        """What a label belongs to."""
        return self.combo

    def _usual(self, key: str) -> str:
        return next(one.rule for one in bases(self._day) if one.key == key)

    def _chosen_days(self) -> list[int]:
        return [at for at, button in enumerate(self.days) if button.isChecked()]

    def _own(self) -> str:
        freq, interval = str(self.unit.currentData()), self.every.value()
        if freq == WEEKLY:
            return repeats.make(WEEKLY, interval=interval, weekdays=self._chosen_days())
        if freq == MONTHLY:
            return repeats.make(MONTHLY, interval=interval, month_day=self._day.day)
        if freq == YEARLY:
            return repeats.make(YEARLY, interval=interval, month=self._day.month, month_day=self._day.day)
        return repeats.make(DAILY, interval=interval)

    def _show_rhythm(self, rule: Rule) -> None:
        self.every.setValue(rule.interval)
        units = [key for _text, key in UNITS]
        if rule.freq in units:
            self.unit.setCurrentIndex(units.index(rule.freq))
        days = [day for _nth, day in rule.by_day] or [self._day.weekday()]
        for at, button in enumerate(self.days):
            button.setChecked(at in days)

    # ---- showing

    def _told(self, _value: Any = None) -> None:
        if not self._quiet:
            self._show_parts()
            self.changed.emit()

    def _show_parts(self) -> None:
        key = self.combo.currentData()
        own, once = key == OWN, key in (None, NONE)
        self.rhythm.setVisible(own)
        self.week.setVisible(own and self.unit.currentData() == WEEKLY)
        self.end.setVisible(not once)
        self.until.setVisible(self.ends.currentData() == UNTIL)
        for part in (self.times, self.times_label):
            part.setVisible(self.ends.currentData() == TIMES)
        rule = None if once else self.value()
        plain = key not in (OWN, KEPT) and self.ends.currentData() == NEVER
        self.words.setText(repeats.shown(rule, self._day) if rule and not plain else "")
        self.words.setVisible(bool(self.words.text()))
        for row in (self.rhythm, self.week, self.end):
            row.updateGeometry()

    def _fill(self, key: Any) -> None:
        quiet, self._quiet = self._quiet, True
        self.combo.clear()
        self.combo.addItem(_("Doesn't repeat"), NONE)
        for one in bases(self._day):
            text = _("Monday to Friday") if one.key == "workdays" else repeats.shown(one.rule, self._day)
            self.combo.addItem(text, one.key)
        self.combo.addItem(_("Otherwise…"), OWN)
        if key == KEPT:
            self.combo.addItem(repeats.shown(self._kept, self._day), KEPT)
        self.combo.setCurrentIndex(max(self.combo.findData(key), 0))
        self._quiet = quiet

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        quiet, self._quiet = self._quiet, True
        self._fill(self.combo.currentData())
        for combo, texts in (
            (self.unit, UNITS),
            (self.ends, ((N_("never"), NEVER), (N_("on the day"), UNTIL), (N_("after"), TIMES))),
        ):
            at = max(combo.currentIndex(), 0)
            combo.clear()
            for text, data in texts:
                combo.addItem(_(text), data)
            combo.setCurrentIndex(at)
        self.every_label.setText(_("Every"))
        self.ends_label.setText(_("Ends"))
        self.times_label.setText(_("times"))
        for at, button in enumerate(self.days):
            name = day_words.weekday(dt.date(2024, 1, 1 + at))  # a Monday
            button.setText(name.removeprefix("周"))
            button.setAccessibleName(name)
        self.until.reword()
        for widget, text in (
            (self.combo, N_("Repeats")),
            (self.every, N_("Every")),
            (self.unit, N_("Unit")),
            (self.ends, N_("Ends")),
            (self.times, N_("Number of times")),
        ):
            widget.setAccessibleName(_(text))
            if isinstance(widget, QSpinBox):
                inset(widget)
                widget.lineEdit().setAccessibleName(_(text))
        self.until.name(_("Last day"))
        self._show_parts()
        self._quiet = quiet


def _is_own(rule: Rule) -> bool:
    """Whether the own rhythm can say this rule: nothing in it but what its fields hold."""
    if rule.freq == LUNAR or any(nth for nth, _day in rule.by_day):
        return False
    odd = (
        rule.by_week or rule.by_year_day or rule.by_hour or rule.by_minute or rule.by_second or rule.by_place
    )
    if odd or (rule.by_day and rule.freq != WEEKLY):
        return False
    return not (rule.by_month_day or rule.by_month)
