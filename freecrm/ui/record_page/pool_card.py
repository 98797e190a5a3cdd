"""The card that says how a customer stands to the shared pool: in it, or about to go back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from freecrm.core.day_words import this_day
from freecrm.core.pieces import Card
from freecrm.core.record import Record
from freecrm.core.words import _
from freecrm.store import pool
from freecrm.store.database import Store
from freecrm.store.pool import Due
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.pool_desk import days_words
from freecrm.ui.record_page.cards import CardBox, clear
from freecrm.ui.tasks import Tasks

Found = tuple[Record | None, Due | None, str]
_NOTHING: Found = (None, None, "")


class PoolCard(CardBox):
    """Shown only while there is something to say."""

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.found: Found = _NOTHING
        self.more.hide()
        self.hide()

    def load(self, id: bytes) -> None:
        super().load(id)
        self._latest.run(self._find, id, then=self._show)

    def _find(self, id: bytes) -> Found:
        reader = self.store.reader()
        record = reader.record("customer", id)
        if record is None:
            return _NOTHING
        before = record["pool_from"]
        name = reader.titles("user", {before}).get(before, "") if before else ""
        return record, pool.warning(self.store, id), name

    def _show(self, found: Found) -> None:
        self.found = found
        clear(self.rows)
        record, due, before = found
        if record is not None and record["owner_user"] is None:
            self._line(label("", _("Nobody has this customer: it can be claimed.")))
            self._line(label("caption", _story(record, before)))
        elif due is not None:
            when = days_words(due.days_left(this_day()))
            self.rows.addWidget(warning_line(_("Goes back to the pool {when}").format(when=when), self))
            text = _(
                "Nobody was in contact for {n} days. A call noted here, or a next step planned, keeps it."
            )
            days = (this_day() - due.last).days
            self._line(label("caption", text.format(n=days)))
        self.setVisible(self.rows.count() > 0)
        self.filled.emit()

    def _line(self, part: QLabel) -> None:
        if part.text():
            part.setWordWrap(True)
            self.rows.addWidget(part)

    def reword(self) -> None:
        super().reword()
        self._show(self.found)

    def inputs(self) -> list[QWidget]:
        return []


def _story(record: Record, before: str) -> str:
    """Who had it until when, and why it went."""
    since: Any = record["pool_since"]
    parts = [
        _("Until {day}: {name}").format(day=f"{since.astimezone():%Y-%m-%d}", name=before)
        if since and before
        else "",
        str(record["pool_why"] or ""),
    ]
    return " · ".join(part for part in parts if part)


def warning_line(text: str, over: QWidget) -> QWidget:
    """A sentence in amber with its sign. over: what it will stand on."""
    made, side = QWidget(over), look.px(16)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look.px(8))
    picture = QLabel()
    picture.setPixmap(look.pixmap("triangle-alert", side, "warning", over.devicePixelRatioF()))
    words = label("warning", text)
    words.setWordWrap(True)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    return made
