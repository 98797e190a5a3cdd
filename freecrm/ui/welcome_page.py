"""The first thing a new user sees: import your Excel, look at sample data, begin empty, or bring a backup back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import words
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, _, say
from freecrm.store import history
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.choice_card import ChoiceCard
from freecrm.ui.drop import LISTS
from freecrm.ui.fitting import ComboBox
from freecrm.ui.page import Page, Pane, Place
from freecrm.ui.parts import label
from freecrm.ui.preferences import Preferences
from freecrm.ui.talk import Message
from freecrm.ui.tasks import Tasks

STARTED = "started"  # kept in the file once a way was chosen
WIDTH = 520


def is_wanted(store: Store) -> bool:
    """Whether nothing was ever done in this file and its user hasn't chosen a way yet."""
    return not store.kept(STARTED) and not history.steps(store, 1)


class WelcomePage(Page):
    """import_wanted(path or None): bring a list in, asking for the file when it is None. language_wanted(name):
    speak it. restore_wanted: let a backup be chosen. `left` when the sample data is in."""

    import_wanted = Signal(object)
    language_wanted = Signal(str)
    restore_wanted = Signal()

    icon = "house"

    def __init__(
        self, store: Store, tasks: Tasks, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.preferences = store, tasks, preferences
        self._kept_name = str(store.setting("firm.name"))
        self._dragged = ""
        self._share = ""
        self._build()
        self._connect()
        self.setAcceptDrops(True)
        self.reword()

    def _build(self) -> None:
        self.title, self.text = label("display"), label("hint")
        self.text.setWordWrap(True)
        self.firm_label, self.firm = label("caption"), QLineEdit()
        self.language_label, self.language = label("caption"), ComboBox()
        self.firm.setMaxLength(200)
        self.firm_label.setBuddy(self.firm)
        self.language_label.setBuddy(self.language)
        for name, own in LANGUAGES.items():
            self.language.addItem(own, name)
        self.import_card = ChoiceCard("file-spreadsheet", main=True)
        self.sample_card = ChoiceCard("flask-conical")
        self.empty_card = ChoiceCard("user-plus")
        self.cards = (self.import_card, self.sample_card, self.empty_card)
        self.restore_link = QPushButton()
        self.restore_link.setProperty("kind", "link")
        about = QGridLayout()
        about.setHorizontalSpacing(look.px(12))
        about.setVerticalSpacing(look.px(4))
        for column, (title, editor) in enumerate(
            ((self.firm_label, self.firm), (self.language_label, self.language))
        ):
            about.addWidget(title, 0, column)
            about.addWidget(editor, 1, column)
        about.setColumnStretch(0, 2)
        about.setColumnStretch(1, 1)
        self.column = QVBoxLayout()
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.column.addSpacing(look.px(4))
        self.column.addLayout(about)
        self.column.addSpacing(look.px(8))
        for card in self.cards:
            self.column.addWidget(card)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.restore_link)
        self.column.addLayout(last)
        self.middle = QWidget()
        self.middle.setLayout(self.column)
        self._lay_out()

    def _lay_out(self) -> None:
        """The column in the middle of the page, scrolled where the window is lower than it."""
        ground = QWidget()
        across = QHBoxLayout(ground)
        across.addStretch(1)
        down = QVBoxLayout()
        down.addStretch(2)
        down.addWidget(self.middle)
        down.addStretch(3)
        across.addLayout(down)
        across.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(ground)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)

    def _connect(self) -> None:
        self.firm.editingFinished.connect(self._keep_name)
        self.language.activated.connect(lambda row: self.language_wanted.emit(self.language.itemData(row)))
        self.import_card.clicked.connect(lambda: self._import(None))
        self.sample_card.clicked.connect(self._add_sample)
        self.empty_card.clicked.connect(self._begin_empty)
        self.restore_link.clicked.connect(self.restore_wanted)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    message_at = 2

    # ---- the ways

    def _keep_name(self) -> None:
        name = self.firm.text().strip()
        if name == self._kept_name:
            return
        before, self._kept_name = self._kept_name, name

        def failed(problem: Known) -> None:
            self._kept_name = before  # it is tried again with the next choice
            self._tell(problem)

        self.tasks.run(self.store.set_setting, "firm.name", name, writes=True, failed=failed)

    def _begin(self) -> None:
        """A way was chosen: the page isn't shown again for this file."""
        self._keep_name()
        self.tasks.run(self.store.keep, STARTED, True, writes=True, failed=self._tell)

    def _import(self, path: Path | None) -> None:
        self._begin()
        self.import_wanted.emit(path)

    def _begin_empty(self) -> None:
        self._begin()
        self.go.emit(Place("new", "customer"))

    def _add_sample(self) -> None:
        from freecrm.exchange import sample

        self._begin()
        self._busy(True)
        progress = self.tasks.progress(self._heard)
        self.tasks.run(
            lambda progress: sample.install(self.store, words.language(), progress=progress),
            writes=True,
            progress=progress,
            then=lambda _touched: self.left.emit(),
            failed=self._tell,
            finally_=lambda: self._busy(False),
        )

    def _heard(self, news: Progress) -> None:
        self._share = f"{news.done} / {news.total}"
        self._reword_cards()

    def _busy(self, yes: bool) -> None:
        self._share = ""
        for widget in (*self.cards, self.restore_link, self.firm, self.language):
            widget.setEnabled(not yes)
        self._reword_cards()

    def _tell(self, problem: Known) -> None:
        self.messages.show_message(Message(problem.what, "danger", problem.details))

    # ---- a file dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from freecrm.ui.drop import dropped_file

        path = dropped_file(event.mimeData())
        if path is not None:
            self._dragged = path.name if len(path.name) < 40 else f"{path.name[:30]}…{path.suffix}"
            self._reword_cards()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._dragged = ""
        self._reword_cards()

    def dropEvent(self, event: QDropEvent) -> None:
        from freecrm.ui.drop import dropped_file

        path = dropped_file(event.mimeData())
        self._dragged = ""
        self._reword_cards()
        if path is None:
            return
        event.acceptProposedAction()
        if path.suffix.lower() in LISTS:
            self._import(path)
        else:
            what = N_("{file} is no list that can be imported. Drop an Excel, csv or vCard file.")
            self.messages.show_message(Message(say(what, file=path.name), "warning"))

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Welcome")]

    def hint(self) -> str:
        return _("↑ ↓ choose · Enter begins")

    def reword(self) -> None:
        super().reword()
        self.middle.setFixedWidth(look.px(WIDTH))
        self.title.setText(_("Welcome to FreeCRM"))
        self.text.setText(
            _("Your data stays on this computer: no account, no network. Where would you like to begin?")
        )
        self.firm_label.setText(_("Name of the firm"))
        self.firm.setPlaceholderText(_("You can fill this in later"))
        self.language_label.setText(_("Language"))
        self.language.setCurrentIndex(self.language.findData(words.language()))
        self.restore_link.setText(_("Restore from a backup…"))
        self._reword_cards()
        for card in self.cards:
            card.repaint_icon()

    def _reword_cards(self) -> None:
        drop = _("Let go to import {file}.").format(file=self._dragged) if self._dragged else ""
        self.import_card.say(
            _("Import your Excel list"),
            drop or _("Drop the file here, or click to choose. It stays as it is."),
        )
        self.sample_card.say(
            _("Look at sample data first"),
            self._share or _("86 customers, three months of life. One click removes it."),
        )
        self.empty_card.say(_("Begin empty"), _("Enter the first customer; about a minute."))

    # ---- going

    def focus_first(self) -> None:
        self.import_card.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.middle, self.focus_first)]
