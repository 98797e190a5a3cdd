"""By which rules it is judged how complete and how fresh what we know about a record is."""

from __future__ import annotations

from freecrm.core.entity import Entity
from freecrm.core.fields import Number, Text
from freecrm.core.module import Module
from freecrm.core.pieces import Card, Quality
from freecrm.core.words import N_


class ScoreRule(Entity):
    """One rule of the score of a kind of record. on: the entity judged. field: what is looked at. weight: its
    points among those of all rules. days: how old a day or time there may be, blank = it only has to be filled."""

    label, plural, title, icon = N_("Score rule"), N_("Score rules"), "field", "list"
    on = Text(N_("Kind of record"), required=True)
    field = Text(N_("Field"), required=True)
    weight = Number(N_("Weight"), required=True)
    days = Number(N_("Days"))
    position = Number(N_("Position"))


MODULE = Module(
    "scores",
    (ScoreRule,),
    pieces=tuple(
        Card("quality", N_("Data quality"), Quality(), on=entity, place=80)
        for entity in ("customer", "contact")
    ),
)
