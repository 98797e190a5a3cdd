"""`freecrm tidy` and `freecrm scores`: listed, written as one step, refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from freecrm import cli
from freecrm.modules import model
from freecrm.store.database import open_store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command on a file with three untidy customers; (exit code, stdout, stderr)."""
    path = tmp_path / "firm.freecrm"
    store = open_store(path, model())
    with store.step("New") as step:
        user = step.insert("user", {"name": "陈思远"})
        for name, number in (("晴川　", "138 0000 1203"), ("百川", "13800001204"), ("北麓", "123")):
            values = {"name": name, "phones": [{"number": number}], "owner_user": user}
            step.insert("customer", values)
    store.close()

    def made(*words: str, language: str = "en") -> tuple[int, str, str]:
        code = cli.main(["--file", str(path), "--language", language, *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return made


def test_lists_what_could_be_written_better(run: Run) -> None:
    code, out, _err = run("tidy")
    assert code == 0
    assert "phone  Phones in one form: 2" in out
    assert "晴川　: '138 0000 1203' → '+8613800001203'" in out
    assert "phone_told  Phones to look at: 1" in out
    assert "北麓: '123' → needs a look" in out
    found = json.loads(run("tidy", "--json")[1])
    assert [one["kind"] for one in found["suggestions"]] == ["phone", "phone", "spaces", "phone_told"]
    assert found["accepted"] == 0


def test_accepts_a_kind_as_one_step_that_can_be_undone(run: Run) -> None:
    code, out, _err = run("tidy", "--accept", "phone")
    assert code == 0
    assert "2 values tidied." in out
    assert "freecrm undo 2" in out
    assert "phone  " not in run("tidy")[1]
    run("undo")
    assert "phone  Phones in one form: 2" in run("tidy")[1]


def test_a_dry_run_writes_nothing(run: Run) -> None:
    assert "Nothing was written (--dry-run)." in run("tidy", "--accept", "phone", "--dry-run")[1]
    assert "phone  Phones in one form: 2" in run("tidy")[1]


def test_refuses_unknown_kinds_and_those_only_people_can_decide(run: Run) -> None:
    for kind in ("phones", "phone_told"):
        code, _out, err = run("tidy", "--accept", kind)
        assert code == 1
        assert f"There is no kind “{kind}” that can be accepted. There are: phone, address" in err
    assert run("tidy", "--accept", "tags")[1] == "There is nothing of this kind to be tidied.\n"


def test_scores_by_owner(run: Run) -> None:
    code, out, _err = run("scores")
    assert (code, out) == (0, "陈思远\t3\t33 %\t100 %\n")
    assert json.loads(run("scores", "--json")[1])[0]["complete"] == 33
    code, _out, err = run("scores", "--what", "phone")
    assert code == 1
    assert "nothing called “phone”" in err
    assert run("scores", "--what", "contact", language="zh_CN")[0] == 0
