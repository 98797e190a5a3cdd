"""Whether a file is a picture that can be printed."""

from __future__ import annotations

from pathlib import Path

from freecrm.core.words import N_, Said, say

NO_FILE = N_("The file {file} can't be read. Choose another one, or none.")
NO_PICTURE = N_("{file} isn't a picture that can be printed. Choose a PNG or JPEG file.")
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def why_not(path: str) -> Said | None:
    """What keeps a file from being printed as a picture; None when nothing does, or none is named."""
    if not path.strip():
        return None
    try:
        with Path(path).open("rb") as file:
            begun = file.read(8)
    except (OSError, ValueError):
        return say(NO_FILE, file=path)
    return None if begun.startswith(BEGINNINGS) else say(NO_PICTURE, file=Path(path).name)
