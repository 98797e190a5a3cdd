"""What could be written better: found, explained, accepted, left, and looked at anew when it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.rights import Rights
from freecrm.exchange import tidylist
from freecrm.exchange.tidylist import Suggestion, WorkList
from freecrm.modules import model
from freecrm.store import history, undo
from freecrm.store.database import Store, open_store
from tests.files import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "t.freecrm")
    yield made
    made.close()


def customer(store: Store, **values: Any) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": "云杉谷酒店", **values})


def contact(store: Store, **values: Any) -> bytes:
    with store.step("New") as step:
        return step.insert("contact", {"name": "林晓棠", **values})


def found(store: Store) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in tidylist.scan(store).suggestions]


def only(store: Store) -> Suggestion:
    (one,) = tidylist.scan(store).suggestions
    return one


def open_list(store: Store) -> WorkList:
    made = tidylist.held(store)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        ("ＡＢＣ１２３贸易", "width", "ABC123贸易"),
        ("晴川电子　", "spaces", "晴川电子"),
        ("云杉谷\u200b酒店", "spaces", "云杉谷酒店"),
        ("云杉谷 酒店", "spaces", "云杉谷酒店"),
        ("Maple  Inn", "spaces", "Maple Inn"),
        ("HARBOR LANE FOODS LTD", "capitals", "Harbor Lane Foods Ltd"),
        ("IBM CHINA GROUP", "capitals", "IBM China Group"),
    ],
)
def test_names(store: Store, before: str, kind: str, after: str) -> None:
    customer(store, name=before)
    assert found(store) == [(kind, before, after)]


@pytest.mark.parametrize(
    "name",
    [
        "小满烘焙（3 家店）",
        "IKEA",
        "Maple & Finch Inn",
        "家庭👨\u200d👩\u200d👧店",
        "B2B 平台",
        "Örebro Kvarn AB",
        "ABC LTD",
    ],
)
def test_names_that_are_right_are_left_alone(store: Store, name: str) -> None:
    customer(store, name=name)
    assert found(store) == []


def test_a_long_text_keeps_its_layout(store: Store) -> None:
    customer(store, remark="第一行  两格\n  缩进\n电话１３８")
    assert found(store) == [("width", "第一行  两格\n  缩进\n电话１３８", "第一行  两格\n  缩进\n电话138")]


def test_phones(store: Store) -> None:
    customer(
        store,
        phones=[
            {"number": "138 0000 1203"},
            {"number": "0571-88001234 转 8"},
            {"number": "13800001204/13800001205"},
            {"number": "1380000120"},
            {"number": "+8613800001206"},
            {"number": "95588"},
        ],
    )
    assert found(store) == [
        ("phone", "138 0000 1203", "+8613800001203"),
        ("phone", "0571-88001234 转 8", "+8657188001234 -8"),
        ("phone", "13800001204/13800001205", "+8613800001204 · +8613800001205"),
        ("phone_told", "1380000120", ""),
    ]


def test_a_number_with_digits_missing_is_told_and_never_changed(store: Store) -> None:
    id = customer(store, phones=[{"number": "1380000120"}])
    one = only(store)
    assert one.told
    assert str(one.why) == "A mobile number has 11 digits, this one has 10."
    with pytest.raises(Known, match="changed meanwhile"):
        tidylist.accept(store, [one])
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["phones"][0]["number"] == "1380000120"


def test_several_numbers_get_a_row_each_and_come_back_together(store: Store) -> None:
    id = customer(store, phones=[{"number": "13800001204/13800001205", "note": "门卫", "primary": True}])
    tidylist.accept(store, [only(store)])
    record = store.reader().record("customer", id)
    assert record is not None
    assert [row["number"] for row in record["phones"]] == ["+8613800001204", "+8613800001205"]
    assert record["phones"][0]["note"] == "门卫"
    assert record["phones"][0]["primary"]
    assert history.steps(store)[0].said.text == "{field} of {name} tidied"
    undo.undo(store)
    record = store.reader().record("customer", id)
    assert record is not None
    assert [row["number"] for row in record["phones"]] == ["13800001204/13800001205"]


def test_a_number_that_is_there_already_goes(store: Store) -> None:
    id = customer(store, phones=[{"number": "+8613800001203"}, {"number": "138-0000-1203"}])
    one = only(store)
    assert (one.kind, one.after) == ("phone", "")
    tidylist.accept(store, [one])
    record = store.reader().record("customer", id)
    assert record is not None
    assert [row["number"] for row in record["phones"]] == ["+8613800001203"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("office＠example.com", "office@example.com"),
        ("office@example。com", "office@example.com"),
        ("office@example，com", "office@example.com"),
        ("office @ example.com", "office@example.com"),
        ("a@example.com;b@example.com", "a@example.com · b@example.com"),
    ],
)
def test_mails(store: Store, before: str, after: str) -> None:
    customer(store, emails=[{"address": before}])
    assert found(store) == [("email", before, after)]


def test_a_mail_that_is_none_is_told(store: Store) -> None:
    customer(store, emails=[{"address": "没有邮箱"}])
    assert found(store) == [("email_told", "没有邮箱", "")]


def test_a_street_is_split_where_nothing_contradicts(store: Store) -> None:
    id = customer(store, addresses=[{"street": "浙江省杭州市西湖区文三路100号", "city": "杭州"}])
    customer(store, addresses=[{"street": "浙江省杭州市文三路1号", "city": "苏州"}])
    customer(store, addresses=[{"street": "南京路100号", "city": "上海"}])
    one = only(store)
    assert (one.kind, one.after) == ("address", "浙江 · 杭州 · 西湖区 · 文三路100号")
    tidylist.accept(store, [one])
    record = store.reader().record("customer", id)
    assert record is not None
    row = record["addresses"][0]
    assert (row["province"], row["city"], row["district"], row["street"]) == (
        "浙江",
        "杭州",
        "西湖区",
        "文三路100号",
    )


def test_tags_written_in_several_ways_become_one(store: Store) -> None:
    ids = [
        customer(store, tags=[{"word": word} for word in words])
        for words in (["VIP"], ["ＶＩＰ"], ["vip", "VIP"], ["Vip", "ｖip"])
    ]
    tidylist.accept(store, tidylist.scan(store).suggestions)
    for id in ids:
        record = store.reader().record("customer", id)
        assert record is not None
        assert [row["word"] for row in record["tags"]] == ["VIP"]
    assert found(store) == []


def test_all_of_a_kind_are_one_step(store: Store) -> None:
    for number in range(5):
        customer(store, name=f"晴川{number}　", phones=[{"number": f"138 0000 120{number}"}])
    made = tidylist.scan(store)
    assert made.counts == {"phone": 5, "spaces": 5}
    done = tidylist.accept(store, [one for one in made.suggestions if one.kind == "phone"])
    assert (done.done, done.changed) == (5, ())
    assert str(history.steps(store)[0].said) == "5 values tidied"
    assert open_list(store).counts == {"spaces": 5}
    undo.undo(store)
    assert open_list(store).counts == {"phone": 5, "spaces": 5}


def test_what_changed_meanwhile_is_refused_and_looked_at_anew(store: Store) -> None:
    id = customer(store, name="晴川　")
    one = only(store)
    with store.step("Edit") as step:
        step.update("customer", id, {"name": "百川印务　"})
    with pytest.raises(Known, match="changed meanwhile"):
        tidylist.accept(store, [one])
    assert [(o.before, o.title) for o in open_list(store).suggestions] == [("百川印务　", "百川印务　")]


def test_of_many_only_what_still_holds_is_written(store: Store) -> None:
    ids = [customer(store, name=f"晴川{n}　") for n in range(3)]
    chosen = tidylist.scan(store).suggestions
    with store.step("Delete") as step:
        step.delete("customer", ids[0])
    done = tidylist.accept(store, chosen)
    assert done.done == 2
    assert [one.id for one in done.changed] == [ids[0]]


def test_what_was_left_stays_left_until_it_changes(store: Store) -> None:
    id = customer(store, name="晴川　")
    tidylist.leave(store, [only(store)])
    assert open_list(store).suggestions == []
    assert found(store) == []
    with store.step("Edit") as step:
        step.update("customer", id, {"name": "晴川电子　"})
    assert [one.before for one in open_list(store).suggestions] == ["晴川电子　"]


def test_left_can_be_taken_back(store: Store) -> None:
    customer(store, name="晴川　")
    one = only(store)
    tidylist.leave(store, [one])
    tidylist.suggest_again(store, [one])
    tidylist.scan(store)
    assert [o.key for o in open_list(store).suggestions] == [one.key]


def test_the_list_is_kept_with_the_file(store: Store) -> None:
    assert tidylist.held(store) is None
    customer(store, name="晴川　")
    contact(store, name="林 晓棠", emails=[{"address": "a＠example.com"}])
    made = tidylist.scan(store)
    again = open_store(store.path, model())
    held = open_list(again)
    assert [one.key for one in held.suggestions] == [one.key for one in made.suggestions]
    assert [str(one.why) for one in held.suggestions] == [str(one.why) for one in made.suggestions]
    again.close()


def test_a_stopped_search_leaves_the_list_as_it_was(store: Store) -> None:
    customer(store, name="晴川　")
    tidylist.scan(store)
    customer(store, name="百川　")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        tidylist.scan(store, progress)
    assert len(open_list(store).suggestions) == 2  # what is new since is looked at by itself


def test_custom_texts_and_rows_of_all_kinds_are_looked_at(store: Store) -> None:
    with store.step("Field") as step:
        step.insert("custom_field", {"name": "型号", "on": "customer", "key": "x_model", "kind": "text"})
    id = customer(store, x_model="ＲＯ－６００")
    contact(
        store, jobs=[{"customer": id, "job": "采购 　经理"}], handles=[{"handle": "ｗｘ_1", "kind": "wechat"}]
    )
    assert sorted(found(store)) == [
        ("spaces", "采购 　经理", "采购 经理"),
        ("width", "ＲＯ－６００", "RO-600"),
        ("width", "ｗｘ_1", "wx_1"),
    ]
    tidylist.accept(store, tidylist.scan(store).suggestions)
    assert found(store) == []


def test_a_formula_stays_text(store: Store) -> None:
    customer(store, name="＝SUM(A1)")
    assert found(store) == [("width", "＝SUM(A1)", "=SUM(A1)")]


def test_the_list_tells_nobody_of_what_they_may_not_see(store: Store) -> None:
    me, other = b"m" * 16, b"o" * 16
    customer(store, name="别人的　酒店", owner_user=other)
    customer(store, name="我的　茶业", owner_user=me, phones=[{"number": "13800001"}])
    whole = tidylist.scan(store).suggestions
    assert len(whole) == 3
    rights = Rights(me, {("*", "see"): "own"}, masked=frozenset({("customer", "phones")}))
    for of in (tidylist.held, tidylist.scan):
        store.hold_to(rights)
        made = of(store)
        assert made is not None
        assert [one.title for one in made.suggestions] == ["我的　茶业"]
        store.hold_to(None)
        assert open_list(store).suggestions == whole
