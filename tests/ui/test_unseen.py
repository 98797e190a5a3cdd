"""What hangs at a customer that one may not see says «not for you» on screen: muted, with its reason, no link."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from freecrm.core.query import Query
from freecrm.core.rights import WHY_UNSEEN, Unseen
from freecrm.store import colleagues, deals, passwords, user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft
from freecrm.ui.editors.links import LinkEditor
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.record_lines import Value
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.rights import desk
from freecrm.ui.window import MainWindow


@pytest.fixture
def deal(full_store: Store) -> bytes:
    """A deal of one's own at a customer of somebody else's; whoever works here sees their own customers only."""
    me, other = (one.id for one in colleagues.everyone(full_store, counted=False)[:2])
    deals.take_ready(full_store)
    (pipe,) = deals.pipelines(full_store)
    with full_store.step("Deal") as step:
        customer = step.insert("customer", {"name": "别家公司", "owner_user": other})
        id = step.insert(
            "deal",
            {
                "name": "热水改造",
                "customer": customer,
                "owner_user": me,
                "pipeline": pipe.id,
                "stage": pipe.stages[0].id,
            },
        )
    role = user_roles.save(full_store, None, Draft("Sales", grants={("customer", "see"): "own"}))
    user_roles.give(full_store, me, role)
    passwords.turn_on(full_store, other, "correct horse")
    passwords.set_password(full_store, me, "battery staple")
    return id


@pytest.fixture
def seller(deal: bytes, window: MainWindow) -> MainWindow:
    """The window of whoever sees their own customers only."""
    passwords.enter(window.store, colleagues.everyone(window.store, counted=False)[0].id, "battery staple")
    desk.follow(window)
    return window


def test_a_list_says_so_with_its_reason(deal: bytes, seller: MainWindow) -> None:
    page = seller.visit(Place("list", "deal"))
    assert isinstance(page, ListPage)
    column = page.model.names.index("customer")
    row = page.model.place(seller.store.reader().numbers_of("deal", [deal])[deal])
    index = page.model.index(row, column)
    assert index.data() == "Not for you"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == WHY_UNSEEN
    assert page.model.table([row])[0][column][1] == ""  # what is copied may be pasted again


def test_a_page_says_so_and_leads_nowhere(deal: bytes, seller: MainWindow, qtbot: QtBot) -> None:
    seller.show_id("deal", deal)
    page = seller.navigator.page
    assert isinstance(page, RecordPage)
    found = [one for one in page.findChildren(Value) if one.text() == "Not for you"]
    assert found
    for one in found:
        assert one.toolTip() == WHY_UNSEEN
        assert one.property("role") in ("caption", "hint")
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)
    assert seller.navigator.page is page


def test_a_picker_shows_it_and_keeps_what_is_there(deal: bytes, seller: MainWindow) -> None:
    record = seller.store.reader().record("deal", deal)
    assert record is not None
    editor = LinkEditor(seller.store.schema.fields("deal")["customer"], seller.store, seller.tasks)
    editor.set_value(record["customer"])
    assert editor.line.text() == "Not for you"
    assert editor.line.toolTip() == WHY_UNSEEN
    assert editor.value() == record["customer"]
    editor.set_value(None)
    assert not editor.line.toolTip()
    editor.deleteLater()


def test_whoever_sees_all_sees_the_name(deal: bytes, seller: MainWindow) -> None:
    seller.store.hold_to(None)
    records = list(seller.store.reader().each(Query("deal")))
    assert not [one for one in records if isinstance(one["customer_title"], Unseen)]
