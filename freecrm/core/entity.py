"""An entity: a class of field objects, declared once, never instantiated, without behaviour.

    class Customer(Entity):
        '''A company or a person we do business with.'''
        label, plural = N_("Customer"), N_("Customers")
        name = Text(N_("Name"), required=True, search="name")

`Customer.name` is the checked way to name a field in code. Everything else (table, form, list,
Excel, log, search) is made from the declaration by plain functions in the layer that owns it.
"""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.fields import Field, Link, Moment, Text
from freecrm.core.rows import Rows
from freecrm.core.words import N_


class Entity:
    """Base of all declarations.

    label, plural: what one and many are called. title: the field that names a record.
    stead: the field that names a record whose title is blank ("" = none). icon: a Lucide name. owner: the link field whose user owns the record ("" = nobody).
    meant: the user link of those whom a record is about, where it has no owner: everybody sees it, who changes their own only
    changes those about themselves, and what is about nobody is the firm's: who changes all of them changes it.
    alike: two records of the same name may be one; where not, nobody looks for doubles of them.
    quick: what the short form for a new record asks for, in order; () = title, needed fields, phones.
    indexes: name -> (columns, which rows as SQL): what a page asks of a million rows by several fields at once.
    """

    label: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    title: ClassVar[str] = "name"
    stead: ClassVar[str] = ""
    icon: ClassVar[str] = "file-text"
    owner: ClassVar[str] = ""
    meant: ClassVar[str] = ""
    quick: ClassVar[tuple[str, ...]] = ()
    alike: ClassVar[bool] = True
    indexes: ClassVar[dict[str, tuple[tuple[str, ...], str]]] = {}
    entity: ClassVar[str] = ""
    fields: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls, child: bool = False, abstract: bool = False) -> None:
        if abstract:
            return
        cls.entity = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")
        found: dict[str, Field] = {}
        for base in reversed(cls.__mro__):
            for name, value in vars(base).items():
                if isinstance(value, Field):
                    own = value if base is cls else value.like()
                    own.name, own.entity = name, cls.entity
                    found[name] = own
                    if isinstance(own, Moment):
                        zone = Text(N_("Time zone"), hidden=True)
                        zone.name, zone.entity = f"{name}_zone", cls.entity
                        found[zone.name] = zone
        for name, value in found.items():
            setattr(cls, name, value)
        cls.fields = found


class Child(Entity, abstract=True):
    """A row that belongs to another record (a phone, a note) and goes when that goes.

    parent: the record's id. parent_entity: its entity. position: its place among its like.
    one_of: links of which a row fills exactly one, naming another record than its owner; the row goes and
    comes back with that one, too.
    ledger: the field whose sum is a balance: rows are only added, and the sum never falls below zero.
    element: the field that says all there is to a row, which stands once with its owner: the row's id follows from
    both, so that two computers that add the same word add the same row.
    """

    one_of: ClassVar[tuple[str, ...]] = ()
    ledger: ClassVar[str] = ""
    element: ClassVar[str] = ""

    parent = Link(N_("Belongs to"), "", hidden=True, required=True)
    parent_entity = Text(N_("Kind of record"), hidden=True)


def is_child(entity: type[Entity]) -> bool:
    """Whether records of this entity belong to another record."""
    return issubclass(entity, Child)


def columns(fields: dict[str, Field]) -> list[Field]:
    """The fields that have a column of their own in the table (no child rows, no custom ones)."""
    return [f for f in fields.values() if not isinstance(f, Rows) and not f.custom]


def ends(entity: type[Entity]) -> list[Link]:
    """The links that a record cannot be without, each alone: it goes with what they name. Of a child row its owner,
    the firm of a position, whoever of `one_of` is named; of a record those that are needed or say `goes`."""
    one_of = entity.one_of if issubclass(entity, Child) else ()
    return [
        f
        for f in entity.fields.values()
        if isinstance(f, Link) and (f.required or f.goes or f.name in one_of)
    ]


def is_place(f: Link, child: type[Entity]) -> bool:
    """Whether a link of a child row places its owner at a record (the position of a person in a firm), and says
    neither whom it belongs to, nor a relation, nor who stands above."""
    one_of = child.one_of if issubclass(child, Child) else ()
    return is_child(child) and f.name != "parent" and f.name not in one_of and not f.above
