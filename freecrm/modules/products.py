"""What a firm sells: products in a tree of categories, with prices by grade, quantity and day."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Percent, Text
from freecrm.core.module import List, Module, Together
from freecrm.core.rows import Files, Prices
from freecrm.core.words import N_
from freecrm.modules.customers import GRADES

UNITS = Options(
    "unit",
    (
        Option("piece", N_("piece"), "", ("个", "只", "件", "pcs", "pc", "ea", "each")),
        Option("set", N_("set"), "", ("套", "台", "set", "unit")),
        Option("box", N_("box"), "", ("箱", "盒", "box", "carton")),
        Option("pack", N_("pack"), "", ("包", "袋", "pack", "bag")),
        Option("kg", N_("kg"), "", ("公斤", "千克", "kg")),
        Option("metre", N_("metre"), "", ("米", "m", "meter")),
        Option("hour", N_("hour"), "", ("小时", "工时", "hour", "h")),
        Option("month", N_("month"), "", ("月", "个月", "month")),
        Option("time", N_("time"), "", ("次", "time", "visit")),
    ),
)
SOLD = Options(
    "product_state",
    (
        Option("sold", N_("On sale"), "success", ("在售", "启用", "active", "on sale")),
        Option("stopped", N_("Stopped"), "neutral", ("停售", "停用", "下架", "inactive", "discontinued")),
    ),
    open=False,
)
BASICS, PRICES, MORE = N_("Basics"), N_("Prices"), N_("More")


class Category(Entity):
    """A branch of the tree of products."""

    label, plural, icon = N_("Product category"), N_("Product categories"), "layers"
    alike = False
    name = Text(N_("Name"), required=True, search="name")
    above = Link(N_("Part of"), "category", tree=True)
    position = Number(N_("Position"))


class Product(Entity):
    """Something that is sold. price: for one unit, with its tax or without as the quote says. cost: what one unit
    costs the firm. tax: the rate of value added tax. A stopped product stays on what was sold, and on no list of what
    can be sold."""

    label, plural, icon = N_("Product"), N_("Products"), "package"
    quick = ("name", "code", "category", "unit", "price")
    name = Text(
        N_("Product name"),
        required=True,
        search="name",
        section=BASICS,
        heads=("产品", "产品名称", "品名", "商品", "商品名称", "product", "product name", "item"),
    )
    code = Text(
        N_("Product code"),
        search="code",
        unique=True,
        section=BASICS,
        heads=("产品编号", "产品编码", "货号", "料号", "sku", "product code", "item no"),
    )
    category = Link(
        N_("Category"), "category", section=BASICS, heads=("分类", "类别", "产品分类", "series", "category")
    )
    unit = Choice(N_("Unit"), UNITS, section=BASICS, heads=("单位", "计量单位", "unit"))
    state = Choice(N_("Status"), SOLD, default="sold", section=BASICS, heads=("状态", "status"))
    price = Money(
        N_("Price"),
        adds=False,
        section=PRICES,
        heads=("价格", "单价", "售价", "销售价", "price", "sales_price", "list price"),
    )
    cost = Money(N_("Cost"), adds=False, section=PRICES, heads=("成本", "成本价", "进价", "cost"))
    tax = Percent(N_("Tax rate"), section=PRICES, least=0, largest=100, heads=("税率", "tax rate", "vat"))
    prices = Prices(N_("Price levels"), "price_level", shows="price", section=PRICES)
    spec = Text(N_("Model"), search="word", section=MORE, heads=("规格", "型号", "规格型号", "model", "spec"))
    barcode = Text(
        N_("Barcode"), search="code", index=True, section=MORE, heads=("条码", "条形码", "barcode")
    )
    text = LongText(N_("Description"), search="long", section=MORE, heads=("说明", "描述", "description"))
    files = Files(N_("Pictures and files"), "file", shows="name", section=MORE)


class PriceLevel(Child):
    """Another price of a product. grade: only for customers of it, blank = for all. least: from that quantity on.
    since, until: the days on which it holds, both included. The lowest that holds is taken."""

    label, plural, title, icon = N_("Price level"), N_("Price levels"), "price", "tag"
    grade = Choice(N_("Grade"), GRADES)
    least = Number(N_("From quantity"), places=3, least=0)
    since = Date(N_("From"))
    until = Date(N_("Until"))
    price = Money(N_("Price"), required=True)


MODULE = Module(
    "products",
    (Category, Product, PriceLevel),
    (
        List(
            "product",
            ("name", "code", "category", "spec", "unit", "price", "tax", "state"),
            "name",
            place=50,
        ),
    ),
    (Together("product", makes=("category",)),),
)
