"""The style sheet, written from the tokens.

What widgets say about themselves by `setProperty` (texts, except the yes/no ones):

    QPushButton  kind = fold | name | figure | drop  on the page of a record
    QPushButton  kind = primary | quiet | danger     (none: secondary); small = True: 28 px high
                 chip = True (a filter in force), "off" (one that is not) or "add" (a filter to be added)
                 kind = search                        looks like a box to type in; crumb: a step of a way
                 kind = way: a way out, as wide as there is room (main = True: the first); day = True: a day to tick
                 kind = link: text that looks like a link; choice = True | main: a large card to choose
    QToolButton  kind = framed | status | primary     (none: without a frame)
    QLabel       role = display | title | subtitle | strong | caption | hint | danger | warning | success
                 value = text | chip                  edited where it stands
                 tag = plain | add | accent | success | warning | danger | info | violet
                 role = link                          text that looks like a link; tag = filled: a grade
    QToolButton  nav = True                           a page in the sidebar
    QFrame       card = True                          a rounded surface
                 line = True                          a hairline
                 panel = True                         the side panel; toast = True: a dark toast
                 message = info | warning | danger    a bar with a sentence
                 popup = True                         what floats over the window
                 drop = True                          where something may be dropped
                 hint = True, draft = True            what was found, what was left behind
                 dropfield = True, over = True        a field to drop files on, with one above it
                 foot = True                          the buttons at the foot of a page; edge = True: a
                                                      hairline between panes; popup = True: a list in place
                 ask = True                           a card with a question
                 option = on | off                    a value to choose
                 person = True                        somebody, or a thing, with a way to take it out
    QListWidget  index = True                         the titles beside what they lead to
    QTextBrowser prose = True                         text to read
    QListView    popup = True                         offers below a line
    QLineEdit    popup = True                         the box of what floats over the window
    QWidget      popup_foot = True                    the line of keys at its foot
    QWidget      cell = True                          the editor over a cell of a list
    QWidget      page = True                          the ground of a page; bar = True: of a tool bar
    inputs       wrong = True                         the value is not taken
"""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QTemporaryDir

from freecrm.ui.look_icons import svg
from freecrm.ui.look_tokens import colour, px, theme, tokens

INPUTS = ("QLineEdit", "QPlainTextEdit", "QTextEdit", "QAbstractSpinBox", "QComboBox")
TAGS = {
    "accent": "accent_subtle",
    "success": "success_bg",
    "warning": "warning_bg",
    "danger": "danger_bg",
    "info": "info_bg",
    "violet": "violet_bg",
}


class _Drawings:
    """A folder for the few drawings a style sheet can only take as files; gone when the program ends."""

    folder: QTemporaryDir | None = None


def _drawing(name: str, token: str) -> str:
    """`url("…")` of icon `name` in the colour of `token`. Qt remembers pictures by file name, so the
    colour is part of it."""
    if _Drawings.folder is None:
        _Drawings.folder = QTemporaryDir()
    paint = colour(token).name()
    path = Path(_Drawings.folder.filePath(f"{name}-{paint[1:]}.svg"))
    if not path.exists():
        path.write_text(svg(name, paint), "utf-8")
    return f'url("{path.as_posix()}")'


def _pill(length: int, frame: int = 2) -> str:
    """The corner radius that rounds an end of `length` scaled pixels and a frame of `frame` unscaled.

    Qt draws square corners as soon as a radius is more than half the side."""
    return f"{(px(length) + frame) // 2}!px"


def sheet() -> str:
    """The style sheet of the whole application in the theme and zoom shown now."""
    parts = (_ground, _labels, _inputs, _buttons, _ticks, _tables, _bars, _popups, _frames)
    return "\n".join(_filled(part()) for part in parts)


# A drawing (@icon.NAME.TOKEN), a radius (@radius.NAME), a colour (@TOKEN), a length of the design,
# a length that is not scaled again.
_WORD = re.compile(r"@icon\.([\w-]+)\.(\w+)|@radius\.(\w+)|@(\w+)|\b(\d+)(-\d+)?px|\b(\d+)!px")


