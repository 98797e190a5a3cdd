"""Quotes on paper: nothing is cut, sums are carried, the text can be copied, drafts say so, both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from freecrm.core import words
from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.exchange.pdf import quote_pdf
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.quote_pdf import Item, Offer
from freecrm.exchange.pdf.sheet import FOOT, Made, Paper
from freecrm.exchange.pdf.table import Column
from freecrm.exchange.printing import Wishes
from freecrm.exchange.quote_print import ORDER, QuotePrint, variants
from freecrm.store import files
from freecrm.store.database import Store
from tests.exchange.test_pdf import squares
from tests.store.samples import open_in

PICTURE = (
    ("商用直饮机（含 3 级前置）", "RO-800G", "set", "6", 12_800_00, "3"),
    ("超滤主机 2T/h", "UF-2T", "set", "1", 9_600_00, None),
    ("前置过滤器 40 µm", "PF-40", "piece", "2", 680_00, None),
    ("安装调试（夜间施工）", "AZ-01", "time", "1", 4_200_00, None),
    ("首年维保（4 次上门）", "WB-1Y", "time", "1", 3_600_00, "100"),
)
TERMS = (
    "1. 付款：签约付 40%，到货付 40%，验收合格 7 日内付 20%。\n2. 交期：收到预付款后 12 天内完成安装，夜间 22:00–6:00 施工。\n"
    "3. 质保：整机 24 个月，滤芯按耗材计；首年维保 4 次免费上门。\n4. 本报价含税、含运费，不含土建与强电改造。"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = the_firm(tmp_path)
    yield made
    made.close()


def the_firm(tmp_path: Path) -> Store:
    made = open_in(tmp_path, "禾川净水设备.freecrm")
    for name, value in (
        ("name", "禾川净水设备有限公司"),
        ("latin", "Hechuan Water Systems Co., Ltd."),
        ("address", "苏州市吴中区木渎镇 0 号"),
        ("phone", "0512-0000-8800"),
        ("bank", "开户行：示例银行木渎支行 · 账号 0000 0000 0000 000"),
    ):
        made.set_setting(f"firm.{name}", value)
    return made


def a_quote(store: Store, lines: list[dict[str, Any]] | None = None, **more: Any) -> bytes:
    given = lines or [
        {
            "name": n,
            "spec": s,
            "unit": u,
            "quantity": Decimal(q),
            "price": p,
            "discount": d and Decimal(d),
            "tax": Decimal(13),
        }
        for n, s, u, q, p, d in PICTURE
    ]
    with store.step(N_("Import {file}"), file="x") as step:
        address = {"city": "杭州市", "district": "西湖区", "street": "云栖路 0 号"}
        customer = step.insert("customer", {"name": "云杉谷酒店管理有限公司", "addresses": [address]})
        contact = step.insert("contact", {"name": "沈嘉言", "phones": [{"number": "13800001203"}]})
        owner = step.insert("user", {"name": "陈思远", "phones": [{"number": "138-0000-8801"}]})
        values = {
            "number": "BJ-2603-018",
            "customer": customer,
            "contact": contact,
            "owner_user": owner,
            "name": "二楼餐厅直饮水（二期）",
            "day": dt.date(2026, 3, 19),
            "valid_until": dt.date(2026, 3, 31),
            "terms": TERMS,
            "state": "sent",
            "lines": [{**row, "position": at} for at, row in enumerate(given, 1)],
            **more,
        }
        return step.insert("quote", values)


def texts(job: QuotePrint, path: Path, paper: Paper | None = None) -> tuple[Made, list[str]]:
    made = job.make(path, Wishes(paper or Paper()))
    assert made.missing == ""
    pages = Pages(path)
    found = [re.sub(r"\s", "", pages.text(at)) for at in range(len(pages))]
    pages.close()
    return made, found


def test_the_picture_in_chinese(store: Store, tmp_path: Path) -> None:
    words.use("zh_CN")
    made, found = texts(QuotePrint(store, a_quote(store), "BJ-2603-018"), tmp_path / "a.pdf")
    assert (made.pages, made.rows) == (1, 5)
    assert made.size < 300_000
    for part in (
        "禾川净水设备有限公司", "HechuanWaterSystemsCo.,Ltd.", "报价单", "QUOTATION", "云杉谷酒店管理有限公司", "沈嘉言",
        "二楼餐厅直饮水（二期）", "杭州市西湖区云栖路0号", "BJ-2603-018", "2026年3月19日", "至2026年3月31日", "陈思远",
        "商用直饮机（含3级前置）", "RO-800G", "12,800.00", "3%", "74,496.00", "赠送", "95,560.00", "−5,904.00", "79,341.59", "10,314.41",
        "¥89,656.00", "人民币捌万玖仟陆佰伍拾陆元整", "付款：签约付40%", "开户行：示例银行木渎支行", "第1/1页",
    ):  # fmt: skip
        assert part in found[0]
    assert "草稿" not in found[0]


def test_in_english_without_prices(store: Store, tmp_path: Path) -> None:
    _made, (text,) = texts(
        QuotePrint(store, a_quote(store), "x", prices=False, speak="en"), tmp_path / "a.pdf"
    )
    assert "Quotation" in text
    assert "RO-800G" in text
    for gone in ("12,800", "89,656", "Subtotal", "人民币", "3%"):
        assert gone not in text


def test_forty_lines_go_over_to_a_second_page(store: Store, tmp_path: Path) -> None:
    lines = [
        {"name": f"Part {n} x", "quantity": Decimal(1), "price": 100_00, "tax": Decimal(13)}
        for n in range(1, 41)
    ]
    _made, found = texts(QuotePrint(store, a_quote(store, lines), "x"), tmp_path / "a.pdf")
    assert len(found) == 2
    first, second = found
    assert all("Unitprice" in page for page in found)  # the head of the table stands on both
    carried = re.search(r"Carriedover([0-9,]+\.[0-9]{2})", first)
    forward = re.search(r"Broughtforward([0-9,]+\.[0-9]{2})", second)
    assert carried
    assert forward
    assert carried[1] == forward[1]
    shown = [n for n in range(1, 41) if re.search(rf"Part{n}x", first + second)]
    assert shown == [*range(1, 41)]
    assert "Page1/2" in first
    assert "Page2/2" in second
    assert "BJ-2603-018" in second
    assert "¥4,000.00" in second


def test_a_long_name_wraps(store: Store, tmp_path: Path) -> None:
    name = "商用直饮机组" * 40
    lines = [{"name": name, "price": 1_00, "tax": Decimal(0), "note": "Delivered in two parts"}]
    _made, found = texts(QuotePrint(store, a_quote(store, lines), "x"), tmp_path / "a.pdf")
    assert "".join(found).count("商用直饮机组") == 40
    assert "Deliveredintwoparts" in "".join(found)


def test_a_line_longer_than_a_page_is_not_cut(tmp_path: Path) -> None:
    item = Item(("1", "水泵" * 3_000, "1.00"), "1.00")
    columns = (Column("#", 20), Column("Name", 120), Column("Amount", 60, True))
    offer = Offer("Quotation", "Firm", columns, (item,), carried=("Carried over", "Brought forward"))
    made = quote_pdf.write(tmp_path / "a.pdf", offer)
    pages = Pages(made.path)
    found = "".join(pages.text(at) for at in range(len(pages)))
    pages.close()
    assert made.pages >= 2
    assert found.count("水") == found.count("泵") == 3_000


@pytest.mark.parametrize("size", ["A4", "A5", "Letter"])
@pytest.mark.parametrize("turn", ["auto", "portrait", "landscape"])
def test_every_paper(store: Store, tmp_path: Path, size: str, turn: str) -> None:
    _made, found = texts(QuotePrint(store, a_quote(store), "x"), tmp_path / "a.pdf", Paper(size, turn))
    assert "¥89,656.00" in "".join(found)


def test_a_draft_says_so(store: Store, tmp_path: Path) -> None:
    words.use("zh_CN")
    id = a_quote(store, state="draft")
    _made, found = texts(QuotePrint(store, id, "x"), tmp_path / "a.pdf")
    assert "草稿" in found[0]


def test_prices_without_tax_and_two_rates(store: Store, tmp_path: Path) -> None:
    lines = [
        {"name": "Pump", "price": 100_00, "tax": Decimal(13)},
        {"name": "Care", "price": 100_00, "tax": Decimal(6)},
    ]
    _made, (text,) = texts(QuotePrint(store, a_quote(store, lines, tax_in=False), "x"), tmp_path / "a.pdf")
    assert "VAT6%6.00" in text
    assert "VAT13%13.00" in text
    assert "¥219.00" in text


def a_picture(path: Path, size: int = 60) -> Path:
    from PIL import Image, ImageDraw

    made = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    ImageDraw.Draw(made).ellipse((4, 4, size - 4, size - 4), outline=(200, 40, 40, 230), width=6)
    made.save(path)
    return path


def test_a_logo_that_is_no_picture_is_told(store: Store, tmp_path: Path) -> None:
    id, logo = a_quote(store), tmp_path / "logo.png"
    with pytest.raises(Known, match="can't be read"):
        store.set_setting("firm.logo", str(logo))
    logo.write_text("no picture")
    with pytest.raises(Known, match="isn't a picture"):
        store.set_setting("firm.logo", str(logo))
    assert store.setting("firm.logo") == ""
    store.set_setting("firm.logo", str(a_picture(logo)))
    target = tmp_path / "a.pdf"
    logo.write_bytes(logo.read_bytes()[:60])  # broken since
    with pytest.raises(Known, match="isn't a picture"):
        QuotePrint(store, id, "x").make(target, Wishes())
    logo.unlink()
    with pytest.raises(Known, match="can't be read"):
        QuotePrint(store, id, "x").make(target, Wishes())
    assert not target.exists()


def test_the_seal_is_printed_by_those_who_may(store: Store, tmp_path: Path) -> None:
    id = a_quote(store)
    assert "seal" not in {tick.name for tick in QuotePrint(store, id, "x").ticks}
    store.set_setting("firm.seal", str(a_picture(tmp_path / "seal.png")))
    job = QuotePrint(store, id, "x")
    assert "seal" in {tick.name for tick in job.ticks}
    with_seal = squares(job.make(tmp_path / "a.pdf", Wishes()))
    without = squares(QuotePrint(store, id, "x").make(tmp_path / "b.pdf", Wishes(ticks=frozenset())))
    assert with_seal != without
    with store.step(N_("Import {file}"), file="x") as step:
        me = step.insert("user", {"name": "何嘉木"})
    store.user = me
    store.set_setting("quote.seal_for", "沈若溪")
    assert "seal" not in {tick.name for tick in QuotePrint(store, id, "x").ticks}


# ---- pictures of products


def a_photo(path: Path, size: tuple[int, int], colour: str = "#c04030", **more: Any) -> Path:
    from PIL import Image

    Image.new("RGB", size, colour).save(path, **more)
    return path


def with_products(store: Store, *shots: Path | None, **more: Any) -> bytes:
    """A quote with a product of each; None: one without a picture."""
    rows = []
    with store.step(N_("Import {file}"), file="x") as step:
        for at, shot in enumerate(shots, 1):
            held = [] if shot is None else [files.take(store, shot)]
            product = step.insert("product", {"name": f"Pump {at}", "files": held})
            rows.append({"product": product, "name": f"Pump {at} x", "price": 100_00, "tax": Decimal(13)})
    return a_quote(store, rows, **more)


def shown(path: Path) -> list[list[tuple[float, float, float, float]]]:
    """Page by page where its pictures stand: left, bottom, right, top."""
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    document = pypdfium2.PdfDocument(path.read_bytes())
    found = [[one.get_bounds() for one in page.get_objects([FPDF_PAGEOBJ_IMAGE])] for page in document]
    document.close()
    return found


def test_a_product_has_its_picture_beside_its_line(store: Store, tmp_path: Path) -> None:
    wide, high = a_photo(tmp_path / "wide.jpg", (900, 300)), a_photo(tmp_path / "high.png", (300, 900))
    id = with_products(store, wide, None, high)
    job = QuotePrint(store, id, "x")
    assert [tick.name for tick in job.ticks if tick.name == "pictures" and not tick.on] == ["pictures"]
    job.make(tmp_path / "without.pdf", Wishes())
    assert shown(tmp_path / "without.pdf") == [[]]
    store.set_setting("quote.pictures", True)
    made = QuotePrint(store, id, "x").make(tmp_path / "with.pdf", Wishes())
    ((first, second),) = shown(made.path)
    for left, bottom, right, top in (first, second):
        assert max(right - left, top - bottom) == pytest.approx(quote_pdf.SHOT, abs=0.5)
    assert first[0] + first[2] == pytest.approx(second[0] + second[2], abs=0.5)  # one below the other
    around = quote_pdf.ROW_ABOVE + quote_pdf.ROW_BELOW
    between = first[1] - second[3]  # only the line without a picture stands there, no higher than any other
    assert between == pytest.approx(quote_pdf.ROW_LEAD + 2 * around, abs=0.5)


def test_without_pictures_nothing_is_another(store: Store, tmp_path: Path) -> None:
    id = with_products(store, None, None)
    assert "pictures" not in {tick.name for tick in QuotePrint(store, id, "x").ticks}
    before = squares(QuotePrint(store, id, "x").make(tmp_path / "a.pdf", Wishes()))
    store.set_setting("quote.pictures", True)
    assert squares(QuotePrint(store, id, "x").make(tmp_path / "b.pdf", Wishes())) == before


def test_a_file_that_is_no_picture_costs_nobody_the_quote(store: Store, tmp_path: Path) -> None:
    store.set_setting("quote.pictures", True)
    broken, text = tmp_path / "broken.jpg", tmp_path / "x.txt"
    broken.write_bytes(b"\xff\xd8\xff no picture")
    text.write_text("text")
    lost = a_photo(tmp_path / "lost.png", (50, 50), "#123456")
    id = with_products(store, broken, text, lost)
    row = files.take(store, lost)
    files.place(store, row["hash"]).unlink()  # of a colleague, and not here yet
    QuotePrint(store, id, "x").make(tmp_path / "a.pdf", Wishes())
    assert shown(tmp_path / "a.pdf") == [[]]
    files.take(store, lost)
    QuotePrint(store, id, "x").make(tmp_path / "b.pdf", Wishes())
    assert len(shown(tmp_path / "b.pdf")[0]) == 1


def test_photos_of_a_telephone_stay_small_and_upright(store: Store, tmp_path: Path) -> None:
    from PIL import Image

    store.set_setting("quote.pictures", True)
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    turned = Image.Exif()
    turned[0x0112] = 6  # held upright
    noise.save(tmp_path / "noise.jpg", exif=turned)
    made = QuotePrint(store, with_products(store, tmp_path / "noise.jpg"), "x").make(
        tmp_path / "a.pdf", Wishes()
    )
    ((left, bottom, right, top),) = shown(made.path)[0]
    assert (right - left) / (top - bottom) == pytest.approx(0.75, abs=0.02)
    plain = QuotePrint(store, with_products(store, None, number="2"), "x").make(tmp_path / "b.pdf", Wishes())
    assert made.size - plain.size < 60_000


def test_pictures_go_over_to_the_next_page_with_their_lines(store: Store, tmp_path: Path) -> None:
    store.set_setting("quote.pictures", True)
    shot = a_photo(tmp_path / "a.jpg", (400, 400))
    job = QuotePrint(store, with_products(store, *[shot] * 25), "x")
    _made, found = texts(job, tmp_path / "a.pdf")
    boxes = shown(tmp_path / "a.pdf")
    assert [len(page) for page in boxes] == [len(re.findall(r"Pump\d+x", text)) for text in found]
    assert sum(map(len, boxes)) == 25
    assert all(bottom > FOOT for page in boxes for _left, bottom, _right, _top in page)


@pytest.mark.parametrize("size", ["A4", "A5", "Letter"])
@pytest.mark.parametrize("turn", ["portrait", "landscape"])
def test_pictures_on_every_paper(store: Store, tmp_path: Path, size: str, turn: str) -> None:
    store.set_setting("quote.pictures", True)
    id = with_products(store, a_photo(tmp_path / "a.jpg", (400, 300)))
    _made, found = texts(QuotePrint(store, id, "x"), tmp_path / "a.pdf", Paper(size, turn))
    assert "Pump1x" in "".join(found)


def test_an_order_shows_them_as_well(store: Store, tmp_path: Path) -> None:
    store.set_setting("quote.pictures", True)
    quote = with_products(store, a_photo(tmp_path / "a.jpg", (400, 300)), number="2")
    record = store.reader().record("quote", quote)
    assert record is not None
    line = {name: record["lines"][0][name] for name in ("product", "name", "price", "tax")}
    order = an_order(store, lines=[line])
    QuotePrint(store, order, "x", kind=ORDER).make(tmp_path / "a.pdf", Wishes())
    assert len(shown(tmp_path / "a.pdf")[0]) == 1


def test_what_is_not_wanted_is_left_out(store: Store, tmp_path: Path) -> None:
    words.use("zh_CN")
    id = a_quote(store)
    names = [tick.name for tick in QuotePrint(store, id, "x").ticks]
    assert names == ["discount", "tax", "words", "watermark"]
    QuotePrint(store, id, "x").make(tmp_path / "a.pdf", Wishes(ticks=frozenset({"watermark"})))
    pages = Pages(tmp_path / "a.pdf")
    text = re.sub(r"\s", "", pages.text(0))
    pages.close()
    assert "89,656.00" in text
    assert "草稿" in text
    for gone in ("79,341.59", "增值税", "捌万", "3%", "赠送"):
        assert gone not in text


def test_a_code_to_pay_by(store: Store, tmp_path: Path) -> None:
    store.set_setting("firm.payment", "https://pay.example.com/0000")
    _made, (text,) = texts(QuotePrint(store, a_quote(store), "x"), tmp_path / "a.pdf")
    assert "Scantopay" in text
    _made, (text,) = texts(
        QuotePrint(store, a_quote(store, number="2"), "x", prices=False), tmp_path / "b.pdf"
    )
    assert "Scantopay" not in text
    store.set_setting("firm.payment", "x" * 501)
    with pytest.raises(Known, match="too long"):
        QuotePrint(store, a_quote(store, number="3"), "x").make(tmp_path / "c.pdf", Wishes())


PAYMENTS = (
    "https://pay.example.com/0000",
    "禾川净水设备有限公司 · 示例银行木渎支行 · 0000 0000 0000 000",
    "wxp://f2f0" + "aZ09_-" * 40,
    "https://pay.example.com/" + "ab:1" * 119,  # the longest
)


@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("paper", [Paper(), Paper("A5")])
def test_a_telephone_reads_the_code(store: Store, tmp_path: Path, payment: str, paper: Paper) -> None:
    """A scanner's own decoder, on the page as a printer of 200 dots an inch sets it."""
    store.set_setting("firm.payment", payment)
    made = QuotePrint(store, a_quote(store), "x").make(tmp_path / "a.pdf", Wishes(paper))
    assert read_codes(made.path) == [payment]


