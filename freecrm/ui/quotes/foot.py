"""Below the lines of a quote: the discount on the whole, whether prices are with tax, what all comes to, the margin."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from freecrm.core import money
from freecrm.core.fields import Money
from freecrm.core.totals import Totals
from freecrm.core.words import _, plural
from freecrm.exchange.quote_print import plain
from freecrm.store.database import Store
from freecrm.store.quote_margin import Margin
from freecrm.ui import look
from freecrm.ui.parts import label


class _Share(QLineEdit):
    """A share in per cent. gave_up: by Esc."""

    gave_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.gave_up.emit()
            return
        super().keyPressEvent(event)


class QuoteFoot(QWidget):
    """typed(text): a key was pressed in the discount. written(text): it is finished. tax_wanted(on): prices are to be
    with tax, or without."""

    typed = Signal(str)
    written = Signal(str)
    tax_wanted = Signal(bool)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.shown = ""
        self.discount_label, self.sums, self.margin, self.total = (
            label("hint"),
            label("hint"),
            label("hint"),
            label("title"),
        )
        self.discount, self.tax_in = _Share(), QCheckBox()
        self.discount_label.setBuddy(self.discount)
        self.discount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.discount.setMaxLength(12)
        self.discount.textEdited.connect(self.typed)
        self.discount.editingFinished.connect(self._finished)
        self.discount.gave_up.connect(self._give_up)
        self.tax_in.clicked.connect(self.tax_wanted)
        self.sums.setWordWrap(True)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(look.px(8))
        for part in (self.discount_label, self.discount):
            upper.addWidget(part)
        upper.addSpacing(look.px(8))
        upper.addWidget(self.tax_in)
        upper.addStretch(1)
        upper.addWidget(self.margin)
        lower.setSpacing(look.px(16))
        lower.addWidget(self.sums, 1)
        lower.addWidget(self.total)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addLayout(upper)
        column.addLayout(lower)

    def show_quote(self, discount: Decimal | None, tax_in: bool, *, open: bool) -> None:
        """Show what holds for the whole quote. open: it may be changed."""
        self.shown = plain(discount)
        self.discount.setText(self.shown)
        self.discount.setModified(False)
        self.discount.setReadOnly(not open)
        self.tax_in.setChecked(tax_in)
        self.tax_in.setEnabled(open)

    def _finished(self) -> None:
        if self.discount.text().strip() != self.shown:
            self.discount.setModified(False)
            self.written.emit(self.discount.text().strip())

    def _give_up(self) -> None:
        self.discount.setText(self.shown)
        self.discount.setModified(False)
        self.typed.emit(self.shown)

    def show_sums(self, totals: Totals) -> None:
        """Say what the lines come to."""
        f = self.store.schema.fields("quote")["total"]
        assert isinstance(f, Money)
        show = partial(money.show, currency=f.currency)
        parts = [(_("Subtotal"), show(totals.full))]
        if totals.off:
            parts.append((_("Discount"), "−" + show(totals.off)))
        parts.append((_("Without tax"), show(totals.net)))
        parts += [
            (_("VAT {rate} %").format(rate=f"{share.rate / 100:g}"), show(share.tax))
            for share in totals.taxes
            if share.tax
        ]
        self.sums.setText("    ".join(f"{name} {text}" for name, text in parts))
        self.total.setText(_("Total {amount}").format(amount=money.show(totals.total, f.currency, True)))

    def show_margin(self, found: Margin | None) -> None:
        """Say what the firm keeps; None: it isn't known, or whoever works here doesn't see it."""
        self.margin.setVisible(found is not None)
        if found is None:
            return
        f = self.store.schema.fields("quote")["total"]
        assert isinstance(f, Money)
        share = "–" if found.share is None else f"{found.share} %"
        said = _("Margin {share} · {amount}").format(share=share, amount=money.show(found.left, f.currency))
        if found.lacking:
            said += " · " + plural("{n} line without a cost", "{n} lines without a cost", found.lacking)
        self.margin.setText(said)
        role = "danger" if found.left < 0 else "hint"
        if self.margin.property("role") != role:
            self.margin.setProperty("role", role)
            look.refresh(self.margin)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.discount, self.tax_in]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.discount_label.setText(_("Discount on the whole, %"))
        self.discount.setAccessibleName(self.discount_label.text())
        self.discount.setFixedWidth(look.px(72))
        self.tax_in.setText(_("Prices with tax"))
