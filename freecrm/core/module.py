"""A module: what FreeCRM knows about one part of the business, as data.

The model is the explicit list of modules (`modules/__init__.py`) put together: its entities in
order, its pages, its settings. Nothing scans folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from freecrm.core import pieces
from freecrm.core.entity import Entity, is_child
from freecrm.core.filters import Filters
from freecrm.core.query import Condition

P = TypeVar("P", pieces.Figure, pieces.Tab, pieces.Card, pieces.Entry)


@dataclass(frozen=True, slots=True)
class List:
    """A page that lists an entity. columns: field names shown at first. sort: field, "-" = down. place: among the
    pages of the sidebar. under: the kind of screen, or the entity listed, below which it stands there. only: what
    holds of everything in it, whatever it is narrowed to."""

    entity: str
    columns: tuple[str, ...]
    sort: str = ""
    place: int = 50
    under: str = ""
    only: Condition | None = None


Page = List


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of its own kind: the calendar, the day. kind: of its `Place`. place, under: as of a `List`. when: a
    setting of the firm without which it is not shown."""

    kind: str
    label: str
    icon: str
    place: int = 50
    under: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A view that a list offers from the start. key: technical, never changed, for it is what the file keeps of it.
    sort: as of a `List`, "" = as the list. group: the time it is grouped by (overdue, today…), "" = none. Not offered where it asks for "me" and nobody is signed in."""

    entity: str
    key: str
    title: str
    filters: Filters
    sort: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """What one row of a foreign list may hold: a main record and a person in it.

    main: its entity ("customer"). person: the entity of people in it ("contact"), "" = none.
    position: the child row of the person that `link`s to the main record ("job", "customer").
    people: the entity that may be named in links and made when it is missing ("user").
    by: the field by which alone rows are told apart ("code"), where names repeat; "" = by all that is known.
    makes: other entities that links may name and that are made when they are missing.
    """

    main: str
    person: str = ""
    position: str = ""
    link: str = ""
    people: str = "user"
    by: str = ""
    makes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    """name: technical. entities: in order, parents before children. pages: in order. pieces: of records' pages.
    views: that lists offer, in order. screens: its other pages."""

    name: str
    entities: Sequence[type[Entity]] = ()
    pages: Sequence[Page] = ()
    imports: Sequence[Together] = ()
    pieces: Sequence[pieces.Piece] = ()
    views: Sequence[View] = ()
    screens: Sequence[Screen] = ()


@dataclass(frozen=True)
class Model:
    """All modules together. Order of entities = order of modules; numbers follow it."""

    modules: tuple[Module, ...]
    entities: dict[str, type[Entity]] = field(default_factory=dict)

    def switches(self) -> set[str]:
        """The settings of the firm that show fields or hide them."""
        return {f.when for entity in self.entities.values() for f in entity.fields.values() if f.when}

    def roots(self) -> list[type[Entity]]:
        """Entities that stand by themselves (no child rows)."""
        return [e for e in self.entities.values() if not is_child(e)]

    def imported(self, entity: str) -> Together:
        """How rows of a foreign list about `entity` are taken apart."""
        for module in self.modules:
            for plan in module.imports:
                if plan.main == entity:
                    return plan
        return Together(entity)

    def fillable(self) -> list[str]:
        """The entities that a foreign list brings in; of those beside them only what hangs at them."""
        plans = [plan for module in self.modules for plan in module.imports]
        return [name for plan in plans for name in (plan.main, plan.person) if name]

    def pieces(self, entity: str, kind: type[P]) -> list[P]:
        """What the page of a record of this entity is put together from, in order: `pieces("customer", Tab)`."""
        declared = self.entities[entity]
        every = [piece for module in self.modules for piece in module.pieces if isinstance(piece, kind)]
        return sorted((one for one in every if pieces.applies(one, declared)), key=lambda one: one.place)

    def views(self, entity: str) -> list[View]:
        """The views that the list of an entity offers."""
        return [view for module in self.modules for view in module.views if view.entity == entity]

    def pages(self) -> list[Page]:
        return [page for module in self.modules for page in module.pages]

    def alike(self) -> list[Page]:
        """The lists among whose records doubles are looked for and texts are tidied."""
        return [page for page in self.pages() if self.entities[page.entity].alike]

    def places(self) -> list[Page | Screen]:
        """What the sidebar leads to, in its order: lists and screens."""
        screens: list[Page | Screen] = [screen for module in self.modules for screen in module.screens]
        return sorted([*self.pages(), *screens], key=lambda one: one.place)


def model_of(modules: Iterable[Module]) -> Model:
    """Put modules together; an entity named twice is our mistake and raises ValueError."""
    kept = tuple(modules)
    entities: dict[str, type[Entity]] = {}
    for module in kept:
        for entity in module.entities:
            if entity.entity in entities:
                raise ValueError(f"entity {entity.entity} is declared twice")
            entities[entity.entity] = entity
    return Model(kept, entities)
