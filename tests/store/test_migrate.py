"""A file of an older FreeCRM is copied, then upgraded in one transaction or not at all."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

import pytest

from freecrm.core.arrangement import Arrangement
from freecrm.core.entity import Entity
from freecrm.core.fields import Text
from freecrm.core.module import Model, Module, model_of
from freecrm.modules import (
    activities,
    deals,
    model,
    orders,
    products,
    quotes,
    receivables,
)
from freecrm.store import changelog, copies, migrate, tables, undo, views
from freecrm.store.database import Store, open_store
from tests.store.samples import a_firm, assert_well, dump, ids, open_in, raw


class Plant(Entity):
    """Something that the next format knows and this one does not."""

    label, plural = "Plant", "Plants"
    name = Text("Name", required=True, search="name")


NEXT, LAST = tables.FORMAT + 1, tables.FORMAT + 2
REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{next}", None


def upgrade():
    op.create_table(
        "plant",
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, server_default=sa.text("0")),
        *(sa.Column(name, sa.Text) for name in ("name", "name_key", "name_norm", "custom", "extra")),
        sa.UniqueConstraint("id", name="uq_plant_id"),
    )
    op.create_index("ix_plant_name_key", "plant", ["name_key"])
    op.create_index("ix_plant_name_norm", "plant", ["name_norm"], sqlite_where=sa.text("name_norm IS NOT NULL"))
    with op.batch_alter_table("user") as table:
        table.alter_column("short", type_=sa.Text, nullable=True)
    op.execute("UPDATE customer SET credit_grade = 'good'")
"""
LATER = """
from alembic import op

revision, down_revision = "{last}", "{next}"


def upgrade():
    op.execute("UPDATE customer SET employees = 3")
    {harm}
"""


def write_revisions(versions: Path, harm: str = "pass") -> None:
    numbers = {"next": f"{NEXT:04}", "last": f"{LAST:04}"}
    (versions / f"{NEXT:04}_plants.py").write_text(REVISION.replace("{next}", numbers["next"]))
    (versions / f"{LAST:04}_staff.py").write_text(LATER.format(harm=harm, **numbers))


def differences(store: Store) -> list[object]:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{store.path}")
    ours = tables.metadata_of(store.model)
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*expression-based index")
        settings = {"include_name": lambda name, kind, _: kind != "table" or name in ours.tables}
        found = compare_metadata(MigrationContext.configure(connection, opts=settings), ours)
    engine.dispose()
    return list(found)


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Model]:
    """A file of this format beside a program two formats newer that knows plants."""
    store = open_in(tmp_path)
    a_firm(store)
    store.close()
    versions = tmp_path / "scripts" / "versions"
    versions.mkdir(parents=True)
    write_revisions(versions)
    monkeypatch.setattr(migrate, "SCRIPTS", tmp_path / "scripts")
    monkeypatch.setattr(tables, "FORMAT", LAST)
    return store.path, model_of((*model().modules, Module("plants", (Plant,))))


def test_a_new_file_is_what_the_declarations_say(store: Store) -> None:
    assert differences(store) == []


def test_an_older_file_is_copied_and_upgraded(older: tuple[Path, Model]) -> None:
    path, newer = older
    store = open_store(path, newer)
    assert raw(store, "SELECT credit_grade, employees FROM customer") == [("good", 3)]
    assert raw(store, "PRAGMA user_version") == [(LAST,)]
    assert_well(store)
    (copy,) = [found.path for found in copies.listed(store.path)]
    assert copy.stem.endswith("before upgrade")
    with store.step("Plant") as step:
        step.insert("plant", {"name": "茶树"})
    assert [f.record["name"] for f in store.reader().find("茶树")] == ["茶树"]
    undo.undo(store)
    assert_well(store)
    before = dump(store)
    store.close()
    store = open_store(path, newer)  # nothing is done twice
    assert dump(store) == before
    assert len(copies.listed(store.path)) == 1
    store.close()
    connection = sqlite3.connect(copy)
    assert connection.execute("PRAGMA user_version").fetchone() == (NEXT - 1,)
    assert connection.execute("SELECT employees FROM customer").fetchone() == (None,)
    connection.close()


def test_an_upgraded_file_is_what_the_declarations_say(older: tuple[Path, Model]) -> None:
    store = open_store(*older)
    assert differences(store) == []
    store.close()


def content(path: Path) -> list[object]:
    connection = sqlite3.connect(path)
    found: list[object] = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    for table in ("customer", "user", "contact", "job", "phone", "step", "change", "search_doc"):
        found += connection.execute(f'SELECT * FROM "{table}"').fetchall()
    found += connection.execute("PRAGMA user_version").fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("harm", ["raise RuntimeError", "op.execute('UPDATE nowhere SET x = 1')"])
def test_an_upgrade_that_stops_half_way_leaves_the_file_as_it_was(
    older: tuple[Path, Model], harm: str
) -> None:
    path, newer = older
    write_revisions(migrate.SCRIPTS / "versions", harm)
    before = content(path)
    with pytest.raises(Exception, match=r"no such table|^$"):
        open_store(path, newer)
    assert content(path) == before
    assert len(list(path.parent.glob("firm backups/*before upgrade.freecrm"))) == 1


