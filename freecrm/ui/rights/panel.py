"""Sign-in and rights in the settings: whether a password is asked for, roles, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural
from freecrm.store import passwords, signin
from freecrm.ui import talk
from freecrm.ui.offering import offer
from freecrm.ui.page import Place
from freecrm.ui.parts import label
from freecrm.ui.rights import desk
from freecrm.ui.setting_panels import Panel

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


class RightsPanel(Panel):
    """Follows the file of the window."""

    WORDS = (
        "password",
        "sign in",
        "log in",
        "lock",
        "role",
        "rights",
        "permission",
        "recovery",
        "密码",
        "登录",
        "锁屏",
        "角色",
        "权限",
        "恢复码",
    )

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window_ = window
        self.state = label("strong")
        self.state.setWordWrap(True)
        self.column.addWidget(self.state)
        self.line(
            N_(
                "Roles say what people see and do. They hold where people are told apart: once a password is asked for,"
                " and in a team. The file itself is not encrypted: a sign-in keeps honest people apart, no more."
            ),
            "caption",
        )
        (self.on_button,) = self.buttons((N_("Ask for a password…"), lambda: desk.turn_on(window)))
        self.own_button, self.sheet_button, self.lock_button, self.off_button = self.buttons(
            (N_("Change your password…"), lambda: desk.change_password(window)),
            (N_("New recovery sheet…"), self._sheet),
            (N_("Lock now"), window.lock.lock),
            (N_("Ask no more"), self._off),
        )
        self.roles_button, self.trail_button = self.buttons(
            (N_("Roles…"), lambda: window.visit(Place("roles"))),
            (N_("Log of sign-ins and exports"), lambda: window.visit(Place("trail"))),
        )
        self.reword()

    def _sheet(self) -> None:
        try:
            desk.new_sheet(self.window_)
        except Known as problem:
            talk.tell_problem(problem)

    def _off(self) -> None:
        try:
            passwords.turn_off(self.window_.store)
        except Known as problem:
            talk.tell_problem(problem)
        desk.follow(self.window_)
        self.look_again()

    def look_again(self) -> None:
        store = self.window_.store
        on, gives = signin.is_on(store), signin.may_give(store)
        if on:
            people = len(passwords.people(store))
            self.state.setText(
                plural(
                    "A password is asked for; {n} person can sign in.",
                    "A password is asked for; {n} people can sign in.",
                    people,
                )
            )
        elif signin.team_person(store) is not None:
            self.state.setText(
                _("Roles hold as the team's database has them; no password is asked for here.")
            )
        else:
            self.state.setText(
                _("No password is asked for: whoever opens this file sees and does everything.")
            )
        self.on_button.setVisible(not on)
        for button in (self.own_button, self.lock_button):
            button.setVisible(on)
        for button in (self.sheet_button, self.off_button):
            button.setVisible(on and gives)
        why = signin.why_gives_none(store)
        for button in (self.on_button, self.trail_button):
            offer(button, why)

    def reword(self) -> None:
        super().reword()
        self.look_again()
