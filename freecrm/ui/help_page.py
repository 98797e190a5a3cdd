"""The help: short pages in the user's language, beside a list of their titles."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QVBoxLayout

from freecrm.core import words
from freecrm.core.home import RESOURCES
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.page import Page, Pane, Place

TOPICS = (
    "start",
    "import",
    "today",
    "calendar",
    "find",
    "lists",
    "edit",
    "customer",
    "pool",
    "deals",
    "quotes",
    "money",
    "reports",
    "team",
    "rights",
    "tidy",
    "undo",
    "export",
    "backup",
)
_OF_PLACES = {
    "import": "import",
    "new": "edit",
    "record": "customer",
    "occasions": "customer",
    "pool": "pool",
    "settings": "backup",
    "roles": "rights",
    "trail": "rights",
    "bring_back": "export",
    "calendar_file": "import",
    "tidy": "tidy",
    "today": "today",
    "calendar": "calendar",
    "pipeline": "deals",
    "ageing": "money",
    "reports": "reports",
    "targets": "reports",
    "differences": "team",
}
_OF_LISTS = {
    "lead": "deals",
    "deal": "deals",
    "quote": "quotes",
    "sales_order": "quotes",
    "delivery": "quotes",
    "invoice": "quotes",
    "repeat_bill": "quotes",
    "receivable": "money",
    "receipt": "money",
}
"""What explains the list of such records, and the page of one."""
_WIDE, _ROW = 720, 36
_LINE = 140.0  # per cent


def topic_of(place: Place | None) -> str:
    """What explains the page of a place; "" where nothing is shown."""
    if place is None:
        return ""
    of = _OF_LISTS.get(place.name.partition(":")[0]) if place.kind in ("list", "record", "new") else None
    return of or _OF_PLACES.get(place.kind, "start")


def text_of(topic: str) -> str:
    """The Markdown of a topic in the language spoken now."""
    return _path(topic, words.language()).read_text("utf-8")


def title_of(topic: str) -> str:
    """What a topic is called in the language spoken now."""
    return text_of(topic).partition("\n")[0].lstrip("# ")


def _path(topic: str, language: str) -> Path:
    return RESOURCES / "help" / language / f"{topic}.md"


class HelpPage(Page):
    """All topics; the one asked for is shown first."""

    def __init__(self, topic: str = "") -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setFixedWidth(look.px(240))
        self.list.setProperty("index", True)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setProperty("prose", True)
        self.text.setMaximumWidth(look.px(_WIDE))
        self.text.anchorClicked.connect(QDesktopServices.openUrl)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (16, 16, 24, 12)))
        row.setSpacing(look.px(32))
        row.addWidget(self.list, 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout()
        self.column.addWidget(self.text)
        row.addLayout(self.column, 100)
        row.addStretch(1)
        for _topic in TOPICS:
            self.list.addItem("")
        self.list.setFixedHeight(look.px(_ROW * len(TOPICS) + 8))
        self.list.ensurePolished()  # or its rows overlap: they were laid out before the style came
        self.list.setCurrentRow(TOPICS.index(topic) if topic in TOPICS else 0)
        self.list.currentRowChanged.connect(lambda _row: self.reword())
        self.reword()

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    @property
    def topic(self) -> str:
        """The topic that is shown."""
        return TOPICS[self.list.currentRow()]

    def crumbs(self) -> list[str]:
        return [_("Help"), title_of(self.topic)]

    def focus_first(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.list, self.list.setFocus), (self.text, self.text.setFocus)]

    def state(self) -> int:
        return self.list.currentRow()

    def restore(self, state: object) -> None:
        if isinstance(state, int):
            self.list.setCurrentRow(state)

    def reword(self) -> None:
        super().reword()
        self.list.setAccessibleName(_("Help topics"))
        self.text.setAccessibleName(title_of(self.topic))
        for row, topic in enumerate(TOPICS):
            self.list.item(row).setText(title_of(topic))
        self.text.document().setDefaultFont(look.font())
        self.text.setMarkdown(text_of(self.topic))
        self._give_air()
        self.changed.emit()

    def _give_air(self) -> None:
        """Space between lines and paragraphs, which Markdown says nothing of."""
        block = self.text.document().begin()
        while block.isValid():
            format_ = block.blockFormat()
            format_.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            format_.setBottomMargin(look.px(8))
            QTextCursor(block).setBlockFormat(format_)
            block = block.next()
