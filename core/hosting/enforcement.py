"""What is in force, told to the gate: grants, shield, hidden parts, and whether the door is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from core.api.hosting import Grant, Peer, PeerState
from core.api.permissions import Capability, Rule, Zone
from core.errors import PolicySignatureWrong
from core.evidence.policy import HostedRules
from core.evidence.policy_signature import SignedPolicy, check_policy
from core.hosting.notices import notice
from core.permissions.grants import GrantTable
from core.remote.gate_link import Facts, GateState
from core.runtime.clock import Clock

_KIB, _MIB = 1 << 10, 1 << 20
_FILES = frozenset({Capability.FILES_IN, Capability.FILES_OUT})


class TellsGate(Protocol):
    """The line to the gate, as the enforcement sees it."""

    async def tell(self, state: GateState) -> Facts:
        """Say how things stand and wait until it is so."""


class Doorway(Protocol):
    """The door, as the enforcement sees it."""

    peer: Peer

    @property
    def page(self) -> str:
        """What is read there."""

    @property
    def is_let_in(self) -> bool:
        """Whether somebody has come in, and its consent is written down."""

    @property
    def is_open(self) -> bool:
        """Whether somebody may come to it."""


@dataclass(frozen=True)
class SessionPolicy:
    """The policy of a session: signed, with its reading and the key that it must be signed with."""

    signed: SignedPolicy
    rules: HostedRules
    device_public_key: bytes
    anchored_hash: bytes

    def check(self) -> None:
        """Look again whether what is in force is what was signed and anchored; raises PolicySignatureWrong."""
        if check_policy(self.signed, self.device_public_key, self.anchored_hash) != self.rules:
            raise PolicySignatureWrong


class Enforcement:
    """Keeps the gate in step; lives on the engine's loop."""

    def __init__(
        self,
        clock: Clock,
        policy: SessionPolicy,
        grants: GrantTable,
        *,
        door: Doorway,
        gate: TellsGate,
        frame_ns: Callable[[], int],
    ) -> None:
        self._clock = clock
        self._policy = policy
        self._grants = grants
        self._door = door
        self._gate = gate
        self._frame_ns = frame_ns
        self._order = asyncio.Lock()
        self._held: dict[Capability, object] = {}
        self._told: frozenset[Capability] = frozenset()
        self.is_shielded = False
        self.is_unrecorded = False  # no pictures are recorded: nothing may be seen or done
        self.takes_names = True  # False: the trail has no room for names, and no file may pass
        self.zones: tuple[Zone, ...] = ()
        self.followed: Callable[[GateState], Awaitable[None]] = (
            _nobody  # hears what the gate was told
        )

    def hold(self, capability: Capability) -> object:
        """Keep a new grant from being in force until it is released with what this gives."""
        self._held[capability] = held = object()
        return held

    def release(self, capability: Capability, held: object) -> None:
        """Let a grant be in force from the next ``apply`` on, unless it has become another grant meanwhile."""
        if self._held.get(capability) is held:
            del self._held[capability]

    def grants(self) -> tuple[Grant, ...]:
        """Show the grants; granted is what the gate has been told, and not merely decided."""
        shown = self._grants.snapshot(self._clock.now())
        return tuple(
            each
            if each.capability in self._told
            else replace(each, is_granted=False, until_utc_ms=None)
            for each in shown
        )

    def follow(self, *, is_in_gap: bool, takes_names: bool) -> bool:
        """Let nothing pass while no pictures are recorded, and no files without room for names; says if that is new."""
        before = self.is_unrecorded, self.takes_names
        self.is_unrecorded, self.takes_names = is_in_gap, takes_names
        return before != (is_in_gap, takes_names)

    async def apply(self) -> None:
        """Tell the gate how things stand, and whoever follows, and wait until it is so.

        Raises RemoteHostFailed, and PolicySignatureWrong when the gate allows anything else than what is in force.
        """
        async with self._order:
            self._policy.check()
            state = self._state()
            if any(self._policy.rules.rule_of(each) is Rule.DENY for each in state.granted):
                raise PolicySignatureWrong
            done = await self._gate.tell(state)
            allowed = set(filter(None, str(done.get("granted", "")).split(",")))
            if allowed - {each.value for each in state.granted}:
                raise PolicySignatureWrong
            self._told = frozenset(state.granted)
        # Whoever follows holds up only who waits here, and never what the gate is told next. It hears the states in
        # their order all the same: nothing else runs between the gate's answer and the first step of this.
        await self.followed(state)

    def _state(self) -> GateState:
        rules, peer = self._policy.rules, self._door.peer
        is_admitted = self._door.is_let_in
        in_force = self._grants.in_force(self._clock.now())
        kept_back = self._held.keys() | (frozenset() if self.takes_names else _FILES)
        return GateState(
            granted={
                each.capability: each.until_mono_ns
                for each in in_force
                if each.capability not in kept_back
            },
            is_shielded=self.is_shielded or self.is_unrecorded,
            hidden=self.zones,
            is_open=self._door.is_open or peer.state is not PeerState.ABSENT,
            records_keys=rules.records_keys,
            frame_ns=self._frame_ns(),
            clipboard_bytes=rules.limits.clipboard_kib * _KIB,
            file_bytes=rules.limits.file_mib * _MIB,
            is_admitted=is_admitted,
            notice=notice(
                is_admitted=is_admitted,
                is_shielded=self.is_shielded,
                at_door=self._door.page,
            ),
        )


async def _nobody(_: GateState) -> None:
    """Nobody else follows."""
