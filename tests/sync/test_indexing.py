"""What comes in with a first exchange is found afterwards, whatever happens in between."""

from __future__ import annotations

import sys

import pytest

from freecrm.core.change import Touched
from freecrm.modules import model
from freecrm.store import check, finder, indexing
from freecrm.store.database import Store, open_store
from freecrm.sync import exchange
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import Breaking, Crash

MANY = 3_000


@pytest.fixture
def newcomer(firm: Firm) -> Desktop:
    """A desktop that has had nothing yet of a team with many customers and their phones."""
    a = firm.desktop("lin")
    a.sync()
    with a.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name", "remark"], [(f"客户{n:05}", f"说明 {n}") for n in range(MANY)])
        ids = [row[0] for row in step.connection.execute("SELECT id FROM customer ORDER BY n")]
        rows = [("customer", id, f"+86138{n:08}") for n, id in enumerate(ids)]
        step.insert_many("phone", ["parent_entity", "parent", "number"], rows)
    a.sync()
    return firm.desktop("shen")


def found(store: Store, words: str) -> list[str]:
    return [card.title for card in finder.find(store.reader(), words, ["customer"])]


def whole(store: Store) -> None:
    assert store.kept(indexing.KEY) is None
    assert found(store, "客户02999") == ["客户02999"]
    assert found(store, "13800001234") == ["客户01234"]
    assert [str(one) for one in check.check(store)] == []


def test_all_is_found(newcomer: Desktop) -> None:
    newcomer.sync()
    whole(newcomer.store)
    written, live = newcomer.store.read().execute("SELECT written, live FROM search_state").fetchone()
    assert written == live, "documents were made more than once"


def test_it_is_found_without_other_processes(
    newcomer: Desktop, monkeypatch: pytest.MonkeyPatch, log_warnings: list[object]
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/none")
    newcomer.sync()
    whole(newcomer.store)
    assert len(log_warnings) == 1


def test_torn_in_between_it_is_done_at_the_next_start(newcomer: Desktop) -> None:
    with pytest.raises(Crash):
        exchange.exchange(newcomer.store, Breaking(newcomer.server, "pull", 3, late=False), page=1_000)
    newcomer.close()
    newcomer.store = store = open_store(newcomer.path, model())
    here = store.read().execute("SELECT name FROM customer ORDER BY n LIMIT 1").fetchone()[0]
    assert found(store, here) == []
    assert indexing.catch_up(store)
    assert found(store, here) == [here]
    newcomer.sync()
    whole(store)


def test_who_works_meanwhile_is_not_overwritten(newcomer: Desktop) -> None:
    store = newcomer.store
    renamed: list[bytes] = []

    def heard(touched: Touched) -> None:
        row = store.read().execute("SELECT id FROM customer WHERE name = '客户00007'").fetchone()
        if store.kept(indexing.KEY) and row and not touched.ids and not renamed:
            renamed.append(row[0])
            newcomer.set("customer", row[0], name="云杉谷酒店")
            newcomer.add(name="松柏山庄")

    stop = store.listen(heard)
    newcomer.sync()
    stop()
    assert renamed
    whole(store)
    assert found(store, "客户00007") == []
    assert found(store, "云杉谷") == ["云杉谷酒店"]
    assert found(store, "松柏山庄") == ["松柏山庄"]
