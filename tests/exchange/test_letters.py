"""Receipts, dunning letters and statements carry the firm's logo and seal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm.core import words
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.exchange.letters import DunningPrint, ReceiptPrint
from freecrm.exchange.printing import Wishes
from freecrm.exchange.statement import AccountPrint
from freecrm.store import dunning, receivables
from freecrm.store.database import Store
from tests.exchange.test_pdf import squares
from tests.exchange.test_quote_print import a_picture, the_firm

DAY = dt.date(2026, 3, 19)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    words.use("zh_CN")
    made = the_firm(tmp_path)
    yield made
    made.close()
    words.use("en")


def jobs(store: Store) -> list[DunningPrint | ReceiptPrint | AccountPrint]:
    """A letter, a receipt and the statement of one customer."""
    with store.step(N_("Import {file}"), file="x") as step:
        id = step.insert("customer", {"name": "云杉谷酒店管理有限公司"})
    due = DAY - dt.timedelta(days=20)
    receivables.add(store, id, 100_000, name="S-1", day=due, due=due)
    letter = DunningPrint(store, due=dunning.due(store, DAY))
    receipt = ReceiptPrint(store, id=receivables.receive(store, id, 100_000), name="R")
    return [letter, receipt, AccountPrint(store, id, "云杉谷酒店管理有限公司")]


def test_logo_and_seal_stand_on_letters(store: Store, tmp_path: Path) -> None:
    made = jobs(store)
    bare = [squares(job.make(tmp_path / "a.pdf", Wishes())) for job in made]
    assert [job.ticks for job in made] == [(), (), ()]
    store.set_setting("firm.logo", str(a_picture(tmp_path / "logo.png")))
    store.set_setting("firm.seal", str(a_picture(tmp_path / "seal.png")))
    for job, before in zip(made, bare, strict=True):
        fresh = type(job)(**{name: getattr(job, name) for name in job.__dataclass_fields__})
        assert [tick.name for tick in fresh.ticks] == ["seal"]
        sealed = squares(fresh.make(tmp_path / "b.pdf", Wishes()))
        plain = squares(fresh.make(tmp_path / "c.pdf", Wishes(ticks=frozenset())))
        assert plain[:12] != before[:12]  # the logo, in the head
        assert plain[:12] == sealed[:12]
        assert plain != sealed  # the seal, below


def test_a_broken_logo_is_told(store: Store, tmp_path: Path) -> None:
    logo = a_picture(tmp_path / "logo.png")
    store.set_setting("firm.logo", str(logo))
    logo.write_bytes(b"no picture")
    for job in jobs(store):
        with pytest.raises(Known, match=r"logo\.png"):
            job.make(tmp_path / "a.pdf", Wishes())
        assert not (tmp_path / "a.pdf").exists()
