"""One file, one currency: that of the firm, in every amount shown, typed, pasted or brought in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from freecrm import cli
from freecrm.core.problems import Known
from freecrm.store.database import Store
from tests.store.samples import raw


@pytest.mark.parametrize(
    ("own", "text", "value"),
    [
        ("CNY", "¥1,200.50", 120_050), ("CNY", "1.2万元", 1_200_000), ("CNY", "RMB 5", 500), ("CNY", "5", 500),
        ("USD", "$1,200.50", 120_050), ("USD", "US$ 5", 500), ("EUR", "€5", 500), ("AUD", "$5", 500),
        ("JPY", "¥1200", 1_200), ("HKD", "HK$5", 500),
    ],
)  # fmt: skip
def test_an_amount_is_in_the_firms_currency(store: Store, own: str, text: str, value: int) -> None:
    store.set_setting("firm.currency", own)
    assert store.schema.fields("customer")["credit_limit"].read(text) == (value, None)


@pytest.mark.parametrize(
    ("own", "text"),
    [("CNY", "$1,200"), ("CNY", "5 EUR"), ("USD", "¥5"), ("USD", "HK$5"), ("AUD", "US$5"), ("EUR", "5 USD")],
)
def test_another_currency_is_refused_by_name(store: Store, own: str, text: str) -> None:
    store.set_setting("firm.currency", own)
    value, why = store.schema.fields("customer")["credit_limit"].read(text)
    assert value is None
    assert f"this file is in {own}" in str(why)


def test_it_is_shown_with_the_firms_sign(store: Store) -> None:
    store.set_setting("firm.currency", "JPY")
    assert store.schema.fields("customer")["credit_limit"].show(1_200) == "1,200"
    with store.step("x") as step:
        step.insert("customer", {"name": "A", "credit_limit": 1_200})
    with pytest.raises(Known, match="Begin a new file for USD"):
        store.set_setting("firm.currency", "USD")
    assert raw(store, "SELECT credit_limit FROM customer") == [(1_200,)]
    store.set_setting("firm.currency", "KRW")  # as many digits


def test_lines_and_price_levels_have_its_digits(store: Store) -> None:
    store.set_setting("firm.currency", "JPY")
    assert store.schema.fields("deal")["lines"].show([{"product_title": "P", "total": 1_200}]) == "P · 1,200"
    assert store.schema.fields("product")["prices"].show([{"price": 980, "grade": "A"}]) == "980 · A"


def test_an_import_leaves_out_what_is_in_another(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "limits.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [("客户名称", "信用额度"), ("云杉谷酒店", "¥5,000"), ("Blue Heron Dental", "$5,000")]
        csv.writer(file).writerows(rows)
    assert cli.main(["--file", str(store.path), "import", str(path)]) == 0
    held = dict(raw(store, "SELECT name, credit_limit FROM customer"))
    assert held == {"云杉谷酒店": 500_000, "Blue Heron Dental": None}
