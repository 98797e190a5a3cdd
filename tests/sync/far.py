"""The child of test_namespaces.py: a desktop on another host. Takes commands on standard input, tells what happens on
standard output.

    python -m tests.sync.far FILE DATABASE REACH PORT LOGIN CERTIFICATE
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(path: str, database: str, reach: str, port: str, login: str, ca: str) -> None:
    from freecrm.modules import model
    from freecrm.store.database import open_store
    from freecrm.sync.runner import Runner
    from freecrm.sync.server import Address

    store = open_store(Path(path), model())
    known = Path(ca).read_text("ascii")
    address = Address("crm.office", f"{database}_{login}", database, int(port), ca=known, reach=reach)
    runner = Runner(store, address, login, lambda state: say(f"state {state.kind} {state.waiting}"))
    runner.start()
    for line in sys.stdin:
        word, _blank, name = line.strip().partition(" ")
        if word == "add":
            with store.step("Made") as step:
                step.insert("customer", {"name": name})
            say(f"added {name}")
        elif word == "now":
            runner.now()
        elif word == "has":
            sql = "SELECT count(*) FROM customer WHERE name = ?"
            say(f"has {store.read().execute(sql, (name,)).fetchone()[0]}")
        else:
            break
    runner.stop()
    store.close()
    say("ended")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
