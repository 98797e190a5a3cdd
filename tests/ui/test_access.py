"""Everybody can use it: every page by name and by keyboard, in both languages, nothing cut or left in the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.store.database import Store
from freecrm.ui.key_list import KeyList
from freecrm.ui.page import Place
from freecrm.ui.refusal import RefusalDialog
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
ROOT = Path(__file__).parents[2]
PLACES = (
    Place("list", "customer"),
    Place("list", "contact"),
    Place("new", "customer"),
    Place("new", "contact"),
    Place("import"),
    Place("settings"),
    Place("help"),
    Place("welcome"),
)
OF_QT = ("QTableCornerButton", "QLineEditIconButton", "ScrollerButton", "QToolBarExtension", "CloseButton")
INPUTS = (QLineEdit, QComboBox, QPlainTextEdit)
CJK = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
# Names of things, keys and signs stay as they are in every language.
NAMES = re.compile(
    r"FreeCRM|Excel|csv|CSV|vCard|vcf|xlsx|PDF|QQ|TDS|Ctrl|Shift|Alt|Space|Enter|Esc|Tab|Home|End|PgUp|PgDn|"
    r"UTF-?\d*|GB18030|USB|MIT|English|Qt|SQLite|[\w./~-]+\.freecrm|[\w.]+@[\w.]+|\b[A-Z]{2,4}\b|F\d+|"
    r"[\w-]+\.(?:com|example)"
)


def shown(root: QWidget, kind: type[QWidget] | tuple[type[QWidget], ...]) -> Iterator[QWidget]:
    """The widgets of a kind that a user sees, below `root`."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    for one in kinds:
        yield from (widget for widget in root.findChildren(one) if widget.isVisible())


def texts_of(root: QWidget) -> Iterator[str]:
    """Every text that a tree of widgets shows or speaks."""
    for widget in shown(root, QWidget):
        for text in (widget.toolTip(), widget.accessibleName()):
            if text:
                yield text
        if isinstance(widget, (QAbstractButton, QLabel)):
            yield widget.text()
        if isinstance(widget, (QLineEdit, QPlainTextEdit)):
            yield widget.placeholderText()


@pytest.fixture(params=PLACES, ids=lambda place: f"{place.kind} {place.name}".strip())
def page_window(request: pytest.FixtureRequest, make_window: MakeWindow, full_store: Store) -> MainWindow:
    window = make_window(full_store)
    window.visit(request.param)
    page = window.navigator.page
    if request.param.kind == "list":
        window.page.open_panel()
    assert page.isVisible()
    QApplication.processEvents()
    return window


# ---- names


def check_names(page_window: MainWindow) -> None:
    """Every button and input has a name."""
    for button in shown(page_window, QAbstractButton):
        assert isinstance(button, QAbstractButton)
        if button.metaObject().className() in OF_QT or button.text() or any(shown(button, QLabel)):
            continue
        where = (button.metaObject().className(), button.parent())
        assert button.accessibleName(), where
        assert button.toolTip(), where
    buddies = [label.buddy() for label in page_window.findChildren(QLabel) if label.buddy() is not None]
    for box in shown(page_window, INPUTS):
        inside = isinstance(box.parent(), QComboBox)  # a combo box that can be typed into speaks for its line
        assert inside or box.accessibleName() or box in buddies, (box.metaObject().className(), box.parent())


def check_sizes(page_window: MainWindow) -> None:
    """What can be clicked is large enough."""
    for button in shown(page_window, (QPushButton, QAbstractButton)):
        if button.metaObject().className() not in OF_QT and button.isEnabled():
            size = button.size()
            assert min(size.width(), size.height()) >= 16, (button.accessibleName(), size)


# ---- languages


def check_chinese(page_window: MainWindow) -> None:
    """A Chinese screen speaks Chinese."""
    page_window.dress.set_language("zh_CN")
    for text in texts_of(page_window):
        left = NAMES.sub("", text)
        assert CJK.search(text) or not LATIN.search(left), text


def check_english(page_window: MainWindow) -> None:
    """An English screen speaks English, but for the records."""
    full_store = page_window.store
    known = "".join(
        str(value)
        for entity in ("customer", "contact", "user")
        for record in _records(full_store, entity)
        for value in record
    )
    page_window.dress.set_language("en")
    for text in texts_of(page_window):
        for found in re.findall("[\u4e00-\u9fff]+", text):
            assert found in known or found in ("简体中文", "禾川净水设备", "万"), text


def _records(store: Store, entity: str) -> Iterator[list[object]]:
    from freecrm.core.query import Query

    for record in store.reader().each(Query(entity)):
        yield list(record.values.values())


def test_a_page_is_for_everybody(page_window: MainWindow, qtbot: QtBot) -> None:
    check_names(page_window)
    check_sizes(page_window)
    check_tab(page_window, qtbot)
    check_chinese(page_window)
    check_english(page_window)


@pytest.mark.parametrize("language", list(words.LANGUAGES))
def test_menus_speak_one_language(window: MainWindow, language: str) -> None:
    window.dress.set_language(language)
    window.menus.show()
    for menu in window.menus.menus.values():
        for action in menu.actions():
            text = action.text()
            if not text or text.endswith(("English", "简体中文")):
                continue
            assert bool(CJK.search(text)) == (language == "zh_CN"), text


# ---- the keyboard alone


def check_tab(page_window: MainWindow, qtbot: QtBot) -> None:
    """Tab reaches everything and comes back."""
    page = page_window.navigator.page
    page.focus_first()
    reached: list[QWidget] = []
    for _step in range(400):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus in reached:
            break
        reached.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    inside = [widget for widget in reached if page.isAncestorOf(widget)]
    assert inside
    for button in shown(page, QPushButton):
        if button.isEnabled() and button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert button in reached, button


def test_dialogs_have_a_default_and_an_escape(window: MainWindow, qtbot: QtBot) -> None:
    from freecrm.core.problems import Known
    from freecrm.core.words import N_, say

    window.commands.run("help.keys")
    dialogs: list[QDialog] = [
        *window.findChildren(KeyList),
        RefusalDialog(Known(say(N_("There is nothing to undo."))), window.store.path),
    ]
    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
        defaults = [b for b in dialog.findChildren(QPushButton) if b.isDefault() or b.autoDefault()]
        assert defaults, dialog
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible(), dialog


# ---- one place for colours


def test_colours_and_font_sizes_come_from_the_look_alone() -> None:
    hard = re.compile(r"""["'][^"']*#[0-9A-Fa-f]{6}\b|QColor\(\s*["'\d]|\brgba?\(|font-size|setStyleSheet""")
    for path in sorted((ROOT / "freecrm" / "ui").rglob("*.py")):
        if path.name.startswith("look"):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            assert not hard.search(line), f"{path.name}:{number}: {line.strip()}"
