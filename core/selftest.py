"""Self-test: does the cryptography come out right here, and is everything installed that is needed?

``run_vectors`` is what the engine does at every start: known answers of each package that signs,
seals or hashes. ``examine`` is the whole examination that ``lucid selftest`` shows.
"""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from core.errors import Failure, RemoteHostUnsupported, SelfTestFailed

# The programs that sessions need, the Debian package of each, and what for.
PROGRAMS = (
    ("ffmpeg", "ffmpeg", "records displays"),
    ("Xvfb", "xvfb", "the sandbox desktop's display"),
    ("openbox", "openbox", "the windows of sandbox and hosted desktops"),
    ("xterm", "xterm", "the terminal of sandbox and hosted desktops"),
    ("Xorg", "xserver-xorg-core", "a hosted session's display"),
    ("xrdp-chansrv", "xrdp", "a hosted session's clipboard, files and sound"),
    ("bwrap", "bubblewrap", "a hosted session's walls"),
)
_SYSTEM_PATHS = "/usr/sbin:/usr/bin"  # where hosting looks too: an ordinary user's PATH has no sbin

# What a hosted session needs at a fixed place: the finding's name, its Debian package, and what for.
FILES = (
    (
        Path("/usr/lib/xorg/modules/libxorgxrdp.so"),
        "xorgxrdp",
        "xorgxrdp",
        "lets the gate take a display's picture",
    ),
    (Path("/usr/bin/python3"), "system_python", "python3", "the gate and the window watcher"),
)

_TOR_VERSION = re.compile(r"Tor version ([0-9][0-9a-z.-]*?)\.?(?: |$)", re.MULTILINE)

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
    "stem",
    "aiohttp",
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
    yield _examine_xrdp()
    yield _examine_tor()
    yield _examine_client()
    for path, name, package, purpose in FILES:
        yield _found(name, str(path) if path.exists() else None, package, purpose)
    yield _examine_encoder()
    yield Finding(
        "python", holds=True, detail=f"{platform.python_version()} on {platform.machine()}"
    )
    for library in LIBRARIES:
        yield _examine_library(library)


def _vectors() -> dict[str, Callable[[], None]]:
    """Give each package's known answers; imported here, because they load every library."""
    from core.evidence import self_test as evidence
    from core.onion import self_test as onion
    from core.sealing import self_test as sealing
    from core.vault import self_test as vault

    return {
        "sealing": sealing.run,
        "vault": vault.run,
        "evidence": evidence.run,
        "onion": onion.run,
    }


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
    name = f"program_{program.lower().replace('-', '_')}"
    return _found(name, _which(program), package, purpose)


def _which(program: str) -> str | None:
    paths = filter(None, (os.environ.get("PATH"), _SYSTEM_PATHS))
    return shutil.which(program, path=os.pathsep.join(paths))


def _found(name: str, path: str | None, package: str, purpose: str) -> Finding:
    detail = f"{path}, {purpose}" if path else f"not installed (package {package}); {purpose}"
    return Finding(name, holds=path is not None, detail=detail)


def _examine_xrdp() -> Finding:
    """Ask xrdp for its version, for the gate speaks those that it knows and no other."""
    from core.remote.versions import display_protocol

    name, path = "program_xrdp", _which("xrdp")
    if path is None:
        return _found(name, None, "xrdp", "what a peer connects to")
    try:
        protocol = asyncio.run(display_protocol(path))
    except RemoteHostUnsupported as refused:
        detail = f"{path} is {refused.facts['found']}; known are {refused.facts['known']}"
    except Failure as failure:
        detail = f"{path}: {failure.facts.get('reason', failure.code)}"
    else:
        detail = f"{path}, what a peer connects to, display protocol {protocol}"
        return Finding(name, holds=True, detail=detail)
    return Finding(name, holds=False, detail=detail)


def _examine_tor() -> Finding:
    """Ask tor for its version, and see how long that is supported; nothing is connected by it."""
    from core.onion.end_of_life import day_of, ends_utc_ms

    name, purpose = "program_tor", "the only way in and out"
    path = _which(os.environ.get("LUCID_TOR") or "tor")
    if path is None:
        return _found(name, None, "tor", purpose)
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return Finding(name, holds=False, detail=f"{path} does not run")
    found = _TOR_VERSION.match(said)
    if found is None:
        return Finding(name, holds=False, detail=f"{path} does not tell its version")
    detail = f"{path}, {purpose}, version {found[1]}"
    ends = ends_utc_ms(found[1])
    if ends is None:
        return Finding(name, holds=True, detail=detail)
    if ends <= time.time_ns() // 1_000_000:
        return Finding(name, holds=False, detail=f"{detail}, whose support ended on {day_of(ends)}")
    return Finding(name, holds=True, detail=f"{detail}, supported until {day_of(ends)}")


def _examine_client() -> Finding:
    """Look for FreeRDP, of which Debian has one version or the other."""
    path = _which("xfreerdp3") or _which("xfreerdp")
    purpose = "shows a session that is joined from here"
    return _found("program_xfreerdp", path, "freerdp3-x11 or freerdp2-x11", purpose)


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
