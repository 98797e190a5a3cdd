"""The files that were imported last, for taking them again."""

from __future__ import annotations

from pathlib import Path

from freecrm.store.database import Store

KEY = "import.recent"
MOST = 8


def recent(store: Store) -> list[Path]:
    """The files imported last that are still there, the latest first."""
    return [path for text in store.kept(KEY) or () if (path := Path(text)).is_file()]


def remember(store: Store, path: Path) -> None:
    """A file was imported. Writes: in the writer's thread only."""
    before = [text for text in store.kept(KEY) or () if text != str(path)]
    store.keep(KEY, [str(path), *before][:MOST])
