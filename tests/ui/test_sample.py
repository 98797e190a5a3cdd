"""The strip that says that this is sample data, and takes it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.exchange import sample
from freecrm.store import undo
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.sample_strip import SampleStrip
from freecrm.ui.tasks import Tasks
from tests.ui.starting import click, shown


@pytest.fixture
def strip(qtbot: QtBot, qapp: QApplication, store: Store) -> Iterator[SampleStrip]:
    look.apply(qapp, "light")
    sample.install(store, "en")
    host = QWidget()
    made = SampleStrip(store, Tasks(InLine()), host)
    QVBoxLayout(host).addWidget(made)
    store.listen(made.heard)
    shown(qtbot, host, 900, 60)
    yield made
    host.close()


def test_shown_only_while_there_is_sample_data(qtbot: QtBot, strip: SampleStrip, store: Store) -> None:
    assert not strip.isHidden()
    with qtbot.waitSignal(strip.removed), talk.recording() as heard:
        click(qtbot, strip.button)
    assert strip.isHidden()
    assert heard.messages == []  # the toast says it
    undo.undo(store)
    assert not strip.isHidden()
    undo.redo(store)
    assert strip.isHidden()


def test_what_was_linked_is_told(qtbot: QtBot, strip: SampleStrip, store: Store) -> None:  # AC-ST-2
    (hotel,) = store.read().execute("SELECT id FROM customer WHERE name = 'Spruce Vale Hotel'").fetchone()
    with store.step("Mine") as step:
        step.insert("contact", {"name": "Mine", "jobs": [{"customer": hotel}]})
    strip.button.setFocus()
    with talk.recording() as heard:
        qtbot.keyClick(strip.button, Qt.Key.Key_Space)
    (told,) = heard.messages
    assert "stay without that link: 1" in str(told.what)
    words.use("zh_CN")
    assert "你自己的 1 条记录与它有关联" in str(told.what)
    assert store.read().execute("SELECT name FROM contact").fetchall() == [("Mine",)]


def test_it_speaks_both_languages(strip: SampleStrip) -> None:
    assert (strip.text.text(), strip.button.text()) == ("This is sample data", "Remove")
    words.use("zh_CN")
    strip.reword()
    assert (strip.text.text(), strip.button.text()) == ("这是示例数据", "清除")


def test_hidden_in_a_file_without(qtbot: QtBot, store: Store, tmp_path: Path) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    assert SampleStrip(store, Tasks(InLine()), host).isHidden()


def test_removed_with_real_threads(qtbot: QtBot, store: Store) -> None:
    sample.install(store, "zh_CN")
    host = QWidget()
    made = SampleStrip(store, Tasks(Jobs()), host)
    QVBoxLayout(host).addWidget(made)
    shown(qtbot, host, 900, 60)
    with qtbot.waitSignal(made.removed, timeout=20_000):
        click(qtbot, made.button)
    assert not sample.is_there(store)
    made.tasks.close()
