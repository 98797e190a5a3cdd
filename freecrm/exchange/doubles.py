"""Whether two records are one customer: a score from 0 to 1 and the reasons for it.

    one = profile(name="无锡百岩贸易有限公司", tails=["+8613800001408"], people=["孙明"])
    other = profile(name="百岩贸易", tails=["+8613800001408"])
    score(one, other)  ->  Score(0.97, (same phone 138-0000-1408, same name but for the place))

How the names are related decides which row of a small table counts, what else agrees or differs
decides the column. Nothing is merged here; `exchange/doublescan.py` looks through a whole file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from freecrm.core import names, phone_text, phones, pinyin
from freecrm.core.numbering import same_code
from freecrm.core.places import split as split_place
from freecrm.core.words import N_, Said, say

SURE = 0.95
"""From here on two records are one customer; an import may take them for one by itself."""
LIKELY = 0.85
"""From here on a search for doubles shows two records as one customer; a person decides."""
DOUBTFUL = 0.5
"""From here on a person should look; below, they are two customers."""


class Profile(NamedTuple):
    """What a record is recognised by, ready to be compared. Made by `profile`.

    norm: as names.normal makes it. bare: norm without the places in it, which are in `places` by their short
    names. branch: which branch it is (无锡分 of 鹿溪堂食品无锡分公司), cut off from bare. numbers: those
    in its name (第二医院, 3号店). phones: as stored, or their last 8 digits.
    """

    name: str
    norm: str
    bare: str
    places: frozenset[str]
    branch: str
    numbers: str
    code: str
    city: str
    phones: tuple[str, ...]
    mails: tuple[str, ...]
    people: tuple[str, ...]


class Score(NamedTuple):
    """value: 0 to 1, read against SURE, LIKELY and DOUBTFUL. reasons: what speaks for it, then
    what speaks against it."""

    value: float
    reasons: tuple[Said, ...]


_NOWHERE: frozenset[str] = frozenset()
_BRACKET = re.compile(r"\(([^()]{2,12})\)")
_BRANCH = re.compile(r"(?:分[店部厂校院行]?|支行|支公司|办事处|门店|分理处)$")
_BRANCH_ENDS = frozenset("分店部厂校院行司处")
_NUMERALS = re.compile(
    r"[0-9]+|[一二三四五六七八九十](?=[分号店部厂校院中小附医人])|(?<=第)[一二三四五六七八九十]+"
)
_NOBODY = re.compile(
    r".?(?:经理|总|总监|先生|女士|小姐|老师|老板|主任|师傅|采购|财务|前台|会计|店长|厂长|客服|联系人)"
)
_WHOLE_NUMBER = 7  # digits; fewer are short numbers of the whole country (95588)


def profile(
    name: str,
    *,
    norm: str | None = None,
    code: str = "",
    city: str = "",
    tails: Iterable[str] = (),
    mails: Iterable[str] = (),
    people: Iterable[str] = (),
) -> Profile:
    """A record in the form that is compared.

    norm: names.normal(name), where it is at hand. tails: phones as they are stored, or their last
    8 digits where no more is known (two whole numbers are one only when they are equal; a whole
    number and a tail when the tails are). city: its short name. people: names of its contacts.
    """
    norm = names.normal(name) if norm is None else norm
    bare, places = norm, _NOWHERE
    if "(" in name or "（" in name:
        inside = _bracketed_place(name)
        if inside:
            bare, places = names.normal(_BRACKET.sub(_drop_place, pinyin.fold(name))), _places(inside)
    rest, place = _split(bare)
    if place:
        bare, places = rest, places | {place} if places else _places(place)
    if bare.endswith(("股份", "有限")) and len(bare) > 5:
        bare = bare[:-2]
    bare, branch = _branch(bare)
    return Profile(
        name,
        norm,
        bare,
        places,
        branch,
        " ".join(_NUMERALS.findall(bare)),
        code.strip(),
        sys.intern(city.removesuffix("市")),
        tuple(t for t in tails if len(t) >= _WHOLE_NUMBER),
        tuple(m.lower() for m in mails),
        tuple(p for p in map(_person, people) if p),
    )


def _bracketed_place(name: str) -> str:
    for inside in _BRACKET.findall(pinyin.fold(name)):
        if place := _place(inside):
            return place
    return ""


def _drop_place(found: re.Match[str]) -> str:
    return "" if _place(found[1]) else found[0]


@lru_cache(maxsize=2048)
def _place(text: str) -> str:
    """The short name of the place that `text` is and nothing besides, or ""."""
    found = split_place(text)
    return "" if found.rest else found.city or found.province


@lru_cache(maxsize=512)
def _places(place: str) -> frozenset[str]:
    """One set for all the records of a place."""
    return frozenset((place,))


def _split(bare: str) -> tuple[str, str]:
    if bare.isascii():
        return bare, ""
    found = split_place(bare)
    place = found.city or found.province
    if place:
        return (found.rest, place) if len(found.rest) > 1 and bare.endswith(found.rest) else (bare, "")
    # 金华桥堂玩具: `split` takes 金华桥 for a street, which a firm's name rarely begins with.
    for size in (3, 2):
        if len(bare) > size + 2 and (place := _place(bare[:size])):
            return bare[size:], place
    return bare, ""


def _branch(bare: str) -> tuple[str, str]:
    """鹿溪堂食品无锡分 -> 鹿溪堂食品, 无锡分."""
    found = _BRANCH.search(bare) if bare[-1:] in _BRANCH_ENDS else None
    if found is None or found.start() < 2:
        return bare, ""
    cut = found.start()
    for size in (4, 3, 2):
        if cut - size >= 2 and _place(bare[cut - size : cut]):
            return bare[: cut - size], bare[cut - size :]
    return bare[:cut], bare[cut:]


@lru_cache(maxsize=4096)
def _person(name: str) -> str:
    """A person's name as it is compared; "" for one that names nobody (王经理, 前台)."""
    folded = "".join(pinyin.fold(name).split())
    return "" if len(folded) < 2 or _NOBODY.fullmatch(folded) else folded


