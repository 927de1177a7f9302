"""Keeps the appliance's own node running as a child process."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import core
from core.chain.node.exits import ExitStatus
from core.errors import ChainUnreachable, Failure, StoreCorrupt
from core.runtime.clock import Clock

_LOG_LINES = 50
_SHORTEST_BACK_OFF_S = 0.5
_LONGEST_BACK_OFF_S = 30.0
_STEADY_NS = 60_000_000_000  # a node that ran this long begins with the shortest back-off again
_LOG = logging.getLogger("core.chain.embedded")


@dataclass(frozen=True)
class NodePlaces:
    """Where a node works, and what its chain is made with when there is none yet."""

    directory: Path
    socket: Path
    genesis_accounts: tuple[bytes, ...] = ()
    chain_id: int | None = None
    http_port: int | None = None

    def arguments(self) -> list[str]:
        """Give the arguments of the node's program."""
        given = ["--directory", str(self.directory), "--socket", str(self.socket)]
        given += ["--parent-pid", str(os.getpid())]
        for account in self.genesis_accounts:
            given += ["--genesis-account", f"0x{account.hex()}"]
        if self.chain_id is not None:
            given += ["--chain-id", str(self.chain_id)]
        if self.http_port is not None:
            given += ["--http-port", str(self.http_port)]
        return given


class EmbeddedChain:
    """Starts the node, starts it again with back-off when it dies, and stops it; for one event loop.

    ``changed`` is called on the loop when the node begins or ceases to answer. The node dies with the thread
    that runs the loop, whatever happens to the process.
    """

    def __init__(
        self,
        places: NodePlaces,
        clock: Clock,
        *,
        changed: Callable[[], None] = lambda: None,
        command: Sequence[str] = (sys.executable, "-m", "core.chain.node"),
        deadline_s: float = 30.0,
        stop_s: float = 10.0,
    ) -> None:
        self._places = places
        self._clock = clock
        self._changed = changed
        self._command = tuple(command)
        self._deadline_s = deadline_s
        self._stop_s = stop_s
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._logging: asyncio.Task[None] | None = None
        self._supervising: asyncio.Task[None] | None = None
        self.http_port: int | None = None
        self.failure: Failure | None = None
        self.is_answering = False

    @property
    def endpoint(self) -> str:
        """The path of the node's socket."""
        return str(self._places.socket)

    @property
    def pid(self) -> int | None:
        """The node's process, while there is one."""
        return None if self._process is None else self._process.pid

    @property
    def log_tail(self) -> tuple[str, ...]:
        """The last lines that the node wrote to its log."""
        return tuple(self._log)

    async def start(self) -> None:
        """Return when the node answers, which it then goes on doing.

        Raises StoreCorrupt when its store is damaged and ChainUnreachable when it does not come up otherwise.
        """
        await self._launch()
        self._supervising = asyncio.ensure_future(self._supervise())

    async def stop(self) -> None:
        """Stop the node and wait for its end."""
        if self._supervising is not None:
            self._supervising.cancel()
            await asyncio.gather(self._supervising, return_exceptions=True)
            self._supervising = None
        await self._end_process()

    async def _launch(self) -> None:
        try:
            await asyncio.wait_for(self._spawn(), self._deadline_s)
        except TimeoutError:
            self._log.append(f"no answer within {self._deadline_s:g} s")
            self.failure = await self._failed_launch()
            raise self.failure from None
        except (OSError, ValueError) as error:
            self._log.append(str(error))
            self.failure = await self._failed_launch()
            raise self.failure from error
        except BaseException:
            await self._end_process()
            raise
        self.failure = None
        self._set_answering(is_answering=True)

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            *self._places.arguments(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal is for the engine, which then stops the node
        )
        assert self._process.stdout is not None  # noqa: S101 - both are pipes
        assert self._process.stderr is not None  # noqa: S101
        self._logging = asyncio.ensure_future(self._keep_log(self._process.stderr))
        announced = json.loads(await self._process.stdout.readline() or b"null")
        if not isinstance(announced, dict):
            raise ValueError("the node ended before it answered")  # noqa: TRY004 - caught by _launch
        self.http_port = announced.get("http_port")

    async def _keep_log(self, stream: asyncio.StreamReader) -> None:
        with suppress(ValueError):  # a line longer than the reader's limit; the log is a courtesy
            while line := await stream.readline():
                text = line.decode("utf-8", "replace").rstrip()
                self._log.append(text)
                _LOG.debug("%s", text)

    async def _failed_launch(self) -> Failure:
        """End what was started and tell why it did not come up."""
        before = tuple(self._log)
        status = await self._end_process()
        said = [line for line in self._log if line.startswith("chain node: ")]
        reason = said[-1].removeprefix("chain node: ") if said else " / ".join(before[-2:])
        if status == ExitStatus.DAMAGED:
            return StoreCorrupt(reason=reason)
        return ChainUnreachable(reason=reason or f"the node ended with status {status}")

    async def _end_process(self) -> int | None:
        """Stop the process if it runs, wait for its end, and give its exit status."""
        process, self._process = self._process, None
        self._set_answering(is_answering=False)
        if process is None:
            return None
        if process.returncode is None:
            _signal(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self._stop_s)
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            await process.wait()
        if self._logging is not None:
            await asyncio.gather(self._logging, return_exceptions=True)
            self._logging = None
        return process.returncode

    def _set_answering(self, *, is_answering: bool) -> None:
        if self.is_answering != is_answering:
            self.is_answering = is_answering
            self._changed()

    async def _supervise(self) -> None:
        """Start the node again whenever it dies, unless its store is damaged."""
        back_off_s = _SHORTEST_BACK_OFF_S
        while not isinstance(self.failure, StoreCorrupt):
            started_ns = self._clock.now().mono_ns
            if self._process is not None:
                await self._process.wait()
                self.failure = await self._failed_launch()
                _LOG.warning("the chain's node ended: %s", self.failure)
                self._changed()
                if isinstance(self.failure, StoreCorrupt):
                    return
            if self._clock.now().mono_ns - started_ns >= _STEADY_NS:
                back_off_s = _SHORTEST_BACK_OFF_S
            await self._clock.sleep(back_off_s)
            back_off_s = min(2 * back_off_s, _LONGEST_BACK_OFF_S)
            with suppress(ChainUnreachable, StoreCorrupt):
                await self._launch()


def _environment() -> dict[str, str]:
    """Give the child what Python needs to find this code, and nothing that is Lucid's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LUCID_")}
    home = str(Path(core.__file__).parent.parent)
    paths = [home, *filter(None, [kept.get("PYTHONPATH")])]
    kept["PYTHONPATH"] = os.pathsep.join(paths)
    return kept


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Signal a child without reaping it, which asyncio's own thread does.

    ``Popen.send_signal`` polls first: a child that has just died is then reaped by whichever thread comes
    first, and asyncio, coming second, reports the exit status 255 in place of the real one.
    """
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)
