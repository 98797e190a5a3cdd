"""What a record of a kind is mostly done with, as buttons in its panel and on its page: commands of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from freecrm.core.record import Record
from freecrm.core.words import N_, _
from freecrm.store import leads
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Act:
    """A button. command: what it runs. when: whether it makes sense for a record."""

    command: str
    text: str
    icon: str
    when: Callable[[Record], bool]
    primary: bool = False


def _is_open(record: Record) -> bool:
    return record["state"] in leads.OPEN


def _stands(*states: str) -> Callable[[Record], bool]:
    """Whether a record is in one of these states."""
    return lambda record: record["state"] in states


ACTS: dict[str, tuple[Act, ...]] = {
    "lead": (
        Act("lead.convert", N_("Convert…"), "user-check", _is_open, primary=True),
        Act(
            "lead.share",
            N_("Share out"),
            "shuffle",
            lambda record: _is_open(record) and not record["owner_user"],
        ),
        Act("lead.drop", N_("Give up…"), "ban", _is_open),
        Act("lead.customer", N_("Open the customer"), "building-2", lambda record: bool(record["customer"])),
        Act("lead.deal", N_("Open the deal"), "briefcase", lambda record: bool(record["deal"])),
    ),
    "quote": (Act("order.make", N_("Make order"), "clipboard-list", _stands("sent", "accepted")),),
    "deal": (Act("order.make", N_("Make order"), "clipboard-list", _stands("won")),),
    "sales_order": (
        Act("order.confirm", N_("Confirm"), "check", _stands("draft"), primary=True),
        Act("order.deliver", N_("Deliver…"), "truck", _stands("confirmed", "partly"), primary=True),
        Act("order.invoice", N_("Invoice…"), "receipt-text", lambda record: (record["to_invoice"] or 0) > 0),
        Act("order.return", N_("Return…"), "undo-2", _stands("partly", "delivered")),
        Act("order.cancel", N_("Cancel order"), "ban", _stands("draft", "confirmed")),
    ),
    "invoice": (
        Act("invoice.issue", N_("Issued…"), "check", _stands("asked"), primary=True),
        Act("invoice.send", N_("Sent"), "send", _stands("issued"), primary=True),
        Act("invoice.void", N_("Make void"), "ban", _stands("issued", "sent")),
    ),
    "repeat_bill": (
        Act("repeat.make", N_("Make what is due"), "repeat", lambda record: record["next"] is not None),
        Act("repeat.stop", N_("Stop"), "ban", lambda record: record["stopped"] is None),
    ),
}
"""Entity -> its buttons, in order."""


STRIPS: dict[str, tuple[str, str]] = {"deal": ("freecrm.ui.deals.stage_bar", "StageBar")}
"""Entity -> (module, class) of what stands below the head of its page besides; loaded with the first such page."""


def strip_of(entity: str, store: Store, tasks: Tasks, parent: QWidget) -> Any:
    """The strip of such a page, which has `show_for(record)`, `inputs()` and `reword()`; None where there is none."""
    if entity not in STRIPS:
        return None
    module, name = STRIPS[entity]
    return getattr(import_module(module), name)(store, tasks, parent)


class ActStrip(QWidget):
    """The buttons that make sense for the record shown. wanted(command): one was pressed."""

    wanted = Signal(str)

    def __init__(self, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.acts = ACTS.get(entity, ())
        self.buttons: dict[str, QPushButton] = {}
        self._flow = Flow(self, look.px(6))
        for act in self.acts:
            button = self.buttons[act.command] = QPushButton(_(act.text), self)
            button.setProperty("small", True)
            if act.primary:
                button.setProperty("kind", "primary")
            look.dress(button, act.icon, 16, *(("on_accent",) if act.primary else ()))
            button.clicked.connect(partial(self._press, act.command))
            self._flow.addWidget(button)
        self.hide()

    def _press(self, command: str) -> None:
        self.wanted.emit(command)

    def show_for(self, record: Record | None) -> None:
        """Show what can be done with this record."""
        any_ = False
        for act in self.acts:
            yes = record is not None and act.when(record)
            self.buttons[act.command].setVisible(yes)
            any_ |= yes
        self.setVisible(any_)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for act in self.acts:
            self.buttons[act.command].setText(_(act.text))
