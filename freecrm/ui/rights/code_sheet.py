"""The recovery sheet: the code that opens the file for whoever lost the password, shown once, to be printed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from freecrm.core import jobs
from freecrm.core.words import _
from freecrm.exchange.table_print import TablePrint
from freecrm.store.database import Store
from freecrm.ui.asking import Asking
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


def sheet_of(store: Store, code: str) -> TablePrint:
    """The sheet on paper."""
    firm = str(store.setting("firm.name") or store.path.stem)
    rows = [
        (_("Firm"), firm),
        (_("File"), str(store.path)),
        (_("Code"), code),
        (
            _("How"),
            _(
                "In the window that asks for the password: “Password forgotten…”, then this code and a new password."
            ),
        ),
        (_("Keep it"), _("In a safe place, not at this computer. A new sheet makes this one void.")),
    ]
    return TablePrint(store, _("Recovery sheet"), ("", ""), rows, (110.0, 390.0))


class CodeSheet(Asking):
    """Shows a code; it closes once somebody says that it is kept."""

    def __init__(self, over: QWidget | None, store: Store, code: str, tasks: Tasks | None = None) -> None:
        text = _(
            "Whoever gives rights and forgets the password comes in with this code, and with nothing else. It is shown"
            " this once: print it, or write it down, and keep it away from this computer."
        )
        super().__init__(over, _("Recovery sheet"), _("Recovery sheet"), text, _("Done"))
        self.store, self.code, self.tasks = store, code, tasks or Tasks(jobs.Jobs(), self)
        if tasks is None:  # before there is a window
            self.finished.connect(lambda _code: self.tasks.close())
        self.shown = label("title", code)
        self.shown.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.shown.setAccessibleName(_("Code"))
        self.kept = QCheckBox(_("It is printed or written down"))
        self.kept.toggled.connect(self.act_button.setEnabled)
        self.print_button, self.copy_button = QPushButton(_("Print…")), QPushButton(_("Copy"))
        for button in (self.print_button, self.copy_button):
            button.setAutoDefault(False)
        self.print_button.clicked.connect(self._print)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(code))
        self.form.addRow(self.shown)
        self.form.addRow(self.kept)
        self.foot.insertWidget(0, self.copy_button)
        self.foot.insertWidget(0, self.print_button)
        self.cancel_button.hide()
        self.act_button.setEnabled(False)
        self.ready(self.print_button)

    def _print(self) -> None:
        from freecrm.ui.print_preview import PrintPreview

        PrintPreview([sheet_of(self.store, self.code)], self.tasks, parent=self).open()

    def act(self) -> None:
        self.accept()

    def reject(self) -> None:
        """Escape or the cross: the code is gone with it, so somebody has to say first that it is kept."""
        if self.kept.isChecked():
            self.accept()
        else:
            self.tell(_("Print the code or write it down, and tick that you did: it is not shown again."))
