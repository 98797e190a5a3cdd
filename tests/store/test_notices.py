"""Notices: for whom, read or not, nothing for Ctrl+Z."""

from __future__ import annotations

from freecrm.store import colleagues, history, notices
from freecrm.store.database import Store
from tests.store.samples import assert_well


def test_a_notice_reaches_whom_it_is_for(store: Store) -> None:
    lin, ma = colleagues.add(store, "林晓棠"), colleagues.add(store, "马小川")
    store.user = ma
    with store.step("Named") as step:
        hotel = step.insert("customer", {"name": "云杉谷酒店"})
        notices.add(step, lin, "在跟进里提到了你", customer=hotel)
        assert notices.add(step, ma, "我自己") is None
    assert (notices.unread(store), notices.latest(store)) == (0, [])
    store.user = lin
    assert notices.unread(store) == 1
    (one,) = notices.latest(store)
    assert (one.text, one.by, one.customer, one.seen) == ("在跟进里提到了你", "马小川", hotel, False)
    before = history.next_undo(store)
    notices.mark_read(store)
    assert notices.unread(store) == 0
    assert notices.latest(store)[0].seen
    after = history.next_undo(store)
    assert before is not None
    assert after is not None
    assert before.n == after.n
    notices.mark_read(store, [one.id], read=False)
    assert notices.unread(store) == 1
    store.user = None
    assert (notices.unread(store), notices.latest(store)) == (0, [])
    assert_well(store)
