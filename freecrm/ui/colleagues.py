"""The colleagues in the settings: one line each, kept field by field; and who of them works at this computer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.settings import Setting
from freecrm.core.words import N_, Said, _
from freecrm.store import colleagues, passwords, signin, user_roles
from freecrm.store.colleagues import Colleague
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.offering import offer, why_not
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.setting_panels import Panel
from freecrm.ui.setting_rows import Editor
from freecrm.ui.tabs import order_tabs
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.store.user_roles import Role
    from freecrm.ui.window import MainWindow

FIELDS = (
    ("name", N_("Name"), N_("Name"), 5),
    ("short", N_("Short name"), N_("Short"), 4),
    ("team", N_("Department"), N_("Dept."), 4),
    ("phone", N_("Phone"), N_("Phone"), 7),
    ("email", N_("E-mail"), N_("E-mail"), 7),
)
"""What a line has: which part of a colleague, what it is called, in the empty box, and its share of the width."""
ROLE_SHARE = 6  # of the width, as well
_NEW = object()


class PersonEditor(Editor):
    """One of the colleagues, or nobody. new_wanted: somebody who isn't among them yet."""

    new_wanted = Signal()

    def __init__(self, declared: Setting) -> None:
        super().__init__(declared)
        self.box = ComboBox()
        self.box.activated.connect(self._chosen)
        self._value, self._store = "", None  # type: tuple[str, Store | None]
        self.put(self.box)

    def follow(self, store: Store) -> None:
        """Offer the people of this file."""
        self._store = store
        self.load()

    def load(self) -> None:
        """Offer the people there are now."""
        people = (
            colleagues.everyone(self._store, gone=False, counted=False) if self._store is not None else []
        )
        self.box.clear()
        self.box.addItem(_("Nobody in particular"), "")
        for one in people:
            self.box.addItem(one.name, one.name)
        if self._value and self.box.findData(self._value) < 0:
            self.box.addItem(_("{name} (not in this file)").format(name=self._value), self._value)
        self.box.addItem(_("New colleague…"), _NEW)
        shown, store = self._value, self._store
        on = store is not None and (signin.is_on(store) or signin.team_person(store) is not None)
        if self._store is not None and on:  # it is who signed in or joined, whatever this computer remembers
            shown = next((one.name for one in people if one.id == self._store.user), "")
        self.box.setCurrentIndex(max(self.box.findData(shown), 0))
        self.box.setEnabled(not on)
        self.box.setToolTip(
            _("Who signed in, or joined the team on this computer, works here.") if on else ""
        )

    def _chosen(self, row: int) -> None:
        if self.box.itemData(row) is _NEW:
            self.box.setCurrentIndex(max(self.box.findData(self._value), 0))
            self.new_wanted.emit()
            return
        self._value = str(self.box.itemData(row))
        self.edited.emit()

    def value(self) -> Any:
        return self._value

    def show_value(self, value: Any) -> None:
        self._value = str(value or "")
        self.load()

    def reword(self) -> None:
        self.load()


