"""Station 2: which column goes where. By head, by synonym in any language, by what stands in it.

A target is a path: "customer.name", "customer.addresses.city", "contact.phones:mobile" (kind of
child row), "contact.name.given" (part of a name), "+customer" (a new custom field) or "" (left out).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from freecrm.core import dates, mails, money, phones
from freecrm.core.custom import Schema, key_for
from freecrm.core.fields import Choice, Date, Field, Link
from freecrm.core.module import Together
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, say
from freecrm.exchange import presets
from freecrm.exchange.presets import LEFT_OUT, plain
from freecrm.exchange.sheets import Cell

LOOKED = 400  # values of a column that are looked at to guess what it holds
FEW = 12  # at most so many different values make a new field a pick-list


@dataclass
class Column:
    """One column of the file: what is in it and where it goes.

    how: "head", "content", "new", "remembered", "told" or "none". new: the custom field's values.
    words: raw value -> key or id hex, for pick-lists and links. notes: what to look at.
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


@dataclass
class Mapping:
    """All columns of a file, and whom a row is about."""

    columns: list[Column]
    main: str
    person: str = ""

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
) -> Mapping:
    """A mapping for a file with these heads and sample rows.

    remembered: an earlier mapping of such a file. told: head -> path, said by the user, strongest.
    """
    columns = [
        Column(i, head, sum(row[i] is not None for row in samples if i < len(row)), _examples(samples, i))
        for i, head in enumerate(heads)
    ]
    values = [_values(samples, i) for i in range(len(heads))]
    known = {c["head"]: c for c in (remembered or {}).get("columns", ())}
    paths = _paths(schema, plan)
    for column in columns:
        if told and column.head in told:
            column.target, column.how = told[column.head], "told"
        elif column.head in known and _exists(schema, known[column.head]["target"]):
            held = known[column.head]
            column.target, column.how, column.new = held["target"], "remembered", held["new"]
            column.words = dict(held["words"])
    for column in columns:
        if column.how == "none":
            _by_head(column, paths, plan, values[column.index])
    _whole_names(columns, plan)
    for column in columns:
        if column.how == "none":
            _by_content(column, columns, plan, values[column.index])
    mapping = Mapping(columns, plan.main, plan.person if _has(columns, plan.person, "name") else "")
    _settle(schema, plan, mapping)
    for column in columns:
        if column.how == "none" and values[column.index]:
            _propose_new(schema, plan.main, column, values[column.index], columns)
    for column in columns:
        if column.target == "+" + plan.main and column.new is None:
            _propose_new(schema, plan.main, column, values[column.index], columns)
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


def _values(samples: Sequence[Sequence[Cell]], index: int) -> list[Cell]:
    found = (row[index] for row in samples if index < len(row))
    return [v for v in found if v is not None and (not isinstance(v, str) or v.strip())]


def _exists(schema: Schema, target: str) -> bool:
    if not target or target.startswith("+"):
        return True
    entity, _, rest = target.partition(".")
    name = re.split(r"[.:]", rest)[0]
    return entity in schema.by_entity and name in schema.fields(entity)


def _paths(schema: Schema, plan: Together) -> dict[str, list[str]]:
    """Plain head -> paths it may mean, the main record's first, then the person's."""
    found: dict[str, list[str]] = {}
    for entity in (plan.main, plan.person, plan.position):
        if not entity:
            continue
        for f in schema.shown(entity):
            if f.derived is not None or f.kind in ("files",) or (isinstance(f, Link) and not f.to):
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


def _by_head(column: Column, paths: dict[str, list[str]], plan: Together, values: list[Cell]) -> None:
    key = plain(column.head)
    if key in LEFT_OUT or _is_serial(key, values):
        column.how = "head"
        return
    found = paths.get(key) or paths.get(re.sub(r"[\d一二三]+$", "", key))
    if not found:
        inside = [head for head in paths if len(head) > 1 and head in key and not head.isascii()]
        inside += [head for head in paths if len(head) > 3 and head.isascii() and head in key]
        if inside:
            found = paths[max(inside, key=len)]
    if found and all(_fits(path, values) for path in found[:1]):
        column.target, column.how = _best(found, key, plan), "head"


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


def _fits(path: str, values: list[Cell]) -> bool:
    """A head says phone, but nothing in the column is one: better ask."""
    looked = values[:LOOKED]
    if not looked:
        return True
    if ".phones" in path:
        return _share(looked, _like_phone) > 0.3
    if ".emails" in path:
        return _share(looked, _like_mail) > 0.3
    return True


