"""The commands for a team's database and a file's part in it, as they are typed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from freecrm import cli
from freecrm.modules import model
from freecrm.store import colleagues
from freecrm.store.database import open_store
from freecrm.sync import joining, setup
from tests.sync.postgres import PASSWORD, Postgres, programs
from tests.sync.test_team_window import safe  # noqa: F401

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command of somebody, a line typed into it: (exit code, stdout, stderr)."""
    bin = programs()
    assert bin is not None
    monkeypatch.setenv("PATH", str(bin), prepend=":")

    def made(who: str, *words: object, typed: str = "", language: str = "en") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        path = tmp_path / f"{who}.freecrm"
        code = cli.main(["--file", str(path), "--language", language, *map(str, words)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return made


@pytest.fixture
def to(postgres: Postgres) -> tuple[str, ...]:
    postgres.databases += 1
    words = f"host=127.0.0.1 port={postgres.port} user=postgres password={PASSWORD!r} dbname=postgres"
    return ("--to", words.replace('"', "'"), "--database", f"office{postgres.databases}")


def test_from_nothing_to_two_computers(
    run: Run, to: tuple[str, ...], tmp_path: Path, postgres: Postgres
) -> None:
    join = tmp_path / "firm.freecrm-team"
    name = to[-1]
    made = run("x", "server", "init", *to, "--name", "禾川净水设备", "--host", "127.0.0.1", "--join", join)
    assert made[0] == 0, made
    before = join.read_bytes()
    again = run("x", "server", "init", *to)
    assert again[0] == 0
    assert "is up to date with this FreeCRM" in again[1]
    assert join.read_bytes() == before
    assert "still called" not in again[1]
    other = tmp_path / "other.freecrm-team"
    code, out, _err = run("x", "server", "init", *to, "--name", "别的公司", "--join", other)
    assert code == 0
    assert "still called “禾川净水设备”" in out
    assert joining.read(other)[0] == "禾川净水设备"
    renewed = run("x", "server", "renew", *to)
    assert renewed[0] == 0, renewed
    assert "works as this FreeCRM does now" in renewed[1]
    assert (
        run(
            "x", "server", "add", f"{name}_shen", *to, "--person", "沈知远", "--owner", typed="sehr geheim\n"
        )[0]
        == 0
    )
    code, out, _err = run("x", "server", "add", f"{name}_lin", *to, "--person", "林晓棠")
    assert code == 0
    password = out.partition("Password: ")[2].partition("\n")[0]
    assert len(password) >= 16

    code, out, err = run("shen", "team", "join", join, "--login", f"{name}_shen", typed="wrong\n")
    assert (code, out) == (cli.REFUSED, "")
    assert "does not take this name and password" in err
    code, out, err = run("shen", "team", "join", join, "--login", f"{name}_shen", typed="sehr geheim\n")
    assert code == 0, err
    assert "This file belongs to the team “禾川净水设备” now." in out
    customers = Path(__file__).parents[1] / "data" / "customers.xlsx"
    assert run("shen", "import", customers)[0] == 0
    assert run("shen", "team", "status")[1].splitlines()[-1] != "  Waiting to go out: 0"
    assert run("shen", "team", "sync", typed="sehr geheim\n")[0] == 0
    assert run("shen", "team", "password", typed="falsch\ngeheimer als je\n")[0] == cli.REFUSED
    assert (
        run("shen", "team", "password", typed="sehr geheim\ngeheimer als je\n")[1]
        == "The password is changed.\n"
    )
    assert run("shen", "team", "sync", typed="geheimer als je\n")[0] == 0
    assert run("lin", "team", "join", join, "--login", f"{name}_lin", typed=f"{password}\n")[0] == 0
    shown = [json.loads(run(who, "find", "酒店", "--limit", "500", "--json")[1]) for who in ("shen", "lin")]
    assert shown[0]
    assert {hit["id"] for hit in shown[0]} == {hit["id"] for hit in shown[1]}

    code, out, _err = run("x", "server", "status", *to, "--json")
    found = json.loads(out)
    assert {one["login"]: (one["name"], one["admin"]) for one in found["members"]} == {
        f"{name}_shen": ("沈知远", True),
        f"{name}_lin": ("林晓棠", False),
    }
    assert "林晓棠" in run("x", "server", "status", *to, language="zh_CN")[1]
    assert run("x", "server", "unblock", *to)[1] == "Nothing blocks.\n"
    kept = tmp_path / "firm.dump"
    for action, missing in (("backup", "Which file? "), ("purge", "Which record? "), ("end", "Who? ")):
        code, _out, err = run("x", "server", action, *to)
        assert code != 0
        assert missing in err
    assert run("x", "server", "backup", kept, *to)[0] == 0
    assert kept.read_bytes()[:5] == b"PGDMP"

    assert "may read" in run("x", "server", "report", f"{name}_bi", *to, typed="nur zu lesen\n")[1]
    words = {"host": "127.0.0.1", "port": postgres.port, "dbname": name, "user": f"{name}_bi"}
    with psycopg.connect(**words, password="nur zu lesen", autocommit=True) as tool:
        rows = tool.execute(
            "SELECT name, credit_limit FROM report.customer WHERE name LIKE '%酒店%'"
        ).fetchall()
        assert len(rows) >= 1
        with pytest.raises(psycopg.Error):
            tool.execute("UPDATE report.customer SET name = 'x'")
        with pytest.raises(psycopg.Error):
            tool.execute("SELECT sync.hello('{}')")

    code, _out, err = run(
        "x", "server", "add", f"{name}_lin", *to, "--person", "林小棠", typed="ganz neu jetzt\n"
    )
    assert code == cli.REFUSED
    assert f"“{name}_lin” is the login of “林晓棠”, not of “林小棠”. Nothing was changed." in err
    assert run("lin", "team", "sync", typed=f"{password}\n")[0] == 0

    code, out, _err = run("x", "server", "end", f"{name}_lin", *to)
    assert code == 0
    assert "“林晓棠” is marked “Has left”" in out
    assert left(tmp_path, run) == {"林晓棠"}
    code, _out, err = run("lin", "team", "sync", typed=f"{password}\n")
    assert code == cli.REFUSED
    assert "access to the team's database has ended" in err
    assert run("lin", "find", "酒店")[0] == 0  # what is here stays
    code, _out, err = run("x", "server", "end", "postgres", *to)
    assert code == cli.REFUSED
    assert "Nobody signs in as “postgres”" in err

    assert run("x", "server", "add", f"{name}_lin", *to, typed="wieder zurueck\n")[0] == 0
    assert left(tmp_path, run) == set()
    code, _out, err = run("lin", "team", "sync", typed="wieder zurueck\n")
    assert code == 0, err


@pytest.mark.usefixtures("safe")
def test_a_password_set_anew_is_asked_for(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    join, login = tmp_path / "firm.freecrm-team", f"{to[-1]}_lin"
    assert run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)[0] == 0
    assert run("x", "server", "add", login, *to, "--person", "林晓棠", typed="das allererste\n")[0] == 0
    assert run("lin", "team", "join", join, "--login", login, typed="das allererste\n")[0] == 0
    assert run("lin", "team", "sync")[0] == 0  # it is in the safe
    assert run("x", "server", "add", login, *to, typed="das zweite\n")[0] == 0
    code, _out, err = run("lin", "team", "sync", typed="das zweite\n")
    assert code == 0, err
    assert "does not take this name and password" in err  # of the one that was kept
    assert run("lin", "team", "sync")[2] == ""  # that one is kept now


def left(folder: Path, run: Run) -> set[str]:
    """Who has left, as the file of Shen says once it has exchanged."""
    assert run("shen", "team", "sync", typed="geheimer als je\n")[0] == 0
    store = open_store(folder / "shen.freecrm", model(), create=False)
    try:
        people = colleagues.everyone(store)
    finally:
        store.close()
    assert {"林晓棠", "沈知远"} <= {one.name for one in people}
    return {one.name for one in people if one.left}


def test_leaving_keeps_what_is_there(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    join = tmp_path / "firm.freecrm-team"
    run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)
    login = f"{to[-1]}_a"
    run("x", "server", "add", login, *to, "--owner", typed="sehr geheim\n")
    assert run("a", "team", "join", join, "--login", login, typed="sehr geheim\n")[0] == 0
    assert run("a", "import", Path(__file__).parents[1] / "data" / "customers.xlsx")[0] == 0
    code, _out, err = run("a", "team", "leave")
    assert code == cli.REFUSED
    assert "nobody else has yet" in err
    assert run("a", "team", "leave", "--anyway")[0] == 0
    assert run("a", "find", "酒店")[0] == 0
    assert run("a", "team", "status")[:2] == (cli.NOTHING, "This file belongs to no team.\n")
    assert run("a", "team", "sync")[0] == cli.REFUSED


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("server", "status", "--to", "host=127.0.0.1 port=1 user=postgres"), "No PostgreSQL answers there"),
        (("server", "status", "--to", "rubbish"), "isn't understood"),
        (("server", "init", "--ca", "nowhere.pem"), "can't be read"),
        (("server", "add"), "Who?"),
        (("server", "purge", "no-id"), "is no id"),
        (("server", "purge", "0" * 34), "is no id"),
        (("team", "join"), "Say with which join file"),
    ],
)
def test_what_is_missing_is_said(run: Run, words: tuple[str, ...], said: str) -> None:
    code, _out, err = run("x", *words)
    assert code == cli.REFUSED
    assert said in err


