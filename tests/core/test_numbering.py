"""Rules for numbers: what they give, where a series begins, and what is no rule."""

from __future__ import annotations

import datetime as dt

import pytest

from freecrm.core import numbering, words
from freecrm.core.numbering import Facts, facts_of, read, why_not

DAY = dt.date(2026, 11, 7)
TEA = Facts("鹿溪堂茶业", "杭州")


@pytest.mark.parametrize(
    ("text", "number", "code"),
    [
        ("{0000}", 7, "0007"),
        ("{00}", 100, "100"),  # grows rather than stops
        ("{区号}{YY}{0000}", 7, "0571260007"),
        ("{area}-{yyyy}{mm}{dd}-{000}", 12, "0571-20261107-012"),
        ("C{年}{月}{日}.{0}", 3, "C20261107.3"),
        ("{短年}{月}-{0000}", 1, "2611-0001"),
        ("{拼音}{00}", 1, "LXTC01"),
        ("{initials2}-{000}", 1, "LX-001"),
        ("{ YY } 号 {000}", 1, "26 号 001"),
        ("｛YY｝｛000｝", 5, "26005"),  # as a Chinese keyboard writes them
    ],
)
def test_what_a_rule_gives(text: str, number: int, code: str) -> None:
    rule = read(text)
    assert rule is not None
    assert rule.code(number, DAY, TEA) == code
    found = rule.pattern(DAY).fullmatch(code)
    assert found is not None
    assert int(found[1]) == number


@pytest.mark.parametrize(
    ("text", "facts", "code"),
    [
        ("{area}{000}", Facts(), "000001"),
        ("{区号|外地}{000}", Facts("x"), "外地001"),
        ("{area|}{000}", Facts(), "001"),
        ("{area}{000}", Facts("", "", ["+8613800001203", "+8675500006688"]), "0755001"),
        ("{area}{000}", Facts("", "", ["+861000006688"]), "010001"),
        ("{area}{000}", Facts("", "", ["+862100006688"]), "021001"),
        ("{area}{000}", Facts("", "", ["+864000006688", "95588", "+442071838750", "", "+86"]), "000001"),
        ("{area}{000}", Facts("", "北京", ["+8657100006688"]), "010001"),  # the city before the landline
        ("{area}{000}", Facts("", "无处", ["+8657100006688"]), "0571001"),
        ("{拼音}{0}", Facts("***"), "X1"),
        ("{拼音|无}{0}", Facts(""), "无1"),
        ("{initials}{0}", Facts("3M China"), "3C1"),
    ],
)
def test_what_a_record_does_not_have(text: str, facts: Facts, code: str) -> None:
    rule = read(text)
    assert rule is not None
    assert rule.code(1, DAY, facts) == code


def test_facts_come_from_the_values_of_any_way_in() -> None:
    values = {
        "name": "云杉谷",
        "addresses": [{"street": "x"}, {"city": "杭州"}],
        "phones": [{"number": "+861"}],
    }
    assert facts_of(values) == ("云杉谷", "杭州", ["+861"])
    assert facts_of({}) == ("", "", [])


def test_a_series_begins_anew_where_a_dated_part_changes() -> None:
    month = read("{YY}{MM}-{0000}")
    plain = read("C{0000}")
    assert month is not None
    assert plain is not None
    assert month.series(DAY) == month.series(dt.date(2026, 11, 30))
    assert month.series(DAY) != month.series(dt.date(2026, 12, 1))
    assert plain.series(DAY) == plain.series(dt.date(2031, 1, 1))
    wider, places = read("C{00000}"), read("C{区号}{0000}")
    assert wider is not None
    assert places is not None
    assert plain.series(DAY) == wider.series(DAY) != places.series(DAY)


def test_a_counter_may_begin_elsewhere() -> None:
    assert [rule.start for rule in map(read, ("{0000}", "{1000}", "{0001}")) if rule] == [1, 1000, 1]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_blank_rule_is_none(text: str) -> None:
    assert read(text) is None
    assert why_not(text) is None


@pytest.mark.parametrize(
    ("text", "told", "chinese"),
    [
        ("C{YY}", "no counter", "没有流水号"),
        ("C0001", "no counter", "没有流水号"),
        ("{000}{00}", "2 counters", "2 个流水号"),
        ("{YY}{000", "place 5", "第 5 个字"),
        ("YY}{000}", "place 3", "第 3 个字"),
        ("{{YY}}{000}", "place 1", "第 1 个字"),
        ("{YYY}{000}", "“{YYY}” is no part", "没有「{YYY}」"),
        ("{}{000}", "“{}” is no part", "没有「{}」"),
        ("{YY3}{000}", "no part", "没有"),
        ("{YY|x}{000}", "no part", "没有"),
        ("{initials0}{000}", "no part", "没有"),
        ("{000|5}", "no part", "没有"),
        ("{区号|一二三四五六七八九十一}{000}", "too long", "太长"),
        ("{0000000000}", "9 digits", "9 位"),
        ("x" * 61 + "{000}", "60 characters", "60 个字"),
        ("a\nb{000}", "one line", "一行"),
    ],
)
def test_what_is_no_rule_is_said_in_both_languages(text: str, told: str, chinese: str) -> None:
    assert told in str(why_not(text))
    words.use("zh_CN")
    assert chinese in str(why_not(text))


def test_no_rule_is_so_odd_that_it_breaks() -> None:
    for text in (
        "{0}" * 30,
        "{",
        "}",
        "{|}",
        "{|||}{0}",
        "{%Y}{0}",
        "\x00{0}",
        "{٣}{0}",
        "{0}{年｜月}",
        "{²}{0}",
    ):
        try:
            rule = read(text)
        except numbering.Known:
            continue
        assert rule is None or rule.code(1, DAY)


def test_one_number_in_many_spellings() -> None:
    for code in ("KH-2026-0003", "kh-2026-0003 ", "ＫＨ－２０２６－０００３", "\u3000Kh-2026-0003"):
        assert numbering.same_code(code) == "kh-2026-0003"
    assert {"KH-1", "kh-1", "Kh-1", "kH-1", "ＫＨ－１"} <= numbering.written("ｋｈ－1 ")
    assert len(numbering.written("ABCDEFGHIJKLMNOPQRSTUVWXYZ0001")) < 9
    assert "茶-a" in numbering.written("茶-A")
