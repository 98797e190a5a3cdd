"""Loyalty points: a ledger whose sum is the balance of a customer."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Date, Money, Number, Text
from freecrm.core.module import Module
from freecrm.core.pieces import Entry, Figure, Ledger, Tab
from freecrm.core.words import N_

GIVEN = "points.given"

MOVES = Options(
    "points_move",
    (
        Option("earn", N_("Earned"), "success", ("获得", "earn")),
        Option("spend", N_("Spent"), "accent", ("兑换", "使用", "spend", "redeem")),
        Option("expire", N_("Expired"), "neutral", ("过期", "expire")),
        Option("adjust", N_("Corrected"), "warning", ("调整", "更正", "adjust")),
    ),
    open=False,
)


class PointsEntry(Child):
    """A line of a customer's ledger of points. points: with its sign, below zero for what is spent or expired.
    amount: what was bought, where the points were earned by it. expires: the last day on which they count."""

    label, plural, title, icon, ledger = N_("Points entry"), N_("Points"), "reason", "star", "points"
    day = Date(N_("Day"), required=True)
    move = Choice(N_("Kind"), MOVES, required=True)
    points = Number(N_("Points"), required=True)
    amount = Money(N_("Amount bought"))
    expires = Date(N_("Count until"))
    reason = Text(N_("Reason"), search="word")


MODULE = Module(
    "points",
    (PointsEntry,),
    pieces=(
        Figure("points", N_("Points"), "points", "points", on="customer", place=50, when=GIVEN),
        Tab("points", N_("Points"), Ledger("points_entry"), on="customer", place=50, when=GIVEN),
        Entry(
            "points",
            N_("Points"),
            N_("Points"),
            "points_entry",
            "star",
            "warning",
            text="reason",
            on="customer",
            place=40,
            when=GIVEN,
            chips=("move", "points"),
        ),
    ),
)