# ---- how two names are related

_SAME, _PLACE, _NEAR, _SHORT, _NAMESAKE, _OTHER = range(6)


def _relation(one: Profile, other: Profile) -> tuple[int, bool]:
    """How the names are related; and whether likeness alone is strong (they sound the same or are long)."""
    if one.norm == other.norm and one.norm:
        return _SAME, False
    a, b = one.bare, other.bare
    if not a or not b:
        return _OTHER, False
    apart = one.branch != other.branch or (one.branch and a != b) or one.numbers != other.numbers
    if apart or (one.places and other.places and not one.places & other.places):
        return (_NAMESAKE if _near(a, b) else _OTHER), False
    if a == b:
        return (_PLACE if one.places != other.places else _SAME), False
    if near := _near(a, b):
        return _NEAR, near > 1
    short, long = (a, b) if len(a) < len(b) else (b, a)
    if long.startswith(short) and len(short) >= (6 if short.isascii() else 2):
        return _SHORT, False
    return _OTHER, False


def _near(a: str, b: str) -> int:
    """0: not alike; 1: a slip of the pen apart; 2: the same, or it sounds the same, or it is long."""
    from rapidfuzz.distance import OSA

    if a == b:
        return 2
    longest = max(len(a), len(b))
    if longest < 3 or abs(len(a) - len(b)) > 3:
        return 0
    ascii_both = a.isascii() and b.isascii()
    allowed = (longest + 1) // 6 if ascii_both else longest // 4
    allowed = min(allowed, 3)
    if allowed and OSA.distance(a, b, score_cutoff=allowed) <= allowed:
        return 2 if longest >= (10 if ascii_both else 8) or _sound(a) == _sound(b) else 1
    if len(a) == len(b) and not ascii_both and _sound(a) == _sound(b):
        return 2
    return 0


@lru_cache(maxsize=4096)
def _sound(text: str) -> str:
    return pinyin.key(text)


# ---- what else agrees and what differs

_VALUES = (
    # same phone or mail, and of the contacts: the same, unknown, others;
    # no such, but the same contact, and of phone, city, code: less than two differ, more do;
    # none of these: of phone, contact, city, code so many differ
    ((0.99, 0.98, 0.97), (0.97, 0.90), (0.92, 0.90, 0.70, 0.55)),  # the same name
    ((0.98, 0.97, 0.95), (0.95, 0.86), (0.86, 0.75, 0.55, 0.40)),  # but for the place
    ((0.97, 0.96, 0.95), (0.90, 0.75), (0.60, 0.50, 0.35, 0.20)),  # a slip of the pen apart
    ((0.97, 0.95, 0.95), (0.86, 0.70), (0.55, 0.45, 0.30, 0.20)),  # one short for the other
    ((0.70, 0.65, 0.60), (0.55, 0.45), (0.45, 0.40, 0.30, 0.20)),  # in another place, another branch
    ((0.68, 0.58, 0.52), (0.20, 0.10), (0.05, 0.05, 0.00, 0.00)),  # another name
)
_STRONG_NEAR = 0.86  # alike by sound or in a long name, in one place, and nothing against it
_SHORT_NAME = 0.6  # two or three characters name many firms and people


class _Evidence(NamedTuple):
    relation: int
    strong: bool
    phone: str
    mail: str
    person: str
    here: bool
    other_phone: bool
    other_person: bool
    other_city: bool
    other_code: bool