def _filled(text: str) -> str:
    """Tokens become colours, radii and drawings, lengths grow with the zoom.

    Hairlines and frames (1 and 2 px) stay as they are. `30-2px`: 30 scaled, less 2 that are not, for
    a frame that grew by 2."""

    def fill(found: re.Match[str]) -> str:
        name, paint, radius, token, length, less, fixed = found.groups()
        if name:
            return _drawing(name, paint)
        if radius:
            return f"{px(tokens()['radius'][radius])}px"
        if token:
            return colour(token).name()
        if fixed:
            return f"{fixed}px"
        wide = int(length)
        return f"{(px(wide) if wide > 2 else wide) + int(less or 0)}px"

    return _WORD.sub(fill, text)


def _ground() -> str:
    return """
QMainWindow, QDialog[plain="true"] { background: @window }
QDialog, QMessageBox, QWizard { background: @surface }
QWidget[page="true"] { background: @surface }
QWidget[bar="true"] { background: @surface; border-bottom: 1px solid @border }
QFrame[card="true"] { background: @surface; border: 1px solid @border; border-radius: @radius.card }
QFrame[edge="true"] { background: @border; border: none; min-width: 1px; max-width: 1px }
QFrame[line="true"] { background: @border; border: none; min-height: 1px; max-height: 1px }
QScrollArea { background: transparent; border: none }
QScrollArea > QWidget > QWidget { background: transparent }
QSplitter::handle { background: @border }
QSplitter::handle:horizontal { width: 1px; margin: 0 2px }
QSplitter::handle:vertical { height: 1px; margin: 2px 0 }
QSplitter::handle:hover { background: @accent }
QStatusBar { background: @window; color: @text2; border-top: 1px solid @border }
QStatusBar::item { border: none }
QSizeGrip { image: none; width: 0; height: 0 }
QStatusBar QLabel { color: @text2; font-size: 12px; padding: 0 4px }
"""


def _labels() -> str:
    sizes = {role: size[0] for role, size in tokens()["type"].items()}
    tags = "".join(
        f'QLabel[tag="{name}"] {{ color: @{name}; background: @{ground} }}\n' for name, ground in TAGS.items()
    )
    return f"""
QLabel {{ background: transparent }}
QLabel[role="display"] {{ font-size: {sizes["display"]}px; font-weight: 700 }}
QLabel[role="title"] {{ font-size: {sizes["title"]}px; font-weight: 700 }}
QLabel[role="subtitle"] {{ font-size: {sizes["subtitle"]}px; font-weight: 700 }}
QLabel[role="strong"] {{ font-weight: 700 }}
QLabel[role="caption"] {{ font-size: {sizes["caption"]}px; color: @text2 }}
QLabel[role="hint"] {{ color: @text3 }}
QLabel[role="link"] {{ color: @accent }}
QLabel[role="key"] {{ font-size: {sizes["caption"]}px; color: @text3; border: 1px solid @border;
    border-radius: @radius.control; padding: 0 5px }}
QLabel[role="understood"] {{ font-size: {sizes["caption"]}px; color: @accent; padding: 0 2px }}
QLabel[role="trouble"] {{ font-size: {sizes["caption"]}px; color: @danger; padding: 0 2px }}
QLabel[role="late"] {{ font-size: {sizes["caption"]}px; color: @danger }}
QLabel[role="ask"] {{ font-size: {sizes["caption"]}px; color: @warning }}
QLabel[role="badge"] {{ font-size: {sizes["caption"]}px; color: @on_danger; background: @danger;
    border-radius: {_pill(18, 0)}; min-height: 18px; max-height: 18px; min-width: 8px; padding: 0 5px }}
QLabel[role="number"] {{ font-size: {sizes["caption"]}px; color: @text2; background: @sunken;
    border-radius: {_pill(18, 0)}; min-height: 18px; max-height: 18px; min-width: 8px; padding: 0 5px }}
QLabel[role="danger"] {{ color: @danger }}
QLabel[role="warning"] {{ color: @warning }}
QLabel[role="success"] {{ color: @success }}
QLabel:disabled {{ color: @disabled }}
QLabel[tag] {{ font-size: {sizes["caption"]}px; padding: 2px 6px; border-radius: @radius.control }}
QLabel[tag="filled"] {{ color: @on_accent; background: @accent; font-weight: 700; padding: 2px 8px }}
QLabel[tag="add"] {{ color: @text2; border: 1px dashed @border_strong; padding: 1px 6px }}
QLabel[value="text"] {{ border: 2px solid transparent; border-radius: @radius.control }}
QLabel[value="text"]:hover {{ background: @hover }}
QLabel[value="text"]:focus {{ border: 2px solid @focus }}
QLabel[value="chip"]:focus {{ border: 2px solid @focus; padding: 0 4px }}
QLabel[tag="filled"]:focus {{ padding: 0 6px }}
QLabel[tag="plain"] {{ color: @text2; background: @sunken }}
{tags}"""


