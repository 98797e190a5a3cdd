"""The roles of the firm: the list of them, and the one that is edited: its matrix and its fields, kept by Save."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
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

from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.store import signin, user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft, Role
from freecrm.ui import look
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, announce, label
from freecrm.ui.rights.matrix import HIDDEN, PART, READ, FieldRights, Matrix
from freecrm.ui.tasks import Tasks

LEFT = 200


class RolesPage(Page):
    """What is typed is kept by Save; going elsewhere asks."""

    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.roles: list[Role] = []
        self.id: bytes | None = None
        self.held = Draft("")
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
        self.empty = EmptyState("shield-check")
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
        self.name, self.admin = QLineEdit(), QCheckBox()
        self.name.setMaxLength(60)
        self.name.setMaximumWidth(look.px(320))
        self.name_label, self.people = QLabel(), label("hint")
        self.name_label.setBuddy(self.name)
        self.matrix_title, self.fields_title = label("strong"), label("strong")
        self.matrix_hint = label("hint")
        self.people.setWordWrap(True)
        self.matrix_hint.setWordWrap(True)
        self.matrix, self.fields = Matrix(self.store), FieldRights(self.store)
        inner = QWidget()
        form = QVBoxLayout(inner)
        form.setContentsMargins(0, 0, look.px(8), 0)
        form.setSpacing(look.px(8))
        for part in (
            self.name_label,
            self.name,
            self.people,
            self.admin,
            self.matrix_title,
            self.matrix_hint,
            self.matrix,
            self.fields_title,
            self.fields,
        ):
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
        self.admin.toggled.connect(self._edited)
        self.matrix.changed.connect(self._edited)
        self.fields.changed.connect(self._edited)
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
        """Show the roles that there are, the same one chosen as before."""
        self.roles = user_roles.everyone(self.store)
        ids = [one.id for one in self.roles]
        if self.id not in ids:
            self.id = ids[0] if ids else None
        self._filling = True
        self.list.clear()
        for one in self.roles:
            item = QListWidgetItem(one.draft.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, one.id.hex())
        if self.id is not None:
            self.list.setCurrentRow(ids.index(self.id))
        self._filling = False
        for part in (self.list, self.new_button, self.editor):
            part.setVisible(bool(ids))
        self.empty.setVisible(not ids)
        self._show()
        self.reword()
        self.changed.emit()

    @property
    def role(self) -> Role | None:
        """The one that is edited."""
        return next((one for one in self.roles if one.id == self.id), None)

    def _show(self) -> None:
        draft = self.role.draft if self.role is not None else Draft("")
        self._filling = True
        self.name.setText(draft.name)
        self.admin.setChecked(draft.admin)
        self.matrix.show_grants(draft.grants)
        self.fields.show_draft(draft)
        self._filling = False
        self.held = self.draft()
        self.trouble.hide()
        self._tell()

    def draft(self) -> Draft:
        """The role as it shall be."""
        return Draft(
            self.name.text().strip(),
            self.admin.isChecked(),
            self.matrix.grants(),
            hidden=self.fields.pairs(HIDDEN),
            readonly=self.fields.pairs(READ),
            masked=self.fields.pairs(PART),
        )

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if self._filling or item is None:
            return
        wanted = bytes.fromhex(item.data(Qt.ItemDataRole.UserRole))
        if self.unsaved() and not self.save():
            self._filling = True
            self.list.setCurrentRow([one.id for one in self.roles].index(self.id or b""))
            self._filling = False
            return
        self.id = wanted
        self._show()
        self.reword()

    def _edited(self) -> None:
        if not self._filling:
            self.trouble.hide()
            self._tell()
            self.changed.emit()

    def _tell(self) -> None:
        dirty = bool(self.unsaved())
        may = signin.may_give(self.store)
        self.save_button.setEnabled(dirty and may)
        self.undo_button.setEnabled(dirty)
        self.delete_button.setEnabled(may)

    # ---- what is done

    def new(self) -> None:
        """Begin a role of one's own: one that may do everything."""
        if self.unsaved() and not self.save():
            return
        taken = {one.draft.name for one in self.roles}
        name, n = _("New role"), 2
        while name in taken:
            name, n = _("New role {n}").format(n=n), n + 1
        try:
            self.id = user_roles.save(self.store, None, Draft(name))
        except Known as problem:
            self._refused(problem)
            return
        self.load()
        self.name.setFocus()
        self.name.selectAll()

    def take_ready(self) -> None:
        """Take over the roles that FreeCRM offers."""
        try:
            user_roles.take_ready(self.store)
        except Known as problem:
            self._refused(problem)
        self.load()

    def delete(self) -> None:
        """Delete the role, if nobody has it."""
        if self.id is None:
            return
        try:
            user_roles.delete(self.store, self.id)
        except Known as problem:
            self._refused(problem)
            return
        self.load()

    def save(self) -> bool:
        if not self.unsaved() or self.id is None:
            return True
        try:
            user_roles.save(self.store, self.id, self.draft())
        except Known as problem:
            self._refused(problem)
            return False
        self.load()
        return True

    def _refused(self, problem: Known) -> None:
        self.trouble.setText(str(problem))
        self.trouble.show()
        announce(self, str(problem))

    def give_up(self) -> None:
        self._show()

    def unsaved(self) -> list[str]:
        if self.id is None or self.draft() == replace(self.held):
            return []
        return [self.held.name or _("Role")]

    def heard(self, touched: Touched | None) -> None:
        if not self.unsaved() and (touched is None or touched.ids.keys() & {"role", "user"}):
            self.load()

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Settings"), _("Roles")]

    def summary(self) -> str:
        return plural("{n} role", "{n} roles", len(self.roles))

    def panes(self) -> list[Pane]:
        return [(self.list, self.focus_first), (self.editor, self.name.setFocus)]

    def focus_first(self) -> None:
        (self.list if self.roles else self.ready_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Roles"))
        self.text.setText(
            _(
                "What people of one kind see and do. Roles hold once a password is asked for (Settings, Sign-in and"
                " rights) and in a team; who has no role may do everything."
            )
        )
        self.list.setAccessibleName(_("Roles"))
        self.new_button.setText(_("New role"))
        self.name_label.setText(_("Name"))
        self.admin.setText(_("May give rights, set passwords and change what the firm has set"))
        people = self.role.people if self.role is not None else 0
        self.people.setText(
            plural("{n} colleague has this role.", "{n} colleagues have this role.", people)
            + " "
            + _("Give it in Settings, Colleagues.")
        )
        self.matrix_title.setText(_("Whose records"))
        self.matrix_hint.setText(
            _(
                "Own: those this person owns. Department: those of everybody in the same department. What nobody owns is"
                " everybody's. “–”: as in the line “All else”. What belongs to a record (phones, notes, lines) goes"
                " with it."
            )
        )
        self.fields_title.setText(_("Fields"))
        self.matrix.reword()
        self.fields.reword()
        self.delete_button.setText(_("Delete"))
        self.undo_button.setText(_("Give up"))
        self.save_button.setText(_("Save"))
        self.empty.title.setText(_("No roles yet"))
        self.empty.text.setText(_("Everybody sees and does everything."))
        self.empty.repaint_icon()
        self.ready_button.setText(_("Take the usual four"))
        self.own_button.setText(_("New role"))
        self._tell()
