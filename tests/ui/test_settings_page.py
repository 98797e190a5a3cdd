"""The settings page: made from the declarations, kept field by field, found by words."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine, Jobs
from freecrm.core.settings import SECTIONS, SETTINGS, of_section
from freecrm.exchange import sample
from freecrm.store import backup, copies, database
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.preferences import Preferences
from freecrm.ui.setting_panels import AboutPanel, BackupPanel, DataPanel, KeysPanel
from freecrm.ui.setting_rows import EDITORS, SettingRow
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.tasks import Tasks
from tests.ui.starting import CHINESE, click, nameless, shown, texts

Make = Callable[..., SettingsPage]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Make:
    look.apply(qapp, "light")

    def made(store: Store, section: str = "", workers: Jobs | None = None) -> SettingsPage:
        preferences = Preferences(tmp_path / "settings")
        page = SettingsPage(store, Tasks(workers or InLine()), preferences, section)
        shown(qtbot, page)
        return page

    return made


@pytest.fixture
def page(make: Make, store: Store) -> SettingsPage:
    return make(store)


def rows_shown(page: SettingsPage) -> list[str]:
    return [key for key, row in page.rows.items() if row.isVisibleTo(page)]


def panel(page: SettingsPage, name: str) -> QWidget:
    found = page.sections[name].panel
    assert found is not None
    return found


def type_into(qtbot: QtBot, row: SettingRow, text: str) -> None:
    line = row.editor.main
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


# ---- made from the declarations


def test_every_setting_has_its_row_its_editor_and_its_words(page: SettingsPage) -> None:
    for name in SECTIONS:
        page.sections.need(name)
    assert page.rows.keys() == SETTINGS.keys()
    for key, row in page.rows.items():
        declared = SETTINGS[key]
        assert declared.editor in EDITORS
        assert declared.section in SECTIONS
        assert row.title.text(), key
        assert row.help.text(), key
        assert row.title.buddy() is row.editor.main
        assert row.editor.main.accessibleName() == row.title.text()
        assert len(declared.titles) in (0, len(declared.choices))
        assert not row.is_dirty
    assert not nameless(page)


def test_each_section_shows_its_own(qtbot: QtBot, page: SettingsPage) -> None:
    assert page.crumbs() == ["Settings", "Firm"]
    page.index.setFocus()
    for name in list(SECTIONS)[1:]:
        qtbot.keyClick(page.index, Qt.Key.Key_Down)
        assert page.section == name
        assert rows_shown(page) == [key for key, one in SETTINGS.items() if one.section == name]
    assert page.crumbs() == ["Settings", "About"]


# ---- keeping


def test_text_is_kept_when_it_is_finished(qtbot: QtBot, page: SettingsPage, store: Store) -> None:
    row = page.rows["firm.name"]
    row.editor.main.setFocus()
    qtbot.keyClicks(row.editor.main, "Hechuan")
    assert page.unsaved() == ["Name of the firm"]
    assert store.setting("firm.name") == ""
    with qtbot.waitSignal(page.setting_changed) as heard:
        qtbot.keyClick(row.editor.main, Qt.Key.Key_Tab)
    assert heard.args == ["firm.name"]
    assert store.setting("firm.name") == "Hechuan"
    assert page.unsaved() == []


def test_each_kind_is_kept(qtbot: QtBot, page: SettingsPage, store: Store, tmp_path: Path) -> None:
    page.show_section("backup")
    click(qtbot, page.rows["backup.daily"].editor.main)
    assert store.setting("backup.daily") is False
    assert page.rows["backup.daily"].editor.main.text() == "Off"  # type: ignore[attr-defined]
    qtbot.keyClick(page.rows["backup.daily"].editor.main, Qt.Key.Key_Space)
    assert store.setting("backup.daily") is True
    type_into(qtbot, page.rows["backup.keep_days"], "14")
    assert store.setting("backup.keep_days") == 14
    with talk.recording(tmp_path):
        click(qtbot, page.rows["backup.folder"].editor.browse)  # type: ignore[attr-defined]
    assert store.setting("backup.folder") == str(tmp_path)
    page.show_section("look")
    theme = page.rows["look.theme"].editor.main
    theme.setFocus()
    qtbot.keyClick(theme, Qt.Key.Key_Down)
    assert page.preferences.get("look.theme") == "light"
    qtbot.keyClick(page.rows["look.zoom"].editor.main, Qt.Key.Key_Up)
    assert page.preferences.get("look.zoom") == 110
    click(qtbot, page.rows["look.menu_bar"].editor.main)
    assert page.preferences.get("look.menu_bar") is True
    again = Preferences(page.preferences.folder)
    assert [again.get(f"look.{key}") for key in ("theme", "zoom", "menu_bar")] == ["light", 110, True]


def test_the_wheel_scrolls_past_and_changes_nothing(qtbot: QtBot, page: SettingsPage, store: Store) -> None:
    page.show_section("backup")
    page.search.setFocus()
    for key in ("backup.keep_days", "look.theme"):
        box = page.rows[key].editor.main
        assert isinstance(box, (QSpinBox, QComboBox))
        down, none = QPoint(0, -120), Qt.MouseButton.NoButton
        phase, keys = Qt.ScrollPhase.NoScrollPhase, Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(), down, none, keys, phase, False)
        QApplication.sendEvent(box, event)
    assert store.setting("backup.keep_days") == 7
    assert page.preferences.get("look.theme") == "system"


def test_a_disk_that_takes_nothing_leaves_what_was_typed(  # AC-ST-4
    qtbot: QtBot, page: SettingsPage, store: Store
) -> None:
    row = page.rows["firm.name"]
    store.write().execute("PRAGMA query_only = ON")
    type_into(qtbot, row, "Hechuan")
    assert "write-protected" in row.problem.text()
    assert row.problem.isVisibleTo(page)
    assert row.editor.value() == "Hechuan"
    assert page.unsaved() == ["Name of the firm"]
    assert page.save() is False
    words.use("zh_CN")
    page.reword()
    assert CHINESE.search(row.problem.text())
    assert row.editor.value() == "Hechuan"
    store.write().execute("PRAGMA query_only = OFF")
    qtbot.keyClick(row.editor.main, Qt.Key.Key_Return)
    assert not row.problem.isVisibleTo(page)
    assert store.setting("firm.name") == "Hechuan"


def test_a_locked_file_is_told_and_tried_again(  # AC-ST-4
    qtbot: QtBot, page: SettingsPage, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    type_into(qtbot, page.rows["firm.country"], "44")
    assert "Another program is writing" in page.rows["firm.country"].problem.text()
    other.execute("ROLLBACK")
    other.close()
    assert page.save()
    assert store.setting("firm.country") == "44"


def test_given_up_is_what_it_was(qtbot: QtBot, page: SettingsPage) -> None:
    row = page.rows["firm.name"]
    qtbot.keyClicks(row.editor.main, "Hech")
    page.give_up()
    assert page.unsaved() == []
    assert row.editor.value() == ""


def test_settings_of_the_computer_hold_where_they_cannot_be_written(qtbot: QtBot, page: SettingsPage) -> None:
    page.preferences.folder.write_text("in the way")
    page.show_section("look")
    click(qtbot, page.rows["look.calm"].editor.main)
    assert "It holds until FreeCRM is closed" in page.rows["look.calm"].problem.text()
    assert page.preferences.get("look.calm") is True
    assert page.unsaved() == []


def test_what_others_changed_is_shown_on_arrival(page: SettingsPage, store: Store, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.rows["firm.country"].editor.main, "4")
    store.set_setting("firm.name", "Elsewhere")
    store.set_setting("firm.country", "1")
    page.arrived()
    assert page.rows["firm.name"].editor.value() == "Elsewhere"
    assert page.rows["firm.country"].editor.value() == "864"  # being typed


def test_kept_with_real_threads(qtbot: QtBot, make: Make, store: Store) -> None:
    page = make(store, workers=Jobs())
    with qtbot.waitSignal(page.setting_changed, timeout=20_000):
        type_into(qtbot, page.rows["firm.name"], "Hechuan")
    page.tasks.close()
    assert store.setting("firm.name") == "Hechuan"


# ---- finding


@pytest.mark.parametrize(
    ("asked", "key"),
    [("theme", "look.theme"), ("主题", "look.theme"), ("DARK", "look.theme"), ("usb", "backup.folder"),
     ("月 备份", "backup.keep_months"), ("firm.name", "firm.name"), ("缩放", "look.zoom")],
)  # fmt: skip
def test_found_by_its_words_in_both_languages(qtbot: QtBot, page: SettingsPage, asked: str, key: str) -> None:
    page.search.setText(asked)
    qtbot.waitUntil(lambda: page.complete)
    assert key in rows_shown(page)
    assert len(rows_shown(page)) < len(SETTINGS)
    page.search.clear()
    assert rows_shown(page) == [one.key for one in of_section("firm")]


def test_nothing_found_offers_the_way_back(qtbot: QtBot, page: SettingsPage) -> None:
    page.focus_first()
    qtbot.keyClicks(page.search, "xyz")
    qtbot.waitUntil(lambda: page.complete)
    assert page.nothing.isVisibleTo(page)
    assert page.nothing.title.text() == "No setting fits “xyz”"
    click(qtbot, page.all_button)
    assert not page.nothing.isVisibleTo(page)
    qtbot.keyClicks(page.search, "xyz")
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == ""
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    assert page.index.hasFocus()


def test_a_setting_named_elsewhere_gets_the_focus(page: SettingsPage) -> None:
    page.show_setting("backup.folder")
    assert page.section == "backup"
    assert page.rows["backup.folder"].editor.main.hasFocus()
    page.show_setting("about")
    assert page.section == "about"


def test_state_comes_back(qtbot: QtBot, page: SettingsPage) -> None:
    page.show_section("look")
    page.search.setText("zoom")
    state = page.state()
    page.show_section("about")
    page.restore(state)
    qtbot.waitUntil(lambda: page.complete)
    assert rows_shown(page) == ["look.zoom"]
    assert page.section == "look"


def test_panes(page: SettingsPage) -> None:
    (_, left), (_, fields) = page.panes()
    fields()
    assert page.rows["firm.name"].editor.main.hasFocus()
    left()
    assert page.search.hasFocus()


def test_it_speaks_the_other_language_entirely(page: SettingsPage, store: Store) -> None:
    backup.take(store)
    for name in SECTIONS:
        page.show_section(name)
        page.arrived()
        assert not [t for t in texts(page) if CHINESE.search(t) and "禾川" not in t and t != "简体中文"]
    words.use("zh_CN")
    page.reword()
    for name in SECTIONS:
        page.show_section(name)
        grades = {option.title for option in store.schema.fields("customer")["grade"].options.entries}
        english = [
            t for t in texts(page) if not CHINESE.search(t) and t.strip("0123456789 %") and t not in grades
        ]
        assert english == (["FreeCRM 0.1.0"] if name == "about" else []), english


# ---- things to do


def test_the_key_list_is_asked_for(qtbot: QtBot, page: SettingsPage) -> None:
    page.show_section("keys")
    keys = panel(page, "keys")
    assert isinstance(keys, KeysPanel)
    with qtbot.waitSignal(page.keys_wanted):
        click(qtbot, keys.button)


def test_back_up_now(qtbot: QtBot, make: Make, full_store: Store) -> None:
    page = make(full_store, "backup")
    backups = panel(page, "backup")
    assert isinstance(backups, BackupPanel)
    assert backups.last.text() == "There is no backup yet."
    with qtbot.waitSignal(page.backed_up):
        click(qtbot, backups.now)
    assert "Last backup: today" in backups.last.text()
    assert "60 customers" in backups.told.text()
    assert len(copies.listed(full_store.path)) == 1
    with qtbot.waitSignal(page.restore_wanted):
        click(qtbot, backups.restore)
    with talk.recording() as heard:
        click(qtbot, backups.folder)
    assert heard.opened == [full_store.backups]


def test_a_backup_that_finds_no_way_is_told(qtbot: QtBot, make: Make, full_store: Store) -> None:
    full_store.backups.write_text("in the way")
    backups = panel(make(full_store, "backup"), "backup")
    assert isinstance(backups, BackupPanel)
    click(qtbot, backups.now)
    assert "Choose another folder" in backups.told.text()
    assert backups.now.isEnabled()
    full_store.backups.unlink()
    click(qtbot, backups.now)
    assert "Backed up and proven" in backups.told.text()


def test_an_old_backup_and_trouble_are_warned_of(make: Make, full_store: Store, tmp_path: Path) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=20)
    full_store.set_setting("backup.folder", str(tmp_path / "unplugged"))
    with time_machine.travel(long_ago):
        backup.on_close(full_store)
    backups = panel(make(full_store, "backup"), "backup")
    assert isinstance(backups, BackupPanel)
    assert backups.last.property("role") == "warning"
    assert f"{long_ago.astimezone():%Y-%m-%d}" in backups.last.text()
    assert "Plug the disk in" in backups.told.text()


def test_the_file_is_checked_in_plain_words(qtbot: QtBot, make: Make, full_store: Store) -> None:
    data = panel(make(full_store, "data"), "data")
    assert isinstance(data, DataPanel)
    click(qtbot, data.button)
    assert data.told.text() == "All is well."
    with sqlite3.connect(full_store.path) as other:
        other.execute("DELETE FROM search_doc")
    other.close()
    with full_store.step("Later") as step:
        step.insert("customer", {"name": "x"})
    with time_machine.travel(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)):  # and the clock has jumped back
        click(qtbot, data.button)
    assert "missing in the search index" in data.told.text()
    assert "clock says 2020-01-01" in data.told.text()


def test_sample_data_is_removed_here_too(qtbot: QtBot, make: Make, store: Store) -> None:
    sample.install(store, "en")
    data = panel(make(store, "data"), "data")
    assert isinstance(data, DataPanel)
    click(qtbot, data.strip.button)
    assert not sample.is_there(store)
    assert not data.strip.isVisibleTo(data)


def test_about_says_where_the_data_lies(
    qtbot: QtBot, make: Make, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FREECRM_HOME", str(tmp_path / "home"))
    about = panel(make(store, "about"), "about")
    assert isinstance(about, AboutPanel)
    assert str(store.path) in about.where.text()
    assert "Nothing is sent anywhere" in " ".join(texts(about))
    with talk.recording() as heard:
        for button in about.findChildren(QWidget):
            if button.metaObject().className() == "QPushButton":
                click(qtbot, button)
    assert heard.opened == [store.path.parent, tmp_path / "home"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_fits_a_small_window_with_large_text(
    qtbot: QtBot, qapp: QApplication, make: Make, full_store: Store, language: str
) -> None:
    backup.take(full_store)
    words.use(language)
    look.apply(qapp, "light", 150)
    try:
        page = SettingsPage(full_store, Tasks(InLine()), Preferences(full_store.path.parent / "settings"))
        shown(qtbot, page, 1100, 640)
        for name in SECTIONS:
            page.show_section(name)
            QApplication.processEvents()
            assert page.area.horizontalScrollBar().maximum() == 0, name
    finally:
        look.apply(qapp, "light")
