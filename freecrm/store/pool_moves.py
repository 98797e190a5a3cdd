"""Who takes customers out of the shared pool (公海), who gets them, and how they go back by hand.

    pool_moves.claim(store, ids)             whoever works here takes them; the limits are looked at inside the step
    pool_moves.assign(store, ids, user)      a colleague gets them
    pool_moves.give_back(store, ids, why)    they go back

Each way is a step of its own that keeps its moves (`pool_move`), so that the limits can be counted.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.spans import moment, ms
from freecrm.core.words import N_, say
from freecrm.store import elements, faults
from freecrm.store.activities import midnight
from freecrm.store.tables import blocks, rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

BUYER = "customer"
"""The status of those who buy from us: they count to no limit."""
REASON_MOST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """How a colleague stands to the limits. daily, most: the limits, 0 = none."""

    claimed: int
    daily: int
    holds: int
    most: int


def held(store: Store, user: bytes, c: sqlite3.Connection | None = None) -> Held:
    """How many customers a colleague has claimed today and holds."""
    c = c or store.read()
    begin = ms(midnight(this_day()))
    (claimed,) = c.execute(
        "SELECT count(*) FROM pool_move WHERE user = ? AND move = 'claim' AND at >= ?", (user, begin)
    ).fetchone()
    (holds,) = c.execute(
        "SELECT count(*) FROM customer WHERE owner_user = ? AND status IS NOT ?", (user, BUYER)
    ).fetchone()
    return Held(claimed, store.setting("pool.daily"), holds, store.setting("pool.holding"))


def claim(store: Store, ids: Sequence[bytes]) -> int:
    """Take customers out of the pool for whoever works here; how many. Known, and nothing is taken, where a limit
    stands against it or somebody was faster."""
    refuse_without(store)
    me = store.user
    if me is None:
        what = N_(
            "Nobody said who works at this computer. Choose yourself under Settings → Colleagues; then claim."
        )
        raise Known(say(what))
    with _named(store, ids, N_("“{name}” claimed from the pool"), N_("{n} customers claimed from the pool")) as (
        step, names,
    ):  # fmt: skip
        _refuse_owned(store, step, ids, names)
        now = held(store, me, step.connection)
        _refuse_daily(now, len(ids))
        _refuse_holding(store, now, me, _counting(step, ids))
        _refuse_early(store, step, ids, names, me)
        _hand_over(step, ids, me, "claim")
    return len(ids)


def assign(store: Store, ids: Sequence[bytes], user: bytes) -> int:
    """Give customers of the pool to a colleague; how many. What they may hold is minded, the limit of a day isn't."""
    refuse_without(store)
    record = store.reader().record("user", user)
    if record is None or record["left"]:
        who = str(record["name"]) if record is not None else "?"
        raise Known(say(N_("{who} isn't among the colleagues any more. Choose somebody else."), who=who))
    one, many = N_("“{name}” assigned to {who}"), N_("{n} customers assigned to {who}")
    with _named(store, ids, one, many, str(record["name"])) as (step, names):
        _refuse_owned(store, step, ids, names)
        _refuse_holding(store, held(store, user, step.connection), user, _counting(step, ids))
        _hand_over(step, ids, user, "assign")
    return len(ids)


@faults.reads
def owners(store: Store, ids: Sequence[bytes]) -> dict[bytes, bytes]:
    """Customer -> whose it is, of these; those that nobody has are left out."""
    sql = "SELECT id, owner_user FROM customer WHERE id IN (?) AND owner_user IS NOT NULL"
    return dict(rows_of(store.read(), sql, ids))


def give_back(store: Store, ids: Sequence[bytes], reason: str) -> int:
    """Let customers go back to the pool, with the reason that whoever finds them there reads; how many had an owner.
    Known when there is no reason, or none of them has an owner."""
    refuse_without(store)
    reason = " ".join(reason.split())[:REASON_MOST]
    if not reason:
        raise Known(say(N_("Say why: whoever finds the customer in the pool reads it.")))
    had = owners(store, ids)
    if not had:
        raise Known(say(N_("These customers are in the pool already.")))
    with _named(
        store, list(had), N_("“{name}” returned to the pool"), N_("{n} customers returned to the pool")
    ) as (step, _names):
        step.update_many("customer", [(id, {"owner_user": None}) for id in had])
        for id, owner in had.items():
            keep_move(step, id, "return", owner, reason)
    return len(had)


