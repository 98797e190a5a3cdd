"""Random offices: whatever happens, nothing is lost and all desktops end up equal (see `oracle.py`)."""

from __future__ import annotations

import os
import shutil
import traceback
from collections import Counter
from pathlib import Path

import pytest

from tests.sync.conftest import Firm
from tests.sync.office import Office
from tests.sync.postgres import Postgres

SEEDS = 40
STEPS = 60


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_lost(postgres: Postgres, tmp_path: Path, seed: int) -> None:
    play(postgres, tmp_path, seed)


@pytest.mark.parametrize("seed", range(500, 500 + SEEDS // 4))
def test_nothing_is_lost_with_files_under_way(postgres: Postgres, tmp_path: Path, seed: int) -> None:
    office = play(postgres, tmp_path, seed, files=True)
    assert office.carried


def play(
    postgres: Postgres,
    folder: Path,
    seed: int,
    steps: int = STEPS,
    count: int = 4,
    quiet: bool = False,
    files: bool = False,
) -> Office:
    firm = Firm(postgres, folder)
    office = Office(firm, seed, count, files=files)
    try:
        office.run(steps)
        office.prove()
    except BaseException:
        if not quiet:
            print("\n".join(office.log))  # noqa: T201
        raise
    finally:
        firm.close()
    return office


@pytest.mark.soak
def test_nothing_is_lost_in_many(postgres: Postgres, tmp_path: Path, figures: Counter[str]) -> None:
    first = int(os.environ.get("FREECRM_SEED", "1000"))
    count = int(os.environ.get("FREECRM_DESKTOPS", "5"))
    failed = []
    for seed in range(first, first + int(os.environ.get("FREECRM_SEEDS", "200"))):
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            office = play(postgres, folder, seed, 250, count, files=seed % 2 == 1)
        except Exception:
            traceback.print_exc()
            failed.append(seed)
            continue
        figures.update({"seeds": 1, **office.figures()})
        shutil.rmtree(folder)
    figures["seeds failed"] = len(failed)
    assert not failed
