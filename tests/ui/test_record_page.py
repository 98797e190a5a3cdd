"""The page of a record, by real keys and clicks: opened, read, gone through, written to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.pieces import Linked, Tab
from freecrm.core.words import N_
from freecrm.exchange.printing import Wishes
from freecrm.store import drafts, merging, noting, undo
from freecrm.ui import talk
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.tabs import ChangesTab
from freecrm.ui.record_page.timeline import TimelineView
from freecrm.ui.split_page import SplitPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
NAME = "云杉谷酒店"


def id_of(window: MainWindow, name: str = NAME, entity: str = "customer") -> bytes:
    found = window.store.reader().named(entity, name)
    assert found is not None
    return found


def opened(window: MainWindow, name: str = NAME, entity: str = "customer") -> RecordPage:
    window.show_id(entity, id_of(window, name, entity))
    return shown(window)


def shown(window: MainWindow) -> RecordPage:
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page


@pytest.fixture
def page(window: MainWindow) -> RecordPage:
    return opened(window)


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def texts(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible()]


def heads(view: TimelineView) -> list[str]:
    return [row.head for row in view.rows_model.rows if row.about is not None]


def figure(page: RecordPage, name: str) -> str:
    button = page.bar.buttons[name]
    return button.value.text() if button.isVisible() else ""


def add_note(window: MainWindow, text: str) -> None:
    noting.add_note(window.store, "customer", id_of(window), text)


# ---- coming there


def test_enter_on_the_name_opens_the_page_and_alt_left_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.go(4, 0)
    n = window.page.grid.current_n()
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Return)
    assert shown(window).fields.record.n == n
    assert not window.page.panel_open
    qtbot.keyClick(focus(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.navigator.page is window.page
    assert window.page.grid.current_n() == n


def test_a_double_click_on_the_name_opens_the_page(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    at = grid.visualRect(grid.list_model.index(2, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shown(window).fields.record.n == window.page.model.numbers[2]


def test_space_keeps_the_panel_and_its_button_opens_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.go(3)
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Space)
    assert window.page.panel is not None
    qtbot.mouseClick(window.page.panel.page_button, Qt.MouseButton.LeftButton)
    assert shown(window).fields.record.n == window.page.model.numbers[3]


def test_the_palette_leads_to_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.open_palette()
    window.lookup.box.setText("拓岩")
    qtbot.keyClick(window.lookup.box, Qt.Key.Key_Return)
    assert shown(window).name.startswith("拓岩")


def test_a_contact_has_the_same_page(window: MainWindow) -> None:
    page = opened(window, "林晓棠", "contact")
    names = [tab.name for tab in page.tabs]
    assert names == ["activities", "relations", "files", "notes", "changes"]
    assert "林晓棠" in texts(page.fields.head_box)
    assert not page.bar.isVisible()  # a person without a figure shows no empty boxes


# ---- the way through the list


def test_ctrl_down_goes_through_the_list_one_came_from_in_the_same_tab(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.page.find_box.setText("有限公司")
    numbers = list(window.page.model.numbers)
    assert 3 < len(numbers) < 60
    window.page.grid.setFocus()
    window.page.grid.go(0, 0)
    qtbot.keyClick(window.page.grid, Qt.Key.Key_Return)
    page = shown(window)
    page.show_tab("people")
    qtbot.keyClick(focus(), Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert shown(window) is page
    assert page.fields.record.n == numbers[1]
    assert page.tab == "people"
    assert page.summary() == f"2 of {len(numbers)}"
    assert window.status.count.text() == page.summary()
    qtbot.keyClick(focus(), Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.fields.record.n == numbers[0]
    qtbot.keyClick(focus(), Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert page.fields.record.n == numbers[0]
    qtbot.keyClick(focus(), Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(focus(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.navigator.page is window.page
    assert window.page.grid.current_n() == numbers[1]
    assert window.page.find_box.text() == "有限公司"


def test_back_and_forward_bring_the_tab_and_what_it_showed(window: MainWindow, page: RecordPage) -> None:
    page.show_tab("notes")
    window.navigator.back()
    window.navigator.forward()
    assert shown(window) is not page
    assert shown(window).tab == "notes"


def test_the_crumb_leads_to_the_list(window: MainWindow, page: RecordPage) -> None:
    assert page.crumbs() == ["Customers", NAME]
    window.top.crumb.emit(0)
    assert window.navigator.page is window.page


# ---- figures and tabs


def test_figures_follow_what_happens_also_undo(window: MainWindow, page: RecordPage) -> None:
    for name, tab in (("people", "people"), ("notes", "notes"), ("files", "files")):
        assert (figure(page, name) or "0") == str(page.counts[tab])
    add_note(window, "one")
    add_note(window, "two")
    assert figure(page, "notes") == "2"
    assert page.counts["notes"] == 2
    window.steps.undo()
    assert figure(page, "notes") == "1"
    assert page.counts["notes"] == 1
    window.steps.undo()
    assert figure(page, "notes") == ""


def test_a_figure_leads_to_its_rows(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.bar.buttons["people"], Qt.MouseButton.LeftButton)
    assert page.tab == "people"
    with window.store.step(N_("Change")) as step:
        step.update("customer", page.id, {"opening_balance": 100})
    qtbot.mouseClick(page.bar.buttons["balance"], Qt.MouseButton.LeftButton)
    assert page.tab == "account"


def test_a_tab_is_made_when_it_is_first_opened(page: RecordPage) -> None:
    assert list(page.made) == ["overview"]
    page.show_tab("files")
    assert list(page.made) == ["overview", "files"]


def test_every_tab_opens(window: MainWindow, page: RecordPage) -> None:
    for tab in page.tabs:
        page.show_tab(tab.name)
        assert page.stack.currentWidget() is page.made[tab.name], tab.name
    for tab in (t for name in window.store.model.entities for t in window.store.model.pieces(name, Tab)):
        if isinstance(tab.show, Linked):
            assert window.store.schema.entity(tab.show.of).title in tab.show.columns, tab.name


def test_the_group_adds_up_what_lies_below(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    assert not page.bar.whole.isVisible()
    with window.store.step(N_("Change")) as step:
        step.update("customer", page.id, {"opening_balance": 10_000})
        step.insert("customer", {"name": "分店", "group": page.id, "opening_balance": 2_345})
    assert figure(page, "below") == "1"
    assert figure(page, "balance") == "¥100.00"
    page.bar.whole.click()
    assert figure(page, "balance") == "¥123.45"
    page.show_tab("below")
    grid = page.made["below"].grid  # type: ignore[attr-defined]
    assert len(grid.list_model.numbers) == 1
    grid.setFocus()
    grid.go(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert shown(window).name == "分店"


def test_a_ring_of_groups_is_refused_where_it_is_typed(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    with window.store.step(N_("Add")) as step:
        child = step.insert("customer", {"name": "分店", "group": page.id})
    page.fields.edit("group")
    place = page.fields.place
    assert place is not None
    place.editor.set_value(child)
    place.editor.changed.emit()
    place.save(0)
    assert "above itself" in place.trouble.text()
    place.restore()


# ---- fields


def test_a_phone_is_edited_in_place(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.fields.spots["website"] if "website" in page.fields.spots else page.fields.toggle_all()
    label = page.fields.spots["website"].labels[0]
    label.setFocus()
    qtbot.keyClick(label, Qt.Key.Key_F2)
    qtbot.keyClicks(focus(), "spruce-vale.example.com")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    record = window.store.reader().record("customer", page.id)
    assert record is not None
    assert record["website"] == "spruce-vale.example.com"
    top = page.overview.timeline.model.rows[1]
    assert [(part.title, part.new) for part in top.parts] == [("Website", "spruce-vale.example.com")]
    found = window.store.reader().find("spruce-vale")
    assert [hit.record.id for hit in found] == [page.id]


def test_the_name_is_edited_in_the_head(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    name = page.fields.spots["name"].labels[0]
    name.setFocus()
    qtbot.keyClick(name, Qt.Key.Key_F2)
    focus().selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(focus(), "Spruce Vale")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert page.name == "Spruce Vale"
    assert window.windowTitle().endswith("Spruce Vale")


def test_a_section_folds(page: RecordPage, qtbot: QtBot) -> None:
    from freecrm.ui.record_page.fields import Fold

    fold = page.fields.body.findChildren(Fold)[0]
    qtbot.mouseClick(fold.head, Qt.MouseButton.LeftButton)
    assert not fold.content.isVisible()
    state = page.state()
    page.restore(state)
    folds = [one for one in page.fields.body.findChildren(Fold) if one.isVisible()]
    assert [one.content.isVisible() for one in folds] == [False, *[True] * (len(folds) - 1)]


# ---- notes


def test_a_note_is_written_changed_and_removed(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(focus(), Qt.Key.Key_J, both)
    qtbot.keyClicks(focus(), "Wants a second one")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    view = page.overview.timeline.view
    assert heads(view)[0] == "Note"
    assert page.overview.composer.text.toPlainText() == ""
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert focus() is page.overview.composer.text
    qtbot.keyClicks(focus(), "!")
    assert page.unsaved() == ["Note"]
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert view.rows_model.rows[1].text == "Wants a second one!"
    page.act("remove", view.rows_model.rows[1].about)  # type: ignore[arg-type]
    assert figure(page, "notes") == ""
    window.steps.undo()
    assert figure(page, "notes") == "1"


def test_a_note_that_is_not_saved_is_there_again(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.begin_note()
    qtbot.keyClicks(focus(), "half a thought")
    window.navigator.back()
    assert [draft.values["text"] for draft in drafts.all(window.store)] == ["half a thought"]
    again = opened(window)
    assert again.overview.composer.text.toPlainText() == "half a thought"
    again.begin_note()
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert drafts.all(window.store) == []
    assert figure(again, "notes") == "1"


def test_an_empty_note_says_what_is_wanted(page: RecordPage, qtbot: QtBot) -> None:
    page.begin_note()
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.overview.composer.trouble.text() == "Type something first."


# ---- the timeline


def test_the_timeline_is_narrowed_by_kind_and_search(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    add_note(window, "filters changed")
    add_note(window, "price asked")
    box = page.overview.timeline
    qtbot.mouseClick(box.chips["note"], Qt.MouseButton.LeftButton)
    assert heads(box.view) == ["Note", "Note"]
    qtbot.keyClick(box.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(focus(), "price")
    assert [row.text for row in box.model.rows if row.about] == ["price asked"]
    qtbot.keyClicks(focus(), "zzz")
    assert box.nothing.isVisible()
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert heads(box.view) == ["Note", "Note"]


def test_many_entries_come_page_by_page(window: MainWindow, qtbot: QtBot) -> None:
    id = id_of(window)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rows = [
        (f"note {n}", round((at + dt.timedelta(minutes=n)).timestamp() * 1000), id, "customer")
        for n in range(1000)
    ]
    with window.store.step(N_("Import {file}"), file="notes.csv") as step:
        step.insert_many("note", ("text", "at", "parent", "parent_entity"), rows)
    page = opened(window)
    view = page.overview.timeline.view
    loaded = len(heads(view))
    assert 100 <= loaded < 1000
    while not view.rows_model.complete:
        before = len(view.rows_model.rows)
        view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
        qtbot.waitUntil(lambda before=before: len(view.rows_model.rows) > before)
    assert sum(row.text.startswith("note ") for row in view.rows_model.rows) == 1000


def test_each_entry_says_kind_when_and_text(window: MainWindow, page: RecordPage) -> None:
    add_note(window, "price asked")
    model = page.overview.timeline.model
    spoken = model.index(1).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Note; ")
    assert "today" in spoken
    assert spoken.endswith("price asked")


def test_keys_pass_over_headings_and_unfold(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    add_note(window, "word " * 2000)
    view = page.overview.timeline.view
    view.setFocus()
    row = view.current()
    assert row is not None
    assert row.about is not None
    low = view.visualRect(view.currentIndex()).height()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: view.visualRect(view.currentIndex()).height() > 2 * low)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: view.visualRect(view.currentIndex()).height() == low)


def test_a_blank_record_suggests_first_steps(window: MainWindow, qtbot: QtBot) -> None:
    with window.store.step(N_("New")) as step:
        id = step.insert("customer", {"name": "Blank"})
    window.show_id("customer", id)
    page = shown(window)
    assert not page.bar.isVisible()
    steps = page.overview.first_steps
    assert steps.isVisible()
    assert list(steps.buttons) == ["note", "person", "file"]
    qtbot.mouseClick(steps.buttons["note"], Qt.MouseButton.LeftButton)
    qtbot.keyClicks(focus(), "called")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not steps.isVisible()


# ---- people


def test_a_contact_is_added_from_the_tab(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.show_tab("people")
    before = page.counts["people"] or 0
    tab = page.made["people"]
    qtbot.mouseClick(tab.add_button, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert page.new is not None
    assert page.unsaved() == []
    qtbot.keyClicks(focus(), "Nina Hart")
    assert page.unsaved() != []
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.new is None
    assert page.counts["people"] == before + 1
    names = [line.name for line in tab.model.lines]  # type: ignore[attr-defined]
    assert "Nina Hart" in names


def test_a_role_is_changed_in_the_table(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.show_tab("people")
    tab = page.made["people"]
    table = tab.table  # type: ignore[attr-defined]
    titles = [column.title() for column in tab.model.columns_]  # type: ignore[attr-defined]
    table.setFocus()
    table.setCurrentIndex(tab.model.index(0, titles.index("Job title")))  # type: ignore[attr-defined]
    qtbot.keyClick(table, Qt.Key.Key_F2)
    focus().selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(focus(), "Buyer")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert tab.model.lines[0].values["job"] == "Buyer"  # type: ignore[attr-defined]
    assert "Buyer" in " ".join(texts(page.overview.cards[0])) or not page.overview.isVisible()
    table.setCurrentIndex(tab.model.index(0, 0))  # type: ignore[attr-defined]
    name = tab.model.lines[0].name  # type: ignore[attr-defined]
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert shown(window).entity.entity == "contact"
    assert shown(window).name == name


# ---- files


def drop(page: RecordPage, paths: list[Path]) -> str:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        page, QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    )
    said = " ".join(texts(page.attaching)) if page.attaching is not None else ""
    QApplication.sendEvent(page, QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, buttons, keys))
    return said


def test_files_are_dropped_anywhere(window: MainWindow, page: RecordPage, tmp_path: Path) -> None:
    one, two = tmp_path / "报价.pdf", tmp_path / "photo.jpg"
    one.write_bytes(b"x" * 1840)
    two.write_bytes(b"y" * 90_000)
    page.show_tab("files")
    said = drop(page, [one, two])
    assert f"Attach to {NAME}" in said
    lines = page.made["files"].model.lines  # type: ignore[attr-defined]
    assert sorted(line.name for line in lines) == ["photo.jpg", "报价.pdf"]
    page.show_tab("overview")
    chips = [
        row.chips for row in page.overview.timeline.model.rows if row.about and row.about.entity == "file"
    ]
    assert sorted(one[1][0] for one in chips) == ["1.8 KB", "90 KB"]
    assert figure(page, "files") == "2"
    window.steps.undo()
    assert figure(page, "files") == ""


def test_a_folder_says_what_happens(page: RecordPage, tmp_path: Path) -> None:
    folder = tmp_path / "offers"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    assert "A folder stays where it is" in drop(page, [folder])
    assert figure(page, "files") == "1"


def test_a_huge_file_says_what_happens_before_it_is_copied(page: RecordPage, tmp_path: Path) -> None:
    huge = tmp_path / "video.bin"
    with huge.open("wb") as file:
        file.truncate(2_100_000_000)  # sparse: takes no room
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(huge))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        page, QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    )
    assert page.attaching is not None
    assert "will be copied beside your data" in " ".join(texts(page.attaching))


# ---- gone and back, windows


def test_a_record_deleted_elsewhere_can_be_restored(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    noting.delete_record(window.store, "customer", page.id)
    assert page.banner.isVisible()
    assert NAME in page.banner_text.text()
    assert not page.overview.isEnabled()
    qtbot.mouseClick(page.restore_button, Qt.MouseButton.LeftButton)
    assert not page.banner.isVisible()
    assert page.overview.isEnabled()
    assert page.counts["people"]


def test_deleting_leads_back_and_undo_brings_it_again(window: MainWindow, page: RecordPage) -> None:
    page.delete_record()
    assert window.navigator.page is window.page
    window.steps.undo()
    assert id_of(window)


def test_alt_enter_opens_a_window_that_follows(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert len(window.beside.windows) == 1
    own = window.beside.windows[0]
    assert own.isVisible()
    assert NAME in own.windowTitle()
    add_note(window, "seen in both")
    assert heads(own.page.overview.timeline.view)[0] == "Note"
    window.dress.set_language("zh_CN")
    assert own.page.tab_bar.tabText(0) == "概览"
    window.dress.set_language("en")
    window.beside.open("customer", page.id)
    assert len(window.beside.windows) == 1
    window.close()
    qtbot.waitUntil(lambda: not window.beside.windows)


def test_typed_text_is_asked_about(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.fields.toggle_all()
    page.fields.edit("employees")
    qtbot.keyClicks(focus(), "12x")
    with talk.recording(unsaved="stay") as heard:
        window.navigator.back()
    assert heard.asked
    assert shown(window) is page
    with talk.recording(unsaved="discard"):
        window.navigator.back()
    assert window.navigator.page is window.page


# ---- reading order


def test_tab_goes_in_reading_order(page: RecordPage, qtbot: QtBot) -> None:
    page.focus_first()
    page.fields.spots["name"].labels[0].setFocus()
    seen: list[QWidget] = []
    for _step in range(80):
        if focus() in seen:
            break
        seen.append(focus())
        QApplication.processEvents()  # the box for notes unfolds when the focus stays
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
    overview = page.overview
    reached = [card for card in overview.cards if card.inputs()]
    marks: list[QWidget] = [
        page.fields.spots["name"].labels[0],
        page.more_button,
        page.bar.buttons["people"],
        page.tab_bar,
        page.fields.spots["kind"].labels[0],
        overview.composer.text,
        overview.composer.save_button,
        overview.timeline.find_box,
        overview.timeline.view,
        reached[0].inputs()[0],
        reached[-1].inputs()[0],
    ]
    places = [seen.index(mark) for mark in marks]
    assert places == sorted(places)


def test_a_record_outside_the_list_has_no_neighbours(window: MainWindow) -> None:
    window.page.find_box.setText("拓岩")
    page = opened(window)
    assert page.at() == -1
    assert page.summary() == ""
    assert not page.next_button.isVisible()


def test_a_new_record_from_the_whole_form_is_shown_and_back_leads_past_the_form(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.visit(Place("new", "customer"))
    qtbot.keyClicks(focus(), "Maple Inn")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert shown(window).name == "Maple Inn"
    window.navigator.back()
    assert window.navigator.page is window.page


# ---- what was changed, and split again


def test_the_changes_tab_shows_the_life_and_the_record_as_it_was(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    with window.store.step(N_("{name} changed"), name=page.name) as step:
        step.update("customer", page.id, {"website": "lxt.example.com"})
    page.show_tab("changes")
    tab = page.made["changes"]
    assert isinstance(tab, ChangesTab)
    newest = tab.tree.topLevelItem(0)
    assert newest is not None
    assert page.name in newest.text(0)
    line = newest.child(0)
    assert line is not None
    assert [line.text(column) for column in (0, 2)] == ["Website", "lxt.example.com"]
    before = tab.tree.topLevelItemCount()
    undo.undo(window.store)
    assert tab.tree.topLevelItemCount() == before + 1
    tab.show_day(dt.datetime.now().astimezone().date() - dt.timedelta(days=1))
    tab.tree.itemDoubleClicked.emit(tab.tree.topLevelItem(0), 0)
    assert window.navigator.place.kind == "history"
    window.go_back()
    back = shown(window)
    assert back.tab == "changes"


def test_a_merged_record_offers_to_be_split_again(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.more_button.click()
    assert "Split again…" not in menu_texts()
    close_menu()
    with window.store.step("Twin") as step:
        twin = step.insert("customer", {"name": f"{page.name} twin"})
    merging.merge(window.store, "customer", [page.id, twin], page.id)
    page.more_button.click()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Split again…").trigger()
    close_menu()
    there = window.navigator.page
    assert isinstance(there, SplitPage)
    assert there.into == page.id
    assert [one.into for one in there.merges] == [page.id]


def menu_texts() -> list[str]:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return [action.text() for action in menu.actions()]


def close_menu() -> None:
    menu = QApplication.activePopupWidget()
    if menu is not None:
        menu.close()


def test_the_timeline_is_printed_whole_and_as_it_is_narrowed(
    window: MainWindow, page: RecordPage, tmp_path: Path
) -> None:
    with window.store.step("Many") as step:
        for n in range(640):  # more than are read at once
            at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=n)
            step.insert(
                "note", {"parent": page.id, "parent_entity": "customer", "text": f"note {n}", "at": at}
            )
    page.overview.timeline.model.narrow("note", "")
    record, timeline = page.printed()
    assert record.title == page.name
    made = timeline.make(tmp_path / "timeline.pdf", Wishes())
    assert made.rows >= 640
    pdf = pypdfium2.PdfDocument(made.path)
    text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in pdf)
    pdf.close()
    assert page.name in text
    assert "note 0" in text
    assert "note 639" in text
    page.overview.timeline.model.narrow("note", "note 63")
    assert page.printed()[1].make(tmp_path / "some.pdf", Wishes()).rows == 11
