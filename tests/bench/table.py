"""The table as it is printed, and the same as JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sqlite3
import sys
import unicodedata
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from tests.bench.measure import Line

LIBRARIES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "python-calamine",
    "openpyxl",
    "reportlab",
    "rapidfuzz",
    "phonenumberslite",
)
HEADS = ("what", "size", "floor", "ours", "ratio", "goal", "met", "other ways")
LEFT = (0, 7)  # columns that are not aligned to the right


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            libraries[name] = "-"
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "load_before": [round(value, 2) for value in psutil.getloadavg()],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": libraries,
    }


def shown(value: float | None, unit: str = "") -> str:
    """A figure with three digits that mean something."""
    if value is None:
        return "–"
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or not size else 3
    return f"{value:,.{places}f}" + (f" {unit}" if unit else "")


def cells(line: Line) -> list[str]:
    """One line of the table."""
    met = {True: "yes", False: "NO", None: "–"}[line.met]
    return [
        line.what,
        f"{line.size:,}",
        shown(line.floor, line.unit),
        shown(line.ours, line.unit),
        shown(line.ratio, "×") if line.ratio is not None else "–",
        line.goal.text(line.unit) if line.goal else "–",
        met,
        "; ".join(f"{name} {shown(value, line.unit)}" for name, value in line.others.items()),
    ]


def text(lines: Sequence[Line], about: dict[str, Any]) -> str:
    """All that is printed at the end."""
    told = [
        f"FreeCRM bench, {about['date']}: {about['system']}, {about['cores']} cores, {about['memory_gb']} GB,"
    ]
    told.append(
        f"Python {about['python']}, SQLite {about['sqlite']}; load before the run {about['load_before'][0]}"
    )
    told += ["", *_grid([list(HEADS), *map(cells, lines)])]
    told += ["", "What the floors are, and what is to be known of a line:"]
    for what, said in _said(lines).items():
        told.append(f"  · {what}: {said}")
    grown = growth(lines)
    if grown:
        told += ["", "Growth with the number of customers:", *_grid(grown)]
    missed = [line for line in lines if line.met is False]
    told += ["", f"{sum(line.met is True for line in lines)} goals met, {len(missed)} missed."]
    return "\n".join(told)


def _said(lines: Sequence[Line]) -> dict[str, str]:
    said: dict[str, str] = {}
    for line in lines:
        parts = [f"floor: {line.floor_is}" if line.floor_is else "", line.note]
        whole = "; ".join(part for part in parts if part)
        if whole:
            key = line.what if line.what not in said else f"{line.what} ({line.size:,})"
            if said.get(line.what) != whole:
                said[key] = whole
    return said


def growth(lines: Sequence[Line]) -> list[list[str]]:
    """Per measurement that ran at two sizes: ours at each, and how many times it grew."""
    sizes = sorted({line.size for line in lines})
    held: dict[tuple[str, str], dict[int, Line]] = {}
    for line in lines:
        plain = line.what
        for size in sizes:
            plain = plain.replace(f"{size:,}", "N")
        held.setdefault((line.name, plain), {})[line.size] = line
    rows = []
    for (_name, what), found in held.items():
        first, last = min(found), max(found)
        a, b = found[first].ours, found[last].ours
        if first != last and a is not None and b is not None:
            rows.append(
                [
                    what,
                    shown(a, found[first].unit),
                    shown(b, found[last].unit),
                    shown(b / a, "×") if a else "–",
                ]
            )
    return [["what", f"{sizes[0]:,}", f"{sizes[-1]:,}", "growth"], *rows] if rows else []


def _grid(rows: list[list[str]]) -> list[str]:
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        parts = [_pad(value, widths[i], left=i in LEFT) for i, value in enumerate(row)]
        lines.append("  ".join(parts).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def _width(told: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in told)


def _pad(told: str, width: int, *, left: bool) -> str:
    gap = " " * (width - _width(told))
    return told + gap if left else gap + told


def keep(lines: Sequence[Line], about: dict[str, Any], path: Path) -> None:
    """The same as JSON."""
    found = [
        {
            "name": line.name, "what": line.what, "size": line.size, "unit": line.unit, "floor": line.floor,
            "ours": line.ours, "ratio": line.ratio, "goal": line.goal.text(line.unit) if line.goal else None,
            "met": line.met, "others": line.others, "floor_is": line.floor_is, "note": line.note,
        }
        for line in lines
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"machine": about, "arguments": sys.argv[1:], "lines": found}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")
