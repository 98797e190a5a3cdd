"""Scores in words, and where in a record what lacks points is filled in."""

from __future__ import annotations

from freecrm.core.custom import Schema
from freecrm.core.derive import parts
from freecrm.core.rows import Rows
from freecrm.core.scoring import CHANGED, called
from freecrm.core.words import N_, _
from freecrm.store.scores import Lack, Score, percent

_FRESH = ((67, N_("fresh")), (34, N_("ageing")), (0, N_("stale")))


def in_words(score: Score | None) -> str:
    """«82 % complete · fresh»; «not contacted yet» in place of how fresh where only that lacks."""
    if score is None:
        return ""
    found = []
    if score.complete is not None:
        found.append(_("{n} % complete").format(n=score.complete))
    if score.fresh is not None:
        found.append(_("not contacted yet") if score.uncontacted else fresh_word(score.fresh))
    return " · ".join(found)


def fresh_word(fresh: int) -> str:
    """How fresh that is."""
    return next(_(text) for least, text in _FRESH if fresh >= least)


def lack_words(schema: Schema, entity: str, lack: Lack) -> tuple[str, str]:
    """What lacks points, and what it would bring: ("Phone", "+20 %"); for a day that is
    too old how old it may be."""
    name = str(called(lack.rule.field, schema.fields(entity)) or lack.rule.field)
    if lack.rule.days is not None:
        name = _("{field} within {n} days").format(field=name, n=lack.rule.days)
    more = f"+{percent(lack.points)}"
    return name, _("{more} fresh").format(more=more) if lack.rule.days is not None else more


def field_to_fill(schema: Schema, entity: str, name: str) -> str:
    """The field in which people fill in what a rule asks for: of one worked out from rows of the record, these
    rows; "" where it is filled in elsewhere."""
    fields = schema.fields(entity)
    f = fields.get(name)
    if name == CHANGED or f is None:
        return ""
    if f.is_written:
        return name
    sources = {part.of for part in parts(f.derived) if part.by == "parent"}
    own = (one.name for one in fields.values() if isinstance(one, Rows) and one.of in sources)
    return next(own, "")
