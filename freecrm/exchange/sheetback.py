"""An exported workbook read again, in the child process: its rows, and what its hidden sheet says."""

from __future__ import annotations

import base64
import binascii
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.exchange import excel
from freecrm.exchange.heads import head_text
from freecrm.exchange.reading import Opened, kind_of, open_source
from freecrm.exchange.sheets import Row
from freecrm.exchange.workbook import HIDDEN

ID_HEAD = "_id"
BLOCK = 500
_LOOKED_AT = 64 << 10  # bytes of the list of sheets


@dataclass
class Told:
    """What the file says before its rows: heads, and the hidden sheet (blank where it is gone).

    keys: head -> column key. ids: the records that were exported. place: index of the id column.
    """

    heads: list[str]
    place: int
    entity: str = ""
    language: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    ids: list[bytes] = field(default_factory=list)


def is_ours(path: Path) -> bool:
    """Whether a file is a workbook that FreeCRM exported and that can be brought back. Reads next to nothing."""
    try:
        with zipfile.ZipFile(path) as book, book.open("xl/workbook.xml") as part:
            return f'name="{HIDDEN}"'.encode() in part.read(_LOOKED_AT)
    except (OSError, KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return False  # whoever reads it as a list says what is wrong with it


def read_back(path: str) -> Iterator[Told | list[Row] | list[Said]]:
    """`Told`, then blocks of rows, at last the notes. Raises `Known` for a file without ids."""
    source = Path(path)
    opened = _opened(source)
    if opened is None:
        raise Known(
            say(
                N_(
                    "The file {file} has no hidden column “{head}”, so its rows cannot be told apart."
                    " Import it as a list instead."
                ),
                file=source.name,
                head=ID_HEAD,
            )
        )
    heads = opened.layout.heads
    told = Told(heads, heads.index(ID_HEAD))
    _read_hidden(source, told)
    yield told
    block: list[Row] = []
    for row in opened.rows():
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    yield block
    yield [note for note in opened.notes if note.figures.get("name") != HIDDEN]


def _opened(path: Path) -> Opened | None:
    opened = open_source(path)
    if ID_HEAD not in opened.layout.heads:
        # A list of oddly named columns may hide its header: the id column shows where it is.
        row = next((n for n, cells in opened.first if ID_HEAD in map(_head, cells)), None)
        if row is None:
            return None
        opened = open_source(path, sheet=opened.sheet, header_row=row)
    return opened if ID_HEAD in opened.layout.heads else None


def _head(cell: object) -> str:
    return head_text(cell) if isinstance(cell, str) else ""


def _read_hidden(path: Path, told: Told) -> None:
    kind = kind_of(path)
    if kind not in ("xlsx", "xls", "xlsb", "ods"):
        return
    book = excel.Workbook(path, kind)
    if HIDDEN not in book.source.sheets:
        return
    with excel.speaks():
        for _number, cells in book.sheet(HIDDEN).rows():
            word, *values = [str(cell) if cell is not None else "" for cell in [*cells, None, None, None][:3]]
            if word == "entity":
                told.entity = values[0]
            elif word == "language":
                told.language = values[0]
            elif word == "column":
                told.keys[head_text(values[0])] = values[1]
            elif word == "ids":
                told.ids += _ids(values[0])


def _ids(text: str) -> list[bytes]:
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # somebody wrote into the hidden sheet
        return []
    return [packed[i : i + 16] for i in range(0, len(packed) - 15, 16)]
