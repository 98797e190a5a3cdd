"""What somebody with a valid low login and psql in hand can try: nothing of it opens anything.

A function or a table that no attempt names fails `test_everything_is_tried`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from freecrm.modules import model
from freecrm.store.ids import new_id
from freecrm.sync import setup, views
from freecrm.sync.exchange import exchange
from tests.sync.conftest import Desktop, Firm
from tests.sync.postgres import Postgres

TABLES = (
    "server head ent member client rec gone batch log range tie claim blob piece acting key receipt".split()
)
REFUSED = "42501"  # insufficient_privilege

ON_TABLES = [
    f"{verb} sync.{table}{rest}"
    for table in TABLES
    for verb, rest in (
        ("SELECT * FROM", ""),
        ("INSERT INTO", " DEFAULT VALUES"),
        ("DELETE FROM", ""),
        ("TRUNCATE", ""),
        ("DO $$BEGIN LOCK TABLE", "; END$$"),
        ("DROP TABLE", ""),
    )
]
OTHERWISE = """
UPDATE sync.member SET admin = true
UPDATE sync.rec SET own = '{}'
UPDATE sync.head SET seq = 0
COPY sync.rec TO STDOUT
COPY sync.member FROM STDIN
COPY (SELECT * FROM sync.rec) TO STDOUT
COPY (SELECT 1) TO '/tmp/out'
COPY (SELECT 1) TO PROGRAM 'id'
SELECT pg_read_file('/etc/passwd')
SELECT pg_ls_dir('/')
SELECT lo_create(0)
SELECT lo_from_bytea(0, '\\x00')
SELECT lo_import('/etc/passwd')
SET ROLE fc_owner
SET ROLE fc_writer
SET ROLE fc_reader
SET ROLE fc_keeper
SET ROLE fc_report
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET session_replication_role = replica
CREATE ROLE other LOGIN
CREATE DATABASE other
CREATE SCHEMA other
CREATE TABLE public.other (a int)
CREATE TABLE sync.other (a int)
CREATE TEMP TABLE other (a int)
CREATE FUNCTION public.other() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION sync.upper(text) RETURNS text LANGUAGE sql AS 'SELECT 1'
CREATE FUNCTION pg_temp.other() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE OR REPLACE FUNCTION sync.my_reach() RETURNS jsonb LANGUAGE sql AS $$SELECT '{}'::jsonb$$
CREATE VIEW public.other AS SELECT * FROM sync.rec
CREATE EXTENSION dblink
CREATE EVENT TRIGGER other ON ddl_command_start EXECUTE FUNCTION sync.me()
CREATE POLICY other ON sync.rec USING (true)
ALTER TABLE sync.rec DISABLE ROW LEVEL SECURITY
ALTER TABLE sync.rec NO FORCE ROW LEVEL SECURITY
DROP POLICY reader ON sync.rec
ALTER FUNCTION sync.my_reach() SECURITY INVOKER
DROP FUNCTION sync.my_reach()
ALTER SYSTEM SET log_statement = 'all'
GRANT fc_writer TO fc_user
DROP SCHEMA sync CASCADE
ALTER DATABASE CURRENT_DB RENAME TO other
DROP OWNED BY fc_writer
REASSIGN OWNED BY fc_writer TO CURRENT_USER
SELECT * FROM pg_authid
SELECT * FROM pg_shadow
SELECT * FROM pg_hba_file_rules
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
ALTER ROLE CURRENT_USER SUPERUSER
ALTER ROLE CURRENT_USER BYPASSRLS
ALTER ROLE CURRENT_USER CREATEROLE
ALTER ROLE postgres PASSWORD 'x'
SELECT sync.owners('customer', gen_random_uuid(), '{}')
SELECT sync.hand_over(gen_random_uuid(), '{}', 1)
SELECT sync.revive(gen_random_uuid(), 1, 1, 1)
SELECT sync.called_back(gen_random_uuid(), NULL, 1, 1, 1)
SELECT sync.differ(NULL, '', NULL, NULL, NULL, 1, 1, 1, 1)
SELECT sync.change(NULL, NULL, NULL, 1, 1, 'u', '{}', '{}', 1, 1, 1)
SELECT sync.follow(gen_random_uuid(), 1)
SELECT sync.move_row(gen_random_uuid(), '{}', 1)
SELECT sync.looped('customer', 'group', gen_random_uuid(), '', '')
SELECT sync.break_rings(NULL, 1, 1)
SELECT sync.hold_ties(NULL, NULL, 1, 1, 1)
SELECT sync.claim_numbers(NULL, 1, 1)
SELECT sync.purge('{}')
SELECT sync.person_named('林')
SELECT sync.closed(NULL, 'customer', true)
SELECT sync.refresh_members()
SELECT sync.by_entity('')
SELECT sync.mark_of(1)
SELECT sync.me()
SELECT sync.who()
SELECT sync.my_part()
SELECT sync.my_part_people()
SELECT sync.my_part_places()
SELECT sync.owned_kinds()
SELECT sync.placed('{}', gen_random_uuid())
SELECT sync.in_region('{}', gen_random_uuid(), '{}')
SELECT sync.named('{}', '{}', '{}', gen_random_uuid())
SELECT sync.tag('', '', '')
SELECT sync.sealed('', '', '')
SELECT sync.unsealed('', '', '')
SELECT sync.act_for('postgres', '')
SELECT sync.cover(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '')
SELECT sync.my_reach()
SELECT sync.my_team()
SELECT sync.my_self()
SELECT sync.my_hidden()
SELECT sync.hexed(gen_random_uuid())
SELECT sync.reaches('{}', '{}', '{}', 'see', 'customer', '{}')
SELECT sync.meant('customer', '{}', '{}')
""".strip().splitlines()
"""Refused as a whole."""


class Low:
    """A colleague who sees and changes only what is theirs, with psql."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.lin, self.wang = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
        reach = {"*": {"see": "own", "create": "own", "change": "own", "delete": "none"}}
        role = self.lin.add(
            "role",
            name="Low",
            grants=json.dumps(reach),
            hidden_fields='[["customer", "credit_limit"]]',
            readonly_fields='[["customer", "grade"]]',
        )
        for one in (self.lin, self.wang):
            with self.lin.store.step("Person") as step:
                step.insert(
                    "user", {"name": one.name, "role": role if one is self.wang else None}, id=one.person
                )
        self.theirs = self.lin.add(
            name="别人的", owner_user=self.lin.person, credit_limit=7, phones=[{"number": "+8657100006600"}]
        )
        self.own = self.lin.add(
            name="自己的", owner_user=self.wang.person, credit_limit=8, phones=[{"number": "+8657100007700"}]
        )
        self.gone = self.lin.add(name="删掉的", owner_user=self.lin.person)
        firm.settle()
        self.lin.drop("customer", self.gone)
        firm.settle()
        self.phone = self.lin.get("customer", self.theirs)["phones"][0]["id"]  # type: ignore[index]
        self.own_phone = self.wang.get("customer", self.own)["phones"][0]["id"]  # type: ignore[index]
        self.client = new_id().hex()
        self.batch = 0
        self.call("SELECT sync.hello(%s)", json.dumps({"client": self.client, "next_batch": 1, "cursor": 0}))

    @property
    def connection(self) -> psycopg.Connection[Any]:
        return self.wang.server.connection

    def call(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()  # type: ignore[call-overload,no-any-return]

    def push(self, *items: list[Any]) -> list[str]:
        """What was refused of a batch."""
        self.batch += 1
        ((answer,),) = self.call("SELECT sync.push(%s, %s, %s)", self.client, self.batch, json.dumps(items))
        return [why for _entity, _id, why in answer["rejected"]]

    def data(self, id: bytes) -> dict[str, Any]:
        with self.firm.admin() as admin:
            row = admin.execute("SELECT data FROM sync.rec WHERE id = %s", (id.hex(),)).fetchone()
        return {} if row is None else dict(row[0])


@pytest.fixture(scope="module")
def low(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Low]:
    firm = Firm(postgres, Path(tmp_path_factory.mktemp("low")))
    yield Low(firm)
    firm.close()


@pytest.mark.parametrize("sql", [*ON_TABLES, *OTHERWISE])
def test_it_is_refused(low: Low, sql: str) -> None:
    database = low.firm.database
    with pytest.raises(psycopg.Error) as refused:
        low.connection.execute(sql.replace("CURRENT_DB", database))
    assert refused.value.sqlstate in (REFUSED, "0LP01"), refused.value


def test_others_records_are_in_no_answer(low: Low) -> None:
    theirs = {low.theirs.hex().upper(), low.phone.hex().upper()}
    ids = [low.theirs.hex(), low.phone.hex()]
    assert low.call("SELECT * FROM sync.fetch(%s)", ids) == []
    assert low.call("SELECT * FROM sync.history(%s)", low.theirs.hex()) == []
    pulled = {row[2] for row in low.call("SELECT * FROM sync.pull(0, 1000000, 100000)")}
    assert low.own.hex().upper() in pulled
    assert not theirs & pulled
    ((news,),) = low.call("SELECT sync.news(0, 5000, 0)")
    assert {row[2] for row in news["came"]["rows"]} == pulled
    for part in range(256):
        listed = {row[0] for row in low.call("SELECT * FROM sync.part(%s, %s)", part, ["customer", "phone"])}
        assert not theirs & listed
    kinds = ["customer", "phone"]
    stretch = {row[2] for row in low.call("SELECT * FROM sync.stretch('', 100000, %s)", kinds)}
    assert low.own.hex().upper() in stretch
    assert not theirs & stretch
    before = low.theirs.hex()[:-1] + "0"
    assert not theirs & {row[2] for row in low.call("SELECT * FROM sync.stretch(%s, 9, %s)", before, kinds)}
    rows = low.call("SELECT sum(rows) FROM sync.digest(%s)", ["customer"])
    assert rows == [(1,)]
    assert not theirs & {row[1] for row in low.call("SELECT * FROM sync.pull_gone(0, 1000000)")}
    assert low.call("SELECT * FROM sync.going(0, 1000000)") == []
    assert low.call("SELECT * FROM sync.deleted(0, 1000000, 'customer')") == []


@pytest.mark.parametrize(
    "trick",
    [
        "SET search_path = pg_temp, public",
        "SET row_security = off",
        "SET plan_cache_mode = force_generic_plan",
        "SET role none",
        "SET application_name = 'postgres'",
        "SET client_encoding = 'LATIN1'",
        "SET default_transaction_isolation = 'serializable'",
        "SET jit = on",
    ],
)
def test_no_setting_shows_more(low: Low, trick: str) -> None:
    try:
        low.connection.execute(trick)
        assert low.call("SELECT * FROM sync.fetch(%s)", [low.theirs.hex()]) == []
    except psycopg.Error as refused:
        assert refused.sqlstate == REFUSED  # noqa: PT017
    finally:
        low.connection.execute("RESET ALL")


def test_hidden_fields_are_in_no_answer(low: Low) -> None:
    (row,) = low.call("SELECT data FROM sync.fetch(%s)", [low.own.hex()])
    (other,) = low.call(
        "SELECT data FROM sync.stretch('', 100, '{customer}') WHERE id = %s", low.own.hex().upper()
    )
    assert other == row
    assert "credit_limit" not in row[0]
    history = low.call("SELECT patch, prev FROM sync.history(%s)", low.own.hex())
    assert not any("credit_limit" in (text or "") for pair in history for text in pair)
    rows = low.call("SELECT data FROM sync.pull(0, 1000000, 100000) WHERE ent <> 'role'")
    assert not any("credit_limit" in (text or "") for (text,) in rows)
    ((news,),) = low.call("SELECT sync.news(0, 5000, 0)")
    assert not any("credit_limit" in (row[6] or "") for row in news["came"]["rows"] if row[1] != "role")


def test_what_the_server_did_not_take_of_a_new_record_goes_here_too(low: Low) -> None:
    id = low.wang.add(name="松柏山庄", owner_user=low.wang.person, credit_limit=9)
    for _ in range(2):
        low.wang.sync()
    assert "credit_limit" not in low.data(id)
    row = low.wang.store.read().execute("SELECT name, credit_limit FROM customer WHERE id = ?", (id,))
    assert row.fetchone() == ("松柏山庄", None)


def test_differences_in_hidden_fields_are_in_no_answer(low: Low) -> None:
    boss = low.firm.desktop("sun")
    boss.sync()
    low.lin.set("customer", low.own, credit_limit=81)
    boss.set("customer", low.own, credit_limit=82)
    for one in (low.lin, boss, low.lin):
        one.sync()
    (id,) = low.lin.all("conflict")
    assert low.call("SELECT * FROM sync.fetch(%s)", [id.hex()]) == []
    assert not [
        row for row in low.call("SELECT * FROM sync.pull(0, 1000000, 100000)") if row[1] == "conflict"
    ]
    low.lin.drop("conflict", id)
    low.lin.set("customer", low.own, credit_limit=8)
    low.lin.sync()
    history = low.call("SELECT patch, prev FROM sync.history(%s)", low.own.hex())
    assert not any("credit_limit" in (text or "") for pair in history for text in pair)


FAR = 4_000_000_000_000


def test_others_records_are_not_changed(low: Low) -> None:
    before = low.data(low.theirs), low.data(low.phone)
    for op in "undr":
        for id, entity in ((low.theirs, "customer"), (low.phone, "phone")):
            low.push(
                [entity, id.hex(), 10**15, FAR, op, {"name": "X", "owner_user": low.wang.person.hex()}, {}]
            )
    assert (low.data(low.theirs), low.data(low.phone)) == before
    assert low.push(["customer", low.own.hex(), 0, FAR, "d", {}, {}]) == ["change"]


@pytest.mark.parametrize("entity", ["user", "role", "setting", "conflict"])
@pytest.mark.parametrize("op", ["n", "u", "d", "r"])
def test_rights_are_not_given_to_oneself(low: Low, entity: str, op: str) -> None:
    id = low.wang.person if entity == "user" else new_id()
    before = low.data(id)
    data = {
        "name": "X",
        "admin": 1,
        "role": new_id().hex(),
        "parent": low.own.hex(),
        "parent_entity": "customer",
    }
    if (entity, op) != ("conflict", "r"):  # a question about one's own record may be offered again
        low.push([entity, id.hex(), 10**15, FAR, op, data, {}])
        held = low.data(id)
        if entity == "user":  # a name of one's own is one's own
            assert {k: held.get(k) for k in ("role", "team")} == {k: before.get(k) for k in ("role", "team")}
        else:
            assert held == before or op == "d"
    with low.firm.admin() as admin:
        (row,) = admin.execute(
            "SELECT admin FROM sync.member WHERE person = %s", (low.wang.person.hex(),)
        ).fetchall()
    assert row == (False,)


def test_others_people_are_not_renamed(low: Low) -> None:
    before = low.data(low.lin.person)
    for op in "nud":
        low.push(["user", low.lin.person.hex(), 10**15, FAR, op, {"name": "X", "left": 1}, {}])
    assert low.data(low.lin.person) == before
    with low.firm.admin() as admin:
        gone = admin.execute("SELECT del FROM sync.rec WHERE id = %s", (low.lin.person.hex(),)).fetchone()
    assert gone == (False,)


def test_others_files_are_not_given_out(low: Low) -> None:
    import hashlib

    content = b"geheim"
    name = hashlib.sha256(content).hexdigest()
    held = {
        "parent": low.theirs,
        "parent_entity": "customer",
        "name": "a.txt",
        "hash": name,
        "size": len(content),
    }
    file = low.lin.add("file", **held)
    low.lin.sync()
    low.lin.server.connection.execute("SELECT sync.put_piece(%s, 0, %s, true)", (file.hex(), content))
    assert low.call("SELECT sync.piece_of(%s, 0)", file.hex()) == [(None,)]
    assert low.call("SELECT * FROM sync.files_there(%s)", [file.hex()]) == []
    assert name not in {row[1] for row in low.call("SELECT * FROM sync.files_wanted()")}
    with pytest.raises(psycopg.Error) as refused:
        low.call("SELECT sync.put_piece(%s, 0, 'x', true)", file.hex())
    assert refused.value.sqlstate == "FC006"


def test_nobody_becomes_another_person(low: Low) -> None:
    assert low.call("SELECT sync.claim(%s)", low.lin.person.hex()) == [(False,)]
    low.call("SELECT sync.reached(%s, 5)", low.client)
    with low.firm.admin() as admin:
        before = admin.execute("SELECT id, cursor FROM sync.client ORDER BY 1").fetchall()
        for id, _cursor in before:
            if id.hex != low.client:
                low.call("SELECT sync.reached(%s, 7)", id)
        after = admin.execute(
            "SELECT id, cursor FROM sync.client WHERE login <> %s ORDER BY 1",
            (low.firm.address("wang").login,),
        ).fetchall()
    assert set(after) <= set(before)


def test_nothing_is_put_into_others_records(low: Low) -> None:
    note = {"parent": low.theirs.hex(), "parent_entity": "customer", "text": "X"}
    assert low.push(["note", new_id().hex(), 0, FAR, "n", note]) == ["create"]
    moved = {"parent": low.theirs.hex().upper()}
    assert low.push(["phone", low.own_phone.hex(), 10**15, FAR, "u", moved, {}]) == ["change"]
    assert low.data(low.own_phone)["parent"] == low.own.hex().upper()
    made = new_id()
    assert low.push(
        ["customer", made.hex(), 0, FAR, "n", {"name": "X", "owner_user": low.lin.person.hex()}]
    ) == ["create"]
    under = {"name": "X", "parent": low.own.hex(), "owner_user": low.lin.person.hex()}
    assert low.push(["customer", made.hex(), 0, FAR, "n", under]) == ["create"]
    assert low.data(made) == {}


def test_what_others_deleted_is_not_brought_back_by_naming_it(low: Low) -> None:
    low.push(["customer", low.own.hex(), 10**15, FAR, "u", {"group": low.gone.hex().upper()}, {}])
    with low.firm.admin() as admin:
        assert admin.execute("SELECT del FROM sync.rec WHERE id = %s", (low.gone.hex(),)).fetchone() == (
            True,
        )
    low.push(["customer", low.own.hex(), 10**15, FAR, "u", {"group": None}, {}])


def test_hidden_and_fixed_fields_are_not_written(low: Low) -> None:
    low.push(["customer", low.own.hex(), 10**15, FAR, "u", {"credit_limit": 99, "grade": "A"}, {}])
    held = low.data(low.own)
    assert (held["credit_limit"], held.get("grade")) == (8, None)
    made = new_id()
    given = {"name": "新", "owner_user": low.wang.person.hex().upper(), "credit_limit": 99, "grade": "A"}
    low.push(["customer", made.hex(), 0, FAR, "n", given])
    held = low.data(made)
    assert (held["name"], held.get("credit_limit"), held.get("grade")) == (
        "新",
        None,
        "A",
    )  # fixed once it is there


def test_nobody_speaks_for_another_computer(low: Low) -> None:
    from freecrm.sync import books

    held = books.read(low.lin.store.read())
    assert held is not None
    with pytest.raises(psycopg.Error) as refused:
        low.call("SELECT sync.hello(%s)", json.dumps({"client": held.client, "next_batch": 1, "cursor": 0}))
    assert refused.value.sqlstate == "FC004"
    for batch in (held.next_batch - 1, held.next_batch):
        with pytest.raises(psycopg.Error) as refused:
            low.call("SELECT sync.push(%s, %s, '[]')", held.client, batch)
        assert refused.value.sqlstate == "FC002"


def test_nobody_writes_files_for_another_computer(low: Low, tmp_path: Path) -> None:
    """Nor reads the answers to them, whatever he makes up."""
    from uuid import uuid4

    from freecrm.sync import books, carrying, letters, sealing
    from freecrm.sync.letters import Letter
    from freecrm.sync.server import Who

    held = books.read(low.lin.store.read())
    assert held is not None
    client = str(UUID(held.client))
    with pytest.raises(psycopg.Error) as refused:
        low.call("SELECT sync.give_key(%s, %s)", client, b"x" * 64)
    assert refused.value.sqlstate == "FC002"
    for key in (b"x" * 63, b"", b"x" * 65):
        with pytest.raises(psycopg.Error) as refused:
            low.call("SELECT sync.give_key(%s, %s)", low.client, key)
        assert refused.value.sqlstate == "23514"
    own = b"k" * 64
    low.call("SELECT sync.give_key(%s, %s)", low.client, own)
    assert low.call("SELECT * FROM sync.receipts(%s)", client) == []
    who = Who(low.firm.id, client, str(uuid4()))
    cover = json.dumps({"next_batch": 1, "cursor": 0, "mark": 0, "pieces": [], "batches": [1]}).encode()
    for key in (own, b"x" * 64):
        made = sealing.seal(key, letters.about("out", who, 0), cover)
        for call in (
            "SELECT sync.carry_open(%s, %s, %s, %s)",
            "SELECT sync.carry_push(%s, %s, %s, %s, 1, 'x')",
            "SELECT * FROM sync.carry_pull(%s, %s, %s, %s, 0, 5000, 1000)",
            "SELECT sync.carry_close(%s, %s, %s, %s, 0)",
        ):
            with pytest.raises(psycopg.Error) as refused:
                low.call(call, *who, made)
            assert refused.value.sqlstate == "FC012"
    real = tmp_path / "real.freecrm-out"
    carrying.write(low.lin.store, real)
    letter = Letter(real)
    with pytest.raises(psycopg.Error) as refused:  # his own computer in place of hers
        low.call(
            "SELECT sync.carry_open(%s, %s, %s, %s)", who.server, low.client, letter.who.file, letter.piece(0)
        )
    assert refused.value.sqlstate == "FC012"
    ((page, _reached, _head),) = low.call(
        "SELECT * FROM sync.carry_pull(%s, %s, %s, %s, 0, 5000, 1000)", *letter.who, letter.piece(0)
    )
    with pytest.raises(sealing.Tampered):
        sealing.unseal(own, letters.about("in", letter.who, 0), page)


@pytest.mark.parametrize(
    "part", ["", '{"kind": "all"}', '{"kind": "team"}', r'{"kind": "region", "words": ["", "%", "\\"]}', "{}"]
)
def test_a_part_shows_no_more_than_the_rights(low: Low, part: str) -> None:
    theirs = {low.theirs.hex().upper(), low.phone.hex().upper()}
    low.call("SELECT set_config('freecrm.part', %s, false)", part)
    try:
        assert low.call("SELECT * FROM sync.fetch(%s)", list(theirs)) == []
        assert not theirs & {row[2] for row in low.call("SELECT * FROM sync.pull(0, 1000000, 100000)")}
        assert not theirs & {row[2] for row in low.call("SELECT * FROM sync.listing(0, 1000000)")}
        for start in (0, 1, 5):
            assert not theirs & {row[1] for row in low.call("SELECT * FROM sync.near(%s, 1000000)", start)}
        assert low.call("SELECT * FROM sync.came_from_me(%s)", list(theirs)) == []
    finally:
        low.call("SELECT set_config('freecrm.part', '', false)")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "null",
        "{}",
        "[1]",
        "[[]]",
        '[["customer"]]',
        '[["customer", "no id", 0, 0, "n", {}]]',
        '[["customer", "00000000000000000000000000000000", "x", 0, "n", {}]]',
        '[["customer", "00000000000000000000000000000000", 0, 1e99, "n", {}]]',
        '[["customer", null, 0, 0, "n", {}]]',
        '[[null, "00000000000000000000000000000001", 0, 0, "n", {}]]',
        '[["customer", "00000000000000000000000000000000", 0, 0, "n", []]]',
        '[["customer", "00000000000000000000000000000000", 0, 0, "x", {}]]',
        "[" * 5000 + "]" * 5000,
        json.dumps([["customer", f"{n:032x}", 0, 0, "u", {}, {}] for n in range(20_000)]),
        json.dumps([["customer", "0" * 31 + "2", 0, FAR, "n", {"name": "x" * 40_000_000}]]),
    ],
)
def test_nonsense_changes_nothing(low: Low, payload: str) -> None:
    with low.firm.admin() as admin:
        before = admin.execute("SELECT count(*), (SELECT seq FROM sync.head) FROM sync.rec").fetchone()
    with pytest.raises(psycopg.Error):
        low.call("SELECT sync.push(%s, %s, %s)", low.client, low.batch + 1, payload)
    with low.firm.admin() as admin:
        assert (
            admin.execute("SELECT count(*), (SELECT seq FROM sync.head) FROM sync.rec").fetchone() == before
        )


