"""Quotes on paper: what a record says in the words of a language, for `pdf/quote_pdf.py`.

    QuotePrint(store, id, "Q2603-018").make(path, Wishes())
    QuotePrint(store, id, "S2603-007", kind=ORDER).make(path, Wishes())      the confirmation of an order

variants(store, id, title) are what a preview offers: both languages, with prices and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import money, phone_text
from freecrm.core.fields import Choice, Money
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.totals import Line, Totals, total
from freecrm.core.words import LANGUAGES, N_, _, language, say, speaking, translated
from freecrm.exchange import firm_paper, leaving
from freecrm.exchange.pdf.sheet import Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Tick, Wishes, firm_name
from freecrm.exchange.saving import saving
from freecrm.store.quotes import DRAFT, GONE, Values, ordered

if TYPE_CHECKING:
    from freecrm.exchange.pdf.quote_pdf import Item, Offer
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

ORDER_GONE = N_("The order is no longer there; somebody deleted it. Undo the deletion to get it back.")


def totals_of(lines: Sequence[Values], tax_in: Any, discount: Decimal | None) -> Totals:
    """What lines of a record come to by the one rule."""
    return totals_of_lines([line_of(row) for row in lines], tax_in, discount)


def totals_of_lines(lines: Sequence[Line], tax_in: Any, discount: Decimal | None) -> Totals:
    """The same of lines as the rule takes them."""
    return total(lines, tax_in=bool(tax_in), discount=_scaled(discount, 100) or 0)


def line_of(row: Values) -> Line:
    """A row as the rule of sums takes it."""
    return Line(
        _scaled(row.get("quantity"), 1_000),
        row.get("price"),
        _scaled(row.get("discount"), 100),
        _scaled(row.get("tax"), 100),
    )


def _scaled(value: Decimal | int | None, by: int) -> int | None:
    return None if value is None else int(value * by)


def plain(value: Decimal | int | None) -> str:
    """A number without noughts at its end: 6, 1.5."""
    if value is None:
        return ""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of paper with prices. entity: of the record. customer, ours: what stands where the two sign."""

    entity: str
    title: str
    number: str
    ours: str
    theirs: str


QUOTE = Kind(
    "quote",
    N_("Quotation"),
    N_("Quote no."),
    N_("Offered by (seal)"),
    N_("Confirmed by customer (signature, seal)"),
)
ORDER = Kind(
    "sales_order",
    N_("Order confirmation"),
    N_("Order no."),
    N_("Confirmed by (seal)"),
    N_("Confirmed by customer (signature, seal)"),
)
DISCOUNT = Tick("discount", N_("Column of discounts"))
TAX = Tick("tax", N_("Tax in detail"))
WORDS = Tick("words", N_("Total in words"))
SHOTS = "pictures"


@dataclass(frozen=True)
class QuotePrint:
    """A quote, or an order as it is confirmed (kind). prices: with them, or as a list of what is offered. speak: the
    language of the paper, "" = as spoken."""

    store: Store
    id: bytes
    name: str
    prices: bool = True
    speak: str = ""
    kind: Kind = QUOTE
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

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """What may stand on it or not."""
        record = self.store.reader().record(self.kind.entity, self.id)
        if record is None:
            return ()
        made = [Tick(firm_paper.SEAL, N_("Seal"))] if firm_paper.may_seal(self.store) else []
        if firm_paper.shots(self.store, self.store.reader(), record["lines"] or ()):
            made += [Tick(SHOTS, N_("Pictures of products"), self.store.setting("quote.pictures"))]
        if self.prices:
            made += [DISCOUNT] if any(row.get("discount") for row in record["lines"] or ()) else []
            made += [TAX]
            with speaking(self.speak or language()):
                made += [WORDS] if firm_paper.in_words(0, self.currency) else []
            made += [Tick(firm_paper.QR, N_("QR code"))] if firm_paper.setting(self.store, "payment") else []
        return (*made, Tick("watermark", N_("Watermark “Draft”"), is_draft(record)))

    @property
    def currency(self) -> str:
        """The currency of the firm."""
        f = self.store.schema.fields(self.kind.entity)["total"]
        assert isinstance(f, Money)
        return f.currency

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        from freecrm.exchange.pdf import quote_pdf

        leaving.refuse_record(self.store, self.kind.entity, self.id)
        reader, ticks = self.store.reader(), self.ticks
        shown = frozenset(tick.name for tick in ticks if wishes.wants(tick))
        with reader.snapshot(), saving(path) as part, speaking(self.speak or language()):
            record = reader.record(self.kind.entity, self.id)
            if record is None:
                raise Known(say(GONE if self.kind is QUOTE else ORDER_GONE))
            made = quote_pdf.write(part, _Words(self, reader, record, shown).offer(), paper=wishes.paper)
        made.path = path
        return made


