"""What is asked before a deal comes to a stage: values that the stage needs, and why checks are passed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _
from freecrm.store.checks import REASON_MOST, Check
from freecrm.store.database import Store
from freecrm.store.deals import Stage
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor, mark
from freecrm.ui.parts import announce, label
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks


class MoveDialog(QDialog):
    """agreed(values, reason): the deal may come to the stage, with these values; reason: why checks are passed over."""

    def __init__(
        self,
        over: QWidget,
        store: Store,
        tasks: Tasks,
        stage: Stage,
        needed: Sequence[str],
        open_: Sequence[Check],
        agreed: Callable[[dict[str, Any], str], None],
    ) -> None:
        super().__init__(over)
        self.stage, self._agreed, self._needs_reason = stage, agreed, bool(open_)
        fields = store.schema.fields("deal")
        self.editors: dict[str, Editor] = {
            name: editor_for(fields[name], store, tasks) for name in needed if name in fields
        }
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_MOST)
        self.trouble = label("trouble")
        self.setWindowTitle(_("Move to “{stage}”").format(stage=stage.name))
        title = label("subtitle", self.windowTitle())
        for part in (title, self.trouble):
            part.setWordWrap(True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(10))
        column.addWidget(title)
        column.addLayout(self._form(open_))
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(self._foot())
        self.resize(look.px(480), look.px(240))
        order_tabs(self)
        (next(iter(self.editors.values())).main() if self.editors else self.reason).setFocus()

    def _form(self, open_: Sequence[Check]) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(look.px(12))
        form.setVerticalSpacing(look.px(8))
        row = 0
        for row, (name, editor) in enumerate(self.editors.items()):
            must = " *" if name in self.stage.needs else ""
            text = QLabel(editor.field.title + must)
            text.setBuddy(editor.main())
            form.addWidget(text, row, 0, Qt.AlignmentFlag.AlignTop)
            form.addWidget(editor, row, 1)
        self.reason.setVisible(bool(open_))
        if open_:
            listed = label(
                "warning", _("Still open: {checks}").format(checks=_(", ").join(c.text for c in open_))
            )
            listed.setWordWrap(True)
            why = QLabel(_("Why they are passed over"))
            why.setBuddy(self.reason)
            self.reason.setAccessibleName(why.text())
            form.addWidget(listed, row + 1, 0, 1, 2)
            form.addWidget(why, row + 2, 0)
            form.addWidget(self.reason, row + 2, 1)
        return form

    def _foot(self) -> QHBoxLayout:
        self.cancel_button, self.move_button = QPushButton(_("Cancel")), QPushButton(_("Move the deal"))
        self.move_button.setProperty("kind", "primary")
        self.cancel_button.setAutoDefault(False)
        self.move_button.setDefault(True)
        self.cancel_button.clicked.connect(self.reject)
        self.move_button.clicked.connect(self._move)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.move_button)
        return foot

    def _move(self) -> None:
        for name, editor in self.editors.items():
            settle = getattr(editor, "settle", None)
            if settle is not None:
                settle()
            why = editor.problem()
            blank = name in self.stage.needs and editor.value() in (None, "", [])
            text = str(why) if why is not None else _("“{stage}” needs: {field}.") if blank else ""
            editor.mark(bool(text))
            if text:
                self._refuse(text.format(stage=self.stage.name, field=editor.field.title), editor.main())
                return
        reason = " ".join(self.reason.text().split())
        mark(self.reason, self._needs_reason and not reason)
        if self._needs_reason and not reason:
            self._refuse(
                _("Say why what is still open is passed over, or go back and tick it off."), self.reason
            )
            return
        values = {name: editor.value() for name, editor in self.editors.items()}
        self.accept()
        self._agreed({name: value for name, value in values.items() if value not in (None, "", [])}, reason)

    def _refuse(self, text: str, where: QWidget) -> None:
        self.trouble.setText(text)
        self.trouble.show()
        announce(self, text)
        where.setFocus()
