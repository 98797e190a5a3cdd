"""The roles of the firm: the list of them, and the one that is edited: its matrix and its fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from freecrm.core.words import _, plural, sentences
from freecrm.store import user_roles
from freecrm.store.user_roles import Draft, Role
from freecrm.ui import look
from freecrm.ui.index_page import IndexPage
from freecrm.ui.parts import label
from freecrm.ui.rights.matrix import HIDDEN, PART, READ, FieldRights, Matrix


class RolesPage(IndexPage):
    """What is typed is kept by Save; going elsewhere asks."""

    entity, wide, icon, touches = "role", 200, "shield-check", frozenset({"role", "user"})

    def form(self) -> Iterable[QWidget]:
        self.admin = QCheckBox()
        self.name.setMaxLength(60)
        self.name.setMaximumWidth(look.px(320))
        self.name_label, self.people = QLabel(), label("hint")
        self.name_label.setBuddy(self.name)
        self.matrix_title, self.fields_title = label("strong"), label("strong")
        self.matrix_hint = label("hint")
        self.people.setWordWrap(True)
        self.matrix_hint.setWordWrap(True)
        self.matrix, self.fields = Matrix(self.store), FieldRights(self.store)
        for told in (self.admin.toggled, self.matrix.changed, self.fields.changed):
            told.connect(self.edited)
        return (
            self.name_label,
            self.name,
            self.people,
            self.admin,
            self.matrix_title,
            self.matrix_hint,
            self.matrix,
            self.fields_title,
            self.fields,
        )

    def typed_into(self) -> Iterable[QWidget]:
        # of which kind of record the fields are shown can be chosen by all
        return self.name, self.admin, self.matrix, self.fields.body

    # ---- what is shown

    def entries(self) -> Sequence[tuple[bytes, str]]:
        self.roles = user_roles.everyone(self.store)
        return [(one.id, one.draft.name) for one in self.roles]

    @property
    def role(self) -> Role | None:
        """The one that is edited."""
        return next((one for one in self.roles if one.id == self.id), None)

    def fill(self) -> None:
        draft = self.role.draft if self.role is not None else Draft("")
        self.name.setText(draft.name)
        self.admin.setChecked(draft.admin)
        self.matrix.show_grants(draft.grants)
        self.fields.show_draft(draft)

    def values(self) -> Draft:
        """The role as it shall be."""
        return Draft(
            self.name.text().strip(),
            self.admin.isChecked(),
            self.matrix.grants(),
            hidden=self.fields.pairs(HIDDEN),
            readonly=self.fields.pairs(READ),
            masked=self.fields.pairs(PART),
        )

    def unsaved_title(self) -> str:
        return self.held.name or _("Role")

    # ---- what is done

    def begin(self) -> bytes:
        """A role that may do everything."""
        taken = {one.draft.name for one in self.roles}
        name, n = _("New role"), 2
        while name in taken:
            name, n = _("New role {n}").format(n=n), n + 1
        return user_roles.save(self.store, None, Draft(name))

    def write(self, id: bytes) -> None:
        user_roles.save(self.store, id, self.values())

    def remove(self, id: bytes) -> None:
        """Delete it, if nobody has it."""
        user_roles.delete(self.store, id)

    def add_ready(self) -> None:
        user_roles.take_ready(self.store)

    # ---- words

    def crumbs(self) -> list[str]:
        return [_("Settings"), _("Roles")]

    def summary(self) -> str:
        return plural("{n} role", "{n} roles", len(self.roles))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Roles"))
        self.text.setText(
            _(
                "What people of one kind see and do. Roles hold once a password is asked for (Settings → Sign-in and"
                " rights) and in a team; who has no role may do everything."
            )
        )
        self.list.setAccessibleName(_("Roles"))
        self.new_button.setText(_("New role"))
        self.name_label.setText(_("Name"))
        self.admin.setText(_("May give rights, set passwords and change what the firm has set"))
        people = self.role.people if self.role is not None else 0
        self.people.setText(
            sentences(
                plural("{n} colleague has this role.", "{n} colleagues have this role.", people),
                _("Give it in Settings → Colleagues."),
            )
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
        self.empty.title.setText(_("No roles yet"))
        self.empty.text.setText(_("Everybody sees and does everything."))
        self.ready_button.setText(_("Take the usual four"))
        self.own_button.setText(_("New role"))
