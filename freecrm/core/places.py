"""Where a customer sits: province, city and district out of an address or a short note.

浙江/杭州, 浙江杭州, 苏州 and 浙江省杭州市西湖区文三路100号 are all understood; provinces and cities come
back by their short names, districts as they are written. The table is made by
resources/make/places.py and loaded with the first address.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from freecrm.core.home import RESOURCES
from freecrm.core.values import blank, half, plain


class Place(NamedTuple):
    """province and city by their short names (浙江, 杭州), district with its suffix (西湖区); rest:
    what stands behind them, or the whole text when nothing is known."""

    province: str = ""
    city: str = ""
    district: str = ""
    rest: str = ""


class _Name(NamedTuple):
    """What a name stands for. guard: what may not, or must, follow it (see `_fits`)."""

    province: str
    city: str
    district: str
    guard: int


_FREE, _NO_STREET, _ALONE = 0, 1, 2
# A short name before one of these belongs to a street or a quarter: 南京路, 北京东路, 朝阳门, 西湖区.
_STREET = re.compile(
    r"[东西南北中新老大一二三四五六七八九十]{0,2}(?:路|街|道|巷|弄|里|桥|门|镇|乡|村|区|县|旗)"
)
_SEPARATORS = " /-,、|·>_\t\r\n"
_LONGEST_NAME = 18
_SHORT = 12  # characters of a text whose place is kept

_CITIES_OF_THEIR_OWN = frozenset(("北京", "天津", "上海", "重庆", "香港", "澳门"))

_Names = dict[str, _Name]


class _Table:
    """The names by where one may stand: at the beginning, behind a province, behind a city."""

    def __init__(self, lines: list[str]) -> None:
        self.first: _Names = {}
        self.inside: dict[str, _Names] = {}
        self.under: dict[tuple[str, str], _Names] = {}
        self.codes: dict[str, str] = {}
        provinces: _Names = {}
        cities: _Names = {}
        for line in lines:
            names = line.split()
            if not line.startswith("\t"):
                full, province = names
                provinces[full] = _Name(province, "", "", _FREE)
                provinces[province] = _Name(province, "", "", _NO_STREET)
                inside = self.inside[province] = {}
                own_cities: _Names = {}
                continue
            full, city, code, *districts = names
            if code != "-":
                self.codes.setdefault(city, code)
                self.codes[full] = code
            under = self.under[province, city] = {}
            for district in districts:
                self._district(_Name(province, city, district, _FREE), under, inside)
            for name in _ways(full, city):
                own_cities[name] = _Name(province, city, "", _NO_STREET if name == city else _FREE)
            inside |= own_cities
            cities |= {name: own_cities[name] for name in _ways(full, city) if name not in cities}
        # 吉林 and 海南 alone are the provinces.
        self.first |= cities | provinces

    def _district(self, name: _Name, under: _Names, inside: _Names) -> None:
        """Note a district; one that several cities have leaves the city open."""
        ways = [(name.district, name)]
        if name.district[-1] in "区县市" and len(name.district) > 2:
            ways.append((name.district[:-1], name._replace(guard=_ALONE)))
        for text, meant in ways:
            under.setdefault(text, meant)
            known = inside.get(text)
            inside[text] = meant if known is None or known == meant else _open(known, meant)
            if name.district[-1] in "区县市旗":
                known = self.first.get(text)
                self.first[text] = meant if known is None or known == meant else _open(known, meant)


def _open(known: _Name, other: _Name) -> _Name:
    """What two districts of one name have in common."""
    return _Name(
        known.province if known.province == other.province else "",
        known.city if known[:2] == other[:2] else "",
        known.district if known.district == other.district else "",
        max(known.guard, other.guard),
    )


def _ways(full: str, city: str) -> set[str]:
    ways = {full, city}
    if full.endswith("自治州"):
        ways.add(city + "州")
    elif full.endswith(("地区", "盟")) or full == city:
        ways.add(city + "市")
    return ways


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = (RESOURCES / "tables" / "places.txt").read_text("utf-8")
    return _Table([line for line in text.splitlines() if line])


def split(text: object) -> Place:
    """`text` (an address, 浙江/杭州, 苏州) as province, city, district and rest. What the text
    leaves out and its city implies is filled in (苏州 → 江苏). Foreign text comes back as the
    rest. Never raises."""
    # A column of cities says few things; of whole addresses hardly one comes twice.
    return _known(text) if type(text) is str and len(text) < _SHORT else _split(plain(text))


def _split(text: str) -> Place:
    whole = text.strip()
    line = half(whole)
    if blank(line):
        return Place()
    table = _table()
    at = _skip(line, 2 if line.startswith("中国") else 0)
    end, found = _longest(table.first, line, at)
    if found is None:
        return Place(rest=whole)
    province, city, district, _guard = found
    end = _skip(line, end)
    if province and not city:
        inner_end, inner = _longest(table.inside[province], line, end)
        if inner is not None:
            city, district, end = inner.city, inner.district or district, _skip(line, inner_end)
        elif province in _CITIES_OF_THEIR_OWN:
            city = province
    elif city and city == province and not district:
        # 上海 上海市 浦东新区
        again_end, again = _longest(table.inside[province], line, end)
        if again is not None:
            district, end = again.district, _skip(line, again_end)
    if city and not district:
        if line.startswith("市辖区", end):
            end = _skip(line, end + 3)
        inner_end, inner = _longest(table.under[province, city], line, end)
        if inner is not None:
            district, end = inner.district, _skip(line, inner_end)
    return Place(province, city, district, line[end:])


_known = lru_cache(maxsize=1000)(_split)


def area_code(city: str) -> str:
    """The telephone area code of a city by its short or full name (杭州 → 0571), "" when unknown."""
    return _table().codes.get(city, "")


def _skip(line: str, at: int) -> int:
    while at < len(line) and line[at] in _SEPARATORS:
        at += 1
    return at


def _longest(names: _Names, line: str, at: int) -> tuple[int, _Name | None]:
    for end in range(min(len(line), at + _LONGEST_NAME), at + 1, -1):
        found = names.get(line[at:end])
        if found is not None and _fits(found, line, end):
            return end, found
    return at, None


def _fits(name: _Name, line: str, end: int) -> bool:
    if not any(name[:3]):
        return False
    if name.guard == _ALONE:
        return bool(name.district) and (end == len(line) or line[end] in _SEPARATORS)
    return name.guard == _FREE or not _STREET.match(line, end)
