"""Calendars of other programs taken in, activities written as a calendar; nothing doubled, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core import zones
from freecrm.core.problems import Cancelled, Known
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.core.words import N_
from freecrm.exchange import ical, ical_in, ical_out
from freecrm.exchange.ical_event import Event
from freecrm.exchange.ical_in import CHANGED, KEPT, NEW, SAME, Found
from freecrm.exchange.ical_lines import Flaw
from freecrm.exchange.ical_out import Chosen
from freecrm.store import calendar_rows, undo
from freecrm.store.database import Store
from tests.store.samples import dump, open_in

DATA = Path(__file__).parents[1] / "data" / "ics"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_in(tmp_path)
    yield made
    made.close()


def read(name: str) -> tuple[dict[str, Event], list[Flaw]]:
    events, flaws = {}, []
    for one in ical.read_bytes((DATA / name).read_bytes(), "Asia/Shanghai", name):
        if isinstance(one, Event):
            events[one.values["subject"]] = one
        else:
            flaws.append(one)
    return events, flaws


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str, uid: str = "1", start: str = "DTSTART:20260401T010000Z") -> bytes:
    return calendar("BEGIN:VEVENT", f"UID:{uid}", start, "SUMMARY:x", *lines, "END:VEVENT")


def only(data: bytes) -> Event:
    found = [one for one in ical.read_bytes(data, "Asia/Shanghai") if isinstance(one, Event)]
    assert len(found) == 1
    return found[0]


def flaws_of(data: bytes) -> list[Flaw]:
    return [one for one in ical.read_bytes(data, "Asia/Shanghai") if isinstance(one, Flaw)]


def local(moment: dt.datetime, zone: str = "Asia/Shanghai") -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def put(tmp_path: Path, data: bytes, name: str = "in.ics") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def take_in(store: Store, path: Path, now: dt.datetime = NOW) -> Found:
    found = ical_in.look(store, path, now=now)
    ical_in.take(store, found)
    return found


def activities(store: Store) -> dict[str, Record]:
    ids = [id for (id,) in store.read().execute("SELECT id FROM activity")]
    return {record["subject"]: record for record in store.reader().by_ids("activity", ids).values()}


# ---- reading what others write


def test_outlook() -> None:
    events, flaws = read("outlook.ics")
    visit = events["拜访云杉谷酒店"]
    assert local(visit.values["start"]) == "2026-03-10 09:30"
    assert visit.values["start_zone"] == "Asia/Shanghai"
    assert visit.values["text"] == "带样品和报价单\n\n停车在地下二层, 请登记"
    assert visit.befores == (30,)
    assert [person.mail for person in visit.people][:2] == ["lin@yunshan.example", "else@nobody.example"]
    monthly = events["Monthly call"]
    assert monthly.values["start_zone"] == "Europe/Berlin"  # found by what its own definition says
    assert monthly.values["text"] == "Ask for the new price list and samples\nBye"
    assert monthly.values["repeats"] == "FREQ=MONTHLY;UNTIL=20270101T000000;BYDAY=1TU"
    assert events["Monthly call (moved)"].instance is not None
    assert flaws == []


def test_google() -> None:
    events, flaws = read("google.ics")
    fair = events["华东水展"].values
    assert (fair["all_day"], fair["free"]) == (True, True)
    assert (local(fair["start"]), local(fair["end"])) == ("2026-04-01 00:00", "2026-04-04 00:00")
    assert fair["text"] == "展位 B12\n带画册"
    assert events["例会"].befores == (10, 1440)
    assert events["取消的会"].values["state"] == "dropped"
    assert flaws == []


def test_thunderbird() -> None:
    events, flaws = read("thunderbird.ics")
    offer = events["Angebot schreiben"]
    assert (offer.task, offer.values["state"], offer.values["start_zone"]) == (True, "done", "Europe/Berlin")
    assert "start" not in events["Prospekt drucken"].values
    assert local(events["Steuer"].values["end"]) == "2026-06-01 00:00"
    assert len(events["Besuch"].extra) == 2
    assert flaws == []


def test_apple_dingtalk_wecom_and_an_old_phone() -> None:
    events, _ = read("apple.ics")
    assert events["电话 松湾牧场"].befores == (60,)
    assert events["林总生日"].values["repeats"] == "FREQ=YEARLY"
    events, _ = read("dingtalk.ics")
    assert "会议号：123 456 789" in events["【视频会议】麓桐软件 项目评审"].values["text"]
    events, _ = read("wecom_gbk.ics")
    assert (
        local(events["微信回访 墨瑞印刷"].values["start"]) == "2026-03-26 09:00"
    )  # floating: this computer's clock
    events, flaws = read("old_phone.vcs")
    assert "拜访石桥物流" in events
    assert "was not taken; it stands once" in str(flaws[0].why)


def test_a_bad_file_gives_its_good_events_and_the_lines_of_the_bad() -> None:
    events, flaws = read("bad.ics")
    assert set(events) == {
        "Good one",
        "Unknown zone",
        "Every second",
        "Very often",
        "No identifier",
        "Good again",
    }
    lines = (DATA / "bad.ics").read_text("utf-8").splitlines()
    lost = {flaw.name: flaw for flaw in flaws if flaw.lost}
    assert set(lost) == {
        "Ends before it begins",
        "Year one",
        "The last year",
        "No such day",
        "No beginning",
        "Never ended",
    }
    assert lines[lost["Year one"].line - 1] == "DTSTART:00010101T050000Z"
    assert lines[lost["No such day"].line - 1] == "DTSTART:20260230T050000Z"
    assert lines[lost["Ends before it begins"].line - 1].startswith("DTEND")
    assert events["Every second"].values["repeats"] is None
    assert "86,400 times a day" in str(next(flaw.why for flaw in flaws if flaw.name == "Every second"))


def test_a_fold_in_the_middle_of_a_sign() -> None:
    data = event("DESCRIPTION:云杉谷")
    at = data.index("杉".encode()) + 1
    assert only(data[:at] + b"\r\n " + data[at:]).values["text"] == "云杉谷"


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("FREQ=HOURLY;INTERVAL=8", False),
        ("FREQ=MONTHLY;BYDAY=-1FR", True),
        ("FREQ=MINUTELY", False),
        ("FREQ=FORTNIGHTLY", False),
        ("FREQ=DAILY;INTERVAL=0", False),
        ("COUNT=3", False),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=99991231T000000Z", True),
        ("FREQ=WEEKLY;BYDAY=XX", False),
        ("", False),
    ],
)  # fmt: skip
def test_which_rules_are_kept(rule: str, kept: bool) -> None:
    made = only(event(f"RRULE:{rule}"))
    assert (made.values["repeats"] is not None) == kept
    assert bool(made.notes) != kept


def test_a_rule_that_never_comes_stands_once() -> None:
    made = only(event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"))
    assert made.values["repeats"] is None
    assert "never comes" in str(made.notes[0])
    assert not only(event("RRULE:FREQ=DAILY;COUNT=1")).notes


def test_a_file_that_breaks_off_says_so() -> None:
    whole = event()
    assert flaws_of(whole) == []
    (flaw,) = flaws_of(whole.replace(b"END:VCALENDAR\r\n", b""))
    assert (flaw.lost, flaw.line) == (False, 7)
    assert "breaks off" in str(flaw.why)


def test_a_long_subject_is_cut_with_a_remark_and_the_same_again(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, event("DESCRIPTION:y").replace(b"SUMMARY:x", b"SUMMARY:" + b"long word " * 500))
    found = take_in(store, path)
    assert (found.count(NEW), found.odd) == (1, 1)
    assert "4,999 signs" in str(found.flaws[0].why)
    again = ical_in.look(store, path, now=NOW)
    assert (again.count(SAME), again.writes) == (1, 0)


def test_the_end_of_a_rule_is_kept_on_the_clock_of_its_zone() -> None:
    start = "DTSTART;TZID=America/New_York:19970902T090000"
    made = only(event("RRULE:FREQ=DAILY;UNTIL=19971224T000000Z", start=start))
    assert made.values["repeats"] == "FREQ=DAILY;UNTIL=19971223T190000"
    made = only(event("RRULE:FREQ=DAILY;UNTIL=19971224", start=start))
    assert made.values["repeats"] == "FREQ=DAILY;UNTIL=19971224T235959"


def test_weekdays_of_a_rule_in_utc_are_those_of_utc() -> None:
    made = only(event("RRULE:FREQ=WEEKLY;BYDAY=MO", start="DTSTART:20260330T230000Z"))
    assert made.values["start_zone"] == "UTC"


def test_garbage_and_what_is_no_calendar() -> None:
    with pytest.raises(Known, match="Line 1 of x is not the beginning of a calendar"):
        list(ical.read_bytes(b"PK\x03\x04 nothing", "Asia/Shanghai", "x"))
    assert flaws_of(event("TRIGGER", "\x00\x01", "BEGIN:", "END:", "END:VCALENDAR"))
    nested = calendar(*["BEGIN:VEVENT"] * 400)
    assert len(flaws_of(nested)) == 400


@settings(max_examples=150)
@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_bytes_make_it_raise(junk: bytes, at: int) -> None:
    data = (DATA / "bad.ics").read_bytes()
    list(ical.read_bytes(data[:at] + junk + data[at + len(junk) // 2 :], "Asia/Shanghai"))


def test_a_file_that_is_too_large_says_so(tmp_path: Path) -> None:
    path = tmp_path / "big.ics"
    with path.open("wb") as file:
        file.truncate(ical.LARGEST + 1)
    with pytest.raises(Known, match=r"big.ics has 50 MB; FreeCRM reads calendar files of up to 50 MB"):
        list(ical.read(path))
    with pytest.raises(Known, match="can't be read"):
        list(ical.read(tmp_path / "not there.ics"))


def test_too_many_events_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ical, "MOST", 3)
    one = ["BEGIN:VEVENT", "DTSTART:20260401T010000Z", "END:VEVENT"]
    with pytest.raises(Known, match="holds more than 3 events"):
        list(ical.read_bytes(calendar(*one * 4), "Asia/Shanghai", "x.ics"))


# ---- taken in


def test_people_and_customers_are_found(store: Store, tmp_path: Path) -> None:
    with store.step(N_("Import {file}"), file="x", origin="import") as step:
        hotel = step.insert("customer", {"name": "云杉谷酒店"})
        farm = step.insert("customer", {"name": "松湾牧场"})
        step.insert("customer", {"name": "松湾"})
        lin = step.insert("contact", {"name": "林晓棠", "emails": [{"address": "Lin@yunshan.example"}]})
        step.insert("job", {"parent": lin, "parent_entity": "contact", "customer": hotel})
        chen = step.insert("user", {"name": "陈立", "emails": [{"address": "chen@hechuan.example"}]})
    take_in(store, DATA / "outlook.ics")
    visit = activities(store)["拜访云杉谷酒店"]
    assert (visit["customer"], visit["kind"]) == (hotel, "visit")
    assert {(row["contact"], row["user"]) for row in visit["people"]} == {(lin, None), (None, chen)}
    assert "Somebody Else <else@nobody.example>" in visit["text"]
    assert [row["before"] for row in visit["reminders"]] == [30]
    take_in(store, DATA / "apple.ics")
    call = activities(store)["电话 松湾牧场"]
    assert (call["customer"], call["kind"]) == (farm, "call")


def test_a_name_that_may_be_two_is_nobodys(store: Store, tmp_path: Path) -> None:
    with store.step(N_("Import {file}"), file="x", origin="import") as step:
        for name in ("百岩建材", "百岩建材", "Acme"):
            step.insert("customer", {"name": name})
    names = calendar_rows.Names(store, ["拜访百岩建材", "Call Acmeville", "Call Acme!"])
    assert names.named_in("拜访百岩建材") is None
    assert names.named_in("Call Acmeville") is None
    assert names.named_in("Call Acme!") is not None


def test_a_second_import_doubles_nothing(store: Store) -> None:
    for name in ("outlook.ics", "google.ics", "thunderbird.ics", "apple.ics", "bad.ics", "old_phone.vcs"):
        first = take_in(store, DATA / name)
        assert first.count(NEW) == len(first.items)
        before = dump(store)
        again = ical_in.look(store, DATA / name, now=NOW)
        assert [item for item in again.items if item.verdict != SAME] == []
        ical_in.take(store, again)
        assert dump(store) == before


def test_what_changed_is_changed_and_what_is_here_stays(store: Store, tmp_path: Path) -> None:
    path = put(
        tmp_path,
        event("LOCATION:here", "DTEND:20260401T020000Z", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"),
    )
    take_in(store, path)
    id = activities(store)["x"].id
    put(tmp_path, event("DTEND:20260401T030000Z", "LAST-MODIFIED:20990101T000000Z"))
    found = take_in(store, path)
    assert (found.count(CHANGED), len(found.items)) == (1, 1)
    record = activities(store)["x"]
    assert (record.id, record["place"], local(record["end"])) == (id, "here", "2026-04-01 11:00")
    assert [row["before"] for row in record["reminders"]] == [5]


def test_what_was_changed_here_since_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    path = put(tmp_path, event("LAST-MODIFIED:20260301T000000Z", "LOCATION:there"))
    take_in(store, path)
    id = activities(store)["x"].id
    with store.step(N_("Activity put off: {name}"), name="x") as step:
        step.update("activity", id, {"place": "by hand"})
    found = take_in(store, path)
    assert found.count(KEPT) == 1
    assert activities(store)["x"]["place"] == "by hand"
    put(tmp_path, event("LAST-MODIFIED:20990301T000000Z", "LOCATION:moved there"))
    assert take_in(store, path).count(CHANGED) == 1
    assert activities(store)["x"]["place"] == "moved there"


def test_the_newer_of_two_in_one_file_counts(store: Store, tmp_path: Path) -> None:
    one = ["BEGIN:VEVENT", "UID:1", "DTSTART:20260401T010000Z"]
    data = calendar(
        *one, "SEQUENCE:2", "SUMMARY:newer", "END:VEVENT", *one, "SEQUENCE:1", "SUMMARY:older", "END:VEVENT"
    )
    take_in(store, put(tmp_path, data))
    assert list(activities(store)) == ["newer"]


def test_a_series_with_times_that_stand_for_themselves(store: Store) -> None:
    take_in(store, DATA / "outlook.ics")
    found = activities(store)
    series, moved = found["Monthly call"], found["Monthly call (moved)"]
    assert moved["series"] == series.id
    assert str(round(moved["instance"].timestamp() * 1000)) in series["skipped"]
    assert len(series["skipped"].split()) == 2


def test_the_past_is_not_overdue(store: Store) -> None:
    take_in(store, DATA / "google.ics", now=dt.datetime(2026, 4, 10, tzinfo=dt.UTC))
    found = activities(store)
    assert found["华东水展"]["state"] == "done"
    assert local(found["例会"]["open_at"]) == "2026-04-13 09:30"


def test_an_import_is_one_step(store: Store) -> None:
    before = dump(store)
    take_in(store, DATA / "outlook.ics")
    undo.undo(store)
    assert dump(store)["activity"] == before["activity"]
    assert dump(store)["reminder"] == []


def test_it_can_be_stopped(store: Store) -> None:
    from freecrm.core.jobs import Progress

    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        ical_in.look(store, DATA / "google.ics", progress)


# ---- out


def test_what_is_written_is_clean(store: Store, tmp_path: Path) -> None:
    take_in(store, DATA / "outlook.ics")
    made = ical_out.export(store, tmp_path / "out.ics", Chosen())
    data = made.path.read_bytes()
    assert made.count == 3
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"METHOD" not in data
    assert b"ATTENDEE" not in data
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in data
    assert data == ical_out.export(store, tmp_path / "again.ics", Chosen()).path.read_bytes()
    import icalendar

    parsed = icalendar.Calendar.from_ical(data)
    assert len(parsed.walk("VEVENT")) == 3
    assert not [error for part in parsed.walk() for error in getattr(part, "errors", [])]


def test_only_what_is_chosen_is_written(store: Store, tmp_path: Path) -> None:
    take_in(store, DATA / "google.ics")
    path = tmp_path / "out.ics"
    assert (
        ical_out.export(store, path, Chosen(since=dt.date(2026, 4, 20))).count == 2
    )  # the series and what was dropped
    assert ical_out.export(store, path, Chosen(until=dt.date(2026, 4, 1))).count == 1
    with pytest.raises(Known, match="There is no activity to save"):
        ical_out.export(store, path, Chosen(ids=[]))


def state_of(store: Store) -> list[dict[str, Any]]:
    """All that a calendar carries of the activities."""
    names = [
        "subject", "text", "place", "kind", "state", "start", "end", "all_day", "free", "done_at", "result",
        "outcome", "repeats", "skipped", "done_through", "instance",
    ]  # fmt: skip
    found = []
    for record in sorted(activities(store).values(), key=lambda r: r["subject"]):
        one = {name: record[name] or None for name in names}
        one["start_zone"] = record["start_zone"] if record["start"] else None
        one["reminders"] = sorted(row["before"] for row in record["reminders"])
        one["people"] = sorted(
            row.get("contact_title") or row.get("user_title") or "" for row in record["people"]
        )
        one["customer"] = record["customer_title"] if record["customer"] else None
        one["series"] = bool(record["series"])
        found.append(one)
    return found


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co")), max_size=40
).map(str.strip)
SECONDS = st.integers(1_735_700_000, 1_830_000_000)
MOMENT = SECONDS.map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


@st.composite
def an_activity(draw: Any, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "subject": f"{number} {' '.join(draw(TEXT).split())}".strip(),
        "kind": draw(st.sampled_from(["call", "visit", "task"])),
    }
    made["text"] = draw(TEXT) or None
    made["place"] = draw(TEXT) or None
    made["state"] = draw(st.sampled_from(["planned", "done", "dropped"]))
    if made["state"] == "done":
        made |= {"done_at": draw(MOMENT), "result": draw(TEXT) or None}
    shape = draw(st.sampled_from(["none", "timed", "whole", "series"]))
    if shape != "none":
        start = draw(MOMENT)
        made["start_zone"] = draw(
            st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"])
        )
        if shape == "whole":
            made["start_zone"] = "Asia/Shanghai"
            start = start.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0).astimezone(dt.UTC)
            made["all_day"], made["end"] = True, start + dt.timedelta(days=draw(st.integers(1, 3)))
        else:
            made["end"] = start + dt.timedelta(minutes=draw(st.integers(0, 600)))
        made["start"] = start
        made["free"] = draw(st.sampled_from([True, None]))
        made["reminders"] = [{"before": n} for n in draw(st.sets(st.integers(-2000, 3000), max_size=2))]
        if shape == "series":
            made["repeats"] = draw(
                st.sampled_from(
                    [
                        "FREQ=DAILY;COUNT=9",
                        "FREQ=WEEKLY;UNTIL=20291231T090000",
                        "FREQ=MONTHLY;BYMONTHDAY=31",
                        "LUNAR=08-15",
                    ]
                )
            )
            out = draw(st.sets(st.integers(0, 5), max_size=2))
            made["skipped"] = (
                " ".join(str(round((start + dt.timedelta(days=n)).timestamp() * 1000)) for n in sorted(out))
                or None
            )
    return made


@settings(max_examples=8)
@given(data=st.data())
def test_in_out_in_is_the_same(data: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("round")
    one, other = open_in(folder, "one.freecrm"), open_in(folder, "other.freecrm")
    try:
        count = data.draw(st.integers(1, 5))
        with one.step(N_("Import {file}"), file="x", origin="import") as step:
            hotel = step.insert("customer", {"name": "云杉谷酒店"})
            for number in range(count):
                values = data.draw(an_activity(number))
                if data.draw(st.booleans()):
                    values["customer"] = hotel
                step.insert("activity", values)
        with other.step(N_("Import {file}"), file="x", origin="import") as step:
            step.insert("customer", {"name": "云杉谷酒店"})
        path = ical_out.export(one, folder / "a.ics", Chosen()).path
        assert {item.verdict for item in ical_in.look(one, path, now=NOW).items} == {SAME}
        take_in(other, path)
        assert state_of(other) == state_of(one)
        again = ical_out.export(other, folder / "b.ics", Chosen()).path
        assert {item.verdict for item in ical_in.look(other, again, now=NOW).items} == {SAME}
        assert {item.verdict for item in ical_in.look(one, again, now=NOW).items} == {SAME}
    finally:
        one.close()
        other.close()


def test_a_series_goes_out_and_comes_back(store: Store, tmp_path: Path) -> None:
    for name in ("outlook.ics", "thunderbird.ics"):
        take_in(store, DATA / name)
    path = ical_out.export(store, tmp_path / "out.ics", Chosen()).path
    (tmp_path / "other").mkdir()
    other = open_in(tmp_path / "other")
    try:
        take_in(other, path)
        assert [one["instance"] for one in state_of(other)] == [one["instance"] for one in state_of(store)]
        assert sorted(map(str, state_of(other))) == sorted(map(str, state_of(store)))
    finally:
        other.close()


def test_zones_are_told_by_every_name() -> None:
    from freecrm.exchange.ical_zones import named

    assert named("China Standard Time") == "Asia/Shanghai"
    assert named("(UTC+08:00) 北京，重庆，香港特别行政区，乌鲁木齐") == "Asia/Shanghai"
    assert (
        named("/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires")
        == "America/Argentina/Buenos_Aires"
    )
    assert named("/mozilla.org/20050126_1/Europe/Berlin") == "Europe/Berlin"
    assert named("W. Europe Standard Time") == "Europe/Berlin"
    assert named("UTC") == "UTC"
    assert named("../../etc/passwd") == ""
    assert zones.here() == "Asia/Shanghai"


def test_a_calendar_leaves_for_nobody_who_may_not_export_it(store: Store, tmp_path: Path) -> None:
    store.hold_to(Rights(b"m" * 16, {("activity", "export"): "none"}))
    with pytest.raises(Known, match="do not let you export"):
        ical_out.export(store, tmp_path / "out.ics", Chosen())
    assert not (tmp_path / "out.ics").exists()
