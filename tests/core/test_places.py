from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import places
from freecrm.core.places import Place
from tests.core.cells import CELLS


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("浙江/杭州", Place("浙江", "杭州")),
        ("浙江杭州", Place("浙江", "杭州")),
        ("浙江 － 杭州", Place("浙江", "杭州")),
        ("浙江省杭州市西湖区文三路100号", Place("浙江", "杭州", "西湖区", "文三路100号")),
        ("浙江省 杭州市 西湖区 文三路 100 号", Place("浙江", "杭州", "西湖区", "文三路 100 号")),
        ("中国浙江省宁波市", Place("浙江", "宁波")),
        ("苏州", Place("江苏", "苏州")),
        ("浙江省", Place("浙江")),
        ("上海", Place("上海", "上海")),
        ("上海/上海", Place("上海", "上海")),
        ("上海市浦东新区世纪大道1号", Place("上海", "上海", "浦东新区", "世纪大道1号")),
        ("浦东新区", Place("上海", "上海", "浦东新区")),
        ("北京市市辖区东城区", Place("北京", "北京", "东城区")),
        ("重庆忠县", Place("重庆", "重庆", "忠县")),
        ("内蒙古自治区呼和浩特市新城区", Place("内蒙古", "呼和浩特", "新城区")),
        ("新疆维吾尔自治区伊犁州伊宁市", Place("新疆", "伊犁", "伊宁市")),
        ("广西桂林", Place("广西", "桂林")),
        ("延边朝鲜族自治州延吉市", Place("吉林", "延边", "延吉市")),
        ("吉林", Place("吉林")),
        ("吉林市", Place("吉林", "吉林")),
        ("吉林吉林", Place("吉林", "吉林")),
        ("海南", Place("海南")),
        ("江苏/昆山", Place("江苏", "苏州", "昆山市")),
        ("义乌", Place("浙江", "金华", "义乌市")),
        ("杭州西湖", Place("浙江", "杭州", "西湖区")),
        ("湖北仙桃", Place("湖北", "仙桃")),
        ("东莞市虎门镇", Place("广东", "东莞", "虎门镇")),
        ("香港特别行政区湾仔区", Place("香港", "香港", "湾仔区")),
        ("台湾台北", Place("台湾", "台北")),
        ("杭州市下城区", Place("浙江", "杭州", "下城区")),
    ],
)
def test_split(text: str, place: Place) -> None:
    assert places.split(text) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("朝阳区建国路88号", Place("", "", "朝阳区", "建国路88号")),
        ("西湖区", Place("", "", "西湖区")),
        ("南京路100号", Place(rest="南京路100号")),
        ("上海南京路", Place("上海", "上海", "", "南京路")),
        ("山东/杭州", Place("山东", rest="杭州")),
        ("中国银行", Place(rest="中国银行")),
        ("Berlin, Germany", Place(rest="Berlin, Germany")),
        ("Müller GmbH", Place(rest="Müller GmbH")),
    ],
)
def test_nothing_is_guessed(text: str, place: Place) -> None:
    assert places.split(text) == place


@pytest.mark.parametrize("text", [None, "", " ", "-", "无"])
def test_blank(text: object) -> None:
    assert places.split(text) == Place()


def test_area_code() -> None:
    assert places.area_code("杭州") == "0571"
    assert places.area_code("上海市") == "021"
    assert places.area_code("Berlin") == ""


@given(CELLS | st.text(alphabet="浙江省杭州市西湖区上海吉林县自治/ 路1", max_size=40))
def test_never_raises_and_loses_nothing_foreign(text: object) -> None:
    place = places.split(text)
    if not any(place[:3]):
        assert not isinstance(text, str) or place.rest in ("", text.strip())
