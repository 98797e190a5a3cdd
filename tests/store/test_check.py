"""The health check names what is wrong, in words."""

from __future__ import annotations

import pytest

from freecrm.core.jobs import Progress
from freecrm.store import check
from freecrm.store.database import Store
from tests.store.samples import a_firm, raw


def test_all_is_well(store: Store) -> None:
    assert check.check(store) == []
    a_firm(store)
    seen: list[int] = []
    assert check.check(store, Progress(lambda p: seen.append(p.done))) == []
    assert seen


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            "DROP TRIGGER log_customer_delete",
            "The change log's triggers were altered. Open the file once to mend them.",
        ),
        ("UPDATE door SET step = 3", "A step was left open. Open the file once more to close it."),
        ("UPDATE step SET title = 'x'", "The change log was altered from step 1 on: its seal does not fit."),
        ("UPDATE phone SET parent = x'00'", "rows of “Phones” belong to records that are gone."),
        (
            "UPDATE customer SET owner_user = x'00'",
            "1 × “Owner” of Customers point at records that are gone.",
        ),
        (
            "UPDATE customer SET name_key = 'x'",
            "The sort key of “Customer name” is not up to date in 1 records.",
        ),
        ("UPDATE phone SET number_tail = 'x'", "The sort key of “Number” is not up to date in 2 records."),
        ("UPDATE contact SET firm = 'x'", "“Customer” is not up to date in 1 records."),
        ("DELETE FROM search_doc WHERE n = 2", "1 Customers are missing in the search index."),
        (
            "INSERT INTO file(id, name) VALUES (x'01', 'a.pdf')",
            "1 attached files are not in the folder: a.pdf.",
        ),
    ],
)
def test_what_is_wrong(store: Store, harm: str, sentence: str) -> None:
    a_firm(store)
    raw(store, harm)
    told = [str(said) for said in check.check(store)]
    assert any(sentence in said for said in told), told


def test_a_link_to_a_deleted_record_is_listed_and_comes_back_whole(store: Store) -> None:
    owner, _, _ = a_firm(store)
    raw(store, "DELETE FROM user WHERE id = ?", owner)  # another program: the door would empty the link
    assert [str(s) for s in check.check(store)] == [
        "1 × “Owner” of Customers point at records that are gone."
    ]
