"""Codes by rule: each given once, whatever comes, goes, is taken back or written by another program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.day_words import this_day
from freecrm.core.jobs import Progress
from freecrm.core.numbering import Facts
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query, Where
from freecrm.core.words import N_
from freecrm.exchange import cellpaste
from freecrm.store import batch, check, history, merging, numbering, search, single, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, ids, indexed, open_in, raw

ROOT = Path(__file__).parents[2]
RULE = "customer.code_rule"


@pytest.fixture
def ruled(store: Store) -> Store:
    store.set_setting(RULE, "C{0000}")
    return store


def add(store: Store, name: str, **values: Any) -> bytes:
    with store.step(N_("New customer")) as step:
        return step.insert("customer", {"name": name, **values})


def code(store: Store, id: bytes) -> str | None:
    record = store.reader().record("customer", id)
    assert record is not None
    found: str | None = record["code"]
    return found


def codes(store: Store) -> list[str | None]:
    return [record["code"] for record in store.reader().each(Query("customer"), {"code"})]


# ---- given


def test_without_a_rule_codes_are_free(store: Store) -> None:
    assert code(store, add(store, "鹿溪堂")) is None
    assert numbering.preview(store, "customer", "code") == []


def test_a_new_customer_gets_the_next_code_in_its_own_step(ruled: Store) -> None:
    first, second = add(ruled, "鹿溪堂"), add(ruled, "云杉谷")
    assert (code(ruled, first), code(ruled, second)) == ("C0001", "C0002")
    assert [s.counts["customer"] for s in history.steps(ruled)] == [(1, 0, 0), (1, 0, 0)]
    assert any("c0002" in text for text in indexed(ruled).values())
    assert [hit.record.id for hit in ruled.reader().find("C0002")] == [second]
    assert_well(ruled)


def test_a_preview_spends_nothing(ruled: Store) -> None:
    for _ in range(2):
        assert numbering.preview(ruled, "customer", "code") == ["C0001", "C0002", "C0003"]
    assert code(ruled, add(ruled, "鹿溪堂")) == "C0001"
    assert numbering.preview(ruled, "customer", "code", n=1) == ["C0002"]
    assert numbering.preview(ruled, "customer", "code", "K{00}") == ["K01", "K02", "K03"]
    with pytest.raises(Known, match="no counter"):
        numbering.preview(ruled, "customer", "code", "K")


def test_place_and_letters_come_from_the_record(store: Store) -> None:
    store.set_setting(RULE, "{区号}{YY}{000}")
    year = f"{this_day():%y}"
    assert code(store, add(store, "甲", addresses=[{"city": "杭州"}])) == f"0571{year}001"
    landline = [{"number": "+8613800001203"}, {"number": "+862100006688"}]
    assert code(store, add(store, "乙", phones=landline)) == f"021{year}002"
    assert code(store, add(store, "丙")) == f"000{year}003"
    store.set_setting(RULE, "{拼音}{000}")
    assert code(store, add(store, "鹿溪堂茶业")) == "LXTC001"
    facts = Facts("云杉谷", "")
    assert numbering.preview(store, "customer", "code", None, facts, 1) == ["YSG002"]


def test_a_series_goes_on_behind_what_is_there(store: Store) -> None:
    for number in ("C0007", "C0041", "C99999999", "K0900", "X"):
        add(store, number, code=number)
    store.set_setting(RULE, "C{0000}")
    assert numbering.preview(store, "customer", "code") == ["C0042", "C0043", "C0044"]
    assert code(store, add(store, "a")) == "C0042"
    add(store, "typed ahead", code="C0044")
    assert [code(store, add(store, "b")), code(store, add(store, "c"))] == ["C0043", "C0045"]


def test_a_rule_that_begins_elsewhere_and_one_that_is_outgrown(store: Store) -> None:
    store.set_setting(RULE, "{98}")
    assert [code(store, add(store, str(i))) for i in range(4)] == ["98", "99", "100", "101"]


def test_several_in_one_step(ruled: Store) -> None:
    with ruled.step(N_("New customer")) as step:
        made = [step.insert("customer", {"name": name, "code": own}) for name, own in
                (("甲", None), ("乙", "C0002"), ("丙", ""), ("丁", None))]  # fmt: skip
    assert [code(ruled, id) for id in made] == ["C0001", "C0002", "C0003", "C0004"]


def test_a_step_that_is_given_up_has_given_none(ruled: Store) -> None:
    def two() -> None:
        with ruled.step(N_("New customer")) as step:
            step.insert("customer", {"name": "甲"})
            step.insert("customer", {})  # has no name

    with pytest.raises(Known):
        two()
    assert code(ruled, add(ruled, "乙")) == "C0001"


def test_a_rule_written_by_hand_that_is_none_gives_none(store: Store) -> None:
    raw(store, "INSERT INTO setting(key, value) VALUES (?, ?)", RULE, '"{oops"')
    assert code(store, add(store, "甲")) is None


# ---- never twice


def test_neither_undo_nor_deleting_gives_a_code_again(ruled: Store) -> None:
    add(ruled, "甲")
    undo.undo(ruled)
    second = add(ruled, "乙")
    assert code(ruled, second) == "C0002"
    with ruled.step(N_("Delete")) as step:
        step.delete("customer", second)
    assert code(ruled, add(ruled, "丙")) == "C0003"
    undo.restore(ruled, "customer", second)
    undo.undo(ruled, 1 + 1)  # the first customer is back
    assert sorted(codes(ruled)) == ["C0001", "C0002", "C0003"]  # type: ignore[type-var]
    assert check.check(ruled) == []


def test_redo_brings_the_same_code_back(ruled: Store) -> None:
    made = add(ruled, "甲")
    undo.undo(ruled)
    undo.redo(ruled)
    assert code(ruled, made) == "C0001"


def test_what_was_typed_and_binned_is_passed_over(ruled: Store) -> None:
    add(ruled, "甲")
    typed = add(ruled, "乙", code="C0002")
    with ruled.step(N_("Delete")) as step:
        step.delete("customer", typed)
    assert code(ruled, add(ruled, "丙")) == "C0003"


def test_the_counter_outlives_a_restart(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    store.set_setting(RULE, "C{0000}")
    gone = add(store, "甲")
    with store.step(N_("Delete")) as step:
        step.delete("customer", gone)
    store.close()
    store = open_in(tmp_path)
    assert code(store, add(store, "乙")) == "C0002"
    store.close()


CHILD = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from freecrm.modules import model
from freecrm.store.database import open_store
s = open_store(Path(sys.argv[1]), model())
print('ready', flush=True); sys.stdin.readline()
for i in range(25):
    with s.step('New') as step:
        step.insert('customer', {{'name': f'{{sys.argv[2]}}{{i}}'}})
if sys.argv[2] == 'c':
    print('done', flush=True); sys.stdin.readline()
    with s.step('New') as step:
        step.insert('customer', {{'name': 'lost'}})
        print('inside', flush=True); sys.stdin.readline()
s.close()
"""


