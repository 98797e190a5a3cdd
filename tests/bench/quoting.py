"""Quotes: a key in one of 100 lines until its sums are told, and a thousand of them on paper."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.bench.measure import Goal, Line, Run, each, fresh, part

LINES, QUOTES, ON_A_PAGE = 100, 1_000, 8


def _quote(path: Path, lines: int) -> tuple[Any, bytes]:
    from freecrm.core.words import N_
    from freecrm.modules import model
    from freecrm.store import quotes
    from freecrm.store.database import open_store

    store = open_store(path, model())
    store.set_setting("firm.name", "禾川净水设备有限公司")
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店管理有限公司"})
        rows = []
        for n in range(lines):
            known = {"name": f"滤芯 {n} 号", "price": 128_00 + n, "tax": Decimal(13)}
            product = step.insert("product", {**known, "cost": 90_00})
            rows.append(
                {
                    **known,
                    "product": product,
                    "quantity": Decimal(n + 1),
                    "discount": Decimal(n % 7),
                    "position": n,
                }
            )
        terms = "1. 付款：签约付 40%，到货付 60%。\n2. 质保：整机 24 个月。"
        known = {
            "customer": customer,
            "lines": rows,
            "terms": terms,
            "day": dt.date(2026, 3, 19),
            "state": "sent",
        }
        return store, step.insert(
            "quote", quotes.fresh(store, **known) | {"state": "draft" if lines > ON_A_PAGE else "sent"}
        )


def keys(file: str) -> dict[str, Any]:
    """In its own process: the tab of a quote, keys typed into the last quantity."""
    from PySide6.QtWidgets import QApplication

    from freecrm.core import jobs
    from freecrm.ui.quotes.lines_tab import QuoteTab
    from freecrm.ui.tasks import Tasks

    app = QApplication([])
    store, id = _quote(Path(file), LINES)
    tab = QuoteTab(store, Tasks(jobs.InLine()), id)
    tab.resize(1_100, 700)
    tab.load(id)
    tab.show()
    app.processEvents()
    texts = [str(n) for n in range(1, 301)]
    begun = time.process_time()
    taken = each(lambda text: tab.grid.typed.emit(LINES - 1, "quantity", text), texts)
    spent = (time.process_time() - begun) / len(texts) * 1_000
    store.close()
    return {"taken": taken, "cpu": spent}


def papers(file: str, folder: str, count: int) -> dict[str, Any]:
    """In its own process: one quote again and again, from the file's rows to its PDF."""
    from freecrm.core import words
    from freecrm.exchange.pdf.fonts import fonts
    from freecrm.exchange.printing import Wishes
    from freecrm.exchange.quote_print import QuotePrint

    words.use("zh_CN")
    store, id = _quote(Path(file), ON_A_PAGE)
    fonts()
    QuotePrint(store, id, "x").make(Path(folder) / "first.pdf", Wishes())
    begun = time.perf_counter()
    for n in range(count):
        made = QuotePrint(store, id, "x").make(Path(folder) / f"{n % 10}.pdf", Wishes())
    taken = time.perf_counter() - begun
    store.close()
    return {"seconds": taken, "bytes": made.size, "pages": made.pages}


def bare(file: str, folder: str, count: int) -> dict[str, Any]:
    """In its own process: the same texts in the same fonts at fixed places by reportlab's own canvas."""
    from reportlab.pdfgen.canvas import Canvas

    from freecrm.core import words
    from freecrm.exchange.pdf.fonts import fonts
    from freecrm.exchange.pdf.pages import Pages
    from freecrm.exchange.printing import Wishes
    from freecrm.exchange.quote_print import QuotePrint

    words.use("zh_CN")
    store, id = _quote(Path(file), ON_A_PAGE)
    pages = Pages(QuotePrint(store, id, "x").make(Path(folder) / "texts.pdf", Wishes()).path)
    texts = [line.strip() for line in pages.text(0).splitlines() if line.strip()]
    pages.close()
    store.close()
    regular, bold = fonts().regular.name, fonts().bold.name
    begun = time.perf_counter()
    for n in range(count):
        canvas = Canvas(str(Path(folder) / f"{n % 10}.pdf"), pageCompression=1)
        y = 800.0
        for at, text in enumerate(texts):
            canvas.setFont(bold if at % 8 == 0 else regular, 9)
            canvas.drawString(40, y, text)
            canvas.line(40, y - 3, 555, y - 3)
            y -= 9.5
        canvas.showPage()
        canvas.save()
    return {"seconds": time.perf_counter() - begun, "texts": len(texts)}


def quoting(run: Run) -> list[Line]:
    """Typing in a long quote, and quotes on paper."""
    folder = run.scratch / "papers"
    folder.mkdir(exist_ok=True)
    count = QUOTES if run.size >= 10_000 else 20
    typed = fresh("quoting:keys", str(run.new("keys.freecrm"))).value
    ours = [
        fresh("quoting:papers", str(run.new("ours.freecrm")), str(folder), count)
        for _ in range(run.repeats(2))
    ]
    floor = [
        fresh("quoting:bare", str(run.new("bare.freecrm")), str(folder), count) for _ in range(run.repeats(2))
    ]
    best = min(ours, key=lambda one: one.value["seconds"]).value
    return [
        Line("quoting", f"quote of {LINES} lines: a key until its sums are told, p95", "ms", part(typed["taken"], 0.95), None,
             Goal("most", 5), size=run.size,
            note=f"{typed['cpu']:.1f} ms of CPU a key"),
        Line("quoting", f"{count:,} quotes of one page as PDF", "s", best["seconds"],
             min(one.value["seconds"] for one in floor), Goal("times", 1.5),
             "reportlab's canvas: the same texts in the same fonts at fixed places, nothing read or measured",
             size=run.size, note=f"{best['bytes'] / 1000:.0f} KB each, read from the file each time"),
    ]  # fmt: skip
