"""Delivery notes on paper: what goes to whom and where, without prices.

    note = DeliveryNote("D2603-004", day, "云杉谷酒店", address="…", lines=(DeliveryLine("Pump", "P-1", "piece", Decimal(2)),))
    DeliveryPrint(store, note.number, lambda: note).make(path, Wishes())

It is fed plain values, so that whatever keeps deliveries can print them: `load` reads them when the paper is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core import phone_text
from freecrm.core.fields import Choice
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, _, language, say, speaking, translated
from freecrm.exchange import firm_paper, leaving
from freecrm.exchange.pdf.sheet import Made
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Tick, Wishes, firm_name
from freecrm.exchange.quote_print import plain
from freecrm.exchange.saving import saving
from freecrm.store.quotes import ordered as in_order

if TYPE_CHECKING:
    from freecrm.exchange.pdf.quote_pdf import Offer
    from freecrm.store.database import Store

TITLE, BACK = N_("Delivery note"), N_("Return note")
GONE = N_("The delivery is no longer there; somebody deleted it. Undo the deletion to get it back.")


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """What is delivered. unit: the key of a product's unit. ordered: of which so much was ordered; None = not said."""

    name: str
    spec: str = ""
    unit: str = ""
    quantity: Decimal | int | None = None
    ordered: Decimal | int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """A delivery. order: the number of what was ordered. by: how it goes (carrier, number of the parcel). back: the
    goods came back."""

    number: str
    day: dt.date | None
    customer: str
    lines: Sequence[DeliveryLine]
    contact: str = ""
    phone: str = ""
    address: str = ""
    order: str = ""
    by: str = ""
    owner: str = ""
    note: str = ""
    draft: bool = False
    back: bool = False


@dataclass(frozen=True)
class DeliveryPrint:
    """A delivery note; see `Printable`. speak: the language of the paper, "" = as spoken."""

    store: Store
    name: str
    load: Callable[[], DeliveryNote]
    speak: str = ""
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def title(self) -> str:
        """What it is called in the preview and in its file's name."""
        shown = {"zh_CN": _("in Chinese"), "en": _("in English")}[self.speak or language()]
        return f"{self.name} · {shown}"

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """What may stand on it or not."""
        seal = (Tick(firm_paper.SEAL, N_("Seal")),) if firm_paper.may_seal(self.store) else ()
        return (*seal, Tick("watermark", N_("Watermark “Draft”"), self.load().draft))

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF. Known when the delivery is gone, or the logo is no picture."""
        from freecrm.exchange.pdf import quote_pdf

        leaving.refuse_page(self.store)
        shown = frozenset(tick.name for tick in self.ticks if wishes.wants(tick))
        with saving(path) as part, speaking(self.speak or language()):
            made = quote_pdf.write(part, _offer(self.store, self.load(), shown), paper=wishes.paper)
        made.path = path
        return made


def of(store: Store, id: bytes) -> DeliveryNote:
    """What stands on the paper of a delivery that is kept. Known when it is gone."""
    reader = store.reader()
    record = reader.record("delivery", id)
    if record is None:
        raise Known(say(GONE))
    ordered = {}
    order = reader.record("sales_order", record["sales_order"]) if record["sales_order"] else None
    if order is not None:
        ordered = {row["id"]: row["quantity"] for row in order["lines"] or ()}
    contact = reader.record("contact", order["contact"]) if order is not None and order["contact"] else None
    lines = [
        DeliveryLine(
            row["name"] or "",
            row["spec"] or "",
            row["unit"] or "",
            row["quantity"],
            ordered.get(row["order_line"]),
            row["note"] or "",
        )
        for row in in_order(record["lines"])
    ]
    return DeliveryNote(
        str(record["number"] or ""),
        record["day"],
        str(record["customer_title"] or ""),
        lines,
        contact=str(contact["name"] or "") if contact is not None else "",
        phone=str(contact["main_phone"] or "") if contact is not None else "",
        address=str(record["address"] or ""),
        order=str(record["sales_order_title"] or ""),
        by=" ".join(str(part) for part in (record["carrier"], record["tracking"]) if part),
        owner=str(record["owner_user_title"] or ""),
        note=str(record["note"] or ""),
        back=record["kind"] == "back",
    )


def variants(store: Store, name: str, load: Callable[[], DeliveryNote]) -> list[DeliveryPrint]:
    """What a preview offers of a delivery: the language spoken now first."""
    spoken = [language(), *(one for one in LANGUAGES if one != language())]
    return [DeliveryPrint(store, name, load, one) for one in spoken]


def _offer(store: Store, note: DeliveryNote, shown: frozenset[str]) -> Offer:
    from freecrm.exchange.pdf.quote_pdf import Item, Offer

    title = BACK if note.back else TITLE
    has_spec = any(line.spec for line in note.lines)
    has_ordered = any(line.ordered is not None for line in note.lines)
    columns = [Column("#", 20), Column(_("Name"), 120), Column(_("Unit"), 40)]
    columns += [Column(_("Ordered"), 56, True)] if has_ordered else []
    columns.append(Column(_("Quantity returned") if note.back else _("Quantity delivered"), 56, True))
    if has_spec:
        columns.insert(1, Column(_("Model"), 48))
    unit = store.schema.fields("sales_order_line")["unit"]
    assert isinstance(unit, Choice)
    items = []
    for at, line in enumerate(note.lines, 1):
        named = "\n".join(part for part in (line.name, line.note) if part)
        cells = [str(at), named, unit.show(line.unit) if line.unit else ""]
        cells += [plain(line.ordered)] if has_ordered else []
        cells.append(plain(line.quantity))
        if has_spec:
            cells.insert(1, line.spec)
        items.append(Item(tuple(cells)))
    return Offer(
        title=firm_paper.spaced(_(title)),
        under_title=translated(title, "en").upper() if language() != "en" else "",
        firm=firm_name(store),
        under_firm=firm_paper.setting(store, "latin", "address", "phone"),
        columns=tuple(columns),
        items=tuple(items),
        facts=_facts(note),
        name=2 if has_spec else 1,
        terms=(_("Remark"), [line.strip() for line in note.note.splitlines() if line.strip()]),
        signs=(
            _("Delivered by (seal)"),
            _("Received complete and undamaged (signature)"),
            _("Date: "),
            firm_paper.day(note.day),
        ),
        watermark=_("Draft").upper() if "watermark" in shown else "",
        logo=firm_paper.picture(store, "logo"),
        seal=firm_paper.picture(store, "seal") if firm_paper.SEAL in shown else b"",
        number=note.number,
    )


def _facts(note: DeliveryNote) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    whom = " · ".join(part for part in (note.contact, phone_text.show(note.phone)) if part)
    left = [(_("Customer"), note.customer), (_("Contact"), whom), (_("Address"), note.address)]
    right = [
        (_("Delivery no."), note.number or "–"),
        (_("Date"), firm_paper.day(note.day)),
        (_("Order no."), note.order),
        (_("Sent by"), note.by),
        (_("Your contact"), note.owner),
    ]
    return [pair for pair in left if pair[1]], [pair for pair in right if pair[1]]
