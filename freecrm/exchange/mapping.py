"""Station 2: which column goes where. By head, by synonym in any language, by what stands in it.

A target is a path: "customer.name", "customer.addresses.city", "contact.phones:mobile" (kind of
child row), "contact.name.given" (part of a name), "+customer" (a new custom field) or "" (left out).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

from freecrm.core.custom import Schema, key_for
from freecrm.core.fields import Choice, Date, Field, Link, Yearly, clean
from freecrm.core.module import Together
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, say
from freecrm.exchange import guess, presets
from freecrm.exchange.presets import plain, says_little
from freecrm.exchange.sheets import Cell


@dataclass
class Column:
    """One column of the file: what is in it and where it goes.

    how: "head", "content", "new", "remembered", "told" or "none". new: the custom field's values.
    words: raw value -> key or id hex, for pick-lists and links. notes: what to look at. shares: it
    is one of several columns that go to a field of one value.
    """

    index: int
    head: str
    filled: int = 0
    examples: list[str] = field(default_factory=list)
    target: str = ""
    how: str = "none"
    new: dict[str, Any] | None = None
    words: dict[str, str | None] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)
    shares: bool = False


@dataclass
class Mapping:
    """All columns of a file, and whom a row is about."""

    columns: list[Column]
    main: str
    person: str = ""

    def shared(self) -> dict[str, list[Column]]:
        """Target -> its columns, where the user sent several to a field that holds one value."""
        found: dict[str, list[Column]] = {}
        for column in self.columns:
            if column.shares:
                found.setdefault(column.target, []).append(column)
        return found

    def remembered(self) -> dict[str, Any]:
        """What is kept for files with the same heads."""
        kept = ("head", "target", "new", "words")
        return {
            "columns": [{name: getattr(c, name) for name in kept} for c in self.columns],
            "main": self.main,
        }


def signature(heads: Sequence[str]) -> str:
    """What two files with the same heads have in common."""
    return "\x1f".join(sorted(plain(head) for head in heads))


def propose(
    schema: Schema,
    plan: Together,
    heads: Sequence[str],
    samples: Sequence[Sequence[Cell]],
    *,
    remembered: dict[str, Any] | None = None,
    told: dict[str, str] | None = None,
    joined: bool = False,
) -> Mapping:
    """A mapping for a file with these heads and sample rows.

    remembered: an earlier mapping of such a file. told: head -> path, said by the user, strongest.
    joined: whether heads are made of two rows, «联系人/电话».
    """
    columns = [
        Column(i, head, sum(row[i] is not None for row in samples if i < len(row)), _examples(samples, i))
        for i, head in enumerate(heads)
    ]
    values = [guess.values_of(samples, i) for i in range(len(heads))]
    known = {c["head"]: c for c in (remembered or {}).get("columns", ())}
    paths = known_heads(schema, plan)
    for column in columns:
        if told and column.head in told:
            column.target, column.how = told[column.head], "told"
        elif column.head in known and _exists(schema, plan, known[column.head]["target"]):
            held = known[column.head]
            column.target, column.how, column.new = held["target"], "remembered", held["new"]
            column.words = dict(held["words"])
    for column in columns:
        if column.how == "none":
            _by_head(column, paths, plan, values[column.index], schema.home, joined=joined)
    _whole_names(columns, plan)
    guess.by_content(columns, plan, values, schema.home)
    _phones_of_people(columns, plan, values, schema.home)
    mapping = Mapping(columns, plan.main, plan.person if _has(columns, plan.person, "name") else "")
    _settle(schema, plan, mapping)
    for column in columns:
        f = field_at(schema, column.target)
        if f is not None and (f.locked or f.unseen):
            column.notes.append(
                say(N_("You may not change “{field}”, so this column is left out."), field=f.title)
            )
            column.target, column.how = "", "told"
    for column in columns:
        if column.how == "none" and values[column.index]:
            _propose_new(schema, mapping.main or plan.person, column, values[column.index], columns)
    for column in columns:
        if column.target == "+" + plan.main and column.new is None:
            _propose_new(schema, mapping.main or plan.person, column, values[column.index], columns)
            column.how = "told"
    return mapping


def _examples(samples: Sequence[Sequence[Cell]], index: int) -> list[str]:
    found: dict[str, None] = {}
    for row in samples:
        if index < len(row) and row[index] is not None:
            found.setdefault(str(row[index])[:60])
            if len(found) == 3:
                break
    return list(found)


def _exists(schema: Schema, plan: Together, target: str) -> bool:
    if not target or (target[0] == "+" and target[1:] in (plan.main, plan.person)):
        return True
    entity, _, rest = target.partition(".")
    if entity not in (plan.main, plan.person, plan.position):
        return False  # it was remembered when the list was taken for one of other things
    name = re.split(r"[.:]", rest)[0]
    return entity in schema.by_entity and name in schema.fields(entity)


def known_heads(schema: Schema, plan: Together) -> dict[str, list[str]]:
    """Plain head -> paths it may mean, the main record's first, then the person's."""
    found: dict[str, list[str]] = {}
    for entity in (plan.main, plan.person, plan.position):
        if not entity:
            continue
        for f in schema.fields(entity).values():
            if f.hidden and not f.unseen:
                continue
            if not f.is_written or f.kind in ("files",) or (isinstance(f, Link) and not f.to):
                continue
            if isinstance(f, Rows) and f.of in (plan.position, "note"):
                continue
            if entity == plan.position and isinstance(f, Link):
                continue
            for title in f.titles():
                key = plain(title)
                path = f"{entity}.{f.name}"
                if key and path not in found.setdefault(key, []):
                    found[key].append(path)
    if plan.main != "customer":
        return found  # the heads of other programs that we know are those of customers
    names = {"main": plan.main, "person": plan.person, "position": plan.position}
    for head, path in presets.heads().items():
        role, _, rest = path.partition(".")
        if not names[role]:
            continue
        rest = {"given": "name.given", "family": "name.family", "middle": "name.middle"}.get(rest, rest)
        full = f"{names[role]}.{rest}"
        general = full.split(":")[0]
        before = found.setdefault(head, [])
        if full in before:
            continue
        if general in before:
            before[before.index(general)] = full
        elif "." in rest or ":" in rest or not before:
            before.insert(0, full)
        else:
            before.append(full)
    return found


def _by_head(
    column: Column,
    paths: dict[str, list[str]],
    plan: Together,
    values: list[Cell],
    home: str,
    *,
    joined: bool,
) -> None:
    key = plain(column.head)
    own = key.rpartition("/")[2] if joined else key
    if says_little(key) or says_little(own) or _is_serial(own, values) or guess.says_nothing(values):
        column.how = "head"
        return
    found = paths.get(key) or paths.get(key.replace("/", "")) or paths.get(own)
    if found and joined and plan.person and _is_of_people(key.partition("/")[0]):
        found = [_as_persons(path, plan) for path in found]
    found = found or paths.get(re.sub(r"[\d一二三]+$", "", key))
    if not found:
        inside = _inside(column.head, key, paths)
        found = paths[inside] if inside else None
        if found and guess.is_another(found[0], values, home):
            return
    if found and all(guess.fits(path, values, home) for path in found[:1]):
        column.target, column.how = _best(found, own, plan), "head"


_BARE = frozenset("code type kind class stage title group web account level state role name date".split())
"""English heads that mean something else behind another word: SIC code, nickname, product type."""


def _inside(head: str, key: str, paths: dict[str, list[str]]) -> str:
    """The longest known head that stands in this one: Chinese anywhere, English as whole words."""
    words = re.findall(r"[a-z0-9]+", head.lower())
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    inside = [h for h in paths if len(h) > 1 and not h.isascii() and h in key]
    inside += [h for h in paths if len(h) > 3 and h.isascii() and h not in _BARE and h in runs]
    return max(inside, key=len, default="")


def _is_of_people(group: str) -> bool:
    return any(word in group for word in ("联系", "contact", "person"))


def _as_persons(path: str, plan: Together) -> str:
    """The person's field of the same meaning, where both have phones, mails, addresses."""
    entity, _, rest = path.partition(".")
    shared = re.split(r"[.:]", rest)[0] in ("phones", "emails", "addresses", "handles", "name")
    return f"{plan.person}.{rest}" if entity == plan.main and shared else path


