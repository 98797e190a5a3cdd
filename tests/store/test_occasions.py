"""Which yearly dates come up: birthdays of people, occasions of customers, both calendars in one list."""

from __future__ import annotations

import datetime as dt

from freecrm.store import occasions, undo
from freecrm.store.database import Store

TODAY = dt.date(2026, 9, 1)


def a_few(store: Store) -> dict[str, bytes]:
    with store.step("People") as step:
        return {
            "Ada": step.insert("contact", {"name": "Ada", "birthday": "1985-09-03"}),
            "Lin": step.insert("contact", {"name": "林晓棠", "birthday": "lunar 1990-08-15"}),
            "Zoe": step.insert("contact", {"name": "Zoe", "birthday": "--08-31"}),
            "Firm": step.insert(
                "customer",
                {
                    "name": "鹿溪堂",
                    "occasions": [
                        {"kind": "founded", "day": "2016-09-25", "note": "flowers"},
                        {"kind": "renewal", "day": "--12-24"},
                    ],
                },
            ),
        }


def test_both_calendars_stand_in_one_list_soonest_first(store: Store) -> None:
    made = a_few(store)
    found = occasions.coming(store, TODAY, 30)
    assert [(one.day, one.name, one.what, one.turns) for one in found] == [
        (dt.date(2026, 9, 3), "Ada", "Birthday", 41),
        (dt.date(2026, 9, 25), "林晓棠", "Birthday", 36),
        (dt.date(2026, 9, 25), "鹿溪堂", "Foundation day", 10),
    ]
    assert (found[2].entity, found[2].id, found[2].note) == ("customer", made["Firm"], "flowers")
    assert [one.name for one in occasions.coming(store, TODAY, 2)] == []
    assert len(occasions.coming(store, TODAY, 5000)) == 5  # a year at most, each once


def test_what_is_deleted_or_undone_comes_up_no_more(store: Store) -> None:
    made = a_few(store)
    with store.step("Gone") as step:
        step.delete("customer", made["Firm"])
    assert [one.name for one in occasions.coming(store, TODAY, 30)] == ["Ada", "林晓棠"]
    undo.undo(store)
    assert [one.name for one in occasions.coming(store, TODAY, 30)] == ["Ada", "林晓棠", "鹿溪堂"]


def test_29_february_and_the_end_of_the_year(store: Store) -> None:
    with store.step("Leap") as step:
        step.insert("contact", {"name": "Leap", "birthday": "1988-02-29"})
        step.insert("contact", {"name": "Eve", "birthday": "--01-01"})
    found = occasions.coming(store, dt.date(2026, 12, 20), 75)
    assert [(one.name, one.day) for one in found] == [
        ("Eve", dt.date(2027, 1, 1)),
        ("Leap", dt.date(2027, 2, 28)),
    ]
