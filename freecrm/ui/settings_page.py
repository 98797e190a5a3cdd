"""The settings, made from their declarations: sections at the left, a search, fields that are kept one by one.

A value is kept as soon as it is finished; where that isn't possible the sentence stands under the field
and what was typed stays in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.settings import SECTIONS, Setting, finds, of_section, setting
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.code_rule import CodeRuleEditor, CodesPanel
from freecrm.ui.colleagues import ColleaguesPanel, PersonEditor
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.preferences import Preferences
from freecrm.ui.setting_panels import AboutPanel, BackupPanel, DataPanel, KeysPanel, Panel
from freecrm.ui.setting_rows import SettingRow
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

ICONS = {
    "firm": "building-2",
    "team": "user",
    "rights": "shield-check",
    "share": "users",
    "customer": "users",
    "lead": "user-plus",
    "pipeline": "square-kanban",
    "quote": "file-text",
    "receivable": "hand-coins",
    "activity": "list-checks",
    "calendar": "calendar-days",
    "pool": "inbox",
    "remind": "bell",
    "look": "monitor",
    "keys": "keyboard",
    "points": "star",
    "backup": "archive",
    "quality": "shield-check",
    "data": "hard-drive",
    "about": "info",
}
WIDTH = 860


class Section(QWidget):
    """A heading with its panel and its settings."""

    def __init__(self, name: str, rows: list[SettingRow], panel: Panel | None) -> None:
        super().__init__()
        self.name, self.rows, self.panel = name, rows, panel
        self.title = label("title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, look.px(20))
        column.setSpacing(0)
        column.addWidget(self.title)
        self.lines: list[QFrame] = []
        self.parts: list[Panel | SettingRow] = [*rows]
        if panel is not None:
            self.parts.insert(len(rows) if panel.below else 0, panel)
        for widget in self.parts:
            line = QFrame()
            line.setProperty("line", True)
            self.lines.append(line)
            column.addWidget(widget)
            column.addWidget(line)

    def show_matching(self, asked: str) -> bool:
        """Show what these words find, all of it when there are none; whether that is anything."""
        whole = finds(asked, [_(SECTIONS[self.name])])
        any_shown = False
        for widget, line in zip(self.parts, self.lines, strict=True):
            words = widget.words() if isinstance(widget, Panel) else widget.declared.words()
            shown = whole or finds(asked, words)
            widget.setVisible(shown)
            line.setVisible(shown)
            any_shown |= shown
        return any_shown

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.title.setText(_(SECTIONS[self.name]))
        for row in self.rows:
            row.reword()
        if self.panel is not None:
            self.panel.reword()


class _Sections(dict[str, Section]):
    """The sections by name, each made when it is first asked for: all of them at once cost more than a second."""

    def __init__(self, make: Callable[[str], Section]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Section:
        made = self[name] = self._make(name)
        return made

    def need(self, name: str) -> None:
        """Make a section, if it is not there yet."""
        self[name]


class _Rows(dict[str, SettingRow]):
    """The lines of the settings by key; asking for one makes its section."""

    def __init__(self, make: Callable[[str], object]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> SettingRow:
        self._make(setting(key).section)
        return dict.__getitem__(self, key)


class SettingsPage(Page):
    """setting_changed(key): it is kept by now, and what depends on it is to follow. keys_wanted: open the key
    list. restore_wanted: choose a backup. backed_up(Copy): one was made."""

    setting_changed = Signal(str)
    keys_wanted = Signal()
    restore_wanted = Signal()
    backed_up = Signal(object)

    icon = "settings"

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        preferences: Preferences,
        section: str = "",
        parent: QWidget | None = None,
        window: MainWindow | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self.store, self.tasks, self.preferences = store, tasks, preferences
        self.sections = _Sections(self._make_section)
        self.rows = _Rows(self.sections.__getitem__)
        self._rest = QTimer(self, interval=0)
        self._rest.timeout.connect(self._make_one_more)
        self._build()
        self.reword()
        self.show_section(section if section in SECTIONS else next(iter(SECTIONS)))

    # ---- making

    def _make_section(self, name: str) -> Section:
        rows = []
        for declared in of_section(name):
            row = self.rows[declared.key] = SettingRow(declared, self._held(declared))
            row.wanted.connect(partial(self._keep, row))
            if isinstance(row.editor, CodeRuleEditor):
                row.editor.follow(self.store, self.tasks)
            if isinstance(row.editor, PersonEditor):
                row.editor.follow(self.store)
                row.editor.new_wanted.connect(self._new_colleague)
            rows.append(row)
        made = Section(name, rows, self._make_panel(name))
        order = list(SECTIONS)
        before = [other for other in self.sections if order.index(other) < order.index(name)]
        made.hide()
        made.reword()
        self.column.insertWidget(len(before), made)
        return made

    @property
    def complete(self) -> bool:
        """Whether every section has been made, so that a search has looked at all of them."""
        return len(self.sections) == len(SECTIONS)

    def _make_one_more(self) -> None:
        """One of the sections that are not there yet, those first in which something declared fits what is asked."""
        asked = self.search.text().strip()
        left = [name for name in SECTIONS if name not in self.sections]
        if not left or not asked:
            self._rest.stop()
        else:
            fits = [name for name in left if _declares(name, asked)]
            self.sections.need((fits or left)[0])
        self._show()

    def _make_panel(self, name: str) -> Panel | None:
        if name == "customer":
            return CodesPanel(self.store, self.tasks)
        if name == "activity":
            from freecrm.ui.follow_up.phrase_dialog import PhrasesPanel

            return PhrasesPanel(self.store, self.tasks)
        if name == "team":
            return ColleaguesPanel(self.store, self.tasks, self._window)
        if name == "rights" and self._window is not None:
            from freecrm.ui.rights.panel import RightsPanel

            return RightsPanel(self._window)
        if name == "share" and self._window is not None:
            from freecrm.ui.team.panel import TeamPanel

            return TeamPanel(self._window.team)
        if name == "pool":
            from freecrm.ui.pool_rules import PoolRulesPanel

            return PoolRulesPanel(self.store, self.tasks)
        if name == "lead":
            from freecrm.ui.leads.rules_panel import SharingPanel

            return SharingPanel(self.store, self.tasks)
        if name == "pipeline":
            from freecrm.ui.pipelines.panel import PipelinesPanel

            return PipelinesPanel(self.store, self.tasks)
        if name == "calendar":
            from freecrm.ui.calendar_panel import CalendarPanel

            return CalendarPanel(self.store, self.tasks)
        if name == "keys":
            keys = KeysPanel()
            keys.keys_wanted.connect(self.keys_wanted)
            return keys
        if name == "backup":
            backups = BackupPanel(self.store, self.tasks)
            backups.restore_wanted.connect(self.restore_wanted)
            backups.backed_up.connect(self.backed_up)
            return backups
        if name == "quality":
            from freecrm.ui.score_rules import ScoreRulesPanel

            return ScoreRulesPanel(self.store, self.tasks)
        if name == "data":
            return DataPanel(self.store, self.tasks)
        return AboutPanel(self.store) if name == "about" else None

    def _new_colleague(self) -> None:
        panel = self.sections["team"].panel
        if isinstance(panel, ColleaguesPanel):
            panel.new_line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(panel.new_line)

    def _build(self) -> None:
        self.search, self.index = QLineEdit(), QListWidget()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show())
        self.search.installEventFilter(self)
        self.index.setProperty("index", True)
        self.index.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in SECTIONS:
            QListWidgetItem(self.index).setData(Qt.ItemDataRole.UserRole, name)
        self.index.currentItemChanged.connect(lambda _now, _before: self._turn())
        self.left_side = QWidget()
        left = QVBoxLayout(self.left_side)
        left.setContentsMargins(*(look.px(side) for side in (16, 16, 8, 16)))
        left.setSpacing(look.px(10))
        left.addWidget(self.search)
        left.addWidget(self.index, 1000)
        left.addStretch(1)
        self.nothing = EmptyState("search")
        self.all_button = self.nothing.add_button(self.search.clear)
        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        self.column.addWidget(self.nothing)
        self.column.addStretch(1)
        inner = QWidget()
        inner.setMaximumWidth(look.px(WIDTH))
        inner.setLayout(self.column)
        ground = QWidget()
        across = QHBoxLayout(ground)
        across.setContentsMargins(*(look.px(side) for side in (24, 16, 24, 16)))
        across.addWidget(inner, 1)
        across.addStretch(0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(ground)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.left_side)
        whole.addWidget(self.area, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- keeping

    def _held(self, declared: Setting) -> Any:
        return (self.store.setting if declared.place == "file" else self.preferences.get)(declared.key)

    def _put(self, declared: Setting, value: Any) -> None:
        (self.store.set_setting if declared.place == "file" else self.preferences.set)(declared.key, value)

    def _keep(self, row: SettingRow, value: Any) -> None:
        """Keep one setting: in the file behind what is being written, on this computer at once."""
        then, declared = (lambda _nothing: self._kept(row, value)), row.declared
        if declared.place == "file":
            self.tasks.run(self._put, declared, value, writes=True, then=then, failed=row.tell)
        else:
            self._keep_now(row)

    def _keep_now(self, row: SettingRow) -> None:
        value = row.editor.value()
        try:
            self._put(row.declared, value)
        except Known as problem:
            if self._held(row.declared) == value:  # it holds, but only until the window is closed
                self._kept(row, value)
            row.tell(problem)
        else:
            self._kept(row, value)

    def _kept(self, row: SettingRow, value: Any) -> None:
        row.kept(value)
        panel = self.sections[row.declared.section].panel
        if panel is not None and panel.below:
            panel.look_again()
        self.setting_changed.emit(row.declared.key)
        self.changed.emit()

    def unsaved(self) -> list[str]:
        typed = [_(row.declared.title) for row in self.rows.values() if row.is_dirty]
        panels = [one.panel for one in self.sections.values() if one.panel is not None]
        return [*typed, *(title for panel in panels for title in panel.unsaved())]

    def save(self) -> bool:
        for row in self.rows.values():
            if row.is_dirty:
                self._keep_now(row)
        for section in self.sections.values():
            if section.panel is not None and section.panel.unsaved():
                section.panel.save()
        return not self.unsaved()

    def give_up(self) -> None:
        for row in self.rows.values():
            row.give_up()
        for section in self.sections.values():
            if section.panel is not None:
                section.panel.give_up()

    # ---- showing

    @property
    def section(self) -> str:
        """The section that is chosen at the left."""
        item = self.index.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def show_section(self, name: str) -> None:
        """Turn to a section."""
        self.search.clear()
        self.index.setCurrentRow(list(SECTIONS).index(name))

    def show_setting(self, key: str) -> None:
        """Turn to a setting and put the focus on it; a section's name turns to that."""
        if key in SECTIONS:
            self.show_section(key)
            self.index.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.show_section(setting(key).section)
        row = self.rows[key]
        row.editor.main.setFocus(Qt.FocusReason.TabFocusReason)
        self.area.ensureWidgetVisible(row)

    def _turn(self) -> None:
        """Show another section."""
        if self.search.text():
            self.search.clear()  # shows the section, too
        else:
            self._show()

    def _show(self) -> None:
        """Show the chosen section, or what the words in the search box find anywhere."""
        asked = self.search.text().strip()
        found = False
        if asked and not self.complete:
            self._rest.start()
        elif self.section:
            self.sections.need(self.section)
        for name, section in self.sections.items():
            shown = section.show_matching(asked) and (bool(asked) or name == self.section)
            section.setVisible(shown)
            found |= shown
        found |= bool(asked) and not self.complete
        item = self.index.currentItem()
        if item is not None:
            item.setSelected(not asked)  # what is found stands in any of them
        self.nothing.setVisible(not found)
        self.nothing.title.setText(_("No setting fits “{words}”").format(words=asked))
        self.area.verticalScrollBar().setValue(0)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.index.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Settings"), *([_(SECTIONS[self.section])] if self.section else [])]

    def hint(self) -> str:
        return _("What you change is kept at once")

    def reword(self) -> None:
        super().reword()
        self.left_side.setFixedWidth(look.px(208))
        self.search.setPlaceholderText(_("Search the settings"))
        self.search.setAccessibleName(_("Search the settings"))
        self.index.setAccessibleName(_("Sections"))
        for row, name in enumerate(SECTIONS):
            item = self.index.item(row)
            item.setText(_(SECTIONS[name]))
            item.setIcon(look.icon(ICONS[name], 18))
        row = self.index.sizeHintForRow(0)
        self.index.setMinimumHeight(row * 4)
        self.index.setMaximumHeight(row * len(SECTIONS) + look.px(6))
        for section in self.sections.values():
            section.reword()
        self.nothing.repaint_icon()
        self.nothing.text.setText(_("Try another word, such as “backup” or “theme”."))
        self.all_button.setText(_("Show all settings"))
        self._show()

    # ---- coming and going

    def arrived(self) -> None:
        for row in self.rows.values():
            row.show_value(self._held(row.declared))
        for section in self.sections.values():
            if section.panel is not None:
                section.panel.look_again()

    def heard(self, touched: Any) -> None:
        for row in self.rows.values():
            if isinstance(row.editor, PersonEditor):
                row.editor.load()
                row.show_value(self._held(row.declared))
        for section in self.sections.values():
            if section.panel is not None:
                section.panel.look_again()

    def focus_first(self) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.left_side, self.focus_first), (self.area, self._focus_fields)]

    def _focus_fields(self) -> None:
        takes = Qt.FocusPolicy.TabFocus
        fields = [w for section in self.sections.values() for w in section.findChildren(QWidget)]
        found = next((w for w in fields if w.isVisibleTo(self) and w.focusPolicy() & takes), self.search)
        found.setFocus(Qt.FocusReason.TabFocusReason)

    def state(self) -> Any:
        return self.section, self.search.text()

    def restore(self, state: Any) -> None:
        section, asked = state
        self.show_section(section)
        self.search.setText(asked)


def _declares(name: str, asked: str) -> bool:
    """Whether a section's title or one of its settings is found by these words."""
    return finds(asked, [_(SECTIONS[name])]) or any(finds(asked, one.words()) for one in of_section(name))
