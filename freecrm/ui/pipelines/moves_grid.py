"""Which ways a pipeline allows: a box for each pair of stages."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store import deals, pipes
from freecrm.store.database import Store
from freecrm.store.deals import Pipe
from freecrm.ui import look, talk
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


class MovesGrid(QWidget):
    """Rows: from; columns: to. Without any box ticked every way is allowed."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.pipe: Pipe | None = None
        self.boxes: dict[tuple[bytes, bytes], QCheckBox] = {}
        self.body: QWidget | None = None
        self.text = label("caption")
        self.text.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.text)

    def show_of(self, pipeline: bytes | None) -> None:
        """Show the ways of this pipeline."""
        self.pipe = next((one for one in deals.pipelines(self.store, all=True) if one.id == pipeline), None)
        if self.body is not None:
            self.body.hide()
            self.body.deleteLater()
        self.body, self.boxes = QWidget(self), {}
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(10))
        grid.setVerticalSpacing(look.px(4))
        stages = self.pipe.stages if self.pipe is not None else ()
        grid.setColumnStretch(len(stages) + 1, 1)
        for at, stage in enumerate(stages, 1):
            grid.addWidget(label("caption", stage.name), 0, at)
            grid.addWidget(label("", stage.name), at, 0)
            for to, after in enumerate(stages, 1):
                if after.id != stage.id:
                    self._box(grid, at, to, (stage.id, after.id), f"{stage.name} → {after.name}")
        self.column.addWidget(self.body)
        self.reword()

    def _box(self, grid: QGridLayout, row: int, at: int, pair: tuple[bytes, bytes], name: str) -> None:
        assert self.pipe is not None
        box = self.boxes[pair] = QCheckBox()
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setChecked(pair in self.pipe.moves)
        box.clicked.connect(partial(self._clicked, pair))
        grid.addWidget(box, row, at)

    def _clicked(self, pair: tuple[bytes, bytes]) -> None:
        if self.pipe is not None:
            write = partial(pipes.allow, self.store, self.pipe.id, *pair, yes=self.boxes[pair].isChecked())
            self.tasks.run(write, then=lambda _none: self.reword(), failed=talk.tell_problem, writes=True)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        some = any(box.isChecked() for box in self.boxes.values())
        self.text.setText(
            _("Only the ways that are ticked are allowed: rows from, columns to.")
            if some
            else _("Nothing is ticked: a deal may go from any stage to any other. Rows from, columns to.")
        )
