"""Changing a repeating activity: this time, this and all later ones, or all of them. Each is one step that can be undone.

    series.change(store, id, instance, {"subject": …}, series.THIS)
    series.change(store, id, instance, {"start": …}, series.LATER)     moved, with all that come later
    series.delete(store, id, instance, series.ALL)

`id` is the repeating activity (the master), or one that stands for a single time of it; `instance` the beginning of the
time meant, as `repeats.times` gave it. *This* makes an activity of its own for that time, which the master leaves out.
*Later* ends the master before that time; a new master begins with it. *All* moves the master itself.

What people have done with single times goes along: a time that was left out, or stands by itself, belongs afterwards to
the time of the same number. Where the new rule has no such time, it stays where it is as an activity of its own
(`Done.loose`). What is done already stays on its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from freecrm.core import agenda, repeats
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.spans import at_wall, end_of, moment, ms, wall
from freecrm.core.words import N_, say
from freecrm.store.activities import GONE, people_of, refuse_backwards, tell_colleagues

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

THIS, LATER, ALL = "this", "later", "all"
SCOPES = (THIS, LATER, ALL)
MOST = 100_000
"""Times of a series that are counted to find the place of one."""

_CHANGED = {
    THIS: N_("“{name}” changed this time"),
    LATER: N_("“{name}” changed from then on"),
    ALL: N_("“{name}” changed every time"),
}
_DELETED = {
    THIS: N_("“{name}” deleted this time"),
    LATER: N_("“{name}” deleted from then on"),
    ALL: N_("“{name}” deleted with all times"),
}
_NO_TIME = N_("“{name}” doesn't take place then any more. Look at the calendar again.")
_LOOSE: dict[str, Any] = {"series": None, "instance": None}
_KEPT = frozenset({"all_day", "people", "reminders", "files"})
"""What an activity that stands for a single time keeps as its own, whatever becomes of the others."""
_OF_MASTER = frozenset(
    "start end repeats skipped done_through series instance uid settled carried recorded state result outcome"
    " direction done_at files".split()
)
"""What another activity of a series doesn't begin with."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. id: the activity that now holds the time meant, None when it was deleted. loose: activities that
    stood for a time of the series and are single ones now."""

    id: bytes | None
    loose: tuple[bytes, ...] = ()


def change(
    store: Store,
    id: bytes,
    instance: dt.datetime,
    values: Mapping[str, Any],
    scope: str = THIS,
    *,
    accepted: Iterable[bytes] = (),
) -> Done:
    """Change values of a time, of it and the later ones, or of all. start, end: those of the time meant; the others
    move by as much. accepted: the activities it may clash with. Colleagues who come to it by that get a notice.
    Known when the time isn't there any more, or would end before it begins."""
    from freecrm.store import clashes

    work = _Work(store, id, instance)
    with store.step(_CHANGED[work.scope(scope)], name=work.master["subject"] or "") as step:
        done = work.change(step, dict(values), work.scope(scope))
        if done.id is not None:
            clashes.accept(step, done.id, accepted)
            tell_colleagues(step, store, done.id, people_of(work.own or work.master))
        return done


def takes_place(store: Store, id: bytes, instance: dt.datetime | None) -> bool:
    """Whether an activity is there and, where it repeats, has a time that begins then."""
    record = store.reader().record("activity", id)
    if record is None or instance is None or not record["repeats"] or record["start"] is None:
        return record is not None
    at = ms(instance)
    found = repeats.times(ms(record["start"]), record["start_zone"], record["repeats"], at)
    return next(found, None) == at and at not in repeats.left_out(record["skipped"])


def delete(store: Store, id: bytes, instance: dt.datetime, scope: str = THIS) -> Done:
    """Take out a time, it and the later ones, or all. What was done already stays, as activities of their own."""
    work = _Work(store, id, instance)
    with store.step(_DELETED[work.scope(scope)], name=work.master["subject"] or "") as step:
        return work.delete(step, work.scope(scope))


