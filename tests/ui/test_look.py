from __future__ import annotations

import re
import sys

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from freecrm.core.home import RESOURCES
from freecrm.ui import look, look_icons, look_sheet
from freecrm.ui.parts import icon_button

THEMES = ["light", "dark"]
TEXT, SHAPE = 4.5, 3.0

PAIRS = [
    *[("text", ground, TEXT) for ground in ("window", "surface", "surface2", "sunken", "hover", "selected")],
    ("text", "selected_hover", TEXT),
    *[("text2", ground, TEXT) for ground in ("window", "surface", "surface2", "sunken", "selected")],
    *[("text3", ground, TEXT) for ground in ("surface", "surface2", "selected")],
    ("text3", "hover", TEXT),
    *[("accent", ground, TEXT) for ground in ("surface", "surface2", "hover", "selected")],
    ("accent", "accent_subtle", TEXT),
    ("on_accent", "accent", TEXT),
    ("on_accent", "accent_hover", TEXT),
    ("on_accent", "accent_press", TEXT),
    ("on_danger", "danger", TEXT),
    ("on_tooltip", "tooltip", TEXT),
    *[(name, "surface", TEXT) for name in ("danger", "warning", "success", "info", "violet")],
    *[(name, f"{name}_bg", TEXT) for name in ("danger", "warning", "success", "info", "violet")],
    ("border_strong", "surface", SHAPE),
    ("focus", "surface", SHAPE),
    ("focus", "window", SHAPE),
]


def contrast(one: QColor, other: QColor) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""

    def luminance(shade: QColor) -> float:
        parts = [shade.redF(), shade.greenF(), shade.blueF()]
        red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> str:
    look.apply(qapp, request.param)
    return str(request.param)


def test_contrast_of_black_and_white() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_contrast_of_tokens(theme: str, front: str, ground: str, least: float) -> None:
    """AC-X-1."""
    assert contrast(look.colour(front), look.colour(ground)) >= least


def test_chart_colours_stand_out(theme: str) -> None:
    for shade in look.chart_colours()[:6]:
        assert contrast(shade, look.colour("surface")) >= SHAPE


def test_every_palette_role_is_set(theme: str, qapp: QApplication) -> None:
    set_now = QApplication.palette()
    for role in QPalette.ColorRole:
        if role in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            continue
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            assert set_now.isBrushSet(group, role), (group, role)


@pytest.mark.parametrize(
    ("front", "ground"),
    [
        ("WindowText", "Window"),
        ("Text", "Base"),
        ("Text", "AlternateBase"),
        ("ButtonText", "Button"),
        ("HighlightedText", "Highlight"),
        ("PlaceholderText", "Base"),
        ("ToolTipText", "ToolTipBase"),
        ("Link", "Base"),
        ("LinkVisited", "Base"),
        ("BrightText", "Base"),
    ],
)
def test_contrast_of_the_palette_in_force(theme: str, front: str, ground: str) -> None:
    """AC-X-1."""
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        shades = [QApplication.palette().color(group, QPalette.ColorRole[name]) for name in (front, ground)]
        assert contrast(*shades) >= TEXT


def test_palette_follows_the_theme(qapp: QApplication) -> None:
    look.apply(qapp, "light")
    assert QApplication.palette().window().color() == QColor(look.tokens()["light"]["window"])
    look.apply(qapp, "dark")
    assert look.theme() == "dark"
    assert QApplication.palette().window().color() == QColor(look.tokens()["dark"]["window"])


def test_system_theme_is_one_of_the_two(qapp: QApplication) -> None:
    look.apply(qapp, "system")
    dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert look.theme() == ("dark" if dark else "light")


def test_shadow_is_half_transparent(theme: str) -> None:
    assert 0 < look.colour("shadow").alpha() < 255


@pytest.mark.parametrize("zoom", [90, 100, 110, 120, 125, 150])
def test_sheet_is_written_out(qapp: QApplication, zoom: int) -> None:
    look.apply(qapp, "dark", zoom)
    text = look_sheet.sheet()
    assert not re.search(r"[@!]|\{\{|\}\}|-\d+px;", text)
    assert text.count("{") == text.count("}")
    drawings = re.findall(r'url\("([^"]+)"\)', text)
    assert drawings
    assert all(not QImage(path).isNull() for path in drawings)


@pytest.mark.parametrize("zoom", [100, 125, 150])
def test_controls_have_their_height(qapp: QApplication, zoom: int, qtbot: object) -> None:
    look.apply(qapp, "light", zoom)
    primary = QPushButton("Save")
    primary.setProperty("kind", "primary")
    for control in (QPushButton("Save"), primary, QLineEdit("x"), QComboBox()):
        control.ensurePolished()
        assert abs(control.sizeHint().height() - look.px(32)) <= 1, type(control)


