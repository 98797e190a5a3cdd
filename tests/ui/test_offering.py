"""What a role does not let do is offered nowhere: it is grey where it stands, and says why."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.core.query import Query
from freecrm.store import colleagues, deals, passwords, signin, user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft
from freecrm.ui import row_menu, talk
from freecrm.ui.colleagues import ColleaguesPanel
from freecrm.ui.index_page import IndexPage
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.rights import desk
from freecrm.ui.rights.roles_page import RolesPage
from freecrm.ui.setting_panels import BackupPanel
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

OUT = ("file.export", "batch.export", "file.print", "file.save_calendar", "money.dunning")
NEVER = ("create", "delete", "export", "print")


@pytest.fixture
def me(full_store: Store) -> bytes:
    """Somebody who sees all and lets nothing out, makes and deletes nothing; with a deal, a quote and a bill."""
    me, other = (one.id for one in colleagues.everyone(full_store, counted=False)[:2])
    deals.take_ready(full_store)
    (pipe,) = deals.pipelines(full_store)
    won = pipe.ending("won")
    assert won is not None
    customer = next(full_store.reader().each(Query("customer"))).id
    with full_store.step("Some") as step:
        step.insert(
            "deal",
            {
                "name": "热水改造",
                "customer": customer,
                "pipeline": pipe.id,
                "stage": won.id,
                "owner_user": me,
                "amount": 100,
                "closed": this_day(),
            },
        )
        step.insert("quote", {"customer": customer, "name": "热水", "day": this_day()})
        step.insert("receivable", {"customer": customer, "amount": 100_00, "day": this_day()})
    grants = {("*", action): "none" for action in NEVER}
    user_roles.give(full_store, me, user_roles.save(full_store, None, Draft("Sales", grants=grants)))
    passwords.turn_on(full_store, other, "correct horse")
    passwords.set_password(full_store, me, "battery staple")
    return me


@pytest.fixture
def seller(me: bytes, window: MainWindow) -> MainWindow:
    passwords.enter(window.store, me, "battery staple")
    desk.follow(window)
    return window


def says_why(part: QAction | QAbstractButton, what: str) -> bool:
    return not part.isEnabled() and f"do not let you {what}" in part.toolTip()


def test_commands_are_grey_and_say_why(seller: MainWindow) -> None:
    seller.commands.refresh()
    for id in OUT:
        verb = "print" if id in ("file.print", "money.dunning") else "export"
        assert says_why(seller.commands.action(id), verb), id
        with talk.recording() as heard:
            seller.commands.run(id)
        assert not heard.asked
        if seller.commands.get(id).enabled():
            assert "do not let you" in str(heard.messages[0].what)
    assert says_why(seller.commands.action("edit.delete"), "delete")
    assert says_why(seller.commands.action("file.new"), "create")
    assert says_why(seller.top.new_button, "create")


def test_where_another_kind_may_be_made_the_button_opens_its_menu(
    full_store: Store, me: bytes, window: MainWindow
) -> None:
    role = user_roles.everyone(full_store)[0]
    user_roles.save(full_store, role.id, Draft("Sales", grants={("customer", "create"): "none"}))
    passwords.enter(full_store, me, "battery staple")
    desk.follow(window)
    button, kinds = window.top.new_button, {one.data(): one for one in window.top.new_menu.actions()}
    assert button.isEnabled()
    assert button.popupMode() == QToolButton.ToolButtonPopupMode.InstantPopup
    assert says_why(kinds["customer"], "create")
    assert kinds["deal"].isEnabled()
    window.visit(Place("list", "deal"))
    assert button.popupMode() == QToolButton.ToolButtonPopupMode.MenuButtonPopup


def test_menus_show_them_grey(seller: MainWindow) -> None:
    menu = row_menu.made(seller, seller.page)
    found = {action.objectName(): action for action in menu.actions()}
    assert menu.toolTipsVisible()
    assert says_why(found["batch.export"], "export")
    assert says_why(found["edit.delete"], "delete")
    assert menu.danger is None
    seller.menus.show()
    assert all(menu.toolTipsVisible() for menu in seller.menus.menus.values())


def test_the_palette_lists_them_with_the_reason_and_does_nothing(seller: MainWindow, qtbot: QtBot) -> None:
    seller.commands.run("view.palette")
    seller.lookup.box.setText(">export")
    rows = [row for row in seller.lookup.hits.rows.rows if row.kind == "kept"]
    assert "Export this list…" in [row.title for row in rows]
    assert all("do not let you" in row.facts and not row.can_be_chosen for row in rows)
    seller.lookup.close()


def test_the_bar_of_chosen_rows(seller: MainWindow) -> None:
    seller.page.grid.tick(0)
    buttons = seller.page.cells.bar.buttons
    assert says_why(buttons["batch.export"], "export")
    assert says_why(buttons["edit.delete"], "delete")


@pytest.mark.parametrize("place", ["ageing", "referrers", "reports"])
def test_pages_of_figures(seller: MainWindow, place: str) -> None:
    page = seller.visit(Place(place))
    assert says_why(page.export_button, "export")  # type: ignore[attr-defined]
    if place == "ageing":
        assert says_why(page.dunning_button, "print")  # type: ignore[attr-defined]
    if place == "reports":
        assert says_why(page.print_button, "print")  # type: ignore[attr-defined]
    seller.commands.refresh()
    assert says_why(seller.commands.action("file.print"), "print")


@pytest.mark.parametrize("place", ["roles", "plans"])
def test_pages_of_a_few_things(seller: MainWindow, place: str) -> None:
    page = seller.visit(Place(place))
    assert isinstance(page, IndexPage)
    for button in (page.new_button, page.own_button, page.ready_button):
        assert says_why(button, "create")
    if place == "roles":
        assert says_why(page.delete_button, "delete")
        assert says_why(page.save_button, "change")
        assert "do not let you change" in page.closed.text()
        assert not page.closed.isHidden()
        assert isinstance(page, RolesPage)
        for part in (page.name, page.admin, *page.matrix.boxes.values(), *page.fields.boxes.values()):
            assert not part.isEnabled()
        assert page.fields.entity.isEnabled()
        signin.be(seller.store, None)
        page.load()
        assert page.closed.isHidden()
        assert page.name.isEnabled()


def test_the_colleagues_of_the_settings(seller: MainWindow) -> None:
    page = seller.visit(Place("settings", "team"))
    assert isinstance(page, SettingsPage)
    panel = page.sections["team"].panel
    assert isinstance(panel, ColleaguesPanel)
    assert says_why(panel.add_button, "create")
    for id, line in panel.lines.items():
        assert not line.role.isEnabled()
        assert "do not let you change" in line.role.toolTip()
        assert says_why(line.cross, "delete")
        assert line.boxes["phone"].isEnabled() == (id == seller.store.user)


def test_pages_of_records(seller: MainWindow) -> None:
    reader = seller.store.reader()
    quote = next(reader.each(Query("quote"))).id
    seller.show_id("quote", quote)
    page = seller.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("lines")
    assert says_why(page.made["lines"].buttons["print"], "print")  # type: ignore[attr-defined]
    seller.commands.refresh()
    assert says_why(seller.commands.action("file.print"), "print")
    page.more_button.click()
    (menu,) = [one for one in page.findChildren(QMenu) if one.isVisible()]
    assert says_why(menu.actions()[-1], "delete")
    menu.close()
    customer = next(reader.each(Query("receivable")))["customer"]
    seller.show_id("customer", customer)
    page = seller.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("account")
    tab = page.made["account"]
    assert says_why(tab.print_button, "print")  # type: ignore[attr-defined]
    assert says_why(tab.excel_button, "export")  # type: ignore[attr-defined]


def test_where_a_record_of_ones_own_may_be_printed_it_is_offered(
    full_store: Store, me: bytes, window: MainWindow
) -> None:
    role = user_roles.everyone(full_store)[0]
    user_roles.save(
        full_store, role.id, Draft("Sales", grants={("*", "print"): "none", ("deal", "print"): "own"})
    )
    passwords.enter(full_store, me, "battery staple")
    desk.follow(window)
    deal = next(full_store.reader().each(Query("deal")))
    window.show_id("deal", deal.id)
    window.commands.refresh()
    assert window.commands.action("file.print").isEnabled()
    other = colleagues.everyone(full_store, counted=False)[1].id
    with full_store.whole(), full_store.step("Given") as step:
        step.update("deal", deal.id, {"owner_user": other})
    window.commands.refresh()
    assert says_why(window.commands.action("file.print"), "print")


def test_who_changes_nothing_is_not_offered_to(seller: MainWindow) -> None:
    store = seller.store
    assert store.user is not None
    grants = {("*", action): "none" for action in (*NEVER, "change")}
    with store.whole():
        user_roles.save(store, user_roles.held(store)[store.user], Draft("Looks on", grants=grants))
    seller.refresh()
    changes = ("edit.cell", "edit.paste", "edit.fill_down", "batch.field", "batch.owner", "batch.tag")
    for id in changes:
        assert says_why(seller.commands.action(id), "change"), id
    for id in ("file.import", "file.bring_back"):
        assert says_why(seller.commands.action(id), "change"), id
    for id in ("file.import_calendar", "batch.plan"):
        assert says_why(seller.commands.action(id), "create"), id
    seller.page.grid.tick(0)
    buttons = seller.page.cells.bar.buttons
    for id in ("batch.field", "batch.owner", "batch.tag"):
        assert says_why(buttons[id], "change"), id
    assert says_why(buttons["batch.plan"], "create")


def test_backups_are_for_who_gives_the_rights(seller: MainWindow) -> None:
    page = seller.visit(Place("settings", "backup"))
    assert isinstance(page, SettingsPage)
    panel = next(one for one in page.findChildren(BackupPanel))
    assert not panel.now.isEnabled()
    assert "A backup holds everything" in panel.now.toolTip()
    seller.commands.refresh()
    for part in (panel.restore, seller.commands.action("tools.restore")):
        assert not part.isEnabled()
        assert "Only whoever gives the rights" in part.toolTip()


def test_without_a_role_nothing_is_grey(me: bytes, window: MainWindow) -> None:
    window.commands.refresh()
    offered = ("file.export", "file.print", "file.new", "edit.delete", "money.dunning")
    for id in (*offered, "file.import", "batch.field", "tools.restore"):
        assert window.commands.action(id).isEnabled(), id
        assert "let you" not in window.commands.action(id).toolTip()
