"""Every setting, declared once: key, kind, default, title. Page, command line, palette and tests derive from it.

Settings of the firm live in the file (`store.settings`); those of the computer (language, theme)
in a file of their own (`core/computer.py`). Secrets are no settings: they go to the keyring. They are declared in
`settings_firm.py`, `settings_work.py` and `settings_computer.py`; whoever asks for one asks here.
"""

from __future__ import annotations

from freecrm.core.setting_kinds import SECTIONS, Setting
from freecrm.core.settings_computer import COMPUTER
from freecrm.core.settings_firm import FIRM
from freecrm.core.settings_work import WORK

__all__ = ["SECTIONS", "SETTINGS", "Setting", "finds", "of_section", "setting"]

SETTINGS: dict[str, Setting] = {s.key: s for s in (*FIRM, *WORK, *COMPUTER)}


def setting(key: str) -> Setting:
    """The declaration of `key`; an unknown key is our mistake (KeyError)."""
    return SETTINGS[key]


def of_section(section: str) -> list[Setting]:
    """The settings of a section in the order of declaration."""
    return [s for s in SETTINGS.values() if s.section == section]


def finds(asked: str, texts: list[str]) -> bool:
    """Whether each word of `asked` stands in one of `texts`, however it is written."""
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in asked.casefold().split())
