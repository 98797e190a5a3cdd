"""The work list of possible doubles: found once, worked off over days, kept in the file.

    held = doublelist.scan(store, "customer", progress)     finds them anew, no decision is lost
    held = doublelist.held(store, "customer")               the list as it stands now, None before the first
    doublelist.set_apart(store, "customer", ids)            not the same: never shown again
    doublelist.put_off(store, "customer", ids)              later: goes to the end

It is kept beside the records (`store.keep`), not through the door: a finding is no fact about a
customer, so it belongs into nobody's history and is not undone with Ctrl+Z; each decision has its
own way back. A decision is a row of its own, so that two windows never lose each other's.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.jobs import Progress
from freecrm.core.words import Said, from_plain, to_plain
from freecrm.exchange.doublescan import scan as find
from freecrm.store import faults, profiles
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store

LIST, APART, LATER = "doubles.list.", "doubles.apart.", "doubles.later."
REASONS = 6  # of a group that are kept: more nobody reads


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are likely one. value: 0 to 1. members: (id, name), the older first. later: put off."""

    value: float
    members: tuple[tuple[bytes, str], ...]
    reasons: tuple[Said, ...]
    later: bool

    @property
    def ids(self) -> list[bytes]:
        """The records of the group."""
        return [id for id, _ in self.members]


@dataclass(frozen=True, slots=True)
class WorkList:
    """at: when it was made, in UTC. groups: those still to be looked at, put-off ones last. found: how many
    there were at first. fresh: records that are new since."""

    at: dt.datetime
    groups: list[Group]
    found: int
    fresh: int


def scan(store: Store, entity: str, progress: Progress | None = None) -> WorkList:
    """Look through all records and keep what was found in place of the list before; decisions stay.

    Raises Cancelled when `progress` is cancelled: the list before is still there."""
    number = _last_number(store)
    groups = find(store, entity, progress, apart=apart(store, entity))
    plain = [
        {
            "value": round(group.value, 4),
            "members": [[m.id.hex(), m.name] for m in group.members],
            "why": _reasons(pair.score.reasons for pair in group.pairs),
        }
        for group in groups
    ]
    at = spans.ms(dt.datetime.now(dt.UTC))
    kept = json.loads(json.dumps(plain, default=to_plain))
    store.keep(LIST + entity, {"at": at, "number": number, "groups": kept})
    made = held(store, entity)
    assert made is not None
    return made


def _reasons(of: Iterable[tuple[Said, ...]]) -> list[Said]:
    return list(dict.fromkeys(reason for reasons in of for reason in reasons))[:REASONS]


@reads
def held(store: Store, entity: str) -> WorkList | None:
    """The list as it stands: without those merged, deleted or set apart since. None before the first scan."""
    kept = store.kept(LIST + entity)
    if not isinstance(kept, dict):
        return None
    parted, later = apart(store, entity), _keys(store, LATER, entity)
    wanted = {bytes.fromhex(id) for group in kept["groups"] for id, _ in group["members"]}
    there = store.reader().titles(entity, wanted)
    groups = []
    for one in kept["groups"]:
        for members in _still_together(one["members"], there, parted):
            groups.append(
                Group(
                    one["value"],
                    tuple(members),
                    tuple(from_plain(reason) for reason in one["why"]),
                    _signature(id for id, _ in members) in later,
                )
            )
    groups.sort(key=lambda group: group.later)
    fresh = profiles.newer(store, entity, kept["number"])
    at = spans.moment(kept["at"])
    return WorkList(at, groups, len(kept["groups"]), fresh)


def _still_together(
    members: list[list[str]], there: dict[bytes, str], parted: frozenset[tuple[bytes, bytes]]
) -> list[list[tuple[bytes, str]]]:
    """The members that are left, under the names they have now; in parts where two were set apart."""
    parts: list[list[tuple[bytes, str]]] = []
    for text, _ in members:
        id = bytes.fromhex(text)
        if id not in there:
            continue
        part = next((p for p in parts if all(_pair(id, other) not in parted for other, _ in p)), None)
        if part is None:
            parts.append(part := [])
        part.append((id, there[id] or ""))
    return [part for part in parts if len(part) > 1]


def set_apart(store: Store, entity: str, ids: Sequence[bytes]) -> None:
    """These are not the same: no scan and no hint says so again."""
    for one, other in combinations(ids, 2):
        store.keep(APART + entity + "." + ".".join(id.hex() for id in _pair(one, other)), True)


def put_together(store: Store, entity: str, ids: Sequence[bytes]) -> None:
    """Take `set_apart` back."""
    _drop(
        store, [APART + entity + "." + ".".join(i.hex() for i in _pair(*two)) for two in combinations(ids, 2)]
    )


def put_off(store: Store, entity: str, ids: Sequence[bytes]) -> None:
    """Look at these later: the group goes to the end of the list."""
    store.keep(f"{LATER}{entity}.{_signature(ids)}", True)


def take_up(store: Store, entity: str, ids: Sequence[bytes]) -> None:
    """Take `put_off` back."""
    _drop(store, [f"{LATER}{entity}.{_signature(ids)}"])


def apart(store: Store, entity: str) -> frozenset[tuple[bytes, bytes]]:
    """The pairs of records that were said not to be the same, the smaller id first."""
    found = [key.split(".") for key in _keys(store, APART, entity)]
    return frozenset((bytes.fromhex(one), bytes.fromhex(other)) for one, other in found)


def apart_from(store: Store, entity: str, id: bytes) -> frozenset[bytes]:
    """Who was said not to be the same as this record."""
    return frozenset(other if one == id else one for one, other in apart(store, entity) if id in (one, other))


def _pair(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    return (one, other) if one < other else (other, one)


def _signature(ids: Iterable[bytes]) -> str:
    import hashlib

    return hashlib.sha256(b"".join(sorted(ids))).hexdigest()[:32]


def _keys(store: Store, kind: str, entity: str) -> set[str]:
    """What stands behind the prefix of the keys kept."""
    prefix = f"{kind}{entity}."
    with faults.told(store.path):
        rows: Any = store.read().execute(
            "SELECT key FROM kept WHERE key >= ? AND key < ?", (prefix, prefix[:-1] + "/")
        )
        return {key[len(prefix) :] for (key,) in rows}


def _drop(store: Store, keys: Iterable[str]) -> None:
    with store.lock, faults.told(store.path):
        store.write().executemany("DELETE FROM kept WHERE key = ?", [(key,) for key in keys])


def _last_number(store: Store) -> int:
    with faults.told(store.path):
        row = store.read().execute("SELECT value FROM counter WHERE name = 'n'").fetchone()
    return int(row[0])
