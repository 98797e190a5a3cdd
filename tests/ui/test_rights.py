"""Rights on screen: signing in, the lock, roles, what is kept back, handing over, the log."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.rights import SCOPES, Rights
from freecrm.exchange.printing import ListPrint, RecordPrint, Wishes
from freecrm.modules import model
from freecrm.store import colleagues, passwords, signin, trail, user_roles
from freecrm.store.database import Store, open_store
from freecrm.store.user_roles import Draft
from freecrm.ui import talk
from freecrm.ui.colleagues import ColleaguesPanel
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.record_lines import Value
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.rights import desk
from freecrm.ui.rights.code_sheet import CodeSheet
from freecrm.ui.rights.hand_over import HandOverDialog
from freecrm.ui.rights.panel import RightsPanel
from freecrm.ui.rights.reveal import RevealDialog
from freecrm.ui.rights.roles_page import RolesPage
from freecrm.ui.rights.sign_in import PasswordDialog, RecoverDialog, SignInDialog, TurnOnDialog
from freecrm.ui.rights.trail_page import TrailPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow
from tests.every_entity.test_rights import ENTITIES, REACH, four, is_shared
from tests.ui.conftest import MakeWindow

SECRET, OTHER = "correct horse", "battery staple"


def people(store: Store) -> dict[str, bytes]:
    return {one.name: one.id for one in colleagues.everyone(store, counted=False)}


def visible(store: Store) -> int:
    return store.reader().count(Query("customer"))


def owned(store: Store, person: bytes) -> int:
    sql = "SELECT count(*) FROM customer WHERE owner_user = ? OR owner_user IS NULL"
    with store.whole():
        return int(store.read().execute(sql, (person,)).fetchone()[0])


@pytest.fixture
def sales(full_store: Store) -> bytes:
    """Somebody of the sales people: sees and changes their own, exports and prints nothing, phones in part."""
    id = user_roles.save(
        full_store,
        None,
        Draft(
            "Sales",
            grants={
                ("*", "see"): "own",
                ("*", "change"): "own",
                ("*", "delete"): "none",
                ("*", "export"): "none",
                ("*", "print"): "none",
            },
            hidden=frozenset({("customer", "opening_balance")}),
            readonly=frozenset({("customer", "grade")}),
            masked=frozenset({("customer", "phones"), ("contact", "phones")}),
        ),
    )
    everyone = people(full_store)
    first, second = list(everyone.values())[:2]
    user_roles.give(full_store, second, id)
    passwords.turn_on(full_store, first, SECRET)
    passwords.set_password(full_store, second, OTHER)
    return second


def sign_in(store: Store, qtbot: QtBot, person: bytes, password: str) -> SignInDialog:
    dialog = SignInDialog(None, store)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.who.setCurrentIndex(dialog.who.findData(person.hex()))
    qtbot.keyClicks(dialog.password, password)
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    return dialog


def test_without_a_sign_in_nobody_meets_any_of_it(window: MainWindow) -> None:
    assert window.store.rights is None
    assert not window.commands.get("rights.lock").enabled()
    assert not window.commands.get("record.reveal").enabled()
    window.lock.look()
    assert not window.lock.locked


def test_signing_in_with_a_wrong_and_the_right_password(
    full_store: Store, sales: bytes, qtbot: QtBot
) -> None:
    all_ = visible(full_store)
    full_store.user = None
    signin.work_as(full_store, "")
    assert visible(full_store) == 0
    dialog = sign_in(full_store, qtbot, sales, "wrong one")
    assert dialog.isVisible()
    assert "not right" in dialog.trouble.text()
    assert dialog.password.selectedText()
    qtbot.keyClicks(dialog.password, OTHER)
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert full_store.user == sales
    assert 0 < visible(full_store) == owned(full_store, sales) < all_


def test_the_recovery_sheet_on_screen(full_store: Store, sales: bytes, qtbot: QtBot) -> None:
    code = passwords.new_code(full_store)
    dialog = RecoverDialog(None, full_store)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.who.findData(sales.hex()) < 0  # gives no rights
    dialog.code.setText(code)
    dialog.new.setText("a fine new one")
    dialog.again.setText("a fine new two")
    dialog.act_button.click()
    assert "differ" in dialog.trouble.text()
    dialog.again.setText("a fine new one")
    dialog.act_button.click()
    sheet = dialog.findChild(CodeSheet)
    assert sheet is not None
    assert sheet.code == dialog.fresh != code
    assert not sheet.act_button.isEnabled()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    sheet.close()
    assert sheet.isVisible()
    assert "not shown again" in sheet.trouble.text()
    sheet.kept.click()
    sheet.act_button.click()
    assert not dialog.isVisible()
    assert signin.may_give(full_store)


def test_the_recovery_sheet_on_paper(full_store: Store, sales: bytes, tmp_path: Path) -> None:
    from freecrm.ui.rights.code_sheet import sheet_of
    from tests.exchange.test_pdf import joined

    sheet_of(full_store, "ABCDE-FGHIJ-KLMNO-PQRST").make(tmp_path / "sheet.pdf", Wishes())
    assert "ABCDE-FGHIJ-KLMNO-PQRST" in joined(tmp_path / "sheet.pdf")


def test_turning_it_on_and_off(window: MainWindow, qtbot: QtBot) -> None:
    me = next(iter(people(window.store).values()))
    page = window.visit(Place("settings", "rights"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["rights"].panel
    assert isinstance(panel, RightsPanel)
    assert panel.on_button.isVisible()
    panel.on_button.click()
    dialog = window.findChild(TurnOnDialog)
    assert dialog is not None
    dialog.who.setCurrentIndex(dialog.who.findData(me.hex()))
    dialog.new.setText("short")
    dialog.again.setText("short")
    dialog.act_button.click()
    assert "8 characters" in dialog.trouble.text()
    for blank in ("", " " * 12):
        dialog.new.setText(blank)
        dialog.again.setText(blank)
        dialog.act_button.click()
        assert dialog.isVisible()
    dialog.new.setText(SECRET)
    dialog.again.setText(SECRET)
    dialog.act_button.click()
    sheet = window.findChild(CodeSheet)
    assert sheet is not None
    sheet.kept.click()
    sheet.act_button.click()
    assert window.store.user == me
    assert panel.off_button.isVisible()
    assert not panel.on_button.isVisible()
    menu = window.who.menu()
    assert any("Lock" in action.text() for action in menu.actions())
    panel.off_button.click()
    assert not signin.is_on(window.store)
    assert panel.on_button.isVisible()


def test_who_gives_no_rights_is_not_offered_to_turn_it_on(window: MainWindow) -> None:
    window.store.hold_to(Rights(next(iter(people(window.store).values()))))
    page = window.visit(Place("settings", "rights"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["rights"].panel
    assert isinstance(panel, RightsPanel)
    for button in (panel.on_button, panel.trail_button):
        assert not button.isEnabled()
        assert "gives the rights" in button.toolTip()


def test_a_password_of_ones_own(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    passwords.enter(window.store, sales, OTHER)
    desk.change_password(window)
    dialog = window.findChild(PasswordDialog)
    assert dialog is not None
    assert dialog.old is not None
    for old, shown in (("nonsense", "old password"), (OTHER, "")):
        dialog.old.setText(old)
        dialog.new.setText("the third one")
        dialog.again.setText("the third one")
        dialog.act_button.click()
        assert shown in dialog.trouble.text()
    passwords.enter(window.store, sales, "the third one")


def test_the_window_locks_when_nobody_does_anything(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    passwords.enter(window.store, sales, OTHER)
    window.lock.follow()
    window.page.find_box.setText("half typed")
    window.lock.seen = time.monotonic() - 16 * 60
    window.lock.look()
    assert window.lock.locked
    pane = window.lock.pane
    assert pane is not None
    assert not window.ground.isVisible()
    assert not window.status.isVisible()
    assert pane.isModal()
    pane.close()
    assert window.lock.locked  # it takes the password
    pane.password.setText("wrong one")
    pane.unlock_button.click()
    assert "not right" in pane.trouble.text()
    pane.password.setText(OTHER)
    pane.unlock_button.click()
    assert not window.lock.locked
    assert window.ground.isVisible()
    assert window.status.isVisible()
    assert window.page.find_box.text() == "half typed"


def test_no_reminder_tells_of_customers_while_it_is_locked(window: MainWindow, sales: bytes) -> None:
    passwords.enter(window.store, sales, OTHER)
    now = dt.datetime.now(dt.UTC)
    with window.store.step("Call") as step:
        values = {"subject": "Call 云杉谷", "kind": "call", "state": "planned", "owner_user": sales}
        id = step.insert("activity", {**values, "start": now})
        step.insert("reminder", {"parent": id, "parent_entity": "activity", "before": 0})
    window.reminders.start()
    window.reminders.look()
    popup = window.reminders.popup
    assert popup is not None
    assert popup.isVisible()
    window.lock.lock()
    assert not popup.isVisible()
    window.reminders.look()
    assert not popup.isVisible()
    assert window.lock.pane is not None
    window.lock.pane.password.setText(OTHER)
    window.lock.pane.unlock_button.click()
    assert popup.isVisible()
    window.reminders.stop()


def test_nothing_is_seen_or_reached_while_it_is_locked(
    window: MainWindow, sales: bytes, qtbot: QtBot
) -> None:
    store = window.store
    with store.step("Phone") as step:
        values = {"name": "纪念堂", "owner_user": sales, "phones": [{"number": "+8613800004321"}]}
        id = step.insert("customer", values)
    passwords.enter(store, sales, OTHER)
    window.lock.follow()
    whole = RevealDialog(window, store, "customer", id)
    whole.open()
    whole.buttons["phones"].click()
    window.lock.lock()
    pane = window.lock.pane
    assert pane is not None
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window] == [pane]
    pane.password.setText(OTHER)
    pane.unlock_button.click()
    assert whole.isVisible()
    whole.close()


def test_whoever_stays_with_what_is_typed_stays_locked_out(
    window: MainWindow, sales: bytes, qtbot: QtBot
) -> None:
    passwords.enter(window.store, sales, OTHER)
    window.lock.follow()
    page = window.visit(Place("new", "customer"))
    assert page is not None
    qtbot.keyClicks(QApplication.focusWidget(), "Half a name")
    assert page.unsaved()
    window.lock.lock()
    pane = window.lock.pane
    assert pane is not None
    with talk.recording() as said:
        said.unsaved = "stay"
        pane.other_button.click()
    assert said.asked
    assert window.lock.locked
    assert pane.isVisible()
    assert not window.ground.isVisible()
    with talk.recording() as said:
        said.unsaved = "discard"
        pane.other_button.click()
    assert not window.isVisible()
    assert window.file.next == window.store.path
    assert not window.ground.isVisible()


def test_a_key_keeps_the_lock_away(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    window.lock.follow()
    window.lock.seen = time.monotonic() - 16 * 60
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Down)
    window.lock.look()
    assert not window.lock.locked


def test_what_a_role_keeps_back_is_on_no_screen(
    window: MainWindow, sales: bytes, qtbot: QtBot, tmp_path: Path
) -> None:
    store = window.store
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    page = window.page
    assert len(page.model.numbers) == owned(store, sales)
    assert "opening_balance" not in page.model.columns
    assert "opening_balance" not in [f.name for f in store.schema.shown("customer")]
    column = page.model.columns.index("main_phone")
    shown = {str(page.model.data(page.model.index(row, column)) or "") for row in range(5)}
    assert all("****" in text for text in shown - {"", "—"})
    # a read-only cell says why
    said: list[str] = []
    page.hint_wanted.connect(said.append)
    page.grid.go(0, page.model.columns.index("grade"))
    page.cells.edit("A")
    assert page.cells.editing.editor is None
    assert "You may not change" in said[-1]
    n = page.model.numbers[0]
    record = store.reader().by_number("customer", n)
    assert record is not None
    for thing in (
        ListPrint(store, Query("customer"), ("name",)),
        RecordPrint(store, "customer", record.id, "x"),
    ):
        with pytest.raises(Known, match="do not let you print"):
            thing.make(tmp_path / "out.pdf", Wishes())
    assert not (tmp_path / "out.pdf").exists()
    others = next(iter(people(store)))
    window.lookup.open(others[:1])
    window.lookup.close()


@pytest.mark.parametrize("place", ["ageing", "referrers", "reports"])
def test_a_table_of_many_things_leaves_for_nobody_who_may_export_nothing(
    window: MainWindow, sales: bytes, tmp_path: Path, place: str
) -> None:
    passwords.enter(window.store, sales, OTHER)
    desk.follow(window)
    page = window.visit(Place(place))
    assert page is not None
    with talk.recording(file=tmp_path / "out.xlsx") as said:
        page.export()  # type: ignore[attr-defined]
    assert not (tmp_path / "out.xlsx").exists()
    assert "do not let you export" in str(said.messages[-1].what)


def test_who_may_see_none_is_told_whom_to_ask(window: MainWindow, sales: bytes) -> None:
    store = window.store
    role = user_roles.held(store)[sales]
    user_roles.save(store, role, Draft("Nothing", grants={("customer", "see"): "none"}))
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    states = window.page.states
    assert not states.has_rows
    assert "does not let you see customers" in states.empty.title.text()
    assert "Ask them" in states.empty.text.text()
    assert states.import_button.isHidden()
    assert states.new_button.isHidden()


def test_what_another_program_does_to_a_role_holds_here_at_once(window: MainWindow, sales: bytes) -> None:
    store = window.store
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    assert visible(store) > 0
    other = open_store(store.path, model())
    user_roles.save(other, user_roles.held(other)[sales], Draft("None", grants={("*", "see"): "none"}))
    other.close()
    window.watch.look()
    assert visible(store) == 0
    assert not window.page.states.has_rows


def test_a_sign_in_that_another_program_turns_on_or_off_holds_here_at_once(
    window: MainWindow,
) -> None:
    store = window.store
    first, second = list(people(store).values())[:2]
    signin.be(store, first)
    all_ = visible(store)
    window.new()
    typed = window.page.findChildren(QLineEdit)
    other = open_store(store.path, model())
    passwords.turn_on(other, first, SECRET)
    passwords.set_password(other, second, OTHER)
    window.watch.look()
    assert window.lock.locked
    assert visible(store) == 0
    pane = window.lock.pane
    assert pane is not None
    assert "asks for a password from now on" in pane.text.text()
    # what colleagues change meanwhile opens nothing
    user_roles.take_ready(other)
    window.watch.look()
    assert window.lock.locked
    assert visible(store) == 0
    pane.password.setText("wrong one")
    pane.unlock_button.click()
    assert window.lock.locked
    pane.password.setText(SECRET)
    pane.unlock_button.click()
    assert not window.lock.locked
    assert visible(store) == all_
    assert len(window.page.model.numbers) == all_
    assert typed == window.page.findChildren(QLineEdit)  # the form that was begun is still there
    assert window.commands.get("rights.lock").enabled()
    window.lock.lock()
    signin.be(other, first)
    passwords.turn_off(other)
    window.watch.look()
    assert not window.lock.locked
    assert store.rights is None
    assert not window.commands.get("rights.lock").enabled()
    other.close()


def test_who_did_not_say_who_they_are_is_asked_when_another_program_turns_the_sign_in_on(
    window: MainWindow,
) -> None:
    store = window.store
    signin.be(store, None)
    other = open_store(store.path, model())
    passwords.turn_on(other, next(iter(people(store).values())), SECRET)
    other.close()
    window.watch.look()
    pane = window.lock.pane
    assert pane is not None
    assert pane.password.isHidden()
    assert pane.unlock_button.isHidden()
    assert "Say who you are" in pane.text.text()
    assert visible(store) == 0
    pane.other_button.click()
    assert window.file.next == store.path


def test_a_page_that_is_open_when_the_role_narrows_shows_it_no_longer(
    window: MainWindow, sales: bytes
) -> None:
    store = window.store
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    id = store.reader().ids_of("customer", [window.page.model.numbers[0]])[0]
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    role = user_roles.held(store)[sales]
    with store.whole():
        user_roles.save(store, role, Draft("Nothing", grants={("customer", "see"): "none"}))
    window.refresh()
    assert page.is_gone
    assert "does not let you see this record" in page.banner_text.text()
    assert not page.restore_button.isVisible()
    assert not page.stack.isVisible()
    assert not page.head_box.isVisible()
    with store.whole():
        user_roles.save(store, role, Draft("All", grants={}))
    window.refresh()
    assert not page.is_gone
    assert page.stack.isVisible()
    assert page.head_box.isVisible()


def test_a_role_that_comes_from_a_colleague_narrows_lists_and_counts_at_once(
    window: MainWindow, sales: bytes, qtbot: QtBot
) -> None:
    store = window.store
    role = user_roles.held(store)[sales]
    with store.whole():
        user_roles.save(store, role, Draft("All", grants={}))
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    all_ = visible(store)
    assert len(window.page.model.numbers) == all_
    assert window.commands.get("file.new").enabled()
    own = Draft("Own", grants={("customer", "see"): "own", ("customer", "create"): "none"})

    def come() -> None:
        """As the exchange writes it; the records that go are taken off later, by a step of their own."""
        with store.whole():
            user_roles.save(store, role, own)

    thread = Thread(target=come)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(window.page.model.numbers) == visible(store) < all_)
    views = window.page.views
    qtbot.waitUntil(lambda: visible(store) in views.counts.values() and all_ not in views.counts.values())
    assert window.commands.get("file.new").refusal() is not None
    assert not window.commands.action("file.new").isEnabled()


def test_work_in_a_dialog_keeps_the_lock_away(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    passwords.enter(window.store, sales, OTHER)
    window.lock.follow()
    desk.change_password(window)
    dialog = window.findChild(PasswordDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    window.lock.seen = time.monotonic() - 16 * 60
    qtbot.keyClick(dialog.windowHandle(), Qt.Key.Key_X)
    window.lock.look()
    assert not window.lock.locked
    dialog.reject()
    window.lock.lock()
    assert window.windowTitle() == "FreeCRM"
    assert window.lock.pane is not None
    window.lock.pane.password.setText(OTHER)
    window.lock.pane.unlock_button.click()
    assert window.windowTitle() != "FreeCRM"


def test_a_masked_phone_is_shown_on_a_click_and_noted(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    store = window.store
    with store.step("Phone") as step:
        id = step.insert(
            "customer", {"name": "纪念堂", "owner_user": sales, "phones": [{"number": "+8613800004321"}]}
        )
    passwords.enter(store, sales, OTHER)
    desk.follow(window)
    window.show_id("customer", id)
    (phone,) = (one for one in window.navigator.page.findChildren(Value) if "****" in one.text())
    assert "A click shows it whole" in phone.toolTip()
    window.commands.run("record.reveal")
    dialog = window.findChild(RevealDialog)
    assert dialog is not None
    assert list(dialog.buttons) == ["phones"]
    before = len(trail.lines(store))
    dialog.buttons["phones"].click()
    from PySide6.QtWidgets import QLabel

    assert any(
        "0000-4321" in one.text() or "13800004321" in one.text() for one in dialog.findChildren(QLabel)
    )
    line = trail.lines(store)[0]
    assert len(trail.lines(store)) == before + 1
    assert (line.what, line.who, line.id, line.detail) == ("shown", sales, id, "phones")
    dialog.act_button.click()


def test_nobody_hands_over_to_nobody(window: MainWindow) -> None:
    people = colleagues.everyone(window.store, counted=False)
    dialog = HandOverDialog(window, window.store, window.tasks, people[0].id)
    assert not dialog.act_button.isEnabled()
    assert "Tick who takes over" in dialog.act_button.toolTip()
    dialog.takers.item(0).setCheckState(Qt.CheckState.Checked)
    assert dialog.act_button.isEnabled()
    assert dialog.act_button.toolTip() == ""


def test_roles_are_made_and_changed_by_clicks(window: MainWindow, qtbot: QtBot) -> None:
    page = window.visit(Place("roles"))
    assert isinstance(page, RolesPage)
    page.ready_button.click()
    assert page.list.count() == len(user_roles.READY)
    page.new_button.click()
    assert page.name.hasFocus()
    page.name.clear()
    qtbot.keyClicks(page.name, "Apprentice")
    box = page.matrix.boxes["customer", "see"]
    box.setCurrentIndex(box.findData("own"))
    box.activated.emit(box.currentIndex())
    field = page.fields.boxes["grade"]
    field.setCurrentIndex(field.findData("hidden"))
    field.activated.emit(field.currentIndex())
    assert page.unsaved() == ["New role"]
    page.save_button.click()
    assert page.unsaved() == []
    made = next(one for one in user_roles.everyone(window.store) if one.draft.name == "Apprentice")
    assert made.draft.grants == {("customer", "see"): "own"}
    assert made.draft.hidden == {("customer", "grade")}
    page.name.setText("Sales")
    page.save_button.click()
    assert "already" in page.trouble.text()
    page.undo_button.click()
    assert page.name.text() == "Apprentice"
    page.delete_button.click()
    assert "Apprentice" not in {one.draft.name for one in user_roles.everyone(window.store)}


@pytest.mark.parametrize("answer", ["stay", "discard", "save"])
@pytest.mark.parametrize("way", ["another", "new"])
def test_a_role_that_is_left_is_asked_about(window: MainWindow, answer: str, way: str) -> None:
    user_roles.take_ready(window.store)
    page = window.visit(Place("roles"))
    assert isinstance(page, RolesPage)
    names = [one.draft.name for one in page.roles]
    box = page.matrix.boxes["customer", "see"]
    box.setCurrentIndex(box.findData("none"))
    box.activated.emit(box.currentIndex())
    before = user_roles.everyone(window.store)[0]
    with talk.recording() as heard:
        heard.unsaved = answer
        if way == "another":
            page.list.setCurrentRow(2)
        else:
            page.new_button.click()
    assert heard.asked == [f"{names[0]}: {names[0]}"]
    after = next(one for one in user_roles.everyone(window.store) if one.id == before.id)
    assert (after != before) == (answer == "save")
    if answer == "stay":
        assert (page.id, page.list.currentRow()) == (before.id, 0)
        assert box.currentData() == "none"  # what was typed is still there
        assert page.unsaved()
        page.give_up()
        return
    assert page.name.text() == (names[2] if way == "another" else "New role")
    assert not page.unsaved()
    assert [page.list.item(at).text() for at in range(4)] == [
        one.draft.name for one in user_roles.everyone(window.store)
    ][:4]


def test_a_colleague_gets_role_and_department(window: MainWindow, qtbot: QtBot) -> None:
    user_roles.take_ready(window.store)
    page = window.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["team"].panel
    assert isinstance(panel, ColleaguesPanel)
    person, line = list(panel.lines.items())[1]
    line.role.setCurrentIndex(line.role.findText("Sales"))
    line.role.activated.emit(line.role.currentIndex())
    sales = next(one.id for one in user_roles.everyone(window.store) if one.draft.name == "Sales")
    assert user_roles.held(window.store) == {person: sales}
    line.boxes["team"].setText("South")
    line.boxes["team"].editingFinished.emit()
    record = window.store.reader().record("user", person)
    assert record is not None
    assert record["team"] == "South"


def test_handing_over_by_clicks(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    store = window.store
    page = window.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["team"].panel
    assert isinstance(panel, ColleaguesPanel)
    leaver = next(iter(panel.lines.values()))
    before = owned(store, leaver.one.id)
    menu = panel.menu(leaver)
    menu.actions()[0].trigger()
    dialog = window.findChild(HandOverDialog)
    assert dialog is not None
    assert not dialog.act_button.isEnabled()
    dialog.takers.item(0).setCheckState(Qt.CheckState.Checked)
    dialog.takers.item(1).setCheckState(Qt.CheckState.Checked)
    dialog.act_button.click()
    assert dialog.handed is not None
    assert dialog.print_button.isVisible()
    told = dialog.told.text().splitlines()
    assert len(told) == 2
    qtbot.waitUntil(
        lambda: dialog.report.viewport().height() >= dialog.told.heightForWidth(dialog.told.width())
    )
    assert dialog.height() <= 768
    rows = dict(dialog.rows())
    assert sum(of.get("customer", 0) for of in rows.values()) == before
    dialog.brief().make(tmp_path / "brief.pdf", Wishes())
    assert (tmp_path / "brief.pdf").stat().st_size > 1000
    assert colleagues.everyone(store)[-1].left
    dialog.undo_button.click()
    assert owned(store, leaver.one.id) == before
    assert not any(one.left for one in colleagues.everyone(store))


def test_the_log_is_for_whoever_gives_rights(window: MainWindow, sales: bytes, qtbot: QtBot) -> None:
    page = window.visit(Place("trail"))
    assert isinstance(page, TrailPage)
    assert page.rows.count() >= 2
    assert {page.rows.text(row, 2) for row in range(page.rows.count())} >= {
        "Sign-in turned on",
        "Password set",
    }
    assert page.printed()
    passwords.enter(window.store, sales, OTHER)
    desk.follow(window)
    page.arrived()
    page.reword()
    assert page.rows.count() == 0
    assert "Not for you" in page.nothing.title.text()
    assert QApplication.activeWindow() is not None


@pytest.mark.parametrize("scope", SCOPES)
def test_every_list_shows_what_the_role_lets_see(
    make_window: MakeWindow, store: Store, scope: str, qtbot: QtBot
) -> None:
    """The generated matrix, through the screens: the list of every kind of record, its palette hits and its pages."""
    with store.step("People") as step:
        folk: dict[str, bytes | None] = {
            name: step.insert("user", {"name": name, "team": "north" if name == "other" else "south"})
            for name in ("me", "mate", "other")
        }
    folk["nobody"] = None
    made = {name: four(store, store.model.entities[name], folk) for name in ENTITIES}
    grants = {(name, "see"): scope for name in ENTITIES}
    me = folk["me"]
    assert me is not None
    user_roles.give(store, me, user_roles.save(store, None, Draft("x", grants=grants)))
    boss = folk["mate"]
    assert boss is not None
    passwords.turn_on(store, boss, SECRET)
    passwords.set_password(store, me, OTHER)
    passwords.enter(store, me, OTHER)
    store.keep("started", True)
    window = make_window(store)
    for page in store.model.pages():
        name = page.entity
        if name not in ENTITIES:
            continue
        shared = scope != "none" and is_shared(store.model.entities[name], store)
        wanted = {made[name][who] for who in (REACH["all"] if shared else REACH[scope])}
        shown = window.visit(Place("list", name))
        assert isinstance(shown, ListPage)
        numbers = store.reader().ids_of(name, list(shown.model.numbers))
        assert set(numbers) & set(made[name].values()) <= wanted, name
        for who, id in made[name].items():
            window.show_id(name, id)
            seen = window.navigator.page
            titles = store.reader().titles(name, {id})
            assert bool(titles) == (id in wanted), (name, who)
            if isinstance(seen, RecordPage) and seen.id == id:
                assert seen.is_gone == (id not in wanted), (name, who)
