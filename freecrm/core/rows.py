"""The kinds of field whose values are several elements, each a row of its own: phones, mails, addresses, tags."""

from __future__ import annotations

from typing import Any

from freecrm.core.fields import Answer, Field, Finder, clean
from freecrm.core.words import _


class Rows(Field):
    """Several elements, each a row of its own with its own id: phones, addresses, tags, jobs.

    of: the child entity. Values are lists of `{field: value}`, with "id" where the row exists.
    """

    kind = "rows"
    column = ""

    def __init__(self, label: str, of: str, *, shows: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.of, self.shows = of, shows

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text = clean(raw)
        return ([{self.shows: text}] if text else []), None

    def show(self, value: Any) -> str:
        return _(", ").join(self.show_one(row) for row in value or ())

    def show_one(self, row: dict[str, Any]) -> str:
        value = row.get(f"{self.shows}_title") or row.get(self.shows) or ""
        return "" if isinstance(value, bytes) else str(value)

    def identity(self, row: dict[str, Any]) -> Any:
        """What tells an element from the others of its record, whatever its id: two with the same say the same."""
        return self.show_one(row)

    def cell(self, value: Any) -> Any:
        return self.show(value) or None


class Lines(Rows):
    """Products of a sale: what, how many, what they come to. currency: of the firm, made so by the schema."""

    currency = "CNY"

    def show_one(self, row: dict[str, Any]) -> str:
        from freecrm.core import money

        quantity, total = row.get("quantity"), row.get("total")
        parts = [super().show_one(row), f"× {quantity.normalize():f}" if quantity is not None else ""]
        text = " ".join(part for part in parts if part)
        return text if total is None else f"{text} · {money.show(total, self.currency)}"


class Prices(Rows):
    """Prices that hold for some customers, from some quantity on, for some days. currency: as of `Lines`."""

    currency = "CNY"

    def show_one(self, row: dict[str, Any]) -> str:
        from freecrm.core import money

        price, least = row.get("price"), row.get("least")
        days = [day.isoformat() if day is not None else "" for day in (row.get("since"), row.get("until"))]
        parts = [
            money.show(price, self.currency) if isinstance(price, int) else str(price or ""),
            str(row.get("grade") or ""),
            f"≥ {least.normalize():f}" if least else "",
            " – ".join(days) if any(days) else "",
        ]
        return " · ".join(part for part in parts if part)


class Ties(Rows):
    """Relations: each names one other by one of several links, whose titles the reader adds."""

    kind = "ties"

    def show_one(self, row: dict[str, Any]) -> str:
        name = next((str(row[key]) for key in row if key.endswith("_title") and row[key]), "")
        return " · ".join(part for part in (name, str(row.get("note") or "")) if part)


class Members(Rows):
    """Who or what is named, each by one of several links (`of`'s `one_of`), whose titles the reader adds."""

    def __init__(self, label: str, of: str, *, shows: str, links: tuple[str, ...], **more: Any) -> None:
        super().__init__(label, of, shows=shows, **more)
        self.links = links

    def show_one(self, row: dict[str, Any]) -> str:
        return next((str(row[f"{link}_title"]) for link in self.links if row.get(f"{link}_title")), "")

    def identity(self, row: dict[str, Any]) -> Any:
        return tuple(row.get(link) for link in self.links)


class Phones(Rows):
    """Telephone numbers. home: the calling code of those without one, made that of the firm by the schema."""

    kind = "phones"
    home = "86"

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import phones

        found, whys = phones.read(raw, self.home)
        rows = [
            {"number": p.number, "ext": p.ext or None, "kind": p.kind, "note": p.note or None} for p in found
        ]
        return rows, (whys[0] if whys else None)

    def show_one(self, row: dict[str, Any]) -> str:
        from freecrm.core import phone_text

        return phone_text.show(row.get("number") or "", row.get("ext") or "")


class Emails(Rows):
    """E-mail addresses."""

    kind = "emails"

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import mails

        found, whys = mails.read(raw)
        return [{"address": address} for address in found], (whys[0] if whys else None)


class Addresses(Rows):
    """Postal addresses: province, city, district, street."""

    kind = "addresses"

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import places

        text = clean(raw)
        if not text:
            return [], None
        place = places.split(text)
        row = {
            "province": place.province or None,
            "city": place.city or None,
            "district": place.district or None,
            "street": place.rest or None,
        }
        return [row], None

    def show_one(self, row: dict[str, Any]) -> str:
        parts = [row.get(k) or "" for k in ("country", "province", "city", "district", "street")]
        chinese = any("\u4e00" <= c <= "\u9fff" for part in parts for c in part)
        if chinese:
            if parts[1] == parts[2]:
                parts[1] = ""
            return "".join(parts)
        return ", ".join(part for part in reversed(parts) if part)


class Handles(Rows):
    """WeChat, QQ and other addresses of the kind."""

    kind = "handles"

    def __init__(self, label: str, of: str, *, shows: str = "handle", **more: Any) -> None:
        super().__init__(label, of, shows=shows, **more)


class Tags(Rows):
    """Free words put on a record; one row a word."""

    kind = "tags"

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text = clean(raw)
        for sign in "，、;；\n\t|":
            text = text.replace(sign, ",")
        words = dict.fromkeys(word.strip() for word in text.split(","))
        return [{"word": word} for word in words if word], None


class Occasions(Rows):
    """Days that come back every year."""

    def show_one(self, row: dict[str, Any]) -> str:
        from freecrm.core import yearly

        parts = (yearly.show(row.get(self.shows) or ""), row.get("note") or "")
        return _(", ").join(part for part in parts if part)


class Files(Rows):
    """Attached files, copied into the folder beside the database by their content."""

    kind = "files"
