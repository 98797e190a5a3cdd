"""The field kinds. A field is declared once; table, form, list, filter, Excel, search and log derive from it.

A kind owns its value: `read` (foreign text or cell -> value), `check` (is it allowed),
`show` (value -> text for people), `pack`/`unpack` (value <-> what the table holds). No kind
stores a float: money is an integer of the minor unit, a number an integer scaled by its places.

A field never raises on foreign input; it answers `(value, why)`, `why` being the sentence for the user.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from freecrm.core.choices import Options
from freecrm.core.words import LANGUAGES, N_, Said, _, say, translated

Finder = Callable[[str, str], bytes | None]
"""(entity, text) -> id of the record of that name or code, or None."""

Answer = tuple[Any, Said | None]


class Field:
    """One thing known of an entity. Subclasses are the kinds.

    label: English, marked with N_(). required: a record without it is refused.
    search: how it is found: "name", "code", "digits", "word", "long" or "" (not at all).
    heads: other names a column of this field carries in foreign files (any language).
    section: heading under which forms show it. index: lists sort and filter by it at a million rows.
    derived: a rule (core/derive.py); the door keeps such a field, nobody writes it.
    stated: of a derived day: people may state it all the same, and a record that says so is made (`derive.Stated`).
    moves: of the derived time of the next activity: writing it moves that activity, or plans one
        (`store/next_steps.py`). Imports and forms don't offer it; cells do.
    hidden: kept for the program, on no screen and in no export.
    locked: whoever is signed in reads it only; unseen: it is hidden from them; made so by `custom.as_seen`.
    when: a setting of the firm without which the field is hidden.
    adds: its sum over several records means something; a price per piece's doesn't.
    unique: no two records have the same; with a setting `<entity>.<name>_rule` new records get the next one by the
    firm's rule (`store/numbering.py`).
    """

    kind: ClassVar[str] = ""
    column: ClassVar[str] = "TEXT"  # SQLite's type; "" for a kind that lives in rows of its own
    numeric: ClassVar[bool] = False

    def __init__(
        self,
        label: str,
        *,
        required: bool = False,
        search: str = "",
        heads: Sequence[str] = (),
        section: str = "",
        default: Any = None,
        hint: str = "",
        index: bool = False,
        derived: Any = None,
        stated: Any = None,
        hidden: bool = False,
        unique: bool = False,
        when: str = "",
        moves: bool = False,
        adds: bool = True,
    ) -> None:
        self.adds = adds
        self.label, self.required, self.search = label, required, search
        self.heads, self.section, self.default, self.hint = tuple(heads), section, default, hint
        self.index, self.derived, self.hidden, self.unique = index, derived, hidden, unique
        self.when, self.stated, self.moves = when, stated, moves
        self.name = ""
        self.entity = ""
        self.custom = False
        self.locked = self.unseen = False
        self.label_own: dict[str, str] = {}

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.entity}.{self.name}>"

    @property
    def is_written(self) -> bool:
        """Whether people may give it a value: it is no derived field, or one that can be stated."""
        return self.derived is None or self.stated is not None

    @property
    def is_open(self) -> bool:
        """Whether a screen offers to change it: people write it, and whoever is signed in may."""
        return self.is_written and not self.locked

    @property
    def in_cells(self) -> bool:
        """Whether the door takes a value for it: what people write, and what cells move."""
        return self.is_written or self.moves

    @property
    def title(self) -> str:
        """The label in the language spoken now; the user's own wording first."""
        from freecrm.core import words

        return self.label_own.get(words.language()) or self.label_own.get("") or _(self.label)

    def titles(self) -> list[str]:
        """The label in every language, and the other heads: what a foreign column may be called."""
        return [
            *self.label_own.values(),
            *(translated(self.label, language) for language in LANGUAGES),
            *self.heads,
        ]

    def like(self, **changes: Any) -> Field:
        """A copy with some properties changed (used for custom fields and own wording)."""
        other = copy.copy(self)
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        """A value from a cell or typed text; (None, None) when blank; (None, why) when unreadable."""
        text = clean(raw)
        return (text or None), None

    def check(self, value: Any) -> Said | None:
        """Why `value` cannot be saved, or None."""
        if self.required and value in (None, "", []):
            return say(N_("{field} is needed. Fill it in."), field=Label(self))
        return None

    def show(self, value: Any) -> str:
        """The value as text for a person."""
        return "" if value is None else str(value)

    def cell(self, value: Any) -> Any:
        """The value as a typed Excel cell."""
        return value

    def pack(self, value: Any) -> Any:
        """The value as the table holds it."""
        return value

    def unpack(self, stored: Any) -> Any:
        """The value from what the table holds."""
        return stored


