"""The translations: what the code says against what `resources/translations/zh_CN.po` answers.

python resources/make/words.py update        take up new texts, drop those no longer said
python resources/make/words.py merge FILE…   put fragments of msgid/msgstr pairs into the catalogue
python resources/make/words.py compile       write zh_CN.mo
python resources/make/words.py check         name every hole; ends with 1 when there is one
"""

from __future__ import annotations

import argparse
import ast
import string
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PO = ROOT / "resources" / "translations" / "zh_CN.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "plural": (1, 2)}
# These show a text and take it marked: a bare literal there would never be translated.
SPEAKERS = {"say": None, "Known": None, "translated": None}
# A fixed moment, so that the files change only when a text does.
MADE = datetime(2026, 1, 1, tzinfo=UTC)

MsgId = str | tuple[str, str]


def said(keywords: dict[str, tuple[int, ...] | None]) -> dict[MsgId, str]:
    """Every text the code marks with `keywords`, with the place of its first use.

    Read from the syntax tree: Babel's own extraction does not see into f-strings before Python 3.12.
    """
    found: dict[MsgId, str] = {}
    for path in sorted((ROOT / "freecrm").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords
            ):
                continue
            places = keywords[node.func.id] or (1,)
            texts = [
                a.value
                for a in node.args[: max(places)]
                if isinstance(a, ast.Constant) and isinstance(a.value, str)
            ]
            if len(texts) == len(places) and texts[0]:
                key: MsgId = (texts[0], texts[1]) if len(texts) == 2 else texts[0]
                found.setdefault(key, f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    return found


def catalogue() -> Catalog:
    """The catalogue as it lies on the disk, or an empty one."""
    if PO.exists():
        with PO.open("rb") as file:
            return read_po(file, locale="zh_CN", abort_invalid=True)
    return empty()


def empty() -> Catalog:
    return Catalog(
        locale="zh_CN",
        project="FreeCRM",
        version="1",
        copyright_holder="FreeCRM contributors",
        msgid_bugs_address="the issue tracker",
        last_translator="FreeCRM contributors",
        language_team="zh_CN",
        creation_date=MADE,
        revision_date=MADE,
        fuzzy=False,
        header_comment="# Simplified Chinese for FreeCRM; the same licence as the program (MIT).",
    )


def save(entries: dict[MsgId, str]) -> None:
    """Write the catalogue: sorted, one entry a text, no places (they would change with every edit)."""
    whole = empty()
    for text in sorted(entries, key=_first):
        whole.add(text, (entries[text],) if isinstance(text, tuple) else entries[text])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, whole, no_location=True, width=0, sort_output=True)


def entries(of: Catalog) -> dict[MsgId, str]:
    return {_key(message): _answer(message) for message in of if message.id}


def _key(message: Message) -> MsgId:
    return (message.id[0], message.id[1]) if isinstance(message.id, (tuple, list)) else message.id


def _answer(message: Message) -> str:
    text = message.string
    return str(text[0] if isinstance(text, (tuple, list)) else text) if text else ""


def _first(key: MsgId) -> str:
    return key[0] if isinstance(key, tuple) else key


def merge(files: list[Path]) -> None:
    """Put the pairs of `files` into the catalogue; where two differ, the later one stands and is named."""
    known = entries(catalogue())
    for path in files:
        with path.open("rb") as file:
            added = entries(read_po(file, locale="zh_CN", abort_invalid=True))
        for text, answer in added.items():
            if answer and known.get(text) and known[text] != answer:
                print(f"{path.name}: {_first(text)!r}: {known[text]!r} becomes {answer!r}")
            if answer or text not in known:
                known[text] = answer
    save(known)
    print(f"{len(known)} texts in {PO.name}")


def update() -> None:
    """Bring the catalogue to exactly the texts that the code says."""
    known, now = entries(catalogue()), said(KEYWORDS)
    for text in sorted(known.keys() - now.keys(), key=_first):
        print(f"no longer said: {_first(text)!r}")
    save({text: known.get(text, "") for text in now})


def compile_() -> None:
    with MO.open("wb") as file:
        write_mo(file, catalogue())


def blanks(text: str) -> set[str]:
    """The names of the `{placeholders}` in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def problems() -> list[str]:
    """Everything that is wrong, one line each; empty when all is well."""
    known, now = entries(catalogue()), said(KEYWORDS)
    found = [f"{place}: not marked with N_(): {text!r}" for text, place in said(SPEAKERS).items()]
    for text, place in now.items():
        answer = known.get(text, "")
        if not answer:
            found.append(f"{place}: no Chinese for {_first(text)!r}")
            continue
        found += [f"{PO.name}: {line}" for line in _unequal(text, answer)]
    found += [f"{PO.name}: no longer said: {_first(text)!r}" for text in known.keys() - now.keys()]
    if not MO.exists():
        return [*found, f"{MO.name} is missing: compile it"]
    with MO.open("rb") as file:
        compiled = entries(read_mo(file))
    if compiled != {text: answer for text, answer in known.items() if answer}:
        found.append(f"{MO.name} differs from {PO.name}: compile it")
    return found


def _unequal(text: MsgId, answer: str) -> list[str]:
    english = text[1] if isinstance(text, tuple) else text
    try:
        wanted, got = blanks(english), blanks(answer)
    except ValueError:
        # A text with a lone brace is never filled in (patterns, samples), so nothing can be missing.
        return []
    return [] if wanted == got else [f"{english!r} has {sorted(wanted)}, the Chinese {sorted(got)}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["update", "merge", "compile", "check"])
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    if asked.what == "merge":
        merge(asked.files)
    elif asked.what == "update":
        update()
    elif asked.what == "compile":
        compile_()
    else:
        found = problems()
        print("\n".join(found) if found else f"Translations complete: {len(said(KEYWORDS))} texts")
        return 1 if found else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
