"""A private Tor network on loopback, for tests: what their tors need to be clients of it, and ways to break it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.tether import tethered

_ROOT = Path(__file__).parents[2]
_ENDING_S = 30.0


class PrivateTor:
    """A network that runs; a program of its own, ``tests.fakes.private_tor_nodes``, keeps its nodes."""

    def __init__(self, program: subprocess.Popen[str], directory: Path) -> None:
        self._program = program
        said = self._hear()
        assert "failure" not in said, f"the private Tor network did not come up:\n{said['failure']}"
        self.network_lines: tuple[str, ...] = tuple(said["lines"])  # torrc lines of its clients
        self.nodes: tuple[str, ...] = tuple(said["nodes"])  # authorities first
        self.ports = frozenset(int(port) for port in said["ports"])  # at which nodes listen
        self.lines_file = directory / "network-lines"
        self.lines_file.write_text("\n".join(self.network_lines) + "\n", "ascii")

    @property
    def pid(self) -> int:
        """The process that the nodes descend from."""
        return self._program.pid

    def kill(self, node: str) -> None:
        """End a node with SIGKILL."""
        self._order(f"kill {self.nodes.index(node)}")

    def revive(self, node: str) -> None:
        """Start a node that was killed, and wait until it is connected."""
        self._order(f"revive {self.nodes.index(node)}")

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Stop every node for the length of a block: connections stand, and nothing comes back."""
        self._order("freeze")
        try:
            yield
        finally:
            self._order("thaw")

    def _order(self, line: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{line}\n")
        self._program.stdin.flush()
        self._hear()

    def _hear(self) -> dict[str, list[str]]:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        assert line, "the private Tor network has ended"
        said = json.loads(line)
        assert isinstance(said, dict)
        return said


@contextmanager
def running_private_tor(directory: Path, through: Sequence[str] = ()) -> Iterator[PrivateTor]:
    """Run a network for the length of a block; ``through`` is what its program is run by.

    It ends with the thread that runs this, also where that is killed.
    """
    words = [sys.executable, "-m", "tests.fakes.private_tor_nodes", str(directory)]
    program = subprocess.Popen(
        tethered([*through, *words]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        with program.stdout, program.stdin:
            yield PrivateTor(program, directory)
            program.stdin.close()
            assert program.wait(_ENDING_S) == 0
    finally:
        program.kill()
        program.wait()
