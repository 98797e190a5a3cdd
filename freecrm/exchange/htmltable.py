"""Tables of a web page, for files that are called .xls and are none."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_WIDEST = 1000


def tables(page: bytes) -> list[list[list[str]]]:
    """Every table as rows of texts; a cell over several columns is followed by blank ones."""
    parser = _Tables()
    parser.feed(_decoded(page))
    parser.close()
    return [rows for rows in parser.tables if any(rows)]


def _decoded(page: bytes) -> str:
    if page.startswith((b"\xff\xfe", b"\xfe\xff")):
        return page.decode("utf-16", "replace")
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    named = _CHARSET.search(page[:4096])
    name = named[1].decode().lower() if named else "gb18030"
    try:
        return page.decode("gb18030" if name in ("gb2312", "gbk", "utf-8") else name, "replace")
    except LookupError:
        return page.decode("gb18030", "replace")


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []
        self.cell: list[str] | None = None
        self.span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self.open.append([])
            self.tables.append(self.open[-1])
        elif tag == "tr" and self.open:
            self._end_cell()
            self.open[-1].append([])
        elif tag in ("td", "th") and self.open:
            self._end_cell()
            if not self.open[-1]:
                self.open[-1].append([])
            self.cell = []
            span = dict(attrs).get("colspan") or ""
            self.span = min(int(span), _WIDEST) if span.isdecimal() and len(span) < 6 else 1
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self.open:
            self._end_cell()
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(re.sub(r"\s+", " ", data))

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if self.cell is not None and self.open and self.open[-1]:
            self.open[-1][-1].append("".join(self.cell).strip())
            self.open[-1][-1].extend([""] * (self.span - 1))
        self.cell = None
