"""The card that says how a customer's credit stands: owed, limit, what is left of it, terms, grade."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from freecrm.core.credit import BLOCKS, OK
from freecrm.core.pieces import Card
from freecrm.core.words import _, plural
from freecrm.store import credit
from freecrm.store.credit import Agreed, Credit
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.parts import chip, label
from freecrm.ui.record_page.cards import CardBox, clear
from freecrm.ui.tasks import Tasks

HIGH = 6
TINTS = {OK: "success", BLOCKS: "danger"}


class UsedBar(QWidget):
    """How much of a limit is used, as a bar; `share` above 1 fills it in the colour of danger."""

    def __init__(self, share: float, tint: str) -> None:
        super().__init__()
        self.share, self.tint = min(max(share, 0.0), 1.0), tint
        self.setFixedHeight(look.px(HIGH))

    def sizeHint(self) -> QSize:
        return QSize(look.px(120), look.px(HIGH))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("border"))
        painter.setBrush(look.colour("sunken"))
        whole, round_ = self.rect().adjusted(0, 0, -1, -1), look.px(HIGH) / 2
        painter.drawRoundedRect(whole, round_, round_)
        if self.share:
            painter.setPen(look.colour(self.tint))
            painter.setBrush(look.colour(self.tint))
            whole.setWidth(max(round(whole.width() * self.share), look.px(HIGH)))
            painter.drawRoundedRect(whole, round_, round_)
        painter.end()


class CreditCard(CardBox):
    """Shown only when something is agreed on or owed. Its link unfolds how that was changed."""

    def __init__(self, store: Store, tasks: Tasks, card: Card, id: bytes) -> None:
        super().__init__(store, tasks, card, id)
        self.found: tuple[Credit | None, list[Agreed]] = (None, [])
        self.unfolded = False
        self.more.clicked.disconnect()
        self.more.clicked.connect(self._unfold)
        self.hide()
        self.reword()

    def load(self, id: bytes) -> None:
        if id != self.id:
            self.unfolded = False
        super().load(id)
        self._latest.run(self._find, id, then=self._show)

    def _find(self, id: bytes) -> tuple[Credit | None, list[Agreed]]:
        reader = self.store.reader()
        return credit.of(reader, id), credit.record(reader, id)

    def _unfold(self) -> None:
        self.unfolded = not self.unfolded
        self._show(self.found)

    def _show(self, found: tuple[Credit | None, list[Agreed]]) -> None:
        self.found = found
        clear(self.rows)
        stands, changes = found
        shown = stands is not None and not stands.is_nothing
        self.more.setText(_("Hide history") if self.unfolded else _("History"))
        self.more.setVisible(bool(changes))
        if stands is not None and shown:
            history = [self._change(one) for one in changes] if self.unfolded else []
            for part in (*self._parts(stands), *history):
                self.rows.addWidget(part)
                part.show()  # at once: a card that is seen already would leave them out until later
        self.setVisible(shown)
        self.filled.emit()

    def _parts(self, stands: Credit) -> list[QWidget]:
        view, tint = stands.outlook, TINTS.get(stands.outlook.verdict, "warning")
        made = [_pair(_("Owed"), self._money(stands.owed))]
        if stands.limit is not None:
            made.append(_pair(_("Credit limit"), self._money(stands.limit)))
            share = stands.owed / stands.limit if stands.limit else float(stands.owed > 0)
            made.append(UsedBar(share, tint))
            if view.over:
                text = _("{amount} over the limit").format(amount=self._money(view.over))
                made.append(_said(text, "danger"))
            else:
                made.append(_pair(_("Free"), self._money(view.free)))
        if view.why is not None and not (view.over and stands.grade != "stop"):
            made.append(_said(str(view.why), tint))
        if stands.terms is not None:
            days = plural("{n} day", "{n} days", stands.terms) if stands.terms else _("pay at once")
            made.append(_pair(_("Payment terms"), days))
        if stands.grade is not None:
            f = self.store.schema.fields("customer")["credit_grade"]
            entry = cells.option(f, stands.grade)
            plate = chip(f.show(stands.grade), entry.colour if entry is not None else "")
            made.append(_beside(f.title, plate))
        return made

    def _money(self, minor: int | None) -> str:
        return cells.text(self.store.schema.fields("customer")["credit_limit"], minor)

    def _change(self, one: Agreed) -> QWidget:
        texts = [cells.text(one.field, value) or cells.EMPTY for value in (one.old, one.new)]
        day = " · ".join(text for text in (f"{one.at.astimezone():%Y-%m-%d}", one.who) if text)
        made = label("caption", f"{day}\n{one.field.title}: {texts[0]} → {texts[1]}")
        made.setWordWrap(True)
        return made

    def reword(self) -> None:
        super().reword()
        self._show(self.found)


def _pair(name: str, value: str) -> QWidget:
    return _beside(name, label("", value))


def _beside(name: str, value: QLabel) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label("caption", name), 1)
    row.addWidget(value)
    return made


def _said(text: str, tint: str) -> QWidget:
    """A sentence with its icon: never by colour alone."""
    made, picture, words = QWidget(), QLabel(), label(tint, text)
    icon: dict[str, Any] = {"danger": "circle-x", "success": "circle-check"}
    picture.setPixmap(look.pixmap(icon.get(tint, "triangle-alert"), look.px(16), tint))
    words.setWordWrap(True)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look.px(6))
    row.addWidget(picture)
    row.addWidget(words, 1)
    return made
