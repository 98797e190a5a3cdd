"""The team in the settings: what it is and how to join, or how the exchange stands and how to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6

from freecrm.core.words import N_, _
from freecrm.ui.page import Place
from freecrm.ui.parts import label
from freecrm.ui.setting_panels import Panel

if TYPE_CHECKING:
    from freecrm.ui.team.desk import TeamDesk


class TeamPanel(Panel):
    """Follows the desk of the window."""

    WORDS = (
        "team",
        "sync",
        "server",
        "share",
        "postgresql",
        "LAN",
        "团队",
        "同步",
        "服务器",
        "共享",
        "局域网",
        "多人",
        "stick",
        "offline",
        "region",
        "U盘",
        "离线",
        "地区",
    )

    def __init__(self, desk: TeamDesk) -> None:
        super().__init__()
        self.desk = desk
        self.line(
            N_(
                "Colleagues in one office share their customers through a server of their own: each works in a file on"
                " this computer, with or without the network, and changes are exchanged by themselves."
            ),
            "caption",
        )
        self.team, self.how, self.warnings = label("strong"), label(), label("trouble")
        for part in (self.team, self.how, self.warnings):
            part.setWordWrap(True)
            self.column.addWidget(part)
        self.join_button, self.how_button = self.buttons(
            (N_("Join a team…"), lambda: desk.join()),
            (N_("How a team is set up"), lambda: desk.window.visit(Place("help", "team"))),
        )
        self.now_button, self.password_button, self.change_button, self.leave_button = self.buttons(
            (N_("Exchange now"), desk.now),
            (N_("Type the password…"), desk.ask_password),
            (N_("Change the password…"), desk.change_password),
            (N_("Leave the team…"), desk.leave),
        )
        (self.delete_button,) = self.buttons((N_("It is meant: go on with deleting"), desk.let_delete))
        self.delete_button.setProperty("kind", "danger")
        self.files = self.line(
            N_(
                "Without a network: a file on a stick or in a chat takes your changes to a computer that reaches the server,"
                " and an answer brings those of others back. Only the server can read the one, only this computer the other."
            ),
            "caption",
        )
        self.write_button, self.take_button = self.buttons(
            (N_("Write a file for the server…"), desk.write_file),
            (N_("Carry in or read a file…"), desk.take_file),
        )
        self.part = label()
        self.part.setWordWrap(True)
        self.column.addWidget(self.part)
        (self.part_button,) = self.buttons((N_("What this computer holds…"), desk.choose_part))
        desk.changed.append(self._heard)
        self.reword()

    def _heard(self) -> None:
        if shiboken6.isValid(self):
            self.look_again()
        else:  # the page was left
            self.desk.changed.remove(self._heard)

    def look_again(self) -> None:
        desk, inside = self.desk, self.desk.address is not None
        buttons = (self.now_button, self.password_button, self.leave_button, self.delete_button)
        more = (self.files, self.write_button, self.take_button, self.part, self.part_button)
        for part in (self.team, self.how, self.warnings, *buttons, *more):
            part.setVisible(inside)
        self.join_button.setVisible(not inside)
        self.how_button.setVisible(not inside)
        self.change_button.setVisible(inside)
        if desk.address is None:
            return
        login, host = desk.address.login, desk.address.host
        self.team.setText(_("{team}: {login} at {host}").format(team=desk.name, login=login, host=host))
        self.how.setText(desk.line()[0])
        self.part.setText(desk.part())
        self.warnings.setText("\n".join(str(one) for one in desk.warnings))
        self.warnings.setVisible(bool(desk.warnings))
        stopped = desk.state is not None and desk.state.kind == "stopped"
        braked = desk.state is not None and desk.state.braked
        self.password_button.setVisible(desk.asks_password)
        self.delete_button.setVisible((stopped and braked) or desk.stopped_at is not None)

    def reword(self) -> None:
        super().reword()
        self.look_again()
