"""The tests are tried themselves: one rule of the exchange is taken away at a time, and some office must notice."""

from __future__ import annotations

import gc
import inspect
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from freecrm.core.custom import fixed_id
from freecrm.core.problems import Known
from freecrm.store import derive, elements, ledgers, points, receivable_door
from freecrm.store.ids import new_id
from freecrm.store.span import Span
from freecrm.store.writer import Step
from freecrm.sync import (
    agreed,
    brake,
    carrying,
    exchange,
    incoming,
    lines,
    mending,
    outbox,
    ranges,
    recovery,
    sealing,
    setup,
)
from freecrm.sync.server import open_connection
from tests.sync import office
from tests.sync import test_agreed as agreed_tests
from tests.sync import test_attempts as attempts
from tests.sync import test_brake as brake_tests
from tests.sync import test_carried as carried_tests
from tests.sync import test_daily as daily_tests
from tests.sync import test_ledgers as ledger_tests
from tests.sync import test_mended as mended
from tests.sync import test_part as part_tests
from tests.sync import test_ranges as ranges_tests
from tests.sync import test_together as together
from tests.sync.conftest import Firm
from tests.sync.postgres import Postgres
from tests.sync.test_mended import read_and_put_back, typed_and_deleted, typed_before_the_answer
from tests.sync.test_seeds import play

pytestmark = pytest.mark.usefixtures("log_warnings")  # what is broken may be complained of

Patch = pytest.MonkeyPatch
stick, trio, coded = carried_tests.stick, part_tests.trio, ranges_tests.coded
MOST = 12
"""Offices that a missing rule may go unnoticed in."""


@pytest.fixture(autouse=True)
def installed_anew(postgres: Postgres, monkeypatch: Patch) -> None:
    """No database here is a copy of one that was installed with other rules."""
    monkeypatch.setattr(postgres, "pattern", None)


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

    def early(store: Any, came: Any, *more: Any, **names: Any) -> None:
        write(store, came._replace(rows=came.rows[:-1]), *more, **names)

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


# ---- what a test of its own is there for


