"""The usual phrases to add, change, order and delete; each change is a step that can be taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _
from freecrm.store import phrases
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

_ID = Qt.ItemDataRole.UserRole


class PhraseList(QWidget):
    """The phrases at the left, the text of the one chosen at the right. It stands in the settings, too."""

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store, self.tasks = store, tasks
        self._wanted: bytes | None = None  # the phrase to be chosen once the list was read
        self.list = QListWidget(self)
        self.list.setProperty("framed", True)
        self.list.currentItemChanged.connect(lambda now, _before: self._show(now))
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._enable)
        self.trouble = label("trouble", parent=self)
        self.trouble.hide()
        self.up_button = icon_button("chevron-up", lambda: self._move(-1), 16, self)
        self.down_button = icon_button("chevron-down", lambda: self._move(1), 16, self)
        self.delete_button = icon_button("trash-2", self.remove, 16, self)
        self.new_button, self.save_button = QPushButton(self), QPushButton(self)
        self.new_button.clicked.connect(lambda: self.begin())
        self.save_button.clicked.connect(lambda: self.save())
        for button in (self.new_button, self.save_button):
            button.setProperty("small", True)
            button.setAutoDefault(False)
        tools = QHBoxLayout()
        for part in (self.new_button, self.up_button, self.down_button, self.delete_button):
            tools.addWidget(part)
        tools.addStretch(1)
        tools.addWidget(self.save_button)
        both = QHBoxLayout()
        both.setSpacing(look.px(8))
        both.addWidget(self.list, 1)
        both.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addLayout(both, 1)
        column.addWidget(self.trouble)
        column.addLayout(tools)
        self.reword()
        self.load()

    def load(self) -> None:
        """Read the phrases."""
        self.tasks.run(phrases.all, self.store, then=self._fill, failed=talk.tell_problem)

    def _fill(self, found: list[phrases.Phrase]) -> None:
        chosen = self._wanted or self.chosen()
        self._wanted = None
        self.list.blockSignals(True)
        self.list.clear()
        for id, text in found:
            item = QListWidgetItem(" ".join(text.split()))
            item.setData(_ID, (id, text))
            self.list.addItem(item)
        ids = [id for id, _text in found]
        if ids:
            self.list.setCurrentRow(ids.index(chosen) if chosen in ids else 0)
        self.list.blockSignals(False)
        self._show(self.list.currentItem())

    def chosen(self) -> bytes | None:
        """The phrase that is chosen, None: a new one."""
        item = self.list.currentItem()
        held = item.data(_ID) if item is not None else None
        return held[0] if held else None

    def _show(self, item: QListWidgetItem | None) -> None:
        self.text.setPlainText(item.data(_ID)[1] if item is not None else "")
        self.trouble.hide()
        self._enable()

    def _enable(self) -> None:
        row, count = self.list.currentRow(), self.list.count()
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < count - 1)
        self.delete_button.setEnabled(row >= 0)
        item = self.list.currentItem()
        held = item.data(_ID)[1] if item is not None else ""
        self.save_button.setEnabled(self.text.toPlainText().strip() != held.strip())

    def begin(self) -> None:
        """Begin a new phrase."""
        self.list.setCurrentRow(-1)
        self._show(None)
        self.text.setFocus()

    def save(self) -> bool:
        """Keep what is typed; False when it can't be kept."""
        text, id = self.text.toPlainText().strip(), self.chosen()
        why = self.store.schema.fields("phrase")["text"].check(text or None)
        if why is not None or not text:
            self.trouble.setText(str(why) if why is not None else _("Type something first."))
            self.trouble.show()
            announce(self, self.trouble.text())
            self.text.setFocus()
            return False
        if id is None:
            self.tasks.run(
                phrases.add, self.store, text, then=self._saved, failed=talk.tell_problem, writes=True
            )
        else:
            self.tasks.run(
                phrases.change,
                self.store,
                id,
                text,
                then=lambda _none: self._saved(id),
                failed=talk.tell_problem,
                writes=True,
            )
        return True

    def _saved(self, id: bytes | None) -> None:
        self._wanted = id
        self.load()

    def remove(self) -> None:
        """Delete the chosen phrase."""
        id = self.chosen()
        if id is not None:
            self._change(phrases.remove, id)

    def _move(self, by: int) -> None:
        id = self.chosen()
        if id is not None:
            self._wanted = id
            self._change(phrases.move, id, by)

    def _change(self, work: object, *given: object) -> None:
        assert callable(work)
        self.tasks.run(
            work,
            self.store,
            *given,
            then=lambda _none: self.load(),
            failed=talk.tell_problem,
            writes=True,
        )

    def unsaved(self) -> list[str]:
        """What would be lost."""
        return [_("Phrase")] if self.save_button.isEnabled() and self.text.toPlainText().strip() else []

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.list.setAccessibleName(_("Usual phrases"))
        self.text.setAccessibleName(_("Text of the phrase"))
        self.text.setPlaceholderText(
            _("Words you use again and again, such as “Quote sent, waiting for an answer.”")
        )
        self.new_button.setText(_("New phrase"))
        self.save_button.setText(_("Save"))
        name_button(self.up_button, _("Move up"))
        name_button(self.down_button, _("Move down"))
        name_button(self.delete_button, _("Delete the phrase"))
        self.setMinimumHeight(look.px(220))


class PhrasesPanel(Panel):
    """The way to the phrases from the settings."""

    WORDS = ("phrase", "template", "常用语", "话术")
    below = True

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.line(N_("Usual phrases are texts that a follow-up can be put together from."), "caption")
        (self.button,) = self.buttons((N_("Usual phrases…"), self.open_phrases))
        self.reword()

    def open_phrases(self) -> None:
        """Show the phrases to change them."""
        PhraseDialog(self, self.store, self.tasks).open()


class PhraseDialog(QDialog):
    """The list in a window of its own."""

    def __init__(self, over: QWidget, store: Store, tasks: Tasks) -> None:
        super().__init__(over.window())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Usual phrases"))
        self.phrases = PhraseList(store, tasks, self)
        self.close_button = QPushButton(_("Close"), self)
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.done_)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 16)))
        column.setSpacing(look.px(12))
        column.addWidget(self.phrases, 1)
        column.addLayout(foot)
        self.resize(look.px(600), look.px(360))
        order_tabs(self)

    def done_(self) -> None:
        """Keep what is typed and close."""
        if not self.phrases.unsaved() or self.phrases.save():
            self.accept()
