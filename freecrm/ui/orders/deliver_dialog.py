"""What goes out of an order, or comes back: its lines with what is open, how many of each, how it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.day_words import this_day
from freecrm.core.ordering import BACK, OUT
from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.exchange.quote_print import plain
from freecrm.store.database import Store
from freecrm.store.deliveries import Open
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor, mark
from freecrm.ui.parts import announce, fitted, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

WAY = ("day", "carrier", "tracking", "address", "note")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DeliverDialog(QDialog):
    """keep(quantities, why_over=…, **known): writes it; Known says what can't be, and nothing typed is lost.

    Enter delivers all that is open; what comes back is typed."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        number: str,
        kind: str,
        rows: Sequence[Open],
        address: str,
        keep: Callable[..., object],
    ) -> None:
        super().__init__(over)
        self.store, self.kind, self._keep = store, kind, keep
        self.rows = [row for row in rows if row.left or kind == OUT]
        self.quantity = store.schema.fields("delivery_line")["quantity"]
        fields = store.schema.fields("delivery")
        self.boxes: list[QLineEdit] = []
        self.editors: dict[str, Editor] = {
            name: editor_for(fields[name], store, tasks)
            for name in WAY
            if kind == OUT or name in ("day", "note")
        }
        self.editors["day"].set_value(this_day())
        if address:
            self.editors["address"].set_value(address)
        title = _("Deliver order {number}") if kind == OUT else _("Goods of order {number} come back")
        self.setWindowTitle(title.format(number=number))
        head = label("subtitle", self.windowTitle())
        self.over = QCheckBox(fields["over"].title)
        self.why = QLineEdit()
        self.why.setPlaceholderText(_("Why, such as: two as spares"))
        self.why.setAccessibleName(fields["why"].title)
        self.trouble = label("trouble")
        for part in (head, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(head)
        column.addWidget(self._table(), 1)
        extra = QHBoxLayout()
        extra.addWidget(self.over)
        extra.addWidget(self.why, 1)
        column.addLayout(extra)
        column.addLayout(self._way())
        column.addWidget(self.trouble)
        column.addLayout(self._foot())
        self._follow()
        fitted(self, 680, min(430 + 40 * len(self.rows), 680))
        order_tabs(self)
        if self.boxes:
            self.boxes[0].setFocus()
            self.boxes[0].selectAll()

    def _table(self) -> QScrollArea:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, look.px(8), 0)
        grid.setHorizontalSpacing(look.px(16))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnStretch(0, 1)
        heads = (
            _("Name"),
            _("Ordered"),
            _("Delivered"),
            _("How many now") if self.kind == OUT else _("How many back"),
        )
        for at, text in enumerate(heads):
            part = label("caption", text)
            part.setAlignment(RIGHT if at else Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(part, 0, at)
        for at, row in enumerate(self.rows, 1):
            unit = self.store.schema.fields("delivery_line")["unit"].show(row.unit)
            name = QLabel(" · ".join(part for part in (row.name, row.spec) if part))
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setWordWrap(True)
            grid.addWidget(name, at, 0)
            for place, value in ((1, row.ordered), (2, row.delivered)):
                part = QLabel(" ".join(one for one in (plain(value), unit if place == 1 else "") if one))
                part.setAlignment(RIGHT)
                grid.addWidget(part, at, place)
            box = QLineEdit(plain(row.left) if self.kind == OUT and row.left else "")
            box.setAlignment(RIGHT)
            box.setFixedWidth(look.px(110))
            box.setPlaceholderText("0")
            box.setAccessibleName(f"{heads[3]} {name.text()}")
            box.textChanged.connect(self._follow)
            name.setBuddy(box)
            grid.addWidget(box, at, 3)
            self.boxes.append(box)
        grid.setRowStretch(len(self.rows) + 1, 1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _way(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(8))
        at = 0
        for name, editor in self.editors.items():
            wide = name in ("address", "note")
            if wide and at % 2:
                at += 1
            text = QLabel(editor.field.title)
            text.setBuddy(editor.main())
            row, side = divmod(at, 2)
            grid.addWidget(text, row, side * 2, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(editor, row, side * 2 + 1, 1, 3 if wide else 1)
            at += 2 if wide else 1
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _foot(self) -> QHBoxLayout:
        act = _("Deliver") if self.kind == OUT else _("Take back")
        self.cancel_button, self.act_button = QPushButton(_("Cancel")), QPushButton(act)
        self.act_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.act_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.act_button.clicked.connect(self.take)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.act_button)
        return foot

    def _read(self, at: int) -> tuple[Decimal | None, Any]:
        value, why = self.quantity.read(self.boxes[at].text().strip())
        if why is None and value is not None:
            why = self.quantity.check(value)
        return value, why

    def _follow(self) -> None:
        """More than ordered is asked about where more was typed."""
        if self.kind == BACK:
            more = False
        else:
            typed = [self._read(at) for at in range(len(self.boxes))]
            more = any(
                value is not None and why is None and value > row.left
                for (value, why), row in zip(typed, self.rows, strict=False)
            )
        for part in (self.over, self.why):
            part.setVisible(more)

    def take(self) -> None:
        """Keep what stands there, or say what can't be."""
        quantities: dict[bytes, Decimal] = {}
        for at, (row, box) in enumerate(zip(self.rows, self.boxes, strict=True)):
            value, why = self._read(at)
            mark(box, why is not None)
            if why is not None:
                self._tell(str(why), box)
                return
            if value:
                quantities[row.id] = value
        known: dict[str, Any] = {}
        for name, editor in self.editors.items():
            getattr(editor, "settle", lambda: None)()
            wrong = editor.problem()
            if wrong is not None:
                self._tell(str(wrong), editor.main())
                return
            known[name] = editor.value() or None
        why_over = (
            " ".join(self.why.text().split()) if self.over.isVisible() and self.over.isChecked() else ""
        )
        if self.over.isVisible() and self.over.isChecked() and not why_over:
            self._tell(_("Say why more goes out than was ordered: it stays with the delivery."), self.why)
            return
        try:
            self._keep(quantities, why_over=why_over, **known)
        except Known as problem:
            self._tell(str(problem.what), self.boxes[0] if self.boxes else self.act_button)
            return
        self.accept()

    def _tell(self, text: str, at: QWidget) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        announce(self, text)
        at.setFocus()
