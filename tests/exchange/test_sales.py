"""A firm's sales come in from four lists, and the reports say what plain csv and Decimal say of the same lists."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from freecrm.core.query import Query, Where
from freecrm.core.record import Record
from freecrm.exchange import applier, importer, whose
from freecrm.exchange.changeset import ChangeSet, Decision, Options
from freecrm.modules import model
from freecrm.store import check, deals, reports_sales, reports_stages, undo
from freecrm.store.database import Store
from freecrm.store.reports import Line, Table, Wish
from tests.files import copy_of, new_store

SALES = Path(__file__).parents[1] / "data" / "sales"
LISTS = ("sales_teams", "accounts", "products", "sales_pipeline")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file into which the four lists were imported, one after the other."""
    path = tmp_path_factory.mktemp("sales") / "firm.freecrm"
    made = new_store(path)
    for name in LISTS:
        taken(made, SALES / f"{name}.csv")
    made.close()
    return path


@pytest.fixture
def firm(imported: Path, tmp_path: Path) -> Iterator[Store]:
    made = copy_of(imported, tmp_path / "sales.freecrm")
    yield made
    made.close()


def taken(store: Store, path: Path, **options: Any) -> ChangeSet:
    plan = whose.of_file(store.schema, path, None, None, None)
    made, _touched = applier.bring_in(store, path, plan, Options(**options))
    return made


def prepared(store: Store, path: Path, **options: Any) -> ChangeSet:
    """What an import would do, by somebody who never imported such a list."""
    made = importer.prepare(store, path, model().imported("deal"), Options(forget=True, **options))
    made.discard()
    return made


def listed(path: Path, *rows: str) -> Path:
    heads = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
    path.write_text("\n".join((heads, *rows)), "utf-8")
    return path


def every(store: Store, entity: str = "deal") -> list[Record]:
    return list(store.reader().each(Query(entity)))


def asked(made: ChangeSet, text: str) -> Decision:
    return next(one for one in made.decisions if one.text == text)


