from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOAD = """
import builtins, sys
from pathlib import Path
real, compiled = builtins.compile, []
def watch(source, filename, *more, **named):
    compiled.append(str(filename))
    return real(source, filename, *more, **named)
builtins.compile = watch
from freecrm.ui import quick_qt
quick_qt.load(Path(sys.argv[1]))
assert builtins.compile is watch
from PySide6.QtCore import QSize
try:
    QSize("wrong")
except TypeError as error:  # put into words by what was loaded
    assert "QSize" in str(error)
print(sum(name.startswith(quick_qt.OURS) for name in compiled))
"""


def compiled(kept: Path) -> int:
    """How many of Qt's own Python files a start with `kept` compiled."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(kept)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return int(done.stdout)


def test_qt_is_compiled_once(tmp_path: Path) -> None:
    kept = tmp_path / "settings" / "qt.code"
    assert compiled(kept) > 5
    assert compiled(kept) == 0
    assert [path.name for path in kept.parent.iterdir()] == ["qt.code"]


@pytest.mark.parametrize("held", [b"", b"nothing of the kind", b"\xe9\x02\x00\x00\x00"])
def test_what_is_no_code_of_this_python_is_made_anew(tmp_path: Path, held: bytes) -> None:
    kept = tmp_path / "qt.code"
    kept.write_bytes(held)
    assert compiled(kept) > 5
    assert compiled(kept) == 0


def test_where_nothing_can_be_kept_qt_is_loaded_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert compiled(blocked / "qt.code") > 5


READ = """
import linecache, sys
from pathlib import Path
from freecrm.ui import quick_qt
quick_qt.load(Path(sys.argv[1]))
import freecrm.ui.look, freecrm.ui.window
print(sum("freecrm" in name for name in linecache.cache))
from __feature__ import snake_case
from PySide6.QtCore import QSize
assert QSize(1, 2).is_valid()
import freecrm.ui.look_icons
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["x", "-platform", "offscreen"])
freecrm.ui.look.apply(app)  # ours go on with Qt's own names
"""


def test_no_source_is_read_and_kept(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "qt.code")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    assert done.stdout == "0\n"
