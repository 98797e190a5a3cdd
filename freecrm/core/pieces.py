"""What the page of a record is put together from, as data: figures, tabs, cards, entries of its timeline.

A module names its pieces (`Module.pieces`) and the page shows them; the page knows no business. `on` is the
entity whose page it is, "" every entity that has what the piece is about. `place` puts the pieces of all
modules in order: 10 people, 30 to 70 business, 80 and more what every record has. `when` names a setting of
the firm without which the piece is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.derive import Either, Net, Rule, Worked
from freecrm.core.fields import Link
from freecrm.core.rows import Rows

if TYPE_CHECKING:
    from freecrm.core.entity import Entity


@dataclass(frozen=True, slots=True)
class Children:
    """The rows of a child entity that belong to the record: its notes, its files."""

    of: str


@dataclass(frozen=True, slots=True)
class Pool:
    """How a customer stands to the shared pool: in it, or about to go back."""


@dataclass(frozen=True, slots=True)
class People:
    """Child rows of others that point at the record by their link `by`: the positions in this firm.

    wanted: the role that one of them should have (who decides), "" = none."""

    of: str
    by: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """Records whose link `by` is the record, as a list with these columns, first sorted by `sort`."""

    of: str
    by: str
    columns: tuple[str, ...]
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What the log holds of the record."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete and how fresh the record is, and what it lacks (`core/scoring.py`)."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What ties the record to others, as a list and as a drawn chart: rows of `of` that it owns or that name it.

    kind: their field that says how. back: kind -> what it is called from the other end, where that is another
    word. places: the child rows that give people a place in a firm (positions), their link `at` to the firm, and
    `icons`: their roles -> icon.
    """

    of: str
    kind: str
    back: tuple[tuple[str, str], ...] = ()
    places: str = ""
    at: str = ""
    icons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of a child entity that is a ledger: with their running balance, and what adds a line to it."""

    of: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the record was billed and paid, with the balance after each entry."""


@dataclass(frozen=True, slots=True)
class Credit:
    """How much the record may owe, and how much it does."""


@dataclass(frozen=True, slots=True)
class Plans:
    """The follow-up plans that run for the record."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a quote, an order or a repeating bill as a grid that is typed into, and what they come to."""

    of: str


@dataclass(frozen=True, slots=True)
class Doings:
    """Activities with the record: those still to be done first, then those done. over: as of an `Entry`."""

    by: str = "customer"
    over: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Held:
    """Child rows in field `field` of the record, edited on the spot. sums: fields of the record that say what they
    come to: the sum that is worked out, and the one that follows it until somebody sets another."""

    field: str
    sums: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Stages:
    """The way of the record through its pipeline: how long it stood in each stage."""


What = (
    Children
    | Lines
    | People
    | Linked
    | Changes
    | Quality
    | Relations
    | Ledger
    | Account
    | Credit
    | Plans
    | Doings
    | Pool
    | Held
    | Stages
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the head of the page; pressing it opens its rows.

    of: a field of the record, or a rule of core/derive.py over rows that point at it. opens: the tab with
    these rows, "" = the field itself. beside: the same for the small line below it, "" = none.
    only: a field of the rows and its value, without which they do not count in `of`.
    """

    name: str
    label: str
    of: str | Rule
    opens: str = ""
    beside: str | Rule = ""
    on: str = ""
    place: int = 50
    when: str = ""
    only: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the page, loaded when it is first opened. opens: the page begins with it."""

    name: str
    label: str
    show: What
    on: str = ""
    place: int = 50
    when: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of the right column: people with their roles, the place to drop files on. opens: its tab."""

    name: str
    label: str
    show: What
    opens: str = ""
    on: str = ""
    place: int = 50
    when: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of entry in the timeline: rows of `of` whose `by` is the record.

    label: of its filter. said: what happened, with {what} for the row's text. at: the field that says when,
    "" = when the row was made; else_at: where that one is empty. text: the field that is shown below. chips: those
    that stand beside what happened. over: a child entity of `of` and its link to the record, in place of `by`: the
    activities that somebody attended. under: an entity and its link to the record; `of` are child rows of these. only: a field and its value, without which a row is no entry. finds: the
    fields that the search looks into, () = `text`. who: the link to the user who did it. rows: fields of child rows that are read with it.
    """

    name: str
    label: str
    said: str
    of: str
    icon: str
    tint: str
    by: str = "parent"
    at: str = ""
    text: str = ""
    on: str = ""
    place: int = 50
    when: str = ""
    chips: tuple[str, ...] = ()
    else_at: str = ""
    over: tuple[str, str] = ("", "")
    under: tuple[str, str] = ("", "")
    only: tuple[str, str] = ("", "")
    finds: tuple[str, ...] = ()
    who: str = ""
    rows: tuple[str, ...] = ()


Piece = Figure | Tab | Card | Entry


def applies(piece: Piece, entity: type[Entity]) -> bool:
    """Whether the page of this entity shows the piece."""
    if piece.on:
        return piece.on == entity.entity
    of = _about(piece)
    return not of or any(isinstance(f, Rows) and f.of == of for f in entity.fields.values())


def _about(piece: Piece) -> str:
    """The child entity that a record must have rows of, "" = none."""
    if isinstance(piece, Entry):
        return piece.of
    if isinstance(piece, Figure):
        return "" if isinstance(piece.of, (str, Either, Worked, Net)) else piece.of.of
    return piece.show.of if isinstance(piece.show, (Children, Relations)) else ""


def tree_of(entity: type[Entity]) -> Link | None:
    """The link that makes a tree of these records (the group a firm is part of), or None."""
    fields = entity.fields.values()
    return next((f for f in fields if isinstance(f, Link) and f.tree and f.to == entity.entity), None)
