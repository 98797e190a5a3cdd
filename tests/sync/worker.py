"""The child of test_kills.py and test_power.py: edits, imports and exchanges until it is killed. Each piece of work is
announced before and acknowledged after on standard output, and then how far the file's log of writes goes.

    python -m tests.sync.worker FILE DATABASE PORT LOGIN
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.sync import power


def main(path: str, database: str, port: str, login: str) -> None:
    from freecrm.modules import model
    from freecrm.store.database import open_store
    from freecrm.sync import exchange
    from freecrm.sync.server import Address, open_connection

    store = open_store(Path(path), model())
    server = open_connection(Address("127.0.0.1", f"{database}_{login}", database, int(port)), login)
    number = store.read().execute("SELECT coalesce(max(n), 0) FROM step").fetchone()[0]
    say("ready")
    for n in range(number, number + 10_000):
        if n % 4 == 0:
            say(f"begin import {n}")
            with store.step("Imported", origin="import") as step:
                step.insert_many(
                    "customer", ["name", "code"], [(f"i{n}-{k}", f"i{n}-{k}") for k in range(50)]
                )
        else:
            say(f"begin edit {n}")
            with store.step("Made") as step:
                id = step.insert(
                    "customer", {"name": f"e{n}", "code": f"e{n}", "phones": [{"number": "+8610"}]}
                )
                step.update("customer", id, {"remark": f"r{n}"})
        salt, end = power.reached(store.path)
        say(f"done {end} {salt.hex()}")
        if n % 3 == 0:
            exchange.exchange(store, server, page=30, most=20)
            say("exchanged")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
