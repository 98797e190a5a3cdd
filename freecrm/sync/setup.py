"""Makes the shared database and its members: what `freecrm server …` does, with an administrator's connection."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import is_child
from freecrm.core.fields import Link
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import sight
from freecrm.sync.keeping import ours

if TYPE_CHECKING:
    import psycopg

    from freecrm.core.module import Model

VERSION = 4
"""Of the functions in sql/; grows when what they answer changes. 2: parts, carried files. 3: stretches of records. 4: who saw
a deletion is believed after the server was put back."""

SQL = Path(__file__).with_name("sql")
PARTS = ("tables", "rights", "push", "pull", "files", "part", "carry")
CRYPTO = "sync_crypto"
"""Where pgcrypto goes when nobody has it in this database yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the server has to know of an entity to hold rights: see `sync.ent`."""

    entity: str
    owner: str
    child: bool
    via: str = ""
    link: str = ""
    links: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    above: tuple[tuple[str, str], ...] = ()
    uniques: tuple[str, ...] = ()


def entries(model: Model) -> list[Entry]:
    """All entities, as rights see them."""
    found = []
    for entity in model.entities.values():
        via, link = sight.tie(model, entity.entity) if not entity.owner and not is_child(entity) else ("", "")
        links = [f for f in entity.fields.values() if isinstance(f, Link) and f.derived is None]
        found.append(
            Entry(
                entity.entity,
                entity.owner,
                is_child(entity),
                via,
                link,
                tuple(f.name for f in links if f.to not in ("", "user", "role")),  # people stay
                tuple(f.name for f in links if f.tree),
                tuple((f.name, f.above) for f in links if f.above),
                tuple(f.name for f in entity.fields.values() if f.unique),
            )
        )
    return found


def install(admin: psycopg.Connection[Any], model: Model, name: str) -> str:
    """Make everything in an empty database, or bring one that is a team's already up to this program: its functions are
    made anew, records, people and computers stay as they are. The id of the shared database. All or nothing.

    Known when this PostgreSQL is too old, or the database belongs to a newer program."""
    if admin.info.server_version < 150000:
        raise Known(
            say(
                N_("PostgreSQL 15 or newer is needed; this one is {version}."),
                version=admin.info.parameter_status("server_version") or "",
            )
        )
    with admin.transaction():
        admin.execute(_sql("roles"))
        if installed(admin):
            row = admin.execute("SELECT version FROM sync.server").fetchone()
            if row is not None and row[0] > VERSION:
                raise Known(
                    say(
                        N_(
                            "A newer FreeCRM made the team's database. Nothing was changed; use that FreeCRM here."
                        )
                    )
                )
            admin.execute(_sql("clear"))
        else:
            admin.execute("CREATE SCHEMA sync AUTHORIZATION fc_owner")
        crypto = _crypto(admin)
        admin.execute("SET LOCAL ROLE fc_owner")
        for part in PARTS:
            admin.execute(_sql(part).replace("pgcrypto.", f"{crypto}."))
        admin.execute("RESET ROLE")
        admin.execute(
            "INSERT INTO sync.server (name, version, min_version) VALUES (%s, %s, %s)"
            " ON CONFLICT (one) DO UPDATE SET version = excluded.version",
            (name, VERSION, 1),
        )
        admin.execute("INSERT INTO sync.head (seq) VALUES (0) ON CONFLICT DO NOTHING")
        tell_entities(admin, model)
        admin.execute(_sql("grants"))
        database = admin.execute("SELECT quote_ident(current_database())").fetchone()
        assert database is not None
        admin.execute(f"REVOKE ALL ON DATABASE {database[0]} FROM PUBLIC")  # TEMP goes with it
        admin.execute(f"GRANT CONNECT ON DATABASE {database[0]} TO fc_user, fc_keeper, fc_report")
        row = admin.execute("SELECT id FROM sync.server").fetchone()
    assert row is not None
    return str(row[0])


def renew(admin: psycopg.Connection[Any], model: Model) -> int:
    """The same for a database that is to be a team's already: Known when it is none. How many functions it has then."""
    ours(admin)
    install(admin, model, "")
    row = admin.execute("SELECT count(*) FROM pg_proc WHERE pronamespace = 'sync'::regnamespace").fetchone()
    assert row is not None
    return int(row[0])


