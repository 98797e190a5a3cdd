"""The language of the whole program: our texts, and those of Qt's own buttons and dialogs."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from freecrm.core import words

_QT = {"zh_CN": "zh_CN"}
"""Languages whose texts of Qt's own are a file; English is built in."""


class _Worn:
    translator: QTranslator | None = None


def speak(app: QApplication, language: str) -> None:
    """Speak "en", "zh_CN" or "system" from here on; windows are to `reword` what they show."""
    words.use(words.of_system() if language == "system" else language)
    if _Worn.translator is not None:
        app.removeTranslator(_Worn.translator)
        _Worn.translator = None
    name = _QT.get(words.language())
    if name is not None:
        made = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if made.load(QLocale(name), "qtbase", "_", folder):
            app.installTranslator(made)
            _Worn.translator = made
