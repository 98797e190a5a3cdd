"""Choosing a file, without any file of the folder being opened.

POSIX takes away all locks of a process on a file as soon as the process closes that file anywhere.
Qt's dialog and GTK's look into files to find their kinds, so one look at the folder where the open
FreeCRM file lies took SQLite's locks from the window, and the next program to write broke the file
under it. This dialog tells kinds by name. (On Windows locks do not go that way, macOS lists folders in
a process of its own: there the system's dialog is used.)
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QFileInfo
from PySide6.QtGui import QAbstractFileIconProvider, QIcon
from PySide6.QtWidgets import QFileDialog, QFileIconProvider, QWidget

from freecrm.core.words import _
from freecrm.ui import look


class ByName(QFileIconProvider):
    """Icons and kinds of files by their names alone."""

    def __init__(self) -> None:
        super().__init__()
        self._folder, self._file = look.icon("folder", 16), look.icon("file-text", 16)

    def icon(self, what: QFileInfo | QAbstractFileIconProvider.IconType) -> QIcon:
        if isinstance(what, QFileInfo):
            return self._folder if what.isDir() else self._file
        return self._file if what == QAbstractFileIconProvider.IconType.File else self._folder

    def type(self, info: QFileInfo) -> str:
        return _("Folder") if info.isDir() else info.suffix().upper()


def ask(over: QWidget | None, title: str, kinds: str, *, new: bool = False) -> Path | None:
    """The file that the user chooses, None when they choose none.

    kinds: name filters as Qt writes them. new: a file that is not there yet may be named, too."""
    dialog = make(over, title, kinds, new=new)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def ask_folder(over: QWidget | None, title: str) -> Path | None:
    """The folder that the user chooses, None when they choose none."""
    dialog = make(over, title, "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Choose"))
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def ask_save(over: QWidget | None, title: str, kinds: str, suggestion: str) -> Path | None:
    """The file to be written, None when the user gives up. Qt asks before one that is there is replaced."""
    dialog = make(over, title, kinds, new=True)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, False)
    if sys.platform not in ("win32", "darwin"):
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, _("Save"))
    dialog.setDefaultSuffix(Path(suggestion).suffix.lstrip("."))
    dialog.selectFile(suggestion)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def make(over: QWidget | None, title: str, kinds: str, *, new: bool = False) -> QFileDialog:
    """The dialog, not shown yet."""
    dialog = QFileDialog(over, title, "", kinds)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if new else QFileDialog.FileMode.ExistingFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    if sys.platform not in ("win32", "darwin"):
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        by_name = ByName()
        dialog.setIconProvider(by_name)
        dialog.setProperty("by_name", by_name)  # the dialog does not keep it alive
        for label, text in (
            (QFileDialog.DialogLabel.LookIn, _("Folder:")),
            (QFileDialog.DialogLabel.FileName, _("File name:")),
            (QFileDialog.DialogLabel.FileType, _("Kind:")),
            (QFileDialog.DialogLabel.Accept, _("Open")),
            (QFileDialog.DialogLabel.Reject, _("Cancel")),
        ):
            dialog.setLabelText(label, text)
    return dialog
