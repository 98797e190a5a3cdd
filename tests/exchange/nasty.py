"""A file with one value of every kind, and those that are hard to carry through a sheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from freecrm.core.words import N_
from freecrm.store.database import Store

CUSTOM: list[dict[str, Any]] = [
    {"name": "TDS", "key": "x_tds", "kind": "number", "places": 1},
    {"name": "装机数", "key": "x_units", "kind": "number", "places": 0},
    {"name": "Rebate", "key": "x_rebate", "kind": "percent", "places": 2},
    {"name": "Deposit", "key": "x_deposit", "kind": "money"},
    {"name": "Installed on", "key": "x_installed", "kind": "date"},
    {"name": "Called at", "key": "x_called", "kind": "moment"},
    {"name": "Invoice", "key": "x_invoice", "kind": "yesno"},
    {"name": "Filter", "key": "x_filter", "kind": "choice", "choices": '["PP 棉", "RO 膜"]'},
    {"name": "Phone", "key": "x_phone", "kind": "text"},  # the title of a built-in field
    {"name": "Story", "key": "x_story", "kind": "longtext"},
]

FULL: dict[str, Any] = {
    "name": "鹿溪堂茶业 <&> \"引号\"",
    "code": "00012",
    "kind": "company",
    "grade": "A",
    "status": "active",
    "source": "fair",
    "industry": "trade",
    "website": "https://luxi.example/?a=1&b=2",
    "last_contact": dt.date(2026, 2, 28),
    "opening_balance": -1_200_050,
    "employees": 35,
    "remark": "=SUM(A1:A9)\n第二行，\t带制表符\n_x0041_",
    "phones": [
        {"number": "+8657186543210", "ext": "801", "kind": "landline", "note": "前台"},
        {"number": "+8613800004471", "kind": "mobile", "primary": True},
        {"number": "+493012345678", "kind": "other"},
        {"number": "6543210", "kind": "landline"},
    ],
    "emails": [{"address": "a@luxi.example"}, {"address": "b@luxi.example"}],
    "addresses": [{"kind": "office", "province": "浙江", "city": "湖州", "district": "吴兴区", "street": "文三路 1 号"}],
    "handles": [{"kind": "wechat", "handle": "luxi_tea"}, {"kind": "qq", "handle": "123456"}],
    "tags": [{"word": "重点"}, {"word": "a, b"}, {"word": "-x"}],
    "x_tds": Decimal("120.5"),
    "x_units": 12_345_678_901_234_567,
    "x_rebate": Decimal("12.50"),
    "x_deposit": 100,
    "x_installed": dt.date(1899, 12, 31),
    "x_called": dt.datetime(2026, 3, 5, 6, 30, 7, 400_000, dt.UTC),
    "x_invoice": False,
    "x_filter": "RO 膜",
    "x_phone": "+1",
    "x_story": "长" * 40_000,
}  # fmt: skip


def fill(store: Store) -> dict[str, bytes]:
    """Name -> id of the records: "owner", "other", "full", "bare", "person", "child"."""
    with store.step(N_("Fields")) as step:
        for values in CUSTOM:
            step.insert("custom_field", {"on": "customer", **values})
    ids: dict[str, bytes] = {}
    with store.step(N_("Fill")) as step:
        ids["owner"] = step.insert("user", {"name": "陈思远"})
        ids["other"] = step.insert("user", {"name": "林晓棠"})
        ids["full"] = step.insert("customer", {**FULL, "owner_user": ids["owner"]})
        ids["bare"] = step.insert("customer", {"name": "@百川", "kind": None})
        ids["child"] = step.insert(
            "customer", {"name": "鹿溪堂二店", "group": ids["full"], "x_invoice": True}
        )
        ids["person"] = step.insert(
            "contact",
            {
                "name": "林小满",
                "phones": [{"number": "+8613911110000", "kind": "mobile"}],
                "birthday": dt.date(1990, 1, 2),
                "jobs": [
                    {"customer": ids["full"], "job": "采购经理", "department": "采购部", "role": "decider"}
                ],
            },
        )
    return ids
