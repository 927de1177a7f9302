"""What holds for every test: it leaves no thread, no child and no error in the log behind.

Fixtures that several packages share stand here too: a data directory, a passphrase file, a real X
display, a private Tor network.
"""

from __future__ import annotations

import gc
import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes.execution_clients import names_of_clients
from tests.fakes.private_tor import PrivateTor, running_private_tor
from tests.qt_left_over import QT_IS_LEFT_OVER

PASSPHRASE = "four unrelated words, kept"

_PATIENCE_S = 5.0  # what is on its way out may take that long on a busy machine

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("lucid", deadline=None)
settings.load_profile("lucid")

# Qt draws into memory in tests, whatever display the person who runs them sits at.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Sessions of tests must never reach the data of the person who runs them.
os.environ.pop("LUCID_DATA_DIR", None)
os.environ.pop("LUCID_PASSPHRASE_FILE", None)


def pytest_report_header() -> str:
    """Say which execution clients the chain's tests run on."""
    return f"execution clients: {', '.join(names_of_clients())}"


@pytest.fixture(autouse=True)
def leaves_no_qt_to_other_threads(request: pytest.FixtureRequest) -> None:
    """Collect what tests of the kiosk left over on this thread: on another one, Qt objects must not die."""
    if "collects_here_alone" in request.fixturenames:
        return
    if request.config.stash.get(QT_IS_LEFT_OVER, False):
        gc.collect()
        request.config.stash[QT_IS_LEFT_OVER] = False


@pytest.fixture(autouse=True)
def leaves_nothing_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind."""
    threads, children = set(_threads()), set(_children())
    yield
    _wait_until_empty("threads", lambda: set(_threads()) - threads)
    _wait_until_empty("child processes", lambda: set(_children()) - children)


@pytest.fixture(autouse=True)
def logs_no_errors(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logs an error, unless it is marked ``expects_log_errors``."""
    yield
    if request.node.get_closest_marker("expects_log_errors"):
        return
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    errors = [record.getMessage() for record in records if record.levelno >= logging.ERROR]
    if errors:
        pytest.fail(f"logged {len(errors)} errors: {errors}", pytrace=False)


@pytest.fixture
def data_directory(tmp_path: Path) -> Path:
    """Give a path for a data directory; nothing is there yet."""
    return tmp_path / "data"


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    """Give a private file that holds a passphrase."""
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """Give a real X display of 640×480 that stays for the whole run."""
    reader, writer = os.pipe()
    arguments = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "640x480x24",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(arguments, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader, encoding="ascii") as stream:
            number = stream.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


@pytest.fixture(scope="session")
def private_tor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateTor]:
    """Give a private Tor network on loopback that stays for the whole run; nothing else is connected to."""
    with running_private_tor(tmp_path_factory.mktemp("private-tor")) as network:
        yield network


def _threads() -> Iterator[str]:
    """Name the threads that Python started; those of C libraries are theirs to end."""
    for thread in threading.enumerate():
        is_ours = thread.is_alive() and not isinstance(thread, threading._DummyThread)
        if is_ours and thread is not threading.main_thread():
            yield f"{thread.name} ({thread.ident})"


def _children() -> Iterator[str]:
    """Name the child processes, zombies among them."""
    for task in Path("/proc/self/task").iterdir():
        try:
            numbers = (task / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for number in numbers:
            words = _command_line(number)
            if "multiprocessing.resource_tracker" not in words:  # lives as long as the interpreter
                yield f"{words} ({number})"


def _command_line(number: str) -> str:
    try:
        return (
            Path(f"/proc/{number}/cmdline").read_text(encoding="utf-8").replace("\0", " ").strip()
        )
    except OSError:
        return "gone"


def _wait_until_empty(what: str, left: Callable[[], set[str]]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while (remaining := left()) and time.monotonic() < deadline:
        time.sleep(0.01)
    if remaining:
        pytest.fail(f"left {what} running: {sorted(remaining)}", pytrace=False)
