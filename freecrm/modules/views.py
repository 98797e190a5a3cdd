"""The saved views of lists: how a list is arranged, under a name. Private to whoever made them."""

from __future__ import annotations

from freecrm.core.entity import Entity
from freecrm.core.fields import Link, LongText, Number, Text, YesNo
from freecrm.core.module import Module
from freecrm.core.words import N_


class ListView(Entity):
    """A view of a list. on: the entity listed. state: its arrangement as JSON (`core/arrangement.py`). declared:
    it stands in place of the list's first view. offered: the key of the module's view that it stands in place of;
    off: that one is not shown."""

    label, plural, icon, owner = N_("View"), N_("Views"), "layers", "owner_user"
    name = Text(N_("Name"), required=True, most=60)
    on = Text(N_("Kind of record"), required=True)
    state = LongText(N_("Arrangement"), required=True)
    position = Number(N_("Position"))
    declared = YesNo(N_("First view"))
    offered = Text(N_("Offered view"))
    off = YesNo(N_("Switched off"))
    owner_user = Link(N_("Owner"), "user")


MODULE = Module("views", (ListView,))
