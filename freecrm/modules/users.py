"""Users: the people of the firm, and the roles that say what each of them may do."""

from __future__ import annotations

from freecrm.core.entity import Entity
from freecrm.core.fields import Link, LongText, Text, YesNo
from freecrm.core.module import Module, Together
from freecrm.core.rows import Emails, Phones
from freecrm.core.words import N_


class Role(Entity):
    """What people of one kind may do; who has none may do everything.

    grants: JSON of {entity or "*": {action: scope}}, the words of `core/rights.py`. hidden, readonly, masked: JSON
    lists of [entity, field]. admin: may give roles and change the firm's own settings.
    """

    label, plural, icon, alike = N_("Role"), N_("Roles"), "shield", False
    name = Text(N_("Name"), required=True, search="name")
    admin = YesNo(N_("May give rights"))
    grants = LongText(N_("Rights"), hidden=True)
    hidden_fields = LongText(N_("Hidden fields"), hidden=True)
    readonly_fields = LongText(N_("Read-only fields"), hidden=True)
    masked_fields = LongText(N_("Masked fields"), hidden=True)


class User(Entity):
    """A person of the firm, who owns customers."""

    label, plural, icon = N_("Colleague"), N_("Colleagues"), "user"
    name = Text(
        N_("Name"),
        required=True,
        search="name",
        heads=("姓名", "员工", "销售", "sales rep", "sales_agent", "sales agent"),
    )
    short = Text(
        N_("Short name"),
        search="name",
        hint=N_("What colleagues say; lists may use it in place of the name."),
    )
    team = Text(N_("Department"), heads=("部门", "团队", "department", "team"))
    phones = Phones(N_("Phone"), "phone", shows="number")
    emails = Emails(N_("E-mail"), "email", shows="address")
    role = Link(N_("Role"), "role")
    left = YesNo(N_("Has left"))


MODULE = Module("users", (Role, User), imports=(Together("user"),))
