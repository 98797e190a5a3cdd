"""A computer that holds a part: never more than the rights, never less than its own unsent work, and wider again whenever
that is wanted."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.store import check, history
from freecrm.sync import mending, outbox, part
from freecrm.sync.part import OWN, REGION, TEAM, Part
from tests.sync.conftest import Desktop, Firm
from tests.sync.postgres import Postgres

Trio = tuple[Desktop, Desktop, Desktop]


def person(boss: Desktop, one: Desktop, **values: Any) -> None:
    with boss.store.step("Person") as step:
        step.insert("user", {"name": one.name, **values}, id=one.person)


@pytest.fixture
def trio(firm: Firm) -> Trio:
    """The boss and two sellers; the first two are a team."""
    made = firm.desktop("lin"), firm.desktop("shen"), firm.desktop("wang")
    for one in made:
        person(made[0], one, team="华东" if one is not made[2] else "华南")
    firm.settle()
    return made


def customer(desktop: Desktop, owner: Desktop | None, name: str, city: str = "", **more: Any) -> bytes:
    places = [{"city": city}] if city else []
    return desktop.add(
        name=name,
        owner_user=owner.person if owner else None,
        phones=[{"number": "+8657100006600"}],
        addresses=places,
        **more,
    )


def names(desktop: Desktop) -> set[str]:
    return {row["name"] for row in desktop.all("customer").values()}


def whole(desktop: Desktop) -> set[str]:
    """Customers whose rows are here, too."""
    return {row["name"] for row in desktop.all("customer").values() if row["phones"]}


def test_own_team_and_all(firm: Firm, trio: Trio) -> None:
    lin, shen, _wang = trio
    for one in (*trio, None):
        customer(lin, one, one.name if one else "公海")
    firm.settle()
    everything = {"lin", "shen", "wang", "公海"}
    assert names(shen) == everything
    for kind, wanted in (
        (OWN, {"shen", "公海"}),
        (TEAM, {"lin", "shen", "公海"}),
        ("all", everything),
        (TEAM, everything - {"wang"}),
    ):
        part.choose(shen.store, Part(kind))
        shen.sync()
        assert names(shen) == whole(shen) == wanted, kind
        assert part.of(shen.store) == Part(kind)
        assert [str(one) for one in check.check(shen.store)] == []
    with firm.admin() as admin:  # nothing of it was a deletion
        assert admin.execute("SELECT count(*) FROM sync.rec WHERE del").fetchone() == (0,)
    part.choose(shen.store, Part())
    shen.sync()
    assert shen.server.digest(sorted(shen.store.model.entities)) == mending.digest(shen.store)


def test_what_comes_later_is_in_or_out(firm: Firm, trio: Trio) -> None:
    lin, shen, wang = trio
    part.choose(shen.store, Part(OWN))
    mine, other = customer(lin, shen, "mine"), customer(lin, wang, "other")
    firm.settle()
    assert whole(shen) == {"mine"}
    lin.set("customer", mine, owner_user=wang.person)
    lin.set("customer", other, owner_user=shen.person)
    firm.settle()
    assert names(shen) == whole(shen) == {"other"}
    lin.drop("customer", other)
    firm.settle()
    assert names(shen) == set()


def test_what_is_named_is_there_by_name(firm: Firm, trio: Trio) -> None:
    lin, shen, wang = trio
    other, quiet = customer(lin, wang, "别人的客户"), customer(lin, wang, "没关系的")
    firm.settle()
    part.choose(shen.store, Part(OWN))
    shen.sync()
    assert names(shen) == set()
    visit = lin.add("activity", subject="拜访", kind="visit", customer=other, owner_user=shen.person)
    firm.settle()
    got = shen.get("activity", visit)
    assert got is not None
    assert shen.store.reader().titles("customer", {got["customer"]}) == {other: "别人的客户"}
    assert whole(shen) == set()  # its name and no rows of it
    lin.set("customer", other, name="新名字")  # it follows
    firm.settle()
    assert names(shen) == {"新名字"}
    lin.set("activity", visit, customer=quiet)
    firm.settle()
    assert names(shen) == {"没关系的"}
    lin.drop("activity", visit)
    firm.settle()
    assert names(shen) == set()


def test_a_region(firm: Firm, trio: Trio) -> None:
    lin, shen, wang = trio
    here = customer(lin, wang, "杭州的", "杭州市")
    away = customer(lin, wang, "广州的", "广州市")
    customer(lin, wang, "不知道在哪的")
    customer(lin, shen, "我的广州客户", "广州市")
    customer(lin, None, "没人管的")
    contact = lin.add("contact", name="陈", jobs=[{"customer": here}])
    lin.add("contact", name="广", jobs=[{"customer": away}])
    deal = lin.add("activity", subject="杭州拜访", kind="visit", customer=here, owner_user=wang.person)
    lin.add("activity", subject="广州拜访", kind="visit", customer=away, owner_user=wang.person)
    product = lin.add("product", name="净水器")
    firm.settle()
    part.choose(shen.store, Part(REGION, ("杭州", "上海")))
    shen.sync()
    assert whole(shen) == {"杭州的", "我的广州客户", "没人管的"}
    assert {row["name"] for row in shen.all("contact").values()} == {"陈"}
    assert shen.all("activity").keys() == {deal}
    assert shen.all("product").keys() == {product}
    assert shen.all("user").keys() == {one.person for one in trio}
    # it moves away, with all that stands there
    (address,) = [id for id, row in lin.all("address").items() if row["parent"] == here]
    lin.set("address", address, city="广州市")
    firm.settle()
    assert whole(shen) == {"我的广州客户", "没人管的"}
    assert shen.all("contact") == shen.all("activity") == {}
    lin.set("address", address, city="上海市浦东")
    firm.settle()
    assert whole(shen) == {"杭州的", "我的广州客户", "没人管的"}
    assert shen.all("contact").keys() == {contact}
    assert shen.all("activity").keys() == {deal}


def test_unsent_work_is_never_taken_off(firm: Firm, trio: Trio) -> None:
    lin, shen, wang = trio
    ids = [customer(lin, wang, f"客户 {n}") for n in range(3)]
    firm.settle()
    shen.set("customer", ids[0], grade="A")
    with shen.store.step("Noted") as step:
        step.insert("note", {"parent": ids[1], "parent_entity": "customer", "text": "要夜间施工"})
    part.choose(shen.store, Part(OWN))
    waits = outbox.waiting(shen.store.read())
    assert waits >= 2
    mending_before = names(shen)
    # as if it were typed while the exchange is under way: after what was to go went
    shen.server.narrow(part.settle(shen.store))
    kept = mending.reconcile(shen.store, shen.server)
    assert kept > 0
    assert names(shen) == whole(shen) == mending_before - {"客户 2"}
    assert [row["text"] for row in shen.all("note").values()] == ["要夜间施工"]
    assert outbox.waiting(shen.store.read()) == waits
    shen.sync()  # it goes out, and then nothing keeps it
    assert names(shen) == set()
    firm.settle()
    assert lin.get("customer", ids[0])["grade"] == "A"  # type: ignore[index]
    assert len(lin.all("note")) == 1
    assert shen.store.read().execute("SELECT 1 FROM sync_note").fetchone() is None


def test_typed_during_the_exchange(firm: Firm, trio: Trio) -> None:
    from freecrm.sync.exchange import exchange
    from tests.sync.office import Typing

    lin, shen, wang = trio
    id = customer(lin, wang, "别人的")
    firm.settle()
    part.choose(shen.store, Part(OWN))
    exchange(shen.store, Typing(shen.server, "listing", lambda: shen.set("customer", id, grade="A")))
    assert names(shen) == {"别人的"}
    shen.sync()
    assert names(shen) == set()
    lin.sync()
    assert lin.get("customer", id)["grade"] == "A"  # type: ignore[index]


def test_what_is_made_here_for_somebody_else_goes_when_it_is_there(firm: Firm, trio: Trio) -> None:
    _lin, shen, wang = trio
    part.choose(shen.store, Part(OWN))
    shen.sync()
    id = customer(shen, wang, "给王的")
    firm.settle()
    assert wang.get("customer", id) is not None
    part.choose(shen.store, Part(TEAM))
    shen.sync()
    assert names(shen) == set()
    assert shen.all("phone") == {}
    part.choose(shen.store, Part())
    shen.sync()
    assert whole(shen) == {"给王的"}


def test_a_part_never_reaches_beyond_the_rights(firm: Firm) -> None:
    lin, low = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    firm.settle()
    role = lin.add("role", name="Low", grants=json.dumps({"*": {"see": "own"}}))
    person(lin, lin, team="华东")
    person(lin, low, team="华东", role=role)
    theirs = customer(lin, lin, "别人的", "杭州市")
    lin.add("activity", subject="拜访", kind="visit", customer=theirs, owner_user=low.person)
    customer(lin, low, "自己的", "广州市")
    firm.settle()
    for chosen in (Part(), Part(TEAM), Part(REGION, ("杭州",)), Part(OWN)):
        part.choose(low.store, chosen)
        low.sync()
        assert names(low) == {"自己的"}


def test_rights_that_change_meet_the_part(firm: Firm, trio: Trio) -> None:
    lin, shen, _wang = trio
    customer(lin, lin, "lin")
    customer(lin, shen, "shen")
    firm.settle()
    part.choose(shen.store, Part(TEAM))
    shen.sync()
    assert names(shen) == {"lin", "shen"}
    role = lin.add("role", name="Low", grants=json.dumps({"*": {"see": "own"}}))
    lin.set("user", shen.person, role=role)
    lin.sync()
    shen.sync()
    assert names(shen) == {"shen"}
    lin.set("role", role, grants=json.dumps({"*": {"see": "all"}}))
    lin.sync()
    shen.sync()
    assert names(shen) == {"lin", "shen"}


def test_a_part_without_a_network(firm: Firm, trio: Trio, tmp_path: Path) -> None:
    from freecrm.sync.carrying import carry, read, write
    from freecrm.sync.letters import Letter

    lin, shen, wang = trio
    for one in trio:
        customer(lin, one, one.name)
    firm.settle()
    out, back = tmp_path / "x.freecrm-out", tmp_path / "x.freecrm-in"

    def round() -> None:
        write(shen.store, out)
        carry(wang.server, Letter(out), back, page=5)
        read(shen.store, Letter(back))

    shen.cut()
    part.choose(shen.store, Part(OWN))
    round()
    assert whole(shen) == names(shen) == {"shen"}
    new = customer(lin, wang, "别人的新客户")
    lin.add("activity", subject="拜访", kind="visit", customer=new, owner_user=shen.person)
    lin.sync()
    customer(lin, wang, "别的")
    lin.sync()
    round()
    assert (names(shen), whole(shen)) == ({"shen", "别人的新客户"}, {"shen"})
    write(shen.store, out)
    carry(wang.server, Letter(out), back)
    part.choose(shen.store, Part())
    with pytest.raises(Known, match="what this computer holds is another"):
        read(shen.store, Letter(back))
    round()
    assert len(names(shen)) == 5
    assert len(whole(shen)) == 5
    assert wang.server.shown == ""
    assert len(wang.server.listing(0, 10_000)) > 10  # the carrier's own connection is as it was


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Part(REGION), "Name at least one province or city"),
        (Part(REGION, tuple(map(str, range(51)))), "at most 50"),
    ],
)
def test_what_is_no_part_is_said(trio: Trio, chosen: Part, why: str) -> None:
    with pytest.raises(Known, match=why):
        part.choose(trio[0].store, chosen)


def test_words_of_a_line() -> None:
    assert part.words_of(" 浙江，上海、 南京;杭州  浙江 ") == ("浙江", "上海", "南京", "杭州")


def test_a_server_that_knows_no_parts_says_so(firm: Firm, trio: Trio) -> None:
    shen = trio[1]
    with firm.admin() as admin:
        admin.execute("UPDATE sync.server SET version = 1")
    shen.sync()
    with pytest.raises(Known, match="can't send a part yet"):
        part.choose(shen.store, Part(OWN))


def test_any_changes_leave_exactly_the_part(postgres: Postgres, tmp_path: Path) -> None:
    """Random hands, moves, links and deletions: what is here is what the server would show, and nothing else."""
    firm = Firm(postgres, tmp_path)
    chance = random.Random(11)
    lin = firm.desktop("lin")
    others = [firm.desktop(name) for name in ("shen", "wang", "zhao")]
    parts = dict(zip(others, (Part(OWN), Part(TEAM), Part(REGION, ("杭州", "浙江"))), strict=True))
    for n, one in enumerate((lin, *others)):
        person(lin, one, team="ab"[n % 2])
    firm.settle()
    for one, chosen in parts.items():
        part.choose(one.store, chosen)
    people = [None, lin, *others]
    cities = ["杭州市", "广州市", "浙江", ""]
    ids = [customer(lin, chance.choice(people), f"客户{n}", chance.choice(cities)) for n in range(8)]
    deals = [
        lin.add(
            "activity", subject=f"事{n}", kind="visit", customer=chance.choice(ids), owner_user=lin.person
        )
        for n in range(8)
    ]
    for id in ids[:4]:
        lin.add("contact", name="人", jobs=[{"customer": id}])
    for _round in range(40):
        live = list(lin.all("customer"))
        act = chance.randrange(6)
        if act == 0:
            who = chance.choice(people)
            lin.set("customer", chance.choice(live), owner_user=who.person if who else None)
        elif act == 1:
            address = chance.choice([*lin.all("address"), None])
            if address is not None:
                lin.set("address", address, city=chance.choice(cities[:3]))
        elif act == 2:
            who = chance.choice(people)
            lin.set(
                "activity", chance.choice(list(lin.all("activity"))), owner_user=who.person if who else None
            )
        elif act == 3:
            lin.set(
                "activity", chance.choice(list(lin.all("activity"))), customer=chance.choice([*live, None])
            )
        elif act == 4 and len(live) > 4:
            lin.drop("customer", chance.choice(live))
        else:
            id = customer(lin, chance.choice(people), f"新{_round}", chance.choice(cities))
            lin.add(
                "activity",
                subject="新事",
                kind="visit",
                customer=id,
                owner_user=chance.choice(people[1:]).person,
            )  # type: ignore[union-attr]
        lin.sync()
        for one in chance.sample(others, 2):
            one.sync()
    firm.settle()
    assert deals
    for one, chosen in parts.items():
        shown = {
            id: seq
            for seq, entity, id in one.server.listing(0, 1_000_000)
            if entity in one.store.model.entities
        }
        held = {}
        for name in one.store.model.entities:
            held.update(
                (id.hex().upper(), seq)
                for id, seq in one.store.read().execute(f'SELECT id, seq FROM "{name}"')
            )
        assert held == shown, chosen
    sizes = {chosen.kind: len(names(one)) for one, chosen in parts.items()}
    assert 0 < min(sizes.values()) < len(names(lin)), sizes
    firm.close()


def test_what_is_taken_off_is_in_no_recycle_bin(firm: Firm, trio: Trio) -> None:
    lin, shen, wang = trio
    customer(lin, wang, "别人的")
    gone = customer(lin, wang, "删掉的")
    hidden = customer(lin, shen, "不再能看的")
    firm.settle()
    lin.drop("customer", gone)
    firm.settle()
    part.choose(shen.store, Part(OWN))
    shen.sync()
    assert [one.title for one in history.bin(shen.store)] == ["删掉的"]
    role = lin.add("role", name="Low", grants=json.dumps({"customer": {"see": "none"}}))
    lin.set("user", shen.person, role=role)
    firm.settle()
    assert shen.get("customer", hidden) is None
    assert [one.title for one in history.bin(shen.store)] == ["删掉的"]
