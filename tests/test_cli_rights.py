"""The command line is held to the same rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from freecrm import cli
from freecrm.modules import model
from freecrm.store import passwords, user_roles
from freecrm.store.database import open_store
from freecrm.store.user_roles import Draft

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    path = tmp_path / "firm.freecrm"
    store = open_store(path, model())
    with store.step("New") as step:
        lin = step.insert("user", {"name": "林"})
        chen = step.insert("user", {"name": "陈"})
        step.insert("customer", {"name": "云杉谷酒店", "owner_user": lin})
        step.insert("customer", {"name": "云杉谷茶业", "owner_user": chen})
    grants = {("*", "see"): "own", ("*", "export"): "none", ("*", "change"): "own", ("*", "create"): "none"}
    user_roles.give(store, chen, user_roles.save(store, None, Draft("Sales", grants=grants)))
    passwords.turn_on(store, lin, "correct horse")
    passwords.set_password(store, chen, "battery staple")
    store.close()

    def made(*words: str, password: str | None = None, language: str = "en") -> tuple[int, str, str]:
        if password is None:
            monkeypatch.delenv("FREECRM_PASSWORD", raising=False)
        else:
            monkeypatch.setenv("FREECRM_PASSWORD", password)
        code = cli.main(["--file", str(path), "--language", language, *map(str, words)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return made


def test_nobody_works_without_a_password(run: Run) -> None:
    code, out, err = run("find", "云杉")
    assert (code, out) == (1, "")
    assert "Say who you are" in err
    assert "A password is needed" in run("--user", "陈", "find", "云杉")[2]
    assert "密码" in run("--user", "陈", "find", "云杉", password="x", language="zh_CN")[2]
    assert run("--user", "陈", "find", "云杉", password="wrong")[0] == 1


def test_each_sees_and_does_what_the_role_allows(run: Run, tmp_path: Path) -> None:
    found = json.loads(run("--user", "陈", "find", "云杉", "--json", password="battery staple")[1])
    assert "云杉谷茶业" in str(found)
    assert "云杉谷酒店" not in str(found)
    both = run("find", "云杉", "--user", "林", password="correct horse")[1]
    assert "云杉谷茶业" in both
    assert "云杉谷酒店" in both
    target = tmp_path / "out.xlsx"
    code, _out, err = run("--user", "陈", "export", target, password="battery staple")
    assert code == 1
    assert "do not let you export" in err
    assert not target.exists()
    assert run("--user", "林", "export", target, password="correct horse")[0] == 0
    source = tmp_path / "new.csv"
    source.write_text("客户名称\n北麓电子\n", "utf-8")
    code, _out, err = run("--user", "陈", "import", source, password="battery staple")
    assert code == 1
    assert "do not let you create" in err
    code, _out, err = run("--user", "陈", "backup", "--to", tmp_path, password="battery staple")
    assert (code, "holds everything" in err) == (1, True)
    code, _out, err = run("--user", "陈", "settings", "firm.name", "Mine", password="battery staple")
    assert (code, "whole firm" in err) == (1, True)
