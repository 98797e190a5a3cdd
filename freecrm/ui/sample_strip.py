"""The strip above a list that says that it shows sample data, and takes the sample data out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.words import _
from freecrm.exchange import sample
from freecrm.store.arrivals import TakenOut
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


class SampleStrip(QWidget):
    """Shown while a sample record is in the file. removed(sentence): the sample data is gone."""

    removed = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget) -> None:
        """parent: what it will lie in; shown without one, it would come up as a window of its own."""
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self.picture, self.text = QLabel(), label()
        self.button = QPushButton()
        self.button.setProperty("kind", "link")
        self.button.clicked.connect(self.remove)
        self.plate = QFrame()
        self.plate.setProperty("message", "info")
        row = QHBoxLayout(self.plate)
        row.setContentsMargins(*(look.px(side) for side in (12, 3, 8, 3)))
        row.setSpacing(look.px(8))
        row.addWidget(self.picture)
        row.addWidget(self.text)
        row.addWidget(self.button)
        row.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 0)))
        around.addWidget(self.plate)
        self.reword()
        self.look_again()

    def look_again(self) -> None:
        """Be shown while there is sample data, hidden when there is none."""
        self.setVisible(sample.is_there(self.store))

    def heard(self, touched: Touched | None) -> None:
        """A step, or another program (None), changed something in the file."""
        if touched is None or touched.counts.keys() & {"customer", "contact", "user"}:
            self.look_again()

    def remove(self) -> None:
        """Take the sample data out: one step, which can be undone."""
        self.button.setEnabled(False)
        self.tasks.run(
            sample.remove,
            self.store,
            writes=True,
            then=self._gone,
            finally_=lambda: self.button.setEnabled(True),
        )

    def _gone(self, answer: tuple[Touched, TakenOut]) -> None:
        self.look_again()
        taken = answer[1]
        said = sample.told(self.store, taken)
        if taken.linked or taken.along:  # the rest is in the undo toast
            talk.tell(said)
        self.removed.emit(said)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.text.setText(_("This is sample data"))
        self.button.setText(_("Remove"))
        self.button.setToolTip(_("Takes all sample records out. What you made yourself stays."))
        self.setAccessibleName(self.text.text())
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap("flask-conical", look.px(16), "info", ratio))