def installed(admin: psycopg.Connection[Any]) -> bool:
    """Whether this is a team's database already."""
    return bool(admin.execute("SELECT to_regnamespace('sync') IS NOT NULL").fetchone() == (True,))


def _crypto(admin: psycopg.Connection[Any]) -> str:
    """The schema in which pgcrypto is, made where it can be. Without it all works but carried files."""
    find = (
        "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
        " WHERE e.extname = 'pgcrypto'"
    )
    found = admin.execute(find).fetchone()
    offered = admin.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pgcrypto'").fetchone()
    if found is None and offered is not None:
        admin.execute(f"CREATE SCHEMA IF NOT EXISTS {CRYPTO}")
        admin.execute(f"CREATE EXTENSION pgcrypto SCHEMA {CRYPTO}")
        admin.execute(f"GRANT USAGE ON SCHEMA {CRYPTO} TO fc_writer")
    return CRYPTO if found is None else str(found[0])


def tell_entities(admin: psycopg.Connection[Any], model: Model) -> None:
    """Write down what this program's declarations say of entities, beside what a newer program said of others."""
    rows = [
        (
            e.entity,
            e.owner,
            e.child,
            e.via,
            e.link,
            list(e.links),
            list(e.trees),
            dict(e.above),
            list(e.uniques),
        )
        for e in entries(model)
    ]
    admin.execute(
        "INSERT INTO sync.ent (ent, owner, child, via, link, links, trees, above, uniques)"
        " SELECT i ->> 0, i ->> 1, (i ->> 2)::boolean, i ->> 3, i ->> 4,"
        " ARRAY(SELECT jsonb_array_elements_text(i -> 5)), ARRAY(SELECT jsonb_array_elements_text(i -> 6)), i -> 7,"
        " ARRAY(SELECT jsonb_array_elements_text(i -> 8))"
        " FROM jsonb_array_elements(%s::jsonb) AS i"
        " ON CONFLICT (ent) DO UPDATE SET owner = excluded.owner, child = excluded.child, via = excluded.via,"
        " link = excluded.link, links = excluded.links, trees = excluded.trees, above = excluded.above, uniques = excluded.uniques",
        (json.dumps(rows),),
    )


def add_member(
    admin: psycopg.Connection[Any],
    login: str,
    password: str,
    name: str = "",
    *,
    person: bytes | None = None,
    gives_rights: bool = False,
) -> bytes:
    """Let somebody in: a login of the server for a person of the firm, by name or id; the person's id. The server
    never sees the password itself, only what SCRAM makes of it.

    A second time changes the password and lets in again who was let in no longer. gives_rights: they may, and a role that
    keeps them from it is taken off: so the way back is where nobody gives rights any more. Known when the login can't be one, or
    is somebody else's than `name`.
    """
    from psycopg import sql

    refuse_login(login)
    secret = admin.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    with admin.transaction():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
        verb = "ALTER" if known else "CREATE"
        admin.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {} VALID UNTIL 'infinity'"
            ).format(sql.SQL(verb), sql.Identifier(login), sql.Literal(secret))
        )
        admin.execute(sql.SQL("GRANT fc_user TO {}").format(sql.Identifier(login)))
        held = admin.execute("SELECT person FROM sync.member WHERE login = %s", (login,)).fetchone()
        if person is not None:
            found = person.hex()
        elif held is not None:
            found = str(held[0])
            _refuse_other(admin, login, name, _name(admin, found))
        else:
            row = admin.execute("SELECT sync.person_named(%s)", (name or login,)).fetchone()
            assert row is not None
            found = str(row[0])
        admin.execute(
            "INSERT INTO sync.member (login, person, admin) VALUES (%s, %s, %s) ON CONFLICT (login)"
            " DO UPDATE SET person = excluded.person, admin = excluded.admin OR sync.member.admin, disabled = false,"
            " version = sync.member.version + (excluded.admin AND NOT sync.member.admin)::integer",
            (login, found, gives_rights),
        )
        if gives_rights and _gives_none(admin, found):
            _mark(admin, found, "role", None)
        admin.execute("SELECT sync.refresh_members()")
        _mark(admin, found, "left", 0)
    return bytes.fromhex(found.replace("-", ""))


def _refuse_other(admin: psycopg.Connection[Any], login: str, name: str, held: str) -> None:
    """Known when a login would pass to another person, with all that is theirs to see."""
    if name and held and name != held:
        what = N_(
            "“{login}” is the login of “{held}”, not of “{name}”. Nothing was changed. Whoever is only called"
            " otherwise now is renamed in the settings under “Colleagues”; somebody else gets a login of their own."
        )
        raise Known(say(what, login=login, held=held, name=name))


