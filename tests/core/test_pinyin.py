from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.pinyin import fold, initials, key, syllables


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Crème Brûlée", "creme brulee"),
        ("無錫鹿溪堂貿易", "无锡鹿溪堂贸易"),
        ("Straße Łódź Ægir", "strasse lodz aegir"),
        ("（杭州）", "(杭州)"),
        ("乾坤", "乾坤"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "sorted_by"),
    [
        ("曾知强", "zeng zhi qiang"),
        ("單曉遠", "shan xiao yuan"),
        ("仇涵", "qiu han"),
        ("解若伟", "xie ruo wei"),
        ("查思远", "zha si yuan"),
        ("朴正", "piao zheng"),
        ("区先生", "ou xian sheng"),
        ("尉迟恭", "yu chi gong"),
        ("尉建国", "wei jian guo"),
        ("覃总", "qin zong"),
        ("盖娜", "ge na"),
        ("缪小月", "miao xiao yue"),
        ("欧阳小月", "ou yang xiao yue"),
        ("万俟洋", "mo qi yang"),
        ("仇记面馆", "qiu ji mian guan"),
        ("解放路商店", "jie fang lu shang dian"),
        ("单位食堂", "dan wei shi tang"),
        ("重庆长安银行", "chong qing chang an yin hang"),
        ("六安瓜片", "lu an gua pian"),
        ("吕女士", "lv nv shi"),
        ("3M中国", "3m zhong guo"),
        ("  Café  Lune ", "cafe lune"),
        ("", ""),
    ],
)
def test_key(name: str, sorted_by: str) -> None:
    assert key(name) == sorted_by


def test_keys_sort_by_syllable() -> None:
    names = ["西安堂", "先锋", "阿里", "曾知强", "重庆饭店", "单晓远"]
    assert sorted(names, key=key) == ["阿里", "重庆饭店", "单晓远", "西安堂", "先锋", "曾知强"]


@pytest.mark.parametrize(
    ("char", "letters"),
    [("曾", "zc"), ("单", "sd"), ("仇", "qc"), ("解", "xj"), ("查", "zc"), ("朴", "p"), ("区", "oq")],
)
def test_every_reading_of_a_surname(char: str, letters: str) -> None:
    readings = syllables(char + "伟")[0]
    assert readings[0][0] == letters[0]
    assert {reading[0] for reading in readings} >= set(letters)


def test_syllables_of_mixed_text() -> None:
    assert syllables("3M 鹿(吕)") == [("3m",), ("lu",), ("lv", "lu")]
    assert syllables(" -!") == []


def test_initials() -> None:
    assert [initials(name) for name in ("鹿溪堂", "3M中国", "曾知强", "")] == ["lxt", "3zg", "zzq", ""]


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert key(text) == key(fold(text))
    assert all(syllables(text))
    initials(text)
