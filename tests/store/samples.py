"""What the tests of the store share: a file with people in it, its whole content, its health."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from freecrm.core.entity import columns
from freecrm.store import check, documents
from freecrm.store.database import Store, connect
from freecrm.store.tables import quoted
from tests.files import new_store

NAMES = (
    "鹿溪堂茶业 蓝星糖果 云杉谷酒店 松湾牧场 百岩建材 麓桐软件 禾华食品 墨瑞印刷 石桥物流 Acme Café".split()
)
PEOPLE = "林晓棠 曾知强 单小月 仇若涵 王伟 查嘉木 区海 朴思远 解安 Kent".split()


def open_in(folder: Path, name: str = "firm.freecrm") -> Store:
    return new_store(folder / name)


def raw(store: Store, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What another tool would do on the file: a connection of its own, no door."""
    connection = connect(store.path)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()


def dump(store: Store, *, derived: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that every entity's table holds, sorted."""
    found = {}
    for entity in store.model.entities.values():
        names = [row[1] for row in store.read().execute(f"PRAGMA table_info({quoted(entity.entity)})")]
        names = [n for n in names if derived or n not in entity.fields or entity.fields[n].derived is None]
        selected = ", ".join(quoted(name) for name in names if name != "seq")
        found[entity.entity] = sorted(
            store.read().execute(f"SELECT {selected} FROM {quoted(entity.entity)}").fetchall()
        )
    return found


def indexed(store: Store) -> dict[tuple[int, int], str]:
    """(entity, n) -> the text that the search index holds."""
    return {
        (entity, n): text
        for entity, n, text in store.read().execute("SELECT entity, n, text FROM search_doc")
    }


def should_be_indexed(store: Store) -> dict[tuple[int, int], str]:
    """The same, worked out anew from the records."""
    c, found = store.read(), {}
    for root in store.model.roots():
        if documents.is_searchable(store.schema, root.entity):
            rows = c.execute(f"SELECT id, n FROM {quoted(root.entity)}").fetchall()
            texts = documents.texts_of(c, store.schema, root.entity, [id for id, _ in rows]) if rows else {}
            number = documents.entity_number(root.entity)
            found.update({(number, n): texts[id] for id, n in rows if texts[id]})
    return found


def assert_well(store: Store) -> None:
    """The health check has nothing to say, and the search index says what the records say."""
    assert [str(said) for said in check.check(store)] == []
    assert indexed(store) == should_be_indexed(store)


def ids(store: Store, entity: str) -> list[bytes]:
    return [r[0] for r in store.read().execute(f"SELECT id FROM {quoted(entity)} ORDER BY n").fetchall()]


def change_something(store: Store, chance: random.Random) -> None:
    """One random step: new, changed, deleted, many at once, tags, positions, several in one step."""
    with store.step("Step {n}", n=chance.randrange(1000)) as step:
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            _one_change(store, step, chance)


def _one_change(store: Store, step: Any, chance: random.Random) -> None:
    c = step.connection
    here = {e: [r[0] for r in c.execute(f"SELECT id FROM {e} ORDER BY n")] for e in ("customer", "contact")}
    kind = chance.choice("new new person person edit edit rows job move delete many twice".split())
    customer = chance.choice(here["customer"]) if here["customer"] else None
    contact = chance.choice(here["contact"]) if here["contact"] else None
    if kind == "new" or customer is None:
        step.insert("customer", some_customer(chance))
    elif kind == "person" or contact is None:
        step.insert("contact", some_contact(chance, customer))
    elif kind == "edit":
        values = some_customer(chance)
        kept = chance.sample(sorted(values), k=chance.randrange(1, 4))
        step.update("customer", customer, {name: values[name] for name in kept})
    elif kind == "rows":
        step.update("contact", contact, {"phones": some_phones(chance), "remark": chance.choice(NAMES)})
    elif kind == "job":
        step.update("contact", contact, {"jobs": [{"customer": customer, "job": chance.choice(NAMES)}]})
    elif kind == "move":
        c.execute(
            "UPDATE phone SET parent = ?, parent_entity = 'contact' WHERE parent_entity = 'contact' AND n ="
            " (SELECT max(n) FROM phone WHERE parent_entity = 'contact')",
            (contact,),
        )
    elif kind == "delete":
        entity = chance.choice(("customer", "contact"))
        step.delete(entity, chance.choice(here[entity]))
    elif kind == "many":
        rows = [(chance.choice(NAMES), chance.choice("ABC"), chance.randrange(10**6)) for _ in range(5)]
        step.insert_many("customer", ["name", "grade", "opening_balance"], rows)
    else:  # made, changed and deleted in one step; changed and then deleted
        made = step.insert("customer", some_customer(chance))
        step.update("customer", made, {"name": chance.choice(NAMES)})
        step.delete("customer", made)
        step.update("contact", contact, {"name": chance.choice(PEOPLE)})
        step.delete("contact", contact)


def some_phones(chance: random.Random) -> list[dict[str, Any]]:
    numbers = ["+861380000" + str(chance.randrange(1000, 9999)) for _ in range(chance.randrange(3))]
    return [{"number": number, "primary": chance.random() < 0.3} for number in numbers]


def some_customer(chance: random.Random) -> dict[str, Any]:
    return {
        "name": chance.choice(NAMES) + str(chance.randrange(100)),
        "grade": chance.choice(("A", "B", "C", None)),
        "opening_balance": chance.choice((None, 0, -5, chance.randrange(10**9))),
        "remark": chance.choice((None, "=1+1", "周一上午别打电话")),
        "phones": some_phones(chance),
        "tags": [{"word": word} for word in chance.sample(["重点", "展会", "vip"], chance.randrange(3))],
        "addresses": [{"city": chance.choice(("杭州", "湖州", None)), "street": "大道18号"}],
    }


def some_contact(chance: random.Random, customer: bytes | None) -> dict[str, Any]:
    jobs = [{"customer": customer, "primary": chance.random() < 0.5}] if customer else []
    return {"name": chance.choice(PEOPLE), "phones": some_phones(chance), "jobs": jobs}


def a_firm(store: Store) -> tuple[bytes, bytes, bytes]:
    """An owner, a customer of theirs with a phone, an address and a tag, and a contact with a job there."""
    with store.step("New customer") as step:
        owner = step.insert("user", {"name": "陈思远"})
        customer = step.insert(
            "customer",
            {
                "name": "鹿溪堂茶业",
                "grade": "A",
                "owner_user": owner,
                "phones": [{"number": "+8657186543210", "kind": "landline"}],
                "addresses": [{"province": "浙江", "city": "湖州"}],
                "tags": [{"word": "重点"}],
            },
        )
        contact = step.insert(
            "contact",
            {
                "name": "林晓棠",
                "phones": [{"number": "+8613800004471"}],
                "jobs": [{"customer": customer, "job": "采购经理", "role": "decider"}],
            },
        )
    return owner, customer, contact


def found(store: Store, words: str) -> list[str]:
    return [hit.record["name"] for hit in store.reader().find(words)]


def written_columns(store: Store, entity: str) -> list[str]:
    return [f.name for f in columns(store.model.entities[entity].fields) if f.derived is None]


def order_of(store: Store, id: bytes) -> Any:
    """An order as it is now."""
    record = store.reader().record("sales_order", id)
    assert record is not None
    return record
