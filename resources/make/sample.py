"""Makes `resources/sample/`: one invented small firm's customer list, in Chinese and in English.

All names, firms and numbers are invented (138-0000-xxxx, example.com). Run: python -m resources.make.sample
"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

HERE = Path(__file__).parents[1] / "sample"
COUNT = 86
ZH = {
    "head": ["客户名称", "联系人", "职务", "手机", "座机", "邮箱", "微信", "地址", "级别", "行业", "来源", "业务员",
             "标签", "最后联系", "欠款", "备注"],
    "core": "云杉 鹿溪 拓岩 百川 晴川 小满 星桥 北麓 听松 柏舟 海棠 知行 青禾 远山 松湾 梅野 瑞石 禾麓 安林 新峰".split(),
    "trade": [("酒店", "catering"), ("茶业", "trade"), ("精工机械", "manufacturing"), ("印务", "manufacturing"),
              ("电子", "manufacturing"), ("烘焙", "catering"), ("口腔门诊", "medical"), ("牧场", "farming"),
              ("书院", "education"), ("物流", "logistics"), ("幼儿园", "education"), ("培训学校", "education")],
    "industry": {"catering": "餐饮", "trade": "贸易", "manufacturing": "制造", "medical": "医疗", "farming": "农业",
                 "education": "教育", "logistics": "物流"},
    "form": ["有限公司", "有限公司", "", "", "(个体户)"],
    "family": "沈鲁韩邵吴叶罗马宋陆姚邱曾单仇解",
    "given": "嘉言 知夏 北辰 青 亦舟 小满 安 兰 一禾 远帆 静 明 子墨 思源 晓棠 若伟".split(),
    "job": ["总经理", "采购经理", "行政主管", "院长", "财务", "店长"],
    "owner": ["陈思远", "林晓棠", "马小川"],
    "place": [("浙江省杭州市西湖区文三路{n}号", "0571"), ("江苏省苏州市工业园区星湖街{n}号", "0512"),
              ("浙江省湖州市吴兴区红旗路{n}号", "0572"), ("江苏省无锡市滨湖区太湖大道{n}号", "0510")],
    "source": ["老客户介绍", "展会", "官网", "电话"],
    "tag": ["重点", "老客户", "外贸", ""],
    "remark": ["老板喜欢下午谈", "周一上午别打电话", "要开专票", "", ""],
    "grade": ["A", "B", "B", "C", ""],
}  # fmt: skip
EN = {
    "head": ["Company", "Contact", "Job title", "Mobile", "Phone", "E-mail", "WeChat", "Address", "Grade", "Industry",
             "Source", "Owner", "Tags", "Last contact", "Balance", "Notes"],
    "core": ["Spruce Vale", "Harbor Lane", "Blue Heron", "Maple & Finch", "Paper Crane", "Nanke", "Red Kite",
             "Stonebridge", "Lark Hill", "Old Quay"],
    "trade": [("Hotel", "catering"), ("Foods", "trade"), ("Dental", "medical"), ("Precision", "manufacturing"),
              ("Press", "manufacturing"), ("Motors", "trade"), ("Academy", "education"), ("Logistics", "logistics")],
    "industry": {"catering": "Hospitality", "trade": "Trade", "manufacturing": "Manufacturing", "medical": "Health",
                 "education": "Education", "logistics": "Transport"},
    "form": ["Ltd.", "Inc", "", ""],
    "family": ["Hart", "Pike", "Moss", "Lund", "Okafor", "Silva", "Novak", "Byrne"],
    "given": ["Nina", "Owen", "Tessa", "Ivo", "Clara", "Malik", "June", "Felix"],
    "job": ["Managing director", "Buyer", "Office manager", "Accountant"],
    "owner": ["Anna Chen", "Luke Lin", "Mara Cole"],
    "place": [("{n} Dock Road, Bristol", "117"), ("{n} Station Street, Leeds", "113")],
    "source": ["Referral", "Trade fair", "Website", "Cold call"],
    "tag": ["Key", "Regular", "Export", ""],
    "remark": ["Call in the afternoon", "Never on Mondays", "Wants monthly bills", "", ""],
    "grade": ["A", "B", "B", "C", ""],
}  # fmt: skip


def rows(of: dict, chinese: bool, seed: int) -> list[list[object]]:
    """The rows of one list, head first."""
    dice = random.Random(seed)
    made: list[list[object]] = [of["head"]]
    names = [(core, trade) for core in of["core"] for trade in of["trade"]]
    dice.shuffle(names)
    for i, (core, (trade, kind)) in enumerate(names[:COUNT]):
        gap = "" if chinese else " "
        form = dice.choice(of["form"])
        name = f"{core}{gap}{trade}" + (f"{gap}{form}" if form else "")
        family, given = dice.choice(of["family"]), dice.choice(of["given"])
        person = family + given if chinese else f"{given} {family}"
        place, area = dice.choice(of["place"])
        day = dt.date(2026, 1, 5) + dt.timedelta(days=dice.randrange(75))
        mobile = f"138-0000-{1200 + i * 37:04d}" if chinese else f"+44 7700 900{i:03d}"
        phone = f"{area}-0000{6000 + i}" if chinese else f"+44 {area} 496 0{100 + i}"
        made.append([
            name, person, dice.choice(of["job"]), mobile, phone if dice.random() < 0.4 else None,
            f"c{i + 1}@example.com" if dice.random() < 0.6 else None, None, place.format(n=dice.randrange(1, 300)),
            dice.choice(of["grade"]) or None, of["industry"][kind], dice.choice(of["source"]), dice.choice(of["owner"]),
            dice.choice(of["tag"]) or None, day, dice.choice([None, None, dice.randrange(50, 4000) * 10]),
            dice.choice(of["remark"]) or None,
        ])  # fmt: skip
    return made


def write(path: Path, title: str, lines: list[list[object]]) -> None:
    """A workbook as a small firm keeps it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(line)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
    sheet.freeze_panes = "A2"
    for column, width in zip(
        "ABCDEFGHIJKLMNOP", (26, 12, 14, 16, 14, 20, 10, 34, 8, 12, 12, 12, 10, 12, 10, 22), strict=True
    ):
        sheet.column_dimensions[column].width = width
    book.properties.created = book.properties.modified = dt.datetime(2026, 3, 19, tzinfo=dt.UTC).replace(
        tzinfo=None
    )
    book.save(path)


def main() -> None:
    """Write both lists."""
    HERE.mkdir(exist_ok=True)
    write(HERE / "customers_zh.xlsx", "客户", rows(ZH, True, 1))
    write(HERE / "customers_en.xlsx", "Customers", rows(EN, False, 2))


if __name__ == "__main__":
    main()
