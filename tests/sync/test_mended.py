"""What random offices, kills and hard looks brought to light, one small story each."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import partial
from typing import Any

import pytest
import time_machine

from freecrm.core.custom import fixed_id
from freecrm.modules import model
from freecrm.store import check, merging, undo
from freecrm.store.database import open_store
from freecrm.sync import books, exchange, notes, outbox
from freecrm.sync.server import Behind
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import Breaking, Crash, Typing, contents, copy_server, put_back

Pair = tuple[Desktop, Desktop]


def conflicts(desktop: Desktop) -> list[tuple[Any, ...]]:
    return sorted((row["field"], row["kept"], row["other"]) for row in desktop.all("conflict").values())


def well(*desktops: Desktop) -> None:
    for one in desktops:
        said = [str(what) for what in check.check(one.store)]
        assert not [what for what in said if "Change" not in what and "change by" not in what], said
        assert contents(one) == contents(desktops[0])


def client(desktop: Desktop) -> str:
    held = books.read(desktop.store.read())
    assert held is not None
    return held.client


def test_a_pull_cut_off_between_pages_goes_on_there(pair: Pair) -> None:
    a, b = pair
    for n in range(12):
        a.add(name=f"客户{n}")
    a.sync()
    before = client(b)
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "pull", 2, late=False), page=5)
    assert b.sync().received == 7
    assert client(b) == before
    well(a, b)


def test_a_row_changed_under_a_deleted_record_brings_it_back(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}, {"number": "+8657100006611"}])
    firm.settle()
    phone = b.get("customer", id)["phones"][0]["id"]  # type: ignore[index]
    a.drop("customer", id)
    b.set("phone", phone, number="+8657100007700")
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert {row["number"] for row in got["phones"]} == {"+8657100007700", "+8657100006611"}
    well(a, b)


def test_differences_go_with_their_record(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    a.sync()
    b.sync()
    with pytest.raises(Crash):  # the record came, the difference did not yet
        exchange.exchange(a.store, Breaking(a.server, "pull", 2, late=False), page=1)
    a.drop("customer", id)
    firm.settle()
    assert [one.get("customer", id) for one in pair] == [None, None]
    assert conflicts(a) == conflicts(b) == []
    well(a, b)


def test_rows_moved_to_what_was_deleted_bring_it_back(firm: Firm, pair: Pair) -> None:
    from freecrm.store import merging

    a, b = pair
    one, other = a.add(name="云杉谷酒店"), a.add(name="云杉谷", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", one)
    merging.merge(b.store, "customer", [one, other], one)
    a.sync()
    b.sync()
    firm.settle()
    for desktop in pair:
        got = desktop.get("customer", one)
        assert got is not None
        assert [row["number"] for row in got["phones"]] == ["+8657100006600"]
    well(a, b)


def test_a_copied_file_loses_nothing(firm: Firm, pair: Pair) -> None:
    """Both say the same name to the server; the second batch of that number is not taken for the first."""
    a, b = pair
    a.store.close()
    shutil.copyfile(a.path, firm.folder / "copy.freecrm")
    a.store = open_store(a.path, model())
    copied = open_store(firm.folder / "copy.freecrm", model())
    here = a.add(name="在这里")
    with copied.step("Made") as step:
        there = step.insert("customer", {"name": "在那里"})
    first, second = outbox.seal(a.store), outbox.seal(copied)
    assert first is not None
    assert second is not None
    a.server.push(client(a), first.batch, first.payload)
    with pytest.raises(Behind):
        a.server.push(client(a), second.batch, second.payload)
    exchange.exchange(copied, a.server)
    copied.close()
    firm.settle()
    assert {here, there} <= b.all("customer").keys()


def test_a_copy_that_says_where_it_is_gets_a_name_of_its_own(firm: Firm, pair: Pair) -> None:
    a, _b = pair
    before = client(a)
    exchange.exchange(a.store, a.server, place="lin")
    assert client(a) == before
    exchange.exchange(a.store, a.server, place="another computer")
    assert client(a) != before


def test_what_was_refused_is_put_back_though_the_answer_came_last(firm: Firm, pair: Pair) -> None:
    """The batch is known as sent, and the computer goes out before the record was put back."""
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    with firm.admin() as admin:
        admin.execute(
            """UPDATE sync.member SET admin = false, reach = '{"*": {"change": "none"}}' WHERE person = %s""",
            (b.person.hex(),),
        )
    b.set("customer", id, grade="A")
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "fetch", 1, late=False))
    outcome = b.sync()
    assert outcome.refused == 1
    assert b.get("customer", id)["grade"] == "C"  # type: ignore[index]
    (why, data) = b.store.read().execute("SELECT why, data FROM sync_note").fetchone()
    assert (why, '"A"' in data) == ("change", True)
    assert b.sync().refused == 0


def test_nothing_names_a_new_record_that_was_refused(firm: Firm) -> None:
    """A customer may not be made, all else may: what named it lets go of it, for everybody, and what went is in a note."""
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    firm.settle()
    reach = '{"customer": {"create": "none"}}'
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET reach = %s WHERE person = %s", (reach, b.person.hex()))
    other = a.add(name="晴川电子")
    a.sync()
    b.sync()
    id = b.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    person = b.add("contact", name="祁月", jobs=[{"customer": id, "job": "工程经理"}, {"customer": other}])
    deal = b.add("deal", name="热水改造", customer=id)
    talk = b.add("activity", subject="谈过", result="要夜间施工", customer=id, kind="call", state="done")
    with pytest.raises(Crash):  # between the answer and what follows from it
        exchange.exchange(b.store, Breaking(b.server, "fetch", 1, late=False))
    assert b.sync().refused == 2
    firm.settle()
    for one in (a, b):
        assert one.all("customer").keys() == {other}
        assert [row["customer"] for row in one.all("job").values()] == [other]
        assert one.get("contact", person)["firm"] == "晴川电子"  # type: ignore[index]
        assert one.get("deal", deal)["customer"] is None  # type: ignore[index]
        assert one.get("activity", talk) is None
    well(a, b)
    told = notes.unseen(b.store)
    assert told is not None
    for typed in ("云杉谷酒店", "工程经理", "要夜间施工"):
        assert typed in told[1]
    assert b.sync().sent == 0


def test_what_may_no_longer_be_seen_goes(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    own, other = a.add(name="自己的", owner_user=b.person), a.add(name="别人的", owner_user=a.person)
    firm.settle()
    assert b.all("customer").keys() == {own, other}
    draft = b.add("note", parent=other, parent_entity="customer", text="没发出去")
    with firm.admin() as admin:
        admin.execute(
            "UPDATE sync.member SET version = version + 1,"
            """ reach = '{"customer": {"see": "own", "change": "own", "create": "own"}}' WHERE person = %s""",
            (b.person.hex(),),
        )
    b.sync()
    assert b.all("customer").keys() == {own}
    assert draft not in b.all("note")
    assert "没发出去" in b.store.read().execute("SELECT data FROM sync_note").fetchone()[0]
    assert a.all("customer").keys() == {own, other}  # nothing was deleted
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET version = version + 1, reach = '{}'")
    firm.settle()
    assert b.all("customer").keys() == {own, other}


def test_what_was_made_just_before_the_rights_shrank_goes(firm: Firm) -> None:
    """It went out and never came back: without a version of its own it is still nobody's to keep."""
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    firm.settle()
    id = b.add(name="云杉谷酒店", owner_user=a.person, phones=[{"number": "+8657100006600"}])
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "news", 1, late=False))
    with firm.admin() as admin:
        admin.execute(
            "UPDATE sync.member SET version = version + 1,"
            """ reach = '{"customer": {"see": "own"}}' WHERE person = %s""",
            (b.person.hex(),),
        )
    draft = b.add(name="没发出去")
    firm.settle()
    assert id in a.all("customer")
    assert b.all("customer").keys() == {draft}
    assert b.all("phone") == {}


