"""Files to and from a computer without a network: they count as if it had been connected, whoever carries them; and
nothing that happens to them on the way does harm."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest

from freecrm.core.problems import Known
from freecrm.core.words import use
from freecrm.modules import model
from freecrm.sync import books, letters, outbox, sealing, secrets, setup
from freecrm.sync.brake import Braked
from freecrm.sync.carrying import Carried, carry, read, write
from freecrm.sync.exchange import Outcome
from freecrm.sync.letters import Letter
from tests.sync.conftest import Desktop, Firm

Pair = tuple[Desktop, Desktop]


class Stick:
    """What lies between two computers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def file(self, end: str) -> Path:
        self.count += 1
        return self.folder / f"{self.count}{end}"

    def write(self, desktop: Desktop, **more: Any) -> Path:
        path = self.file(".freecrm-out")
        write(desktop.store, path, **more)
        return path

    def carry(self, carrier: Desktop, path: Path, **more: Any) -> Path:
        to = self.file(".freecrm-in")
        self.said: Carried = carry(carrier.server, Letter(path), to, **more)
        return to

    def read(self, desktop: Desktop, path: Path) -> Outcome:
        return read(desktop.store, Letter(path))

    def round(self, desktop: Desktop, carrier: Desktop) -> Outcome:
        """All the way there and back."""
        return self.read(desktop, self.carry(carrier, self.write(desktop)))


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    folder = tmp_path / "stick"
    folder.mkdir()
    return Stick(folder)


def far(desktop: Desktop) -> Desktop:
    """The cable is out."""
    desktop.cut()
    return desktop


def state(desktop: Desktop) -> dict[str, Any]:
    """Everything in a file but counters of its own."""
    c = desktop.store.read()
    tables = [
        *desktop.store.model.entities,
        "change",
        "step",
        "sync_meta",
        "sync_sealed",
        "sync_sent",
        "sync_note",
    ]
    return {name: c.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in tables}


