"""Quotes on paper: what a record says in the words of a language, for `pdf/quote_pdf.py`.

    QuotePrint(store, id, "Q2603-018").make(path, Wishes())

variants(store, id, title) are what a preview offers: both languages, with prices and without.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import money, phone_text
from freecrm.core.capitals import capitals
from freecrm.core.fields import Choice, Money
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.totals import Line, Totals, total
from freecrm.core.words import LANGUAGES, N_, _, language, say, speaking, translated
from freecrm.exchange.pdf.sheet import Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Wishes, firm_name
from freecrm.exchange.saving import saving
from freecrm.store.quotes import DRAFT, GONE, Values, ordered

if TYPE_CHECKING:
    from freecrm.exchange.pdf.quote_pdf import Item, Offer
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

NO_LOGO = N_("The logo {file} can't be read. Choose another file in the settings, or none.")
_TITLE = N_("Quotation")


def totals_of(lines: Sequence[Values], tax_in: Any, discount: Decimal | None) -> Totals:
    """What lines of a record come to by the one rule."""
    return total(
        [
            Line(
                _scaled(row.get("quantity"), 1_000),
                row.get("price"),
                _scaled(row.get("discount"), 100),
                _scaled(row.get("tax"), 100),
            )
            for row in lines
        ],
        tax_in=bool(tax_in),
        discount=_scaled(discount, 100) or 0,
    )


def _scaled(value: Decimal | int | None, by: int) -> int | None:
    return None if value is None else int(value * by)


def plain(value: Decimal | int | None) -> str:
    """A number without noughts at its end: 6, 1.5."""
    if value is None:
        return ""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class QuotePrint:
    """A quote. prices: with them, or as a list of what is offered. speak: the language of the paper, "" = as spoken."""

    store: Store
    id: bytes
    name: str
    prices: bool = True
    speak: str = ""
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def title(self) -> str:
        """What it is called in the preview and in its file's name."""
        spoken = self.speak or language()
        shown = {"zh_CN": _("in Chinese"), "en": _("in English")}[spoken]
        return f"{self.name} · {shown}" if self.prices else f"{self.name} · {shown} · {_('without prices')}"

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import quote_pdf

        reader = self.store.reader()
        with reader.snapshot(), saving(path) as part, speaking(self.speak or language()):
            record = reader.record("quote", self.id)
            if record is None:
                raise Known(say(GONE))
            offer = _Words(self.store, reader, record, self.prices).offer()
            made = quote_pdf.write(part, offer, paper=wishes.paper)
        made.path = path
        return made


def variants(store: Store, id: bytes, name: str) -> list[QuotePrint]:
    """What a preview offers of a quote: the language spoken now first."""
    spoken = [language(), *(one for one in LANGUAGES if one != language())]
    return [QuotePrint(store, id, name, prices, one) for prices in (True, False) for one in spoken]


