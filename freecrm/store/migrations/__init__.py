"""The steps that bring the file of an older FreeCRM up to date; `store/migrate.py` runs them.

To change a table: raise FORMAT in `store/tables.py` to N and add `versions/000N_what.py` with
`revision = "000N"`, `down_revision` (the one before, None for 0002) and `upgrade()`, written with
`alembic.op`. A test compares an upgraded file with a new one.
"""
