"""Deals on their way through a pipeline: columns, moves and what follows from them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import deals, undo
from freecrm.store.database import Store
from freecrm.store.deals import Pipe

CARDS = (  # the picture of the board (design/04): stage, name, amount
    ("New lead", "Staff canteen", 18_600), ("New lead", "Showroom trial", 9_800), ("New lead", "RO line", 24_300),
    ("Qualified", "Annual maintenance", 65_400), ("Qualified", "Cold store", 142_000), ("Qualified", "Dormitory", 53_700),
    ("Proposal", "Phase 2, 6 dispensers", 86_400), ("Proposal", "Coolant recycling", 210_000), ("Proposal", "Tea room", 12_900),
    ("Negotiation", "Restaurant, phase 2", 92_600), ("Negotiation", "Softener", 74_000),
    ("Contract", "Fleet depot", 51_000), ("Contract", "Clinic", 118_000),
)  # fmt: skip


@pytest.fixture
def pipe(store: Store) -> Pipe:
    deals.take_ready(store)
    (pipe,) = deals.pipelines(store)
    return pipe


@pytest.fixture
def made(store: Store, pipe: Pipe) -> dict[str, bytes]:
    stages = {stage.name: stage.id for stage in pipe.stages}
    with store.step(N_("{field} changed"), field="x") as step:
        return {
            name: step.insert("deal", {"name": name, "stage": stages[stage], "amount": amount * 100})
            for stage, name, amount in CARDS
        }


def of(pipe: Pipe, name: str) -> bytes:
    return next(stage.id for stage in pipe.stages if stage.name == name)


def test_the_board_of_the_picture(store: Store, pipe: Pipe, made: dict[str, bytes]) -> None:
    columns = deals.board(store, pipe)
    assert [(column.stage.name, len(column.cards), column.total) for column in columns] == [
        ("New lead", 3, 52_700_00), ("Qualified", 3, 261_100_00), ("Proposal", 3, 309_300_00),
        ("Negotiation", 2, 166_600_00), ("Contract", 2, 169_000_00),
    ]  # fmt: skip
    assert sum(column.total for column in columns) == 958_700_00
    assert deals.weighted([card for column in columns for card in column.cards]) == 515_300_00
    deals.move(store, [made["Phase 2, 6 dispensers"]], of(pipe, "Negotiation"))
    columns = deals.board(store, pipe)
    assert deals.weighted([card for column in columns for card in column.cards]) == 536_900_00
    assert columns[3].cards[0].name == "Phase 2, 6 dispensers"  # on top of its new column


def test_a_card_comes_between_two_others(store: Store, pipe: Pipe, made: dict[str, bytes]) -> None:
    first, second = deals.board(store, pipe)[3].cards
    deals.move(store, [made["Clinic"]], of(pipe, "Negotiation"), above=first.spot, below=second.spot)
    assert [card.name for card in deals.board(store, pipe)[3].cards] == [first.name, "Clinic", second.name]
    undo.undo(store)
    assert [card.name for card in deals.board(store, pipe)[3].cards] == [first.name, second.name]


def test_its_own_chance_goes_before_that_of_the_stage(
    store: Store, pipe: Pipe, made: dict[str, bytes]
) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("deal", made["Clinic"], {"chance": Decimal("33.33")})
    record = store.reader().record("deal", made["Clinic"])
    assert record is not None
    assert record["odds"] == Decimal("33.33")


def test_won_and_lost_have_their_day_and_open_again_has_none(
    store: Store, pipe: Pipe, made: dict[str, bytes]
) -> None:
    id = made["Clinic"]

    def now() -> tuple[object, object]:
        record = store.reader().record("deal", id)
        assert record is not None
        return record["state"], record["closed"]

    deals.move(store, [id], of(pipe, "Won"))
    assert now() == ("won", dt.datetime.now().astimezone().date())
    deals.move(store, [id], of(pipe, "Contract"))
    assert now() == ("open", None)
    deals.move(store, [id], of(pipe, "Lost"), values={"closed": dt.date(2026, 3, 5)})
    assert now() == ("lost", dt.date(2026, 3, 5))
    assert id not in {card.id for column in deals.board(store, pipe) for card in column.cards}


def test_every_way_leaves_a_trace(store: Store, pipe: Pipe, made: dict[str, bytes]) -> None:
    id = made["Clinic"]
    with store.step(N_("{field} changed"), field="x") as step:  # as a cell or a form does it
        step.update("deal", id, {"stage": of(pipe, "Proposal")})
    rows = store.read().execute(
        "SELECT b.name, a.name, m.amount, m.odds FROM deal_move m LEFT JOIN stage b ON b.id = m.before"
        " JOIN stage a ON a.id = m.after WHERE m.parent = ? ORDER BY m.n",
        (id,),
    )
    assert rows.fetchall() == [
        (None, "Contract", 118_000_00, 90_00),
        ("Contract", "Proposal", 118_000_00, 50_00),
    ]
    undo.undo(store)
    (count,) = store.read().execute("SELECT count(*) FROM deal_move WHERE parent = ?", (id,)).fetchone()
    assert count == 1


def test_a_deal_without_a_stage_begins_in_the_first(store: Store, pipe: Pipe) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        id = step.insert("deal", {"name": "Some deal"})
    record = store.reader().record("deal", id)
    assert record is not None
    assert (record["stage"], record["pipeline"], record["state"]) == (pipe.stages[0].id, pipe.id, "open")
    assert record["since"] is not None


def test_a_pipeline_that_allows_few_ways_refuses_the_others(
    store: Store, pipe: Pipe, made: dict[str, bytes]
) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.insert(
            "stage_move", {"pipeline": pipe.id, "before": of(pipe, "Contract"), "after": of(pipe, "Won")}
        )
    with pytest.raises(Known, match="can't go from “Contract” to “Proposal”"):
        deals.move(store, [made["Clinic"]], of(pipe, "Proposal"))
    deals.move(store, [made["Clinic"]], of(pipe, "Won"))


def test_what_a_stage_needs_is_named(store: Store, pipe: Pipe, made: dict[str, bytes]) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("stage", of(pipe, "Contract"), {"needs": "close customer"})
    id, stage = made["Tea room"], of(pipe, "Contract")
    assert deals.missing(store, id, stage) == ["close", "customer"]
    assert deals.missing(store, id, stage, {"close": dt.date(2026, 3, 5)}) == ["customer"]


def test_a_stage_typed_into_a_cell_is_held_to_the_same(
    store: Store, pipe: Pipe, made: dict[str, bytes]
) -> None:
    id, contract = made["RO line"], of(pipe, "Contract")
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("stage", contract, {"needs": "customer"})
        step.insert("stage_check", {"stage": of(pipe, "New lead"), "text": "Called back"})
        customer = step.insert("customer", {"name": "云杉谷酒店"})

    def typed(**values: object) -> None:
        with store.step(N_("{field} changed"), field="x") as step:
            step.update("deal", id, values)

    with pytest.raises(Known, match="“Contract” needs: Customer"):
        typed(stage=contract)
    with pytest.raises(Known, match=r"still has to do before “Contract”: Called back"):
        typed(stage=contract, customer=customer)
    with store.step(N_("{field} changed"), field="x") as step:
        step.insert(
            "stage_move",
            {"pipeline": pipe.id, "before": of(pipe, "New lead"), "after": of(pipe, "Qualified")},
        )
    with pytest.raises(Known, match="does not allow it"):
        typed(stage=contract, customer=customer)
    record = store.reader().record("deal", id)
    assert record is not None
    assert record["stage"] == of(pipe, "New lead")
    typed(amount=5_00)  # everything else stays free