def test_two_programs_on_one_file_and_one_that_is_killed(ruled: Store) -> None:
    run = [sys.executable, "-c", CHILD, str(ruled.path)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen([*run, name], **pipes) for name in "abc"]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children[:2]:
        child.communicate()
        assert child.returncode == 0
    killed = children[2]
    assert killed.stdout.readline() == "done\n"
    killed.stdin.write("\n")
    killed.stdin.flush()
    assert killed.stdout.readline() == "inside\n"
    killed.kill()
    killed.communicate()
    add(ruled, "after")
    assert sorted(codes(ruled)) == [f"C{n:04}" for n in range(1, 77)]  # type: ignore[type-var]
    assert_well(ruled)


# ---- typed by hand


def test_a_code_that_somebody_has_is_refused_by_name(store: Store) -> None:
    first, second = add(store, "鹿溪堂", code="K1"), add(store, "云杉谷", code="K2")
    for refused in (
        lambda: add(store, "松湾", code="K1"),
        lambda: single.change_fields(store, "customer", second, {"code": "K1"}, shown={"code": "K2"}),
    ):
        with pytest.raises(Known, match="“K1” belongs to “鹿溪堂” already"):
            refused()
    assert sorted(codes(store)) == ["K1", "K2"]  # type: ignore[type-var]
    with store.step(N_("Delete")) as step:
        step.delete("customer", first)
    with pytest.raises(Known, match="“K1” belongs to “鹿溪堂” in the recycle bin"):
        add(store, "松湾", code="K1")
    single.change_fields(store, "customer", second, {"code": "K3"}, shown={"code": "K2"})
    assert code(store, add(store, "松湾", code="K2")) == "K2"  # given up by hand, so it is free