def _best(found: list[str], key: str, plan: Together) -> str:
    """Of several meanings: a person's for words of people, else the main record's."""
    if len(found) > 1 and plan.person:
        persons = [path for path in found if path.startswith(plan.person + ".")]
        personal = (
            "email",
            "e-mail",
            "mail",
            "mobile",
            "cell",
            "birthday",
            "邮",
            "手机",
            "微信",
            "qq",
            "contact",
            "联系人",
        )
        if persons and any(word in key for word in personal):
            return persons[0]
    return found[0]


def _is_serial(key: str, values: list[Cell]) -> bool:
    """Whether a column only counts the rows: 1, 2, 3 …"""
    if len(values) < 3 or not all(isinstance(v, int) or (isinstance(v, str) and v.isdigit()) for v in values):
        return False
    if any(isinstance(v, str) and v.startswith("0") and len(v) > 1 for v in values):
        return False  # leading zeros: a code
    numbers = [int(v) for v in values]  # type: ignore[arg-type]
    counts = all(b - a == 1 for a, b in pairwise(numbers))
    return counts and (numbers[0] in (0, 1) or key in ("编号", "number", "nr"))


def _whole_names(columns: list[Column], plan: Together) -> None:
    """A lone «name» beside a company column is the person's; without one it is the customer's.

    Where family and given name stand apart, the whole name is not needed; «Title» beside «Job
    title» is what people are addressed with.
    """
    if not plan.person:
        return
    main, person = f"{plan.main}.name", f"{plan.person}.name"
    mains = [c for c in columns if c.target == main]
    parts = [c for c in columns if c.target.startswith(person + ".")]
    alone = [c for c in mains if plain(c.head) in ("name", "姓名", "名称", "名字")]
    if alone and (len(mains) > 1 or parts) and not any(c.target == person for c in columns):
        alone[0].target = person
    if parts:
        for c in columns:
            if c.target == person and not c.head.lower().startswith("full"):
                c.target, c.how = "", "head"
    if any(c.target == person for c in columns):
        for c in parts:
            c.target = ""
    jobs = [c for c in columns if c.target == f"{plan.position}.job"]
    if len(jobs) > 1:
        for c in jobs:
            if plain(c.head) == "title":
                c.target = ""


