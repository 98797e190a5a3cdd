"""Lists as people really keep and export them: what lands in the file is what a careful person would enter."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from freecrm.core import words
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.exchange import applier
from freecrm.exchange.changeset import ChangeSet, Options, spool_path
from freecrm.modules import model
from freecrm.store.database import Store
from tests.files import new_store

PLAN = model().imported("customer")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


def sheet(tmp_path: Path, text: str, encoding: str = "utf-8-sig", name: str = "list.csv") -> Path:
    """A csv of `text`: lines of cells with | between them."""
    out = io.StringIO()
    csv.writer(out).writerows(line.split("|") for line in text.strip().splitlines())
    path = tmp_path / name
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def book(tmp_path: Path, rows: Sequence[Sequence[Any]], merged: tuple[str, ...] = ()) -> Path:
    made = Workbook()
    table = made.active
    assert table is not None
    for row in rows:
        table.append(list(row))
    for span in merged:
        table.merge_cells(span)
    path = tmp_path / "list.xlsx"
    made.save(path)
    return path


def brought(store: Store, path: Path, **options: Any) -> ChangeSet:
    made, _touched = applier.bring_in(store, path, PLAN, Options(**options))
    return made


def everybody(store: Store, entity: str) -> dict[str, Record]:
    return {str(r["name"]): r for r in store.reader().each(Query(entity))}


def numbers(record: Record) -> list[str]:
    return [p["number"] for p in record["phones"]]


def parts(record: Record) -> list[tuple[Any, ...]]:
    wanted = ("kind", "country", "province", "city", "district", "street", "postcode")
    return [tuple(row.get(part) for part in wanted) for row in record["addresses"]]


def new_fields(made: ChangeSet) -> list[str]:
    return [c.head for c in made.columns if c.new]


def test_people_alone_with_columns_of_their_own(store: Store, tmp_path: Path) -> None:
    text = "First Name|Last Name|Email|Phone|Shoe size\nAnn|Lee|ann@x.example|(212) 555-0100|38"
    made = brought(store, sheet(tmp_path, text))
    ann = everybody(store, "contact")["Ann Lee"]
    assert (ann["x_shoe_size"], made.count("new")) == (38, 1)
    assert any("people were taken as contacts" in str(note) for note in made.advice)


def test_outlook_in_chinese(store: Store, tmp_path: Path) -> None:
    text = (
        "称谓|名|姓|公司|部门|职务|商务地址 街道|商务地址 市/县|商务地址 省/市/自治区|商务地址 邮政编码|商务地址 国家/地区"
        "|住宅地址 街道|住宅地址 市/县|商务传真|商务电话|住宅电话|移动电话|电子邮件地址|电子邮件类型|电子邮件显示名称"
        "|生日|纪念日|敏感度|网页|附注|类别\n"
        "先生|晓棠|林|杭州鹿溪堂文化有限公司|市场部|经理|文三路100号|杭州|浙江|310012|中国"
        "|莫干山路8号|湖州|0571-88881234|0571-88881111|0571-66665555|13800001234|lin@lxt.example|SMTP|林晓棠"
        "|1988-5-6|0-0-0|普通|www.lxt.example|老客户|茶友"
    )
    made = brought(store, sheet(tmp_path, text, "gb18030"))
    firm, lin = everybody(store, "customer")["杭州鹿溪堂文化有限公司"], everybody(store, "contact")["林晓棠"]
    assert new_fields(made) == []
    assert parts(firm) == [(None, "中国", "浙江", "杭州", None, "文三路100号", "310012")]
    assert parts(lin) == [("home", None, "浙江", "湖州", None, "莫干山路8号", None)]
    assert [m["address"] for m in lin["emails"]] == ["lin@lxt.example"]
    assert (firm["website"], firm["remark"], [t["word"] for t in firm["tags"]]) == (
        "www.lxt.example", "老客户", ["茶友"],
    )  # fmt: skip
    assert (numbers(firm), numbers(lin)) == (
        ["+8657188881234", "+8657188881111"],
        ["+8657166665555", "+8613800001234"],
    )
    assert made.trouble_count == 0


def test_outlook_in_english(store: Store, tmp_path: Path) -> None:
    text = (
        "First Name|Last Name|Title|Company|Job Title|Business Street|Business Street 2|Business City|Home Street"
        "|Business Phone|Birthday|Anniversary|E-mail Address|E-mail Type\n"
        "Mary|Smith|Dr.|Blue Heron Ltd|Buyer|12 Main St|Suite 4|Boston|5 Oak Rd|(617) 555-0100|0/0/00|0/0/00"
        "|mary@bh.example|SMTP"
    )
    made = brought(store, sheet(tmp_path, text))
    firm, mary = everybody(store, "customer")["Blue Heron Ltd"], everybody(store, "contact")["Mary Smith"]
    assert (new_fields(made), made.trouble_count, firm["remark"]) == ([], 0, None)
    assert mary["jobs"][0]["job"] == "Buyer"
    assert [p[5] for p in parts(firm)] == ["12 Main St Suite 4"]
    assert [p[5] for p in parts(mary)] == ["5 Oak Rd"]


def test_google_contacts(store: Store, tmp_path: Path) -> None:
    text = (
        "First Name|Last Name|Nickname|Organization Name|Organization Title|Labels|E-mail 1 - Label|E-mail 1 - Value"
        "|Phone 1 - Label|Phone 1 - Value|Address 1 - Label|Address 1 - Formatted|Address 1 - Street|Address 1 - City"
        "|Website 1 - Label|Website 1 - Value\n"
        "Anna|Lee||Cedar Foods|Chef|* myContacts ::: Clients|* Work|a@c.example ::: b@c.example|Mobile|+44 7700 900123"
        "|Work|1 High St, London|1 High St|London|Work|cedar.example\n"
        "|||Only Org Ltd|||||Main|020 7946 0999||||||"
    )
    made = brought(store, sheet(tmp_path, text))
    firms, anna = everybody(store, "customer"), everybody(store, "contact")["Anna Lee"]
    assert (sorted(firms), new_fields(made)) == (["Cedar Foods", "Only Org Ltd"], [])
    assert [t["word"] for t in firms["Cedar Foods"]["tags"]] == ["Clients"]
    assert firms["Cedar Foods"]["website"] == "cedar.example"
    assert parts(firms["Cedar Foods"])[0][3:6] == ("London", None, "1 High St")
    assert [m["address"] for m in anna["emails"]] == ["a@c.example", "b@c.example"]


def test_google_contacts_of_old(store: Store, tmp_path: Path) -> None:
    text = (
        "Name|Given Name|Family Name|E-mail 1 - Type|E-mail 1 - Value|Organization 1 - Name|Organization 1 - Title\n"
        "Anna Lee|Anna|Lee|* Work|anna@c.example|Cedar Foods|Chef\n"
        "王小明|小明|王|*|wxm@c.example||"
    )
    made = brought(store, sheet(tmp_path, text))
    firms = everybody(store, "customer")
    assert (sorted(firms), new_fields(made)) == (["Cedar Foods", "王小明"], [])
    assert (firms["Cedar Foods"]["kind"], firms["王小明"]["kind"]) == ("company", "person")


def test_espocrm_accounts_have_two_addresses(store: Store, tmp_path: Path) -> None:
    text = (
        "Name|SIC Code|Billing Address Street|Billing Address City|Shipping Address Street|Shipping Address City\n"
        "Acme Ltd|123|1 A St|Springfield|2 B St|Chicago"
    )
    brought(store, sheet(tmp_path, text))
    acme = everybody(store, "customer")["Acme Ltd"]
    assert [(p[0], p[3], p[5]) for p in parts(acme)] == [
        (None, "Springfield", "1 A St"),
        ("delivery", "Chicago", "2 B St"),
    ]
    assert (acme["code"], acme["x_sic_code"]) == (None, 123)


def test_the_phone_of_a_list_of_people_is_theirs(store: Store, tmp_path: Path) -> None:
    text = "First Name|Last Name|Account Name|Phone Number\nJane|Roe|Acme Ltd|+1 202-555-0102\nJoe|Poe|Acme Ltd|+1 202-555-0103"
    brought(store, sheet(tmp_path, text))
    people = everybody(store, "contact")
    assert (numbers(people["Jane Roe"]), numbers(people["Joe Poe"])) == (["+12025550102"], ["+12025550103"])
    assert numbers(everybody(store, "customer")["Acme Ltd"]) == []


def test_a_phone_column_of_mobiles_is_the_contacts(store: Store, tmp_path: Path) -> None:
    brought(store, sheet(tmp_path, "公司|联系人|电话\n甲公司|王一|13800000001\n甲公司|王二|13800000002"))
    assert numbers(everybody(store, "contact")["王二"]) == ["+8613800000002"]
    assert numbers(everybody(store, "customer")["甲公司"]) == []


def test_two_header_rows_name_known_fields(store: Store, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["客户信息", None, None, "联系人", None, "财务"],
        ["名称", "地址", "电话", "姓名", "手机", "欠款"],
        ["甲公司", "杭州西湖区文三路1号", "0571-88880000", "王一", 13800000001, 1200.5],
        ["乙公司", "上海浦东张江路2号", "021-66660000", "李二", "138 0000 0002", "￥3,400"],
    ]
    made = brought(store, book(tmp_path, rows, ("A1:C1", "D1:E1")))
    firm = everybody(store, "customer")["甲公司"]
    assert new_fields(made) == []
    assert (numbers(firm), parts(firm)[0][3:6]) == (["+8657188880000"], ("杭州", "西湖区", "文三路1号"))
    assert numbers(everybody(store, "contact")["李二"]) == ["+8613800000002"]


def test_a_cell_merged_over_rows_holds_for_each(store: Store, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["公司", "联系人", "手机"],
        ["甲公司", "王一", "13800000001"],
        [None, "王二", "13800000002"],
        [None, "王三", "13800000003"],
        ["乙公司", "李四", "13800000004"],
        [None, "李五", "13800000005"],
    ]
    brought(store, book(tmp_path, rows, ("A2:A4", "A5:A6")))
    assert sorted(everybody(store, "customer")) == ["乙公司", "甲公司"]
    assert {p["firm"] for p in everybody(store, "contact").values()} == {"甲公司", "乙公司"}
    assert everybody(store, "contact")["王三"]["firm"] == "甲公司"


def test_without_heads_the_cells_say_what_they_are(store: Store, tmp_path: Path) -> None:
    text = "杭州鹿溪堂茶业有限公司|王小明|13800001234|浙江杭州\n北京云杉酒店|张三|13900002222|北京朝阳区\n上海锦野贸易公司|李四|13700003333|上海"
    made = brought(store, sheet(tmp_path, text))
    assert [c.target for c in made.columns] == [
        "customer.name", "contact.name", "contact.phones", "customer.addresses",
    ]  # fmt: skip
    assert sorted(everybody(store, "contact")) == ["张三", "李四", "王小明"]


def test_people_without_heads(store: Store, tmp_path: Path) -> None:
    brought(
        store, sheet(tmp_path, "王小明|13800001234|浙江杭州\n张三|13900002222|北京\n李四|13700003333|上海")
    )
    assert sorted(everybody(store, "contact")) == ["张三", "李四", "王小明"]


def test_nothing_taken_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path, "公司|电话|口味\n|13800000001|甜\n|13800000002|咸")
    made, touched = applier.bring_in(store, path, PLAN, Options())
    assert (made.count("rejected"), touched.step) == (2, None)
    assert list(store.reader().each(Query("custom_field"))) == []


def test_what_excel_could_not_work_out_is_blank(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path, "客户|电话|欠款\n甲公司|#N/A|#DIV/0!\n乙公司|#REF!|12")
    made = brought(store, path)
    assert new_fields(made) == []
    assert everybody(store, "customer")["甲公司"]["remark"] is None
    assert any("#N/A" in str(note) for note in made.notes)


def test_each_reason_is_told_by_itself(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path, "客户|最后联系\n甲|2025-02-30\n乙|去年底\n丙|去年底\n丁|2026-01-05")
    made = brought(store, path)
    told = {d.text: (d.count, str(d.why)) for d in made.decisions if d.head == "最后联系"}
    assert told.keys() == {"2025-02-30", "去年底"}
    assert told["去年底"][0] == 2
    assert "28 days" in told["2025-02-30"][1]
    assert "28 days" not in told["去年底"][1]


def test_the_tag_to_check_is_put_once_in_any_language(store: Store, tmp_path: Path) -> None:
    path = sheet(tmp_path, "客户|手机\n甲公司|1380000123\n乙公司|13800001234")
    brought(store, path)
    words.use("zh_CN")
    again = brought(store, path)
    assert (again.count("same"), again.count("changed")) == (2, 0)


def test_a_customer_of_thousands_of_rows(store: Store, tmp_path: Path) -> None:
    """Took nine minutes for 10,000 rows when each row read the whole customer."""
    rows = "\n".join(f"大同公司|王{i}|0571-{80000000 + i}" for i in range(3000))
    path = sheet(tmp_path, f"客户|联系人|电话\n{rows}")
    brought(store, path)
    firm = everybody(store, "customer")["大同公司"]
    assert (len(firm["phones"]), len(everybody(store, "contact"))) == (3000, 3000)
    again = brought(store, path)
    assert (again.count("same"), again.rows) == (3000, 3000)


def test_traditional_heads(store: Store, tmp_path: Path) -> None:
    text = "公司名稱|電話|聯絡人\n台灣積體電路公司|020-23456789|陳先生\n鴻海公司|0755-23456789|林小姐"
    made = brought(store, sheet(tmp_path, text, "big5"))
    assert new_fields(made) == []
    assert sorted(everybody(store, "contact")) == ["林小姐", "陳先生"]


def test_a_wechat_name_among_phones(store: Store, tmp_path: Path) -> None:
    text = "公司|联系人|联系方式\n大华五金厂|陈工|13812345678\n小利塑料|刘姐|微信 liujie88\n小明工贸|王姐|微信：wang_jie 13812345679"
    made = brought(store, sheet(tmp_path, text))
    people = everybody(store, "contact")
    assert [(h["kind"], h["handle"]) for h in people["刘姐"]["handles"]] == [("wechat", "liujie88")]
    assert [h["handle"] for h in people["王姐"]["handles"]] == ["wang_jie"]
    assert (numbers(people["刘姐"]), numbers(people["王姐"]), made.trouble_count) == (
        [],
        ["+8613812345679"],
        0,
    )


def test_a_row_without_a_person_loses_nothing(store: Store, tmp_path: Path) -> None:
    text = "公司|联系人|职务|手机|邮箱|微信|生日\n甲公司|王一|经理|13800000001|a@x.example|wang1|1990-01-02\n乙公司||采购|13800000002|b@x.example|yi2|1991-03-04"
    brought(store, sheet(tmp_path, text))
    firm = everybody(store, "customer")["乙公司"]
    assert numbers(firm) == ["+8613800000002"]
    assert [m["address"] for m in firm["emails"]] == ["b@x.example"]
    assert [h["handle"] for h in firm["handles"]] == ["yi2"]
    assert "采购" in firm["remark"]
    assert "1991-03-04" in firm["remark"]


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (("03/04/2024", "12/25/2024"), "2024-03-04"),
        (("03/04/2024", "25/12/2024"), "2024-04-03"),
        (("03.04.2024", "05.06.2024"), "2024-04-03"),
    ],
)
def test_a_column_tells_day_from_month(
    store: Store, tmp_path: Path, days: tuple[str, str], read: str
) -> None:
    path = sheet(tmp_path, f"Company|Last contact\nAcme Ltd|{days[0]}\nBeta Ltd|{days[1]}")
    made = brought(store, path)
    assert str(everybody(store, "customer")["Acme Ltd"]["last_contact"]) == read
    assert made.ambiguous_dates == 0


def test_a_refused_import_ends_its_child_at_once(store: Store, tmp_path: Path) -> None:
    """A disk that filled up left the reading thread behind, and Python broke off at its end."""
    path = sheet(tmp_path, "客户|电话\n" + "\n".join(f"公司{i}|0571-{80000000 + i}" for i in range(9000)))
    before = threading.active_count()
    store.hold_to(Rights(b"x" * 16, otherwise="none"))
    with pytest.raises(Known) as refused:
        applier.bring_in(store, path, PLAN, Options())
    assert (threading.active_count(), refused.type) == (before, Known)


def test_what_a_killed_import_left_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"freecrm-import-{ended.pid}-abc.spool"
    left.write_bytes(b"customers")
    mine = spool_path()
    spool_path()
    assert (left.exists(), mine.exists()) == (sys.platform == "win32", True)


def test_cards_have_no_empty_rows_and_keep_private_persons(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:{0}\nORG:{1}\nTEL;TYPE=CELL:{2}\nEND:VCARD\n"
    path.write_text(
        card.format("张三", "张三", "13700001111") + card.format("Ann Lee", "Acme", "13700002222")
    )
    made = brought(store, path)
    assert made.notes == []
    assert {n: r["kind"] for n, r in everybody(store, "customer").items()} == {
        "张三": "person",
        "Acme": "company",
    }
