"""Where things stand in a calendar: columns, what is folded, lanes; what a drag means."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from freecrm.ui.calendar import layout

SPANS = st.lists(
    st.tuples(st.integers(0, 1400), st.integers(1, 300)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=40,
)


def test_two_that_overlap_stand_side_by_side() -> None:
    slots, folds = layout.columns([(0, 60), (30, 90), (90, 120)])
    assert [(slots[at].column, slots[at].of) for at in range(3)] == [(0, 2), (1, 2), (0, 1)]
    assert folds == []


def test_touching_ones_share_a_column() -> None:
    """AC-CAL-2."""
    slots, _folds = layout.columns([(0, 60), (60, 120)])
    assert {slot.of for slot in slots.values()} == {1}


def test_six_at_once_fold_to_three_more() -> None:
    """AC-CAL-3."""
    slots, folds = layout.columns([(0, 60)] * 6, most=4)
    assert len(slots) == 3
    assert [len(fold.hidden) for fold in folds] == [3]


@given(SPANS, st.integers(1, 6))
def test_every_item_is_drawn_or_folded_and_none_covers_another(
    spans: list[tuple[int, int]], most: int
) -> None:
    slots, folds = layout.columns(spans, most)
    hidden = [at for fold in folds for at in fold.hidden]
    assert sorted([*slots, *hidden]) == list(range(len(spans)))
    assert all(slot.of <= most for slot in slots.values())
    for one, slot in slots.items():
        for other, beside in slots.items():
            if one < other and spans[one][0] < spans[other][1] and spans[other][0] < spans[one][1]:
                assert slot.column != beside.column
                assert slot.of == beside.of
    for fold in folds:
        assert all(fold.since <= spans[at][0] and spans[at][1] <= fold.until for at in fold.hidden)


def test_lanes_keep_the_last_one_for_the_count() -> None:
    lanes, hidden = layout.lanes([(0, 2), (0, 0), (0, 0), (0, 0)], 7, most=3)
    assert lanes == {0: 0, 1: 1}
    assert [len(gone) for gone in hidden] == [2, 0, 0, 0, 0, 0, 0]


def test_lanes_reach_over_the_edges_of_a_week() -> None:
    lanes, _hidden = layout.lanes([(-3, 9), (6, 12)], 7)
    assert lanes == {0: 0, 1: 1}


@given(st.lists(st.tuples(st.integers(-3, 8), st.integers(0, 5)), max_size=40), st.integers(1, 5))
def test_lanes_lose_nothing(made: list[tuple[int, int]], most: int) -> None:
    spans = [(first, first + more) for first, more in made]
    lanes, hidden = layout.lanes(spans, 7, most)
    seen: set[tuple[int, int]] = set()
    for at, (first, last) in enumerate(spans):
        days = range(max(first, 0), min(last, 6) + 1)
        for day in days:
            if at in lanes:
                assert (lanes[at], day) not in seen
                seen.add((lanes[at], day))
            else:
                assert at in hidden[day]
    for day in range(7):
        assert sum(taken == day for _lane, taken in seen) + bool(hidden[day]) <= most


def test_shares() -> None:
    assert layout.shares([1, 1, 2], 400) == [(0, 100), (100, 100), (200, 200)]


def test_a_month_shows_its_weeks() -> None:
    from freecrm.ui.calendar import period

    days = period.days_of(period.MONTH, dt.date(2026, 2, 10))
    assert (days[0], len(days)) == (dt.date(2026, 1, 26), 35)
    assert len(period.days_of(period.MONTH, dt.date(2027, 2, 1))) == 28  # four weeks sharp