def _inputs() -> str:
    def each(state: str) -> str:
        return ", ".join(f"{name}{state}" for name in INPUTS)

    return f"""
{each("")} {{
    background: @surface; color: @text; border: 1px solid @border; border-bottom: 1px solid @border_strong;
    border-radius: @radius.control; padding: 0 9px; min-height: 30px;
    selection-background-color: @selected_hover; selection-color: @text }}
QPlainTextEdit, QTextEdit {{ padding: 5px 5px }}
{each(":hover")} {{ background: @surface2 }}
{each(":focus")}, QComboBox:on {{
    background: @surface; border: 1px solid @accent; border-bottom: 2px solid @accent }}
{each(":read-only")} {{ background: @surface2; color: @text2; border: 1px solid @border }}
QComboBox:read-only {{ background: @surface; color: @text; border-bottom: 1px solid @border_strong }}
QComboBox:read-only:hover {{ background: @surface2 }}
QComboBox:read-only:focus {{ border: 1px solid @accent; border-bottom: 2px solid @accent }}
{each(":disabled")} {{ background: @surface2; color: @disabled; border: 1px solid @border }}
QPlainTextEdit[frameless="true"], QPlainTextEdit[frameless="true"]:hover,
QPlainTextEdit[frameless="true"]:disabled, QPlainTextEdit[frameless="true"]:focus {{ border: none; background: @surface; padding: 2px 8px }}
{each('[wrong="true"]')} {{ border: 1px solid @danger; border-bottom: 1px solid @danger }}
{each('[wrong="true"]:focus')} {{ border: 1px solid @danger; border-bottom: 2px solid @danger }}
QLineEdit QToolButton {{ border: none; background: transparent; padding: 0; margin: 0; min-height: 16px;
    min-width: 16px }}
QLineEdit[frameless="true"] {{ border: none; background: transparent; min-height: 20px; padding: 0 }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 24px }}
QComboBox::down-arrow, QDateEdit::down-arrow {{
    image: @icon.chevron-down.text2; width: 16px; height: 16px }}
QComboBox::down-arrow:disabled {{ image: @icon.chevron-down.disabled }}
QComboBox QAbstractItemView {{
    background: @surface; color: @text; border: 1px solid @border; outline: 0; padding: 4px;
    selection-background-color: @selected; selection-color: @text }}
QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 6px }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; min-height: 0; padding: 0 6px }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    border: none; width: 18px; background: transparent }}
QAbstractSpinBox::up-arrow {{ image: @icon.chevron-up.text2; width: 12px; height: 12px }}
QAbstractSpinBox::down-arrow {{ image: @icon.chevron-down.text2; width: 12px; height: 12px }}
"""


