"""Records for the palette: in the order of UX C2, with the facts of one line, and what was opened last."""

from __future__ import annotations

from pathlib import Path

import pytest

from freecrm.core.change import Touched
from freecrm.core.matching import EXACT, FULL, INITIALS, LONG_TEXT, MIXED, PHONE_TAIL, PREFIX, SUBSTRING
from freecrm.core.rights import Rights
from freecrm.store import finder, recent
from freecrm.store.database import Store
from tests.store.samples import a_firm, open_in, raw

ME = b"m" * 16


@pytest.fixture
def firms(store: Store) -> Store:
    a_firm(store)
    with store.step("More") as step:
        step.insert("customer", {"name": "蓝星糖果", "code": "KH-4471"})
        step.insert("customer", {"name": "湖州鹿溪堂", "phones": [{"number": "+8657244714471"}]})
        step.insert(
            "customer", {"name": "云杉谷酒店", "remark": "茶室在 3 楼，找鹿溪堂的人拿钥匙" + "。" * 80}
        )
        step.insert("customer", {"name": "石桥物流", "phones": [{"number": "+8613944710000"}]})
    return store


def names(store: Store, words: str, *entities: str, **more: bool) -> list[str]:
    return [card.title for card in finder.find(store.reader(), words, entities, **more)]


@pytest.mark.parametrize(
    ("words", "rank"),
    [
        ("kh-4471", EXACT),
        ("13800004471", EXACT),
        ("鹿溪", PREFIX),
        ("lxt", INITIALS),
        ("luxi", FULL),
        ("鹿xt", MIXED),
        ("4471", PHONE_TAIL),
        ("溪堂", SUBSTRING),
        ("钥匙", LONG_TEXT),
    ],
)
def test_how_well_the_best_is_found(firms: Store, words: str, rank: int) -> None:
    assert finder.find(firms.reader(), words)[0].rank == rank


def test_the_best_come_first_and_long_texts_last(firms: Store) -> None:
    found = finder.find(firms.reader(), "鹿溪堂")
    assert [(card.title, card.rank) for card in found] == [
        ("鹿溪堂茶业", PREFIX),
        ("湖州鹿溪堂", SUBSTRING),
        ("云杉谷酒店", LONG_TEXT),
    ]
    assert "鹿溪堂" in found[-1].note
    assert found[-1].note.endswith("…")
    ranks = [card.rank for card in finder.find(firms.reader(), "4471")]
    assert ranks == sorted(ranks)


def test_initials_find_in_all_entities(firms: Store) -> None:
    assert set(names(firms, "lxt")) == {"鹿溪堂茶业", "湖州鹿溪堂", "蓝星糖果", "林晓棠"}
    assert names(firms, "lxt", "contact") == ["林晓棠"]


def test_a_card_tells_facts_and_what_was_found(firms: Store) -> None:
    firm = finder.find(firms.reader(), "鹿溪堂茶业")[0]
    assert firm.values["grade"] == "A"
    assert firm.values["owner_user"] == "陈思远"
    assert (firm.phone, firm.code, firm.note) == ("", "", "")
    person = finder.find(firms.reader(), "林晓棠 4471")[0]
    assert person.values["firm"] == "鹿溪堂茶业"
    assert person.phone == "+8613800004471"
    assert finder.find(firms.reader(), "kh-4")[0].code == "KH-4471"


def test_numbers_only(firms: Store) -> None:
    assert set(names(firms, "4471", numbers_only=True)) == {"林晓棠", "湖州鹿溪堂", "蓝星糖果", "石桥物流"}
    assert names(firms, "kh", numbers_only=True) == ["蓝星糖果"]
    assert names(firms, "lxt", numbers_only=True) == []


def test_no_more_than_are_wanted(firms: Store) -> None:
    assert len(finder.find(firms.reader(), "4471", limit=2)) == 2


def test_only_what_may_be_seen(firms: Store) -> None:
    nobody = firms.reader(Rights(ME, {("customer", "see"): "none"}))
    assert [card.title for card in finder.find(nobody, "lxt")] == ["林晓棠"]
    assert finder.find(nobody, "钥匙") == []
    blind = firms.reader(Rights(ME, hidden=frozenset({("customer", "remark"), ("customer", "grade")})))
    assert finder.find(blind, "钥匙") == []
    assert finder.find(blind, "鹿溪堂茶业")[0].values["grade"] is None


def test_a_note_counts_for_what_it_hangs_on(firms: Store) -> None:
    with firms.step("Note") as step:
        customer = step.insert("customer", {"name": "Acme"})
        step.insert("note", {"text": "冷却塔要换风扇", "parent": customer, "parent_entity": "customer"})
    assert names(firms, "冷却塔") == ["Acme"]


# ---- opened last


def test_what_was_opened_last_comes_first_and_once(firms: Store) -> None:
    cards = finder.find(firms.reader(), "lxt")
    for card in (*cards, cards[0]):
        recent.note(firms, card.entity, card.id)
    wanted = [(card.entity, card.id) for card in (cards[0], *reversed(cards[1:]))]
    assert recent.recent(firms) == wanted
    assert recent.recent(firms, 2) == wanted[:2]
    assert [card.id for card in finder.cards(firms.reader(), wanted)] == [id for _entity, id in wanted]


def test_what_is_deleted_is_left_out(firms: Store) -> None:
    cards = finder.find(firms.reader(), "lxt", ("customer",))
    for card in cards:
        recent.note(firms, card.entity, card.id)
    with firms.step("Delete") as step:
        step.delete("customer", cards[0].id)
    assert [id for _entity, id in recent.recent(firms)] == [card.id for card in reversed(cards[1:])]


def test_what_may_not_be_seen_was_not_opened(firms: Store) -> None:
    for card in finder.find(firms.reader(), "lxt"):
        recent.note(firms, card.entity, card.id)
    rights = Rights(ME, {("customer", "see"): "none"})
    firms.user = ME
    firms.hold_to(rights)
    assert {entity for entity, _id in recent.recent(firms)} == {"contact"}


def test_it_is_remembered_in_the_file_and_is_no_step(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    _owner, customer, _contact = a_firm(store)
    before = raw(store, "SELECT count(*) FROM change")
    heard: list[Touched] = []
    store.listen(heard.append)
    recent.note(store, "customer", customer)
    assert [touched.ids for touched in heard] == [{}]
    assert raw(store, "SELECT count(*) FROM change") == before
    store.close()
    again = open_in(tmp_path)
    assert recent.recent(again) == [("customer", customer)]
    again.close()


def test_the_oldest_are_forgotten(firms: Store) -> None:
    with firms.step("Many") as step:
        made = [step.insert("customer", {"name": f"Firm {at}"}) for at in range(recent.MOST + 5)]
    for id in made:
        recent.note(firms, "customer", id)
    kept = recent.recent(firms, 1000)
    assert len(kept) == recent.MOST
    assert kept[0] == ("customer", made[-1])
