"""Every entity has its forms by being declared: an editor for each field, and values come back as they went in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.entity import Entity
from freecrm.core.fields import KINDS
from freecrm.core.jobs import InLine
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.editors import editor_for
from freecrm.ui.form import Form
from freecrm.ui.form_fields import editable, quick_fields
from freecrm.ui.tasks import Tasks
from tests.every_entity.test_every_entity import ROOTS, by_name, full, needed, value_of


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    look.apply(qapp, "light")
    cells.warm_up()
    made = Tasks(InLine())
    yield made
    made.close()


def same(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return [{k: row.get(k) for k in given} for row, given in zip(one, other, strict=True)] == other
    return bool(one == other)


@pytest.mark.parametrize("entity", ROOTS, ids=by_name)
def test_every_field_has_an_editor_that_gives_back_its_value(
    store: Store, tasks: Tasks, entity: type[Entity], qtbot: QtBot
) -> None:
    for f in editable(store.schema, entity.entity):
        editor = editor_for(f, store, tasks)
        qtbot.addWidget(editor)
        assert editor.value() in (None, []), f
        for n in range(3):
            with store.step("Make") as step:
                value = value_of(store, step, f, n)
            editor.set_value(value)
            assert same(editor.value(), value), f
            assert editor.problem() is None, f
            words.use("zh_CN" if n == 1 else "en")
            editor.reword()
            assert same(editor.value(), value), f
        editor.set_value(None)
        assert editor.value() in (None, []), f
        assert (editor.problem() is not None) == f.required, f


@pytest.mark.parametrize("kind", KINDS)
def test_custom_fields_of_every_kind_have_one(store: Store, tasks: Tasks, kind: str, qtbot: QtBot) -> None:
    with store.step("Field") as step:
        values = {"name": "自定义", "on": "customer", "key": "x_own", "kind": kind, "places": 2}
        step.insert("custom_field", {**values, "choices": json.dumps(["大", "中", "小"])})
        f = step.schema.fields("customer")["x_own"]
        value = value_of(store, step, f, 1)
    form = Form(store, tasks, "customer")
    qtbot.addWidget(form)
    form.boxes["x_own"].editor.set_value(value)
    form.boxes["name"].editor.set_value("鹿溪堂")
    with qtbot.waitSignal(form.saved) as saved:
        assert form.save()
    assert store.reader().record("customer", saved.args[0])["x_own"] == value  # type: ignore[index]


@pytest.mark.parametrize("quick", [True, False], ids=["quick", "whole"])
@pytest.mark.parametrize("entity", ROOTS, ids=by_name)
def test_a_record_is_made_by_its_form(
    store: Store, tasks: Tasks, entity: type[Entity], quick: bool, qtbot: QtBot
) -> None:
    form = Form(store, tasks, entity.entity, quick=quick)
    qtbot.addWidget(form)
    needs = {f.name for f in editable(store.schema, entity.entity) if f.required}
    assert needs <= form.boxes.keys()
    assert {key for key, _f, _named in quick_fields(store.schema, entity.entity)[0][1]} <= {*form.boxes}
    if needs:
        assert not form.save()
    with store.step("Make") as step:
        values = (needed if quick else full)(store, step, entity, 1)
    for name in values.keys() & form.boxes.keys():
        form.boxes[name].editor.set_value(values[name])
    with qtbot.waitSignal(form.saved) as saved:
        assert form.save()
    record = store.reader().record(entity.entity, saved.args[0])
    assert record is not None
    for name in values.keys() & form.boxes.keys():
        assert same(record[name], values[name]), name
    again = Form(store, tasks, entity.entity, id=saved.args[0])
    qtbot.addWidget(again)
    assert again.unsaved() == []
