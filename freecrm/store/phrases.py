"""Usual phrases: texts that somebody uses again and again in follow-ups, in an order of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.words import N_
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store

SHORT = 40
Phrase = tuple[bytes, str]
"""Id and text."""


@reads
def all(store: Store) -> list[Phrase]:
    """The phrases of whoever works here, and those of nobody, in their order."""
    sql = "SELECT id, text FROM phrase WHERE owner_user IS NULL OR ? IS NULL OR owner_user = ? ORDER BY position, n"
    return [(id, text or "") for id, text in store.read().execute(sql, (store.user, store.user))]


def short(text: str) -> str:
    """A phrase as a line of a menu."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def add(store: Store, text: str) -> bytes:
    """Keep a text as the last phrase; one that is there already stays as it is. Its id."""
    held = all(store)
    for id, known in held:
        if known.strip() == text.strip():
            return id
    with store.step(N_("Phrase “{text}” added"), text=short(text)) as step:
        values = {"text": text.strip(), "position": len(held), "owner_user": store.user}
        return step.insert("phrase", {name: value for name, value in values.items() if value is not None})


def change(store: Store, id: bytes, text: str) -> None:
    """Write a phrase anew."""
    with store.step(N_("Phrase “{text}” changed"), text=short(text)) as step:
        step.update("phrase", id, {"text": text.strip()})


def remove(store: Store, id: bytes) -> None:
    """Delete a phrase."""
    text = dict(all(store)).get(id, "")
    with store.step(N_("Phrase “{text}” deleted"), text=short(text)) as step:
        step.delete("phrase", id)


def move(store: Store, id: bytes, by: int) -> None:
    """Move a phrase up (-1) or down (1) in the list; at its end nothing happens."""
    held = all(store)
    ids = [one for one, _text in held]
    at = ids.index(id) if id in ids else -1
    if at < 0 or not 0 <= at + by < len(ids):
        return
    ids[at], ids[at + by] = ids[at + by], ids[at]
    with store.step(N_("Phrase “{text}” moved"), text=short(dict(held)[id])) as step:
        for position, one in enumerate(ids):
            step.update("phrase", one, {"position": position})
