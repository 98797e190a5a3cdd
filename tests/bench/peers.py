"""Other programs at the same work: LibreOffice where it is installed, Tryton in an environment of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import data
from tests.bench.measure import Goal, Line, Run
from tests.bench.tryton import PARTIES

INSTALLED = ("trytond", "trytond_party")


def libreoffice(run: Run) -> list[Line]:
    """Reading and writing a workbook, beside a conversion by LibreOffice without a window."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    read = f"read {run.size:,} × 20 xlsx, beside LibreOffice"
    write = f"export {run.size:,} × 20 xlsx, beside LibreOffice"
    if office is None:
        why = "LibreOffice is not installed here"
        return [
            Line("libreoffice", read, "s", None, goal=Goal("times", 0.4), note=why, size=run.size),
            Line("libreoffice", write, "s", None, note=why, size=run.size),
        ]
    listed = data.sheet(run, "wide")
    out = run.scratch / "office"
    start = _convert(office, _tiny(run), "csv", out)  # what starting it costs, taken off below
    reading = _convert(office, listed, "csv", out) - start
    writing = _convert(office, out / f"{listed.stem}.csv", "xlsx", out) - start
    how = f"soffice --headless --convert-to csv, less {start:.1f} s for starting it; it writes the csv too"
    return [
        Line(
            "libreoffice", read, "s", run.found.get(f"reading {run.size}"), reading, Goal("times", 0.4), how,
            size=run.size,
        ),
        Line(
            "libreoffice", write, "s", run.found.get(f"export {run.size}"), writing, None,
            "soffice --headless --convert-to xlsx from csv, less its start; it reads the csv too", size=run.size,
        ),
    ]  # fmt: skip


def _tiny(run: Run) -> Path:
    path = run.new("tiny.csv")
    path.write_text("a,b\n1,2\n", "utf-8")
    return path


def _convert(office: str, path: Path, kind: str, out: Path) -> float:
    profile = f"-env:UserInstallation={(out / 'profile').as_uri()}"
    begun = time.perf_counter()
    subprocess.run(
        [office, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(path)],
        check=True,
        capture_output=True,
        timeout=900,
    )
    return time.perf_counter() - begun


def tryton(run: Run) -> list[Line]:
    """Parties with their contact mechanisms by Tryton's own import, in rows a second; and a search."""
    what, search = "import, rows a second", "find a name, p95"
    goal = Goal("least_times", 30)
    try:
        python = _tryton_python(run.cache / "tryton-venv")
        database = run.new("tryton.sqlite")
        # not installed beside us: it runs our script by path, in its own environment
        done = subprocess.run(
            [str(python), str(Path(__file__).with_name("tryton.py")), str(database), str(data.SEED)],
            check=True,
            capture_output=True,
            text=True,
            timeout=900,
        )
        got = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, json.JSONDecodeError, IndexError) as problem:
        told = getattr(problem, "stderr", None) or str(problem)
        why = "Tryton could not be run: " + str(told).strip().splitlines()[-1][:120]
        return [Line("tryton", what, "1/s", None, goal=goal, note=why, size=PARTIES)]
    ours = run.found.get(f"import {run.size}")
    how = f"Tryton {got['version']} on SQLite: party.party import_data of {PARTIES:,} parties, each with a phone and a mail"
    return [
        Line(
            "tryton", what, "1/s", ours, got["rows_a_second"], goal, how, size=run.size,
            note="ours: the whole import of this run" if ours else "ours was not measured in this run (--only)",
        ),
        Line(
            "tryton", search, "ms", run.found.get(f"find {run.size}"), got["search_ms"], None,
            f"Tryton: search [('rec_name', 'ilike', '%…%')] and the names read, over its {PARTIES:,} parties;"
            f" ours over {run.size:,} customers and their contacts",
            size=run.size,
        ),
    ]  # fmt: skip


def _tryton_python(folder: Path) -> Path:
    """The Python of an environment that has Tryton; made at the first use."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        subprocess.run(
            [sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True, timeout=300
        )
    probe = subprocess.run(
        [str(python), "-c", "import trytond.modules.party"], check=False, capture_output=True
    )
    if probe.returncode:
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *INSTALLED], check=True, capture_output=True, text=True, timeout=600)
    return python