def _buttons() -> str:
    return f"""
QPushButton {{
    background: @surface; color: @text; border: 1px solid @border; border-bottom: 1px solid @border_strong;
    border-radius: @radius.control; padding: 0 14px; min-height: 30px }}
QPushButton:hover {{ background: @hover }}
QPushButton:pressed, QPushButton:checked {{ background: @sunken }}
QPushButton:focus {{ border: 2px solid @focus; padding: 0 14-1px; min-height: 30-2px }}
QPushButton:disabled {{ background: @surface2; color: @disabled; border: 1px solid @border }}
QPushButton[small="true"] {{ min-height: 26px; padding: 0 10px }}
QPushButton[small="true"]:focus {{ min-height: 26-2px; padding: 0 10-1px }}
QPushButton[kind="primary"] {{ background: @accent; color: @on_accent; border: 1px solid @accent }}
QPushButton[kind="primary"]:hover {{ background: @accent_hover; border-color: @accent_hover }}
QPushButton[kind="primary"]:pressed {{ background: @accent_press; border-color: @accent_press }}
QPushButton[kind="primary"]:focus {{
    border: 2px solid @focus; background-clip: padding }}
QPushButton[kind="primary"]:disabled {{ background: @sunken; color: @disabled; border: 1px solid @border }}
QPushButton[kind="quiet"] {{ background: transparent; color: @text2; border: 1px solid transparent }}
QPushButton[kind="quiet"]:hover {{ background: @hover; color: @text }}
QPushButton[kind="quiet"]:pressed {{ background: @sunken }}
QPushButton[kind="quiet"]:focus {{ border: 2px solid @focus }}
QPushButton[kind="quiet"]:disabled {{ color: @disabled }}
QPushButton[link="true"] {{ color: @accent }}
QPushButton[kind="danger"] {{ color: @danger }}
QPushButton[kind="danger"]:hover {{ background: @danger_bg }}
QPushButton[kind="danger"]:disabled {{ background: @surface2; color: @disabled }}
QPushButton[chip] {{ border-radius: {_pill(26)}; min-height: 26px; padding: 0 11px; font-size: 12px }}
QPushButton[chip="true"] {{ background: @accent_subtle; color: @accent; border: 1px solid @accent }}
QPushButton[chip="true"]:hover {{ background: @selected }}
QPushButton[chip="true"]:pressed {{ background: @selected_hover }}
QPushButton[chip="off"] {{ border: 1px solid @border }}
QPushButton[chip="add"] {{ background: transparent; color: @text2; border: 1px dashed @border_strong }}
QPushButton[chip="add"]:hover {{ background: @hover; color: @text }}
QPushButton[chip]:focus {{ border: 2px solid @focus; min-height: 26-2px; padding: 0 11-1px }}
QPushButton[kind="alarm"] {{
    background: @danger_bg; color: @danger; border: 1px solid @danger_bg; border-radius: {_pill(26)};
    padding: 0 10px; min-height: 26px }}
QPushButton[kind="alarm"]:hover {{ border: 1px solid @danger }}
QPushButton[kind="alarm"]:focus {{ border: 2px solid @focus; padding: 0 10-1px; min-height: 26-2px }}
QPushButton[kind="way"] {{ text-align: left; padding: 0 10px; min-height: 30px }}
QPushButton[kind="way"]:focus {{ padding: 0 10-1px; min-height: 30-2px }}
QPushButton[kind="way"][main="true"] {{ border: 1px solid @accent }}
QPushButton[day="true"] {{ min-width: 22px; min-height: 26px; padding: 0 5px }}
QPushButton[day="true"]:focus {{ min-height: 26-2px; padding: 0 5-1px }}
QPushButton[day="true"]:checked {{ background: @accent; color: @on_accent; border: 1px solid @accent }}
QPushButton[tile="true"] {{
    background: @surface; border: 1px solid @border; border-radius: @radius.card; padding: 0; min-height: 0 }}
QPushButton[tile="true"]:hover {{ background: @hover }}
QPushButton[tile="true"]:focus {{ border: 2px solid @focus; padding: 0; min-height: 0 }}
QPushButton[kind="link"] {{
    background: transparent; color: @accent; border: 1px solid transparent; padding: 0 4px;
    min-height: 24px }}
QPushButton[kind="link"]:hover {{ color: @accent_hover; text-decoration: underline }}
QPushButton[kind="link"]:focus {{ border: 2px solid @focus; padding: 0 4-1px; min-height: 24-2px }}
QPushButton[choice] {{
    background: @surface; border: 1px solid @border; border-radius: @radius.card; padding: 0; min-height: 0 }}
QPushButton[choice]:hover {{ background: @hover }}
QPushButton[choice]:pressed {{ background: @sunken }}
QPushButton[choice="main"] {{ background: @accent_subtle; border: 1px solid @accent }}
QPushButton[choice="main"]:hover {{ background: @selected }}
QPushButton[choice="main"]:pressed {{ background: @selected_hover }}
QPushButton[choice]:focus {{ border: 2px solid @focus; padding: 0 }}
QPushButton[choice]:disabled {{ background: @surface2; border: 1px solid @border }}
QPushButton[kind="fold"] {{
    background: transparent; border: 1px solid transparent; font-weight: 700; text-align: left; padding: 0 2px;
    min-height: 26px }}
QPushButton[kind="fold"]:hover {{ background: @hover }}
QPushButton[kind="fold"]:focus {{ border: 2px solid @focus; padding: 0 2-1px; min-height: 26-2px }}
QPushButton[kind="name"] {{
    background: transparent; border: 1px solid transparent; font-weight: 700; text-align: left; padding: 0 2px;
    min-height: 22px }}
QPushButton[kind="name"]:hover {{ color: @accent; text-decoration: underline }}
QPushButton[kind="name"]:focus {{ border: 2px solid @focus; padding: 0 2-1px; min-height: 22-2px }}
QPushButton[kind="figure"] {{
    background: transparent; border: 1px solid transparent; border-left: 1px solid @border; border-radius: 0;
    padding: 0; text-align: left }}
QPushButton[kind="figure"]:hover {{ background: @hover }}
QPushButton[kind="figure"]:pressed {{ background: @sunken }}
QPushButton[kind="figure"]:focus {{ border: 2px solid @focus; border-radius: @radius.control; padding: 0 }}
QPushButton[kind="drop"] {{
    background: transparent; color: @text2; border: 1px dashed @border_strong; border-radius: @radius.card;
    min-height: 48px }}
QPushButton[kind="drop"]:hover {{ background: @accent_subtle; color: @accent; border: 1px dashed @accent }}
QPushButton[kind="drop"]:focus {{ border: 2px solid @focus; min-height: 48-2px }}
QPushButton::menu-indicator {{ image: none; width: 0 }}
QPushButton[kind="search"] {{
    color: @text3; text-align: left; padding: 0 9px; border-bottom: 1px solid @border_strong }}
QPushButton[kind="search"]:focus {{ padding: 0 9-1px }}
QPushButton[kind="crumb"] {{
    background: transparent; color: @text2; border: 1px solid transparent; padding: 0 6px; min-height: 26px }}
QPushButton[kind="crumb"]:hover {{ background: @hover; color: @text }}
QPushButton[kind="crumb"]:focus {{ border: 2px solid @focus; padding: 0 6-1px; min-height: 26-2px }}
QToolButton {{
    background: transparent; color: @text2; border: 1px solid transparent; border-radius: @radius.control;
    padding: 0 5px; min-height: 28px; min-width: 18px }}
QToolButton:hover {{ background: @hover; color: @text }}
QToolButton:pressed, QToolButton:checked {{ background: @sunken; color: @text }}
QToolButton:focus {{ border: 2px solid @focus; padding: 0 5-1px; min-height: 28-2px; min-width: 18-2px }}
QToolButton:disabled {{ color: @disabled }}
QToolButton[kind="framed"] {{ background: @surface; border: 1px solid @border }}
QToolButton[kind="framed"]:hover {{ background: @hover }}
QToolButton[kind="framed"]:focus {{ border: 2px solid @focus }}
QToolButton[kind="status"] {{ font-size: 12px; min-height: 22px }}
QToolButton[kind="status"]:focus {{ min-height: 22-2px }}
QToolButton[kind="segment"] {{
    background: @surface; border: 1px solid @border; border-bottom: 1px solid @border_strong; border-radius: 0;
    padding: 0 9px; min-height: 30px }}
QToolButton[kind="segment"]:hover {{ background: @hover }}
QToolButton[kind="segment"]:checked {{
    background: @accent_subtle; color: @accent; border-bottom: 2px solid @accent; min-height: 30-1px }}
QToolButton[kind="segment"]:focus {{ border: 2px solid @focus; padding: 0 9-1px; min-height: 30-2px }}
QToolButton::menu-indicator {{ image: none }}
QToolButton[kind="primary"] {{
    background: @accent; color: @on_accent; border: 1px solid @accent; min-height: 30px;
    padding: 0 36px 0 10px }}
QToolButton[kind="primary"]:hover {{ background: @accent_hover; color: @on_accent }}
QToolButton[kind="primary"]:pressed {{ background: @accent_press; color: @on_accent }}
QToolButton[kind="primary"]:focus {{ border: 2px solid @on_accent; padding: 0 36-1px 0 10-1px; min-height: 30-2px }}
QToolButton[kind="primary"]::menu-button {{
    border: none; border-left: 1px solid @accent_press; width: 26px; margin: 5px 0 }}
QToolButton[kind="primary"]::menu-arrow {{ image: @icon.chevron-down.on_accent; width: 14px; height: 14px }}
"""


