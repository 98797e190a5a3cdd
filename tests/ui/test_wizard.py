"""The import wizard with real clicks and keys: the whole way, back and forth, and out again at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QDate, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import check
from freecrm.store.database import Store
from freecrm.ui import cells, look, talk
from freecrm.ui.tasks import Tasks
from freecrm.ui.wizard import ImportPage
from freecrm.ui.wizard.columns_table import TARGET
from freecrm.ui.wizard.doubles_step import DoublesStep
from freecrm.ui.wizard.fields_step import FieldsStep
from freecrm.ui.wizard.file_step import FileStep
from freecrm.ui.wizard.result_step import ResultStep
from freecrm.ui.wizard.sheet_step import SheetStep

DATA = Path(__file__).parents[1] / "data"
SAMPLE = DATA / "customers_2026.xlsx"
FILE, SHEET, FIELDS, DOUBLES, RESULT = range(5)
KEY, MODIFIER, LEFT = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton.LeftButton
MakePage = Callable[..., ImportPage]


@pytest.fixture
def make_page(qtbot: QtBot, qapp: QApplication, store: Store) -> Iterator[MakePage]:
    """`make_page(path, workers=…)`: a wizard in a shown window of 1366×768."""
    look.apply(qapp, "light")
    cells.warm_up()
    made: list[ImportPage] = []
    windows: list[QMainWindow] = []

    def make(path: Path | None = None, *, workers: Jobs | None = None) -> ImportPage:
        window = QMainWindow()
        qtbot.addWidget(window)
        page = ImportPage(store, Tasks(workers or InLine()), path=path)
        window.setCentralWidget(page)
        window.resize(1366, 768)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        made.append(page)
        windows.append(window)
        return page

    yield make
    for page in made:
        page.stop()
        page.draft.tasks.close()


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The whole content of the file: log, settings and search index too."""
    c = store.read()
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    names = [row[0] for row in c.execute(sql)]
    return {name: c.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608 - our own names


def customers(store: Store) -> dict[str, Record]:
    return {r["name"]: r for r in store.reader().each(Query("customer"))}


def listed(tmp_path: Path, *lines: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def ready(qtbot: QtBot, page: ImportPage) -> None:
    """Wait until the whole list has been gone through."""
    qtbot.waitUntil(lambda: page.draft.is_current, timeout=20_000)


def click(qtbot: QtBot, button: QWidget) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)


def press(
    qtbot: QtBot, page: ImportPage, key: Qt.Key, modifier: Qt.KeyboardModifier = MODIFIER.NoModifier
) -> None:
    qtbot.keyClick(page.focusWidget() or page, key, modifier)


def fields(page: ImportPage) -> FieldsStep:
    step = page.step(FIELDS)
    assert isinstance(step, FieldsStep)
    return step


def doubles(page: ImportPage) -> DoublesStep:
    step = page.step(DOUBLES)
    assert isinstance(step, DoublesStep)
    return step


def result(page: ImportPage) -> ResultStep:
    step = page.step(RESULT)
    assert isinstance(step, ResultStep)
    return step


# ---- the whole way


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_from_a_drop_to_an_imported_list_in_four_clicks(
    qtbot: QtBot, make_page: MakePage, store: Store, language: str
) -> None:
    """AC-ST-1, AC-IMP-2: every default is taken."""
    words.use(language)
    page = make_page()
    step = page.step(FILE)
    assert isinstance(step, FileStep)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    drop = QDropEvent(QPointF(40, 40), Qt.DropAction.CopyAction, data, LEFT, MODIFIER.NoModifier)
    step.field.dropEvent(drop)
    assert page.at == FIELDS
    ready(qtbot, page)
    lines = {line.head: line for line in fields(page).table.lines.lines}
    assert sum(1 for line in lines.values() if line.kind != "out") == 11
    assert lines["序号"].kind == "out"
    assert lines["TDS"].kind == "new"
    assert lines["手机"].state.needs_look
    assert lines["手机"].filled == "1,286"
    assert [d.count for d in page.draft.decisions if d.kind == "phone"] == [40]
    assert sum(d.count for d in page.draft.decisions if d.kind == "date") == 28
    clicks = 0
    done: list[int] = []
    page.imported.connect(done.append)
    while page.draft.touched is None:
        click(qtbot, page.next_button)
        clicks += 1
    assert (clicks, done) == (3, [1])
    assert store.reader().count(Query("customer")) == 1248
    assert check.check(store) == []
    year = QDate.currentDate().year()
    tag = f"{year} 导入" if language == "zh_CN" else f"Import {year}"
    assert [t["word"] for t in customers(store)["无锡百岩贸易有限公司"]["tags"]] == [tag]
    left: list[bool] = []
    page.left.connect(lambda: left.append(True))
    click(qtbot, page.next_button)
    assert left == [True]


def test_with_the_keyboard_alone(qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话,暗号", "鹿溪堂,13800004471,甲", "云杉谷,13800001203,乙"))
    ready(qtbot, page)
    step = fields(page)
    step.focus_first()
    press(qtbot, page, KEY.Key_Down)
    press(qtbot, page, KEY.Key_Down)
    assert step.table.currentIndex().row() == 2
    press(qtbot, page, KEY.Key_Down, MODIFIER.AltModifier)
    assert step.list is not None
    assert step.list.isVisible()
    assert step.list.search.hasFocus()
    assert step.list.view.sizeHintForRow(0) >= 28
    assert step.list.view.visualRect(step.list.model.index(1, 0)).height() >= 28
    qtbot.keyClicks(step.list.search, "Source")
    press(qtbot, page, KEY.Key_Return)
    assert not step.list.isVisible()
    assert step.table.hasFocus()
    assert page.draft.options.told == {"暗号": "customer.source"}
    ready(qtbot, page)
    press(qtbot, page, KEY.Key_Return, MODIFIER.ControlModifier)
    assert page.at == DOUBLES
    press(qtbot, page, KEY.Key_Left, MODIFIER.AltModifier)
    assert page.at == FIELDS
    for place in (DOUBLES, RESULT):
        press(qtbot, page, KEY.Key_Return, MODIFIER.ControlModifier)
        assert page.at == place
    press(qtbot, page, KEY.Key_Return, MODIFIER.ControlModifier)
    assert page.draft.touched is not None
    assert {r["source"] for r in customers(store).values()} == {"甲", "乙"}


def test_escape_closes_the_list_first_and_the_page_then(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471"))
    ready(qtbot, page)
    left: list[bool] = []
    page.left.connect(lambda: left.append(True))
    step = fields(page)
    step.focus_first()
    press(qtbot, page, KEY.Key_Return)
    assert step.list is not None
    press(qtbot, page, KEY.Key_Escape)
    assert not step.list.isVisible()
    assert left == []
    press(qtbot, page, KEY.Key_Escape)
    assert left == [True]


# ---- nothing is written before the last button


@pytest.mark.parametrize("at", [FILE, SHEET, FIELDS, DOUBLES, RESULT])
def test_cancel_leaves_the_file_as_it_was(
    qtbot: QtBot, make_page: MakePage, full_store: Store, at: int
) -> None:
    """AC-IMP-1."""
    before = dump(full_store)
    page = make_page(SAMPLE)
    ready(qtbot, page)
    page.draft.take_target("备注", "")
    ready(qtbot, page)
    for place in range(FIELDS, at + 1):
        page.go_to(place)
    if at < FIELDS:
        page.go_to(at)
    left: list[bool] = []
    page.left.connect(lambda: left.append(True))
    click(qtbot, page.cancel_button)
    assert left == [True]
    assert dump(full_store) == before


def test_an_import_that_is_stopped_restores_what_was(
    qtbot: QtBot, make_page: MakePage, full_store: Store
) -> None:
    """AC-IMP-4, with real threads; the window answers meanwhile."""
    page = make_page(SAMPLE, workers=Jobs())
    ready(qtbot, page)
    before = {n: r.values for n, r in customers(full_store).items()}
    page.go_to(DOUBLES)
    page.go_to(RESULT)
    ended: list[bool] = []
    page.ended.connect(lambda: ended.append(True))
    page.draft.progressed.connect(lambda: page.cancel() if page.draft.done > 200 else None)
    click(qtbot, page.next_button)
    assert page.draft.importing
    assert page.cancel_button.text() == "Cancel and restore"
    assert not page.next_button.isVisible()
    qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
    assert page.draft.was_stopped
    assert result(page).title.text() == "The import of customers_2026.xlsx was stopped"
    assert {n: r.values for n, r in customers(full_store).items()} == before
    assert check.check(full_store) == []
    page.draft.progressed.disconnect()
    click(qtbot, page.next_button)  # and it can be done after all
    qtbot.waitUntil(lambda: page.draft.touched is not None, timeout=20_000)
    assert len(customers(full_store)) > 1200


# ---- steps revisited


def test_steps_are_revisited_without_loss(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    page.draft.take_target("备注", "")
    phone = next(d for d in page.draft.decisions if d.kind == "phone")
    page.draft.answer(phone.key, "reject")
    ready(qtbot, page)
    click(qtbot, page.next_button)
    step = doubles(page)
    step.table.selectRow(1)
    click(qtbot, step.side.buttons["skip"])
    row = step.table.matches.matches[1].row
    ready(qtbot, page)
    qtbot.mouseClick(page.bar.steps[SHEET], LEFT)
    assert page.at == SHEET
    qtbot.mouseClick(page.bar.steps[FIELDS], LEFT)
    lines = {line.head: line for line in fields(page).table.lines.lines}
    assert lines["备注"].kind == "out"
    boxes = {key: box.currentData() for card in fields(page).side.cards for key, box in card.boxes.items()}
    assert boxes[phone.key] == "reject"
    qtbot.mouseClick(page.bar.steps[DOUBLES], LEFT)
    assert next(m for m in step.table.matches.matches if m.row == row).action == "skip"


def test_a_header_row_is_chosen_by_a_click(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    path = listed(tmp_path, "甲公司,杭州", "乙公司,苏州", "客户名称,城市", "鹿溪堂,杭州", "云杉谷,湖州")
    page = make_page(path)
    if page.at != SHEET:
        page.go_to(SHEET)
    step = page.step(SHEET)
    assert isinstance(step, SheetStep)
    model = step.rows.model()
    rect = step.rows.visualRect(model.index(2, 0))
    qtbot.mouseClick(step.rows.viewport(), LEFT, MODIFIER.NoModifier, rect.center())
    seen = page.draft.seen
    assert seen is not None
    assert seen.layout.header_row == 3
    assert "Row 3 holds the heads" in step.caption.text()
    qtbot.mouseClick(step.headless, LEFT, MODIFIER.NoModifier, QPoint(8, step.headless.height() // 2))
    assert page.draft.seen is not None
    assert page.draft.seen.layout.header_row == 0
    assert "the first row is data" in step.caption.text()


def test_a_list_without_heads_stops_at_the_sheet(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    lines = [f"鹿溪堂{i}茶业有限公司,138000044{i:02}" for i in range(12)]
    page = make_page(listed(tmp_path, *lines))
    assert page.at == SHEET
    click(qtbot, page.next_button)
    assert page.at == FIELDS
    ready(qtbot, page)
    assert page.draft.made is not None
    assert page.draft.made.rows == 12


def test_the_encoding_of_a_csv_is_chosen(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    """AC-IMP-3."""
    path = listed(tmp_path, "客户名称,备用码", "鹿溪堂,00710", "云杉谷,00711", encoding="gb18030")
    page = make_page(path)
    page.go_to(SHEET)
    step = page.step(SHEET)
    assert isinstance(step, SheetStep)
    assert step.encoding.currentText() == "As found: gb18030"
    step.encoding.setCurrentIndex(step.encoding.findData("big5"))
    step.encoding.activated.emit(step.encoding.currentIndex())
    assert page.draft.seen is not None
    assert page.draft.seen.layout.heads != ["客户名称", "备用码"]
    step.encoding.setCurrentIndex(step.encoding.findData("gb18030"))
    step.encoding.activated.emit(step.encoding.currentIndex())
    assert page.draft.seen.layout.heads == ["客户名称", "备用码"]
    click(qtbot, page.next_button)
    ready(qtbot, page)
    assert fields(page).rows.rows.rows[0].cells == ("鹿溪堂", "00710")


# ---- targets, questions, wishes


def test_the_preview_follows_a_change_at_once(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    page = make_page(listed(tmp_path, "客户名称,暗号", "鹿溪堂,甲", "云杉谷,乙"))
    ready(qtbot, page)
    step = fields(page)
    rect = step.table.target_rect(1)
    qtbot.mouseClick(step.table.viewport(), LEFT, MODIFIER.NoModifier, rect.center())
    assert step.list is not None
    item = next(
        step.list.model.item(row)
        for row in range(step.list.model.rowCount())
        if step.list.model.item(row).text() == "Remark"
    )
    at = step.list.view.visualRect(item.index()).center()
    step.list.view.scrollTo(item.index())
    at = step.list.view.visualRect(item.index()).center()
    qtbot.mouseClick(step.list.view.viewport(), LEFT, MODIFIER.NoModifier, at)
    assert not page.draft.is_current  # the whole list is gone through later
    assert step.rows.rows.titles == ["Customer name", "Remark"]
    assert step.rows.rows.rows[0].cells == ("鹿溪堂", "甲")
    assert step.table.lines.texts(1)[TARGET] == "Remark"


def test_without_a_name_there_is_no_way_on(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471"))
    page.draft.take_target("客户名称", "customer.remark")
    step = fields(page)
    assert not page.next_button.isEnabled()
    assert "Choose the one that holds it" in step.trouble.text.text()
    page.draft.take_target("客户名称", "customer.name")
    assert page.next_button.isEnabled()
    assert step.trouble.isHidden()


def test_two_columns_of_one_field_are_asked_about(
    qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path
) -> None:
    page = make_page(listed(tmp_path, "客户名称,客户编号,旧码", "鹿溪堂,K1,旧9", "云杉谷,,旧8"))
    ready(qtbot, page)
    page.draft.take_target("旧码", "customer.code")
    ready(qtbot, page)
    card = next(card for card in fields(page).side.cards if card.first.kind == "join")
    (box,) = card.boxes.values()
    assert box.currentData() == "first"
    box.setCurrentIndex(box.findData("join: / "))
    box.activated.emit(box.currentIndex())
    assert fields(page).rows.rows.rows[0].cells == ("鹿溪堂", "K1 / 旧9")
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    assert {n: r["code"] for n, r in customers(store).items()} == {"鹿溪堂": "K1 / 旧9", "云杉谷": "旧8"}


def test_answers_are_carried_out(qtbot: QtBot, make_page: MakePage, store: Store) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    side = fields(page).side
    people = next(card for card in side.cards if card.first.kind == "person")
    assert people.title() == "6 new names"
    people.more.setChecked(True)
    key = "person:业务员:老周"
    box = people.boxes[key]
    box.setCurrentIndex(box.findData("leave"))
    box.activated.emit(box.currentIndex())
    ready(qtbot, page)
    phone = next(card for card in side.cards if card.first.kind == "phone")
    (box,) = phone.boxes.values()
    box.setCurrentIndex(box.findData("reject"))
    box.activated.emit(box.currentIndex())
    ready(qtbot, page)
    assert page.draft.made is not None
    assert page.draft.made.count("rejected") == 40
    page.go_to(RESULT)
    assert page.next_button.text() == "Import 1,246 rows"
    click(qtbot, page.next_button)
    assert "老周" not in {r["name"] for r in store.reader().each(Query("user"))}
    assert page.draft.result is not None
    assert len(page.draft.result.left_out) == 40


def test_only_the_rows_with_problems(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    step = fields(page)
    assert step.only.text() == "Only rows with problems (67)"
    click(qtbot, step.only)
    assert len(step.rows.rows.rows) == 67
    assert all(row.marks for row in step.rows.rows.rows)
    bad = step.rows.rows.rows[0]
    place = next(iter(bad.marks))
    index = step.rows.rows.index(0, place + 1)
    assert ": " in index.data(Qt.ItemDataRole.AccessibleTextRole)
    click(qtbot, step.only)
    assert len(step.rows.rows.rows) == 20


def test_wishes(qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path) -> None:
    """AC-IMP-6."""
    with store.step(N_("New customer")) as made:
        made.insert(
            "customer",
            {"name": "鹿溪堂", "code": "K1", "remark": "老客户", "phones": [_phone("+8613800004471")]},
        )
    lines = ("客户名称,客户编号,电话,备注", "鹿溪堂,K1,13800004471,", "云杉谷,K2,13800001203,新")
    page = make_page(listed(tmp_path, *lines))
    ready(qtbot, page)
    side = fields(page).side
    qtbot.mouseClick(side.keep, LEFT, MODIFIER.NoModifier, QPoint(8, 12))
    assert page.draft.options.blank_wipes
    side.tag.setFocus()
    side.tag.selectAll()
    qtbot.keyClicks(side.tag, "Fair")
    qtbot.keyClick(side.tag, KEY.Key_Tab)
    qtbot.mouseClick(side.template, LEFT, MODIFIER.NoModifier, QPoint(8, 12))
    qtbot.keyClicks(side.template_name, "Monthly")
    qtbot.keyClick(side.template_name, KEY.Key_Tab)
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    found = customers(store)
    assert found["鹿溪堂"]["remark"] is None
    assert [t["word"] for t in found["云杉谷"]["tags"]] == ["Fair"]
    again = make_page(listed(tmp_path, lines[0], "百川,K3,13800001204,", name="next.csv"))
    ready(qtbot, again)
    assert fields(again).side.taken.text() == "Fields are taken from the template “Monthly”."
    click(qtbot, fields(again).side.guess_button)
    ready(qtbot, again)
    assert not fields(again).side.taken.isVisible()


def _phone(number: str) -> dict[str, Any]:
    return {"number": number, "kind": "mobile"}


# ---- doubles


def test_doubles_side_by_side(qtbot: QtBot, make_page: MakePage, store: Store) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    click(qtbot, page.next_button)
    step = doubles(page)
    assert len(step.table.matches.matches) == 93
    assert "93" in step.caption.text()
    first = step.table.matches.matches[0]
    assert step.side.buttons[first.action].isChecked()
    assert step.side.title.text() == f"Row {first.row} is like row {first.of_row}"
    click(qtbot, step.side.buttons["skip"])
    assert step.table.matches.matches[0].action == "skip"
    click(qtbot, step.side.all_button)
    alike = [m for m in step.table.matches.matches if m.alike == first.alike]
    assert len(alike) > 1
    assert {m.action for m in alike} == {"skip"}
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    assert page.draft.result is not None
    assert page.draft.result.actions["skip"] == len(alike)


def test_without_doubles_a_sentence_stands_there(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471"))
    ready(qtbot, page)
    click(qtbot, page.next_button)
    assert doubles(page).nothing.isVisible()
    assert doubles(page).nothing.title.text() == "No duplicates were found"
    click(qtbot, page.next_button)
    assert page.at == RESULT


# ---- other ways in


def test_cells_are_pasted(qtbot: QtBot, make_page: MakePage, store: Store) -> None:
    page = make_page()
    QGuiApplication.clipboard().setText("客户名称\t电话\r\n鹿溪堂\t13800004471\r\n云杉谷\t13800001203\r\n")
    step = page.step(FILE)
    assert isinstance(step, FileStep)
    click(qtbot, step.paste_button)
    assert page.at == FIELDS
    pasted = page.draft.path
    assert pasted is not None
    assert page.draft.name == "Clipboard"
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    assert set(customers(store)) == {"鹿溪堂", "云杉谷"}
    click(qtbot, page.next_button)
    assert not pasted.exists()
    QGuiApplication.clipboard().setText(" ")
    page.go_to(FILE)
    click(qtbot, step.paste_button)
    assert "holds no cells" in step.trouble.text.text()


def test_a_file_is_chosen_and_offered_again(
    qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path
) -> None:
    path = listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471")
    page = make_page()
    step = page.step(FILE)
    assert isinstance(step, FileStep)
    with talk.recording(path) as heard:
        click(qtbot, step.choose_button)
    assert heard.asked == ["Import a list"]
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    again = make_page().step(FILE)
    assert isinstance(again, FileStep)
    (button,) = [again.recent_box.itemAt(0).widget()]
    assert button is not None
    assert again.recent_title.isVisible()


def test_the_template_workbook_is_saved(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    page = make_page()
    step = page.step(FILE)
    assert isinstance(step, FileStep)
    with talk.recording(tmp_path / "empty.xlsx") as heard:
        click(qtbot, step.template_button)
    assert "An empty workbook is in" in str(heard.messages[0].what)
    heads = [cell.value for cell in next(load_workbook(tmp_path / "empty.xlsx").worksheets[0].iter_rows())]
    assert any("Customer name" in str(head) for head in heads)


# ---- what may be wrong


def test_what_is_wrong_with_a_file_is_said_with_a_way_on(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    path = tmp_path / "half.xlsx"
    whole = SAMPLE.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    page = make_page(path)
    step = page.step(FILE)
    assert isinstance(step, FileStep)
    assert page.at == FILE
    assert "damaged or was cut short" in step.trouble.text.text()
    assert not page.next_button.isEnabled()
    path.write_bytes(whole)
    click(qtbot, step.trouble.again_button)
    assert page.at == FIELDS
    page.go_to(FILE)
    step.take(tmp_path / "photo.png")
    assert "is no list" in step.trouble.text.text()


def test_heads_alone_are_no_list(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话,备注"))
    ready(qtbot, page)
    assert page.at == FIELDS
    assert not page.next_button.isEnabled()
    assert fields(page).trouble.text.text().startswith("There are no rows under the heads.")


def test_somebody_else_changes_the_file_meanwhile(
    qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path
) -> None:
    page = make_page(listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471"))
    ready(qtbot, page)
    with store.step(N_("New customer")) as made:
        made.insert("customer", {"name": "鹿溪堂", "phones": [_phone("+8613800004471")]})
    page.heard(None)
    assert not page.draft.is_current
    ready(qtbot, page)
    assert page.draft.made is not None
    assert page.draft.made.counts == {"same": 1}


def test_a_file_saved_again_is_looked_into_again(qtbot: QtBot, make_page: MakePage, tmp_path: Path) -> None:
    path = listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471")
    page = make_page(path)
    ready(qtbot, page)
    listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471", "云杉谷,13800001203")
    page.arrived()
    ready(qtbot, page)
    assert page.draft.made is not None
    assert page.draft.made.rows == 2


# ---- the end


def test_left_out_rows_and_the_way_back(
    qtbot: QtBot, make_page: MakePage, store: Store, tmp_path: Path
) -> None:
    """AC-IMP-5: what was edited since stays and is named."""
    page = make_page(
        listed(tmp_path, "客户名称,电话", "鹿溪堂,13800004471", ",13800001203", "云杉谷,13800001204")
    )
    ready(qtbot, page)
    page.go_to(RESULT)
    click(qtbot, page.next_button)
    step = result(page)
    with talk.recording(tmp_path / "left.xlsx"):
        click(qtbot, step.left_button)
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(tmp_path / "left.xlsx").worksheets[0].iter_rows()
    ]
    assert rows[0][:3] == ["客户名称", "电话", "Why it was left out"]
    assert "Customer name is needed" in str(rows[1][2])
    assert "The rows left out are in" in step.notes.text()
    wanted: list[tuple[str, str]] = []
    page.rows_wanted.connect(lambda entity, tag: wanted.append((entity, tag)))
    click(qtbot, step.show_button)
    assert wanted == [("customer", page.draft.options.tag)]
    with store.step(N_("Edit")) as edit:
        edit.update("customer", customers(store)["云杉谷"].id, {"remark": "打过电话"})
    click(qtbot, step.undo_button)
    assert set(customers(store)) == {"云杉谷"}
    assert step.title.text() == "The import of list.csv was undone"
    assert "云杉谷" in step.text.text()
    assert not step.undo_button.isVisible()


def test_the_language_changes_while_it_runs(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    page.go_to(DOUBLES)
    page.go_to(FIELDS)
    words.use("zh_CN")
    page.reword()
    ready(qtbot, page)
    assert page.next_button.text() == "下一步：查重"
    assert fields(page).side.tag.text().endswith("导入")
    shown = {line.head: line for line in fields(page).table.lines.lines}
    assert shown["手机"].target == "联系人 · 手机"
    assert page.crumbs()[0] == "客户"
    page.go_to(DOUBLES)
    assert "相同" in doubles(page).table.matches.matches[0].why


def test_everything_is_named_and_reached_by_tab(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page(SAMPLE)
    ready(qtbot, page)
    for place in (FILE, SHEET, FIELDS, DOUBLES, RESULT):
        page.go_to(place)
        seen: list[QWidget] = []
        page.step(place).focus_first()
        widget = page.focusWidget()
        for _turn in range(60):
            if widget is None or widget in seen:
                break
            seen.append(widget)
            qtbot.keyClick(widget, KEY.Key_Tab)
            widget = page.window().focusWidget()
        assert page.next_button in seen, place
        for pane, _focus in page.panes():
            assert isinstance(pane, QWidget)
