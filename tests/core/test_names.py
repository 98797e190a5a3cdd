from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.names import initial, latin_initial, looks_like_company, normal, without_place


@pytest.mark.parametrize(
    "same",
    [
        ("无锡鹿溪堂食品有限公司", "無錫鹿溪堂食品(個體戶)", "无锡鹿溪堂食品（集团）股份有限公司 "),
        ("Acme Trading Co., Ltd.", "ACME TRADING", "acme-trading LLC"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Obi S.A.", "OBI"),
        ("星行软件（个体工商户）", "星行软件"),
        ("成都禾麓食品(杭州)有限公司", "成都禾麓食品（杭州）"),
    ],
)
def test_spellings_of_one_firm_meet(same: tuple[str, ...]) -> None:
    assert len({normal(name) for name in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鹿溪堂食品有限公司", "鹿溪堂软件有限公司"),
        ("鹿溪堂有限公司", "鹿溪堂有限公司第2分公司"),
        ("鹿溪堂第一分公司", "鹿溪堂第二分公司"),
        ("无锡鹿溪堂", "鹿溪堂"),
    ],
)
def test_different_firms_do_not(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_nothing_but_a_legal_form_stays() -> None:
    assert normal("有限公司") == "有限公司"
    assert normal("Co. Ltd.") == "co"
    assert normal(" ") == ""


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("无锡市鹿溪堂食品(个体户)", "鹿溪堂食品"),
        ("无锡鹿溪堂食品有限公司", "鹿溪堂食品"),
        ("浙江省杭州市西湖区天目里", "天目里"),
        ("上海百度集团股份有限公司", "百度"),
        ("社区超市", "社区超市"),
        ("长沙", "长沙"),
        ("Acme", "acme"),
        ("", ""),
    ],
)
def test_without_place(name: str, rest: str) -> None:
    assert without_place(name) == rest


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("无锡鹿溪堂食品有限公司", True),
        ("桐原软件", True),
        ("星行软件(个体户)", True),
        ("湖州松湾牧场", True),
        ("瑞石建材", True),
        ("Acme Trading Co., Ltd.", True),
        ("Müller GmbH", True),
        ("曾知强", False),
        ("仇涵", False),
        ("欧阳小月", False),
        ("阿卜杜拉·艾山", False),
        ("John Smith", False),
        ("", False),
    ],
)
def test_looks_like_company(name: str, company: bool) -> None:
    assert looks_like_company(name) is company


def test_initials_for_pictures_and_groups() -> None:
    assert "".join(map(initial, ["无锡鹿溪堂有限公司", "acme", "曾知强", "(3M)", ""])) == "鹿A曾3?"
    assert "".join(map(latin_initial, ["无锡鹿溪堂", "acme", "曾知强", "3M", ""])) == "WAZ##"


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    assert normal(normal(text)) is not None
    without_place(text)
    looks_like_company(text)
    assert initial(text)
    assert len(latin_initial(text)) == 1
