from __future__ import annotations

import pytest

from freecrm.core.matching import EXACT, INITIALS, PREFIX, SUBSTRING
from freecrm.core.named import Named, asked, found

THINGS = [
    Named("settings", ("Settings…", "设置…"), ("preferences", "选项")),
    Named("import", ("Import…", "导入…"), ("excel",)),
    Named("undo", ("Undo", "撤销")),
    Named("export", ("Export to Excel", "导出到 Excel")),
]


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("set", ["settings"]),
        ("设置", ["settings"]),
        ("sz", ["settings"]),
        ("shezhi", ["settings"]),
        ("PREF", ["settings"]),
        ("excel", ["export", "import"]),
        ("dao", ["import", "export"]),
        ("import excel", ["import"]),
        ("nothing like it", []),
        ("", []),
    ],
)
def test_what_is_found(words: str, keys: list[str]) -> None:
    assert [thing.key for thing, _rank in found(words, THINGS)] == keys


def test_how_well() -> None:
    asked_for = {"undo": EXACT, "und": PREFIX, "cx": INITIALS, "ndo": SUBSTRING}
    assert {words: found(words, THINGS)[0][1] for words in asked_for} == asked_for


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("鹿溪", "everything", "鹿溪"),
        (" > und", "commands", "und"),
        ("》und", "commands", "und"),
        ("@ 林", "people", "林"),
        ("＃4471", "numbers", "4471"),
        ("？", "help", ""),
        ("", "everything", ""),
    ],
)
def test_what_is_asked(text: str, meant: str, words: str) -> None:
    assert asked(text) == (meant, words)