def narrow(firm: Firm, desktop: Desktop, reach: str) -> None:
    with firm.admin() as admin:
        admin.execute(
            "UPDATE sync.member SET version = version + 1, reach = %s WHERE person = %s",
            (reach, desktop.person.hex()),
        )


def test_what_is_made_for_somebody_else_does_not_stay(firm: Firm) -> None:
    """Who may create for all but sees their own keeps nothing of it on their disk."""
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    narrow(firm, b, '{"customer": {"see": "own"}, "contact": {"see": "own"}}')
    firm.settle()
    own = b.add(name="晴川电子", owner_user=b.person, phones=[{"number": "+8657100006611"}])
    id = b.add(name="云杉谷酒店", owner_user=a.person, phones=[{"number": "+8657100006600"}])
    person = b.add("contact", name="陈", jobs=[{"customer": id, "primary": True}])
    b.sync()
    assert b.all("customer").keys() == {own}
    assert len(b.all("phone")) == 1
    assert b.all("contact") == b.all("job") == {}
    assert not b.store.read().execute("SELECT 1 FROM sync_tomb").fetchone()  # it is no deletion
    assert outbox.waiting(b.store.read()) == 0
    a.sync()
    assert a.all("customer").keys() == {own, id}
    assert a.all("contact").keys() == {person}
    assert b.sync().sent == 0
    assert a.sync().received == 0


