"""What a form says by itself: who is in the file already, why saving was not possible, what was left behind."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, inside, plural
from freecrm.exchange.similar import Like
from freecrm.store import drafts
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import announce, label
from freecrm.ui.tasks import Tasks

MOST_TOLD = 60  # letters of a note that its bar shows
STILL_HERE = N_("{why} What you typed is still here.")


class SimilarHint(QFrame):
    """«2 customers like this already», each a link. open_record(entity, id): one was pressed.
    compare_wanted(ids): the records are wanted side by side."""

    open_record = Signal(str, object)
    compare_wanted = Signal(object)

    def __init__(self, label_: str, plural_: str) -> None:
        super().__init__()
        self._one, self._many = label_, plural_
        self.found: list[Like] = []
        self.id: bytes | None = None  # of the record being edited, where there is one
        self.setProperty("hint", True)
        self.text = label("caption")
        self.text.setWordWrap(True)
        self.links = QWidget()
        self.flow = Flow(self.links, look.px(2))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (10, 6, 6, 6)))
        column.setSpacing(look.px(2))
        column.addWidget(self.text)
        column.addWidget(self.links)
        self.compare_button = QPushButton()
        self.compare_button.setProperty("kind", "quiet")
        self.compare_button.setProperty("small", True)
        self.compare_button.clicked.connect(lambda: self.compare_wanted.emit(self._compared()))
        column.addWidget(self.compare_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_found(self, found: Sequence[Like]) -> None:
        """Name these records; nothing is said of none."""
        fresh = [like.id for like in found] != [like.id for like in self.found]
        self.found = list(found)
        if fresh:
            self.reword()
        self.setVisible(bool(found))
        if fresh and found:
            announce(self, self.text.text())

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        n = len(self.found)
        things = inside(_(self._one if n == 1 else self._many))
        self.text.setText(
            plural("{n} {things} like this already:", "{n} {things} like this already:", n, things=things)
        )
        self.flow.clear()
        for like in self.found:
            button = QPushButton(like.title)
            button.setProperty("kind", "quiet")
            button.setProperty("small", True)
            button.setProperty("link", True)
            button.setToolTip(_(", ").join(str(reason) for reason in like.reasons))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _on=False, like=like: self.open_record.emit(like.entity, like.id))
            self.flow.addWidget(button)
        self.compare_button.setText(_("Compare…"))
        self.compare_button.setVisible(len(self._compared()) > 1)

    def _compared(self) -> list[bytes]:
        return [*([self.id] if self.id is not None else []), *(like.id for like in self.found)]


class SaveTrouble(QWidget):
    """Why something was not saved, above the form it was typed into; what was typed stays. again: try again."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.problem: Known | None = None
        self._what = ""
        self.picture, self.head, self.text, self.details = (
            QLabel(),
            label("strong"),
            label(),
            label("caption"),
        )
        self.head.setWordWrap(True)
        self.text.setWordWrap(True)
        self.details.setWordWrap(True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again_button, self.more, self.copy = (QPushButton() for _button in range(3))
        self.again_button.setProperty("small", True)
        self.again_button.clicked.connect(self.again)
        for button, clicked in ((self.more, self._unfold), (self.copy, self._copy)):
            button.setProperty("kind", "quiet")
            button.setProperty("small", True)
            button.clicked.connect(clicked)
        plate = QFrame()
        plate.setProperty("message", "danger")
        row = QHBoxLayout(plate)
        row.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 10)))
        row.setSpacing(look.px(10))
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(look.px(2))
        for part in (self.head, self.text, self.details):
            texts.addWidget(part)
        row.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.again_button)
        buttons.addStretch(1)
        buttons.addWidget(self.more)
        buttons.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(plate)
        column.addLayout(buttons)
        self.hide()

    def show_problem(self, what: str, problem: Known) -> None:
        """Say that `what` was not saved, and why."""
        self._what, self.problem = what, problem
        self.details.hide()
        self.reword()
        self.show()
        announce(self, f"{self.head.text()} {self.text.text()}")

    def dismiss(self) -> None:
        """Take the message away."""
        self.problem = None
        self.hide()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.picture.setPixmap(look.pixmap("circle-x", look.px(18), "danger", self.devicePixelRatioF()))
        self.again_button.setText(_("Try again"))
        self.more.setText(_("Technical details"))
        self.copy.setText(_("Copy"))
        if self.problem is not None:
            self.head.setText(_("Couldn't save “{name}”").format(name=self._what))
            self.text.setText(_(STILL_HERE).format(why=self.problem.what))
            self.details.setText(self.problem.details)
            self.more.setVisible(bool(self.problem.details))
            self.copy.setVisible(not self.details.isHidden())

    def _unfold(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self.copy.setVisible(not self.details.isHidden())

    def _copy(self) -> None:
        if self.problem is not None:
            QGuiApplication.clipboard().setText(
                f"{self.head.text()}\n{self.problem.what}\n\n{self.problem.details}"
            )


class DraftBar(QFrame):
    """«An unsaved new customer from 14:02»: what an earlier session left behind, one bar a draft.

    go_on(draft): the user wants to finish it. Throwing away forgets it at once."""

    go_on = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, draft: drafts.Draft, about: str = "") -> None:
        """about: the name of the record that a note is to."""
        super().__init__()
        self.store, self.tasks, self.draft, self.about = store, tasks, draft, about
        self.setProperty("draft", True)
        self.text = label()
        self.text.setWordWrap(True)
        self.go_button, self.drop_button = QPushButton(), QPushButton()
        for button, clicked in ((self.go_button, self._go), (self.drop_button, self._drop)):
            button.setProperty("small", True)
            button.clicked.connect(clicked)
        self.drop_button.setProperty("kind", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (12, 6, 8, 6)))
        row.setSpacing(look.px(8))
        row.addWidget(self.text, 1)
        row.addWidget(self.go_button)
        row.addWidget(self.drop_button)
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        declared = self.store.schema.entity(self.draft.entity)
        local = self.draft.at.astimezone()
        today = local.date() == local.now().date()
        when = f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"
        name = str(self.draft.values.get(declared.title) or "")
        if self.about:
            name = shorten(str(self.draft.values.get("text") or ""), MOST_TOLD, placeholder="…")
            head = _("An unsaved {thing} to “{about}” from {time}")
            if self.draft.values.get("kind"):
                head = _("An unsaved follow-up on “{about}” from {time}")
        elif self.draft.id is not None:
            head = _("Unsaved changes of a {thing} from {time}")
        else:
            head = _("An unsaved new {thing} from {time}")
        said = head.format(thing=inside(_(declared.label)), time=when, about=self.about)
        self.text.setText(_("{what}: {name}").format(what=said, name=name) if name else said)
        self.go_button.setText(_("Go on"))
        self.drop_button.setText(_("Throw away"))

    def _go(self) -> None:
        self.hide()
        self.go_on.emit(self.draft)

    def _drop(self) -> None:
        self.hide()
        self.tasks.run(drafts.drop, self.store, self.draft.key, failed=talk.tell_problem, writes=True)
