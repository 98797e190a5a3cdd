"""Who is in the file already, while a name or a phone is typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.exchange.similar import PERSON, similar
from freecrm.store.database import Store
from tests import samples
from tests.store.samples import open_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_in(tmp_path)
    samples.fill(opened, 60)
    yield opened
    opened.close()


def titles(store: Store, values: dict[str, Any], **more: Any) -> list[str]:
    return [like.title for like in similar(store, "customer", values, **more)]


@pytest.mark.parametrize(
    "typed",
    ["云杉谷酒店", "云杉谷酒店有限公司", "杭州云杉谷酒店", "云山谷酒店", "云杉谷", " 云杉谷 酒店 "],
    ids=["same", "legal form", "place", "sound", "beginning", "blanks"],
)
def test_a_name_finds_its_likes(store: Store, typed: str) -> None:
    assert "云杉谷酒店" in titles(store, {"name": typed})


def test_another_name_finds_nobody(store: Store) -> None:
    assert titles(store, {"name": "Zebra Crossing Ltd"}) == []
    assert titles(store, {"name": "云"}) == []
    assert titles(store, {}) == []


def test_phone_and_mail_find_theirs_under_any_name(store: Store) -> None:
    (like,) = similar(store, "customer", {"name": "X", "phones": [{"number": "+8657180000000"}]})
    assert like.title == "云杉谷酒店"
    assert "same phone 0571-80000000" in [str(reason) for reason in like.reasons]
    assert titles(store, {"emails": [{"address": "office0@example.com"}]}) == ["云杉谷酒店"]
    assert titles(store, {PERSON: {"name": "x", "phones": [{"number": "+8613800001203"}]}}) == ["云杉谷酒店"]
    assert titles(store, {"phones": [{"number": "95588"}]}) == []


def test_the_record_itself_is_left_out(store: Store) -> None:
    own = similar(store, "customer", {"name": "云杉谷酒店"})[0].id
    assert own not in [like.id for like in similar(store, "customer", {"name": "云杉谷酒店"}, but=own)]


def test_people_are_found_alike(store: Store) -> None:
    assert similar(store, "contact", {"name": "林晓棠"})[0].title == "林晓棠"
    assert similar(store, "pick_option", {"name": "A"}) == []
