"""The menu of a list's rows: open, change, clipboard, delete. Every line is a command that is elsewhere too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QMenu

from freecrm.core.words import N_, _, inside
from freecrm.ui import look

if TYPE_CHECKING:
    from freecrm.ui.commands import Command
    from freecrm.ui.list_page import ListPage
    from freecrm.ui.window import MainWindow

CELL, OWNER, TAGS, DELETE = "edit.cell", "batch.owner", "batch.tag", "edit.delete"
GROUPS = (
    ("record.open", "record.panel", "record.window"),
    ("activity.done", "activity.put_off", "batch.plan", "batch.begin_plan"),
    ("lead.convert", "lead.share", "lead.drop"),
    ("pool.claim", "pool.assign", "pool.return"),
    (CELL, "batch.field", OWNER, TAGS, "batch.points"),
    ("edit.copy_rows", "edit.paste", "edit.fill_down", "batch.export"),
    (DELETE,),
)
"""Commands of the menu; those that a window doesn't have are left out."""


class RowMenu(QMenu):
    """A menu whose last line is a warning."""

    danger: QAction | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.danger is None:
            return
        rect = self.actionGeometry(self.danger)
        painter = QPainter(self)
        inner = rect.adjusted(look.px(3), 1, -look.px(3), -1)
        painter.fillRect(inner, look.colour("danger_bg" if self.activeAction() is self.danger else "surface"))
        side = look.px(16)
        icon = look.pixmap("trash-2", side, "danger", self.devicePixelRatioF())
        painter.drawPixmap(rect.left() + look.px(5), rect.center().y() - side // 2 + 1, icon)
        painter.setPen(look.colour("danger"))
        painter.setFont(self.font())
        text, _tab, key = self.danger.text().partition("\t")
        middle = Qt.AlignmentFlag.AlignVCenter
        room = QRect(rect.left() + look.px(32), rect.top(), rect.width() - look.px(44), rect.height())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, text.replace("&&", "&"))
        painter.setPen(look.colour("text3"))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, key)
        painter.end()


def popup(window: MainWindow, page: ListPage, at: QPoint) -> QMenu | None:
    """Open the menu of the rows that are selected, at a place on the screen; None while one is open."""
    if QApplication.activePopupWidget() is not None:  # some systems send the key and the event for it
        return None
    menu = made(window, page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(at)
    menu.setActiveAction(menu.actions()[0])
    return menu


def made(window: MainWindow, page: ListPage) -> RowMenu:
    """The menu of the rows that are selected."""
    window.commands.refresh()
    menu = RowMenu(window)
    menu.setToolTipsVisible(True)
    menu.setAccessibleName(_("What to do with these rows"))
    known = {command.id for command in window.commands.all()}
    for group in GROUPS:
        actions = [_action(window, page, menu, id) for id in group if id in known]
        actions = [action for action in actions if action is not None]
        if actions and menu.actions():
            menu.addSeparator()
        menu.addActions([action for action in actions if action is not None])
    return menu


def _action(window: MainWindow, page: ListPage, menu: RowMenu, id: str) -> QAction | None:
    commands = window.commands
    command = commands.get(id)
    if not command.enabled():
        return None
    if command.refusal() is not None:
        return _dressed(commands.action(id), command)  # it is grey there, and says why
    if id == DELETE:
        menu.danger = _delete(window, page, menu)
        return menu.danger
    if id in (OWNER, TAGS):
        below = QMenu(_(N_("Change owner")) if id == OWNER else _(N_("Tags")), menu)
        (page.cells.fill_owners if id == OWNER else page.cells.fill_tags)(below)
        look.dress(below.menuAction(), command.icon, 16)
        return below.menuAction()
    action = commands.action(id)
    if id == CELL:  # its key is the list's own, as it is the details' own beside it
        action = QAction(f"{command.title}\tF2", menu)
        action.triggered.connect(lambda: commands.run(CELL))
    return _dressed(action, command)


def _dressed(action: QAction, command: Command) -> QAction:
    if command.icon:
        look.dress(action, command.icon, 16)
    return action


def _delete(window: MainWindow, page: ListPage, menu: QMenu) -> QAction:
    count = max(len(page.grid.selection), 1)
    things = inside(_(page.entity.label if count == 1 else page.entity.plural))
    text = _("Delete {n} {things}").format(n=f"{count:,}", things=things).replace("&", "&&")
    key = next(iter(window.commands.keys(DELETE)), "")
    made = QAction(f"{text}\t{key}" if key else text, menu)
    look.dress(made, "trash-2", 16, "danger")
    made.triggered.connect(lambda: window.commands.run(DELETE))
    return made
