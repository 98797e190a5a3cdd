"""What a setting is: key, kind, default, title, and what its value may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, Said, _, say, translated

SECTIONS = {
    "firm": N_("Firm"),
    "team": N_("Colleagues"),
    "rights": N_("Sign-in and rights"),
    "share": N_("Team"),
    "customer": N_("Customers"),
    "lead": N_("Leads"),
    "pipeline": N_("Pipelines"),
    "quote": N_("Quotes and orders"),
    "receivable": N_("Receivables"),
    "activity": N_("Activities"),
    "calendar": N_("Calendar"),
    "pool": N_("Shared pool"),
    "remind": N_("Reminders"),
    "look": N_("Appearance"),
    "keys": N_("Keyboard"),
    "points": N_("Points"),
    "backup": N_("Backups"),
    "quality": N_("Data quality"),
    "data": N_("Data"),
    "about": N_("About"),
}
"""The sections of the settings page in their order. Some hold no setting, only things to do."""

_WITHIN = {"receipt": "receivable", "sales_order": "quote", "delivery": "quote"}
"""Settings of these stand in the section of others."""

YES = frozenset({"yes", "true", "on", "1", "是", "开"})
NO = frozenset({"no", "false", "off", "0", "否", "关"})


@dataclass(frozen=True, slots=True)
class Setting:
    """key: dotted name, the part before the dot is its section. default: also gives the type.

    choices: allowed values, () = any; titles: what they are called, in the same order. help: one
    sentence that says what it does. kind: which editor; "" follows from the default and the
    choices. least, most, step: of a number; unit: a sign behind it. also: other words that find it.
    place: "file" (goes with the customers) or "computer". why_not: what is wrong with a text, None when nothing is.
    """

    key: str
    title: str
    default: Any
    choices: tuple[Any, ...] = ()
    place: str = "file"
    help: str = ""
    titles: tuple[str, ...] = ()
    kind: str = ""
    least: int = 0
    most: int = 1_000_000
    step: int = 1
    unit: str = ""
    also: tuple[str, ...] = ()
    why_not: Callable[[str], Said | None] | None = None

    @property
    def section(self) -> str:
        """The section of the settings page it stands in: one of SECTIONS."""
        first = self.key.partition(".")[0]
        return _WITHIN.get(first, first)

    @property
    def editor(self) -> str:
        """ "choice", "yesno", "number", "folder", "code_rule", "person", "picture" or "text"."""
        if self.kind or self.choices:
            return self.kind or "choice"
        return {bool: "yesno", int: "number"}.get(type(self.default), "text")

    def check(self, value: Any) -> Any:
        """The value, or Known when it is none that this setting takes."""
        if type(value) is type(self.default):
            why = self.why_not(value) if self.why_not is not None else None
            if why is not None:
                raise Known(why)
            if isinstance(value, int) and not isinstance(value, bool):
                if self.least <= value <= self.most:
                    return value
            elif not self.choices or value in self.choices:
                return value
        raise Known(
            say(
                N_("The setting “{key}” does not take “{value}”. It takes: {allowed}."),
                key=self.key,
                value=value,
                allowed=self.allowed(),
            )
        )

    def allowed(self) -> str:
        """What it takes, for people who type it."""
        if self.choices:
            return ", ".join(str(choice) for choice in self.choices)
        if isinstance(self.default, bool):
            return _("yes or no")
        if isinstance(self.default, int):
            return f"{self.least}–{self.most}"
        return _("text")

    def read(self, text: str) -> Any:
        """The value that a person means by `text`; Known when it is none."""
        if isinstance(self.default, bool):
            word = text.strip().lower()
            return self.check(True if word in YES else False if word in NO else text)
        if isinstance(self.default, int):
            return self.check(int(text) if text.strip().lstrip("-").isdecimal() else text)
        return self.check(text)

    def show(self, value: Any) -> str:
        """A value in the words of the page."""
        if value in self.choices and self.titles:
            return _(self.titles[self.choices.index(value)])
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return f"{value}{self.unit}"

    def words(self) -> list[str]:
        """All that may be typed to find it: its texts in every language, its key."""
        texts = [self.title, self.help, *self.titles, SECTIONS[self.section]]
        return [*(translated(t, lang) for t in texts if t for lang in LANGUAGES), *self.also, self.key]


def of_file(key: str, title: str, default: Any, help: str, **more: Any) -> Setting:
    """A setting of the firm, kept in the file."""
    return Setting(key, title, default, help=help, **more)


def of_computer(key: str, title: str, default: Any, help: str, **more: Any) -> Setting:
    """A setting of this computer."""
    return Setting(key, title, default, place="computer", help=help, **more)