def _whole_names(columns: list[Column], plan: Together) -> None:
    """A lone «name» beside a company column is the person's; without one it is the customer's."""
    if not plan.person:
        return
    main, person = f"{plan.main}.name", f"{plan.person}.name"
    lone = {"name", "姓名", "名称", "名字"}
    mains = [c for c in columns if c.target == main]
    if len(mains) > 1 and not _has(columns, plan.person, "name"):
        for c in mains:
            if plain(c.head) in lone:
                c.target = person
                break
    parts = [c for c in columns if c.target.startswith(person + ".")]
    if parts:
        for c in columns:
            if c.target == person and not c.head.lower().startswith("full"):
                c.target, c.how = "", "head"
    if any(c.target == person for c in columns):
        for c in parts:
            c.target = ""
    persons = [c for c in columns if c.target == person and plain(c.head) == "姓名"]
    if persons and not any(c.target == main for c in columns):
        return


def _has(columns: list[Column], entity: str, name: str) -> bool:
    return bool(entity) and any(
        c.target == f"{entity}.{name}" or c.target.startswith(f"{entity}.{name}.") for c in columns
    )


def _by_content(column: Column, columns: list[Column], plan: Together, values: list[Cell]) -> None:
    looked = values[:LOOKED]
    if len(looked) < 2:
        return
    who = plan.person if _has(columns, plan.person, "name") else plan.main
    for like, name in ((_like_mail, "emails"), (_like_phone, "phones")):
        if _share(looked, like) > 0.6 and not any(isinstance(v, (dt.date, float)) for v in looked):
            column.target, column.how = f"{who}.{name}", "content"
            return


def _share(values: Sequence[Cell], like: Any) -> float:
    return float(sum(map(like, values))) / len(values)


def _like_phone(value: Cell) -> bool:
    if isinstance(value, (dt.date, bool)) or value is None:
        return False
    digits = sum(c.isdigit() for c in str(value))
    if digits < 7 or digits > 40 or isinstance(value, float):
        return False
    return any(p.good for p in phones.read(value)[0])


def _like_mail(value: Cell) -> bool:
    return isinstance(value, str) and "@" in value and bool(mails.read(value)[0])


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
    seen: set[str] = set()
    for c in columns:
        if not c.target or c.target.startswith("+"):
            continue
        entity, _, rest = c.target.partition(".")
        f = schema.fields(entity)[re.split(r"[.:]", rest)[0]]
        if c.target in seen and not isinstance(f, Rows) and f.kind not in ("longtext",):
            c.notes.append(say(N_("Another column already goes to “{field}”."), field=f.title))
            c.target, c.how = "", "none"
        seen.add(c.target)


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
    made |= _kind_of(values)
    column.new = made


def _kind_of(values: list[Cell]) -> dict[str, Any]:
    looked = values[:LOOKED]
    texts = [v for v in looked if isinstance(v, str)]
    if all(isinstance(v, bool) for v in looked):
        return {"kind": "yesno"}
    if all(isinstance(v, dt.date) for v in looked):
        return {"kind": "date"}
    numbers = [money.read(v, places=6)[0] for v in looked]
    coded = any(t.strip().startswith("0") and len(t.strip()) > 1 and t.strip().isdigit() for t in texts)
    if not coded and all(n is not None for n in numbers):
        exponents = [n.normalize().as_tuple().exponent for n in numbers if n is not None]
        places = max((-e for e in exponents if isinstance(e, int)), default=0)
        if places <= 4 and max((abs(n) for n in numbers if n is not None), default=0) < 10**13:
            return {"kind": "number", "places": max(places, 0)}
    if texts and all(dates.read(v)[0] is not None for v in looked):
        return {"kind": "date"}
    shown = Counter(str(v).strip() for v in looked)
    if len(shown) <= FEW and len(looked) >= 4 * len(shown) and max(map(len, shown)) <= 20:
        return {"kind": "choice", "options": sorted(shown)}
    if any(len(str(v)) > 300 or "\n" in str(v) for v in looked):
        return {"kind": "longtext"}
    return {"kind": "text"}


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
    return found


def date_columns(schema: Schema, mapping: Mapping) -> list[Column]:
    """The columns that hold dates, new fields included."""
    return [
        c
        for c in mapping.columns
        if isinstance(field_at(schema, c.target), Date) or (c.new and c.new.get("kind") == "date")
    ]