def refuse_login(login: str) -> None:
    """Known when a text can't be a login."""
    if not login or len(login.encode()) > 63 or login.startswith(("fc_", "pg_")) or login != login.strip():
        raise Known(
            say(N_("“{login}” can't be a login. Take a short name without blanks at its ends."), login=login)
        )


def end_member(admin: psycopg.Connection[Any], login: str) -> str:
    """Let somebody in no longer, at once: open connections of theirs end. Their person is marked as one who has left,
    unless another login is theirs; how they are called then, "" otherwise. Known when nobody has this login."""
    from psycopg import sql

    with admin.transaction():
        row = admin.execute(
            "UPDATE sync.member SET disabled = true WHERE login = %s RETURNING person", (login,)
        ).fetchone()
        if row is None:
            what = N_(
                "Nobody signs in as “{login}”. Who does is said by: freecrm server status. Nothing was changed."
            )
            raise Known(say(what, login=login))
        admin.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,))
        other = "SELECT 1 FROM sync.member WHERE person = %s AND NOT disabled"
        if admin.execute(other, (row[0],)).fetchone() is not None:
            return ""
        _mark(admin, str(row[0]), "left", 1)
        return _name(admin, str(row[0]))


def called(admin: psycopg.Connection[Any]) -> str:
    """How the shared database is called: what it was given when it was made."""
    row = admin.execute("SELECT name FROM sync.server").fetchone()
    assert row is not None
    return str(row[0])


def _name(admin: psycopg.Connection[Any], person: str) -> str:
    """How a person of the firm is called, "" where their record is gone."""
    with admin.transaction():
        admin.execute("SET LOCAL ROLE fc_writer")
        row = admin.execute(
            "SELECT data ->> 'name' FROM sync.rec WHERE id = %s AND NOT del", (person,)
        ).fetchone()
        admin.execute("RESET ROLE")
    return str(row[0] or "") if row is not None else ""


def _gives_none(admin: psycopg.Connection[Any], person: str) -> bool:
    """Whether the role of a person keeps them from giving rights."""
    with admin.transaction():
        admin.execute("SET LOCAL ROLE fc_writer")
        row = admin.execute(
            "SELECT coalesce((r.data ->> 'admin')::int, 0) = 1 FROM sync.rec u LEFT JOIN sync.rec r"
            " ON r.id = (nullif(u.data ->> 'role', ''))::uuid AND r.ent = 'role' AND NOT r.del"
            " WHERE u.id = %s AND NOT u.del AND nullif(u.data ->> 'role', '') IS NOT NULL",
            (person,),
        ).fetchone()
        admin.execute("RESET ROLE")
    return row is not None and not row[0]


def _mark(admin: psycopg.Connection[Any], person: str, field: str, value: int | None) -> None:
    """Set a field of a person's record, and let everybody hear it: that they left the firm or are back, or that they
    have no role any more."""
    with admin.transaction():
        admin.execute("SET LOCAL ROLE fc_writer")
        admin.execute(
            "WITH head AS (UPDATE sync.head SET seq = seq + 1 WHERE EXISTS (SELECT FROM sync.rec WHERE id = %(person)s"
            " AND NOT del AND coalesce(data ->> %(field)s, '0') <> coalesce(%(value)s::integer, 0)::text)"
            " RETURNING seq),"
            " now AS (SELECT seq, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms FROM head),"
            " told AS (INSERT INTO sync.batch (seq, client, batch) SELECT seq, 0, seq FROM now)"
            " UPDATE sync.rec r SET data = data || jsonb_build_object(%(field)s::text, %(value)s::integer), seq = now.seq,"
            " fm = fm || jsonb_build_object(%(field)s::text, jsonb_build_array(now.seq, now.ms, 0)),"
            " writer = 0, at = now.ms, pushed = now.seq - 1 FROM now WHERE r.id = %(person)s",
            {"person": person, "field": field, "value": value},
        )
        admin.execute("SELECT pg_notify('freecrm', seq::text) FROM sync.head")
        admin.execute("RESET ROLE")


def _sql(part: str) -> str:
    return (SQL / f"{part}.sql").read_text(encoding="utf-8")
