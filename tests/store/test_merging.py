"""Merging records and splitting them again: all that points at them is moved, nothing is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine

from freecrm.core import fields
from freecrm.core.entity import Child, is_child
from freecrm.core.fields import Link
from freecrm.core.problems import Known
from freecrm.core.rights import Rights
from freecrm.modules import model
from freecrm.store import compare, drafts, files, history, merging, undo
from freecrm.store.database import Store
from freecrm.store.tables import quoted
from tests.store.samples import a_firm, assert_well, dump, found, open_in


def a_file(store: Store) -> dict[str, Any]:
    path = store.path.with_name("合同.pdf")
    path.write_bytes(b"pdf")
    return files.take(store, path)


def two(store: Store) -> tuple[bytes, bytes]:
    """Two entries of one hotel: the first with a contact, the second with notes, files and a subsidiary."""
    with store.step("New customers") as step:
        one = step.insert(
            "customer",
            {
                "name": "云杉谷酒店",
                "grade": "A",
                "remark": "老板喜欢下午谈。",
                "phones": [{"number": "+8657100006688", "primary": True}, {"number": "+8613800001111"}],
                "tags": [{"word": "VIP"}],
            },
        )
        other = step.insert(
            "customer",
            {
                "name": "云杉谷酒店管理有限公司",
                "website": "yunshan.example",
                "remark": "餐厅二期要夜间施工。",
                "last_contact": dt.date(2026, 3, 1),
                "phones": [
                    {"number": "+8613800001111", "note": "仓库", "primary": True},
                    {"number": "+8613800002222"},
                ],
                "tags": [{"word": "vip"}, {"word": "展会"}],
                "notes": [{"text": "=1+1"}, {"text": "周一别打电话"}],
                "files": [a_file(store)],
            },
        )
        step.insert("customer", {"name": "云杉谷餐饮", "group": other})
        step.insert("contact", {"name": "祁月", "jobs": [{"customer": one, "job": "工程经理"}]})
        step.insert("contact", {"name": "林晓棠", "jobs": [{"customer": other, "job": "采购"}]})
        step.insert(
            "contact", {"name": "何嘉木", "jobs": [{"customer": one}, {"customer": other, "job": "财务"}]}
        )
    return one, other


def customer(store: Store, id: bytes) -> Any:
    record = store.reader().record("customer", id)
    assert record is not None
    return record


def test_shows_what_differs_first_and_chooses_safely(store: Store) -> None:
    one, other = two(store)
    made = compare.compare(store, "customer", [one, other])
    assert [line.field.name for line in made.lines if line.differs] == ["name", "remark"]
    assert made.picks == {"name": other, "remark": compare.BOTH}  # the fuller name; both remarks
    assert made.master == other  # more hangs on it
    tags = next(u for u in made.united if u.field.name == "tags")
    assert tags.kept == ["VIP", "展会"]
    assert {m.entity: m.count for m in made.moves[one]} == {
        "customer": 1, "contact": 2, "phone": 2, "tag": 2, "note": 2, "file": 1, "activity": 1,
    }  # fmt: skip
    assert compare.counted(made.moves[one]).startswith("1 customer, 2 contacts, 1 activity, 2 phones")


def test_unites_two_and_moves_everything(store: Store) -> None:
    one, other = two(store)
    before = dump(store)
    merging.merge(store, "customer", [one, other], one)
    record = customer(store, one)
    assert record["name"] == "云杉谷酒店"  # its own: the other one is no longer form of it
    assert (record["grade"], record["website"]) == ("A", "yunshan.example")
    assert record["remark"] == "老板喜欢下午谈。\n\n餐厅二期要夜间施工。"
    phones = [(p["number"][-4:], p["note"], bool(p["primary"])) for p in record["phones"]]
    assert phones == [("6688", None, True), ("1111", "仓库", False), ("2222", None, False)]
    assert [t["word"] for t in record["tags"]] == ["VIP", "展会"]
    assert sorted(n["text"] for n in record["notes"]) == ["=1+1", "周一别打电话"]
    assert [f["name"] for f in record["files"]] == ["合同.pdf"]
    jobs = store.reader().pointing("job", "customer", one)
    assert sorted((j["parent_title"], j["job"]) for j in jobs) == [
        ("何嘉木", "财务"), ("林晓棠", "采购"), ("祁月", "工程经理"),
    ]  # fmt: skip
    assert store.reader().record("customer", other) is None
    assert found(store, "2222") == ["云杉谷酒店"]
    assert_well(store)
    undo.undo(store)
    assert dump(store) == before
    undo.redo(store)
    assert_well(store)


def test_the_one_that_stays_keeps_its_name(store: Store) -> None:
    with store.step("Parent and branch") as step:
        firm = step.insert("customer", {"name": "白榆咖啡"})
        branch = step.insert("customer", {"name": "白榆咖啡滨江店", "website": "baiyu.example.com"})
    merging.merge(store, "customer", [firm, branch], firm)
    assert customer(store, firm)["name"] == "白榆咖啡"
    (one,) = merging.merges(store, "customer")
    assert (one.was, one.title, [name for _id, name in one.gone]) == (
        "白榆咖啡",
        "白榆咖啡",
        ["白榆咖啡滨江店"],
    )


def test_takes_what_was_chosen(store: Store) -> None:
    one, other = two(store)
    merging.merge(store, "customer", [one, other], other, {"name": one, "remark": other, "grade": other})
    record = customer(store, other)
    assert (record["name"], record["remark"]) == ("云杉谷酒店", "餐厅二期要夜间施工。")
    assert record["grade"] is None  # the blank was chosen
    assert record["last_contact"] == dt.date(2026, 3, 1)


def test_positions_that_say_different_things_both_stay(store: Store) -> None:
    one, other = two(store)
    with store.step("Position") as step:
        step.insert(
            "contact",
            {"name": "Kent", "jobs": [{"customer": one, "job": "厂长"}, {"customer": other, "job": "顾问"}]},
        )
    merging.merge(store, "customer", [one, other], one)
    jobs = [j["job"] for j in store.reader().pointing("job", "customer", one) if j["parent_title"] == "Kent"]
    assert sorted(jobs) == ["厂长", "顾问"]


def test_one_position_of_the_firm_comes_first_that_of_the_one_that_stays(store: Store) -> None:
    one, other = two(store)
    with store.step("Positions") as step:
        for name, firm in (("Ada", other), ("Bo", one), ("Cy", other)):
            step.insert("contact", {"name": name, "jobs": [{"customer": firm, "primary": True}]})
    merging.merge(store, "customer", [one, other], one)
    first = [j["parent_title"] for j in store.reader().pointing("job", "customer", one) if j["primary"]]
    assert first == ["Bo"]
    assert customer(store, one)["main_contact"] == "Bo"
    undo.undo(store)
    first = [j["parent_title"] for j in store.reader().pointing("job", "customer", other) if j["primary"]]
    assert sorted(first) == ["Ada", "Cy"]
    assert_well(store)


def test_a_position_that_comes_first_for_its_person_still_does(store: Store) -> None:
    one, other = two(store)
    with store.step("Positions") as step:
        elsewhere = step.insert("customer", {"name": "Elsewhere"})
        step.insert("contact", {"name": "Bo", "jobs": [{"customer": one, "primary": True}]})
        jobs = [{"customer": elsewhere}, {"customer": other, "primary": True}]
        ada = step.insert("contact", {"name": "Ada", "jobs": jobs})
    merging.merge(store, "customer", [one, other], one)
    record = store.reader().record("contact", ada)
    assert record is not None
    assert record["firm"] == "云杉谷酒店"
    assert customer(store, one)["main_contact"] == "Bo"


def test_of_two_contacts_one_position_comes_first(store: Store) -> None:
    with store.step("New") as step:
        firms = [step.insert("customer", {"name": name}) for name in ("Ash", "Birch", "Cedar")]
        people = [
            step.insert("contact", {"name": "Ada", "jobs": [{"customer": firm, "primary": at > 0}]})
            for at, firm in enumerate(firms)
        ]
    merging.merge(store, "contact", people, people[0])
    record = store.reader().record("contact", people[0])
    assert record is not None
    assert [j["customer"] for j in record["jobs"] if j["primary"]] == [firms[1]]


def test_what_is_typed_and_not_saved_yet_points_at_the_one_that_stays(store: Store) -> None:
    one, other = two(store)
    at = dt.datetime(2026, 3, 19, tzinfo=dt.UTC)
    jobs = [{"customer": other, "customer_title": "云杉谷酒店管理有限公司", "job": "厂长"}]
    form = drafts.Draft(drafts.key_for("contact"), "contact", None, {"name": "Ada", "jobs": jobs}, at)
    drafts.put(store, form)
    for id, text in ((one, "first"), (other, "second")):
        values = {"text": text, "parent_entity": "customer"}
        drafts.put(store, drafts.Draft(drafts.key_for("note", id), "note", id, values, at))
    merging.merge(store, "customer", [one, other], one)
    held = drafts.get(store, form.key)
    assert held is not None
    assert held.values["jobs"] == [{"customer": one, "customer_title": "云杉谷酒店", "job": "厂长"}]
    (note,) = [draft for draft in drafts.all(store) if draft.entity == "note"]
    assert (note.id, note.values["text"]) == (one, "first\n\nsecond")
    with store.step("Add") as step:
        step.insert("contact", held.values)
    assert_well(store)


def test_of_contacts_keeps_a_person_once_with_both_firms(store: Store) -> None:
    _, firm, contact = a_firm(store)
    with store.step("New") as step:
        second = step.insert("customer", {"name": "云杉谷酒店"})
        twin = step.insert(
            "contact",
            {
                "name": "林晓棠",
                "phones": [{"number": "+8613800004471", "kind": "mobile"}],
                "jobs": [{"customer": second, "job": "顾问"}, {"customer": firm, "job": "采购经理"}],
            },
        )
    merging.merge(store, "contact", [contact, twin], contact)
    record = store.reader().record("contact", contact)
    assert record is not None
    assert [(j["customer"], j["job"], j["role"]) for j in record["jobs"]] == [
        (firm, "采购经理", "decider"), (second, "顾问", None),
    ]  # fmt: skip
    assert [(p["number"], p["kind"]) for p in record["phones"]] == [("+8613800004471", "mobile")]
    assert_well(store)


def least(step: Any, entity: str) -> dict[str, Any]:
    """What a record of this entity can't do without."""
    needed: dict[str, Any] = {}
    for f in step.schema.fields(entity).values():
        if not f.required or f.derived is not None:
            continue
        if isinstance(f, Link):
            needed[f.name] = step.insert(f.to, least(step, f.to))
        elif isinstance(f, fields.Choice):
            needed[f.name] = f.default or f.options.entries[0].key
        elif isinstance(f, fields.Date):
            needed[f.name] = dt.date(2026, 3, 19)
        elif isinstance(f, fields.Text | fields.Number | fields.Money):
            needed[f.name] = f.default or ("x" if isinstance(f, fields.Text) else 1)
    return needed


