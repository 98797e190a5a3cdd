"""Names of firms and people compared: the normal form that makes doubles meet; company or person.

无锡市鹿溪堂食品(个体户) and 无锡鹿溪堂食品有限公司 lose their legal form in `normal`; the place, written in
two ways, goes in `without_place`: both are 鹿溪堂食品.
"""

from __future__ import annotations

import re
from functools import lru_cache

from freecrm.core.pinyin import fold, initials
from freecrm.core.places import split as split_place
from freecrm.core.surnames import SURNAMES

_LEGAL_ZH = tuple(
    "股份有限责任公司 有限责任公司 股份有限公司 集团有限公司 有限公司 股份公司 总公司"
    " 集团公司 责任公司 公司 集团 个体工商户 个体经营 个体户 个体 特殊普通合伙 普通合伙"
    " 有限合伙 合伙企业 个人独资企业 个人独资".split()
)
_KIND = re.compile(r"\((?:个体工商户|个体经营|个体户|个体|普通合伙|特殊普通合伙|有限合伙|个人独资)\)")
_LEGAL_LATIN = frozenset(
    "ltd limited inc incorporated corp corporation co company llc llp lp plc gmbh mbh ag kg ohg ug se sa sas"
    " sarl srl spa bv nv oy ab as aps kft sro pty pte pvt kk group holding holdings".split()
)
_WORD_GAP = re.compile(r"[\W_]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?")
_TRADES = tuple(
    "工厂 厂 店 酒店 宾馆 饭店 餐厅 超市 商行 商店 商场 经营部 门市部 工作室 事务所 研究院 研究所 中心"
    " 学校 大学 学院 幼儿园 医院 诊所 银行 协会 合作社 农场 牧场 软件 科技 贸易 食品 餐饮 建材 设备 机械"
    " 印务 物流 传媒 电子 服饰 家具 食堂 书店 药房 俱乐部 馆 堂 坊 局 委员会 政府 基金会 有限 股份 设计"
    " 装饰 工程 实业 国际 网络 文化".split()
)


@lru_cache(maxsize=20_000)
def normal(name: str) -> str:
    """The name of a firm without what two spellings of it differ in; for people too.

    Folded (case, width, accents, traditional characters); without spaces, punctuation, legal form
    (有限公司, 集团, (个体户), Ltd, GmbH …). A branch keeps its 分: it is not the head office. A name
    that is nothing but a legal form stays as it is; empty for an empty name.
    """
    folded = fold(name).strip()
    if not folded:
        return ""
    if folded.endswith("分公司"):
        folded = folded.removesuffix("公司")
    return _without_legal(folded) or _WORD_GAP.sub("", folded)


def _words(folded: str) -> list[str]:
    """The words of a folded name; `s.a.` is one."""
    joined = _DOTTED.sub(lambda found: found[0].replace(".", ""), folded)
    return [word for word in _WORD_GAP.split(joined) if word]


def _without_legal(folded: str) -> str:
    flat = folded
    if not folded.isalnum():  # else it is one word without brackets, as most names are
        words = _words(_KIND.sub("", folded))
        while len(words) > 1 and words[-1] in _LEGAL_LATIN:
            words.pop()
        flat = "".join(words)
    while flat.endswith(_LEGAL_ZH):
        flat = flat[: -next(len(form) for form in _LEGAL_ZH if flat.endswith(form))]
    if "公司" in flat:
        for form in _LEGAL_ZH[:5]:
            flat = flat.replace(form, "", 1) or flat
    return flat


def without_place(name: str) -> str:
    """`normal` without the place it begins with (无锡市, 浙江省杭州市, 上海), a second, weaker form.

    The same as `normal` where there is no place or too little would be left.
    """
    text = normal(name)
    place = split_place(text)
    if not place.city and not place.province:
        return text
    rest = place.rest if text.endswith(place.rest) else text
    return rest if len(rest) >= 2 else text


def looks_like_company(name: str) -> bool:
    """Whether a name is a firm's rather than a person's; a guess to be corrected by people."""
    folded = fold(name).strip()
    if not folded:
        return False
    if any(form in folded for form in ("公司", "集团", "个体", "合伙")):
        return True
    words = _words(folded)
    if len(words) > 1 and words[-1] in _LEGAL_LATIN:
        return True
    flat = "".join(words)
    if flat.isascii():
        return False
    if any(flat.endswith(trade) for trade in _TRADES if len(trade) > 1 or len(flat) > 3):
        return True
    return "·" not in name and len(flat) > (4 if flat[:2] in SURNAMES else 3)


def initial(name: str) -> str:
    """The one character for a round picture: 鹿 of 鹿溪堂, A of `acme`; `?` where there is none.

    A leading place is passed over: 无锡鹿溪堂有限公司 shows 鹿.
    """
    shown = without_place(name) if looks_like_company(name) else fold(name)
    for char in shown:
        if char.isalnum():
            return char.upper()
    return "?"


def latin_initial(name: str) -> str:
    """The letter A–Z a list groups `name` under; `#` for digits and anything else."""
    first = initials(name)[:1].upper()
    return first if "A" <= first <= "Z" else "#"
