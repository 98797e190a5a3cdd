"""The filter of a list as its user sees it: chips joined by and (or by or), each of one condition or of
several alternatives. It is a `Condition` to the store, and plain data in a saved view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from freecrm.core.fields import Field, Link
from freecrm.core.query import ME, OPERATIONS, All, Any_, Condition, Not, Where

Chip = tuple[Where, ...]
"""Alternatives, joined the other way than the chips."""


@dataclass(frozen=True, slots=True)
class Filters:
    """chips: see `Chip`. any: one chip that holds is enough; else all must."""

    chips: tuple[Chip, ...] = ()
    any: bool = False

    @property
    def condition(self) -> Condition | None:
        """What the store is asked for."""
        if not self.chips:
            return None
        inner, outer = (All, Any_) if self.any else (Any_, All)
        return outer(tuple(chip[0] if len(chip) == 1 else inner(chip) for chip in self.chips))

    def without(self, at: int) -> Filters:
        """The filter without one chip."""
        return replace(self, chips=self.chips[:at] + self.chips[at + 1 :])

    def put(self, at: int, chip: Chip) -> Filters:
        """The filter with another chip at this place; behind the last when there is none."""
        return replace(self, chips=(*self.chips[:at], chip, *self.chips[at + 1 :]))


def filters_of(condition: Condition | None) -> Filters:
    """The filter that gave this condition; anything built otherwise counts as no filter."""
    if condition is None:
        return Filters()
    if isinstance(condition, Where):
        return Filters(((condition,),))
    if isinstance(condition, Not):
        return Filters()
    inner = All if isinstance(condition, Any_) else Any_
    chips: list[Chip] = []
    for part in condition.of:
        if isinstance(part, Where):
            chips.append((part,))
        elif isinstance(part, inner) and all(isinstance(one, Where) for one in part.of):
            chips.append(tuple(one for one in part.of if isinstance(one, Where)))
        else:
            return Filters()
    return Filters(tuple(chips), isinstance(condition, Any_))


def chips_of(condition: Condition | None) -> Filters:
    """The filter of a list for a question whose conditions all hold, each in the form that the filter's panel gives
    it: one of, from … to. What isn't of that kind counts as no filter."""
    spans: dict[str, list[Any]] = {}
    found: list[Condition] = []
    for part in _all_of(condition):
        if isinstance(part, Where) and part.op in (">=", "<="):
            ends = spans.setdefault(part.field, [None, None])
            at = 0 if part.op == ">=" else 1
            ends[at] = part.value if ends[at] is None else (max, min)[at](ends[at], part.value)
        else:
            found.append(_chosen(part))
    found += [Where(name, "between", tuple(ends)) for name, ends in spans.items()]
    return filters_of(All(tuple(found))) if found else Filters()


def _all_of(condition: Condition | None) -> list[Condition]:
    if condition is None:
        return []
    return (
        [one for part in condition.of for one in _all_of(part)] if isinstance(condition, All) else [condition]
    )


def _chosen(part: Condition) -> Condition:
    if isinstance(part, Any_):
        return Any_(tuple(_chosen(one) for one in part.of))
    if isinstance(part, Where) and part.op == "=" and not isinstance(part.value, bool):
        return Where(part.field, "in", (part.value,))
    return part


def fields_in(condition: Condition | None) -> set[str]:
    """The names of the fields a condition asks for."""
    if condition is None:
        return set()
    if isinstance(condition, Where):
        return {condition.field}
    if isinstance(condition, Not):
        return fields_in(condition.of)
    return {name for part in condition.of for name in fields_in(part)}


# ---- as data


def to_data(filters: Filters) -> dict[str, Any]:
    """The filter as JSON takes it; periods and "me" stay words."""
    chips = [
        [{"field": w.field, "op": w.op, "value": _plain(w.value)} for w in chip] for chip in filters.chips
    ]
    return {"any": filters.any, "chips": chips}


def from_data(data: Any, fields: Mapping[str, Field]) -> Filters:
    """The filter that `to_data` gave. What this program or this file doesn't know is left out; never raises."""
    if not isinstance(data, dict) or not isinstance(data.get("chips"), list):
        return Filters()
    chips: list[Chip] = []
    for held in data["chips"]:
        chip = tuple(w for one in held if (w := _where(one, fields))) if isinstance(held, list) else ()
        if chip:
            chips.append(chip)
    return Filters(tuple(chips), data.get("any") is True)


