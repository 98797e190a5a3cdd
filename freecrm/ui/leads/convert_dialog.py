"""The dialog that makes a customer of a lead: who it may be already, its contact, its deal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.record import Record
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.exchange.doubles import LIKELY
from freecrm.exchange.similar import Like, similar
from freecrm.store.database import Store
from freecrm.store.leads import Wanted
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

MOST = 5
NEW, OTHER = "new", "other"


def matches(store: Store, lead: Record) -> list[Like]:
    """The customers that a lead may be already, the likeliest first: by name, phone, mail and city."""
    values: dict[str, Any] = {
        "name": lead["name"],
        "phones": lead["phones"],
        "emails": lead["emails"],
        "person": {"name": lead["person"]} if lead["person"] else {},
        "addresses": [{"city": lead["city"]}] if lead["city"] else [],
    }
    return similar(store, "customer", values, limit=MOST)


class ConvertDialog(QDialog):
    """agreed(Wanted): the user wants the lead to become that. found: who it may be already."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        lead: Record,
        found: Sequence[Like],
        agreed: Callable[[Wanted], None],
    ) -> None:
        super().__init__(over)
        self.lead, self._agreed = lead, agreed
        self.setWindowTitle(_("Convert lead “{name}”").format(name=lead["name"]))
        fields = store.schema.fields("deal")
        self.other = editor_for(fields["customer"], store, tasks)
        self.name = editor_for(fields["name"], store, tasks)
        self.amount = editor_for(fields["amount"], store, tasks)
        self.choices: dict[str | bytes, QRadioButton] = {}
        self.group = QButtonGroup(self)
        title, self.trouble = label("subtitle", self.windowTitle()), label("trouble")
        for part in (title, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(title)
        column.addWidget(self._customers(found), 1)
        column.addWidget(self._person())
        column.addLayout(self._deal())
        column.addWidget(self.trouble)
        column.addLayout(self._foot())
        self.resize(look.px(560), look.px((355 if not found else 400) + 44 * min(len(found), 4)))
        order_tabs(self)
        self._follow()
        next(button for button in self.choices.values() if button.isChecked()).setFocus()

    # ---- how it is laid out

    def _customers(self, found: Sequence[Like]) -> QWidget:
        area, inner = QScrollArea(), QWidget()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(look.px(6))
        head = label("caption", self._head(len(found)))
        head.setWordWrap(True)
        lines.addWidget(head)
        for like in found:
            self._choice(lines, like.id, like.title, _(", ").join(str(reason) for reason in like.reasons))
        self._choice(lines, NEW, _("New customer “{name}”").format(name=self.lead["name"]), "")
        self._choice(lines, OTHER, _("Another customer:"), "")
        self.other.name(_("Another customer"))
        self.other.changed.connect(lambda: self.choices[OTHER].setChecked(True))
        lines.addWidget(self.other)
        lines.addStretch(1)
        sure = found and found[0].value >= LIKELY
        self.choices[found[0].id if sure else NEW].setChecked(True)
        area.setWidget(inner)
        return area

    def _head(self, count: int) -> str:
        if not count:
            return _("No customer in the file looks like this lead.")
        return plural(
            "{n} customer looks like this lead. Is it them?",
            "{n} customers look like this lead. Is it one of them?",
            count,
        )

    def _choice(self, lines: QVBoxLayout, key: str | bytes, text: str, reasons: str) -> None:
        made = self.choices[key] = QRadioButton(text.replace("&", "&&"))
        self.group.addButton(made)
        lines.addWidget(made)
        if reasons:
            below = label("caption", reasons)
            below.setWordWrap(True)
            below.setIndent(look.px(26))
            lines.addWidget(below)
            made.setAccessibleDescription(reasons)

    def _person(self) -> QWidget:
        person = str(self.lead["person"] or "")
        self.contact = QCheckBox(_("Add the contact “{name}”").format(name=person).replace("&", "&&"))
        self.contact.setChecked(bool(person))
        self.contact.setVisible(bool(person))
        return self.contact

    def _deal(self) -> QGridLayout:
        self.deal = QCheckBox(_("Begin a deal"))
        self.deal.toggled.connect(lambda _on: self._follow())
        self.name.set_value(self.lead["name"])
        self.amount.set_value(self.lead["budget"])
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(4))
        grid.addWidget(self.deal, 0, 0, 1, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        for at, editor in enumerate((self.name, self.amount)):
            text = QLabel(editor.field.title)
            text.setBuddy(editor.main())
            grid.addWidget(text, 1, at)
            grid.addWidget(editor, 2, at, Qt.AlignmentFlag.AlignTop)
        return grid

    def _foot(self) -> QHBoxLayout:
        self.cancel_button, self.convert_button = QPushButton(_("Cancel")), QPushButton(_("Convert"))
        self.convert_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.convert_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.convert_button.clicked.connect(self._convert)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.convert_button)
        return foot

    def _follow(self) -> None:
        for editor in (self.name, self.amount):
            editor.setEnabled(self.deal.isChecked())

    # ---- what is wanted

    def _customer(self) -> bytes | None:
        chosen = next(key for key, button in self.choices.items() if button.isChecked())
        if chosen == OTHER:
            self.other.settle()  # type: ignore[attr-defined]
            value = self.other.value()
            return value if isinstance(value, bytes) else None
        return chosen if isinstance(chosen, bytes) else None

    def _convert(self) -> None:
        customer, trouble = self._customer(), None
        if self.choices[OTHER].isChecked() and customer is None:
            trouble = (self.other, say(N_("Choose a customer from the list, or take another answer.")))
        elif self.deal.isChecked():
            trouble = next(
                ((one, why) for one in (self.name, self.amount) if (why := one.problem()) is not None), None
            )
        for editor in (self.other, self.name, self.amount):
            editor.mark(False)
        if trouble is not None:
            self._refuse(*trouble)
            return
        deal = str(self.name.value() or "") if self.deal.isChecked() else ""
        amount = self.amount.value() if self.deal.isChecked() else None
        self.accept()
        self._agreed(Wanted(customer, self.contact.isChecked(), deal, amount))

    def _refuse(self, editor: Any, why: Said) -> None:
        editor.mark(True)
        self.trouble.setText(str(why))
        self.trouble.show()
        announce(self, str(why))
        editor.focus_first()