@pytest.mark.parametrize(
    ("sql", "state"),
    [
        ("SELECT sync.push(%(client)s, 1000, '[]')", "FC001"),
        ("SELECT sync.push(gen_random_uuid(), 1, '[]')", "FC002"),
        ("SELECT sync.reserve('customer', 1, 1000000)", "FC005"),
        ("SELECT sync.reserve('customer', -1, 1)", "FC005"),
        ("SELECT sync.reserve(repeat('x', 1000), 1, 1)", "FC005"),
        ("SELECT sync.hello('[')", "22P02"),
        ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'", REFUSED),
    ],
)
def test_it_is_no_way_in(low: Low, sql: str, state: str | None) -> None:
    if "terminate" in sql:
        with low.firm.admin(), pytest.raises(psycopg.Error) as refused:
            low.connection.execute(sql)
    else:
        with pytest.raises(psycopg.Error) as refused:
            low.connection.execute(sql, {"client": low.client})
    assert state in (None, refused.value.sqlstate)


def test_what_anybody_may_ask_says_nothing_of_records(low: Low) -> None:
    low.connection.execute("LISTEN freecrm")
    low.lin.set("customer", low.theirs, name="别人的二")
    low.lin.sync()
    (told,) = list(low.connection.notifies(timeout=5, stop_after=1))
    assert told.payload.isdigit()
    low.connection.execute("UNLISTEN freecrm")
    assert low.call("SELECT * FROM sync.common(%s)", "[[1, null]]") == [(0,)]
    assert len(low.call("SELECT * FROM sync.computers()")) >= 2
    assert low.call("SELECT sync.mark(1)")[0][0]
    assert low.call("SELECT sync.head_mark()")
    queries = low.call("SELECT query FROM pg_stat_activity WHERE usename <> session_user AND query <> ''")
    assert {text for (text,) in queries} <= {"<insufficient privilege>"}
    assert low.call("SELECT * FROM pg_stats WHERE schemaname = 'sync'") == []
    sources = low.call("SELECT 1 FROM information_schema.tables WHERE table_schema = 'sync'")
    assert sources == []


