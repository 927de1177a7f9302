"""Accesses: who may read from afar. Grants them, ends them, and knows whose a token is."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from core.admin.access_records import (
    KIND,
    LONGEST_NAME,
    AccessRecord,
    read_access,
    write_access,
)
from core.admin.call_log import CallLog, Entry
from core.admin.pairing import pairing_line
from core.admin.summing import SummedCalls
from core.admin.tokens import is_same, make_token, token_hash
from core.api.access import (
    Access,
    AccessChanged,
    AccessGranted,
    Call,
    GrantAccess,
    ListAccess,
    ListCalls,
    RevokeAccess,
    Scope,
    VerifyCalls,
)
from core.api.events import Event, IncidentRecorded
from core.api.snapshots import failure_snapshot
from core.canonical.plain_text import plain_text
from core.errors import AccessUnknown, CallsAltered, Failure, UsageFailure, VaultLocked
from core.onion.keys import ClientKey
from core.runtime.clock import Clock
from core.vault.sealed_records import SealedRecords

MOST_IN_FORCE: Final = 64
MOST_KEPT: Final = 256  # ended ones among them; the longest ended go first
LONGEST_DAYS: Final = 366
MOST_LISTED: Final = 1_000
_LOOK_EVERY_S = 20.0
_KEEP_USE_EVERY_MS = 60_000
_DAY_MS = 86_400_000
_MS_IN_NS = 1_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccessParts:
    """What accesses are made from. ``address`` is this appliance's own, ADDRESS.onion, or "" while it has none."""

    records: SealedRecords
    log: CallLog
    clock: Clock
    publish: Callable[[Event], None]
    address: Callable[[], str]
    device: Callable[[], str]  # the device's Ed25519 public key, in hex