def _ticks() -> str:
    ring = px(5)
    dot = px(16) + 2 - 2 * ring
    return f"""
QCheckBox, QRadioButton {{ spacing: 8px; background: transparent; min-height: 24px }}
QCheckBox:disabled, QRadioButton:disabled {{ color: @disabled }}
QCheckBox::indicator, QTableView::indicator, QListView::indicator, QTreeView::indicator {{
    width: 16px; height: 16px; border: 1px solid @border_strong; border-radius: @radius.check;
    background: @surface }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: @accent }}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked,
QTreeView::indicator:checked {{
    background: @accent; border-color: @accent; image: @icon.check.on_accent }}
QCheckBox::indicator:indeterminate, QTableView::indicator:indeterminate {{
    background: @accent; border-color: @accent; image: @icon.minus.on_accent }}
QCheckBox::indicator:disabled {{ background: @surface2; border-color: @border }}
QCheckBox::indicator:checked:disabled {{ background: @surface2; image: @icon.check.disabled }}
QCheckBox::indicator:focus {{ border: 2px solid @focus; width: 16-2px; height: 16-2px }}
QRadioButton::indicator {{
    width: 16px; height: 16px; border: 1px solid @border_strong; border-radius: {_pill(16)};
    background: @surface }}
QRadioButton::indicator:checked {{
    width: {dot}!px; height: {dot}!px; border: {ring}!px solid @accent; border-radius: {_pill(16)};
    background: @on_accent }}
QRadioButton::indicator:focus {{ border-color: @focus }}
QRadioButton:focus, QCheckBox:focus {{ text-decoration: underline }}
"""


