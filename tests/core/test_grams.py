from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.grams import document, grams, phone_digits, squeeze, squeeze_name, without
from freecrm.core.matching import (
    EXACT,
    FULL,
    INITIALS,
    MIXED,
    PHONE_TAIL,
    PREFIX,
    SUBSTRING,
    marks,
    match,
    parse,
)

FIRM = document(
    ["无锡鹿溪堂贸易有限公司"],
    ["K-20231"],
    ["138 0000 1408", "+86 571 37502921"],
    ["li.ming@qq.com", "江苏省无锡市滨湖区蠡湖大道18号", "重点"],
)


def test_document() -> None:
    lines = FIRM.split("\n")
    assert lines[0] == "无锡鹿溪堂贸易有限公司"
    assert lines[1] == "k20231"
    assert lines[2].split("\t") == ["13800001408", "057137502921"]
    assert lines[3].split("\t")[0] == "limingqqcom"
    assert document(["", "鹿溪堂", " - "]) == "鹿溪堂"
    assert document([]) == ""
    assert grams("") == ""


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+86 139-1234-5678", "13912345678"),
        ("0086 13912345678", "13912345678"),
        ("8613912345678", "13912345678"),
        ("(0571) 3750 2921", "057137502921"),
        ("+86 571 3750 2921", "057137502921"),
        ("400-820-8820", "4008208820"),
        ("+49 30 901820", "4930901820"),
        ("", ""),
    ],
)
def test_phone_digits(phone: str, digits: str) -> None:
    assert phone_digits(phone) == digits


def test_squeezing() -> None:
    assert squeeze("Li.Ming@QQ.com") == "limingqqcom"
    assert squeeze_name("Acme  Trading (无锡) Co.") == "acme trading无锡co"


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("K-20231", EXACT),
        ("k20231", EXACT),
        ("138 0000 1408", EXACT),
        ("+86 138-0000-1408", EXACT),
        ("0571-37502921", EXACT),
        ("無錫鹿溪堂貿易有限公司", EXACT),
        ("无锡", PREFIX),
        ("138000", PREFIX),
        ("li.m", PREFIX),
        ("lxt", INITIALS),
        ("wxlxt", INITIALS),
        ("luxi", FULL),
        ("wuxilux", FULL),
        ("luxtan", MIXED),
        ("luxitang", FULL),
        ("鹿xt", MIXED),
        ("luxt", MIXED),
        ("lxtang", MIXED),
        ("1408", PHONE_TAIL),
        ("3750 2921", PHONE_TAIL),
        ("鹿溪", SUBSTRING),
        ("溪", SUBSTRING),
        ("0000", SUBSTRING),
        ("ming@qq", SUBSTRING),
        ("滨湖区", SUBSTRING),
        ("18号", SUBSTRING),
        ("无锡 1408", PHONE_TAIL),
        ("lxt 贸易", SUBSTRING),
        ("lxx", None),
        ("无锡 苏州", None),
        ("1409", None),
        ("i", None),
        ("湖", None),
        ("", None),
        ("()", None),
    ],
)
def test_ranks(query: str, rank: int | None) -> None:
    assert match(query, FIRM) == rank


@pytest.mark.parametrize("query", ["zzq", "czq", "zengzhi", "cengzhiq", "zeng", "曾zq"])
def test_every_reading_finds(query: str) -> None:
    assert match(query, document(["曾知强"])) is not None


@pytest.mark.parametrize(
    ("query", "name", "spans"),
    [
        ("lxt", "无锡鹿溪堂有限公司", [(2, 5)]),
        ("溪堂", "無錫鹿溪堂", [(3, 5)]),
        ("食品杭州", "禾麓食品（杭州）公司", [(2, 7)]),
        ("鹿 有限", "无锡鹿溪堂有限公司", [(2, 3), (5, 7)]),
        ("trading", "Acme Trading", [(5, 12)]),
        ("cafe", "Café Lune", [(0, 4)]),
        ("w", "无锡鹿溪堂", [(0, 1)]),
        ("1408", "无锡鹿溪堂", []),
        ("", "无锡", []),
    ],
)
def test_marks(query: str, name: str, spans: list[tuple[int, int]]) -> None:
    assert marks(query, name) == spans


ALPHABET = "鹿溪堂曾单阿鄂行吕女张王伟abeiglnoux138 .-@(и"
words = st.text(ALPHABET, min_size=1, max_size=7)


@given(st.lists(words, min_size=1, max_size=2), words, st.text("0123456789", max_size=11), words, words)
def test_tokens_reach_every_match(names: list[str], code: str, phone: str, word: str, query: str) -> None:
    text = document(names, [code], [phone], [word])
    tokens = set(grams(text).split())
    for asked in (query, *names, code, phone[-4:], word[1:], names[0][1:4]):
        if match(asked, text) is None:
            continue
        assert any(
            all(any(tokens.issuperset(way) for way in word.ways) for word in meaning)
            for meaning in parse(asked).meanings
        ), (asked, text)


@given(st.text(), st.text())
def test_any_text(query: str, name: str) -> None:
    text = document([name], [name], [name], [name])
    assert "" not in grams(text).split(" ") or not text
    match(query, text)
    for start, end in marks(query, name):
        assert 0 <= start < end <= len(name)
    assert not squeeze(name) or match(name, text) is not None or not name.strip()


ENTRIES = st.lists(
    st.lists(st.sampled_from(["鹿溪堂", "Acme A", "行政", "行政 ", "K-1", ""]), max_size=4),
    min_size=4,
    max_size=4,
)


@given(ENTRIES, ENTRIES)
def test_without_is_the_document_of_what_is_left(left: list[list[str]], lost: list[list[str]]) -> None:
    whole = document(*([*a, *b] for a, b in zip(left, lost, strict=True)))
    rest = without(whole, document(*lost))
    assert rest in (None, document(*left))
    if rest is not None:  # so the old tokens lead to it
        assert {*grams(rest).split(" ")} <= {*grams(whole).split(" "), ""}


def test_without_leaves_open_which_of_two_equal_entries_goes() -> None:
    held = document(["林晓棠"], words=["行政", "采购", "行政"])
    assert without(held, document([], words=["采购"])) == document(["林晓棠"], words=["行政"] * 2)
    assert without(held, document([], words=["行政"])) is None
    assert without(held, document([], words=["财务"])) is None
