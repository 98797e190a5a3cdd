"""What ties people and firms to each other besides their positions: who recommended whom, relatives, partners."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Link, Text
from freecrm.core.module import Module
from freecrm.core.pieces import Relations, Tab
from freecrm.core.words import N_

TIES = Options(
    "tie",
    (
        Option(
            "referred_by", N_("Recommended by"), "accent", ("介绍人", "推荐人", "referred by", "referrer")
        ),
        Option("relative", N_("Relative"), "violet", ("亲属", "亲戚", "家人", "family")),
        Option("friend", N_("Friend"), "info", ("朋友", "同学", "classmate")),
        Option("partner", N_("Business partner"), "success", ("合作伙伴", "合伙人", "partner")),
        Option("supplier", N_("Buys from"), "neutral", ("供应商", "supplier")),
        Option("rival", N_("Competes with"), "danger", ("竞争对手", "competitor")),
    ),
)


class Tie(Child):
    """What a person or a customer is to another one. It is read from its owner: owner, kind, the other one."""

    label, plural, title, icon = N_("Relation"), N_("Relations"), "kind", "link"
    one_of = ("contact", "customer")
    kind = Choice(N_("Kind"), TIES, required=True)
    contact = Link(N_("Contact"), "contact")
    customer = Link(N_("Customer"), "customer")
    note = Text(N_("Remark"), search="word")


REFERRED = "referred_by"
"""The kind that says who brought whom."""

AROUND = Relations(
    "tie",
    "kind",
    (("referred_by", N_("Recommended")), ("supplier", N_("Sells to"))),
    "job",
    "customer",
    (
        ("decider", "circle-check"),
        ("payer", "tag"),
        ("user", "user"),
        ("adviser", "message-circle"),
        ("blocker", "circle-x"),
    ),
)

MODULE = Module("ties", (Tie,), pieces=(Tab("relations", N_("Relations"), AROUND, place=25),))
