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