def test_who_left_gets_no_answer(postgres: Postgres, tmp_path: Path) -> None:
    firm = Firm(postgres, tmp_path)
    a, b = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    a.add(name="云杉谷酒店")
    firm.settle()
    with firm.admin() as admin:
        admin.execute("UPDATE sync.member SET disabled = true WHERE person = %s", (b.person.hex(),))
    for sql in (
        "SELECT * FROM sync.pull(0, 100, 100)",
        "SELECT * FROM sync.pull_gone(0, 100)",
        "SELECT * FROM sync.digest('{customer}')",
        "SELECT * FROM sync.stretch('', 100, '{customer}')",
        "SELECT * FROM sync.computers()",
    ):
        assert b.server.connection.execute(sql).fetchall() == []
    (news,) = b.server.connection.execute("SELECT sync.news(0, 5000, 0)").fetchone()
    assert (news["rights"], news["came"]["rows"], news["came"]["people"]) == (None, [], {})
    for sql in (
        """SELECT sync.hello('{"client": "00000000-0000-0000-0000-000000000001", "next_batch": 1, "cursor": 0}')""",
        "SELECT sync.push(gen_random_uuid(), 1, '[]')",
        "SELECT sync.reserve('customer', 1, 1)",
    ):
        with pytest.raises(psycopg.Error) as refused:
            b.server.connection.execute(sql)
        assert refused.value.sqlstate == "FC003"
    with firm.admin() as admin:
        setup.end_member(admin, firm.address("wang").login)
    with pytest.raises(psycopg.OperationalError):
        b.server.connection.execute("SELECT 1")
    firm.close()


