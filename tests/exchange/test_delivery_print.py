"""The delivery note of a delivery that is kept says what went out, of how much, where to; that of a return says so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from freecrm.core.ordering import BACK
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.exchange import delivery_print
from freecrm.exchange.printing import Wishes
from freecrm.store import deliveries, orders, quotes
from freecrm.store.database import Store
from tests.store.samples import open_in, order_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_in(tmp_path)
    yield made
    made.close()


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_what_went_out_and_what_came_back(store: Store, tmp_path: Path) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        lines = [
            {"name": "RO 净水机", "spec": "RO-400", "quantity": Decimal(6), "price": 100, "tax": Decimal(13)},
            {"name": "滤芯", "quantity": Decimal(20), "price": 100, "tax": Decimal(13)},
        ]
        order = step.insert("sales_order", orders.fresh(store, customer=customer, lines=lines))
    orders.confirm(store, order)
    first = quotes.ordered(order_of(store, order)["lines"])[0]["id"]
    out = deliveries.deliver(
        store, order, {first: Decimal("2.5")}, carrier="顺丰", tracking="SF1", address="湖州 3 号"
    )
    back = deliveries.deliver(store, order, {first: Decimal(1)}, kind=BACK)
    number = order_of(store, order)["number"]
    for id, wanted in (
        (out, ["云杉谷酒店", "RO 净水机", "RO-400", "2.5", "6", "湖州 3 号", "SF1", number]),
        (back, ["1"]),
    ):
        record = store.reader().record("delivery", id)
        assert record is not None
        (paper, *_more) = delivery_print.variants(
            store,
            record["number"],
            lambda id=id: delivery_print.of(store, id),  # type: ignore[misc]
        )
        text = text_of(paper.make(tmp_path / f"{record['number']}.pdf", Wishes()).path)
        assert record["number"] in text
        assert all(word in text for word in wanted)
        assert "滤芯" not in text
        flat = "".join(text.split()).upper()
        assert ("RETURNNOTE" in flat) == (id == back)
    with store.step(N_("{field} changed"), field="x") as step:
        step.delete("delivery", back)
    with pytest.raises(Known, match="no longer there"):
        delivery_print.of(store, back)
