"""Pages that go to customers look as they did: their darkness square by square beside what is kept in tests/data/pages.

FREECRM_GOLDEN=write takes those made now for the right ones; look at them before.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from freecrm.core import words
from freecrm.exchange.delivery_print import DeliveryLine, DeliveryNote, DeliveryPrint, variants
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.printing import Printable, Wishes
from freecrm.exchange.quote_print import ORDER, QuotePrint
from freecrm.store.database import Store
from tests.exchange.test_pdf import squares
from tests.exchange.test_quote_print import PICTURE, a_quote, an_order, the_firm

KEPT = Path(__file__).parents[1] / "data" / "pages"
MOST, USUAL = 6, 0.2
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = the_firm(tmp_path)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    words.use("zh_CN")
    yield
    words.use("en")


def forty(store: Store) -> bytes:
    lines = [
        {"name": f"滤芯 {n}", "spec": f"PF-{n}", "quantity": Decimal(n), "price": 100_00, "tax": Decimal(13)}
        for n in range(1, 41)
    ]
    return a_quote(store, lines, state="draft", number="BJ-2603-040")


def note() -> DeliveryNote:
    lines = [
        DeliveryLine(name, spec, unit, Decimal(quantity), Decimal(quantity))
        for name, spec, unit, quantity, _price, _off in PICTURE[:3]
    ]
    return DeliveryNote(
        "D2603-004",
        dt.date(2026, 3, 25),
        "云杉谷酒店管理有限公司",
        lines,
        contact="沈嘉言",
        phone="13800001203",
        address="杭州市西湖区云栖路 0 号",
        order="S2603-007",
        by="物流 SF0000",
        owner="陈思远",
        note="请走货运电梯。",
    )


PAGES: dict[str, tuple[Callable[[Store], Printable], int]] = {
    "quote_zh": (lambda store: QuotePrint(store, a_quote(store), "x"), 0),
    "quote_en": (lambda store: QuotePrint(store, a_quote(store), "x", speak="en"), 0),
    "quote_forty_first": (lambda store: QuotePrint(store, forty(store), "x"), 0),
    "quote_forty_second": (lambda store: QuotePrint(store, forty(store), "x"), 1),
    "order": (lambda store: QuotePrint(store, an_order(store), "x", kind=ORDER), 0),
    "delivery": (lambda store: DeliveryPrint(store, "x", note), 0),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_looks_as_it_did(store: Store, tmp_path: Path, name: str) -> None:
    make, page = PAGES[name]
    made = make(store).make(tmp_path / "a.pdf", Wishes())
    assert made.missing == ""
    assert made.size < 300_000
    found = squares(made, page=page)
    kept = KEPT / f"{name}.txt"
    if os.environ.get("FREECRM_GOLDEN") == "write":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text("".join("".join(_SIGNS[dark] for dark in line) + "\n" for line in found), "ascii")
    before = [[int(sign, 36) for sign in line] for line in kept.read_text("ascii").split()]
    apart = [
        abs(a - b) for one, other in zip(found, before, strict=True) for a, b in zip(one, other, strict=True)
    ]
    assert max(apart) <= MOST
    assert sum(apart) / len(apart) < USUAL


def test_a_delivery_note_has_no_prices(store: Store, tmp_path: Path) -> None:
    spoken = variants(store, "D2603-004", note)
    assert [one.speak for one in spoken] == ["zh_CN", "en"]
    made = spoken[0].make(tmp_path / "a.pdf", Wishes())
    pages = Pages(made.path)
    text = re.sub(r"\s", "", pages.text(0))
    pages.close()
    for part in (
        "发货单",
        "DELIVERYNOTE",
        "D2603-004",
        "S2603-007",
        "云杉谷酒店管理有限公司",
        "沈嘉言",
        "杭州市西湖区云栖路0号",
        "RO-800G",
    ):
        assert part in text
    for gone in ("12,800", "金额", "单价", "¥"):
        assert gone not in text
