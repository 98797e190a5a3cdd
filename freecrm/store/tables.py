"""Tables made from the declarations: SQLAlchemy Core for the DDL, plain names for the rest.

Every entity's table holds: n (the row's number in this file, never used twice, never leaves it),
id (UUIDv7), seq (version last seen on the shared database), the fields, shadow columns that the
door keeps (sort key, normal form, number tail), custom (JSON), extra (JSON of fields that only a
newer program knows).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from freecrm.core.entity import Entity, columns, is_child
from freecrm.core.fields import Field, Yearly
from freecrm.core.module import Model

if TYPE_CHECKING:
    from sqlalchemy import Index, MetaData

FORMAT = 7
"""Number of the file's format (PRAGMA user_version); grows with every migration."""

APPLICATION = 0x46434D31  # "FCM1" in PRAGMA application_id: tells our files from other SQLite files

NAMING = {"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}


Value = TypeVar("Value")

BLOCK = 500
"""Values that one statement names."""


def blocks(values: Sequence[Value], size: int = BLOCK) -> Iterator[Sequence[Value]]:
    """Values in pieces, each few enough for one statement."""
    return (values[start : start + size] for start in range(0, len(values), size))


def rows_of(c: sqlite3.Connection, sql: str, values: Iterable[Any]) -> Iterator[Any]:
    """The rows of a statement that says `IN (?)` for very many values, a block of them at a time."""
    for block in blocks(list(values)):
        marks = ", ".join("?" * len(block))
        yield from c.execute(sql.replace("IN (?)", f"IN ({marks})"), block)


def quoted(name: str) -> str:
    """A name as SQL takes it. Names come from declarations only, never from users."""
    return f'"{name}"'


def shadow_columns(of: Field) -> list[str]:
    """Columns kept beside a field for sorting and finding."""
    if of.search == "name":
        return [f"{of.name}_key", f"{of.name}_norm"]
    if of.search == "digits":
        return [f"{of.name}_tail"]
    return []


def shadow_values(of: Field, value: Any) -> list[Any]:
    """What the shadow columns hold for a value."""
    return [make(value) if value else None for make in shadow_makers(of.search)]


@cache
def shadow_makers(search: str) -> tuple[Callable[[str], str], ...]:
    """What makes the shadow columns' values out of a field's, for a way of being found."""
    from freecrm.core import names, phones, pinyin  # only writing needs them: a start does not wait for them

    return {"name": (pinyin.key, names.normal), "digits": (phones.tail,)}.get(search, ())


OWNED = "op = 1 AND json_type(data, '$.owner_user') IS NOT NULL"
"""Which changes gave a record to another owner, in the words of their index."""


def falls(name: str) -> str:
    """SQL that tells of a yearly day when in the year it falls (`yearly.ends`), in the words of its index."""
    column = quoted(name)
    return (
        f"CASE WHEN {column} NOT LIKE 'lunar%' THEN substr({column}, -5) WHEN substr({column}, 7, 1) = '-'"
        f" THEN 'lunar ' || substr({column}, 9) ELSE 'lunar ' || substr({column}, 12) END"
    )


def takes_custom(entity: type[Entity]) -> bool:
    """Whether an entity can have custom fields (child rows cannot)."""
    return not is_child(entity)


def pack_custom(values: dict[str, Any]) -> str | None:
    """The custom column's text: sorted keys, so that equal contents are equal texts; None when empty."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if values else None


_metadata: dict[int, tuple[Model, MetaData]] = {}


def metadata_of(model: Model) -> MetaData:
    """All tables of a model, the program's own included (the search index makes itself); made once a process and
    model, for it costs a third of a second. Nobody changes it."""
    if id(model) not in _metadata:
        _metadata[id(model)] = (model, _metadata_of(model))
    return _metadata[id(model)][1]


def _metadata_of(model: Model) -> MetaData:
    from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

    kinds = {"TEXT": Text, "INTEGER": Integer, "BLOB": LargeBinary}
    meta = MetaData(naming_convention=NAMING)
    for entity in model.entities.values():
        made: list[Any] = [
            Column("n", Integer, primary_key=True),
            Column("id", LargeBinary, nullable=False, unique=True),
            Column("seq", Integer, nullable=False, server_default=text("0")),
        ]
        indexed: list[tuple[str, bool]] = []  # name; whether only rows that have a value are in it
        yearly: list[str] = []
        for f in columns(entity.fields):
            made.append(Column(f.name, kinds[f.column]))
            if isinstance(f, Yearly):
                yearly.append(f.name)
            if f.index:
                indexed.append((f.name, f.column == "BLOB"))  # lists sort by the others, empty ones too
            for shadow in shadow_columns(f):
                made.append(Column(shadow, Text))
                indexed.append((shadow, not shadow.endswith("_key")))
        if takes_custom(entity):
            made.append(Column("custom", Text))
        made.append(Column("extra", Text))
        table = Table(entity.entity, meta, *made)
        for name, sparse in indexed:
            only = table.c[name].isnot(None) if sparse else None
            Index(f"ix_{entity.entity}_{name}", table.c[name], sqlite_where=only)
        for name in yearly:
            Index(
                f"ix_{entity.entity}_{name}_falls", text(falls(name)), sqlite_where=table.c[name].isnot(None)
            )
        for name, (together, which) in entity.indexes.items():
            taken = [table.c[column] for column in together]
            Index(f"ix_{entity.entity}_{name}", *taken, sqlite_where=text(which))
    Table(
        "step",
        meta,
        Column("n", Integer, primary_key=True),
        Column("title", Text, nullable=False),
        Column("figures", Text),
        Column("at", Integer, nullable=False),
        Column("who", LargeBinary),
        Column("origin", Text, nullable=False),
        Column("undoes", Integer),
        Column("undone_by", Integer),
        Column("first", Integer, nullable=False),
        Column("last", Integer, nullable=False),
        Column("counts", Text),
        Column("kept", Text),
        Column("hash", LargeBinary, nullable=False),
    )
    Table(
        "change",
        meta,
        Column("n", Integer, primary_key=True),
        Column("step", Integer),
        Column("entity", Text, nullable=False),
        Column("id", LargeBinary, nullable=False),
        Column("op", Integer, nullable=False),
        Column("base", Integer, nullable=False),
        Column("at", Integer, nullable=False),
        Column("data", Text),
        Index("ix_change_id", "id"),
        Index("ix_change_owned", "id", "at", sqlite_where=text(OWNED)),
        Index("ix_change_parent", text("data ->> '$.parent'"), sqlite_where=text("op = 2")),
        *(_of_the_gone(name) for name in sorted(unique_names(model))),
    )
    Table(
        "door", meta, Column("one", Integer, primary_key=True), Column("step", Integer), Column("at", Integer)
    )
    Table("counter", meta, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))
    Table("setting", meta, Column("key", Text, primary_key=True), Column("value", Text))
    Table("kept", meta, Column("key", Text, primary_key=True), Column("value", Text))
    _for_a_team(meta)
    return meta


def _for_a_team(meta: MetaData) -> None:
    """What this file knows of the shared database: its own books, in no log and in no sync.

    sync_meta: who we are there and how far we are. sync_sealed: the batch that is under way, byte for byte as it is
    sent. sync_sent: which changes went with which batch, kept for the day on which the server is put back to an
    older copy. sync_point: marks of the server's history that we have passed. sync_tomb: version of a deletion.
    sync_offer: what was offered again to a server put back to an older copy, with its old version and the one it has
    here until it comes back. sync_note: what could not be shared, for its author to read. trail: who signed in, looked at what is masked, exported.
    """
    from sqlalchemy import Column, Integer, LargeBinary, Table, Text

    Table("sync_meta", meta, Column("key", Text, primary_key=True), Column("value", Text))
    Table(
        "sync_sealed",
        meta,
        Column("batch", Integer, primary_key=True),
        Column("since", Integer, nullable=False),
        Column("upto", Integer, nullable=False),
        Column("payload", Text, nullable=False),
    )
    Table(
        "sync_sent",
        meta,
        Column("batch", Integer, primary_key=True),
        Column("since", Integer, nullable=False),
        Column("upto", Integer, nullable=False),
        Column("seq", Integer, nullable=False),
    )
    Table("sync_point", meta, Column("seq", Integer, primary_key=True), Column("token", Text, nullable=False))
    Table(
        "sync_tomb",
        meta,
        Column("id", LargeBinary, primary_key=True),
        Column("entity", Text, nullable=False),
        Column("seq", Integer, nullable=False),
    )
    Table(
        "sync_offer",
        meta,
        Column("id", LargeBinary, primary_key=True),
        Column("entity", Text, nullable=False),
        Column("stamp", Integer, nullable=False),
        Column("seq", Integer, nullable=False),
    )
    Table(
        "sync_note",
        meta,
        Column("n", Integer, primary_key=True),
        Column("at", Integer, nullable=False),
        Column("entity", Text, nullable=False),
        Column("id", LargeBinary, nullable=False),
        Column("why", Text, nullable=False),
        Column("data", Text),
        Column("seen", Integer),
    )
    Table(
        "trail",
        meta,
        Column("n", Integer, primary_key=True),
        Column("at", Integer, nullable=False),
        Column("who", LargeBinary),
        Column("what", Text, nullable=False),
        Column("entity", Text),
        Column("id", LargeBinary),
        Column("detail", Text),
    )


def unique_names(model: Model) -> set[str]:
    """The names of fields that no two records may share a value of."""
    return {f.name for entity in model.roots() for f in entity.fields.values() if f.unique}


def _of_the_gone(name: str) -> Index:
    """An index of what deleted records had in a field, so that nobody gets it while they may come back."""
    from sqlalchemy import Index, text

    held = f"data ->> '$.{name}'"
    return Index(f"ix_change_{name}", text(held), sqlite_where=text(f"op = 2 AND {held} IS NOT NULL"))


_made: dict[int, tuple[Model, tuple[str, ...]]] = {}


def ddl(model: Model) -> tuple[str, ...]:
    """The statements that make all tables of a new file; worked out once a process and model."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    if id(model) not in _made:
        statements = []
        for table in metadata_of(model).sorted_tables:
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            made: list[Any] = [CreateTable(table), *map(CreateIndex, indexes)]
            statements += [str(part.compile(dialect=sqlite.dialect())).strip() for part in made]
        _made[id(model)] = (model, tuple(statements))
    return _made[id(model)][1]
