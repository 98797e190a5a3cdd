"""A quick line with whom it means: the customer and the people that its words find in the file.

    line = quick_line.read(store, "周五下午3点 拜访拓岩 1小时")
    quick_line.shown(store, line)    # 3月20日 周五 15:00–16:00 · 拜访 · 拓岩精工机械
    activities.plan(store, quick_line.values(store, line))

Several that fit are all in the answer, so that the screen can ask; nobody is chosen by guessing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import names, quick_line, workdays
from freecrm.core.choices import Options
from freecrm.core.pinyin import fold
from freecrm.core.quick_line import Draft

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

MOST = 8
"""So many that fit are offered; words that fit more of them mean none."""
_LOOKED_AT = 24
_TITLES = re.compile(r"(?<=.)(?:总经理|董事长|总监|经理|主任|老板|老师|先生|女士|小姐|总|工|董|姐|哥)$")
_FAMILIAR = re.compile(r"^(?:小|老)(?=.$)")


@dataclass(frozen=True, slots=True)
class Meant:
    """A record that words may mean. firm: of a person the customer that they work for, with its name."""

    id: bytes
    name: str
    firm: bytes | None = None
    firm_name: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a line says. customers, contacts: all that its words may mean; one of each is sure, several are to be asked
    about, none: the subject only."""

    draft: Draft
    customers: tuple[Meant, ...] = ()
    contacts: tuple[Meant, ...] = ()

    @property
    def customer(self) -> Meant | None:
        """The customer that is meant for sure: the only one that fits, else the firm of the only person."""
        if len(self.customers) == 1:
            return self.customers[0]
        one = self.contact
        if not self.customers and one is not None and one.firm is not None:
            return Meant(one.firm, one.firm_name)
        return None

    @property
    def contact(self) -> Meant | None:
        """The person that is meant for sure."""
        return self.contacts[0] if len(self.contacts) == 1 else None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to say who is meant."""
        return len(self.customers) > 1 or (len(self.contacts) > 1 and not self.customers)


def kinds(store: Store) -> Options:
    """The pick-list of the kinds of activities as it is in this file."""
    made: Options = store.schema.fields("activity")["kind"].options  # type: ignore[attr-defined]
    return made


def read(store: Store, text: str, now: dt.datetime | None = None, reader: Reader | None = None) -> Read:
    """What a line says and whom it means. reader: with whose rights is looked for. Never raises for any text."""
    draft = quick_line.read(text, now, kinds(store), workdays.of(store))
    if not draft.about:
        return Read(draft)
    look = _Look(reader or store.reader())
    customers, used = look.customers(draft.about)
    rest = " ".join(draft.about.replace(used, " ", 1).split()) if used else draft.about
    contacts = look.contacts(rest, customers)
    if len(customers) > 1 and len(contacts) == 1:  # the person tells which of the firms it is
        of_person = tuple(one for one in customers if one.id == contacts[0].firm)
        customers = of_person or customers
    return Read(draft, customers, contacts)


def values(store: Store, line: Read) -> dict[str, Any]:
    """The values of the activity that a line says, for `activities.plan`."""
    draft = line.draft
    made: dict[str, Any] = {"subject": draft.subject, "kind": draft.kind or "task"}
    if draft.start is not None:
        made |= {"start": draft.start, "start_zone": draft.zone or None}
        if draft.end is not None:
            made["end"] = draft.end
        if draft.all_day:
            made["all_day"] = True
        if draft.before is not None:
            made["reminders"] = [{"before": draft.before}]
        if draft.repeats:
            made["repeats"] = draft.repeats
    if draft.place:
        made["place"] = draft.place
    if line.customer is not None:
        made["customer"] = line.customer.id
    if line.contact is not None:
        made["people"] = [{"contact": line.contact.id}]
    return made


def shown(store: Store, line: Read, today: dt.date | None = None) -> str:
    """A line as it is shown before it is taken: 3月20日 周五 15:00–16:00 · 拜访 · 拓岩精工机械."""
    draft = line.draft
    option = kinds(store).get(draft.kind) if draft.kind else None
    who = " ".join(one.name for one in (line.customer, line.contact) if one is not None)
    if who and draft.about and not _is_all(draft.about, line):
        who = f"{who} · {draft.subject}"
    return quick_line.shown(draft, option.title if option else "", who, today)


def _is_all(about: str, line: Read) -> bool:
    """Whether a subject says nothing but whom it means."""
    meant = [one.name for one in (line.customer, line.contact) if one is not None]
    plain = fold(about).replace(" ", "")
    return any(plain in fold(name).replace(" ", "") for name in meant) or bool(
        line.contact and _TITLES.search(about)
    )


class _Look:
    """Looks for names in words."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def customers(self, about: str) -> tuple[tuple[Meant, ...], str]:
        """The customers that words mean, and which words they were."""
        for words in _pieces(about):
            found = list(self._named("customer", words))
            if found:
                exact = [one for one in found if names.normal(str(one["name"])) == names.normal(words)]
                made = exact or found
                return (tuple(map(_customer, made)) if len(made) <= MOST else ()), words
        return (), ""

    def contacts(self, about: str, of: Sequence[Meant]) -> tuple[Meant, ...]:
        """The people that words mean; of these customers, where some of them are theirs."""
        for piece in about.split():
            words = _FAMILIAR.sub("", _TITLES.sub("", piece))
            if not words or (len(words) < 2 and words == piece):
                continue
            found = [
                self._contact(record) for record in self._named("contact", words, begins=len(words) == 1)
            ]
            theirs = [one for one in found if one.firm in {customer.id for customer in of}]
            made = theirs or ([] if of else found)
            if made and len(made) <= MOST:
                return tuple(made)
        return ()

    def _named(self, entity: str, words: str, *, begins: bool = False) -> Iterator[Record]:
        """The records in whose name the words stand as they are."""
        plain = fold(words).replace(" ", "")
        if not plain:
            return
        fields = [f.name for f in self.reader.schema.fields(entity).values() if f.search == "name"]
        for found in self.reader.find(words, _LOOKED_AT, (entity,)):
            own = [str(found.record[name] or "") for name in fields]
            if any(_stands_in(plain, name, begins) for name in own):
                yield found.record

    def _contact(self, record: Record) -> Meant:
        jobs = record["jobs"] or ()
        firm = next((row for row in jobs if row.get("customer")), None)
        name = str(record["name"])
        return (
            Meant(record.id, name, firm["customer"], str(firm["customer_title"]))
            if firm
            else Meant(record.id, name)
        )


def _stands_in(plain: str, name: str, begins: bool) -> bool:
    """Whether words are a part of a name that tells it from others: 上海 of 上海拓岩 is not."""
    whole = fold(name).replace(" ", "")
    if begins or plain == whole:
        return whole.startswith(plain)
    return plain in fold(names.without_place(name)).replace(" ", "") or (plain in whole and len(plain) > 3)


def _customer(record: Record) -> Meant:
    return Meant(record.id, str(record["name"]))


def _pieces(about: str) -> Iterator[str]:
    """What may be a name in words, the longest first: all of it, its words, the beginnings and ends of Chinese ones."""
    yield about
    parts = about.split()
    for part in parts if len(parts) > 1 else ():
        if len(part) > 1:
            yield part
    if not about.isascii():
        for part in parts:
            for length in range(min(len(part) - 1, 12), 1, -1):
                yield part[:length]
    if about.isascii():
        for length in range(len(parts) - 1, 1, -1):
            yield " ".join(parts[:length])
