"""Points and credit on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from freecrm import cli
from freecrm.core import credit
from freecrm.modules import model
from freecrm.store.database import open_store
from tests.exchange.test_pdf import joined

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command on a file with two customers; (exit code, stdout, stderr)."""
    path = tmp_path / "firm.freecrm"
    store = open_store(path, model())
    with store.step("New") as step:
        limits = {"credit_limit": 1_000_000, "opening_balance": 800_000, "terms_days": 30}
        step.insert("customer", {"name": "云杉谷酒店", "code": "KH-1", **limits})
        step.insert("customer", {"name": "云杉谷茶业", "code": "KH-2"})
    store.close()

    def made(*words: str, language: str = "en") -> tuple[int, str, str]:
        code = cli.main(["--file", str(path), "--language", language, *map(str, words)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return made


def test_points_all_the_way(run: Run, tmp_path: Path) -> None:
    assert "switched off" in run("points", "earn", "KH-1", "--amount", "1200")[2]
    assert run("settings", "points.given", "yes")[0] == 0
    assert run("points", "earn", "KH-1", "--amount", "1,299.50")[:2] == (0, "云杉谷酒店: 129 points\n")
    assert run("points", "spend", "云杉谷酒店", "--points", "29")[0] == 0
    assert run("points", "correct", "KH-1", "--points=-5", "--reason", "多记了")[0] == 0
    code, out, _err = run("points", "balance", "KH-1", "--json")
    assert (code, json.loads(out)["balance"]) == (0, 95)
    code, out, _err = run("points", "statement", "KH-1", language="zh_CN")
    assert code == 0
    assert "期末余额" in out
    assert "多记了" in out
    target = tmp_path / "statement.pdf"
    assert run("points", "statement", "KH-1", "--from", "2020-01-01", "--pdf", target)[0] == 0
    text = joined(target)
    assert "Pointsstatement" in text
    assert "云杉谷酒店" in text
    assert "+129" in text
    found = json.loads(run("points", "statement", "KH-1", "--json")[1])
    assert (found["opening"], [line["points"] for line in found["lines"]]) == (0, [129, -29, -5])
    assert run("points", "expire")[:2] == (0, "No points have run out.\n")
    assert run("undo")[0] == 0
    assert run("check")[0] == 0


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("spend", "KH-1", "--points", "5"), "has 0 points", "只有 0 分"),
        (("spend", "KH-1"), "with --points", "--points"),
        (("earn", "KH-1"), "For what?", "按什么算"),
        (("earn", "KH-1", "--amount", "abc"), "isn't an amount", "abc"),
        (("earn", "KH-1", "--amount", "100", "--day", "2199-01-01"), "still to come", "还没到"),
        (("balance",), "Whose?", "哪位客户"),
        (("balance", "nobody"), "There is no customer", "没有客户"),
        (("balance", "云杉谷"), "may be several customers", "可能是这几位"),
        (("statement", "KH-1", "--from", "2026-02-01", "--until", "2026-01-01"), "Turn the days", "颠倒"),
    ],
)
def test_what_is_refused_says_why(run: Run, words: tuple[str, ...], english: str, chinese: str) -> None:
    run("settings", "points.given", "yes")
    for language, wanted in (("en", english), ("zh_CN", chinese)):
        code, _out, err = run("points", *words, language=language)
        assert code == cli.REFUSED
        assert wanted in err


def test_terms_that_make_no_sense_cost_the_cell_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "客户名称,信用额度,账期,折扣\n甲公司,-5,30,10\n乙公司,50000,9999,101\n丙公司,20000,45,8.5%\n", "utf-8"
    )
    code, out, _err = run("import", path)
    assert code == 0
    assert "Credit limit is 0.00 or more, not -5.00." in out
    assert "Payment terms is between 0 and 3,650, not 9,999." in out
    assert "Payment terms: 30 days" in run("credit", "甲公司")[1]
    assert "Credit limit: 50,000.00" in run("credit", "乙公司")[1]


def test_how_an_order_would_look(run: Run) -> None:
    code, out, _err = run("credit", "KH-1")
    assert code == 0
    assert "Free: 2,000.00" in out
    assert "Payment terms: 30 days" in out
    code, out, _err = run("credit", "KH-1", "--order", "5000")
    assert code == cli.REFUSED
    assert "3,000.00 over the limit" in out
    assert json.loads(run("credit", "KH-1", "--order", "1500", "--json")[1])["verdict"] == "warns"
    assert run("credit", "KH-2", "--order", "99999")[0] == 0


@pytest.mark.parametrize(
    ("limit", "owed", "grade", "extra", "verdict"),
    [
        (None, 10**12, None, 0, credit.OK),
        (1000, 0, None, 0, credit.OK),
        (1000, -500, None, 1500, credit.WARNS),
        (1000, 1000, None, 0, credit.WARNS),
        (1000, 1000, "good", 1, credit.BLOCKS),
        (0, 0, None, 0, credit.OK),
        (0, 0, None, 1, credit.BLOCKS),
        (None, 0, "stop", 0, credit.OK),
        (10**9, 0, "stop", 1, credit.BLOCKS),
        (10**9, -5, "stop", 5, credit.OK),
        (10**9, 1, "watch", 0, credit.WARNS),
        (10**9, 0, "watch", 0, credit.OK),
    ],
)
def test_the_outlook(limit: int | None, owed: int, grade: str | None, extra: int, verdict: str) -> None:
    found = credit.outlook(limit, owed, grade, extra)
    assert found.verdict == verdict
    assert (found.why is None) == (verdict == credit.OK)
    assert found.over == (0 if limit is None else max(owed + extra - limit, 0))
