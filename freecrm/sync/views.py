"""Readable views of the shared database for reporting tools: one per kind of record in the schema `report`, with a
column per field, amounts and times as such. They show everything; only a login made for it reads them, and none
writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Link, Moment, Money, Number, YesNo
from freecrm.core.money import minor_digits
from freecrm.sync.outbox import shared

if TYPE_CHECKING:
    import psycopg

    from freecrm.core.entity import Entity
    from freecrm.core.fields import Field
    from freecrm.core.module import Model

SCHEMA = "report"


def make(admin: psycopg.Connection[Any], model: Model, currency: str = "CNY") -> int:
    """Make all views anew, as this program knows the fields; how many. currency: of the firm, for its digits."""
    from psycopg import sql

    with admin.transaction():
        admin.execute("SET LOCAL ROLE fc_owner")
        admin.execute("DROP SCHEMA IF EXISTS report CASCADE")
        admin.execute("RESET ROLE")
        admin.execute("CREATE SCHEMA report AUTHORIZATION fc_owner")
        admin.execute("SET LOCAL ROLE fc_owner")
        for entity in model.entities.values():
            columns = [sql.SQL("r.id"), *([sql.SQL("r.root AS belongs_to")] if _is_child(entity) else [])]
            columns += [
                sql.SQL("{} AS {}").format(_value(f, currency), sql.Identifier(f.name))
                for f in shared(entity)
                if not f.hidden and f.name not in ("id", "belongs_to")
            ]
            admin.execute(
                sql.SQL(
                    "CREATE VIEW report.{} WITH (security_invoker = true) AS SELECT {} FROM sync.rec r"
                    " WHERE r.ent = {} AND NOT r.del"
                ).format(
                    sql.Identifier(entity.entity), sql.SQL(", ").join(columns), sql.Literal(entity.entity)
                )
            )
        admin.execute("GRANT USAGE ON SCHEMA report, sync TO fc_report")
        admin.execute("GRANT SELECT ON ALL TABLES IN SCHEMA report TO fc_report")
        admin.execute("GRANT SELECT ON sync.rec TO fc_report")
        admin.execute("DROP POLICY IF EXISTS report ON sync.rec")
        admin.execute("CREATE POLICY report ON sync.rec FOR SELECT TO fc_report USING (true)")
    return len(model.entities)


def _is_child(entity: type[Entity]) -> bool:
    from freecrm.core.entity import is_child

    return is_child(entity)


def _value(f: Field, currency: str) -> Any:
    """The SQL of a field's value."""
    from psycopg import sql

    held = sql.SQL("(r.data ->> {})").format(sql.Literal(f.name))
    if isinstance(f, Money):
        return sql.SQL("{}::numeric / {}").format(held, sql.Literal(10 ** minor_digits(currency)))
    if isinstance(f, Number):
        return sql.SQL("{}::numeric / {}").format(held, sql.Literal(10**f.places))
    if isinstance(f, YesNo):
        return sql.SQL("{} = '1'").format(held)
    if isinstance(f, Moment):
        return sql.SQL("to_timestamp({}::numeric / 1000)").format(held)
    if f.kind == "date":
        return sql.SQL("nullif({}, '')::date").format(held)
    if isinstance(f, Link):
        return sql.SQL("nullif({}, '')::uuid").format(held)
    return held


def let_read(admin: psycopg.Connection[Any], login: str, password: str) -> None:
    """A login for a reporting tool: it reads the views and can do nothing else."""
    from psycopg import sql

    secret = admin.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    with admin.transaction():
        known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
        admin.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(login), sql.Literal(secret)
            )
        )
        admin.execute(sql.SQL("GRANT fc_report TO {}").format(sql.Identifier(login)))
        admin.execute(
            sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(sql.Identifier(login))
        )
