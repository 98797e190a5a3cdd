"""The dialog that gives points to the customers chosen in a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from freecrm.core.record import Typed
from freecrm.core.words import _, say
from freecrm.store import points
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.list_page import ListPage
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs


class GiveDialog(QDialog):
    """How many points each of the chosen customers gets, and why. agreed(points, reason): the user wants it."""

    def __init__(self, page: ListPage, count: int, agreed: Callable[[int, str], None]) -> None:
        super().__init__(page)
        self.count, self._agreed = count, agreed
        fields = page.store.schema.fields(points.ENTITY)
        self.points = editor_for(fields["points"], page.store, page.tasks)
        self.reason = editor_for(fields["reason"], page.store, page.tasks)
        self.head, self.outlook, self.trouble = label("subtitle"), label("strong"), label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        names = [QLabel(_("Points each")), QLabel(fields["reason"].title)]
        form = QGridLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        for row, (name, editor) in enumerate(zip(names, (self.points, self.reason), strict=True)):
            name.setBuddy(editor.main())
            editor.name(name.text())
            form.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            form.addWidget(editor, row, 1)
        self.points.changed.connect(self._say)
        self.cancel_button, self.give_button = QPushButton(_("Cancel")), QPushButton(_("Give points"))
        self.give_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.give_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.give_button.clicked.connect(self._give)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.give_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(self.head)
        column.addLayout(form)
        column.addWidget(self.outlook)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(foot)
        self.head.setText(_("Give points to {n} customers").format(n=f"{count:,}"))
        self.setWindowTitle(self.head.text())
        self.resize(look.px(460), look.px(230))
        order_tabs(self)
        self._say()
        self.points.focus_first()

    def _say(self) -> None:
        n = self.points.value()
        self.trouble.hide()
        self.points.mark(False)
        known = isinstance(n, int) and n > 0
        total = f"{n * self.count:,}" if known else ""
        self.outlook.setText(_("{n} points in all").format(n=total) if known else "")

    def _give(self) -> None:
        n, reason = self.points.value(), self.reason.value()
        why = None
        if isinstance(n, Typed):
            why = self.points.unreadable()
        elif not isinstance(n, int) or n <= 0:
            why = say(points.POSITIVE)
        if why is None:
            why = self.reason.problem()
        if why is not None:
            self.trouble.setText(str(why))
            self.trouble.show()
            self.points.mark(True)
            announce(self, str(why))
            self.points.focus_first()
            return
        self.accept()
        self._agreed(n, reason or "")
