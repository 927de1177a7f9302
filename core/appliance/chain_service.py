"""The chain as the appliance uses it: its node, the client, the contracts, the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from core.api.events import ChainChanged, Event, IncidentRecorded
from core.api.snapshots import AnchorKind, ChainSnapshot, failure_snapshot
from core.appliance.anchor_service import AnchorService
from core.chain.batching import Batching, Readiness
from core.chain.deployment import ANCHORS_FILE, chain_id_of
from core.chain.embedded import EmbeddedChain, NodePlaces
from core.chain.outbox import OPEN_STATES, AnchorOutbox
from core.chain.outbox_calls import encode_call
from core.chain.protocol import AnchorChain, Contracts
from core.config.engine_options import BatchOptions, ChainOptions
from core.errors import (
    ChainDifferent,
    ChainIsOwn,
    ChainUnreachable,
    Failure,
    NodeUnnamed,
    StoreCorrupt,
)
from core.runtime.clock import Clock
from core.runtime.finishing import to_its_end
from core.runtime.workers import Worker
from core.storage.data_directory import DataDirectory
from core.storage.metadata import MetadataStore, OutboxRow
from core.vault.open_vault import OpenVault

_LOOK_EVERY_S = 2.0
_RETRY_S = 5.0
_HEALTHY_NS = 60_000_000_000  # an outbox that ran this long begins with the shortest back-off again
_LONGEST_RETRY_S = 300.0
_DEPLOY_KEYS = ("contracts:LucidAnchors", "contracts:LucidChunkStore")
_BATCHES_KEY = "contracts:LucidBatches"

T = TypeVar("T")
MakeClient = Callable[[str, "bytes | None"], AnchorChain]

_log = logging.getLogger(__name__)


class ChainService:
    """Starts the chain when it is first needed; lives on the engine's loop.

    ``make_client`` makes a client from an endpoint and the appliance's private key; it is called on the
    chain's worker, since importing its library takes most of a second.
    """

    def __init__(
        self,
        *,
        directory: DataDirectory,
        vault: Callable[[], OpenVault],
        is_unlocked: Callable[[], bool],
        account_of: Callable[[bytes], bytes],
        make_client: MakeClient,
        store: MetadataStore,
        store_worker: Worker,
        clock: Clock,
        publish: Callable[[Event], None],
        anchors: AnchorService,
        batches: BatchOptions | None = None,
        options: ChainOptions | None = None,
    ) -> None:
        self._directory = directory
        self._vault = vault
        self._is_unlocked = is_unlocked
        self._account_of = account_of
        self._make_client = make_client
        self._store = store
        self._store_worker = store_worker
        self._clock = clock
        self._publish = publish
        self._anchors = anchors
        self._batches = batches or BatchOptions()
        self._options = options or ChainOptions()
        self._worker = Worker("chain")
        self._node: EmbeddedChain | None = None
        self._client: AnchorChain | None = None
        self._outbox: AnchorOutbox | None = None
        self._sending: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._last: ChainSnapshot | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether the appliance makes the chain by itself; else it asks a node of a network's."""
        return self._options.endpoint is None

    @property
    def is_made(self) -> bool:
        """Tell whether there is a chain at all; making one takes the open vault."""
        return self._options.endpoint is not None or any(self._directory.chain.iterdir())

    @property
    def last(self) -> ChainChanged | None:
        """What front ends were told last."""
        return ChainChanged(self._last) if self._last else None

    def wake(self) -> None:
        """Something was put into the outbox."""
        if self._outbox is not None:
            self._outbox.wake()

    async def use(self, work: Callable[[AnchorChain], T]) -> T:
        """Run ``work`` with the client, on the chain's worker; starts the chain if need be."""
        client = await self._ensure()
        return await self._worker.run(work, client)

    async def read(self) -> ChainSnapshot:
        """Read how the chain is, one that does not answer among them; raises VaultLocked."""
        try:
            await self._ensure()
            return await self._look()
        except ChainUnreachable as failure:
            count = self._store.count_outbox
            return ChainSnapshot(
                is_reachable=False,
                waiting_anchors=await self._store_worker.run(count, OPEN_STATES),
                confirmed_anchors=await self._store_worker.run(count, ("confirmed",)),
                endpoint=self._options.endpoint or "",
                failure=failure_snapshot(failure),
            )

    async def keep_running(self) -> None:
        """Start the chain, and tell front ends how it is, until cancelled."""
        while True:
            try:
                await self._ensure()
                await self._look()
            except Failure as failure:
                told = (self._node.failure if self._node is not None else None) or failure
                self._tell(ChainSnapshot(is_reachable=False, failure=failure_snapshot(told)))
                if isinstance(told, StoreCorrupt):
                    return  # starting it again would not mend it
                await self._clock.sleep(_RETRY_S)
                continue
            except Exception as error:  # noqa: BLE001 - a task's boundary
                _log.exception("looking at the chain failed")
                unreachable = ChainUnreachable(reason=type(error).__name__)
                self._tell(ChainSnapshot(is_reachable=False, failure=failure_snapshot(unreachable)))
                await self._clock.sleep(_RETRY_S)
                continue
            await self._clock.sleep(_LOOK_EVERY_S)

    async def stop(self) -> None:
        """Stop outbox, client and node; what is in the outbox waits for the next start."""
        async with self._starting:
            # Everything is let go of before the first pause: whoever is cancelled leaves nothing half stopped.
            sending, self._sending, self._outbox = self._sending, None, None
            client, self._client = self._client, None
            try:
                if sending is not None:
                    sending.cancel()
                    await asyncio.gather(sending, return_exceptions=True)
            finally:
                if client is not None:
                    await to_its_end(self._worker.run(client.close))
            if self._node is not None:
                await self._node.stop()
                self._node = None

    def close(self) -> None:
        """End the worker."""
        self._worker.close()

    async def _ensure(self) -> AnchorChain:
        """Give the client; one that can only read while the vault is locked."""
        async with self._starting:
            if self._client is not None and self._outbox is None and self._is_unlocked():
                await self._worker.run(self._client.close)
                self._client = None
            if self._client is None:
                self._client = await self._start()
            if self._outbox is not None and _is_broken_off(self._sending):
                self._sending = asyncio.ensure_future(self._send(self._outbox))
            return self._client

    async def _start(self) -> AnchorChain:
        private_key = None
        if not self.is_made or self._is_unlocked():
            private_key = self._vault().chain_private_key()
        endpoint = await self._reach_node(private_key)
        client = await self._worker.run(self._make_client, endpoint, private_key)
        await self._require_chain(client)
        if private_key is not None:
            await self._plan_deployment(client)
            self._begin_sending(client)
        return client

    async def endpoint(self) -> str:
        """Give where the node answers; starts the appliance's own if need be."""
        await self._ensure()
        return self._endpoint

    @property
    def _endpoint(self) -> str:
        if self._options.endpoint is not None:
            return self._options.endpoint
        assert self._node is not None  # noqa: S101 - _reach_node starts it
        return self._node.endpoint

    async def _reach_node(self, private_key: bytes | None) -> str:
        """Give where a node is to be asked, the appliance's own once it runs.

        Raises ChainIsOwn or NodeUnnamed where this data directory's sessions are on a chain of the other kind.
        """
        own, other = self._directory.chain, self._directory.networks / ANCHORS_FILE
        if self._options.endpoint is not None:
            if any(own.iterdir()):
                raise ChainIsOwn(endpoint=self._options.endpoint)
        elif other.exists():
            raise NodeUnnamed(expected=chain_id_of(other) or str(other))
        elif self._node is None:
            self._node = await self._start_node(private_key)
        return self._endpoint

    async def _require_chain(self, client: AnchorChain) -> None:
        """Anchor on no other chain, and in no other contract, than was said or used before."""
        if self._options.endpoint is None:
            return
        known = chain_id_of(self._directory.networks / ANCHORS_FILE)
        found = (await self._worker.run(client.status)).chain_id
        if known is not None and found != known:
            raise ChainDifferent(expected=known, found=found)
        if self._options.anchors is not None:
            await self._worker.run(
                client.contracts
            )  # raises when the one that was named will not do

    async def _start_node(self, private_key: bytes | None) -> EmbeddedChain:
        accounts: tuple[bytes, ...] = ()
        if private_key is not None:
            accounts = (await self._worker.run(self._account_of, private_key),)
        socket = self._directory.run / "chain.sock"
        places = NodePlaces(self._directory.chain, socket, accounts)
        node = EmbeddedChain(places, self._clock, changed=self.wake)
        await node.start()
        return node

    def _begin_sending(self, client: AnchorChain) -> None:
        self._outbox = AnchorOutbox(
            store=self._store,
            store_worker=self._store_worker,
            chain=client,
            chain_worker=self._worker,
            clock=self._clock,
            settled=self._settled,
            find_done=lambda row: self._anchors.find_done(client, row),
            batching=Batching(
                store=self._store,
                store_worker=self._store_worker,
                owner=client.account,
                clock=self._clock,
                options=self._batches,
                prepare=lambda: self._prepare_batches(client),
            ),
        )
        self._sending = asyncio.ensure_future(self._send(self._outbox))

    async def _send(self, outbox: AnchorOutbox) -> None:
        """Run the outbox; what stops it is told, and what may pass, such as a full disk, is waited out."""
        told: str | None = None
        back_off = _RETRY_S
        while True:
            began_ns = self._clock.now().mono_ns
            try:
                await self._anchors.reconcile()
                await outbox.run()
            except Exception as error:  # noqa: BLE001 - a task's boundary
                failure = (
                    error
                    if isinstance(error, Failure)
                    else ChainUnreachable(reason=type(error).__name__)
                )
                if failure.code != told:
                    self._publish(IncidentRecorded(failure_snapshot(failure)))
                level = logging.WARNING if isinstance(error, Failure) else logging.ERROR
                _log.log(level, "the outbox stopped", exc_info=error)
                told = failure.code
                if isinstance(failure, StoreCorrupt):
                    return  # sending it again would not mend it
            if self._clock.now().mono_ns - began_ns >= _HEALTHY_NS:
                told, back_off = None, _RETRY_S
            await self._clock.sleep(back_off)
            back_off = min(2 * back_off, _LONGEST_RETRY_S)

    # --- contracts ---------------------------------------------------------------------------

    async def _plan_deployment(self, client: AnchorChain) -> None:
        """Put the deployment into the outbox unless the contracts are there or on their way."""
        if await self._worker.run(client.contracts) is not None:
            return
        known = await self._deployments()
        if all(key in known and known[key].state == "confirmed" for key in _DEPLOY_KEYS):
            await self._adopt(client, [known[key] for key in _DEPLOY_KEYS])
            return
        first = known.get(_DEPLOY_KEYS[0])
        nonce = None if first is None else first.nonce
        if nonce is None:
            nonce = await self._worker.run(client.next_nonce)
        calls = await self._worker.run(client.deploy_calls, nonce)
        for key, call in zip(_DEPLOY_KEYS, calls, strict=True):
            row = OutboxRow(key=key, kind=AnchorKind.CONTRACTS.value, call=encode_call(call))
            await self._store_worker.run(self._store.put_outbox, row)

    async def _prepare_batches(self, client: AnchorChain) -> Readiness:
        """Have the contract for batches deployed once it is needed, and adopt it once it is there."""
        if await self._worker.run(client.contracts) is None:
            return (
                Readiness.COMING
            )  # it is deployed over the anchors, which wait in the outbox themselves
        if await self._worker.run(client.batches.address) is not None:
            return Readiness.THERE
        row = await self._store_worker.run(self._store.outbox_row, _BATCHES_KEY)
        if row is None:
            call = await self._worker.run(client.batches.deploy_call)
            planned = OutboxRow(
                key=_BATCHES_KEY, kind=AnchorKind.CONTRACTS.value, call=encode_call(call)
            )
            await self._store_worker.run(self._store.put_outbox, planned)
            return Readiness.COMING
        if row.state == "confirmed":
            address = bytes.fromhex((row.contract_address or "")[2:])
            await self._worker.run(client.batches.adopt, address, row.block_number or 0)
            return Readiness.THERE
        return Readiness.REFUSED if row.state == "rejected" else Readiness.COMING

    async def _deployments(self) -> dict[str, OutboxRow]:
        rows = await self._store_worker.run(self._store.outbox_of_kind, AnchorKind.CONTRACTS.value)
        return {row.key: row for row in rows}

    async def _settled(self, row: OutboxRow) -> None:
        if row.kind == AnchorKind.CONTRACTS.value and self._client is not None:
            deployed = await self._deployments()
            if all(key in deployed and deployed[key].state == "confirmed" for key in _DEPLOY_KEYS):
                await self._adopt(self._client, [deployed[key] for key in _DEPLOY_KEYS])
        await self._anchors.settled(row)
        with suppress(ChainUnreachable):
            await self._look()

    async def _adopt(self, client: AnchorChain, rows: list[OutboxRow]) -> Contracts:
        anchors, chunk_store = (bytes.fromhex((row.contract_address or "")[2:]) for row in rows)
        first_block = min(row.block_number or 0 for row in rows)
        return await self._worker.run(client.adopt_contracts, anchors, chunk_store, first_block)

    # --- telling -----------------------------------------------------------------------------

    async def _look(self) -> ChainSnapshot:
        assert self._client is not None  # noqa: S101 - callers ensure it
        head = await self._worker.run(self._client.status)
        contracts = await self._worker.run(self._client.contracts)
        waiting = await self._store_worker.run(self._store.count_outbox, OPEN_STATES)
        confirmed = await self._store_worker.run(self._store.count_outbox, ("confirmed",))
        snapshot = ChainSnapshot(
            is_reachable=True,
            chain_id=head.chain_id,
            block_number=head.number,
            block_hash=f"0x{head.hash.hex()}",
            block_time_utc_s=head.time_utc_s,
            anchors_address=_address_of(contracts.anchors) if contracts else None,
            chunk_store_address=_address_of(contracts.chunk_store) if contracts else None,
            waiting_anchors=waiting,
            confirmed_anchors=confirmed,
            endpoint=self._endpoint,
        )
        self._tell(snapshot)
        return snapshot

    def _tell(self, snapshot: ChainSnapshot) -> None:
        if snapshot != self._last:
            self._last = snapshot
            self._publish(ChainChanged(snapshot))


def _is_broken_off(sending: asyncio.Task[None] | None) -> bool:
    """Tell whether sending ended otherwise than by a damaged store, for which it returns."""
    if sending is None:
        return True
    return sending.done() and (sending.cancelled() or sending.exception() is not None)


def _address_of(value: bytes | None) -> str | None:
    return None if value is None else f"0x{value.hex()}"
