"""The question why customers go back to the pool, and who will see them there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _, plural
from freecrm.store import colleagues, pool_moves
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs

NAMED = 5


class ReturnDialog(QDialog):
    """agreed(reason): the user wants it. Nothing is lost by it: it is a step like any other."""

    def __init__(
        self, over: QWidget, store: Store, ids: Sequence[bytes], agreed: Callable[[str], None]
    ) -> None:
        super().__init__(over)
        self._agreed = agreed
        name = store.reader().titles("customer", {ids[0]}).get(ids[0], "") if len(ids) == 1 else ""
        head = _("Return “{name}” to the pool?").format(name=name)
        if len(ids) > 1:
            head = _("Return {n} customers to the pool?").format(n=f"{len(ids):,}")
        self.setWindowTitle(head)
        self.reason = QLineEdit()
        self.reason.setMaxLength(pool_moves.REASON_MOST)
        self.reason.setPlaceholderText(_("Such as: no need this year, wrong contact"))
        why = label("", _("Why"))
        why.setBuddy(self.reason)
        self.reason.setAccessibleName(_("Why"))
        self.seen = label("caption", _seen_by(store, ids))
        self.trouble = label("trouble")
        self.trouble.hide()
        title = label("subtitle", head)
        for text in (title, self.seen, self.trouble):
            text.setWordWrap(True)
        self.cancel_button, self.return_button = (
            QPushButton(_("Cancel")),
            QPushButton(_("Return to the pool")),
        )
        self.return_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.return_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.return_button.clicked.connect(self._return)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.return_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(8))
        for part in (title, why, self.reason, self.trouble, self.seen):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(foot)
        self.resize(look.px(460), look.px(230))
        order_tabs(self)
        self.reason.setFocus()

    def _return(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            why = _("Say why: whoever finds the customer in the pool reads it.")
            self.trouble.setText(why)
            self.trouble.show()
            self.reason.setProperty("wrong", True)
            look.refresh(self.reason)
            announce(self, why)
            self.reason.setFocus()
            return
        self.accept()
        self._agreed(reason)


def _seen_by(store: Store, ids: Sequence[bytes]) -> str:
    """Who may claim what is given up, and how long whoever has it now can't take it back: the rule of `pool_moves.claim`."""
    had = set(pool_moves.owners(store, ids).values())
    sole = next(iter(had)) if len(had) == 1 else None
    wait = _wait(store, sole, len(ids))
    one = len(ids) == 1
    people = [
        each
        for each in colleagues.everyone(store, gone=False, counted=False)
        if not (wait and each.id == sole)
    ]
    if not people:
        who = (
            _("Everybody who uses this file sees it in the shared pool and may claim it.")
            if one
            else _("Everybody who uses this file sees them in the shared pool and may claim them.")
        )
        return f"{who} {wait}".rstrip()
    people.sort(key=lambda each: each.id != store.user)
    called = [_("You") if each.id == store.user else each.name for each in people]
    names = _(", ").join(called[:NAMED])
    if len(called) > NAMED:
        names = _("{names} and {n} others").format(names=names, n=len(called) - NAMED)
    who = (
        _("{names} can claim it from the shared pool and will see your reason.")
        if one
        else _("{names} can claim them from the shared pool and will see your reason.")
    ).format(names=names)
    return f"{who} {wait}".rstrip()


def _wait(store: Store, sole: bytes | None, count: int) -> str:
    """For how long who. sole: the only one who had all of these; None: several had, or nobody."""
    hours = store.setting("pool.hours")
    if not hours:
        return ""
    if sole is None:
        return plural(
            "For {n} hour nobody can take back what was theirs.",
            "For {n} hours nobody can take back what was theirs.",
            hours,
        )
    if sole == store.user:
        if count == 1:
            return plural(
                "For {n} hour you can't take it back.", "For {n} hours you can't take it back.", hours
            )
        return plural(
            "For {n} hour you can't take them back.", "For {n} hours you can't take them back.", hours
        )
    who = store.reader().titles("user", {sole}).get(sole, "?")
    if count == 1:
        return plural(
            "For {n} hour {who} can't take it back.",
            "For {n} hours {who} can't take it back.",
            hours,
            who=who,
        )
    return plural(
        "For {n} hour {who} can't take them back.",
        "For {n} hours {who} can't take them back.",
        hours,
        who=who,
    )
