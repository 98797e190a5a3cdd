"""The tests are tried themselves: one rule of the exchange is taken away at a time, and some office must notice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from freecrm.core.problems import Known
from freecrm.sync import exchange, incoming, outbox, recovery, setup
from freecrm.sync.server import open_connection
from tests.sync import office
from tests.sync.conftest import Firm
from tests.sync.postgres import Postgres
from tests.sync.test_mended import read_and_put_back, typed_and_deleted, typed_before_the_answer
from tests.sync.test_seeds import play

Patch = pytest.MonkeyPatch
MOST = 12
"""Offices that a missing rule may go unnoticed in."""


def sql_without(patch: Patch, *changes: tuple[str, str]) -> None:
    """The server's functions with other words in them."""
    whole = setup._sql
    texts = {part: whole(part) for part in (*setup.PARTS, "roles")}
    for old, new in changes:
        (part,) = [name for name, text in texts.items() if old in text]
        texts[part] = texts[part].replace(old, new)
    patch.setattr(setup, "_sql", lambda part: texts[part] if part in texts else whole(part))


def no_skip_of_pending(patch: Patch) -> None:
    patch.setattr(incoming, "pending", lambda *_given: set())


def payload_not_sealed(patch: Patch) -> None:
    seal = outbox.seal

    def anew(store: Any, most: int = outbox.MOST) -> Any:
        with outbox.written(store) as c:
            c.execute("DELETE FROM sync_sealed WHERE since <> upto")
        return seal(store, most)

    patch.setattr(outbox, "seal", anew)
    sql_without(patch, ("p_batch = c.last_batch AND p_hash = c.last_hash", "p_batch = c.last_batch"))
    greet = exchange._same_batch
    patch.setattr(
        exchange,
        "_same_batch",
        lambda store, books, answer: greet(store, books, answer) or answer["last_batch"] == books.next_batch,
    )


def nothing_sent_is_kept(patch: Patch) -> None:
    acknowledge = outbox.acknowledge

    def forget(store: Any, sealed: Any, answer: Any) -> None:
        acknowledge(store, sealed, answer)
        with outbox.written(store) as c:
            c.execute("DELETE FROM sync_sent")

    patch.setattr(outbox, "acknowledge", forget)


def deletions_without_what_was_typed(patch: Patch) -> None:
    items = outbox._items

    def bare(*given: Any) -> Any:
        return [[*item[:5], {}, *item[6:]] if item[4] == "d" else item for item in items(*given)]

    patch.setattr(outbox, "_items", bare)


def no_difference(patch: Patch) -> None:
    sql_without(
        patch, ("IF open AND p_op <> 'r' AND r.ent NOT IN ('conflict', 'setting') THEN", "IF false THEN")
    )


def deletions_always_win(patch: Patch) -> None:
    sql_without(patch, ("open := r.ent <> 'conflict' AND (\n", "open := false AND (\n"))


def rows_without_their_record(patch: Patch) -> None:
    sql_without(
        patch,
        (
            "SELECT * INTO r FROM sync.rec WHERE id = p_root AND del;",
            "SELECT * INTO r FROM sync.rec WHERE false;",
        ),
    )


def nothing_offered_again(patch: Patch) -> None:
    patch.setattr(recovery, "_offers", lambda *_given: [])


def no_marks(patch: Patch) -> None:
    about = exchange._about
    patch.setattr(exchange, "_about", lambda *given: {**about(*given), "mark": 0})
    patch.setattr(exchange, "_same_batch", lambda *_given: True)


def cursor_before_rows(patch: Patch) -> None:
    """The place reached is written down though the rows are not in yet."""
    write = exchange._write

    def early(store: Any, rows: Any, gone: Any, people: Any, reached: int, *more: Any, **names: Any) -> None:
        write(store, rows[:-1], gone, people, reached, *more, **names)

    patch.setattr(exchange, "_write", early)


