"""The entries of a timeline in words: what is painted of each, read out, and printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from freecrm.core import day_words
from freecrm.core.fields import Choice, Field
from freecrm.core.pieces import Entry
from freecrm.core.words import N_, _, inside, plural
from freecrm.store import timeline
from freecrm.store.database import Store
from freecrm.store.timeline import CHANGES, Happening
from freecrm.ui import cells
from freecrm.ui.editors.files import size_text
from freecrm.ui.record_page.figures import ago

if TYPE_CHECKING:
    from freecrm.ui.record_page.activity_words import ActivityTeller

MONTHS = (
    N_("January {year}"),
    N_("February {year}"),
    N_("March {year}"),
    N_("April {year}"),
    N_("May {year}"),
    N_("June {year}"),
    N_("July {year}"),
    N_("August {year}"),
    N_("September {year}"),
    N_("October {year}"),
    N_("November {year}"),
    N_("December {year}"),
)


@dataclass(slots=True)
class Part:
    """A value before and after, in words. tint: of the plate the new one stands on."""

    title: str
    old: str
    new: str
    tint: str = ""


@dataclass(slots=True)
class Row:
    """What is painted: a heading (about is None) or an entry.

    head: in bold. when: at the right. text: below, folded to some lines. chip: (text, tint) behind the head.
    parts: values that were changed. more: how many of them are folded away."""

    head: str
    about: Happening | None = None
    icon: str = ""
    tint: str = ""
    when: str = ""
    text: str = ""
    chips: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    spoken: str = ""
    heights: dict[tuple[int, bool, int], int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, bytes, int]:
        """What the entry is found again by."""
        about = self.about
        return (
            (about.kind, about.id, int(about.values.get("step") or 0)) if about is not None else ("", b"", 0)
        )


class Teller:
    """Puts the entries of a record's timeline into words."""

    def __init__(self, store: Store, entity: str, entries: Sequence[Entry]) -> None:
        self.store, self.entity = store, entity
        self.by_name = {entry.name: entry for entry in entries}

    @cached_property
    def _activities(self) -> ActivityTeller:
        from freecrm.ui.record_page.activity_words import ActivityTeller

        return ActivityTeller(self.store)

    def row(self, one: Happening) -> Row:
        """One entry as it is shown."""
        made = self._of_step(one) if one.kind == CHANGES else self._of_entry(one)
        made.about, made.when = one, made.when or when(one.at)
        told = [made.head, *(chip for chip, _tint in made.chips), made.text]
        told += [f"{p.title}: {p.old or cells.EMPTY} → {p.new or cells.EMPTY}" for p in made.parts]
        day = f"{one.at.astimezone():%Y-%m-%d %H:%M}, {ago(None, one.at)}"
        who = ""
        if one.who and one.kind == CHANGES:  # what was done says who did it in its head
            who = self.store.reader().titles("user", {one.who}).get(one.who, "")
        made.spoken = "; ".join(text for text in (told[0], who, day, *told[1:]) if text)
        return made

    def _of_entry(self, one: Happening) -> Row:
        entry = self.by_name[one.kind]
        if one.entity == "activity":
            return self._activities.row(one)
        made = Row(_(entry.said), icon=entry.icon, tint=entry.tint)
        if one.entity == "file":
            made.chips.append((one.text, "plain"))
            made.text = ""
            size = size_text(one.values.get("size"))
            if size:
                made.chips.append((size, ""))
        elif "{what}" in entry.said:
            made.head = made.head.format(what=one.text)
            made.chips = [self._chip(one, name) for name in entry.chips if one.values.get(name)]
        elif entry.text:
            made.text = one.text
            made.chips = [self._chip(one, name) for name in entry.chips if one.values.get(name)]
        else:
            made.head = _("{what}: {name}").format(what=made.head, name=one.text)
            chips, text = self._told(one)
            made.chips = [*chips, *([(text, "")] if text else [])]
        return made

    def _chip(self, one: Happening, name: str) -> tuple[str, str]:
        f, value = self.store.schema.fields(one.entity)[name], one.values[name]
        if f"{name}_title" in one.values:
            return str(one.values[f"{name}_title"] or ""), "plain"
        entry = cells.option(f, value)
        return cells.text(f, value), entry.colour if entry is not None else "plain"

    def _told(self, one: Happening) -> tuple[list[tuple[str, str]], str]:
        """What a row says besides the name: choices as chips, texts behind each other."""
        fields = self.store.schema.fields(one.entity).values()
        chips, texts = list[tuple[str, str]](), list[str]()
        for f in fields:
            value = one.values.get(f.name)
            if f.hidden or not value or f.column == "BLOB":
                continue
            entry = cells.option(f, value)
            if entry is not None:
                chips.append((f.show(value), entry.colour))
            elif isinstance(value, str) and not isinstance(f, Choice):
                texts.append(f.show(value))
        return chips, " ".join(texts)

    def _of_step(self, one: Happening) -> Row:
        head = str(one.said) if one.said is not None else _("Changed by another program")
        icon = {"import": "download", "undo": "undo-2", "redo": "redo-2"}.get(one.origin, "pencil")
        made = Row(head, icon=icon, tint="neutral")
        for detail in one.details:
            if detail.of is not None and detail.entity == self.entity:
                made.parts.append(self._part(detail.of, detail.of.title, detail.old, detail.new))
            elif detail.of is not None:
                owner = _(self.store.schema.entity(detail.entity).label)
                title = owner if detail.of.title == owner else f"{owner}, {inside(detail.of.title)}"
                made.parts.append(self._part(detail.of, title, detail.old, detail.new))
            else:
                made.parts.append(self._of_row(detail))
        if len(made.parts) == 1 and not made.parts[0].title:
            made.parts = []
        return made

    def _part(self, f: Field, title: str, old: Any, new: Any) -> Part:
        entry = cells.option(f, new)
        tint = (entry.colour if entry is not None else "") or "plain"
        return Part(title, _one_line(_shown(f, old)), _one_line(_shown(f, new)), tint)

    def _of_row(self, detail: timeline.Detail) -> Part:
        declared = self.store.schema.entity(detail.entity)
        fields = self.store.schema.fields(detail.entity)
        f = fields[declared.title]
        parent = next(
            (
                rows
                for name, child in self.store.schema.children(self.entity).items()
                if child.entity == detail.entity and (rows := self.store.schema.fields(self.entity)[name])
            ),
            None,
        )

        def shown(value: Any) -> str:
            if value is None:
                return ""
            if parent is not None and f.search == "digits":
                return cells.phone(str(value))
            return _one_line(_shown(f, value))

        return Part(_(declared.label), shown(detail.old), shown(detail.new), "plain")


