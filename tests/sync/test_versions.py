"""Older and newer programs side by side: what the older one does not know stays as it is."""

from __future__ import annotations

import contextlib
import json
import logging
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
from freecrm.store import differences, differences_list, tables
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


def test_a_field_of_a_newer_program_is_kept_and_sent_back_untouched(
    firm: Firm, pair: Pair, log_warnings: list[logging.LogRecord]
) -> None:
    """Written into a batch by hand, so that its own sender gets it as something it had lost."""
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
    assert len(log_warnings) == 1


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


def with_newer(firm: Firm, name: str) -> Desktop:
    """A desktop of that program."""
    made = firm.desktop(name)
    made.close()
    made.path.unlink()
    made.store = open_store(made.path, newer_model())
    made.store.user = made.person
    books.begin(made.store, device=f"PC of {name}", place=name)
    return made


def bring_up_to_date(desktop: Desktop, entities: Sequence[str]) -> None:
    """The older program's file is opened by the newer one."""
    desktop.close()
    with contextlib.closing(sqlite3.connect(desktop.path)) as file:
        for name in entities:
            for field in LATER:
                file.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {field} TEXT")
    desktop.store = open_store(desktop.path, newer_model())
    desktop.store.user = desktop.person


def test_what_two_releases_on_is_new_passes_through_unharmed_in_every_entity(firm: Firm) -> None:
    newer = newer_model()
    a, b = with_newer(firm, "lin"), firm.desktop("shen")
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
    bring_up_to_date(b, list(made))
    firm.settle()
    for name, id in made.items():
        assert values(b, name, id, LATER) == before[name]
    assert contents_of(a) == contents_of(b)
    assert a.server.digest(sorted(newer.entities)) == mending.digest(b.store) == mending.digest(a.store)


def values(desktop: Desktop, entity: str, id: bytes, names: Sequence[str]) -> dict[str, Any]:
    columns = ", ".join(map(quoted, names))
    row = (
        desktop.store.read().execute(f"SELECT {columns} FROM {quoted(entity)} WHERE id = ?", (id,)).fetchone()
    )
    return dict(zip(names, row, strict=True))


# ---- differences


def plain_text(entity: str) -> str:
    """A field of it that anybody may write anything in; "" where there is none."""
    fields = model().entities[entity].fields.values()
    found = (
        f.name for f in fields if type(f) is Text and f.derived is None and not f.hidden and not f.unique
    )
    return next(found, "")


def change(desktop: Desktop, entity: str, id: bytes, value: str) -> bool:
    """Whether the door let it through."""
    with contextlib.suppress(Known, Bug), desktop.store.step("Changed") as step:
        step.update(entity, id, {plain_text(entity): value})
        return True
    return False


def test_an_older_program_settles_differences_in_every_entity(firm: Firm) -> None:
    """With fields that it doesn't know in the records, and in the differences themselves."""
    newer = newer_model()
    a, b = with_newer(firm, "lin"), firm.desktop("shen")
    made = {
        entity.entity: make(a.store, entity, n + 7)[0]
        for n, entity in enumerate(newer.entities.values())
        if entity.entity != "conflict" and plain_text(entity.entity)
    }
    firm.settle()
    before = {name: values(a, name, id, LATER) for name, id in made.items()}
    apart = {
        name: id for name, id in made.items() if change(a, name, id, "甲方") and change(b, name, id, "乙方")
    }
    firm.settle()
    told = {(row["of_entity"] or row["parent_entity"]): id for id, row in a.all("conflict").items()}
    assert told.keys() == apart.keys()
    assert len(told) > len(newer.entities) // 3
    for id in told.values():
        a.set("conflict", id, **{LATER[0]: "who looked", LATER[1]: id.hex()})
    firm.settle()
    groups = differences.open_groups(b.store)
    assert {one.entity for group in groups for one in group.differences} == told.keys()
    stands = {one.entity: one.kept.text for group in groups for one in group.differences}
    for group in groups:
        picks = {one.id: differences.OTHER for one in group.differences}
        assert differences.settle(b.store, group, picks) == 0
    firm.settle()
    assert differences.open_count(a.store) == differences.open_count(b.store) == 0
    for name, id in apart.items():
        (now,) = values(a, name, id, [plain_text(name)]).values()
        assert {now, stands[name]} == {"甲方", "乙方"}
        assert values(a, name, id, LATER) == before[name]
        row = a.get("conflict", told[name])
        assert row is not None
        assert (row["ended"], row[LATER[0]], row[LATER[1]]) == ("taken", "who looked", told[name].hex())
    bring_up_to_date(b, list(newer.entities))
    firm.settle()
    assert contents_of(a) == contents_of(b)
    assert a.server.digest(sorted(newer.entities)) == mending.digest(b.store) == mending.digest(a.store)


def contents_of(desktop: Desktop) -> dict[str, dict[bytes, dict[str, Any]]]:
    return {e: {id: dict(row) for id, row in rows.items()} for e, rows in contents(desktop).items()}