def unseal_anything(key: bytes, about: str, sealed: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    body = sealed[:-32]
    cipher = Cipher(algorithms.AES(key[32:]), modes.CBC(body[:16])).decryptor()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(cipher.update(body[16:]) + cipher.finalize()) + unpadder.finalize()


def takes_off_all(store: Any, gone: Any, books: Any) -> int:
    incoming.take_off(store, gone, books)
    return 0


SEES = """
        WHEN 'all' THEN true
        WHEN 'team' THEN own = '{}' OR own && (SELECT sync.my_team())
        WHEN 'own' THEN own = '{}' OR own && (SELECT sync.my_self())
        ELSE false
    END"""
HIDDEN_PULL = "(r.data - ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> r.ent)))::text"
HIDDEN_FETCH = "(r.data - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> r.ent)), '{}'))::text"
HIDDEN_LOG = "(l.patch - coalesce(ARRAY(SELECT jsonb_array_elements_text((SELECT sync.my_hidden()) -> l.ent)), '{}'))::text"
ASKS = "IF NOT free AND NOT sync.reaches(m.reach, m.team || m.person, ARRAY[m.person],\n                CASE"
SQL: dict[str, tuple[Sequence[tuple[str, str]], Callable[..., None], dict[str, Any]]] = {
    "everybody sees all records": (
        [(SEES, "\n        WHEN 'x' THEN false ELSE true END")],
        attempts.test_others_records_are_in_no_answer,
        {},
    ),
    "hidden fields are pulled": (
        [(HIDDEN_PULL, "r.data::text")],
        attempts.test_hidden_fields_are_in_no_answer,
        {},
    ),
    "hidden fields are fetched": (
        [(HIDDEN_FETCH, "r.data::text")],
        attempts.test_hidden_fields_are_in_no_answer,
        {},
    ),
    "hidden fields in the history": (
        [(HIDDEN_LOG, "l.patch::text")],
        attempts.test_differences_in_hidden_fields_are_in_no_answer,
        {},
    ),
    "differences in hidden fields": (
        [("(ent <> 'conflict' OR NOT coalesce(", "(true OR NOT coalesce(")],
        attempts.test_differences_in_hidden_fields_are_in_no_answer,
        {},
    ),
    "everybody changes all": (
        [(ASKS, ASKS.replace("NOT free", "false", 1))],
        attempts.test_others_records_are_not_changed,
        {},
    ),
    "hidden and fixed fields are written": (
        [
            (
                "fields := coalesce(it.fields, '{}') - sync.closed(m, it.ent, true);",
                "fields := coalesce(it.fields, '{}');",
            )
        ],
        attempts.test_hidden_and_fixed_fields_are_not_written,
        {},
    ),
    "rows move anywhere": (
        [
            (
                "IF it.op <> 'd' AND r.id <> r.root AND coalesce(it.fields ->> 'parent', '') <> '' AND EXISTS (",
                "IF false AND EXISTS (",
            )
        ],
        attempts.test_nothing_is_put_into_others_records,
        {},
    ),
    "everybody gives rights": (
        [("OR (r.rent IN ('role', 'setting') AND NOT m.admin)", "")],
        agreed_tests.test_the_rights_hold_for_settings,
        {},
    ),
    "everybody renames everybody": (
        [("OR (r.rent = 'user' AND r.root <> m.person AND NOT m.admin)", "")],
        attempts.test_others_people_are_not_renamed,
        {},
    ),
    "who changed hands is not told": (
        [
            (
                "INSERT INTO sync.gone (seq, ent, id, rent, own) VALUES (s, r.ent, r.id, r.rent, r.own);\n        UPDATE sync.rec SET own = p_own",
                "UPDATE sync.rec SET own = p_own",
            )
        ],
        attempts.test_moves_between_owners,
        {},
    ),
    "contacts stay with who had their customer": (
        [("s := sync.follow(r.id, s);", "")],
        attempts.test_moves_between_owners,
        {},
    ),
    "rights are never worked out anew": (
        [("        PERFORM sync.refresh_members();", "        NULL;")],
        part_tests.test_rights_that_change_meet_the_part,
        {},
    ),
    "no part": (
        [("(SELECT sync.my_part()) IS NULL\n    OR del", "true\n    OR del")],
        part_tests.test_own_team_and_all,
        {},
    ),
    "nobody looks who is near": (
        [
            (
                "FROM found JOIN sync.rec r USING (id), sync.member m\n    WHERE",
                "FROM found JOIN sync.rec r USING (id), sync.member m\n    WHERE false AND",
            )
        ],
        part_tests.test_what_is_named_is_there_by_name,
        {},
    ),
    "what is named stays away": (
        [("OR (id = root AND sync.named(", "OR (false AND sync.named(")],
        part_tests.test_what_is_named_is_there_by_name,
        {},
    ),
    "an address moves nothing": (
        [("WHERE (SELECT sync.my_part()) ->> 'kind' = 'region' AND", "WHERE false AND")],
        part_tests.test_a_region,
        {},
    ),
    "the server takes any cover": (
        [
            (
                "OR pgcrypto.hmac(substr(p_sealed, length(body) + 1), blind, 'sha256')\n            <> pgcrypto.hmac(sync.tag(p_key, p_about, body), blind, 'sha256')",
                "",
            )
        ],
        attempts.test_nobody_writes_files_for_another_computer,
        {},
    ),
    "the carrier's rights count": (
        [
            (
                "PERFORM sync.act_for(p ->> 'login', '');",
                "PERFORM sync.act_for((SELECT m.login FROM sync.member m WHERE m.admin LIMIT 1), '');",
            )
        ],
        carried_tests.test_the_authors_rights_count_and_not_the_carriers,
        {},
    ),
    "the carrier goes on as the author": (
        [("PERFORM sync.act_for('', before);\n    page :=", "page :=")],
        carried_tests.test_the_carrier_acts_for_nobody_afterwards,
        {},
    ),
    "who left is carried in": (
        [
            (
                "IF NOT FOUND OR m.disabled THEN\n        RAISE EXCEPTION 'its author",
                "IF NOT FOUND THEN\n        RAISE EXCEPTION 'its author",
            )
        ],
        carried_tests.test_who_is_let_in_no_longer_is_not_carried_in,
        {},
    ),
    "a file knows more than the server": (
        [("ELSIF c.last_batch < (p ->> 'next_batch')::bigint - 1 OR (", "ELSIF false AND (")],
        carried_tests.test_a_server_put_back_to_an_older_copy_is_told,
        {},
    ),
    "no answer is kept": (
        [
            (
                "ON CONFLICT (client, batch) DO NOTHING;\n    RETURN b",
                "ON CONFLICT (client, batch) DO NOTHING;\n    DELETE FROM sync.receipt;\n    RETURN b",
            )
        ],
        carried_tests.test_a_lost_answer_and_files_in_another_order,
        {},
    ),
    "no mark is looked at": (
        [
            (
                "sync.mark_of((p ->> 'mark')::bigint) = (nullif(p ->> 'token', ''))::uuid, false);",
                "true, false);",
            )
        ],
        mended.test_who_only_read_hears_of_what_was_done_after_the_server_was_put_back,
        {},
    ),
    "numbers are given twice": (
        [("SET next = greatest(r.next, p_first) + p_count", "SET next = p_first + p_count")],
        ranges_tests.test_two_that_are_apart_give_different_numbers,
        {},
    ),
    "a number may be used twice": (
        [("s := sync.claim_numbers(c, start, s);", "")],
        together.test_a_number_used_twice_is_asked_about,
        {},
    ),
    "rings are left": (
        [("s := sync.break_rings(c, start, s);", "")],
        together.test_two_moves_that_make_a_ring,
        {},
    ),
    "who is named may go": (
        [("s := sync.hold_ties(m, c, latest - 60000, start, s);", "")],
        together.test_who_is_named_is_not_deleted_without_a_word,
        {},
    ),
    "what is offered under a deleted record stays": (
        [("SET del = true, pushed = -1 FROM", "SET del = true FROM")],
        mended.test_a_difference_comes_back_with_its_record,
        {},
    ),
    "who deleted is forgotten": (
        [
            (
                "fm = r.fm || marks WHERE id = r.id;",
                "fm = r.fm || marks, writer = c.no, at = p_stamp, pushed = p_pushed WHERE id = r.id;",
            )
        ],
        mended.test_a_difference_comes_back_with_its_record,
        {},
    ),
    "who saw it deleted is not believed": (
        [("fm = r.fm || marks WHERE id = r.id;", "fm = r.fm || marks, seq = p_seq WHERE id = r.id;")],
        mended.test_a_record_that_came_back_is_offered_by_who_saw_it_deleted_and_who_did_not,
        {},
    ),
    "who knew of his own only deletes all": (
        [("it.o, it.base, it.stamp", "it.o, start + it.o, it.stamp")],
        mended.test_a_tag_made_while_its_deletion_came_in_stays_with_both,
        {},
    ),
    "what is offered is the last word": (
        [("THEN patch <> '{}' AND p_stamp > r.at", "THEN patch <> '{}'")],
        mended.test_a_row_moved_to_a_record_outlives_an_old_deletion_of_that,
        {},
    ),
    "an old deletion goes over what came back": (
        [("    IF offered AND NOT r.del AND p_stamp >", "    IF false AND p_stamp >")],
        mended.test_a_tag_made_once_more_outlives_its_old_deletion,
        {},
    ),
    "who knows what is offered is asked": (
        [("ELSE name <> '*' END", "ELSE true END")],
        mended.test_who_deletes_after_a_server_was_put_back_is_not_asked,
        {},
    ),
    "what is offered under a deleted record is gone": (
        [("AND (k.ent = 'conflict' OR (p.at < 100000000000 AND k.at <= p.at));", ";")],
        mended.test_a_row_offered_to_a_record_that_somebody_deleted_without_it_brings_it_back,
        {},
    ),
    "who deletes what others offered is asked": (
        [("ELSE r.cat >= 100000000000 OR p_base = 0 END)", "ELSE true END)")],
        mended.test_who_deletes_what_others_offer_is_not_asked,
        {"who": 1},
    ),
    "what was offered before is no change": (
        [("ELSE marks <> '{}' END;", "ELSE patch <> '{}' OR again END;")],
        mended.test_what_was_changed_since_is_no_less_so_for_having_been_offered,
        {},
    ),
    "each makes its own of what comes by itself": (
        [("twin boolean := apart", "twin boolean := false")],
        daily_tests.test_each_makes_the_drafts_and_they_are_one,
        {},
    ),
    "who makes a thing once more says nothing": (
        [("again boolean := apart", "again boolean := false AND apart")],
        mended.test_what_two_made_the_same_is_not_deleted_by_who_knew_of_his_own_only,
        {},
    ),
    "a deletion sees no difference": (
        [("k.ent = 'conflict' AND NOT k.del AND k.pushed >= p_base", "false")],
        mended.test_who_deletes_beside_a_difference_not_seen_yet_is_asked,
        {},
    ),
    "differences seen count as not seen": (
        [("k.ent = 'conflict' AND NOT k.del AND k.pushed >= p_base", "k.ent = 'conflict' AND NOT k.del")],
        mended.test_a_difference_that_the_deleter_did_not_know_comes_back_when_that_is_taken_back,
        {},
    ),
    "differences go alone": (
        [("OR (offered AND r.ent = 'conflict' AND EXISTS (", "OR (false AND EXISTS (")],
        mended.test_what_went_with_a_record_stays_where_its_deletion_is_offered_in_vain,
        {},
    ),
    "nobody says that anything came": (
        [("    PERFORM pg_notify('freecrm', s::text);\n    RETURN answer;", "    RETURN answer;")],
        attempts.test_what_anybody_may_ask_says_nothing_of_records,
        {},
    ),
}
"""Words of the server's functions that are taken away -> the test that has to notice."""


def rows_get_any_id(patch: Patch) -> None:
    patch.setattr(elements, "fixed_id", lambda *_given: new_id())


def lines_are_numbered(patch: Patch) -> None:
    """The third line of a customer is the third line of that customer on every computer."""
    insert = points._insert

    def numbered(step: Step, id: bytes, values: Any, own: bytes | None = None) -> None:
        count = len(points.lines(step.connection, id))
        insert(step, id, values, own or fixed_id(points.ENTITY, id.hex(), str(count)))

    patch.setattr(points, "_insert", numbered)


def one_line_holds_the_balance(patch: Patch) -> None:
    insert = points._insert

    def over(step: Step, id: bytes, values: Any, own: bytes | None = None) -> None:
        held = points.lines(step.connection, id)
        if held:
            step.update(points.ENTITY, held[-1].id, {**values, "points": held[-1].points + values["points"]})
        else:
            insert(step, id, values, own)

    patch.setattr(points, "_insert", over)
    patch.setattr(ledgers, "refuse_change", lambda *_given: None)


def on_arrival(patch: Patch, act: Callable[[Step], None]) -> None:
    """What is done at the end of a step that came from the server."""
    end = Step.end

    def ended(step: Step) -> Any:
        if step.origin == "sync":
            act(step)
        return end(step)

    patch.setattr(Step, "end", ended)


def others_are_held_to_the_balance(patch: Patch) -> None:
    on_arrival(
        patch,
        lambda step: ledgers.refuse_overdrawn(step.connection, step.schema, step.first, {points.ENTITY}),
    )


def others_are_held_to_the_bill(patch: Patch) -> None:
    changed = {"allocation": (1, 1, 1)}
    on_arrival(patch, lambda step: receivable_door.refuse(step.connection, step.schema, step.first, changed))


def sums_stay_as_they_were(patch: Patch) -> None:
    run, came = derive.run, set[int]()
    on_arrival(patch, lambda step: came.add(id(step.connection)))

    def not_of_others(c: Any, model: Any, span: Span) -> Any:
        others = id(c) in came
        came.discard(id(c))
        return run(c, model, Span(span.first, {}) if others else span)

    patch.setattr(derive, "run", not_of_others)


PYTHON: dict[str, tuple[Callable[[Patch], None], Callable[..., None], dict[str, Any]]] = {
    "the same word is two tags": (rows_get_any_id, together.test_the_same_tag_added_twice_is_one, {}),
    "an answer is not looked at": (
        lambda patch: patch.setattr(sealing, "unseal", unseal_anything),
        carried_tests.test_an_answer_that_was_changed_on_its_way,
        {"change": carried_tests.flip("2", -1)},
    ),
    "an answer may begin anywhere": (
        lambda patch: patch.setattr(carrying, "_refuse", lambda *_given: None),
        carried_tests.test_an_answer_before_it_is_missing,
        {},
    ),
    "unsent work on what was deleted goes": (
        lambda patch: patch.setattr(mending, "pending", lambda *_given: set()),
        mended.test_what_is_typed_while_all_is_looked_at_anew_brings_back_what_was_deleted,
        {},
    ),
    "what was made again is offered as deleted": (
        lambda patch: patch.setattr(recovery, "_deleted_and_made_again", lambda *_given: set()),
        mended.test_a_tag_made_once_more_before_it_is_known_that_the_server_was_put_back,
        {},
    ),
    "unsent work is put outside": (
        lambda patch: patch.setattr(incoming, "put_outside", takes_off_all),
        part_tests.test_unsent_work_is_never_taken_off,
        {},
    ),
    "no numbers in advance": (
        lambda patch: patch.setattr(ranges, "fill", lambda *_given: 0),
        ranges_tests.test_two_that_are_apart_give_different_numbers,
        {},
    ),
    "what is gone is not taken off": (
        lambda patch: patch.setattr(incoming, "take_off", lambda *_given: 0),
        attempts.test_moves_between_owners,
        {},
    ),
    "new rights bring nothing new": (
        lambda patch: patch.setattr(mending, "reconcile", lambda *_given: 0),
        mended.test_what_may_no_longer_be_seen_goes,
        {},
    ),
    "what names a refused record stays": (
        lambda patch: patch.setattr(incoming, "let_go", lambda *_given: None),
        mended.test_nothing_names_a_new_record_that_was_refused,
        {},
    ),
    "what is made for others stays": (
        lambda patch: patch.setattr(exchange, "_keep_seen", lambda *_given, **_more: None),
        mended.test_what_is_made_for_somebody_else_does_not_stay,
        {},
    ),
    "what never came back stays": (
        lambda patch: patch.setattr(mending, "unseen", lambda *_given: 0),
        mended.test_what_was_made_just_before_the_rights_shrank_goes,
        {},
    ),
    "rows go before their record": (
        lambda patch: patch.setattr(outbox, "_early", lambda *_given: []),
        mended.test_a_row_goes_out_with_the_record_that_it_was_moved_to,
        {"known": False, "most": 3},
    ),
    "lines are not put together": (
        lambda patch: patch.setattr(lines, "unite", lambda *_given: 0),
        together.test_lines_of_a_long_text_are_put_together,
        {},
    ),
    "much may go at once": (
        lambda patch: patch.setattr(brake, "incoming", lambda *_given: None),
        brake_tests.test_others_are_asked_and_the_author_is_not,
        {},
    ),
    "a copied file keeps its name": (
        lambda patch: patch.setattr(exchange, "_renamed", lambda store, *_given: exchange._books(store)),
        mended.test_a_copy_that_says_where_it_is_gets_a_name_of_its_own,
        {},
    ),
    "lines of a ledger are numbered": (
        lines_are_numbered,
        ledger_tests.test_all_that_was_earned_and_spent_apart_counts,
        {},
    ),
    "a ledger is one line that is written over": (
        one_line_holds_the_balance,
        ledger_tests.test_all_that_was_earned_and_spent_apart_counts,
        {},
    ),
    "lines may be changed": (
        lambda patch: patch.setattr(ledgers, "refuse_change", lambda *_given: None),
        ledger_tests.test_no_line_is_written_over,
        {},
    ),
    "what runs out is written off by each": (
        lambda patch: patch.setattr(elements, "foreseen", lambda *_given: new_id()),
        daily_tests.test_points_run_out_once,
        {},
    ),
    "others' lines are held to the balance": (
        others_are_held_to_the_balance,
        ledger_tests.test_points_that_two_gave_away_are_both_gone,
        {},
    ),
    "others' payments are held to the bill": (
        others_are_held_to_the_bill,
        ledger_tests.test_a_bill_that_was_paid_to_two_leaves_a_credit,
        {},
    ),
    "sums stay as they were": (
        sums_stay_as_they_were,
        ledger_tests.test_all_that_was_earned_and_spent_apart_counts,
        {},
    ),
    "what two may make is offered without its time": (
        lambda patch: patch.setattr(outbox, "is_child", lambda _entity: True),
        mended.test_what_two_made_the_same_outlives_a_server_put_back_in_between,
        {},
    ),
    "settings are told to nobody": (
        lambda patch: patch.setattr(agreed, "items", lambda *_given: []),
        agreed_tests.test_a_setting_of_the_firm_goes_to_all,
        {},
    ),
}
"""Rules of a desktop -> the test that has to notice."""


@pytest.fixture
def low(firm: Firm) -> attempts.Low:
    """One of its own for each, as its server is another one."""
    return attempts.Low(firm)


NOTICED = (
    AssertionError,
    pytest.fail.Exception,
    Known,
    psycopg.Error,
    LookupError,
    ValueError,
    StopIteration,
)


def notice(request: pytest.FixtureRequest, test: Callable[..., None], given: dict[str, Any]) -> None:
    wanted = [name for name in inspect.signature(test).parameters if name not in given]
    noticed = False
    try:
        test(**given, **{name: request.getfixturevalue(name) for name in wanted})
    except NOTICED:
        noticed = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # what a test that failed left open
    assert noticed, f"{test.__name__} did not notice"


@pytest.mark.soak
@pytest.mark.parametrize("rule", SQL)
def test_a_rule_of_the_server_is_missed(
    request: pytest.FixtureRequest, monkeypatch: Patch, rule: str
) -> None:
    changes, test, given = SQL[rule]
    sql_without(monkeypatch, *changes)
    notice(request, test, given)


@pytest.mark.soak
@pytest.mark.parametrize("rule", PYTHON)
def test_a_rule_of_the_desktop_is_missed(
    request: pytest.FixtureRequest, monkeypatch: Patch, rule: str
) -> None:
    mutant, test, given = PYTHON[rule]
    mutant(monkeypatch)
    notice(request, test, given)


# ---- the counter row

SEQUENCE = (
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
        "CREATE TABLE IF NOT EXISTS sync.head",
        "CREATE SEQUENCE sync.mutant INCREMENT 1000; GRANT ALL ON SEQUENCE sync.mutant TO PUBLIC; CREATE TABLE sync.head",
    ),
)


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
    sql_without(monkeypatch, *SEQUENCE)
    firm = Firm(postgres, tmp_path)
    assert overtaken(firm)
    firm.close()


def test_the_rules_are_where_they_are_taken_away(monkeypatch: Patch) -> None:
    """So that no mutant goes by for want of its words."""
    for mutant in (no_difference, deletions_always_win, rows_without_their_record):
        with monkeypatch.context() as patch:
            mutant(patch)
    for changes in (SEQUENCE, *(changes for changes, _test, _given in SQL.values())):
        with monkeypatch.context() as patch:
            sql_without(patch, *changes)
