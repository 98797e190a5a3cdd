"""What a day asks of somebody: what is late, what is due, what has no day yet, and who is about to be forgotten.

    found = today.day(store, this_day(), store.user)      one look, by indexes alone; at a million rows 0.1 s
    today.dates(store, this_day(), store.user)            the yearly dates of the next days
    today.due(store, this_day(), store.user)              only the figures, for the sidebar

me is whose day it is; None, nobody said who works here: everybody's. What belongs to nobody is shown to all.

A customer without a next step stands in one of two places: among the *silent*, whose last contact is longer ago
than the firm lets pass for their grade, or among the *idle*, the others. Who has a next step is not forgotten,
and lost customers are let go. One never contacted counts from the day they were entered. Counts go up to MOST;
whoever is shown "1,000+" opens the list for all.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, zones
from freecrm.core.fields import Choice
from freecrm.core.spans import moment, ms
from freecrm.store import activities, clashes, faults

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.occasions import Coming

MOST = 1000
"""Counts stop behind this one."""
SHOWN, FEW = 40, 5
DAYS = 7
"""Yearly dates are shown so many days ahead."""
LIMITS = {"A": "activity.quiet_a", "B": "activity.quiet_b", "C": "activity.quiet_c"}
"""Grade -> the setting that says how many days may pass without contact; 0: any number."""
OTHER_LIMIT = "activity.quiet_other"
LOST = "lost"
_FAR = 26 * 60 * agenda.MINUTE
"""No zone's midnight is farther than this from ours: a whole day planned elsewhere still is that day."""
_DUE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Todo:
    """Something planned. at: its beginning in UTC, None: nobody said when. day: the day it is on, of a whole day in
    its own zone. late: days since then. clash: what else its people have at that time. name, grade, phone: of its
    customer. owner: its user's name, "" where that is whoever looks."""

    id: bytes
    subject: str
    kind: str
    at: dt.datetime | None
    end: dt.datetime | None
    all_day: bool
    day: dt.date | None
    late: int
    repeats: bool
    customer: bytes | None
    name: str
    grade: str
    phone: str
    owner: str
    place: str
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A customer without a next step. last: the day of the last contact. days: since then, or since the record was
    made where there was none."""

    id: bytes
    n: int
    name: str
    grade: str
    last: dt.date | None
    days: int
    phone: str
    owner: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The silent customers of a grade ("": of none). limit: days. count: at most MOST + 1."""

    grade: str
    limit: int
    count: int
    first: tuple[Quiet, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """overdue: worst first, by grade, then by how late. due: today's, in their order, whole days last. tasks:
    planned without a day. coming: what is next after today. Counts are of all, lists hold the first of them."""

    day: dt.date
    me: bytes | None
    overdue: tuple[Todo, ...] = ()
    overdue_count: int = 0
    due: tuple[Todo, ...] = ()
    due_count: int = 0
    tasks: tuple[Todo, ...] = ()
    tasks_count: int = 0
    silent: tuple[Silence, ...] = ()
    idle: tuple[Quiet, ...] = ()
    idle_count: int = 0
    coming: Todo | None = None

    @property
    def count(self) -> int:
        """What is to be done today: late or due."""
        return self.overdue_count + self.due_count


@dataclass(frozen=True, slots=True)
class Due:
    """How much is late, and how much is due today."""

    overdue: int
    due: int


@faults.reads
def day(store: Store, today: dt.date, me: bytes | None) -> Day:
    """What today asks of `me`."""
    asked = _Asked(store, today, me)
    late, near = asked.late(MOST + 1), asked.near()
    overdue = sorted([*late, *(row for row in near if asked.side(row) < 0)], key=asked.damage)
    due = [row for row in near if asked.side(row) == 0]
    tasks = asked.undated()
    coming = asked.coming(near)
    whole = asked.whole([*overdue[:SHOWN], *due[:_DUE_SHOWN], *tasks[:SHOWN], *coming])
    in_order = [whole[row["n"]] for row in due[:_DUE_SHOWN] if row["n"] in whole]
    idle_count, idle = asked.idle()
    return Day(
        today,
        me,
        tuple(whole[row["n"]] for row in overdue[:SHOWN]),
        min(len(overdue), MOST + 1),
        tuple(_with_clashes(store, today, sorted(in_order, key=_by_hour))),
        len(due),
        tuple(whole[row["n"]] for row in tasks[:SHOWN]),
        len(tasks),
        tuple(one for one in asked.silent() if one.count),
        tuple(idle),
        idle_count,
        next((whole[row["n"]] for row in coming), None),
    )


@faults.reads
def due(store: Store, today: dt.date, me: bytes | None) -> Due:
    """Only how much is late and how much is due: what the sidebar says."""
    asked = _Asked(store, today, me)
    sides = [asked.side(row) for row in asked.near()]
    late = len(asked.late(MOST + 1)) + sides.count(-1)
    return Due(min(late, MOST + 1), sides.count(0))


@faults.reads
def late_ids(store: Store, today: dt.date, me: bytes | None) -> list[bytes]:
    """The ids of all that is late, longest first."""
    asked = _Asked(store, today, me)
    rows = [*asked.late(-1), *(row for row in asked.near() if asked.side(row) < 0)]
    found = asked.select([row["n"] for row in rows], "SELECT n, id, open_at FROM activity WHERE n IN ({})")
    return [row["id"] for row in sorted(found, key=lambda row: (row["open_at"], row["n"]))]


@faults.reads
def dates(store: Store, today: dt.date, me: bytes | None) -> list[Coming]:
    """The birthdays and yearly dates of the next days, soonest first; with `me`, only those of one's customers and
    the people in them."""
    from freecrm.store import occasions

    found = occasions.coming(store, today, DAYS)
    if me is None or not found:
        return found
    mine = set()
    of = {name: [one.id for one in found if one.entity == name] for name in ("customer", "contact")}
    asked = _Asked(store, today, me)
    for entity, sql in (
        ("customer", "SELECT id FROM customer WHERE id IN ({}) AND +owner_user = ?"),
        (
            "contact",
            "SELECT j.parent AS id FROM job j JOIN customer c ON c.id = j.customer"
            " WHERE j.parent IN ({}) AND +c.owner_user = ?",
        ),
    ):
        mine |= {row["id"] for row in asked.select(of[entity], sql, me)}
    return [one for one in found if one.id in mine or one.entity not in of]


def limit_of(store: Store, grade: str) -> int:
    """How many days may pass without contact with a customer of this grade; 0: any number."""
    return int(store.setting(LIMITS.get(grade, OTHER_LIMIT)))


def silent_ids(store: Store, today: dt.date, me: bytes | None, grade: str) -> list[bytes]:
    """The ids of all silent customers of a grade, longest silent first."""
    return _Asked(store, today, me).silent_ids(grade)


def _by_hour(todo: Todo) -> tuple[bool, dt.datetime, str]:
    assert todo.at is not None
    return todo.all_day, todo.at, todo.subject


def _with_clashes(store: Store, today: dt.date, todos: list[Todo]) -> Iterable[Todo]:
    """The day's activities, each with what else the same people have at that time."""
    timed = {(one.id, one.at) for one in todos if not one.all_day and one.end is not None}
    if not timed:
        return todos
    begins, ends = (activities.midnight(today + dt.timedelta(days=n)) for n in (0, 1))
    found: dict[tuple[bytes, dt.datetime | None], str] = {}
    for pair in clashes.between(store, begins, ends):
        found.setdefault((pair.one, pair.one_start), pair.other_subject)
        found.setdefault((pair.other, pair.other_start), pair.one_subject)
    return [replace(one, clash=found.get((one.id, one.at), "")) for one in todos]


_TODO = (
    "SELECT a.n, a.id, a.subject, a.kind, a.open_at, a.start, a.end, a.start_zone, a.all_day, a.repeats, a.customer,"
    " a.place, a.owner_user, c.grade, c.main_phone, u.name AS owner FROM activity a"
    " LEFT JOIN customer c ON c.id = a.customer LEFT JOIN user u ON u.id = a.owner_user WHERE a.n IN ({})"
)
_ROWS = "SELECT a.n, a.open_at, a.all_day, a.start_zone, c.grade FROM ({}) a LEFT JOIN customer c ON c.id = a.customer"
_OPEN = "SELECT n, open_at, all_day, start_zone, customer FROM activity"
_IDLE = "FROM customer INDEXED BY ix_customer_idle WHERE next_at IS NULL AND owner_user IS ? AND grade IS ?"
_KEPT = f" AND status IS NOT '{LOST}'"
_OWNERS = (  # skips from owner to owner: the column is not walked
    "WITH RECURSIVE o(x) AS (SELECT min(owner_user) FROM customer INDEXED BY ix_customer_idle WHERE next_at IS NULL"
    " UNION ALL SELECT (SELECT min(owner_user) FROM customer INDEXED BY ix_customer_idle"
    " WHERE next_at IS NULL AND owner_user > o.x) FROM o WHERE o.x IS NOT NULL) SELECT x FROM o WHERE x IS NOT NULL"
)


@dataclass
class _Asked:
    """The questions of one look. Rows of activities are (n, open_at, all_day, start_zone, grade)."""

    store: Store
    today: dt.date
    me: bytes | None
    ranks: dict[str | None, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        grades = self.store.schema.fields("customer")["grade"]
        keys = [one.key for one in grades.options.entries] if isinstance(grades, Choice) else []
        self.grades: list[str | None] = [*keys, None]
        self.ranks = {key: at for at, key in enumerate(self.grades)}
        self.zone = zones.here() or None
        several = (
            self.store.read().execute("SELECT count(*) FROM (SELECT 1 FROM user LIMIT 2)").fetchone()[0] > 1
        )
        self.names_owners = self.me is not None or several  # one person's firm need not be told whose
        self.begins = ms(activities.midnight(self.today))
        self.ends = ms(activities.midnight(self.today + dt.timedelta(days=1)))

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        cursor = self.store.read().cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, values).fetchall()

    def select(self, wanted: list[Any], sql: str, *more: Any) -> list[sqlite3.Row]:
        """The rows of these numbers or ids, some hundred at a time."""
        found: list[sqlite3.Row] = []
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            found += self.rows(sql.format(", ".join("?" * len(block))), *block, *more)
        return found

    # ---- activities

    @property
    def owners(self) -> list[bytes | None]:
        """Whose activities are looked at: one's own, and nobody's."""
        return [self.me, None]

    def _open(self, where: str, *values: Any, down: bool, most: int) -> list[sqlite3.Row]:
        order = f" ORDER BY open_at {'DESC' if down else 'ASC'} LIMIT {most}"
        if self.me is None:
            return self.rows(_ROWS.format(f"{_OPEN} WHERE {where}{order}"), *values)
        asked = f"{_OPEN} INDEXED BY ix_activity_due WHERE owner_user IS ? AND open_at IS NOT NULL AND {where}{order}"
        found = [row for one in self.owners for row in self.rows(_ROWS.format(asked), one, *values)]
        found.sort(key=lambda row: row["open_at"], reverse=down)
        return found if most < 0 else found[:most]

    def late(self, most: int) -> list[sqlite3.Row]:
        """The latest of what was to be done before today, in whatever zone. most -1: all."""
        return self._open("open_at < ?", self.begins - _FAR, down=True, most=most)

    def near(self) -> list[sqlite3.Row]:
        """What begins around today, also what one takes part in."""
        ends = (self.begins - _FAR, self.ends + _FAR)
        found = self._open("open_at >= ? AND open_at < ?", *ends, down=False, most=5 * MOST)
        if self.me is None:
            return found
        known = {row["n"] for row in found}
        guest = (
            f"{_OPEN} INDEXED BY ix_activity_open_at WHERE open_at >= ? AND open_at < ?"
            " AND EXISTS (SELECT 1 FROM attendee t WHERE t.parent = activity.id AND +t.user = ?)"
        )
        return [*found, *(r for r in self.rows(_ROWS.format(guest), *ends, self.me) if r["n"] not in known)]

    def undated(self) -> list[sqlite3.Row]:
        """What is planned without a day, newest first."""
        mine = "" if self.me is None else "AND (owner_user = ? OR owner_user IS NULL)"
        sql = (
            f"{_OPEN} INDEXED BY ix_activity_start WHERE start IS NULL AND state = ? {mine}"
            f" ORDER BY n DESC LIMIT {MOST + 1}"
        )
        return self.rows(_ROWS.format(sql), agenda.PLANNED, *([] if self.me is None else [self.me]))

    def coming(self, near: list[sqlite3.Row]) -> list[sqlite3.Row]:
        """The first thing after today."""
        soon = [row for row in near if self.side(row) > 0]
        later = soon or self._open("open_at >= ?", self.ends + _FAR, down=False, most=1)
        return sorted(later, key=lambda row: row["open_at"])[:1]

    def side(self, row: sqlite3.Row) -> int:
        """-1: before today, 0: today, 1: later."""
        if row["all_day"]:
            on = self.day_of(row)
            return (on > self.today) - (on < self.today)
        at = int(row["open_at"])
        return (at >= self.ends) - (at < self.begins)

    def day_of(self, row: sqlite3.Row) -> dt.date:
        """The day of an open activity: on the clock here, of a whole day in its own zone."""
        zone = (row["start_zone"] if row["all_day"] else "") or self.zone
        return activities.day_of(moment(row["open_at"]), zone)

    def damage(self, row: sqlite3.Row) -> tuple[int, int]:
        """The order of what is late: the best customers first, then the longest."""
        return self.ranks.get(row["grade"], len(self.ranks)), row["open_at"]

    def whole(self, rows: list[sqlite3.Row]) -> dict[int, Todo]:
        """n -> all that is shown of it."""
        found = self.select([row["n"] for row in rows], _TODO)
        customers = {row["customer"] for row in found if row["customer"]}
        names = self.store.reader().linked("customer", customers)
        return {row["n"]: self._todo(row, names.get(row["customer"]) or "") for row in found}

    def _todo(self, row: sqlite3.Row, customer: str) -> Todo:
        at = moment(row["open_at"]) if row["open_at"] is not None else None
        length = row["end"] - row["start"] if row["end"] is not None and row["start"] is not None else None
        on = self.day_of(row) if at is not None else None
        return Todo(
            row["id"],
            self.store.schema.title_of("activity", {"subject": row["subject"], "kind": row["kind"]}),
            row["kind"] or "other",
            at,
            at + dt.timedelta(milliseconds=length) if at is not None and length is not None else None,
            bool(row["all_day"]),
            on,
            max((self.today - on).days, 0) if on is not None else 0,
            bool(row["repeats"]),
            row["customer"],
            customer,
            row["grade"] or "",
            row["main_phone"] or "",
            self._owner(row),
            row["place"] or "",
        )

    # ---- customers without a next step

    def _whose(self) -> list[bytes | None]:
        """The owners whose customers are looked at: oneself, or everybody and nobody."""
        if self.me is not None:
            return [self.me]
        return [*(row[0] for row in self.store.read().execute(_OWNERS)), None]

    def _since(self, limit: int) -> tuple[str, int]:
        """The last day that is too long ago, and the number of the newest record made by then."""
        day = self.today - dt.timedelta(days=limit)
        made = ms(activities.midnight(day)).to_bytes(6, "big")
        sql = "SELECT n FROM customer WHERE id < ? ORDER BY id DESC LIMIT 1"
        return day.isoformat(), (self.store.read().execute(sql, (made,)).fetchone() or (0,))[0]

    def _count(self, where: str, values: tuple[Any, ...], grades: Iterable[str | None]) -> int:
        left = MOST + 1
        for owner in self._whose():
            for grade in grades:
                sql = f"SELECT count(*) FROM (SELECT 1 {_IDLE} AND {where}{_KEPT} LIMIT ?)"
                left -= self.store.read().execute(sql, (owner, grade, *values, left)).fetchone()[0]
                if left <= 0:
                    return MOST + 1
        return MOST + 1 - left

    def _first(self, where: str, values: tuple[Any, ...], grade: str | None, order: str) -> list[int]:
        """The numbers of the first few, whoever owns them."""
        found: list[tuple[str, int]] = []
        sql = f"SELECT last_contact, n {_IDLE} AND {where}{_KEPT} ORDER BY last_contact {order} LIMIT {FEW}"
        for owner in self._whose():
            rows = self.store.read().execute(sql, (owner, grade, *values)).fetchall()
            found += [(last or "", n) for last, n in rows]
        return [n for _last, n in sorted(found, reverse=order == "DESC")[:FEW]]

    def silent(self) -> list[Silence]:
        """The silent customers, grade by grade; other grades than those of the settings stand with none."""
        return [self._silence(grade) for grade in (*LIMITS, "") if limit_of(self.store, grade) > 0]

    def _keys(self, grade: str) -> list[str | None]:
        return [grade] if grade in LIMITS else [key for key in self.grades if key not in LIMITS]

    def _silence(self, grade: str) -> Silence:
        limit = limit_of(self.store, grade)
        day, n = self._since(limit)
        keys = self._keys(grade)
        was, never = ("last_contact < ?", (day,)), ("last_contact IS NULL AND n <= ?", (n,))
        count = min(self._count(*was, keys) + self._count(*never, keys), MOST + 1)
        numbers = [n for key in keys for n in self._first(*was, key, "ASC")]
        if len(numbers) < FEW:
            numbers += [n for key in keys for n in self._first(*never, key, "ASC")]
        first = sorted(self._quiet(numbers), key=lambda one: (one.last is None, -one.days))
        return Silence(grade, limit, count, tuple(first[:FEW]))

    def idle(self) -> tuple[int, list[Quiet]]:
        """How many others have no next step, and the first of them: the best grade and the latest contact first."""
        count, numbers = 0, list[int]()
        for key in self.grades:
            limit = limit_of(self.store, key or "")
            day, n = self._since(limit) if limit else ("", 0)
            for where, value in (("last_contact >= ?", day), ("last_contact IS NULL AND n > ?", n)):
                if count <= MOST:
                    count += self._count(where, (value,), [key])
                if len(numbers) < FEW:
                    numbers += self._first(where, (value,), key, "DESC")
        found = {one.n: one for one in self._quiet(numbers[:FEW])}
        return min(count, MOST + 1), [found[n] for n in numbers[:FEW] if n in found]

    def silent_ids(self, grade: str) -> list[bytes]:
        day, n = self._since(limit_of(self.store, grade))
        found: list[tuple[str, bytes]] = []
        for where, value in (("last_contact < ?", day), ("last_contact IS NULL AND n <= ?", n)):
            sql = f"SELECT last_contact, id {_IDLE} AND {where}{_KEPT}"
            for owner in self._whose():
                for key in self._keys(grade):
                    rows = self.store.read().execute(sql, (owner, key, value)).fetchall()
                    found += [(last or "9999", id) for last, id in rows]
        return [id for _last, id in sorted(found)]

    def _quiet(self, numbers: list[int]) -> list[Quiet]:
        sql = (
            "SELECT c.n, c.id, c.name, c.grade, c.last_contact, c.main_phone, c.owner_user, u.name AS owner"
            " FROM customer c LEFT JOIN user u ON u.id = c.owner_user WHERE c.n IN ({})"
        )
        return sorted((self._quiet_of(row) for row in self.select(numbers, sql)), key=attrgetter("n"))

    def _owner(self, row: sqlite3.Row) -> str:
        """Whose it is, where that need be said."""
        return (row["owner"] or "") if self.names_owners and row["owner_user"] != self.me else ""

    def _quiet_of(self, row: sqlite3.Row) -> Quiet:
        last = dt.date.fromisoformat(row["last_contact"]) if row["last_contact"] else None
        since = last or activities.day_of(moment(int.from_bytes(row["id"][:6], "big")))
        return Quiet(
            row["id"],
            row["n"],
            row["name"] or "",
            row["grade"] or "",
            last,
            max((self.today - since).days, 0),
            row["main_phone"] or "",
            self._owner(row),
        )
