"""The window of a file in a team: joining by clicks, the line in the status bar, leaving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
import time_machine
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.change import TAKEN_OFF
from freecrm.core.jobs import InLine
from freecrm.core.problems import Known
from freecrm.exchange import doublelist, sample
from freecrm.store import history, journal, lines, undo
from freecrm.sync import carrying, joining, part, setup
from freecrm.sync.letters import Letter
from freecrm.sync.part import OWN, Part
from freecrm.ui import cells, look, talk
from freecrm.ui.colleagues import PersonEditor
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.tasks import Tasks
from freecrm.ui.team.join_dialog import JoinDialog, LeaveQuestion
from freecrm.ui.team.panel import TeamPanel
from freecrm.ui.team.part_dialog import PartDialog
from freecrm.ui.window import MainWindow
from tests.files import new_store
from tests.sync.conftest import Desktop, Firm

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


def test_the_sample_firm_is_not_shared(window: MainWindow, firm: Firm, tmp_path: Path) -> None:
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    sample.install(window.store, "zh_CN")
    with talk.recording() as heard:
        window.team.join(path)
    assert "The sample firm is in this file" in str(heard.messages[0].what)
    assert window.findChild(JoinDialog) is None
    sample.remove(window.store)
    window.team.join(path)
    assert window.findChild(JoinDialog) is not None


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
    click(qtbot, shown.how_button)
    assert window.navigator.place == Place("help", "team")
    shown = panel(window)
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
    assert not shown.how_button.isVisible()
    assert not shown.password_button.isVisible()
    assert "Nobody in particular" not in {one.text() for one in window.who.menu().actions()}

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


def test_customers_of_both_are_in_the_list_of_possible_duplicates(
    window: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    other = firm.desktop("lin")
    other.add(name="云杉谷酒店", phones=[{"number": "+8613800001234"}])
    other.add(name="小满烘焙")
    other.sync()
    firm.member("shen")
    with window.store.step("Made") as step:
        step.insert("customer", {"name": "云杉谷酒店", "phones": [{"number": "+8613800001234"}]})
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    window.team.join(path)
    asked = dialog(window, JoinDialog)
    qtbot.keyClicks(asked.login, firm.address("shen").login)
    qtbot.keyClicks(asked.password, "shen")
    with talk.recording() as heard:
        qtbot.keyClick(asked.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
    assert "Possible duplicates" in said(heard)
    held = doublelist.held(window.store, "customer")
    assert held is not None
    assert [len(group.members) for group in held.groups] == [2]


def test_a_colleague_of_the_file_who_signs_in_as_somebody_else_is_told_of(
    window: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    with firm.admin() as admin:
        setup.add_member(admin, f"{firm.database}_lin", "lin", "林晓棠")
    firm.member("shen")
    with window.store.step("Made") as step:
        mine = step.insert("user", {"name": "林晓棠"})
        step.insert("customer", {"name": "云杉谷酒店", "owner_user": mine})
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    window.team.join(path)
    asked = dialog(window, JoinDialog)
    qtbot.keyClicks(asked.login, firm.address("shen").login)
    qtbot.keyClicks(asked.password, "shen")
    with talk.recording() as heard:
        qtbot.keyClick(asked.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
    assert "two colleagues of the same name" in said(heard)
    assert "林晓棠" in said(heard)


def test_whoever_brought_no_colleagues_is_not_told_of_them(
    window: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    other = firm.desktop("lin")
    for _each in range(2):
        other.add("user", name="林晓棠")
    other.sync()
    firm.member("shen")
    path = tmp_path / "firm.freecrm-team"
    joining.write(path, firm.address(""), "禾川净水设备")
    window.team.join(path)
    asked = dialog(window, JoinDialog)
    qtbot.keyClicks(asked.login, firm.address("shen").login)
    qtbot.keyClicks(asked.password, "shen")
    with talk.recording() as heard:
        qtbot.keyClick(asked.password, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.status.team.text().startswith("Exchanged "), timeout=WAIT)
    assert heard.messages == []


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


@pytest.fixture
def joined(window: MainWindow, firm: Firm, qtbot: QtBot, safe: Safe) -> MainWindow:
    """A window whose file is in a team and has exchanged."""
    firm.member("shen")
    joining.join(window.store, ("禾川", firm.address("")), firm.address("shen").login, "shen")
    from freecrm.sync import secrets

    address = joining.team(window.store)
    assert address is not None
    secrets.keep(address[1], "shen")
    window.team.start()
    qtbot.waitUntil(lambda: window.status.team.text().startswith("Exchanged "), timeout=WAIT)
    return window


def said(heard: talk.Heard) -> str:
    return str(heard.messages[-1].what)


def test_a_file_for_the_server_and_its_answer(
    joined: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    shown, other = panel(joined), firm.desktop("lin")
    joined.team.stop()  # the cable is out
    with joined.store.step("Made") as step:
        id = step.insert("customer", {"name": "远处的客户"})
    theirs = other.add(name="近处的客户")
    other.sync()
    out = tmp_path / "mine.freecrm-out"
    with talk.recording(file=out) as heard:
        click(qtbot, shown.write_button)
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert "mine.freecrm-out is written. Bring it to a colleague" in said(heard)
    back = tmp_path / "mine.freecrm-in"
    assert carrying.carry(other.server, Letter(out), back).device
    other.sync()
    assert other.get("customer", id) is not None
    with talk.recording(file=back) as heard:
        click(qtbot, shown.take_button)
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert said(heard).startswith("The answer is read: 1 of your changes arrived")
    assert joined.store.reader().record("customer", theirs) is not None


def test_a_colleagues_file_is_carried_in(
    joined: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    other = firm.desktop("lin")
    other.sync()
    id = other.add(name="远处的客户")
    out = tmp_path / "lin.freecrm-out"
    carrying.write(other.store, out)
    with talk.recording(file=out) as heard:
        joined.commands.run(
            "team.take_file"
        )  # asks for the file, then where the answer goes: the same name here
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert heard.asked[-1] == "Save the answer"
        assert "The file of " in said(heard)
        assert "(PC of lin) is carried in" in said(heard)
    assert carrying.read(other.store, Letter(out)).sent == 1  # the answer lies in its place
    reader = joined.store.reader()
    qtbot.waitUntil(lambda: reader.record("customer", id) is not None, timeout=WAIT)


def test_what_is_no_file_of_ours_is_said(joined: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.freecrm-out"
    path.write_bytes(b"hallo")
    words.use("zh_CN")
    with talk.recording(file=path) as heard:
        joined.team.take_file()
    assert "途中损坏" in said(heard)
    words.use("en")
    with talk.recording() as heard:  # nobody chose one
        joined.team.take_file()
        joined.team.write_file()
    assert heard.messages == []


def test_what_this_computer_holds(joined: MainWindow, firm: Firm, qtbot: QtBot) -> None:
    other = firm.desktop("lin")
    here = other.add(name="杭州的", owner_user=other.person, addresses=[{"city": "杭州市"}])
    away = other.add(name="广州的", owner_user=other.person, addresses=[{"city": "广州市"}])
    other.sync()
    reader = joined.store.reader()
    joined.team.now()
    qtbot.waitUntil(lambda: reader.record("customer", away) is not None, timeout=WAIT)
    shown = panel(joined)
    assert shown.part.text() == "This computer holds: Everything that I may see"
    click(qtbot, shown.part_button)
    asked = next(one for one in joined.findChildren(PartDialog) if one.isVisible())
    assert not asked.places.isVisible()
    qtbot.mouseClick(asked.cards["region"].text, Qt.MouseButton.LeftButton)
    click(qtbot, asked.act_button)
    assert "at least one province" in asked.trouble.text()
    asked.places.setText("杭州、上海")
    qtbot.keyClick(asked.places, Qt.Key.Key_Return)
    assert not asked.isVisible()
    held = "This computer holds: Customers in 杭州, 上海, and what is mine"
    qtbot.waitUntil(lambda: shown.part.text() == held, timeout=WAIT)
    qtbot.waitUntil(lambda: reader.record("customer", away) is None, timeout=WAIT)
    assert reader.record("customer", here) is not None
    joined.commands.run("team.part")
    asked = next(one for one in joined.findChildren(PartDialog) if one.isVisible())
    assert asked.places.text() == "杭州, 上海"
    asked.cards["all"].radio.click()
    click(qtbot, asked.act_button)
    qtbot.waitUntil(lambda: reader.record("customer", away) is not None, timeout=WAIT)


def taken_off(joined: MainWindow, other: Desktop, qtbot: QtBot) -> tuple[RecordPage, bytes]:
    """The page of a customer that this computer held until it came to hold its own only."""
    id = other.add(name="云杉谷酒店", owner_user=other.person)
    other.sync()
    reader = joined.store.reader()
    joined.team.now()
    qtbot.waitUntil(lambda: reader.record("customer", id) is not None, timeout=WAIT)
    joined.show_id("customer", id)
    page = joined.navigator.page
    assert isinstance(page, RecordPage)
    part.choose(joined.store, Part(OWN))
    joined.team.now()
    qtbot.waitUntil(lambda: reader.record("customer", id) is None, timeout=WAIT)
    return page, id


def test_what_was_taken_off_is_not_said_to_be_deleted(joined: MainWindow, firm: Firm, qtbot: QtBot) -> None:
    page, id = taken_off(joined, firm.desktop("lin"), qtbot)
    qtbot.waitUntil(page.banner.isVisible, timeout=WAIT)
    assert "outside of what this computer holds" in page.banner_text.text()
    assert not page.restore_button.isVisible()
    with pytest.raises(Known, match="nobody deleted it"), joined.store.step("Changed") as step:
        step.update("customer", id, {"grade": "A"})
    with pytest.raises(Known, match="not in the recycle bin"):
        undo.restore(joined.store, "customer", id)
    (step,) = (one for one in history.steps(joined.store) if one.title in TAKEN_OFF)
    assert str(step.done) == "Taken off, outside of what this computer holds"
    assert journal.origin_words(step) == "FreeCRM itself"
    assert journal.counts_words(joined.store, step) == "Customer: 1 taken off"
    assert "is not deleted" in str(undo.refusal(step))
    assert list(journal.find(joined.store, kind="deleted").numbers) == []
    (line,) = lines.lines(joined.store, lines.extent(joined.store, step.n), 0, 9)
    assert line.field == "Taken off here"
    part.choose(joined.store, Part())
    joined.team.now()
    qtbot.waitUntil(lambda: not page.banner.isVisible(), timeout=WAIT)
    assert page.name == "云杉谷酒店"


def test_ones_own_file_and_a_server_out_of_reach_are_said(
    joined: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    own, theirs = tmp_path / "mine.freecrm-out", tmp_path / "lin.freecrm-out"
    carrying.write(joined.store, own)
    with talk.recording(file=own) as heard:
        joined.team.take_file()
    assert "was written by this computer. Bring it to a colleague" in said(heard)
    other = firm.desktop("lin")
    other.sync()
    carrying.write(other.store, theirs)
    other.cut()
    with firm.postgres.admin() as admin:
        admin.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS false")
    try:
        with talk.recording(file=theirs) as heard:
            joined.team.take_file()
            qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert "so the file was not carried in. Choose it again" in said(heard)
    finally:
        joined.team.stop()
        with firm.postgres.admin() as admin:
            admin.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS true")


def throw_out(firm: Firm, login: str) -> None:
    """End the connections of a login."""
    with firm.admin() as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (login,))


def test_a_click_on_the_line_does_what_it_says(joined: MainWindow, firm: Firm, qtbot: QtBot) -> None:
    login = firm.address("shen").login
    with firm.admin() as admin:
        setup.add_member(admin, login, "another one", person=firm.people["shen"])
    throw_out(firm, login)
    joined.team.now()
    qtbot.waitUntil(lambda: joined.status.team.text().startswith("Exchange stopped"), timeout=WAIT)
    joined.team.open = 1  # what waits for a choice is not what the line tells of
    click(qtbot, joined.status.team)
    asked = dialog(joined, JoinDialog)
    qtbot.keyClicks(asked.password, "another one")
    qtbot.keyClick(asked.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: joined.status.team.text().startswith("Exchanged "), timeout=WAIT)
    shown = panel(joined)
    with firm.admin() as admin:
        setup.end_member(admin, login)
    throw_out(firm, login)
    joined.team.now()
    qtbot.waitUntil(lambda: "has ended" in joined.status.team.toolTip(), timeout=WAIT)
    assert not shown.password_button.isVisible()  # no password helps
    joined.visit(joined.home())
    joined.team.open = 1
    click(qtbot, joined.status.team)
    assert joined.navigator.place == Place("settings", "share")


def test_a_password_that_is_about_to_expire_is_said_once(
    joined: MainWindow, firm: Firm, qtbot: QtBot
) -> None:
    login = firm.address("shen").login
    with firm.admin() as admin:
        admin.execute(
            f"ALTER ROLE {login} VALID UNTIL '{dt.datetime.now(dt.UTC) + dt.timedelta(days=5):%Y-%m-%d}'"
        )
    with talk.recording() as heard:
        throw_out(firm, login)
        joined.team.now()
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert "expires on" in said(heard)
        at = joined.team.state
        joined.team.now()
        qtbot.waitUntil(lambda: joined.team.state is not at, timeout=WAIT)
        assert len(heard.messages) == 1
    shown = panel(joined)
    assert "expires on" in shown.warnings.text()
    assert shown.warnings.isVisible()


def test_a_clock_that_is_years_off_is_said(joined: MainWindow, firm: Firm, qtbot: QtBot, safe: Safe) -> None:
    joined.team.stop()
    now = dt.datetime.now(dt.UTC).astimezone()
    with (
        time_machine.travel(now + dt.timedelta(days=5 * 365), tick=True),
        talk.recording() as heard,
    ):
        joined.team.start()
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
        assert "Set the clock" in said(heard)
        assert f"server {now.year}-" in said(heard)
        joined.team.stop()
    joined.team.start()
    qtbot.waitUntil(lambda: not joined.team.warnings, timeout=WAIT)


def test_a_part_chosen_without_a_network_is_not_said_to_be_held(
    joined: MainWindow, firm: Firm, qtbot: QtBot
) -> None:
    joined.team.stop()
    shown = panel(joined)
    part.choose(joined.store, Part(OWN))
    joined.team.show()
    assert shown.part.text() == "From the next exchange on this computer holds: Only what is mine"
    joined.team.start()
    qtbot.waitUntil(lambda: shown.part.text() == "This computer holds: Only what is mine", timeout=WAIT)


def test_the_page_of_a_customer_outside_of_the_part_says_so(
    joined: MainWindow, firm: Firm, qtbot: QtBot
) -> None:
    other, store = firm.desktop("lin"), joined.store
    id = other.add(name="云杉谷酒店", owner_user=other.person, phones=[{"number": "+8657100006600"}])
    other.add("activity", subject="拜访", customer=id, owner_user=firm.people["shen"])
    other.sync()
    reader = store.reader()
    joined.team.now()
    qtbot.waitUntil(lambda: reader.record("customer", id) is not None, timeout=WAIT)

    def says_so() -> bool:
        joined.show_id("customer", id)
        return any(
            "Not all of it is here" in one.text() for one in joined.navigator.page.findChildren(QLabel)
        )

    assert not says_so()
    part.choose(store, Part(OWN))
    joined.team.now()
    qtbot.waitUntil(lambda: not reader.record("customer", id)["phones"], timeout=WAIT)  # type: ignore[index]
    assert says_so()


def test_who_joined_is_who_works_here(joined: MainWindow, firm: Firm) -> None:
    with joined.store.step("Person") as step:
        step.insert("user", {"name": "Shen"}, id=firm.people["shen"])
    page = joined.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    (who,) = page.findChildren(PersonEditor)
    assert who.box.currentText() == "Shen"
    assert not who.box.isEnabled()
    assert "joined the team" in who.box.toolTip()


def test_the_entries_are_for_who_is_in_a_team(window: MainWindow) -> None:
    for name in ("team.write_file", "team.take_file", "team.part"):
        assert not window.commands.is_enabled(name)


def test_an_answer_that_deletes_much_asks_first(
    joined: MainWindow, firm: Firm, qtbot: QtBot, tmp_path: Path
) -> None:
    other, shown = firm.desktop("lin"), panel(joined)
    with other.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name"], [(f"客户 {n}",) for n in range(80)])
    other.sync()
    joined.team.now()
    store = joined.store
    count = "SELECT count(*) FROM customer"
    qtbot.waitUntil(lambda: store.read().execute(count).fetchone() == (80,), timeout=WAIT)
    joined.team.stop()
    with other.store.step("Deleted") as step:
        for id in other.all("customer"):
            step.delete("customer", id)
    other.sync()
    out, back = tmp_path / "mine.freecrm-out", tmp_path / "mine.freecrm-in"
    carrying.write(store, out)
    carrying.carry(other.server, Letter(out), back)
    other.cut()
    with firm.postgres.admin() as admin:  # the server is away, else it would ask the same
        admin.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS false")
    try:
        with talk.recording(file=back) as heard:
            joined.team.take_file()
            qtbot.waitUntil(lambda: bool(heard.messages), timeout=WAIT)
            assert "Others deleted 80 of 80" in said(heard)
            assert store.read().execute(count).fetchone() == (80,)
            qtbot.waitUntil(shown.delete_button.isVisible, timeout=WAIT)
            click(qtbot, shown.delete_button)
            qtbot.waitUntil(lambda: store.read().execute(count).fetchone() == (0,), timeout=WAIT)
            assert joined.team.stopped_at is None
    finally:
        joined.team.stop()
        with firm.postgres.admin() as admin:
            admin.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS true")