def _tables() -> str:
    return """
QTableView, QTreeView, QListView {
    background: @surface; alternate-background-color: @surface2; color: @text; border: none; outline: 0;
    gridline-color: @border; selection-background-color: @selected; selection-color: @text }
QTextBrowser[prose="true"], QTextBrowser[prose="true"]:focus, QTextBrowser[prose="true"]:hover {
    border: none; background: @surface; color: @text }
QTextBrowser[prose="true"]:focus { border: 2px solid @focus }
QTableView::item, QTreeView::item { padding: 0 5px; border: none }
QTableView::item:hover, QTreeView::item:hover, QListView::item:hover { background: @hover }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {
    background: @selected; color: @text }
QTableView::item:selected:hover, QListView::item:selected:hover { background: @selected_hover }
QTableView::item:focus, QTreeView::item:focus { border: 2px solid @focus; padding: 0 3px }
QTreeView::item, QListView::item { min-height: 30px }
QHeaderView { background: @surface2; border: none }
QHeaderView::section {
    background: @surface2; color: @text2; border: none; border-bottom: 1px solid @border;
    padding: 0 8px; min-height: 31px; font-size: 12px; font-weight: 400 }
QHeaderView::section:hover { background: @hover; color: @text }
QHeaderView::section:pressed { background: @sunken }
QHeaderView::section:vertical { border-bottom: none; border-right: 1px solid @border; color: @text3 }
QHeaderView::up-arrow, QHeaderView::down-arrow {
    width: 14px; height: 14px; subcontrol-position: center right; right: 6px }
QHeaderView::up-arrow { image: @icon.arrow-up.accent }
QHeaderView::down-arrow { image: @icon.arrow-down.accent }
QTableCornerButton::section { background: @surface2; border: none; border-bottom: 1px solid @border }
QWidget[cell="true"] { background: @surface; border: 1px solid @border_strong; border-radius: @radius.control }
QTableView QLineEdit, QTableView QComboBox { border: 2px solid @focus; border-radius: 0; padding: 0 6px }
"""


