"""The import wizard over lists that are not of customers: deals, products, people of the firm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine
from freecrm.core.query import Query
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.tasks import Tasks
from freecrm.ui.wizard import ImportPage
from freecrm.ui.wizard.cards import Card
from freecrm.ui.wizard.fields_step import FieldsStep
from freecrm.ui.wizard.sheet_step import SheetStep

SALES = Path(__file__).parents[1] / "data" / "sales"
SHEET, FIELDS, RESULT = 1, 2, 4
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, store: Store) -> Iterator[ImportPage]:
    look.apply(qapp, "light")
    cells.warm_up()
    window = QMainWindow()
    qtbot.addWidget(window)
    made = ImportPage(store, Tasks(InLine()))
    window.setCentralWidget(made)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield made
    made.stop()
    made.draft.tasks.close()


def ready(qtbot: QtBot, page: ImportPage) -> None:
    qtbot.waitUntil(lambda: page.draft.is_current, timeout=20_000)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_deals_come_in_with_every_default(
    qtbot: QtBot, page: ImportPage, store: Store, language: str
) -> None:
    words.use(language)
    page.take(SALES / "sales_pipeline.csv")
    ready(qtbot, page)
    assert page.draft.plan.main == "deal"
    assert page.title.text() == {"en": "Import deals", "zh_CN": "导入商机"}[language]
    step = page.step(FIELDS)
    assert isinstance(step, FieldsStep)
    assert all(line.kind != "out" for line in step.table.lines.lines)
    titles = [card.title() for card in page.findChildren(Card)]
    asked = {"en": "Which stage is “Engaging”?", "zh_CN": "「Engaging」是哪个阶段？"}[language]
    assert asked in titles
    assert {"en": "account: many new names", "zh_CN": "account：新名称很多"}[language] in titles
    page.go_to(RESULT - 1)
    page.next()
    page.next()
    qtbot.waitUntil(lambda: page.draft.touched is not None, timeout=20_000)
    assert store.reader().count(Query("deal")) == 1100
    assert store.reader().count(Query("product")) == 7  # GTXPro is GTX Pro


def test_what_a_list_is_about_can_be_said(qtbot: QtBot, page: ImportPage) -> None:
    page.take(SALES / "products.csv")
    ready(qtbot, page)
    page.go_to(SHEET)
    step = page.step(SHEET)
    assert isinstance(step, SheetStep)
    assert step.about.currentData() == "product"
    step.about.setFocus()
    qtbot.keyClick(step.about, Qt.Key.Key_Home)
    assert step.about.currentData() == "customer"
    ready(qtbot, page)
    assert page.draft.plan.main == "customer"
    assert {column.target.partition(".")[0] for column in page.draft.columns if column.target} <= {
        "customer", "+customer",
    }  # fmt: skip
