"""Lists ordered by a choice stand in the order that sorting by the place of each option gives."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core.query import Condition, Query, Sort, Where
from freecrm.store import picks
from freecrm.store.database import Store
from freecrm.store.picks import Entry
from tests.store.samples import open_in, raw

WORDS = ("A", "B", "C", None, "", "a", "AA", "Bb", "D", "Ω", "旧级别", "0")
FILTERS: dict[Condition | None, str] = {
    None: "1",
    Where("status", "filled"): "status IS NOT NULL",
    Where("status", "=", "active"): "status = 'active'",
    Where("grade", "=", "B"): "grade = 'B'",
    Where("remark", "=", "nowhere"): "0",
}
OTHERS = {"name": "name_key", "opening_balance": "opening_balance"}


@pytest.fixture(scope="module", params=["declared", "edited"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_in(tmp_path_factory.mktemp("walk"))
    chance = random.Random(5)
    if request.param == "edited":
        order = [Entry(e.key, e.key) for e in reversed(picks.entries_of(store, "grade"))]
        picks.save_list(store, "grade", [*order[1:], order[0], Entry("", "旧")])
    with store.step("Fill") as step:
        for turn in range(400):
            values = {
                "name": f"{chance.choice('鹿溪堂蓝星')}{turn % 60}",
                "opening_balance": turn % 7 or None,
            }
            if chance.random() < 0.7:
                values["status"] = chance.choice(("active", "lost"))
            step.insert("customer", values)
    for (n,) in raw(store, "SELECT n FROM customer"):  # words of older files and of other programs
        raw(store, "UPDATE customer SET grade = ? WHERE n = ?", chance.choice(WORDS), n)
    yield store
    store.close()


def by_place(store: Store, where: str, sort: tuple[Sort, ...]) -> list[int]:
    """The order written down plainly: the place of each option, words that are none last, then blanks."""
    places = [entry.key for entry in picks.options_of(store, "grade").entries]
    whens = " ".join(f"WHEN '{key}' THEN {place}" for place, key in enumerate(places))
    place = f"CASE WHEN grade IS NULL THEN NULL ELSE CASE grade {whens} ELSE {len(places)} END END"
    order = [f"{OTHERS.get(one.field, place)} {'DESC' if one.down else 'ASC'} NULLS LAST" for one in sort]
    tie = "n DESC" if sort[-1].down else "n"
    return [
        n for (n,) in raw(store, f"SELECT n FROM customer WHERE {where} ORDER BY {', '.join(order)}, {tie}")
    ]


@settings(max_examples=60)
@given(data=st.data())
def test_the_order_is_that_of_the_places(filled: Store, data: st.DataObject) -> None:
    where = data.draw(st.sampled_from(sorted(FILTERS, key=str)))
    names = data.draw(st.permutations(sorted(OTHERS)))[: data.draw(st.integers(0, 2))]
    sort = tuple(Sort(name, data.draw(st.booleans())) for name in ("grade", *names))
    limit = data.draw(st.integers(1, 450))
    reader, query = filled.reader(), Query("customer", where, sort)
    wanted = by_place(filled, FILTERS[where], sort)
    assert list(reader.numbers(query)) == wanted
    assert reader.first(query, limit) == wanted[:limit]


def test_a_list_by_a_choice_is_there_at_once(filled: Store) -> None:
    for down in (False, True):
        assert filled.reader().is_quick(Query("customer", None, (Sort("grade", down),)))
        assert not filled.reader().is_quick(Query("customer", None, (Sort("status", down),)))
