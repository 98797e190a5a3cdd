"""A telephone number without a calling code is of the firm's country: typed, pasted or brought in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freecrm import cli
from freecrm.exchange import cellpaste
from freecrm.store.database import Store
from tests.store.samples import raw

LONDON, BERLIN, BOSTON = "020 7946 0958", "030 1234567", "617-253-2000"
OURS = [("44", LONDON, "+442079460958"), ("49", BERLIN, "+49301234567"), ("1", BOSTON, "+16172532000")]


@pytest.mark.parametrize(("own", "text", "number"), OURS)
def test_what_is_typed_is_of_the_firms_country(store: Store, own: str, text: str, number: str) -> None:
    store.set_setting("firm.country", own)
    for entity in ("customer", "contact", "lead"):
        rows, why = store.schema.fields(entity)["phones"].read(text)
        assert (why, [row["number"] for row in rows]) == (None, [number])


@pytest.mark.parametrize(("own", "text", "number"), OURS)
def test_what_is_pasted_is_of_the_firms_country(store: Store, own: str, text: str, number: str) -> None:
    store.set_setting("firm.country", own)
    with store.step("x") as step:
        id = step.insert("customer", {"name": "A"})
    row = store.reader().numbers_of("customer", [id])[id]
    target = cellpaste.Target("customer", ("main_phone",), [row])
    cellpaste.apply(store, cellpaste.plan(store, target, cellpaste.Copied([[text]])))
    assert raw(store, "SELECT number FROM phone") == [(number,)]


@pytest.mark.parametrize(("own", "text", "number"), OURS)
def test_a_column_of_them_is_one_of_phones(
    store: Store, tmp_path: Path, own: str, text: str, number: str
) -> None:
    """Its head says so, or what stands in it."""
    store.set_setting("firm.country", own)
    path = tmp_path / "list.csv"
    rows: list[Any] = [
        "Company,Contact,Mobile Phone,At work",
        f"A Ltd,Ann Lee,{text},{text}",
        f"B Ltd,Bob Ray,{text},{text}",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert cli.main(["--file", str(store.path), "import", str(path)]) == 0
    assert set(raw(store, "SELECT number FROM phone")) == {(number,)}
    assert raw(store, "SELECT count(*) FROM custom_field") == [(0,)]
