"""The help: there in both languages, about what there is, one key away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.home import RESOURCES
from freecrm.ui import help_page
from freecrm.ui.help_page import HelpPage
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow


@pytest.mark.parametrize("language", list(words.LANGUAGES))
def test_every_topic_is_written(language: str) -> None:
    with words.speaking(language):
        for topic in help_page.TOPICS:
            assert help_page.title_of(topic)
            chinese = re.search("[\u4e00-\u9fff]{8}", help_page.text_of(topic))
            assert (chinese is not None) == (language == "zh_CN"), topic
    there = {path.stem for path in Path(RESOURCES / "help" / language).glob("*.md")}
    assert there == set(help_page.TOPICS)


def test_f1_explains_and_back_returns(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    page = window.navigator.page
    assert isinstance(page, HelpPage)
    assert page.topic == "start"
    assert window.sidebar.buttons[Place("help")].isChecked()
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert "vCard" in page.text.toPlainText()
    window.dress.set_language("zh_CN")
    assert page.list.item(1).text() == "导入列表"
    assert "GB18030" in page.text.toPlainText()
    window.commands.run("view.back")
    assert window.navigator.page is window.page


@pytest.mark.parametrize("command", ["record.occasions", ""])
def test_f1_explains_the_page_of_a_customer(window: MainWindow, qtbot: QtBot, command: str) -> None:
    if command:
        window.commands.run(command)
    else:
        window.page.grid.go(0, 0)
        qtbot.keyClick(window.page.grid, Qt.Key.Key_Return)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    page = window.navigator.page
    assert isinstance(page, HelpPage)
    assert page.topic == "customer"
    assert "lunar 8-15" in page.text.toPlainText()


def test_keys_named_in_the_help_are_those_of_the_commands(window: MainWindow) -> None:
    known = {key for command in window.commands.all() for key in window.commands.keys(command.id)}
    own = {"Ctrl+Enter", "F2", "F4"}  # of forms and cells
    for language in words.LANGUAGES:
        with words.speaking(language):
            for topic in help_page.TOPICS:
                named = set(re.findall(r"\*\*((?:Ctrl|Alt)\+\S+?|F\d+)\*\*", help_page.text_of(topic)))
                assert named <= known | own, (topic, named - known - own)