class _Work:
    """A change under way. master: the repeating activity. at: the time meant (ms). own: what stands for it, if any."""

    def __init__(self, store: Store, id: bytes, instance: dt.datetime) -> None:
        self.store = store
        record = store.reader().record("activity", id)
        self.own: Record | None = None
        if record is not None and record["series"]:
            self.own, record = record, store.reader().record("activity", record["series"])
            assert self.own is not None
            instance = self.own["instance"] or instance
        if record is None:
            raise Known(say(GONE))
        self.master, self.at = record, ms(instance)
        self.zone: str | None = record["start_zone"]
        if record["repeats"] and record["start"] is not None:
            self._find_own(instance)

    def _find_own(self, instance: dt.datetime) -> None:
        if self.own is None:
            own = [other for other in self._stand_ins() if other["instance"] == instance]
            self.own = own[0] if own else None
        if self.own is None:
            found = next(self.times(self.at), None)
            if found != self.at or self.at in repeats.left_out(self.master["skipped"]):
                raise Known(say(_NO_TIME, name=self.master["subject"] or ""))

    @property
    def start(self) -> int:
        """The beginning of the whole series."""
        return ms(self.master["start"])

    def times(self, since: int | None = None) -> Iterator[int]:
        return repeats.times(self.start, self.zone, self.master["repeats"], since)

    def scope(self, scope: str) -> str:
        """What is meant: later than the first is all; what doesn't repeat is one."""
        if not self.master["repeats"] or self.master["start"] is None:
            return THIS
        return ALL if scope == LATER and self.at <= self.start else scope

    def _stand_ins(self, since: int | None = None) -> list[Record]:
        """The activities that stand for single times of the series, from a time on."""
        sql = "SELECT id FROM activity WHERE series = ? AND coalesce(instance, 0) >= ? ORDER BY instance"
        least = -(1 << 62) if since is None else since
        rows = self.store.read().execute(sql, (self.master.id, least)).fetchall()
        found = self.store.reader().by_ids("activity", [id for (id,) in rows])
        return [found[id] for (id,) in rows if id in found]

    # ---- delete

    def delete(self, step: Step, scope: str) -> Done:
        if scope == THIS:
            if self.own is not None:
                step.delete("activity", self.own.id)
            elif self.master["repeats"]:
                self._leave_out(step)
            else:
                step.delete("activity", self.master.id)
            return Done(None)
        loose = []
        for other in self._stand_ins(None if scope == ALL else self.at):
            if other["state"] == agenda.DONE:
                step.update("activity", other.id, _LOOSE)
                loose.append(other.id)
            else:
                step.delete("activity", other.id)
        if scope == ALL:
            step.delete("activity", self.master.id)
        else:
            step.update(
                "activity", self.master.id, {"repeats": repeats.ended(self.master["repeats"], self.at)}
            )
        return Done(None, tuple(loose))

    def _leave_out(self, step: Step) -> None:
        skipped = repeats.with_left_out(self.master["skipped"], self.at)
        step.update("activity", self.master.id, {"skipped": skipped})

    # ---- change

    def change(self, step: Step, values: dict[str, Any], scope: str) -> Done:
        if scope == THIS:
            return Done(self._change_this(step, values))
        if self.own is not None:  # what is said of all starts from where this one stands in the series
            values = self._from_own(values)
        return self._change_many(step, values, scope)

    def _change_this(self, step: Step, values: dict[str, Any]) -> bytes:
        if self.own is None and not self.master["repeats"]:
            self._refuse_backwards(self.master, values)
            step.update("activity", self.master.id, self._with_end(self.master, values))
            return self.master.id
        values.pop("repeats", None)
        if self.own is not None:
            self._refuse_backwards(self.own, values)
            step.update("activity", self.own.id, self._with_end(self.own, values))
            return self.own.id
        start, zone = values.get("start") or moment(self.at), values.get("start_zone", self.zone)
        made = self._copied() | self._spanned(values, start, zone)
        made |= {name: value for name, value in values.items() if name not in ("start", "end")}
        made |= {"series": self.master.id, "instance": moment(self.at)}
        self._leave_out(step)
        return step.insert("activity", made)

    def _from_own(self, values: dict[str, Any]) -> dict[str, Any]:
        """start and end of an activity that was moved by itself, as if it had not been."""
        own = self.own
        if own is None or own["start"] is None:
            return values
        back = moment(self.at) - own["start"]
        return {n: v + back if n in ("start", "end") and v is not None else v for n, v in values.items()}

    def _change_many(self, step: Step, values: dict[str, Any], scope: str) -> Done:
        others = self._stand_ins(None if scope == ALL else self.at)
        begin = self.start if scope == ALL else self.at
        changed = self._series(values, begin)
        rule, start, zone = changed["repeats"], ms(changed["start"]), changed["start_zone"]
        if rule and scope == LATER and "repeats" not in values:
            changed["repeats"] = rule = self._rest(rule)
        skipped = {at for at in repeats.left_out(self.master["skipped"]) if at >= begin}
        through = None if self.master["done_through"] is None else ms(self.master["done_through"])
        wanted = skipped | {ms(other["instance"]) for other in others if other["instance"] is not None}
        places = self._places(begin, (start, zone, rule), wanted, through, by_number="repeats" not in values)
        changed["skipped"] = repeats.with_left_out(
            None,
            *(places[at] for at in skipped if places.get(at) is not None),  # type: ignore[arg-type]
        )
        done = places.get(through) if through is not None and through >= begin else None
        changed["done_through"] = None if done is None else moment(done)
        if scope == ALL:
            master = self.master.id
            step.update("activity", master, {**_plain(values), **changed})
        else:
            master = step.insert("activity", {**self._copied(), **_plain(values), **changed})
            step.update(
                "activity", self.master.id, {"repeats": repeats.ended(self.master["repeats"], self.at)}
            )
        loose = [other.id for other in others if not self._take_along(step, other, master, places, values)]
        return Done(master, tuple(loose))

    def _series(self, values: dict[str, Any], begin: int) -> dict[str, Any]:
        """Start, end, zone and rule of the series that begins where the time `begin` of this one was."""
        zone = values.get("start_zone", self.zone)
        rule = values.get("repeats", self.master["repeats"]) or None
        meant, first = wall(self.at, self.zone), wall(begin, self.zone)
        to = wall(ms(values["start"]), zone) if values.get("start") is not None else meant
        there = first + (to - meant)
        if rule and "repeats" not in values:
            rule = repeats.moved(rule, meant.date(), to.date())
            rule = self._with_its_end(rule, to - meant, zone)
            if to.date() != meant.date() and begin != self.at:
                there = repeats.first_near(rule, there)
        start = begin if there == first and zone == self.zone else at_wall(there, zone)
        return self._spanned(values, moment(start), zone) | {"start_zone": zone, "repeats": rule}

    def _with_its_end(self, rule: str, on: dt.timedelta, zone: str | None) -> str:
        """A rule whose times move, with its end moved as well where that is a moment, so that it has as many times
        as before. A day that somebody named as the last one stays."""
        made = repeats.parse(rule)[0]
        if made is None or not isinstance(made.until, dt.datetime) or made.until.tzinfo is None:
            return rule
        until = at_wall(wall(ms(made.until), self.zone) + on, zone)
        return repeats.put_together(rule, until=moment(until))

    def _rest(self, rule: str) -> str:
        """A rule that ends after a number of times, with those taken off that came before the time meant."""
        made = repeats.parse(rule)[0]
        if made is None or made.count is None:
            return rule
        before = sum(
            1 for _one in repeats.times(self.start, self.zone, self.master["repeats"], None, self.at)
        )
        return repeats.put_together(rule, count=max(made.count - before, 1))

    def _places(
        self,
        begin: int,
        new: tuple[int, str | None, str | None],
        wanted: set[int],
        through: int | None,
        *,
        by_number: bool,
    ) -> dict[int, int | None]:
        """Where the times of the old series are in the new one; None for one that has no place there."""
        start, zone, rule = new
        found: dict[int, int | None] = dict.fromkeys(wanted)
        most = max([*wanted, *([through] if through is not None else [])], default=None)
        if most is None or most < begin or not rule:
            return found
        if not by_number:
            there = set(repeats.times(start, zone, rule, min([begin, start]), most + 1))
            found.update({at: at for at in wanted if at in there})
            if through is not None:
                found[through] = through
            return found
        pairs = zip(self.times(begin), repeats.times(start, zone, rule), strict=False)
        for old, to in islice(pairs, MOST):
            if old > most:
                break
            if old in wanted:
                found[old] = to
            if through is not None and old <= through:
                found[through] = to
        return found

    def _take_along(
        self,
        step: Step,
        other: Record,
        master: bytes,
        places: dict[int, int | None],
        values: dict[str, Any],
    ) -> bool:
        """Put an activity that stands for a time to its place in the series; False when it has none there."""
        at = ms(other["instance"]) if other["instance"] is not None else None
        to = places.get(at) if at is not None else None
        if at is None or to is None:
            step.update("activity", other.id, _LOOSE)
            return False
        made: dict[str, Any] = {"series": master, "instance": moment(to)}
        if other["state"] != agenda.DONE:
            follows = {n: v for n, v in _plain(values).items() if n not in _KEPT and n in self.master.values}
            made |= {n: v for n, v in follows.items() if other[n] == self.master[n]}
            zone = values.get("start_zone", self.zone)
            by = wall(to, zone) - wall(at, self.zone)
            if by and other["start"] is not None:
                start = moment(at_wall(wall(ms(other["start"]), self.zone) + by, zone))
                made["start"] = start
                if other["end"] is not None:
                    made["end"] = start + (other["end"] - other["start"])
        step.update("activity", other.id, made)
        return True

    # ---- spans

    def _spanned(self, values: dict[str, Any], start: dt.datetime, zone: str | None) -> dict[str, Any]:
        """Start and end of a time that begins at `start`. values: may say how long the time meant is from now on."""
        like: Any = self.master
        if "end" in values:
            begin = values.get("start") or moment(self.at)
            whole_day = values.get("all_day", self.master["all_day"])
            like = {"start": begin, "end": values["end"], "all_day": whole_day, "start_zone": zone}
        end = end_of(like, start, zone)
        refuse_backwards(start, end)
        return {"start": start, "end": end}

    def _with_end(self, record: Record, values: dict[str, Any]) -> dict[str, Any]:
        """Values of a single activity; its length stays when only its start is moved."""
        if values.get("start") is not None and "end" not in values and record["end"] is not None:
            return {
                **values,
                "end": end_of(record, values["start"], values.get("start_zone", record["start_zone"])),
            }
        return values

    def _refuse_backwards(self, record: Record, values: dict[str, Any]) -> None:
        made = self._with_end(record, values)
        refuse_backwards(made.get("start", record["start"]), made.get("end", record["end"]))

    def _copied(self) -> dict[str, Any]:
        """The values of the master that another activity of the series begins with."""
        fields = self.store.schema.fields("activity")
        made: dict[str, Any] = {}
        for name, f in fields.items():
            value = self.master[name]
            if name in _OF_MASTER or f.derived is not None or value in (None, "", []):
                continue
            made[name] = _rows(self.store, f, value) if isinstance(f, Rows) else value
        made["start_zone"] = self.zone
        return made


def _rows(store: Store, f: Rows, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Child rows as new ones."""
    own = {
        name
        for name, child in store.schema.entity(f.of).fields.items()
        if child.derived is None and name not in ("parent", "parent_entity", "seen", "again")
    }
    return [{name: value for name, value in row.items() if name in own} for row in rows]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name not in ("start", "end", "repeats", "start_zone")
    }
