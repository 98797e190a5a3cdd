from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import dates
from freecrm.core.words import say
from tests.core.cells import CELLS

# Cells have no zone.
# ruff: noqa: DTZ001, DTZ901

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "20260305",
        20260305,
        20260305.0,
        "2026年3月5日",
        "2026年03月05日",
        "2026 年 3 月 5 日",
        "2026年3月5号",
        "26.3.5",
        "26年3月5日",
        "2026 3 5",
        "２０２６－０３－０５",
        "２０２６年３月５日",
        "2026.3.5.",
        "2026-03-05 14:30",
        "2026-03-05T14:30:00Z",
        "2026-03-05 00:00:00.000",
        "2026/3/5 下午3:30",
        "2026年3月5日 15点30分",
        "2026年3月5日15时",
        "2026-03-05 3:30 PM",
        "2026年3月5日星期四",
        "2026-03-05 (周四)",
        "Mar 5, 2026",
        "5 Mar 2026",
        "5-Mar-26",
        "March 5th, 2026",
        "Thu, 5 Mar 2026",
        "2026-Mar-05",
        46086,
        46086.0,
        46086.75,
        "46086",
        "46086.5",
        "\u300046086 ",
        DAY,
        datetime(2026, 3, 5),
        datetime(2026, 3, 5, 23, 59),
        datetime(2026, 3, 5, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_ways_to_write_a_day(cell: object) -> None:
    assert dates.read(cell) == (DAY, None)
    assert not dates.ambiguous(cell)


@pytest.mark.parametrize("cell", ["2026年3月", "2026-03", "2026/3", "2026.3", "Mar 2026", "2026年3月份"])
def test_a_month_is_its_first_day(cell: str) -> None:
    assert dates.read(cell) == (date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("cell", "default", "dmy", "mdy"),
    [
        ("3/5/2026", date(2026, 3, 5), date(2026, 5, 3), date(2026, 3, 5)),
        ("5.3.2026", date(2026, 3, 5), date(2026, 3, 5), date(2026, 5, 3)),
        ("5-3-2026", date(2026, 3, 5), date(2026, 3, 5), date(2026, 5, 3)),
        ("3/5/26", date(2026, 3, 5), date(2026, 5, 3), date(2026, 3, 5)),
        ("03-05-26", date(2003, 5, 26), date(2026, 5, 3), date(2026, 3, 5)),
    ],
)
def test_order_of_day_and_month(cell: str, default: date, dmy: date, mdy: date) -> None:
    assert dates.read(cell)[0] == default
    assert dates.read(cell, order="dmy")[0] == dmy
    assert dates.read(cell, order="mdy")[0] == mdy
    assert dates.ambiguous(cell)


@pytest.mark.parametrize("cell", ["25.3.2026", "3/25/2026", "25/3/2026"])
def test_only_one_order_is_possible(cell: str) -> None:
    for order in ("", "dmy", "mdy"):
        assert dates.read(cell, order=order) == (date(2026, 3, 25), None)
    assert not dates.ambiguous(cell)


def test_day_numbers_of_excel() -> None:
    assert dates.read(45888)[0] == date(2025, 8, 19)
    assert dates.read(44426, epoch1904=True)[0] == date(2025, 8, 19)
    assert dates.read("44426", epoch1904=True)[0] == date(2025, 8, 19)
    assert dates.read(1)[0] == date(1900, 1, 1)
    assert dates.read(59)[0] == date(1900, 2, 28)
    assert dates.read(61)[0] == date(1900, 3, 1)
    day, said = dates.read(60)
    assert day is None
    assert "29 February 1900" in str(said)
    assert dates.read(109574)[0] == date(2199, 12, 31)
    assert dates.read(109575)[0] is None


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "—", "/", "无", "N/A", "0000-00-00"])
def test_blank(cell: object) -> None:
    assert dates.read(cell) == (None, None)
    assert dates.read_moment(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("去年底", "isn't a date"),
        ("上个月", "isn't a date"),
        ("待定", "isn't a date"),
        ("202603", "isn't a date"),
        ("2026-3/5", "isn't a date"),
        ("5", "isn't a date"),
        (0, "isn't a date"),
        (-5, "isn't a date"),
        (True, "isn't a date"),
        (float("nan"), "isn't a date"),
        (1e300, "isn't a date"),
        (10**4000, "isn't a date"),
        (time(5), "isn't a date"),
        ("x" * 300, "isn't a date"),
        ("2025-02-30", "February 2025 has 28 days"),
        ("20250230", "February 2025 has 28 days"),
        ("2025年4月31日", "April 2025 has 30 days"),
        ("2025-13-01", "there is no month 13"),
        ("1899-12-31", "1900 to 2199"),
        ("2200-01-01", "1900 to 2199"),
        (date(1800, 1, 1), "1900 to 2199"),
        (datetime.max, "1900 to 2199"),
        ("3月5日", "no year"),
        ("3/5", "no year"),
        ("2026", "only a year"),
        (2026, "only a year"),
        ("2026年", "only a year"),
        ("2026-03-05 25:00", "time of day"),
    ],
)
def test_not_understood(cell: object, sentence: str) -> None:
    day, said = dates.read(cell)
    assert day is None
    assert sentence in str(said)


