"""Where a record's page is: the place in the window's way that stands for it."""

from __future__ import annotations

from freecrm.ui.page import Place

KIND = "record"


def place_of(entity: str, id: bytes) -> Place:
    """The place of a record's page."""
    return Place(KIND, f"{entity}/{id.hex()}")


def record_of(place: Place) -> tuple[str, bytes]:
    """Entity and id of the record whose page it is."""
    entity, _slash, id = place.name.partition("/")
    return entity, bytes.fromhex(id)
