"""Icons: the SVG drawings in `resources/icons`, in any colour of the look, sharp at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton

from freecrm.core.home import RESOURCES
from freecrm.ui.look_tokens import colour as colour_of
from freecrm.ui.look_tokens import px

FOLDER = RESOURCES / "icons"
PROGRAM = "freecrm"  # the program's own sign, in colours of its own
_PROGRAM_SIZES = (16, 24, 32, 48, 64, 128, 256)
_WORN = "look_icon"
_GAP = 4  # of air between an icon and its text, besides what the style leaves


def names() -> list[str]:
    """The names of all icons there are."""
    return sorted(path.stem for path in FOLDER.glob("*.svg") if path.stem != PROGRAM)


def program_icon() -> QIcon:
    """The program's own icon, for windows and task bars."""
    made = QIcon()
    for size in _PROGRAM_SIZES:
        made.addPixmap(pixmap(PROGRAM, size))
    return made


def svg(name: str, paint: str) -> str:
    """The drawing `name` as SVG text in the colour `paint` (`#RRGGBB`).

    FileNotFoundError when there is no such icon."""
    return _source(name).replace("currentColor", paint)


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text("utf-8")


def pixmap(name: str, size: int = 18, colour: str = "text2", ratio: float = 1.0) -> QPixmap:
    """Icon `name` as a picture of `size` × `size` device-independent pixels for a screen of `ratio`."""
    return _pixmap(name, colour_of(colour).name(), size, ratio)


@lru_cache(maxsize=2048)
def _pixmap(name: str, paint: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # the first picture of the window does without it

    side = round(size * ratio)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, paint).encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _spaced(picture: QPixmap, gap: int, *, before: bool) -> QPixmap:
    """A picture with `gap` pixels of air behind it, or before it."""
    if not gap:
        return picture
    ratio = picture.devicePixelRatio()
    air = round(gap * ratio)
    made = QPixmap(picture.width() + air, picture.height())
    made.fill(Qt.GlobalColor.transparent)
    made.setDevicePixelRatio(ratio)
    painter = QPainter(made)
    painter.drawPixmap(QPointF(gap if before else 0, 0), picture)
    painter.end()
    return made


def icon(name: str, size: int = 18, colour: str = "text2", gap: int = 0, *, before: bool = False) -> QIcon:
    """Icon `name` for buttons and menus, in a colour token of the theme shown now, pale when disabled.

    It is drawn for the scales of the screens there are, so nothing gets blurred. An icon keeps its
    colours: give it to a widget with `dress` to have it follow the theme. gap: air behind it, or before it,
    in pixels of the screen: Qt has none to give between icon and text."""
    ratios = frozenset({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})
    paints = (colour_of(colour).name(), colour_of("disabled").name())
    return _icon(name, px(size), paints, ratios, gap, before)


@lru_cache(maxsize=512)
def _icon(
    name: str, size: int, paints: tuple[str, str], ratios: frozenset[float], gap: int, before: bool
) -> QIcon:
    made = QIcon()
    for ratio in sorted(ratios):
        for paint, mode in zip(paints, (QIcon.Mode.Normal, QIcon.Mode.Disabled), strict=True):
            made.addPixmap(_spaced(_pixmap(name, paint, size, ratio), gap, before=before), mode)
    return made


def dress(wearer: QAbstractButton | QAction, name: str, size: int = 18, colour: str = "text2") -> None:
    """Put icon `name` on a button or an action, and again in new colours after each theme switch."""
    wearer.setProperty(_WORN, f"{name} {size} {colour}")
    _put_on(wearer)


class _Held:
    """Whether icons wait until the first picture of the window stands."""

    yes = False


def hold() -> None:
    """Draw no icons on buttons and actions before `release`."""
    _Held.yes = True


def holding() -> bool:
    """Whether the first picture of the window is still to come, which is painted without icons."""
    return _Held.yes


def release(app: QApplication) -> None:
    """Draw the icons that waited, and from now on at once."""
    _Held.yes = False
    redress(app)


def redress(app: QApplication) -> None:
    """Draw every icon given by `dress` anew in the theme and zoom shown now."""
    for window in app.topLevelWidgets():
        for wearer in (*window.findChildren(QAbstractButton), *window.findChildren(QAction)):
            if isinstance(wearer, (QAbstractButton, QAction)):
                _put_on(wearer)


def _put_on(wearer: QAbstractButton | QAction) -> None:
    worn = wearer.property(_WORN)
    if not worn or _Held.yes:
        return
    name, size, colour = worn.split()
    if not isinstance(wearer, QAbstractButton):
        wearer.setIcon(icon(name, int(size), colour))
        return
    gap = px(_GAP) if _has_text_beside(wearer) else 0
    behind = wearer.layoutDirection() == Qt.LayoutDirection.RightToLeft  # the icon stands behind the text
    wearer.setIcon(icon(name, int(size), colour, gap, before=behind))
    wearer.setIconSize(QSize(px(int(size)) + gap, px(int(size))))


def _has_text_beside(button: QAbstractButton) -> bool:
    if button.property("nav"):  # the sidebar folds to icons alone, and spaces its texts by itself
        return False
    if isinstance(button, QToolButton):
        return button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    return True
