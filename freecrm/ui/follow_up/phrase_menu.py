"""The usual phrases below a button: insert one, keep what is typed as one, manage them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from freecrm.core.words import _
from freecrm.store import phrases
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.follow_up.text import FollowText
from freecrm.ui.tasks import Tasks


def offer(button: QPushButton, text: FollowText, store: Store, tasks: Tasks) -> None:
    """Read the phrases and show them below the button."""

    def show(found: list[phrases.Phrase]) -> None:
        menu = made(button, text, store, tasks, found)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    tasks.run(phrases.all, store, then=show, failed=talk.tell_problem)


def made(
    button: QPushButton, text: FollowText, store: Store, tasks: Tasks, found: list[phrases.Phrase]
) -> QMenu:
    """The menu of these phrases."""
    menu = QMenu(button)
    menu.setAccessibleName(_("Usual phrases"))
    menu.aboutToHide.connect(menu.deleteLater)
    for _id, phrase in found:
        _add(menu, phrases.short(phrase), "", partial(insert, text, phrase))
    if not found:
        menu.addAction(_("No phrases yet")).setEnabled(False)
    menu.addSeparator()
    typed = text.toPlainText().strip()
    keep = _add(menu, _("Save the text as a phrase"), "plus", lambda: _keep(store, tasks, typed))
    keep.setEnabled(bool(typed))
    _add(menu, _("Manage phrases…"), "pencil", lambda: manage(button, store, tasks))
    return menu


def _add(menu: QMenu, text: str, icon: str, act: Callable[[], object]) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    if icon:
        look.dress(action, icon, 16)
    action.triggered.connect(lambda _checked=False: act())
    return action


def insert(text: FollowText, phrase: str) -> None:
    """Put a phrase where the cursor stands, apart from what stands before it."""
    cursor = text.textCursor()
    before = text.toPlainText()[: cursor.selectionStart()]
    gap = " " if before and before[-1].isascii() and not before[-1].isspace() else ""
    cursor.insertText(gap + phrase)
    text.setTextCursor(cursor)
    text.setFocus()


def _keep(store: Store, tasks: Tasks, typed: str) -> None:
    tasks.run(phrases.add, store, typed, failed=talk.tell_problem, writes=True)


def manage(over: QPushButton, store: Store, tasks: Tasks) -> None:
    """Open the dialog that changes the phrases."""
    from freecrm.ui.follow_up.phrase_dialog import PhraseDialog

    PhraseDialog(over, store, tasks).open()
