"""The stages of a deal's pipeline above its page: where it stands, a click moves it, and what is to be done there."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import _
from freecrm.store import checks, deals
from freecrm.store.checks import Check
from freecrm.store.database import Store
from freecrm.store.deals import LOST, OPEN, WON, Pipe, Stage
from freecrm.ui import look, talk
from freecrm.ui.board import asking
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import label
from freecrm.ui.tasks import Latest, Tasks


class Seen(NamedTuple):
    """What the bar shows. pipe: None where the deal has no stage."""

    pipe: Pipe | None
    stage: bytes | None
    checks: list[Check]
    name: str = ""


class StageBar(QWidget):
    """A button a stage; below them the tip and the checks of the stage the deal stands in."""

    def __init__(self, store: Store, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.id = store, tasks, b""
        self.seen = Seen(None, None, [])
        self._latest = Latest(tasks)
        self.buttons: dict[bytes, QPushButton] = {}
        self.boxes: dict[bytes, QCheckBox] = {}
        self.stages, self.tip, self.checks = QWidget(self), label("caption", parent=self), QWidget(self)
        self.tip.setWordWrap(True)
        self._flow, self._ticks = Flow(self.stages, look.px(4)), Flow(self.checks, look.px(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (20, 0, 16, 6)))
        column.setSpacing(look.px(6))
        for part in (self.stages, self.tip, self.checks):
            column.addWidget(part)
        self.hide()

    def show_for(self, record: Record | None) -> None:
        """Show where this deal stands."""
        if record is None:
            self.hide()
            return
        self.id = record.id
        self._latest.run(self._read, record.id, record["stage"], record["name"], then=self._show)

    def _read(self, id: bytes, stage: bytes | None, name: str) -> Seen:
        pipes = deals.pipelines(self.store, all=True)
        pipe = next((one for one in pipes if any(each.id == stage for each in one.stages)), None)
        return Seen(pipe, stage, checks.of_stage(self.store, id), name or "")

    def _show(self, seen: Seen) -> None:
        self.seen = seen
        self._flow.clear()
        self._ticks.clear()
        self.buttons, self.boxes = {}, {}
        self.setVisible(seen.pipe is not None)
        if seen.pipe is None:
            return
        here = next(i for i, one in enumerate(seen.pipe.stages) if one.id == seen.stage)
        for at, stage in enumerate(seen.pipe.stages):
            self._flow.addWidget(self._button(stage, at, here))
        self.tip.setText(seen.pipe.stages[here].tip)
        self.tip.setVisible(bool(self.tip.text()))
        for check in seen.checks:
            self._ticks.addWidget(self._box(check))
        self.checks.setVisible(bool(seen.checks))

    def _button(self, stage: Stage, at: int, here: int) -> QPushButton:
        made = self.buttons[stage.id] = QPushButton(stage.name.replace("&", "&&"), self.stages)
        made.setProperty("small", True)
        assert self.seen.pipe is not None
        passed = at < here and stage.outcome == OPEN and self.seen.pipe.stages[here].outcome != LOST
        said = _("the deal stands here") if at == here else _("passed") if passed else _("move the deal here")
        made.setAccessibleName(f"{stage.name}, {said}")
        made.setToolTip(stage.tip or made.accessibleName())
        if at == here:
            made.setProperty("kind", "primary")
        icon = {WON: "trophy", LOST: "circle-x"}.get(stage.outcome, "check" if passed else "")
        if icon:
            look.dress(made, icon, 16, "on_accent" if at == here else "text2")
        allowed = self.seen.pipe.allows(self.seen.stage, stage.id)
        made.setEnabled(allowed or at == here)
        if not allowed:
            made.setToolTip(_("This pipeline does not allow the way from where the deal stands to here."))
        made.clicked.connect(lambda _on=False: self._pressed(stage))
        return made

    def _box(self, check: Check) -> QCheckBox:
        text = check.text + (f" ({check.reason})" if check.reason else "")
        made = self.boxes[check.id] = QCheckBox(text.replace("&", "&&"), self.checks)
        made.setChecked(check.row is not None)
        made.clicked.connect(lambda done: self._tick(check.id, done=done))
        return made

    def _tick(self, check: bytes, *, done: bool) -> None:
        self.tasks.run(
            partial(checks.tick, self.store, self.id, check, done=done),
            then=_nothing,
            failed=self._failed,
            writes=True,
        )

    def _failed(self, problem: Known) -> None:
        self._show(self.seen)
        talk.tell_problem(problem)

    # ---- moving

    def _pressed(self, stage: Stage) -> None:
        """Move the deal to a stage; what is missing is asked for before."""
        if stage.id == self.seen.stage:
            return
        name = self.seen.name
        try:
            asking.before(
                self.window(), self.store, self.tasks, asking.Subject(self.id, name, name), stage, partial(self._move, stage)
            )  # fmt: skip
        except Known as problem:
            self._failed(problem)

    def _move(self, stage: Stage, values: dict[str, Any]) -> None:
        self.tasks.run(
            asking.bring, self.store, self.id, stage, values, then=_nothing, failed=self._failed, writes=True
        )

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.buttons.values(), *self.boxes.values()]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self._show(self.seen)


def _nothing(_done: object) -> None:
    """The step itself tells what was done."""
