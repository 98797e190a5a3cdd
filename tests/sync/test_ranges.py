"""No number twice, however far two computers are apart."""

from __future__ import annotations

import pytest
import time_machine

from freecrm.store import numbering
from freecrm.sync import ranges
from tests.sync.conftest import Desktop, Firm


@pytest.fixture
def coded(firm: Firm) -> tuple[Desktop, Desktop]:
    a, b = firm.desktop("lin"), firm.desktop("shen")
    for one in (a, b):
        one.store.set_setting("customer.code_rule", "K{YY}{MM}-{0000}")
    a.add(name="First")
    firm.settle()
    return a, b


def codes(desktop: Desktop) -> list[str]:
    return [row["code"] for row in desktop.all("customer").values()]


def test_two_that_are_apart_give_different_numbers(firm: Firm, coded: tuple[Desktop, Desktop]) -> None:
    a, b = coded
    for n in range(20):
        a.add(name=f"A {n}")
        b.add(name=f"B {n}")
    firm.settle()
    assert sorted(codes(a)) == sorted(codes(b))
    assert len(set(codes(a))) == 41
    assert numbering.doubles(a.store.read(), a.store.schema) == []


def test_who_has_used_up_his_goes_on_with_his_mark(firm: Firm, coded: tuple[Desktop, Desktop]) -> None:
    a, b = coded
    for n in range(ranges.SIZE + 10):
        a.add(name=f"A {n}")
        b.add(name=f"B {n}")
    assert any(code.endswith("-K1") for code in codes(a))
    assert not any(code.endswith("-K1") for code in codes(b))
    firm.settle()
    assert len(set(codes(a))) == len(codes(a)) == 2 * (ranges.SIZE + 10) + 1
    a.add(name="Later")  # with the server there are proper ones again
    assert not codes(a)[-1].endswith("-K1")


def test_a_month_may_begin_without_the_server(firm: Firm, tmp_path: object) -> None:
    with time_machine.travel("2026-11-29T08:00:00Z", tick=True):
        a, b = firm.desktop("lin"), firm.desktop("shen")
        for one in (a, b):
            one.store.set_setting("customer.code_rule", "K{YY}{MM}-{0000}")
        firm.settle()
    with time_machine.travel("2026-12-01T08:00:00Z", tick=True):
        for one in (a, b):
            one.add(name=one.name)
        assert {*codes(a), *codes(b)} == {"K2612-0001", f"K2612-{ranges.SIZE + 1:04}"}


def test_outside_of_a_team_nothing_changes(firm: Firm) -> None:
    a = firm.desktop("lin")
    a.store.set_setting("customer.code_rule", "{0000}")
    for n in range(3):
        a.add(name=f"A {n}")
    assert codes(a) == ["0001", "0002", "0003"]
