"""A crash leaves neither keys nor frames on the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CRASH = """
import os, signal
from core.cli.core_dumps import forbid_core_dumps
forbid_core_dumps()
os.chdir({folder!r})
os.kill(os.getpid(), signal.SIGSEGV)
"""


def test_a_crash_leaves_no_core(tmp_path: Path) -> None:
    """A process that dies by a fault writes no core file."""
    code = _CRASH.format(folder=str(tmp_path))
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)
    assert done.returncode < 0
    assert list(tmp_path.iterdir()) == []


def test_children_inherit_the_bound() -> None:
    """What is started afterwards is bound too, and cannot lift it."""
    assert _bound_of_a_child("") == "(1, 1)"


def test_a_bound_of_nothing_is_kept() -> None:
    """Who may not raise the bound begins all the same, and neither it nor a child writes a core file."""
    powerless = (
        "import ctypes\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()\n"
        "assert ctypes.CDLL(None).capset(header, none) == 0\n"
    )
    assert _bound_of_a_child(powerless) == "(0, 0)"


def _bound_of_a_child(before: str) -> str:
    """Forbid core dumps after having done something; gives the bound that a child finds."""
    code = (
        f"import resource, subprocess, sys\n{before}"
        "from core.cli.core_dumps import forbid_core_dumps\n"
        "forbid_core_dumps()\n"
        "child = 'import resource; print(resource.getrlimit(resource.RLIMIT_CORE))'\n"
        "subprocess.run([sys.executable, '-c', child], check=True)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
