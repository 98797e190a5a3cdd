"""What every test stands on: no screen, English, folders of its own, and silence."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# nothing is put into the safe for passwords of whoever runs the tests, nor into one that a test defines for itself
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from freecrm.core import words

MEMORY, ROOM = Path("/dev/shm"), 4_000_000_000
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    # every commit of a test's file waits for the disk: here there is none to wait for
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    os.environ.setdefault("TMPDIR", str(MEMORY))

settings.register_profile(
    "times are no matter of tests", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("times are no matter of tests")


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import stay to the end."""
    _keep()


def _keep() -> None:
    """Nobody looks for garbage again among what is there now."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def folders_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings, logs and caches of this run lie apart from the user's."""
    home: Path = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DOCUMENTS_DIR"):
        folder = home / name.lower()
        folder.mkdir()
        os.environ[name] = str(folder)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever the one before spoke."""
    words.use("en")
    yield
    words.use("en")


@pytest.fixture(autouse=True)
def nothing_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test showed is gone before the next: without a running event loop Qt keeps whatever was told to delete
    itself, and each change of the look then dresses the windows of all the tests before."""
    yield
    qt = sys.modules.get("PySide6.QtCore")
    if qt is not None and qt.QCoreApplication.instance() is not None:
        qt.QCoreApplication.sendPostedEvents(None, qt.QEvent.Type.DeferredDelete.value)
    if "started" in request.fixturenames:
        gc.unfreeze()
        _keep()


@pytest.fixture
def started() -> None:
    """Ask for it where a test starts the program in this process, which takes what is there for good (`gc.freeze`): the
    next test is another one."""


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record)


@pytest.fixture
def log_warnings() -> list[logging.LogRecord]:
    """The warnings and worse that the test logged: ask for it where they are expected, and look at them."""
    return []


@pytest.fixture(autouse=True)
def silence(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that logs a warning nobody expects has not passed."""
    ear = _Ear()
    expected = "log_warnings" in request.fixturenames
    if expected:
        ear.heard = request.getfixturevalue("log_warnings")
    logging.getLogger().addHandler(ear)
    yield
    logging.getLogger().removeHandler(ear)
    if ear.heard and not expected and "caplog" not in request.fixturenames:
        lines = [f"{record.name}: {record.getMessage()}" for record in ear.heard]
        pytest.fail("Unexpected in the log:\n" + "\n".join(lines))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """What a long test counts, in words: it stands in one line at the end of the run, and how long it took."""
    counted: Counter[str] = Counter()
    began = time.monotonic()
    yield counted
    line = ", ".join(f"{count:,} {what}" for what, count in counted.items())
    request.node.user_properties.append(("figures", f"{line}; {time.monotonic() - began:,.0f} s"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write down what the long tests counted."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {line}"
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, line in report.user_properties
        if name == "figures"
    ]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
