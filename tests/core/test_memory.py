from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's way with memory")
ROOT = Path(__file__).parents[2]
GIVE = """
import threading
from pathlib import Path
from freecrm.core import memory
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
memory.share()
def work(kept):
    many = [bytes(2000) for _ in range(60_000)]
    kept.append(many[-1])
kept = []
thread = threading.Thread(target=work, args=(kept,))
thread.start()
thread.join()
before = held()
memory.give_back()
print(before - held())
"""


def test_what_a_job_needed_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", GIVE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) > 80  # of 120 MB