class Label:
    """A field's title inside a sentence, translated when the sentence is read."""

    __slots__ = ("label", "own")

    def __init__(self, of: Field) -> None:
        self.label, self.own = of.label, of.label_own

    def __str__(self) -> str:
        from freecrm.core import words

        return self.own.get(words.language()) or self.own.get("") or _(self.label)


def clean(raw: object) -> str:
    """A cell as tidy text: no control characters, outer blanks (full width too) gone."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        text = raw
    elif isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        text = str(int(raw))
    elif isinstance(raw, dt.datetime):
        text = raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ", "minutes")
    else:
        text = str(raw)
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(c for c in text if c >= " " or c in "\n\t")
        text = "".join(c for c in text if not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufeff\u200b")
    return text.strip()


class Text(Field):
    """One line of text. most: longest length taken."""

    kind = "text"

    def __init__(self, label: str, *, most: int = 500, **more: Any) -> None:
        super().__init__(label, **more)
        self.most = most

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text = clean(raw)
        if "\n" in text or "\t" in text:
            text = " ".join(text.split())
        if len(text) > self.most:
            return None, too_long(self, text, self.most)
        return (text or None), None

    def check(self, value: Any) -> Said | None:
        if isinstance(value, str) and len(value) > self.most:
            return too_long(self, value, self.most)
        return super().check(value)


class LongText(Text):
    """Text of many lines."""

    kind = "longtext"

    def __init__(self, label: str, *, most: int = 100_000, **more: Any) -> None:
        super().__init__(label, most=most, **more)

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text = clean(raw)
        if len(text) > self.most:
            return None, too_long(self, text, self.most)
        return (text or None), None


def too_long(of: Field, text: str, most: int) -> Said:
    return say(
        N_("{field} takes {most} characters at most, this has {n}. Shorten it."),
        field=Label(of),
        most=most,
        n=len(text),
    )


class Amount(Field):
    """Base of what can be counted. least, largest: the values it takes, as `read` gives them; None = any."""

    column = "INTEGER"
    numeric = True

    def __init__(self, label: str, *, least: Any = None, largest: Any = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.largest = least, largest

    def check(self, value: Any) -> Said | None:
        return self._outside(value) or super().check(value)

    def _outside(self, value: Any) -> Said | None:
        """Why a value lies outside what the field takes, or None."""
        if value is None or self._within(value):
            return None
        text, field = self.show(value), Label(self)
        if self.largest is None:
            what = N_("{field} is {least} or more, not {text}. Correct it.")
            return say(what, field=field, least=self.show(self.least), text=text)
        what = N_("{field} is between {least} and {most}, not {text}. Correct it.")
        return say(what, field=field, least=self.least, most=self.show(self.largest), text=text)

    def _bounded(self, value: Any) -> Answer:
        """A value that was read: like one that can't be read where the field doesn't take it, so that an import
        leaves out the cell and not the row."""
        why = self._outside(value)
        return (None, why) if why is not None else (value, None)

    def _within(self, value: Any) -> bool:
        above = self.least is None or value >= self.least
        return above and (self.largest is None or value <= self.largest)


class Number(Amount):
    """A number with a fixed count of places after the point; held as an integer scaled by them."""

    kind = "number"
    most = 2**62

    def __init__(self, label: str, *, places: int = 0, unit: str = "", **more: Any) -> None:
        super().__init__(label, **more)
        self.places, self.unit = places, unit

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import money

        if type(raw) is int and not self.places and abs(raw) < self.most:
            return self._bounded(raw)
        value, why = money.read(raw, places=max(self.places, 9))
        if value is None:
            return None, why
        whole = money.round_half_up(value, self.places)
        if whole != value:
            return None, say(
                N_("{field} takes {places} places after the point, this has more: {text}."),
                field=Label(self),
                places=self.places,
                text=clean(raw),
            )
        if abs(whole) * 10**self.places >= self.most:
            return None, say(N_("This number is too large to be kept: {text}."), text=clean(raw))
        return self._bounded(whole if self.places else int(whole))

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:,}"

    def cell(self, value: Any) -> Any:
        return value

    def pack(self, value: Any) -> Any:
        if value is None:
            return None
        return int(Decimal(value).scaleb(self.places)) if self.places else int(value)

    def unpack(self, stored: Any) -> Any:
        if stored is None or not self.places:
            return stored
        return Decimal(stored).scaleb(-self.places)


class Percent(Number):
    """A share in per cent with two places: 12.5 means 12.5 %."""

    kind = "percent"

    def __init__(self, label: str, *, places: int = 2, **more: Any) -> None:
        super().__init__(label, places=places, unit="%", **more)

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        return super().read(raw.replace("%", "").replace("％", "") if isinstance(raw, str) else raw)

    def show(self, value: Any) -> str:
        return "" if value is None else f"{Decimal(value).normalize():f} %"


class Money(Amount):
    """An amount in the firm's currency: an integer of the minor unit (cents, 分). unites: of records that are made one
    the amounts are added up, for each is owed."""

    kind = "money"

    def __init__(self, label: str, *, currency: str = "CNY", unites: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.currency, self.unites = currency, unites

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import money

        value, why = money.read(raw)
        if value is None:
            return None, why
        why = money.foreign(raw, self.currency)
        if why is not None:
            return None, why
        minor = money.to_minor(value, self.currency)
        if abs(minor) >= Number.most:
            return None, say(N_("This number is too large to be kept: {text}."), text=clean(raw))
        return self._bounded(minor)

    def show(self, value: Any) -> str:
        from freecrm.core import money

        return "" if value is None else money.show(value, self.currency)

    def cell(self, value: Any) -> Any:
        from freecrm.core import money

        return None if value is None else money.from_minor(value, self.currency)


Due = bool | str | tuple[str, tuple[str, ...]]


class Date(Field):
    """A day without a time; held as ISO text. due: by then something is to be done, so that a day that is
    past is overdue; the name of a field: only while that one holds something; its name with values: only while it holds one of them. past: it says when something was; a day without its year is the latest one that was."""

    kind = "date"

    def __init__(self, label: str, *, due: Due = False, past: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.due, self.past = due, past

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import dates

        return dates.read(raw)

    def read_words(self, text: str) -> Answer:
        """What somebody means who types it or pastes it today; words and days without a year as well."""
        from freecrm.core import date_words

        return date_words.read(text, past=self.past)

    def lies_ahead(self, value: Any) -> bool:
        """Whether a day that should have been is still to come."""
        from freecrm.core import day_words

        return self.past and value is not None and value > day_words.this_day()

    def show(self, value: Any) -> str:
        return "" if value is None else value.isoformat()

    def pack(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def unpack(self, stored: Any) -> Any:
        return None if stored is None else dt.date.fromisoformat(stored)


class Yearly(Field):
    """A day that comes back every year, of our calendar or the Chinese one; held as the text of `core/yearly.py`."""

    kind = "yearly"

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import yearly

        return yearly.read(raw)

    def show(self, value: Any) -> str:
        from freecrm.core import yearly

        return "" if value is None else yearly.show(value)

    def cell(self, value: Any) -> Any:
        from freecrm.core import yearly

        what = yearly.parse(value) if value else None
        if what is None or what.is_lunar or what.year is None:
            return self.show(value) or None
        return dt.date(what.year, what.month, what.day)


class Moment(Field):
    """A point in time: an aware UTC datetime, held as integer milliseconds.

    The zone it was meant in stands in the companion text field `<name>_zone`, made by itself.
    due: as of a `Date`.
    """

    kind = "moment"
    column = "INTEGER"

    def __init__(self, label: str, *, due: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.due = due

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        from freecrm.core import dates

        return dates.read_moment(raw)

    def read_words(self, text: str) -> Answer:
        """What somebody means who types it or pastes it now; words as well."""
        from freecrm.core import date_words

        return date_words.read_moment(text)

    def show(self, value: Any) -> str:
        """The moment on this computer's clock; of one at midnight, which stands for a whole day, the day alone."""
        if value is None:
            return ""
        local = value.astimezone()
        return str(local.strftime("%Y-%m-%d" if local.time() == dt.time() else "%Y-%m-%d %H:%M"))

    def cell(self, value: Any) -> Any:
        return None if value is None else value.astimezone().replace(tzinfo=None)

    def pack(self, value: Any) -> Any:
        return None if value is None else round(value.timestamp() * 1000)

    def unpack(self, stored: Any) -> Any:
        return None if stored is None else dt.datetime.fromtimestamp(stored / 1000, dt.UTC)


