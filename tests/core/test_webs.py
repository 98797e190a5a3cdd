"""Addresses of websites: taken as typed, refused with a sentence where they can't be one."""

from __future__ import annotations

import pytest

from freecrm.core.webs import WebAddress
from freecrm.core.words import N_

FIELD = WebAddress(N_("Website"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.example.com", "www.example.com"),
        (" https://example.com/a?b=c ", "https://example.com/a?b=c"),
        ("www . example. com", "www.example.com"),
        ("禾川.中国", "禾川.中国"),
        ("", None),
        (None, None),
    ],
)
def test_takes_what_may_be_one(typed: object, kept: str | None) -> None:
    assert FIELD.read(typed) == (kept, None)


@pytest.mark.parametrize("typed", ["x y", "www.a.com www.b.com", "see our shop"])
def test_says_what_cannot_be_one(typed: str) -> None:
    value, why = FIELD.read(typed)
    assert value is None
    assert "isn't a web address" in str(why)
    assert FIELD.check(typed) is not None


def test_is_never_too_long_without_a_word() -> None:
    value, why = FIELD.read("a" * 600)
    assert value is None
    assert "500" in str(why)
