"""The data that is measured on: seeded, in the style of a small firm's real list, made once and kept.

rows(1000)                 heads and rows of a list as people keep it (12 columns)
wide(1000)                 a list of 20 columns
sheet(run, "list")         the same as an .xlsx
filled(run)                a FreeCRM file with `run.size` customers and three contacts each
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from freecrm.core import grams
from freecrm.core.fields import Field
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store import changelog, documents, search, tables
from freecrm.store.database import Store, open_store
from freecrm.store.ids import new_ids
from tests.bench.measure import Run

SEED = 7
PER_BLOCK = 10_000
CONTACTS = 3

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤单仇解查朴区尉"
)
SIGNS = (
    "岩麓溪原星行禾海桥净水瑞石百棠柏泉梅北岭诗云杉鹿堂拓晴川满烘焙知松湾和安峰涵墨锦林顺泰盛华源新恒浩宇轩梓若"
    "伟欣舟辰子亦嘉青阳春刚强勇军平东文辉力明永健世广志义兴良山仁波宁贵福生龙元全国胜学祥才发武利清飞彬富"
)
TRADES = (
    "贸易 软件 食品 餐饮 精工机械 牧场 净水设备 建材 印务 培训学校 口腔门诊 酒店 物流 电子 幼儿园 书店 茶业 纺织 五金 化工"
    " 传媒 装饰 园林 医疗器械 家具"
).split()
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "", "(杭州)有限公司", "(个体户)")
PLACES = (
    "浙江/杭州 浙江/宁波 浙江/湖州 江苏/苏州 江苏/无锡 广东/深圳 山东/青岛 四川/成都 湖北/武汉 上海/上海"
).split()
CITIES = [place.partition("/")[2] for place in PLACES]
OWNERS = "陈思远 思远 老周 晓棠 嘉木 小川".split()
INDUSTRIES = ("制造业", "贸易", "餐饮", "教育", "软件", "物流", "")
JOBS = "采购经理 总经理 店长 财务主管 行政 设备科长 前厅经理".split()
HEADS = "序号 客户名称 联系人 手机 座机 区域 级别 业务员 最后联系 欠款 TDS 备注".split()
WIDE = (
    "客户名称 客户编号 联系人 职务 手机 座机 邮箱 省份 城市 地址 行业 来源 级别 状态 业务员 最后联系 欠款 员工人数 网址 备注"
).split()

Block = list[tuple[str, list[str], list[list[Any]], list[bytes], list[list[Any]], list[tuple[str, str]]]]
"""Per entity: names, packed rows, ids, shadow values, (text, tokens) of the search documents."""


class Maker:
    """Draws what a list holds."""

    def __init__(self, seed: int = SEED) -> None:
        self.chance = random.Random(seed)

    def word(self, length: int) -> str:
        return "".join(self.chance.choices(SIGNS, k=length))

    def firm(self) -> str:
        r = self.chance
        place = r.choice(("", r.choice(CITIES), r.choice(CITIES) + "市"))
        return place + self.word(r.choice((2, 2, 3))) + r.choice(TRADES) + r.choice(FORMS)

    def person(self) -> str:
        return self.chance.choice(SURNAMES) + self.word(self.chance.choice((1, 2, 2)))

    def mobile(self) -> str:
        return f"1{self.chance.choice('35789')}{self.chance.randrange(10**9):09}"

    def typed(self, number: str) -> str:
        spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
        return self.chance.choice((number, number, spaced.replace(" ", "-"), spaced, "+86 " + number))

    def day(self) -> dt.date:
        return dt.date(2024, 1, 1) + dt.timedelta(days=self.chance.randrange(800))

    def written_day(self) -> str:
        d = self.day()
        ways = ("", d.isoformat(), f"{d.year}.{d.month}.{d.day}", f"{d.year}年{d.month}月{d.day}日")
        return self.chance.choice(ways)


def rows(count: int, seed: int = SEED) -> Iterator[list[Any]]:
    """The heads, then `count` rows of a list as a small firm keeps it."""
    m = Maker(seed)
    r = m.chance
    yield HEADS
    for i in range(1, count + 1):
        yield [
            i,
            m.firm(),
            m.person(),
            m.typed(m.mobile()),
            r.choice(("", "", f"0571-{r.randrange(10**7, 10**8)}")),
            r.choice((*PLACES, "浙江杭州", "苏州")),
            r.choice(("A", "重点", "b级", "普通", "其他", "")),
            r.choice(OWNERS),
            m.written_day(),
            r.choice((*[""] * 5, f"¥{r.randrange(10**6) / 100:,.2f}")),
            r.choice(("", r.randrange(40, 400))),
            r.choice(("", "", "老板喜欢下午谈", "周一上午别打电话")),
        ]


def wide(count: int, seed: int = SEED) -> Iterator[list[Any]]:
    """The heads, then `count` rows of 20 columns with real types, as a program exports them."""
    m = Maker(seed)
    r = m.chance
    yield WIDE
    for i in range(1, count + 1):
        province, _, city = r.choice(PLACES).partition("/")
        yield [
            m.firm(),
            f"KH-{i:07}",
            m.person(),
            r.choice(JOBS),
            m.mobile(),
            r.choice((None, f"0571-{r.randrange(10**7, 10**8)}")),
            r.choice((None, f"{r.randrange(36**5):x}@example.com")),
            province,
            city,
            f"星湖街 {r.randrange(1, 999)} 号",
            r.choice(INDUSTRIES) or None,
            r.choice(("介绍", "官网", "展会", None)),
            r.choice(("A", "B", "C", None)),
            r.choice(("潜在", "跟进", "成交", "沉睡")),
            r.choice(OWNERS),
            r.choice((None, m.day())),
            r.choice((None, None, r.randrange(10**6) / 100)),
            r.choice((None, r.randrange(1, 500))),
            r.choice((None, f"www.example{i}.com")),
            r.choice((None, None, "老板喜欢下午谈，周一上午别打电话")),
        ]


LISTS = {"list": rows, "wide": wide}


def sheet(run: Run, kind: str, count: int | None = None) -> Path:
    """A list as .xlsx, written by openpyxl, from the cache where it lies there."""
    count = count or run.size
    path = run.cache / f"{kind}-{count}-{hash_of(_own_source())}.xlsx"
    if not path.exists():
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        page = book.create_sheet("客户")
        for row in LISTS[kind](count):
            page.append(row)
        part = path.with_suffix(".part")
        book.save(part)
        part.replace(path)
    return path


def comma(run: Run, count: int) -> Path:
    """A list as .csv."""
    path = run.cache / f"list-{count}-{hash_of(_own_source())}.csv"
    if not path.exists():
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows(count))
    return path


# ---- a file full of customers


def filled(run: Run) -> Path:
    """A FreeCRM file with `run.size` customers, three contacts each, found and logged; from the cache."""
    key = [_own_source(), *tables.ddl(model()), *search.DDL, *changelog.all_triggers(model()).values()]
    key.append(Path(grams.__file__).read_text("utf-8"))
    name = f"filled-{run.size}-"
    path = run.cache / f"{name}{hash_of(*key)}.freecrm"
    if not path.exists():
        for old in run.cache.glob(f"{name}*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()  # the window's backups lie beside it
        part = path.with_suffix(".part")
        _fill(part, run.size)
        part.replace(path)
    return path


def _fill(path: Path, size: int) -> None:
    path.unlink(missing_ok=True)
    store = open_store(path, model())
    with store.step(N_("New user")) as step:
        users = [step.insert("user", {"name": name}) for name in OWNERS]
    tasks = [
        (SEED + start, start, min(PER_BLOCK, size - start), users) for start in range(0, size, PER_BLOCK)
    ]
    if len(tasks) == 1:
        _write(store, block(*tasks[0]))
    else:
        with ProcessPoolExecutor(2) as pool:
            waiting = iter(tasks)
            ahead = [pool.submit(block, *task) for task in islice(waiting, 4)]
            while ahead:
                _write(store, ahead.pop(0).result())
                ahead += [pool.submit(block, *task) for task in islice(waiting, 1)]
    store.close()


def _write(store: Store, made: Block) -> None:
    with store.step(N_("Import {file}"), file="data", origin="import") as step:
        for entity, names, packed, ids, shadows, texts in made:
            numbers = step.insert_many(entity, names, packed, ids=ids, shadows=shadows)
            if texts:
                step.index(entity, [(n, *found) for n, found in zip(numbers, texts, strict=True)])


class _Table:
    """Rows of one entity on their way into a block."""

    def __init__(self, entity: str, names: str) -> None:
        self.entity, self.names = entity, names.split()
        self.fields: list[Field] = [model().entities[entity].fields[name] for name in self.names]
        self.shadowed = [(i, f) for i, f in enumerate(self.fields) if tables.shadow_columns(f)]
        self.packed: list[list[Any]] = []
        self.shadows: list[list[Any]] = []
        self.texts: list[tuple[str, str]] = []

    def add(self, *values: Any) -> list[tuple[Field, Any]]:
        """A row; what of it the search index hears."""
        self.packed.append([f.pack(v) for f, v in zip(self.fields, values, strict=True)])
        self.shadows.append([s for i, f in self.shadowed for s in tables.shadow_values(f, values[i])])
        return [(f, v) for f, v in zip(self.fields, values, strict=True) if f.search in documents.WORDS and v]

    def found_by(self, pairs: list[tuple[Field, Any]]) -> None:
        text = documents.document(pairs)
        self.texts.append((text, grams.grams(text)))


def block(seed: int, start: int, count: int, users: list[bytes]) -> Block:
    """`count` customers with their contacts, numbers and addresses, ready for the door."""
    m = Maker(seed)
    r = m.chance
    customer = _Table(
        "customer", "name code kind grade status source owner_user last_contact opening_balance remark"
    )
    contact = _Table("contact", "name")
    job = _Table("job", "parent parent_entity customer job primary")
    phone = _Table("phone", "parent parent_entity number kind")
    address = _Table("address", "parent parent_entity province city street")
    customers, people = new_ids(count), new_ids(count * CONTACTS)
    for i, id in enumerate(customers):
        found = customer.add(
            m.firm(),
            f"KH-{start + i:07}" if r.random() < 0.2 else None,
            "company",
            r.choice(("A", "B", "B", "C", "C", None)),
            r.choice(("lead", "active", "customer", "dormant")),
            r.choice(("referral", "web", "fair", None)),
            r.choice(users),
            r.choice((None, m.day())),
            r.choice((None, None, r.randrange(10**8))),
            "老板喜欢下午谈" if r.random() < 0.05 else None,
        )
        province, _, city = r.choice(PLACES).partition("/")
        found += address.add(id, "customer", province, city, f"星湖街 {r.randrange(1, 999)} 号")
        if r.random() < 0.3:
            found += phone.add(id, "customer", f"+86571{r.randrange(10**7, 10**8)}", "landline")
        customer.found_by(found)
        for at, person in enumerate(people[i * CONTACTS : (i + 1) * CONTACTS]):
            found = contact.add(m.person())
            found += phone.add(person, "contact", f"+86{m.mobile()}", "mobile")
            found += job.add(person, "contact", id, r.choice(JOBS), not at)
            contact.found_by(found)
    made: Block = []
    for table, ids in (
        (customer, customers),
        (contact, people),
        (job, new_ids(len(job.packed))),
        (phone, new_ids(len(phone.packed))),
        (address, new_ids(len(address.packed))),
    ):
        made.append((table.entity, table.names, table.packed, ids, table.shadows, table.texts))
    return made


def _own_source() -> str:
    return Path(__file__).read_text("utf-8")


def hash_of(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
