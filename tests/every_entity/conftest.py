from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from freecrm.store.database import Store
from tests.store.samples import open_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_in(tmp_path)
    yield opened
    opened.close()
