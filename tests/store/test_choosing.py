"""Records and words to choose from."""

from __future__ import annotations

from freecrm.store import choosing, words_used
from freecrm.store.database import Store


def test_those_chosen_last_are_on_top(store: Store) -> None:
    with store.step("Make") as step:
        ids = {name: step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠", "马小川")}
    assert [one.title for one in choosing.choices(store, "user", "")] == ["陈思远", "林晓棠", "马小川"]
    for name in ("马小川", "林晓棠", "马小川"):
        choosing.used(store, "user", ids[name])
    assert [one.title for one in choosing.choices(store, "user", "")] == ["马小川", "林晓棠", "陈思远"]
    assert [one.title for one in choosing.choices(store, "user", "lxt")] == ["林晓棠"]
    with store.step("Delete") as step:
        step.delete("user", ids["马小川"])
    assert [one.title for one in choosing.choices(store, "user", "")] == ["林晓棠", "陈思远"]
    store.keep("chosen.user", ["no id"])
    assert len(choosing.choices(store, "user", "")) == 2


def test_a_hint_tells_namesakes_apart(store: Store) -> None:
    with store.step("Make") as step:
        step.insert("customer", {"name": "Maple", "code": "K1", "addresses": [{"city": "杭州"}]})
        step.insert("customer", {"name": "Maple", "code": "K2"})
    assert {one.hint for one in choosing.choices(store, "customer", "Maple")} == {"K1 · 杭州", "K2"}


def test_a_name_in_full_is_that_record_unless_two_have_it(store: Store) -> None:
    with store.step("Make") as step:
        one = step.insert("customer", {"name": "Maple Inn"})
        step.insert("customer", {"name": "Twin"})
        step.insert("customer", {"name": "Twin"})
        option = step.insert("pick_option", {"name": "S", "list": "grade", "key": "S"})
    assert choosing.exact(store, "customer", "Maple Inn") == one
    assert choosing.exact(store, "customer", "Maple") is None
    assert choosing.exact(store, "customer", "Twin") is None
    assert choosing.exact(store, "pick_option", "S") == option


def test_tags_are_found_by_beginning_and_pinyin(store: Store) -> None:
    with store.step("Make") as step:
        for n, words in enumerate((["重点", "外贸"], ["重点", "展会"], ["老客户"])):
            step.insert("customer", {"name": str(n), "tags": [{"word": word} for word in words]})
    assert words_used.tags(store, "zd") == ["重点"]
    assert words_used.tags(store, "展") == ["展会"]
    assert sorted(words_used.tags(store, "")) == sorted(["重点", "外贸", "展会", "老客户"])
    assert words_used.tags(store, "没有") == []