def read_codes(path: Path) -> list[str]:
    """The texts of all QR codes in a file."""
    import zxingcpp
    from PIL import Image

    pages = Pages(path)
    shots = [pages.picture(at, 200 / 72) for at in range(len(pages))]
    pages.close()
    found: list[str] = []
    for shot in shots:
        image = Image.frombuffer("RGB", (shot.width, shot.height), shot.pixels, "raw", "BGRX", shot.stride)
        found += [code.text for code in zxingcpp.read_barcodes(image.convert("L"))]
    return found


def test_own_words_with_tags(store: Store, tmp_path: Path) -> None:
    words.use("zh_CN")
    store.set_setting("quote.title", "工程报价书")
    store.set_setting(
        "quote.above", "尊敬的{联系人}：{number} 报价 {合计}（{大写金额}），有效期至 {valid_until}。"
    )
    store.set_setting("quote.below", "{firm} 敬上")
    _made, (text,) = texts(QuotePrint(store, a_quote(store), "x"), tmp_path / "a.pdf")
    assert "工程报价书" in text
    assert (
        "尊敬的沈嘉言：BJ-2603-018报价¥89,656.00（人民币捌万玖仟陆佰伍拾陆元整），有效期至2026年3月31日。"
        in text
    )
    assert "禾川净水设备有限公司敬上" in text


