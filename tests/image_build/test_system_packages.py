"""Tests of image-build/setup/system-packages.bash: what is masked before it is installed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "image-build" / "setup"
SCRIPT = """
log=$1/log
setup_folder=$2
say() { :; }
missing() { echo "missing: $*"; exit 3; }
. "$2/system-packages.bash"
as_root() { "$@"; }
shift 2
mask_what_lucid_runs "$@"
"""


def _masked(
    directory: Path, *packages: str, exit_code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Ask what is masked before these packages are installed, with a systemctl that writes it down."""
    systemctl = directory / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >>"{directory}/asked"\nexit {exit_code}\n')
    systemctl.chmod(0o700)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SCRIPT, "setup", str(directory), str(SETUP), *packages],
        env=os.environ | {"PATH": f"{directory}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def _asked(directory: Path) -> list[str]:
    path = directory / "asked"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize(
    ("packages", "services"),
    [
        (("ffmpeg", "tor"), ["--quiet mask tor.service tor@default.service"]),
        (("xrdp", "ffmpeg"), ["--quiet mask xrdp.service xrdp-sesman.service"]),
        (("ffmpeg", "torsocks", "xorgxrdp"), []),
    ],
)
def test_what_lucid_runs_itself_is_masked(
    tmp_path: Path, packages: tuple[str, ...], services: list[str]
) -> None:
    """Only where tor or xrdp is to be installed, its services are masked before that."""
    assert _masked(tmp_path, *packages).returncode == 0
    assert _asked(tmp_path) == services


def test_what_cannot_be_masked_is_not_installed(tmp_path: Path) -> None:
    """When systemd refuses, set-up ends before anything is installed that would connect by itself."""
    ended = _masked(tmp_path, "tor", exit_code=1)
    assert ended.returncode == 3
    assert "tor is not installed" in ended.stdout
