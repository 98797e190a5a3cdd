"""Follow-up plans: the list of them, and the one that is edited: name, steps, working days, what stops it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.change import Touched
from freecrm.core.fields import Choice
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.store import plans
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, announce, label
from freecrm.ui.plan_steps import Steps
from freecrm.ui.tasks import Tasks

LEFT = 240
STATUSES_IN_ROW = 3


class PlansPage(Page):
    """All plans of the firm. What is typed is kept by Save; going elsewhere asks."""

    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, name: str = "") -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.id: bytes | None = bytes.fromhex(name) if name else None
        self.held: dict[str, Any] = {}
        self._filling = False
        self._build()
        self.load()

    # ---- build

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.setFixedWidth(look.px(LEFT))
        self.list.currentItemChanged.connect(self._chosen)
        self.new_button = QPushButton()
        self.new_button.clicked.connect(self.new)
        left = QVBoxLayout()
        left.setSpacing(look.px(8))
        left.addWidget(self.list, 1)
        left.addWidget(self.new_button)
        self.empty = EmptyState("list-checks")
        self.ready_button = self.empty.add_button(self.take_ready, "primary")
        self.own_button = self.empty.add_button(self.new)
        self.body = QHBoxLayout()
        self.body.setSpacing(look.px(20))
        self.body.addLayout(left)
        self.body.addWidget(self._editor(), 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 12)))
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.column.addLayout(self.body, 1)
        self.column.addWidget(self.empty, 1)

    def _editor(self) -> QWidget:
        self.name, self.workdays, self.note = QLineEdit(), QCheckBox(), QLineEdit()
        self.names = [QLabel(), QLabel(), QLabel(), QLabel()]
        self.names[0].setBuddy(self.name)
        self.names[3].setBuddy(self.note)
        self.steps = Steps(self.store)
        self.add_button = QPushButton()
        look.dress(self.add_button, "plus", 16)
        self.add_button.clicked.connect(self.steps.add)
        self.preview = label("hint")
        self.statuses: dict[str, QCheckBox] = {}
        boxes = QGridLayout()
        boxes.setHorizontalSpacing(look.px(16))
        status = self.store.schema.fields("customer")["status"]
        assert isinstance(status, Choice)
        for at, option in enumerate(one for one in status.options.entries if not one.off):
            box = QCheckBox()
            self.statuses[option.key] = box
            box.toggled.connect(self._edited)
            boxes.addWidget(box, at // STATUSES_IN_ROW, at % STATUSES_IN_ROW)
        boxes.setColumnStretch(STATUSES_IN_ROW, 1)
        inner = QWidget()
        form = QVBoxLayout(inner)
        form.setContentsMargins(0, 0, look.px(8), 0)
        form.setSpacing(look.px(8))
        steps = QHBoxLayout()
        steps.addWidget(self.add_button)
        steps.addWidget(self.preview, 1)
        for part in (self.names[0], self.name, self.names[1], self.steps):
            form.addWidget(part)
        form.addLayout(steps)
        form.addWidget(self.workdays)
        form.addWidget(self.names[2])
        form.addLayout(boxes)
        for part in (self.names[3], self.note):
            form.addWidget(part)
        form.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inner)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(self.area, 1)
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        column.addWidget(self.trouble)
        column.addLayout(self._foot())
        self.name.textChanged.connect(self._edited)
        self.note.textChanged.connect(self._edited)
        self.workdays.toggled.connect(self._edited)
        self.steps.changed.connect(self._edited)
        self.editor = made
        return made

    def _foot(self) -> QHBoxLayout:
        self.delete_button, self.undo_button, self.save_button = QPushButton(), QPushButton(), QPushButton()
        self.delete_button.setProperty("kind", "danger")
        self.save_button.setProperty("kind", "primary")
        self.delete_button.clicked.connect(self.delete)
        self.undo_button.clicked.connect(self.give_up)
        self.save_button.clicked.connect(lambda: self.save())
        foot = QHBoxLayout()
        foot.addWidget(self.delete_button)
        foot.addStretch(1)
        foot.addWidget(self.undo_button)
        foot.addWidget(self.save_button)
        return foot

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- what is shown

    def load(self) -> None:
        """Show the plans that there are, the same one chosen as before."""
        rows = self.store.read().execute("SELECT id, name FROM plan ORDER BY n").fetchall()
        self._filling = True
        self.list.clear()
        for id, name in rows:
            item = QListWidgetItem(name or "")
            item.setData(Qt.ItemDataRole.UserRole, id)
            self.list.addItem(item)
        ids = [id for id, _name in rows]
        if self.id not in ids:
            self.id = ids[0] if ids else None
        if self.id is not None:
            self.list.setCurrentRow(ids.index(self.id))
        self._filling = False
        for part in (self.list, self.new_button, self.editor):
            part.setVisible(bool(ids))
        self.empty.setVisible(not ids)
        self._show()
        self.reword()
        self.changed.emit()

    def _show(self) -> None:
        record = self.store.reader().record("plan", self.id) if self.id is not None else None
        values = record.values if record is not None else {}
        self._filling = True
        self.name.setText(values.get("name") or "")
        self.note.setText(values.get("note") or "")
        self.workdays.setChecked(bool(values.get("workdays")))
        stops = (values.get("stops") or "").split()
        for key, box in self.statuses.items():
            box.setChecked(key in stops)
        self.steps.load(values.get("steps") or [])
        self._filling = False
        self.held = self.values()
        self.trouble.hide()
        self._tell()

    def values(self) -> dict[str, Any]:
        """The plan as it shall be."""
        stops = [key for key, box in self.statuses.items() if box.isChecked()]
        return {
            "name": self.name.text().strip(),
            "note": self.note.text().strip() or None,
            "workdays": self.workdays.isChecked(),
            "stops": " ".join(stops) or None,
            "steps": self.steps.values(),
        }

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if self._filling or item is None:
            return
        wanted: bytes = item.data(Qt.ItemDataRole.UserRole)
        if self.unsaved() and not self.save():
            self._filling = True
            self.list.setCurrentItem(self._item())
            self._filling = False
            return
        self.id = wanted
        self._show()
        self.reword()

    def _item(self) -> QListWidgetItem:
        """The line of the plan that is edited."""
        items = [self.list.item(at) for at in range(self.list.count())]
        return next(item for item in items if item.data(Qt.ItemDataRole.UserRole) == self.id)

    def _edited(self) -> None:
        if not self._filling:
            self.trouble.hide()
            self._tell()
            self.changed.emit()

    def _tell(self) -> None:
        """Say on which days the steps fall, and what can be saved."""
        dirty = bool(self.unsaved())
        self.save_button.setEnabled(dirty)
        self.undo_button.setEnabled(dirty)
        counts = [line.days.value() for line in self.steps.lines]
        today = day_words.this_day()
        days = plans.dates(self.store, counts, today, only_workdays=self.workdays.isChecked())
        self.steps.show_days([f"{day_words.weekday(day)} {day:%m-%d}" for day in days])
        self.preview.setText(_("At the right: the days if it began today") if days else "")

    # ---- what is done

    def new(self) -> None:
        """Begin a plan of one's own."""
        if self.unsaved() and not self.save():
            return
        with self.store.step(
            N_("{what} “{name}” added"), what=say(N_("Follow-up plan")), name=_("New plan")
        ) as step:
            self.id = step.insert("plan", {"name": _("New plan"), "workdays": True})
        self.load()
        self.name.setFocus()
        self.name.selectAll()

    def take_ready(self) -> None:
        """Take over the plans that FreeCRM offers."""
        self.id = plans.ready(self.store)
        self.load()
        self.focus_first()

    def delete(self) -> None:
        """Take the plan away; where it runs it stops."""
        if self.id is None:
            return
        plans.delete(self.store, self.id)
        self.load()
        self.focus_first()

    def unsaved(self) -> list[str]:
        if self.id is None:
            return []
        now = self.values()
        titles = {"name": _("Name"), "note": _("Remark"), "workdays": _("Only on working days")}
        titles |= {"stops": _("Stops at status"), "steps": _("Steps")}
        return [title for name, title in titles.items() if now[name] != self.held.get(name)]

    def save(self) -> bool:
        why = self._problem()
        if why is not None:
            self.trouble.setText(str(why))
            self.trouble.show()
            announce(self, str(why))
            return False
        if self.id is not None and self.unsaved():
            values = self.values()
            with self.store.step(N_("Follow-up plan “{name}” changed"), name=values["name"]) as step:
                step.update("plan", self.id, values)
            self._item().setText(values["name"])
            self._show()
        return True

    def _problem(self) -> Said | None:
        if not self.name.text().strip():
            self.name.setFocus()
            return say(N_("Give the plan a name."))
        for line in self.steps.lines:
            why = line.trouble()
            if why is not None:
                line.time.setFocus()
                return why.what
        return None

    def give_up(self) -> None:
        self._show()

    def heard(self, touched: Touched | None) -> None:
        if not self.unsaved() and (touched is None or touched.ids.keys() & {"plan", "plan_step", "plan_run"}):
            self.load()

    # ---- words, keys

    def focus_first(self) -> None:
        (self.list if self.list.count() else self.ready_button).setFocus()

    def panes(self) -> list[Pane]:
        if not self.list.count():
            return [(self.empty, self.focus_first)]
        return [(self.list, self.focus_first), (self.editor, self.name.setFocus)]

    def crumbs(self) -> list[str]:
        return [_("Follow-up plans")]

    def summary(self) -> str:
        return plural("{n} plan", "{n} plans", self.list.count())

    def state(self) -> Any:
        return self.id

    def restore(self, state: Any) -> None:
        self.id = state
        self.load()

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Follow-up plans"))
        said = _(
            "Calls and visits that follow one another. Begin a plan on a customer's page, or for many in the list."
        )
        used = plans.in_use(self.store, self.id) if self.id is not None else 0
        if used:
            said += " " + plural(
                "This one is running for {n} customer.", "This one is running for {n} customers.", used
            )
        self.text.setText(said)
        self.text.setVisible(bool(self.list.count()))
        self.list.setAccessibleName(_("Follow-up plans"))
        self.new_button.setText(_("New plan"))
        for name, text in zip(
            self.names, (N_("Name"), N_("Steps"), N_("Stops at status"), N_("Remark")), strict=True
        ):
            name.setText(_(text))
        self.name.setAccessibleName(_("Name"))
        self.note.setAccessibleName(_("Remark"))
        self.add_button.setText(_("Add a step"))
        self.workdays.setText(
            _("Only on working days: what falls on a free day moves on to the next working day")
        )
        status = self.store.schema.fields("customer")["status"]
        for key, box in self.statuses.items():
            box.setText(status.show(key))
        self.delete_button.setText(_("Delete"))
        self.undo_button.setText(_("Discard changes"))
        self.save_button.setText(_("Save"))
        self.empty.title.setText(_("No follow-up plan yet"))
        self.empty.text.setText(
            _(
                "A plan is a row of steps, such as call +1 day, visit +3 days, quote +7 days, begun for a customer at once."
            )
        )
        self.ready_button.setText(_("Take over two ready plans"))
        self.own_button.setText(_("Make my own"))
        self.steps.reword()
        self._tell()
        self.empty.repaint_icon()
