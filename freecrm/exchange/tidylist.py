"""The work list of tidying: what could be written better, found once, worked off row by row, kept in the file.

    held = tidylist.scan(store, progress)           finds it anew; what was left as it is stays left
    held = tidylist.held(store)                     the list as it stands now, None before the first
    tidylist.accept(store, [suggestion, ...])       writes them as one step, those that still hold
    tidylist.leave(store, [suggestion, ...])        as they are: not suggested again unless the value changes

Like the list of doubles it is kept beside the records, not through the door: a suggestion is no fact. What
was changed since it was made is looked at anew whenever it is asked for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from freecrm.core import neat, spans
from freecrm.core.entity import is_child
from freecrm.core.fields import Field, LongText, Text
from freecrm.core.jobs import Progress
from freecrm.core.neat import Change
from freecrm.core.problems import Known
from freecrm.core.rows import Addresses, Emails, Handles, Phones, Rows, Tags
from freecrm.core.words import N_, Said, from_plain, say, to_plain
from freecrm.store import tidyrows
from freecrm.store.reader import Reader
from freecrm.store.tidyrows import Row

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

LIST, LEFT = "tidy.list.", "tidy.left."
CHUNK = 2000  # suggestions of one kept value: reading one holds nobody up
MOST = 20_000  # changes since the list was made that are looked at by themselves
_AT_ONCE = 200  # records

CHANGED = N_("The value was changed meanwhile, so nothing was written. The list shows how it is now.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """kind: of neat.KINDS. entity, id, title: the record. field: its field. row: the child row, b"" = none.
    before, after: as people tell them apart; after "" = it goes, or is only told. why: in words.
    key: what makes it the same suggestion, whatever the record is called."""

    kind: str
    entity: str
    id: bytes
    title: str
    field: str
    row: bytes
    before: str
    after: str
    why: Said
    key: tuple[Any, ...] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # made here, once: the screen asks for ten thousands of them at a time
        key = (self.kind, self.entity, self.id, self.field, self.row, self.before, self.after)
        object.__setattr__(self, "key", key)

    @property
    def told(self) -> bool:
        """Whether people have to put it right themselves."""
        return self.kind in neat.TOLD

    @property
    def mark(self) -> str:
        """By what it is remembered that the value stays as it is."""
        what = repr((self.kind, self.field, self.row, self.before)).encode()
        return f"{self.entity}.{self.id.hex()}.{hashlib.sha256(what).hexdigest()[:24]}"


@dataclass(frozen=True)
class WorkList:
    """at: when it was made, in UTC. seen: number of the last change looked at. suggestions: those open.
    stale: so much was changed since that only another search finds what is new."""

    at: dt.datetime
    seen: int
    suggestions: list[Suggestion] = field(default_factory=list)
    stale: bool = False

    @cached_property
    def counts(self) -> dict[str, int]:
        """Kind -> how many, in the order of neat.KINDS, those without any left out."""
        found = Counter(one.kind for one in self.suggestions)
        return {kind: found[kind] for kind in neat.KINDS if found[kind]}

    @cached_property
    def keys(self) -> frozenset[tuple[Any, ...]]:
        """The keys of all suggestions."""
        return frozenset(one.key for one in self.suggestions)

    def ready(self) -> WorkList:
        """Itself, with counts and keys worked out in the thread that asks."""
        assert self.counts is not None
        assert self.keys is not None
        return self


# ---- finding


class _Look:
    """What is looked at in a file: tables, their fields, and the rule for each."""

    def __init__(self, reader: Reader, entities: Sequence[str]) -> None:
        self.reader, self.entities = reader, entities
        self.home = reader.schema.home
        rights = reader.store.rights
        self.masked = (
            rights.masked if rights is not None else frozenset()
        )  # 138****1234 is no slip of the pen
        self.fields = {entity: reader.schema.fields(entity) for entity in entities}
        self.rows: dict[str, dict[str, Rows]] = {}  # child -> entity -> the field it is shown in
        for entity in entities:
            for f in self.fields[entity].values():
                if isinstance(f, Rows) and self._names(f) and (entity, f.name) not in self.masked:
                    self.rows.setdefault(f.of, {})[entity] = f
        self.usual = {
            child: neat.usual_tags(tidyrows.tag_counts(reader, child, next(iter(of.values())).shows))
            for child, of in self.rows.items()
            if isinstance(next(iter(of.values())), Tags)
        }

    def own(self, entity: str) -> list[Field]:
        """The texts of the record itself."""
        fields = self.reader.schema.shown(entity)
        plain = [f for f in fields if isinstance(f, Text) and f.derived is None]
        return [f for f in plain if (entity, f.name) not in self.masked]

    def _names(self, f: Rows) -> list[str]:
        own = self.reader.schema.fields(f.of)
        if isinstance(f, Phones):
            return ["number", "ext", "kind", "note"]
        if isinstance(f, (Emails, Handles, Tags)):
            return [f.shows]
        if isinstance(f, Addresses):
            return ["country", *neat.PARTS, "street", "postcode"]
        if type(f) is not Rows:
            return []  # files keep their names
        plain = [c for c in own.values() if isinstance(c, Text) and not isinstance(c, LongText)]
        return [c.name for c in plain if not c.hidden]

    def columns(self, child: str) -> list[Field]:
        """The fields of a child row that are read."""
        f = next(iter(self.rows[child].values()))
        own = self.reader.schema.fields(child)
        return [own[name] for name in self._names(f) if name in own]

    def changes(self, table: str, rows: Sequence[Row]) -> Iterator[tuple[Row, str, Change]]:
        """(row, field of the record, change) of whatever could be written better in these rows."""
        if not is_child(self.reader.schema.entity(table)):
            fields = self.own(table)
            for row in rows:
                for f in fields:
                    change = neat.text(f, row.values[f.name])
                    if change is not None:
                        yield row, f.name, change
            return
        of, own = self.rows[table], self.reader.schema.fields(table)
        shown = next(iter(of.values()))
        held = self._held(shown, [row for row in rows if self._is_doubtful(shown, row)])
        found = [
            (row, of[row.entity], change)
            for row in rows
            if row.entity in of
            and (change := self._of_row(of[row.entity], own, row, held.get(row.record, ()))) is not None
        ]
        if isinstance(shown, (Phones, Emails)):
            held = self._held(shown, [row for row, _f, _change in found])
        for row, field_, change in found:
            others = [word for id, word in held.get(row.record, ()) if id != row.id]
            yield row, field_.name, neat.without_held(change, field_.shows, others)

    def _is_doubtful(self, shown: Rows, row: Row) -> bool:
        """Whether other rows of its record decide what becomes of a row: a tag written in several ways."""
        usual = self.usual.get(shown.of)
        return bool(usual) and neat.tag_key(str(row.values[shown.shows] or "")) in (usual or ())

    def _held(self, shown: Rows, rows: Sequence[Row]) -> dict[bytes, list[tuple[bytes, str]]]:
        """Record -> (row, what it shows) of all rows of the records that these rows belong to."""
        wanted: dict[str, dict[bytes, None]] = {}
        for row in rows:
            if row.entity in self.entities:
                wanted.setdefault(row.entity, {})[row.record] = None
        held: dict[bytes, list[tuple[bytes, str]]] = {}
        column = [self.reader.schema.fields(shown.of)[shown.shows]]
        for entity, ids in wanted.items():
            for row in tidyrows.of_records(self.reader, shown.of, column, entity, list(ids)):
                held.setdefault(row.record, []).append((row.id, str(row.values[shown.shows] or "")))
        return held

    def _of_row(
        self, f: Rows, own: dict[str, Field], row: Row, held: Sequence[tuple[bytes, str]]
    ) -> Change | None:
        if isinstance(f, Phones):
            return neat.phone(row.values, self.home) or neat.texts(row.values, own, ("note",))
        if isinstance(f, Emails):
            return neat.email(row.values)
        if isinstance(f, Addresses):
            return neat.address(row.values, own)
        if isinstance(f, Tags):
            word = str(row.values[f.shows] or "")
            usual = self.usual[f.of].get(neat.tag_key(word))
            if usual is not None:
                return neat.tag(word, usual, [other for _id, other in held])
        return neat.texts(row.values, own, tuple(row.values))

    def tables(self) -> list[str]:
        """Everything that is read, records before their rows."""
        return [*self.entities, *self.rows]

    def read_fields(self, table: str) -> list[Field]:
        """What is read of a table."""
        return self.own(table) if table in self.entities else self.columns(table)


def entities_of(store: Store) -> list[str]:
    """The kinds of records that are tidied: those that have a list."""
    return [page.entity for page in store.model.alike()]


def _named(reader: Reader, found: Sequence[tuple[Row, str, Change]]) -> list[Suggestion]:
    ids: dict[str, set[bytes]] = {}
    for row, _field, _change in found:
        ids.setdefault(row.entity, set()).add(row.record)
    titles = {entity: reader.titles(entity, wanted) for entity, wanted in ids.items()}
    return [
        Suggestion(
            change.kind,
            row.entity,
            row.record,
            titles[row.entity].get(row.record) or "",
            name,
            b"" if row.id == row.record else row.id,
            change.before,
            change.after,
            change.why,
        )
        for row, name, change in found
    ]


def find(store: Store, progress: Progress | None = None) -> list[Suggestion]:
    """Every suggestion there is, those that were left as they are included. Raises Cancelled."""
    reader = store.reader()
    look = _Look(reader, entities_of(store))
    tables = look.tables()
    total, done = sum(tidyrows.count(reader, table) for table in tables), 0
    found: list[Suggestion] = []
    for table in tables:
        for rows in tidyrows.every(reader, table, look.read_fields(table)):
            found += _named(reader, list(look.changes(table, rows)))
            done += len(rows)
            if progress is not None:
                progress.tell(min(done, total), total)
    return found


def scan(store: Store, progress: Progress | None = None) -> WorkList:
    """Look through everything and keep what was found in place of the list before.

    Raises Cancelled when `progress` is cancelled: the list before is still there."""
    with store.whole():  # the list is kept for all who work with the file
        number = tidyrows.last_change(store.reader())
        made = WorkList(dt.datetime.now(dt.UTC), number, _open(store, find(store, progress)))
        keep(store, made)
    return replace(made, suggestions=_open(store, made.suggestions)).ready()


def _open(store: Store, found: Iterable[Suggestion]) -> list[Suggestion]:
    left = tidyrows.kept_keys(store, LEFT)
    found = _in_sight(store, found)
    order = {kind: at for at, kind in enumerate(neat.KINDS)}
    return sorted((one for one in found if one.mark not in left), key=lambda one: order[one.kind])


def _in_sight(store: Store, found: Iterable[Suggestion]) -> Iterable[Suggestion]:
    """Those of records and fields that whoever works here sees, and sees whole."""
    rights = store.rights
    if rights is None:
        return found
    found, closed, reader = list(found), rights.hidden | rights.masked, store.reader()
    ids: dict[str, dict[bytes, None]] = {}
    for one in found:
        ids.setdefault(one.entity, {})[one.id] = None
    seen = {entity: reader.numbers_of(entity, list(of)) for entity, of in ids.items()}
    return [one for one in found if one.id in seen[one.entity] and (one.entity, one.field) not in closed]


def keep(store: Store, of: WorkList) -> None:
    """Remember the list with the file."""
    plain = [
        [one.kind, one.entity, one.id.hex(), one.title, one.field, one.row.hex(), one.before, one.after,
         to_plain(one.why)]
        for one in of.suggestions
    ]  # fmt: skip
    chunks = {f"{at:06d}": plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)}
    at = spans.ms(of.at)
    tidyrows.keep_all(store, LIST, {"head": {"at": at, "seen": of.seen, "stale": of.stale}, **chunks})


def held(store: Store) -> WorkList | None:
    """The list as it stands now; None before the first search."""
    head = store.kept(LIST + "head")
    if not isinstance(head, dict):
        return None
    found: list[Suggestion] = []
    for key in sorted(tidyrows.kept_keys(store, LIST) - {"head"}):
        for kind, entity, id, title, name, row, before, after, why in store.kept(LIST + key) or ():
            if kind in neat.KINDS:
                ids = bytes.fromhex(id), bytes.fromhex(row)
                one = Suggestion(
                    kind, entity, ids[0], title, name, ids[1], before, after, from_plain(why)
                )  # fmt: skip
                found.append(one)
    at = spans.moment(head["at"])
    return renewed(store, WorkList(at, head["seen"], _open(store, found), bool(head.get("stale"))))


def renewed(store: Store, of: WorkList) -> WorkList:
    """The list with what was changed since it was looked at, by whomever, looked at anew."""
    reader = store.reader()
    number = tidyrows.last_change(reader)
    entities = entities_of(store)
    if number == of.seen:
        return replace(of, suggestions=_open(store, of.suggestions)).ready()
    changed = tidyrows.changed_since(reader, of.seen, entities, MOST)
    if changed is None:  # an import: what is written is looked at again before anything is changed
        return replace(of, seen=number, suggestions=_open(store, of.suggestions), stale=True).ready()
    staying = [one for one in of.suggestions if one.id not in changed.get(one.entity, ())]
    look = _Look(reader, entities)
    for entity, ids in changed.items():
        staying += of_records(look, entity, list(ids))
    places: dict[bytes, int] = {}
    for at, one in enumerate(of.suggestions):
        places.setdefault(one.id, at)
    staying.sort(
        key=lambda one: places.get(one.id, len(of.suggestions))
    )  # what is found again keeps its place
    return replace(of, seen=number, suggestions=_open(store, staying)).ready()


def of_records(look: _Look, entity: str, ids: Sequence[bytes]) -> list[Suggestion]:
    """What could be written better in these records and their rows."""
    return _named(look.reader, list(_changes_of(look, entity, ids)))


def _changes_of(look: _Look, entity: str, ids: Sequence[bytes]) -> Iterator[tuple[Row, str, Change]]:
    if not ids:
        return
    for table in [entity, *(child for child, of in look.rows.items() if entity in of)]:
        rows = tidyrows.of_records(look.reader, table, look.read_fields(table), entity, ids)
        yield from look.changes(table, rows)


# ---- deciding


@dataclass(frozen=True, slots=True)
class Accepted:
    """done: how many were written. changed: those whose value is another by now; nothing was written there."""

    done: int
    changed: tuple[Suggestion, ...] = ()


def accept(store: Store, chosen: Sequence[Suggestion], progress: Progress | None = None) -> Accepted:
    """Write these as one step. Known when none of them holds any more.

    Raises Cancelled when `progress` is cancelled: then nothing is written."""
    wanted = [one for one in chosen if not one.told]
    done, changed = 0, list[Suggestion]()
    title, figures = _title(store, wanted)
    with store.step(title, **figures) as step:
        look = _Look(Reader(store, None, step), entities_of(store))
        for entity in dict.fromkeys(one.entity for one in wanted):
            own = [one for one in wanted if one.entity == entity]
            for start in range(0, len(own), _AT_ONCE):
                block = own[start : start + _AT_ONCE]
                ids = list(dict.fromkeys(one.id for one in block))
                now = {_key(row, name, c): (row, c) for row, name, c in _changes_of(look, entity, ids)}
                for one in block:
                    found = now.get(one.key)
                    if found is None:
                        changed.append(one)
                    else:
                        _write(step, one, *found, look)
                        done += 1
                if progress is not None:
                    progress.tell(done + len(changed), len(wanted))
        if not done:
            raise Known(say(CHANGED))
        if "n" in step.figures:
            step.figures["n"] = f"{done:,}"
        if progress is not None:
            progress.check()
            progress.fixed = True
    return Accepted(done, tuple(changed))


def _title(store: Store, wanted: Sequence[Suggestion]) -> tuple[str, dict[str, Any]]:
    if len(wanted) != 1:
        return N_("{n} values tidied"), {"n": f"{len(wanted):,}"}
    f = store.schema.fields(wanted[0].entity)[wanted[0].field]
    shown = f.label_own.get("") or say(f.label)
    return N_("{field} of {name} tidied"), {"field": shown, "name": wanted[0].title}


def _key(row: Row, name: str, change: Change) -> tuple[Any, ...]:
    own = b"" if row.id == row.record else row.id
    return change.kind, row.entity, row.record, name, own, change.before, change.after


def _write(step: Step, one: Suggestion, row: Row, change: Change, look: _Look) -> None:
    table = look.fields[one.entity][one.field]
    child = table.of if isinstance(table, Rows) and one.row else one.entity
    if change.drop:
        step.delete(child, row.id)
        return
    step.update(child, row.id, dict(change.values or {}))
    for values in change.more:
        step.insert(child, {**values, "parent": one.id, "parent_entity": one.entity})


def leave(store: Store, chosen: Sequence[Suggestion]) -> None:
    """These values are right as they are: not suggested again unless they change."""
    tidyrows.put(store, LEFT, [one.mark for one in chosen], True)


def suggest_again(store: Store, chosen: Sequence[Suggestion]) -> None:
    """Take `leave` back."""
    tidyrows.put(store, LEFT, [one.mark for one in chosen], False)