class Line(QWidget):
    """A colleague. kept(name, value): a part of them is to be another. removed: they are to go. roled(id or None):
    they get this role. more: what else can be done is asked for."""

    kept = Signal(str, object)
    removed = Signal()
    roled = Signal(object)
    more = Signal()

    def __init__(self, one: Colleague) -> None:
        super().__init__()
        self.one = one
        self.boxes: dict[str, QLineEdit] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(6))
        for name, _title, _empty, share in FIELDS:
            box = self.boxes[name] = QLineEdit(getattr(one, name))
            box.setMaxLength(100)
            box.setMinimumWidth(look.px(28))
            box.setCursorPosition(0)
            box.editingFinished.connect(partial(self._edited, name))
            row.addWidget(box, share)
        self.role = ComboBox()
        self.role.activated.connect(
            lambda _row: self.roled.emit(bytes.fromhex(self.role.currentData()) or None)
        )
        self.role.setMinimumWidth(look.px(48))
        self.role.hide()
        row.addWidget(self.role, ROLE_SHARE)
        self.left = QCheckBox()
        self.left.setChecked(one.left)
        self.left.clicked.connect(lambda on: self.kept.emit("left", bool(on)))
        self.cross = icon_button("x", self.removed.emit, 16)
        self.more_button = icon_button("ellipsis", self.more.emit, 16)
        row.addWidget(self.left)
        row.addWidget(self.more_button)
        row.addWidget(self.cross)
        self.reword()

    def _edited(self, name: str) -> None:
        if self.boxes[name].text().strip() != getattr(self.one, name):
            self.kept.emit(name, self.boxes[name].text().strip())

    def dirty(self) -> list[str]:
        """What of it stands there and isn't kept."""
        return [n for n, box in self.boxes.items() if box.text().strip() != getattr(self.one, n)]

    def show_one(self, one: Colleague) -> None:
        """They are this now; what is being typed stays."""
        before, self.one = self.one, one
        for name, box in self.boxes.items():
            untouched = box.text().strip() == getattr(before, name) or not box.hasFocus()
            if untouched and box.text() != getattr(one, name) and not box.property("wrong"):
                box.setText(getattr(one, name))
                box.setCursorPosition(0)
        self.left.setChecked(one.left)

    def show_roles(self, roles: Sequence[Role], held: bytes | None) -> None:
        """Offer these roles; none at all where the firm has none."""
        self.role.setVisible(bool(roles))
        self.role.clear()
        self.role.addItem(_("No role"), "")
        self.role.setItemData(0, _("No role: everything"), Qt.ItemDataRole.ToolTipRole)
        for role in roles:
            self.role.addItem(role.draft.name, role.id.hex())
        self.role.setCurrentIndex(max(self.role.findData((held or b"").hex()), 0))

    def allow(self, change: Said | None, rule: Said | None, delete: Said | None) -> None:
        """Take changes, a role and deletion, or say why not."""
        for part in (*self.boxes.values(), self.role, self.left):
            why = rule if part in (self.boxes["team"], self.role, self.left) else change
            part.setEnabled(why is None)
            part.setToolTip(str(why or ""))
        offer(self.cross, delete, tip=self.cross.accessibleName())

    def mark(self, name: str, wrong: bool) -> None:
        """Show that a part is not taken, or that it is."""
        box = self.boxes.get(name)
        if box is not None:
            box.setProperty("wrong", wrong)
            look.refresh(box)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        who = self.one.name
        for name, title, empty, _share in FIELDS:
            self.boxes[name].setPlaceholderText(_(empty))
            self.boxes[name].setAccessibleName(_("{what} of {name}").format(what=_(title), name=who))
        self.left.setText(_("Has left"))
        self.left.setAccessibleName(_("{what}: {name}").format(what=_("Has left"), name=who))
        name_button(self.cross, _("Delete {name}").format(name=who))
        name_button(self.more_button, _("More for {name}").format(name=who))
        self.role.setAccessibleName(_("{what} of {name}").format(what=_("Role"), name=who))


