"""Records in windows of their own, beside the main one: the same page, and nothing around it. They close with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow

from freecrm.core.change import Touched
from freecrm.ui import look
from freecrm.ui.page import Page
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.place import place_of

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

SHIFT = 32  # pixels from one window to the next


class OwnWindow(QMainWindow):
    """One record; it asks, as the main window does, before typed text is lost."""

    def __init__(self, main: MainWindow, entity: str, id: bytes) -> None:
        super().__init__()
        self.main = main
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = RecordPage(main.store, main.tasks, entity, id)
        self.page.window_button.hide()
        self.page.ask_beyond = main.team.earlier
        self.page.open_record.connect(main.show_id)
        self.page.list_wanted.connect(main.show_record_in_list)
        self.page.step_wanted.connect(main.steps.show_step)
        self.page.go.connect(main.visit)
        self.page.back.connect(self.close)
        self.page.print_wanted.connect(self._print)
        self.page.plan_wanted.connect(self._begin_plan)
        self.page.note_left.connect(main.file.drafts.tell)
        self.page.settle_wanted.connect(self._settle)
        self.page.changed.connect(self.show_title)
        self.page.renamed.connect(self.show_title)
        self.setCentralWidget(self.page)
        for keys, command in (("Ctrl+Z", "edit.undo"), ("Ctrl+Y", "edit.redo")):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda id=command: main.commands.run(id))
        for keys, by in (("Ctrl+Down", 1), ("Ctrl+Up", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self.page.step_record, by))
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._print)
        QShortcut(QKeySequence("Ctrl+J"), self).activated.connect(lambda: self.page.begin_follow_up())
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.page.focus_find)
        self.show_title()

    def _print(self) -> None:
        from freecrm.ui.print_preview import preview

        preview(self.main, self.page.printed())

    def _settle(self, id: bytes, field: str) -> None:
        from freecrm.ui.differences import desk

        desk.settle(self.main, (id, field), over=self)

    def _begin_plan(self) -> None:
        from freecrm.ui import plans_desk

        plans_desk.begin(self.main, lambda: [self.page.id], 1, self.page.focus_first, over=self)

    def show_title(self) -> None:
        """Say whose window it is, with a mark where something typed is not saved."""
        mark = "● " if self.page.unsaved() else ""
        self.setWindowTitle(f"{mark}{self.page.name} · FreeCRM")

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.main.beside.may_close(self):
            event.ignore()
            return
        self.page.put_away()
        self.main.beside.forget(self)
        super().closeEvent(event)


class Beside:
    """All windows that stand beside the main one."""

    def __init__(self, main: MainWindow) -> None:
        self.main = main
        self.windows: list[OwnWindow] = []

    def open(self, entity: str, id: bytes) -> OwnWindow:
        """Show a record in a window of its own; one that shows it already comes forward."""
        for window in self.windows:
            if place_of(window.page.entity.entity, window.page.id) == place_of(entity, id):
                window.show()
                window.raise_()
                window.activateWindow()
                return window
        made = OwnWindow(self.main, entity, id)
        self.windows.append(made)
        size = self.main.size()
        made.resize(min(size.width(), look.px(1180)), min(size.height(), look.px(820)))
        shift = SHIFT * len(self.windows)
        made.move(self.main.x() + shift, self.main.y() + shift)
        made.show()
        made.activateWindow()
        return made

    def forget(self, window: OwnWindow) -> None:
        """A window closes: it hears no more of what happens."""
        self.windows = [one for one in self.windows if one is not window]

    @property
    def active_page(self) -> Page | None:
        """The page of the window that has the keyboard, when that is one of these."""
        active = QApplication.activeWindow()
        return next((one.page for one in self.windows if one is active), None)

    def may_close(self, window: OwnWindow) -> bool:
        """Whether the user lets go of what is typed in a window."""
        return window.page.let_go()

    def let_go(self) -> bool:
        """Whether all of them may be closed with the main window."""
        return all(self.may_close(window) for window in self.windows)

    def heard(self, touched: Touched | None) -> None:
        """Show what a step, or another program, changed."""
        for window in list(self.windows):
            window.page.heard(touched)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for window in self.windows:
            window.page.reword()
            window.show_title()

    def close(self) -> None:
        """Close them all; what they hold was asked about before."""
        for window in list(self.windows):
            window.page.put_away()
            window.page.give_up()
            window.close()
