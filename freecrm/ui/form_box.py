"""One field in a form: its label, the editor, the sentence when the value is not taken; and the sections
that hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from freecrm.core.fields import Field
from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.editors.base import Editor
from freecrm.ui.parts import announce, label


class FieldBox(QWidget):
    """A labelled editor. key: the field's name, with its entity in front for a person typed along."""

    def __init__(self, key: str, field: Field, editor: Editor, title: str = "") -> None:
        super().__init__()
        self.key, self.field, self.editor = key, field, editor
        self._own_title = title
        self.initial: Any = editor.value()
        self.why: Said | None = None
        self.needed: Callable[[], bool] = lambda: False  # by what stands in other fields
        self.title, self.trouble = label("caption"), label("trouble")
        self.title.setBuddy(editor.main())
        if not editor.labelled:
            self.title.hide()
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(3))
        column.addWidget(self.title)
        column.addWidget(editor)
        editor.column.insertWidget(editor.trouble_at, self.trouble)
        if not editor.grows:
            column.addStretch(1)
        editor.changed.connect(self._changed)
        editor.left.connect(self.check)
        self.reword()

    @property
    def named(self) -> str:
        """What the field is called here, in the language spoken now."""
        return _(self._own_title) if self._own_title else self.field.title

    def is_changed(self) -> bool:
        """Whether something else is in it than at the beginning."""
        return not same_value(self.editor.value(), self.initial)

    def check(self) -> bool:
        """Whether the value can be saved; says below it why not. A needed field that nobody has typed into yet is
        not complained about before saving."""
        why = self.editor.problem()
        if why is not None and not self.is_changed() and self.why is None:
            return False
        return self.judge()

    def judge(self) -> bool:
        """As `check`, with needed fields left blank."""
        why = self.editor.problem()
        if why is None and self.editor.value() in (None, "", []) and self.needed():
            why = self.field.like(required=True).check(None)
        self._show(why)
        return self.why is None

    def _changed(self) -> None:
        if self.why is not None:
            self.judge()

    def _show(self, why: Said | None) -> None:
        before, self.why = self.why, why
        self.trouble.setText(str(why or ""))
        self.trouble.setVisible(why is not None)
        self.editor.mark(why is not None)
        main = self.editor.main()
        main.setAccessibleDescription(str(why or ""))
        if why is not None and before is None:
            announce(main, f"{self.named}: {why}")

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.title.setText(f"{self.named} *" if self.field.required else self.named)
        self.editor.reword()
        self.editor.name(self.named)
        if self.why is not None:
            self.judge()


class Section(QWidget):
    """Boxes below a heading, in as many columns as fit."""

    def __init__(self, title: str, boxes: Sequence[FieldBox]) -> None:
        super().__init__()
        self._title, self.boxes = title, list(boxes)
        self.head = label("strong")
        if not title:
            self.head.hide()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(look.px(20))
        self.grid.setVerticalSpacing(look.px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(10))
        column.addWidget(self.head)
        column.addLayout(self.grid)
        self.reword()

    def arrange(self, columns: int) -> None:
        """Put the boxes into this many columns."""
        while self.grid.takeAt(0) is not None:
            pass
        at = 0
        for box in self.boxes:
            span = columns if box.editor.grows else 1
            if span > 1 and at % columns:
                at += columns - at % columns
            self.grid.addWidget(box, at // columns, at % columns, 1, span, Qt.AlignmentFlag.AlignTop)
            box.show()
            at += span
        for column in range(2):
            self.grid.setColumnStretch(column, int(column < columns))

    def reword(self) -> None:
        """Say the heading in the language spoken now."""
        self.head.setText(_(self._title) if self._title else "")


def same_value(one: Any, other: Any) -> bool:
    """Whether two values say the same; blank rows and what rows are shown with don't count."""
    if isinstance(one, list) and isinstance(other, list):
        return [_plain(row) for row in one] == [_plain(row) for row in other]
    return bool(type(one) is type(other) and one == other) or (one in (None, "") and other in (None, ""))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if v not in (None, "") and not k.endswith("_title")}