# ---- that there is no other door


def test_everything_is_tried(low: Low) -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    login = low.firm.address("wang").login
    with low.firm.admin() as admin:
        tables = [
            row[0]
            for row in admin.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'sync'::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p', 'f')"
            )
        ]
        for table in tables:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
                if not table.endswith("_seq"):
                    assert not admin.execute(
                        "SELECT has_table_privilege(%s, %s, %s)", (login, f"sync.{table}", right)
                    ).fetchone()[0]
        assert {name for name in tables if not name.endswith("_seq")} == set(TABLES)
        for name, definer, config, everybody, signature in admin.execute(
            "SELECT proname, prosecdef, coalesce(proconfig, '{}'), has_function_privilege('public', oid, 'EXECUTE'),"
            " oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'sync'::regnamespace"
        ):
            assert f"sync.{name}(" in text, f"nobody tries {signature}"
            assert any(one.startswith("search_path=pg_catalog") for one in config), signature
            assert not everybody, signature
            assert definer or name in ("hexed", "reaches", "meant", "by_entity"), signature
        forced = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'sync'::regnamespace AND relrowsecurity AND relforcerowsecurity"
        ).fetchall()
        assert {row[0] for row in forced} >= {"rec", "gone", "log"}
        roles = admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'fc\\_%' AND (rolsuper OR rolbypassrls OR rolcanlogin)"
        )
        assert roles.fetchall() == []