@pytest.mark.parametrize("entity", [e.entity for e in model().roots()])
def test_every_link_that_may_point_at_a_record_is_moved(store: Store, entity: str) -> None:
    """Walks all declared links of all entities: whoever adds one that a merge forgets hears of it here."""
    first, second = bytes(15) + b"\x01", bytes(15) + b"\x02"
    declared = store.schema.entity(entity)
    pointing = []
    with store.step("Rows") as step:
        title = declared.fields[declared.title]
        needed = least(step, entity)
        for at, id in enumerate((first, second)):
            called = title.options.entries[0].key if isinstance(title, fields.Choice) else "鹿溪堂"
            if isinstance(title, fields.Text):
                needed[declared.title] = f"{called}{at}" if title.unique else called
            step.insert(entity, needed, id=id)
        third = step.insert("contact", {"name": "林晓棠"})
        step.moves = True  # rows are given without what belongs beside them
        for other in store.model.entities.values():
            for f in other.fields.values():
                if isinstance(f, Link) and f.to in ("", entity) and f.derived is None:
                    pointing.append((other.entity, f.name))
                    row: dict[str, Any] = {f.name: second}
                    if not f.to:
                        row[f"{f.name}_entity"] = entity
                    if is_child(other) and f.name != "parent":
                        row |= {"parent": first[:-1] + b"\x09", "parent_entity": "contact"}
                    if issubclass(other, Child) and other.one_of and f.name not in other.one_of:
                        row[other.one_of[0]] = third
                    names = ", ".join(quoted(n) for n in row)
                    step.connection.execute(
                        f"INSERT INTO {quoted(other.entity)}(n, id, {names}) VALUES (?, ?{', ?' * len(row)})",
                        (step.next_number(), len(pointing).to_bytes(16, "little"), *row.values()),
                    )
    merging.merge(store, entity, [first, second], first)
    c = store.read()
    for table, column in pointing:
        held = [r[0] for r in c.execute(f"SELECT {quoted(column)} FROM {quoted(table)}")]
        assert second not in held, f"{table}.{column} still points at the record merged away"
        assert first in held, f"{table}.{column} lost its row"
    left = {"step", "change"}  # the log remembers; no other table may
    for (table,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table in left or table.startswith(("sqlite_", "search")):
            continue
        for _, column, *_rest in c.execute(f"PRAGMA table_info({quoted(table)})").fetchall():
            rows = c.execute(f"SELECT count(*) FROM {quoted(table)} WHERE {quoted(column)} = ?", (second,))
            assert rows.fetchone()[0] == 0, f"{table}.{column} is no declared link, yet holds an id"


def test_users_cannot_add_links_that_a_merge_would_not_know() -> None:
    """Custom values lie in JSON, where no merge looks: a link among them needs `compare.links_to` to say so."""
    assert not any(issubclass(kind, Link) for kind in fields.KINDS.values())


# ---- trees


def test_a_link_between_the_two_goes_and_is_told(store: Store) -> None:
    one, other = two(store)
    with store.step("Group") as step:
        step.update("customer", one, {"group": other})
    made = compare.compare(store, "customer", [one, other])
    assert [str(said) for said in made.loops] == [
        "“云杉谷酒店” names “云杉谷酒店管理有限公司” as “Part of group”."
        " One record can't belong to itself, so that link goes."
    ]
    merging.merge(store, "customer", [one, other], one)
    assert customer(store, one)["group"] is None


def test_a_merge_that_would_close_the_group_tree_is_refused(store: Store) -> None:
    one, other = two(store)
    between = store.reader().find("云杉谷餐饮")[0].record.id
    with store.step("Group") as step:
        step.update("customer", one, {"group": between})  # one → 餐饮 → other
    before = dump(store)
    with pytest.raises(Known, match="would end up above itself in the group"):
        merging.merge(store, "customer", [one, other], one)
    assert dump(store) == before
    merging.merge(store, "customer", [one, other], one, {"group": other})  # its blank is chosen instead
    assert customer(store, one)["group"] is None


# ---- refusals


def test_refuses_with_a_sentence_and_changes_nothing(store: Store) -> None:
    one, other = two(store)
    _, _, contact = a_firm(store)
    with store.step("Gone") as step:
        gone = step.insert("customer", {"name": "没了"})
    with store.step("Delete") as step:
        step.delete("customer", gone)
    before = dump(store)
    for ids, sentence in (
        ([one, one], "given twice"),
        ([one], "alone can't be merged"),
        ([one, gone], "no longer there"),
        ([one, contact], "A customer and a contact can't be merged"),
        ([one] + [bytes([n]) * 16 for n in range(11)], "too many"),
    ):
        for work in (
            lambda ids=ids: compare.compare(store, "customer", ids),
            lambda ids=ids: merging.merge(store, "customer", ids, one),
        ):
            with pytest.raises(Known, match=sentence):
                work()
    with pytest.raises(Known, match="isn't among those chosen"):
        merging.merge(store, "customer", [one, other], gone)
    nobody = Rights(user=bytes(16), grants={("customer", "delete"): "none"})
    store.hold_to(nobody)
    with pytest.raises(Known, match="rights do not let you delete"):
        merging.merge(store, "customer", [one, other], one)
    store.hold_to(None)
    assert dump(store) == before


def test_a_file_that_cannot_be_written_says_so(store: Store) -> None:
    one, other = two(store)
    before = dump(store)
    store.write().execute("PRAGMA query_only = ON")
    with pytest.raises(Known):
        merging.merge(store, "customer", [one, other], one)
    store.write().execute("PRAGMA query_only = OFF")
    assert dump(store) == before


def test_an_edit_of_another_program_is_not_lost(store: Store, tmp_path: Path) -> None:
    one, other = two(store)
    shown = compare.compare(store, "customer", [one, other])
    elsewhere = open_in(tmp_path)
    with elsewhere.step("Edit") as step:
        step.update("customer", other, {"grade": "B", "notes": [{"text": "刚加的"}]})
    elsewhere.close()
    with pytest.raises(merging.Changed, match="“云杉谷酒店管理有限公司” was changed meanwhile \\(Grade\\)"):
        merging.merge(store, "customer", [one, other], one, shown.picks, seen=shown.seen)
    again = compare.compare(store, "customer", [one, other])
    assert "grade" in again.picks
    merging.merge(store, "customer", [one, other], one, again.picks, seen=again.seen)
    assert [n["text"] for n in customer(store, one)["notes"]] == ["刚加的"]


# ---- splitting again


def test_splits_89_days_later_and_lists_what_stays(store: Store) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=89)
    with time_machine.travel(long_ago, tick=True):
        one, other = two(store)
        other_before = customer(store, other).values
        merging.merge(store, "customer", [one, other], one)
        with store.step("Edit") as step:
            step.update("customer", one, {"website": "new.example", "grade": "C"})
            step.insert("note", {"text": "合并后写的", "parent": one, "parent_entity": "customer"})
        moved = next(p for p in customer(store, one)["phones"] if p["number"].endswith("2222"))
        with store.step("Edit") as step:
            step.update("phone", moved["id"], {"note": "晚上打"})
    (made,) = merging.merges(store, "customer", one)
    assert [name for _, name in made.gone] == ["云杉谷酒店管理有限公司"]
    assert made.days_left == 1
    before = dump(store)
    view = merging.split_view(store, made.step)
    assert dump(store) == before
    stays = {(kept.title, str(kept.why)) for kept in view.stays}
    assert ("合并后写的", "Added since the merge.") in stays
    assert any("Website" in why for _, why in stays)
    merging.split(store, made.step)
    survivor, back = customer(store, one), customer(store, other)
    assert survivor["name"] == "云杉谷酒店"
    assert (survivor["website"], survivor["grade"]) == ("new.example", "C")
    assert [n["text"] for n in survivor["notes"]] == ["合并后写的"]
    assert sorted(n["text"] for n in back["notes"]) == ["=1+1", "周一别打电话"]
    assert {f["name"] for f in back["files"]} == {"合同.pdf"}
    assert back["website"] == other_before["website"]
    assert {p["number"][-4:]: p["note"] for p in back["phones"]} == {"1111": "仓库", "2222": "晚上打"}
    assert [p["note"] for p in survivor["phones"] if p["number"].endswith("1111")] == [None]
    jobs = store.reader().pointing("job", "customer", other)
    assert {j["parent_title"] for j in jobs} == {"林晓棠", "何嘉木"}
    assert merging.merges(store, "customer") == []
    assert str(history.steps(store, 1)[0]) == "“云杉谷酒店管理有限公司” split from “云杉谷酒店” again"
    assert (
        str(history.steps(store, 1)[0].done) == "“云杉谷酒店管理有限公司” was split from “云杉谷酒店” again"
    )
    assert_well(store)


