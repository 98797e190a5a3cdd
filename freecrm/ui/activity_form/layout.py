"""What the form of an activity is put together from, and how it stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.record import Record
from freecrm.core.words import N_, _, inside
from freecrm.ui import look
from freecrm.ui.activity_form import says
from freecrm.ui.activity_form.clash_box import ClashBox
from freecrm.ui.activity_form.kinds import KindEditor
from freecrm.ui.activity_form.line import Line
from freecrm.ui.activity_form.people import PeopleEditor
from freecrm.ui.activity_form.reminders import RemindersEditor
from freecrm.ui.activity_form.repeat import RepeatEditor
from freecrm.ui.activity_form.when import WhenEditor
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.fitting import Button
from freecrm.ui.form_hints import SaveTrouble
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tabs import order_tabs

if TYPE_CHECKING:
    from freecrm.ui.activity_form.form import ActivityForm

MORE = ("room", "owner_user", "text", "files")
"""Lines that a short form folds away while there is nothing in them."""


class Parts:
    """The widgets of one form. editors: by field name; lines: what stands below each other with a name."""

    def __init__(self, form: ActivityForm) -> None:
        store, tasks = form.store, form.tasks
        self.form, self._open = form, False
        fields = store.schema.fields("activity")
        self.editors: dict[str, Editor] = {"kind": KindEditor(fields["kind"], store, tasks)}
        for name in ("subject", "customer", "place", "room", "owner_user", "text", "files", "result"):
            self.editors[name] = editor_for(fields[name], store, tasks)
        self.when, self.clash = WhenEditor(store, tasks), ClashBox()
        self.people, self.reminders, self.repeat = (
            PeopleEditor(store, tasks),
            RemindersEditor(),
            RepeatEditor(store, tasks),
        )
        self.free = QCheckBox()
        self.editors["files"].where.setWordWrap(True)  # type: ignore[attr-defined]
        self.trouble, self.zone_note, self.written = SaveTrouble(), label("warning"), label("caption")
        self.done_note = label("success")
        for part in (self.zone_note, self.written, self.done_note):
            part.setWordWrap(True)
        self.customer_button = icon_button("external-link", lambda: None)
        self.lines: dict[str, Line] = {
            "subject": Line(N_("Subject"), self.editors["subject"], self.editors["subject"].main()),
            "kind": Line(N_("Kind"), self.editors["kind"], self.editors["kind"].main()),
            "customer": self._line(N_("Customer"), "customer", self.customer_button),
            "people": Line(N_("Attendees"), self.people, self.people.main()),
            "place": self._line(N_("Place"), "place"),
            "reminders": Line(N_("Reminder"), self.reminders, self.reminders.main()),
            "repeats": Line(N_("Repeats"), self.repeat, self.repeat.main()),
            "room": self._line(N_("Room or car"), "room"),
            "owner_user": self._line(N_("Owner"), "owner_user"),
            "text": self._line(N_("Notes"), "text"),
            "files": self._line(N_("Files"), "files"),
            "result": self._line(N_("What came of it"), "result"),
        }
        for name in ("subject", "kind"):
            self.lines[name].name.hide()
        self._build()

    def _line(self, text: str, name: str, beside: QWidget | None = None) -> Line:
        return Line(text, self.editors[name], self.editors[name].main(), beside)

    def _build(self) -> None:
        form = self.form
        self.title = label("strong")
        self.close_button = icon_button("x", lambda: None)
        self.head = QWidget()
        head = QHBoxLayout(self.head)
        head.setContentsMargins(*(look.px(side) for side in (16, 12, 10, 8)))
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        self.head_edge = _edge()
        inside_area = self.inner = QWidget()
        self.column = column = QVBoxLayout(inside_area)
        column.setContentsMargins(*(look.px(side) for side in (16, 12, 16, 16)))
        column.setSpacing(look.px(10))
        self.more_button = QPushButton()
        self.more_button.setProperty("kind", "fold")
        self.more_button.clicked.connect(lambda: self.unfold(not self._open))
        self.more = QWidget()
        below = QVBoxLayout(self.more)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(look.px(10))
        for name in MORE:
            below.addWidget(self.lines[name])
        below.addWidget(self.free)
        first: tuple[QWidget, ...] = (
            self.trouble, self.done_note, self.lines["subject"], self.lines["kind"], self.when, self.zone_note,
            self.clash,
        )  # fmt: skip
        for part in first:
            column.addWidget(part)
        for name in ("result", "customer", "people", "place", "reminders", "repeats"):
            column.addWidget(self.lines[name])
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.more)
        column.addWidget(self.written)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside_area)
        whole = QVBoxLayout(form)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.head_edge)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._foot())
        self.unfold(False)
        self.reword()

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setProperty("foot", True)
        self.delete_button = icon_button("trash-2", lambda: None)
        look.dress(self.delete_button, "trash-2", 18, "danger")
        self.finish_button, self.save_button, self.move_button = QPushButton(), QPushButton(), Button()
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (12, 8, 16, 8)))
        row.setSpacing(look.px(8))
        row.addWidget(self.delete_button)
        row.addWidget(self.finish_button)
        row.addStretch(1)
        row.addWidget(self.save_button)
        row.addWidget(self.move_button)
        return foot

    # ---- showing

    def unfold(self, yes: bool) -> None:
        """Show the lines that are rarely needed, or those of them only that hold something."""
        self._open = yes
        self.more.setVisible(yes)
        self.more_button.setText(_("Less") if yes else _("More"))
        look.dress(self.more_button, "chevron-down" if yes else "chevron-right", 16)
        order_tabs(self.form)

    def show_all_lines(self, values: dict[str, Any]) -> None:
        """Unfold what holds something that nobody should overlook."""
        held = any(values.get(name) for name in ("room", "text", "files", "free"))
        owner = values.get("owner_user")
        self.unfold(bool(held or (owner and owner != self.form.store.user)))

    def show_more(self, name: str) -> None:
        """Unfold where a line is that something has to be done in."""
        if name in MORE:
            self.unfold(True)

    def show_record(self, record: Record | None, instance: dt.datetime | None) -> None:
        """Say what is known of the activity that is shown."""
        done = record is not None and record["state"] != "planned"
        self.lines["result"].setVisible(done)
        self.done_note.setVisible(done)
        if record is not None and done:
            self.done_note.setText(_done_words(self.form, record))
        self.written.setText(_written_words(self.form, record) if record is not None else "")
        self.written.setVisible(bool(self.written.text()))
        self.show_title(self.form.heading(), False)

    def show_title(self, heading: str, unsaved: bool) -> None:
        """Say at the head what this is, with a mark where something is not saved."""
        text = _("New activity") if self.form.id is None else _("Edit activity")
        self.title.setText(text + (" ●" if unsaved else ""))
        self.form.setAccessibleName(heading)

    def show_foot(self, *, new: bool, finish: bool) -> None:
        """Show the buttons that have something to do now."""
        slot, warns = self.clash.slot, self.clash.warns
        named = self.editors["customer"].value() is not None
        self.customer_button.setVisible(self.form.can_open and named)
        self.delete_button.setVisible(not new)
        self.finish_button.setVisible(finish and not warns)
        self.save_button.setText(_("Save anyway") if warns else _("Save"))
        self.save_button.setToolTip(_("Save (Ctrl+Enter)"))
        self.move_button.setVisible(slot is not None)
        if slot is not None and self.clash.outlook is not None:
            begins = says.local(slot.start)
            same = begins.date() == says.local(self.clash.outlook.draft.start).date()
            clock, day = f"{begins:%H:%M}", inside(says.near(begins.date()))
            short = f"{begins.month}/{begins.day}"
            times = (clock,) if same else (f"{day} {clock}", f"{short} {clock}", short)
            self.move_button.set_texts(*(_("Move to {time}").format(time=time) for time in times))
        for button, main in ((self.save_button, slot is None), (self.move_button, True)):
            kind = "primary" if main else ""
            if button.property("kind") != kind:
                button.setProperty("kind", kind)
                look.refresh(button)

    def show_clash(self) -> None:
        """Bring into sight what stands in the way."""
        at = self.clash.mapTo(self.inner, QPoint(0, 0))
        self.area.ensureVisible(0, at.y() + self.clash.height(), 0, 0)
        self.area.ensureVisible(0, at.y(), 0, look.px(20))
        (self.move_button if self.clash.slot is not None else self.save_button).setFocus()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        for editor in self.editors.values():
            editor.reword()
        for name, line in self.lines.items():
            line.reword()
            if name in self.editors:
                self.editors[name].name(_(line.text))
        subject = self.editors["subject"].main()
        subject.setPlaceholderText(_("What is to be done"))  # type: ignore[attr-defined]
        place = self.editors["place"].main()
        place.setPlaceholderText("")  # type: ignore[attr-defined]
        for part in (self.when, self.clash, self.people, self.reminders, self.repeat, self.trouble):
            part.reword()
        self.free.setText(_("Blocks no time"))
        self.free.setToolTip(_("Others may be planned at the same time without a warning."))
        self.finish_button.setText(_("Finish…"))
        self.finish_button.setToolTip(_("Say what came of it and what comes next"))
        name_button(self.close_button, _("Close"), "Esc")
        name_button(self.delete_button, _("Delete"))
        name_button(self.customer_button, _("Open the customer"))
        self.more_button.setText(_("Less") if self._open else _("More"))


def _edge() -> QWidget:
    made = QWidget()
    made.setProperty("edge", True)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setFixedHeight(1)
    return made


def _done_words(form: ActivityForm, record: Record) -> str:
    fields = form.store.schema.fields("activity")
    at = record["done_at"] or record["start"]
    words = [fields["state"].show(record["state"])]
    if record["outcome"]:
        words.append(fields["outcome"].show(record["outcome"]))
    if at is not None:
        words.append(says.time(at))
    return " · ".join(words)


def _written_words(form: ActivityForm, record: Record) -> str:
    """When it was written and by whom."""
    from freecrm.store import history

    at, who = history.written(form.store, [record.id]).get(record.id, (None, None))
    if at is None:
        return ""
    names = form.store.reader().titles("user", {who}) if who is not None else {}
    said = f"{says.local(at).date().isoformat()} {says.clock(at)}"
    name = names.get(who or b"", "")
    return (
        _("Planned by {name}, {when}").format(name=name, when=said)
        if name
        else _("Planned {when}").format(when=said)
    )
