"""Self-test: does the cryptography come out right here, and is everything installed that is needed?

``run_vectors`` is what the engine does at every start: known answers of each package that signs,
seals or hashes. ``examine`` is the whole examination that ``lucid selftest`` shows.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from core.errors import SelfTestFailed

# The programs that recording needs, the Debian package of each, and what for.
PROGRAMS = (
    ("ffmpeg", "ffmpeg", "records displays"),
    ("Xvfb", "xvfb", "the sandbox desktop's display"),
    ("openbox", "openbox", "the sandbox desktop's windows"),
    ("xterm", "xterm", "the sandbox desktop's terminal"),
)

LIBRARIES = (
    "lucid",
    "zstandard",
    "PyNaCl",
    "cryptography",
    "blake3",
    "av",
    "web3",
    "py-evm",
    "keyring",
    "PySide6-Essentials",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str  # stable snake_case, such as "vectors_sealing", "program_ffmpeg"
    holds: bool
    detail: str
    is_needed: bool = True


def run_vectors() -> None:
    """Check the known answers; raises SelfTestFailed naming the first that is wrong. Takes milliseconds."""
    for run in _vectors().values():
        run()


def examine() -> Iterator[Finding]:
    """Look at everything, and go on after what does not hold."""
    for package, run in _vectors().items():
        yield _examine_vectors(package, run)
    for program, package, purpose in PROGRAMS:
        yield _examine_program(program, package, purpose)
    yield _examine_encoder()
    yield Finding(
        "python", holds=True, detail=f"{platform.python_version()} on {platform.machine()}"
    )
    for library in LIBRARIES:
        yield _examine_library(library)


def _vectors() -> dict[str, Callable[[], None]]:
    """Give each package's known answers; imported here, because they load every library."""
    from core.evidence import self_test as evidence
    from core.sealing import self_test as sealing
    from core.vault import self_test as vault

    return {"sealing": sealing.run, "vault": vault.run, "evidence": evidence.run}


def _examine_vectors(package: str, run: Callable[[], None]) -> Finding:
    started = time.perf_counter()
    try:
        run()
    except SelfTestFailed as failure:
        return Finding(
            f"vectors_{package}", holds=False, detail=f"{failure.facts.get('test')} is wrong"
        )
    took_ms = (time.perf_counter() - started) * 1000
    return Finding(
        f"vectors_{package}", holds=True, detail=f"known answers come out right, {took_ms:.0f} ms"
    )


def _examine_program(program: str, package: str, purpose: str) -> Finding:
    path = shutil.which(program)
    detail = f"{path}, {purpose}" if path else f"not installed (package {package}); {purpose}"
    return Finding(f"program_{program.lower()}", holds=path is not None, detail=detail)


def _examine_encoder() -> Finding:
    """Ask ffmpeg which H.264 encoders it was built with; whether one works is tried when recording starts."""
    try:
        listed = subprocess.run(
            ["ffmpeg", "-hide_banner", "-encoders"],
            capture_output=True, text=True, check=True, timeout=20,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return Finding("encoder", holds=False, detail="ffmpeg does not run, so nothing is known")
    found = [name for name in ("h264_v4l2m2m", "libx264") if f" {name} " in listed]
    return Finding(
        "encoder", holds=bool(found), detail=", ".join(found) or "ffmpeg has no H.264 encoder"
    )


def _examine_library(library: str) -> Finding:
    is_needed = library != "PySide6-Essentials"  # a machine that only checks bundles has no Qt
    try:
        return Finding(_name_of(library), holds=True, detail=version(library), is_needed=is_needed)
    except PackageNotFoundError:
        return Finding(_name_of(library), holds=False, detail="not installed", is_needed=is_needed)


def _name_of(library: str) -> str:
    return f"library_{library.lower().replace('-', '_')}"
