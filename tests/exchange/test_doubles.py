from __future__ import annotations

import csv
import importlib.util
import io
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import phones, places
from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled
from freecrm.core.rights import Rights
from freecrm.core.words import N_
from freecrm.exchange.doubles import DOUBTFUL, LIKELY, SURE, Profile, profile, score
from freecrm.exchange.doublescan import Group, scan
from freecrm.store.database import Store
from tests.files import new_store

TESTS = Path(__file__).parents[1]


def one(text: str) -> Profile:
    """`name | city | phones | people | mail | code`, any of the last left out."""
    parts = [part.strip() for part in text.split("|")] + [""] * 6
    name, city, numbers, people, mail, code = parts[:6]
    return profile(
        name, city=city, tails=numbers.split(), people=people.split(), mails=mail.split(), code=code
    )


SAME, PERHAPS, TWO = (SURE, 1.0), (DOUBTFUL, LIKELY - 0.01), (0.0, DOUBTFUL - 0.01)
LIKE = (LIKELY, SURE - 0.01)
A, B, C = "+8613800001408", "+8615000009528", "+8657186543210"

VERDICTS = [
    # the same phone, mail or code
    (f"无锡百岩贸易有限公司|苏州|{A}|孙明", f"无锡百岩贸易|上海|{A}|孙明", SAME),
    (f"海桥净水设备(杭州)有限公司|杭州|{A}", f"海桥净水设备（杭州）|杭州|{A}", SAME),
    (f"海桥净水设备(杭州)有限公司|杭州|{A}", f"海桥净水设备|杭州|{A}|何思", SAME),
    (f"无锡市鹿溪堂食品有限公司||{A}", f"鹿溪堂||{A}", SAME),
    (f"無錫鹿溪堂食品||{A}", f"无锡市鹿溪堂食品(个体户)||{A}", SAME),
    (f"无锡市鹿溪堂食品||{A}", f"无锡鹿西堂食品||{A}", SAME),
    (f"鹿溪堂食品||{A} {C}", f"溪鹿堂食品||{C}", SAME),
    (f"武汉星麓书院股份有限公司||{A}", f"武汉市星麓书院股份||{A}", SAME),
    ("Blue Heron Dental Ltd.||||info@heron.example", "blue heron dental||||Info@heron.example", SAME),
    ("Blue Heron Dental Ltd.||||info@heron.example", "Blue Heron Dentl||||info@heron.example", SAME),
    ("无锡百岩贸易|||||K0017", "Blue Heron Dental|||||K0017", SAME),
    (f"鹿溪堂食品||{C}", "鹿溪堂食品||86543210", SAME),
    # the same name
    (f"无锡百岩贸易有限公司|苏州|{A}|孙明", f"无锡市百岩贸易|苏州|{B}|孙明", SAME),
    (f"无锡百岩贸易有限公司|苏州|{A}|孙明", f"无锡百岩贸易|苏州|{B}|何思", LIKE),
    ("无锡百岩贸易有限公司", "无锡百岩贸易", LIKE),
    ("无锡百岩贸易有限公司|无锡", "百岩贸易|无锡", LIKE),
    ("无锡市鹿溪堂净水设备|无锡", "无锡鹿西堂净水设备|无锡", LIKE),
    (f"Harbor Lane Foods|无锡|{A}", f"Harbor Lane Foods Ltd.|杭州|{B}", PERHAPS),
    (f"无锡百岩贸易|无锡|{A}|孙明", f"无锡百岩贸易|上海|{B}|何思", PERHAPS),
    ("王静", "王静", PERHAPS),
    ("王静|||王静", "王静|||王静", PERHAPS),
    # the same phone and other names
    (f"无锡百岩贸易||{A}|孙明", f"瑞石建材||{A}|孙明", PERHAPS),
    (f"无锡百岩贸易||{A}", f"瑞石建材||{A}|孙明", PERHAPS),
    (f"鹿溪堂食品无锡分公司||{A}", f"鹿溪堂食品苏州分公司||{A}", PERHAPS),
    (f"无锡市第一人民医院||{A}", f"无锡市第二人民医院||{A}", PERHAPS),
    # strangers
    (f"无锡百岩贸易|无锡|{A}|孙明", f"苏州百岩贸易|苏州|{B}|何思", TWO),
    (f"无锡百岩贸易|无锡|{A}|孙明", f"无锡瑞石建材|无锡|{B}|孙明", TWO),
    (f"无锡百岩贸易|无锡|{A}|王经理", f"无锡瑞石建材|无锡|{B}|王经理", TWO),
    ("无锡百岩贸易|无锡|+8613800001408", "无锡瑞石建材|无锡|+8613800001409", TWO),
    ("无锡百岩贸易|无锡|+8613800001408", "无锡瑞石建材|无锡|+8615000001408", TWO),
    (f"鹿溪堂食品无锡分公司|无锡|{A}", f"鹿溪堂食品|杭州|{B}", TWO),
    ("中国银行杭州西湖支行", "中国银行杭州城东支行", TWO),
    ("无锡百岩贸易", "无锡百岩建材", TWO),
    ("", "", TWO),
]


