"""The look: one call dresses the whole application, and everything painted asks here for colours.

    app = look.make_app("freecrm")
    look.apply(app, "system")            at start and at every change of theme or zoom
    painter.setPen(look.colour("text2"))
    look.dress(button, "search")         an icon that follows the theme
    button.setProperty("kind", "primary")

Widgets get their look from properties (`look_sheet` lists them), never from a style sheet of
their own.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from freecrm.ui.look_icons import dress, hold, holding, icon, pixmap, program_icon, redress, release
from freecrm.ui.look_sheet import sheet
from freecrm.ui.look_tokens import (
    chart_colours,
    colour,
    drawn_font,
    font,
    px,
    row_height,
    show,
    theme,
    tokens,
    zoom,
)

__all__ = [
    "apply",
    "chart_colours",
    "colour",
    "drawn_font",
    "dress",
    "font",
    "hold",
    "holding",
    "icon",
    "make_app",
    "palette",
    "pixmap",
    "program_icon",
    "px",
    "refresh",
    "release",
    "row_height",
    "theme",
    "tokens",
    "zoom",
]

ZOOMS = (90, 150)

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface2",
    QPalette.ColorRole.ToolTipBase: "tooltip",
    QPalette.ColorRole.ToolTipText: "on_tooltip",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "danger",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "surface2",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
    QPalette.ColorRole.Shadow: "shadow",
    QPalette.ColorRole.Highlight: "selected",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "violet",
}
_DISABLED = {
    QPalette.ColorRole.WindowText: "disabled",
    QPalette.ColorRole.Text: "disabled",
    QPalette.ColorRole.ButtonText: "disabled",
    QPalette.ColorRole.HighlightedText: "disabled",
    QPalette.ColorRole.PlaceholderText: "disabled",
    QPalette.ColorRole.Link: "disabled",
    QPalette.ColorRole.LinkVisited: "disabled",
    QPalette.ColorRole.Base: "surface2",
    QPalette.ColorRole.Button: "surface2",
    QPalette.ColorRole.Highlight: "sunken",
    QPalette.ColorRole.Accent: "border_strong",
}
# Widgets that some systems give fonts of their own, which would win over the application's.
_OWN_FONTS = {
    "QMenu": "body",
    "QMenuBar": "body",
    "QMessageBox": "body",
    "QAbstractItemView": "body",
    "QHeaderView": "caption",
    "QStatusBar": "caption",
    "QTipLabel": "caption",
}


def apply(app: QApplication, theme: str = "light", zoom: int = 100) -> None:
    """Dress the application: "light", "dark" or "system", text and controls at `zoom` per cent (90-150).

    "system" follows the computer's setting from then on. Widgets that are already there change at
    once (`changeEvent` with `StyleChange`)."""
    show(_meant(app, theme), min(max(zoom, ZOOMS[0]), ZOOMS[1]))
    if not app.property("look"):
        if not app.property("fusion"):
            app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: _follow(app))
    app.setProperty("look", theme)
    app.setPalette(palette())
    app.setFont(font())
    for widget, role in _OWN_FONTS.items():
        # PySide's stub asks for bytes, its call for a text.
        app.setFont(QFont(font(role)), widget)  # type: ignore[arg-type]
    app.setStyleSheet(sheet())
    redress(app)


def make_app(name: str) -> QApplication:
    """The application of a program called `name`, in Fusion from the beginning: to ask for it later takes
    Python ten milliseconds, for `setStyle` answers with a style whose kind it has to find out."""
    made = QApplication([name, "-style", "Fusion"])
    made.setProperty("fusion", True)
    return made


def _meant(app: QApplication, theme: str) -> str:
    if theme != "system":
        return "dark" if theme == "dark" else "light"
    return "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def _follow(app: QApplication) -> None:
    if app.property("look") == "system":
        apply(app, "system", zoom())


def palette() -> QPalette:
    """The palette of the theme shown now, every role set."""
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, colour(name))
    for role, name in _DISABLED.items():
        made.setColor(QPalette.ColorGroup.Disabled, role, colour(name))
    return made


def refresh(widget: QWidget) -> None:
    """Let `widget` take its look anew after one of its properties (kind, role, wrong…) has changed."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it takes it when it is first shown
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
