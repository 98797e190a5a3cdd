"""To whom new leads go: rules with seats, one after the other; the first that fits a lead gives it an owner.

    follow(step, counts)       at the door: leads that came without an owner, by whatever way (form, import)
    share_out(store, ids)      the same for leads that are there already, as one step

A rule says for which source, industry and province it is, and whether its seats take turns or the one with the fewest
open leads is next. Each lead keeps by which rule it was given away. Whoever has left the firm gets none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import faults

if TYPE_CHECKING:
    import sqlite3

    from freecrm.store.database import Store
    from freecrm.store.writer import Step

TURNS, LEAST = "turns", "least"
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule at work. seats: users in their order. last: who got the last lead by it."""

    id: bytes
    name: str
    way: str
    source: str
    industry: str
    province: str
    seats: tuple[bytes, ...]
    last: bytes | None

    def fits(self, source: str | None, industry: str | None, province: str | None) -> bool:
        """Whether a lead of this kind goes by the rule."""
        pairs = ((self.source, source), (self.industry, industry))
        if any(wanted and wanted != value for wanted, value in pairs):
            return False
        return not self.province or _place(self.province) == _place(province or "")


@dataclass(frozen=True, slots=True)
class Shared:
    """What sharing out did. given: leads with an owner now. left: leads that no rule fits."""

    given: int
    left: int


def _place(name: str) -> str:
    """A province however it is written: 浙江 and 浙江省 are one."""
    bare = name.strip().casefold()
    for end in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
        if bare.endswith(end) and len(bare) > len(end) + 1:
            return bare[: -len(end)]
    return bare


@faults.reads
def rules(store: Store) -> list[Rule]:
    """The rules in use, in their order, with whoever of their seats is still in the firm."""
    return _rules(store.read())


def _rules(c: sqlite3.Connection) -> list[Rule]:
    seats: dict[bytes, list[bytes]] = {}
    sql = (
        "SELECT s.parent, s.user FROM share_seat s JOIN user u ON u.id = s.user"
        ' WHERE coalesce(u."left", 0) = 0 ORDER BY coalesce(s.position, 0), s.n'
    )
    for rule, user in c.execute(sql):
        if user not in seats.setdefault(rule, []):
            seats[rule].append(user)
    rows = c.execute(
        "SELECT id, name, way, source, industry, province, last FROM share_rule"
        " WHERE coalesce(off, 0) = 0 ORDER BY coalesce(position, 0), n"
    )
    made = [
        Rule(
            id, name or "", way or TURNS, source or "", industry or "", province or "",
            tuple(seats.get(id, ())), last,
        )
        for id, name, way, source, industry, province, last in rows
    ]  # fmt: skip
    return [rule for rule in made if rule.seats]


def follow(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """Give the new leads of a step their owners. Whether it wrote anything."""
    if not counts.get("lead", (0, 0, 0))[0]:
        return False
    sql = (
        "SELECT l.id, l.source, l.industry, l.province FROM change x JOIN lead l ON l.id = x.id"
        " WHERE x.n >= ? AND x.entity = 'lead' AND x.op = 0 AND l.owner_user IS NULL"
        " AND l.state IN ('new', 'working') ORDER BY l.n"
    )
    return _give(step, step.connection.execute(sql, (step.first,)).fetchall()).given > 0


def share_out(store: Store, ids: Sequence[bytes]) -> Shared:
    """Give these leads owners by the rules, as one step; those that have one keep it.

    Known when none of them waits for an owner, or no rule fits any of them."""
    waiting: list[bytes] = []
    for start in range(0, len(ids), BLOCK):
        block = ids[start : start + BLOCK]
        marks = ", ".join("?" * len(block))
        sql = (
            f"SELECT id FROM lead WHERE id IN ({marks}) AND owner_user IS NULL"
            " AND state IN ('new', 'working') ORDER BY n"
        )
        waiting += [row[0] for row in store.read().execute(sql, block)]
    if not waiting:
        what = N_(
            "None of these leads waits for an owner. Only open leads without one are shared out; clear the owner first."
        )
        raise Known(say(what))
    if not rules(store):
        what = N_("There is no rule of sharing out with anybody in it. Add one in the settings, under Leads.")
        raise Known(say(what))
    name = store.reader().titles("lead", {waiting[0]}).get(waiting[0], "")
    with store.step(
        N_("Share out lead “{name}”") if len(waiting) == 1 else N_("Share out {n} leads"),
        name=name,
        n=f"{len(waiting):,}",
    ) as step:
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(waiting), BLOCK):
            block = waiting[start : start + BLOCK]
            marks = ", ".join("?" * len(block))
            sql = f"SELECT id, source, industry, province FROM lead WHERE id IN ({marks}) ORDER BY n"
            rows += step.connection.execute(sql, block).fetchall()
        done = _give(step, rows)
        if not done.given:
            what = N_(
                "No rule of sharing out fits these leads. Add one for all leads in the settings, under Leads."
            )
            raise Known(say(what))
    return done


def _give(step: Step, leads: Sequence[tuple[Any, ...]]) -> Shared:
    """Find an owner for each lead (id, source, industry, province) and write it."""
    found = _rules(step.connection) if leads else []
    if not found:
        return Shared(0, len(leads))
    last = {rule.id: rule.last for rule in found}
    open_ = _open(step.connection) if any(rule.way == LEAST for rule in found) else {}
    changes = []
    for id, source, industry, province in leads:
        rule = next((one for one in found if one.fits(source, industry, province)), None)
        if rule is None:
            continue
        user = _next(rule, last[rule.id], open_)
        last[rule.id] = user
        open_[user] = open_.get(user, 0) + 1
        changes.append((id, {"owner_user": user, "rule": rule.id}))
    if changes:
        step.update_many("lead", changes)
    moved = [(rule.id, {"last": last[rule.id]}) for rule in found if last[rule.id] != rule.last]
    if moved:
        step.update_many("share_rule", moved)
    return Shared(len(changes), len(leads) - len(changes))


def _next(rule: Rule, last: bytes | None, open_: dict[bytes, int]) -> bytes:
    """Whose turn it is. Of several with the fewest leads, whoever comes after the last one."""
    at = rule.seats.index(last) + 1 if last in rule.seats else 0
    turns = (*rule.seats[at:], *rule.seats[:at])
    return turns[0] if rule.way == TURNS else min(turns, key=lambda user: open_.get(user, 0))


def _open(c: sqlite3.Connection) -> dict[bytes, int]:
    sql = (
        "SELECT owner_user, count(*) FROM lead WHERE state IN ('new', 'working')"
        " AND owner_user IS NOT NULL GROUP BY owner_user"
    )
    return dict(c.execute(sql).fetchall())
