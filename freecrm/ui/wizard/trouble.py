"""What is wrong with a file, above what it is about, with a way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import announce, label


class TroubleBar(QFrame):
    """One sentence. again: the user wants it tried once more."""

    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("message", "danger")
        self.problem: Known | None = None
        self.picture, self.text = QLabel(), label()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again_button = QPushButton()
        self.again_button.setProperty("small", True)
        self.again_button.clicked.connect(self.again)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 8, 8, 8)))
        row.setSpacing(look.px(10))
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()
        self.reword()

    def show_problem(self, problem: Known, *, again: bool = True) -> None:
        """Say what is wrong; again: whether trying once more may help."""
        if self.problem is not None and problem.what == self.problem.what and not self.isHidden():
            return
        self.problem = problem
        self.again_button.setVisible(again)
        self.setToolTip(problem.details[:500])
        self.reword()
        self.show()
        announce(self, str(problem.what))

    def reword(self) -> None:
        """Say it in the language spoken now."""
        self.picture.setPixmap(look.pixmap("circle-x", look.px(18), "danger", self.devicePixelRatioF()))
        self.again_button.setText(_("Try again"))
        if self.problem is not None:
            self.text.setText(str(self.problem.what))
            self.setAccessibleName(str(self.problem.what))
