"""The command line as it is typed, in both languages, without a display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from freecrm import cli
from freecrm.cli.parser import parser
from freecrm.core.settings import SETTINGS
from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store.database import open_store
from freecrm.ui.preferences import Preferences
from tests import boards

DATA = Path(__file__).parent / "data"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command on a file of its own; (exit code, stdout, stderr)."""

    def made(*words: str, language: str = "en") -> tuple[int, str, str]:
        code = cli.main(["--file", str(tmp_path / "firm.freecrm"), "--language", language, *map(str, words)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return made


def parsed(answer: tuple[int, str, str]) -> Any:
    code, out, _err = answer
    assert code == 0, answer
    return json.loads(out)


def test_the_main_job(run: Run) -> None:
    report = parsed(run("import", DATA / "customers_2026.xlsx", "--json"))
    assert report["rows"] == 1286
    assert sum(report[k] for k in ("new", "changed", "same", "doubtful", "skipped", "rejected")) == 1286
    assert (report["step"], report["unread"]) == (1, 68)
    code, out, _ = run("find", "lxt")
    assert code == 0
    assert "林" in out or "李" in out or "罗" in out
    code, out, _ = run("undo")
    assert code == 0
    assert "Undo: Import customers_2026.xlsx" in out
    assert run("find", "lxt")[0] == cli.NOTHING
    assert run("redo")[0] == 0
    assert run("find", "lxt")[0] == 0
    assert run("check")[:2] == (0, "All is well.\n")


def test_dry_run_writes_nothing(run: Run) -> None:
    report = parsed(run("import", DATA / "customers.xlsx", "--dry-run", "--json"))
    assert (report["step"], report["rows"]) == (None, 60)
    _code, out, _ = run("import", DATA / "customers.xlsx", "--dry-run")
    assert "Nothing was written" in out
    assert run("find", "海桥")[0] == cli.NOTHING


def test_it_speaks_chinese(run: Run) -> None:
    code, out, _ = run("import", DATA / "customers.csv", language="zh_CN")
    assert code == 0
    assert "客户名称" in out
    assert "第 1 步" in out
    assert not [line for line in out.splitlines() if "Decided for you" in line or "left out" in line]
    assert run("check", language="zh_CN")[1].strip() not in ("", "All is well.")


def test_find_tells_who_and_where(run: Run) -> None:
    run("import", DATA / "customers.xlsx")
    hits = parsed(run("find", "海桥净水", "--json"))
    assert hits[0]["name"].startswith("海桥净水设备")
    assert hits[0]["phone"] == "+8615000002554"
    assert parsed(run("find", "2554", "--json"))[0]["name"]
    code, _out, err = run("find", "nobody at all")
    assert (code, "Nothing was found" in err) == (cli.NOTHING, True)


def test_columns_rows_and_words_can_be_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("客户名称,甲,乙\n鹿溪堂茶业,展会,x\n百川印务,官网,y\n", encoding="utf-8")
    report = parsed(
        run("import", path, "--to", "甲=customer.source", "--to", "乙=", "--row", "3=skip", "--json")
    )
    assert [c["to"] for c in report["columns"]] == ["customer.name", "customer.source", ""]
    code, _out, err = run("import", path, "--to", "甲=customer.colour")
    assert code == cli.REFUSED
    assert "There is no field “customer.colour”" in err
    assert run("import", path, "--row", "three=skip")[0] == cli.REFUSED


def test_left_out_rows_come_back_as_a_workbook(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("客户名称,手机\n鹿溪堂茶业,13800004471\n,13800009034\n", encoding="utf-8")
    target = tmp_path / "left.xlsx"
    report = parsed(run("import", path, "--left-out", target, "--json"))
    assert report["rejected"] == 1
    from openpyxl import load_workbook

    rows = list(load_workbook(target).worksheets[0].iter_rows(values_only=True))
    assert "13800009034" in rows[1]
    assert any("is needed" in str(cell) for cell in rows[1])


def test_history_and_undo_of_one_step(run: Run) -> None:
    run("import", DATA / "customers.xlsx")
    run("import", DATA / "sales" / "accounts.csv")
    steps = parsed(run("history", "--json"))
    assert [s["n"] for s in steps] == [2, 1]
    taken = parsed(run("undo", "1", "--json"))
    assert taken["counts"]["customer"][2] > 50
    assert parsed(run("history", "--json"))[2]["undone"] is True
    code, _out, err = run("undo", "1")
    assert (code, "undone already" in err) == (cli.REFUSED, True)
    assert run("history")[1].count("\n") == 3
    assert parsed(run("history", "--bin", "--json")) == []


def test_doubles_backup_check(run: Run, tmp_path: Path) -> None:
    run("import", DATA / "customers.xlsx", "--doubtful", "new")
    groups = parsed(run("doubles", "--json"))
    assert any("海桥" in m["name"] for g in groups for m in g["members"])
    assert "groups of possible doubles" in run("doubles")[1]
    made = parsed(run("backup", "--to", tmp_path / "usb", "--json"))
    assert Path(made["file"]).exists()
    assert made["counts"]["customer"] == 60
    assert parsed(run("check", "--json")) == {"problems": []}


def test_merge(run: Run) -> None:
    run("import", DATA / "customers.xlsx", "--doubtful", "new")
    members = parsed(run("doubles", "--json"))[0]["members"]
    ids = [member["id"] for member in members]
    assert parsed(run("merge", "customer", *ids, "--dry-run", "--json"))["step"] is None
    made = parsed(run("merge", "customer", *ids, "--keep", ids[0], "--json"))
    assert made["kept"] == ids[0]
    code, _out, err = run("merge", "customer", *ids)
    assert (code, "no longer there" in err) == (cli.REFUSED, True)
    assert run("undo")[0] == 0
    for words, sentence in (
        (("customer", ids[0], ids[0]), "given twice"),
        (("customer", ids[0], "xyz"), "not the id of a record"),
        (("nonsense", *ids), "nothing called"),
    ):
        code, _out, err = run("merge", *words)
        assert (code, sentence in err) == (cli.REFUSED, True)


def test_export_and_bring_back(run: Run, tmp_path: Path) -> None:
    run("import", DATA / "customers.xlsx")
    target = tmp_path / "out.xlsx"
    assert parsed(run("export", target, "--json"))["rows"] > 50
    code, out, _ = run("bring-back", target, "--dry-run")
    assert code == 0
    assert "Nothing was written" in out
    assert run("export", tmp_path / "empty.xlsx", "--template")[0] == 0
    assert run("export", tmp_path / "people.vcf", "--what", "contact")[0] == 0
    assert run("export", tmp_path / "x.xlsx", "--what", "nonsense")[0] == cli.REFUSED


def test_refusals_are_sentences(run: Run, tmp_path: Path) -> None:
    code, _out, err = run("import", tmp_path / "missing.xlsx")
    assert code == cli.REFUSED
    assert err.strip()
    assert "Traceback" not in err
    answer = run("import", tmp_path / "missing.xlsx", "--json")
    assert json.loads(answer[1])["error"]
    (tmp_path / "other.freecrm").write_text(
        "not a database, only some text of more than a hundred characters " * 3
    )
    assert cli.main(["--file", str(tmp_path / "other.freecrm"), "find", "x"]) == cli.REFUSED


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path, run: Run) -> None:
    code, _out, err = run("find", "x")
    assert code == cli.REFUSED
    assert "There is no file" in err
    assert not (tmp_path / "firm.freecrm").exists()


def test_from_a_shell_without_a_display(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    env["FREECRM_FILE"] = str(tmp_path / "firm.freecrm")
    env["FREECRM_LANGUAGE"] = "zh_CN"
    command = [sys.executable, "-m", "freecrm", "import", str(DATA / "customers.xlsx"), "--json"]
    out = subprocess.run(command, capture_output=True, env=env, text=True, encoding="utf-8", check=True)
    assert json.loads(out.stdout)["rows"] == 60
    code = "import sys; from freecrm.cli import main; main(['check']); print('PySide6' in sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=env, text=True, encoding="utf-8", check=True
    )
    assert out.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"], ["find"], ["undo", "abc"], ["import"], ["history", "--limit", "x"], ["import", "a", "--known", "foo"],
        ["--bogus"], ["import", "a", "--map"], ["history", "--bin=1"],
    ],
)  # fmt: skip
def test_wrong_words_are_told_plainly(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for language, usage in (("en", "Usage: "), ("zh_CN", "")):
        with pytest.raises(SystemExit) as stopped:
            cli.main(["--language", language, *words])
        told = capsys.readouterr().err
        assert stopped.value.code == cli.USAGE
        assert usage in told
        assert not [
            word for word in ("error", "invalid", "argument") if word in told.replace("--", "").lower()
        ]


def test_undo_of_a_step_that_never_was(run: Run) -> None:
    run("import", DATA / "customers.xlsx")
    code, _out, err = run("undo", "9999")
    assert (code, "no step 9999" in err) == (cli.REFUSED, True)


def test_every_list_goes_out_and_on_paper(run: Run, tmp_path: Path) -> None:
    store = open_store(tmp_path / "firm.freecrm", model())
    boards.pipeline(store)
    listed = [page.entity for page in store.model.pages()]
    with store.step(N_("{field} changed"), field="x") as step:
        for name in ("A", "B"):
            customer = step.insert("customer", {"name": name})
            step.insert("receivable", {"customer": customer, "amount": 100_00})
            step.insert("receipt", {"customer": customer, "amount": 100_00})
            step.insert("activity", {"subject": name, "kind": "call"})
    store.close()
    for entity in listed:
        for words in (("export", tmp_path / "out.csv"), ("print", tmp_path / "out.pdf")):
            assert run(*words, "--what", entity)[0] == 0, (entity, words)
    for command in ("export", "print"):
        code, _out, err = run(command, tmp_path / "out.xlsx", "--what", "orders")
        assert code == 1
        assert "nothing called “orders”" in err
        assert all(entity in err for entity in listed)


@pytest.mark.parametrize("entity", ["activity", "quote", "sales_order", "receipt"])
def test_what_no_list_brings_in_has_no_template(run: Run, tmp_path: Path, entity: str) -> None:
    run("import", DATA / "customers.xlsx")
    code, _out, err = run("export", tmp_path / "empty.xlsx", "--template", "--what", entity)
    assert code == cli.REFUSED
    assert "are not imported from lists" in err
    assert not (tmp_path / "empty.xlsx").exists()


def test_a_template_answers_in_json(run: Run, tmp_path: Path) -> None:
    run("import", DATA / "customers.xlsx")
    answer = parsed(run("export", tmp_path / "empty.xlsx", "--template", "--json"))
    assert answer["file"].endswith("empty.xlsx")


def test_our_own_mistake_ends_in_a_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_warnings: list[Any]
) -> None:
    monkeypatch.setattr("freecrm.cli.log.show", lambda _options: 1 // 0)
    code, _out, err = run("history")
    assert code == cli.REFUSED
    assert "Traceback" not in err
    assert "crash.txt" in err
    assert "ZeroDivisionError" in Path(err.split(" is in ")[1].split(";")[0]).read_text(encoding="utf-8")
    assert len(log_warnings) == 1


def test_columns_are_named_in_the_readers_language(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("First Name,Last Name,Company,Home City\nAnn,Lee,Acme,Bath\n", encoding="utf-8")
    _code, out, _err = run("import", path, "--dry-run", language="zh_CN")
    assert "given" not in out
    assert "home" not in out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_that_finds_no_room(run: Run, tmp_path: Path) -> None:
    run("import", DATA / "customers.xlsx")
    command = [sys.executable, "-m", "freecrm", "--language", "en", "--file", str(tmp_path / "firm.freecrm")]
    with open("/dev/full", "w") as full:
        ended = subprocess.run([*command, "find", "海"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == cli.REFUSED
    assert ended.stderr.startswith("The disk is full")


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREECRM_HOME", str(tmp_path / "home"))


def test_settings_are_listed_shown_and_set(run: Run, at_home: None) -> None:
    run("import", DATA / "customers.xlsx")
    assert parsed(run("settings", "--json")).keys() == SETTINGS.keys()
    assert run("settings", "firm.name", "禾川净水设备")[0] == 0
    assert parsed(run("settings", "firm.name", "--json")) == {"firm.name": "禾川净水设备"}
    assert run("settings", "backup.daily", "no")[1] == "backup.daily = False\tBack up every day: No\n"
    assert "每天备份" in run("settings", "backup.daily", language="zh_CN")[1]
    code, _out, err = run("settings", "backup.keep_days", "0")
    assert (code, "It takes: 1–365" in err) == (cli.REFUSED, True)
    assert run("settings", "backup.keep_days", "soon")[0] == cli.REFUSED
    code, _out, err = run("settings", "firm.colour")
    assert (code, "There is no setting" in err) == (cli.REFUSED, True)


def test_settings_of_the_computer_need_no_file(run: Run, at_home: None, tmp_path: Path) -> None:
    assert parsed(run("settings", "look.theme", "dark", "--json")) == {"look.theme": "dark"}
    assert Preferences(tmp_path / "home").get("look.theme") == "dark"
    Preferences(tmp_path / "home").set("look.zoom", 120)
    assert parsed(run("settings", "look.zoom", "--json")) == {"look.zoom": 120}
    assert run("settings", "look.zoom", "300")[0] == cli.REFUSED
    assert not (tmp_path / "firm.freecrm").exists()


def test_every_command_is_there() -> None:
    from importlib import import_module

    commands = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert len(commands) >= 12
    for made in commands.values():  # type: ignore[union-attr]
        module, _dot, name = made.get_default("run").partition(".")
        assert callable(getattr(import_module(f"freecrm.cli.{module}"), name))


def test_a_backup_is_listed_looked_into_and_restored(run: Run, tmp_path: Path) -> None:
    assert run("restore")[0] == cli.NOTHING
    run("import", DATA / "customers.xlsx")
    copy = parsed(run("backup", "--json"))["file"]
    run("undo")
    (listed,) = parsed(run("restore", "--json"))
    assert (listed["file"], listed["proven"], listed["counts"]["customer"]) == (copy, True, 55)
    assert "proven" in run("restore")[1]
    code, out, _ = run("restore", copy, "--dry-run")
    assert (code, "Customers: 55" in out, "Nothing was written" in out) == (0, True, True)
    assert run("find", "海桥")[0] == cli.NOTHING
    code, out, _ = run("restore", copy)
    assert code == 0
    assert "before restore.freecrm" in out
    assert run("find", "海桥")[0] == 0
    assert run("restore", tmp_path / "none.freecrm")[0] == cli.REFUSED


def test_print(run: Run, tmp_path: Path) -> None:
    run("import", DATA / "customers.xlsx")
    target = tmp_path / "customers.pdf"
    made = parsed(run("print", target, "--paper", "A5", "--json"))
    assert made["rows"] > 50
    assert made["pages"] > 1
    assert target.read_bytes().startswith(b"%PDF")
    code, said, _err = run("print", tmp_path / "people.pdf", "--what", "contact", "--turn", "landscape")
    assert code == 0
    assert "people.pdf" in said
    assert run("print", tmp_path / "x.pdf", "--what", "nonsense")[0] == cli.REFUSED


def test_holidays_of_a_year_are_taken_in(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "next.json"
    table.write_text(
        '{"year": 2027,\n "holidays": {"2027-01-01": "元旦"}, "workdays": {"2027-01-09": "元旦"}}', "utf-8"
    )
    assert run("holidays", "--year", "2027")[0] == cli.NOTHING
    assert "1 days off, 1 weekend days worked" in run("holidays", table)[1]
    code, out, _err = run("holidays", "--year", "2027", language="zh_CN")
    assert (code, out) == (0, "2027-01-01 周五  休  元旦\n2027-01-09 周六  班  元旦\n")
    assert parsed(run("holidays", "--json"))["files"][0]["year"] == 2027
    table.write_text('{"year": 2027,\n "holidays": {"2027-02-30": "元旦"}}', "utf-8")
    code, _out, err = run("holidays", table)
    assert code == cli.REFUSED
    assert "Line 2 of next.json: “2027-02-30” isn't a day" in err


def test_calendars_in_and_out(run: Run, tmp_path: Path) -> None:
    bad = DATA / "ics" / "bad.ics"
    assert parsed(run("import", bad, "--dry-run", "--json"))["step"] is None
    code, out, _err = run("import", bad)
    assert code == 0
    assert "6 new activities" in out
    assert "Line 12: Ends before it begins — It ends at" in out
    report = parsed(run("import", bad, "--json"))
    assert (report["new"], report["same"], report["lost"], report["step"]) == (0, 6, 6, None)
    target = tmp_path / "out.ics"
    assert parsed(run("export", target, "--json"))["activities"] == 6
    assert (
        parsed(
            run("export", "--ics", "--since", "2026-04-02", "--until", "2026-04-03", tmp_path / "x", "--json")
        )["activities"]
        == 2
    )
    assert run("export", target, "--of", "nobody")[0] == cli.REFUSED
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_lists_of_other_things_come_in_too(run: Run) -> None:
    for name in ("sales_teams", "accounts", "products"):
        assert run("import", DATA / "sales" / f"{name}.csv")[0] == 0
    report = parsed(run("import", DATA / "sales" / "sales_pipeline.csv", "--json"))
    assert (report["rows"], report["new"], report["left_out"]) == (1100, 1100, [])
    code, out, _err = run("import", DATA / "sales" / "sales_pipeline.csv", "--dry-run", language="zh_CN")
    assert code == 0
    assert "没有客户的行" in out
    assert run("import", DATA / "sales" / "accounts.csv", "--as", "product", "--dry-run")[0] == 0
