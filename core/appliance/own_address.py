"""The onion address of this appliance: made once, kept sealed, replaced by a rotation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.api.network import Rotation
from core.appliance.own_keys import KEY, KIND, MOST_MOVES, OldKey, OwnKeys, read_own_keys
from core.errors import RotationMissing, RotationRunning, VaultLocked
from core.onion.keys import ServiceKey
from core.onion.statement import Statement, sign_statement
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end
from core.vault.open_vault import OpenVault
from core.vault.sealed_records import SealedRecords

_NS_IN_MS = 1_000_000
_SURE_MS = (
    3_600_000  # for how long the clock has to say so, where this run did not see the rotation
)


class OwnAddress:
    """Holds the keys while the vault is open; lives on the engine's loop, one call at a time.

    What changes is kept before it is served. The clock may be wrong for a while: an old address is let go only once
    its overlap has passed on the monotonic clock too, or, after a restart, once the clock has said for an hour, or for
    as long as the overlap is, that its time is over.
    """

    def __init__(
        self, records: SealedRecords, clock: Clock, vault: Callable[[], OpenVault]
    ) -> None:
        self._records = records
        self._clock = clock
        self._vault = vault
        self._keys: OwnKeys | None = None
        self._is_closed = False
        self._seen: tuple[str, int] | None = None  # the last address made here, and when (mono)
        self._over_since_ms: int | None = (
            None  # mono: since when the clock says that its time is over
        )

    @property
    def is_closed(self) -> bool:
        """Tell whether the vault is about to be locked, or was: nothing is made or changed until ``open``."""
        return self._is_closed

    @property
    def address(self) -> str:
        """Give the newest address; "" while there is none, or the vault is locked."""
        return "" if self._keys is None else self._keys.key.address

    @property
    def rotated_utc_ms(self) -> int | None:
        """Tell when it was replaced last; None where it never was."""
        return None if self._keys is None else self._keys.rotated_utc_ms

    @property
    def rotation(self) -> Rotation | None:
        """Tell the rotation that is under way."""
        if self._keys is None or self._keys.old is None:
            return None
        old = self._keys.old
        return Rotation(old.key.address, self._keys.key.address, old.until_utc_ms)

    def served(self) -> tuple[ServiceKey, ...]:
        """Give the keys whose addresses are served: the newest, and the one that is being left."""
        if self._keys is None:
            return ()
        old = self._keys.old
        return (self._keys.key,) if old is None else (self._keys.key, old.key)

    def moves(self) -> tuple[str, ...]:
        """Give every signed statement of a move that is kept, oldest first."""
        return () if self._keys is None else self._keys.moves

    async def open(self) -> None:
        """Read what is kept, now that the vault is open; lets an old address go whose time is over."""
        self._is_closed = False
        document = await self._records.read(KIND, KEY)
        self._keys = None if document is None else read_own_keys(document)
        await self.let_go_if_over()

    def close(self) -> None:
        """Forget the keys: the vault is about to be locked, and they do not come back before it is open again."""
        self._keys = None
        self._is_closed = True

    async def make(self) -> OwnKeys:
        """Make the address where there is none yet, and give its keys. Raises VaultLocked."""
        if self._is_closed:
            self._vault()  # says what is missing
            raise VaultLocked
        if self._keys is None:
            await self.open()
        if self._keys is None:
            return await self._keep(OwnKeys(ServiceKey.make()))
        return self._keys

    async def rotate(self, overlap_ms: int) -> None:
        """Replace the address, and keep the old one for that long. Raises RotationRunning, VaultLocked."""
        keys = await self.make()
        if keys.old is not None:
            raise RotationRunning(address=keys.old.key.address)
        now, new_key = self._now_utc_ms(), ServiceKey.make()
        until, self._seen = now + overlap_ms, (new_key.address, self._now_mono_ms())
        await self._keep(
            OwnKeys(
                key=new_key,
                rotated_utc_ms=now,
                old=OldKey(keys.key, until) if overlap_ms else None,
                sequence=keys.sequence + 1,
                moves=(*keys.moves, self._statement(keys, new_key, now, until))[-MOST_MOVES:],
            )
        )

    async def finish(self) -> None:
        """Let the old address go now; raises RotationMissing."""
        if self._keys is None or self._keys.old is None:
            raise RotationMissing
        await self._keep(replace(self._keys, old=None))

    async def let_go_if_over(self) -> bool:
        """Let the old address go if its time is over, as far as can be known; says whether it did."""
        if self._keys is None or self._keys.old is None or self._left_ms(self._keys) > 0:
            return False
        await self._keep(replace(self._keys, old=None))
        return True

    def left_s(self) -> float:
        """Tell for how many seconds the old address is served at least; 0 where there is none, or its time is over."""
        if self._keys is None or self._keys.old is None:
            return 0.0
        return max(0, self._left_ms(self._keys)) / 1000

    def _left_ms(self, keys: OwnKeys) -> int:
        """Look at both clocks."""
        if keys.old is None or keys.rotated_utc_ms is None:
            return 0
        left, mono = keys.old.until_utc_ms - self._now_utc_ms(), self._now_mono_ms()
        overlap = keys.old.until_utc_ms - keys.rotated_utc_ms
        if self._seen is not None and self._seen[0] == keys.key.address:
            return max(left, self._seen[1] + overlap - mono)
        if left > 0:
            self._over_since_ms = None
            return left
        if self._over_since_ms is None:
            self._over_since_ms = mono
        return self._over_since_ms + min(overlap, _SURE_MS) - mono

    def _statement(self, keys: OwnKeys, new_key: ServiceKey, now: int, until: int) -> str:
        """Have both addresses and the device sign the move, as canonical JSON."""
        vault = self._vault()
        statement = Statement(
            old_address=keys.key.address,
            new_address=new_key.address,
            device=vault.device_public_key.hex(),
            sequence=keys.sequence + 1,
            made_utc_ms=now,
            until_utc_ms=until,
        )
        return sign_statement(statement, keys.key, new_key, vault.sign).to_json().decode("ascii")

    async def _keep(self, keys: OwnKeys) -> OwnKeys:
        """Write first: what is served is on the disk already. Memory follows it, whoever gives up meanwhile."""
        return await to_its_end(self._keep_whole(keys))

    async def _keep_whole(self, keys: OwnKeys) -> OwnKeys:
        await self._records.save(KIND, KEY, keys.to_document())
        self._keys, self._over_since_ms = keys, None
        return keys

    def _now_utc_ms(self) -> int:
        return self._clock.now().utc_ns // _NS_IN_MS

    def _now_mono_ms(self) -> int:
        return self._clock.now().mono_ns // _NS_IN_MS