def test_what_was_made_for_somebody_else_goes_though_the_answer_got_lost(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    narrow(firm, b, '{"customer": {"see": "own"}}')
    firm.settle()
    id = b.add(name="云杉谷酒店", owner_user=a.person)
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "news", 1, late=False), greeted=True)
    draft = b.add(name="没发出去", owner_user=a.person)
    b.cut()
    b.sync()
    assert b.all("customer") == {}
    a.sync()
    assert a.all("customer").keys() == {id, draft}


def test_what_may_no_longer_be_seen_is_not_named_elsewhere(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    role = a.add("role", name="Own", grants='{"*": {"see": "own"}}')
    with a.store.step("People") as step:
        step.insert("user", {"name": "shen", "role": role}, id=b.person)
    mine, other = (a.add(name=name, owner_user=b.person) for name in ("云杉谷酒店", "晴川电子"))
    person = a.add("contact", name="陈", jobs=[{"customer": other, "primary": True}, {"customer": mine}])
    firm.settle()
    assert b.get("contact", person)["firm"] == "晴川电子"  # type: ignore[index]
    a.set("customer", other, owner_user=a.person)
    firm.settle()
    assert b.all("customer").keys() == {mine}
    assert b.get("contact", person)["firm"] == "云杉谷酒店"  # type: ignore[index]


def test_a_field_shown_again_comes(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    hide = """UPDATE sync.member SET version = version + 1, hide = %s WHERE person = %s"""
    with firm.admin() as admin:
        admin.execute(hide, ('{"customer": ["credit_limit"]}', b.person.hex()))
    id = a.add(name="云杉谷酒店", credit_limit=500)
    firm.settle()
    assert b.get("customer", id)["credit_limit"] is None  # type: ignore[index]
    with firm.admin() as admin:
        admin.execute(hide, ("{}", b.person.hex()))
    b.sync()
    assert b.get("customer", id)["credit_limit"] == 500  # type: ignore[index]
    with firm.admin() as admin:
        admin.execute(hide, ('{"customer": ["credit_limit"]}', b.person.hex()))
    b.sync()
    assert b.get("customer", id)["credit_limit"] is None  # type: ignore[index]
    assert a.get("customer", id)["credit_limit"] == 500  # type: ignore[index]


def test_which_phone_comes_first_is_the_same_everywhere(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    for one, number in ((a, "+8657100006600"), (b, "+8657100007700")):
        one.add("phone", parent=id, parent_entity="customer", number=number)
    firm.settle()
    well(a, b)


def test_a_server_put_back_hears_of_deletions_again(firm: Firm) -> None:
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    stays, goes, back = (a.add(name=name, phones=[{"number": "+8657100006600"}]) for name in "留走回")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.set("customer", goes, grade="A")
    a.drop("customer", back)
    firm.settle()
    a.drop("customer", goes)
    a.sync()
    b.sync()  # c has not heard of the deletion, but of the change before it
    undo.undo(
        a.store,
        a.store.read().execute("SELECT min(step) FROM change WHERE id = ? AND op = 2", (back,)).fetchone()[0],
    )
    a.sync()
    b.sync()
    with firm.admin() as admin:
        put_back(admin)
    for order in ((c, b, a), (a, c, b)):
        for one in order:
            one.sync()
    firm.settle()
    for one in (a, b, c):
        assert one.all("customer").keys() == {stays, back}
        assert len(one.all("phone")) == 2
    assert conflicts(a) == []
    well(a, b, c)


def test_what_went_out_just_before_a_backup_is_offered_to_a_server_put_back(firm: Firm, pair: Pair) -> None:
    """Sent, not come back yet, and then under a new name: it still goes out again."""
    a, b = pair
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店")
    with pytest.raises(Crash):
        exchange.exchange(a.store, Breaking(a.server, "news", 1, late=False))
    exchange.exchange(a.store, Breaking(a.server, "none", 1, late=False), place="elsewhere")
    with firm.admin() as admin:
        put_back(admin)
    firm.settle()
    assert id in b.all("customer")


def test_a_server_put_back_hears_of_differences_again(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    firm.settle()
    before = conflicts(a)
    with firm.admin() as admin:
        put_back(admin)
    firm.settle()
    assert set(before) <= set(conflicts(a))
    well(a, b)


def test_a_difference_comes_back_with_its_record(firm: Firm) -> None:
    """The server was put back, and one who knew of neither deleted the record: the difference is offered while it is
    deleted, and then a change brings it back."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "+8657100006600"}])
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    firm.settle(a, b)
    c.drop("customer", id)
    with firm.admin() as admin:
        put_back(admin)
    c.sync()
    firm.settle(b, a)
    firm.settle()
    (difference,) = [row for row in conflicts(a) if row[0] == "grade"]
    assert set(difference[1:]) == {'"A"', '"B"'}
    assert len(b.get("customer", id)["phones"]) == 1  # type: ignore[index]
    well(a, b, c)


def test_rows_offered_again_come_back_with_a_record_whose_deletion_was_taken_back(firm: Firm) -> None:
    """The server is put back to where the record was deleted; what was given to it after its return is offered."""
    a, b = (firm.desktop(name) for name in ("lin", "shen"))
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.drop("customer", id)
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    undo.undo(a.store)
    firm.settle()
    a.set("customer", id, grade="A", phones=[{"number": "+8657100006600"}])
    b.set("customer", id, grade="B")
    firm.settle()
    before = conflicts(a)
    with firm.admin() as admin:
        put_back(admin)
    firm.settle(b)
    firm.settle()
    for one in (a, b):
        got = one.get("customer", id)
        assert got is not None
        assert [row["number"] for row in got["phones"]] == ["+8657100006600"]
    assert [row[0] for row in before] == ["grade"]
    assert set(before) <= set(conflicts(a))
    well(a, b)


def test_what_went_with_a_record_stays_where_its_deletion_is_offered_in_vain(firm: Firm) -> None:
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "+8657100006600"}])
    firm.settle()
    b.set("customer", id, grade="B")
    a.set("customer", id, grade="A")
    firm.settle(a, c)
    firm.settle(b, a)
    before = conflicts(a)
    assert [row[0] for row in before] == ["grade"]
    with pytest.raises(Crash):  # it hears of the record, and no more of the difference
        exchange.exchange(c.store, Breaking(c.server, "pull", 2, late=False), page=1)
    c.drop("customer", id)
    firm.settle(c, b)
    assert b.all("customer") == {}
    with firm.admin() as admin:
        put_back(admin)
    a.set("customer", id, remark="夜间施工")
    a.sync()
    firm.settle(b, c)
    firm.settle()
    for one in (a, b, c):
        got = one.get("customer", id)
        assert got is not None
        assert len(got["phones"]) == 1
    assert set(before) <= set(conflicts(a))
    well(a, b, c)


@pytest.mark.parametrize("order", ["bca", "cba", "abc", "acb"])
def test_a_deletion_lost_with_the_server_stands_against_the_creation_before_it(
    firm: Firm, order: str
) -> None:
    """Whoever made the record has not heard of its deletion, and tells of it again."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    b.drop("customer", id)
    firm.settle(b, c)
    with firm.admin() as admin:
        put_back(admin)
    firm.settle(*({"a": a, "b": b, "c": c}[name] for name in order))
    firm.settle()
    for one in (a, b, c):
        assert one.all("customer") == {}
        assert one.all("phone") == {}
    assert conflicts(a) == []
    well(a, b, c)


@pytest.mark.parametrize("most", [2, 3, 4, 5, 6, 1000])
@pytest.mark.parametrize("known", [True, False])
def test_a_row_goes_out_with_the_record_that_it_was_moved_to(
    firm: Firm, pair: Pair, known: bool, most: int
) -> None:
    """Though that was made later, and goes out in another batch."""
    from freecrm.store import merging

    a, b = pair
    one = a.add(name="云杉谷", phones=[{"number": "+8657100006600"}])
    if known:
        firm.settle()
    phone = a.get("customer", one)["phones"][0]["id"]  # type: ignore[index]
    a.set("phone", phone, number="+8657100007700")
    for n in range(3):
        a.add(name=f"客户{n}")
    other = a.add(name="云杉谷酒店")
    merging.merge(a.store, "customer", [one, other], other)
    exchange.exchange(a.store, a.server, most=most)
    firm.settle()
    got = b.get("customer", other)
    assert got is not None
    assert [(row["id"], row["number"]) for row in got["phones"]] == [(phone, "+8657100007700")]
    assert one not in b.all("customer")
    assert conflicts(a) == []
    assert not a.store.read().execute("SELECT 1 FROM sync_note").fetchone()
    with firm.admin() as admin:
        roots = "SELECT root FROM sync.rec WHERE id = %s"
        assert admin.execute(roots, (phone.hex(),)).fetchone()[0].bytes == other
    well(a, b)


def test_what_was_typed_before_a_server_was_put_back_is_no_old_version(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", id, name="云杉谷大酒店")
    with firm.admin() as admin:
        put_back(admin)
    firm.settle()
    assert [one.get("customer", id)["name"] for one in (a, b)] == ["云杉谷大酒店"] * 2  # type: ignore[index]


def test_a_deletion_taken_back_is_a_word_against_another_deletion(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    a.drop("customer", id)
    b.drop("customer", id)
    a.sync()
    undo.undo(a.store)
    firm.settle()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert len(got["phones"]) == 1
    well(a, b)


def test_a_server_put_back_twice_is_offered_all_again(firm: Firm) -> None:
    a, b = (firm.desktop(name) for name in ("lin", "shen"))
    firm.member("wang")
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店", remark="alt")
    firm.settle()
    c = firm.desktop("wang")
    with firm.admin() as admin:
        put_back(admin)
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "push", 1, late=False))
    c.add(name="另一家")
    c.sync()
    with firm.admin() as admin:
        put_back(admin)
    b.set("customer", id, remark="neu")
    b.sync()
    c.cut()
    firm.settle(b, c)
    assert c.get("customer", id)["remark"] == "neu"  # type: ignore[index]
    firm.settle()
    well(a, b, c)


def test_a_server_put_back_is_known_as_such_while_all_is_asked_for_again(firm: Firm, pair: Pair) -> None:
    a, b = pair
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET version = version + 1")
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "news", 1, late=False))
    with firm.admin() as admin:
        put_back(admin)
    b.sync()
    c = Desktop(firm, "lin", firm.folder / "new.freecrm", a.person)
    c.sync()
    assert id in c.all("customer")
    c.close()


def test_a_server_put_back_before_anything_came_in_is_known_as_such(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    firm.member("wang")
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        put_back(admin)
    with pytest.raises(Crash):  # all is offered again, and nothing comes in
        exchange.exchange(b.store, Breaking(b.server, "news", 1, late=False))
    with firm.admin() as admin:
        put_back(admin)
    b.set("customer", id, grade="A")
    b.sync()
    c = firm.desktop("wang")
    c.sync()
    assert c.get("customer", id)["grade"] == "A"  # type: ignore[index]


def typed_and_deleted(firm: Firm) -> bool:
    """Whether what was typed before a deletion that is refused is there."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    firm.settle()
    id = a.add(name="云杉谷酒店")
    firm.settle()
    b.set("customer", id, grade="A")
    b.sync()
    a.set("customer", id, remark="夜间施工")
    a.drop("customer", id)
    firm.settle()
    return [one.get("customer", id)["remark"] for one in (a, b)] == ["夜间施工"] * 2  # type: ignore[index]


def test_what_was_typed_before_a_deletion_that_is_refused_stays(firm: Firm) -> None:
    assert typed_and_deleted(firm)


def read_and_put_back(firm: Firm) -> bool:
    """Whether one who only read hears of what was done after the server was put back."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.add(name="vorher")
    firm.settle(a, b)
    with firm.admin() as admin:
        put_back(admin)
    after = c.add(name="nachher")  # gets the number that the other one had
    c.sync()
    b.sync()
    return after in b.all("customer")


def test_who_only_read_hears_of_what_was_done_after_the_server_was_put_back(firm: Firm) -> None:
    assert read_and_put_back(firm)


def typed_before_the_answer(firm: Firm) -> bool:
    """Whether what was typed while an answer was lost goes out."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    firm.settle()
    id = a.add(name="云杉谷酒店")
    with pytest.raises(Crash):
        exchange.exchange(a.store, Breaking(a.server, "push", 1, late=True))
    a.set("customer", id, remark="夜间施工")
    firm.settle()
    return b.get("customer", id)["remark"] == "夜间施工"  # type: ignore[index,no-any-return]


def test_what_was_typed_while_an_answer_was_lost_goes_out(firm: Firm) -> None:
    assert typed_before_the_answer(firm)


def test_a_difference_that_the_deleter_did_not_know_comes_back_when_that_is_taken_back(firm: Firm) -> None:
    """For others a page may even end between the two deletions, and the server be put back to there."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", id, remark="白天")
    a.sync()
    b.set("customer", id, remark="夜间")
    with pytest.raises(Crash):
        exchange.exchange(b.store, Breaking(b.server, "pull", 2, late=False), page=1)
    assert not conflicts(b)  # of his own edit he has heard, of the difference not
    b.add(name="垫一个")
    b.drop("customer", id)
    b.sync()
    with firm.admin() as admin:
        copy_server(admin)
    a.add(name="再来一个")
    a.sync()
    exchange.exchange(c.store, c.server, page=2)
    undo.undo(b.store)
    b.sync()
    c.sync()
    assert [row["field"] for row in c.all("conflict").values()] == ["remark"]
    with firm.admin() as admin:
        put_back(admin)
    c.sync()
    firm.settle()
    assert id in a.all("customer")
    assert [row["field"] for row in a.all("conflict").values()] == ["remark"]
    well(a, b, c)


def test_a_deletion_that_lost_says_nothing_of_empty_links(firm: Firm, pair: Pair) -> None:
    """Deleted, brought back and deleted again, it tells all that the record was worth: nobody stands there as nobody."""
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="B")
    firm.settle()
    b.set("customer", id, grade="A")
    b.sync()
    a.drop("customer", id)
    undo.undo(a.store)
    a.drop("customer", id)
    firm.settle()
    with firm.admin() as admin:
        data = admin.execute("SELECT data FROM sync.rec WHERE id = %s AND NOT del", (id.hex(),)).fetchone()[0]
    assert {name: value for name, value in data.items() if value is not None} == {
        "name": "云杉谷酒店",
        "kind": "company",
        "grade": "B",  # and what the other side made of it is a difference
    }
    assert [(field, other) for field, _kept, other in conflicts(a) if field] == [("grade", '"A"')]
    well(a, b)


HOBBY = fixed_id("custom_field", "customer", "x_hobby")


def hobby(desktop: Desktop) -> None:
    """The firm gets a field of its own: whoever makes it, it is the same one."""
    with desktop.store.step("Field made") as step:
        values = {"name": "Hobby", "key": "x_hobby", "on": "customer", "kind": "text"}
        step.insert("custom_field", values, id=HOBBY)


def test_what_two_made_the_same_is_not_deleted_by_who_knew_of_his_own_only(firm: Firm, pair: Pair) -> None:
    a, b = pair
    hotel = a.add(name="云杉谷酒店")
    firm.settle()

    hobby(a)
    a.set("customer", hotel, tags=[{"word": "重点"}])
    a.sync()
    undo.undo(a.store)
    undo.undo(a.store)
    hobby(b)
    b.set("customer", hotel, x_hobby="Tea", tags=[{"word": "重点"}])
    b.sync()
    firm.settle()
    for one in pair:
        got = one.get("customer", hotel)
        assert got is not None
        assert got["x_hobby"] == "Tea"
        assert [row["word"] for row in got["tags"]] == ["重点"]
    told = {(row["kept_by"], row["other_by"]) for row in a.all("conflict").values()}
    assert told == {(b.person, a.person)}
    well(a, b)


def test_what_two_made_the_same_outlives_a_server_put_back_in_between(firm: Firm, pair: Pair) -> None:
    a, b = pair
    hobby(a)
    a.sync()
    undo.undo(a.store)
    with firm.admin() as admin:
        copy_server(admin)
    hobby(b)
    b.sync()
    with firm.admin() as admin:
        put_back(admin)
    firm.settle()
    firm.settle()
    assert HOBBY in a.all("custom_field")
    assert conflicts(b) == [("", '"changed"', '"deleted"')]


def test_who_deletes_beside_a_difference_not_seen_yet_is_asked(firm: Firm, pair: Pair) -> None:
    """What lost against the deleter's own word keeps the record."""
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    b.set("customer", id, remark="夜间")
    a.set("customer", id, remark="白天")
    a.sync()
    b.sync()
    assert [other for _field, _kept, other in conflicts(b)] == ['"夜间"']
    a.drop("customer", id)
    firm.settle()
    assert id in a.all("customer")
    assert ("remark", '"白天"', '"夜间"') in conflicts(a)
    well(a, b)


def test_who_deletes_a_row_beside_a_difference_not_seen_yet_is_asked(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    firm.settle()
    (phone,) = a.all("phone")
    b.set("phone", phone, number="+8657100007700")
    a.set("phone", phone, number="+8657100008800")
    a.sync()
    b.sync()
    a.drop("phone", phone)
    firm.settle()
    assert a.get("phone", phone)["number"] == "+8657100008800"  # type: ignore[index]
    assert ("number", '"+8657100008800"', '"+8657100007700"') in conflicts(a)
    well(a, b)
    assert id in b.all("customer")


def test_who_deletes_having_seen_the_difference_is_not_asked(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    b.set("customer", id, remark="夜间")
    a.set("customer", id, remark="白天")
    firm.settle()
    assert conflicts(a)
    a.drop("customer", id)
    firm.settle()
    assert not b.all("customer")
    assert not conflicts(b)
    well(a, b)


def test_a_contact_that_comes_back_is_seen_with_its_customer_again(firm: Firm) -> None:
    """Deleted, it belongs to nobody's customer, and what is nobody's is everybody's to see."""
    a, b, c = firm.desktop("lin"), firm.desktop("shen"), firm.desktop("wang", gives_rights=False)
    reach = '{"*": {"see": "all"}, "customer": {"see": "own"}, "contact": {"see": "own"}}'
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET reach = %s WHERE person = %s", (reach, c.person.hex()))
    customer = a.add(name="云杉谷酒店", owner_user=a.person)
    person = a.add("contact", name="祁月", jobs=[{"customer": customer}])
    firm.settle()
    assert not c.all("contact")
    a.drop("contact", person)
    a.sync()
    b.set("contact", person, remark="只在下午")
    firm.settle()
    assert person in a.all("contact")
    assert not c.all("contact")
    assert not c.all("job")


def test_a_record_that_came_back_is_offered_by_who_saw_it_deleted_and_who_did_not(firm: Firm) -> None:
    """The server is put back to between a deletion and what called the record back, and hears of that first from one
    who does not know that it was deleted before."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店")
    firm.settle()
    b.set("customer", id, remark="夜间施工")
    a.drop("customer", id)
    a.sync()
    with firm.admin() as admin:
        copy_server(admin)
    firm.settle(b, c)
    firm.settle()
    assert id in c.all("customer")
    with firm.admin() as admin:
        put_back(admin)
    firm.settle(c, a)
    assert c.all("customer")[id]["remark"] == "夜间施工"
    firm.settle()
    well(a, b, c)


def test_what_is_typed_while_all_is_looked_at_anew_brings_back_what_was_deleted(
    firm: Firm, pair: Pair
) -> None:
    """The rights are others now, and a deletion has come that does not know of the change."""
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET version = version + 1 WHERE person = %s", (b.person.hex(),))
    a.drop("customer", id)
    a.sync()
    exchange.exchange(b.store, Typing(b.server, "news", lambda: b.set("customer", id, remark="夜间施工")))
    assert id in b.all("customer")
    firm.settle()
    assert a.all("customer")[id]["remark"] == "夜间施工"
    assert b.store.read().execute("SELECT 1 FROM sync_note").fetchone() is None
    well(a, b)


def tagged(desktop: Desktop, customer: bytes) -> None:
    desktop.add("tag", parent=customer, parent_entity="customer", word="重点")


def test_a_tag_made_while_its_deletion_came_in_stays_with_both(firm: Firm, pair: Pair) -> None:
    """Who deleted it knew of his own only, which had never gone out; the other one's clock is behind."""
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    tagged(a, id)
    a.drop("tag", next(iter(a.all("tag"))))
    exchange.exchange(a.store, a.server, most=1)

    def an_hour_ago() -> None:
        with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), tick=True):
            tagged(b, id)

    exchange.exchange(b.store, Typing(b.server, "news", an_hour_ago))
    firm.settle()
    assert [row["word"] for row in a.all("tag").values()] == ["重点"]
    well(a, b)


def test_a_row_moved_to_a_record_outlives_an_old_deletion_of_that(firm: Firm) -> None:
    """The server was put back; what it is offered says less than what was really done since."""
    a, b, c, d = (firm.desktop(name) for name in ("lin", "shen", "wang", "zhao"))
    one, other = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}]), a.add(name="竹海民宿")
    firm.settle()
    (phone,) = a.all("phone")
    with firm.admin() as admin:
        copy_server(admin)
    b.set("phone", phone, number="+8657100007700")
    firm.settle(b, c)
    c.drop("customer", other)
    firm.settle(c, b, a)
    with firm.admin() as admin:
        put_back(admin)
    merging.merge(d.store, "customer", [one, other], other)
    firm.settle(d, a)
    assert [row["parent"] for row in d.all("phone").values()] == [other]
    firm.settle()
    well(a, b, c, d)


