"""The window of a file in a team: joining by clicks, the line in the status bar, leaving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine
from freecrm.sync import joining
from freecrm.ui import cells, look, talk
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.tasks import Tasks
from freecrm.ui.team.join_dialog import JoinDialog, LeaveQuestion
from freecrm.ui.team.panel import TeamPanel
from freecrm.ui.window import MainWindow
from tests.files import new_store
from tests.sync.conftest import Firm

WAIT = 20_000


class Safe(KeyringBackend):
    """A safe for passwords as a desktop has one."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.held.pop((service, username), None)


@pytest.fixture
def safe() -> Iterator[Safe]:
    before, made = keyring.get_keyring(), Safe()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, safe: Safe) -> Iterator[MainWindow]:
    look.apply(qapp, "light")
    cells.warm_up()
    store = new_store(tmp_path / "mine.freecrm")
    store.keep("started", True)
    made = MainWindow(store, Tasks(InLine()), Preferences(tmp_path / "settings"))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.team.stop()
    made.close()
    made.tasks.close()
    store.close()


def dialog(window: MainWindow, kind: type) -> JoinDialog:
    return next(one for one in window.findChildren(kind) if one.isVisible())


def panel(window: MainWindow) -> TeamPanel:
    page = window.visit(Place("settings", "share"))
    assert isinstance(page, SettingsPage)
    found = page.sections["share"].panel
    assert isinstance(found, TeamPanel)
    return found


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[arg-type]


def test_joining_working_and_leaving(
    window: MainWindow, firm: Firm, qtbot: QtBot, safe: Safe, tmp_path: Path
) -> None:
    other = firm.desktop("lin")
    theirs = other.add(name="云杉谷酒店")
    other.sync()
    firm.member("shen")
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    shown = panel(window)
    assert not window.status.team.isVisible()
    assert shown.join_button.isVisible()
    assert not shown.leave_button.isVisible()
    with talk.recording() as heard:
        heard.file = path
        click(qtbot, shown.join_button)
    asked = dialog(window, JoinDialog)
    click(qtbot, asked.act_button)
    assert "Type the name" in asked.trouble.text()
    qtbot.keyClicks(asked.login, firm.address("shen").login)
    qtbot.keyClicks(asked.password, "wrong")
    click(qtbot, asked.act_button)
    assert "does not take this name and password" in asked.trouble.text()
    asked.password.clear()
    qtbot.keyClicks(asked.password, "shen")
    qtbot.keyClick(asked.password, Qt.Key.Key_Return)
    assert not asked.isVisible()
    reader = window.store.reader()
    qtbot.waitUntil(lambda: reader.record("customer", theirs) is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: window.status.team.text().startswith("Exchanged "), timeout=WAIT)
    assert [value for (_, name), value in safe.held.items() if "@" in name] == ["shen"]
    assert len(safe.held) == 3  # and the key for files of both
    assert shown.leave_button.isVisible()
    assert not shown.join_button.isVisible()
    assert not shown.password_button.isVisible()

    with window.store.step("Changed") as step:
        step.update("customer", theirs, {"grade": "A"})
    qtbot.waitUntil(lambda: other.sync().received > 0, timeout=WAIT)
    assert other.get("customer", theirs)["grade"] == "A"  # type: ignore[index]

    click(qtbot, shown.leave_button)
    question = dialog(window, LeaveQuestion)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert window.team.address is not None
    click(qtbot, shown.leave_button)
    question = dialog(window, LeaveQuestion)
    click(qtbot, question.leave_button)  # type: ignore[attr-defined]
    assert joining.team(window.store) is None
    assert len(safe.held) == 1
    assert not window.status.team.isVisible()
    assert window.store.reader().record("customer", theirs) is not None


def test_without_a_safe_the_password_is_asked_for(
    window: MainWindow, firm: Firm, qtbot: QtBot, safe: Safe
) -> None:
    firm.member("shen")
    joining.join(window.store, ("禾川", firm.address("")), firm.address("shen").login, "shen")
    window.team.start()
    assert window.status.team.text().startswith("Exchange stopped: The password")
    click(qtbot, window.status.team)
    asked = dialog(window, JoinDialog)
    assert asked.login.text() == firm.address("shen").login
    qtbot.keyClicks(asked.password, "shen")
    qtbot.keyClick(asked.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.status.team.text().startswith("Exchanged "), timeout=WAIT)


def test_what_is_no_join_file_is_said(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "x.freecrm-team"
    path.write_text("{}", "utf-8")
    with talk.recording() as heard:
        window.team.join(path)
    assert "is no join file" in str(heard.messages[0].what)
