"""The child of test_restore.py: restores a backup and is killed at a given moment by its own hand.

    python restored.py BACKUP FILE MOMENT

MOMENT: before which of the things it asks the system for (open, rename, remove, connect…) SIGKILL
comes; -1: never, and the number of those things is printed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ASKED = ("open", "os.rename", "os.remove", "os.mkdir", "shutil.copyfile", "sqlite3.connect")


def main(copy: str, path: str, moment: int) -> None:
    from freecrm.modules import model
    from freecrm.store import restore

    made = model()
    count = [0]
    watching = [True]

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event in ASKED and watching[0] and "freecrm" in str(arguments[0]):
            if count[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            count[0] += 1

    sys.addaudithook(hear)
    restore.restore(Path(copy), Path(path), made)
    watching[0] = False
    sys.stdout.write(f"{count[0]}\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
