"""Attachments: copied beside the database under the SHA-256 of their content, one copy a content."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.database import Store

CHUNK = 1 << 20


def take(store: Store, path: Path) -> dict[str, Any]:
    """Copy a file into the folder beside the database; the values of its `file` row.

    The row itself is written through the door by the caller. Known when the file cannot be read.
    """
    try:
        with path.open("rb") as source:
            store.files.mkdir(parents=True, exist_ok=True)
            digest, size, copy = _copy(source, store.files)
        target = place(store, digest)
        target.parent.mkdir(exist_ok=True)
        os.replace(copy, target)  # the same content, should it lie there already
    except OSError as error:
        raise Known(
            say(
                N_("“{file}” could not be attached: {why}. The original is untouched; try again."),
                file=path.name,
                why=error.strerror or str(error),
            )
        ) from error
    return {"name": path.name, "hash": digest, "size": size, "type": mimetypes.guess_type(path.name)[0]}


def _copy(source: Any, folder: Path) -> tuple[str, int, Path]:
    sealed, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part", delete=False) as target:
        copy = Path(target.name)
        try:
            while chunk := source.read(CHUNK):
                sealed.update(chunk)
                target.write(chunk)
                size += len(chunk)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
    return sealed.hexdigest(), size, copy


def place(store: Store, digest: str) -> Path:
    """Where the content of that hash lies."""
    return store.files / digest[:2] / digest


def copy_out(store: Store, row: dict[str, Any], target: Path) -> None:
    """Write the content of a `file` row to `target`; Known when it is not there or cannot be written."""
    source = place(store, row.get("hash") or "")
    if not row.get("hash") or not source.is_file():
        raise Known(
            say(
                N_("“{file}” is not in the folder “{folder}” any more. Look for it in a backup."),
                file=row.get("name") or "",
                folder=store.files.name,
            )
        )
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise Known(
            say(
                N_("“{file}” could not be saved there: {why}. Choose another folder."),
                file=target.name,
                why=error.strerror or str(error),
            )
        ) from error


def lend(store: Store, row: dict[str, Any]) -> Path:
    """A copy under the file's own name in a folder of its own, for another program to open. What is changed in
    the copy stays there."""
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", row.get("name") or "file").lstrip(".") or "file"
    copy = Path(tempfile.mkdtemp(prefix="freecrm-")) / name
    copy_out(store, row, copy)
    return copy


def broken(store: Store) -> list[str]:
    """Names of attached files whose content is not in the folder."""
    rows = store.read().execute("SELECT name, hash FROM file ORDER BY n").fetchall()
    return [name for name, digest in rows if not digest or not place(store, digest).exists()]