def test_there_is_nothing_beside_it(low: Low) -> None:
    """No schema that nobody knows of, and nothing readable in any, the views for reports included."""
    login = low.firm.address("wang").login
    with low.firm.admin() as admin:
        views.make(admin, model())
        ours = "n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'"
        schemas = {row[0] for row in admin.execute(f"SELECT nspname FROM pg_namespace n WHERE {ours}")}
        assert schemas == {"public", "sync", setup.CRYPTO, views.SCHEMA}
        readable = admin.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE {ours} AND c.relkind IN ('r', 'v', 'm', 'p', 'f')"
            " AND has_table_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, DELETE')",
            (login,),
        )
        assert readable.fetchall() == []
        called = admin.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            f" WHERE {ours} AND n.nspname <> 'sync' AND has_schema_privilege(%s, n.oid, 'USAGE')"
            " AND has_function_privilege(%s, p.oid, 'EXECUTE')",
            (login, login),
        )
        assert called.fetchall() == []
    with pytest.raises(psycopg.Error) as refused:
        low.connection.execute("SELECT * FROM report.customer")
    assert refused.value.sqlstate == REFUSED


def test_entities_are_known_to_the_server(low: Low) -> None:
    with low.firm.admin() as admin:
        known = {row[0] for row in admin.execute("SELECT ent FROM sync.ent")}
    assert known == set(model().entities)


