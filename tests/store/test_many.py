"""Many records changed at once leave the file exactly as one change after the other does."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query, Sort
from freecrm.core.record import same
from freecrm.core.rights import Rights
from freecrm.core.words import Said
from freecrm.modules import model
from freecrm.store import batch, cells, undo
from freecrm.store.batch import Change
from freecrm.store.database import Store, open_store
from freecrm.store.tables import quoted
from tests.store.samples import assert_well, ids, indexed, open_in, raw, some_contact, some_customer

Both = tuple[Store, Store]
COUNT = 130


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    store = open_in(folder)
    chance = random.Random(3)
    with store.step("Fields") as step:
        for key, kind in (("x_tds", "number"), ("x_code", "text")):
            step.insert("custom_field", {"name": key, "on": "customer", "key": key, "kind": kind})
    with store.step("Fill") as step:
        owners = [step.insert("user", {"name": name}) for name in ("陈思远", "老周")]
        for turn in range(COUNT):
            values = {**some_customer(chance), "owner_user": chance.choice(owners)}
            if turn % 3:
                values |= {"x_code": f"K{turn}", "tags": [{"word": "老客户"}], "code": f"KH-{turn}"}
            customer = step.insert("customer", values)
            step.insert("contact", some_contact(chance, customer))
    store.close()
    return store.path


@pytest.fixture
def both(original: Path, tmp_path: Path) -> Iterator[Both]:
    """The same file twice."""
    made = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.freecrm"
        shutil.copyfile(original, path)
        made.append(open_store(path, model()))
    yield made[0], made[1]
    for store in made:
        store.close()


def content(store: Store, called: dict[bytes, int]) -> dict[str, Any]:
    """All that the file holds: rows, log and index. New rows get other ids each time, so they are called by
    their number."""
    found: dict[str, Any] = {}
    for name in store.model.entities:
        called.update(store.read().execute(f"SELECT id, n FROM {quoted(name)}"))
    for entity in store.model.entities.values():
        table = quoted(entity.entity)
        names = [row[1] for row in store.read().execute(f"PRAGMA table_info({table})")]
        rows = store.read().execute(f"SELECT * FROM {table} ORDER BY n").fetchall()
        found[entity.entity] = [
            tuple(value for name, value in zip(names, row, strict=True) if name not in ("id", "parent"))
            + tuple(called.get(value, value) for value in row if isinstance(value, bytes))
            for row in rows
        ]
    found["log"] = sorted(
        (step, entity, str(called.get(id, id)), op, base, data or "")
        for step, entity, id, op, base, data in store.read().execute(
            "SELECT step, entity, id, op, base, data FROM change"
        )
    )
    found["steps"] = store.read().execute("SELECT n, origin, undoes, undone_by, counts FROM step").fetchall()
    found["index"] = indexed(store)
    return found


def numbers(store: Store) -> list[int]:
    return list(store.reader().numbers(Query("customer", None, (Sort("name"),))))


def after_one_by_one(store: Store, change: Change) -> None:
    """The plainest way: one record read and changed after the other."""
    f = store.schema.fields("customer")[change.name]
    with store.step("Change") as step:
        for n in numbers(store):
            record = store.reader().by_number("customer", n)
            assert record is not None
            new = batch.after(f, change, record[f.name])
            if not same(f, record[f.name], new):
                step.update("customer", record.id, {f.name: new})


def compare(both: Both, one: Callable[[Store], Any], other: Callable[[Store], Any]) -> None:
    """Both ways, their undo and redo, give the same file."""
    names: tuple[dict[bytes, int], dict[bytes, int]] = ({}, {})
    before = content(both[0], names[0])
    assert before == content(both[1], names[1])
    one(both[0]), other(both[1])
    assert_well(both[0])
    changed = content(both[0], names[0])
    assert changed == content(both[1], names[1])
    assert changed["log"] != before["log"]
    for again in (undo.undo, undo.redo, undo.undo):
        for store in both:
            again(store)
            assert_well(store)
        assert content(both[0], names[0]) == content(both[1], names[1])
    at_last = content(both[1], names[1])
    entities = set(model().entities)
    assert {e: at_last[e] for e in entities} == {e: before[e] for e in entities}


CHANGES = [
    Change("grade", "set", "A"),
    Change("grade", "replace", "C", "B"),
    Change("name", "append", "集团"),
    Change("name", "replace", "溪", "鹿"),
    Change("code", "clear"),
    Change("remark", "append", "老板喜欢下午谈"),
    Change("opening_balance", "set", 12_345),
    Change("tags", "append", [{"word": "展会"}, {"word": "老客户"}]),
    Change("tags", "set", [{"word": "展会"}]),
    Change("tags", "replace", [{"word": "展会"}], [{"word": "老客户"}]),
    Change("tags", "clear"),
    Change("phones", "append", [{"number": "+8613800004471"}]),
    Change("x_code", "set", "Z9"),
    Change("x_code", "clear"),
    Change("x_tds", "set", 41),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.name}-{change.how}")
def test_a_field_of_many_records(both: Both, change: Change) -> None:
    compare(
        both,
        lambda store: after_one_by_one(store, change),
        lambda store: batch.apply(store, "customer", numbers(store), change),
    )
    assert_well(both[1])


def test_filled_down_cells(both: Both) -> None:
    def plainly(store: Store) -> None:
        rows = numbers(store)
        first = store.reader().by_number("customer", rows[0])
        assert first is not None
        tags = [{"word": row["word"]} for row in first["tags"]]
        values = {"grade": first["grade"], "name": first["name"], "x_code": first["x_code"], "tags": tags}
        with store.step("Change") as step:
            for id in store.reader().ids_of("customer", rows[1:]):
                step.update("customer", id, values)

    names = ["grade", "name", "x_code", "tags"]
    compare(both, plainly, lambda store: cells.fill_down(store, "customer", numbers(store), names))


def test_several_fields_that_differ_from_record_to_record(both: Both) -> None:
    chance = random.Random(8)
    values = []
    for id in ids(both[0], "customer"):
        new = some_customer(chance)
        del new["phones"], new["addresses"]  # rows of several kinds are numbered kind by kind
        values.append((id, {name: new[name] for name in sorted(new) if chance.random() < 0.6}))

    def plainly(store: Store) -> None:
        with store.step("Change") as step:
            for id, new in values:
                step.update("customer", id, new)

    def at_once(store: Store) -> None:
        with store.step("Change") as step:
            step.update_many("customer", values)

    compare(both, plainly, at_once)


@pytest.mark.parametrize("entity", ["customer", "contact"])
def test_many_records_deleted(both: Both, entity: str) -> None:
    for store in both:  # people with two positions, of one title or of two, and with none
        people, firms = ids(store, "contact"), ids(store, "customer")
        with store.step("Positions") as step:
            for turn, id in enumerate(people[:90]):
                title = {"job": "采购经理"} if turn % 4 else {}
                jobs = [
                    {"customer": firms[turn], "job": "采购经理", "department": "行政"},
                    {"customer": firms[-1 - turn], **title},
                ]
                step.update("contact", id, {"jobs": jobs[: turn % 3]})
    going = ids(both[0], entity)[::-1][: COUNT - 20]

    def one_by_one(store: Store) -> None:
        with store.step("Delete") as step:
            for id in going:
                step.delete(entity, id)

    def at_once(store: Store) -> None:
        with store.step("Delete") as step:
            step.delete_many(entity, [*going, going[0]])

    compare(both, one_by_one, at_once)


def test_a_position_that_went_with_its_customer_is_not_found_any_more(both: Both) -> None:
    store = both[0]
    people, firms = ids(store, "contact"), ids(store, "customer")
    with store.step("Positions") as step:
        for id, firm in zip(people, firms, strict=True):
            step.update("contact", id, {"jobs": [{"customer": firm, "department": "行政"}]})
    asked = Query("contact", words="行政")
    assert len(store.reader().numbers(asked)) == COUNT
    with store.step("Delete") as step:
        step.delete_many("customer", firms[:120])
    assert len(store.reader().numbers(asked)) == COUNT - 120
    undo.undo(store)
    assert len(store.reader().numbers(asked)) == COUNT


def test_rows_are_deleted_in_the_order_of_the_file(both: Both) -> None:
    store = both[0]
    firms = ids(store, "customer")
    with store.step("Delete") as step:
        step.delete_many("customer", firms[::-1] * 5)
    gone = store.read().execute("SELECT id FROM change WHERE entity = 'customer' AND op = 2 ORDER BY n")
    assert [id for (id,) in gone] == firms
    undo.undo(store)
    assert_well(store)


def test_a_record_named_twice_ends_as_the_last_change_says(store: Store) -> None:
    with store.step("New") as step:
        id = step.insert("customer", {"name": "鹿溪堂茶业", "grade": "B"})
    with store.step("Change") as step:
        assert step.update_many("customer", [(id, {"grade": "A"}), (id, {"grade": "B"})]) == 1
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["grade"] == "B"


def test_a_refused_value_changes_nothing(both: Both) -> None:
    store = both[0]
    held = content(store, {})
    with pytest.raises(Known):
        batch.apply(store, "customer", numbers(store), Change("name", "clear"))
    assert content(store, {}) == held


def test_a_record_that_is_gone_is_told(both: Both) -> None:
    store = both[0]
    here = ids(store, "customer")
    with store.step("Delete") as step:
        step.delete("customer", here[50])
    held = content(store, {})
    with pytest.raises(Known), store.step("Change") as step:
        step.update_many("customer", [(id, {"grade": "A"}) for id in here])
    assert content(store, {}) == held


def test_rights_hold_for_each_of_many_records(both: Both) -> None:
    store = both[0]
    mine, _other = ids(store, "user")
    rights = Rights(mine, {("customer", "change"): "own"})
    held = content(store, {})
    changes = [(id, {"remark": "x"}) for id in ids(store, "customer")]
    with pytest.raises(Known), store.step("Change", rights=rights) as step:
        step.update_many("customer", changes)
    assert content(store, {}) == held


def test_cancelling_leaves_all_as_it_was(both: Both) -> None:
    store = both[0]
    held = content(store, {})
    progress = Progress(lambda progress: progress.cancel())
    with pytest.raises(Cancelled):
        batch.apply(store, "customer", numbers(store) * 5, Change("grade", "set", "A"), progress)
    assert content(store, {}) == held


class StoppedAtTheSecondPart(Progress):
    """Stopped by its user when the records are changed and the search begins to follow."""

    def tell(self, done: int, total: int = 0, what: Said | None = None) -> None:
        super().tell(done, total, what)
        if done == 0:
            self.cancel()


def test_indexing_tells_how_far_it_is_and_can_be_stopped(both: Both) -> None:
    store = both[0]
    held = content(store, {})
    progress = StoppedAtTheSecondPart()
    with pytest.raises(Cancelled):
        batch.apply(store, "customer", numbers(store), Change("name", "append", "集团"), progress)
    assert (progress.done, progress.total, progress.fixed) == (0, COUNT, False)
    assert content(store, {}) == held
    whole = Progress()
    batch.apply(store, "customer", numbers(store), Change("name", "append", "集团"), whole)
    assert whole.fixed


def test_deleting_can_be_stopped(both: Both) -> None:
    store = both[0]
    held = content(store, {})
    progress = Progress()
    progress.cancel()

    def delete() -> None:
        with store.step("Delete") as step:
            step.progress = progress
            step.delete_many("customer", ids(store, "customer"))

    with pytest.raises(Cancelled):
        delete()
    assert content(store, {}) == held


def test_what_other_programs_wrote_is_followed_up_with_it(both: Both) -> None:
    store = both[0]
    raw(store, "UPDATE customer SET code = 'Q77' WHERE n = (SELECT min(n) FROM customer)")
    batch.apply(store, "customer", numbers(store), Change("grade", "set", "A"))
    batch.apply(store, "customer", numbers(store), Change("grade", "clear"))
    assert indexed(store) != {}
    assert_well(store)