def _phones_of_people(columns: list[Column], plan: Together, values: list[list[Cell]], home: str) -> None:
    """The only phone column of a list of people is theirs: beside first and last names, or full of mobiles."""
    if not plan.person or not _has(columns, plan.person, "name") or _has(columns, plan.person, "phones"):
        return
    general = [
        c
        for c in columns
        if c.target == f"{plan.main}.phones" and plain(c.head) in _GENERAL and c.how == "head"
    ]
    if len(general) != 1:
        return
    parts = any(c.target.startswith(f"{plan.person}.name.") for c in columns)
    if parts or guess.mostly(values[general[0].index], partial(guess.like_mobile, home=home)):
        general[0].target = f"{plan.person}.phones"


_GENERAL = frozenset(
    map(plain, ("电话", "联系电话", "电话号码", "phone", "phone number", "telephone", "tel"))
)


def _has(columns: list[Column], entity: str, name: str) -> bool:
    path = f"{entity}.{name}"
    return bool(entity) and any(
        c.target == path or c.target.startswith((path + ".", path + ":")) for c in columns
    )


def _settle(schema: Schema, plan: Together, mapping: Mapping) -> None:
    """Without a person's column, what belongs to people goes to the main record, and the other way round."""
    columns = mapping.columns
    has_main = _has(columns, plan.main, "name")
    if not mapping.person:
        for c in columns:
            entity, _, rest = c.target.partition(".")
            if entity == plan.person and plan.person:
                name = re.split(r"[.:]", rest)[0]
                c.target = f"{plan.main}.{rest}" if name in schema.fields(plan.main) else ""
                c.how = c.how if c.target else "none"
            elif entity == plan.position and plan.position:
                c.target, c.how = "", "none"
    elif not has_main:
        mapping.main = ""
        for c in columns:
            entity, _, rest = c.target.partition(".")
            if entity == plan.main:
                name = re.split(r"[.:]", rest)[0]
                c.target = f"{plan.person}.{rest}" if name in schema.fields(plan.person) else ""
                c.how = c.how if c.target else "none"
    seen: dict[str, Column] = {}
    for c in sorted(columns, key=lambda c: c.how != "told"):
        if not c.target or c.target.startswith("+"):
            continue
        entity, _, rest = c.target.partition(".")
        f = schema.fields(entity)[re.split(r"[.:]", rest)[0]]
        first = seen.setdefault(c.target, c)
        if first is c or isinstance(f, Rows) or f.kind in ("longtext",):
            continue
        if c.how == first.how and c.how in ("told", "remembered"):
            c.shares = first.shares = f.name == rest
        else:
            c.notes.append(say(N_("Another column already goes to “{field}”."), field=f.title))
            c.target, c.how = "", "none"


