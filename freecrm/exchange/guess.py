"""What a column holds by what stands in it: phones, mails, names of firms and of people, places, dates, amounts."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from freecrm.core import dates, mails, money, names, phones, places
from freecrm.core.module import Together
from freecrm.exchange.sheets import Cell

if TYPE_CHECKING:
    from freecrm.exchange.mapping import Column

LOOKED = 400  # values of a column that are looked at
FEW = 12  # at most so many different values make a new field a pick-list

_VOID = re.compile(
    r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)|0{1,4}([-/.])0{1,2}\1(?:00|0000|0)"
)
_STREET = re.compile(r"\d|[路街道巷弄村镇乡区县号楼]$")
_DAY_MONTH = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2\d{4}(?!\d)")  # 24.05.06 may begin with the year
_LETTERS = re.compile(r"[A-Z]{1,3}")
_FAMILY = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
    "俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫"
    "房丁邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠曲封储靳段富焦侯全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶"
    "司黎溥印白怀蒲台鄂索咸赖卓屠蒙池乔胥苍双闻党翟谭贡姬申扶堵冉宰雍桑桂牛寿通边扈燕冀浦尚农温庄晏柴瞿阎充慕连"
    "茹习宦艾容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广阙东欧殳沃利越隆师巩厍聂晁勾敖融冷辛阚那简饶空曾毋沙"
    "肖付闫仝岳佟覃商冼区查涂娜岩"
)


def void(text: str) -> bool:
    """Whether a cell says that there is nothing: Excel could not work it out, or a date of zeros."""
    return text[0] in "#0" and _VOID.fullmatch(text) is not None


def values_of(samples: Sequence[Sequence[Cell]], index: int) -> list[Cell]:
    """What stands in a column, without its blanks."""
    found = (row[index] for row in samples if index < len(row))
    return [v for v in found if v is not None and not (isinstance(v, str) and (not v.strip() or void(v)))]


def share(values: Sequence[Cell], like: Callable[[Cell], bool]) -> float:
    """The part of the values that are like that."""
    return sum(map(like, values)) / len(values) if values else 0.0


def mostly(values: Sequence[Cell], like: Callable[[Cell], bool]) -> bool:
    """Whether more than half of the first values are like that."""
    return share(values[:LOOKED], like) > 0.5


def like_phone(value: Cell, home: str) -> bool:
    """Whether a phone can be read in it. home: the calling code of numbers without one."""
    if isinstance(value, (dt.date, bool)) or value is None:
        return False
    digits = sum(c.isdigit() for c in str(value))
    if digits < 7 or digits > 40 or isinstance(value, float):
        return False
    return any(p.good for p in phones.read(value, home)[0])


def like_mobile(value: Cell, home: str) -> bool:
    """Whether it is a mobile phone. home: as of `like_phone`."""
    return like_phone(value, home) and all(p.kind == "mobile" for p in phones.read(value, home)[0])


def like_mail(value: Cell) -> bool:
    """Whether a mail address can be read in it."""
    return isinstance(value, str) and "@" in value and bool(mails.read(value)[0])


def _like_company(value: Cell) -> bool:
    return isinstance(value, str) and names.looks_like_company(value) and not _like_place(value)


def _like_person(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    text = "".join(value.split())
    return 2 <= len(text) <= 4 and text[0] in _FAMILY and all("\u4e00" <= c <= "\u9fff" for c in text)


def _like_place(value: Cell) -> bool:
    if not isinstance(value, str):
        return False
    place = places.split(value)
    rest = place.rest.strip()
    return bool(place.province or place.city) and (not rest or _STREET.search(rest) is not None)


def day_order(texts: Iterable[str]) -> str:
    """«dmy» or «mdy», where the dates of one column say so: 31/12/2025 among them, or points between."""
    votes: Counter[str] = Counter()
    points = 0
    for text in texts:
        found = _DAY_MONTH.match(text)
        if found:
            first, sign, second = int(found[1]), found[2], int(found[3])
            points += sign == "."
            votes["dmy"] += first > 12 >= second
            votes["mdy"] += second > 12 >= first
    if votes["dmy"] and votes["mdy"]:
        return ""
    return "dmy" if votes["dmy"] else "mdy" if votes["mdy"] else "dmy" if points else ""


def says_nothing(values: Sequence[Cell]) -> bool:
    """Whether a column has only what another program puts in by itself: 普通, Unspecified."""
    return bool(values) and {str(v).strip().lower() for v in values} <= {
        "普通",
        "未指定",
        "normal",
        "unspecified",
    }


def fits(path: str, values: list[Cell], home: str) -> bool:
    """A head says phone, but nothing in the column is one: better ask. home: as of `like_phone`."""
    if not values:
        return True
    if ".phones" in path:
        return share(values[:LOOKED], partial(like_phone, home=home)) > 0.3
    if ".emails" in path:
        return share(values[:LOOKED], like_mail) > 0.3
    return True


def is_another(path: str, values: list[Cell], home: str) -> bool:
    """A head that only holds a known word, over values that are plainly something else. home: as of `like_phone`."""
    return (".emails" not in path and mostly(values, like_mail)) or (
        any(part in path for part in (".addresses", ".name"))
        and mostly(values, partial(like_phone, home=home))
    )


def by_content(columns: Sequence[Column], plan: Together, values: Sequence[list[Cell]], home: str) -> None:
    """Targets for the columns that their heads say nothing of. home: as of `like_phone`.

    Mails and phones are known anywhere; firms, people and places only where there are no heads.
    """
    open_ = [c for c in columns if c.how == "none"]
    if plan.person and open_ and all(_LETTERS.fullmatch(c.head) for c in columns):
        _headless(open_, plan, values)
    named = any(c.target.startswith(f"{plan.person}.name") for c in columns) if plan.person else False
    who = plan.person if named else plan.main
    for column in open_:
        looked = values[column.index][:LOOKED]
        if column.how != "none" or len(looked) < 2 or any(isinstance(v, (dt.date, float)) for v in looked):
            continue
        for like, name in ((like_mail, "emails"), (partial(like_phone, home=home), "phones")):
            if share(looked, like) > 0.6:
                column.target, column.how = f"{who}.{name}", "content"
                break


def _headless(columns: Sequence[Column], plan: Together, values: Sequence[list[Cell]]) -> None:
    taken: set[str] = set()
    for like, path in (
        (_like_company, f"{plan.main}.name"),
        (_like_person, f"{plan.person}.name"),
        (_like_place, f"{plan.main}.addresses"),
    ):
        for column in columns:
            looked = values[column.index][:LOOKED]
            if column.how == "none" and path not in taken and share(looked, like) > 0.5:
                column.target, column.how = path, "content"
                taken.add(path)


def kind_of(values: Sequence[Cell]) -> dict[str, Any]:
    """The kind of a new field for these values, with its places or options."""
    looked = values[:LOOKED]
    texts = [v for v in looked if isinstance(v, str)]
    if all(isinstance(v, bool) for v in looked):
        return {"kind": "yesno"}
    if all(isinstance(v, dt.date) for v in looked):
        return {"kind": "date"}
    numbers = [money.read(v, places=6)[0] for v in looked]
    coded = any(t.strip().startswith("0") and len(t.strip()) > 1 and t.strip().isdigit() for t in texts)
    if not coded and all(n is not None for n in numbers):
        exponents = [n.normalize().as_tuple().exponent for n in numbers if n is not None]
        digits = max((-e for e in exponents if isinstance(e, int)), default=0)
        if digits <= 4 and max((abs(n) for n in numbers if n is not None), default=0) < 10**13:
            return {"kind": "number", "places": max(digits, 0)}
    if texts and all(dates.read(v)[0] is not None for v in looked):
        return {"kind": "date"}
    shown = Counter(str(v).strip() for v in looked)
    if len(shown) <= FEW and len(looked) >= 4 * len(shown) and max(map(len, shown)) <= 20:
        return {"kind": "choice", "options": sorted(shown)}
    if any(len(str(v)) > 300 or "\n" in str(v) for v in looked):
        return {"kind": "longtext"}
    return {"kind": "text"}