class AccessService:
    """Lives on the engine's loop. It knows nothing until ``open``, and forgets everything at ``close``."""

    def __init__(self, parts: AccessParts) -> None:
        self._parts = parts
        self._of: dict[str, AccessRecord] = {}
        self._kept_use_ms: dict[str, int] = {}
        self._in_force: frozenset[str] = frozenset()
        self._is_open = False
        self._summed = SummedCalls(parts.log, parts.clock)
        self.on_clients_changed: Callable[[], None] = lambda: None
        self.on_ended: Callable[[str], None] = lambda _: (
            None
        )  # an access ended: cut its connections

    # --- life --------------------------------------------------------------------------------

    async def open(self) -> None:
        """Read who may read, now that the vault is open; raises VaultLocked, RecordAltered, StorageFull."""
        if self._is_open:
            return
        await self._parts.log.open()
        records = [read_access(each) for each in (await self._parts.records.all(KIND)).values()]
        try:
            if self._parts.log.altered_at:
                raise CallsAltered(sequence=self._parts.log.altered_at)  # noqa: TRY301 - as below
            records = [await self._counted(record) for record in records]
        except CallsAltered as altered:  # who may read stays as it was granted
            self._parts.publish(IncidentRecorded(failure_snapshot(altered)))
        self._of = {record.access.access_id: record for record in records}
        self._is_open = True
        self._look()

    async def close(self) -> None:
        """Write down what was counted and forget everything: the vault is about to be locked."""
        if not self._is_open:
            return
        try:
            await self._summed.settle(is_all=True)
            for record in list(self._of.values()):
                await self._keep(record)
            await self._parts.log.close()
        except Failure as failure:  # what is not kept is counted again when the vault is opened
            self._parts.publish(IncidentRecorded(failure_snapshot(failure)))
        finally:
            self._is_open = False
            self._of.clear()
            self._kept_use_ms.clear()
            self._look()

    async def run(self) -> None:
        """Let accesses end when their time is over, and sums be written down, until cancelled."""
        while True:
            await self._parts.clock.sleep(_LOOK_EVERY_S)
            if self._is_open:
                self._look()
                try:
                    await self._summed.settle()
                except Failure as failure:  # the next call fails by it too, and says so
                    _log.warning("calls could not be written down: %s", failure)

    @property
    def is_open(self) -> bool:
        """Tell whether anything can be checked."""
        return self._is_open

    def clients(self) -> tuple[str, ...]:
        """Give the X25519 public keys, in base32, of the accesses in force."""
        return tuple(sorted(self._of[access_id].client for access_id in self._in_force))

    def shown(self) -> tuple[Access, ...]:
        """Give every access, newest first."""
        found = sorted(
            (record.access for record in self._of.values()),
            key=lambda access: (-access.created_utc_ms, access.access_id),
        )
        return tuple(found)

    # --- commands ----------------------------------------------------------------------------

    async def grant(self, command: GrantAccess) -> AccessGranted:
        """Let somebody read; gives its secrets, this once. Raises VaultLocked, UsageFailure, StorageFull."""
        self._need_open()
        name, scopes = _checked(command)
        self._look()
        if len(self._in_force) >= MOST_IN_FORCE:
            raise UsageFailure(reason=f"at most {MOST_IN_FORCE} may read at once; revoke one first")
        now = self._now_ms()
        token, client = make_token(), ClientKey.make()
        access = Access(
            access_id=secrets.token_hex(8),
            name=name,
            scopes=scopes,
            created_utc_ms=now,
            expires_utc_ms=now + command.days * _DAY_MS,
        )
        await self._keep(AccessRecord(access, token_hash(token), client.public_text))
        await self._forget_oldest()
        self._look()
        self._tell()
        host = self._parts.address()
        line = pairing_line(host, client.private_text, token, self._parts.device()) if host else ""
        return AccessGranted(
            access=access,
            token=token,
            client_key=client.private_text,
            address=f"{host}:80" if host else "",
            link=line,
        )

    async def revoke(self, command: RevokeAccess) -> Access:
        """End an access and cut its connections; raises VaultLocked, AccessUnknown, StorageFull."""
        self._need_open()
        record = self._of.get(command.access_id)
        if record is None:
            raise AccessUnknown(access_id=command.access_id)
        record = record.revoked(self._now_ms())
        self._of[command.access_id] = record  # from this moment on, whatever the disk does
        self._look()
        await self._keep(record)
        self._tell()
        return record.access

    async def list_access(self, _: ListAccess) -> tuple[Access, ...]:
        """List who may read, and who could, newest first; raises VaultLocked."""
        self._need_open()
        return self.shown()

    async def list_calls(self, command: ListCalls) -> tuple[Call, ...]:
        """List calls, newest first; raises UsageFailure."""
        if not 1 <= command.limit <= MOST_LISTED:
            raise UsageFailure(reason=f"between 1 and {MOST_LISTED} calls are listed at once")
        return await self._parts.log.read(command.limit, command.before, command.access_id)

    async def verify_calls(self, _: VerifyCalls) -> int:
        """Check the log of calls and count it; raises CallsAltered, VaultLocked."""
        return await self._parts.log.verify()

    # --- for the API -------------------------------------------------------------------------

    def find(self, token: str) -> AccessRecord | None:
        """Tell whose a token is, in force or not. Compares with every hash, so the time says nothing."""
        hashed = token_hash(token)
        found = None
        for record in self._of.values():
            if is_same(record.token_hash, hashed):
                found = record
        return found

    def find_by_id(self, access_id: str) -> AccessRecord | None:
        """Give an access as it stands."""
        return self._of.get(access_id)

    def is_in_force(self, access_id: str) -> bool:
        """Tell whether an access may read just now."""
        record = self._of.get(access_id)
        return record is not None and record.is_in_force(self._now_ms())

    async def note(self, entry: Entry) -> None:
        """Write down a call of an access; raises VaultLocked, StorageFull, DataDirectoryUnwritable, StoreCorrupt."""
        call = await self._parts.log.write(entry)
        record = self._of.get(entry.access_id)
        if record is None:
            return
        record = record.used(call.utc_ms, call.sequence)
        self._of[entry.access_id] = record
        if call.utc_ms - self._kept_use_ms.get(entry.access_id, 0) >= _KEEP_USE_EVERY_MS:
            await self._keep(record)
        self._tell()

    async def note_summed(self, entry: Entry) -> None:
        """Write down a call that anybody can make, summed up; raises as ``note``."""
        await self._summed.note(entry)

    # --- parts -------------------------------------------------------------------------------

    async def _keep(self, record: AccessRecord) -> None:
        access_id = record.access.access_id
        await self._parts.records.save(KIND, access_id, write_access(record))
        if self._is_open:
            self._of.setdefault(access_id, record)
        self._kept_use_ms[access_id] = self._now_ms()

    async def _counted(self, record: AccessRecord) -> AccessRecord:
        """Count the calls that came after the record was kept last."""
        access = record.access
        further, newest = await self._parts.log.count_since(record.counted_to, access.access_id)
        if newest is None:
            return record
        counted = replace(access, used_utc_ms=newest.utc_ms, calls=access.calls + further)
        return replace(record, access=counted, counted_to=newest.sequence)

    async def _forget_oldest(self) -> None:
        """Keep no more than there is use for; who may still read is never forgotten."""
        ended = [each for each in self._of.values() if each.access.access_id not in self._in_force]
        ended = [each for each in ended if not each.is_in_force(self._now_ms())]
        ended.sort(key=lambda each: each.access.created_utc_ms)
        for record in ended[: max(0, len(self._of) - MOST_KEPT)]:
            await self._parts.records.forget(KIND, record.access.access_id)
            self._of.pop(record.access.access_id, None)

    def _look(self) -> None:
        """See who may read now; say whose access has ended, and that other keys open the door."""
        now = self._now_ms()
        before = self._in_force
        self._in_force = frozenset(
            access_id
            for access_id, record in self._of.items()
            if self._is_open and record.is_in_force(now)
        )
        for access_id in sorted(before - self._in_force):
            self.on_ended(access_id)
        if before != self._in_force:
            self.on_clients_changed()
            self._tell()

    def _tell(self) -> None:
        if self._is_open:
            self._parts.publish(AccessChanged(self.shown()))

    def _need_open(self) -> None:
        if not self._is_open:
            raise VaultLocked

    def _now_ms(self) -> int:
        return self._parts.clock.now().utc_ns // _MS_IN_NS


def _checked(command: GrantAccess) -> tuple[str, tuple[Scope, ...]]:
    """Read what is asked for: a name that can be shown, the scopes in their order, a number of days."""
    name = plain_text(command.name, LONGEST_NAME).strip()
    if not name:
        raise UsageFailure(reason="an access needs a name, by which you know it again")
    if not command.scopes:
        raise UsageFailure(reason="an access needs a scope")
    if not 1 <= command.days <= LONGEST_DAYS:
        raise UsageFailure(reason=f"an access lasts between 1 and {LONGEST_DAYS} days")
    return name, tuple(scope for scope in Scope if scope in command.scopes)
