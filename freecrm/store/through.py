"""Records that words find through others which their list shows: a customer by its people and its owner, a person
by the firm. The index is asked for those others; nothing is stored twice.

ways(schema, "customer")                        what leads there
numbers(reader, "customer", "林晓棠", 5000)     whose people or owner are called so
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from freecrm.core.custom import Schema
from freecrm.core.derive import First, parts
from freecrm.core.fields import Field, Link
from freecrm.core.rows import Phones
from freecrm.store.documents import entity_number, is_searchable
from freecrm.store.search import SearchIndex
from freecrm.store.sources import own_part
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

NAMES, PHONES = 0, 2
"""Lines of a search document."""
LOOKED_AT = 20_000  # candidates: of words that many others hold, only the newest are looked at
_BLOCK = 500


class Way(NamedTuple):
    """field: the one that shows it. of: the other entity. line: of its document, which must hold the words.
    link, back: fields of the rows `over` that lead from it to the record; over is "" for a link of the record."""

    field: str
    of: str
    line: int
    over: str
    link: str
    back: str


def ways(schema: Schema, entity: str) -> list[Way]:
    """The ways to an entity's records that the columns of its list tell."""
    fields = schema.fields(entity)
    names = dict.fromkeys(n for page in schema.model.pages() if page.entity == entity for n in page.columns)
    found = []
    for f in (fields[name] for name in names if name in fields):
        if isinstance(f, Link) and f.to and f.to != entity and not f.custom and is_searchable(schema, f.to):
            found.append(Way(f.name, f.to, NAMES, "", f.name, ""))
        for rule in parts(f.derived) if f.derived is not None else ():
            line = _line(schema, rule) if isinstance(rule, First) and rule.over else None
            if isinstance(rule, First) and line is not None and is_searchable(schema, rule.over):
                link = rule.take.partition(".")[0]
                found.append(Way(f.name, rule.over, line, rule.of, link, rule.by))
    return found


def _line(schema: Schema, rule: First) -> int | None:
    """The line of the other's document that holds what the rule takes, None when none does."""
    name = rule.take.partition(".")[2]
    if name == schema.entity(rule.over).title:
        return NAMES
    taken: Field | None = schema.fields(rule.over).get(name)
    own = own_part(schema, rule.over, taken) if taken is not None and taken.derived is not None else None
    return PHONES if own is not None and isinstance(own[0], Phones) else None


def numbers(reader: Reader, entity: str, words: str, limit: int) -> set[int]:
    """The numbers of the records that words find in this way, about `limit` at most. Call it in a job."""
    found: set[int] = set()
    for way in ways(reader.schema, entity):
        if len(found) >= limit or not reader.sees(entity, way.field):
            continue
        index = SearchIndex(reader.connection())
        others = index.find_numbers(words, entity_number(way.of), limit, line=way.line, looked_at=LOOKED_AT)
        for start in range(0, len(others), _BLOCK):
            block = reader.ids_of(way.of, others[start : start + _BLOCK])
            found.update(_reached(reader, entity, way, block, limit))
            if len(found) >= limit:
                break
    return found


def _reached(reader: Reader, entity: str, way: Way, ids: Sequence[bytes], limit: int) -> list[int]:
    marks = ", ".join("?" * len(ids))
    if not way.over:
        sql = f"SELECT n FROM {quoted(entity)} WHERE {quoted(way.link)} IN ({marks}) ORDER BY n DESC LIMIT ?"
    else:
        sql = (
            f"SELECT t.n FROM {quoted(way.over)} r CROSS JOIN {quoted(entity)} t ON t.id = r.{quoted(way.back)}"
            f" WHERE r.{quoted(way.link)} IN ({marks}) LIMIT ?"
        )
    return [row[0] for row in reader.connection().execute(sql, (*ids, limit))]
