"""The list of notices below the bell: who, what, when; opened, marked as read."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store import notices
from freecrm.store.database import Store
from freecrm.store.notices import Notice
from freecrm.ui import look, talk
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup
from freecrm.ui.tasks import Tasks

HIGHEST = 420


class NoticePopup(Popup):
    """open_record(entity, id): what a notice is about is wanted."""

    open_record = Signal(str, object)
    wide = 400

    def __init__(self, anchor: QWidget, store: Store, tasks: Tasks) -> None:
        super().__init__(anchor)
        self.store, self.tasks = store, tasks
        self.found = notices.latest(store)
        self.buttons: list[QPushButton] = []
        self.setAccessibleName(_("Notices"))
        self.read_button = QPushButton(_("Mark all as read"))
        self.read_button.setProperty("kind", "link")
        self.read_button.setVisible(any(not one.seen for one in self.found))
        self.read_button.clicked.connect(self._read_all)
        top = QHBoxLayout()
        top.addWidget(label("strong", _("Notices")), 1)
        top.addWidget(self.read_button)
        self.column.addLayout(top)
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(look.px(8))
        for one in self.found:
            rows.addWidget(self._row(one))
        if not self.found:
            empty = label("hint", _("Nothing yet. What colleagues give you or name you in stands here."))
            empty.setWordWrap(True)
            rows.addWidget(empty)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        inner.adjustSize()
        area.setFixedHeight(min(inner.sizeHint().height() + look.px(8), look.px(HIGHEST)))
        self.column.addWidget(area)

    def _row(self, one: Notice) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(2))
        text = label("" if one.seen else "strong", one.text)
        text.setWordWrap(True)
        column.addWidget(text)
        row = QHBoxLayout()
        at = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
        row.addWidget(label("caption", f"{one.by} · {at}" if one.by else at), 1)
        if one.about is not None or one.customer is not None:
            self._button(row, _("Open"), partial(self._open, one), one)
        if not one.seen:
            self._button(row, _("Mark as read"), partial(self._read, one), one)
        column.addLayout(row)
        return made

    def _button(self, row: QHBoxLayout, text: str, act: partial[None], one: Notice) -> None:
        button = QPushButton(text)
        button.setProperty("kind", "link")
        button.setAccessibleName(_("{what}: {name}").format(what=text, name=one.text))
        button.clicked.connect(lambda _on=False: act())
        row.addWidget(button)
        self.buttons.append(button)

    def first(self) -> QWidget:
        return self.buttons[0] if self.buttons else self

    def _mark(self, ids: list[bytes] | None) -> None:
        self.tasks.run(notices.mark_read, self.store, ids, writes=True, failed=talk.tell_problem)

    def _open(self, one: Notice) -> None:
        if not one.seen:
            self._mark([one.id])
        entity, id = ("activity", one.about) if one.about is not None else ("customer", one.customer)
        self.dismiss()
        self.open_record.emit(entity, id)

    def _read(self, one: Notice) -> None:
        self._mark([one.id])
        self.dismiss()

    def _read_all(self) -> None:
        self._mark(None)
        self.dismiss()
