"""The schema of one file: the declarations plus what its users added.

Custom fields and pick-list entries are records (entities `custom_field` and `option`), so they are
logged, undone, exported and synced like any other; their ids follow from what they are, so two
people who add the same field offline add one. A custom field is a field object like a built-in
one; its values live in the one JSON column `custom` of the entity's own table, under its key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from freecrm.core import fields as kinds
from freecrm.core.choices import Option, Options
from freecrm.core.entity import Entity, is_child
from freecrm.core.fields import Choice, Field, LongText, Money, Number, Text, YesNo
from freecrm.core.module import Model, Module
from freecrm.core.rows import Lines, Phones, Prices, Rows
from freecrm.core.words import N_

if TYPE_CHECKING:
    from freecrm.core.rights import Rights

T = TypeVar("T")

PREFIX = "x_"
KEY = re.compile(r"x_[a-z0-9_]+")  # keys stand inside SQL, so nothing else is taken for one
_SPACE = "6f1c2a52-53b1-4c1e-9f0a-6d3b8a1c7e42"


def fixed_id(*names: str) -> bytes:
    """The id of a record that follows from what it is (UUIDv5), the same on every computer."""
    import uuid  # only who adds a field needs it: a start does not wait for it

    return uuid.uuid5(uuid.UUID(_SPACE), "\x1f".join(names)).bytes


class CustomField(Entity):
    """A field that the users added to an entity."""

    label, plural, icon = N_("Custom field"), N_("Custom fields"), "settings"
    name = Text(N_("Name"), required=True)
    on = Text(N_("Kind of record"), required=True)
    key = Text(N_("Key"), required=True)
    kind = Text(N_("Kind"), required=True)
    places = Number(N_("Places after the point"), default=0)
    unit = Text(N_("Unit"))
    needed = YesNo(N_("Required"))
    choices = LongText(N_("Options"))
    position = Number(N_("Position"))
    off = YesNo(N_("Switched off"))


class PickOption(Entity):
    """An entry of a pick-list that the users added, renamed or switched off."""

    label, plural, title, icon = N_("Pick-list entry"), N_("Pick-list entries"), "name", "tag"
    name = Text(N_("Name"), required=True)
    list = Text(N_("Pick-list"), required=True)
    key = Text(N_("Key"), required=True)
    colour = Text(N_("Colour"))
    also = LongText(N_("Other words"))
    position = Number(N_("Position"))
    off = YesNo(N_("Switched off"))


MODULE = Module("custom", (CustomField, PickOption))


def key_for(name: str, taken: Iterable[str] = ()) -> str:
    """The key of a new custom field called `name`: `x_tds`; Chinese names are spelled in pinyin."""
    from freecrm.core import pinyin

    plain = re.sub(r"[^a-z0-9]+", "_", pinyin.key(name).lower()).strip("_")[:40] or "field"
    key, used, n = PREFIX + plain, set(taken), 2
    while key in used:
        key, n = f"{PREFIX}{plain}_{n}", n + 1
    return key


def words_of(text: str | None) -> tuple[str, ...]:
    """The words of a list kept as JSON, or, where it is none, one a line; never raises."""
    try:
        held = json.loads(text or "[]")
    except ValueError:
        held = (text or "").splitlines()
    words = held if isinstance(held, list) else [held]
    return tuple(dict.fromkeys(word for w in words if (word := str(w).strip())))


def field_of(values: Mapping[str, Any]) -> Field | None:
    """The field object made from a `custom_field` record; None when its kind or key is unknown here."""
    kind = kinds.KINDS.get(values["kind"])
    if kind is None or not KEY.fullmatch(values["key"]):
        return None
    more: dict[str, Any] = {"required": bool(values.get("needed"))}
    if kind is Number:
        more |= {"places": values.get("places") or 0, "unit": values.get("unit") or ""}
    elif issubclass(kind, Number) and values.get("places") is not None:
        more |= {"places": values["places"]}
    made: Field
    if kind is Choice:
        entries = tuple(Option(word, word, own=(("", word),)) for word in words_of(values.get("choices")))
        made = Choice(values["name"], Options(values["key"], entries), **more)
    else:
        made = kind(values["name"], **more)
    made.name, made.entity, made.custom = values["key"], values["on"], True
    made.section = N_("Custom fields")
    made.label_own = {"": values["name"]}  # the user's wording stands in every language
    if isinstance(made, Text):
        made.search = "word"
    return made


@dataclass
class Schema:
    """Entities and fields as this file has them. Made anew when a custom field or option changes. home: the calling
    code of telephone numbers without one."""

    model: Model
    by_entity: dict[str, dict[str, Field]] = field(default_factory=dict)
    home: str = "86"
    _kept: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def copy(self) -> Schema:
        """One of its own that may be added to."""
        return Schema(self.model, {name: dict(fields) for name, fields in self.by_entity.items()}, self.home)

    def put(self, f: Field) -> None:
        """Add a field, or another one in the place of it."""
        self.by_entity[f.entity][f.name] = f
        self._kept.clear()

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What is worked out of it, kept as long as it stands: much is asked again after each step."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def fields(self, entity: str) -> dict[str, Field]:
        """All fields of an entity by name, built-in first, then custom."""
        return self.by_entity[entity]

    def entity(self, name: str) -> type[Entity]:
        """The declaration of that name."""
        return self.model.entities[name]

    def title_of(self, entity: str, values: Mapping[str, Any]) -> str:
        """What a record with these values is called: by its title, else by what stands in for it («Other contact»)."""
        declared = self.entity(entity)
        named = values.get(declared.title)
        if named or not declared.stead:
            return str(named or "")
        return self.by_entity[entity][declared.stead].show(values.get(declared.stead))

    def shown(self, entity: str) -> list[Field]:
        """The fields that people see."""
        return [f for f in self.by_entity[entity].values() if not f.hidden]

    def children(self, entity: str) -> dict[str, type[Entity]]:
        """Field name -> child entity, for the fields of `entity` that are child rows."""
        return self.once(
            ("children", entity),
            lambda: {
                f.name: self.model.entities[f.of]
                for f in self.by_entity[entity].values()
                if isinstance(f, Rows)
            },
        )

    def child_entities(self) -> list[type[Entity]]:
        """Every entity whose records belong to another record."""
        return [e for e in self.model.entities.values() if is_child(e)]


def schema_of(
    model: Model,
    custom: Iterable[Mapping[str, Any]] = (),
    options: Iterable[Mapping[str, Any]] = (),
    off: Container[str] = (),
    currency: str = "CNY",
    home: str = "86",
) -> Schema:
    """The schema of a file with these `custom_field` and `option` records; off: its settings that say no; currency: of
    the firm, in which all its amounts are. home: the calling code of its telephone numbers."""
    lists: dict[str, list[Option]] = {}
    for record in sorted(options, key=lambda r: (r.get("position") or 0, r["name"])):
        also = words_of(record.get("also"))
        entry = Option(
            record["key"],
            record["name"],
            record.get("colour") or "",
            also,
            (("", record["name"]),),
            bool(record.get("off")),
        )
        lists.setdefault(record["list"], []).append(entry)
    made = Schema(model, home=home)
    for name, entity in model.entities.items():
        made.by_entity[name] = {
            f.name: f.like(hidden=True) if f.when and f.when in off else _with_options(f, lists)
            for f in entity.fields.values()
        }
    for record in sorted(custom, key=lambda r: (r.get("position") or 0, r["key"])):
        own = field_of(record)
        if own is not None and not record.get("off") and own.entity in made.by_entity:
            made.by_entity[own.entity][own.name] = _with_options(own, lists)
    for fields in made.by_entity.values():
        for f in fields.values():
            if isinstance(f, (Money, Lines, Prices)) and f.currency != currency:
                fields[f.name] = f.like(currency=currency)
            elif isinstance(f, Phones) and f.home != home:
                fields[f.name] = f.like(home=home)
    return made


def as_seen(schema: Schema, rights: Rights) -> Schema:
    """The schema as a person of these rights meets it: what is hidden from them stands on no screen and is not asked
    for, what they only read is locked."""
    made = schema.copy()
    for entity, name in rights.hidden:
        f = made.by_entity.get(entity, {}).get(name)
        if f is not None:
            made.by_entity[entity][name] = f.like(hidden=True, unseen=True, required=False)
    for entity, name in rights.readonly:
        f = made.by_entity.get(entity, {}).get(name)
        if f is not None:
            made.by_entity[entity][name] = f.like(locked=True)
    return made


def _with_options(of: Field, lists: Mapping[str, list[Option]]) -> Field:
    if not isinstance(of, Choice) or of.options.name not in lists:
        return of
    extra = []
    for entry in lists[of.options.name]:
        built_in = of.options.get(entry.key)
        if built_in is not None:  # a renamed entry still understands its old words
            entry = Option(
                entry.key,
                built_in.label,
                entry.colour or built_in.colour,
                built_in.also + entry.also,
                entry.own,
                entry.off,
            )
        extra.append(entry)
    return of.like(options=of.options.with_entries(extra))