def test_moves_between_owners(postgres: Postgres, tmp_path: Path) -> None:
    """Own, team and all: whoever may see a record has it, whoever may not has not, whatever hands it goes through."""
    import random

    firm = Firm(postgres, tmp_path)
    chance = random.Random(7)
    boss: Desktop = firm.desktop("lin")
    others = [firm.desktop(name, gives_rights=False) for name in ("shen", "wang", "zhao")]
    scopes = dict(zip(others, ("own", "team", "all"), strict=True))
    team = [others[1].person, others[0].person]
    with firm.admin() as admin:
        for one, scope in scopes.items():
            mates = [id.hex() for id in team] if scope == "team" else []
            admin.execute(
                "UPDATE sync.member SET reach = %s, team = %s::uuid[] WHERE person = %s",
                (
                    json.dumps({"*": {"see": "all"}, "customer": {"see": scope}, "contact": {"see": scope}}),
                    mates,
                    one.person.hex(),
                ),
            )
    people = [boss.person, *(one.person for one in others)]
    ids = [
        boss.add(name=f"客户{n}", owner_user=chance.choice(people), phones=[{"number": "+8657100006600"}])
        for n in range(6)
    ]
    persons = {boss.add("contact", name=f"人{n}", jobs=[{"customer": id}]): id for n, id in enumerate(ids)}
    firm.settle()
    moves = 0
    for _round in range(12):
        for id in chance.sample(ids, 2):
            boss.set("customer", id, owner_user=chance.choice(people))
            moves += 1
        for one in (boss, *chance.sample(others, 2)):
            exchange(one.store, one.server, greeted=True)  # a greeting makes right what was missed
    for one in 2 * [boss, *others]:
        exchange(one.store, one.server, greeted=True)
    owner = {id: boss.get("customer", id)["owner_user"] for id in ids}  # type: ignore[index]
    for one, scope in scopes.items():
        sees = {"own": {one.person}, "team": {*team, one.person}, "all": set(people)}[scope]
        wanted = {id for id in ids if owner[id] in sees}
        assert one.all("customer").keys() == wanted, scope
        assert {
            row["parent"] for row in one.all("phone").values() if row["parent_entity"] == "customer"
        } == wanted
        assert one.all("contact").keys() == {person for person, id in persons.items() if id in wanted}
    firm.close()
