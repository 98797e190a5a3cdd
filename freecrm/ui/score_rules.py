"""The rules of the scores as a part of the settings: field, weight, age; kept as soon as they hold together.

What can't be kept yet stays as it was typed, with the sentence that says why below it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core import scoring
from freecrm.core.fields import Field, Number
from freecrm.core.problems import Known
from freecrm.core.scoring import CHANGED, STANDARD, Rule
from freecrm.core.words import N_, Said, _, say
from freecrm.store import scores
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

_NOT_ASKED = frozenset({"files", "notes"})
"""Fields that no rule asks for: it is no fault to have none of them."""
_FIGURE = Number("")


class RuleLine(QWidget):
    """One rule. edited: a value is finished. moved(step), removed."""

    edited = Signal()
    moved = Signal(int)
    removed = Signal()

    def __init__(self, rule: Rule, fields: dict[str, Field]) -> None:
        super().__init__()
        self.rule, self.fields = rule, fields
        self.box, self.weight, self.days = ComboBox(), QLineEdit(), QLineEdit()
        self.days_label, self.days_unit = label("caption"), label("caption")
        self.up = icon_button("arrow-up", lambda: self.moved.emit(-1), 16)
        self.down = icon_button("arrow-down", lambda: self.moved.emit(1), 16)
        self.cross = icon_button("trash-2", self.removed.emit, 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(6))
        row.addWidget(self.box, 1)
        row.addWidget(self.weight)
        for part in (self.days_label, self.days, self.days_unit, self.up, self.down, self.cross):
            row.addWidget(part)
        self._fill_box()
        self.weight.setText(str(rule.weight))
        self.days.setText("" if rule.days is None else str(rule.days))
        self.box.activated.connect(self._field_chosen)
        for line in (self.weight, self.days):
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.editingFinished.connect(self.edited)
            line.installEventFilter(self)
        self.reword()

    def _fill_box(self) -> None:
        self.box.clear()
        names = [*self.fields, CHANGED]
        if self.rule.field not in names:
            names.insert(0, self.rule.field)
        for name in names:
            called = scoring.called(name, self.fields)
            text = str(called) if called is not None else _("{field} (deleted)").format(field=name)
            self.box.addItem(text, name)
        self.box.setCurrentIndex(names.index(self.rule.field))

    def _field_chosen(self) -> None:
        name = str(self.box.currentData())
        if name == CHANGED and not self.days.text().strip():
            self.days.setText("365")
        elif name in self.fields and not scoring.can_age(self.fields[name]):
            self.days.clear()
        self._show_days(name)
        self.edited.emit()

    def _show_days(self, name: str) -> None:
        """Only days and times can be too old; a wrong number of days stays in sight."""
        ages = name == CHANGED or (name in self.fields and scoring.can_age(self.fields[name]))
        for part in (self.days_label, self.days, self.days_unit):
            part.setVisible(ages or bool(self.days.text().strip()))

    def read(self) -> tuple[Rule | None, Said | None]:
        """The rule as it stands there, or why it is none."""
        name = str(self.box.currentData())
        weight, why = _FIGURE.read(self.weight.text())
        if why is None and weight is None:
            why = say(N_("Say how many points {field} gives."), field=self.box.currentText())
        days, why_days = _FIGURE.read(self.days.text())
        if why is not None or why_days is not None:
            return None, why or why_days
        return Rule(name, int(weight), None if days is None else int(days)), None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
            if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        at = self.box.currentData()
        self._fill_box()
        self.box.setCurrentIndex(max(self.box.findData(at), 0))
        self.weight.setFixedWidth(look.px(56))
        self.days.setFixedWidth(look.px(64))
        self.box.setMinimumWidth(look.px(88))
        name = self.box.currentText()
        self.box.setAccessibleName(_("Field"))
        self.weight.setAccessibleName(_("Points of {field}").format(field=name))
        self.weight.setToolTip(_("Points"))
        self.days.setAccessibleName(_("Days of {field}").format(field=name))
        self.days_label.setText(_("not older than"))
        self.days_unit.setText(_("days"))
        name_button(self.up, _("Move up"), _("Alt+Up"))
        name_button(self.down, _("Move down"), _("Alt+Down"))
        name_button(self.cross, _("Remove this rule"))
        self._show_days(str(self.box.currentData()))


class ScoreRulesPanel(Panel):
    """The rules of customers and of contacts, one kind at a time."""

    WORDS = ("score", "completeness", "freshness", "tidy", "评分", "完整度", "新鲜度", "整理")

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.entity = next(iter(STANDARD))
        self.lines: list[RuleLine] = []
        self.typed = False  # something that can't be kept yet
        self.line(
            N_(
                "How complete and how fresh a record is: the share of these points that it has. A rule with days "
                "asks how old a day is, any other whether the field is filled."
            ),
            "caption",
        )
        self.group, self.kind_buttons = QButtonGroup(self), dict[str, QPushButton]()
        kinds = QHBoxLayout()
        kinds.setSpacing(look.px(8))
        for entity in STANDARD:
            button = self.kind_buttons[entity] = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self.show_entity, entity))
            self.group.addButton(button)
            kinds.addWidget(button)
        kinds.addStretch(1)
        self.column.addLayout(kinds)
        body = QWidget()
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(look.px(6))
        self.column.addWidget(body)
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.state = label("caption")
        self.state.setWordWrap(True)
        self.column.addWidget(self.trouble)
        self.column.addWidget(self.state)
        self.add_button, self.standard_button = self.buttons(
            (N_("Add a rule"), self.add), (N_("Back to the standard rules"), self.back_to_standard)
        )
        self.load()
        self.reword()

    # ---- what it shows

    @property
    def fields(self) -> dict[str, Field]:
        """The fields that rules may ask for."""
        declared = self.store.schema.entity(self.entity)
        shown = self.store.schema.shown(self.entity)
        return {f.name: f for f in shown if f.name not in (*_NOT_ASKED, declared.title)}

    def show_entity(self, entity: str) -> None:
        """Show the rules of another kind of record."""
        if entity != self.entity and not self.typed:
            self.entity = entity
            self.load()
        self.reword()

    def load(self) -> None:
        """Show the rules as they hold; what is typed and can't be kept yet is given up."""
        self.typed = False
        self._show_rules(list(scores.rules(self.store.reader(), self.entity)))
        self._say_state()

    def _show_rules(self, rules: list[Rule]) -> None:
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        for rule in rules:
            self._put(RuleLine(rule, self.fields))
        self._tell(None)
        self._mark_ends()

    def _put(self, line: RuleLine) -> None:
        line.edited.connect(self.keep)
        line.moved.connect(partial(self.shift, line))
        line.removed.connect(partial(self.remove, line))
        self.lines.append(line)
        self.rows.addWidget(line)
        line.show()

    def _mark_ends(self) -> None:
        for at, line in enumerate(self.lines):
            line.up.setEnabled(at > 0)
            line.down.setEnabled(at < len(self.lines) - 1)
            line.cross.setEnabled(len(self.lines) > 1)
        order_tabs(self)

    def look_again(self) -> None:
        if not self.typed and self._held() != self._read()[0]:
            self.load()
        self._say_state()

    def _held(self) -> list[Rule]:
        return list(scores.rules(self.store.reader(), self.entity))

    # ---- changing

    def _read(self) -> tuple[list[Rule] | None, RuleLine | None, Said | None]:
        found = []
        for line in self.lines:
            rule, why = line.read()
            if rule is None:
                return None, line, why
            found.append(rule)
        return found, None, None

    def keep(self) -> None:
        """Keep the rules as they stand there; else say what is wrong with them."""
        rules, line, why = self._read()
        if rules is not None:
            if rules == self._held():
                self.typed = False
                self._tell(None)
                return
            known = {rule.field for rule in self._held()}
            wrong = scoring.problem(rules, self.store.schema.fields(self.entity), known)
            if wrong is None:
                self._write(rules)
                return
            at, why = wrong
            line = self.lines[at] if at >= 0 else None
        self.typed = True
        self._tell(why, line)

    def _write(self, rules: list[Rule] | None) -> None:
        def done(_none: object) -> None:
            self.typed = False
            self._tell(None)
            self.look_again()

        def failed(problem: Known) -> None:
            self.typed = True
            self._tell(problem.what)

        self.tasks.run(
            scores.save_rules, self.store, self.entity, rules, writes=True, then=done, failed=failed
        )

    def add(self) -> None:
        """One more rule, on the first field that has none."""
        taken = {str(line.box.currentData()) for line in self.lines}
        name = next((name for name in self.fields if name not in taken), CHANGED)
        self._put(RuleLine(Rule(name, 1, 365 if name == CHANGED else None), self.fields))
        self._mark_ends()
        self.lines[-1].box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.keep()

    def remove(self, line: RuleLine) -> None:
        """Take a rule out."""
        at = self.lines.index(line)
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self._mark_ends()
        if self.lines:
            self.lines[min(at, len(self.lines) - 1)].box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.keep()

    def shift(self, line: RuleLine, by: int) -> None:
        """Put a rule one place up or down."""
        at = self.lines.index(line) + by
        if 0 <= at < len(self.lines):
            self.lines.remove(line)
            self.lines.insert(at, line)
            self.rows.removeWidget(line)
            self.rows.insertWidget(at, line)
            self._mark_ends()
            self.keep()

    def back_to_standard(self) -> None:
        """Judge by the standard rules again."""
        self.typed = False
        if scores.own_rules(self.store.reader(), self.entity):
            self._write(None)
        else:
            self.load()

    def unsaved(self) -> list[str]:
        return [_("Rules of the scores")] if self.typed else []

    def save(self) -> None:
        self.keep()

    def give_up(self) -> None:
        self.load()

    # ---- words

    def _tell(self, why: Said | None, line: RuleLine | None = None) -> None:
        for one in self.lines:
            for box in (one.weight, one.days):
                box.setProperty("wrong", one is line)
                look.refresh(box)
        self.trouble.setText(str(why) if why is not None else "")
        self.trouble.setVisible(why is not None)
        if why is not None:
            announce(self, str(why))

    def _say_state(self) -> None:
        own = bool(scores.own_rules(self.store.reader(), self.entity))
        fields = self.store.schema.fields(self.entity)
        gone = [rule.field for rule in self._held() if scoring.called(rule.field, fields) is None]
        if gone:
            what = N_(
                "{fields}: this field was deleted, so its rule counts nothing. Remove the rule or choose "
                "another field."
            )
            self.state.setText(str(say(what, fields=gone)))
        else:
            text = N_("These are your own rules.") if own else N_("These are the standard rules.")
            self.state.setText(_(text))
        self.state.setProperty("role", "warning" if gone else "caption")
        look.refresh(self.state)
        self.standard_button.setEnabled(own or self.typed)

    def reword(self) -> None:
        super().reword()
        for entity, button in self.kind_buttons.items():
            button.setText(_(self.store.schema.entity(entity).plural))
            button.setChecked(entity == self.entity)
            button.setProperty("chip", True if entity == self.entity else "off")
            look.refresh(button)
        for line in self.lines:
            line.reword()
        self._say_state()
        if not self.typed:
            self._tell(None)
