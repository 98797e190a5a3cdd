"""`python -m tests.bench`: measures what DESIGN promises, as ratios within one run, and prints a table.

Nothing is asserted. Data of one size are made once and kept under build/bench/.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import (
    agenda,
    boards,
    captured,
    checks,
    clash,
    desks,
    doubles,
    finding,
    lists,
    lists_in,
    many,
    merging,
    orders,
    out,
    owed,
    palette,
    paper,
    peers,
    quoting,
    record,
    sales,
    start,
    table,
    team,
    today,
    wizard,
)
from tests.bench.measure import FOLDER, ROOT, Line, Run

HUNDRED_THOUSAND, MILLION = 100_000, 1_000_000
Measure = Callable[[Run], list[Line]]

MEASURES: dict[str, Measure] = {
    "start": start.starts,
    "jump": lists.jumps,
    "sort": lists.sorts,
    "arrange": lists.arranged,
    "screen": lists.screen,
    "save": lists.saving,
    "many": many.changing,
    "find": finding.finding,
    "palette": palette.palette,
    "record": record.record_page,
    "today": today.day,
    "calendar": agenda.months,
    "board": boards.boards,
    "pool": agenda.pooled,
    "alarms": agenda.ringing,
    "timeline": agenda.timelines,
    "names": checks.names,
    "clash": clash.clashing,
    "reach": checks.reach,
    "read": lists_in.reading,
    "insert": lists_in.inserting,
    "log": captured.captured,
    "import": lists_in.whole,
    "window_import": lists_in.in_window,
    "deals": sales.deals,
    "orders": orders.sold,
    "owed": owed.owed,
    "wizard": wizard.wizard,
    "export": out.exporting,
    "paper": paper.paper,
    "quoting": quoting.quoting,
    "doubles": doubles.doubles,
    "merging": merging.merging,
    "team": team.teams,
    "desks": desks.desks,
}
PEERS: dict[str, Measure] = {"libreoffice": peers.libreoffice, "tryton": peers.tryton}
AGENDA = ("calendar", "pool", "alarms", "timeline", "clash")
GROWING = ("start", "jump", "sort", "arrange", "screen", "save", "find", "palette", "today", *AGENDA)
"""What also runs at a million unless told otherwise."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit code is 0 whatever the figures are."""
    options = _parser().parse_args(arguments)
    only = [name for part in options.only for name in part.split(",") if name]
    unknown = [name for name in only if name not in MEASURES and name not in PEERS]
    if unknown:
        print(f"No measurement is called {', '.join(unknown)}. There are: {', '.join([*MEASURES, *PEERS])}.")
        return 2
    about = table.machine()
    lines: list[Line] = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for size, names in _plan(options.size, only, options.peers):
        lines += measured(size, names, desktops=options.desktops)
    print("\n" + table.text(lines, about))
    table.keep(lines, about, ROOT / "build" / "bench.json")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--size", default="", help="100000, 1000000, both, or any other number: all runs at it"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME,…", help="only these measurements"
    )
    parser.add_argument("--desktops", type=int, default=50, help="how many of them “desks” runs")
    parser.add_argument("--peers", action="store_true", help="LibreOffice and Tryton as well")
    return parser


def _plan(size: str, only: list[str], with_peers: bool) -> list[tuple[int, list[str]]]:
    """(size, measurements) in order. Without a size: all at 100,000, what grows at 1,000,000 too."""
    everything = [*MEASURES, *(PEERS if with_peers or set(only) & set(PEERS) else ())]
    wanted = [name for name in everything if not only or name in only]
    if size and size != "both":
        return [(int(size.replace(",", "").replace("_", "")), wanted)]
    growing = [name for name in wanted if size == "both" or name in GROWING]
    growing = [name for name in growing if name not in PEERS]
    return [(HUNDRED_THOUSAND, wanted), *([(MILLION, growing)] if growing else [])]


def measured(size: int, names: Sequence[str], cache: Path = FOLDER, desktops: int = 50) -> list[Line]:
    """The lines of these measurements at one size."""
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=cache))
    run = Run(size, folder, cache, desktops=desktops)
    lines: list[Line] = []
    try:
        for name in names:
            begun = time.perf_counter()
            try:
                found = {**MEASURES, **PEERS}[name](run)
            except Exception as problem:  # one that breaks off must not cost the figures of the others
                traceback.print_exc()
                why = f"broke off: {type(problem).__name__}: {problem}".splitlines()
                found = [Line(name, name, "", None, note=f"{why[0]} … {why[-1]}"[:300], size=size)]
            lines += found
            for line in found:
                print("  ".join(table.cells(line)), file=sys.stderr)
            print(f"[{name} at {size:,}: {time.perf_counter() - begun:.0f} s]", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())
