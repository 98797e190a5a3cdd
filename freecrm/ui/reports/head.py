"""What can be asked of a report: the period, the pipeline, whose, by what, how it counts, what it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from freecrm.core.day_words import this_day
from freecrm.core.fields import Date
from freecrm.core.words import N_, _
from freecrm.store import report_kinds
from freecrm.store.report_kinds import Asked, Report
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.filters.boxes import Range
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup

BY_TEXT, EVERY_PIPELINE = N_("By {what}"), N_("Every pipeline")


@dataclass(frozen=True, slots=True)
class Only:
    """A row that everything is narrowed to. by, key: of the report it stood in. title: what it is called."""

    by: str
    key: Any
    title: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen: for every report the same, so that one may turn from one to another. period: a key of
    report_kinds.PERIODS or "first/last". only: the row of one report that the others are crossed with."""

    period: str = "this_year"
    pipeline: bytes | None = None
    person: bytes | None = None
    asked: Asked = field(default_factory=Asked)
    only: Only | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Who and what there is to choose from: id -> name."""

    pipelines: Mapping[bytes, str]
    people: Mapping[bytes, str]


class ReportHead(QWidget):
    """chosen(Choice): something else is asked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.choice, self.names = Choice(), Names({}, {})
        self.report: Report = report_kinds.REPORTS[0]
        self.flow = Flow(self)
        self.buttons: dict[str, QPushButton] = {}
        for name, icon, fill in (
            ("period", "calendar", self._periods),
            ("pipeline", "square-kanban", self._pipelines),
            ("person", "users", self._people),
            ("by", "rows-3", partial(self._keys, "by")),
            ("way", "funnel", partial(self._keys, "way")),
            ("source", "file-text", partial(self._keys, "source")),
            ("only", "funnel", self._all_again),
        ):
            button = self.buttons[name] = QPushButton(self)
            button.setProperty("chip", "off")
            look.dress(button, icon, 16)
            button.clicked.connect(partial(self._open, button, fill))
            self.flow.addWidget(button)

    def show_choice(self, report: Report, choice: Choice, names: Names) -> None:
        """Say what is asked of this report."""
        self.report, self.names = report, names
        self.choice = replace(choice, asked=report.fitting(choice.asked))
        self.reword()

    # ---- menus

    def _open(self, button: QPushButton, fill: Callable[[QMenu], None], _on: bool = False) -> None:
        menu = QMenu(self)
        menu.setAccessibleName(button.accessibleName())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _take(self, choice: Choice) -> None:
        self.choice = choice
        self.reword()
        self.chosen.emit(choice)

    def _periods(self, menu: QMenu) -> None:
        for key, text in report_kinds.PERIODS.items():
            _entry(
                menu,
                _(text),
                self.choice.period == key,
                partial(self._take, replace(self.choice, period=key)),
            )
        menu.addSeparator()
        _entry(menu, _("From … to …"), "/" in self.choice.period, self.ask_days)

    def _pipelines(self, menu: QMenu) -> None:
        names, shown = self.names.pipelines, self._pipeline()
        choices = names.items() if self.report.staged else ((None, _(EVERY_PIPELINE)), *names.items())
        for id, name in choices:
            _entry(menu, name, shown == id, partial(self._take, replace(self.choice, pipeline=id)))

    def _pipeline(self) -> bytes | None:
        """The pipeline that the report is of; None = of every one."""
        chosen = self.choice.pipeline
        return chosen or (next(iter(self.names.pipelines), None) if self.report.staged else None)

    def _people(self, menu: QMenu) -> None:
        everybody = replace(self.choice, person=None)
        _entry(menu, _("Everybody"), self.choice.person is None, partial(self._take, everybody))
        for id, name in self.names.people.items():
            _entry(menu, name, self.choice.person == id, partial(self._take, replace(self.choice, person=id)))

    def _all_again(self, menu: QMenu) -> None:
        _entry(menu, _("All rows again"), False, partial(self._take, replace(self.choice, only=None)))

    def _keys(self, name: str, menu: QMenu) -> None:
        for key, text in self._known(name).items():
            asked = replace(self.choice.asked, **{name: key})
            now = getattr(self.choice.asked, name) == key
            _entry(menu, _(text), now, partial(self._take, replace(self.choice, asked=asked)))

    def _known(self, name: str) -> Mapping[str, str]:
        return {"by": self.report.by, "way": self.report.ways, "source": self.report.sources}[name]

    def ask_days(self) -> None:
        """Let the first and the last day be typed."""
        made = DaysPopup(self.buttons["period"], self.choice.period)
        made.taken.connect(lambda period: self._take(replace(self.choice, period=period)))
        made.open()

    def focus_first(self) -> None:
        """Put the focus on the first of what can be chosen."""
        first = next((one for one in self.buttons.values() if not one.isHidden()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- words

    def texts(self) -> dict[str, str]:
        """What each choice of this report says; those it doesn't have are left out."""
        report, asked, found = self.report, self.choice.asked, dict[str, str]()
        if report.period:
            found["period"] = report_kinds.span_words(self.choice.period, this_day())
        if report.pipeline and len(self.names.pipelines) > 1:
            found["pipeline"] = self.names.pipelines.get(self._pipeline() or b"", _(EVERY_PIPELINE))
        if report.person:
            found["person"] = self.names.people.get(self.choice.person or b"", _("Everybody"))
        if report.by:
            found["by"] = _(BY_TEXT).format(what=_(report.by[asked.by]).lower())
        if report.ways:
            found["way"] = _(report.ways[asked.way])
        if report.sources:
            found["source"] = _(report.sources[asked.source])
        if self.choice.only is not None and report.crosses(asked):
            found["only"] = _("Only {what}").format(what=self.choice.only.title)
        return found

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        said = {
            "period": _("Period"),
            "pipeline": _("Pipeline"),
            "person": _("Person"),
            "by": _("Rows"),
            "way": _("How it counts"),
            "source": _("Made of"),
            "only": _("Narrowed to"),
        }
        texts = self.texts()
        for name, button in self.buttons.items():
            text = texts.get(name, "")
            button.setVisible(bool(text))
            button.setText(text.replace("&", "&&") + "  ▾")
            button.setAccessibleName(_("{field}: {what}").format(field=said[name], what=text))
            button.setToolTip(said[name])
            on = name == "only" or {
                "pipeline": self.choice.pipeline is not None,
                "person": self.choice.person is not None,
            }.get(name, False)
            if button.property("chip") != ("true" if on else "off"):
                button.setProperty("chip", "true" if on else "off")
                look.refresh(button)
        self.updateGeometry()


class DaysPopup(Popup):
    """taken(period): "2026-01-01/2026-03-31", either end may be blank."""

    taken = Signal(str)

    def __init__(self, anchor: QWidget, period: str) -> None:
        super().__init__(anchor)
        asked = Date(N_("Period"))
        asked.name, asked.entity = "period", "deal"
        self.range = Range(asked)
        self.range.set_value(report_kinds.span(period, this_day()))
        self.range.taken.connect(self.take)
        self.trouble = label("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.take_button = QPushButton(_("Apply"))
        self.take_button.setProperty("kind", "primary")
        self.take_button.clicked.connect(self.take)
        for part in (self.range, self.trouble, self.take_button):
            self.column.addWidget(part)

    def first(self) -> QWidget:
        return self.range.low

    def take(self) -> None:
        """Take the days; what isn't understood stays and is said."""
        problem = self.range.problem()
        self.trouble.setVisible(problem is not None)
        if problem is not None:
            self.trouble.setText(str(problem))
            return
        first, last = self.range.value()
        self.dismiss()
        self.taken.emit(f"{_iso(first)}/{_iso(last)}")


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day is not None else ""


def _entry(menu: QMenu, text: str, now: bool, act: Callable[[], object]) -> None:
    action = menu.addAction(text.replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(now)
    action.triggered.connect(lambda _on=False: act())