STORIES: dict[Callable[[Patch], None], Callable[[Firm], bool]] = {
    payload_not_sealed: typed_before_the_answer,
    deletions_without_what_was_typed: typed_and_deleted,
    no_marks: read_and_put_back,
}
"""What is seen better by a story than by chance."""


@pytest.mark.soak
@pytest.mark.parametrize(
    "mutant",
    [
        no_skip_of_pending,
        payload_not_sealed,
        nothing_sent_is_kept,
        deletions_without_what_was_typed,
        no_difference,
        deletions_always_win,
        rows_without_their_record,
        nothing_offered_again,
        no_marks,
        cursor_before_rows,
    ],
)
def test_a_missing_rule_is_noticed(
    postgres: Postgres, tmp_path: Path, monkeypatch: Patch, mutant: Callable[[Patch], None]
) -> None:
    mutant(monkeypatch)
    if mutant in STORIES:
        firm = Firm(postgres, tmp_path)
        try:
            assert not STORIES[mutant](firm), f"nobody noticed {mutant.__name__}"
        finally:
            firm.close()
        return
    monkeypatch.setattr(office, "WEIGHTS", {"roll_back": 3, "copy_server": 2, "drop": 8, "crash": 20})
    for seed in range(MOST):
        (tmp_path / str(seed)).mkdir()
        try:
            play(postgres, tmp_path / str(seed), seed, steps=120, quiet=True)
        except (AssertionError, Known, psycopg.Error, KeyError):
            return
    raise AssertionError(f"nobody noticed {mutant.__name__}")


# ---- the counter row


def overtaken(firm: Firm) -> bool:
    """Whether a reader misses what is committed late: one computer's push is held open while another one's goes."""
    a, b, c = (firm.desktop(name) for name in ("lin", "shen", "wang"))
    firm.settle()
    late, early = a.add(name="spät"), b.add(name="früh")
    sealed = outbox.seal(a.store)
    assert sealed is not None
    held = exchange._books(a.store)
    a.server.connection.autocommit = False
    a.server.push(held.client, sealed.batch, sealed.payload)
    other = open_connection(firm.address("shen"), "shen")
    mine = outbox.seal(b.store)
    assert mine is not None
    push = threading.Thread(
        target=other.push, args=(exchange._books(b.store).client, mine.batch, mine.payload)
    )
    push.start()
    push.join(0.5)
    c.sync()
    a.server.connection.commit()
    a.server.connection.autocommit = True
    push.join()
    other.close()
    c.sync()
    return not {late, early} <= c.all("customer").keys()


def test_a_reader_misses_nothing(firm: Firm) -> None:
    assert not overtaken(firm)


@pytest.mark.soak
def test_with_a_sequence_it_would(postgres: Postgres, tmp_path: Path, monkeypatch: Patch) -> None:
    sql_without(
        monkeypatch,
        ("SELECT seq INTO start FROM sync.head FOR UPDATE;", "start := nextval('sync.mutant');"),
        (
            "    UPDATE sync.head SET seq = s;\n    INSERT INTO sync.batch (seq, client, batch) VALUES (s, c.no, p_batch)",
            "    INSERT INTO sync.batch (seq, client, batch) VALUES (s, c.no, p_batch)",
        ),
        (
            "AND NOT m.disabled)) FROM sync.head h",
            "AND NOT m.disabled)) FROM (SELECT coalesce(max(seq), 0) AS seq FROM sync.batch) h",
        ),
        (
            "CREATE TABLE sync.head",
            "CREATE SEQUENCE sync.mutant INCREMENT 1000; GRANT ALL ON SEQUENCE sync.mutant TO PUBLIC; CREATE TABLE sync.head",
        ),
    )
    firm = Firm(postgres, tmp_path)
    assert overtaken(firm)
    firm.close()


def test_the_rules_are_where_they_are_taken_away(monkeypatch: Patch) -> None:
    """So that no mutant goes by for want of its words."""
    for mutant in (no_difference, deletions_always_win, rows_without_their_record):
        with monkeypatch.context() as patch:
            mutant(patch)
