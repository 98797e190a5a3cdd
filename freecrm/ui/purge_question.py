"""The question before records are deleted for good; the one thing here that nothing takes back."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _, plural
from freecrm.ui import look
from freecrm.ui.parts import label


class PurgeQuestion(QDialog):
    """Keep, or delete for ever; Esc and Enter keep. wanted: whether to delete."""

    def __init__(self, over: QWidget | None, count: int, name: str = "") -> None:
        """count: how many records. name: of the one, where it is one."""
        super().__init__(over)
        self.wanted = False
        self.setWindowTitle("FreeCRM")
        self.setModal(True)
        one = _("Delete “{name}” for ever?").format(name=name)
        head = label("subtitle", one if count == 1 and name else _many(count))
        text = label(
            "",
            _(
                "Their values are taken out of the history, too, and the file is written anew. Nothing brings"
                " them back: no undo, no recycle bin. Backups made before still hold them."
            ),
        )
        for part in (head, text):
            part.setWordWrap(True)
        self.keep_button = QPushButton(_("Keep"))
        self.keep_button.setDefault(True)
        self.keep_button.clicked.connect(self.reject)
        self.delete_button = QPushButton(
            plural("Delete {n:,} record for ever", "Delete {n:,} records for ever", count)
        )
        self.delete_button.setProperty("kind", "danger")
        self.delete_button.setAutoDefault(False)
        self.delete_button.clicked.connect(self._delete)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addStretch(1)
        row.addWidget(self.keep_button)
        row.addWidget(self.delete_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 18, 20, 18)))
        column.setSpacing(look.px(8))
        column.addWidget(head)
        column.addWidget(text)
        column.addSpacing(look.px(12))
        column.addLayout(row)
        self.setMinimumWidth(look.px(460))
        self.keep_button.setFocus()

    def _delete(self) -> None:
        self.wanted = True
        self.accept()


def _many(count: int) -> str:
    return plural("Delete {n:,} record for ever?", "Delete {n:,} records for ever?", count)


def ask(over: QWidget | None, count: int, name: str = "") -> bool:
    """Whether the user wants them gone."""
    dialog = PurgeQuestion(over, count, name)
    dialog.exec()
    dialog.deleteLater()
    return dialog.wanted
