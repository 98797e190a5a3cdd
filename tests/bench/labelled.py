"""An invented firm's file in which the second entries are known: what finding doubles is measured on.

Six of a hundred records are second entries, changed as people change them when they type a customer
again; at least as many are strangers that look alike (a namesake in another city, a neighbour's
phone, branches of one group, one purchaser's phone in two firms). Nothing here knows how doubles
are scored. Numbers are drawn over the whole range of mobile numbers, so two firms rarely share one
by chance.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from freecrm.core import phones
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.store.ids import new_ids

SECOND, STRANGER = 0.06, 0.08
"""Shares of the records: second entries, and strangers that look like another record."""

PLACES = (
    "无锡 苏州 杭州 宁波 湖州 上海 深圳 广州 成都 武汉 青岛 南京 常州 嘉兴 绍兴 金华 温州 合肥 济南 烟台"
    " 郑州 长沙 南昌 福州 厦门 东莞 佛山 重庆 西安 天津 北京 大连 沈阳 昆明 贵阳 南宁 石家庄 太原 扬州 徐州"
).split()
PROVINCES = {
    **dict.fromkeys("无锡 苏州 南京 常州 扬州 徐州".split(), "江苏"),
    **dict.fromkeys("杭州 宁波 湖州 嘉兴 绍兴 金华 温州".split(), "浙江"),
    **dict.fromkeys("深圳 广州 东莞 佛山".split(), "广东"),
    **dict.fromkeys("青岛 济南 烟台".split(), "山东"),
}
AREA = {"上海": "21", "北京": "10", "广州": "20", "南京": "25", "成都": "28", "武汉": "27", "杭州": "571"}
CORE = (
    "鹿溪堂松林墨梅石北川泉峰岩行星禾麓云桥湾安和锦杉恒源顺百知听泰盛新青岚竹舟瑞蓝远华拓港桐原晴柏野谷海"
    "宏达兴隆永丰金鑫福润德信义诚天博旭阳辉明光正大中联合创智慧佳美乐康宁静雅思晨曦凯旋龙腾虎跃飞鸿祥瑞"
    "昌荣茂盈旺发利通广益民生富贵长春秋夏冬雪雨风雷电火山水木土江河湖洋洲岛沙田园庄村城关卡特威力强健"
)
TRADES = (
    "贸易 食品 软件 建材 餐饮 精工机械 净水设备 牧场 印务 茶业 口腔门诊 物流 书店 培训学校 幼儿园 电子 酒店"
    " 书院 科技 服饰 家具 装饰工程 化工 五金 塑料制品 包装材料 医疗器械 广告传媒 农业开发 汽车配件 环保科技"
    " 纺织 玩具 照明电器 模具 仪器仪表 信息技术 生物科技 文化传播 商贸"
).split()
LEGAL = ("有限公司", "有限责任公司", "股份有限公司", "(个体户)", "（个体户）", "")
LEGAL_WEIGHTS = (50, 8, 8, 8, 4, 22)
ADJECTIVES = (
    "Blue Harbor North Silver Golden Bright Cedar Maple Crystal Stone River Summit Ocean Pine Green Red Iron"
    " Copper Velvet Autumn Winter Royal Liberty Pacific Atlantic Sunny Quiet Noble Prime Global"
).split()
NOUNS = (
    "Heron Lane Bay Field Ridge Bridge Point Valley Creek Garden Gate Tower Mill Anchor Falcon Lion Oak Star"
    " Crown Orchard Compass Lantern Meadow Path Forge Haven Peak Shore Wharf Grove"
).split()
LATIN_TRADES = (
    "Foods Dental Trading Logistics Software Foundry Textiles Coffee Optics Marine Packaging Labs Design"
).split()
LATIN_LEGAL = ("Ltd.", "Inc", "LLC", "GmbH", "Co., Ltd.", "")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏志宇浩轩梓涵诗雨晓小嘉欣子若思知言禾溪舟夏"
WRONG = dict(
    zip(
        "溪堂岩杉泉墨峰川湾达鑫诚旭辉晨祥荣盈贸械备技材饰源桐港",
        "西棠研衫全默锋穿弯大金成序晖辰详容赢茂戒各枝才飾原铜巷",
        strict=True,
    )
)
TRADITIONAL = str.maketrans(
    "华贸业东长园书医药电设备兴龙机马达云桥门风飞义联创荣广发关",
    "華貿業東長園書醫藥電設備興龍機馬達雲橋門風飛義聯創榮廣發關",
)


@dataclass
class Firm:
    """One record to be written; `firm` is the true customer it stands for."""

    firm: int
    place: str = ""
    suffix: str = ""
    core: str = ""
    trade: str = ""
    legal: str = ""
    city: str = ""
    phones: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    code: str = ""
    dress: Callable[[str], str] = str

    @property
    def latin(self) -> bool:
        return self.core.isascii()

    def name(self) -> str:
        """The name as it is typed."""
        if self.latin:
            return self.dress(" ".join(part for part in (self.core, self.trade, self.legal) if part))
        return self.dress(self.place + self.suffix + self.core + self.trade + self.legal)


class Maker:
    """Draws firms, their second entries and their look-alikes."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.taken: set[tuple[str, str, str]] = set()
        self.made = 0

    def firm(self) -> Firm:
        """A firm nobody has yet: its place, core and trade are not taken together."""
        r = self.chance
        while True:
            if r.random() < 0.06:
                place, core, trade = "", f"{r.choice(ADJECTIVES)} {r.choice(NOUNS)}", r.choice(LATIN_TRADES)
                legal = r.choice(LATIN_LEGAL)
            else:
                place = r.choice(PLACES) if r.random() < 0.7 else ""
                core = "".join(r.sample(CORE, 3 if r.random() < 0.12 else 2))
                trade, legal = r.choice(TRADES), r.choices(LEGAL, LEGAL_WEIGHTS)[0]
            if (place, core, trade) not in self.taken:
                break
        self.taken.add((place, core, trade))
        city = place if place and r.random() < 0.9 else r.choice(PLACES)
        suffix = "市" if place and r.random() < 0.3 else ""
        self.made += 1
        made = Firm(self.made, place, suffix, core, trade, legal, city if r.random() < 0.9 else "")
        if not place and made.city and not made.latin and made.legal.endswith("公司") and r.random() < 0.2:
            made.legal = f"({made.city})" + made.legal
        self.reach(made)
        made.code = f"K{self.made:06}" if r.random() < 0.2 else ""
        return made

    def reach(self, made: Firm) -> None:
        """A firm's people and numbers."""
        r = self.chance
        made.people = [self.person()] if r.random() < 0.93 else []
        if made.people and r.random() < 0.12:
            made.people.append(self.person())
        made.phones = [self.mobile()] if r.random() < 0.9 else []
        if r.random() < 0.35 or (not made.phones and r.random() < 0.5):
            made.phones.append(self.landline(made.city))
        made.mails = [self.mail()] if r.random() < 0.25 else []

    def person(self) -> str:
        r = self.chance
        return r.choice(SURNAMES) + "".join(r.choices(GIVEN, k=1 if r.random() < 0.35 else 2))

    def mobile(self) -> str:
        return f"1{self.chance.choice('35789')}{self.chance.randrange(10**9):09}"

    def landline(self, city: str) -> str:
        r = self.chance
        area = AREA.get(city) or f"{r.choice((512, 510, 573, 755, 532, 371))}"
        return f"0{area}-{r.randrange(2, 9)}{r.randrange(10**7):07}"

    def typed(self, number: str) -> str:
        """A number as somebody types it."""
        if not number.startswith("1"):
            area, local = number.split("-")
            return self.chance.choice((number, f"({area}){local}", f"{area} {local}"))
        a, b, c = number[:3], number[3:7], number[7:]
        return self.chance.choice((number, f"{a}-{b}-{c}", f"{a} {b} {c}", f"+86 {number}", f"0086{number}"))

    def mail(self) -> str:
        r = self.chance
        word = "".join(r.choices("abcdefghijklmnopqrstuvwxyz", k=6))
        return f"{word}{r.randrange(1000)}@{r.choice(('example.com', 'example.net', 'mail.example.org'))}"

    # ---- the same customer once more

    def second(self, first: Firm) -> Firm:
        """The same firm typed again by somebody who did not look."""
        r = self.chance
        made = replace(
            first, phones=list(first.phones), mails=list(first.mails), people=list(first.people), code=""
        )
        for change in r.sample(NAME_CHANGES, r.choices((0, 1, 2, 3), (10, 45, 33, 12))[0]):
            change(self, made)
        self.reached_otherwise(made)
        if r.random() < 0.12:
            made.city = ""
        elif r.random() < 0.08:
            made.city = r.choice(PLACES)
        return made

    def reached_otherwise(self, made: Firm) -> None:
        """How the second entry is reached: mostly the same number, at times only the same person."""
        r = self.chance
        kind = r.random()
        if kind < 0.62:
            if len(made.phones) > 1 and r.random() < 0.4:
                made.phones = [r.choice(made.phones)]
            if r.random() < 0.3:
                made.people = [self.person()]
        elif kind < 0.78:
            made.phones = [self.mobile()]
        elif kind < 0.90:
            made.phones = []
        elif kind < 0.95:
            made.phones, made.people = [*made.phones[:1], self.mobile()], []
        else:
            made.phones, made.people = [self.mobile()], [self.person()]
        if r.random() < 0.5:
            made.mails = []
        if not made.mails and r.random() < 0.1:
            made.mails = [self.mail()]

    def other_legal(self, made: Firm) -> None:
        made.legal = self.chance.choice(
            [x for x in (LATIN_LEGAL if made.latin else LEGAL) if x != made.legal]
        )

    def other_place(self, made: Firm) -> None:
        if made.place:
            if self.chance.random() < 0.5:
                made.place = made.suffix = ""
            else:
                made.suffix = "" if made.suffix else "市"
        elif made.city and not made.latin and "(" not in made.legal:
            made.place = made.city

    def other_width(self, made: Firm) -> None:
        wide = self.chance.random() < 0.5
        before = made.dress
        table = str.maketrans("()", "（）") if wide else str.maketrans("（）", "()")
        made.dress = lambda name: before(name).translate(table)

    def spaces(self, made: Firm) -> None:
        at, before = self.chance.random(), made.dress
        ends = self.chance.choice((" ", "　", ""))

        def spaced(name: str) -> str:
            name = before(name)
            cut = int(at * len(name))
            return ends + name + " " if ends else f"{name[:cut]} {name[cut:]}"

        made.dress = spaced

    def typo(self, made: Firm) -> None:
        r = self.chance
        core, trade = made.core, made.trade
        text = core + trade
        at = r.randrange(len(text) - 1)
        pool = "abcdefghijklmnopqrstuvwxyz" if made.latin else CORE
        kind = r.random()
        if kind < 0.45:
            wrong = [i for i, c in enumerate(text) if c in WRONG]
            at = r.choice(wrong) if wrong else at
            text = text[:at] + WRONG.get(text[at], r.choice(pool)) + text[at + 1 :]
        elif kind < 0.65:
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        elif kind < 0.85:
            text = text[:at] + text[at + 1 :]
        else:
            text = text[:at] + r.choice(pool) + text[at:]
        made.core, made.trade = text[: len(core)], text[len(core) :]

    def traditional(self, made: Firm) -> None:
        if made.latin:
            before = made.dress
            made.dress = lambda name: before(name).upper()
            return
        before = made.dress
        made.dress = lambda name: before(name).translate(TRADITIONAL)

    def short(self, made: Firm) -> None:
        made.legal = ""
        if self.chance.random() < 0.5 and len(made.core) > 2:
            made.trade = ""
        elif len(made.trade) > 2 and not made.latin:
            made.trade = made.trade[:2]
        else:
            made.place = made.suffix = ""

    # ---- strangers that look alike

    def stranger(self, first: Firm) -> Firm:
        """Another firm that has something of `first`."""
        return self.chance.choice(LOOK_ALIKES)(self, first)

    def namesake(self, first: Firm) -> Firm:
        """The same core and trade in another city, with its own people and numbers."""
        made = replace(self.firm(), core=first.core, trade=first.trade, legal=first.legal)
        made.city = self.chance.choice([p for p in PLACES if p not in (first.city, first.place)])
        made.place, made.suffix = ("" if made.latin else made.city), ""
        return made

    def same_person(self, first: Firm) -> Firm:
        """A person of the same name elsewhere."""
        return replace(self.firm(), people=list(first.people))

    def neighbour(self, first: Firm) -> Firm:
        """A number that differs by one digit, as in one office building."""
        made = self.firm()
        made.city = first.city
        if first.phones:
            number = first.phones[-1]
            made.phones = [number[:-1] + str((int(number[-1]) + 1) % 10)]
        return made

    def branch(self, first: Firm) -> Firm:
        """A branch of a group, with its own manager and number."""
        made = replace(
            self.firm(), core=first.core, trade=first.trade, place=first.place, suffix=first.suffix
        )
        made.city = self.chance.choice([p for p in PLACES if p != first.city])
        made.legal = made.city if made.latin else f"{made.city}分公司"
        return made

    def purchaser(self, first: Firm) -> Firm:
        """One person who buys for two firms: the same phone and name in both."""
        made = self.firm()
        if first.phones:
            made.phones, made.people = first.phones[:1], list(first.people)
        return made

    def sister(self, first: Firm) -> Firm:
        """The same owner's firm in another trade, under the same core."""
        made = replace(self.firm(), core=first.core, place=first.place, suffix=first.suffix, city=first.city)
        if self.chance.random() < 0.5:
            made.people = list(first.people)
        if made.trade == first.trade:
            made.trade = next(t for t in (LATIN_TRADES if made.latin else TRADES) if t != first.trade)
        if made.latin != (made.trade in LATIN_TRADES):
            made.trade = self.chance.choice(LATIN_TRADES if made.latin else TRADES)
        return made

    def one_character(self, first: Firm) -> Firm:
        """Another firm whose name differs by one character of its core."""
        made = self.firm()
        if first.latin:
            return made
        core = first.core[0] + self.chance.choice([c for c in CORE if c not in first.core]) + first.core[2:]
        return replace(made, core=core, trade=first.trade, place=first.place, city=first.city, suffix="")