def test_what_an_older_program_can_not_read_is_left_to_those_who_can(firm: Firm) -> None:
    """Two newer ones differ in a field that the third doesn't know: it asks nobody there, and stays a question."""
    a, b, c = with_newer(firm, "lin"), firm.desktop("shen"), with_newer(firm, "wang")
    id = a.add(name="云杉谷酒店", grade="C", **{LATER[0]: "old", LATER[1]: "stays"})
    firm.settle()
    a.set("customer", id, grade="A", **{LATER[0]: "of lin"})
    b.set("customer", id, grade="B")
    c.set("customer", id, **{LATER[0]: "of wang"})
    firm.settle()
    assert [[one.name for one in group.differences] for group in differences.open_groups(b.store)] == [
        ["grade"]
    ]
    (group,) = differences.open_groups(b.store)
    differences.settle(b.store, group, {one.id: differences.KEPT for one in group.differences})
    firm.settle()
    assert differences.open_groups(b.store) == []
    assert differences.open_count(b.store) == 0
    assert differences.open_fields(b.store, "customer", id) == set()
    assert differences.open_numbers(b.store, "customer") == frozenset()
    (group,) = differences.open_groups(a.store)
    (one,) = group.differences
    assert {one.kept.text, one.other.text} == {"of lin", "of wang"}
    wanted = one.other.text
    differences.settle(a.store, group, {one.id: differences.OTHER})
    firm.settle()
    bring_up_to_date(b, list(newer_model().entities))
    firm.settle()
    for desktop in (a, b, c):
        assert values(desktop, "customer", id, LATER) == {LATER[0]: wanted, LATER[1]: "stays"}
        assert differences.open_count(desktop.store) == 0
    assert contents_of(a) == contents_of(b) == contents_of(c)


def test_a_number_or_a_row_that_only_a_newer_program_knows_is_no_question_here(firm: Firm) -> None:
    a, b, c = with_newer(firm, "lin"), firm.desktop("shen"), with_newer(firm, "wang")
    with firm.admin() as admin:  # what that program tells the server when it is renewed
        admin.execute("UPDATE sync.ent SET uniques = uniques || %s WHERE ent = 'customer'", ([LATER[0]],))
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.set("customer", id, **{LATER[0]: "7"})
    c.add(name="松湾牧场", **{LATER[0]: "7"})
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    firm.settle()
    with firm.admin() as admin:  # of a kind of row that isn't there in the older one
        admin.execute(
            'UPDATE sync.rec SET data = data || \'{"of_entity": "warranty", "of_row": "00", "field": ""}\', seq ='
            " (SELECT seq + 1 FROM sync.head) WHERE ent = 'conflict' AND data ->> 'field' = 'grade'"
        )
        admin.execute("UPDATE sync.head SET seq = seq + 1")
        admin.execute("INSERT INTO sync.batch (seq, client, batch) SELECT seq, 0, seq FROM sync.head")
    firm.settle()
    assert len(b.all("conflict")) == 2
    assert differences.open_groups(b.store) == []
    assert differences.open_count(b.store) == 0
    assert differences_list.lines(b.store) == []
    (group,) = differences.open_groups(c.store)
    assert [one.name for one in group.differences] == [LATER[0]]


def ago(desktop: Desktop, ms: int) -> None:
    """What was changed last was changed so much earlier: within one millisecond nobody is first."""
    changes = "SELECT max(n) FROM change GROUP BY id"
    with desktop.store.lock:
        desktop.store.write().execute(
            f"UPDATE change SET at = at - ? WHERE op = 1 AND n IN ({changes})", (ms,)
        )


def test_a_choice_of_a_newer_program_stays_as_it_is(firm: Firm) -> None:
    """What was chosen there is none of this program's choices: it may stand, but is not chosen here."""
    a, b = firm.desktop("lin"), firm.desktop("shen")
    stands, loses = (a.add(name=name, grade="C") for name in ("云杉谷酒店", "松湾牧场"))
    firm.settle()
    b.set("customer", stands, grade="B")
    ago(b, 2_000)
    with a.store.lock:  # as a newer program's door would let it through
        a.store.write().execute("UPDATE customer SET grade = 'later'")
    ago(a, 1_000)
    b.set("customer", loses, grade="B")
    firm.settle()
    groups = {group.id: group for group in differences.open_groups(b.store)}
    (one,) = groups[loses].differences
    assert (one.kept.value, one.other.text) == ("B", "later")
    with pytest.raises(Known, match="“later” is not in the list"):
        differences.settle(b.store, groups[loses], {one.id: differences.OTHER})
    assert differences.open_count(b.store) == 2
    for group in groups.values():
        differences.settle(b.store, group, {one.id: differences.KEPT for one in group.differences})
    firm.settle()
    for desktop in (a, b):
        grades = {row: desktop.get("customer", row)["grade"] for row in (stands, loses)}  # type: ignore[index]
        assert grades == {stands: "later", loses: "B"}
        assert differences.open_count(desktop.store) == 0
