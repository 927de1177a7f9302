"""What the sealing benchmark seals: a recorded stream, mixed data, random data."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

from core.recording.encoders import X264
from core.recording.x11grab import grab_arguments
from core.sealing.transport_stream import PACKET_BYTES

MEBIBYTE = 1 << 20
RECORDED_SECONDS = 25
_RATE = 15
_PROGRAMS = (
    "while :; do find /usr /etc 2>/dev/null; done",
    "while :; do od -An -tx1 -v -N 20000 /dev/urandom; sleep 0.1; done",
    "while :; do date; ls -l --color /usr/bin | tail -40; sleep 0.2; done",
    "while :; do head -c 3000 /dev/urandom | base64; sleep 0.05; done",
)


def write_random(path: Path, size: int) -> None:
    """Write random bytes."""
    with path.open("wb") as stream:
        for _ in range(size // MEBIBYTE):
            stream.write(os.urandom(MEBIBYTE))


def write_mixed(path: Path, size: int) -> None:
    """Write what a disk holds: of every 64 MiB, 32 of this machine's files, 24 of noise, 8 of log lines."""
    files = _files()
    lines = _log_lines()
    with path.open("wb") as stream:
        while stream.tell() < size:
            stream.write(b"".join(islice(files, 32)))
            stream.write(os.urandom(24 * MEBIBYTE))
            stream.write(b"".join(islice(lines, 8)))
        stream.truncate(size)


def write_recorded(path: Path, size: int) -> int:
    """Record a busy X display for 25 s as the recorder does, and repeat it with other bytes each time.

    A repetition has each byte of the pictures' bulk (the payload of packets that hold nothing else) XORed with
    its own number. That keeps every statistic that a compressor sees inside its window, and leaves a
    deduplicator nothing to find. Gives the recording's own length.
    """
    recorded = record()
    with path.open("wb") as stream:
        for number in count():
            stream.write(_repetition(recorded, number % 256)[: size - stream.tell()])
            if stream.tell() >= size:
                break
        stream.truncate(size // PACKET_BYTES * PACKET_BYTES)
    return len(recorded)


def record(seconds: int = RECORDED_SECONDS) -> bytes:
    """Record a busy virtual display with the recorder's own ffmpeg arguments."""
    with _busy_display() as display:
        return subprocess.run(
            ["ffmpeg", "-t", str(seconds), *grab_arguments(display, X264, _RATE, 0.0)],
            check=True,
            capture_output=True,
        ).stdout


@contextmanager
def _busy_display() -> Iterator[str]:
    """Start an X display of 1280×720 with four terminals that scroll."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    terminals = []
    try:
        with os.fdopen(reading, encoding="ascii") as stream:
            display = f":{stream.readline().strip()}"
        for at, program in enumerate(_PROGRAMS):
            place = f"105x27+{at % 2 * 640}+{at // 2 * 360}"
            terminals.append(
                subprocess.Popen(
                    ["xterm", "-geometry", place, "-e", "sh", "-c", program],
                    env={**os.environ, "DISPLAY": display},
                    stderr=subprocess.DEVNULL,
                )
            )
        time.sleep(2)  # the terminals paint; nothing says when they have
        yield display
    finally:
        for child in [*terminals, server]:
            child.terminate()
            child.wait()


def _repetition(recorded: bytes, number: int) -> bytes:
    """Change the bulk of the pictures to the repetition's own bytes."""
    if number == 0:
        return recorded
    changed = bytearray(recorded.translate(bytes(value ^ number for value in range(256))))
    for at in range(4):
        changed[at::PACKET_BYTES] = recorded[at::PACKET_BYTES]
    flags, controls = recorded[1::PACKET_BYTES], recorded[3::PACKET_BYTES]
    for packet, (flag, control) in enumerate(zip(flags, controls, strict=True)):
        if flag & 0x40 or control & 0x20:
            start = packet * PACKET_BYTES
            changed[start : start + PACKET_BYTES] = recorded[start : start + PACKET_BYTES]
    return bytes(changed)


def _files() -> Iterator[bytes]:
    """Yield this machine's programs and documents, a MiB at a time, over and over if there are few."""
    rest = b""
    while True:
        for path in sorted(Path("/usr").rglob("*")):
            try:
                if path.is_file() and not path.is_symlink():
                    rest += path.read_bytes()
            except OSError:
                continue
            while len(rest) >= MEBIBYTE:
                yield rest[:MEBIBYTE]
                rest = rest[MEBIBYTE:]


def _log_lines() -> Iterator[bytes]:
    """Yield log lines with times, names and numbers that differ, a MiB at a time."""
    chance = random.Random(1)
    names = ("sshd", "kernel", "cron", "systemd", "ffmpeg")
    for number in count():
        lines = (
            f"2026-11-22T{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02} {chance.choice(names)}"
            f"[{chance.randrange(30_000)}]: request {chance.getrandbits(40):x} took {chance.random():.4f} s\n"
            for at in range(number * 15_000, (number + 1) * 15_000)
        )
        yield "".join(lines).encode("ascii")[:MEBIBYTE].ljust(MEBIBYTE, b"\n")


def work_directory(chosen: Path | None, results: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a directory that is removed afterwards, on the file system of the results unless one is named."""
    place = chosen or results
    place.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="lucid-bench-", dir=place)


def empty(directory: Path) -> Path:
    """Make the directory anew, without anything in it."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    return directory
