"""The house keeps its own rules: the ladder, one place for colours, nothing printed, everything shipped."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from freecrm.core import words
from freecrm.core.change import DONE, TAKEN_OFF
from freecrm.store import history, single

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "freecrm"
FILES = sorted(PACKAGE.rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_ladder_holds() -> None:
    run = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*run, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\brgba?\(")
QT_COLOUR = re.compile(
    r"GlobalColor\.(?!transparent)|\bQColor\(\s*[\d\"']|\bsetStyleSheet\(|\bsetPixelSize\(|\bsetPointSize"
)


@pytest.mark.parametrize("path", [p for p in FILES if p.relative_to(PACKAGE).parts[0] == "ui"], ids=place)
def test_colours_and_font_sizes_come_from_the_look(path: Path) -> None:
    if path.name.startswith("look"):
        return
    found = [
        f"{place(path)}:{number}: {line.strip()}"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if COLOUR.search(line) or QT_COLOUR.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", FILES, ids=place)
def test_nothing_is_printed(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert not [f"{place(path)}:{call.lineno}" for call in calls if call.func.id in ("print", "breakpoint")]


@pytest.mark.parametrize(
    "name",
    [
        "icons/LICENSE",
        "icons/search.svg",
        "look/tokens.json",
        "translations/zh_CN.po",
        "translations/zh_CN.mo",
    ],
)
def test_resource_is_there(name: str) -> None:
    assert (ROOT / "resources" / name).stat().st_size > 100


ICON = re.compile(
    r"@icon\.([a-z0-9-]+)\.\w|\b(?:icon|pixmap)\(\s*\"([a-z0-9-]+)\"|\bdress\([^\",]+,\s*\"([a-z0-9-]+)\""
)


def test_every_icon_named_in_the_code_is_there() -> None:
    there = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
    named = {
        (place(path), "".join(names))
        for path in FILES
        if path.relative_to(PACKAGE).parts[0] == "ui"
        for names in ICON.findall(path.read_text("utf-8"))
    }
    assert ("freecrm/ui/look_sheet.py", "check") in named
    assert not [f"{where}: {name}" for where, name in sorted(named) if name not in there]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_no_host_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|file:|--(?:extra-)?index|--find-links| @ |(?<!\w)/\w", text)
    assert all(re.search(r"==\S", line) for line in text.splitlines() if re.match(r"\w", line))


PAST = re.compile(
    r"(changed|saved|renamed|moved|deleted|deleted for ever|removed|set back to \{day\}|ran out|corrected by \{n\}|(earned|spent) by \{name\}|given to \{count\} customers|(Colleague|Phrase) “\{\w+\}” (added|has left)|plans added|pipeline added|Quote \{number\} (sent|accepted|declined)|Order (of quote \{number\}|for \{name\}) made|Order \{number\} (confirmed|cancelled)|Goods of order \{number\} (delivered|taken back)|Invoice (of order \{number\} asked for|issued for \{name\}|sent to \{name\}|for \{name\} made void)|repeating bills made|Repeating bill “\{name\}” stopped|(Quote for \{name\}|quote \{number\}) begun|received|settled|put together|shared with you taken off|Lines added to (quote \{number\}|order \{number\}|“\{number\}”)|handed over to \{to\}|Roles added|moved to “\{stage\}”(, its order begun)?|Notices read|(begun|stopped) for \{\w+\}( customers)?|went back to the pool|(changed|deleted) (this time|from then on|every time|with all times))$|^(Emptied|Filled|Pasted) "
)
"""How titles sound that tell by themselves what was done."""


def titles(path: Path) -> set[str]:
    """The titles of the steps that a file makes, where they are written out."""
    tree = ast.parse(path.read_text("utf-8"))
    asked = [
        node.args[0] if node.func.attr == "step" else node.args[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "step" or node.func.attr == "take_out")
        and len(node.args) > (2 if node.func.attr == "take_out" else 0)
    ]
    names = {name.id for one in asked for name in ast.walk(one) if isinstance(name, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            bound = {
                name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
            if bound & names:
                asked.append(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name in names:
            asked += [line.value for line in ast.walk(node) if isinstance(line, ast.Return) and line.value]
    marked = [call for one in asked for call in ast.walk(one) if isinstance(call, ast.Call)]
    return {
        str(call.args[0].value)
        for call in marked
        if isinstance(call.func, ast.Name) and call.func.id == "N_" and isinstance(call.args[0], ast.Constant)
    }


def test_every_step_is_told_in_the_past() -> None:
    found = {title for path in FILES for title in titles(path)} | set(single.ALONE)
    assert {"Undo: {title}", "Import {file}", "Remove the sample data", "{field} changed"} <= found
    assert not [title for title in sorted(found) if title not in DONE and not PAST.search(title)]
    words.use("zh_CN")  # «已撤销：…» and «已…» of the title would say it twice
    assert not [title for title in sorted(found) if words._(title).startswith("已")]
    older = {"Split “{name}” again"}  # no longer written, still in the log of files
    named = {history.MERGE, *TAKEN_OFF}  # where the recycle bin knows them from
    assert not DONE.keys() - found - older - named


def leaves(of: ast.FunctionDef) -> bool:
    """Whether a function is held to the rights, or hands on to another thing that is printed."""
    called = {ast.unparse(node.func) for node in ast.walk(of) if isinstance(node, ast.Call)}
    return any(name.startswith("leaving.") or name == "table.make" for name in called)


def test_all_that_is_printed_is_held_to_the_rights() -> None:
    open_ = []
    for path in (ROOT / "freecrm").rglob("*.py"):
        text = path.read_text("utf-8")
        if "wishes: Wishes" not in text:
            continue
        for made in (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)):
            if any(ast.unparse(base) == "Protocol" for base in made.bases):
                continue
            for of in made.body:
                if isinstance(of, ast.FunctionDef) and of.name == "make" and not leaves(of):
                    open_.append(made.name)
    assert open_ == []


def test_all_that_is_written_for_others_is_held_to_the_rights() -> None:
    """Whatever file calls the writers of workbooks and text tables asks whether it may leave."""
    open_ = []
    for path in (ROOT / "freecrm").rglob("*.py"):
        text = path.read_text("utf-8")
        if re.search(r"\b(workbook|csvout)\.write\(", text) and "leaving." not in text:
            open_.append(path.name)
    assert open_ == []
