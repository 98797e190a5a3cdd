"""What was done to a record before a computer joined comes from the server's log, with who and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import InLine
from freecrm.store import lines
from freecrm.sync import earlier, joining
from freecrm.sync.earlier import Earlier
from freecrm.sync.exchange import exchange
from freecrm.sync.server import connect
from freecrm.ui import cells, look
from freecrm.ui.page import Place
from freecrm.ui.preferences import Preferences
from freecrm.ui.record_history import RecordHistory
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow
from tests.files import new_store
from tests.sync.conftest import Desktop, Firm

WAIT = 20_000


@pytest.fixture
def old(firm: Firm, pair: tuple[Desktop, Desktop]) -> bytes:
    """A hotel that Lin made and Shen changed twice, long before anybody else came."""
    a, b = pair
    for one in pair:
        if one.get("user", one.person) is None:
            with one.store.step("People") as step:
                step.insert("user", {"name": one.name.title()}, id=one.person)
        firm.settle()
    id = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "+8657100006600"}])
    firm.settle()
    b.set("customer", id, grade="B")
    firm.settle()
    phone = b.get("customer", id)["phones"][0]["id"]  # type: ignore[index]
    b.set("customer", id, grade="A", phones=[{"id": phone, "number": "+8657100009900"}])
    firm.settle()
    return id


def told(found: list[Earlier]) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    return [(one.who, one.device, [(x.field, x.old, x.new) for x in one.lines]) for one in found]


def test_who_joins_late_reads_what_was_before(firm: Firm, pair: tuple[Desktop, Desktop], old: bytes) -> None:
    _a, b = pair
    late = firm.desktop("late")
    late.sync()
    b.set("customer", old, remark="Later")
    firm.settle()
    assert earlier.may_be(late.store, "customer", old)
    found = earlier.changes(late.store, late.server, "customer", old)
    last, middle, first = told(found)
    assert last[:2] == middle[:2] == ("Shen", "PC of shen")
    assert [(field, old_[:1], new[:1]) for field, old_, new in middle[2]] == [("Grade", "C", "B")]
    assert {(field, new) for field, _old, new in last[2]} >= {("Phone", "0571-00009900")}
    assert first[:2] == ("Lin", "PC of lin")
    made = {field: new for field, _old, new in first[2]}
    assert (made["Customer name"], made["Phone"]) == ("云杉谷酒店", "0571-00006600")
    assert made["Grade"].startswith("C")
    assert not any("Later" in x.new for one in found for x in one.lines)  # that stands in the file's own log
    here, _more = lines.life(late.store, "customer", old)
    assert any(x.new == "Later" for chapter in here for x in chapter.lines)
    assert found[0].at >= found[-1].at


def test_who_made_it_asks_nobody(firm: Firm, pair: tuple[Desktop, Desktop], old: bytes) -> None:
    a, b = pair
    assert not earlier.may_be(a.store, "customer", old)
    assert earlier.changes(a.store, a.server, "customer", old) == []
    assert [who for who, _device, _lines in told(earlier.changes(b.store, b.server, "customer", old))] == [
        "Lin"
    ]


def test_a_row_that_was_gone_by_then_is_told(firm: Firm, pair: tuple[Desktop, Desktop], old: bytes) -> None:
    a, _b = pair
    a.set("customer", old, phones=[])
    firm.settle()
    late = firm.desktop("late")
    late.sync()
    said = told(earlier.changes(late.store, late.server, "customer", old))
    assert ("Phone", "0571-00009900", "") in said[0][2]
    assert any(("Phone", "", "0571-00006600") in rows for _who, _device, rows in said)


def test_what_the_rights_hide_is_not_told(firm: Firm, pair: tuple[Desktop, Desktop], old: bytes) -> None:
    a, _b = pair
    low = firm.desktop("low", gives_rights=False)
    with a.store.step("People") as step:
        values = {
            "name": "Low",
            "grants": '{"*": {"see": "all"}}',
            "hidden_fields": '[["customer", "grade"]]',
        }
        role = step.insert("role", values)
        step.insert("user", {"name": "Low", "role": role}, id=low.person)
    firm.settle()
    found = earlier.changes(low.store, low.server, "customer", old)
    fields = {x.field for one in found for x in one.lines}
    assert "Phone" in fields
    assert "Grade" not in fields


# ---- on the screen


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, firm: Firm, old: bytes) -> Iterator[MainWindow]:
    look.apply(qapp, "light")
    cells.warm_up()
    firm.member("late")
    store = new_store(tmp_path / "late.freecrm")
    store.keep("started", True)
    joining.join(store, ("禾川", firm.address("")), firm.address("late").login, "late")
    with connect(firm.address("late"), "late") as server:
        exchange(store, server)
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


def changes_tab(window: MainWindow, id: bytes) -> RecordHistory:
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    page.show_tab("changes")
    found = page.made["changes"]
    assert isinstance(found, RecordHistory)
    return found


def heads(tab: RecordHistory) -> list[str]:
    tops = [tab.tree.topLevelItem(at) for at in range(tab.tree.topLevelItemCount())]
    return [top.text(0) for top in tops if isinstance(top, QTreeWidgetItem)]


def test_the_tab_shows_it_or_says_that_it_cannot(
    qtbot: QtBot, window: MainWindow, old: bytes, firm: Firm
) -> None:
    tab = changes_tab(window, old)
    here = len(heads(tab))
    assert here >= 1
    assert tab.foot.isHidden()  # outside of a running exchange nobody was asked
    window.team.address = firm.address("late")
    tab.show_record("customer", old)
    assert tab.foot.isVisible()
    assert "can't be reached now" in tab.beyond_label.text()
    window.team._begin("late")
    qtbot.waitUntil(
        lambda: window.team.state is not None and window.team.state.kind == "synced", timeout=WAIT
    )
    tab.again_button.click()
    assert tab.foot.isHidden()
    found = heads(tab)
    assert len(found) == here + 3, found
    assert "Shen · PC of shen" in found[here]
    assert "Lin · PC of lin" in found[-1]
    window.dress.set_language("zh_CN")
    assert len(heads(tab)) == here + 3


def test_a_page_of_its_own_has_it_too(qtbot: QtBot, window: MainWindow, old: bytes, firm: Firm) -> None:
    window.team.address = firm.address("late")
    window.team._begin("late")
    qtbot.waitUntil(
        lambda: window.team.state is not None and window.team.state.kind == "synced", timeout=WAIT
    )
    window.visit(Place("record_history", f"customer:{old.hex()}"))
    tab = window.navigator.page.findChild(RecordHistory)
    assert any("Lin · PC of lin" in head for head in heads(tab))
