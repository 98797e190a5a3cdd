"""Makes the cards of the day out of what was read. What a line does is the page's; here it only gets its buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from freecrm.core import day_words, yearly
from freecrm.core.rights import Unseen
from freecrm.core.words import N_, _, plural, sentences
from freecrm.store.activities import Habit
from freecrm.store.ageing import Overdue
from freecrm.store.occasions import Coming
from freecrm.store.quotes_waiting import Waiting
from freecrm.store.today import DAYS, Day, Quiet, Silence, Todo
from freecrm.ui.today import words
from freecrm.ui.today.card import Card
from freecrm.ui.today.line import Line

if TYPE_CHECKING:
    from freecrm.ui.today.page import TodayPage

AT_FIRST = 8
"""So many lines a card shows before one asks for more."""
STEPS = {
    "customers": (N_("Bring in your customers"), "download"),
    "follow_up": (N_("Write the first follow-up"), "square-pen"),
    "planned": (N_("Plan a call back"), "calendar-plus"),
    "backup": (N_("Make a backup"), "hard-drive"),
}
"""Of the list for whoever is new: step -> text, icon."""


class Cards:
    """The cards of one reading."""

    def __init__(self, page: TodayPage, parent: QWidget, now: dt.datetime) -> None:
        self.page, self.parent, self.now = page, parent, now
        self.habits: dict[str, Habit] = page.habits

    # ---- activities

    def overdue(self, day: Day) -> Card:
        """What is late."""
        made = Card(_("Overdue"), words.counted(day.overdue_count), self.parent, urgent=True)
        made.add_link(_("Carry over…"), self.page.carry_over)
        self._todos(made, "overdue", day.overdue, day.overdue_count, day.day)
        return made

    def due(self, day: Day) -> Card:
        """What is for today; a calm sentence where that is nothing."""
        made = Card(_("To do today"), words.counted(day.due_count) if day.due_count else "", self.parent)
        if day.due:
            self._todos(made, "today", day.due, day.due_count, day.day)
            return made
        text = (
            _("Nothing is planned for today.")
            if day.overdue_count
            else _("Nothing is due. The day is yours.")
        )
        if day.coming is not None and day.coming.day is not None:
            when = words.near(day.coming.day, day.day)
            text = sentences(text, _("Next: {what}, {when}.").format(what=day.coming.subject, when=when))
        made.add_text(text)
        return made

    def tasks(self, day: Day) -> Card:
        """What nobody gave a day yet."""
        made = Card(_("Without a date"), words.counted(day.tasks_count), self.parent)
        self._todos(made, "undated", day.tasks, day.tasks_count, day.day)
        return made

    def _todos(self, card: Card, name: str, todos: tuple[Todo, ...], count: int, today: dt.date) -> None:
        card.add_link(_("All"), partial(self.page.show_view, "activity", name))
        shown = todos if name in self.page.unfolded else todos[:AT_FIRST]
        for todo in shown:
            card.add(self._todo(card, todo, today))
        if len(todos) > len(shown):
            self._more(card, name, len(todos) - len(shown))

    def _more(self, card: Card, name: str, n: int) -> None:
        text = plural("{n} more", "{n} more", n)
        card.add_group("", text, partial(self.page.unfold, name))

    def _todo(self, card: Card, todo: Todo, today: dt.date) -> Line:
        page = self.page
        about, role = words.about(todo, today, self.now)
        habit = self.habits.get(todo.kind)
        icon = habit.icon if habit is not None else "calendar"
        if todo.late or icon == "circle-check":  # beside the box to tick it would look done
            icon = "circle-alert" if todo.late else "list-todo"
        line = Line(("activity", todo.id), words.title(todo), about, role, icon, card)
        line.add_tick(_("Done: {what}").format(what=todo.subject), partial(page.finish, todo))
        line.add_entry(_("Done…"), "circle-check", partial(page.finish, todo))
        later = line.add_button("clock", _("Later: {what}").format(what=todo.subject), lambda: None)
        line.entries.pop()
        later.clicked.connect(
            partial(page.offer_days, later, page.later_text(todo), partial(page.put_off, todo))
        )
        for text, day in words.days_offered(today):
            line.add_entry(text, "clock", partial(page.put_off, todo, day))
        line.add_entry(
            _("Another day…"),
            "calendar",
            partial(page.ask_day, page.later_text(todo), partial(page.put_off, todo)),
        )
        if todo.phone:
            text = _("Copy the number {phone}").format(phone=todo.phone)
            line.add_button("phone", text, partial(page.copy_phone, todo.phone))
        if todo.customer is not None and not isinstance(todo.name, Unseen):
            line.add_entry(
                _("Open the customer"), "building-2", partial(page.open, "customer", todo.customer)
            )
        line.add_entry(_("Open the activity"), "external-link", partial(page.open, "activity", todo.id))
        line.add_entry(_("Won't be done"), "ban", partial(page.drop, todo))
        line.opened.connect(partial(page.open, "activity", todo.id))
        return line

    # ---- customers

    def silent(self, day: Day) -> Card:
        """Who was not contacted for longer than their grade allows."""
        count = sum(one.count for one in day.silent)
        made = Card(_("Not contacted for long"), words.counted(count), self.parent)
        made.add_link(_("Limits…"), self.page.show_limits)
        for one in day.silent:
            text = self._group_text(one)
            made.add_group(text, _("Plan calls for all…"), partial(self.page.plan_all, one.grade))
            for quiet in one.first:
                made.add(self._quiet(made, quiet, words.silence(quiet)))
        return made

    @staticmethod
    def _group_text(one: Silence) -> str:
        grade = _("Grade {grade}").format(grade=one.grade) if one.grade else _("Other grades")
        over = plural("over {n} day", "over {n} days", one.limit)
        return f"{grade} · {over} · {words.counted(one.count)}"

    def idle(self, day: Day) -> Card:
        """Who has no next step."""
        made = Card(_("No next step"), words.counted(day.idle_count), self.parent)
        made.add_link(_("All"), partial(self.page.show_view, "customer", "no_next"))
        for quiet in day.idle:
            made.add(self._quiet(made, quiet, words.last_contact(quiet)))
        return made

    def _quiet(self, card: Card, quiet: Quiet, about: str) -> Line:
        page = self.page
        line = Line(
            ("customer", quiet.id), quiet.name or _("(no name)"), about, "caption", "building-2", card
        )
        if quiet.phone:
            text = _("Copy the number {phone}").format(phone=quiet.phone)
            line.add_button("phone", text, partial(page.copy_phone, quiet.phone))
        button = line.add_words(_("Plan a call"), "calendar-plus", lambda: None)
        line.entries.pop()
        title = _("Plan a call with {name}").format(name=quiet.name)
        act = partial(page.offer_days, button, title, partial(page.plan_call, quiet))
        button.clicked.connect(act)
        line.first.connect(act)
        for text, day in words.days_offered(day_words.this_day()):
            line.add_entry(
                _("Call: {day}").format(day=text), "calendar-plus", partial(page.plan_call, quiet, day)
            )
        line.add_entry(
            _("Call on another day…"),
            "calendar",
            partial(page.ask_day, title, partial(page.plan_call, quiet)),
        )
        line.add_entry(
            _("Plan something else…"),
            "calendar-clock",
            partial(page.begin_wanted.emit, {"customer": quiet.id}),
        )
        line.add_entry(_("Open the customer"), "building-2", partial(page.open, "customer", quiet.id))
        line.opened.connect(partial(page.open, "customer", quiet.id))
        return line

    def quotes(self, found: tuple[list[Waiting], int], today: dt.date) -> Card:
        """Quotes whose last day went by without an answer."""
        waiting, count = found
        made = Card(_("Quotes past their last day"), words.counted(count), self.parent)
        made.add_link(_("All"), partial(self.page.show_view, "quote", "expired"))
        for one in waiting if "quotes" in self.page.unfolded else waiting[:AT_FIRST]:
            f = self.page.store.schema.fields("quote")["total"]
            until = _("valid until {day}").format(day=words.near(one.until, today))
            about = " · ".join((f"{one.number}", f.show(one.total), until))
            line = Line(("quote", one.id), one.name or one.number, about, "danger", "file-text", made)
            line.add_entry(_("Open the quote"), "external-link", partial(self.page.open, "quote", one.id))
            if not isinstance(one.name, Unseen):
                line.add_entry(
                    _("Open the customer"), "building-2", partial(self.page.open, "customer", one.customer)
                )
            line.opened.connect(partial(self.page.open, "quote", one.id))
            made.add(line)
        if len(waiting) > AT_FIRST and "quotes" not in self.page.unfolded:
            self._more(made, "quotes", len(waiting) - AT_FIRST)
        return made

    # ---- money

    def owing(self, found: Overdue, today: dt.date) -> Card:
        """Who owes what is overdue."""
        page = self.page
        show = page.store.schema.fields("receivable")["amount"].show
        title = _("Overdue receivables: {amount}").format(amount=show(found.amount))
        made = Card(title, words.counted(found.count), self.parent)
        made.add_link(_("All"), page.show_ageing)
        for late in found.first:
            days = (today - late.first).days
            about = " · ".join((show(late.amount), plural("late by {n} day", "late by {n} days", days)))
            key = ("customer", late.id, "owing")
            line = Line(key, late.name or _("(no name)"), about, "late", "hand-coins", made)
            line.add_words(_("Receipt…"), "banknote", partial(page.receive, late.id))
            line.add_entry(_("Open the account"), "external-link", partial(page.show_account, late.id))
            line.opened.connect(partial(page.show_account, late.id))
            made.add(line)
        return made

    # ---- days of the year, and the list for whoever is new

    def dates(self, coming: list[Coming], today: dt.date) -> Card:
        """Birthdays and yearly dates of the next days."""
        text = plural("Birthdays and dates, next {n} day", "Birthdays and dates, next {n} days", DAYS)
        made = Card(text, str(len(coming)), self.parent)
        made.add_link(_("All"), self.page.show_occasions)
        shown = coming if "dates" in self.page.unfolded else coming[:AT_FIRST]
        for one in shown:
            when = words.near(one.day, today)
            kept = yearly.show(one.text) if one.text.startswith("lunar") else ""
            about = " · ".join(filter(None, (when, one.what, words.turns(one), kept, one.note)))
            line = Line((one.entity, one.id, one.what), one.name, about, "caption", "cake", made)
            line.add_entry(_("Open"), "external-link", partial(self.page.open, one.entity, one.id))
            line.opened.connect(partial(self.page.open, one.entity, one.id))
            made.add(line)
        if len(coming) > len(shown):
            self._more(made, "dates", len(coming) - len(shown))
        return made

    def first_steps(
        self, done: dict[str, bool], act: Callable[[str], object], close: Callable[[], object]
    ) -> Card:
        """What somebody new does first."""
        count = _("{n} of {total}").format(n=sum(done.values()), total=len(done))
        made = Card(_("First steps"), count, self.parent)
        made.add_link(_("Close the list"), close)
        for name in (step for step, is_done in done.items() if not is_done):
            text, icon = STEPS[name]
            line = Line(("first", name), _(text), "", "caption", icon, made)
            line.add_words(_("Start"), icon, partial(act, name))
            line.opened.connect(partial(act, name))
            made.add(line)
        return made
