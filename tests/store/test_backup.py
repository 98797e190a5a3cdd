"""A backup is a whole file that opens, with its attachments beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import time_machine

from freecrm.core import words
from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.modules import model
from freecrm.store import backup, clock, copies, files
from freecrm.store.database import Store, open_store
from tests.store.samples import a_firm, assert_well, dump, raw


def test_opens_and_holds_everything(store: Store, tmp_path: Path) -> None:
    _, customer, _ = a_firm(store)
    letter = tmp_path / "合同.pdf"
    letter.write_bytes(b"%PDF")
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [files.take(store, letter)]})
    taken = backup.take(store)
    assert taken.counts["customer"] == 1
    assert (taken.files, taken.missing) == (1, 0)
    assert [p.name for p in (store.backups / "files").rglob("*") if p.is_file()] == [
        raw(store, "SELECT hash FROM file")[0][0]
    ]
    copy = open_store(taken.path, model())
    assert dump(copy) == dump(store)
    copy.close()
    assert [c.path for c in copies.listed(store.path)] == [taken.path]
    assert not [p for p in store.backups.rglob("*") if p.name.endswith(".part")]
    assert_well(store)


def test_taken_in_the_middle_of_a_step_holds_none_of_it(store: Store) -> None:
    a_firm(store)
    with store.step("Under way") as step:
        step.insert("customer", {"name": "x"})
        taken = backup.take(store, "daily")
    assert taken.counts["customer"] == 1


def test_cancelled_leaves_nothing(store: Store) -> None:
    a_firm(store)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        backup.make(store, progress=progress)
    assert list(store.backups.iterdir()) == []
    assert len(dump(store)["customer"]) == 1


def test_a_folder_that_is_none(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Known, match=r"could not be written to .*Choose another folder"):
        backup.make(store, folder=tmp_path / "file" / "x")


def test_a_missing_attachment_is_counted_not_fatal(store: Store) -> None:
    _, customer, _ = a_firm(store)
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [{"name": "a.pdf", "hash": "ab" * 32}]})
    assert backup.take(store).missing == 1


def test_a_copy_says_what_it_holds(store: Store) -> None:
    a_firm(store)
    taken = backup.take(store, "before upgrade")
    (listed,) = copies.listed(store.path)
    assert listed.counts == taken.counts
    assert (listed.why, listed.proven, listed.size) == ("before upgrade", True, taken.path.stat().st_size)
    assert abs(listed.at - taken.at) < dt.timedelta(seconds=1)
    assert backup.last(store) == listed


def test_two_in_one_second_are_two(store: Store) -> None:
    a_firm(store)
    with time_machine.travel("2026-03-19 18:02:00+00:00", tick=False):
        made = [backup.take(store, "daily").path for _ in range(3)]
    assert len(set(made)) == 3
    assert [copies.named(path)[1] for path in made] == ["daily"] * 3


def test_what_is_no_backup_is_listed_as_not_proven(store: Store) -> None:
    store.backups.mkdir()
    (store.backups / "firm 2026-03-19 180200 daily.freecrm").write_text("no database")
    (store.backups / "mine.freecrm").touch()
    assert [(c.proven, c.counts, c.why) for c in copies.listed(store.path)] == [
        (False, None, ""),
        (False, None, "daily"),
    ]


def test_by_itself_only_when_something_has_changed(store: Store) -> None:
    assert backup.on_close(store) is None  # nobody has written anything yet
    a_firm(store)
    first = backup.on_close(store)
    assert first is not None
    assert first.path.stem.endswith("on close")
    assert backup.on_close(store) is None
    store.set_setting("firm.name", "鹿溪堂")
    assert backup.on_close(store) is not None
    store.set_setting("backup.on_close", False)
    with store.step("More") as step:
        step.insert("customer", {"name": "x"})
    assert backup.on_close(store) is None
    assert backup.before_import(store) is not None


def test_due_once_a_day_whatever_the_clock_says(store: Store) -> None:
    a_firm(store)
    with time_machine.travel("2026-03-19 08:00:00+00:00") as clock:
        assert backup.due(store)
        assert backup.daily(store) is not None
        assert not backup.due(store)
        clock.move_to("2026-03-21 08:00:00+00:00")
        assert not backup.due(store)  # nothing has changed
        with store.step("More") as step:
            step.insert("customer", {"name": "x"})
        assert backup.due(store)
        clock.move_to("2020-01-01 08:00:00+00:00")  # the computer has lost its clock
        made = backup.daily(store)
        assert made is not None
        assert made.path.exists()
        assert backup.daily(store) is None
        assert backup.last(store) == copies.read(made.path)
    store.set_setting("backup.daily", False)
    with store.step("More") as step:
        step.insert("customer", {"name": "y"})
    assert not backup.due(store)


def test_one_too_old_for_what_has_changed_since_is_warned_of(store: Store) -> None:
    with time_machine.travel("2026-03-01 08:00:00+00:00") as clock:
        assert backup.outdated(store) is None  # nothing to lose yet
        a_firm(store)
        assert backup.outdated(store) is None
        clock.move_to("2026-03-09 08:00:00+00:00")
        assert "no backup" in str(backup.outdated(store))
        backup.make(store)
        clock.move_to("2026-04-09 08:00:00+00:00")
        assert backup.outdated(store) is None  # it still holds everything
        with store.step("More") as step:
            step.insert("customer", {"name": "x"})
        assert "31 days old" in str(backup.outdated(store))
        (backup.last(store) or copies.listed(store.path)[0]).path.unlink()
        assert "no backup" in str(backup.outdated(store))
        backup.make(store)
        assert backup.outdated(store) is None


def test_the_clock_is_told_of(store: Store) -> None:
    assert clock.behind(store) is None
    with time_machine.travel("2026-03-19 08:00:00+00:00"):
        a_firm(store)
    with time_machine.travel("2026-03-19 07:59:00+00:00"):
        assert clock.behind(store) is None
    with time_machine.travel("2020-01-01 08:00:00+00:00"):
        told = str(clock.behind(store))
    assert "2020-01-01" in told
    assert "2026-03-19" in told


def test_the_second_place(store: Store, tmp_path: Path) -> None:
    _, customer, _ = a_firm(store)
    letter = tmp_path / "合同.pdf"
    letter.write_bytes(b"%PDF")
    with store.step("Attach") as step:
        step.update("customer", customer, {"files": [files.take(store, letter)]})
    stick = tmp_path / "stick"
    stick.mkdir()
    store.set_setting("backup.folder", str(stick))
    taken = backup.take(store)
    assert taken.second == stick / "firm backups" / taken.path.name
    assert taken.second.read_bytes() == taken.path.read_bytes()
    assert len([p for p in (stick / "firm backups" / "files").rglob("*") if p.is_file()]) == 1
    assert not list(stick.rglob("*.part"))


def test_a_second_place_that_is_not_there_costs_only_itself(store: Store, tmp_path: Path) -> None:
    a_firm(store)
    store.set_setting("backup.folder", str(tmp_path / "unplugged"))
    taken = backup.automatic(store, "daily")
    assert taken is not None
    assert taken.path.exists()
    assert taken.second is None
    assert "Plug the disk in" in str(taken.trouble)
    assert backup.trouble(store) == taken.trouble
    (tmp_path / "unplugged").mkdir()
    with store.step("More") as step:
        step.insert("customer", {"name": "x"})
    assert backup.on_close(store) is not None
    assert backup.trouble(store) is None


def test_closing_is_never_kept_from_closing(store: Store) -> None:
    a_firm(store)
    store.backups.write_text("in the way")
    assert backup.on_close(store) is None
    words.use("zh_CN")
    assert "换一个文件夹" in str(backup.trouble(store))


def days(*ago: int) -> list[Path]:
    today = dt.datetime(2026, 3, 19, 18, 2)  # noqa: DTZ001 - names carry the time of the wall
    return [Path(f"firm {today - dt.timedelta(days=n):%Y-%m-%d %H%M%S} daily.freecrm") for n in ago]


def test_seven_days_four_weeks_twelve_months_stay() -> None:
    every_day = days(*range(500))
    gone = copies.superfluous(every_day, 7, 4, 12)
    stay = [path.stem[5:15] for path in every_day if path not in gone]
    assert stay[:7] == [f"2026-03-{day}" for day in range(19, 12, -1)]
    assert stay[7:] == ["2026-03-08", "2026-03-01", "2026-02-28", "2026-01-31", "2025-12-31", "2025-11-30",
                        "2025-10-31", "2025-09-30", "2025-08-31", "2025-07-31", "2025-06-30", "2025-05-31",
                        "2025-04-30"]  # fmt: skip
    assert copies.superfluous(days(0, 40, 80, 300), 7, 4, 12) == []


def test_of_the_newest_day_one_a_reason_stays() -> None:
    (path,) = days(0)
    more = [path.with_name(path.name.replace("daily", why)) for why in ("on close", "before import")]
    earlier = [p.with_name(p.name.replace("180200", "120000")) for p in (path, *more)]
    assert set(copies.superfluous([path, *more, *earlier], 1, 0, 0)) == set(earlier)


def test_thinning_leaves_named_ones_and_the_one_just_made(store: Store, tmp_path: Path) -> None:
    store.backups.mkdir()
    store.set_setting("backup.keep_days", 2)
    store.set_setting("backup.keep_weeks", 0)
    store.set_setting("backup.keep_months", 0)
    for path in days(*range(5)):
        for why in ("daily", "before upgrade", "before restore"):
            (store.backups / path.name.replace("daily", why)).touch()
        (store.backups / path.name.replace(" daily", "")).touch()
    with time_machine.travel("2020-01-01 08:00:00+00:00"):
        a_firm(store)
        made = backup.automatic(store, "daily")
    assert made is not None
    assert made.path.exists()
    assert [c.path.name[5:15] for c in copies.listed(store.path) if c.why == "daily"] == [
        "2026-03-19",
        "2026-03-18",
        "2020-01-01",
    ]
    assert len(copies.listed(store.path)) == 3 + 15