def test_a_tag_made_once_more_outlives_its_old_deletion(firm: Firm) -> None:
    """The server was put back to before both, and hears of the deletion from one who knows of no more."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店")
    tagged(a, id)
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    (tag,) = a.all("tag")
    a.drop("tag", tag)
    firm.settle()
    tagged(b, id)
    firm.settle(b, a)
    with firm.admin() as admin:
        put_back(admin)
    firm.settle(a, b, c)
    firm.settle()
    assert tag in c.all("tag")
    well(a, b, c)


def test_who_deletes_after_a_server_was_put_back_is_not_asked(firm: Firm, pair: Pair) -> None:
    """What is offered says nothing new to who knows it."""
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.set("customer", id, remark="夜间")
    firm.settle()
    a.set("customer", id, remark="")
    firm.settle()
    with firm.admin() as admin:
        put_back(admin)
    a.sync()
    b.drop("customer", id)
    firm.settle()
    firm.settle()
    assert not a.all("customer")
    assert not conflicts(a)
    well(a, b)


def test_a_tag_made_once_more_before_it_is_known_that_the_server_was_put_back(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    tagged(a, id)
    firm.settle()
    a.drop("tag", next(iter(a.all("tag"))))
    firm.settle()
    with firm.admin() as admin:
        put_back(admin)
    tagged(b, id)
    firm.settle(a, b)
    firm.settle()
    assert [row["word"] for row in a.all("tag").values()] == ["重点"]
    well(a, b)


def test_a_row_offered_to_a_record_that_somebody_deleted_without_it_brings_it_back(firm: Firm) -> None:
    """The server was put back to before the row, and who deleted the record had never heard of that."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.add("phone", parent=id, parent_entity="customer", number="+8657100006600")
    firm.settle(a, b)
    with firm.admin() as admin:
        put_back(admin)
    c.drop("customer", id)
    firm.settle(c, b, a)
    firm.settle()
    assert [row["parent"] for row in c.all("phone").values()] == [id]
    assert id in c.all("customer")
    well(a, b, c)


