"""What a team shares beyond its records: the places where two people changed the same thing apart."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Link, LongText, Moment, Text
from freecrm.core.module import Module
from freecrm.core.words import N_

ENDS = Options(
    "conflict_end",
    (
        Option("kept", N_("Left as it is"), "neutral"),
        Option("taken", N_("Other value taken"), "accent"),
        Option("written", N_("Written anew"), "accent"),
    ),
    open=False,
)


class Conflict(Child):
    """One field of a record, or of a row of it, that two people changed without knowing of each other.

    The shared database makes it: `kept` is the value that stands for now, `other` the one that came too late, `base`
    what both had before. They are JSON of the value as tables hold it. field: the field's name, "" when one
    deleted what the other changed. of_entity, of_row: the row, where it is not the record itself. ended: how
    somebody settled it; empty while it is open.
    """

    label, plural, title, icon = N_("Difference"), N_("Differences"), "field", "shuffle"
    of_entity = Text(N_("Kind of row"), hidden=True)
    of_row = Text(N_("Row"), hidden=True)
    field = Text(N_("Field"))
    base = LongText(N_("Before"))
    kept = LongText(N_("Value that stands"))
    kept_by = Link(N_("Changed by"), "user")
    kept_at = Moment(N_("Changed at"))
    kept_device = Text(N_("Computer"))
    other = LongText(N_("Other value"))
    other_by = Link(N_("Other change by"), "user")
    other_at = Moment(N_("Other change at"))
    other_device = Text(N_("Other computer"))
    ended = Choice(N_("Settled"), ENDS, index=True)


MODULE = Module("team", (Conflict,))
