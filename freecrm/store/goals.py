"""Sales targets: what is to be sold in a month, by person, department, product, product category and region.

    sheet = goals.read(store, 2026, goals.PEOPLE)          a year of them, beside what was sold and what last year was
    goals.write(store, 2026, goals.PEOPLE, {(goals.USER, id, 3): 100_000_00})
    goals.firm(store, "2026-01", "2026-12")                month -> the firm's target

They are rolled up: a department without a target of its own has those of its people together, the firm without one
those of its departments and of who is in none. Amounts in minor units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.spread import spread
from freecrm.core.words import N_, _
from freecrm.store import faults
from freecrm.store.guard import is_meant_for

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.store.database import Store

FIRM, TEAM, USER, PRODUCT, CATEGORY, REGION = "firm", "team", "user", "product", "category", "region"
PEOPLE = "people"
KINDS = {
    PEOPLE: N_("People and departments"),
    PRODUCT: N_("Products"),
    CATEGORY: N_("Product categories"),
    REGION: N_("Regions"),
}
MONTHS = range(1, 13)
_COLUMNS = (TEAM, USER, PRODUCT, CATEGORY, REGION)
_LISTED = 500
WRITES = ("create", "change", "delete")

Key = tuple[str, Any]
"""What a target is for: (USER, id), (TEAM, name), (FIRM, None), …"""

OF_REGION = (
    "(SELECT coalesce(a.province, a.city, a.country, a.street) FROM address a WHERE a.parent = d.customer"
    " ORDER BY a.n LIMIT 1)"
)
_SOLD = {
    FIRM: ("NULL", "d.amount", ""),
    USER: ("d.owner_user", "d.amount", ""),
    TEAM: ("u.team", "d.amount", "JOIN user u ON u.id = d.owner_user"),
    REGION: (OF_REGION, "d.amount", ""),
    PRODUCT: ("k.product", "k.total", "JOIN deal_line k ON k.parent = d.id"),
    CATEGORY: (
        "p.category",
        "k.total",
        "JOIN deal_line k ON k.parent = d.id JOIN product p ON p.id = k.product",
    ),
}


@dataclass
class Row:
    """A row of a year. plan: month -> target, those that were set alone. rolled: what follows from the rows below it.
    sold, before: what was sold in this year and in the last one. depth: 0 the firm, 1 a department, 2 a person. may: what
    whoever looks may do with its targets, of create, change and delete."""

    key: Key
    name: str
    plan: dict[int, int] = field(default_factory=dict)
    rolled: dict[int, int] = field(default_factory=dict)
    sold: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    depth: int = 0
    may: frozenset[str] = frozenset(WRITES)

    def takes(self, month: int) -> bool:
        """Whether whoever looks may set the target of a month, and then set it anew."""
        return self.may >= ({"change"} if month in self.plan else {"create", "change"})

    def target(self, month: int) -> int | None:
        """The target of a month: its own, else what it is rolled up to."""
        own = self.plan.get(month)
        return self.rolled.get(month) if own is None else own

    @property
    def year(self) -> int | None:
        """The target of the year; None where no month has one."""
        found = [one for month in MONTHS if (one := self.target(month)) is not None]
        return sum(found) if found else None

    def spread(self, total: int, shape: Mapping[int, int] | None = None) -> dict[int, int]:
        """A year's target in months, in the proportions of last year's; shape: of those of another row, for one that
        sold nothing then."""
        own = self.before if any(self.before.values()) else shape or {}
        return dict(zip(MONTHS, spread(total, [own.get(month, 0) for month in MONTHS]), strict=True))


@faults.reads
def read(store: Store, year: int, kind: str = PEOPLE) -> list[Row]:
    """The rows of a year."""
    plans = _plans(store, f"{year}-01", f"{year}-12")
    rows = _people(store, plans) if kind == PEOPLE else _named(store, kind, plans)
    by_key = {row.key: row for row in rows}
    rights = store.rights
    if rights is not None:
        for one in rows:
            person = one.key[1] if one.key[0] == USER else None
            one.may = frozenset(act for act in WRITES if is_meant_for(rights, "target", act, person))
    for (key, month), amount in plans.items():
        if key in by_key:
            by_key[key].plan[int(month[5:])] = amount
    for of in {row.key[0] for row in rows}:
        for (id, month), amount in _sold(store, of, year).items():
            row = by_key.get((of, id))
            if row is not None:
                (row.sold if month.startswith(str(year)) else row.before)[int(month[5:])] = amount
    if kind == PEOPLE:
        _roll_up(store, rows)
    else:
        rows.sort(key=lambda row: (-sum(row.before.values()) - sum(row.sold.values()), row.name))
    return rows


def _plans(store: Store, first: str, last: str) -> dict[tuple[Key, str], int]:
    """What is set: (for what, month) -> amount. A target of a person's product counts for neither alone."""
    sql = f"SELECT month, amount, {', '.join(f'''{chr(34)}{name}{chr(34)}''' for name in _COLUMNS)} FROM target WHERE month BETWEEN ? AND ?"
    found: dict[tuple[Key, str], int] = {}
    for month, amount, *values in store.read().execute(sql, (first, last)):
        named = [(name, value) for name, value in zip(_COLUMNS, values, strict=True) if value is not None]
        if len(named) < 2:
            key = named[0] if named else (FIRM, None)
            found[key, month] = found.get((key, month), 0) + amount
    return found


