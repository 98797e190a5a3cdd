"""Colleagues: who works here, added, changed, gone; and Ctrl+Z before and after somebody said who they are."""

from __future__ import annotations

import pytest

from freecrm.core.problems import Known
from freecrm.store import colleagues, history, undo, views
from freecrm.store.database import Store
from tests.store.samples import assert_well


def test_who_works_here_goes_by_name_or_short_name(store: Store) -> None:
    lin = colleagues.add(store, " 林晓棠 ")
    colleagues.change(store, lin, "short", "小林")
    assert colleagues.sign_in(store, "林晓棠") == lin == store.user
    assert colleagues.sign_in(store, "小林") == lin
    assert colleagues.sign_in(store, "谁") is None
    assert colleagues.sign_in(store, "") is None
    colleagues.change(store, lin, "left", True)
    assert colleagues.sign_in(store, "林晓棠") is None
    assert_well(store)


def test_mine_is_offered_once_somebody_said_who_they_are(store: Store) -> None:
    assert "mine" not in [view.offered for view in views.offered_of(store, "customer")]
    store.user = colleagues.add(store, "林晓棠")
    assert "mine" in [view.offered for view in views.offered_of(store, "customer")]


def test_what_was_done_before_the_choice_is_taken_back(store: Store) -> None:
    with store.step("New") as step:
        step.insert("customer", {"name": "云杉谷酒店"})
    n = history.steps(store, 1)[0].n
    store.user = colleagues.add(store, "林晓棠")
    undo.undo(store)  # the colleague herself, written by nobody in particular
    own = history.next_undo(store)
    assert own is not None
    assert own.n == n
    undo.undo(store)
    assert store.reader().named("customer", "云杉谷酒店") is None
    redone = history.next_redo(store)
    assert redone is not None
    undo.redo(store)
    assert store.reader().named("customer", "云杉谷酒店") is not None


def test_what_another_did_is_not_mine_to_take_back(store: Store) -> None:
    lin, ma = colleagues.add(store, "林晓棠"), colleagues.add(store, "马小川")
    store.user = lin
    with store.step("New") as step:
        step.insert("customer", {"name": "云杉谷酒店"})
    store.user = ma
    own = history.next_undo(store)
    assert own is not None
    assert str(own) == "Colleague “马小川” added"


def test_names_are_needed_and_told_apart(store: Store) -> None:
    lin = colleagues.add(store, "林晓棠")
    ma = colleagues.add(store, "马小川")
    with pytest.raises(Known, match="needs a name"):
        colleagues.add(store, "  ")
    with pytest.raises(Known, match="already"):
        colleagues.add(store, "林晓棠")
    with pytest.raises(Known, match="already"):
        colleagues.change(store, ma, "name", "林晓棠")
    colleagues.change(store, lin, "name", "林晓棠")  # what it is already


def test_phone_and_mail(store: Store) -> None:
    lin = colleagues.add(store, "林晓棠")
    colleagues.change(store, lin, "phone", "138 0000 1351")
    colleagues.change(store, lin, "email", "lin@example.com")
    (one,) = colleagues.everyone(store)
    assert ("1351" in one.phone, one.email) == (True, "lin@example.com")
    with pytest.raises(Known):
        colleagues.change(store, lin, "email", "nobody at home")
    colleagues.change(store, lin, "phone", "")
    assert colleagues.everyone(store)[0].phone == ""
    undo.undo(store)
    assert colleagues.everyone(store)[0].phone != ""


def test_whoever_owns_something_is_not_deleted(store: Store) -> None:
    lin = colleagues.add(store, "林晓棠")
    with store.step("New") as step:
        hotel = step.insert("customer", {"name": "云杉谷酒店", "owner_user": lin})
    with pytest.raises(Known, match="still owns 1 customers and 0 activities"):
        colleagues.delete(store, lin)
    with store.step("Handed over") as step:
        step.update("customer", hotel, {"owner_user": None})
    colleagues.delete(store, lin)
    assert colleagues.everyone(store) == []
    undo.undo(store)
    assert [one.name for one in colleagues.everyone(store)] == ["林晓棠"]
