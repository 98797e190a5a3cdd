"""Records for the palette: found by what was typed, with the few facts that tell them apart.

Reads what one line shows and no more, a question an entity, so that each keystroke stays light.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import is_child
from freecrm.core.grams import phone_digits
from freecrm.core.matching import EXACT, LONG_TEXT, Query, Word, match, parse
from freecrm.core.record import Record
from freecrm.store import documents, faults
from freecrm.store.search import Hit, SearchIndex
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

FACTS = {
    "customer": ("grade", "owner_user", "main_phone"),
    "contact": ("firm", "jobs", "main_phone"),
    "user": (),
}
"""What a line says of a record; of any other entity the first columns of its list."""
_MOST_FACTS = 3
_NUMBERS_OF = 5  # so many times the hits wanted are looked at for codes and phones
_BEFORE, _AFTER = 12, 48


@dataclass(frozen=True, slots=True)
class Card:
    """A record as one line shows it.

    values: its facts by field name, links as titles. rank: how well it was found, smaller is better.
    phone, code, note: what the words found when it wasn't (only) the name: the number or code as it
    stands in the record, the place in a long text.
    """

    entity: str
    n: int
    id: bytes
    title: str
    values: dict[str, Any] = field(default_factory=dict)
    rank: int = EXACT
    phone: str = ""
    code: str = ""
    note: str = ""


def facts(reader: Reader, entity: str) -> list[str]:
    """The fields whose values a line shows beside the name."""
    known = FACTS.get(entity)
    if known is None:
        pages = [page for page in reader.store.model.pages() if page.entity == entity]
        known = tuple(name for page in pages for name in page.columns)[: _MOST_FACTS + 1]
    there = reader.schema.fields(entity)
    return [name for name in known if name in there and name != reader.schema.entity(entity).title]


def find(
    reader: Reader, words: str, entities: Sequence[str] = (), limit: int = 20, numbers_only: bool = False
) -> list[Card]:
    """The best `limit` records for what was typed (UX C2); what only a long text holds comes last.

    numbers_only: found by a code or a phone alone.
    """
    names = {documents.entity_number(e.entity): e.entity for e in reader.schema.model.roots()}
    wanted = [number for number, name in names.items() if name in entities] if entities else None
    index = SearchIndex(reader.connection())
    asked = limit * _NUMBERS_OF if numbers_only else limit
    with faults.told(reader.store.path):
        hits = [
            hit
            for hit in index.find(words, wanted, asked, skip=_skip(reader, names, words))
            if hit.entity in names
        ]
        if numbers_only:
            hits = _by_number(words, hits)[:limit]
        ranked = [(names[hit.entity], hit.n, hit.rank, hit.text) for hit in hits]
        if len(ranked) < limit and not numbers_only:
            there = {(entity, n) for entity, n, _, _ in ranked}
            long = [one for one in _long(reader, words, limit) if one[:2] not in there]
            ranked += [one for one in long if not entities or one[0] in entities]
        return _cards(reader, words, ranked)[:limit]


def cards(reader: Reader, opened: Iterable[tuple[str, bytes]]) -> list[Card]:
    """The cards of these records in their order, those that are gone left out."""
    wanted = list(opened)
    found: dict[tuple[str, bytes], Card] = {}
    for entity in {entity for entity, _ in wanted}:
        ids = [id for of, id in wanted if of == entity]
        for id, record in reader.by_ids(entity, ids, _read(reader, entity)).items():
            found[entity, id] = _card(reader, record)
    return [found[one] for one in wanted if one in found]


def _skip(reader: Reader, names: dict[int, str], words: str) -> Callable[[int, int], bool] | None:
    """Whether this person may not see a record; None when nothing is hidden from them."""
    if reader.rights is None:
        return None
    return lambda number, n: number not in names or reader.misses(names[number], n, words)


def _by_number(words: str, hits: list[Hit]) -> list[Hit]:
    parsed = parse(words)
    found = []
    for hit in hits:
        _, codes, phones = [*hit.text.split("\n"), "", ""][:3]
        rank = match(parsed, f"\n{codes}\n{phones}")
        if rank is not None:
            found.append(Hit(hit.entity, hit.n, rank, hit.text))
    return sorted(found, key=lambda hit: hit.rank)


def _long(reader: Reader, words: str, limit: int) -> list[tuple[str, int, int, str]]:
    """(entity, n, rank, text) of records whose remark or note holds the words; a note counts for its record."""
    entities = {documents.entity_number(name): e for name, e in reader.schema.model.entities.items()}
    found: list[tuple[str, int, int, str]] = []
    for hit in SearchIndex(reader.connection(), long=True).find(words, limit=limit):
        entity, n = entities.get(hit.entity), hit.n
        if entity is not None and _is_hidden(reader, entity.entity):
            continue
        name = entity.entity if entity is not None else ""
        if entity is not None and is_child(entity):
            sql = f"SELECT parent, parent_entity FROM {quoted(name)} WHERE n = ?"
            parent, name = reader.connection().execute(sql, (n,)).fetchone() or (b"", "")
            n = (
                reader.numbers_of(name, [parent]).get(parent, -1)
                if name in reader.schema.model.entities
                else -1
            )
        if name and n >= 0 and (name, n) not in {one[:2] for one in found}:
            found.append((name, n, hit.rank, hit.text))
    return found


def _is_hidden(reader: Reader, entity: str) -> bool:
    """Whether this person may not see the long text of an entity."""
    text = documents.long_field(reader.schema, entity)
    return text is not None and reader.rights is not None and (entity, text.name) in reader.rights.hidden


def _read(reader: Reader, entity: str) -> set[str]:
    there = reader.schema.fields(entity)
    declared = reader.schema.entity(entity)
    titled = {declared.title, declared.stead or declared.title}
    return titled | set(facts(reader, entity)) | ({"phones", "code"} & there.keys())


def _cards(reader: Reader, words: str, ranked: list[tuple[str, int, int, str]]) -> list[Card]:
    """Cards in this order; records that are gone or that this person may not see are missing."""
    records: dict[tuple[str, int], Record] = {}
    for entity in {entity for entity, *_ in ranked}:
        numbers = [n for of, n, *_ in ranked if of == entity]
        for block in reader.blocks(entity, numbers, _read(reader, entity)):
            records.update(((entity, record.n), record) for record in block)
    parsed = parse(words)
    made = []
    for entity, n, rank, text in ranked:
        record = records.get((entity, n))
        if record is not None:
            made.append(_card(reader, record, rank, *_why(words, parsed, rank, text, record)))
    return made


def _card(
    reader: Reader, record: Record, rank: int = EXACT, phone: str = "", code: str = "", note: str = ""
) -> Card:
    values = {}
    for name in facts(reader, record.entity):
        shown = f"{name}_title" if f"{name}_title" in record.values else name
        values[name] = record.values.get(shown)
    title = reader.schema.title_of(record.entity, record.values)
    return Card(record.entity, record.n, record.id, title, values, rank, phone, code, note)


def _why(words: str, parsed: Query, rank: int, text: str, record: Record) -> tuple[str, str, str]:
    """(phone, code, note) that the words found, each "" when they did not."""
    if rank == LONG_TEXT:
        return "", "", _excerpt(words, text)
    names, codes, phones = [*text.split("\n"), "", ""][:3]
    beside = [
        word for meaning in parsed.meanings for word in meaning if match(Query(((word,),)), names) is None
    ]
    code = str(record.values.get("code") or "")
    if not (code and codes and any(_in(word, "\n", codes) for word in beside)):
        code = ""
    if not (phones and any(_in(word, "\n\n", phones) for word in beside)):
        return "", code, ""
    rows = record.values.get("phones") or ()
    numbers = [str(row.get("number") or "") for row in rows]
    found = [n for n in numbers if any(_in(word, "\n\n", phone_digits(n)) for word in beside)]
    return (found[0] if found else ""), code, ""


def _in(word: Word, before: str, entries: str) -> bool:
    return match(Query(((word,),)), before + entries) is not None


def _excerpt(words: str, text: str) -> str:
    """The place in a long text where the first of the words stands."""
    first = min((at for at in (text.find(word) for word in words.casefold().split()) if at >= 0), default=0)
    start = max(0, first - _BEFORE)
    end = first + _AFTER
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
