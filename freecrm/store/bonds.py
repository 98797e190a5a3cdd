"""What ties people and firms to each other holds together: a relation has two ends, nobody ends up above themselves.

Two rules of the declarations, kept for every way in: `Child.one_of` (a relation names one other) and
`Link(above=…)` (who reports to whom within a firm).
"""

from __future__ import annotations

import sqlite3

from freecrm.core.entity import Child, Entity, is_child
from freecrm.core.fields import Link
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted


def refuse(
    connection: sqlite3.Connection, model: Model, first: int, touched: set[str], *, placed: bool = True
) -> None:
    """Known when the changes from number `first` on leave a relation without its other end, or close a loop of
    people above each other. placed: whoever is named above somebody must have a place beside them, too."""
    for name in touched & model.entities.keys():
        entity = model.entities[name]
        if not is_child(entity):
            continue
        if issubclass(entity, Child) and entity.one_of:
            _refuse_loose_ends(connection, model, entity, first)
        for f in entity.fields.values():
            if isinstance(f, Link) and f.above:
                above = _Above(connection, model, entity, f, first)
                above.refuse_self()
                if placed:
                    above.refuse_strangers()
                above.refuse_loops()


def _written(entity: type[Entity], *names: str) -> str:
    """The ids of the rows that a step made or in which one of these fields is another (parameter: its first
    change)."""
    other = " OR ".join(f"data -> '$.{name}' IS NOT NULL" for name in names)
    return f"SELECT id FROM change WHERE n >= ? AND entity = '{entity.entity}' AND op < 2 AND (op = 0 OR {other})"


# ---- a relation and its other end


def _refuse_loose_ends(c: sqlite3.Connection, model: Model, entity: type[Child], first: int) -> None:
    links = [f for f in entity.fields.values() if isinstance(f, Link) and f.name in entity.one_of]
    filled = " + ".join(f"({quoted(f.name)} IS NOT NULL)" for f in links)
    own = " OR ".join(f"coalesce({quoted(f.name)} = parent, 0)" for f in links)
    gone = " OR ".join(
        f"({quoted(f.name)} IS NOT NULL AND {quoted(f.name)} NOT IN (SELECT id FROM {quoted(f.to)}))"
        for f in links
    )
    row = c.execute(
        f"SELECT {filled}, {own}, parent_entity, parent FROM {quoted(entity.entity)} WHERE id IN"
        f" ({_written(entity, 'parent', *entity.one_of)}) AND ({filled} <> 1 OR {own} OR {gone}) LIMIT 1",
        (first,),
    ).fetchone()
    if row is None:
        return
    count, to_itself, owner, id = row
    if not count:
        what = N_("A relation needs two ends. Choose the person or firm it leads to.")
    elif count > 1:
        what = N_("One relation leads to one person or firm, not to two. Make a second one for the other.")
    elif to_itself:
        what = N_("“{name}” can't be tied to itself. Choose another person or firm.")
    else:
        what = N_("The person or firm chosen isn't there any more. Choose another one.")
    raise Known(say(what, name=_title(c, model, owner, id)))


# ---- who stands above whom


class _Above:
    """The link `f` of child rows of `entity`, among the rows with the same value of the field it names."""

    def __init__(
        self, c: sqlite3.Connection, model: Model, entity: type[Entity], f: Link, first: int
    ) -> None:
        self.c, self.model, self.f, self.first = c, model, f, first
        self.table, self.link, self.among = quoted(entity.entity), quoted(f.name), quoted(f.above)
        among = entity.fields[f.above]
        assert isinstance(among, Link)
        self.place = among.to
        self.written = f"{self.link} IS NOT NULL AND id IN ({_written(entity, f.name, f.above, 'parent')})"
        self.named = f"{self.link} IS NOT NULL AND id IN ({_written(entity, f.name)})"

    def refuse_self(self) -> None:
        """Known when somebody would stand above themselves."""
        row = self.c.execute(
            f"SELECT parent FROM {self.table} WHERE {self.link} = parent AND {self.written} LIMIT 1",
            (self.first,),
        ).fetchone()
        if row is not None:
            what = N_("“{name}” can't be above themselves. Choose another person, or leave “{field}” blank.")
            raise Known(say(what, name=self._person(row[0]), field=say(self.f.label)))

    def refuse_strangers(self) -> None:
        """Known when whoever is named has no place there."""
        row = self.c.execute(
            f"SELECT {self.link}, {self.among} FROM {self.table} t WHERE {self.named} AND NOT EXISTS"
            f" (SELECT 1 FROM {self.table} k WHERE k.parent = t.{self.link} AND k.{self.among} = t.{self.among})"
            " LIMIT 1",
            (self.first,),
        ).fetchone()
        if row is not None:
            what = N_(
                "“{name}” has no position at “{place}”, so nobody there reports to them."
                " Add “{name}” to “{place}” first, or choose somebody who works there."
            )
            place = _title(self.c, self.model, self.place, row[1])
            raise Known(say(what, name=self._person(row[0]), place=place))

    def refuse_loops(self) -> None:
        """Known when somebody would end up above themselves by way of others."""
        row = self.c.execute(
            f"""WITH RECURSIVE up(start, place, id) AS (
                SELECT parent, {self.among}, {self.link} FROM {self.table} WHERE {self.written}
                UNION SELECT up.start, up.place, t.{self.link} FROM up JOIN {self.table} t
                ON t.parent = up.id AND t.{self.among} = up.place WHERE t.{self.link} IS NOT NULL)
            SELECT start, place FROM up WHERE id = start LIMIT 1""",
            (self.first,),
        ).fetchone()
        if row is not None:
            what = N_(
                "“{name}” would end up above themselves at “{place}”."
                " Choose another person for “{field}”, or take the other one off first."
            )
            place = _title(self.c, self.model, self.place, row[1])
            raise Known(say(what, name=self._person(row[0]), place=place, field=say(self.f.label)))

    def _person(self, id: bytes) -> str:
        return _title(self.c, self.model, self.f.to, id)


def _title(c: sqlite3.Connection, model: Model, entity: str, id: bytes | None) -> str:
    if entity not in model.entities:
        return ""
    title = model.entities[entity].title
    row = c.execute(f"SELECT {quoted(title)} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    return str(row[0] or "") if row else ""