def test_what_was_made_by_mistake_and_undone_is_in_nobodys_way(store: Store) -> None:
    add(store, "鹿溪堂", code="K1")
    undo.undo(store)
    assert code(store, add(store, "鹿溪堂", code="K1")) == "K1"


def test_a_file_with_doubles_works_and_the_check_tells_them(store: Store) -> None:
    first, second = add(store, "鹿溪堂", code="K1"), add(store, "云杉谷", code="K2")
    with store.step(N_("As an older program wrote it")) as step:
        step.fill("customer", "code", [("K1", second)])
    assert [str(said) for said in check.check(store)] == [
        "“Code” of Customers: 1 are held by more than one (K1). Give all but one another."
    ]
    for id in (first, second):
        single.change_fields(store, "customer", id, {"code": "K1", "website": "x.cn"}, shown={"code": "K1"})
    with pytest.raises(Known, match="belongs to"):
        add(store, "松湾", code="K1")
    single.change_fields(store, "customer", second, {"code": "K9"}, shown={"code": "K1"})
    assert check.check(store) == []


SPELT = ("kh-3", " Kh-3 ", "ＫＨ－３", "ｋｈ-3")


@pytest.mark.parametrize("other", SPELT)
def test_another_spelling_is_no_other_code(store: Store, other: str) -> None:
    first, second = add(store, "鹿溪堂", code="KH-3"), add(store, "云杉谷", code="K2")
    number = store.reader().numbers_of("customer", [second]).popitem()[1]
    for refused in (
        lambda: add(store, "松湾", code=other),
        lambda: single.change_fields(store, "customer", second, {"code": other}, shown={"code": "K2"}),
        lambda: batch.apply(store, "customer", [number], batch.Change("code", "set", other.strip())),
    ):
        with pytest.raises(Known, match="belongs to “鹿溪堂” already"):
            refused()
    target = cellpaste.Target("customer", ("name", "code"), [number, None, None])
    made = cellpaste.plan(store, target, cellpaste.copied(f"云杉谷\t{other}\n新\tx-1\n另\tX-1"))
    assert [line.cells[1].taken for line in made.lines] == [True, False, True]
    assert (made.bad, made.taken) == (2, 2)
    with store.step(N_("Delete")) as step:
        step.delete("customer", first)
    with pytest.raises(Known, match="belongs to “鹿溪堂” in the recycle bin"):
        add(store, "松湾", code=other)


def test_a_record_may_spell_its_own_code_anew(store: Store) -> None:
    first = add(store, "鹿溪堂", code="kh-3")
    single.change_fields(store, "customer", first, {"code": "KH-3"}, shown={"code": "kh-3"})
    assert codes(store) == ["KH-3"]


def test_the_rule_passes_over_other_spellings(store: Store) -> None:
    add(store, "甲", code="c0001")
    typed = add(store, "乙", code="Ｃ０００２")
    with store.step(N_("Delete")) as step:
        step.delete("customer", typed)
    store.set_setting(RULE, "C{0000}")
    assert numbering.preview(store, "customer", "code", n=1) == ["C0003"]
    assert code(store, add(store, "丙")) == "C0003"
    add(store, "丁", code="c0004")
    add(store, "戊", code="c0005")
    assert code(store, add(store, "己")) == "C0006"


def test_the_check_tells_doubles_in_other_spellings(store: Store) -> None:
    add(store, "鹿溪堂", code="K1")
    second = add(store, "云杉谷", code="K2")
    with store.step(N_("As an older program wrote it")) as step:
        step.fill("customer", "code", [("k1", second)])
    assert [str(said) for said in check.check(store)] == [
        "“Code” of Customers: 1 are held by more than one (K1). Give all but one another."
    ]


def test_many_at_once(store: Store) -> None:
    add(store, "鹿溪堂", code="K1")
    numbers = [store.reader().numbers_of("customer", [add(store, name)]).popitem()[1] for name in "甲乙"]
    for change, why in (
        (batch.Change("code", "set", "K5"), "Several records would get “K5” as Code"),
        (batch.Change("code", "set", "K1"), "“K1” belongs to “鹿溪堂”"),
    ):
        assert why in str(batch.look(store, "customer", numbers, change).problem)
        with pytest.raises(Known, match=why):
            batch.apply(store, "customer", numbers, change)
    assert batch.apply(store, "customer", numbers[:1], batch.Change("code", "set", "K5")) == 1


