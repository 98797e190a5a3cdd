"""The work list of possible doubles: what was decided stays decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled
from freecrm.exchange import doublelist
from freecrm.exchange.similar import similar
from freecrm.store import merging
from freecrm.store.database import Store
from tests.files import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "firm.freecrm")
    yield opened
    opened.close()


def add(store: Store, *names: str, phone: str = "+8613800001408") -> list[bytes]:
    with store.step("New") as step:
        return [step.insert("customer", {"name": n, "phones": [{"number": phone}]}) for n in names]


def names(made: doublelist.WorkList | None) -> list[list[str]]:
    assert made is not None
    return [[name for _, name in group.members] for group in made.groups]


def test_is_kept_across_restarts_with_what_was_decided(store: Store) -> None:
    assert doublelist.held(store, "customer") is None
    baiyan = add(store, "无锡百岩贸易有限公司", "百岩贸易")
    luxi = add(store, "鹿溪堂茶业", "鹿溪堂茶业有限公司", phone="+8613800002222")
    yun = add(store, "云杉谷酒店", "云杉谷酒店管理", phone="+8613800003333")
    made = doublelist.scan(store, "customer")
    assert len(made.groups) == made.found == 3
    assert all(group.reasons for group in made.groups)
    doublelist.set_apart(store, "customer", baiyan)
    doublelist.put_off(store, "customer", luxi)
    store.close()
    made_again = doublelist.held(store, "customer")
    assert names(made_again) == [["云杉谷酒店", "云杉谷酒店管理"], ["鹿溪堂茶业", "鹿溪堂茶业有限公司"]]
    assert made_again is not None
    assert (made_again.at, made_again.fresh) == (made.at, 0)
    merging.merge(store, "customer", yun, yun[0])
    assert names(doublelist.held(store, "customer")) == [["鹿溪堂茶业", "鹿溪堂茶业有限公司"]]


def test_a_new_scan_finds_new_records_and_loses_no_decision(store: Store) -> None:
    one, other = add(store, "无锡百岩贸易有限公司", "百岩贸易")
    doublelist.scan(store, "customer")
    doublelist.set_apart(store, "customer", [one, other])
    add(store, "百岩贸易有限公司")
    waiting = doublelist.held(store, "customer")
    assert waiting is not None
    assert waiting.fresh == 1
    made = doublelist.scan(store, "customer")
    assert made.fresh == 0
    assert len(made.groups) == 1
    assert not {one, other} <= set(made.groups[0].ids)  # the new one belongs to one of them, never to both
    doublelist.put_together(store, "customer", [one, other])
    assert len(doublelist.scan(store, "customer").groups[0].members) == 3


def test_the_hint_while_typing_keeps_to_it(store: Store) -> None:
    one, other = add(store, "鹿溪堂茶业", "鹿溪堂茶业有限公司")
    assert [like.id for like in similar(store, "customer", {"name": "鹿溪堂茶业"}, but=one)] == [other]
    doublelist.set_apart(store, "customer", [other, one])
    assert similar(store, "customer", {"name": "鹿溪堂茶业"}, but=one) == []


def test_a_scan_that_is_stopped_leaves_the_list_before(store: Store) -> None:
    add(store, "鹿溪堂茶业", "鹿溪堂茶业有限公司")
    made = doublelist.scan(store, "customer")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        doublelist.scan(store, "customer", progress)
    assert doublelist.held(store, "customer") == made


def test_contacts_too(store: Store) -> None:
    with store.step("New") as step:
        for _ in range(2):
            step.insert("contact", {"name": "林晓棠", "phones": [{"number": "+8613800004471"}]})
    assert names(doublelist.scan(store, "contact")) == [["林晓棠", "林晓棠"]]
