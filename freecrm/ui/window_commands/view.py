"""The View menu: going round, bars, look."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from freecrm.core import words
from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.commands import Command
from freecrm.ui.sidebar import NUMBERED, places

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

THEMES = {"light": N_("Light"), "dark": N_("Dark"), "system": N_("As the system")}


def of_view(window: MainWindow) -> Iterator[Command]:
    navigator = window.navigator
    yield Command(
        "view.palette",
        N_("Look anything up…"),
        window.open_palette,
        menu="view",
        key="Ctrl+K",
        icon="search",
        shown=False,
    )
    yield Command(
        "view.back",
        N_("Go back"),
        navigator.back,
        menu="view",
        key="Alt+Left",
        group=1,
        icon="arrow-left",
        enabled=lambda: navigator.can_back,
    )
    yield Command(
        "view.forward",
        N_("Go forward"),
        navigator.forward,
        menu="view",
        key="Alt+Right",
        group=1,
        icon="arrow-right",
        enabled=lambda: navigator.can_forward,
    )
    number = 0
    for place, icon, text, under in places(window.store):
        number += not under
        yield Command(
            f"view.{place.name or place.kind}",
            text,
            partial(window.visit, place),
            menu="view",
            key=f"Ctrl+{number}" if number <= NUMBERED and not under else "",
            group=2,
            icon=icon,
        )
    yield Command(
        "view.sidebar",
        N_("Sidebar"),
        window.toggle_sidebar,
        menu="view",
        key="Ctrl+B",
        group=3,
        icon="panel-left",
        checked=lambda: not window.sidebar.folded,
    )
    yield Command(
        "view.menu",
        N_("Menu"),
        window.menus.open,
        menu="view",
        key="F10",
        group=3,
        icon="menu",
        shown=False,
    )
    yield Command(
        "view.menu_bar",
        N_("Menu bar always shown"),
        window.menus.toggle_pin,
        menu="view",
        group=3,
        checked=lambda: window.menus.pinned,
    )
    yield Command(
        "view.next_pane", N_("Next part of the window"), lambda: window.next_pane(1), "view", "F6", group=4
    )
    yield Command(
        "view.previous_pane",
        N_("Previous part of the window"),
        lambda: window.next_pane(-1),
        "view",
        "Shift+F6",
        group=4,
    )
    yield Command("view.refresh", N_("Show anew"), window.refresh, "view", "F5", group=4, icon="refresh-cw")


def of_look(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "view.density",
        N_("Row height"),
        window.dress.next_density,
        menu="view",
        key="Ctrl+Shift+D",
        group=5,
        icon="rows-3",
        also=("density", "紧凑", "宽松"),
    )
    yield Command(
        "view.zoom_in",
        N_("Larger text"),
        lambda: window.dress.set_zoom(look.zoom() + 10),
        menu="view",
        key="Ctrl++",
        more_keys=("Ctrl+=",),
        group=5,
        enabled=lambda: look.zoom() < look.ZOOMS[1],
    )
    yield Command(
        "view.zoom_out",
        N_("Smaller text"),
        lambda: window.dress.set_zoom(look.zoom() - 10),
        menu="view",
        key="Ctrl+-",
        group=5,
        enabled=lambda: look.zoom() > look.ZOOMS[0],
    )
    yield Command(
        "view.zoom_reset", N_("Text at 100%"), lambda: window.dress.set_zoom(100), "view", "Ctrl+0", group=5
    )
    for theme, name in THEMES.items():
        yield Command(
            f"view.theme_{theme}",
            name,
            partial(window.dress.set_theme, theme),
            menu="view",
            group=6,
            icon={"light": "sun", "dark": "moon", "system": "monitor"}[theme],
            checked=partial(_is_theme, window, theme),
            names=partial(_theme_words, name),
            also=("dark mode", "外观", "主题"),
        )
    for language, name in words.LANGUAGES.items():
        yield Command(
            f"view.language_{language}",
            name,
            partial(window.dress.set_language, language),
            menu="view",
            group=7,
            icon="languages",
            checked=partial(_is_language, language),
            names=partial(_language_words, name),
            also=("language", "语言", "English", "中文"),
        )


def _is_theme(window: MainWindow, theme: str) -> bool:
    return bool(window.preferences.get("look.theme") == theme)


def _theme_words(name: str) -> str:
    return _("Theme: {name}").format(name=_(name))


def _is_language(language: str) -> bool:
    return words.language() == language


def _language_words(name: str) -> str:
    return _("Language: {name}").format(name=name)