class _named:
    """A step about some customers: with the name of the only one, or their number."""

    def __init__(
        self,
        store: Store,
        ids: Sequence[bytes],
        one: str,
        many: str,
        who: str = "",
    ) -> None:
        names: dict[bytes, str] = {}
        for block in blocks(ids):
            names |= store.reader().titles("customer", set(block))
        if len(names) < len(set(ids)):
            raise Known(say(N_("One of these customers was deleted meanwhile. Look in the recycle bin.")))
        self.names = names
        first = names.get(ids[0], "") if ids else ""
        title = one if len(ids) == 1 else many
        self._step = store.step(title, name=first, n=f"{len(ids):,}", who=who)

    def __enter__(self) -> tuple[Step, dict[bytes, str]]:
        return self._step.__enter__(), self.names

    def __exit__(self, *caught: object) -> bool | None:
        return self._step.__exit__(*caught)  # type: ignore[arg-type]


def _hand_over(step: Step, ids: Sequence[bytes], user: bytes, move: str) -> None:
    step.update_many("customer", [(id, {"owner_user": user}) for id in ids])
    for id in ids:
        keep_move(step, id, move, user)


def keep_move(
    step: Step,
    id: bytes,
    move: str,
    user: bytes,
    reason: str | None = None,
    *,
    due: dt.date | None = None,
) -> None:
    """Keep within a step that a customer moved: "claim", "assign", "return", "expire". user: who got or had it. due: the
    day on which it was to go, where a rule says so."""
    values = {"customer": id, "move": move, "at": moment(step.at)}
    by = step.store.user if step.origin == "user" else None
    own = None if due is None else elements.foreseen(step.connection, "pool_move", id, user, due)
    step.insert("pool_move", {**values, "user": user, "by": by, "reason": reason}, id=own)


def refuse_without(store: Store) -> None:
    """Known where the firm has no shared pool."""
    if not store.setting("pool.on"):
        raise Known(say(N_("This firm has no shared pool. Switch it on in the settings first.")))


# ---- limits


def _refuse_owned(store: Store, step: Step, ids: Sequence[bytes], names: Mapping[bytes, str]) -> None:
    sql = "SELECT id, owner_user FROM customer WHERE id IN (?) AND owner_user IS NOT NULL LIMIT 1"
    row = next(rows_of(step.connection, sql, ids), None)
    if row is not None:
        who = store.reader().titles("user", {row[1]}).get(row[1], "?")
        what = N_("“{name}” isn't in the pool any more: {who} has it. The list shows it as it is now.")
        raise Known(say(what, name=names[row[0]], who=who))


def _refuse_daily(now: Held, wanted: int) -> None:
    if not now.daily or now.claimed + wanted <= now.daily:
        return
    figures = {"limit": f"{now.daily:,}", "claimed": f"{now.claimed:,}", "n": f"{wanted:,}"}
    tomorrow = this_day() + dt.timedelta(days=1)
    if now.claimed >= now.daily:
        what = N_(
            "You may claim {limit} customers a day and have claimed {claimed} today. From {day} on you can again."
        )
    else:
        what = N_(
            "You may claim {limit} customers a day and have claimed {claimed} today; {n} more are too many."
            " Choose {left}, the others from {day} on."
        )
    left = f"{max(now.daily - now.claimed, 0):,}"
    raise Known(say(what, **figures, left=left, day=tomorrow.isoformat()))


def _counting(step: Step, ids: Sequence[bytes]) -> int:
    """How many of these customers count to what a colleague may hold."""
    total = 0
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        sql = f"SELECT count(*) FROM customer WHERE id IN ({marks}) AND status IS NOT ?"
        total += step.connection.execute(sql, (*block, BUYER)).fetchone()[0]
    return total


def _refuse_holding(store: Store, now: Held, user: bytes, wanted: int) -> None:
    if not now.most or now.holds + wanted <= now.most:
        return
    who = store.reader().titles("user", {user}).get(user, "?")
    what = N_(
        "{who} may hold {limit} customers and has {holds}; {n} more are too many. Return some to the pool first"
        " (those who buy from us don't count)."
    )
    raise Known(say(what, who=who, limit=f"{now.most:,}", holds=f"{now.holds:,}", n=f"{wanted:,}"))


def _refuse_early(
    store: Store, step: Step, ids: Sequence[bytes], names: Mapping[bytes, str], me: bytes
) -> None:
    """Known when one of these was mine until a few hours ago."""
    hours = store.setting("pool.hours")
    since = time.time_ns() // 1_000_000 - hours * 3_600_000
    for block in blocks(ids) if hours else ():
        marks = ", ".join("?" * len(block))
        row = step.connection.execute(
            f"SELECT customer, max(at) FROM pool_move WHERE customer IN ({marks}) AND user = ?"
            " AND move IN ('return', 'expire') AND at > ? GROUP BY customer ORDER BY 2 DESC LIMIT 1",
            (*block, me, since),
        ).fetchone()
        if row is not None:
            free = moment(row[1]).astimezone() + dt.timedelta(hours=hours)
            what = N_(
                "“{name}” was yours until it went to the pool; others come first for {hours} hours."
                " You can claim it again from {time} on."
            )
            raise Known(say(what, name=names[row[0]], hours=hours, time=f"{free:%Y-%m-%d %H:%M}"))
