"""Long texts of two people, line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.sync.lines import merge

LINES = st.lists(st.sampled_from("abcdef"), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("base", "one", "other", "both"),
    [
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a\nb\nc", "A\nb\nc", "A\nb\nc", "A\nb\nc"),
        ("a\nb", "A\nb", "B\nb", None),
        ("", "a", "b", None),
        ("a\nb\nc", "", "a\nb\nc\nd", None),
    ],
)
def test_texts(base: str, one: str, other: str, both: str | None) -> None:
    assert merge(base, one, other) == both
    assert merge(base, other, one) == both


@given(LINES, LINES)
def test_who_alone_wrote_is_right(base: str, one: str) -> None:
    assert merge(base, one, base) == merge(base, base, one) == merge(base, one, one) == one
