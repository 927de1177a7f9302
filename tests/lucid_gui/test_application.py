"""The kiosk as a program: its first frame, its one way to end, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("kiosk_child.py")
# Slow to import, and of no use to a first frame.
HEAVY = {"web3", "eth", "tronpy", "av", "nacl", "asyncio", "qasync", "core"}


def run_child(
    tmp_path: Path, phase: str, ending: str, **variables: str
) -> tuple[int, dict[str, object], str]:
    """Run a kiosk to its end; its exit code, its facts and what it wrote to stderr."""
    facts = tmp_path / "facts.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QUICK_BACKEND": "software"} | variables
    done = subprocess.run(
        [sys.executable, str(CHILD), str(facts), phase, ending],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert facts.is_file(), done.stderr
    return done.returncode, json.loads(facts.read_text(encoding="utf-8")), done.stderr


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGINT", "close", "button"])
def test_every_ending_takes_the_same_way(tmp_path: Path, ending: str) -> None:
    """Signal, window and button stop the engine and end with 0, without a word on stderr."""
    code, facts, errors = run_child(tmp_path, "ready", ending)
    assert (code, facts["has_stopped"], errors) == (0, True, "")


def test_on_a_real_display_it_says_nothing_either(tmp_path: Path, x_display: str) -> None:
    """On X, where frames follow each other faster than they are heard of, stderr stays empty."""
    on_x = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": x_display}
    code, facts, errors = run_child(tmp_path, "ready", "close", **on_x)
    assert (code, facts["has_stopped"], errors) == (0, True, "")


def test_a_failed_engine_gives_its_exit_code(tmp_path: Path) -> None:
    """Closed while it says why it cannot start, the kiosk ends with that failure's code."""
    code, facts, errors = run_child(tmp_path, "failed", "close")
    assert (code, facts["has_stopped"], errors) == (3, True, "")


def test_nothing_heavy_is_imported_before_the_first_frame(tmp_path: Path) -> None:
    """Neither the engine nor what it is made of keeps the first frame back."""
    _code, facts, _errors = run_child(tmp_path, "locked", "close")
    modules = facts["modules"]
    assert isinstance(modules, list)
    assert "PySide6.QtQuick" in modules
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
