"""Dunning letters: who gets which, never twice, in the firm's own words, and on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from freecrm.core import dunning as rules
from freecrm.core.problems import Known
from freecrm.core.words import speaking
from freecrm.exchange.letters import DunningPrint, ReceiptPrint, letters_of
from freecrm.exchange.printing import Wishes
from freecrm.store import dunning, receivables, undo
from freecrm.store.database import Store
from tests.exchange.test_pdf import joined, texts

DAY = dt.date(2026, 6, 30)


def customer(store: Store, name: str, *late: int, **more: object) -> bytes:
    """A customer with bills of 1,000.00 that are so many days late."""
    with store.step("New") as step:
        id = step.insert("customer", {"name": name, **more})
    for n, days in enumerate(late):
        due = DAY - dt.timedelta(days=days)
        receivables.add(store, id, 100_000, name=f"{name} {n}", day=due, due=due)
    return id


def found(store: Store, day: dt.date = DAY) -> dict[str, tuple[int, int, int]]:
    return {one.name: (one.level, one.days, one.amount) for one in dunning.due(store, day)}


def test_the_level_follows_from_the_days(store: Store) -> None:
    customer(store, "Soon", 6, -10)
    customer(store, "First", 7, 2)
    customer(store, "Second", 30, 8)
    customer(store, "Last", 200)
    customer(store, "Opening", opening_balance=500, opening_day=DAY - dt.timedelta(days=40))
    customer(store, "No day", opening_balance=500)
    assert found(store) == {
        "First": (1, 7, 200_000),
        "Second": (2, 30, 200_000),
        "Last": (3, 200, 100_000),
        "Opening": (2, 40, 500),
    }
    store.set_setting("receivable.dun_days_3", 0)
    assert found(store)["Last"][0] == 2


def test_credit_that_covers_it_asks_for_nothing(store: Store) -> None:
    id = customer(store, "A", 20)
    receivables.receive(store, id, 100_000, [])
    assert found(store) == {}
    receivables.add(store, id, 5_000, day=DAY - dt.timedelta(days=9), due=DAY - dt.timedelta(days=9))
    assert found(store) == {"A": (1, 20, 5_000)}


def test_nobody_is_asked_twice_within_the_days(store: Store) -> None:
    id = customer(store, "A", 20)
    due = dunning.due(store, DAY)
    dunning.write(store, due)
    assert found(store, DAY + dt.timedelta(days=9)) == {}
    with pytest.raises(Known, match="A got a letter of level 1 on 2026-06-30 already"):
        dunning.write(store, due)
    assert found(store, DAY + dt.timedelta(days=10)) == {"A": (2, 30, 100_000)}  # another level
    rows = store.read().execute("SELECT subject, customer, state FROM activity").fetchall()
    assert rows == [("Ask about the payment", id, "planned")]
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["next_step"] == "Ask about the payment"
    undo.undo(store)
    assert found(store) == {"A": (1, 20, 100_000)}
    with pytest.raises(Known, match="Nobody is chosen"):
        dunning.write(store, [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "Dear {name}",
            r"“\{name\}” isn't a tag that letters know. They know: \{customer\} \{amount\} \{days\}",
        ),
        ("{}", "isn't a tag"),
        ("Dear {customer", "bracket stands alone"),
        ("customer}", "bracket stands alone"),
    ],
)
def test_an_unknown_tag_is_refused(store: Store, text: str, why: str) -> None:
    with pytest.raises(Known, match=why):
        store.set_setting("receivable.dun_text_2", text)
    with speaking("zh_CN"), pytest.raises(Known) as caught:
        store.set_setting("receivable.dun_text_2", text)
    assert not str(caught.value).isascii()


def test_the_usual_wordings_have_known_tags() -> None:
    for spoken in ("en", "zh_CN"):
        with speaking(spoken):
            from freecrm.core.words import _

            assert [rules.why_not(_(text)) for text in rules.USUAL] == [None] * 3


@pytest.mark.parametrize("spoken", ["en", "zh_CN"])
def test_letters_stand_on_paper(store: Store, tmp_path: Path, spoken: str) -> None:
    customer(store, "云杉谷酒店", 20, 9)
    customer(store, "{amount} & Co", 70)
    store.set_setting("firm.name", "禾川净水设备")
    store.set_setting("receivable.dun_text_3", "{customer} owes {amount} since {oldest}.")
    with speaking(spoken):
        for job in letters_of(store, dunning.due(store, DAY)):
            assert job.make(tmp_path / "letters.pdf", Wishes()).pages == 2
        made = DunningPrint(store, due=dunning.due(store, DAY)).make(tmp_path / "letters.pdf", Wishes())
    pages = texts(made.path)
    assert "2,000.00" in pages[0]
    assert "禾川净水设备" in pages[1]
    assert "{amount}&Coowes¥1,000.00since2026-04-21." in "".join(pages[1].split())


def test_a_receipt_says_its_sum_in_capitals(store: Store, tmp_path: Path) -> None:
    id = customer(store, "云杉谷酒店", 20, 9)
    receipt = receivables.receive(store, id, 8_965_600, method="transfer", reference="88-1")
    with speaking("zh_CN"):
        made = ReceiptPrint(store, id=receipt, name="R").make(tmp_path / "receipt.pdf", Wishes())
    text = joined(made.path)
    assert "人民币捌万玖仟陆佰伍拾陆元整" in text
    for part in ("¥89,656.00", "云杉谷酒店0", "87,656.00", "88-1", "转账"):
        assert part in text
    made = ReceiptPrint(store, id=receipt, name="R", speak="en").make(tmp_path / "receipt.pdf", Wishes())
    assert "Receivedfrom" in joined(made.path)