def _propose_new(
    schema: Schema, entity: str, column: Column, values: list[Cell], columns: list[Column]
) -> None:
    """A custom field for a column that has no field of its own."""
    taken = {c.new["key"] for c in columns if c.new} | set(schema.fields(entity))
    column.target, column.how = "+" + entity, "new"
    made: dict[str, Any] = {
        "name": column.head.strip()[:100],
        "on": entity,
        "key": key_for(column.head, taken),
    }
    made |= guess.kind_of(values)
    column.new = made


def field_at(schema: Schema, target: str) -> Field | None:
    """The field that a path leads to, or None for none and for new fields."""
    if not target or target.startswith("+"):
        return None
    entity, _, rest = target.partition(".")
    return schema.fields(entity).get(re.split(r"[.:]", rest)[0])


def word_columns(schema: Schema, mapping: Mapping) -> list[tuple[Column, Field]]:
    """The columns whose values are words of a pick-list or names of other records."""
    found: list[tuple[Column, Field]] = []
    for column in mapping.columns:
        f = field_at(schema, column.target)
        if isinstance(f, (Choice, Link)):
            found.append((column, f))
        elif (link := link_of(schema, f)) is not None:
            found.append((column, link))
    return found


def link_of(schema: Schema, f: Field | None) -> Link | None:
    """The link that child rows show themselves by (the product of a line), None where they show anything else."""
    if not isinstance(f, Rows) or f.of not in schema.by_entity:
        return None
    shown = schema.fields(f.of).get(f.shows)
    return shown if isinstance(shown, Link) and shown.to else None


def words_of_cells(schema: Schema, column: Column, cells: Counter[str]) -> Counter[str]:
    """The words of a word column, by what stands in its cells."""
    found = Counter[str]()
    for cell, n in cells.items():
        for text in words_in(schema, column, cell):
            found[text] += n
    return found


def words_in(schema: Schema, column: Column, cell: object) -> list[str]:
    """The words of a cell in a word column: one, or as many as it names child rows."""
    text = clean(cell)
    if isinstance(field_at(schema, column.target), Rows):
        return [part for piece in re.split(r"\s/\s|[;；、\n]", text) if (part := piece.strip())]
    return [text]


def date_columns(schema: Schema, mapping: Mapping) -> list[Column]:
    """The columns that hold dates, new fields included."""
    return [
        c
        for c in mapping.columns
        if isinstance(field_at(schema, c.target), (Date, Yearly)) or (c.new and c.new.get("kind") == "date")
    ]
