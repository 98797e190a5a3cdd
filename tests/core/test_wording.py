"""Own wording: tags in both languages are filled in, others are refused."""

from __future__ import annotations

import pytest

from freecrm.core import pictures, wording
from freecrm.core.words import speaking

VALUES = {"number": "Q-1", "valid_until": "2026-03-31", "total": "¥1.00"}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{number} until {valid_until}", "Q-1 until 2026-03-31"),
        ("{Valid until} · { total }", "2026-03-31 · ¥1.00"),
        ("{单号}，{有效期}", "Q-1，2026-03-31"),
        ("no tag", "no tag"),
        ("{contact}", "{contact}"),  # nobody said what stands behind it
    ],
)
def test_tags_are_filled_in(text: str, made: str) -> None:
    assert wording.why_not(text) is None
    assert wording.fill(text, VALUES) == made


@pytest.mark.parametrize("text", ["{nobody}", "{}", "{number", "number}", "{{number}}"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    for language in ("en", "zh_CN"):
        with speaking(language):
            assert str(wording.why_not(text))


def test_the_known_ones_are_named_in_the_language_spoken() -> None:
    with speaking("zh_CN"):
        assert "{单号}" in str(wording.why_not("{nobody}"))


def test_no_picture_is_none_and_a_folder_is_told(tmp_path: object) -> None:
    assert pictures.why_not("  ") is None
    assert "can't be read" in str(pictures.why_not(str(tmp_path)))
    assert "can't be read" in str(pictures.why_not("\0"))
