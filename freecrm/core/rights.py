"""What a person may do. Held by reader and writer; screens only hide.

`None` in place of a Rights value means everything is allowed (one user, no team).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from freecrm.core.words import N_, _

ACTIONS = ("see", "create", "change", "delete", "export", "print")
SCOPES = ("none", "own", "team", "all")
ELSE = "*"
"""In place of an entity: all that a role does not name."""

PEOPLE = frozenset({"user", "role"})
"""Everybody sees who is in the firm; only who gives rights changes it."""

_BETWEEN = str.maketrans("", "", " -()\u00a0")
_LEFT_ALONE = {
    "see": "own",
    "create": "none",
    "change": "none",
    "delete": "none",
    "export": "none",
    "print": "none",
}


@dataclass(frozen=True)
class Rights:
    """grants: (entity or "*", action) -> scope of SCOPES; what is not named is `otherwise`.

    user: id of the person. team: ids whose records count as the team's, the user's own included. What belongs to
    nobody is everybody's: every scope but "none" reaches it.
    hidden: (entity, field) never seen. readonly: (entity, field) never changed. masked: (entity, field) shown in part
    until asked for. admin: may give rights and change what the firm has set.
    """

    user: bytes
    grants: Mapping[tuple[str, str], str] = field(default_factory=dict)
    otherwise: str = "all"
    team: frozenset[bytes] = frozenset()
    hidden: frozenset[tuple[str, str]] = frozenset()
    readonly: frozenset[tuple[str, str]] = frozenset()
    masked: frozenset[tuple[str, str]] = frozenset()
    admin: bool = False

    def __hash__(self) -> int:
        return self._hashed

    @cached_property
    def _hashed(self) -> int:  # asked for by every reading
        return hash((self.user, frozenset(self.grants.items()), self.otherwise, self.team, self.hidden))

    def scope(self, entity: str, action: str) -> str:
        """How far this action reaches on this entity: one of SCOPES."""
        if entity in PEOPLE:
            return "all" if action in ("see", "print") or self.admin else "none"
        return self.grants.get((entity, action)) or self.grants.get((ELSE, action)) or self.otherwise

    def owners(self, entity: str, action: str) -> frozenset[bytes] | None:
        """Whose records the action reaches beside nobody's; None = everybody's, an empty set = not even nobody's."""
        scope = self.scope(entity, action)
        if scope == "all":
            return None
        if scope == "none":
            return frozenset()
        return self.team | {self.user} if scope == "team" else frozenset({self.user})

    def reaches(self, entity: str, action: str, owners: Iterable[bytes]) -> bool:
        """Whether the action reaches a record of these owners, none of them: it is nobody's."""
        reached = self.owners(entity, action)
        if reached is None:
            return True
        held = set(owners)
        return bool(reached) and (not held or bool(reached & held))

    @cached_property
    def is_whole(self) -> bool:
        """Whether everything may be seen, so that reading need not look."""
        narrow = {scope for (entity, action), scope in self.grants.items() if action == "see"}
        return narrow <= {"all"} and self.otherwise == "all" and not self.hidden and not self.masked


def rights_of(
    person: bytes, role: Mapping[str, Any] | None, team: Iterable[bytes] = (), lost: bool = False
) -> Rights:
    """The rights that a role gives to a person; None: no role, and everything is allowed.

    team: everybody of the same department. lost: the person has a role that is gone; what is theirs may be seen.
    """
    if role is None:
        grants = {(ELSE, action): scope for action, scope in _LEFT_ALONE.items()} if lost else {}
        return Rights(person, grants, team=frozenset(team), admin=not lost)
    return Rights(
        person,
        grants_of(role.get("grants")),
        team=frozenset(team),
        hidden=pairs_of(role.get("hidden_fields")),
        readonly=pairs_of(role.get("readonly_fields")),
        masked=pairs_of(role.get("masked_fields")),
        admin=bool(role.get("admin")),
    )


def grants_of(text: str | None) -> dict[tuple[str, str], str]:
    """What a role keeps as JSON, {entity or "*": {action: scope}}; words that nobody knows are left out."""
    found = {}
    for entity, of in _read(text, dict).items():
        for action, scope in of.items() if isinstance(of, dict) else ():
            if action in ACTIONS and scope in SCOPES:
                found[entity, action] = scope
    return found


def pairs_of(text: str | None) -> frozenset[tuple[str, str]]:
    """What a role keeps as JSON, [[entity, field], …]."""
    return frozenset(
        (pair[0], pair[1]) for pair in _read(text, list) if isinstance(pair, list) and len(pair) == 2
    )


def grants_text(grants: Mapping[tuple[str, str], str]) -> str:
    """As `grants_of` reads it."""
    found: dict[str, dict[str, str]] = {}
    for (entity, action), scope in sorted(grants.items()):
        found.setdefault(entity, {})[action] = scope
    return json.dumps(found)


def pairs_text(pairs: Iterable[tuple[str, str]]) -> str:
    """As `pairs_of` reads it."""
    return json.dumps(sorted([entity, name] for entity, name in pairs))


def _read(text: str | None, kind: type[Any]) -> Any:
    """Roles come from other computers as well: what can't be read gives nothing, and hides nothing."""
    try:
        made = json.loads(text) if text else kind()
    except ValueError:
        return kind()
    return made if isinstance(made, kind) else kind()


class Unseen(str):
    """What stands in place of the name of a record that whoever looks may not see; else a text like any other."""

    __slots__ = ()

    def __str__(self) -> str:
        return self


def unseen() -> Unseen:
    """In place of a name."""
    return Unseen(_("Not for you"))


WHY_UNSEEN = N_(
    "Your role does not let you see this record. Whoever gives the rights can change that. Ask them."
)


def masked(value: str | None) -> str | None:
    """A number, an address or a text shown in part: 138****1234, z****@example.com, 张**.

    Blank stays blank; what is too short to keep anything back shows its first character.
    """
    if not value:
        return value
    name, at, domain = value.partition("@")
    if at:
        return f"{name[:1]}****@{domain}"
    number = value.translate(_BETWEEN)
    if len(number) >= 7 and sum(c.isdigit() for c in number) * 2 > len(number):
        head = 6 if number.startswith("+86") else 3
        return f"{number[:head]}****{number[-4:]}"
    return value[0] + "*" * min(len(value) - 1, 4)


def is_masked(value: object) -> bool:
    """Whether a value has the look of one that was shown in part."""
    return isinstance(value, str) and "**" in value
