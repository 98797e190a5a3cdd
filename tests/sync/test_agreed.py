"""The firm's settings are the same for everybody."""

from __future__ import annotations

import pytest

from freecrm.sync import exchange
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import Breaking, Crash, copy_server, put_back

Pair = tuple[Desktop, Desktop]


def test_a_setting_of_the_firm_goes_to_all(firm: Firm, pair: Pair) -> None:
    a, b = pair
    a.store.set_setting("firm.name", "禾川净水设备")
    a.store.set_setting("points.given", True)
    a.store.set_setting("backup.keep_days", 3)
    a.sync()
    b.sync()
    assert b.store.setting("firm.name") == "禾川净水设备"
    assert b.store.setting("points.given") is True
    assert b.store.setting("backup.keep_days") == 7  # each computer's own
    b.store.set_setting("quote.days", 45)
    b.store.set_setting("firm.name", "禾川净水")
    firm.settle()
    assert [one.store.setting("firm.name") for one in pair] == ["禾川净水"] * 2
    assert [one.store.setting("quote.days") for one in pair] == [45] * 2
    assert a.all("conflict") == {}
    assert a.sync().sent == 0


def test_who_joins_takes_the_teams_settings(firm: Firm) -> None:
    a = firm.desktop("lin")
    firm.settle()
    a.store.set_setting("quote.days", 45)
    firm.settle()
    b = firm.desktop("shen")
    b.store.set_setting("quote.days", 10)
    firm.settle()
    assert [one.store.setting("quote.days") for one in (a, b)] == [45, 45]


def test_the_rights_hold_for_settings(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    firm.settle()
    a.store.set_setting("quote.days", 45)
    firm.settle()
    b.store.set_setting("quote.days", 10)
    assert b.sync().refused == 1
    firm.settle()
    assert [one.store.setting("quote.days") for one in (a, b)] == [45, 45]


def test_a_setting_survives_a_lost_answer_and_a_server_put_back(firm: Firm, pair: Pair) -> None:
    a, b = pair
    with firm.admin() as admin:
        copy_server(admin)
    a.store.set_setting("quote.days", 45)
    with pytest.raises(Crash):
        exchange.exchange(a.store, Breaking(a.server, "push", 1, late=True))
    a.store.set_setting("quote.days", 46)
    firm.settle()
    assert b.store.setting("quote.days") == 46
    with firm.admin() as admin:
        put_back(admin)
    firm.settle()
    c = Desktop(firm, "lin", firm.folder / "new.freecrm", a.person)
    c.sync()
    assert c.store.setting("quote.days") == 46
    c.close()