NAME_CHANGES = (
    Maker.other_legal,
    Maker.other_legal,
    Maker.other_place,
    Maker.other_width,
    Maker.spaces,
    Maker.typo,
    Maker.traditional,
    Maker.short,
)
LOOK_ALIKES = (
    Maker.namesake,
    Maker.same_person,
    Maker.neighbour,
    Maker.branch,
    Maker.purchaser,
    Maker.sister,
    Maker.one_character,
)


def firms(count: int, seed: int) -> list[Firm]:
    """`count` records in the order of a list grown over years."""
    maker = Maker(seed)
    made: list[Firm] = []
    firsts: list[Firm] = []
    while len(made) < count:
        kind = maker.chance.random()
        if firsts and kind < SECOND:
            made.append(maker.second(maker.chance.choice(firsts)))
        elif firsts and kind < SECOND + STRANGER:
            made.append(maker.stranger(maker.chance.choice(firsts)))
        else:
            made.append(maker.firm())
            firsts.append(made[-1])
    return made


def write(store: Store, count: int, seed: int) -> set[tuple[bytes, bytes]]:
    """Fill a file with `count` records; the pairs of ids (in order) that are one customer."""
    made, typist = firms(count, seed), Maker(seed)
    ids = new_ids(count)
    contacts: list[list[Any]] = []
    jobs: list[list[Any]] = []
    numbers: list[list[Any]] = []
    mails: list[list[Any]] = []
    places: list[list[Any]] = []
    people: list[bytes] = []
    for id, firm in zip(ids, made, strict=True):
        persons = new_ids(len(firm.people))
        people += persons
        contacts += [[name] for name in firm.people]
        jobs += [[person, "contact", id] for person in persons]
        # A mobile number is its person's, a landline the firm's, as the importer files them.
        for text in firm.phones:
            number = phones.read(typist.typed(text))[0][0]
            owner = ("contact", persons[0]) if persons and number.kind == "mobile" else ("customer", id)
            numbers.append([owner[1], owner[0], number.number, number.kind])
        mails += [[id, "customer", mail] for mail in firm.mails]
        if firm.city:
            places.append([id, "customer", PROVINCES.get(firm.city), firm.city])
    with store.step(N_("New customer")) as step:
        step.insert_many("customer", ["name", "code"], [[f.name(), f.code or None] for f in made], ids=ids)
        step.insert_many("contact", ["name"], contacts, ids=people)
        step.insert_many("job", ["parent", "parent_entity", "customer"], jobs)
        step.insert_many("phone", ["parent", "parent_entity", "number", "kind"], numbers)
        step.insert_many("email", ["parent", "parent_entity", "address"], mails)
        step.insert_many("address", ["parent", "parent_entity", "province", "city"], places)
    same: dict[int, list[bytes]] = {}
    for id, firm in zip(ids, made, strict=True):
        same.setdefault(firm.firm, []).append(id)
    return {pair for found in same.values() for pair in combinations(sorted(found), 2)}
