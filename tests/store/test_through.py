"""Records found through others that their list shows: by the people, the owner, the firm."""

from __future__ import annotations

import pytest

from freecrm.core.query import Query
from freecrm.store.database import Store
from tests.store import samples


@pytest.mark.parametrize(
    ("words", "entity"),
    [
        ("林晓棠", "customer"),
        ("lxt", "customer"),
        ("138-0000-4471", "customer"),
        ("4471", "customer"),
        ("陈思远", "customer"),
        ("chensiyuan", "customer"),
        ("鹿溪堂", "contact"),
        ("湖州", "customer"),
        ("采购经理", "contact"),
    ],
)
def test_a_list_is_narrowed_by_what_it_shows_of_others(store: Store, words: str, entity: str) -> None:
    _owner, customer, contact = samples.a_firm(store)
    with store.step("Others") as step:
        for n in range(5):
            step.insert("customer", {"name": f"Other {n}", "phones": [{"number": f"+861380000111{n}"}]})
            step.insert("contact", {"name": f"Somebody {n}"})
    reader = store.reader()
    numbers = list(reader.numbers(Query(entity, words=words)))
    assert reader.ids_of(entity, numbers) == [{"customer": customer, "contact": contact}[entity]]
    assert reader.count(Query(entity, words=words)) == 1


def test_only_what_is_shown_of_others_counts(store: Store) -> None:
    samples.a_firm(store)
    assert not store.reader().numbers(Query("contact", words="湖州"))  # the firm's address is not its name
    assert not store.reader().numbers(Query("customer", words="采购经理"))
