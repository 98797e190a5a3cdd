"""Invented customers for tests and pictures: the same ones every time, put in through the one door."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from freecrm.core.query import Query
from freecrm.core.words import N_, say
from freecrm.store.database import Store
from freecrm.store.ids import new_ids

USERS = ("陈思远", "林晓棠", "马小川", "何嘉木", "周正言")
_PLACES = (
    ("浙江", "杭州"),
    ("江苏", "苏州"),
    ("浙江", "湖州"),
    ("江苏", "无锡"),
    ("上海", "上海"),
    ("浙江", "宁波"),
    ("广东", "深圳"),
    ("山东", "青岛"),
    ("四川", "成都"),
    ("湖北", "武汉"),
)
_FIRST = (
    "云杉谷 鹿溪 拓岩 百川 晴川 小满 星桥 北麓 听松 柏舟 海棠湾 知行"
    " 禾麓 桐原 梅野 松湾 溪川 海桥 青禾 瑞石 华墨 安林 泰麓 新峰"
).split()
_KNOWN = (
    ("云杉谷酒店", "catering"),
    ("鹿溪堂茶业", "trade"),
    ("拓岩精工机械", "manufacturing"),
    ("百川印务", "services"),
    ("晴川电子有限公司", "manufacturing"),
    ("小满烘焙（3 家店）", "catering"),
    ("星桥口腔门诊", "medical"),
    ("北麓牧场", "farming"),
    ("听松书院", "education"),
    ("柏舟物流", "logistics"),
    ("蓝星糖果", "trade"),
)
_TRADE = (
    ("酒店", "catering"),
    ("茶业", "trade"),
    ("精工机械", "manufacturing"),
    ("印务", "services"),
    ("电子", "manufacturing"),
    ("烘焙", "catering"),
    ("口腔门诊", "medical"),
    ("牧场", "farming"),
    ("书院", "education"),
    ("物流", "logistics"),
    ("幼儿园", "education"),
    ("净水设备", "manufacturing"),
    ("建材", "building"),
    ("软件", "it"),
)
_FORMS = ("", "", "", "有限公司", "有限公司", "股份有限公司", "（个体户）")
_FOREIGN = (
    "Harbor Lane Foods",
    "Maple & Finch Inn",
    "Blue Heron Dental",
    "Paper Crane Press",
    "Nanke Motors",
    "Örebro Kvarn AB",
)
_FAMILY = "沈鲁韩邵吴叶罗马宋陆姚邱林单曾仇解徐郭孙何高"
_GIVEN = "嘉言 知夏 北辰 青 亦舟 小满 安 兰 一禾 远帆 静 明 晓远 若溪 子昂 浩 涵 诗月 梓萱 书瑶 以宁".split()
_LATIN = ("Nina Hart", "Owen Pike", "Tan Li", "Ida Berg", "Tom Reyes", "Wei Chen")
_JOBS = ("采购经理", "总经理", "店长", "财务主管", "行政", "设备科长", "前厅经理")
_TAGS = ("重点", "老客户", "外贸", "流失风险", "展会", "开专票")
_REMARKS = (
    "周一上午别打电话，老板喜欢下午谈。",
    "要开专票；年底统一结算。",
    "二期 6 台直饮机，安装位置要现场定。",
    "=SUM(A1:A9) 原样保留",
    "滤芯每半年换一次，提前一周约。",
)
TODAY = dt.date(2026, 3, 19)


def fill(store: Store, count: int = 120, seed: int = 7) -> None:
    """Put `count` customers with their contacts into the file, in one step."""
    chance = random.Random(seed)
    with store.step(N_("Import {file}"), file="客户资料2026.xlsx", origin="import") as step:
        users = [step.insert("user", {"name": name}) for name in USERS]
        taken: set[str] = set()
        for number in range(count):
            customer = step.insert("customer", _customer(number, chance, users, taken))
            foreign = number % 20 == 19
            for more in range(chance.choice((1, 1, 1, 2, 3))):
                step.insert("contact", _contact(number, more, chance, customer, foreign))


def _customer(number: int, chance: random.Random, users: list[bytes], taken: set[str]) -> dict[str, Any]:
    province, city = chance.choice(_PLACES)
    if number < len(_KNOWN):
        name, industry = _KNOWN[number]
        taken.add(name)
    elif number % 20 == 19 and number // 20 < len(_FOREIGN):
        name, industry = _FOREIGN[number // 20], "trade"
    else:
        name, industry = _name(chance, city, taken)
    balance = chance.choice(
        (None, None, chance.randrange(80_000, 9_000_000, 1000), chance.randrange(999_999))
    )
    made: dict[str, Any] = {
        "name": name,
        "code": f"KH-2026-{number + 1:04d}",
        "industry": industry,
        "grade": chance.choice(("A", "A", "B", "B", "B", "C", "C", None)),
        "status": chance.choice(("lead", "active", "active", "customer", "customer", "dormant")),
        "source": chance.choice(("referral", "web", "fair", "call", "walkin")),
        "owner_user": chance.choice(users),
        "last_contact": chance.choice((None, TODAY - dt.timedelta(days=chance.randrange(400)))),
        "opening_balance": balance,
        "addresses": [
            {
                "province": province,
                "city": city,
                "district": "滨江区" if city == "杭州" else None,
                "street": f"星湖街 {number % 90 + 1} 号",
            }
        ],
        "tags": [{"word": word} for word in chance.sample(_TAGS, chance.choice((0, 0, 0, 1, 1, 2)))],
    }
    if number % 3 == 0:
        made["phones"] = [{"number": f"+86571{80000000 + number:08d}", "kind": "landline"}]
    if number % 4 == 0:
        made["emails"] = [{"address": f"office{number}@example.com"}]
    if number % 5 == 0:
        made["remark"] = _REMARKS[number // 5 % len(_REMARKS)]
    return made


def _name(chance: random.Random, city: str, taken: set[str]) -> tuple[str, str]:
    while True:
        trade, industry = chance.choice(_TRADE)
        place = chance.choice(("", "", city, f"{city}市"))
        name = f"{place}{chance.choice(_FIRST)}{trade}{chance.choice(_FORMS)}"
        if name not in taken:
            taken.add(name)
            return name, industry


def _contact(number: int, more: int, chance: random.Random, customer: bytes, foreign: bool) -> dict[str, Any]:
    name = chance.choice(_LATIN) if foreign else chance.choice(_FAMILY) + chance.choice(_GIVEN)
    if number == 1 and not more:
        name = "林晓棠"
    job = {
        "customer": customer,
        "job": "Buyer" if foreign else chance.choice(_JOBS),
        "role": chance.choice(("decider", "user", "payer", "adviser", None)),
        "primary": not more,
    }
    return {
        "name": name,
        "phones": [{"number": f"+861380000{(number * 37 + more * 11 + 1203) % 10000:04d}", "kind": "mobile"}],
        "handles": [{"kind": "wechat", "handle": f"wx_{number}_{more}"}] if number % 6 == 0 else [],
        "jobs": [job],
    }


def fill_many(store: Store, count: int) -> None:
    """Put `count` plain customers into the file quickly: name, grade, city-less, without child rows."""
    grades = ("A", "B", "C", None)
    rows = [
        (
            f"{_FIRST[i % len(_FIRST)]}{_TRADE[i % len(_TRADE)][0]}{i:07d}",
            grades[i % 4],
            f"KH-{i:07d}",
            i * 100,
        )
        for i in range(count)
    ]
    with store.step(N_("Import {file}"), file="many.csv", origin="import") as step:
        for start in range(0, count, 50_000):
            block = rows[start : start + 50_000]
            step.insert_many(
                "customer", ("name", "grade", "code", "opening_balance"), block, ids=new_ids(len(block))
            )


def changes(store: Store) -> None:
    """A few days of work on the customers that are there: edits, deletions, an undo, an edit made since."""
    import time_machine

    from freecrm.store import undo

    reader = store.reader()
    numbers = reader.first(Query("customer"), 12)
    ids = reader.ids_of("customer", numbers)
    users = reader.ids_of("user", reader.first(Query("user"), 5))
    now = dt.datetime.now(dt.UTC)

    def on(days: float, who: int) -> Any:
        store.user = users[who]
        return time_machine.travel(now - dt.timedelta(days=days), tick=False)

    with on(9, 0), store.step(N_("{field} of {name} changed"), field=say(N_("Grade")), name="x") as step:
        step.update("customer", ids[0], {"grade": "C"})
    with on(4, 1), store.step(N_("{name} changed"), name=reader.titles("customer", {ids[1]})[ids[1]]) as step:
        step.update("customer", ids[1], {"grade": "A", "phones": [{"number": "+8613800001203"}]})
        step.update("customer", ids[1], {"remark": "周一上午别打电话", "owner_user": users[2]})
    with on(2, 0), store.step(N_("{n} {things:lower} deleted"), n=2, things=say(N_("Customers"))) as step:
        step.delete_many("customer", ids[2:4])
    with on(1, 2), store.step(N_("{n} {things:lower} changed"), n=4, things=say(N_("Customers"))) as step:
        for id in ids[4:8]:
            step.update(
                "customer", id, {"status": "customer" if id != ids[4] else "active", "owner_user": users[3]}
            )
    with on(0.1, 2), store.step(N_("{name} changed"), name="y") as step:
        step.update("customer", ids[4], {"owner_user": users[1]})
    with on(0.05, 1), store.step(N_("{n} {things:lower} deleted"), n=1, things=say(N_("Customer"))) as step:
        step.delete_many("customer", ids[9:10])
    undo.undo(store)
    with store.step(N_("{n} {things:lower} deleted"), n=1, things=say(N_("Customer"))) as step:
        step.delete_many("customer", ids[10:11])
    store.user = None


def untidy(store: Store) -> None:
    """Customers as they come out of an old sheet: full width, stray blanks, phones and mails with slips."""
    rows: list[dict[str, Any]] = [
        {"name": "Ａ１包装材料有限公司", "phones": [{"number": "138 0000 4471"}]},
        {"name": "云杉谷 度假酒店　", "phones": [{"number": "0571-88001234 转 8"}]},
        {"name": "HARBOR LANE TRADING LTD", "emails": [{"address": "office＠harborlane。com"}]},
        {"name": "北麓牧业", "phones": [{"number": "13800004472/13800004473"}, {"number": "1380000447"}]},
        {"name": "柏舟\u200b冷链", "addresses": [{"street": "浙江省杭州市西湖区文三路 100 号"}]},
        {"name": "听松文化", "addresses": [{"street": "江苏苏州工业园区星湖街 8 号"}]},
        {"name": "晴川光电", "tags": [{"word": "ＶＩＰ"}], "emails": [{"address": "没有邮箱"}]},
        {"name": "星桥医疗", "tags": [{"word": "vip"}], "emails": [{"address": "a@starbridge.example，com"}]},
        {"name": "蓝星食品", "tags": [{"word": "VIP"}]},
        {"name": "百川包装", "tags": [{"word": "VIP"}], "remark": "订单编号ＫＨ－２０２６－００１"},
    ]
    with store.step(N_("Import {file}"), file="旧客户.xls", origin="import") as step:
        for row in rows:
            step.insert("customer", row)


def points(store: Store) -> None:
    """Points, and an agreed credit, of the first customer of the list."""
    from freecrm.core.query import Sort
    from freecrm.store import points as ledger

    store.set_setting("points.given", True)
    store.set_setting("points.months", 12)
    reader = store.reader()
    (id,) = reader.ids_of("customer", reader.numbers(Query("customer", sort=(Sort("name"),)))[:1])
    today = dt.datetime.now().astimezone().date()
    for days, amount in ((400, 320_000), (350, 1_250_000), (200, 88_000), (30, 560_050)):
        ledger.earn(store, id, amount, today=today - dt.timedelta(days=days))
    ledger.spend(store, id, 200, today=today, reason="兑换滤芯 2 支")
    with store.step(N_("{name} changed"), name="") as step:
        step.update(
            "customer", id, {"credit_limit": 3_500_000, "opening_balance": 4_700_000, "terms_days": 30}
        )