def _shown(f: Field, value: Any) -> str:
    if isinstance(value, str) and f.column == "BLOB":
        return value  # what a link points at, by its name
    return cells.text(f, value)


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"


def heading_of(day: dt.date, today: dt.date) -> str:
    """The heading above the entries of a day: the near ones by day and week, the rest by month."""
    if day > today:
        return _("Later")
    if day == today:
        return _("Today")
    if day == today - dt.timedelta(days=1):
        return _("Yesterday")
    monday = today - dt.timedelta(days=today.weekday())
    if day >= monday:
        return _("This week")
    if day >= monday - dt.timedelta(days=7):
        return _("Last week")
    return _(MONTHS[day.month - 1]).format(year=day.year)


def when(at: dt.datetime) -> str:
    """The moment of an entry: day, weekday and time; the year where it is another."""
    local = at.astimezone()
    day = _("{month}/{day} {weekday} {time}")
    if local.year != dt.datetime.now().astimezone().year:
        day = _("{year}/{month}/{day} {weekday} {time}")
    return day.format(
        year=local.year,
        month=local.month,
        day=local.day,
        weekday=day_words.weekday(local.date()),
        time=f"{local:%H:%M}",
    )


def folded_words(n: int) -> str:
    """What stands for the values that are folded away."""
    return plural("{n} more value", "{n} more values", n)
