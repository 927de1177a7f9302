"""The recorded picture can be read by who shows it, and written by the gate alone."""

from __future__ import annotations

import mmap
import os
import subprocess
from collections.abc import Iterator

import pytest

from core.remote.gate.picture import Picture
from core.remote.lines.wire import Violation
from core.remote.observer.recorded import Recorded
from core.remote.programs import PYTHON
from core.remote.users import pod_users

SIZE = (64, 40)
BYTES = 64 + SIZE[0] * SIZE[1] * 4


@pytest.fixture
def picture() -> Iterator[Picture]:
    """Make a gate's picture."""
    made = Picture(*SIZE)
    yield made
    made.shown.close()
    os.close(made.memory)


def test_nobody_but_the_gate_writes_the_picture(picture: Picture) -> None:
    """The descriptor that is handed over cannot be written, mapped to be written, cut or made longer; nor the first."""
    handed = os.open(f"/proc/self/fd/{picture.memory}", os.O_RDONLY)
    for descriptor in (handed, picture.memory):
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on the descriptor
            os.write(descriptor, b"x")
        with pytest.raises(OSError):  # noqa: PT011
            mmap.mmap(descriptor, BYTES)
        for size in (BYTES - 1, BYTES + 1):
            with pytest.raises(OSError):  # noqa: PT011
                os.ftruncate(descriptor, size)
    os.close(handed)


def test_nobody_opens_the_picture_anew_to_write(picture: Picture) -> None:
    """Another user cannot open it at all; the same one can, and cannot write then either."""
    handed = os.open(f"/proc/self/fd/{picture.memory}", os.O_RDONLY)
    user = pod_users().first
    script = (
        "import mmap, os, sys\n"
        "try:\n"
        "    opened = os.open('/proc/self/fd/' + sys.argv[1], os.O_RDWR)\n"
        "    mmap.mmap(opened, 0)\n"
        "except OSError:\n"
        "    raise SystemExit(0)\n"
        "raise SystemExit(1)\n"
    )
    subprocess.run([PYTHON, "-c", script, str(handed)], pass_fds=[handed], user=user, check=True)
    os.close(handed)


def test_the_gate_goes_on_writing(picture: Picture) -> None:
    """What the gate writes is read, in a whole state."""
    recorded = Recorded(picture.memory)
    target = memoryview(bytearray(BYTES - 64))
    assert recorded.show(target, is_anew=True) == [(0, 0, *SIZE)]
    assert recorded.show(target, is_anew=False) == []
    with picture._writing():
        picture._recorded[:4] = b"abcd"
        assert Recorded(picture.memory, pause=lambda _: None).show(target, is_anew=True) is None
    assert recorded.show(target, is_anew=False) == [(0, 0, SIZE[0], 16)]
    assert bytes(target[:4]) == b"abcd"


def test_a_descriptor_that_cannot_be_read_is_a_violation() -> None:
    """A descriptor of something else, or of nothing, shows nothing."""
    reader, writer = os.pipe()
    for each in (reader, writer, -1):
        with pytest.raises(Violation):
            Recorded(each, pause=lambda _: None)
    os.close(reader)
    os.close(writer)
