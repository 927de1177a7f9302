"""Copies of what the contracts need of the checkout, for tests to spoil, and commands that run in them."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ARTIFACTS = Path("core/chain/artifacts")
COMPILED = Path("contracts/.cache/artifacts")
FORGE_TIMEOUT_S = 900  # a cold run installs the packages and compiles everything first

only_where_forge_is = pytest.mark.skipif(
    platform.machine() != "x86_64",
    reason="forge is published for x86-64 Linux only; the freshness check ran",
)


def environment() -> dict[str, str]:
    """Return the environment in which the scripts find the node of the virtual environment that runs these tests."""
    return {**os.environ, "VIRTUAL_ENV": sys.prefix}


def run_in(
    checkout: Path, *command: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a checkout and return its exit code and everything it printed, errors among it."""
    return subprocess.run(
        command,
        cwd=checkout,
        env=environment() if env is None else env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=FORGE_TIMEOUT_S,
        check=False,
    )


def copy_checkout(target: Path) -> None:
    """Copy what the contracts need of the checkout and what is kept of compiling them; share installed packages."""
    unwanted = shutil.ignore_patterns("node_modules", "out", "cache", ".cache")
    shutil.copytree(CHECKOUT / "contracts", target / "contracts", ignore=unwanted)
    shutil.copytree(CHECKOUT / ARTIFACTS, target / ARTIFACTS)
    (target / "contracts/node_modules").symlink_to(CHECKOUT / "contracts/node_modules")
    if (CHECKOUT / COMPILED).is_dir():
        shutil.copytree(CHECKOUT / COMPILED, target / COMPILED)


def copy_checkout_with(target: Path, domain: str) -> Path:
    """Copy the checkout with one empty folder of sources and of tests instead of ours; return its contracts/."""
    copy_checkout(target)
    contracts = target / "contracts"
    for folder in ("src", "test"):
        for path in [path for path in (contracts / folder).iterdir() if path.is_dir()]:
            shutil.rmtree(path)
        (contracts / folder / domain).mkdir()
    return contracts
