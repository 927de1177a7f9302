"""Accesses: who may read from afar. Grants them, ends them, and knows whose a token is."""

from __future__ import annotations

import asyncio
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
from core.admin.log_head import Roll
from core.admin.pairing import pairing_line
from core.admin.summing import SummedCalls
from core.admin.tokens import is_same, make_token, token_hash
from core.api.access import (
    READING_PORT,
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
from core.errors import (
    AccessUnknown,
    CallsAltered,
    Failure,
    RecordAltered,
    UsageFailure,
    VaultLocked,
)
from core.onion.keys import ClientKey
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end
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
        self._generation = 0
        self._kept: dict[str, int] = {}  # the generation of each record, as the store has it
        self._turn = asyncio.Lock()  # one grants, revokes, opens or closes after the other
        self._is_open = False
        self._has_ended = False  # an access did, and the time is not kept yet at which it was over
        self._summed = SummedCalls(parts.log, parts.clock)
        self.on_clients_changed: Callable[[], None] = lambda: None
        self.on_ended: Callable[[str], None] = lambda _: (
            None
        )  # an access ended: cut its connections

    # --- life --------------------------------------------------------------------------------

    async def open(self) -> None:
        """Read who may read, now that the vault is open; raises VaultLocked, RecordAltered, StorageFull."""
        await to_its_end(self._open())

    async def close(self) -> None:
        """Write down what was counted and forget everything: the vault is about to be locked.

        From its beginning on nothing is granted or revoked any more, so that nothing is told that is not kept.
        """
        await to_its_end(self._close())

    async def run(self) -> None:
        """Let accesses end when their time is over, and sums be written down, until cancelled."""
        while True:
            await self._parts.clock.sleep(_LOOK_EVERY_S)
            if self._is_open:
                self._look()
                try:
                    await self._summed.settle()
                    if self._in_force or self._has_ended:
                        self._has_ended = not await self._parts.log.keep_time()
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
        return await to_its_end(self._grant(command))

    async def revoke(self, command: RevokeAccess) -> Access:
        """End an access and cut its connections; raises VaultLocked, AccessUnknown, StorageFull."""
        return await to_its_end(self._revoke(command.access_id))

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
        """Write down a call of an access; whole, also when it is cancelled.

        Raises VaultLocked, StorageFull, DataDirectoryUnwritable, StoreCorrupt.
        """
        await to_its_end(self._note(entry))

    async def note_summed(self, entry: Entry) -> None:
        """Write down a call that anybody can make, summed up; raises as ``note``."""
        await self._summed.note(entry)

    # --- parts -------------------------------------------------------------------------------

    async def _note(self, entry: Entry) -> None:
        call = await self._parts.log.write(entry)
        record = self._of.get(entry.access_id)
        if record is None:
            return
        record = record.used(call.utc_ms, call.sequence)
        self._of[entry.access_id] = record
        if call.utc_ms - self._kept_use_ms.get(entry.access_id, 0) >= _KEEP_USE_EVERY_MS:
            await self._keep(entry.access_id)
        self._tell()

    async def _open(self) -> None:
        async with self._turn:
            if self._is_open:
                return
            kept = await self._parts.records.all(KIND)
            records = [read_access(each) for each in kept.values()]
            counted_to = max((each.counted_to for each in records), default=0)
            await self._parts.log.open(counted_to, has_accesses=bool(records))
            try:
                if self._parts.log.altered_at:
                    raise CallsAltered(sequence=self._parts.log.altered_at)  # noqa: TRY301 - as below
                records = [await self._counted(record) for record in records]
            except CallsAltered as altered:  # who may read stays as it was granted
                self._publish(altered)
            self._of = {record.access.access_id: record for record in records}
            self._kept = {record.access.access_id: record.generation for record in records}
            try:
                await self._settle_roll(self._parts.log.roll)
            except BaseException:
                self._of.clear()
                raise
            self._is_open = True
            self._look()

    async def _settle_roll(self, roll: Roll | None) -> None:
        """Compare with what the head of the log says; whoever cannot be shown to be as they stood may not read."""
        stood = roll or Roll()
        self._generation = max((stood.generation, *self._kept.values()))
        lost = [access_id for access_id in stood.of if access_id not in self._of]
        doubted, forgotten = [], []
        for access_id, record in self._of.items():
            if roll is None or record.generation < stood.of.get(access_id, 0):
                doubted.append(access_id)
            elif access_id not in stood.of and record.generation <= stood.generation:
                forgotten.append(access_id)  # removing it was not finished, or somebody put it back
        for access_id in forgotten:
            await self._forget(access_id)
        if lost or doubted:
            self._publish(RecordAltered(kind=KIND))
        for access_id in doubted:
            self._of[access_id] = self._of[access_id].revoked(self._now_ms(), self._next())
            await self._keep(access_id)
        if roll is None or lost or doubted:
            await self._bind()

    async def _close(self) -> None:
        async with self._turn:
            if not self._is_open:
                return
            self._is_open = False
            try:
                await self._summed.settle(is_all=True)
                for access_id in list(self._of):
                    await self._keep(access_id)
                await self._bind()
                await self._parts.log.close()
            except Failure as failure:  # what is not kept is counted again when the vault is opened
                self._publish(failure)
            finally:
                self._of.clear()
                self._kept_use_ms.clear()
                self._look()

    async def _grant(self, command: GrantAccess) -> AccessGranted:
        async with self._turn:
            self._need_open()
            name, scopes = _checked(command)
            self._look()
            if len(self._in_force) >= MOST_IN_FORCE:
                reason = f"at most {MOST_IN_FORCE} may read at once; revoke one first"
                raise UsageFailure(reason=reason)
            now = self._now_ms()
            token, client = make_token(), ClientKey.make()
            access = Access(
                access_id=secrets.token_hex(8),
                name=name,
                scopes=scopes,
                created_utc_ms=now,
                expires_utc_ms=now + command.days * _DAY_MS,
            )
            record = AccessRecord(
                access, token_hash(token), client.public_text, generation=self._next()
            )
            await self._save(record)
            self._of[access.access_id] = record
            await self._forget_oldest()
            self._look()
            self._tell()
        host = self._parts.address()
        line = pairing_line(host, client.private_text, token, self._parts.device()) if host else ""
        return AccessGranted(
            access=access,
            token=token,
            client_key=client.private_text,
            address=f"{host}:{READING_PORT}" if host else "",
            link=line,
        )

    async def _revoke(self, access_id: str) -> Access:
        self._need_open()
        record = self._of.get(access_id)
        if record is None:
            raise AccessUnknown(access_id=access_id)
        record = record.revoked(self._now_ms(), self._next())
        self._of[access_id] = record  # from this moment on, whatever the disk does
        self._look()
        async with self._turn:
            stands = self._of.get(access_id)
            if self._is_open and stands is not None and stands.access.revoked_utc_ms is not None:
                await self._keep(access_id)
                await self._bind()
                self._tell()
            elif self._kept.get(access_id) != record.generation:
                raise VaultLocked  # it was closed meanwhile, and could not keep it
        return record.access

    def _next(self) -> int:
        self._generation += 1
        return self._generation

    async def _keep(self, access_id: str) -> None:
        """Keep a record as it stands at this moment: a later one is never overwritten by an older one."""
        await self._save(self._of[access_id])

    async def _save(self, record: AccessRecord) -> None:
        access_id = record.access.access_id
        await self._parts.records.save(KIND, access_id, write_access(record))
        self._kept[access_id] = record.generation
        self._kept_use_ms[access_id] = self._parts.clock.now().utc_ns // _MS_IN_NS

    async def _forget(self, access_id: str) -> None:
        await self._parts.records.forget(KIND, access_id)
        self._of.pop(access_id, None)
        self._kept.pop(access_id, None)

    async def _bind(self) -> None:
        await self._parts.log.bind(Roll(self._generation, dict(self._kept)))

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
        gone = [each.access.access_id for each in ended[: max(0, len(self._of) - MOST_KEPT)]]
        for access_id in gone:
            self._kept.pop(access_id, None)
        await self._bind()  # first, so that what is removed next is missed by nobody
        for access_id in gone:
            await self._forget(access_id)

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
            self._has_ended = True
            self.on_ended(access_id)
        if before != self._in_force:
            self.on_clients_changed()
            self._tell()

    def _tell(self) -> None:
        if self._is_open:
            self._parts.publish(AccessChanged(self.shown()))

    def _publish(self, failure: Failure) -> None:
        self._parts.publish(IncidentRecorded(failure_snapshot(failure)))

    def _need_open(self) -> None:
        if not self._is_open:
            raise VaultLocked

    def _now_ms(self) -> int:
        """Give the time by which accesses begin and end: it never goes back, whatever the clock does."""
        return self._parts.log.latest_ms()


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