def variants(store: Store, id: bytes, name: str, kind: Kind = QUOTE) -> list[QuotePrint]:
    """What a preview offers of a quote or an order: the language spoken now first."""
    spoken = [language(), *(one for one in LANGUAGES if one != language())]
    return [QuotePrint(store, id, name, prices, one, kind) for prices in (True, False) for one in spoken]


def is_draft(record: Record) -> bool:
    """Whether it doesn't bind yet."""
    return record["confirmed"] is None if record.entity == ORDER.entity else record["state"] == DRAFT


class _Words:
    """A quote put into the words that stand on paper. shown: the names of the ticks that are set."""

    def __init__(self, job: QuotePrint, reader: Reader, record: Record, shown: frozenset[str]) -> None:
        self.kind, self.store, self.reader, self.record = job.kind, job.store, reader, record
        self.prices, self.shown = job.prices, shown
        self.rows = ordered(record["lines"])
        self.totals = totals_of(self.rows, record["tax_in"], record["discount"])
        self.currency = job.currency

    def offer(self) -> Offer:
        """All of it."""
        from freecrm.exchange.pdf.quote_pdf import Offer

        other = translated(self.kind.title, "en") if language() != "en" else ""
        columns, items = self._lines()
        prices, store, tags = self.prices, self.store, self._tags()
        own = self.kind is QUOTE
        title = firm_paper.own_words(store, "title", tags) if own else ""
        payment = firm_paper.setting(store, "payment") if firm_paper.QR in self.shown else ""
        return Offer(
            title=firm_paper.spaced(title or _(self.kind.title)),
            firm=firm_name(store),
            columns=columns,
            items=items,
            facts=(self._customer(), self._numbers()),
            under_title=other.upper() if not title else "",
            under_firm=firm_paper.setting(store, "latin", "address", "phone"),
            name=2 if self._has("spec") else 1,
            carried=(_("Carried over"), _("Brought forward")) if prices else ("", ""),
            totals=self._sums() if prices else (),
            grand=(_("Total to pay"), money.show(self.totals.total, self.currency, True)) if prices else None,
            capitals=self._capitals() if prices else None,
            terms=(_("Terms"), self._terms()),
            signs=(_(self.kind.ours), _(self.kind.theirs), _("Date: "), firm_paper.day(self.record["day"])),
            foot=firm_paper.setting(store, "bank"),
            watermark=_("Draft").upper() if "watermark" in self.shown else "",
            logo=firm_paper.picture(store, "logo"),
            seal=firm_paper.picture(store, "seal") if firm_paper.SEAL in self.shown else b"",
            qr=(payment, _("Scan to pay")),
            above=firm_paper.own_words(store, "above", tags) if own else "",
            below=firm_paper.own_words(store, "below", tags) if own else "",
            number=str(self.record["number"] or ""),
        )

    def _tags(self) -> dict[str, str]:
        """What stands behind the tags of own words."""
        record, total = self.record, self.totals.total
        return {
            "customer": str(record["customer_title"] or ""),
            "contact": str(record["contact_title"] or ""),
            "number": str(record["number"] or ""),
            "subject": str(record["name"] or ""),
            "day": firm_paper.day(record["day"]),
            "valid_until": firm_paper.day(record["valid_until"]) if self.kind is QUOTE else "",
            "total": money.show(total, self.currency, True) if self.prices else "",
            "in_words": firm_paper.in_words(total, self.currency) if self.prices else "",
            "owner": str(record["owner_user_title"] or ""),
        }

    # ---- above the lines

    def _customer(self) -> list[tuple[str, str]]:
        record = self.record
        facts = [(_("Customer"), str(record["customer_title"] or ""))]
        contact = self.reader.record("contact", record["contact"]) if record["contact"] is not None else None
        if contact is not None:
            parts = [str(record["contact_title"] or ""), phone_text.show(str(contact["main_phone"] or ""))]
            facts.append((_("Contact"), " · ".join(part for part in parts if part)))
        if record["name"]:
            facts.append((_("Subject"), str(record["name"])))
        address = firm_paper.address_of(self.store, self.reader, record["customer"])
        return [*facts, (_("Address"), address)] if address else facts

    def _numbers(self) -> list[tuple[str, str]]:
        record = self.record
        facts = [
            (_(self.kind.number), str(record["number"] or "–")),
            (_("Date"), firm_paper.day(record["day"])),
        ]
        if self.kind is QUOTE and record["valid_until"] is not None:
            until = _("until {day}").format(day=firm_paper.day(record["valid_until"]))
            facts.append((_("Valid"), until))
        if self.kind is ORDER and record["wanted"] is not None:
            facts.append((_("Deliver by"), firm_paper.day(record["wanted"])))
        if self.kind is ORDER and record["quote"] is not None:
            facts.append((_("Quote no."), str(record["quote_title"] or "")))
        owner, phone = firm_paper.person(self.reader, "user", record["owner_user"])
        if owner is not None:
            parts = [str(record["owner_user_title"] or ""), phone]
            facts.append((_("Your contact"), " · ".join(part for part in parts if part)))
        return facts

    # ---- the lines

    def _has(self, name: str) -> bool:
        return any(row.get(name) for row in self.rows)

    def _has_discounts(self) -> bool:
        return DISCOUNT.name in self.shown and self._has("discount")

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
            if self._has_discounts():
                columns.append(Column(_("Reduction"), 36, True))
            columns.append(Column(_("Amount"), 64, True))
        shots = firm_paper.shots(self.store, self.reader, self.rows) if SHOTS in self.shown else {}
        items, sum = [], 0
        for at, (row, worth) in enumerate(zip(self.rows, self.totals.lines, strict=True), 1):
            sum += worth.total
            cells, shot = tuple(self._cells(at, row, worth.total)), shots.get(row.get("product") or b"", b"")
            items.append(Item(cells, money.show(sum, self.currency), shot))
        return tuple(columns), tuple(items)

    def _cells(self, at: int, row: Values, amount: int) -> list[str]:
        unit = self.store.schema.fields(f"{self.kind.entity}_line")["unit"]
        assert isinstance(unit, Choice)
        name = "\n".join(str(part) for part in (row.get("name"), row.get("note")) if part)
        shown = unit.show(row.get("unit")) if row.get("unit") else ""
        cells = [str(at), name, shown, plain(row.get("quantity"))]
        if self._has("spec"):
            cells.insert(1, str(row.get("spec") or ""))
        if self.prices:
            price = row.get("price")
            cells.append("" if price is None else money.show(price, self.currency))
            if self._has_discounts():
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
        if TAX.name not in self.shown:
            return sums
        if totals.tax:
            sums.append((_("Without tax"), show(totals.net)))
        for share in totals.taxes:
            if share.tax:
                rate = plain(Decimal(share.rate) / 100)
                sums.append((_("VAT {rate} %").format(rate=rate), show(share.tax)))
        return sums

    def _capitals(self) -> tuple[str, str] | None:
        text = firm_paper.in_words(self.totals.total, self.currency)
        return (_("Total in words"), text) if text and WORDS.name in self.shown else None

    def _terms(self) -> list[str]:
        return [line.strip() for line in str(self.record["terms"] or "").splitlines() if line.strip()]