def _bars() -> str:
    # A light handle is hard to see on a light page, a strong one too loud on a dark page.
    handle = "border_strong" if theme() == "light" else "disabled"
    return f"""
QScrollBar {{ background: transparent; border: none }}
QScrollBar:vertical {{ width: 12px; margin: 0 }}
QScrollBar:horizontal {{ height: 12px; margin: 0 }}
QScrollBar::handle {{ background: @{handle}; border-radius: {_pill(12, -2 * px(3))}; margin: 3px }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{
    background: @text3; border-radius: {_pill(12, -4)}; margin: 2px }}
QScrollBar::handle:vertical {{ min-height: 32px }}
QScrollBar::handle:horizontal {{ min-width: 32px }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0 }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent }}
QAbstractScrollArea::corner {{ background: @surface }}
QTabBar {{ background: transparent; qproperty-drawBase: 0 }}
QTabBar::tab {{
    background: transparent; color: @text2; border: none; border-bottom: 3px solid transparent;
    padding: 0 10px; min-height: 36px; margin-right: 4px }}
QTabBar::tab:hover {{ color: @text; border-bottom-color: @border }}
QTabBar::tab:selected {{ color: @text; border-bottom-color: @accent; font-weight: 700 }}
QTabBar::tab:focus {{ border: 2px solid @focus; border-bottom: 3px solid @accent; padding: 0 8px }}
QTabBar::tab:disabled {{ color: @disabled }}
QTabWidget::pane {{ border: none; border-top: 1px solid @border }}
QProgressBar {{
    background: @sunken; border: none; border-radius: {_pill(6, 0)}; min-height: 6px; max-height: 6px;
    color: transparent }}
QProgressBar::chunk {{ background: @accent; border-radius: {_pill(6, 0)} }}
QGroupBox {{
    border: 1px solid @border; border-radius: @radius.card; margin-top: 12px; padding: 16px 12px 12px 12px }}
QGroupBox::title {{ subcontrol-origin: margin; left: 12px; padding: 0 4px; color: @text2 }}
"""


def _popups() -> str:
    return """
QMenuBar { background: @window; color: @text; border: none }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: @radius.control }
QMenuBar::item:selected { background: @hover }
QMenu { background: @surface; color: @text; border: 1px solid @border_strong; padding: 4px }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: @radius.control }
QMenu::item:selected { background: @selected }
QMenu::item:disabled { color: @disabled; background: transparent }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px }
QMenu::icon { padding-left: 8px }
QMenu::right-arrow { image: @icon.chevron-right.text2; width: 14px; height: 14px; right: 8px }
QListView[popup="true"] { border: 1px solid @border_strong; border-radius: @radius.control; padding: 4px }
QCalendarWidget { background: @surface }
QFrame[kind="dates"] { background: @surface; border: 1px solid @border_strong }
QFrame[kind="dates"] QListWidget { border: none; border-left: 1px solid @border }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: @surface2 }
QCalendarWidget QToolButton { color: @text; font-weight: 700; padding: 0 6px; min-height: 26px }
QCalendarWidget QToolButton::menu-indicator { image: none }
QCalendarWidget QSpinBox { min-height: 22px }
QCalendarWidget QAbstractItemView { selection-background-color: @accent; selection-color: @on_accent }
QToolTip { background: @tooltip; color: @on_tooltip; border: 1px solid @tooltip; padding: 4px 6px }
"""


