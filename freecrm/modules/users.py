"""Users: the people of the firm. Sign-in and roles come with the team."""

from __future__ import annotations

from freecrm.core.entity import Entity
from freecrm.core.fields import Text, YesNo
from freecrm.core.module import Module, Together
from freecrm.core.rows import Emails, Phones
from freecrm.core.words import N_


class User(Entity):
    """A person of the firm, who owns customers."""

    label, plural, icon = N_("User"), N_("Users"), "user"
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
    left = YesNo(N_("Has left"))


MODULE = Module("users", (User,), imports=(Together("user"),))
