"""Follow-ups: written on the page, in the panel, by Ctrl+J from anywhere; what is next, overdue, or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.store import activities, drafts, followups, phrases, undo
from freecrm.store.database import Store
from freecrm.store.followups import FollowUp
from freecrm.ui import talk
from freecrm.ui.finish_box import FinishBox
from freecrm.ui.follow_up.desk import FollowUpDialog
from freecrm.ui.follow_up.next_step import NextPopup, WhenPopup
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
CTRL = Qt.KeyboardModifier.ControlModifier
NAME = "云杉谷酒店"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def id_of(window: MainWindow, name: str = NAME, entity: str = "customer") -> bytes:
    found = window.store.reader().named(entity, name)
    assert found is not None
    return found


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def record(window: MainWindow, entity: str, id: bytes):  # type: ignore[no-untyped-def]
    found = window.store.reader().record(entity, id)
    assert found is not None
    return found


def opened(window: MainWindow) -> RecordPage:
    window.show_id("customer", id_of(window))
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return page


def planned(window: MainWindow, **values: object) -> bytes:
    given = {"kind": "call", "subject": "回访", "customer": id_of(window), **values}
    return activities.plan(window.store, given)


def dialog(window: MainWindow) -> FollowUpDialog:
    found = [one for one in window.findChildren(FollowUpDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def heads(page: RecordPage) -> list[str]:
    return [row.head for row in page.overview.timeline.model.rows if row.about is not None]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def page(window: MainWindow) -> RecordPage:
    return opened(window)


# ---- AC-360-4


def test_next_tomorrow_at_ten_clears_what_was_overdue_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    late = planned(window, start=now() - DAY)
    page = opened(window)
    assert page.overview.next_steps is not None
    (card,) = page.overview.next_steps.cards
    assert card.late
    assert "late" in card.when.text()
    qtbot.keyClick(focus(), Qt.Key.Key_J, CTRL)
    qtbot.keyClicks(focus(), "Price agreed. Wants it in May")
    composer = page.overview.composer
    assert composer.parts is not None
    qtbot.mouseClick(composer.parts.next_chip, Qt.MouseButton.LeftButton)
    popup = window.findChildren(NextPopup)[-1]
    popup.editor.when.line.setText("")
    qtbot.keyClicks(popup.editor.when.line, "tomorrow 10:00")
    qtbot.keyClick(popup.editor.when.line, Qt.Key.Key_Return)
    assert "10:00" in composer.parts.next_chip.text()
    before = activities_of(window)
    composer.text.setFocus()
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CTRL)
    firm = record(window, "customer", page.id)
    tomorrow = dt.datetime.now().astimezone().date() + DAY
    assert firm["last_contact"] == tomorrow - DAY
    assert firm["next_at"] == dt.datetime.combine(tomorrow, dt.time(10)).astimezone(dt.UTC)
    assert activities_of(window) == before + 1
    assert record(window, "activity", late)["state"] == "done"
    (card,) = page.overview.next_steps.cards
    assert not card.late
    assert "overdue" not in page.bar.buttons["last"].accessibleName()
    window.navigator.back()
    window.page.side.open_record_at(firm.n)
    assert "overdue" not in panel_card(window)
    undo.undo(window.store)
    assert "overdue" in panel_card(window)


def activities_of(window: MainWindow) -> int:
    sql = "SELECT count(*) FROM activity WHERE customer = ?"
    return int(window.store.read().execute(sql, (id_of(window),)).fetchone()[0])


def panel_card(window: MainWindow) -> str:
    from freecrm.ui.follow_up.panel import PanelNext

    panel = window.page.side.record
    assert panel is not None
    (card,) = [one for one in panel.findChildren(PanelNext) if one.isVisible()]
    return card.name.text()


# ---- the box


def test_each_kind_asks_for_what_it_has(page: RecordPage, qtbot: QtBot) -> None:
    page.begin_follow_up()
    composer = page.overview.composer
    assert composer.kinds is not None
    assert composer.parts is not None
    parts = composer.parts
    seen = {
        "call": (parts.direction, parts.minutes),
        "visit": (parts.place, parts.minutes),
        "email": (parts.direction,),
        "wechat": (parts.direction,),
        "task": (parts.when_chip,),
    }
    for at, (kind, _text, _icon) in enumerate(composer.kinds.kinds):
        composer.kinds.setCurrentIndex(at)
        assert composer.kind == kind
        assert focus() is composer.text
        for part in (parts.direction, parts.place, parts.minutes):
            assert part.isVisible() == (part in seen.get(kind, ())), kind
        assert parts.next_chip.isVisible() == (kind not in ("task", "note"))


def test_a_call_is_an_entry_with_all_that_was_said_of_it(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    page.begin_follow_up("call")
    parts = page.overview.composer.parts
    assert parts is not None
    parts.direction.setCurrentIndex(parts.direction.findData("in"))
    parts.minutes.setValue(8)
    parts.outcome = "interested"
    qtbot.keyClicks(focus(), "Wants three percent off")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    row = page.overview.timeline.model.rows[1]
    assert "Incoming call" in row.head
    assert "8 min" in row.head
    assert row.text == "Wants three percent off"
    assert ("Interested", "accent") in row.chips
    for part in ("Incoming call", "Wants three percent off", "Interested"):
        assert part in row.spoken
    view = page.overview.timeline.view
    with qtbot.waitSignal(page.open_record) as told:
        page.act("open", row.about)  # type: ignore[arg-type]
    assert told.args[0] == "activity"
    assert view.rows_model.rows[1].about is not None


def test_the_main_contact_is_proposed_and_attends(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    people = followups.people_of(window.store, page.id)
    assert people
    page.begin_follow_up()
    parts = page.overview.composer.parts
    assert parts is not None
    assert parts.people == [people[0][0]]
    qtbot.keyClicks(focus(), "ok")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert people[0][1] in heads(page)[0]
    window.show_id("contact", people[0][0])
    own = window.navigator.page
    assert isinstance(own, RecordPage)
    assert own.overview.timeline.model.rows[1].text == "ok"
    assert own.overview.next_steps is not None
    assert len(own.overview.next_steps.cards) == 1


def test_nothing_typed_is_said_and_an_outcome_is_enough(page: RecordPage, qtbot: QtBot) -> None:
    page.begin_follow_up("call")
    composer = page.overview.composer
    assert not composer.save()
    assert composer.trouble.text() == "Type something first."
    assert composer.parts is not None
    composer.parts.outcome = "missed"
    assert composer.save()
    assert page.overview.timeline.model.rows[1].chips == [("Not reached", "warning")]


def test_what_is_no_date_is_said_where_it_is_typed(
    window: MainWindow, page: RecordPage, qtbot: QtBot
) -> None:
    page.begin_follow_up()
    parts = page.overview.composer.parts
    assert parts is not None
    qtbot.mouseClick(parts.next_chip, Qt.MouseButton.LeftButton)
    popup = window.findChildren(NextPopup)[-1]
    popup.editor.when.line.setText("")
    qtbot.keyClicks(popup.editor.when.line, "some day soon")
    qtbot.keyClick(popup.editor.when.line, Qt.Key.Key_Return)
    assert popup.isVisible()
    assert popup.trouble.text()
    assert popup.editor.when.line.text() == "some day soon"
    qtbot.keyClick(popup.editor.when.line, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_a_task_is_planned_for_a_colleague(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.begin_follow_up("task")
    composer = page.overview.composer
    assert composer.parts is not None
    id, _name = followups.colleagues(window.store)[0]
    composer.parts.owner = id
    composer.parts._take_when(dt.datetime.now().astimezone().date() + DAY, None)
    qtbot.keyClicks(focus(), "Send the contract")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    steps = followups.open_steps(window.store, "customer", page.id)
    assert [(step.subject, step.all_day) for step in steps] == [("Send the contract", True)]
    assert record(window, "activity", steps[0].id)["owner_user"] == id


# ---- drafts, phrases, colleagues, files


def test_a_follow_up_left_behind_is_gone_on_with(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    page.begin_follow_up("visit")
    parts = page.overview.composer.parts
    assert parts is not None
    parts.place.setText("Lobby")
    parts.take_next(None)
    qtbot.keyClicks(page.overview.composer.text, "half")
    window.navigator.back()
    assert [draft.values["kind"] for draft in drafts.all(window.store)] == ["visit"]
    assert "follow-up" in window.toasts.shown[-1].accessibleName()
    again = opened(window)
    assert again.overview.composer.kind == "visit"
    assert again.overview.composer.text.toPlainText() == "half"
    held = again.overview.composer.parts
    assert held is not None
    assert held.place.text() == "Lobby"
    assert held.next is None
    again.overview.composer.begin()
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert drafts.all(window.store) == []
    assert record(window, "customer", page.id)["next_at"] is None


def test_phrases_are_kept_inserted_and_managed(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    from freecrm.ui.follow_up import phrase_menu
    from freecrm.ui.follow_up.phrase_dialog import PhraseDialog

    page.begin_follow_up()
    composer = page.overview.composer
    assert composer.parts is not None
    qtbot.keyClicks(composer.text, "Quote sent")
    chip = composer.parts.phrase_chip
    menu = phrase_menu.made(chip, composer.text, window.store, window.tasks, [])
    next(one for one in menu.actions() if "Save the text" in one.text()).trigger()
    held = phrases.all(window.store)
    assert [text for _id, text in held] == ["Quote sent"]
    menu = phrase_menu.made(chip, composer.text, window.store, window.tasks, held)
    menu.actions()[0].trigger()
    assert composer.text.toPlainText() == "Quote sent Quote sent"
    box = PhraseDialog(page, window.store, window.tasks)
    qtbot.addWidget(box)
    box.show()
    listed = box.phrases
    listed.begin()
    qtbot.keyClicks(listed.text, "No answer")
    listed.save()
    assert [text for _id, text in phrases.all(window.store)] == ["Quote sent", "No answer"]
    qtbot.mouseClick(listed.up_button, Qt.MouseButton.LeftButton)
    assert [text for _id, text in phrases.all(window.store)] == ["No answer", "Quote sent"]
    qtbot.mouseClick(listed.delete_button, Qt.MouseButton.LeftButton)
    assert [text for _id, text in phrases.all(window.store)] == ["Quote sent"]
    undo.undo(window.store)
    assert len(phrases.all(window.store)) == 2
    listed.begin()
    assert not listed.save()
    assert listed.trouble.isVisible()


def test_a_colleague_is_offered_after_the_at_sign(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    _id, name = followups.colleagues(window.store)[0]
    page.begin_follow_up()
    text = page.overview.composer.text
    qtbot.keyClicks(text, "please @")
    assert name in [offer.text for offer in text.offers.offers]
    text.offers.choose([offer.text for offer in text.offers.offers].index(name))
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert text.toPlainText() == f"please @{name} "
    qtbot.keyClick(text, Qt.Key.Key_Return, CTRL)
    assert window.store.read().execute("SELECT count(*) FROM notice").fetchone() == (1,)


def test_files_go_with_the_follow_up(
    window: MainWindow, page: RecordPage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "quote.txt"
    path.write_text("x")
    page.begin_follow_up()
    composer = page.overview.composer
    qtbot.keyClicks(composer.text, "sent")
    with talk.recording(file=path):
        qtbot.mouseClick(composer.attach_button, Qt.MouseButton.LeftButton)
    assert "quote.txt" in composer.files_line.text()
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CTRL)
    row = page.overview.timeline.model.rows[1]
    assert ("quote.txt", "info") in row.chips
    assert not composer.files_line.isVisible()


# ---- from anywhere


def test_ctrl_j_on_a_row_opens_the_box_for_it(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.go(0, 0)
    name = window.page.model.rows_at([0])[0] if hasattr(window.page.model, "rows_at") else None
    ids = window.store.reader().ids_of("customer", [window.page.grid.current_n()])
    qtbot.keyClick(window.page.grid, Qt.Key.Key_J, CTRL)
    box = dialog(window)
    assert box.about == ("customer", ids[0])
    assert name is None or box.head.text()
    qtbot.keyClicks(focus(), "spoken")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert record(window, "customer", ids[0])["last_contact"] is not None


def test_ctrl_j_without_a_customer_asks_for_one(window: MainWindow, qtbot: QtBot) -> None:
    from freecrm.ui.page import Place

    window.visit(Place("settings"))
    qtbot.keyClick(window, Qt.Key.Key_J, CTRL)
    box = dialog(window)
    assert box.about is None
    assert box.composer is None
    qtbot.waitUntil(box.isActiveWindow)
    box.who.set_value(id_of(window))
    box.who.done.emit()
    assert box.composer is not None
    qtbot.waitUntil(lambda: box.composer is not None and focus() is box.composer.text)
    qtbot.keyClicks(focus(), "half")
    box.reject()
    assert [draft.values["text"] for draft in drafts.all(window.store)] == ["half"]


def test_the_panel_has_a_small_box(window: MainWindow, qtbot: QtBot) -> None:
    n = window.store.reader().numbers_of("customer", [id_of(window)])[id_of(window)]
    window.page.show_record(n)
    panel = window.page.side.record
    assert panel is not None
    assert panel.foot is not None
    qtbot.keyClick(window.page.grid, Qt.Key.Key_J, CTRL)
    assert panel.foot.composer is not None
    assert focus() is panel.foot.composer.text
    qtbot.keyClicks(focus(), "from the list")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CTRL)
    assert panel.foot.button.isVisible()
    assert followups.open_steps(window.store, "customer", id_of(window))


# ---- the next step


def test_no_next_step_warns_and_offers_three_ways(window: MainWindow, page: RecordPage, qtbot: QtBot) -> None:
    steps = page.overview.next_steps
    assert steps is not None
    assert steps.none is not None
    assert steps.none.isVisible()
    qtbot.mouseClick(steps.none.call_button, Qt.MouseButton.LeftButton)
    assert not steps.none.isVisible()
    tomorrow = dt.datetime.now().astimezone().date() + DAY
    assert record(window, "customer", page.id)["next_at"] == activities.midnight(tomorrow)
    undo.undo(window.store)
    assert steps.none.isVisible()


def test_a_step_is_put_off_in_words_and_dropped(window: MainWindow, qtbot: QtBot) -> None:
    id = planned(window, start=now() - HOUR)
    page = opened(window)
    assert page.overview.next_steps is not None
    card = page.overview.next_steps.cards[0]
    card.ask_time()
    popup = window.findChildren(WhenPopup)[-1]
    qtbot.keyClicks(popup.when.line, "in 3 days")
    qtbot.keyClick(popup.when.line, Qt.Key.Key_Return)
    assert record(window, "activity", id)["start"].date() >= (now() + 2 * DAY).date()
    card = page.overview.next_steps.cards[0]
    assert not card.late
    menu = card.offer_later()
    assert [one.text() for one in menu.actions() if one.text()] == [
        "Tomorrow", "In 3 days", "Next week", "Another time…", "Drop it",
    ]  # fmt: skip
    menu.actions()[-1].trigger()
    menu.close()
    assert record(window, "activity", id)["state"] == "dropped"


def test_the_tab_has_what_is_planned_and_what_was_done(window: MainWindow, qtbot: QtBot) -> None:
    planned(window, start=now() + DAY)
    followups.save(window.store, "customer", id_of(window), followups.FollowUp("call", "done it"))
    page = opened(window)
    page.show_tab("activities")
    tab = page.made["activities"]
    assert [card.step.subject for card in tab.steps.cards] == ["回访"]  # type: ignore[attr-defined]
    assert [row.text for row in tab.box.model.rows if row.about is not None] == ["done it"]  # type: ignore[attr-defined]
    assert page.tab_bar.tabText([one.name for one in page.tabs].index("activities") + 1).endswith("2")


def test_views_offer_who_has_no_next_step_and_who_is_overdue(window: MainWindow) -> None:
    planned(window, start=now() - 3 * DAY)
    titles = {view.key: view for view in window.store.model.views("customer")}
    assert {"no_next", "overdue"} <= set(titles)
    from freecrm.core.query import Query

    reader = window.store.reader()
    late = reader.numbers(Query("customer", titles["overdue"].filters.condition))
    free = reader.numbers(Query("customer", titles["no_next"].filters.condition))
    assert len(late) == 1
    assert set(late).isdisjoint(free)


# ---- finishing


def test_the_tick_asks_for_the_result_and_the_next_step(window: MainWindow, qtbot: QtBot) -> None:
    id = planned(window, start=now() - HOUR)
    page = opened(window)
    assert page.overview.next_steps is not None
    card = page.overview.next_steps.cards[0]
    qtbot.mouseClick(card.tick, Qt.MouseButton.LeftButton)
    assert not card.tick.isChecked()
    box = window.findChildren(FinishBox)[-1]
    assert box.next_box.isChecked()
    qtbot.keyClicks(box.text, "Reached her")
    qtbot.mouseClick(box.outcomes["reached"], Qt.MouseButton.LeftButton)
    box.next.when.line.setText("")
    qtbot.keyClicks(box.next.when.line, "not a day")
    qtbot.keyClick(box.text, Qt.Key.Key_Return, CTRL)
    assert box.trouble.isVisible()
    box.next.when.take_days(2)
    qtbot.keyClick(box.text, Qt.Key.Key_Return, CTRL)
    done = record(window, "activity", id)
    assert (done["state"], done["result"], done["outcome"]) == ("done", "Reached her", "reached")
    assert len(followups.open_steps(window.store, "customer", page.id)) == 1
    undo.undo(window.store)
    assert record(window, "activity", id)["state"] == "planned"


def test_a_follow_up_nobody_signed_names_nobody(window: MainWindow, qtbot: QtBot) -> None:
    store, id = window.store, id_of(window)
    store.user = None
    assert store.reader().record("customer", id)["owner_user"] is not None  # type: ignore[index]
    with store.step("Add") as step:
        step.insert(
            "activity",
            {"kind": "other", "recorded": True, "state": "done", "customer": id, "done_at": now()},
        )
    followups.save(store, "customer", id, FollowUp("other", "Sent the offer"))
    page = opened(window)
    qtbot.waitUntil(lambda: any(head.startswith("A follow-up") for head in heads(page)))
    assert any(head.startswith("Last contact (recorded)") for head in heads(page))


def test_what_is_gone_meanwhile_is_told(store: Store, window: MainWindow) -> None:
    from freecrm.ui import finish_box

    id = planned(window, start=now())
    with window.store.step("Delete") as step:
        step.delete("activity", id)
    with talk.recording() as heard:
        assert finish_box.open(window, window.store, window.tasks, id) is None
    assert "isn't there any more" in str(heard.messages[0].what)