def _evidence(one: Profile, other: Profile) -> _Evidence:
    phone = _same_phone(one.phones, other.phones) if one.phones and other.phones else ""
    mail = next((m for m in one.mails if m in other.mails), "")
    # The contact of a private person, 王静 of 王静, says no more than the name does.
    person = next((p for p in one.people if p in other.people and p not in (one.norm, other.norm)), "")
    relation, strong = _relation(one, other)
    cities = bool(one.city and other.city)
    return _Evidence(
        relation,
        strong,
        phone,
        mail,
        person,
        (cities and one.city == other.city) or bool(one.places & other.places),
        bool(one.phones and other.phones and not phone),
        bool(one.people and other.people and not person and not set(one.people) & set(other.people)),
        cities and one.city != other.city,
        bool(one.code and other.code and not _one_code(one, other)),
    )


def _same_phone(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    for a in one:
        for b in other:
            if a == b:
                return a
            if a[-7:] == b[-7:] and not (a[0] == b[0] == "+"):
                short, long = sorted((phones.tail(a), phones.tail(b)), key=len)
                if long.endswith(short):
                    return max(a, b, key=len)
    return ""


def _value(e: _Evidence, one: Profile, other: Profile) -> float:
    reach, contact, alone = _VALUES[e.relation]
    if e.phone or e.mail:
        return reach[0 if e.person else 2 if e.other_person else 1]
    if e.person:
        return contact[e.other_phone + e.other_city + e.other_code > 1]
    against = e.other_phone + e.other_person + e.other_city + e.other_code
    if e.relation == _SAME and e.here and against:
        against -= 1
    value = alone[min(against, 3)]
    if e.relation == _NEAR and e.strong and e.here and not against:
        value = _STRONG_NEAR
    if value > _SHORT_NAME:
        shorter = min(one.norm, other.norm, key=len)
        if len(shorter) < (6 if shorter.isascii() else 4):
            return _SHORT_NAME
    return value


def _one_code(one: Profile, other: Profile) -> bool:
    if not one.code or not other.code:
        return False
    return one.code == other.code or same_code(one.code) == same_code(other.code)


def likeness(one: Profile, other: Profile) -> float:
    """The value of `score` without its reasons; several times as fast."""
    if _one_code(one, other):
        return 1.0
    return _value(_evidence(one, other), one, other)


def strangers(one: Profile, other: Profile) -> bool:
    """Whether nothing but a third record could make these two one: another name, nothing in common."""
    e = _evidence(one, other)
    in_common = e.phone or e.mail or e.person or _one_code(one, other)
    return e.relation >= _NAMESAKE and not in_common


def score(one: Profile, other: Profile) -> Score:
    """How likely two records are one customer, and why.

    The same code is sure; so is the same phone or mail under a similar name. The same name is
    likely while little speaks against it, and doubtful when phone, contact and city all differ. The
    same phone under quite another name (a switchboard, one purchaser for two firms) is doubtful.
    """
    e = _evidence(one, other)
    if _one_code(one, other):
        return Score(1.0, (say(N_("same code {code}"), code=one.code), *_reasons(e, one, other)))
    return Score(_value(e, one, other), _reasons(e, one, other))


def _reasons(e: _Evidence, one: Profile, other: Profile) -> tuple[Said, ...]:
    told: list[Said] = []
    if e.phone:
        told.append(say(N_("same phone {phone}"), phone=phone_text.show(e.phone)))
    if e.mail:
        told.append(say(N_("same e-mail {mail}"), mail=e.mail))
    told += _names_told(e, one, other)
    if e.person:
        told.append(say(N_("same contact {name}"), name=e.person))
    if not told:
        return ()  # nothing speaks for it, so nothing need speak against it
    if e.other_phone:
        told.append(say(N_("another phone")))
    if e.other_person:
        told.append(say(N_("another contact")))
    if e.other_city:
        told.append(say(N_("another city")))
    if e.other_code:
        told.append(say(N_("another code")))
    return tuple(told)


def _names_told(e: _Evidence, one: Profile, other: Profile) -> list[Said]:
    if e.relation == _SAME:
        if one.name == other.name:
            return [say(N_("same name"))]
        a, b = (re.sub(r"[\W_]+", "", pinyin.fold(p.name)) for p in (one, other))
        if a == b or one.norm != other.norm:
            return [say(N_("same name, written otherwise"))]
        return [say(N_("same name but for the legal form"))]
    if e.relation == _PLACE:
        return [say(N_("same name but for the place"))]
    if e.relation == _NEAR:
        if len(one.bare) == len(other.bare) and _sound(one.bare) == _sound(other.bare):
            return [say(N_("names sound the same"))]
        from rapidfuzz.fuzz import ratio

        return [say(N_("names {percent} % alike"), percent=round(ratio(one.bare, other.bare)))]
    if e.relation == _SHORT:
        short, long = sorted((one.name, other.name), key=len)
        return [say(N_("“{short}” may be short for “{long}”"), short=short, long=long)]
    if e.relation == _NAMESAKE:
        if one.places and other.places and not one.places & other.places:
            return [say(N_("same name, but in another place"))]
        return [say(N_("same name, but another branch"))]
    return []
