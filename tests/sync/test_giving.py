"""Who gives the rights in a team: nobody loses that by a slip, and the server has the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.store import signin, user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft
from freecrm.sync import joining, setup
from freecrm.sync.exchange import exchange
from freecrm.sync.server import connect
from tests.files import new_store
from tests.sync.conftest import Firm

Join = Callable[..., tuple[Store, bytes]]


@pytest.fixture
def join(firm: Firm, tmp_path: Path) -> Iterator[Join]:
    """A file joined as somebody, who works with it held to their rights."""
    made = []

    def joined(name: str, *, gives_rights: bool = True) -> tuple[Store, bytes]:
        with firm.admin() as admin:
            login = firm.address(name).login
            person = setup.add_member(admin, login, name, name, gives_rights=gives_rights)
        store = new_store(tmp_path / f"{name}.freecrm")
        made.append(store)
        joining.join(store, ("禾川", firm.address("")), login, name)
        signin.work_as(store, "")
        sync(firm, store, name)
        return store, person

    yield joined
    for store in made:
        store.close()


def sync(firm: Firm, store: Store, name: str) -> None:
    with connect(firm.address(name), name) as server:
        exchange(store, server)


def test_whoever_gives_rights_does_not_take_them_from_themselves(firm: Firm, join: Join) -> None:
    store, me = join("shen")
    join("lin", gives_rights=False)  # who has no role, but gives no rights either
    sync(firm, store, "shen")
    role = user_roles.save(store, None, Draft("Sales"))
    with pytest.raises(Known, match="you could give rights no more"):
        user_roles.give(store, me, role)
    giving = user_roles.save(store, None, Draft("Boss", admin=True))
    user_roles.give(store, me, giving)
    with pytest.raises(Known, match="you could give rights no more"):
        user_roles.save(store, giving, Draft("Boss"))
    assert signin.may_give(store)


def test_who_has_no_role_gives_rights_only_if_the_server_lets_them(firm: Firm, join: Join) -> None:
    shen, _me = join("shen")
    lin, she = join("lin", gives_rights=False)
    assert signin.may_give(shen)
    assert not signin.may_give(lin)
    with pytest.raises(Known, match="rights do not let you"):
        user_roles.save(lin, None, Draft("Mine"))
    with lin.step("Made") as step:  # all else stays open
        id = step.insert("customer", {"name": "云杉谷酒店"})
    with lin.step("Deleted") as step:
        step.delete("customer", id)
    with firm.admin() as admin:
        setup.add_member(admin, firm.address("lin").login, "lin", gives_rights=True)
    sync(firm, lin, "lin")
    assert signin.may_give(lin)
    user_roles.give(lin, she, user_roles.save(lin, None, Draft("Boss", admin=True)))


def test_the_server_has_the_way_back_for_whoever_gave_rights(firm: Firm, join: Join) -> None:
    shen, me = join("shen")
    role = user_roles.save(shen, None, Draft("Sales"))
    with shen.step("Slip") as step:  # as an older program would let it pass
        step.update("user", me, {"role": role})
    sync(firm, shen, "shen")
    assert not signin.may_give(shen)
    with firm.admin() as admin:
        setup.add_member(admin, firm.address("shen").login, "shen", gives_rights=True)
    sync(firm, shen, "shen")
    assert signin.may_give(shen)
    boss = user_roles.save(shen, None, Draft("Boss", admin=True))
    user_roles.give(shen, me, boss)
    sync(firm, shen, "shen")
    with firm.admin() as admin:  # a role that gives rights stays
        setup.add_member(admin, firm.address("shen").login, "shen", gives_rights=True)
    sync(firm, shen, "shen")
    assert user_roles.held(shen) == {me: boss}
