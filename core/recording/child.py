"""A child is a program that cannot outlive the engine, not even when the engine is killed.

``setpriv`` (util-linux) sets the parent-death signal and then becomes the program itself, so that
the process id is the program's own. That needs no code between fork and exec, which is not safe in
a process with threads. The signal goes out when the *thread* that started the child ends: children
are started by the engine thread, which lives as long as the engine.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

from core.errors import MissingProgram, RecorderFailed

_LOG_LINES = 60
_LOG_LINE_BYTES = 400
_LOG_READ_BYTES = 16 << 10
_PIPE_BYTES = 1 << 20
_REAP_SECONDS = 2.0


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Copy the process's environment without what is Lucid's own business, and add ``extra``."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LUCID_")}
    return inherited | dict(extra or {})


def find_program(program: str, package: str, environment: Mapping[str, str]) -> str:
    """Find a program on the environment's PATH; raises MissingProgram naming its Debian package."""
    found = shutil.which(program, path=environment.get("PATH", os.defpath))
    if found is None:
        raise MissingProgram(program=program, package=package)
    return found


class Child:
    """A running program, watched from the event loop of the thread that started it.

    Its standard input is empty, its standard error is kept as the last few lines, and its standard
    output, where asked for, is a large pipe that is only read on demand.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        has_output: bool = False,
        inherited: Sequence[int] = (),
    ) -> None:
        self._loop = asyncio.get_running_loop()
        tether = find_program(
            "setpriv", "util-linux", {"PATH": f"{environment.get('PATH', '')}:/usr/bin"}
        )
        try:
            self._process = subprocess.Popen(
                [tether, "--pdeathsig", "KILL", "--", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if has_output else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=dict(environment),
                pass_fds=inherited,
                start_new_session=True,  # a Ctrl-C in the terminal is the engine's to handle
                bufsize=0,
            )
        except OSError as error:  # no memory, processes or descriptors left: it may be tried again
            raise RecorderFailed(attempts=1, reason=f"{arguments[0]}: {error.strerror}") from error
        self._exited: asyncio.Future[None] = self._loop.create_future()
        self._log = _ErrorLog()
        self._pidfd = os.pidfd_open(self._process.pid)
        self._loop.add_reader(self._pidfd, self._on_exit)
        self._errors = OutputPipe(self._process.stderr)
        self._loop.add_reader(self._errors.descriptor, self._on_error_output)
        self.output = OutputPipe(self._process.stdout)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._exited.done()

    @property
    def exit_code(self) -> int | None:
        """How it ended: an exit code, or minus a signal's number; None while it runs."""
        return self._process.returncode

    @property
    def log_lines(self) -> list[str]:
        """The last lines it wrote to standard error."""
        return self._log.lines()

    def send(self, number: signal.Signals) -> None:
        """Send a signal; one that has ended already hears nothing."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def wait(self, seconds: float) -> bool:
        """Wait for its end, at most that long; say whether it has ended."""
        await asyncio.wait([self._exited], timeout=seconds)
        return self._exited.done()

    async def close(self, patience: float = 0.0) -> None:
        """End it (politely first, where there is patience), reap it, and close its pipes."""
        if self.is_alive and patience > 0:
            self.send(signal.SIGTERM)
            await self.wait(patience)
        self.send(signal.SIGKILL)
        try:
            await self.wait(_REAP_SECONDS)
        finally:
            self._release()

    def _on_exit(self) -> None:
        self._drop_pidfd()
        self._process.wait()
        self._on_error_output()
        if not self._exited.done():
            self._exited.set_result(None)

    def _on_error_output(self) -> None:
        while data := self._errors.read_ready(_LOG_READ_BYTES):
            self._log.add(data)
        if data == b"":
            self._close_errors()

    def _close_errors(self) -> None:
        if self._errors.descriptor >= 0:
            self._loop.remove_reader(self._errors.descriptor)
        self._errors.close()

    def _drop_pidfd(self) -> None:
        if self._pidfd >= 0:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = -1

    def _release(self) -> None:
        self._close_errors()
        self.output.close()
        self._drop_pidfd()  # still there only for a child that SIGKILL does not end


class _ErrorLog:
    """The last lines of a child's standard error, bounded in number and length."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=_LOG_LINES)
        self._rest = b""

    def add(self, data: bytes) -> None:
        """Take what the child wrote."""
        *whole, rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest[-_LOG_LINE_BYTES:]
        self._lines.extend(_readable(line) for line in whole if line.strip())

    def lines(self) -> list[str]:
        """List the lines, the newest last."""
        unfinished = [_readable(self._rest)] if self._rest.strip() else []
        return [*self._lines, *unfinished]


def _readable(line: bytes) -> str:
    return line[:_LOG_LINE_BYTES].decode("utf-8", "replace").strip()


class OutputPipe:
    """The reading end of a child's pipe: read on demand, never ahead; without a stream it is at its end."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._waiting: asyncio.Future[None] | None = None
        self.descriptor = -1 if stream is None else stream.fileno()
        if stream is None:
            return
        os.set_blocking(self.descriptor, False)
        with suppress(OSError):  # an unprivileged user may have used up the pages for pipes
            fcntl.fcntl(self.descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def read_ready(self, limit: int) -> bytes | None:
        """Read what is there: None when that is nothing yet, b"" at the end."""
        if self.descriptor < 0:
            return b""
        try:
            return os.read(self.descriptor, limit)
        except BlockingIOError:
            return None

    async def wait_ready(self) -> None:
        """Return when there is something to read, or the end."""
        if self.descriptor < 0:
            return
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        loop.add_reader(self.descriptor, self._wake)
        try:
            await self._waiting
        finally:
            self._waiting = None
            if self.descriptor >= 0:
                loop.remove_reader(self.descriptor)

    def close(self) -> None:
        """Close the pipe; a waiting reader finds its end."""
        if self._stream is None:
            return
        if self._waiting is not None:
            asyncio.get_running_loop().remove_reader(self.descriptor)
            self._wake()
        self.descriptor = -1
        self._stream.close()
        self._stream = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
