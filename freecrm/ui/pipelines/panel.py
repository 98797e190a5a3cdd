"""The section «Pipelines» of the settings: pipelines at the top, below them what belongs to the one chosen."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from freecrm.core.words import N_, _, inside, plural
from freecrm.store import deals, pipes
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label
from freecrm.ui.pipelines.editors import ColourEditor, NeedsEditor
from freecrm.ui.pipelines.moves_grid import MovesGrid
from freecrm.ui.records_box import RecordsBox
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tasks import Tasks

STAGE = ("name", "outcome", "chance", "days", "colour", "needs", "tip")


class PipelineBox(RecordsBox):
    """Pipelines; a new one comes with stages, one with deals in it stays."""

    def add(self) -> None:
        self.keep()
        name = _("New {thing}").format(thing=inside(_(self.declared.label)))
        stages = tuple((_(title), chance, outcome, tint) for title, chance, outcome, tint in deals.READY)
        self.write(partial(pipes.add_pipeline, self.store, name, stages), self.show_made)

    def delete(self) -> None:
        if self.id is not None:
            self.write(partial(pipes.delete_pipeline, self.store, self.id))


class StageBox(RecordsBox):
    """Stages; where deals stand in one that is to go, it is asked to which stage they go."""

    def build_asking(self) -> QWidget:
        """The line that asks, hidden until it is needed."""
        self.asking, self.question, self.target = QWidget(), label("warning"), ComboBox()
        self.go_button, self.stay_button = QPushButton(), QPushButton()
        for button in (self.go_button, self.stay_button):
            button.setProperty("small", True)
        self.go_button.clicked.connect(lambda: self._go())
        self.stay_button.clicked.connect(lambda: self.asking.hide())
        row = QHBoxLayout(self.asking)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        for part in (self.question, self.target, self.go_button, self.stay_button):
            row.addWidget(part)
        row.addStretch(1)
        self.asking.hide()
        return self.asking

    def delete(self) -> None:
        if self.id is None:
            return
        count = pipes.deals_in(self.store, self.id)
        if not count:
            self.write(partial(pipes.delete_stage, self.store, self.id))
            return
        self.target.clear()
        for record in self.records:
            if record.id != self.id:
                self.target.addItem(str(record["name"] or ""), record.id)
        self.question.setText(
            plural(
                "{n:,} deal stands in this stage. It goes to:",
                "{n:,} deals stand in this stage. They go to:",
                count,
            )
        )
        self.asking.show()
        self.target.setFocus()

    def _go(self) -> None:
        self.asking.hide()
        if self.id is not None:
            self.write(partial(pipes.delete_stage, self.store, self.id, self.target.currentData()))

    def reword(self) -> None:
        super().reword()
        self.target.setAccessibleName(_("Where its deals go"))
        self.go_button.setText(_("Move them and delete the stage"))
        self.stay_button.setText(_("Cancel"))


class PipelinesPanel(Panel):
    """Everything about pipelines; each change is kept at once and can be undone."""

    WORDS = ("pipeline", "stage", "funnel", "销售管道", "阶段", "赢率", "丢单原因", "检查项")

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        given = (store, tasks)
        self.pipelines = PipelineBox(*given, "pipeline", ("name", "off"))
        makers: dict[str, Any] = {"needs": NeedsEditor, "colour": ColourEditor}
        self.stages = StageBox(
            *given,
            "stage",
            STAGE,
            link="pipeline",
            blank={"outcome": "open", "colour": "info"},
            makers=makers,
        )
        self.checks = RecordsBox(*given, "stage_check", ("text",), link="stage")
        self.moves = MovesGrid(*given)
        self.reasons = RecordsBox(*given, "loss_reason", ("name", "off"), link="pipeline")
        self.boxes = (self.pipelines, self.stages, self.checks, self.reasons)
        self.begin_button: QPushButton
        (self.begin_button,) = self.buttons((N_("Begin with the usual pipeline"), self._begin))
        self.column.addWidget(self.pipelines)
        self.line(N_("Stages"), "strong")
        self.column.addWidget(self.stages)
        self.column.addWidget(self.stages.build_asking())
        self.line(N_("To be done before a deal leaves this stage"), "strong")
        self.column.addWidget(self.checks)
        self.line(N_("Allowed moves"), "strong")
        self.column.addWidget(self.moves)
        self.line(N_("Reasons of loss"), "strong")
        self.column.addWidget(self.reasons)
        self.pipelines.chosen.connect(self._turn)
        self.stages.chosen.connect(self.checks.show_of)
        self.look_again()
        self.reword()

    def _begin(self) -> None:
        def then(_id: object) -> None:
            self.look_again()

        self.tasks.run(deals.take_ready, self.store, then=then, failed=talk.tell_problem, writes=True)

    def _turn(self, pipeline: bytes | None) -> None:
        self.stages.show_of(pipeline)
        self.reasons.show_of(pipeline)
        self.moves.show_of(pipeline)
        self.checks.show_of(self.stages.id)

    def look_again(self) -> None:
        self.pipelines.load()
        self._turn(self.pipelines.id)
        self.begin_button.setVisible(not self.pipelines.records)

    def unsaved(self) -> list[str]:
        return [title for box in self.boxes for title in box.unsaved()]

    def save(self) -> None:
        for box in self.boxes:
            box.keep()

    def give_up(self) -> None:
        for box in self.boxes:
            box.give_up()

    def reword(self) -> None:
        super().reword()
        for box in self.boxes:
            box.reword()
        self.moves.reword()
