"""What the firm puts on every paper it gives away: its head, its bank, logo, seal, the QR code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import phone_text, pictures, wording
from freecrm.core.capitals import capitals
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.words import _, language, say
from freecrm.exchange.printing import firm_name
from freecrm.store import files
from freecrm.store.allowed import allowed

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

SEAL, QR = "seal", "qr"


def setting(store: Store, *names: str) -> str:
    """What the firm's settings say, with dots between."""
    found = (str(store.setting(f"firm.{name}")).strip() for name in names)
    return " · ".join(part for part in found if part)


def picture(store: Store, name: str) -> bytes:
    """The logo or the seal as it is printed, b"" when there is none. Known when its file is no picture."""
    file = setting(store, name)
    if not file:
        return b""
    from freecrm.exchange.pdf.quote_pdf import picture_of

    try:
        data = Path(file).read_bytes()
    except (OSError, ValueError) as why:
        raise Known(say(pictures.NO_FILE, file=file), str(why)) from why
    return picture_of(data, Path(file).name)


def shots(store: Store, reader: Reader, lines: Iterable[Mapping[str, Any]]) -> dict[bytes, bytes]:
    """Product -> its picture as it is printed: the first of its files that is one. Products without a picture, or whose
    picture hasn't come from the team yet, are not in it."""
    from freecrm.exchange.pdf.quote_pdf import shot_of

    products = list({line["product"]: None for line in lines if line.get("product") is not None})
    f = store.schema.fields("product")["files"]
    if f.hidden or not products:
        return {}
    assert isinstance(f, Rows)
    found: dict[bytes, bytes] = {}
    for product, rows in reader.children(f, products).items():
        named = [row["hash"] for row in rows if row["hash"] and str(row["type"] or "").startswith("image/")]
        there = [place for place in (files.place(store, digest) for digest in named) if place.is_file()]
        made = next(filter(None, map(shot_of, there)), b"")
        if made:
            found[product] = made
    return found


def may_seal(store: Store) -> bool:
    """Whether there is a seal, and whoever works here may print it."""
    return bool(setting(store, SEAL)) and allowed(store, "quote.seal_for")


def day(value: dt.date | None) -> str:
    """A day as it stands on paper."""
    if value is None:
        return ""
    return _("{year}-{month:02d}-{day:02d}").format(year=value.year, month=value.month, day=value.day)


def spaced(title: str) -> str:
    """A title of few signs, with room between them."""
    return " ".join(title) if len(title) < 5 and title and title[0] >= "\u2e80" else title


def in_words(amount: int, currency: str) -> str:
    """An amount in Chinese capitals; "" in other languages and currencies."""
    return "" if currency != "CNY" or language() == "en" else "人民币" + capitals(amount)


def own_words(store: Store, name: str, values: Mapping[str, str]) -> str:
    """A text of the firm's own with its tags filled in; "" when it has none."""
    return wording.fill(str(store.setting(f"quote.{name}")), {"firm": firm_name(store), **values}).strip()


def address_of(store: Store, reader: Reader, customer: bytes | None) -> str:
    """The first address of a customer in one line."""
    record = reader.record("customer", customer) if customer is not None else None
    rows = record["addresses"] if record is not None else None
    f = store.schema.fields("customer")["addresses"]
    return str(f.show_one(rows[0])) if rows else ""  # type: ignore[attr-defined]


def person(reader: Reader, entity: str, id: bytes | None) -> tuple[Record | None, str]:
    """Somebody of this kind, and their phone."""
    record = reader.record(entity, id) if id is not None else None
    phones = record["phones"] if record is not None else None
    return record, phone_text.show(str(phones[0]["number"])) if phones else ""