def test_pasting_marks_what_somebody_has(ruled: Store) -> None:
    add(ruled, "鹿溪堂", code="K1")
    numbers = [ruled.reader().numbers_of("customer", [add(ruled, name)]).popitem()[1] for name in "甲乙丙"]
    target = cellpaste.Target("customer", ("name", "code"), [*numbers, None, None])
    made = cellpaste.plan(ruled, target, cellpaste.copied("甲\tK1\n乙\tK2\n丙\tK2\n新\t\n另\tK3"))
    assert [str(line.cells[1].why or "") for line in made.lines] == [
        "Code “K1” belongs to “鹿溪堂” already. Choose another.",
        "",
        "“K2” stands in several of the copied rows, and only one may have it.",
        "",
        "",
    ]
    cellpaste.apply(ruled, made)
    assert codes(ruled) == ["K1", "C0001", "K2", "C0003", "C0004", "K3"]


# ---- merging


def test_merging_keeps_the_survivors_code_and_the_other_is_not_given_again(ruled: Store) -> None:
    one, two = add(ruled, "鹿溪堂"), add(ruled, "鹿溪堂茶业")
    merging.merge(ruled, "customer", [one, two], one)
    assert code(ruled, one) == "C0001"
    third = add(ruled, "云杉谷")
    assert code(ruled, third) == "C0003"
    with pytest.raises(Known, match="“C0002” was that of “鹿溪堂茶业”, merged into “"):
        add(ruled, "松湾", code="C0002")
    single.change_fields(ruled, "customer", one, {"code": "C0002"}, shown={"code": "C0001"})
    undo.undo(ruled)
    merging.split(ruled, merging.merges(ruled, "customer")[0].step)
    assert sorted(codes(ruled)) == ["C0001", "C0002", "C0003"]  # type: ignore[type-var]
    assert check.check(ruled) == []


def test_the_other_code_may_be_picked_and_a_blank_one_is_filled(ruled: Store) -> None:
    one, two = add(ruled, "鹿溪堂"), add(ruled, "鹿溪堂茶业")
    merging.merge(ruled, "customer", [one, two], one, {"code": two})
    assert code(ruled, one) == "C0002"
    ruled.set_setting(RULE, "")
    blank, coded = add(ruled, "云杉谷"), add(ruled, "云杉谷酒店", code="K7")
    merging.merge(ruled, "customer", [blank, coded], blank)
    assert code(ruled, blank) == "K7"


# ---- for those that have none


def test_all_that_have_none_get_one_in_one_step(store: Store) -> None:
    made = [add(store, f"客户{i}", addresses=[{"city": "杭州"}]) for i in range(7)]
    taken = add(store, "老客户", code="0571-0003")
    assert numbering.look(store, "customer", "code").samples == ()
    with pytest.raises(Known, match="no rule for “Code”"):
        numbering.give(store, "customer", "code")
    store.set_setting(RULE, "{区号}-{0000}")
    found = numbering.look(store, "customer", "code")
    assert (found.n, found.samples[0], len(found.samples)) == (7, ("客户0", "0571-0004"), 5)
    assert numbering.give(store, "customer", "code") == 7
    assert [code(store, id) for id in made] == [f"0571-{n:04}" for n in range(4, 11)]
    assert code(store, taken) == "0571-0003"
    assert str(history.steps(store)[0].said) == "Codes given to 7 customers"
    assert [hit.record.id for hit in store.reader().find("0571-0010")] == [made[6]]
    assert_well(store)
    undo.undo(store)
    assert [code(store, id) for id in made] == [None] * 7
    assert numbering.give(store, "customer", "code") == 7
    assert code(store, made[0]) == "0571-0011"
    assert numbering.look(store, "customer", "code").n == 0


def test_stopping_it_leaves_the_file_as_it_was(ruled: Store) -> None:
    ruled.set_setting(RULE, "")
    add(ruled, "甲")
    ruled.set_setting(RULE, "C{0000}")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        numbering.give(ruled, "customer", "code", progress)
    assert codes(ruled) == [None]
    assert numbering.preview(ruled, "customer", "code", n=1) == ["C0001"]


def test_codes_are_found_as_numbers(ruled: Store) -> None:
    made = add(ruled, "鹿溪堂")
    n = ruled.reader().numbers_of("customer", [made])[made]
    hits = search.SearchIndex(ruled.read()).find("c0001")
    assert [hit.n for hit in hits] == [n]
    assert ruled.reader().count(Query("customer", Where("code", "=", "C0001"))) == 1
    assert ids(ruled, "customer") == [made]