def test_there_and_back(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C", phones=[{"number": "+8657100006600"}])
    firm.settle()
    far(a)
    a.set("customer", id, grade="A")
    mine = a.add(name="远处的客户", phones=[{"number": "+8657100007700"}])
    theirs = b.add(name="近处的客户")
    b.sync()
    out = stick.write(a)
    answer = stick.carry(b, out)
    assert (stick.said.device, stick.said.batches) == ("PC of lin", 1)
    b.sync()
    assert b.get("customer", id)["grade"] == "A"  # type: ignore[index]
    assert len(b.get("customer", mine)["phones"]) == 1  # type: ignore[index]
    step = b.store.read().execute(
        "SELECT s.who, s.origin FROM change c JOIN step s ON s.n = c.step WHERE c.id = ?", (mine,)
    )
    assert step.fetchone() == (a.person, "sync")  # not the carrier
    outcome = stick.read(a, answer)
    assert (outcome.sent, outcome.received) == (3, 1)
    assert a.get("customer", theirs) is not None
    assert outbox.waiting(a.store.read()) == 0
    assert a.sync().sent == 0  # the network is back
    firm.settle()
    assert a.all("customer") == b.all("customer")
    assert a.all("conflict") == {}


def test_what_was_typed_meanwhile_goes_with_the_next_file(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C", remark="alt")
    firm.settle()
    far(a)
    a.set("customer", id, grade="A")
    out = stick.write(a)
    a.set("customer", id, grade="B")  # after the file was written
    b.set("customer", id, remark="neu")
    b.sync()
    assert stick.read(a, stick.carry(b, out)).sent == 1
    got = a.get("customer", id)
    assert got is not None
    assert (got["grade"], got["remark"]) == ("B", "alt")  # it has a change that waits: it comes whole later
    stick.round(a, b)
    b.sync()
    for one in pair:
        got = one.get("customer", id)
        assert got is not None
        assert (got["grade"], got["remark"]) == ("B", "neu")
        assert one.all("conflict") == {}


def test_two_changed_the_same_apart(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    far(a)
    a.set("customer", id, grade="A")
    b.set("customer", id, grade="B")
    b.sync()
    stick.round(a, b)
    b.sync()
    assert a.all("conflict").keys() == b.all("conflict").keys()
    (seen,) = a.all("conflict").values()
    assert (seen["field"], {seen["kept"], seen["other"]}) == ("grade", {'"A"', '"B"'})
    assert seen["other_by"] == a.person or seen["kept_by"] == a.person


def test_many_batches_and_pages(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    far(a)
    for one in pair:
        with one.store.step("Imported", origin="import") as step:
            step.insert_many("customer", ["name"], [(f"{one.name} {n}",) for n in range(45)])
    b.sync()
    out = stick.write(a, most=10)
    answer = stick.carry(b, out, page=7)
    assert (stick.said.batches, stick.said.pages) == (5, 13)
    assert stick.read(a, answer).received == 45
    b.sync()
    assert len(a.all("customer")) == 90
    assert a.all("customer").keys() == b.all("customer").keys()


def test_the_same_file_twice_is_harmless(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    far(a)
    a.add(name="云杉谷酒店")
    b.add(name="近处的客户")
    b.sync()
    out = stick.write(a)
    first = stick.carry(b, out)
    again = stick.carry(b, out)
    assert stick.said.batches == 0
    stick.read(a, first)
    before = state(a)
    for answer in (first, again):
        outcome = stick.read(a, answer)
        assert (outcome.sent, outcome.received) == (0, 0)
        assert state(a) == before
    b.sync()
    assert len(b.all("customer")) == 2


def test_a_lost_answer_and_files_in_another_order(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    far(a)
    one = a.add(name="一")
    first = stick.write(a)
    two = a.add(name="二")
    second = stick.write(a)
    a.set("customer", one, grade="A")
    late = stick.carry(b, second)
    assert stick.said.batches == 2
    early = stick.carry(b, first)  # came after it: nothing new
    assert stick.said.batches == 0
    stick.carry(b, stick.write(a))  # its answer is lost
    b.sync()
    assert b.get("customer", one)["grade"] == "A"  # type: ignore[index]
    assert stick.read(a, late).sent == 2
    assert stick.read(a, early).sent == 0
    assert outbox.waiting(a.store.read()) == 1  # so far as it knows
    assert stick.round(a, b).sent == 1
    assert outbox.waiting(a.store.read()) == 0
    b.sync()
    assert a.all("customer") == b.all("customer")
    assert {one, two} == a.all("customer").keys()
    assert b.all("conflict") == {}


def test_an_exchange_in_between_is_harmless(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店", grade="C")
    firm.settle()
    a.set("customer", id, grade="A")
    out = stick.write(a, most=1)
    a.add(name="二")
    stick.carry(b, out)
    b.sync()
    b.set("customer", id, grade="B")  # seen, so no difference
    b.sync()
    a.sync()  # the network is back before the answer
    assert a.all("conflict") == {}
    answer = stick.carry(b, out)
    before = state(a)
    stick.read(a, answer)
    assert state(a) == before
    firm.settle()
    assert a.get("customer", id)["grade"] == "B"  # type: ignore[index]
    assert a.all("customer") == b.all("customer")
    with firm.admin() as admin:
        assert admin.execute("SELECT count(*) FROM sync.receipt").fetchone()[0] <= 1


def test_an_old_answer_after_an_exchange_changes_nothing(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    id = a.add(name="云杉谷酒店")
    firm.settle()
    a.set("customer", id, grade="A")
    answer = stick.carry(b, stick.write(a))
    b.sync()
    b.drop("customer", id)
    firm.settle()
    before = state(a)
    stick.read(a, answer)
    assert state(a) == before
    assert a.get("customer", id) is None


def test_an_answer_before_it_is_missing(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    far(a)
    b.add(name="一")
    b.sync()
    copy = a.path.with_suffix(".copy")
    a.store.close()
    shutil.copyfile(a.path, copy)
    firm_open(a)
    stick.round(a, b)
    b.add(name="二")
    b.sync()
    answer = stick.carry(b, stick.write(a))
    a.store.close()
    shutil.copyfile(copy, a.path)  # an older copy of the file
    firm_open(a)
    before = state(a)
    with pytest.raises(Known, match="An answer before this one was not read here"):
        stick.read(a, answer)
    assert state(a) == before


def firm_open(desktop: Desktop) -> None:
    from freecrm.store.database import open_store

    for end in ("-wal", "-shm"):
        Path(f"{desktop.path}{end}").unlink(missing_ok=True)
    desktop.store = open_store(desktop.path, model())
    desktop.store.user = desktop.person


def test_an_older_copy_of_the_file_is_told(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    a.store.close()
    copy = a.path.with_suffix(".copy")
    shutil.copyfile(a.path, copy)
    firm_open(a)
    a.add(name="一")
    stick.round(a, b)
    a.store.close()
    shutil.copyfile(copy, a.path)
    firm_open(a)
    a.add(name="etwas anderes")
    answer = stick.carry(b, stick.write(a))
    assert stick.said.batches == 0
    before = state(a)
    with pytest.raises(Known, match="an older copy of the one that wrote"):
        stick.read(a, answer)
    assert state(a) == before
    firm.settle()
    assert len(b.all("customer")) == 2  # nothing is lost once there is a network


# ---- on the way


def test_a_damaged_or_cut_off_file(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    a.add(name="云杉谷酒店")
    out = stick.write(a)
    answer = stick.carry(b, out)
    for path in (out, answer):
        data = path.read_bytes()
        for changed in (
            data[: len(data) // 2],
            data[:-1],
            b"",
            b"PK",
            b"hallo",
            data.replace(b"FreeCRM letter", b"FreeCRM litter"),
        ):
            broken = stick.file(path.suffix)
            broken.write_bytes(changed)
            with pytest.raises(Known, match="damaged or cut off"):
                Letter(broken)
        flipped = bytearray(data)
        flipped[data.index(b"FreeCRM letter") // 2] ^= 1  # in a piece
        broken = stick.file(path.suffix)
        broken.write_bytes(flipped)
        with pytest.raises(Known):
            Letter(broken)
    with pytest.raises(Known, match="can't be read"):
        Letter(stick.folder / "nowhere")


def remade(stick: Stick, path: Path, change: Any) -> Path:
    """A file whose pieces somebody changed who knows how files are made. change(pieces by name) in place."""
    with zipfile.ZipFile(path) as box:
        pieces = {name: box.read(name) for name in box.namelist()}
    change(pieces)
    made = stick.file(path.suffix)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as box:
        for name, data in pieces.items():
            box.writestr(name, data)
    return made


def flip(name: str, at: int) -> Any:
    def change(pieces: dict[str, bytes]) -> None:
        data = bytearray(pieces[name])
        data[at] ^= 1
        pieces[name] = bytes(data)

    return change


def swap(pieces: dict[str, bytes]) -> None:
    pieces["1"], pieces["2"] = pieces["2"], pieces["1"]


def head(**values: Any) -> Any:
    def change(pieces: dict[str, bytes]) -> None:
        pieces["letter.json"] = json.dumps({**json.loads(pieces["letter.json"]), **values}).encode()

    return change


def without_last(pieces: dict[str, bytes]) -> None:
    held = json.loads(pieces["letter.json"])
    del pieces[str(held["count"])]
    held["count"] -= 1
    if "starts" in held:
        held["starts"].pop()
    pieces["letter.json"] = json.dumps(held).encode()


FILE = "0198f000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "change",
    [
        flip("0", 0),
        flip("0", 20),
        flip("0", -1),
        flip("1", 3),
        flip("2", -1),
        swap,
        without_last,
        head(file=FILE),
    ],
)
def test_a_file_that_was_changed_on_its_way(firm: Firm, pair: Pair, stick: Stick, change: Any) -> None:
    a, b = pair
    a.add(name="一")
    a.add(name="二")
    out = remade(stick, stick.write(a, most=1), change)
    with pytest.raises(Known, match="was changed on its way"):
        stick.carry(b, out)
    assert list(stick.folder.glob("*.freecrm-in*")) == []
    b.sync()
    assert b.all("customer") == {}


@pytest.mark.parametrize(
    "change",
    [
        flip("end", 0),
        flip("end", -1),
        flip("1", 30),
        flip("2", -1),
        swap,
        without_last,
        head(file=FILE),
        head(starts=[0, 1, 2]),
    ],
)
def test_an_answer_that_was_changed_on_its_way(firm: Firm, pair: Pair, stick: Stick, change: Any) -> None:
    a, b = pair
    far(a)
    for n in range(25):
        b.add(name=f"客户 {n}")
    b.sync()
    answer = remade(stick, stick.carry(b, stick.write(a), page=10), change)
    before = state(a)
    with pytest.raises(Known, match="was changed on its way"):
        stick.read(a, answer)
    assert state(a) == before


def test_a_file_is_no_answer_and_an_answer_no_file(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    a.add(name="一")
    out = stick.write(a)
    answer = stick.carry(b, out)
    with pytest.raises(Known, match="This file is an answer"):
        stick.carry(b, answer)
    with pytest.raises(Known, match="on its way to the team's server"):
        stick.read(a, out)
    with pytest.raises(Known, match="for another computer"):
        stick.read(b, answer)
    turned = remade(
        stick, out, lambda pieces: (head(way="in", starts=[0])(pieces), pieces.update(end=pieces.pop("0")))
    )
    with pytest.raises(Known, match="changed on its way"):
        stick.read(a, turned)


def test_who_never_reached_the_server_reads_no_answer(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    fresh = firm.desktop("wang")
    with pytest.raises(Known, match="for another computer"):
        stick.read(fresh, stick.carry(b, stick.write(a)))


def test_a_file_of_another_team(postgres: Any, firm: Firm, pair: Pair, stick: Stick, tmp_path: Path) -> None:
    a, _b = pair
    a.add(name="一")
    (tmp_path / "other").mkdir()
    other = Firm(postgres, tmp_path / "other")
    stranger = other.desktop("wang")
    stranger.sync()
    out = stick.write(a)
    with pytest.raises(Known, match="belongs to another team"):
        stick.carry(stranger, out)
    with pytest.raises(Known, match="doesn't know the computer"):
        stick.carry(stranger, remade(stick, out, head(server=other.id)))
    with pytest.raises(Known, match="belongs to another team"):
        stick.read(
            a,
            remade(
                stick,
                stick.carry(stranger, stick.write(stranger)),
                head(client=letters.Letter(out).who.client),
            ),
        )
    other.close()


# ---- rights


def low_role(firm: Firm, boss: Desktop, one: Desktop, **grants: str) -> None:
    reach = {"*": {"see": "own", "create": "own", "change": "own", "delete": "none"} | grants}
    role = boss.add("role", name="Low", grants=json.dumps(reach))
    with boss.store.step("Person") as step:
        step.insert("user", {"name": one.name, "role": role}, id=one.person)
    boss.sync()
    one.sync()


def test_the_authors_rights_count_and_not_the_carriers(firm: Firm, stick: Stick) -> None:
    boss, low = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    firm.settle()
    id = boss.add(name="别人的", owner_user=boss.person)
    firm.settle()
    assert low.get("customer", id) is not None
    far(low)
    low.set("customer", id, grade="B")
    out = stick.write(low)
    low_role(firm, boss, firm.desktop("zhao", gives_rights=False))
    with boss.store.step("Person") as step:  # the rights end while the file is on its way
        role = next(iter(boss.all("role")))
        step.insert("user", {"name": "wang", "role": role}, id=low.person)
    boss.sync()
    answer = stick.carry(boss, out)
    boss.sync()
    assert boss.get("customer", id)["grade"] is None  # type: ignore[index]
    outcome = stick.read(low, answer)
    assert outcome.refused == 1
    assert low.get("customer", id) is None  # nor may it be seen any more
    said = low.store.read().execute("SELECT why, data FROM sync_note").fetchall()
    assert '"grade": "B"' in said[0][1]


def test_a_low_carrier_carries_for_the_boss_and_learns_nothing(firm: Firm, stick: Stick) -> None:
    boss, low = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    firm.settle()
    low_role(firm, boss, low)
    secret = boss.add(name="机密客户", owner_user=boss.person)
    out = stick.write(boss)
    answer = stick.carry(low, out)
    for path in (out, answer):
        assert "机密客户".encode() not in path.read_bytes()
        assert secret.hex().encode() not in path.read_bytes().lower()
    low.sync()
    assert low.get("customer", secret) is None
    stick.read(boss, answer)
    assert low.server._all("SELECT sync.head_mark()")
    visible = {row.id for row in low.server.pull(0, 10_000, 5_000)}
    assert secret.hex().upper() not in visible


def test_the_carrier_acts_for_nobody_afterwards(firm: Firm, stick: Stick) -> None:
    """Not in the same transaction either, nor when it fails in the middle."""
    boss, low = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    firm.settle()
    low_role(firm, boss, low)
    secret = boss.add(name="机密客户", owner_user=boss.person)
    boss.sync()
    letter = Letter(stick.write(boss))
    cover = letter.piece("0")
    c = low.server.connection
    wanted = secret.hex().upper()
    with c.transaction():
        page, _reached, _head = low.server.carry_pull(letter.who, cover, 0, 5_000)
        assert page
        assert wanted not in {row.id for row in low.server.pull(0, 10_000, 5_000)}
        assert low.server.fetch([wanted]) == []
        low.server.carry_close(letter.who, cover, 1)
        assert low.server.fetch([wanted]) == []
    both = c.execute(
        "SELECT p.id FROM sync.carry_pull(%s::uuid, %s::uuid, %s::uuid, %b, 0, 100, 1000) x, sync.pull(0, 10000, 5000) p",
        (*letter.who, cover),
    ).fetchall()
    assert wanted not in {row[0] for row in both}
    with c.transaction(force_rollback=True):
        with pytest.raises(psycopg.Error), c.transaction():
            c.execute(
                "SELECT sync.carry_push(%s::uuid, %s::uuid, %s::uuid, %b, 1, 'x')", (*letter.who, cover)
            )
        assert low.server.fetch([wanted]) == []


def test_who_is_let_in_no_longer_is_not_carried_in(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    a.add(name="一")
    out = stick.write(a)
    with firm.admin() as admin:
        setup.end_member(admin, firm.address("lin").login)
    with pytest.raises(Known, match="is let into the team's database no longer"):
        stick.carry(b, out)
    b.sync()
    assert b.all("customer") == {}


def test_rights_that_grew_bring_all_that_is_seen_now(firm: Firm, stick: Stick) -> None:
    boss, low = firm.desktop("lin"), firm.desktop("wang", gives_rights=False)
    firm.settle()
    low_role(firm, boss, low)
    id = boss.add(name="别人的", owner_user=boss.person, phones=[{"number": "+8657100006600"}])
    firm.settle()
    assert low.get("customer", id) is None
    far(low)
    role = next(iter(boss.all("role")))
    boss.set("role", role, grants=json.dumps({"*": {"see": "all"}}))
    boss.sync()
    stick.round(low, boss)
    assert len(low.get("customer", id)["phones"]) == 1  # type: ignore[index]
    boss.set("role", role, grants=json.dumps({"*": {"see": "own"}}))
    boss.sync()
    stick.round(low, boss)
    assert low.get("customer", id) is None
    assert low.all("phone") == {}


def test_a_server_put_back_to_an_older_copy_is_told(firm: Firm, pair: Pair, stick: Stick) -> None:
    from tests.sync.office import copy_server, put_back

    a, b = pair
    with firm.admin() as admin:
        copy_server(admin)
    a.add(name="一")
    firm.settle()
    out = stick.write(a)
    with firm.admin() as admin:
        put_back(admin)
    with pytest.raises(Known, match="knows more than the team's server"):
        stick.carry(b, out)


def test_without_a_key_it_says_what_to_do(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, _b = pair
    held = books.read(a.store.read())
    assert held is not None
    secrets.forget_key(held.client)
    with pytest.raises(Known, match="agreed on no key"):
        stick.write(a)
    a.sync()  # another one is made up
    assert stick.write(a).exists()


def test_a_server_without_pgcrypto_says_so(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    out = stick.write(a)
    with firm.admin() as admin:
        admin.execute("DROP EXTENSION pgcrypto; DROP SCHEMA sync_crypto")
    with pytest.raises(Known, match="pgcrypto is missing"):
        stick.carry(b, out)
    with firm.admin() as admin:
        setup.install(admin, model(), "禾川")
    stick.carry(b, out)


def test_every_sentence_is_said_in_chinese(pair: Pair, stick: Stick) -> None:
    from freecrm.sync.server import CARRIED

    a, _b = pair
    with pytest.raises(Known) as told:
        stick.read(a, stick.write(a))
    said = [*CARRIED.values()]
    use("zh_CN")
    from freecrm.core.words import _

    assert not [text for text in said if _(text) == text]
    assert "没有任何改动" in str(told.value)


# ---- the cipher


def test_the_cipher_is_that_of_the_standard() -> None:
    """RFC 7518, appendix B.3."""
    key = bytes(range(64))
    plain = (
        b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy "
        b"without inconvenience"
    )
    iv = bytes.fromhex("1af38c2dc2b96ffdd86694092341bc04")
    sealed = sealing.seal(key, "The second principle of Auguste Kerckhoffs", plain, iv)
    assert sealed[16:48].hex() == "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd"
    assert sealed[-32:].hex() == "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"
    assert sealing.unseal(key, "The second principle of Auguste Kerckhoffs", sealed) == plain
    with pytest.raises(sealing.Tampered):
        sealing.unseal(key, "Another principle", sealed)


# ---- much deleted


def test_much_deleted_stops_and_asks(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    with b.store.step("Imported", origin="import") as step:
        step.insert_many("customer", ["name"], [(f"客户 {n}",) for n in range(80)])
    firm.settle()
    far(a)
    with b.store.step("Deleted") as step:
        for id in b.all("customer"):
            step.delete("customer", id)
    b.sync()
    answer = stick.carry(b, stick.write(a))
    before = state(a)
    with pytest.raises(Braked, match="Others deleted 80 of 80 customers"):
        stick.read(a, answer)
    assert state(a) == before
    read(a.store, Letter(answer), deletions=True)
    assert a.all("customer") == {}


def test_a_bomb_is_no_file(pair: Pair, stick: Stick) -> None:
    path = stick.file(".freecrm-out")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("0", b"\0" * (1 << 20))
        box.writestr(
            "letter.json",
            json.dumps(
                {
                    "kind": "FreeCRM letter",
                    "version": 1,
                    "way": "out",
                    "count": 0,
                    **dict.fromkeys(("server", "client", "file"), FILE),
                }
            ),
        )
    with pytest.raises(Known, match="damaged or cut off"):
        Letter(path)


def test_the_stick_is_pulled_out(firm: Firm, pair: Pair, stick: Stick) -> None:
    a, b = pair
    a.add(name="一")
    letter = Letter(stick.write(a))
    letter.path.unlink()
    with pytest.raises(Known, match="can't be read"):
        carry(b.server, letter, stick.file(".freecrm-in"))
    with pytest.raises(Known, match="can't be written there"):
        write(a.store, stick.folder / "no folder" / "x.freecrm-out")
    assert outbox.waiting(a.store.read()) == 1
    assert a.sync().sent == 1


def test_a_newer_programs_file(pair: Pair, stick: Stick) -> None:
    with pytest.raises(Known, match="newer FreeCRM"):
        Letter(remade(stick, stick.write(pair[0]), head(version=2)))
