"""How the window looks and speaks: theme, text size, row height, language; changed at once and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from freecrm.ui import look, speech
from freecrm.ui.list_page import ListPage
from freecrm.ui.parts import DENSITIES

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


class Dress:
    """The look of one window. Every change is kept in the preferences."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def take(self, key: str) -> None:
        """Show what the setting `key` says now, if it is one of the look."""
        value = self.window.preferences.get(key) if key.startswith("look.") else None
        changes: dict[str, Callable[[Any], None]] = {
            "look.theme": self.set_theme,
            "look.zoom": self.set_zoom,
            "look.language": self.set_language,
            "look.density": self.set_density,
        }
        if key in changes:
            changes[key](value)

    def set_theme(self, theme: str) -> None:
        """Wear "light", "dark" or "system" from here on."""
        self.window.preferences.set("look.theme", theme)
        self._wear(theme, look.zoom())

    def set_zoom(self, zoom: int) -> None:
        """Show text and controls at so many per cent from here on."""
        self._wear(self.window.preferences.get("look.theme"), zoom)
        self.window.preferences.set("look.zoom", look.zoom())
        self.window.fit_sidebar()
        self.show_density()

    def _wear(self, theme: str, zoom: int) -> None:
        look.apply(_app(), theme, zoom)
        self.window.reword()

    def set_language(self, language: str) -> None:
        """Speak "en", "zh_CN" or "system" from here on."""
        self.window.preferences.set("look.language", language)
        speech.speak(_app(), language)
        for page in self.window.navigator.pages.values():
            if isinstance(page, ListPage):
                page.model.reread()
        self.window.reword()

    def set_density(self, density: str) -> None:
        """Show rows "comfortable", "compact" or "touch" from here on."""
        self.window.preferences.set("look.density", density)
        self.show_density()

    def take_density(self, density: str) -> None:
        """Show rows of this height, or ("") of the next one."""
        if density:
            self.set_density(density)
        else:
            self.next_density()

    def next_density(self) -> None:
        """The next row height of the three."""
        names = list(DENSITIES)
        now = names.index(self.window.preferences.get("look.density"))
        self.set_density(names[(now + 1) % len(names)])

    def show_density(self) -> None:
        """Give every list the row height that is set."""
        for page in self.window.navigator.pages.values():
            if isinstance(page, ListPage):
                page.grid.set_density(self.window.preferences.get("look.density"))
                page.arranger.changed.emit()
        self.window.show_status()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
