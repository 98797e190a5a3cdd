"""A list of leads from a fair or a website comes in as leads, and goes to whom the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from freecrm import cli
from freecrm.exchange import whose
from freecrm.store.database import Store
from tests.store.samples import raw

LISTED = """线索,联系人,手机,微信,来源,热度,省份,预算,需求,日期
清泉饮品有限公司,王小明,13800001234,wxm1,展会,高,浙江,5万,要一套 RO 机,2026-3-1
百川印务,李雷,13900001234,,官网,,江苏,,询价,2026-3-2
星桥口腔门诊,韩梅,13700001234,,官网,,江苏,,询价,2026-3-2
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "leads.csv"
    made.write_text(LISTED, encoding="utf-8")
    return made


def test_they_are_leads_and_the_rules_give_them_owners(store: Store, path: Path) -> None:
    with store.step("x") as step:
        one, two = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
        seats = [{"user": user} for user in (one, two)]
        step.insert("share_rule", {"name": "江苏", "province": "江苏省", "way": "turns", "seats": seats})
    assert cli.main(["--file", str(store.path), "import", str(path)]) == 0
    assert raw(store, "SELECT name, person, state, source, rating, budget, got FROM lead ORDER BY n") == [
        ("清泉饮品有限公司", "王小明", "new", "fair", "hot", 5_000_000, "2026-03-01"),
        ("百川印务", "李雷", "new", "web", None, None, "2026-03-02"),
        ("星桥口腔门诊", "韩梅", "new", "web", None, None, "2026-03-02"),
    ]
    assert raw(store, "SELECT owner_user FROM lead ORDER BY n") == [(None,), (one,), (two,)]
    assert raw(store, "SELECT count(*) FROM customer") == raw(store, "SELECT count(*) FROM contact") == [(0,)]


def test_the_same_list_once_more_makes_no_second_ones(store: Store, path: Path) -> None:
    for _time in range(2):
        assert cli.main(["--file", str(store.path), "import", str(path)]) == 0
    assert raw(store, "SELECT count(*) FROM lead") == [(3,)]


@pytest.mark.parametrize(
    "heads",
    [
        "公司名称 联系人 手机 来源 省份 城市 行业 备注 负责人 邮箱",
        "Company|Contact|Phone|Email|Source|Industry|State|City|Status|Notes|Owner",
        "客户 联系人 电话 状态 来源",
        "公司 姓名 手机 微信 需求 日期",
    ],
)
def test_a_list_of_customers_stays_one(store: Store, heads: str) -> None:
    found = whose.about(store.schema, heads.split("|") if "|" in heads else heads.split())
    assert found.main == "customer"


def test_what_a_list_leaves_unsaid_is_as_in_a_form(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("产品名称,产品编号,价格\n滤芯,F-1,99\n", encoding="utf-8")
    assert cli.main(["--file", str(store.path), "import", str(path)]) == 0
    assert raw(store, "SELECT name, state FROM product") == [("滤芯", "sold")]
