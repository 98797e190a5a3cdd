"""Plays a window through its states and leaves a picture of each; for servers without a display and for
the people who look at every change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from freecrm.ui.list_page import ListPage
from freecrm.ui.window import MainWindow

SIZES = ((1440, 900), (1366, 768))
LANGUAGES = ("zh_CN", "en")
THEMES = ("light", "dark")


def play(
    window: MainWindow,
    folder: Path,
    search: str = "lxt",
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> list[Path]:
    """Pictures of the list, the side panel, a search and a search without hits, in each language,
    theme and size; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    window.show()
    window.after_first_paint()
    made: list[Path] = []
    for language in LANGUAGES:
        window.dress.set_language(language)
        for theme in THEMES:
            window.dress.set_theme(theme)
            for width, height in sizes:
                window.resize(width, height)
                made += _states(window, folder, search, f"{language[:2]}-{theme}-{width}")
    return made


def _states(window: MainWindow, folder: Path, search: str, suffix: str) -> list[Path]:
    made = []
    page = window.page
    window.toasts.clear()
    page.find_box.clear()
    _close(page)
    page.grid.setFocus()
    if page.model.numbers:
        page.grid.go(min(4, len(page.model.numbers) - 1), 0)
    made.append(picture(window, folder / f"list-{suffix}.png"))
    if page.model.numbers:
        page.open_panel()
        made.append(picture(window, folder / f"panel-{suffix}.png"))
        page.focus_find()
        page.find_box.setText(search)
        made.append(picture(window, folder / f"search-{suffix}.png"))
        page.find_box.setText("qqxz")
        made.append(picture(window, folder / f"nothing-{suffix}.png"))
        page.find_box.clear()
        _close(page)
    return made


def _close(page: ListPage) -> None:
    if page.panel_open:
        page.toggle_panel()


def picture(window: MainWindow, path: Path) -> Path:
    """A picture of the window as it is now."""
    if window.page.panel is not None and window.page.panel_open:
        window.page.panel.load()  # what it does by itself a blink after the cursor moved
    for _round in range(3):
        QApplication.processEvents()
    window.grab().save(str(path))
    return path
