"""A pod's directory on the machine: what killed engines left is removed, whatever it is, and stops no start."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from core.remote import workplace
from core.remote.workplace import Workplace
from tests.engine_thread import on_engine_thread

DEEP = 30_000
STRANGER = 1000  # neither root nor one of a pod's


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a directory in which pods' directories are made."""
    made = Path(mkdtemp(prefix="lucid-workplace-", dir="/dev/shm"))
    monkeypatch.setattr(workplace, "_SHARED_MEMORY", made)
    yield made
    subprocess.run(["rm", "-rf", "--", str(made)], check=True)


def leftover(base: Path, name: str, depth: int = 3) -> Path:
    """Make what an engine that has ended could have left, nested as deep as told."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    made = base / f"lucid-host-{ended.pid}-{name}"
    made.mkdir()
    at = os.open(made, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=at)
        at, above = os.open("d", os.O_RDONLY, dir_fd=at), at
        os.close(above)
    os.close(at)
    return made


def start_and_end() -> None:
    """Make a pod's directory and remove it, as each hosted session does."""

    async def scene() -> None:
        place = Workplace()
        made = await place.make(("rdp", "settings"), ("pod",))
        assert (made / "code/core/remote/pod/program.py").exists()
        await place.remove()
        assert not made.exists()
        await place.remove()

    on_engine_thread(scene)


def test_what_is_nested_deep_is_removed(base: Path) -> None:
    """Thirty thousand directories in each other need neither stack nor descriptors, and stop no start."""
    made = leftover(base, "deep", DEEP)
    start_and_end()
    assert not made.exists()


def test_what_takes_too_long_is_logged_and_tried_again(
    base: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A start does not fail by it, and the next one removes the rest."""
    made = leftover(base, "long", DEEP)
    with caplog.at_level(logging.WARNING, workplace.__name__):
        workplace._remove(made, deadline=0.0)
    assert made.exists()
    assert "not removed yet" in caplog.text
    start_and_end()
    assert not made.exists()


def test_what_cannot_be_removed_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A session's end does not fail by it."""
    place = Workplace()
    place.directory = Path("/proc/self")
    with caplog.at_level(logging.WARNING, workplace.__name__):
        on_engine_thread(place.remove)
    assert "not removed: rm: " in caplog.text


def test_what_is_not_ours_is_left_alone(base: Path) -> None:
    """A link, a file, another engine's that lives, and a directory of another user's stay."""
    target = base / "target"
    target.mkdir()
    link, file, living = (
        leftover(base, "x", 0),
        leftover(base, "y", 0),
        f"lucid-host-{os.getpid()}-z",
    )
    link.rmdir()
    link.symlink_to(target)
    file.rmdir()
    file.touch()
    (base / living).mkdir()
    stay = [target, link, file, base / living]
    if os.geteuid() == 0:
        stay.append(leftover(base, "stranger"))
        os.chown(stay[-1], STRANGER, STRANGER)
    start_and_end()
    assert sorted(base.iterdir()) == sorted(stay)


def test_what_a_pods_user_owns_is_removed(base: Path) -> None:
    """As root, a directory that had been handed over to a throw-away user goes too."""
    made = leftover(base, "handed")
    if os.geteuid() == 0:
        os.chown(made, 61184, 61184)
    start_and_end()
    assert not made.exists()
