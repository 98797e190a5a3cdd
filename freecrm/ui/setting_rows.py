"""One declared setting as a line of the settings page: its name, what it does, and the editor of its kind.

`EDITORS` is the table from kind to widget. An editor tells by `edited` that the user has finished a
value; what was typed stays in it until it is kept or given up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.settings import Setting
from freecrm.core.words import _
from freecrm.ui import look, talk
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import announce, label

EDITOR_WIDTH = 260


class _NoWheel(QObject):
    """Keeps the wheel, which scrolls the page, from changing a value that the pointer passes."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class Editor(QWidget):
    """Base: `main` is the widget that takes the focus."""

    edited = Signal()
    main: QWidget

    def __init__(self, declared: Setting) -> None:
        super().__init__()
        self.declared = declared
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(look.px(8))

    def put(self, main: QWidget) -> None:
        """Let this be the main widget."""
        self.main = main
        main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        main.installEventFilter(_NoWheel(main))
        self.row.addWidget(main, 1)
        self.setFocusProxy(main)

    def value(self) -> Any:
        """What stands in it, as the setting keeps it."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Let this value stand in it."""
        raise NotImplementedError

    def reword(self) -> None:
        """Say everything in the language spoken now."""


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.line = QLineEdit()
        self.line.setMaxLength(300)
        self.line.editingFinished.connect(self.edited)
        self.put(self.line)

    def value(self) -> Any:
        return self.line.text().strip()

    def show_value(self, value: Any) -> None:
        self.line.setText(value)


class NumberEditor(Editor):
    """A whole number."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.box = QSpinBox()
        self.box.setRange(declared.least, declared.most)
        self.box.setSingleStep(declared.step)
        self.box.setSuffix(declared.unit)
        self.box.setKeyboardTracking(False)
        self.box.valueChanged.connect(lambda _value: self.edited.emit())
        self.put(self.box)

    def value(self) -> Any:
        return self.box.value()

    def show_value(self, value: Any) -> None:
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)

    def reword(self) -> None:
        # a style sheet's padding doesn't reach the line in a spin box
        self.box.lineEdit().setTextMargins(look.px(8), 0, look.px(8), 0)
        self.box.lineEdit().setAccessibleName(self.box.accessibleName())


class ChoiceEditor(Editor):
    """One of several."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.box = ComboBox()
        for choice in declared.choices:
            self.box.addItem(declared.show(choice), choice)
        self.box.activated.connect(lambda _row: self.edited.emit())
        self.put(self.box)

    def value(self) -> Any:
        return self.box.currentData()

    def show_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))

    def reword(self) -> None:
        for row, choice in enumerate(self.declared.choices):
            self.box.setItemText(row, self.declared.show(choice))


class YesNoEditor(Editor):
    """On or off."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.box = QCheckBox()
        self.box.toggled.connect(lambda _on: self.reword())
        self.box.clicked.connect(lambda _on: self.edited.emit())
        self.put(self.box)
        self.row.setAlignment(self.box, Qt.AlignmentFlag.AlignLeft)

    def value(self) -> Any:
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        self.box.setChecked(value)

    def reword(self) -> None:
        self.box.setText(_("On") if self.box.isChecked() else _("Off"))


class FolderEditor(TextEditor):
    """A folder, typed or chosen."""

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.browse = QPushButton()
        self.browse.clicked.connect(self._ask)
        self.row.addWidget(self.browse)

    def _ask(self) -> None:
        found = talk.ask_folder(self, _(self.declared.title))
        if found is not None:
            self.line.setText(str(Path(found)))
            self.edited.emit()

    def reword(self) -> None:
        self.browse.setText(_("Choose…"))


class PictureEditor(FolderEditor):
    """A picture file, typed or chosen."""

    def _ask(self) -> None:
        found = talk.ask_file(self, _(self.declared.title), _("Pictures (*.png *.jpg *.jpeg)"))
        if found is not None:
            self.line.setText(str(Path(found)))
            self.edited.emit()


def _code_rule(declared: Setting) -> Editor:
    from freecrm.ui.code_rule import CodeRuleEditor  # built upon the editors here

    return CodeRuleEditor(declared)


def _person(declared: Setting) -> Editor:
    from freecrm.ui.colleagues import PersonEditor  # built upon the editors here

    return PersonEditor(declared)


EDITORS: dict[str, Callable[[Setting], Editor]] = {
    "text": TextEditor,
    "number": NumberEditor,
    "choice": ChoiceEditor,
    "yesno": YesNoEditor,
    "folder": FolderEditor,
    "picture": PictureEditor,
    "code_rule": _code_rule,
    "person": _person,
}


class SettingRow(QWidget):
    """wanted(value): the user wants the setting to be this."""

    wanted = Signal(object)

    def __init__(self, declared: Setting, value: Any) -> None:
        super().__init__()
        self.declared, self.saved = declared, value
        self._problem: Known | None = None
        self.title, self.help, self.problem = label(), label("caption"), label("danger")
        for part in (self.title, self.help, self.problem):
            part.setWordWrap(True)
        self.problem.hide()
        self.editor = EDITORS[declared.editor](declared)
        self.editor.show_value(value)
        self.editor.edited.connect(self.commit)
        self.title.setBuddy(self.editor.main)
        words = QVBoxLayout()
        words.setSpacing(look.px(2))
        for part in (self.title, self.help, self.problem):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, look.px(10), 0, look.px(10))
        row.setSpacing(look.px(24))
        row.addLayout(words, 1)
        row.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignTop)
        self.reword()

    @property
    def is_dirty(self) -> bool:
        """Whether something stands there that isn't kept."""
        return bool(self.editor.value() != self.saved)

    def commit(self) -> None:
        """Ask for what stands there to be kept, if it isn't."""
        if self.is_dirty:
            self.wanted.emit(self.editor.value())
        else:
            self.tell(None)

    def show_value(self, value: Any) -> None:
        """The setting is this now; what is being typed stays."""
        untouched = not self.is_dirty
        self.saved = value
        if untouched:
            self.editor.show_value(value)

    def kept(self, value: Any) -> None:
        """What was wanted is kept."""
        self.saved = value
        self.tell(None)

    def give_up(self) -> None:
        """Let what is kept stand there again."""
        self.editor.show_value(self.saved)
        self.tell(None)

    def tell(self, problem: Known | None) -> None:
        """Say under the setting why it couldn't be kept; None: it is."""
        self._problem = problem
        self.problem.setVisible(problem is not None)
        self.problem.setText("" if problem is None else str(problem))
        self.problem.setToolTip("" if problem is None else problem.details)
        self.editor.main.setProperty("wrong", problem is not None)
        look.refresh(self.editor.main)
        if problem is not None:
            announce(self, str(problem))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.title.setText(_(self.declared.title))
        self.help.setText(_(self.declared.help))
        self.editor.setFixedWidth(look.px(EDITOR_WIDTH))
        self.editor.main.setAccessibleName(self.title.text())
        self.editor.main.setAccessibleDescription(self.help.text())
        self.editor.reword()
        if self._problem is not None:
            self.problem.setText(str(self._problem))
