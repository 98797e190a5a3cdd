"""Run by Tryton's own Python, not by ours: imports parties as Tryton does it, searches, prints JSON.

python tryton.py DATABASE SEED
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

PARTIES = 2_000
SIGNS = (
    "岩麓溪原星行禾海桥净水瑞石百棠柏泉梅北岭诗云杉鹿堂拓晴川满烘焙知松湾和安峰涵墨锦林顺泰盛华源新恒浩宇轩"
)
TRADES = "贸易 软件 食品 餐饮 精工机械 牧场 净水设备 建材 印务 物流 电子 书店 茶业 纺织 五金 化工".split()


def main() -> None:
    """Make a database with the party module, bring the parties in, look for some."""
    database, seed = Path(sys.argv[1]), int(sys.argv[2])
    import trytond.config
    from trytond import __version__

    # the module itself since 8.0
    config = trytond.config if hasattr(trytond.config, "set") else trytond.config.config
    config.set("database", "uri", "sqlite://")
    config.set("database", "path", str(database.parent))
    os.environ["DB_NAME"] = name = database.stem
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    with Transaction().start(None, 0, autocommit=True) as transaction:
        transaction.database.create(transaction.connection, name)
    with Transaction().start(name, 0) as transaction:
        transaction.database.init()
    pool = Pool(name)
    pool.init(update=["res", "ir"], lang=["en"])
    with Transaction().start(name, 0):
        module = pool.get("ir.module")
        module.activate(module.search([("name", "in", ["party"])]))
    pool.init(update=["party"], lang=["en"])
    r = random.Random(seed)
    fields = ["name", "contact_mechanisms/type", "contact_mechanisms/value"]
    rows = []
    for number in range(PARTIES):
        made = "".join(r.choices(SIGNS, k=2)) + r.choice(TRADES) + "有限公司"
        rows.append([made, "phone", f"+861{r.choice('35789')}{r.randrange(10**9):09}"])
        rows.append(["", "email", f"office{number}@example.com"])
    with Transaction().start(name, 1) as transaction:
        party = pool.get("party.party")
        begun = time.perf_counter()
        party.import_data(fields, rows)
        transaction.commit()
        taken = time.perf_counter() - begun
    found = []
    with Transaction().start(name, 1):
        party = pool.get("party.party")
        for _ in range(40):
            words = "".join(r.choices(SIGNS, k=2))
            begun = time.perf_counter()
            [one.rec_name for one in party.search([("rec_name", "ilike", f"%{words}%")], limit=20)]
            found.append((time.perf_counter() - begun) * 1000)
        count = party.search([], count=True)
    answer = {
        "version": __version__,
        "parties": count,
        "rows_a_second": PARTIES / taken,
        "search_ms": sorted(found)[int(len(found) * 0.95)],
    }
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
