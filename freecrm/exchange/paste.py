"""Cells from the clipboard as a file that an import reads: Excel's tab-separated text, or a table of a web page."""

from __future__ import annotations

from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.exchange.changeset import spool_path

FEW = 200
"""Pasting more rows than this into a list offers the import instead."""


def rows_in(text: str) -> int:
    """How many rows pasted text has."""
    return len(text.rstrip("\r\n").splitlines())


def kept(text: str, html: str = "") -> Path:
    """A file with what the clipboard holds; `discard` it in the end. Known when it holds no table.

    A table of a web page is taken where the text beside it has no columns.
    """
    if "\t" not in text and "<table" in html.lower():
        return _written(html, "html")
    if not text.strip():
        raise Known(say(N_("The clipboard holds no cells. Copy them in Excel with their heads, then paste.")))
    mark = "sep=\t\r\n" if "\t" in text else ""
    return _written(mark + text, "csv")


def _written(text: str, ending: str) -> Path:
    own = spool_path("paste")
    path = own.with_name(f"{own.stem}.{_('Clipboard')}.{ending}")
    own.rename(path)
    path.write_text(text, encoding="utf-8-sig", newline="")
    return path


def name_of(path: Path) -> str:
    """What a file is called on the screen: what was pasted is not called after its temporary file."""
    return path.stem.rpartition(".")[2] if path.name.startswith("freecrm-import-") else path.name
