"""The change log is written by triggers, generated here from the declarations.

Nothing can get round it: forms, bulk import, raw SQL and other programs are all seen. One
`change` row a write: an insert is a bare marker, an update keeps {field: [old, new]}, a delete
the whole old record with its number n. BLOBs are logged as hex, the custom JSON key by key.
Derived fields, shadow columns and seq are not logged: the door keeps them.
"""

from __future__ import annotations

import sqlite3

from freecrm.core.entity import Entity, columns
from freecrm.core.fields import Field
from freecrm.core.module import Model
from freecrm.store.tables import quoted, takes_custom

_NOW_MS = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


def logged(entity: type[Entity]) -> list[Field]:
    """The fields whose changes are kept."""
    return [f for f in columns(entity.fields) if f.derived is None]


def triggers(entity: type[Entity]) -> dict[str, str]:
    """Name -> SQL of the triggers of one entity's table."""
    name, table = entity.entity, quoted(entity.entity)
    fields = logged(entity)
    head = (
        "INSERT INTO change(step, entity, id, op, base, at, data)\n"
        f"  SELECT door.step, '{name}', {{row}}.id, {{op}}, {{base}}, coalesce(door.at, {_NOW_MS}),\n"
        "  {data}\n"
        "  FROM door;"
    )
    differs = [f"OLD.{quoted(f.name)} IS NOT NEW.{quoted(f.name)}" for f in fields]
    pairs = [
        f"CASE WHEN {different} THEN ',\"{f.name}\":' ||"
        f" json_array({_value(f, 'OLD')}, {_value(f, 'NEW')}) ELSE '' END"
        for f, different in zip(fields, differs, strict=True)
    ]
    if takes_custom(entity):
        differs.append("OLD.custom IS NOT NEW.custom")
        pairs.append(f"CASE WHEN {differs[-1]} THEN {_CUSTOM_PAIRS} ELSE '' END")
    differs.append("OLD.id IS NOT NEW.id")
    old = ", ".join(f"'{f.name}', {_value(f, 'OLD')}" for f in fields)
    custom = ", 'custom', json(OLD.custom)" if takes_custom(entity) else ""
    whole = f"json_object('n', OLD.n, {old}{custom})"
    update_data = "'{' || substr(" + "\n    || ".join(pairs) + ", 2) || '}'"
    return {
        f"log_{name}_insert": (
            f"CREATE TRIGGER log_{name}_insert AFTER INSERT ON {table} BEGIN\n"
            + head.format(row="NEW", op=0, base="0", data="NULL")
            + "\nEND"
        ),
        f"log_{name}_number": (
            f"CREATE TRIGGER log_{name}_number AFTER INSERT ON {table} WHEN (SELECT step FROM door) IS NULL BEGIN\n"
            "  UPDATE counter SET value = value + 1 WHERE name = 'n';\n"
            f"  UPDATE {table} SET n = (SELECT value FROM counter WHERE name = 'n') WHERE n = NEW.n;\nEND"
        ),
        f"log_{name}_update": (
            f"CREATE TRIGGER log_{name}_update AFTER UPDATE ON {table}\nWHEN "
            + " OR ".join(differs)
            + "\nBEGIN\n"
            + head.format(row="NEW", op=1, base="OLD.seq", data=update_data)
            + "\nEND"
        ),
        f"log_{name}_delete": (
            f"CREATE TRIGGER log_{name}_delete AFTER DELETE ON {table} BEGIN\n"
            + head.format(row="OLD", op=2, base="OLD.seq", data=whole)
            + "\nEND"
        ),
    }


_CUSTOM_PAIRS = (
    "coalesce((SELECT group_concat(',' || json_quote(k.key) || ':' ||\n"
    "      json_array(OLD.custom -> k.path, NEW.custom -> k.path), '')\n"
    "    FROM (SELECT key, '$.' || json_quote(key) AS path FROM json_each(coalesce(OLD.custom, '{}'))\n"
    "          UNION SELECT key, '$.' || json_quote(key) FROM json_each(coalesce(NEW.custom, '{}'))) AS k\n"
    "    WHERE (OLD.custom -> k.path) IS NOT (NEW.custom -> k.path)), '')"
)


def _value(of: Field, row: str) -> str:
    column = f"{row}.{quoted(of.name)}"
    return f"hex({column})" if of.column == "BLOB" else column


_all: dict[int, tuple[Model, dict[str, str]]] = {}


def all_triggers(model: Model) -> dict[str, str]:
    """Every trigger a file of this model must have; made once a process and model. Nobody changes it."""
    if id(model) not in _all:
        made = {name: sql for entity in model.entities.values() for name, sql in triggers(entity).items()}
        _all[id(model)] = (model, made)
    return _all[id(model)][1]


def mend_triggers(connection: sqlite3.Connection, model: Model) -> list[str]:
    """Make the file's triggers equal to the generated ones; the names of those that differed.

    Run inside a transaction: at creation, after a migration and at every start.
    """
    wanted = all_triggers(model)
    found = dict(
        connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'log\\_%' ESCAPE '\\'"
        )
    )
    wrong = [name for name in {*wanted, *found} if wanted.get(name) != found.get(name)]
    for name in wrong:
        connection.execute(f"DROP TRIGGER IF EXISTS {quoted(name)}")
        if name in wanted:
            connection.execute(wanted[name])
    return wrong
