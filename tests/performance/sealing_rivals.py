"""The programs that sealing is measured against, on the same data."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """What a run cost: CPU seconds of all its processes, and the bytes that it left."""

    cpu_s: float
    stored_bytes: int


def age(source: Path, directory: Path) -> Cost:
    """Run ``zstd -3 -T2 | age -r``."""
    identity = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True).stdout
    recipient = next(word for word in identity.split() if word.startswith("age1"))
    target = directory / "sealed.age"
    command = 'zstd -q -3 -T2 -c "$1" | age -r "$2" > "$3"'
    words = ["sh", "-c", command, "sh", str(source), recipient, str(target)]
    return _cost(lambda: _run(words, {}), directory)


def borg(source: Path, directory: Path) -> Cost:
    """Run ``borg create`` into a new repository, encrypted by a key file, with zstd level 3."""
    repository = directory / "repository"
    environment = {
        "BORG_PASSPHRASE": "bench",
        "BORG_BASE_DIR": str(directory / "base"),
        "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "no",
    }
    _run(["borg", "init", "-e", "repokey-blake2", str(repository)], environment)
    words = ["borg", "create", "--compression", "zstd,3", f"{repository}::bench", str(source)]
    return _cost(lambda: _run(words, environment), directory)


def restic(source: Path, directory: Path) -> Cost:
    """Run ``restic backup`` into a new repository."""
    environment = {
        "RESTIC_PASSWORD": "bench",
        "RESTIC_REPOSITORY": str(directory / "repository"),
        "RESTIC_CACHE_DIR": str(directory / "cache"),
    }
    _run(["restic", "init", "-q"], environment)
    return _cost(lambda: _run(["restic", "backup", "-q", str(source)], environment), directory)


RIVALS: dict[str, Callable[[Path, Path], Cost]] = {"age": age, "borg": borg, "restic": restic}


def missing_programs() -> list[str]:
    """List the programs that are not installed."""
    names = ("zstd", "age", "age-keygen", "borg", "restic", "b3sum", "ffmpeg", "Xvfb", "xterm")
    return [name for name in names if shutil.which(name) is None]


def children_cpu_s() -> float:
    """Tell the CPU time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cost(work: Callable[[], None], directory: Path) -> Cost:
    before = children_cpu_s()
    work()
    spent = children_cpu_s() - before
    stored = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    return Cost(spent, stored)


def _run(words: list[str], environment: dict[str, str]) -> None:
    subprocess.run(words, check=True, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
