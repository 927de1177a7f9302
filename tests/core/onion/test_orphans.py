"""Tests that no tor outlives the engine that started it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.core.onion.tor_here import running_tor
from core.api.network import TorPhase

async def run():
    async with running_tor(Path(sys.argv[1])) as watched:
        await watched.until_phase(TorPhase.CONNECTING)
        print(watched.onion.pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(run())
"""
PATIENCE_S = 20.0


def test_tor_dies_with_its_engine(tmp_path: Path) -> None:
    """After kill -9 of the engine its tor is gone, without anybody left to end it."""
    arguments = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=root) as engine:
        assert engine.stdout is not None
        pid = int(engine.stdout.readline())
        command = Path(f"/proc/{pid}/cmdline")
        assert b"torrc" in command.read_bytes()
        engine.kill()
        asyncio.run(_until_gone(command))


def _is_tor(command: Path) -> bool:
    """Tell whether a process still is a tor; a zombie's command line is empty."""
    try:
        return b"torrc" in command.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def _until_gone(command: Path) -> None:
    """Return when no tor has that process id any more."""
    async with asyncio.timeout(PATIENCE_S):
        while _is_tor(command):  # noqa: ASYNC110 - it is another process that ends
            await asyncio.sleep(0.02)
