"""Ctrl+J anywhere: the follow-up of the customer in hand; without one it asks for the customer first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import N_, _
from freecrm.store import followups
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.commands import Command
from freecrm.ui.editors import editor_for
from freecrm.ui.list_page import ListPage
from freecrm.ui.parts import label
from freecrm.ui.record_page.composer import Composer
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

About = tuple[str, bytes]
"""Entity and id of the record that a follow-up is about."""


class FollowUpDialog(QDialog):
    """The box for one customer or contact; with none it asks whom it is about. left(entity, id): what was typed is
    kept as a draft."""

    left = Signal(str, object)

    def __init__(self, parent: QWidget, store: Store, tasks: Tasks, about: About | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.store, self.tasks, self.about = store, tasks, about
        self.head = label("subtitle", parent=self)
        self.head.setWordWrap(True)
        self.who = editor_for(store.schema.fields("activity")["customer"], store, tasks)
        self.who.setParent(self)
        self.who.done.connect(self._chosen)
        self.who.changed.connect(self._chosen)
        self.composer: Composer | None = None
        self.close_button = QPushButton(self)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.page_button = QPushButton(self)
        self.page_button.setAutoDefault(False)
        self.page_button.setProperty("kind", "quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.page_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.head)
        self.column.addWidget(self.who)
        self.column.addStretch(1)
        self.column.addLayout(foot)
        self.resize(look.px(580), look.px(400))
        self.page_button.hide()
        if about is not None:
            self.show_about(about)
        else:
            self.who.focus_first()
        self.reword()

    def _chosen(self) -> None:
        value = self.who.value()
        if isinstance(value, bytes) and self.composer is None:
            self.show_about(("customer", value))

    def show_about(self, about: About) -> None:
        """Write about this record."""
        self.about = about
        made = self.composer = Composer(self.store, self.tasks, *about, self)
        made.saved.connect(self.accept)
        made.save_button.setDefault(True)
        self.column.insertWidget(1, made)
        made.show()
        self.page_button.show()
        order_tabs(self)
        made.begin()
        self.who.hide()  # not before: the focus would go on from it
        made.text.setFocus()
        self.reword()

    def done(self, result: int) -> None:
        """Close; what was typed and not saved lies as a draft."""
        if self.composer is not None and self.about is not None:
            unsaved = bool(self.composer.unsaved())
            self.composer.leave()
            if unsaved and result == QDialog.DialogCode.Rejected:
                self.left.emit(*self.about)
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            event.accept()  # Enter in a field of it closes nothing
        else:
            super().keyPressEvent(event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setWindowTitle(_("Write a follow-up"))
        if self.about is None:
            self.head.setText(_("Who is it about?"))
        else:
            entity, id = self.about
            self.head.setText(self.store.reader().titles(entity, {id}).get(id, ""))
        self.who.name(_("Customer"))
        self.close_button.setText(_("Close"))
        self.page_button.setText(_("Open the page"))


def begin(window: MainWindow) -> None:
    """Open the box for what is in hand: the page shown, the hit of the palette, the row of the list."""
    from freecrm.ui.window_commands.shown import shown_record

    page = shown_record(window)
    hit = _hit(window)
    if hit is None and page is not None and followups.takes(page.entity):
        page.begin_follow_up()
        return
    listed = window.navigator.page
    if hit is None and isinstance(listed, ListPage) and listed.panel_open and listed.side.begin_follow_up():
        return
    open_for(window, hit or _in_hand(window))


def open_for(window: MainWindow, about: About | None) -> FollowUpDialog:
    """Open the box for this record; None: it asks for the customer first."""
    dialog = FollowUpDialog(window, window.store, window.tasks, about)
    dialog.left.connect(
        lambda entity, id: window.file.drafts.tell(entity, id, _name(window.store, entity, id))
    )

    def show_page() -> None:
        if dialog.about is not None:
            about = dialog.about
            dialog.reject()
            window.show_id(*about)

    dialog.page_button.clicked.connect(lambda: show_page())
    dialog.open()
    return dialog


def actions(window: MainWindow, entity: str, id: bytes) -> list[Command]:
    """What can be done about a hit of the palette."""
    if not followups.takes(window.store.schema.entity(entity)):
        return []

    def write() -> None:
        open_for(window, (entity, id))

    return [Command("palette.follow_up", N_("Write a follow-up"), write, icon="square-pen")]


def _name(store: Store, entity: str, id: bytes) -> str:
    return store.reader().titles(entity, {id}).get(id, "")


def _in_hand(window: MainWindow) -> About | None:
    """The record under the cursor, or the customer of the activity that is shown there."""
    from freecrm.ui.window_commands.shown import chosen_record

    chosen = chosen_record(window) or getattr(window.navigator.page, "record_in_hand", lambda: None)()
    return _about(window.store, chosen)


def _about(store: Store, chosen: About | None) -> About | None:
    if chosen is None:
        return None
    if followups.takes(store.schema.entity(chosen[0])):
        return chosen
    customer = followups.customer_of(store, *chosen)
    return ("customer", customer) if customer is not None else None


def _hit(window: MainWindow) -> About | None:
    """The hit that is chosen in the palette, which goes away for it."""
    if "lookup" not in vars(window) or not window.lookup.isVisible():
        return None
    row = window.lookup.hits.row
    aim = getattr(row, "aim", None)
    entity, n = getattr(aim, "entity", ""), getattr(aim, "n", None)
    found = None
    if entity and n is not None:
        ids = window.store.reader().ids_of(entity, [n])
        found = _about(window.store, (entity, ids[0])) if ids else None
    window.lookup.close()
    return found
