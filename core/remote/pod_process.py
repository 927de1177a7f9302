"""A pod as the engine sees it: a plan that is carried out, and a child that ends with everything in it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.errors import RecorderFailed, RemoteHostFailed
from core.recording.child import Child

_READ_BYTES = 64 << 10
_LONGEST_LINE = 1 << 20
_PATIENCE_S = 90.0  # the pod itself gives each program a quarter of a minute


@dataclass(frozen=True)
class Program:
    """One program of a pod. ``awaits`` is a path that it makes; the next one is started when it is there."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    awaits: str = ""
    inherits: tuple[int, ...] = field(default=())


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

    async def start(
        self,
        command: Sequence[str],
        programs: Sequence[Program],
        logs: str,
        descriptors: Sequence[int],
    ) -> None:
        """Start it; ``command`` gets the descriptor of the plan as its last argument. Raises RemoteHostFailed."""
        plan = os.memfd_create("lucid-plan", 0)
        try:
            os.write(
                plan,
                json.dumps({"logs": logs, "programs": [vars(each) for each in programs]}).encode(),
            )
            os.lseek(plan, 0, os.SEEK_SET)
            inherited = [plan, *descriptors]
            self._child = Child(
                [*command, str(plan)], _environment(), has_output=True, inherited=inherited
            )
        except RecorderFailed as failure:
            raise RemoteHostFailed(program="pod", reason=str(failure)) from failure
        finally:
            os.close(plan)
        self._listening = asyncio.ensure_future(self._listen(self._child))
        try:
            async with asyncio.timeout(self._patience_s):
                await self._ready
        except TimeoutError:
            await self.close()
            raise RemoteHostFailed(program="pod", reason="it did not come up") from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the pod and all that is in it."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if self._child is not None:
            await self._child.close()
            self._child = None

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


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"}
