"""Made-up accesses: who may read an appliance, the secrets of a new one, and a log of calls."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from core.api.access import (
    Access,
    AccessChanged,
    AccessGranted,
    Call,
    CallOutcome,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.commands import Command
from core.api.snapshots import FailureSnapshot
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure

if TYPE_CHECKING:
    from tests.fakes.made_up_appliance import MadeUpAppliance

_DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
DEVICE = made_up.hex_of("device")


def access(number: int, name: str, **changes: object) -> Access:
    """Make an access; higher numbers were made earlier."""
    made = Access(
        access_id=made_up.hex_of(f"access {number}")[:16],
        name=name,
        scopes=(Scope.HEALTH, Scope.METRICS),
        created_utc_ms=made_up.NOW_UTC_MS - number * _DAY_MS,
        expires_utc_ms=made_up.NOW_UTC_MS + 60 * _DAY_MS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # made-up fields by name


def listed() -> tuple[Access, ...]:
    """Make one that is used, one that is new, one that was ended and one that is over."""
    now = made_up.NOW_UTC_MS
    return (
        access(1, "Fleet monitor", used_utc_ms=now - 4 * _HOUR_MS, calls=1284),
        access(2, "Auditor, spring", scopes=(Scope.SESSIONS, Scope.MANIFESTS, Scope.PROOFS)),
        access(
            40,
            "Old phone",
            revoked_utc_ms=now - 3 * _DAY_MS,
            calls=2,
            used_utc_ms=now - 5 * _DAY_MS,
        ),
        access(99, "Auditor, winter", scopes=(Scope.PROOFS,), expires_utc_ms=now - 9 * _DAY_MS),
    )


def calls(count: int = 6) -> tuple[Call, ...]:
    """Make a log, newest first, with refusals in it."""
    rows = (
        ("Fleet monitor", "GET /v1/health", "", CallOutcome.ANSWERED),
        ("Fleet monitor", "GET /v1/sessions", "", CallOutcome.OUT_OF_SCOPE),
        (
            "Auditor, spring",
            "GET /v1/sessions/{session_id}",
            made_up.session_id(0),
            CallOutcome.ANSWERED,
        ),
        ("", "GET /v1/health", "", CallOutcome.UNKNOWN),
        ("Old phone", "GET /v1/health", "", CallOutcome.REVOKED),
        ("Fleet monitor", "GET /v1/metrics", "", CallOutcome.TOO_MANY),
    )
    return tuple(
        Call(
            sequence=count - index,
            utc_ms=made_up.NOW_UTC_MS - index * _HOUR_MS,
            access_id=made_up.hex_of(name)[:16] if name else "",
            name=name,
            what=what,
            subject=subject,
            outcome=outcome,
        )
        for index, (name, what, subject, outcome) in zip(
            range(count), itertools.cycle(rows), strict=False
        )
    )


class MadeUpAccess:
    """Knows who may read an appliance; its answers run on the appliance's thread."""

    def __init__(self, appliance: MadeUpAppliance) -> None:
        self.known: tuple[Access, ...] = ()
        self.calls: tuple[Call, ...] = ()
        self._appliance = appliance

    def answers(self) -> dict[type[Command], object]:
        """Give what answers the commands about access."""
        return {
            ListAccess: lambda _command: self.known,
            GrantAccess: self._grant,
            RevokeAccess: self._revoke,
            ListCalls: self._list_calls,
            VerifyCalls: lambda _command: len(self.calls),
        }

    def set(self, known: tuple[Access, ...]) -> None:
        """Let these be the accesses, and say so."""
        self.known = known
        self._appliance.emit(AccessChanged(known))

    def _grant(self, command: GrantAccess) -> AccessGranted:
        made = access(
            0,
            command.name,
            scopes=command.scopes,
            expires_utc_ms=made_up.NOW_UTC_MS + command.days * _DAY_MS,
        )
        self.set((made, *self.known))
        token, key = net.client_key_of("token"), net.client_key_of("reader")
        address = self._appliance.net.network.address
        link = f"lucid-pair://{address}?key={key}&token={token}&device={DEVICE}"
        return AccessGranted(made, token, key, f"{address}:80" if address else "", link)

    def _revoke(self, command: RevokeAccess) -> Access | FailureSnapshot:
        for each in self.known:
            if each.access_id == command.access_id:
                ended = replace(each, revoked_utc_ms=made_up.NOW_UTC_MS)
                self.set(tuple(ended if one is each else one for one in self.known))
                return ended
        return failure("access_unknown", 1, access_id=command.access_id)

    def _list_calls(self, command: ListCalls) -> tuple[Call, ...]:
        before = command.before
        found = [each for each in self.calls if before is None or each.sequence < before]
        return tuple(found[: command.limit])