class YesNo(Field):
    """Yes or no."""

    kind = "yesno"
    column = "INTEGER"
    YES = frozenset({"yes", "y", "true", "1", "是", "对", "有", "√", "✓", "x"})
    NO = frozenset({"no", "n", "false", "0", "否", "不", "无", "×", ""})

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        if isinstance(raw, bool):
            return raw, None
        text = clean(raw).lower()
        if not text:
            return None, None
        if text in self.YES or text in self.NO:
            return text in self.YES, None
        return None, say(N_("“{text}” is neither yes nor no."), text=text)

    def show(self, value: Any) -> str:
        return "" if value is None else _("Yes") if value else _("No")

    def cell(self, value: Any) -> Any:
        return self.show(value) or None

    def pack(self, value: Any) -> Any:
        return None if value is None else int(value)

    def unpack(self, stored: Any) -> Any:
        return None if stored is None else bool(stored)


class Choice(Field):
    """One entry of a pick-list; the table holds its key, so renaming an entry renames it everywhere."""

    kind = "choice"

    def __init__(self, label: str, options: Options, **more: Any) -> None:
        super().__init__(label, **more)
        self.options = options

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        text = clean(raw)
        if not text:
            return None, None
        key = self.options.find(text)
        if key is None:
            return None, say(N_("“{text}” is not in the list “{field}”."), text=text, field=Label(self))
        return key, None

    def check(self, value: Any) -> Said | None:
        if value is not None and self.options.get(value) is None:
            return say(N_("“{text}” is not in the list “{field}”."), text=value, field=Label(self))
        return super().check(value)

    def show(self, value: Any) -> str:
        if value is None:
            return ""
        entry = self.options.get(value)
        return entry.title if entry else str(value)

    def cell(self, value: Any) -> Any:
        return self.show(value) or None