def test_ids_outlive_an_upgrade(older: tuple[Path, Model]) -> None:
    path, newer = older
    store = open_store(path, newer)
    assert len(ids(store, "customer")) == 1
    undo.undo(store, 1)
    store.close()


def _without_0003(connection: sqlite3.Connection) -> None:
    for table in ("tie", "occasion", "points_entry", "score_rule"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("DROP INDEX ix_customer_points")
    connection.execute("DROP INDEX ix_job_reports_to")
    for column in ("credit_grade", "credit_limit", "terms_days", "discount", "points"):
        connection.execute(f"ALTER TABLE customer DROP COLUMN {column}")
    connection.execute("ALTER TABLE job DROP COLUMN reports_to")
    for column in ("main_job", "main_role"):
        connection.execute(f"ALTER TABLE contact DROP COLUMN {column}")


def _without_0005(connection: sqlite3.Connection) -> None:
    for entity in activities.MODULE.entities:
        connection.execute(f"DROP TABLE {entity.entity}")
    for index in (
        "customer_next_at",
        "customer_idle",
        "customer_held",
        "customer_pool_from",
        "contact_last_contact",
        "contact_birthday_falls",
        "occasion_day_falls",
        "change_owned",
    ):
        connection.execute(f"DROP INDEX IF EXISTS ix_{index}")
    pool = ("pool_since", "pool_since_zone", "pool_from", "pool_why")
    for column in ("next_at", "next_at_zone", "next_step", "protected", *pool):
        connection.execute(f"ALTER TABLE customer DROP COLUMN {column}")
    connection.execute("ALTER TABLE contact DROP COLUMN last_contact")
    connection.execute("UPDATE customer SET last_contact = '2026-03-16'")


def _without_0006(connection: sqlite3.Connection) -> None:
    for module in (products, deals, quotes, orders, receivables):
        for entity in module.MODULE.entities:
            connection.execute(f"DROP TABLE {entity.entity}")
    connection.execute("DROP INDEX ix_activity_deal")
    connection.execute("DROP INDEX ix_change_number")
    connection.execute("DROP INDEX ix_customer_balance")
    for column in ("balance", "opening_day"):
        connection.execute(f"ALTER TABLE customer DROP COLUMN {column}")
    connection.execute("ALTER TABLE activity DROP COLUMN deal")
    connection.execute("ALTER TABLE user DROP COLUMN team")


def _without_0007(connection: sqlite3.Connection) -> None:
    for table in ("role", "conflict", "trail"):
        connection.execute(f"DROP TABLE {table}")
    for table in ("meta", "sealed", "sent", "point", "tomb", "note", "offer"):
        connection.execute(f"DROP TABLE sync_{table}")
    connection.execute("DROP INDEX ix_user_role")
    connection.execute("ALTER TABLE user DROP COLUMN role")


def test_a_file_without_a_team_is_upgraded(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    a_firm(store)
    store.close()
    connection = sqlite3.connect(store.path)
    for name in changelog.all_triggers(model()):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    _without_0007(connection)
    connection.execute("PRAGMA user_version = 6")
    connection.commit()
    connection.close()
    store = open_store(store.path, model())
    assert differences(store) == []
    assert_well(store)
    store.close()


def test_a_file_without_deals_is_upgraded(tmp_path: Path) -> None:
    store = open_in(tmp_path)
    a_firm(store)
    store.close()
    connection = sqlite3.connect(store.path)
    for name in changelog.all_triggers(model()):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    _without_0007(connection)
    _without_0006(connection)
    connection.execute("PRAGMA user_version = 5")
    connection.commit()
    connection.close()
    store = open_store(store.path, model())
    assert differences(store) == []
    assert raw(store, "SELECT count(*) FROM deal") == [(0,)]
    store.close()


@pytest.mark.parametrize("before", [1, 2, 3, 4])
def test_a_file_of_each_earlier_format_is_upgraded(tmp_path: Path, before: int) -> None:
    store = open_in(tmp_path)
    a_firm(store)
    store.close()
    connection = sqlite3.connect(store.path)
    for name in changelog.all_triggers(model()):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    _without_0007(connection)
    _without_0006(connection)
    _without_0005(connection)
    if before < 4:
        connection.execute("DROP INDEX ix_change_code")
    if before < 3:
        _without_0003(connection)
    for column in ("offered", "off") if before < 4 else ():
        connection.execute(f"ALTER TABLE list_view DROP COLUMN {column}")
    if before == 1:
        connection.execute("DROP TABLE list_view")
    connection.execute(f"PRAGMA user_version = {before}")
    connection.commit()
    connection.close()
    store = open_store(store.path, model())
    assert differences(store) == []
    (person,) = [store.reader().record("contact", id) for id in ids(store, "contact")]
    assert person is not None
    assert (person["main_job"], person["main_role"]) == ("采购经理", "decider")
    assert raw(store, "SELECT last_contact FROM customer") == [("2026-03-16",)]
    assert raw(store, "SELECT kind, state, recorded, contact_day FROM activity") == [
        ("other", "done", 1, "2026-03-16")
    ]
    assert_well(store)
    views.add(store, "customer", "Mine", Arrangement(("name",)))
    assert [view.name for view in views.views_of(store, "customer")] == ["Mine"]
    assert_well(store)
    undo.undo(store)
    assert views.views_of(store, "customer") == []
    store.close()