def test_without_the_administrators_password_it_is_asked_for(
    run: Run, to: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    bare = to[1].replace(f"password={PASSWORD!r}", "")
    code, _out, err = run("x", "server", "status", to[0], bare)
    assert code == cli.REFUSED
    assert "PGPASSWORD" in err
    assert "No PostgreSQL answers" not in err


def test_what_is_named_last_is_found_behind_the_options(
    run: Run, to: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    join = tmp_path / "firm.freecrm-team"
    run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)
    login = f"{to[-1]}_shen"
    assert run("x", "server", "add", *to, "--person", "shen", login, typed="sehr geheim\n")[0] == 0
    assert run("shen", "team", "join", "--login", login, join, typed="sehr geheim\n")[0] == 0
    with pytest.raises(SystemExit):
        run("x", "server", "add", login, *to, "more")
    assert "There is no such word here: more." in capsys.readouterr().err


def test_a_wrong_administrator_is_let_in_nowhere(run: Run, to: tuple[str, ...]) -> None:
    code, _out, err = run("x", "server", "status", to[0], to[1].replace(PASSWORD, "wrong"))
    assert code == cli.REFUSED
    assert "PostgreSQL doesn't let us in" in err


def test_a_wrong_login_is_refused(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    run("x", "server", "init", *to, "--join", tmp_path / "firm.freecrm-team")
    for login in ("fc_writer", " lin", "x" * 80):
        code, _out, err = run("x", "server", "add", login, *to, typed="sehr geheim\n")
        assert code == cli.REFUSED
        assert "can't be a login" in err


def test_a_file_goes_there_and_back(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    join = tmp_path / "firm.freecrm-team"
    run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)
    for who in ("shen", "lin"):
        login = f"{to[-1]}_{who}"
        run("x", "server", "add", login, *to, "--person", who, "--owner", typed="sehr geheim\n")
        assert run(who, "team", "join", join, "--login", login, typed="sehr geheim\n")[0] == 0
    assert run("lin", "import", Path(__file__).parents[1] / "data" / "customers.xlsx")[0] == 0
    out = tmp_path / "lin.freecrm-out"
    code, said, err = run("lin", "team", "write-file", out)
    assert code == 0, err
    assert f"{out} is written. Changes in it: " in said
    code, said, err = run("shen", "team", "carry", out, typed="sehr geheim\n")
    assert code == 0, err
    assert "Carried in for lin" in said
    answer = tmp_path / "lin.freecrm-in"
    assert str(answer) in said
    code, said, err = run("lin", "team", "read-file", answer)
    assert code == 0, err
    assert said.startswith("Sent: ")
    assert run("lin", "team", "status")[1].splitlines()[-1] == "  Waiting to go out: 0"
    assert run("shen", "team", "sync", typed="sehr geheim\n")[0] == 0
    assert "酒店" in run("shen", "find", "酒店")[1]

    # at the server itself, by whoever looks after it
    assert run("lin", "team", "write-file", out)[0] == 0
    other = tmp_path / "again.freecrm-in"
    code, said, err = run("x", "server", "carry", out, *to, "--answer", other, language="zh_CN")
    assert code == 0, err
    assert "已代 lin" in said
    assert run("lin", "team", "read-file", other)[1] == "Sent: 0, received: 0\n"

    out.write_bytes(out.read_bytes()[:-7])
    for words in (("team", "carry", out), ("server", "carry", out, *to)):
        code, said, err = run("shen", *words, typed="sehr geheim\n")
        assert (code, said) == (cli.REFUSED, "")
        assert "damaged or cut off" in err
    assert "不完整" in run("shen", "team", "carry", out, language="zh_CN")[2]
    for words in (("team", "carry"), ("team", "write-file"), ("team", "read-file"), ("server", "carry", *to)):
        code, _said, err = run("shen", *words)
        assert code == cli.REFUSED
        assert "Which file?" in err


def test_what_a_computer_holds(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    join = tmp_path / "firm.freecrm-team"
    run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)
    login = f"{to[-1]}_a"
    run("x", "server", "add", login, *to, "--owner", typed="sehr geheim\n")
    assert run("a", "team", "part")[0] == cli.REFUSED
    assert run("a", "team", "join", join, "--login", login, typed="sehr geheim\n")[0] == 0
    assert run("a", "team", "part")[1] == "Everything that I may see\n"
    assert "one of: all, own, team, region" in run("a", "team", "part", "mine")[2]
    assert "at least one province" in run("a", "team", "part", "region")[2]
    code, said, _err = run("a", "team", "part", "region", "--places", "浙江", "上海")
    assert (code, said) == (
        0,
        "With the next exchange this computer holds: Customers in 浙江, 上海, and what is mine\n",
    )
    assert run("a", "team", "sync", typed="sehr geheim\n")[0] == 0
    held = json.loads(run("a", "team", "status", "--json")[1])
    assert (held["part"], held["places"]) == ("region", ["浙江", "上海"])
    assert "浙江、上海的客户" in run("a", "team", "status", language="zh_CN")[1]


def test_an_older_database_is_brought_up_to_date(
    run: Run, to: tuple[str, ...], tmp_path: Path, postgres: Postgres
) -> None:
    join = tmp_path / "firm.freecrm-team"
    run("x", "server", "init", *to, "--host", "127.0.0.1", "--join", join)
    login = f"{to[-1]}_a"
    run("x", "server", "add", login, *to, "--owner", typed="sehr geheim\n")
    assert run("a", "team", "join", join, "--login", login, typed="sehr geheim\n")[0] == 0
    assert run("a", "import", Path(__file__).parents[1] / "data" / "customers.xlsx")[0] == 0
    assert run("a", "team", "sync", typed="sehr geheim\n")[0] == 0
    assert run("x", "server", "report", f"{to[-1]}_bi", *to, typed="nur zu lesen\n")[0] == 0
    with postgres.admin(to[-1]) as admin:  # as the program before left it
        admin.execute("DROP POLICY part ON sync.rec")
        for name in (
            "carry_open",
            "carry_push",
            "carry_pull",
            "carry_close",
            "receipts",
            "near",
            "listing",
            "give_key",
        ):
            admin.execute(f"DROP FUNCTION sync.{name}")
        admin.execute("DROP TABLE sync.key, sync.receipt; UPDATE sync.server SET version = 1")
        records = admin.execute("SELECT count(*) FROM sync.rec").fetchone()
    assert "freecrm server renew" in run("x", "server", "status", *to)[2]
    code, said, err = run("x", "server", "init", *to)
    assert code == 0, err
    assert "up to date with this FreeCRM" in said
    assert "renew" not in run("x", "server", "status", *to)[2]
    with postgres.admin(to[-1]) as admin:
        assert admin.execute("SELECT count(*) FROM sync.rec").fetchone() == records
        assert admin.execute("SELECT version FROM sync.server").fetchone() == (setup.VERSION,)
    assert run("a", "team", "sync", typed="sehr geheim\n")[0] == 0
    assert run("a", "team", "write-file", tmp_path / "a.freecrm-out")[0] == 0
    assert run("x", "server", "carry", tmp_path / "a.freecrm-out", *to)[0] == 0
    words = {"host": "127.0.0.1", "port": postgres.port, "dbname": to[-1], "user": f"{to[-1]}_bi"}
    with psycopg.connect(**words, password="nur zu lesen", autocommit=True) as tool:
        assert tool.execute("SELECT count(*) FROM report.customer").fetchone()[0] > 0  # type: ignore[index]
    with postgres.admin(to[-1]) as admin:
        admin.execute("UPDATE sync.server SET version = 99")
    code, _said, err = run("x", "server", "init", *to)
    assert code == cli.REFUSED
    assert "A newer FreeCRM made" in err


def test_a_password_that_is_too_short_lets_nobody_in(run: Run, to: tuple[str, ...], tmp_path: Path) -> None:
    login = f"{to[-1]}_lin"
    run("x", "server", "init", *to, "--join", tmp_path / "join")
    code, _out, err = run("x", "server", "add", login, *to, "--owner", typed="123\n")
    assert code
    assert "too short: 10 characters" in err
    assert login not in run("x", "server", "status", *to)[1]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "pg_dump: error: aborting because of server version mismatch\n"
            "pg_dump: detail: server version: 18.4; pg_dump version: 15.18",
            "pg_dump is older than the server's PostgreSQL",
        ),
        (
            "pg_dump: error: could not write to file: No space left on device",
            "written: could not write to file: No",
        ),
    ],
)
def test_a_backup_that_fails_says_why(
    run: Run, to: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    """As the pg_dump of another version, or of a full disk, says it."""
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    code, _out, err = run("x", "server", "backup", tmp_path / "kept", *to)
    assert code == cli.REFUSED
    assert told in err
    assert not list(tmp_path.glob("kept*"))