def _frames() -> str:
    bars = "".join(
        f'QFrame[message="{kind}"] {{ background: @{kind}_bg; border: 1px solid @{kind};'
        " border-radius: @radius.control }\n"
        for kind in ("info", "warning", "danger")
    )
    return f"""
{bars}
QLineEdit[popup="true"] {{ background: @surface; border: none; padding: 0; min-height: 28px;
    font-size: {tokens()["type"]["subtitle"][0]}px }}
QWidget[popup_foot="true"] {{ background: @surface2; border-bottom-left-radius: @radius.card;
    border-bottom-right-radius: @radius.card }}
QFrame[panel="true"] {{ background: @surface; border: none }}
QFrame[panel="true"] > QScrollArea {{ border: 2px solid transparent }}
QFrame[panel="true"] > QScrollArea:focus {{ border: 2px solid @focus }}
QFrame[toast="true"] {{ background: @tooltip; border: none; border-radius: @radius.card }}
QFrame[toast="true"] QLabel {{ color: @on_tooltip }}
QFrame[toast="true"] QPushButton {{ background: transparent; color: @on_tooltip; border: 1px solid @text3 }}
QFrame[toast="true"] QPushButton:hover, QFrame[toast="true"] QToolButton:hover {{ background: @text2 }}
QFrame[toast="true"] QPushButton:focus, QFrame[toast="true"] QToolButton:focus {{
    border: 2px solid @on_tooltip }}
QFrame[popup="true"] {{
    background: @surface; border: 1px solid @border_strong; border-radius: @radius.card }}
QFrame[reminder="true"] {{ background: @surface; border: 1px solid @border_strong; border-radius: 0 }}
QFrame[reminder="true"] QScrollArea, QFrame[reminder="true"] QScrollArea > QWidget > QWidget {{ background: @surface }}
QFrame[plate="true"] {{ background: @surface; border: 1px solid @border; border-radius: @radius.card }}
QFrame[option="off"] {{ background: @surface; border: 1px solid @border; border-radius: @radius.control }}
QFrame[option="off"]:hover {{ background: @hover }}
QFrame[option="on"] {{ background: @accent_subtle; border: 1px solid @accent; border-radius: @radius.control }}
QFrame[person="true"] {{ background: @sunken; border: none; border-radius: @radius.control }}
QListWidget[index="true"] {{ background: transparent; border: 1px solid transparent }}
QListWidget[index="true"]::item {{ border-radius: @radius.control; padding: 0 8px; min-height: 34px }}
QListWidget[index="true"]:focus {{ border: 2px solid @focus; border-radius: @radius.control }}
QFrame[drop="true"] {{ background: @accent_subtle; border: 2px dashed @accent; border-radius: @radius.card }}
QFrame[hint="true"] {{ background: @warning_bg; border: 1px solid @warning; border-radius: @radius.control }}
QFrame[draft="true"] {{ background: @info_bg; border: 1px solid @info; border-radius: @radius.control }}
QToolButton[tight="true"] {{ padding: 0; min-height: 16px; min-width: 16px }}
QFrame[drop="true"] QLabel {{ color: @accent }}
QFrame[dropfield="true"] {{
    background: @surface2; border: 2px dashed @border_strong; border-radius: @radius.card }}
QFrame[dropfield="true"][over="true"] {{ background: @accent_subtle; border: 2px dashed @accent }}
QFrame[foot="true"] {{ background: @surface2; border: none; border-top: 1px solid @border }}
QWidget[edge="true"] {{ background: @border }}
QFrame[popup="true"] QListView {{ background: @surface }}
QFrame[popup="true"] QListView::item:disabled {{ color: @text3; background: @surface }}
QFrame[card="true"][ask="true"] {{ border: 1px solid @warning }}
QLabel[warns="true"], QLabel[warns="warning"] {{ color: @warning }}
QLabel[warns="danger"] {{ color: @danger }}
QTabBar[kinds="true"]::tab {{ padding: 0 7px; min-height: 30px; margin-right: 2px; font-size: 13px }}
QTabBar[kinds="true"]::tab:focus {{ padding: 0 5px }}
QListWidget[framed="true"] {{ border: 1px solid @border; border-radius: @radius.control }}
QListWidget[framed="true"]::item {{ padding: 4px 8px }}
QFrame[todo="true"] {{ background: transparent; border: 2px solid transparent; border-radius: @radius.control }}
QFrame[todo="true"]:hover {{ background: @hover }}
QFrame[todo="true"]:focus {{ border: 2px solid @focus }}
QComboBox[small="true"] {{ min-height: 26px }}
QToolButton[nav="true"] {{
    color: @text; border: none; border-left: 3px solid transparent; border-radius: 0; padding: 0 13px;
    min-height: 34px; text-align: left }}
QToolButton[nav="true"][under="true"][folded="false"] {{ padding-left: 28px }}
QToolButton[nav="true"]:checked {{ background: @selected; border-left: 3px solid @accent; font-weight: 700 }}
QToolButton[nav="true"]:focus {{ border: 2px solid @focus; min-height: 34-4px; padding: 0 13-1px }}
"""