def test_all_its_days_are_left_right_after_a_merge(store: Store) -> None:
    one, other = two(store)
    merging.merge(store, "customer", [one, other], one)
    (made,) = merging.merges(store, "customer", one)
    assert made.days_left == merging.DAYS


def test_a_split_refused_says_why(store: Store) -> None:
    one, other = two(store)
    with store.step("New") as step:
        third = step.insert("customer", {"name": "鹿溪堂"})
    merging.merge(store, "customer", [one, other], one)
    (first,) = merging.merges(store, "customer", one)
    merging.merge(store, "customer", [one, third], third)
    with pytest.raises(Known, match=r"was itself merged into .* since. Split that one again first"):
        merging.split(store, first.step)
    (last,) = merging.merges(store, "customer", third)
    merging.split(store, last.step)
    merging.split(store, first.step)
    with pytest.raises(Known, match="split again already"):
        merging.split(store, first.step)
    with pytest.raises(Known, match="isn't a merge"):
        merging.split(store, 1)
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(days=92), tick=True):
        merging.merge(store, "customer", [one, other], one)
    with pytest.raises(Known, match="92 days old"):
        merging.split(store, history.steps(store, 1)[0].n)
    assert merging.merges(store, "customer") == []


def test_the_history_of_both_remains_and_the_bin_does_not_offer_half_a_record(store: Store) -> None:
    one, other = two(store)
    merging.merge(store, "customer", [one, other], one)
    assert history.of_record(store, "customer", other)
    assert any(c.values.get("name") for c in history.of_record(store, "customer", one))
    assert history.bin(store) == []
