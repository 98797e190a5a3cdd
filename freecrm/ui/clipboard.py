"""Cells on the clipboard as spreadsheets take them: text with tabs, and a table in which what is text stays text.

Excel and WPS read the table: phones, codes of eighteen digits and leading zeros stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from freecrm.core.fields import Date, Field
from freecrm.ui import cells

Copied = Sequence[Sequence[tuple[Field, str]]]
"""Rows of cells, each with the field whose value it shows."""

_TEXT = "mso-number-format:'\\@'"
_HEAD = '<meta charset="utf-8"><table>'


def put(rows: Copied) -> None:
    """Put rows of cells on the clipboard."""
    data = QMimeData()
    data.setText("\n".join("\t".join(cells.copied(f, text) for f, text in row) for row in rows))
    data.setHtml(_table(rows))
    QGuiApplication.clipboard().setMimeData(data)


def _table(rows: Copied) -> str:
    lines = ("".join(_cell(f, text) for f, text in row) for row in rows)
    return _HEAD + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _cell(f: Field, text: str) -> str:
    shown = escape(cells.guarded(f, text)).replace("\n", "<br>")
    plain = f.numeric or isinstance(f, Date)
    return f"<td>{shown}</td>" if plain or not text else f'<td style="{_TEXT}">{shown}</td>'


def taken() -> tuple[str, str]:
    """What the clipboard holds: its text and, where there is one, its page."""
    data = QGuiApplication.clipboard().mimeData() or QMimeData()  # None when it is empty
    return (data.text() if data.hasText() else "", data.html() if data.hasHtml() else "")
