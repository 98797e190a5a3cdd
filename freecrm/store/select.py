"""A Query as SQL. SQLAlchemy compiles it; the text is kept, so that a start needs no SQLAlchemy.

The compiled text of the last view lies in the file (`kept`), keyed by the question and the schema.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Choice, Field, Link, Number
from freecrm.core.problems import Bug, Known
from freecrm.core.query import All, Any_, Condition, Group, Not, Query, Sort, Where
from freecrm.core.rows import Rows
from freecrm.core.words import N_, say
from freecrm.store.option_walk import has_walk, walk
from freecrm.store.tables import FORMAT, quoted

if TYPE_CHECKING:
    from sqlite3 import Connection

    from sqlalchemy import ColumnElement, Select, Table

    from freecrm.core.rights import Rights
    from freecrm.store.database import Store

Compiled = tuple[str, tuple[Any, ...]]

Making = Callable[["Compiler", Query], "Select[Any]"]

KEPT = frozenset({"first", "vector", "glance", "count", "totals", "plain"})
"""What a start, a sort or a report asks, so its SQL stays in the file."""

CHOSEN = "\0chosen_"
"""In place of the numbers that a question is about, as JSON."""

VERSION = 3
"""Grows when the same question compiles to other SQL; the text kept by older programs is then made anew."""

LOOKED_AT = 3000
FEW = 2000


def compiled(
    store: Store, query: Query, rights: Rights | None, shape: str, make: Making | None = None
) -> Compiled:
    """SQL and parameters of a question.

    shape: "vector" (all numbers), "first" (LIMIT ?), "glance" (LIMIT ?, see `glances`), "count"; any other
    is made by `make` and told from all others by its name.
    """
    query = worked_out(store, query, rights)
    key = (_asks(query), shape, rights)
    try:
        found = store.select_cache.get(key)
    except TypeError:  # a list as a value: not to be remembered
        return _compile(store, query, rights, shape, make)
    if found is None:
        name = _name(store, query, shape) if rights is None else ""
        held = store.kept(name) if name else None
        if held is not None:
            found = (held[0], tuple(held[1]))
        else:
            found = _compile(store, query, rights, shape, make)
            if name and shape.partition(" ")[0] in KEPT and _plain(found[1]):
                store.fresh_select[name] = found
        store.select_cache[key] = found
    return found


def is_known(store: Store, query: Query, rights: Rights | None, shape: str) -> bool:
    """Whether `compiled` answers from memory or from the file, without SQLAlchemy."""
    query = worked_out(store, query, rights)
    try:
        if (_asks(query), shape, rights) in store.select_cache:
            return True
    except TypeError:  # a list as a value: never remembered
        return False
    return rights is None and store.kept(_name(store, query, shape)) is not None


def prepare(store: Store, connection: Connection, query: Query) -> None:
    """Have the SQL of a list in this order, with and without words: the file then keeps it, and no later
    start needs SQLAlchemy for it."""
    if glances(store, connection, query):
        compiled(store, query, None, "glance")
    for shape in ("first", "vector"):
        compiled(store, query, None, shape)
    compiled(store, replace(query, words="*"), None, "vector")
    compiled(store, replace(query, sort=()), None, "count")


def worked_out(store: Store, query: Query, rights: Rights | None) -> Query:
    """The question with the words of its filter (this week, me) as they are meant now."""
    if query.where is None:
        return query
    from freecrm.core.day_words import this_day
    from freecrm.core.filters import resolved

    me = rights.user if rights is not None else store.user
    where = resolved(query.where, store.schema.fields(query.entity), this_day(), me)
    return query if where == query.where else replace(query, where=where)


def _plain(parameters: tuple[Any, ...]) -> bool:
    return all(isinstance(p, (str, int, type(None))) for p in parameters)


def _name(store: Store, query: Query, shape: str) -> str:
    fields = [
        (f.name, f.kind, f.custom, tuple(e.key for e in f.options.entries) if isinstance(f, Choice) else ())
        for f in store.schema.fields(query.entity).values()
    ]
    return "sql." + repr((FORMAT, VERSION, _asks(query), shape, fields))


def _asks(query: Query) -> Query:
    """The question with a mark for its words, which the SQL gets as a parameter."""
    return replace(query, words="*") if query.words else query


def glances(store: Store, connection: Connection, query: Query) -> bool:
    """Whether the first rows are likely to be found by walking along an index ("glance").

    With conditions the walk gives up after LOOKED_AT rows of the order. By what another record is called it
    goes from one of those records to the next, so there must be few of them, each called differently. What
    a glance finds stands as "first" would give it, but it may find fewer rows than there are.
    """
    if query.words or query.group or len(query.sort) != 1:
        return False
    f = store.schema.fields(query.entity)[query.sort[0].field]
    if isinstance(f, Link) and f.to and not f.custom:
        key = _title_key(store, f)
        if query.where is not None or not key or not f.index:
            return False
        sql = (
            f"SELECT count(*), count(DISTINCT {key}) FROM (SELECT {key} FROM {quoted(f.to)} LIMIT {FEW + 1})"
        )
        held, names = connection.execute(sql).fetchone()
        return bool(held == names <= FEW)
    return query.where is not None and is_walked(f)


def is_walked(f: Field) -> bool:
    """Whether the file can go along an index of this field: the first rows in its order cost nothing."""
    if isinstance(f, Choice):
        return has_walk(f)
    return not f.custom and (f.search == "name" or (f.index and not isinstance(f, (Link, Rows))))


def _title_key(store: Store, f: Link) -> str:
    """The indexed column by which the records that a link points at are sorted, or nothing."""
    entity = store.schema.entity(f.to)
    title = store.schema.fields(f.to).get(entity.title)
    return quoted(f"{entity.title}_key") if title is not None and title.search == "name" else ""


def _compile(store: Store, query: Query, rights: Rights | None, shape: str, make: Making | None) -> Compiled:
    if make is not None:
        return as_text(make(Compiler(store, query.entity), query))
    from sqlalchemy import bindparam, func, select

    compiler = Compiler(store, query.entity)
    table = compiler.table
    conditions = compiler.conditions(query, rights)
    if shape == "count":
        statement = select(func.count()).select_from(table).where(*conditions)
    elif shape == "glance":
        statement = compiler.glance(query.sort[0], conditions)
    else:
        inner = compiler.numbers(query, conditions, first=shape == "first")
        if shape == "first":
            statement = inner.limit(bindparam("limit_", 0))
        else:
            rows = inner.subquery()
            statement = select(func.group_concat(rows.c.n)).select_from(rows)
    return as_text(statement)


def as_text(statement: Select[Any]) -> Compiled:
    """A statement as SQL with its parameters; those that each asking gives anew are marked."""
    from sqlalchemy.dialects import sqlite

    made = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    names = made.positiontup or []
    values = [made.params[name] for name in names]
    marked = [
        f"\0{name}" if name in ("words_", "limit_", "chosen_") else v
        for name, v in zip(names, values, strict=True)
    ]
    return str(made), tuple(marked)


def _refuse_hidden(store: Store, query: Query, rights: Rights) -> None:
    """Known when a question asks for what this person may not see: the answer would tell it."""
    asked = {sort.field for sort in query.sort} | {group.field for group in query.group}
    asked |= _asked(query.where)
    for name in sorted(asked):
        if (query.entity, name) in rights.hidden:
            title = store.schema.fields(query.entity)[name].title
            raise Known(say(N_("You may not see “{field}”. Leave it out of the filter."), field=title))


def _asked(of: Condition | None) -> set[str]:
    if of is None:
        return set()
    if isinstance(of, Where):
        return {of.field}
    return _asked(of.of) if isinstance(of, Not) else {name for part in of.of for name in _asked(part)}


def _numbers(numbers: tuple[int, ...]) -> Select[Any]:
    """These numbers as a table; any count of them is one parameter, and bytes, so that the file doesn't keep it."""
    from sqlalchemy import LargeBinary, Text, cast, func, literal, literal_column, select

    listed = literal(",".join(map(str, numbers)).join("[]").encode(), LargeBinary)
    return select(literal_column("value")).select_from(func.json_each(cast(listed, Text)))


_ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class Compiler:
    """Conditions, order and groups over one entity's table."""

    def __init__(self, store: Store, entity: str) -> None:
        from freecrm.store.tables import metadata_of

        if store.metadata is None:
            store.metadata = metadata_of(store.model)
        self.store, self.entity = store, entity
        self.fields = store.schema.fields(entity)
        self.table: Table = store.metadata.tables[entity]

    def conditions(self, query: Query, rights: Rights | None) -> list[ColumnElement[Any]]:
        """All that narrows a question: its filter and its words. What its asker may see is held by the connection."""
        from sqlalchemy import bindparam, func, literal_column, select

        found: list[ColumnElement[Any]] = []
        if query.where is not None:
            found.append(self.condition(query.where))
        if rights is not None:
            _refuse_hidden(self.store, query, rights)
        if query.words:
            hits: Any = select(literal_column("value")).select_from(func.json_each(bindparam("words_", "")))
            found.append(self.table.c.n.in_(hits))
        return found

    def group(self, group: Group) -> tuple[ColumnElement[Any], list[ColumnElement[Any]]]:
        """What tells the groups apart, and the order of groups, empty ones last."""
        from freecrm.store.group_keys import key_of

        f = self.fields[group.field]
        key = key_of(self, f, group.by)
        order = [key]
        if isinstance(f, (Choice, Link)) or f.search == "name":
            order = [self.sort_key(f, walk=True), key]
        return key, [part.desc().nulls_last() if group.down else part.asc().nulls_last() for part in order]

    def condition(self, of: Condition) -> ColumnElement[Any]:
        from sqlalchemy import and_, or_, true

        if isinstance(of, All):
            return and_(*(self.condition(part) for part in of.of))
        if isinstance(of, Any_):
            return or_(*(self.condition(part) for part in of.of))
        if isinstance(of, Not):
            return self.condition(of.of).is_not(true())  # a blank value makes a comparison neither
        return self._where(of)

    def _where(self, of: Where) -> ColumnElement[Any]:
        if of.field == "id":
            column: ColumnElement[Any] = self.table.c.id
            return column.in_(list(of.value)) if of.op == "in" else column == of.value
        if of.field == "n":
            return self.table.c.n.in_(_numbers(of.value))
        name, _dot, of_row = of.field.partition(".")
        f = self.fields.get(name)
        if f is None:
            raise Bug(f"{self.entity} has no field {of.field!r}")
        if isinstance(f, Rows):
            return self._rows(f, of, of_row)
        return self._compare(self.column(f), f, of)

    def _rows(self, f: Rows, of: Where, of_row: str) -> ColumnElement[Any]:
        """of_row: the field of the child rows that is meant; "" = the one that they show."""
        from sqlalchemy import not_, select

        child = self.store.metadata.tables[f.of]
        shown = self.store.schema.fields(f.of)[of_row or f.shows]
        inner = select(child.c.id).where(child.c.parent == self.table.c.id)
        if of.op == "empty":
            return not_(inner.exists())
        if of.op == "filled":
            return inner.exists()
        positive = Where(of.field, "=" if of.op == "!=" else of.op, of.value)
        found = inner.where(self._compare(child.c[shown.name], shown, positive)).exists()
        return not_(found) if of.op == "!=" else found

    def _compare(self, column: ColumnElement[Any], f: Field, of: Where) -> ColumnElement[Any]:
        from sqlalchemy import Text, false, or_, type_coerce

        found: ColumnElement[Any]
        if of.op == "empty":
            return column.is_(None)
        if of.op == "filled":
            return column.isnot(None)
        if of.op in ("contains", "starts"):
            text = str(of.value)
            if isinstance(f, Link) and f.to:
                column = self._title(column, f)
            column = type_coerce(column, Text)
            return (
                column.contains(text, autoescape=True)
                if of.op == "contains"
                else column.startswith(text, autoescape=True)
            )
        if of.op == "in":
            packed = [None if v == "" else f.pack(v) for v in of.value]
            found = column.in_([v for v in packed if v is not None])
            return or_(found, column.is_(None)) if None in packed else found
        value = None if of.value == "" else f.pack(of.value)
        if of.op == "=":
            return column.is_(None) if value is None else column == value
        if of.op == "!=":
            return column.isnot(None) if value is None else column.is_distinct_from(value)
        if value is None:
            return false()
        found = _ORDERED[of.op](column, value)
        return found

    def _title(self, link: ColumnElement[Any], f: Link, *, key: bool = False) -> ColumnElement[Any]:
        """What the record is called that a link points at, or what it is sorted by."""
        from sqlalchemy import select

        other = self.store.metadata.tables[f.to].alias()
        title = self.store.schema.entity(f.to).title
        shown = other.c.get(f"{title}_key") if key else None
        wanted: ColumnElement[Any] = other.c[title] if shown is None else shown
        return select(wanted).where(other.c.id == link).scalar_subquery()

    def first_row(self, f: Rows, *, key: bool = True) -> ColumnElement[Any]:
        """What is shown of the first child row, primary first; key: what it is sorted by."""
        from sqlalchemy import func, select

        child = self.store.metadata.tables[f.of].alias()
        of = self.store.schema.fields(f.of)[f.shows]
        shown: ColumnElement[Any] = child.c[f.shows]
        if isinstance(of, Link) and of.to:
            shown = self._title(shown, of, key=key)
        order = [func.coalesce(child.c.primary, 0).desc()] if "primary" in child.c else []
        rows = select(shown).where(child.c.parent == self.table.c.id).order_by(*order, child.c.n)
        return rows.limit(1).scalar_subquery()

    def column(self, f: Field) -> ColumnElement[Any]:
        """The SQL expression of a field: its column, or its key in the custom JSON."""
        from sqlalchemy import BLOB, Integer, Text, literal_column

        if f.custom:
            kind = (
                Integer()
                if isinstance(f, Number) or f.column == "INTEGER"
                else BLOB()
                if f.column == "BLOB"
                else Text()
            )
            return literal_column(f"custom ->> '$.{f.name}'", kind)
        return self.table.c[f.name]

    def numbers(self, query: Query, conditions: list[ColumnElement[Any]], *, first: bool) -> Select[Any]:
        """The numbers of a question's rows in its order. first: only the first of them are wanted."""
        from sqlalchemy import select

        n = self.table.c.n
        # ties in the direction of the last order, so that an index serves both ways
        tie = n.desc() if query.sort and query.sort[-1].down else n
        if not conditions and not query.group and query.sort:
            leading, *others = query.sort
            f = self.fields[leading.field]
            if has_walk(f) and (first or not others):  # all rows by several fields: one sort reads less
                rest = [part for sort in others for part in self.order(sort, walk=False)]
                return select(walk(self, f, leading.down, [*rest, tie], [n]).c.n)
        order = [part for group in query.group for part in self.group(group)[1]]
        order += [part for sort in query.sort for part in self.order(sort, walk=not conditions and not order)]
        return select(n).where(*conditions).order_by(*order, tie)

    def order(self, sort: Sort, *, walk: bool) -> list[ColumnElement[Any]]:
        """Empty values last. walk: go along the index; else sort what the conditions left."""
        column = self.sort_key(self.fields[sort.field], walk=walk)
        return [column.desc().nulls_last() if sort.down else column.asc().nulls_last()]

    def sort_key(self, f: Field, *, walk: bool) -> ColumnElement[Any]:
        """What rows are ordered by where they are ordered by a field."""
        from sqlalchemy import case, literal_column

        if isinstance(f, Rows):
            return self.first_row(f)
        if isinstance(f, Link) and f.to:
            return self._title(self.table.c[f.name], f, key=True)
        if isinstance(f, Choice) and f.options.entries:
            places = {entry.key: i for i, entry in enumerate(f.options.entries)}
            held = self.column(f)
            return case(places, value=held, else_=case((held.is_(None), None), else_=len(places)))
        if f.search == "name":
            key_name = f"{f.name}_key"
            return self.table.c[key_name] if walk else literal_column(f'+"{self.entity}"."{key_name}"')
        return self.column(f) if walk or f.custom else literal_column(f'+"{self.entity}"."{f.name}"')

    def glance(self, sort: Sort, conditions: list[ColumnElement[Any]]) -> Select[Any]:
        """The first numbers by an index of the order, see `glances`."""
        from sqlalchemy import and_, bindparam, literal_column, select

        f = self.fields[sort.field]
        limit: ColumnElement[Any] = bindparam("limit_", 0)
        tie = self.table.c.n.desc() if sort.down else self.table.c.n
        if isinstance(f, Link):
            other = self.store.metadata.tables[f.to].alias("linked")
            key = other.c[f"{self.store.schema.entity(f.to).title}_key"]
            # their numbers as well, or SQLite would sort all that belongs to one name
            order = [column.desc() if sort.down else column.asc() for column in (key, other.c.n)]
            # the sign keeps SQLite from going the other way round: over all rows, sorting them afterwards
            here = self.table.c[f.name] == literal_column("+linked.id")
            return select(self.table.c.n).select_from(other).where(here).order_by(*order, tie).limit(limit)
        fits = and_(*conditions).label("fits")
        walked = select(self.table.c.n, fits).order_by(*self.order(sort, walk=True), tie)
        if has_walk(f):
            walked = select(*walk(self, f, sort.down, [tie], [self.table.c.n, fits]).c)
        rows = walked.limit(LOOKED_AT).subquery()
        return select(rows.c.n).where(rows.c.fits).limit(limit)
