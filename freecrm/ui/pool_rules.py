"""The rules of the shared pool in the settings: a small table of grades, and what it would do today."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from freecrm.core.fields import Choice
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import pool, pool_rules
from freecrm.store.database import Store
from freecrm.store.pool import Outlook
from freecrm.store.pool_rules import Rule
from freecrm.ui import look
from freecrm.ui.parts import announce, label
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Latest, Tasks

PAUSE_MS = 300
_NO_NUMBER = N_("“{text}” is no whole number of days.")


class PoolRulesPanel(Panel):
    """One line a grade: days, and days of warning. Kept by a button, for the preview is to be read before."""

    WORDS = ("pool", "rule", "return", "公海", "公海规则", "回收", "自动退回", "多少天不联系")
    below = True

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.boxes: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self.names: dict[str, QLabel] = {}
        self._shown: dict[str, tuple[str, str]] = {}  # the rules as they were read
        self._latest = Latest(tasks)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.preview)
        self._found: Outlook | None = None
        self.line(
            N_(
                "A customer of whom nobody noted a contact for so many days goes back to the pool. Blank: never."
                " Protected ones stay, and those with a next step planned within these days."
            ),
            "caption",
        )
        body = QWidget()
        self.grid = QGridLayout(body)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(look.px(12))
        self.grid.setVerticalSpacing(look.px(6))
        self.grid.setColumnStretch(3, 1)
        self.heads = [label("caption") for _head in range(3)]
        for column, head in enumerate(self.heads):
            self.grid.addWidget(head, 0, column)
        self.column.addWidget(body)
        self.outlook, self.trouble = label("strong"), label("trouble")
        for part in (self.outlook, self.trouble):
            part.setWordWrap(True)
            part.hide()
            self.column.addWidget(part)
        self.save_button, self.drop_button = self.buttons(
            (N_("Save the rules"), self.save), (N_("Discard"), self.give_up)
        )
        self.load()
        self.reword()

    # ---- what it shows

    def load(self) -> None:
        """Show the rules as they hold."""
        held = {rule.grade: rule for rule in pool_rules.rules(self.store)}
        for row, grade in enumerate(self._grades(held), 1):
            if grade not in self.boxes:
                self.names[grade] = label()
                self.boxes[grade] = (self._box(), self._box())
                self.grid.addWidget(self.names[grade], row, 0)
                for column, box in enumerate(self.boxes[grade], 1):
                    self.grid.addWidget(box, row, column)
            days, warn = self.boxes[grade]
            rule = held.get(grade)
            days.setText(str(rule.days) if rule is not None else "")
            warn.setText(str(rule.warn) if rule is not None else "")
        self._shown = self._stands()
        order_tabs(self)
        self._follow()

    def _grades(self, held: dict[str, Rule]) -> list[str]:
        f = self.store.schema.fields("customer")["grade"]
        known = [entry.key for entry in f.options.entries] if isinstance(f, Choice) else []
        return [*known, *(grade for grade in held if grade and grade not in known), ""]

    def _box(self) -> QLineEdit:
        box = QLineEdit()
        box.setMaxLength(5)
        box.textEdited.connect(lambda _text: self._follow())
        return box

    def _follow(self) -> None:
        """What stands there has changed, or is what is kept."""
        for pair in self.boxes.values():
            for box in pair:
                box.setProperty("wrong", False)
                look.refresh(box)
        self.trouble.hide()
        changed = bool(self.unsaved())
        self.save_button.setEnabled(changed)
        self.drop_button.setEnabled(changed)
        self._pause.start()

    def preview(self) -> None:
        """Work out whom the rules as they stand there would return today, and whom they would warn of."""
        rules, _box, why = self.read()
        if rules is None or not self.store.setting("pool.on"):
            self._found = None
            self._say(None if not self.store.setting("pool.on") else why)
            return
        held = {rule.grade: rule for rule in pool_rules.rules(self.store)}
        rules = [_as_held(rule, held) for rule in rules]
        self._latest.run(pool.look, self.store, None, rules, then=self._previewed)

    def _previewed(self, found: Outlook) -> None:
        self._found = found
        self._say(None)

    def _say(self, why: Said | None) -> None:
        self.trouble.setVisible(why is not None)
        self.trouble.setText("" if why is None else str(why))
        self.outlook.setVisible(self._found is not None)
        if self._found is not None:
            due = plural(
                "Today {n:,} customer would go back",
                "Today {n:,} customers would go back",
                len(self._found.due),
            )
            warned = plural("{n:,} would be warned of", "{n:,} would be warned of", len(self._found.warned))
            self.outlook.setText(_("{due}, {warned}.").format(due=due, warned=warned))

    # ---- keeping

    def read(self) -> tuple[list[Rule] | None, QLineEdit | None, Said | None]:
        """The rules as they stand there; else the box that is wrong, and why."""
        rules = []
        for grade, (days, warn) in self.boxes.items():
            texts = days.text().strip(), warn.text().strip()
            if not texts[0]:
                continue
            for box, text in zip((days, warn), texts, strict=True):
                if text and not text.isdecimal():
                    return None, box, say(_NO_NUMBER, text=text)
            rule = Rule(grade, int(texts[0]), int(texts[1] or 0))
            why = pool_rules.why_not(rule)
            if why is not None:
                return None, days if not 1 <= rule.days <= 3650 else warn, why
            rules.append(rule)
        return rules, None, None

    def _stands(self) -> dict[str, tuple[str, str]]:
        found = {
            grade: (days.text().strip(), warn.text().strip()) for grade, (days, warn) in self.boxes.items()
        }
        return {grade: (days, (warn or "0") if days else warn) for grade, (days, warn) in found.items()}

    def unsaved(self) -> list[str]:
        return [_("Rules of the shared pool")] if self._stands() != self._shown else []

    def save(self) -> None:
        rules, box, why = self.read()
        if rules is None:
            self._refuse(why, box)
            return

        def done(_none: object) -> None:
            self.load()

        self.tasks.run(
            pool_rules.save_rules,
            self.store,
            rules,
            then=done,
            failed=lambda problem: self._refuse(problem.what, None),
            writes=True,
        )

    def _refuse(self, why: Said | None, box: QLineEdit | None) -> None:
        self._say(why)
        if box is not None:
            box.setProperty("wrong", True)
            look.refresh(box)
            box.setFocus()
        announce(self, str(why))

    def give_up(self) -> None:
        self.load()

    def look_again(self) -> None:
        if not self.unsaved():
            self.load()

    # ---- words

    def reword(self) -> None:
        super().reword()
        titles = (_("Grade"), _("Days without contact"), _("Warns days before"))
        for head, text in zip(self.heads, titles, strict=True):
            head.setText(text)
        f = self.store.schema.fields("customer")["grade"]
        for grade, name in self.names.items():
            name.setText(f.show(grade) if grade else _("Without a grade"))
            for box, text in zip(self.boxes[grade], titles[1:], strict=True):
                box.setAccessibleName(f"{text}: {name.text()}")
                box.setFixedWidth(look.px(96))
        self._say(None)


def _as_held(rule: Rule, held: dict[str, Rule]) -> Rule:
    """A rule that stays as it is keeps the day it was made on."""
    before = held.get(rule.grade)
    return before if before is not None and (before.days, before.warn) == (rule.days, rule.warn) else rule
