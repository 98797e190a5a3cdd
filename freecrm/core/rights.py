"""What a person may do. Held by reader and writer; screens only hide.

`None` in place of a Rights value means everything is allowed (one user, no team).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ACTIONS = ("see", "create", "change", "delete", "export", "print")
SCOPES = ("none", "own", "team", "all")


@dataclass(frozen=True)
class Rights:
    """grants: (entity, action) -> scope of SCOPES; what is not named is `otherwise`.

    user: id of the person. team: ids whose records count as the team's, the user's own included.
    hidden: (entity, field) never seen. readonly: (entity, field) never changed.
    """

    user: bytes
    grants: Mapping[tuple[str, str], str] = field(default_factory=dict)
    otherwise: str = "all"
    team: frozenset[bytes] = frozenset()
    hidden: frozenset[tuple[str, str]] = frozenset()
    readonly: frozenset[tuple[str, str]] = frozenset()

    def __hash__(self) -> int:
        return hash((self.user, frozenset(self.grants.items()), self.otherwise, self.team, self.hidden))

    def scope(self, entity: str, action: str) -> str:
        """How far this action reaches on this entity: one of SCOPES."""
        return self.grants.get((entity, action), self.otherwise)

    def owners(self, entity: str, action: str) -> frozenset[bytes] | None:
        """Whose records the action reaches; None = everybody's, an empty set = nobody's."""
        scope = self.scope(entity, action)
        if scope == "all":
            return None
        if scope == "none":
            return frozenset()
        return self.team | {self.user} if scope == "team" else frozenset({self.user})