def as_listed() -> list[dict[str, str]]:
    with (SALES / "sales_pipeline.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day(text: str) -> dt.date:
    month, at, year = map(int, text.split("/"))
    return dt.date(year, month, at)


# ---- coming in


def test_the_heads_tell_what_a_list_is_about(store: Store) -> None:
    about = [whose.of_file(store.schema, SALES / f"{name}.csv", None, None, None).main for name in LISTS]
    assert about == ["user", "customer", "product", "deal"]
    assert whose.about(store.schema, ["客户名称", "联系人", "手机", "负责人"]).main == "customer"
    assert whose.about(store.schema, ["姓名", "电话", "邮箱"]).main == "customer"
    assert whose.about(store.schema, ["商机名称", "客户", "金额", "阶段"]).main == "deal"
    assert whose.about(store.schema, ["产品名称", "单价", "单位"]).main == "product"


def test_deals_come_in_with_all_that_they_name(firm: Store) -> None:
    rows = {row["opportunity_id"]: row for row in as_listed()}
    reader = firm.reader()
    users, customers = (
        {record.id: record["name"] for record in every(firm, entity)} for entity in ("user", "customer")
    )
    products = {record.id: record["name"] for record in every(firm, "product")}
    found = every(firm)
    assert len(found) == len(rows) == 1100
    for deal in found:
        row = rows[deal["code"]]
        assert users[deal["owner_user"]] == row["sales_agent"]
        assert (customers[deal["customer"]] if deal["customer"] else "") == row["account"]
        whole = reader.record("deal", deal.id)
        assert whole is not None
        assert [products[line["product"]].replace(" ", "") for line in whole["lines"]] == [
            row["product"].replace(" ", "")
        ]
        assert deal["state"] == {"Won": "won", "Lost": "lost"}.get(row["deal_stage"], "open")
        assert deal["amount"] == (int(row["close_value"]) * 100 if row["close_value"] else None)
        assert deal["begun"] == (day(row["engage_date"]) if row["engage_date"] else None)
        assert deal["closed"] == (day(row["close_date"]) if row["close_date"] else None)
        assert deal["name"]
    assert (len(users), len(customers), len(products)) == (35, 85, 7)  # nothing was made anew


def test_what_was_decided_is_told(firm: Store) -> None:
    made = prepared(firm, SALES / "sales_pipeline.csv")
    notes = [str(note) for note in made.notes]
    alone = sum(not row["account"] for row in as_listed())
    assert f"Rows without a customer: {alone}. They come in without one." in notes
    assert str(asked(made, "GTXPro").answer) == "taken for “GTX Pro”"
    assert str(asked(made, "Engaging").answer) == "Qualified"
    assert str(asked(made, "Prospecting").answer) == "New lead"
    assert not any(one.text in ("Won", "Lost") for one in made.decisions)


def test_the_same_list_again_changes_nothing(firm: Store) -> None:
    before = firm.read().execute("SELECT max(n) FROM change").fetchone()
    made = taken(firm, SALES / "sales_pipeline.csv")
    assert made.counts == {"same": 1100}
    assert firm.read().execute("SELECT max(n) FROM change").fetchone() == before


def test_a_name_given_since_stays(firm: Store) -> None:
    deal = every(firm)[0]
    with firm.step("Name changed") as step:
        step.update("deal", deal.id, {"name": "Mine"})
    assert taken(firm, SALES / "sales_pipeline.csv").counts == {"same": 1100}


def test_undo_takes_all_of_it_back(firm: Store) -> None:
    undo.undo(firm)
    tables = ("deal", "deal_line", "deal_move", "pipeline", "stage", "loss_reason")
    assert [len(every(firm, table)) for table in tables] == [0] * len(tables)
    assert len(every(firm, "customer")) == 85
    assert not check.check(firm)


def test_an_imported_deal_went_its_way_before(firm: Store) -> None:
    (pipe,) = deals.pipelines(firm)
    names = {stage.id: stage.name for stage in pipe.stages}
    rows = {row["opportunity_id"]: row for row in as_listed()}
    moves: dict[str, list[tuple[str, dt.date]]] = defaultdict(list)
    sql = "SELECT d.code, m.after, m.at FROM deal_move m JOIN deal d ON d.id = m.parent ORDER BY m.at, m.n"
    for code, after, at in firm.read().execute(sql):
        moves[code].append((names[after], dt.datetime.fromtimestamp(at / 1000).astimezone().date()))
    for code, row in rows.items():
        if row["deal_stage"] in ("Won", "Lost"):
            began, ended = day(row["engage_date"]), day(row["close_date"])
            assert moves[code] == [("New lead", began), (row["deal_stage"], ended)]
        elif row["engage_date"]:
            assert moves[code] == [("Qualified", day(row["engage_date"]))]


def test_customers_that_are_not_there_are_asked_once_a_name(store: Store, tmp_path: Path) -> None:
    path = listed(
        tmp_path / "deals.csv",
        "A1,Anna,Pump,Umbra,Won,1/20/2017,3/1/2017,100",
        "A2,Anna,Pump,Umbra,Lost,1/20/2017,3/1/2017,0",
        "A3,Anna,Pump,Quill,Engaging,1/20/2017,,",
    )
    made = prepared(store, path)
    assert asked(made, "Umbra").count == 2
    assert [answer.value for answer in asked(made, "Umbra").answers] == ["create", "leave"]
    taken(store, path, answers={"link:account:Quill": "leave"})
    by_code = {deal["code"]: deal for deal in every(store)}
    assert [c["name"] for c in every(store, "customer")] == ["Umbra"]
    assert by_code["A1"]["customer"] == by_code["A2"]["customer"] is not None
    assert by_code["A3"]["customer"] is None
    assert by_code["A3"]["text"] == "account: Quill"  # nothing is lost
    assert by_code["A1"]["name"] == "Umbra – Pump"


def test_a_day_of_the_end_of_an_open_deal_is_the_one_expected(store: Store, tmp_path: Path) -> None:
    taken(store, listed(tmp_path / "deals.csv", "A1,Anna,Pump,Umbra,Engaging,1/20/2017,3/1/2017,100"))
    (deal,) = every(store)
    assert (deal["close"], deal["closed"], deal["state"]) == (dt.date(2017, 3, 1), None, "open")


def test_an_unknown_stage_is_asked(store: Store, tmp_path: Path) -> None:
    deals.take_ready(store)
    path = listed(tmp_path / "deals.csv", "A1,Anna,Pump,Umbra,Demo held,1/20/2017,,100")
    one = asked(prepared(store, path), "Demo held")
    assert str(one.why) == "No stage has this name."
    (pipe,) = deals.pipelines(store)
    proposal = next(stage for stage in pipe.stages if stage.name == "Proposal")
    taken(store, path, answers={one.key: f"={proposal.id.hex()}"})
    assert every(store)[0]["stage"] == proposal.id


def test_bad_cells_of_deals_are_told_and_kept(store: Store, tmp_path: Path) -> None:
    made = taken(
        store,
        listed(
            tmp_path / "deals.csv",
            "A1,Anna,Pump,Umbra,Won,2/30/2017,3/1/2017,a lot",
            "A1,Anna,Pump,Umbra,Won,1/20/2017,3/1/2017,100",
            "A2,Anna,Pump,Umbra,Won,5/1/2017,3/1/2017,100",
        ),
    )
    assert {trouble.head for trouble in made.troubles} == {"engage_date", "close_value", "opportunity_id"}
    assert "Rows that were closed before they began: 1. Their days stand as in the list." in [
        str(note) for note in made.notes
    ]
    assert len(every(store)) == 3


# ---- the reports beside an independent computation


def shown(table: Table) -> dict[str, Line]:
    assert len({row.title for row in table.rows}) == len(table.rows)
    return {row.title: row for row in table.rows}


def money(line: Line, at: int) -> Decimal | None:
    cell = line.cells[at]
    return None if cell is None else Decimal(cell.value) / 100


def opens(store: Store, table: Table) -> None:
    """Each count of a table opens as many rows."""
    for line in (*table.rows, *([table.total] if table.total else [])):
        for cell in line.cells:
            assert cell is None or str(cell.says)
            if cell is not None and cell.kind == "count":
                assert cell.query is not None
                assert store.reader().count(cell.query) == cell.value, (line.title, cell.says)


def ended(state: str) -> list[dict[str, str]]:
    return [row for row in as_listed() if row["deal_stage"] == state]


def added(rows: list[dict[str, str]], key: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row[key].replace("GTXPro", "GTX Pro")] += Decimal(row["close_value"])
    return dict(found)


@pytest.mark.parametrize(("by", "key"), [("owner_user", "sales_agent"), ("product", "product")])
def test_what_each_person_and_product_sold(firm: Store, by: str, key: str) -> None:
    table = reports_sales.sales(firm, Wish(), by)
    wanted = added(ended("Won"), key)
    assert {title: money(line, 1) for title, line in shown(table).items()} == wanted
    assert table.total is not None
    assert money(table.total, 1) == sum(wanted.values())
    opens(firm, table)


def test_what_each_month_sold(firm: Store) -> None:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    counts: Counter[str] = Counter()
    for row in ended("Won"):
        month = day(row["close_date"]).isoformat()[:7]
        wanted[month] += Decimal(row["close_value"])
        counts[month] += 1
    table = reports_sales.sales(firm, Wish())
    assert [row.title for row in table.rows] == sorted(wanted)
    assert {row.title: money(row, 1) for row in table.rows} == wanted
    assert {row.title: row.cells[0].value for row in table.rows if row.cells[0]} == counts
    opens(firm, table)


def test_what_each_region_bought(firm: Store) -> None:
    with (SALES / "accounts.csv").open(encoding="utf-8") as file:
        where = {row["account"]: row["office_location"] for row in csv.DictReader(file)}
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for row in ended("Won"):
        wanted[where.get(row["account"], "Without a region")] += Decimal(row["close_value"])
    table = reports_sales.sales(firm, Wish(), "region")
    assert {title: money(line, 1) for title, line in shown(table).items()} == wanted
    opens(firm, table)


def test_a_quarter_of_one_person(firm: Store) -> None:
    user = next(one for one in every(firm, "user") if one["name"] == "Darcel Schlecht")
    first, last = dt.date(2017, 4, 1), dt.date(2017, 6, 30)
    wanted = sum(
        Decimal(row["close_value"])
        for row in ended("Won")
        if row["sales_agent"] == "Darcel Schlecht" and first <= day(row["close_date"]) <= last
    )
    table = reports_sales.sales(firm, Wish(since=first, until=last, owner=user.id), "product")
    assert wanted > 0
    assert table.total is not None
    assert money(table.total, 1) == wanted
    opens(firm, table)


def test_the_share_that_was_won(firm: Store) -> None:
    table = reports_sales.win_loss(firm, Wish(), "owner_user")
    won, lost = (Counter(row["sales_agent"] for row in ended(state)) for state in ("Won", "Lost"))
    for title, line in shown(table).items():
        rate = Decimal(100) * won[title] / (won[title] + lost[title])
        assert [cell.value for cell in line.cells[:2] if cell] == [won[title], lost[title]]
        assert line.cells[4] is not None
        assert Decimal(line.cells[4].value) / 100 == rate.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert set(won | lost) == set(shown(table))
    opens(firm, table)


def test_two_ways_of_looking_are_crossed(firm: Store) -> None:
    product = next(one for one in every(firm, "product") if one["name"] == "GTX Pro")
    table = reports_sales.win_loss(firm, Wish(within=Where("lines", "=", product.id)), "owner_user")
    of_it = [row for row in ended("Lost") if row["product"] == "GTXPro"]
    wanted = Counter(row["sales_agent"] for row in of_it)
    found = {title: line.cells[1].value for title, line in shown(table).items() if line.cells[1]}
    assert {title: n for title, n in found.items() if n} == wanted
    opens(firm, table)


def test_sales_against_target(firm: Store) -> None:
    user = next(one for one in every(firm, "user") if one["name"] == "Darcel Schlecht")
    with firm.step("Target set") as step:
        step.insert("target", {"month": "2017-05", "user": user.id, "amount": 10_000_00})
        step.insert("target", {"month": "2017-06", "user": user.id, "amount": 20_000_00})
        step.insert("target", {"month": "2017-05", "amount": 100_000_00})
    months = shown(reports_sales.sales(firm, Wish()))
    assert [money(months[month], 2) for month in ("2017-04", "2017-05", "2017-06")] == [
        None, Decimal(100_000), Decimal(20_000),
    ]  # fmt: skip
    won = money(months["2017-05"], 1)
    assert won is not None
    reached = months["2017-05"].cells[3]
    assert reached is not None
    assert Decimal(reached.value) / 100 == (won / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert money(shown(reports_sales.sales(firm, Wish(), "owner_user"))["Darcel Schlecht"], 2) == 30_000


def test_the_pipeline_by_stage(firm: Store) -> None:
    table = reports_stages.pipeline(firm, Wish())
    held = Counter(row["deal_stage"] for row in as_listed())
    assert [(row.title, row.cells[0].value) for row in table.rows if row.cells[0]][:2] == [
        ("New lead", held["Prospecting"]), ("Qualified", held["Engaging"]),
    ]  # fmt: skip
    opens(firm, table)


def test_the_funnel_counts_stages_passed_over(firm: Store) -> None:
    rows = as_listed()
    first, last = dt.date(2017, 1, 1), dt.date(2017, 3, 31)
    began = [row for row in rows if row["engage_date"] and first <= day(row["engage_date"]) <= last]
    won = sum(row["deal_stage"] == "Won" for row in began)
    further = sum(row["deal_stage"] in ("Won", "Engaging") for row in began)
    table = reports_stages.funnel(firm, Wish(since=first, until=last))
    counts = {row.title: row.cells[0].value for row in table.rows if row.cells[0]}
    assert counts == {
        "New lead": len(began), "Qualified": further, "Proposal": won, "Negotiation": won,
        "Contract": won, "Won": won,
    }  # fmt: skip
    opens(firm, table)
    table = reports_stages.funnel(firm, Wish(since=first, until=last), reports_stages.PASSAGE)
    ended_then = sum(first <= day(row["close_date"]) <= last for row in ended("Won"))
    assert table.rows[-1].cells[0] is not None
    assert table.rows[-1].cells[0].value == ended_then
    opens(firm, table)


def test_time_in_stage_and_what_is_stuck(firm: Store) -> None:
    spent = [(day(row["close_date"]) - day(row["engage_date"])).days for row in ended("Won")]
    now = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
    table = reports_stages.times(firm, Wish(), now)
    first = shown(table)["New lead"]
    assert first.cells[0] is not None
    assert abs(first.cells[0].value - median(spent) * 10) <= 1  # an hour of summer time at most
    assert first.cells[1] is not None
    assert abs(first.cells[1].value - median(spent) * 15) <= 1
    assert shown(table)["Qualified"].cells[0] is None  # won deals of the list never stood there
    opens(firm, table)
    (pipe,) = deals.pipelines(firm)
    qualified = next(stage for stage in pipe.stages if stage.name == "Qualified")
    with firm.step("Limit set") as step:
        step.update("stage", qualified.id, {"days": 100})
    late = [
        row
        for row in as_listed()
        if row["deal_stage"] == "Engaging" and day(row["engage_date"]) < dt.date(2017, 9, 23)
    ]
    table = reports_stages.times(firm, Wish(), now)
    stuck = shown(table)["Qualified"].cells[3]
    assert stuck is not None
    assert stuck.value == len(late) > 0
    opens(firm, table)


def test_reports_of_an_empty_file(store: Store) -> None:
    now = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
    assert reports_sales.sales(store, Wish()).rows == ()
    assert reports_sales.win_loss(store, Wish()).rows == ()
    assert reports_stages.pipeline(store, Wish()).rows == ()
    assert reports_stages.funnel(store, Wish()).rows == ()
    assert reports_stages.times(store, Wish(), now).rows == ()
