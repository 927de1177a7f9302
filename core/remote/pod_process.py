"""A pod as the engine sees it: a plan that is carried out, and a child that ends with everything in it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.errors import RecorderFailed, RemoteHostFailed
from core.recording.child import Child
from core.remote import namespaces as inside
from core.remote.user_map import UserMap
from core.remote.users import Users

_READ_BYTES = 64 << 10
_LONGEST_LINE = 1 << 20
_PATIENCE_S = 90.0  # the pod itself gives each program a quarter of a minute


class DisplayMemory(StrEnum):
    """What a program has of the shared memory that the display keeps its picture in."""

    NONE = "none"
    ALL = "all"  # it is started in there, and has no other
    ENTERS = "enters"  # it is started outside, and gets a descriptor of it as its last argument


@dataclass(frozen=True)
class Program:
    """One program of a pod. ``awaits`` is a path that it makes; the next one is started when it is there."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    awaits: str = ""
    inherits: tuple[int, ...] = field(default=())
    memory: DisplayMemory = DisplayMemory.NONE


class PodProcess:
    """A running pod. ``ended`` is called with a program's name and last words when one of them ends."""

    def __init__(
        self, ended: Callable[[str, str], None], *, patience_s: float = _PATIENCE_S
    ) -> None:
        self._ended = ended
        self._patience_s = patience_s
        self._child: Child | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pids: dict[str, int] = {}  # as the pod numbers them
        self._front = -1

    async def start(
        self,
        command: Sequence[str],
        programs: Sequence[Program],
        logs: str,
        descriptors: Sequence[int],
        users: Users | None = None,
    ) -> None:
        """Start it; ``command`` gets the descriptor of the plan as its last argument. Raises RemoteHostFailed.

        Where ``users`` are given, ``command`` is bubblewrap's, and each program runs as the user of its name. Without,
        the programs run as ``command`` does, and there is no front.
        """
        ours, theirs = socket.socketpair()
        plan = _plan(programs, logs, users, theirs.fileno())
        try:
            with ours, theirs:
                async with asyncio.timeout(self._patience_s):
                    await self._start(command, plan, [theirs.fileno(), *descriptors], users)
                    await self._ready
                if users is not None:
                    self._front = _take_front(ours)
        except TimeoutError:
            await self.close()
            raise RemoteHostFailed(program="pod", reason="it did not come up") from None
        except BaseException:
            await self.close()
            raise

    @property
    def front(self) -> Path:
        """Tell where this process finds the directory in which a pod with users has the sockets that are for it.

        It is the pod's own: nothing of the machine's file systems is where its programs make them.
        """
        return Path("/proc/self/fd", str(self._front))

    async def close(self) -> None:
        """End the pod and all that is in it."""
        front, self._front = self._front, -1
        if front >= 0:
            os.close(front)
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if self._child is not None:
            await self._child.close()
            self._child = None

    async def _start(
        self,
        command: Sequence[str],
        plan: Mapping[str, object],
        descriptors: Sequence[int],
        users: Users | None,
    ) -> None:
        """Start the child and, where it waits for them, give it its users. Raises RemoteHostFailed."""
        file, user_map = os.memfd_create("lucid-plan", 0), UserMap()
        try:
            os.write(file, json.dumps(plan).encode())
            os.lseek(file, 0, os.SEEK_SET)
            whole = command if users is None else users.pod(command, *user_map.theirs)
            inherited = [file, *user_map.theirs, *descriptors]
            self._child = Child(
                [*whole, str(file)], _environment(), has_output=True, inherited=inherited
            )
            self._listening = asyncio.ensure_future(self._listen(self._child))
            user_map.close_theirs()
            if users is not None and users.first is not None:
                await user_map.write(users)
        except (RecorderFailed, OSError, ValueError, LookupError) as failure:
            raise RemoteHostFailed(program="pod", reason=str(failure)) from failure
        finally:
            os.close(file)
            user_map.close()

    async def _listen(self, child: Child) -> None:
        """Hear what it tells, up to its end; one that cannot be understood has as good as ended."""
        try:
            await self._take_all(child)
        except (ValueError, LookupError, TypeError) as error:
            self._tell_end("pod", f"it tells what cannot be read: {error!r}")
            return
        await child.wait(1.0)
        self._tell_end("pod", "\n".join(child.log_lines))

    async def _take_all(self, child: Child) -> None:
        rest = b""
        while (data := child.output.read_ready(_READ_BYTES)) != b"":
            if data is None:
                await child.output.wait_ready()
                continue
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._take(json.loads(line))
            if len(rest) > _LONGEST_LINE:
                raise ValueError("a line without an end")

    def _take(self, said: dict[str, object]) -> None:
        if "started" in said:
            self.pids[str(said["started"])] = int(str(said["pid"]))
        elif "ready" in said and not self._ready.done():
            self._ready.set_result(None)
        elif "ended" in said:
            self._tell_end(str(said["ended"]), f"status {said['status']}: {said['log']}")

    def _tell_end(self, name: str, words: str) -> None:
        if not self._ready.done():
            self._ready.set_exception(
                RemoteHostFailed(program=name, reason=words.strip()[-6000:] or "it said nothing")
            )
        else:
            self._ended(name, words)


def _plan(
    programs: Sequence[Program], logs: str, users: Users | None, line: int
) -> dict[str, object]:
    if users is None:
        planned = [vars(each) for each in programs]
        return {"logs": logs, "places": [], "front": [], "programs": planned}
    planned = [vars(each) | {"command": _as_user(each, users)} for each in programs]
    places = users.places({each.name for each in programs})
    return {"logs": logs, "places": places, "front": [line, inside.FRONT], "programs": planned}


def _take_front(line: socket.socket) -> int:
    """Take the descriptor that the pod has sent before it was ready; raises RemoteHostFailed."""
    found = array("i")
    flags = socket.MSG_CMSG_CLOEXEC | socket.MSG_DONTWAIT  # which socket.recv_fds does not pass on
    try:
        _, messages, _, _ = line.recvmsg(1, socket.CMSG_LEN(found.itemsize), flags)
        for _, _, data in messages:
            found.frombytes(data)
        (front,) = found
    except (OSError, ValueError) as error:
        raise RemoteHostFailed(program="pod", reason="it hands out no front") from error
    return front


def _as_user(program: Program, users: Users) -> list[str]:
    enters = program.memory is DisplayMemory.ENTERS
    return users.program(program.name, program.command, enters=enters)


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"}
