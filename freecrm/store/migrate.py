"""Upgrades a file of an older FreeCRM: a backup first, then everything in one transaction.

Alembic is imported only here, only when a file is behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.store import backup, changelog, tables

if TYPE_CHECKING:
    from freecrm.store.database import Store

SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(store: Store) -> Path:
    """Bring the file to this program's format; the path of the backup made before.

    Migrations are Alembic revisions in `store/migrations/versions`; number 0002 brings a file of
    format 1 to format 2. Those that the file lacks run on the raw tables inside one transaction, and
    the triggers are made anew at its end. What they raise leaves the file as it was.
    """
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    copy = backup.make(store, "before upgrade")
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with store.lock:
        raw = store.write()
        before = raw.execute("PRAGMA user_version").fetchone()[0]
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        connection = engine.connect()  # it rolls back when it is opened and closed: both outside of ours
        try:
            raw.execute("BEGIN IMMEDIATE")
            for name in changelog.all_triggers(store.model):
                raw.execute(f"DROP TRIGGER IF EXISTS {tables.quoted(name)}")
            settings = {"transactional_ddl": False, "render_as_batch": True}
            with Operations.context(MigrationContext.configure(connection, opts=settings)):
                for revision in reversed(list(scripts.walk_revisions())):
                    if before < int(revision.revision) <= tables.FORMAT:
                        revision.module.upgrade()
            changelog.mend_triggers(raw, store.model)
            raw.execute(f"PRAGMA user_version = {tables.FORMAT}")
            raw.execute("COMMIT")
        finally:
            connection.close()
    return copy
