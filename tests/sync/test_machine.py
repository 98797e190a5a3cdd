"""A state machine of the exchange: hypothesis chooses what happens, to whom and in which order, and cuts a run that
fails down to what it takes. Held to the same oracle as the random offices."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.sync.conftest import Firm
from tests.sync.office import Office
from tests.sync.postgres import Postgres

DESKTOPS = st.integers(0, 2)
CHANCES = st.integers(0, 7)
"""What is drawn inside an act: few values, so that a failing run is cut down by its acts."""


class Exchange(RuleBasedStateMachine):
    """Three desktops of one firm and its server."""

    postgres: Postgres
    folders: Iterator[Path]

    @initialize(clocks=st.integers(0, 5))
    def begin(self, clocks: int) -> None:
        folder = next(self.folders)
        folder.mkdir()
        self.firm = Firm(self.postgres, folder)
        self.office = Office(self.firm, clocks, 3, files=True)

    def act(self, name: str, at: int, chance: int) -> None:
        office = self.office
        office.chance = random.Random(chance)
        office.step += 1
        desktop = office.desktops[at]
        office.log.append(f"{office.step} {desktop.name} {name}")
        with office.at(desktop):
            getattr(office, name)(desktop)

    @rule(name=st.sampled_from(["edit", "add", "add_row", "edit_row"]), at=DESKTOPS, chance=CHANCES)
    def write(self, name: str, at: int, chance: int) -> None:
        self.act(name, at, chance)

    @rule(
        name=st.sampled_from(["drop", "drop_row", "undo", "merge", "own_field"]), at=DESKTOPS, chance=CHANCES
    )
    def take_away(self, name: str, at: int, chance: int) -> None:
        self.act(name, at, chance)

    @rule(at=DESKTOPS)
    def sync(self, at: int) -> None:
        self.act("sync", at, 0)

    @rule(name=st.sampled_from(["crash", "type_meanwhile"]), at=DESKTOPS, chance=CHANCES)
    def be_torn(self, name: str, at: int, chance: int) -> None:
        self.act(name, at, chance)

    @rule(name=st.sampled_from(["reopen", "back_up", "go_back", "turn_clock"]), at=DESKTOPS, chance=CHANCES)
    def have_a_bad_day(self, name: str, at: int, chance: int) -> None:
        self.act(name, at, chance)

    @rule(name=st.sampled_from(["copy_server", "roll_back"]), chance=CHANCES)
    def put_the_server_back(self, name: str, chance: int) -> None:
        self.act(name, 0, chance)

    @rule(name=st.sampled_from(["by_file", "carry_late", "read_late"]), at=DESKTOPS, chance=CHANCES)
    def go_by_file(self, name: str, at: int, chance: int) -> None:
        self.act(name, at, chance)

    def teardown(self) -> None:
        office = getattr(self, "office", None)
        if office is None:
            return
        try:
            office.chance = random.Random(0)
            office.prove()
        finally:
            self.firm.close()


def play(postgres: Postgres, folder: Path, examples: int, steps: int) -> None:
    class Here(Exchange):
        folders = (folder / str(n) for n in itertools.count())

    Here.postgres = postgres
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_order_nothing_is_lost(postgres: Postgres, tmp_path: Path) -> None:
    play(postgres, tmp_path, examples=8, steps=30)


@pytest.mark.soak
def test_whatever_order_nothing_is_lost_in_many(postgres: Postgres, tmp_path: Path) -> None:
    play(postgres, tmp_path, examples=150, steps=60)