@pytest.mark.parametrize(
    ("text", "said"), [("{prise}", "“{prise}” is no tag"), ("{number", "isn't closed|not closed")]
)
def test_an_unknown_tag_is_refused_naming_the_known(store: Store, text: str, said: str) -> None:
    with pytest.raises(Known, match=said) as told:
        store.set_setting("quote.above", f"Dear {text}")
    if "prise" in text:
        assert "{valid until}" in str(told.value)
    assert store.setting("quote.above") == ""


def an_order(store: Store, **more: Any) -> bytes:
    quote = a_quote(store)
    record = store.reader().record("quote", quote)
    assert record is not None
    names = ("name", "spec", "unit", "quantity", "price", "discount", "tax", "position")
    values = {
        "number": "S2603-007",
        "quote": quote,
        "day": dt.date(2026, 3, 20),
        "wanted": dt.date(2026, 4, 2),
        "confirmed": dt.date(2026, 3, 20),
        "lines": [{name: row[name] for name in names} for row in record["lines"]],
        **{name: record[name] for name in ("customer", "contact", "owner_user", "terms", "tax_in")},
        **more,
    }
    with store.step(N_("Import {file}"), file="x") as step:
        return step.insert("sales_order", values)


def test_an_order_is_confirmed(store: Store, tmp_path: Path) -> None:
    words.use("zh_CN")
    _made, (text,) = texts(QuotePrint(store, an_order(store), "x", kind=ORDER), tmp_path / "a.pdf")
    for part in (
        "订单确认书",
        "ORDERCONFIRMATION",
        "S2603-007",
        "BJ-2603-018",
        "2026年4月2日",
        "¥89,656.00",
        "捌万玖仟",
    ):
        assert part in text
    assert "草稿" not in text


def test_a_logo_is_printed_small(store: Store, tmp_path: Path) -> None:
    from PIL import Image

    logo = tmp_path / "logo.png"
    Image.effect_noise((3000, 3000), 90).save(logo)
    store.set_setting("firm.logo", str(logo))
    made = QuotePrint(store, a_quote(store), "x").make(tmp_path / "a.pdf", Wishes())
    assert made.pages == 1


def test_what_is_gone_is_told(store: Store, tmp_path: Path) -> None:
    id = a_quote(store)
    with store.step(N_("Delete {n} {things:lower}"), n=1, things="x") as step:
        step.delete("quote", id)
    with pytest.raises(Known, match="no longer there"):
        QuotePrint(store, id, "x").make(tmp_path / "a.pdf", Wishes())


def test_variants_have_names_of_their_own(store: Store) -> None:
    found = variants(store, a_quote(store), "BJ-2603-018")
    assert len({one.title for one in found}) == 4