class Link(Field):
    """Another record, by its id. to: the entity's name ("" = any, with `<name>_entity` beside it).

    tree: the links make a tree of these records. above: for a child row: the link names who stands above its
    owner among the owners of rows with the same `above` (who somebody reports to, within a firm).
    goes: this record goes with that one, comes back with it and never outlives it."""

    kind = "link"
    column = "BLOB"

    def __init__(
        self, label: str, to: str, *, tree: bool = False, above: str = "", goes: bool = False, **more: Any
    ) -> None:
        super().__init__(label, **{"index": True, **more})
        self.to, self.tree, self.above, self.goes = to, tree, above, goes

    def read(self, raw: object, find: Finder | None = None) -> Answer:
        if isinstance(raw, bytes):
            return raw, None
        text = clean(raw)
        if not text:
            return None, None
        found = find(self.to, text) if find else None
        if found is None:
            return None, say(
                N_("There is no “{text}” for {field}. Choose one or create it."), text=text, field=Label(self)
            )
        return found, None

    def show(self, value: Any) -> str:
        return value if isinstance(value, str) else "" if value is None else value.hex()


KINDS: dict[str, type[Field]] = {
    kind.kind: kind for kind in (Text, LongText, Number, Percent, Money, Date, Moment, Yearly, YesNo, Choice)
}
"""Kinds that a custom field may have, by name."""
