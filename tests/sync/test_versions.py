"""Older and newer programs side by side: what the older one does not know stays as it is."""

from __future__ import annotations

import json
import sqlite3

import pytest

from freecrm.core.module import model_of
from freecrm.core.problems import Known
from freecrm.modules import model
from freecrm.store import tables
from freecrm.store.database import open_store
from freecrm.sync import books, outbox, setup
from tests.sync.conftest import Desktop, Firm

Pair = tuple[Desktop, Desktop]


def test_what_an_older_program_does_not_know_comes_after_its_update(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    b.store.close()
    b.path.unlink()
    older = model_of(tuple(m for m in model().modules if m.name != "views"))
    b.store = open_store(b.path, older)
    b.store.user = b.person
    books.begin(b.store, device="PC of shen", place="shen")
    id = a.add(name="云杉谷酒店")
    row = a.add("list_view", name="A 级客户", on="customer", state="{}")
    firm.settle()
    b.set("customer", id, grade="A")
    firm.settle()
    assert a.get("customer", id)["grade"] == "A"  # type: ignore[index]
    assert row in a.all("list_view")
    b.close()
    with sqlite3.connect(b.path) as file:  # brought up to date
        for statement in tables.ddl(model()):
            if "list_view" in statement:
                file.execute(statement)
    file.close()
    b.store = open_store(b.path, model())
    firm.settle()
    assert b.all("list_view")[row]["name"] == "A 级客户"


def test_a_field_of_a_newer_program_is_kept_and_sent_back_untouched(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    sealed = outbox.seal(a.store)
    assert sealed is not None
    items = json.loads(sealed.payload)
    items[0][5]["mood"] = "gut"
    held = books.read(a.store.read())
    assert held is not None
    a.server.hello({"client": held.client, "next_batch": 1, "cursor": 0})
    answer = a.server.push(held.client, sealed.batch, json.dumps(items))
    outbox.acknowledge(a.store, sealed, answer)
    firm.settle()
    extra = "SELECT extra ->> '$.mood' FROM customer"
    assert b.store.read().execute(extra).fetchone() == ("gut",)
    b.set("customer", id, grade="A")
    firm.settle()
    assert a.store.read().execute(extra).fetchone() == ("gut",)
    with firm.admin() as admin:
        assert admin.execute("SELECT data ->> 'mood' FROM sync.rec WHERE ent = 'customer'").fetchone() == (
            "gut",
        )


def test_a_server_of_before_gets_the_functions_of_now(firm: Firm, pair: Pair) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()

    def of_pull(column: str) -> object:
        with firm.admin() as admin:
            row = admin.execute(f"SELECT {column} FROM pg_proc WHERE oid = 'sync.pull'::regproc").fetchone()
        assert row is not None
        return row[0]

    now, owner, rights = (of_pull(column) for column in ("prosrc", "proowner", "proacl::text"))
    with firm.admin() as admin:
        admin.execute(
            "CREATE OR REPLACE FUNCTION sync.pull(p_cursor bigint, p_upto bigint, p_limit integer, p_own integer DEFAULT 0)"
            " RETURNS TABLE (seq bigint, ent text, id text, del boolean, writer integer, at bigint, data text)"
            " LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog"
            " AS $$ SELECT 0::bigint, '', '', false, 0, 0::bigint, '' WHERE false $$"
        )
        assert setup.renew(admin, model()) > 30
    assert [of_pull(column) for column in ("prosrc", "proowner", "proacl::text")] == [now, owner, rights]
    b.set("customer", id, grade="A")
    firm.settle()
    assert a.get("customer", id)["grade"] == "A"  # type: ignore[index]
    with firm.admin() as admin:
        admin.execute("UPDATE sync.server SET version = version + 1")
        with pytest.raises(Known, match="A newer FreeCRM"):
            setup.renew(admin, model())
