"""A file that is written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from freecrm.core.problems import Known
from freecrm.core.words import N_, say


@contextmanager
def saving(path: Path) -> Iterator[Path]:
    """A path to write to beside `path`; it takes that place when the block ends well.

    Whatever ends the block early (a refusal, a cancel) leaves `path` as it was. Raises `Known`
    when the folder or the file cannot be written, or the disk is full.
    """
    part = path.with_name(f".{path.stem}.{uuid4().hex[:8]}.part")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        with suppress(OSError):  # never made, or its folder is gone
            part.unlink()


def _refusal(path: Path, error: OSError) -> Known:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Known(
            say(
                N_("The disk has no room for {file}. Free some space or choose another folder."),
                file=path.name,
            ),
            str(error),
        )
    if isinstance(error, PermissionError) and path.exists():
        return Known(
            say(
                N_(
                    "{file} cannot be replaced: another program has it open, or it is write-protected."
                    " Close it there or choose another name."
                ),
                file=path.name,
            ),
            str(error),
        )
    return Known(
        say(N_("{file} cannot be written there. Choose a folder that you may write to."), file=str(path)),
        str(error),
    )
