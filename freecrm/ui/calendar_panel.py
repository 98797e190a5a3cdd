"""Settings of the calendar that are lists: what is usual for each kind of activity, rooms and cars."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.choices import Option
from freecrm.core.words import LANGUAGES, N_, _, translated
from freecrm.store import activities
from freecrm.store.activities import Habit
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.activity_form import says
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import icon_button, inset, label, name_button
from freecrm.ui.setting_panels import Panel
from freecrm.ui.tasks import Tasks

ICONS = (
    "phone", "map-pin", "users", "file-text", "mail", "printer", "message-circle", "circle-check", "calendar",
    "wrench", "star", "flag", "cake", "bell", "inbox", "hourglass",
)  # fmt: skip
BEFORE = (None, 0, 5, 10, 15, 30, 60, 1440)
KINDS = "activity_kind"


class KindRow(QWidget):
    """What is usual for one kind. wanted(Habit): the user wants it so."""

    wanted = Signal(object)

    def __init__(self, option: Option, habit: Habit) -> None:
        super().__init__()
        self.option, self.habit = option, habit
        self.sign = QToolButton()
        self.sign.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.sign.setMenu(self.menu)
        for name in ICONS:
            action = self.menu.addAction("")
            action.setData(name)
            look.dress(action, name, 16)
        self.menu.triggered.connect(lambda action: self._take(icon=action.data()))
        self.name = label("", option.title)
        self.minutes, self.before = QSpinBox(), ComboBox()
        self.minutes.setRange(0, 1440)
        self.minutes.setSingleStep(5)
        self.minutes.setKeyboardTracking(False)
        inset(self.minutes)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(10))
        row.addWidget(self.sign)
        row.addWidget(self.name, 1)
        row.addWidget(self.minutes)
        row.addWidget(self.before)
        self.show_habit(habit)
        self.minutes.valueChanged.connect(lambda n: self._take(minutes=n))
        self.before.activated.connect(lambda at: self._take(before=self.before.itemData(at)))

    def show_habit(self, habit: Habit) -> None:
        """Show what is usual, in the language spoken now."""
        self.habit = habit
        self.name.setText(self.option.title)
        look.dress(self.sign, habit.icon, 18)
        self.minutes.blockSignals(True)
        self.minutes.setValue(habit.minutes)
        self.minutes.blockSignals(False)
        self.minutes.setSuffix(" " + _("min"))
        self.minutes.setSpecialValueText(_("no length"))
        self.before.clear()
        for before in dict.fromkeys([*BEFORE, habit.before]):
            self.before.addItem(_("No reminder") if before is None else says.reminder(before, False), before)
        self.before.setCurrentIndex(list(dict.fromkeys([*BEFORE, habit.before])).index(habit.before))
        name = self.option.title
        name_button(self.sign, _("Icon of “{name}”").format(name=name))
        for action in self.menu.actions():
            action.setText(str(action.data()))
        for part in (self.minutes, self.minutes.lineEdit()):
            part.setAccessibleName(_("Usual length of “{name}”").format(name=name))
        self.before.setAccessibleName(_("Usual reminder of “{name}”").format(name=name))

    def _take(self, **changed: Any) -> None:
        now = {"icon": self.habit.icon, "minutes": self.habit.minutes, "before": self.habit.before, **changed}
        self.wanted.emit(Habit(**now))


class RoomRow(QWidget):
    """A room or a car. wanted(values): it is to be changed so; removed: it is to go."""

    wanted = Signal(object)
    removed = Signal()

    def __init__(self, name: str, single: bool) -> None:
        super().__init__()
        self.line, self.single = QLineEdit(name), QCheckBox()
        self.line.setMaxLength(200)
        self.single.setChecked(single)
        self.cross = icon_button("trash-2", self.removed.emit, 16)
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(10))
        row.addWidget(self.line, 1)
        row.addWidget(self.single)
        row.addWidget(self.cross)
        self.line.editingFinished.connect(self._renamed)
        self.single.clicked.connect(lambda on: self.wanted.emit({"single": on}))
        self.reword()

    def _renamed(self) -> None:
        text = self.line.text().strip()
        if not text:
            self.line.setText(self._name)  # without a name nobody could choose it
        elif text != self._name:
            self._name = text
            self.wanted.emit({"name": text})

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.line.setAccessibleName(_("Name"))
        self.single.setText(_("For one at a time"))
        self.single.setToolTip(_("Two activities at the same time are told to clash."))
        name_button(self.cross, _("Delete “{name}”").format(name=self._name))


class CalendarPanel(Panel):
    """Both lists, kept at once; each change can be undone."""

    below = True
    WORDS = (
        "icon",
        "length",
        "reminder",
        "room",
        "car",
        "会议室",
        "车辆",
        "图标",
        "时长",
        "提醒",
        "活动类型",
    )

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.kinds: dict[str, KindRow] = {}
        self.rooms: dict[bytes, RoomRow] = {}
        self.line(N_("Kinds of activities"), "subtitle")
        self.line(N_("Icon, usual length and usual reminder of a new activity."), "caption")
        self.kind_box = QVBoxLayout()
        self.kind_box.setSpacing(look.px(6))
        self.column.addLayout(self.kind_box)
        (self.list_button,) = self.buttons((N_("Add or rename kinds…"), self.edit_kinds))
        self.column.addSpacing(look.px(12))
        self.line(N_("Rooms and cars"), "subtitle")
        self.line(N_("What an activity can need besides people."), "caption")
        self.room_box = QVBoxLayout()
        self.room_box.setSpacing(look.px(6))
        self.column.addLayout(self.room_box)
        self.new_room, self.add_button = QLineEdit(), QPushButton()
        self.new_room.setMaxLength(200)
        self.new_room.returnPressed.connect(self.add_room)
        self.add_button.clicked.connect(self.add_room)
        line = QGridLayout()
        line.setHorizontalSpacing(look.px(10))
        line.addWidget(self.new_room, 0, 0)
        line.addWidget(self.add_button, 0, 1)
        self.column.addLayout(line)
        self.reword()

    def words(self) -> list[str]:
        names = [translated(option.label, name) for option in self._options() for name in LANGUAGES]
        return [*super().words(), *names]

    def _options(self) -> list[Option]:
        field = self.store.schema.fields("activity")["kind"]
        return [one for one in field.options.entries if not one.off]  # type: ignore[attr-defined]

    # ---- kinds

    def edit_kinds(self) -> None:
        """Open the dialog that changes the list of kinds."""
        from freecrm.ui import pick_lists

        pick_lists.edit(self, self.store, self.tasks, KINDS)
        self.look_again()
        self.list_button.setFocus()

    def _keep(self, key: str, habit: Habit) -> None:
        def work() -> None:
            activities.set_habit(self.store, key, habit)

        self._write(work)

    # ---- rooms

    def add_room(self) -> None:
        """Put in the room whose name stands in the line."""
        name = self.new_room.text().strip()
        if not name:
            self.new_room.setFocus()
            return
        self.new_room.clear()

        def work() -> None:
            with self.store.step(N_("{what} “{name}” added"), what=_("Room or car"), name=name) as step:
                step.insert("resource", {"name": name})

        self._write(work)

    def _change_room(self, id: bytes, name: str, values: dict[str, Any]) -> None:
        def work() -> None:
            with self.store.step(N_("{name} changed"), name=values.get("name", name)) as step:
                step.update("resource", id, values)

        self._write(work)

    def _remove_room(self, id: bytes) -> None:
        def work() -> None:
            from freecrm.store import rooms

            rooms.delete(self.store, id)

        self._write(work)
        self.new_room.setFocus()

    def _write(self, work: Callable[[], None]) -> None:
        self.tasks.run(work, then=lambda _none: self.look_again(), failed=talk.tell_problem, writes=True)

    # ---- showing

    def look_again(self) -> None:
        habits, options = activities.habits(self.store), self._options()
        if list(self.kinds) != [one.key for one in options]:
            self._empty(self.kind_box)
            self.kinds = {}
            for option in options:
                row = KindRow(option, habits[option.key])
                row.wanted.connect(partial(self._keep, option.key))
                self.kinds[option.key] = row
                self.kind_box.addWidget(row)
        for option in options:
            self.kinds[option.key].option = option
            self.kinds[option.key].show_habit(habits[option.key])
        found = activities.rooms(self.store)
        shown = {id: (row.line.text(), row.single.isChecked()) for id, row in self.rooms.items()}
        if found != shown:
            self._empty(self.room_box)
            self.rooms = {}
            for id, (name, single) in found.items():
                line = self.rooms[id] = RoomRow(name, single)
                line.wanted.connect(partial(self._change_room, id, name))
                line.removed.connect(partial(self._remove_room, id))
                self.room_box.addWidget(line)

    def _empty(self, box: QVBoxLayout) -> None:
        while (item := box.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()

    def reword(self) -> None:
        super().reword()
        self.look_again()
        for row in self.rooms.values():
            row.reword()
        self.new_room.setPlaceholderText(_("Name of a room or a car"))
        self.new_room.setAccessibleName(_("Name of a room or a car"))
        self.add_button.setText(_("Add"))
