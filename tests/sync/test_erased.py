"""Erased for good: on the server and on every desktop, whatever was on its way."""

from __future__ import annotations

from freecrm.store import check
from freecrm.sync import exchange
from tests.sync.conftest import Desktop, Firm

Pair = tuple[Desktop, Desktop]


def purge(firm: Firm, *ids: bytes) -> int:
    with firm.admin() as admin:
        row = admin.execute("SELECT sync.purge(%s::uuid[])", ([id.hex() for id in ids],)).fetchone()
    return int(row[0])


def test_nothing_is_left_anywhere(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", phones=[{"number": "+8657100006600"}], remark="不要留下")
    stays = a.add(name="海口水厂")
    firm.settle()
    b.set("customer", id, remark="不要留下二")
    b.add("note", parent=id, parent_entity="customer", text="不要留下三")
    assert purge(firm, id) == 2
    firm.settle()
    for one in pair:
        assert one.all("customer").keys() == {stays}
        assert (one.all("phone"), one.all("note"), one.all("conflict")) == ({}, {}, {})
        assert check.check(one.store) == []
        one.close()
        assert "不要留下".encode() not in one.path.read_bytes()
    with firm.admin() as admin:
        for table in ("rec", "log", "claim", "tie"):
            assert not admin.execute(
                f"SELECT 1 FROM sync.{table} t WHERE t::text LIKE '%不要留下%'"
            ).fetchall()
    assert purge(firm, id) == 0


def test_a_new_desktop_hears_nothing_of_it(firm: Firm) -> None:
    a = firm.desktop("lin")
    id = a.add(name="云杉谷酒店")
    firm.settle()
    purge(firm, id)
    b = firm.desktop("shen")
    b.sync()
    exchange.exchange(b.store, b.server)
    assert b.all("customer") == {}
