from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from freecrm.core.words import N_
from freecrm.store import orders
from freecrm.store.database import Store
from tests.store.samples import open_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_in(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def customer(store: Store) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert("customer", {"name": "云杉谷酒店"})


@pytest.fixture
def order(store: Store, customer: bytes) -> bytes:
    """A draft of two lines, 78,160.00 with tax."""
    rows = (("Dispenser", 6, 12_800_00), ("Prefilter", 2, 680_00))
    lines = [
        {"name": name, "quantity": Decimal(many), "price": price, "tax": Decimal(13), "position": at}
        for at, (name, many, price) in enumerate(rows, 1)
    ]
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert("sales_order", orders.fresh(store, customer=customer, lines=lines))
