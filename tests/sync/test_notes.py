"""Who changes what their rights don't reach is told, with what they typed."""

from __future__ import annotations

from freecrm.sync import notes
from freecrm.ui.team.desk import notes_of
from tests.sync.conftest import Firm


def test_what_was_typed_is_told_as_people_read_it(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    with a.store.step("People") as step:
        role = step.insert("role", {"name": "Reader", "grants": '{"*": {"change": "none"}}'})
        step.insert("user", {"name": "Shen", "role": role}, id=b.person)
        group = step.insert("customer", {"name": "云杉集团"})
        id = step.insert("customer", {"name": "云杉谷酒店"})
    firm.settle()
    b.set("customer", id, group=group, credit_limit=500_000)
    firm.settle()
    found = notes_of(b.store)
    assert found is not None
    assert "Part of group = 云杉集团" in found[1]
    assert group.hex().upper() not in found[1].upper()
    assert "5,000.00" in found[1]


def test_what_was_typed_before_a_field_was_closed_is_told(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    with a.store.step("People") as step:
        role = step.insert("role", {"name": "Sales"})
        step.insert("user", {"name": "Shen", "role": role}, id=b.person)
        id = step.insert("customer", {"name": "云杉谷酒店", "grade": "C"})
    firm.settle()
    b.set("customer", id, remark="要夜间施工", grade="B")
    a.set("role", role, readonly_fields='[["customer", "remark"]]')
    a.sync()
    firm.settle(b, a)
    for one in (a, b):
        got = one.get("customer", id)
        assert got is not None
        assert (got["remark"], got["grade"]) == (None, "B")
    found = notes_of(b.store)
    assert found is not None
    assert "云杉谷酒店" in str(found[0])
    assert "要夜间施工" in found[1]
    assert "Grade" not in found[1]


def test_what_was_put_back_is_told_once(firm: Firm) -> None:
    a, b = firm.desktop("lin"), firm.desktop("shen", gives_rights=False)
    with a.store.step("People") as step:
        role = step.insert("role", {"name": "Reader", "grants": '{"*": {"change": "none"}}'})
        step.insert("user", {"name": "Shen", "role": role}, id=b.person)
        id = step.insert("customer", {"name": "云杉谷酒店", "grade": "C"})
    firm.settle()
    assert notes_of(b.store) is None
    b.set("customer", id, grade="A", remark="要夜间施工")
    b.store.set_setting("firm.name", "Mine")
    firm.settle()
    got = b.get("customer", id)
    assert got is not None
    assert (got["grade"], got["remark"]) == ("C", None)
    found = notes_of(b.store)
    assert found is not None
    said, typed = found
    assert "your rights don't reach" in str(said)
    assert "云杉谷酒店" in str(said)
    assert "要夜间施工" in typed
    assert "Mine" in typed
    assert notes.unseen(b.store) is None
    assert notes_of(a.store) is None
