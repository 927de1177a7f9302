"""Our tor as a child process: started with our configuration, watched, and ended; it does not outlive the engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.api.network import Bridge, BridgeKind
from core.errors import (
    DataDirectoryUnwritable,
    Failure,
    RecorderFailed,
    TorLost,
    TorRefused,
)
from core.onion.torrc import TRANSPORT_PROGRAMS, TorPlaces, torrc_bytes, write_torrc
from core.recording.child import Child, child_environment, find_program
from core.runtime.files import make_directory, write_atomically

STOP_S = 5.0  # tor ends within half a second; once it did not heed SIGTERM at all
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/usr/sbin:/bin"
_INHERITED = ("LANG", "TZ")
_PRIVATE = 0o700
_LONGEST_REASON = 200
_MOST_EARLY = 64 << 10
_REFUSED = ("Reading config failed", "Failed to parse/validate config", "Error setting options")
_BUSY = "another Tor process is running with the same data directory"


class TorChild:
    """A running tor; its standard error is kept as its last lines."""

    def __init__(self, child: Child, run_descriptor: int) -> None:
        self._child = child
        self._run_descriptor = run_descriptor
        self._early = b""  # until tor has read its configuration, it writes to its standard output

    @property
    def pid(self) -> int:
        """Tor's process id."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._child.is_alive

    @property
    def run_descriptor(self) -> int:
        """The runtime directory, as tor has it open."""
        return self._run_descriptor

    async def wait(self, seconds: float) -> bool:
        """Wait for its end, at most that long; say whether it has ended."""
        return await self._child.wait(seconds)

    def ending(self) -> Failure:
        """Tell why it ended: TorRefused when it does not take its configuration, TorLost otherwise."""
        self._early += self._child.output.read_ready(_MOST_EARLY) or b""
        lines = [*self._early.decode("utf-8", "replace").splitlines(), *self._child.log_lines]
        said = [_message(line) for line in lines]
        warnings = [text for level, text in said if level in {"warn", "err"}]
        if any(_BUSY in text for _, text in said):
            return TorLost(reason="another tor works in its data directory")
        reasons = [
            text for text in warnings if not text.startswith(_REFUSED) and "as root" not in text
        ]
        reason = (reasons[-1] if reasons else "it says nothing")[:_LONGEST_REASON]
        if any(text.startswith(_REFUSED) for text in warnings):
            return TorRefused(reason=reason)
        code = self._child.exit_code or 0
        if code < 0:
            return TorLost(reason=f"it was ended by signal {-code}")
        return TorLost(reason=f"it ended with status {code}: {reason}")

    async def close(self, patience_s: float = STOP_S) -> None:
        """End it: politely first, where there is patience, and for certain then."""
        try:
            if patience_s > 0:
                self._child.send(signal.SIGTERM)
                await self._child.wait(patience_s)
        finally:  # also where whoever waits is cancelled: no tor is left behind that is nobody's
            try:
                await self._child.close()
            finally:
                with suppress(OSError):
                    os.close(self._run_descriptor)


def start_tor(
    program: str,
    places: TorPlaces,
    *,
    bridges: Sequence[Bridge] = (),
    network_lines: Sequence[str] = (),
) -> TorChild:
    """Write the configuration and start tor; on the thread of the engine's loop, with which tor ends at the latest.

    Raises MissingProgram, TorRefused, TorLost, DataDirectoryUnwritable, StorageFull.
    """
    environment = _environment(places)
    found = find_program(program, "tor", environment)
    transports: dict[BridgeKind, str] = {
        kind: _transport(kind, environment)
        for kind in dict.fromkeys(bridge.kind for bridge in bridges)
        if kind is not BridgeKind.PLAIN
    }
    for directory in (places.run, places.data):
        _make_private(directory)
    for left_over in (places.control, places.socks, places.cookie):
        left_over.unlink(missing_ok=True)
    run_descriptor = os.open(places.run, os.O_RDONLY | os.O_DIRECTORY)
    try:
        torrc = write_torrc(
            places,
            run_descriptor=run_descriptor,
            owner=os.getpid(),
            bridges=bridges,
            transports=transports,
            network_lines=network_lines,
        )
        write_atomically(places.torrc, torrc_bytes(torrc))
        arguments = [found, "--defaults-torrc", os.devnull, "-f", str(places.torrc)]
        child = Child(arguments, environment, has_output=True, inherited=(run_descriptor,))
        return TorChild(child, run_descriptor)
    except (
        RecorderFailed
    ) as failed:  # what the child's class says of a program that cannot be started
        os.close(run_descriptor)
        raise TorLost(reason=str(failed.facts["reason"])) from failed
    except BaseException:
        os.close(run_descriptor)
        raise


def _transport(kind: BridgeKind, environment: dict[str, str]) -> str:
    program, package = TRANSPORT_PROGRAMS[kind]
    return find_program(program, package, environment)


def _environment(places: TorPlaces) -> dict[str, str]:
    """Give tor a way to programs, and nothing of whoever runs Lucid."""
    ours = child_environment()
    kept = {name: ours[name] for name in _INHERITED if name in ours}
    path = ":".join(filter(None, [ours.get("PATH"), _SYSTEM_PATH]))
    return {**kept, "PATH": path, "HOME": str(places.data)}


def _make_private(directory: Path) -> None:
    """Make a directory that only we can enter, as tor asks for. Raises DataDirectoryUnwritable."""
    make_directory(directory)
    try:
        directory.chmod(_PRIVATE)
    except OSError as error:
        reason = "it belongs to somebody else"
        raise DataDirectoryUnwritable(path=str(directory), reason=reason) from error


def _message(line: str) -> tuple[str, str]:
    """Take a line of tor's log apart: its level and what it says."""
    _, opening, rest = line.partition("[")
    level, closing, text = rest.partition("] ")
    return (level, text) if opening and closing else ("", line)
