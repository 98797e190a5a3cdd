"""A row with an editor for each of its fields: a position in a firm, a note."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from freecrm.core.fields import Field, Moment
from freecrm.core.words import Said
from freecrm.ui import look
from freecrm.ui.editors.base import Editor
from freecrm.ui.editors.row_lines import RowLine
from freecrm.ui.parts import label


class WholeRow(RowLine):
    """A row with an editor for each of its fields: a position, a note."""

    def build(self) -> None:
        from freecrm.ui.editors import editor_for

        self.editors: dict[str, Editor] = {}
        self._titles: dict[str, QLabel] = {}
        self.top.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(8))
        grid.setVerticalSpacing(look.px(4))
        fields = [f for f in self.child.values() if asked_for(f)]
        at = 0
        for f in fields:
            editor = editor_for(f, self.store, self.tasks)
            editor.changed.connect(self._typed)
            title = label("caption")
            title.setBuddy(editor.main())
            wide = editor.grows or len(fields) == 1
            at += at % 2 if wide else 0
            self._titles[f.name], self.editors[f.name] = title, editor
            span = 2 if wide else 1
            if len(fields) > 1:
                grid.addWidget(title, at // 2 * 2, at % 2, 1, span)
            grid.addWidget(editor, at // 2 * 2 + 1, at % 2, 1, span)
            at += span
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)

    def main(self) -> QWidget:
        return next(iter(self.editors.values())).main()

    def inputs(self) -> list[QWidget]:
        return [*super().inputs(), *(editor.main() for editor in self.editors.values())]

    def set_value(self, row: dict[str, Any]) -> None:
        self.row = dict(row)
        for name, editor in self.editors.items():
            editor.set_value(row.get(name))
        self.show_primary()

    def value(self) -> dict[str, Any] | None:
        typed = {name: editor.value() for name, editor in self.editors.items()}
        if all(value in (None, "", []) for value in typed.values()) and not self.row.get("id"):
            return None
        changed = {k: v for k, v in typed.items() if v != self.row.get(k)}
        return {k: v for k, v in {**self.row, **changed}.items() if not k.endswith("_title")}

    def problem(self) -> Said | None:
        if self.value() is None:
            return None
        return next((why for e in self.editors.values() if (why := e.problem()) is not None), None)

    def show_problem(self, wrong: bool) -> None:
        """Mark the editors whose values are not taken."""
        for editor in self.editors.values():
            editor.mark(wrong and editor.problem() is not None)

    def _typed(self) -> None:
        self.changed.emit()

    def reword(self) -> None:
        super().reword()
        for name, editor in self.editors.items():
            editor.reword()
            title = self.child[name].title + (" *" if self.child[name].required else "")
            self._titles[name].setText(title)
            editor.name(self.child[name].title)


def asked_for(f: Field) -> bool:
    """Whether a row asks for this field; moments fill themselves in, the main one has a star."""
    return not f.hidden and f.derived is None and f.name != "primary" and not isinstance(f, Moment)
