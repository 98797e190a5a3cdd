"""Pages to the printer: which one, and how they get onto its paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.exchange.pdf.sheet import Paper

if TYPE_CHECKING:
    from freecrm.exchange.pdf.pages import Pages

FINEST = 600  # dots an inch; finer cannot be seen, but takes four times the time
BANDS = 8  # a page is drawn in strips, so that the finest printer needs no 140 MB for it

_SIZES = {
    "A4": QPageSize.PageSizeId.A4,
    "A5": QPageSize.PageSizeId.A5,
    "Letter": QPageSize.PageSizeId.Letter,
}


def laid_out(printer: QPrinter, pages: Pages, paper: Paper, title: str) -> QPrinter:
    """The printer, told which paper the pages are made for."""
    wide, high = pages.size
    turn = QPageLayout.Orientation.Landscape if wide > high else QPageLayout.Orientation.Portrait
    printer.setPageLayout(QPageLayout(QPageSize(_SIZES[paper.size]), turn, QMarginsF()))
    printer.setFullPage(True)
    printer.setDocName(title)
    printer.setCreator("FreeCRM")
    return printer


def choose(over: QWidget, pages: Pages, paper: Paper, title: str) -> QPrinter | None:
    """The printer that the user chooses, None when they give up; Known when the computer has none."""
    if not QPrinterInfo.availablePrinterNames():
        raise Known(
            say(
                N_(
                    "This computer has no printer set up. Add one in the settings of the computer, or save the"
                    " pages as PDF and print them elsewhere."
                )
            )
        )
    printer = laid_out(QPrinter(QPrinter.PrinterMode.HighResolution), pages, paper, title)
    dialog = QPrintDialog(printer, over)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setMinMax(1, len(pages))
    chosen = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return printer if chosen else None


def put(printer: QPrinter, pages: Pages, progress: Progress | None = None) -> int:
    """Print the pages that were chosen; how many sheets that were. Known when the printer doesn't take them."""
    wanted = _wanted(printer, len(pages))
    painter = QPainter()
    if not wanted or not painter.begin(printer):
        raise _refused(printer)
    try:
        for done, page in enumerate(wanted):
            if progress is not None:
                progress.tell(done, len(wanted))
            if done and not printer.newPage():
                raise _refused(printer)
            _draw(painter, printer, pages, page)
    except BaseException:  # half a job is not printed, whatever stopped it
        printer.abort()
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise _refused(printer)
    return len(wanted)


def _wanted(printer: QPrinter, count: int) -> list[int]:
    """The pages in the order in which they are printed."""
    first, last = printer.fromPage() or 1, min(printer.toPage() or count, count)
    ranged = printer.printRange() == QPrinter.PrintRange.PageRange
    wanted = list(range(first - 1, last)) if ranged else list(range(count))
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        wanted.reverse()
    if not printer.supportsMultipleCopies():
        wanted *= max(1, printer.copyCount())
    return wanted


def _draw(painter: QPainter, printer: QPrinter, pages: Pages, page: int) -> None:
    """A page as large as the paper takes it, in strips."""
    paper = QRectF(printer.paperRect(QPrinter.Unit.DevicePixel))
    wide, high = pages.size
    factor = min(paper.width() / wide, paper.height() / high)
    left = (paper.width() - wide * factor) / 2
    top = (paper.height() - high * factor) / 2
    scale = min(factor, FINEST / 72)
    for band in range(BANDS):
        begin, end = band / BANDS, (band + 1) / BANDS
        made = pages.picture(page, scale, (begin, end))
        image = QImage(made.pixels, made.width, made.height, made.stride, QImage.Format.Format_RGB32)
        where = QRectF(
            left, top + high * factor * begin, made.width * factor / scale, made.height * factor / scale
        )
        painter.drawImage(where, image)


def _refused(printer: QPrinter) -> Known:
    name = printer.printerName() or printer.outputFileName()
    return Known(
        say(
            N_(
                "“{printer}” doesn't take the pages. See whether it is switched on and connected, then print"
                " again; nothing was lost."
            ),
            printer=name,
        )
    )
