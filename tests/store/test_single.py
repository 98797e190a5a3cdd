"""Fields changed where they are read, without overwriting what somebody else wrote meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from freecrm.core import words
from freecrm.core.problems import Known
from freecrm.store import history, single, undo
from freecrm.store.database import Store


@pytest.fixture
def id(store: Store) -> bytes:
    with store.step("Make") as step:
        made = step.insert("customer", {"name": "云杉谷酒店", "grade": "B", "phones": [{"number": "95588"}]})
    return made


def held(store: Store, id: bytes, name: str) -> Any:
    record = store.reader().record("customer", id)
    assert record is not None
    return record[name]


def test_writes_one_field_as_a_named_step(store: Store, id: bytes) -> None:
    single.change_fields(store, "customer", id, {"grade": "A"}, shown={"grade": "B"})
    assert held(store, id, "grade") == "A"
    (step, _made) = history.steps(store)
    assert str(step) == "Grade of 云杉谷酒店 changed"
    words.use("zh_CN")
    assert str(step) == "「云杉谷酒店」的等级已修改"
    undo.undo(store)
    assert held(store, id, "grade") == "B"


def test_tells_what_somebody_else_wrote(store: Store, id: bytes) -> None:
    with store.step("Change") as step:
        step.update("customer", id, {"grade": "C", "phones": [{"number": "95599"}]})
    with pytest.raises(single.Changed, match="Grade") as told:
        single.change_fields(store, "customer", id, {"grade": "A"}, shown={"grade": "B"})
    assert told.value.now == {"grade": "C"}
    assert held(store, id, "grade") == "C"
    with pytest.raises(single.Changed):
        single.change_fields(store, "customer", id, {"phones": []}, shown={"phones": [{"number": "95588"}]})
    single.change_fields(store, "customer", id, {"code": "K1"}, shown={})  # another field is another thing
    assert held(store, id, "code") == "K1"


def test_rows_as_they_are_read_are_no_change(store: Store, id: bytes) -> None:
    shown = held(store, id, "phones")
    wanted = [*shown, {"number": "+8613800001203", "kind": "mobile"}]
    single.change_fields(store, "customer", id, {"phones": wanted}, shown={"phones": shown})
    assert [row["number"] for row in held(store, id, "phones")] == ["95588", "+8613800001203"]


def test_a_record_that_is_gone_is_told(store: Store, id: bytes) -> None:
    with store.step("Delete") as step:
        step.delete("customer", id)
    with pytest.raises(Known, match="no longer there"):
        single.change_fields(store, "customer", id, {"grade": "A"}, shown={"grade": "B"})
