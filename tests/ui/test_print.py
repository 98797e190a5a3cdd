"""Ctrl+P: the list or the record on paper, looked at before it is printed or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.filters import Chip, Filters
from freecrm.core.jobs import Jobs, Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Group, Where
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.sheet import Paper
from freecrm.store.database import Store
from freecrm.ui import look, printers, talk
from freecrm.ui.page import Place
from freecrm.ui.print_preview import PrintPreview
from freecrm.ui.window import MainWindow
from tests import samples
from tests.ui.test_access import CJK, LATIN, NAMES, check_names, check_sizes, texts_of

MakeWindow = Callable[..., MainWindow]
Press = Callable[[MainWindow], PrintPreview]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def press(qtbot: QtBot) -> Iterator[Press]:
    """Ctrl+P as a user presses it; the preview, closed when the test ends."""
    windows: list[MainWindow] = []

    def press(window: MainWindow) -> PrintPreview:
        windows.append(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
        found = [one for one in window.findChildren(PrintPreview) if one.isVisible()]
        assert len(found) == 1
        qtbot.waitUntil(lambda: not found[0].busy, timeout=60_000)
        QApplication.processEvents()
        return found[0]

    yield press
    for window in windows:
        for one in window.findChildren(PrintPreview):
            one.close()


def text_of(preview: PrintPreview) -> str:
    assert preview.shelf is not None
    return "\n".join(preview.shelf.pages.text(at) for at in range(len(preview.shelf)))


def choose(preview: PrintPreview, paper: int = 0, turn: int = 0) -> None:
    preview.options.size_box.setCurrentIndex(paper)
    preview.options.turn.setCurrentIndex(turn)


def test_ctrl_p_shows_the_list_as_it_is_seen(window: MainWindow, press: Press) -> None:
    window.page.find_box.setText("lxt")
    window.page.grid.sort_wanted.emit("name", True)
    preview = press(window)
    text = text_of(preview)
    shown = [window.page.model.row(at) for at in range(window.page.model.rowCount())]
    places = [text.index(row.texts[0]) for row in shown if row is not None]
    assert places == sorted(places)
    assert "Found with “lxt”" in text
    assert "sorted by Customer name, descending" in text
    assert preview.about.text().startswith("1 page · ")
    assert not preview.options.what.isVisible()
    assert not preview.options.some_rows.isVisible()
    assert not preview.options.notes.isVisible()


def test_of_several_selected_rows_only_these_until_told_otherwise(window: MainWindow, press: Press) -> None:
    window.page.grid.selection.set(2, 4)
    preview = press(window)
    assert preview.options.some_rows.isChecked()
    assert preview.made is not None
    assert preview.made.rows == 3
    preview.options.all_rows.click()
    assert preview.made.rows == 60
    preview.options.all_fields.click()
    assert "KH-2026-0001" in text_of(preview)


def test_the_record_at_the_side_is_printed_when_the_user_is_in_it(
    window: MainWindow, press: Press, qtbot: QtBot
) -> None:
    window.page.grid.go(0, 0)
    window.page.open_panel()
    window.page.side.focus()
    record = window.page.panel
    assert record is not None
    assert record.record is not None
    name = str(record.record["name"])
    preview = press(window)
    assert preview.title.text() == name
    assert [preview.options.what.itemText(at) for at in range(2)] == [name, "List: Customers"]
    assert "How to reach them" in text_of(preview)
    assert preview.options.notes.isVisible()
    assert not preview.options.all_fields.isVisible()
    preview.options.what.setCurrentIndex(1)
    assert preview.title.text() == "Customers"
    assert preview.options.all_fields.isVisible()
    preview.close()
    window.page.grid.setFocus()
    assert press(window).title.text() == "Customers"


def test_paper_and_direction(window: MainWindow, press: Press) -> None:
    preview = press(window)
    assert preview.shelf is not None
    for paper, turn, size in ((0, 1, (595, 842)), (0, 2, (842, 595)), (1, 1, (420, 595)), (2, 1, (612, 792))):
        choose(preview, paper, turn)
        assert tuple(round(side) for side in preview.shelf.pages.size) == size
    preview.close()
    assert press(window).options.size_box.currentIndex() == 2  # the paper in this office's printer


def test_pages_are_drawn_when_they_are_looked_at(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    preview = press(window)
    choose(preview, 1)
    view, thumbs, shelf = preview.view, preview.thumbs, preview.shelf
    assert shelf is not None
    assert len(shelf) > 3
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.page == len(shelf) - 1
    assert thumbs.currentIndex().row() == view.page
    thumbs.setCurrentIndex(thumbs.model().index(1, 0))
    assert view.page == 1
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.page == 2
    assert view.accessibleDescription() == f"Page 3 / {len(shelf)}"
    wide = round(view._size().width() * view.devicePixelRatioF())
    qtbot.waitUntil(lambda: (found := shelf.picture(2, wide)) is not None and found.width() == wide)
    picture = shelf.picture(2, wide)
    assert picture is not None
    assert picture.pixelColor(3, 3).name() == look.tokens()["light"]["surface"].lower()


def test_zoom_by_keys_wheel_and_buttons(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    preview = press(window)
    view = preview.view
    before = view.zoom
    middle = QPointF(view.viewport().rect().center())
    turned = QPoint(0, 120)
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(middle, view.mapToGlobal(middle), turned, turned, none, CTRL, phase, False),
    )
    assert view.zoom == pytest.approx(before * 1.2)
    assert preview.percent.text() == f"{view.zoom:.0%}"
    qtbot.keyClick(preview, Qt.Key.Key_Minus, CTRL)
    assert view.zoom == pytest.approx(before)
    qtbot.mouseClick(preview.whole, Qt.MouseButton.LeftButton)
    assert view._size().height() < view.viewport().height()
    qtbot.mouseClick(preview.wide, Qt.MouseButton.LeftButton)
    assert view.zoom == pytest.approx(before)


def test_save_as_pdf(window: MainWindow, press: Press, tmp_path: Path, qtbot: QtBot) -> None:
    preview = press(window)
    assert preview.made is not None
    with talk.recording(tmp_path / "out.pdf") as heard:
        qtbot.mouseClick(preview.options.save_button, Qt.MouseButton.LeftButton)
    assert heard.asked == ["Save as PDF"]
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert preview.messages.text.text() == f"{preview.made.pages} pages are in out.pdf."
    (tmp_path / "file").write_text("no folder")
    with talk.recording(tmp_path / "file" / "out.pdf"):
        qtbot.keyClick(preview, Qt.Key.Key_S, CTRL)
    assert "Choose a folder that you may write to." in preview.messages.text.text()
    assert preview.isVisible()
    assert preview.options.save_button.isEnabled()


@pytest.mark.skipif(bool(QPrinterInfo.availablePrinterNames()), reason="this computer has a printer")
def test_without_a_printer_it_says_what_to_do(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    preview = press(window)
    qtbot.keyClick(preview.view, Qt.Key.Key_Return)
    assert "no printer set up" in preview.messages.text.text()
    assert "save the pages as PDF" in preview.messages.text.text()


def test_a_deleted_record_is_told(window: MainWindow, press: Press) -> None:
    window.page.grid.go(0, 0)
    window.page.open_panel()
    window.page.side.focus()
    preview = press(window)
    window.page.grid.selection.set(0, 0)
    window.page.delete_selected()
    choose(preview, 1)
    assert "it was deleted" in preview.messages.text.text()
    assert not preview.options.print_button.isEnabled()


def test_an_empty_list_says_that_there_is_nothing_to_print(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    window = make_window(store)
    with talk.recording() as heard:
        qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
    assert [str(message.what) for message in heard.messages] == [
        "There is nothing to print here: the list has no rows."
    ]
    window.visit(Place("settings"))
    assert not window.commands.is_enabled("file.print")


def test_esc_closes_and_leaves_nothing_behind(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    preview = press(window)
    folder = Path(preview._folder.name)
    assert list(folder.glob("*.pdf"))
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in window.findChildren(PrintPreview)))
    assert not folder.exists()


def test_a_long_list_is_made_in_the_background_and_can_be_given_up(
    make_window: MakeWindow, store: Store, press: Press, qtbot: QtBot
) -> None:
    samples.fill_many(store, 20_000)
    window = make_window(store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete, timeout=30_000)
    qtbot.keyClick(window, Qt.Key.Key_P, CTRL)
    preview = next(one for one in window.findChildren(PrintPreview) if one.isVisible())
    assert preview.busy
    assert preview.middle.currentWidget() is preview.waiting
    assert not preview.options.save_button.isEnabled()
    folder = Path(preview._folder.name)
    qtbot.mouseClick(preview.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not folder.exists())
    again = press(window)
    assert again.made is not None
    assert again.made.rows == 20_000
    assert again.view.hasFocus()
    choose(again, 1)
    choose(again, 2)  # what is being made for A5 is given up
    qtbot.waitUntil(lambda: not again.busy, timeout=60_000)
    assert again.shelf is not None
    assert round(again.shelf.pages.size[0]) == 612


def test_what_is_being_drawn_when_it_closes_disturbs_nobody(
    make_window: MakeWindow, full_store: Store, press: Press, qtbot: QtBot
) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete)
    for zoom in (1.1, 1.7, 2.6, 4.0):
        preview = press(window)
        pages = pages_of(preview)
        preview.view.set_zoom(zoom)
        QApplication.processEvents()
        preview.close()
        with pytest.raises(Cancelled):
            pages.picture(0, 1.0)
    window.tasks.jobs.rest()
    QApplication.processEvents()


# ---- the printer


def pages_of(preview: PrintPreview) -> Pages:
    assert preview.shelf is not None
    return preview.shelf.pages


def to_file(pages: Pages, path: Path) -> QPrinter:
    printer = printers.laid_out(QPrinter(QPrinter.PrinterMode.HighResolution), pages, Paper(), "Customers")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setResolution(150)
    printer.setOutputFileName(str(path))
    return printer


def test_the_printer_gets_the_pages_that_are_seen(window: MainWindow, press: Press, tmp_path: Path) -> None:
    pages = pages_of(press(window))
    assert printers.put(to_file(pages, tmp_path / "a.pdf"), pages) == len(pages)
    printed = Pages(tmp_path / "a.pdf")
    assert len(printed) == len(pages)
    assert [round(side) for side in printed.size] == [round(side) for side in pages.size]
    for at in range(len(pages)):
        one, other = (squares(from_.picture(at, 0.5)) for from_ in (pages, printed))
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 60
    printed.close()


def squares(picture: object) -> list[int]:
    """A page as 20 by 20 greys."""
    width, height, stride, pixels = picture  # type: ignore[misc]
    image = QImage(pixels, width, height, stride, QImage.Format.Format_RGB32)
    small = image.scaled(20, 20, mode=Qt.TransformationMode.SmoothTransformation)
    return [small.pixelColor(x, y).green() for y in range(20) for x in range(20)]


def test_some_pages_and_a_stop_in_between(window: MainWindow, press: Press, tmp_path: Path) -> None:
    pages = pages_of(press(window))
    printer = to_file(pages, tmp_path / "a.pdf")
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 2)
    assert printers.put(printer, pages) == 1
    stop = Progress()
    stop.cancel()
    with pytest.raises(Cancelled):
        printers.put(to_file(pages, tmp_path / "b.pdf"), pages, stop)


@pytest.mark.qt_log_ignore("QPainter::begin.*", extend=True)
def test_a_printer_that_takes_nothing_is_told(window: MainWindow, press: Press, tmp_path: Path) -> None:
    pages = pages_of(press(window))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Known, match="doesn't take the pages"):
        printers.put(to_file(pages, tmp_path / "file" / "a.pdf"), pages)


# ---- for everybody


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_named_sized_and_in_one_language(window: MainWindow, press: Press, language: str) -> None:
    window.dress.set_language(language)
    window.page.grid.selection.set(2, 4)
    window.page.open_panel()
    preview = press(window)
    check_names(preview)
    check_sizes(preview)
    strange = CJK if language == "en" else LATIN
    given = {"禾川净水设备", preview.options.things[1].title}
    for text in texts_of(preview):
        rest = NAMES.sub("", text).replace(".pdf", "")
        for name in given:
            rest = rest.replace(name, "")
        assert not strange.search(rest), text
    words.use("en" if language == "zh_CN" else "zh_CN")
    preview.reword()
    assert preview.options.save_button.text() == ("Save as PDF…" if language == "zh_CN" else "存为 PDF…")


@pytest.mark.parametrize(("theme", "zoom"), [("dark", 100), ("light", 150), ("light", 90)])
def test_it_fits_in_every_theme_and_text_size(
    window: MainWindow, press: Press, theme: str, zoom: int
) -> None:
    window.dress.set_theme(theme)
    window.dress.set_zoom(zoom)
    window.page.grid.selection.set(2, 4)
    window.page.open_panel()
    preview = press(window)
    assert preview.width() <= window.width()
    assert preview.height() <= window.height()
    for button in (preview.options.all_fields, preview.options.some_rows, preview.options.save_button):
        assert button.width() >= button.sizeHint().width()
        assert preview.rect().contains(button.mapTo(preview, button.rect().bottomRight()))


def test_everything_is_reached_by_tab(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    window.page.grid.selection.set(2, 4)
    preview = press(window)
    reached = set()
    for _turn in range(24):
        focus = QApplication.focusWidget()
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    options = preview.options
    for part in (
        preview.view,
        preview.thumbs,
        preview.smaller,
        preview.wide,
        options.size_box,
        options.turn,
        options.all_fields,
        options.print_button,
        options.save_button,
    ):
        assert part in reached, part


def test_groups_and_filter_are_printed_as_they_are_seen(window: MainWindow, press: Press) -> None:
    window.page.arranger.set_filters(Filters((Chip((Where("grade", "filled"),)),)))
    window.page.arranger.set_group((Group("grade"),))
    groups = window.page.model.groups
    assert groups is not None
    text = text_of(press(window))
    assert window.page.bar.filters.text_of(window.page.arranger.filters, 0) in text
    for group in groups.rows:
        assert f"{group.key} ({group.count:,})" in text