class ColleaguesPanel(Panel):
    """All colleagues, and a line for a new one."""

    WORDS = ("colleague", "user", "team", "staff", "employee", "同事", "员工", "业务员", "离职", "用户")
    below = True

    def __init__(self, store: Store, tasks: Tasks, window: MainWindow | None = None) -> None:
        """window: whose dialogs are opened over it."""
        super().__init__()
        self.store, self.tasks, self.window_ = store, tasks, window
        self.lines: dict[bytes, Line] = {}
        self.line(
            N_(
                "Who owns customers and has appointments. Whoever has left keeps their history and is offered no more."
            ),
            "caption",
        )
        body = QWidget()
        self.rows = QVBoxLayout(body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(look.px(6))
        self.column.addWidget(body)
        self.new_line, self.add_button = QLineEdit(), QPushButton()
        self.new_line.setMaxLength(100)
        self.new_line.returnPressed.connect(self.add)
        self.add_button.clicked.connect(self.add)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(8))
        foot.addWidget(self.new_line, 1)
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        self.look_again()
        self.reword()

    def look_again(self) -> None:
        people = colleagues.everyone(self.store)
        order = [one.id for one in people]
        if order != list(self.lines):
            kept = dict(self.lines)
            self.lines = {}
            for one in people:
                line = kept.pop(one.id, None) or self._made(one)
                self.rows.removeWidget(line)
                self.rows.addWidget(line)
                self.lines[one.id] = line
            for gone in kept.values():
                gone.hide()
                gone.deleteLater()
            order_tabs(self)
        roles, held = user_roles.everyone(self.store), user_roles.held(self.store)
        for one in people:
            self.lines[one.id].show_one(one)
            self.lines[one.id].show_roles(roles, held.get(one.id))
            self.lines[one.id].reword()
            change, delete = (
                why_not(self.store, action, ("user", one.id)) for action in ("change", "delete")
            )
            self.lines[one.id].allow(change, why_not(self.store, "change", ("user", None)), delete)
        why = why_not(self.store, "create", ("user", None))
        offer(self.add_button, why)
        self.new_line.setEnabled(why is None)

    def _made(self, one: Colleague) -> Line:
        line = Line(one)
        line.kept.connect(partial(self._keep, one.id))
        line.removed.connect(partial(self._remove, one.id))
        line.roled.connect(partial(self._give, one.id))
        line.more.connect(partial(self._more, line))
        return line

    def _keep(self, id: bytes, name: str, value: object) -> None:
        line = self.lines[id]

        def done(_none: object) -> None:
            line.mark(name, False)
            self._tell(None)
            self.look_again()

        def failed(problem: Known) -> None:
            line.mark(name, True)
            self._tell(problem)

        if value == getattr(line.one, name):
            done(None)
            return
        work = partial(colleagues.change, self.store, id, name, value)
        self.tasks.run(work, then=done, failed=failed, writes=True)

    def _give(self, id: bytes, role: bytes | None) -> None:
        def failed(problem: Known) -> None:
            self._tell(problem)
            self.look_again()

        work = partial(user_roles.give, self.store, id, role)
        self.tasks.run(work, then=lambda _none: self._tell(None), failed=failed, writes=True)

    def menu(self, line: Line) -> QMenu:
        """What else can be done with a colleague."""
        menu = QMenu(self)
        on, gives = signin.is_on(self.store), signin.may_give(self.store)
        action = menu.addAction(_("Hand over their work…"))
        action.setEnabled(gives or line.one.id == self.store.user)
        action.triggered.connect(lambda: self._hand_over(line.one.id))
        if on:
            menu.addSeparator()
            action = menu.addAction(_("Set the password…"))
            action.setEnabled(gives or line.one.id == self.store.user)
            action.triggered.connect(lambda: self._password(line.one))
            action = menu.addAction(_("Take the password away"))
            known = {one.id for one in passwords.people(self.store)}
            action.setEnabled(gives and line.one.id in known and line.one.id != self.store.user)
            action.triggered.connect(lambda: self._forget(line.one.id))
        return menu

    def _more(self, line: Line) -> None:
        menu, button = self.menu(line), line.more_button
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _hand_over(self, id: bytes) -> None:
        from freecrm.store import undo
        from freecrm.ui.rights.hand_over import HandOverDialog

        def back(step: int) -> None:
            self.tasks.run(undo.undo, self.store, step, writes=True, failed=self._tell)

        HandOverDialog(self.window_ or self, self.store, self.tasks, id, back).open()

    def _password(self, one: Colleague) -> None:
        from freecrm.ui.rights.sign_in import PasswordDialog

        PasswordDialog(self.window_ or self, self.store, one.id, one.name).open()

    def _forget(self, id: bytes) -> None:
        try:
            passwords.forget(self.store, id)
        except Known as problem:
            self._tell(problem)

    def _remove(self, id: bytes) -> None:
        def done(_none: object) -> None:
            self._tell(None)
            self.new_line.setFocus()

        self.tasks.run(colleagues.delete, self.store, id, then=done, failed=self._tell, writes=True)

    def add(self) -> None:
        """Put in the colleague whose name is typed."""

        def done(_id: bytes) -> None:
            self.new_line.clear()
            self._tell(None)
            self.look_again()

        self.tasks.run(
            colleagues.add, self.store, self.new_line.text(), then=done, failed=self._tell, writes=True
        )

    def _tell(self, problem: Known | None) -> None:
        self.trouble.setText("" if problem is None else str(problem))
        self.trouble.setVisible(problem is not None)
        if problem is not None:
            announce(self, str(problem))

    def unsaved(self) -> list[str]:
        typed = [_("New colleague")] if self.new_line.text().strip() else []
        titles = {name: title for name, title, *_more in FIELDS}
        for line in self.lines.values():
            typed += [
                _("{what} of {name}").format(what=_(titles[n]), name=line.one.name) for n in line.dirty()
            ]
        return typed

    def save(self) -> None:
        if self.new_line.text().strip():
            self.add()
        for id, line in list(self.lines.items()):
            for name in line.dirty():
                self._keep(id, name, line.boxes[name].text().strip())

    def give_up(self) -> None:
        self.new_line.clear()
        for line in self.lines.values():
            for name, box in line.boxes.items():
                line.mark(name, False)
                box.setText(getattr(line.one, name))
        self._tell(None)

    def reword(self) -> None:
        super().reword()
        self.new_line.setPlaceholderText(_("Name of a new colleague"))
        self.new_line.setAccessibleName(_("Name of a new colleague"))
        self.add_button.setText(_("Add"))
        for line in self.lines.values():
            line.reword()
