"""Every setting, declared once: key, kind, default, title. Dialog, command line and tests derive from it.

Settings of the firm live in the file (`store.settings`); those of the computer (language, theme,
window) in its own place (`ui`). Secrets are no settings: they go to the keyring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say


@dataclass(frozen=True, slots=True)
class Setting:
    """key: dotted name. default: also gives the type. choices: allowed values, () = any.

    place: "file" (goes with the customers) or "computer".
    """

    key: str
    title: str
    default: Any
    choices: tuple[Any, ...] = ()
    place: str = "file"

    def check(self, value: Any) -> Any:
        """The value, or Known when it is none that this setting takes."""
        if type(value) is not type(self.default) or (self.choices and value not in self.choices):
            allowed = ", ".join(str(c) for c in self.choices) or type(self.default).__name__
            raise Known(
                say(
                    N_("The setting “{key}” does not take “{value}”. It takes: {allowed}."),
                    key=self.key,
                    value=value,
                    allowed=allowed,
                )
            )
        return value


SETTINGS: dict[str, Setting] = {
    s.key: s
    for s in (
        Setting("firm.name", N_("Name of the firm"), ""),
        Setting("firm.currency", N_("Currency"), "CNY"),
        Setting("firm.country", N_("Country calling code"), "86"),
        Setting("backup.keep_days", N_("Daily backups kept"), 7),
        Setting("look.language", N_("Language"), "system", ("system", "en", "zh_CN"), "computer"),
        Setting("look.theme", N_("Theme"), "system", ("system", "light", "dark"), "computer"),
        Setting("look.zoom", N_("Text size"), 100, place="computer"),
        Setting(
            "look.density", N_("Row height"), "comfortable", ("comfortable", "compact", "touch"), "computer"
        ),
    )
}


def setting(key: str) -> Setting:
    """The declaration of `key`; an unknown key is our mistake (KeyError)."""
    return SETTINGS[key]
