"""Working days: China's holidays and 调休, years that are added, the Chinese year in a cell."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core import holiday_files, words, workdays
from freecrm.core.problems import Known
from freecrm.core.workdays import Workdays

D = dt.date
CHINA = Workdays()


class Firm:
    """Settings of a firm."""

    def __init__(self, **values: Any) -> None:
        self.values = {
            "firm.country": "86", "calendar.workdays": "12345", "calendar.holidays": True,
            "calendar.from": "09:00", "calendar.to": "18:00",
        } | {key.replace("_", ".", 1): value for key, value in values.items()}  # fmt: skip

    def setting(self, key: str) -> Any:
        return self.values[key]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREECRM_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("day", "works", "name", "made_up"),
    [
        (D(2026, 2, 17), False, "春节", False),
        (D(2026, 2, 14), True, "", True),
        (D(2026, 2, 28), True, "", True),
        (D(2026, 3, 19), True, "", False),
        (D(2026, 3, 21), False, "", False),
        (D(2026, 4, 6), False, "清明节", False),
        (D(2026, 5, 9), True, "", True),
        (D(2026, 9, 25), False, "中秋节", False),
        (D(2026, 10, 1), False, "国庆节", False),
        (D(2026, 10, 10), True, "", True),
        (D(2031, 10, 1), True, "", False),
    ],
)
def test_holidays_and_weekends_that_make_up_for_them(day: D, works: bool, name: str, made_up: bool) -> None:
    words.use("zh_CN")
    assert (CHINA.is_workday(day), CHINA.name(day), CHINA.is_made_up(day)) == (works, name, made_up)
    assert CHINA.mark(day) == ("休" if name else "班" if made_up else "")


def test_they_are_told_in_both_languages() -> None:
    assert CHINA.name(D(2026, 2, 17)) == "Spring Festival"
    assert CHINA.made_up_for(D(2026, 2, 14)) == "Spring Festival"
    assert (CHINA.mark(D(2026, 2, 17)), CHINA.mark(D(2026, 2, 14))) == ("Rest", "Work")


def test_the_next_working_day() -> None:
    assert CHINA.next_workday(D(2026, 2, 14)) == D(2026, 2, 14)
    assert CHINA.next_workday(D(2026, 2, 15)) == D(2026, 2, 24)
    assert CHINA.after(D(2026, 2, 13), 2) == D(2026, 2, 24)
    assert Workdays(week=frozenset(), holidays=False).next_workday(D(2026, 2, 15)) == D(2026, 2, 15)
    assert CHINA.next_workday(D.max) == D.max


def test_only_where_they_count() -> None:
    german = workdays.of(Firm(firm_country="49"))
    assert german.is_workday(D(2026, 10, 1))
    assert german.known(2031)
    assert not workdays.of(Firm(calendar_holidays=False)).is_made_up(D(2026, 10, 10))
    six = workdays.of(Firm(calendar_workdays="123456", firm_country="49"))
    assert [six.is_workday(D(2026, 3, day)) for day in (21, 22)] == [True, False]
    assert workdays.hours(Firm(calendar_from="8:30", calendar_to="24:00")) == (
        dt.time(8, 30),
        dt.time(23, 59),
    )


def test_a_year_that_nobody_knows_has_its_weekends_only() -> None:
    assert CHINA.known(2026)
    assert not CHINA.known(2031)
    assert CHINA.is_workday(D(2031, 10, 1))
    assert not CHINA.is_workday(D(2031, 10, 4))


def put(path: Path, value: object) -> Path:
    path.write_text(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1), "utf-8"
    )
    return path


GOOD = {
    "year": 2027,
    "holidays": {
        "2027-01-01": "元旦",
        "2027-02-06": {"zh": "春节", "en": "Spring Festival"},
        "2027-03-08": "厂庆",
    },
    "workdays": {"2027-02-20": "春节"},
}


def test_a_year_is_added_by_a_file(tmp_path: Path) -> None:
    assert not workdays.of(Firm()).known(2027)
    assert holiday_files.take(put(tmp_path / "any name.json", GOOD)) == 2027
    days = workdays.of(Firm())
    assert days.known(2027)
    assert not days.is_workday(D(2027, 1, 1))
    assert days.is_made_up(D(2027, 2, 20))
    names = [days.name(D(2027, *day)) for day in ((1, 1), (2, 6), (3, 8))]
    assert names == ["New Year's Day", "Spring Festival", "厂庆"]
    words.use("zh_CN")
    assert [days.name(D(2027, *day)) for day in ((1, 1), (2, 6), (3, 8))] == ["元旦", "春节", "厂庆"]
    holiday_files.take(put(tmp_path / "2.json", {"year": 2027, "holidays": {"2027-01-02": "元旦"}}))
    assert workdays.of(Firm()).is_workday(D(2027, 1, 1))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"year": 2027,\n "holidays": {"2027-01-01": "元旦",}}', "Line 2 of h.json"),
        (
            '{\n"year": 2027,\n"holidays": {\n"2027-13-01": "元旦"}}',
            "Line 4 of h.json: “2027-13-01” isn't a day",
        ),
        ('{\n"year": 2027, "holidays": {\n"2026-01-01": "元旦"}}', "Line 3 of h.json: 2026-01-01 isn't in"),
        ('{\n"year": "2027", "holidays": {}}', "Line 2 of h.json: “2027” isn't a year"),
        ('{"year": 2027, "holidays": {\n"2027-01-01": 5}}', "Line 2 of h.json: say in words"),
        (
            '{"year": 2027, "holidays": {"2027-01-01": "元旦"},\n"workdays": {"2027-01-01": "元旦"}}',
            "Line 2 of h.json: 2027-01-01 can't be free and worked",
        ),
        ("[]", "holds no table of holidays"),
        ("", "Line 1 of h.json"),
        ('{"year": ' + "9" * 5000 + "}", "holds no table"),
        ("[" * 100_000, "holds no table"),
        ('{"year": 2027}', "holds no table"),
        ("x" * 1_100_000, "too large"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(Known) as refused:
        holiday_files.take(put(tmp_path / "h.json", content))
    assert sentence in str(refused.value)
    assert not workdays.of(Firm()).known(2027)


def test_other_bad_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Known, match="There is no file"):
        holiday_files.take(tmp_path / "nowhere.json")
    (tmp_path / "h.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(Known, match="UTF-8"):
        holiday_files.take(tmp_path / "h.json")
    with pytest.raises(Known, match="couldn't be read"):
        holiday_files.take(tmp_path)


def test_a_file_that_went_bad_is_passed_over_and_told(tmp_path: Path) -> None:
    holiday_files.take(put(tmp_path / "x.json", GOOD))
    put(holiday_files.folder() / "2028.json", "{")
    days = workdays.of(Firm())
    assert days.known(2027)
    assert not days.known(2028)
    told = [(year, str(why or "")) for _path, year, why in holiday_files.told()]
    assert told[0] == (2027, "")
    assert "Line 1 of 2028.json" in told[1][1]


# ---- the Chinese year in a cell


@pytest.mark.parametrize(
    ("day", "term", "moon", "word"),
    [
        (D(2026, 3, 20), "春分", "初二", "春分"),
        (D(2026, 3, 19), "", "二月", "二月"),
        (D(2026, 2, 17), "", "正月", "春节"),
        (D(2026, 2, 18), "雨水", "初二", "雨水"),
        (D(2026, 12, 22), "冬至", "十四", "冬至"),
        (D(2026, 1, 5), "小寒", "十七", "小寒"),
        (D(2025, 7, 25), "", "闰六月", "闰六月"),
        (D(2026, 12, 30), "", "廿二", "廿二"),
    ],
)
def test_what_a_cell_says(day: D, term: str, moon: str, word: str) -> None:
    words.use("zh_CN")
    first = {D(2026, 2, 17): ""}.get(day)
    assert (workdays.term(day), workdays.lunar_word(day)) == (term, moon)
    if first is None:
        assert workdays.cell_word(day, CHINA) == word
    words.use("en")
    assert bool(workdays.term(day)) == bool(term)


def test_english_cells() -> None:
    assert workdays.term(D(2026, 3, 20)) == "Spring Equinox"
    assert workdays.lunar_word(D(2026, 3, 20)) == "2/2"
    assert workdays.lunar_date(D(2026, 3, 20)) == "lunar 2-2"
    assert workdays.cell_word(D(2026, 10, 1), CHINA) == "National Day"
    assert workdays.cell_word(D(2026, 10, 2), CHINA) == workdays.lunar_word(D(2026, 10, 2))


@given(st.dates())
@settings(deadline=None, max_examples=60)
def test_any_day_is_in_a_cell(day: D) -> None:
    workdays.cell_word(day, CHINA)
    workdays.lunar_date(day)
    CHINA.next_workday(day)


@given(st.integers(1902, 2197))
@settings(deadline=None, max_examples=20)
def test_a_year_has_24_terms(year: int) -> None:
    words.use("zh_CN")
    found = [
        workdays.term(day)
        for day in (D(year, 1, 1) + dt.timedelta(days=n) for n in range(365))
        if workdays.term(day)
    ]
    assert found == list(workdays.TERMS)