def test_focus_does_not_move_anything(qapp: QApplication, qtbot: object) -> None:
    for zoom in (100, 110, 125, 150):
        look.apply(qapp, "light", zoom)
        window = QMainWindow()
        for control in (QPushButton("Save", window), QToolButton(window), QCheckBox("On", window)):
            window.show()
            control.ensurePolished()
            before = control.sizeHint()
            control.setFocus()
            qapp.processEvents()
            assert control.sizeHint() == before, (zoom, type(control))
        window.close()


def test_font_grows_with_the_zoom(qapp: QApplication) -> None:
    look.apply(qapp, "light", 150)
    assert look.font("body").pixelSize() == 21
    assert QApplication.font().pixelSize() == 21
    look.apply(qapp, "light", 1000)
    assert look.zoom() == 150
    look.apply(qapp, "light", 100)
    assert look.font("title", bold=True).pixelSize() == 20
    assert look.font("title", bold=True).bold()


def points(picture: QImage) -> list[QColor]:
    return [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]


def solid(picture: QImage) -> list[QColor]:
    return [shade for shade in points(picture) if shade.alpha() == 255]


def alike(one: QColor, other: QColor) -> bool:
    """Equal but for the rounding where two strokes cross."""
    return all(abs(a - b) <= 3 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


@pytest.mark.parametrize("name", look_icons.names())
def test_icon_is_drawn(qapp: QApplication, name: str) -> None:
    look.apply(qapp, "light")
    for ratio in (1, 2):
        picture = look.pixmap(name, 18, "text2", ratio).toImage()
        assert picture.width() == 18 * ratio
        assert picture.devicePixelRatio() == ratio
        assert any(shade.alpha() > 100 for shade in points(picture))
        assert all(alike(shade, look.colour("text2")) for shade in solid(picture))


def test_icon_is_kept_for_the_next_time(qapp: QApplication) -> None:
    assert look.pixmap("search").cacheKey() == look.pixmap("search").cacheKey()


def test_dressed_buttons_follow_the_theme(qapp: QApplication, qtbot: object) -> None:
    look.apply(qapp, "light")
    window = QMainWindow()
    button, action = QToolButton(window), QAction("Search", window)
    for wearer in (button, action):
        look.dress(wearer, "search", 18, "accent")

    for theme in ("dark", "light"):
        look.apply(qapp, theme)
        for wearer in (button, action):
            drawn = solid(wearer.icon().pixmap(18, 18).toImage())
            assert drawn
            assert all(alike(shade, look.colour("accent")) for shade in drawn)


def test_licence_of_the_icons_is_there() -> None:
    assert "ISC License" in (RESOURCES / "icons" / "LICENSE").read_text("utf-8")


def test_calls_that_return_nothing_keep_their_none(qapp: QApplication) -> None:
    """PySide6 6.12 on Python 3.11 loses a reference to None with each, and breaks off after some thousand."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("a")
    assert abs(sys.getrefcount(None) - before) < 500


def test_an_icon_keeps_its_distance_from_the_text(qapp: QApplication, qtbot: QtBot) -> None:
    look.apply(qapp, "light")
    button, alone = QPushButton("Back"), icon_button("x", lambda: None)
    for one in (button, alone):
        qtbot.addWidget(one)
    look.dress(button, "arrow-left", 16)
    look.dress(alone, "x", 16)
    assert (button.iconSize().width(), button.iconSize().height()) == (20, 16)
    assert alone.iconSize().width() == 16
    picture = button.icon().pixmap(button.iconSize()).toImage()
    inked = [x for x in range(20) for y in range(16) if picture.pixelColor(x, y).alpha()]
    assert max(inked) < 16  # the air stands behind it
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    look.dress(button, "arrow-right", 16)
    picture = button.icon().pixmap(button.iconSize()).toImage()
    inked = [x for x in range(20) for y in range(16) if picture.pixelColor(x, y).alpha()]
    assert min(inked) >= 4


@pytest.mark.parametrize("theme", THEMES)
def test_what_cannot_be_done_is_grey_even_where_it_deletes(
    qapp: QApplication, qtbot: QtBot, theme: str
) -> None:
    look.apply(qapp, theme)
    button, other = QPushButton("Delete"), QPushButton("Delete")
    button.setProperty("kind", "danger")
    for one in (button, other):
        qtbot.addWidget(one)
        one.setEnabled(False)
        one.ensurePolished()
        one.resize(120, 32)
    assert button.grab().toImage() == other.grab().toImage()
