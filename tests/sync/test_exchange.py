"""Two desktops and the shared database: what one does the other has, and nothing is lost."""

from __future__ import annotations

from typing import Any

from freecrm.store import undo
from freecrm.sync import outbox
from freecrm.sync.exchange import exchange
from tests.sync.conftest import Desktop, Firm


def conflicts(desktop: Desktop) -> list[dict[str, Any]]:
    return list(desktop.all("conflict").values())


def test_a_record_travels_with_its_rows(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}], grade="A", credit_limit=5_000_000)
    a.sync()
    b.sync()
    got = b.get("customer", id)
    assert got is not None
    assert (got["name"], got["grade"], got["credit_limit"]) == ("云杉谷酒店", "A", 5_000_000)
    assert [row["number"] for row in got["phones"]] == ["+8657100006600"]
    assert got["main_phone"] == "+8657100006600"
    assert [hit.record["name"] for hit in b.store.reader().find("ysg")] == ["云杉谷酒店"]
    assert b.sync().received == 0
    assert outbox.waiting(b.store.read()) == 0


def test_different_fields_merge_without_a_word(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", id, grade="A")
    b.set("customer", id, credit_limit=100)
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert (got["grade"], got["credit_limit"]) == ("A", 100)
        assert conflicts(one) == []


def test_the_same_field_is_asked_about(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    firm.settle()
    (seen,), (other,) = conflicts(a), conflicts(b)
    assert seen == other
    grades = {one.get("customer", id)["grade"] for one in pair}  # type: ignore[index]
    assert grades == {"B"}  # the later change stands for now
    assert (seen["field"], seen["base"], seen["kept"], seen["other"]) == ("grade", '"C"', '"B"', '"A"')
    assert (seen["kept_by"], seen["other_by"]) == (b.person, a.person)
    assert (seen["parent"], seen["parent_entity"]) == (id, "customer")
    assert seen["other_device"] == "PC of lin"


def test_the_same_value_is_no_difference(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    for one in pair:
        one.set("customer", id, grade="A")
    firm.settle()
    assert conflicts(a) == conflicts(b) == []


def test_a_change_that_was_seen_is_no_difference(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.set("customer", id, grade="A")
    firm.settle()
    b.set("customer", id, grade="B")
    firm.settle()
    assert conflicts(a) == conflicts(b) == []
    assert a.get("customer", id)["grade"] == "B"  # type: ignore[index]


def test_a_deletion_travels(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    firm.settle()
    assert b.get("customer", id) is None
    assert b.all("phone") == {}
    assert [hit for hit in b.store.reader().find("云杉") if hit.entity == "customer"] == []


def test_an_edit_wins_over_a_deletion(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    b.set("customer", id, grade="A")
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert got["grade"] == "A"
        assert [row["number"] for row in got["phones"]] == ["+8657100006600"]
        assert [(row["field"], row["kept"], row["other"]) for row in conflicts(one)] == [
            ("", '"changed"', '"deleted"')
        ]


def test_a_deletion_that_comes_second_loses_too(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    b.set("customer", id, grade="A")
    b.sync()
    a.drop("customer", id)
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert (got["grade"], len(got["phones"]), len(conflicts(one))) == ("A", 1, 1)


def test_a_note_on_what_is_deleted_brings_it_back(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    with b.store.step("Noted") as step:
        step.insert("note", {"parent": id, "parent_entity": "customer", "text": "要夜间施工"})
    a.sync()
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert (len(got["phones"]), len(one.all("note")), len(conflicts(one))) == (1, 1, 1)


def test_a_deletion_undone_is_back_for_all(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    firm.settle()
    assert b.get("customer", id) is None
    undo.undo(a.store)
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert (got["name"], len(got["phones"])) == ("云杉谷酒店", 1)
        assert conflicts(one) == []


def test_who_did_it_stands_in_the_history(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    (who, origin) = (
        b.store.read()
        .execute("SELECT s.who, s.origin FROM change c JOIN step s ON s.n = c.step WHERE c.id = ?", (id,))
        .fetchone()
    )
    assert (who, origin) == (a.person, "sync")


def test_an_import_goes_out_in_batches(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    with a.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name"], [(f"客户 {n}",) for n in range(2_345)])
    assert a.sync().sent == 2_345
    assert b.sync().received == 2_345
    assert len(b.store.read().execute("SELECT id FROM customer").fetchall()) == 2_345


def test_the_same_batch_twice_has_one_effect(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    a.add(name="云杉谷酒店")
    sealed = outbox.seal(a.store)
    assert sealed is not None
    client = a.store.read().execute("SELECT value ->> '$.client' FROM sync_meta").fetchone()[0]
    first = a.server.push(client, sealed.batch, sealed.payload)
    a.set("customer", next(iter(a.all("customer"))), grade="A")  # typed before the answer came
    assert a.server.push(client, sealed.batch, sealed.payload) == first
    firm.settle()
    assert [row["grade"] for row in b.all("customer").values()] == ["A"]


def test_what_comes_back_as_it_went_out_only_gets_its_version(pair: tuple[Desktop, Desktop]) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}], grade="A")
    c = a.store.read()
    logged = "SELECT count(*) FROM change"
    before = c.execute(logged).fetchone()
    assert (a.sync().sent, c.execute(logged).fetchone()) == (2, before)
    assert c.execute(
        "SELECT min(seq) > 0 FROM (SELECT seq FROM customer UNION SELECT seq FROM phone)"
    ).fetchone()[0]
    b.sync()
    b.set("customer", id, grade="B")
    b.sync()
    a.set("customer", id, credit_limit=100)
    a.sync()
    assert a.sync().received == 0
    got = a.get("customer", id)
    assert got is not None
    assert (got["grade"], got["credit_limit"], conflicts(a)) == ("B", 100, [])


def test_a_first_exchange_in_many_pages(firm: Firm, pair: tuple[Desktop, Desktop]) -> None:
    a, _b = pair
    with a.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name", "grade"], [(f"客户 {n}", "ABC"[n % 3]) for n in range(95)])
    a.sync()
    new = firm.desktop("zhou")
    told: list[tuple[int, int]] = []
    exchange(new.store, new.server, lambda done, total: told.append((done, total)), page=10)
    assert len(told) > 9
    assert told[-1][0] == told[-1][1]
    assert sorted(v["name"] for v in new.all("customer").values()) == sorted(
        v["name"] for v in a.all("customer").values()
    )
    assert [hit.record["name"] for hit in new.store.reader().find("客户 94")] == ["客户 94"]
    assert new.sync().sent == 0
    new.set("customer", next(iter(new.all("customer"))), remark="x")
    assert new.sync().sent == 1


def test_what_was_made_and_deleted_again_waits_no_longer(pair: tuple[Desktop, Desktop]) -> None:
    a, _b = pair
    a.drop("customer", a.add(name="云杉谷酒店"))
    assert outbox.waiting(a.store.read()) == 1
    assert a.sync().sent == 0
    assert outbox.waiting(a.store.read()) == 0
