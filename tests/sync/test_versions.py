"""Older and newer programs side by side: what the older one does not know stays as it is."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from freecrm.core.entity import Entity
from freecrm.core.fields import Text
from freecrm.core.module import Model, model_of
from freecrm.core.problems import Bug, Known
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import tables
from freecrm.store.database import open_store
from freecrm.store.tables import quoted
from freecrm.sync import books, mending, outbox, setup
from tests.every_entity.test_every_entity import make
from tests.sync.conftest import Desktop, Firm
from tests.sync.office import contents

Pair = tuple[Desktop, Desktop]
LATER = ("later_one", "later_two")


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


# ---- every entity


def newer_model() -> Model:
    """What a program two releases on may be: two more fields in every entity."""

    def more(entity: type[Entity]) -> type[Entity]:
        later = {name: Text(N_("Remark"), search="") for name in LATER}
        return type(entity.__name__, (entity,), {"__module__": __name__, **later})

    return model_of(
        replace(one, entities=[more(entity) for entity in one.entities]) for one in model().modules
    )


def test_what_two_releases_on_is_new_passes_through_unharmed_in_every_entity(firm: Firm) -> None:
    newer = newer_model()
    a, b = firm.desktop("lin"), firm.desktop("shen")
    a.close()
    a.path.unlink()
    a.store = open_store(a.path, newer)
    a.store.user = a.person
    books.begin(a.store, device="PC of lin", place="lin")
    entities = [e for e in newer.entities.values() if e.entity != "conflict"]  # the server makes them
    made = {entity.entity: make(a.store, entity, n + 7)[0] for n, entity in enumerate(entities)}
    firm.settle()
    before = {name: values(a, name, id, LATER) for name, id in made.items()}
    assert all(len(set(one.values()) - {None}) == len(LATER) for one in before.values())
    changed = {}
    for name, id in made.items():
        held = "SELECT extra FROM " + quoted(name) + " WHERE id = ?"
        (extra,) = b.store.read().execute(held, (id,)).fetchone()
        assert json.loads(extra) == before[name]
        for f in model().entities[name].fields.values():
            if type(f) is Text and f.derived is None and not f.hidden and not f.unique:
                with contextlib.suppress(Known, Bug), b.store.step("Changed") as step:
                    step.update(name, id, {f.name: "改过的"})
                    changed[name] = f.name
    assert len(changed) > len(made) // 2
    firm.settle()
    for name, id in made.items():
        assert values(a, name, id, LATER) == before[name]
        if name in changed:
            assert values(a, name, id, [changed[name]]) == values(b, name, id, [changed[name]])
    b.close()
    with contextlib.closing(sqlite3.connect(b.path)) as file:  # brought up to date
        for name in made:
            for field in LATER:
                file.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {field} TEXT")
    b.store = open_store(b.path, newer)
    b.store.user = b.person
    firm.settle()
    for name, id in made.items():
        assert values(b, name, id, LATER) == before[name]
    here, there = (
        {e: {id: dict(row) for id, row in rows.items()} for e, rows in contents(one).items()}
        for one in (a, b)
    )
    assert here == there
    assert a.server.digest(sorted(newer.entities)) == mending.digest(b.store) == mending.digest(a.store)


def values(desktop: Desktop, entity: str, id: bytes, names: Sequence[str]) -> dict[str, Any]:
    columns = ", ".join(map(quoted, names))
    row = (
        desktop.store.read().execute(f"SELECT {columns} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    )
    return dict(zip(names, row, strict=True))
