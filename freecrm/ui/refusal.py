"""The file cannot be opened: the sentence why, and the way to another file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui import file_dialog, look


def ask(problem: Known) -> Path | None:
    """Tell why the file isn't opened; the file to open instead, None to leave."""
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Warning)  # what screen readers say
    box.setIconPixmap(look.pixmap("triangle-alert", look.px(32), "warning", box.devicePixelRatioF()))
    box.setWindowTitle("FreeCRM")
    box.setText(str(problem.what))
    box.setDetailedText(problem.details)
    other = box.addButton(_("Open another file…"), QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton(_("Quit"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(other)
    box.setEscapeButton(leave)
    box.exec()
    if box.clickedButton() is not other:
        return None
    return file_dialog.ask(None, _("Open another file"), "FreeCRM (*.freecrm)", new=True)
