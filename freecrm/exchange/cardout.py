"""Records as address cards."""

from __future__ import annotations

from typing import Any

from freecrm.core import yearly
from freecrm.core.custom import Schema
from freecrm.core.fields import Field, LongText
from freecrm.core.record import Record
from freecrm.core.rows import Addresses, Emails, Handles, Phones, Tags
from freecrm.exchange.vcard import Card

_TYPES = {"mobile": "cell", "landline": "work", "fax": "fax"}


def has_cards(schema: Schema, entity: str) -> bool:
    """Whether records of this entity are people or firms that one can reach."""
    return any(isinstance(f, Phones) for f in schema.fields(entity).values())


def card(schema: Schema, record: Record, job: dict[str, Any] | None = None) -> Card:
    """A record as a card. job: the position of a person ("customer_title", "job", "department")."""
    fields = schema.fields(record.entity)
    name = str(record[schema.entity(record.entity).title] or "")
    made: Card = {"full": name, "uid": record.id.hex()}
    if job is not None:
        made["org"] = job.get("customer_title") or ""
        made["title"], made["department"] = job.get("job") or "", job.get("department") or ""
    elif "kind" in fields and record["kind"] != "person":
        made["org"] = name
    for f in fields.values():
        if record[f.name]:
            _put(made, f, record[f.name])
    return made


def _put(card: Card, f: Field, value: Any) -> None:
    if isinstance(f, Phones):
        card["tels"] = [(_number(row), _TYPES.get(row.get("kind") or "", "")) for row in value]
    elif isinstance(f, Emails):
        card["mails"] = [(row["address"], "") for row in value]
    elif isinstance(f, Addresses):
        card["adrs"] = [_address(row) for row in value]
    elif isinstance(f, Handles):
        card["handles"] = [(row.get("kind") or "", row["handle"]) for row in value]
    elif isinstance(f, Tags):
        card["categories"] = [row["word"] for row in value]
    elif f.name == "website":
        card["url"] = value
    elif f.name == "birthday":
        what = yearly.parse(value)
        if what is not None and not what.is_lunar:
            card["birthday"] = value if what.year else f"--{what.month:02d}{what.day:02d}"
        elif what is not None:  # cards know our calendar only
            said = f"{f.title}: {f.show(value)}"
            _note(card, said)
    elif isinstance(f, LongText) and not f.custom:
        _note(card, value)


def _note(card: Card, text: str) -> None:
    card["note"] = f"{card['note']}\n{text}" if card.get("note") else text


def _number(row: dict[str, Any]) -> str:
    return f"{row['number']} ext. {row['ext']}" if row.get("ext") else str(row["number"])


def _address(row: dict[str, Any]) -> dict[str, str]:
    street = " ".join(filter(None, (row.get("district"), row.get("street"))))
    return {
        "street": street,
        "city": row.get("city") or "",
        "region": row.get("province") or "",
        "code": row.get("postcode") or "",
        "country": row.get("country") or "",
        "type": {"home": "home", "office": "work"}.get(row.get("kind") or "", ""),
    }