def _where(data: Any, fields: Mapping[str, Field]) -> Where | None:
    if not isinstance(data, dict):
        return None
    name, op = data.get("field"), data.get("op")
    if not isinstance(name, str) or name not in fields or op not in OPERATIONS:
        return None
    try:
        value = _rich(data.get("value"))
    except (ValueError, TypeError, ArithmeticError):  # written by another program, or by hand
        return None
    return Where(name, op, value) if _fits(op, value, fields[name]) else None


def _fits(op: str, value: Any, f: Field) -> bool:
    """Whether a value is of the kind that an operation compares a field with."""
    if op in ("within", "outside"):
        from freecrm.core.periods import is_period

        return is_period(value) and f.kind in ("date", "moment")
    if op in ("in", "none"):
        return isinstance(value, tuple) and all(_is_like(one, f) for one in value)
    if op == "between":
        ends = value if isinstance(value, tuple) and len(value) == 2 else ()
        days = f.kind in ("date", "moment")
        return any(end is not None for end in ends) and all(
            end is None or (type(end) is dt.date if days else f.numeric and type(end) in (int, Decimal))
            for end in ends
        )
    if op in ("empty", "filled"):
        return value is None
    return isinstance(value, str) if op in ("contains", "starts") else _is_like(value, f)


def _is_like(value: Any, f: Field) -> bool:
    if isinstance(f, Link):
        return isinstance(value, bytes) or value in (ME, "")
    kinds = {"yesno": (bool,), "date": (dt.date,), "moment": (dt.datetime,)}
    return type(value) in kinds.get(f.kind, (int, Decimal, str) if f.numeric else (str,))


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, dt.datetime):
        return {"at": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return {"id": value.hex()} if isinstance(value, bytes) else value


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rich(one) for one in value)
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    made: dict[str, Callable[[str], Any]] = {
        "at": dt.datetime.fromisoformat,
        "day": dt.date.fromisoformat,
        "number": Decimal,
        "id": bytes.fromhex,
    }
    return made[kind](text) if kind in made else None


# ---- words worked out


def resolved(
    condition: Condition, fields: Mapping[str, Field], today: dt.date, me: bytes | None
) -> Condition:
    """The condition in plain operations: periods as days, "me" as the user, ranges as comparisons."""
    if isinstance(condition, Where):
        return _resolved(condition, fields.get(condition.field), today, me)
    if isinstance(condition, Not):
        return Not(resolved(condition.of, fields, today, me))
    return type(condition)(tuple(resolved(part, fields, today, me) for part in condition.of))


def _resolved(of: Where, f: Field | None, today: dt.date, me: bytes | None) -> Condition:
    if of.op in ("within", "outside"):
        from freecrm.core.periods import is_period, span

        inside = _between(of.field, span(of.value, today) if is_period(of.value) else (None, None), f)
        return Not(inside) if of.op == "outside" else inside
    if of.op == "between":
        return _between(of.field, of.value, f)
    if of.op == "none":
        return Not(_resolved(Where(of.field, "in", of.value), f, today, me))
    if of.op == "in" and ME in of.value and isinstance(f, Link):
        return Where(
            of.field, "in", tuple(v for v in (me if v == ME else v for v in of.value) if v is not None)
        )
    return of


def _between(name: str, ends: tuple[Any, Any], f: Field | None) -> Condition:
    low, high = ends
    if f is not None and f.kind == "moment":
        low, high = _moment(low), _moment(high + dt.timedelta(days=1)) if high is not None else None
        upper = "<"
    else:
        upper = "<="
    parts = [Where(name, op, value) for op, value in ((">=", low), (upper, high)) if value is not None]
    return All(tuple(parts)) if parts else Where(name, "filled")


def _moment(day: dt.date | None) -> dt.datetime | None:
    """The beginning of a day where this computer stands."""
    return None if day is None else dt.datetime.combine(day, dt.time()).astimezone(dt.UTC)