class _Words:
    """A quote put into the words that stand on paper."""

    def __init__(self, store: Store, reader: Reader, record: Record, prices: bool) -> None:
        self.store, self.reader, self.record, self.prices = store, reader, record, prices
        self.rows = ordered(record["lines"])
        self.totals = totals_of(self.rows, record["tax_in"], record["discount"])
        f = store.schema.fields("quote")["total"]
        assert isinstance(f, Money)
        self.currency = f.currency

    def offer(self) -> Offer:
        """All of it."""
        from freecrm.exchange.pdf.quote_pdf import Offer

        other = translated(_TITLE, "en") if language() != "en" else ""
        title = _(_TITLE)
        if len(title) < 5:
            title = " ".join(title)
        columns, items = self._lines()
        prices, drafted = self.prices, self.record["state"] == DRAFT
        return Offer(
            title=title,
            firm=firm_name(self.store),
            columns=columns,
            items=items,
            facts=(self._customer(), self._numbers()),
            under_title=other.upper(),
            under_firm=self._setting("latin", "address", "phone"),
            name=2 if self._has("spec") else 1,
            carried=(_("Carried over"), _("Brought forward")) if prices else ("", ""),
            totals=self._sums() if prices else (),
            grand=(_("Total to pay"), money.show(self.totals.total, self.currency, True)) if prices else None,
            capitals=self._capitals() if prices else None,
            terms=(_("Terms"), self._terms()),
            signs=(
                _("Offered by (seal)"),
                _("Confirmed by customer (signature, seal)"),
                _("Date: "),
                self._day(self.record["day"]),
            ),
            foot=self._setting("bank"),
            watermark=_("Draft") if drafted else "",
            logo=self._logo(),
        )

    def _setting(self, *names: str) -> str:
        found = (str(self.store.setting(f"firm.{name}")).strip() for name in names)
        return " · ".join(part for part in found if part)

    def _logo(self) -> bytes:
        from freecrm.exchange.pdf.quote_pdf import logo_of

        file = str(self.store.setting("firm.logo")).strip()
        if not file:
            return b""
        try:
            data = Path(file).read_bytes()
        except (OSError, ValueError) as why:
            raise Known(say(NO_LOGO, file=file), str(why)) from why
        return logo_of(data)

    # ---- above the lines

    def _customer(self) -> list[tuple[str, str]]:
        record = self.record
        facts = [(_("Customer"), str(record["customer_title"] or ""))]
        contact = self._other("contact", record["contact"])
        if contact is not None:
            parts = [str(record["contact_title"] or ""), phone_text.show(str(contact["main_phone"] or ""))]
            facts.append((_("Contact"), " · ".join(part for part in parts if part)))
        if record["name"]:
            facts.append((_("Subject"), str(record["name"])))
        customer = self._other("customer", record["customer"])
        f = self.store.schema.fields("customer")["addresses"]
        rows = customer["addresses"] if customer is not None else None
        if rows:
            facts.append((_("Address"), f.show_one(rows[0])))  # type: ignore[attr-defined]
        return facts

    def _numbers(self) -> list[tuple[str, str]]:
        record = self.record
        facts = [(_("Quote no."), str(record["number"] or "–")), (_("Date"), self._day(record["day"]))]
        if record["valid_until"] is not None:
            facts.append((_("Valid"), _("until {day}").format(day=self._day(record["valid_until"]))))
        if record["owner_user"] is not None:
            user = self._other("user", record["owner_user"])
            phones = user["phones"] if user is not None else None
            parts = [str(record["owner_user_title"] or ""), str(phones[0]["number"]) if phones else ""]
            facts.append((_("Your contact"), " · ".join(part for part in parts if part)))
        return facts

    def _other(self, entity: str, id: bytes | None) -> Record | None:
        return None if id is None else self.reader.record(entity, id)

    def _day(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        return _("{year}-{month:02d}-{day:02d}").format(year=day.year, month=day.month, day=day.day)

    # ---- the lines

    def _has(self, name: str) -> bool:
        return any(row.get(name) for row in self.rows)

    def _lines(self) -> tuple[tuple[Column, ...], tuple[Item, ...]]:
        from freecrm.exchange.pdf.quote_pdf import Item

        columns = [
            Column("#", 20),
            Column(_("Name"), 120),
            Column(_("Unit"), 30),
            Column(_("Quantity"), 34, True),
        ]
        if self._has("spec"):
            columns.insert(1, Column(_("Model"), 48))
        if self.prices:
            columns.append(Column(_("Unit price"), 58, True))
            if self._has("discount"):
                columns.append(Column(_("Reduction"), 36, True))
            columns.append(Column(_("Amount"), 64, True))
        items, sum = [], 0
        for at, (row, worth) in enumerate(zip(self.rows, self.totals.lines, strict=True), 1):
            sum += worth.total
            items.append(Item(tuple(self._cells(at, row, worth.total)), money.show(sum, self.currency)))
        return tuple(columns), tuple(items)

    def _cells(self, at: int, row: Values, amount: int) -> list[str]:
        unit = self.store.schema.fields("quote_line")["unit"]
        assert isinstance(unit, Choice)
        name = "\n".join(str(part) for part in (row.get("name"), row.get("note")) if part)
        shown = unit.show(row.get("unit")) if row.get("unit") else ""
        cells = [str(at), name, shown, plain(row.get("quantity"))]
        if self._has("spec"):
            cells.insert(1, str(row.get("spec") or ""))
        if self.prices:
            price = row.get("price")
            cells.append("" if price is None else money.show(price, self.currency))
            if self._has("discount"):
                cells.append(self._off(row.get("discount")))
            cells.append(money.show(amount, self.currency))
        return cells

    def _off(self, share: Decimal | None) -> str:
        if not share:
            return "—"
        return _("no charge") if share == 100 else f"{plain(share)}%"

    # ---- below them

    def _sums(self) -> list[tuple[str, str]]:
        totals, show = self.totals, partial(money.show, currency=self.currency)
        sums = [(_("Subtotal"), show(totals.full))]
        if totals.off:
            sums.append((_("Reduction"), f"−{show(totals.off)}"))
        if totals.tax:
            sums.append((_("Without tax"), show(totals.net)))
        for share in totals.taxes:
            if share.tax:
                rate = plain(Decimal(share.rate) / 100)
                sums.append((_("VAT {rate} %").format(rate=rate), show(share.tax)))
        return sums

    def _capitals(self) -> tuple[str, str] | None:
        if self.currency != "CNY" or language() == "en":
            return None
        return _("Total in words"), "人民币" + capitals(self.totals.total)

    def _terms(self) -> list[str]:
        return [line.strip() for line in str(self.record["terms"] or "").splitlines() if line.strip()]
