"""A gate that only talks: the other end of an engine's line, which does what it is told and tells what a test says."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

_READ_BYTES = 1 << 20


class PuppetGate:
    """Answers on the test's own loop; ``engine_end`` is what a GateLink is made with."""

    def __init__(self) -> None:
        self.engine_end, self._stream = socket.socketpair()
        self._stream.settimeout(0)
        self._rest = b""
        self._unanswered: list[dict[str, Any]] = []
        self._attempt = 0
        self.states: list[dict[str, Any]] = []
        self.words: list[dict[str, Any]] = []  # that are no state
        self.is_admitted = False
        self.is_silent = False  # hears, and answers nothing until it is let
        self.is_over = False  # the engine has closed its end
        self.claims: str | None = None  # what it says is granted, whatever it was told
        asyncio.get_running_loop().add_reader(self._stream, self._read)

    @property
    def state(self) -> dict[str, Any]:
        """How things stand, as it was told last."""
        return self.states[-1]

    def granted(self) -> set[str]:
        """Name what it lets a peer do."""
        return set(self.state["granted"]) if self.is_admitted and not self.is_over else set()

    def tell(self, happened: str, **facts: object) -> None:
        """Tell the engine something."""
        if happened == "code":
            self._attempt = facts.get("attempt", 0)  # type: ignore[assignment]
        elif happened in {"left", "knocked"}:
            self.is_admitted, self._attempt = False, 0
        self.send(json.dumps({"happened": happened, **facts}).encode() + b"\n")

    def send(self, data: bytes, *descriptors: int) -> None:
        """Send bytes, whole lines or not, with descriptors."""
        socket.send_fds(self._stream, [data], list(descriptors))

    def speak(self) -> None:
        """Answer what has waited, and everything from now on."""
        self.is_silent = False
        waiting, self._unanswered = self._unanswered, []
        for state in waiting:
            self._answer(state)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; a test that waits too long fails."""
        async with asyncio.timeout(10):
            while not is_so():  # noqa: ASYNC110 - what is waited for may be anything
                await asyncio.sleep(0.001)

    def close(self) -> None:
        """Die."""
        if self._stream.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._stream)
            self._stream.close()

    def _read(self) -> None:
        try:
            data = self._stream.recv(_READ_BYTES)
        except ConnectionResetError:
            data = b""
        if not data:
            self.is_over = True
            self.close()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, word: dict[str, Any]) -> None:
        if "state" not in word:
            self.words.append(word)
            self.is_admitted |= word.get("admitted", 0) == self._attempt > 0
            return
        self.states.append(word["state"])
        if self.is_silent:
            self._unanswered.append(word["state"])
        else:
            self._answer(word["state"])

    def _answer(self, state: dict[str, Any]) -> None:
        granted = sorted(state["granted"]) if self.is_admitted else []
        claimed = ",".join(granted) if self.claims is None else self.claims
        self.tell("did", sequence=state["sequence"], granted=claimed)
