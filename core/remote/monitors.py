"""Gate and channels of one session as the engine sees them: both are told the same, and both must have done it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace

from core.remote.gate_link import Facts, GateLink, GateState
from core.runtime.clock import Clock

_CHANNELS_TELL = {"attempt", "activity", "clipboard", "file", "refused", "gone"}


class Monitors:
    """The two lines; lives on the engine's loop.

    ``heard`` is called with what happened and its facts, and does not raise; ``lost`` with the name of the one that is
    gone. What the channels have no business to tell ends their line.
    """

    def __init__(
        self,
        gate: socket.socket,
        channels: socket.socket,
        clock: Clock,
        *,
        heard: Callable[[str, Facts], None],
        lost: Callable[[str], None],
    ) -> None:
        self._heard = heard
        self._visits = self._visit = 0
        self._gate = GateLink(gate, clock, self._hear_gate, lambda: lost("gate"))
        self._channels = GateLink(
            channels, clock, self._hear_channels, lambda: lost("channels"), program="channels"
        )
        self.is_vacant = True  # both know that nobody is there

    async def wait_ready(self) -> tuple[int, int]:
        """Wait for both; gives the gate's descriptors as its line does. Raises RemoteHostFailed."""
        await self._channels.wait_up()
        return await self._gate.wait_ready()

    async def tell(self, state: GateState) -> Facts:
        """Say how things stand and wait until it is so on both lines; gives what either lets pass.

        Whose visit it is, is added here, at once. Raises RemoteHostFailed when one is gone or does not answer.
        """
        state = replace(state, visit=self._visit)
        self.is_vacant = self.is_vacant and state.visit == 0
        told = (each.tell(state) for each in (self._gate, self._channels))
        done = await asyncio.gather(*told, return_exceptions=True)
        granted: set[str] = set()
        for facts in done:
            if isinstance(facts, BaseException):
                raise facts
            granted.update(str(facts.get("granted", "")).split(","))
        self.is_vacant = state.visit == self._visit == 0  # nobody has knocked meanwhile
        return {"granted": ",".join(sorted(granted - {""}))}

    def say(self, **word: object) -> None:
        """Say something that is no state to both."""
        self._gate.say(**word)
        self._channels.say(**word)

    async def close(self) -> None:
        """Close both lines; both then deny everything and end."""
        await self._gate.close()
        await self._channels.close()

    def _hear_gate(self, happened: str, facts: Facts) -> None:
        """Number the visits, before anybody else hears of one."""
        if happened == "knocked":
            self._visits += 1
        if happened in {"knocked", "left"}:
            self._visit = self._visits if happened == "knocked" else 0
            self.is_vacant = False
        self._heard(happened, facts)

    def _hear_channels(self, happened: str, facts: Facts) -> None:
        if happened in _CHANNELS_TELL:
            self._heard(happened, {**facts, "program": "channels"})
        else:
            self._channels.give_up()