@pytest.mark.parametrize(("left", "right", "verdict"), VERDICTS)
def test_verdict(left: str, right: str, verdict: tuple[float, float]) -> None:
    found = score(one(left), one(right))
    assert verdict[0] <= found.value <= verdict[1], found
    assert found.value == score(one(right), one(left)).value
    assert found.reasons or found.value < DOUBTFUL


def test_reasons_are_told_for_and_against() -> None:
    found = score(one(f"无锡百岩贸易有限公司|苏州|{A}|孙明"), one(f"百岩贸易|上海|{A} {B}|何思"))
    assert [str(reason) for reason in found.reasons] == [
        "same phone 138-0000-1408",
        "same name but for the place",
        "another contact",
        "another city",
    ]
    found = score(one("Harbor Lane Foods|||||K1"), one("Harbour Lane Foods Ltd.||||a@b.example|K2"))
    assert [str(reason) for reason in found.reasons] == ["names 97 % alike", "another code"]
    assert str(score(one("鹿溪堂茶业"), one("鹿西堂茶业")).reasons[0]) == "names sound the same"


PARTS = st.lists(
    st.sampled_from(["", "鹿溪堂", "无锡市", "(杭州)", "有限公司", "分公司", "第二", "Ltd", A, "a@b.c", " "])
)
TEXTS = st.one_of(st.text(max_size=30), PARTS.map("".join))


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=2), st.lists(TEXTS, max_size=2))
def test_any_texts_are_scored_the_same_both_ways(a: str, b: str, few: list[str], more: list[str]) -> None:
    left = profile(a, city=b, tails=few, mails=more, people=few, code=b)
    right = profile(b, city=a, tails=more, mails=more, people=few, code=a)
    found = score(left, right)
    assert 0 <= found.value <= 1
    assert found.value == score(right, left).value
    assert all(str(reason) for reason in found.reasons)


# ---- a whole file


@pytest.fixture(scope="module")
def labelled() -> ModuleType:
    spec = importlib.util.spec_from_file_location("labelled", TESTS / "bench" / "labelled.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["labelled"] = made  # its dataclasses look their module up
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "doubles.freecrm")
    yield made
    made.close()


def add(store: Store, *customers: dict[str, Any]) -> list[bytes]:
    """Customers; `people` are their contacts as (name, number)."""
    ids = []
    with store.step(N_("New customer")) as step:
        for values in customers:
            people = values.pop("people", ())
            ids.append(step.insert("customer", values))
            for name, number in people:
                numbers = [{"number": number}] if number else []
                step.insert("contact", {"name": name, "phones": numbers, "jobs": [{"customer": ids[-1]}]})
    return ids


def members(groups: list[Group]) -> list[list[str]]:
    return [[member.name for member in group.members] for group in groups]


@pytest.mark.parametrize("seed", [1, 20])
def test_known_second_entries_are_found(store: Store, labelled: ModuleType, seed: int) -> None:
    true = labelled.write(store, 3000, seed)
    groups = scan(store)
    found = {tuple(sorted((a.id, b.id))) for group in groups for a, b in combinations(group.members, 2)}
    assert len(true) > 120
    assert len(found & true) / len(found) >= 0.95
    assert len(found & true) / len(true) >= 0.90
    assert groups == scan(store)
    assert [g.value for g in groups] == sorted((g.value for g in groups), reverse=True)
    assert all(pair.score.value >= LIKELY and pair.score.reasons for g in groups for pair in g.pairs)


def test_second_entries_of_a_real_list(store: Store) -> None:
    text = (TESTS / "data" / "customers.csv").read_bytes().decode("gb18030")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0].isdigit()]
    customers = []
    for row in rows:
        numbers = [{"number": p.number} for cell in row[3:5] for p in phones.read(cell)[0]]
        place = places.split(row[5])
        customers.append(
            {
                "name": row[1].strip(),
                "phones": numbers,
                "addresses": [{"province": place.province, "city": place.city}],
                "people": [(row[2], "")],
            }
        )
    ids = add(store, *customers)
    by_id = {id: int(row[0]) for id, row in zip(ids, rows, strict=True)}
    groups = [{by_id[member.id] for member in group.members} for group in scan(store)]
    assert sorted(map(sorted, groups)) == [[9, 48], [10, 18, 20], [23, 44], [51, 53]]


