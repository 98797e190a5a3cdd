"""Pipelines in the settings: stages, checks, allowed moves, reasons, each change one step."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import deals, pipes, undo
from freecrm.store.database import Store
from freecrm.store.deals import Pipe
from freecrm.ui.page import Place
from freecrm.ui.pipelines.panel import PipelinesPanel
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))


def put(store: Store, entity: str, **values: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert(entity, values)


def pipe_of(store: Store) -> Pipe:
    return deals.pipelines(store, all=True)[0]


def opened(make_window: MakeWindow, store: Store) -> PipelinesPanel:
    window = make_window(store)
    page = window.visit(Place("settings", "pipeline"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["pipeline"].panel
    assert isinstance(panel, PipelinesPanel)
    return panel


def test_a_file_without_pipelines_begins_with_the_usual_one(make_window: MakeWindow, store: Store) -> None:
    panel = opened(make_window, store)
    click(panel.begin_button)
    assert [one["name"] for one in panel.stages.records] == [
        "New lead", "Qualified", "Proposal", "Negotiation", "Contract", "Won", "Lost",
    ]  # fmt: skip
    assert panel.begin_button.isHidden()


def test_a_stage_is_changed_moved_and_taken_back(make_window: MakeWindow, store: Store, qtbot: QtBot) -> None:
    deals.take_ready(store)
    panel = opened(make_window, store)
    try:
        chance: Any = panel.stages.editors["chance"]
        chance.main().setFocus()
        chance.main().selectAll()
        QTest.keyClicks(chance.main(), "15")
        panel.stages.editors["name"].main().setFocus()
        qtbot.waitUntil(lambda: pipe_of(store).stages[0].chance == 1_500)
        click(panel.stages.editors["needs"].boxes["amount"])  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: pipe_of(store).stages[0].needs == ("amount",))
        click(panel.stages.down_button)
        assert [stage.name for stage in pipe_of(store).stages][:2] == ["Qualified", "New lead"]
        for _step in range(3):
            undo.undo(store)
        first = pipe_of(store).stages[0]
        assert (first.name, first.chance, first.needs) == ("New lead", 1_000, ())
        assert chance.value() == Decimal(10)
    finally:
        panel.give_up()


def test_a_stage_with_deals_goes_only_when_they_have_a_place(make_window: MakeWindow, store: Store) -> None:
    deals.take_ready(store)
    stages = pipe_of(store).stages
    deal = put(store, "deal", name="x", stage=stages[0].id)
    with pytest.raises(Known, match="1 deals stand in “New lead”"):
        pipes.delete_stage(store, stages[0].id)
    with pytest.raises(Known, match="only stage of its kind"):
        pipes.delete_stage(store, stages[-1].id)
    panel = opened(make_window, store)
    click(panel.stages.delete_button)
    assert panel.stages.asking.isVisible()
    assert len(pipe_of(store).stages) == 7
    panel.stages.target.setCurrentIndex(1)
    click(panel.stages.go_button)
    assert pipe_of(store).stages[0].name == "Qualified"
    row = store.read().execute("SELECT stage FROM deal WHERE id = ?", (deal,)).fetchone()
    assert row[0] == stages[2].id
    undo.undo(store)
    row = store.read().execute("SELECT stage FROM deal WHERE id = ?", (deal,)).fetchone()
    assert (len(pipe_of(store).stages), row[0]) == (7, stages[0].id)


def test_checks_and_reasons_belong_to_what_is_chosen(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    deals.take_ready(store)
    panel = opened(make_window, store)
    click(panel.checks.new_button)
    QTest.keyClicks(panel.checks.editors["text"].main(), "Met the boss")
    panel.reasons.list.setFocus()
    qtbot.waitUntil(lambda: [one["text"] for one in panel.checks.records] == ["Met the boss"])
    panel.stages.list.setCurrentRow(1)
    assert panel.checks.records == []
    panel.stages.list.setCurrentRow(0)
    assert [one["text"] for one in panel.checks.records] == ["Met the boss"]
    assert len(panel.reasons.records) == 6
    click(panel.reasons.delete_button)
    assert len(panel.reasons.records) == 5
    undo.undo(store)
    assert len(panel.reasons.records) == 6


def test_ways_are_allowed_as_pairs(make_window: MakeWindow, store: Store) -> None:
    deals.take_ready(store)
    panel = opened(make_window, store)
    first, second, third = (stage.id for stage in pipe_of(store).stages[:3])
    assert pipe_of(store).allows(first, third)
    click(panel.moves.boxes[first, second])
    assert pipe_of(store).moves == {(first, second)}
    assert not pipe_of(store).allows(first, third)
    assert "Only the ways that are ticked" in panel.moves.text.text()
    undo.undo(store)
    assert not panel.moves.boxes[first, second].isChecked()


def test_a_pipeline_with_deals_stays(make_window: MakeWindow, store: Store) -> None:
    deals.take_ready(store)
    panel = opened(make_window, store)
    click(panel.pipelines.delete_button)
    assert "only pipeline" in panel.pipelines.trouble.text()
    click(panel.pipelines.new_button)
    assert [len(pipe.stages) for pipe in deals.pipelines(store)] == [7, 7]
    panel.pipelines.list.setCurrentRow(0)
    put(store, "deal", name="x", stage=pipe_of(store).stages[0].id)
    click(panel.pipelines.delete_button)
    assert "1 deals are in “Sales”" in panel.pipelines.trouble.text()
    panel.pipelines.list.setCurrentRow(1)
    click(panel.pipelines.delete_button)
    assert [pipe.name for pipe in deals.pipelines(store)] == ["Sales"]
