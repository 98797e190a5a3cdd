"""The text of a follow-up or a note: as high as what is in it; @ offers the colleagues."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from freecrm.core import grams, matching
from freecrm.ui import look
from freecrm.ui.editors.suggest import Offer, Suggestions

MOST_LINES = 8
_NAME = re.compile(r"(?:^|[\s,，。；;:：(（])@(\S{0,20})$")


class FollowText(QPlainTextEdit):
    """least: lines that it is high at least. colleagues: who can be named with @, asked when it is first typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setProperty("frameless", True)
        self.least = 1
        self.colleagues: Callable[[], list[str]] = list
        self._offers: Suggestions | None = None
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        lines = min(max(int(self.document().size().height()), self.least), MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + look.px(14))

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), self.height())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not source.hasUrls() and super().canInsertFromMimeData(source)  # files go to what lies below

    # ---- colleagues

    @property
    def offers(self) -> Suggestions:
        """The list of names below the text."""
        if self._offers is None:
            self._offers = Suggestions(self)
            self._offers.picked.connect(self._name)
        return self._offers

    def _begun(self) -> str | None:
        """What is typed behind an @ so far; None when nothing is being named."""
        cursor = self.textCursor()
        found = _NAME.search(cursor.block().text()[: cursor.positionInBlock()])
        return found[1] if found else None

    def offer_names(self) -> None:
        """Show the colleagues whose names begin so, or take the list away."""
        begun = self._begun()
        if begun is None:
            if self._offers is not None:
                self._offers.hide()
            return
        wanted = matching.parse(begun) if begun else None
        names = [
            name
            for name in self.colleagues()
            if name != begun
            and (wanted is None or matching.match(wanted, grams.document([name])) is not None)
        ]
        self.offers.offer([Offer(name, name, icon="user") for name in names])

    def _name(self, offer: Offer) -> None:
        begun = self._begun()
        if begun is None:
            return
        cursor = self.textCursor()
        for _letter in begun:
            cursor.deletePreviousChar()
        cursor.insertText(f"{offer.value} ")
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._offers is not None and self._offers.isVisible():
            if event.key() == Qt.Key.Key_Tab and self._offers.current() is not None:
                event = QKeyEvent(event.type(), Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            if self._offers.take(event):
                return
        super().keyPressEvent(event)
        if event.text() or event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Backspace):
            self.offer_names()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._offers is not None:
            self._offers.hide()
        super().focusOutEvent(event)