def _people(store: Store, plans: Iterable[tuple[Key, str]]) -> list[Row]:
    rows = store.read().execute('SELECT id, name, team, "left" FROM user ORDER BY name_key, n').fetchall()
    set_ = {row[0] for row in store.read().execute("SELECT DISTINCT user FROM target WHERE user IS NOT NULL")}
    shown = [row for row in rows if not row[3] or row[0] in set_]
    planned = {str(key[1]) for key, _month in plans if key[0] == TEAM}  # also where nobody is left: it counts
    teams = sorted({row[2] for row in shown if row[2]} | planned)
    found = [Row((FIRM, None), _("The whole firm"))]
    for team in [*teams, None]:
        if team is not None:
            found.append(Row((TEAM, team), team, depth=1))
        people = [row for row in shown if (row[2] or None) == team]
        found += [Row((USER, id), name or "", depth=2 if team else 1) for id, name, _team, _left in people]
    return found


def _named(store: Store, kind: str, plans: Iterable[tuple[Key, str]]) -> list[Row]:
    keys: set[Any] = {key[1] for key, _month in plans if key[0] == kind}
    if kind == REGION:
        sql = (
            "SELECT coalesce(province, city, country, street) AS r FROM address WHERE parent_entity = 'customer'"
            f" AND r IS NOT NULL GROUP BY r ORDER BY count(*) DESC LIMIT {_LISTED}"
        )
        keys |= {row[0] for row in store.read().execute(sql)}
        return [Row((kind, key), key) for key in keys]
    stopped = "AND state IS NOT 'stopped'" if kind == PRODUCT else ""
    sql = f"SELECT id FROM {kind} WHERE 1 {stopped} ORDER BY n LIMIT {_LISTED}"
    keys |= {row[0] for row in store.read().execute(sql)}
    titles = store.reader().titles(kind, keys)
    return [Row((kind, key), titles.get(key, "…")) for key in keys]


def _sold(store: Store, of: str, year: int) -> dict[tuple[Any, str], int]:
    key, amount, join = _SOLD[of]
    sql = (
        f"SELECT {key} AS k, substr(d.closed, 1, 7) AS m, coalesce(sum({amount}), 0) FROM deal d {join}"
        " WHERE d.state = 'won' AND d.closed BETWEEN ? AND ? GROUP BY k, m"
    )
    rows = store.read().execute(sql, (f"{year - 1}-01-01", f"{year}-12-31"))
    return {(k, month): value for k, month, value in rows}


def _roll_up(store: Store, rows: list[Row]) -> None:
    """Put into departments and the firm what the rows below them come to."""
    whole, team = rows[0], None
    for row in rows[1:]:
        if row.key[0] == TEAM:
            team = row
            continue
        over = team if row.depth == 2 else None
        for month, amount in row.plan.items():
            into = over.rolled if over is not None else whole.rolled
            into[month] = into.get(month, 0) + amount
    for row in rows[1:]:
        if row.key[0] == TEAM:
            for month in MONTHS:
                one = row.target(month)
                if one is not None:
                    whole.rolled[month] = whole.rolled.get(month, 0) + one


# ---- what others ask


@faults.reads
def of_kind(store: Store, kind: str, first: str, last: str) -> dict[tuple[Any, str], int]:
    """What is set for one kind: (id or name, month) -> amount."""
    plans = _plans(store, first, last)
    return {(key[1], month): amount for (key, month), amount in plans.items() if key[0] == kind}


@faults.reads
def firm(store: Store, first: str, last: str) -> dict[str, int]:
    """Month -> what the firm is to sell: its own target, else what departments and people come to."""
    plans = _plans(store, first, last)
    teams = dict(store.read().execute("SELECT id, team FROM user WHERE team IS NOT NULL").fetchall())
    of_teams: dict[tuple[str, str], int] = defaultdict(int)
    found: dict[str, int] = defaultdict(int)
    for (key, month), amount in plans.items():
        if key[0] == USER:
            if key[1] in teams:
                of_teams[teams[key[1]], month] += amount
            else:
                found[month] += amount
    for (key, month), amount in plans.items():
        if key[0] == TEAM:
            of_teams[key[1], month] = amount
    for (_team, month), amount in of_teams.items():
        found[month] += amount
    found.update({month: amount for (key, month), amount in plans.items() if key[0] == FIRM})
    return dict(found)


# ---- writing


def write(store: Store, year: int, cells: Mapping[tuple[str, Any, int], int | None]) -> Touched | None:
    """Set targets, all in one step: (kind, id or name, month) -> amount, None = none is set any more."""
    if not cells:
        return None
    with store.step(N_("Targets of {year} changed"), year=str(year)) as step:
        for (kind, key, month), amount in cells.items():
            held = _held(step.connection, kind, key, f"{year}-{month:02}")
            for id in held[1:] if amount is not None else held:
                step.delete("target", id)
            if amount is None:
                continue
            if held:
                step.update("target", held[0], {"amount": amount})
            else:
                named = {} if kind == FIRM else {kind: key}
                step.insert("target", {"month": f"{year}-{month:02}", "amount": amount, **named})
    return step.touched


def _held(connection: Any, kind: str, key: Any, month: str) -> list[bytes]:
    where = " AND ".join(f'"{name}" IS ?' for name in _COLUMNS)
    values = [key if name == kind else None for name in _COLUMNS]
    sql = f"SELECT id FROM target WHERE month = ? AND {where} ORDER BY n"
    return [row[0] for row in connection.execute(sql, (month, *values))]