def test_month_names_are_translated_with_their_sentence() -> None:
    said = dates.read("2025-02-30")[1]
    assert said is not None
    assert said.figures["month"] == say("February")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-05 14:30", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("2026/3/5 下午3点半", datetime(2026, 3, 5, 7, 30, tzinfo=UTC)),
        ("2026-03-05 12:15 am", datetime(2026, 3, 4, 16, 15, tzinfo=UTC)),
        ("2026-03-05T14:30:00Z", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
        ("2026-03-05 14:30:15.5+02:00", datetime(2026, 3, 5, 12, 30, 15, 500_000, tzinfo=UTC)),
        ("2026-03-05", datetime(2026, 3, 4, 16, tzinfo=UTC)),
        (46086.75, datetime(2026, 3, 5, 10, tzinfo=UTC)),
        (datetime(2026, 3, 5, 18), datetime(2026, 3, 5, 10, tzinfo=UTC)),
        (datetime(2026, 3, 5, 18, tzinfo=UTC), datetime(2026, 3, 5, 18, tzinfo=UTC)),
    ],
)
def test_moments(cell: object, moment: datetime) -> None:
    found, said = dates.read_moment(cell, zone="Asia/Shanghai")
    assert found == moment
    assert found.tzinfo is UTC
    assert said is None


def test_an_unknown_zone_is_the_computers_own() -> None:
    assert dates.read_moment("2026-03-05 14:30", zone="../x") == dates.read_moment("2026-03-05 14:30")


def test_show() -> None:
    assert dates.show(DAY) == "2026-03-05"


ORDERS = st.sampled_from(["", "dmy", "mdy", "ymd", "?"])


@given(CELLS, st.booleans(), ORDERS)
def test_never_raises(cell: object, epoch1904: bool, order: str) -> None:
    day, said = dates.read(cell, epoch1904=epoch1904, order=order)
    assert day is None or said is None
    assert day is None or 1900 <= day.year <= 2199
    assert str(said)
    moment, _ = dates.read_moment(cell, epoch1904=epoch1904, order=order, zone="Asia/Shanghai")
    assert (moment is None) == (day is None)
    dates.ambiguous(cell)


@given(st.text(alphabet="0123456789-/.年月日: TZ+午上下pm半星期三", max_size=30), ORDERS)
def test_never_raises_on_look_alikes(cell: str, order: str) -> None:
    day, _ = dates.read(cell, order=order)
    dates.ambiguous(cell)
    assert day is None or 1900 <= day.year <= 2199


@given(
    st.dates(date(1900, 3, 1), date(2199, 12, 31)),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d %B %Y", "%Y-%m-%d %H:%M:%S"]
    ),
)
def test_every_day_reads_back(day: date, form: str) -> None:
    assert dates.read(day.strftime(form)) == (day, None)
    serial = (day - date(1899, 12, 30)).days
    if not 1900 <= serial < 2200:
        assert dates.read(serial) == (day, None)
