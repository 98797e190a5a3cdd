"""The calendar on paper: the same items as on the screen, none missing, states told without colours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from freecrm.core import words
from freecrm.core.words import N_
from freecrm.exchange.calendar_print import initials, printed
from freecrm.exchange.pdf.calendar_pdf import Entry, lanes
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.sheet import Paper
from freecrm.exchange.printing import Wishes
from freecrm.store.database import Store
from tests.store.samples import open_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY, SUNDAY = dt.date(2026, 9, 28), dt.date(2026, 10, 4)
NOW = dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Item:
    """As `store/calendar.py` has it."""

    key: tuple[bytes, dt.datetime | None]
    title: str
    kind: str
    state: str
    start: dt.datetime
    end: dt.datetime
    all_day: bool = False
    people: tuple[bytes, ...] = ()
    customer_name: str = ""
    place: str = ""


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_in(tmp_path, "禾川净水设备.freecrm")
    made.set_setting("firm.country", "86")
    yield made
    made.close()


def at(day: int, clock: str = "00:00", month: int = 9) -> dt.datetime:
    hour, minute = map(int, clock.split(":"))
    return dt.datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def item(number: int, title: str, start: dt.datetime, minutes: int = 60, **more: object) -> Item:
    values = {"kind": "visit", "state": "planned", **more}
    return Item(
        (bytes([number]), None), title, start=start, end=start + dt.timedelta(minutes=minutes), **values
    )  # type: ignore[arg-type]


def a_week(store: Store) -> list[Item]:
    with store.step(N_("Import {file}"), file="x") as step:
        chen = step.insert("user", {"name": "陈立"})
        anna = step.insert("user", {"name": "Anna Berg"})
    return [
        item(
            1,
            "拜访二期",
            at(28, "09:30"),
            90,
            people=(chen,),
            customer_name="云杉谷酒店",
            place="杭州",
            state="done",
        ),
        item(2, "回访", at(29, "10:00"), 30, kind="call", people=(chen,), customer_name="松湾牧场"),
        item(3, "合同", at(30, "14:00"), 60, kind="meeting", people=(chen, anna)),
        item(4, "样品", at(30, "14:30"), 60, kind="meeting", people=(chen,), customer_name="百岩建材"),
        item(5, "华东水展", at(28), 3 * 1440, kind="task", all_day=True),
        item(6, "夜班", at(30, "23:00"), 120, kind="task"),
        item(7, "早班", at(3, "06:15", 10), 45, kind="task"),
    ]


def pages_of(job: object, path: Path, paper: Paper | None = None) -> list[str]:
    made = job.make(path, Wishes(paper or Paper()))  # type: ignore[attr-defined]
    assert made.missing == ""
    pages = Pages(path)
    found = [pages.text(n) for n in range(len(pages))]
    pages.close()
    assert len(found) == made.pages
    return found


def flat(texts: list[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


def test_a_week_on_a4_landscape(store: Store, tmp_path: Path) -> None:
    found = a_week(store)
    clash = {found[2].key, found[3].key}
    week, agenda = printed(store, "week", MONDAY, SUNDAY, found, "everybody", clashing=clash, now=NOW)
    texts = pages_of(week, tmp_path / "week.pdf")
    text = flat(texts)
    assert "禾川净水设备" in text
    assert "Week2026-09-28–2026-10-04" in text
    assert "everybody·7activities" in text
    assert "Page1/" in text
    for one in found:
        assert one.title in text
    assert "✓09:30Visit:拜访二期" in text
    assert "!10:00Call:回访" in text
    assert "□⚠14:00Meeting:合同" in text
    assert "06:00" in text  # what is earlier than the working day makes it longer
    assert "National" in text
    pages = Pages(tmp_path / "week.pdf")
    width, height = pages.size
    pages.close()
    assert (round(width), round(height)) == (842, 595)
    assert agenda.title.startswith("Activities")


def test_nothing_is_missing_where_there_is_no_room(store: Store, tmp_path: Path) -> None:
    many = [item(n, f"Number{n:03d} with a long name", at(29, f"{9 + n % 3:02d}:00"), 30) for n in range(60)]
    for view, since, until in (
        ("week", MONDAY, SUNDAY),
        ("day", at(29).date(), at(29).date()),
        ("month", dt.date(2026, 9, 1), dt.date(2026, 9, 30)),
    ):
        text = flat(pages_of(printed(store, view, since, until, many, "")[0], tmp_path / f"{view}.pdf"))
        for n in range(60):
            assert f"Number{n:03d}withalongname" in text, (view, n)


def test_a_month_has_whole_weeks_and_says_the_chinese_day(store: Store, tmp_path: Path) -> None:
    found = a_week(store)
    job = printed(store, "month", dt.date(2026, 9, 1), dt.date(2026, 9, 30), found, "陈立", now=NOW)[0]
    words.use("zh_CN")
    text = flat(pages_of(job, tmp_path / "month.pdf"))
    assert "2026-09月历" in text
    assert "陈立·7个活动" in text
    assert "□计划✓已完成!已逾期⚠冲突" in text
    assert "国庆" in text
    assert text.count("华东水展") >= 3  # on each of its days


def test_the_list_stands_upright_with_a_head_for_each_day(store: Store, tmp_path: Path) -> None:
    found = a_week(store)
    (agenda,) = printed(store, "agenda", MONDAY, SUNDAY, found, "", now=NOW)
    text = flat(pages_of(agenda, tmp_path / "list.pdf"))
    assert "Mon2026-09-28" in text
    assert "09:30–11:00" in text
    assert "AnnaBerg" in text
    assert "23:00–10-0101:00" in text
    pages = Pages(tmp_path / "list.pdf")
    width, height = pages.size
    pages.close()
    assert width < height


def test_an_empty_week_prints(store: Store, tmp_path: Path) -> None:
    for job in printed(store, "week", MONDAY, SUNDAY, [], "everybody"):
        assert pages_of(job, tmp_path / "empty.pdf")


def test_what_is_at_the_same_time_stands_side_by_side() -> None:
    def entry(start: int, end: int) -> Entry:
        return Entry(0, 0, start, end, f"{start}")

    placed = {
        one.text: (lane, count)
        for one, lane, count in lanes([entry(60, 180), entry(60, 90), entry(90, 120), entry(180, 200)])
    }
    assert placed == {"60": (1, 2), "90": (1, 2), "180": (0, 1)} or placed["180"] == (0, 1)
    assert placed["90"] == (1, 2)


def test_short_names() -> None:
    assert [initials(name) for name in ("林晓棠", "Anna Maria Berg", "欧阳小小")] == [
        "林晓棠",
        "AMB",
        "欧阳小",
    ]
