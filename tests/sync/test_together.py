"""What each did was right for itself; put together it must be, too, and the same everywhere."""

from __future__ import annotations

from typing import Any

from freecrm.store import check
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import contents

Pair = tuple[Desktop, Desktop]


def conflicts(desktop: Desktop) -> list[tuple[Any, ...]]:
    return sorted((row["field"], row["kept"], row["other"]) for row in desktop.all("conflict").values())


def people(*desktops: Desktop) -> None:
    for one in desktops:
        with desktops[0].store.step("Person") as step:
            step.insert("user", {"name": one.name}, id=one.person)


def well(*desktops: Desktop) -> None:
    for one in desktops:
        assert [str(what) for what in check.check(one.store)] == []
        assert contents(one) == contents(desktops[0])


def test_two_moves_that_make_a_ring(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    one, other = a.add(name="云杉谷集团"), a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", one, group=other)
    b.set("customer", other, group=one)
    firm.settle()
    groups = {a.get("customer", id)["group"] for id in (one, other)}  # type: ignore[index]
    assert None in groups
    assert groups & {one, other}
    assert [row[0] for row in conflicts(a)] == ["group"]
    a.set("customer", one, name="云杉谷控股")
    firm.settle()
    well(a, b)


def test_a_tree_turned_round_is_no_ring(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    one, other = a.add(name="云杉谷集团"), a.add(name="云杉谷酒店")
    a.set("customer", one, group=other)
    firm.settle()
    a.set("customer", one, group=None)
    a.set("customer", other, group=one)
    a.set("customer", one, name="云杉谷控股")  # so that it stands behind in the batch
    firm.settle()
    assert (b.get("customer", other)["group"], conflicts(b)) == (one, [])  # type: ignore[index]
    well(a, b)


def test_each_above_the_other(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    firm_id = a.add(name="云杉谷酒店")
    lin, wang = (a.add("contact", name=name, jobs=[{"customer": firm_id}]) for name in ("林", "王"))
    firm.settle()

    def job(desktop: Desktop, person: bytes) -> bytes:
        return desktop.get("contact", person)["jobs"][0]["id"]  # type: ignore[index,no-any-return]

    link = next(f.name for f in a.store.schema.fields("job").values() if getattr(f, "above", ""))
    a.set("job", job(a, lin), **{link: wang})
    b.set("job", job(b, wang), **{link: lin})
    firm.settle()
    assert [row[0] for row in conflicts(a)] == [link]
    well(a, b)


def test_who_is_named_is_not_deleted_without_a_word(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    group, hotel = a.add(name="云杉谷集团"), a.add(name="云杉谷酒店")
    firm.settle()
    a.drop("customer", group)
    b.set("customer", hotel, group=group)
    firm.settle()
    assert a.get("customer", hotel)["group"] == group  # type: ignore[index]
    assert group in a.all("customer")
    assert conflicts(a) == [("", '"changed"', '"deleted"')]
    well(a, b)


def test_a_deletion_of_whom_one_named_oneself_stands(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    group, hotel = a.add(name="云杉谷集团"), a.add(name="云杉谷酒店")
    a.set("customer", hotel, group=group)
    firm.settle()
    a.drop("customer", group)
    firm.settle()
    assert b.all("customer").keys() == {hotel}
    assert conflicts(b) == []
    well(a, b)


def test_a_person_added_to_a_firm_that_is_deleted(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    hotel = a.add(name="云杉谷酒店")
    firm.settle()
    b.drop("customer", hotel)
    b.sync()
    lin = a.add("contact", name="林", jobs=[{"customer": hotel}])
    firm.settle()
    for one in pair:
        assert hotel in one.all("customer")
        assert one.get("contact", lin)["jobs"][0]["customer"] == hotel  # type: ignore[index]
    well(a, b)


def test_the_same_tag_added_twice_is_one(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", id, tags=[{"word": "重点"}])
    b.set("customer", id, tags=[{"word": "重点"}, {"word": "展会"}])
    firm.settle()
    assert sorted(row["word"] for row in a.get("customer", id)["tags"]) == ["展会", "重点"]  # type: ignore[index]
    assert conflicts(a) == []
    well(a, b)
    a.set("customer", id, tags=[])
    a.set("customer", id, tags=[{"word": "重点"}])
    firm.settle()
    assert [row["word"] for row in b.get("customer", id)["tags"]] == ["重点"]  # type: ignore[index]
    well(a, b)


def test_a_tag_added_wins_over_one_taken_off(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店", tags=[{"word": "重点"}])
    firm.settle()
    a.set("customer", id, tags=[])
    b.set("customer", id, tags=[])
    b.set("customer", id, tags=[{"word": "重点"}])
    firm.settle()
    assert [row["word"] for row in b.get("customer", id)["tags"]] == ["重点"]  # type: ignore[index]
    well(a, b)


def test_a_number_used_twice_is_asked_about(firm: Firm, pair: Pair) -> None:
    a, b = pair
    one, other = a.add(name="云杉谷酒店", code="1001"), b.add(name="海口水厂", code=" 1001")
    firm.settle()
    (seen,) = b.all("conflict").values()
    assert (seen["field"], seen["parent"], seen["of_row"]) == ("code", other, one.hex().upper())
    assert {row["code"].strip() for row in a.all("customer").values()} == {"1001"}
    b.set("customer", other, name="海口自来水厂")
    firm.settle()
    assert len(a.all("conflict")) == 1  # said once
    b.set("customer", other, code="1002")
    b.set("conflict", next(iter(b.all("conflict"))), ended="written")
    firm.settle()
    assert [row["ended"] for row in a.all("conflict").values()] == ["written"]


def test_lines_of_a_long_text_are_put_together(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店", remark="周一来电\n要夜间施工\n下月付款")
    firm.settle()
    a.set("customer", id, remark="周一来电,找林工\n要夜间施工\n下月付款")
    b.set("customer", id, remark="周一来电\n要夜间施工\n下月付款\n先付三成")
    for _ in range(2):
        firm.settle()
    assert [one.get("customer", id)["remark"] for one in pair] == [  # type: ignore[index]
        "周一来电,找林工\n要夜间施工\n下月付款\n先付三成"
    ] * 2
    assert [row["ended"] for row in b.all("conflict").values()] == ["written"]
    well(a, b)


def test_the_same_line_stays_a_question(firm: Firm, pair: Pair) -> None:
    a, b = pair
    people(a, b)
    id = a.add(name="云杉谷酒店", remark="周一来电\n要夜间施工")
    firm.settle()
    a.set("customer", id, remark="周二来电\n要夜间施工")
    b.set("customer", id, remark="周三来电\n要夜间施工")
    firm.settle()
    assert conflicts(a) == [("remark", '"周三来电\\n要夜间施工"', '"周二来电\\n要夜间施工"')]
    well(a, b)
