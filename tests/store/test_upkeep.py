from __future__ import annotations

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled
from freecrm.store import upkeep
from freecrm.store.database import Store
from freecrm.store.search import SearchIndex


def share(store: Store) -> float:
    return SearchIndex(store.read()).stale_share()


def rename(store: Store, ids: list[bytes], to: str) -> None:
    with store.step("Rename") as step:
        for at, id in enumerate(ids):
            step.update("customer", id, {"name": f"{to}{at}"})


def found(store: Store, words: str) -> list[str]:
    return [hit.record["name"] for hit in store.reader().find(words)]


def test_a_stale_search_index_is_made_anew(store: Store) -> None:
    with store.step("New") as step:
        ids = [step.insert("customer", {"name": f"鹿溪{at}"}) for at in range(5)]
    assert not upkeep.renew_search(store)
    rename(store, ids[:1], "云杉")
    assert 0 < share(store) <= upkeep.STALE
    assert not upkeep.renew_search(store)
    rename(store, ids, "松湾")
    assert share(store) > upkeep.STALE
    assert upkeep.renew_search(store)
    assert share(store) == 0
    assert (found(store, "yunshan"), len(found(store, "songwan"))) == ([], 5)
    with store.step("New") as step:
        step.insert("customer", {"name": "海桥"})
    assert found(store, "hq") == ["海桥"]


def test_giving_up_leaves_the_index_as_it_was(store: Store) -> None:
    with store.step("New") as step:
        ids = [step.insert("customer", {"name": f"鹿溪{at}"}) for at in range(3)]
    rename(store, ids, "松湾")
    before, stopped = share(store), Progress()
    stopped.cancel()
    with pytest.raises(Cancelled):
        upkeep.renew_search(store, stopped)
    assert share(store) == before
    assert len(found(store, "songwan")) == 3
    rename(store, ids, "云杉")
    assert len(found(store, "ys")) == 3
