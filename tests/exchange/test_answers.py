"""Every question of an import can be answered, the answer is kept by its key, and does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.exchange import applier, importer
from freecrm.exchange.changeset import ChangeSet, Decision, Options, spool_path
from freecrm.modules import model
from freecrm.store import check, copies, undo
from freecrm.store.database import Store
from tests.files import new_store

DATA = Path(__file__).parents[1] / "data"
PLAN = model().imported("customer")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


@pytest.fixture
def rows() -> Iterator[Path]:
    path = spool_path("rows")
    yield path
    path.unlink(missing_ok=True)


def listed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def customers(store: Store) -> dict[str, Record]:
    return {r["name"]: r for r in store.reader().each(Query("customer"))}


def ask(store: Store, path: Path, **wishes: Any) -> ChangeSet:
    made = importer.prepare(store, path, PLAN, Options(**wishes))
    made.discard()
    return made


def question(made: ChangeSet, kind: str, text: str = "") -> Decision:
    found = [d for d in made.decisions if d.kind == kind and text in d.text]
    assert len(found) == 1, made.decisions
    return found[0]


def taken(store: Store, path: Path, **answers: str) -> ChangeSet:
    made, _touched = applier.carry_out(store, path, PLAN, Options(answers=answers))
    return made


# ---- people


PEOPLE = ("客户名称,业务员", "鹿溪堂,陈思远", "云杉谷,老周", "百川印务,老周")


def test_an_unknown_person_is_made_left_out_or_another(store: Store, tmp_path: Path) -> None:
    with store.step(N_("New user")) as step:
        mine = step.insert("user", {"name": "陈思远"})
    path = listed(tmp_path, *PEOPLE)
    asked = question(ask(store, path), "person")
    assert (asked.text, asked.count, asked.chosen) == ("老周", 2, "create")
    assert [a.value for a in asked.answers] == ["create", "leave", f"={mine.hex()}"]
    assert str(asked.answers[2].text) == "陈思远"

    left = ask(store, path, answers={asked.key: "leave"})
    assert question(left, "person").chosen == "leave"
    assert left.trouble_by_head == {"业务员": 2}

    taken(store, path, **{asked.key: f"={mine.hex()}"})
    assert customers(store)["云杉谷"]["owner_user_title"] == "陈思远"
    assert [r["name"] for r in store.reader().each(Query("user"))] == ["陈思远"]


def test_all_unknown_people_are_answered_at_once(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, *PEOPLE)
    made = ask(store, path, answers={"person:业务员": "leave"})
    assert {d.text: d.chosen for d in made.decisions} == {"陈思远": "leave", "老周": "leave"}
    made = ask(store, path, answers={"person:业务员": "leave", "person:业务员:老周": "create"})
    assert {d.text: d.chosen for d in made.decisions} == {"陈思远": "leave", "老周": "create"}
    taken(store, path, **{"person:业务员": "leave"})
    assert customers(store)["云杉谷"]["remark"] == "业务员: 老周"
    assert list(store.reader().each(Query("user"))) == []


def test_a_short_name_may_be_somebody_else(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,业务员", "鹿溪堂,陈思远", "云杉谷,思远")
    made = ask(store, path)
    short = next(d for d in made.decisions if d.text == "思远")
    assert short.chosen == "same:陈思远"
    taken(store, path, **{short.key: "create"})
    assert sorted(r["name"] for r in store.reader().each(Query("user"))) == ["思远", "陈思远"]


def test_people_of_an_undone_import_are_made_anew(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, *PEOPLE)
    taken(store, path)
    undo.undo(store)
    taken(store, path)
    assert customers(store)["云杉谷"]["owner_user_title"] == "老周"
    assert check.check(store) == []


# ---- words of pick-lists


def test_an_unknown_word_is_added_taken_for_another_or_left_blank(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,行业", "鹿溪堂,茶叶行", "云杉谷,酒店")
    asked = question(ask(store, path), "word")
    assert (asked.text, asked.chosen) == ("茶叶行", "add")
    values = [a.value for a in asked.answers]
    assert values[0] == "add"
    assert values[-1] == "blank"
    assert "=trade" in values
    taken(store, path, **{asked.key: "=trade"})
    assert customers(store)["鹿溪堂"]["industry"] == "trade"


def test_a_word_left_blank_is_kept_in_the_remark(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,行业", "鹿溪堂,茶叶行", "云杉谷,酒店")
    taken(store, path, **{"word:行业": "blank"})
    found = customers(store)["鹿溪堂"]
    assert (found["industry"], found["remark"]) == (None, "行业: 茶叶行")


def test_a_misspelt_word_may_be_a_new_one(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "Company,Industry", "Spruce Vale,Manufacturin", "Deer Creek,Trade")
    asked = question(ask(store, path), "word")
    assert asked.chosen == "=manufacturing"
    assert str(asked.answer) == "taken for “Manufacturing”"
    taken(store, path, **{asked.key: "add"})
    assert customers(store)["Spruce Vale"]["industry"] == "Manufacturin"


def test_a_column_of_many_words_is_asked_once(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,行业", *(f"客户{i},行当{i}甲乙" for i in range(80)))
    asked = question(ask(store, path), "word")
    assert (asked.key, asked.chosen, asked.count) == ("word:行业", "blank", 80)
    made = ask(store, path, answers={asked.key: "add"})
    assert made.trouble_count == 0


# ---- cells that cannot be taken


PHONES = ("客户名称,手机,最后联系", "鹿溪堂,1380000447,去年底", "云杉谷,13800001203,2026.3.5")


@pytest.mark.parametrize(
    ("answer", "names", "phone", "tagged"),
    [
        ("keep", ["云杉谷", "鹿溪堂"], "1380000447", True),
        ("blank", ["云杉谷", "鹿溪堂"], None, True),
        ("reject", ["云杉谷"], None, False),
    ],
)
def test_a_phone_of_the_wrong_length(
    store: Store, tmp_path: Path, answer: str, names: list[str], phone: str | None, tagged: bool
) -> None:
    path = listed(tmp_path, *PHONES)
    asked = question(ask(store, path), "phone")
    assert (asked.chosen, asked.count, asked.rows) == ("keep", 1, (2,))
    made = taken(store, path, **{asked.key: answer})
    assert question(made, "phone").chosen == answer  # it can still be answered otherwise
    found = customers(store)
    assert sorted(found) == sorted(names)
    if "鹿溪堂" in found:
        assert found["鹿溪堂"]["main_phone"] == phone
        assert ("手机: 1380000447" in (found["鹿溪堂"]["remark"] or "")) is (answer == "blank")
        assert ("To check" in [t["word"] for t in found["鹿溪堂"]["tags"]]) is tagged
    else:
        assert [(r.row, r.cells[0]) for r in made.left_out] == [(2, "鹿溪堂")]


def test_a_date_that_cannot_be_read(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, *PHONES)
    asked = question(ask(store, path), "date")
    assert (asked.text, asked.chosen, [a.value for a in asked.answers]) == (
        "去年底",
        "blank",
        ["blank", "reject"],
    )
    made = ask(store, path, answers={asked.key: "reject"})
    assert made.counts == {"new": 1, "rejected": 1}
    assert made.troubled[0].out is not None


def test_day_and_month_are_answered_by_column(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,最后联系", "鹿溪堂,03/05/2026", "云杉谷,04/05/2026")
    asked = question(ask(store, path), "order")
    assert (asked.chosen, asked.count) == ("mdy", 2)
    made = taken(store, path, **{asked.key: "dmy"})
    assert made.ambiguous_dates == 0
    assert str(customers(store)["鹿溪堂"]["last_contact"]) == "2026-05-03"


# ---- two columns, one field


@pytest.mark.parametrize(
    ("answer", "code"),
    [("", "K1"), ("first", "K1"), ("last", "旧9"), ("join: / ", "K1 / 旧9"), ("join: ", "K1 旧9")],
)
def test_two_columns_of_one_field(store: Store, tmp_path: Path, answer: str, code: str) -> None:
    path = listed(tmp_path, "客户名称,新码,旧码", "鹿溪堂,K1,旧9", "云杉谷,,旧8")
    told = {"新码": "customer.code", "旧码": "customer.code"}
    asked = question(ask(store, path, told=told), "join")
    assert (asked.head, asked.chosen) == ("新码, 旧码", "first")
    answers = {asked.key: answer} if answer else {}
    applier.carry_out(store, path, PLAN, Options(told=told, answers=answers))
    found = customers(store)
    assert (found["鹿溪堂"]["code"], found["云杉谷"]["code"]) == (code, "旧8")


def test_a_column_that_was_not_told_gives_way(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,客户编号,旧码", "鹿溪堂,K1,旧9")
    made = ask(store, path, told={"旧码": "customer.code"})
    assert {c.head: c.target for c in made.columns}["旧码"] == "customer.code"
    assert next(c for c in made.columns if c.head == "客户编号").notes


# ---- doubles


def test_all_rows_alike_are_decided_at_once(store: Store) -> None:
    made = ask(store, DATA / "customers_2026.xlsx")
    key = made.doubts[0].alike
    several = [d.row for d in made.doubts if d.alike == key]
    assert len(several) > 1
    again = ask(store, DATA / "customers_2026.xlsx", answers={key: "skip"})
    assert {d.action for d in again.doubts if d.alike == key} == {"skip"}
    one = ask(store, DATA / "customers_2026.xlsx", answers={key: "skip"}, decisions={several[0]: "new"})
    assert next(d for d in one.doubts if d.row == several[0]).action == "new"


def test_both_sides_of_a_double_are_shown(store: Store, tmp_path: Path) -> None:
    taken(store, listed(tmp_path, "客户名称,手机,级别", "鹿溪堂茶业有限公司,13800004471,A"))
    made = ask(store, listed(tmp_path, "客户名称,手机,级别", "鹿溪堂茶业,13800004471,普通"))
    (change,) = made.changes
    assert (change.name, change.action, change.alike) == ("鹿溪堂茶业有限公司", "update", "alike:surely")
    assert ("Grade", "A", "B") in change.cells
    assert change.reasons
    rows = ("客户名称,手机", "云杉谷酒店有限公司,13800001203", "云杉谷酒店,13800001203")
    twice = ask(store, listed(tmp_path, *rows))
    (doubt,) = twice.doubts
    assert (doubt.row, doubt.of_row) == (3, 2)
    assert dict(doubt.mine)["customer.name"] == "云杉谷酒店"
    assert dict(doubt.theirs)["customer.name"] == "云杉谷酒店有限公司"


# ---- rows once read


def test_rows_once_read_are_not_read_again(store: Store, tmp_path: Path, rows: Path) -> None:
    path = listed(tmp_path, *PHONES)
    first = importer.prepare(store, path, PLAN, Options(), rows=rows)
    first.discard()
    path.unlink()  # nothing of it is wanted any more
    again = importer.prepare(store, path, PLAN, Options(tag="A"), rows=rows)
    assert (again.rows, again.counts, again.notes) == (first.rows, first.counts, first.notes)
    applier.apply(store, again)
    assert set(customers(store)) == {"鹿溪堂", "云杉谷"}


def test_rows_half_read_are_read_anew(store: Store, rows: Path) -> None:
    class Stopping(Progress):
        def tell(self, *args: Any, **more: Any) -> None:
            self.cancel()
            super().tell(*args, **more)

    path = DATA / "customers_2026.xlsx"
    with pytest.raises(Cancelled):
        importer.prepare(store, path, PLAN, Options(), rows=rows, progress=Stopping())
    made = importer.prepare(store, path, PLAN, Options(), rows=rows)
    assert made.rows == 1286
    made.discard()


# ---- carried out


def test_a_backup_is_made_where_there_is_anything_to_lose(store: Store, tmp_path: Path) -> None:
    taken(store, listed(tmp_path, "客户名称,电话", "鹿溪堂,13800001203"))
    assert copies.listed(store.path) == []
    said = []
    progress = Progress(lambda news: said.append(str(news.what)))
    path = listed(tmp_path, "客户名称,电话", "云杉谷,13800001204")
    made, touched = applier.carry_out(store, path, PLAN, Options(), progress=progress)
    assert (made.rows, touched.step) == (1, 2)
    (copy,) = copies.listed(store.path)
    assert "before import" in copy.path.name
    assert said[0] == "Making a backup first"
    assert "Writing the rows" in said


def test_a_mapping_kept_as_a_template(store: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,暗号", "鹿溪堂,甲")
    told = {"暗号": "customer.remark"}
    applier.carry_out(store, path, PLAN, Options(told=told, keep_as="每月"))
    assert applier.templates(store) == ["每月"]
    again = ask(store, listed(tmp_path, "客户名称,暗号", "云杉谷,乙"))
    assert [(c.target, c.how) for c in again.columns][1] == ("customer.remark", "remembered")
    guessed = ask(store, path, forget=True)
    assert all(c.how != "remembered" for c in guessed.columns)