@pytest.mark.parametrize("who", [0, 1], ids=["who made it", "who got it"])
def test_who_deletes_what_others_offer_is_not_asked(firm: Firm, pair: Pair, who: int) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.add("phone", parent=id, parent_entity="customer", number="+8657100006600")
    firm.settle()
    with firm.admin() as admin:
        put_back(admin)
    pair[who].drop("phone", next(iter(pair[who].all("phone"))))
    firm.settle(a, b)
    firm.settle()
    assert not a.all("phone")
    assert not b.all("phone")
    assert not conflicts(a)
    well(a, b)


def test_a_row_is_offered_with_its_record_though_that_never_came_back(firm: Firm, pair: Pair) -> None:
    """Somebody typed into the record while it was to come in, so that it is not known to have been there."""
    a, b = pair
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    exchange.exchange(a.store, Typing(a.server, "news", lambda: a.set("customer", id, grade="A")))
    with firm.admin() as admin:
        put_back(admin)
    firm.settle(a, b)
    firm.settle()
    assert [row["number"] for row in b.all("phone").values()] == ["+8657100006600"]
    assert b.all("customer")[id]["grade"] == "A"
    well(a, b)


def test_a_record_that_never_came_back_is_offered_to_a_server_put_back_again(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    with firm.admin() as admin:
        copy_server(admin)
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}])
    for remark in "一二三":
        typed = partial(a.set, "customer", id, remark=remark)
        exchange.exchange(a.store, Typing(a.server, "news", typed))
        with firm.admin() as admin:
            put_back(admin)
    firm.settle()
    firm.settle()
    assert [row["number"] for row in b.all("phone").values()] == ["+8657100006600"]
    assert b.all("customer")[id]["remark"] == "三"
    well(a, b)


def test_what_was_changed_since_is_no_less_so_for_having_been_offered(firm: Firm) -> None:
    """Whoever offers a row offers it with what was typed into it since; the deletion that the server lost is older."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    id = a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        copy_server(admin)
    a.add("phone", parent=id, parent_entity="customer", number="+8657100006600")
    firm.settle()
    c.drop("customer", id)
    firm.settle(c, b)
    with firm.admin() as admin:
        put_back(admin)
    a.set("phone", next(iter(a.all("phone"))), number="+8657100007700")
    firm.settle(a, b)
    assert [row["number"] for row in b.all("phone").values()] == ["+8657100007700"]
    firm.settle()
    well(a, b, c)
