"""A card in words: its next step, and all of it in one sentence for who doesn't see it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from freecrm.core import day_words
from freecrm.core.words import _, plural
from freecrm.store.deals import Card
from freecrm.ui import due_words
from freecrm.ui.board.shown import Lane, Seen, Shown, exact, percent, whole


class Step(NamedTuple):
    """How the next step of a deal stands: words, the token of their colour, the sign in front. brief: the words where
    there is little room."""

    text: str
    token: str
    sign: str
    brief: str = ""


def next_step(card: Card, now: dt.datetime) -> Step:
    """Late in red with its days, today in the accent, later with a clock, none in amber."""
    if card.next_at is None:
        return Step(_("No next step"), "warning", "triangle-alert", _("None"))
    said = due_words.next_step(card.next_at, None, now)
    if said.token == "danger":
        days = (now.astimezone().date() - card.next_at.astimezone().date()).days
        text = plural("{n} day late", "{n} days late", days) if days > 0 else said.text
        brief = _("{n} d late").format(n=days) if days > 0 else f"{card.next_at.astimezone():%H:%M}"
        return Step(text, "danger", "circle-alert", brief)
    if said.token == "accent":
        return Step(said.text, "accent", "circle-dot", said.text.rpartition(" ")[2])
    day_ = card.next_at.astimezone().date()
    today = now.astimezone().date()
    return Step(day_words.called(day_, today) or day_words.short(day_), "text2", "clock", day(day_, today))


def day(close: dt.date, today: dt.date) -> str:
    """An expected close: 30 Apr; with its year where that is far away."""
    if abs((close - today).days) > day_words.FAR and close.year != today.year:
        return close.isoformat()
    name, text = _(day_words.MONTHS[close.month - 1]), day_words.month_day(close.month, close.day)
    return text.replace(name, name[:3]) if name.isascii() else text


def spoken(card: Card, lane: Lane | None, seen: Seen) -> str:
    """All of a card in one sentence."""
    parts = [
        card.name or _("(no name)"),
        card.customer_name,
        exact(card.amount, seen.currency),
        percent(card.odds),
    ]
    if card.close is not None:
        words = _("expected close overdue: {day}") if card.close < seen.today else _("expected close {day}")
        parts.append(words.format(day=day_words.show(card.close)))
    else:
        parts.append(_("no expected close"))
    step = next_step(card, seen.now)
    parts.append(
        step.text
        if card.next_at is None
        else _("next step {when}").format(when=step.text[:1].lower() + step.text[1:])
    )
    stage = next((one.name for one in seen.pipe.stages if one.id == card.stage), "") if seen.pipe else ""
    parts.append(plural("{n} day in “{stage}”", "{n} days in “{stage}”", seen.days(card), stage=stage))
    if seen.is_stuck(card):
        parts.append(_("longer than its limit of {n} days").format(n=seen.limits[card.stage]))
    parts.append(seen.people.get(card.owner or b"", "") or _("nobody's"))
    if lane is not None and lane.month is not None:
        parts.append(lane.title)
    return " · ".join(part for part in parts if part)


def lane_words(lane: Lane) -> str:
    """A lane in one sentence."""
    words = (
        lane.title,
        lane.chance,
        lane.count_words(),
        whole(lane.total, lane.currency),
        _("weighted {amount}").format(amount=whole(lane.weighted, lane.currency)),
    )
    return " · ".join(part for part in (*words, *lane.figures, others_words(lane)) if part)


def others_words(lane: Lane) -> str:
    """How many deals are not within the filter, "" for none."""
    return (
        plural("{n} more outside the filter", "{n} more outside the filter", lane.others)
        if lane.others
        else ""
    )


def summary(shown: Shown) -> str:
    """What the status bar says: open deals, how many are stuck, how many have no next step."""
    stuck, bare = len(shown.stuck), sum(card.next_at is None for card in shown.cards)
    parts = [plural("{n} open deal", "{n} open deals", len(shown.cards))]
    if stuck:
        parts.append(_("{n} stuck").format(n=f"{stuck:,}"))
    if bare:
        parts.append(_("{n} without a next step").format(n=f"{bare:,}"))
    if shown.seen.later:
        parts.append(_("{n} put off").format(n=f"{shown.seen.later:,}"))
    return " · ".join(parts)