def test_a_contacts_phone_counts(store: Store) -> None:
    add(
        store,
        {"name": "鹿溪堂食品有限公司", "phones": [{"number": A}]},
        {"name": "无锡鹿溪堂", "people": [("林晓棠", A)]},
        {"name": "瑞石建材", "people": [("林晓棠", B)]},
    )
    (group,) = scan(store)
    assert members([group]) == [["鹿溪堂食品有限公司", "无锡鹿溪堂"]]
    assert "same phone 138-0000-1408" in map(str, group.pairs[0].score.reasons)
    assert group.pairs[0][:2] == (group.members[0].n, group.members[1].n)


def test_deleted_customers_are_not_found(store: Store) -> None:
    ids = add(store, {"name": "无锡百岩贸易"}, {"name": "无锡市百岩贸易有限公司"})
    assert len(scan(store)) == 1
    with store.step(N_("Delete")) as step:
        step.delete("customer", ids[1])
    assert scan(store) == []


def test_one_that_may_be_either_does_not_join_two_strangers(store: Store) -> None:
    add(
        store,
        {"name": "无锡百岩贸易", "phones": [{"number": A}]},
        {"name": "苏州百岩贸易", "phones": [{"number": B}]},
        {"name": "百岩贸易有限公司", "phones": [{"number": A}]},
        {"name": "百岩贸易", "phones": [{"number": B}]},
    )
    assert members(scan(store)) == [["无锡百岩贸易", "百岩贸易有限公司"], ["苏州百岩贸易", "百岩贸易"]]


def test_doubtful_pairs_are_told_when_asked_for(store: Store) -> None:
    add(
        store,
        {"name": "瑞石建材", "phones": [{"number": A}]},
        {"name": "鹿溪堂食品", "phones": [{"number": A}]},
        {"name": "鹿溪堂食品有限公司", "phones": [{"number": A}]},
    )
    assert members(scan(store)) == [["鹿溪堂食品", "鹿溪堂食品有限公司"]]
    assert members(scan(store, least=DOUBTFUL)) == [
        ["鹿溪堂食品", "鹿溪堂食品有限公司"],
        ["瑞石建材", "鹿溪堂食品"],
        ["瑞石建材", "鹿溪堂食品有限公司"],
    ]


def test_a_large_chain_is_no_double_but_a_double_in_it_is(store: Store) -> None:
    shops = [
        {"name": "四季便利店", "addresses": [{"city": "杭州"}], "phones": [{"number": f"+86138{i:08}"}]}
        for i in range(300)
    ]
    ids = add(store, *shops, {"name": "四季便利店(杭州)", "phones": [{"number": "+8613800000007"}]})
    (group,) = scan(store)
    assert [member.id for member in group.members] == [ids[7], ids[300]]


def test_people_are_found_too(store: Store) -> None:
    with store.step(N_("New contact")) as step:
        for name, number in (("王静", A), ("王靜", A), ("王静", B), ("李思", B)):
            step.insert("contact", {"name": name, "phones": [{"number": number}]})
    assert members(scan(store, "contact")) == [["王静", "王靜"]]


def test_only_what_one_may_see_is_compared(store: Store) -> None:
    with store.step(N_("New user")) as step:
        mine, theirs = (step.insert("user", {"name": name}) for name in ("陈思远", "周嘉木"))
    add(
        store,
        {"name": "无锡百岩贸易", "owner_user": mine, "phones": [{"number": A}]},
        {"name": "无锡百岩贸易", "owner_user": theirs},
        {"name": "百岩贸易", "owner_user": mine, "phones": [{"number": A}]},
    )
    own = Rights(mine, {("customer", "see"): "own"})
    store.hold_to(own)
    assert members(scan(store)) == [["无锡百岩贸易", "百岩贸易"]]
    blind = Rights(mine, {("customer", "see"): "own"}, hidden=frozenset({("customer", "phones")}))
    store.hold_to(blind)
    assert "138" not in str([group.pairs for group in scan(store)])


def test_progress_is_told_and_cancel_is_heard(store: Store) -> None:
    add(store, {"name": "无锡百岩贸易"}, {"name": "无锡市百岩贸易"})
    told: list[str] = []
    progress = Progress(lambda p: told.append(str(p.what)))
    scan(store, progress=progress)
    assert progress.done == progress.total == 4
    assert told[0] == "Reading the list…"
    assert "Comparing what is alike…" in told
    for stop_at in ("Reading the list…", "Comparing what is alike…"):

        def heard(p: Progress, stop_at: str = stop_at) -> None:
            if str(p.what) == stop_at:
                p.cancel()

        with pytest.raises(Cancelled):
            scan(store, progress=Progress(heard))
