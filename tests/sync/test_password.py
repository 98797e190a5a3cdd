"""One's own password for the team's database: changed on the server and in the safe, never seen in clear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine
from freecrm.core.problems import Known
from freecrm.sync import joining, password, setup
from freecrm.sync.server import Address, Unreachable, WrongPassword, connect
from freecrm.ui import cells, look, talk
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Tasks
from freecrm.ui.team.password_dialog import TeamPasswordDialog
from freecrm.ui.window import MainWindow
from tests.files import new_store
from tests.sync.conftest import Firm
from tests.sync.test_team_window import WAIT, Safe, panel, safe  # noqa: F401

NEW = "correct horse battery"


@pytest.fixture
def address(firm: Firm) -> Address:
    firm.member("lin")
    return firm.address("lin")


def test_the_new_one_is_taken_and_the_old_one_no_longer(address: Address) -> None:
    password.change(address, "lin", NEW)
    with connect(address, NEW) as server:
        assert server.expires() is None
    with pytest.raises(WrongPassword), connect(address, "lin"):
        pass
    password.change(address, NEW, "  密码也可以是中文的一句话".strip())
    with connect(address, "密码也可以是中文的一句话"):
        pass


def test_the_server_never_sees_it(firm: Firm, address: Address) -> None:
    log = firm.postgres.folder / "log"
    with firm.admin() as admin:
        admin.execute("ALTER SYSTEM SET log_min_messages = 'info'")
        admin.execute("ALTER SYSTEM SET log_statement = 'all'")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute("SELECT pg_sleep(0.2)")
        try:
            password.change(address, "lin", NEW)
            (stored,) = admin.execute(
                "SELECT rolpassword FROM pg_authid WHERE rolname = %s", (address.login,)
            ).fetchone()
        finally:
            admin.execute("ALTER SYSTEM RESET log_statement")
            admin.execute("ALTER SYSTEM RESET log_min_messages")
            admin.execute("SELECT pg_reload_conf()")
    assert stored.startswith("SCRAM-SHA-256$")
    written = log.read_text("utf-8", errors="replace")
    assert "ALTER ROLE CURRENT_USER PASSWORD" in written
    assert NEW not in written


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lin", "short", "too short: 10 characters at least"),
        ("lin", " " + NEW, "begins or ends with a blank"),
        (NEW, NEW, "is the old one"),
        ("wrong", NEW, "The old password isn't right"),
    ],
)
def test_what_is_wrong_is_said(address: Address, old: str, new: str, said: str) -> None:
    with pytest.raises(Known, match=said):
        password.change(address, old, new)
    with connect(address, "lin"):  # as it was
        pass


def test_a_server_that_is_away_is_said() -> None:
    with pytest.raises(Unreachable, match="the password is as it was"):
        password.change(Address("127.0.0.1", "lin", port=1), "lin", NEW)


def test_nobody_changes_another_ones(firm: Firm, address: Address) -> None:
    firm.member("shen")
    with connect(address, "lin") as server, pytest.raises(Known):
        server._all(f"ALTER ROLE \"{firm.address('shen').login}\" PASSWORD 'x'")


# ---- on the screen


@pytest.fixture
def window(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    firm: Firm,
    address: Address,
    safe: Safe,  # noqa: F811
) -> Iterator[MainWindow]:
    look.apply(qapp, "light")
    cells.warm_up()
    store = new_store(tmp_path / "lin.freecrm")
    store.keep("started", True)
    joining.join(store, ("禾川", firm.address("")), address.login, "lin")
    keyring.set_password(
        "FreeCRM", f"{address.login}@{address.host}:{address.port}/{address.database}", "lin"
    )
    made = MainWindow(store, Tasks(InLine()), Preferences(tmp_path / "settings"))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.team.start()
    qtbot.waitUntil(lambda: stands(made) == "synced", timeout=WAIT)
    yield made
    made.team.stop()
    made.close()
    made.tasks.close()
    store.close()


def stands(window: MainWindow) -> str:
    return window.team.state.kind if window.team.state is not None else ""


def shown(window: MainWindow) -> TeamPasswordDialog:
    return next(one for one in window.findChildren(TeamPasswordDialog) if one.isVisible())


def typed(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    line.clear()
    qtbot.keyClicks(line, text)


def test_changed_by_hand_it_is_in_the_safe_and_in_use(
    qtbot: QtBot,
    window: MainWindow,
    safe: Safe,  # noqa: F811
    firm: Firm,
) -> None:
    qtbot.mouseClick(panel(window).change_button, Qt.MouseButton.LeftButton)
    dialog = shown(window)
    for old, new, again, said in (
        ("", NEW, NEW, "Type the password that you have now"),
        ("lin", NEW, NEW + "x", "The new passwords differ"),
        ("lin", "short", "short", "too short"),
        ("wrong", NEW, NEW, "The old password isn't right"),
    ):
        for line, text in ((dialog.old, old), (dialog.new, new), (dialog.again, again)):
            typed(qtbot, line, text)
        qtbot.mouseClick(dialog.act_button, Qt.MouseButton.LeftButton)
        assert dialog.isVisible()
        assert said in dialog.trouble.text()
    typed(qtbot, dialog.old, "lin")
    with talk.recording() as heard:
        qtbot.keyClick(dialog.old, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert str(heard.messages[0].what) == "The password is changed."
    assert NEW in safe.held.values()  # beside the key for files
    assert "lin" not in safe.held.values()
    qtbot.waitUntil(lambda: stands(window) == "synced", timeout=WAIT)
    with window.store.step("Made") as step:
        id = step.insert("customer", {"name": "云杉谷酒店"})
    other = firm.desktop("shen")
    qtbot.waitUntil(
        lambda: other.sync().received >= 0 and other.get("customer", id) is not None, timeout=WAIT
    )


def test_one_that_expired_is_said_to_be_so(
    qtbot: QtBot, window: MainWindow, firm: Firm, address: Address
) -> None:
    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    until = now() + dt.timedelta(seconds=3)
    with firm.admin() as admin:
        admin.execute(f"ALTER ROLE \"{address.login}\" VALID UNTIL '{until.isoformat()}'")
    window.team.stop()
    window.team._begin("lin")
    qtbot.waitUntil(lambda: stands(window) == "synced", timeout=WAIT)
    assert "expired" not in window.team.line()[0]
    window.team.stop()
    qtbot.waitUntil(lambda: now() > until, timeout=WAIT)
    window.team._begin("lin")
    qtbot.waitUntil(lambda: stands(window) == "stopped", timeout=WAIT)
    assert f"expired on {until.astimezone():%Y-%m-%d}" in window.team.line()[0]
    with firm.admin() as admin:  # a new one from whoever looks after the server lifts that, too
        setup.add_member(admin, address.login, NEW)
    window.team.stop()
    window.team._begin(NEW)
    qtbot.waitUntil(lambda: stands(window) == "synced", timeout=WAIT)
