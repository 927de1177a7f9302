"""Peers: pairs with other appliances, reads from them, and follows them where they move."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.api import peers as p
from core.api.access import READING_PORT
from core.api.events import Event
from core.api.snapshots import ExportedFile
from core.canonical.plain_text import plain_text
from core.errors import (
    ClientKeyNeeded,
    HostUnreachable,
    PeerElsewhere,
    PeerRefused,
    PeerSessionRunning,
    PeerUnknown,
    PeerUnproven,
    PeerUnreachable,
    UsageFailure,
)
from core.onion.statement import Place, follow
from core.peers.asking import (
    BUNDLE,
    Itself,
    ask_itself,
    ask_moves,
    ask_presence,
    ask_topic,
)
from core.peers.fetched_file import FetchedFile
from core.peers.http_line import HttpLine, Whose
from core.peers.pairing import Pairing, read_pairing
from core.peers.peer_records import KIND, LONGEST_NAME, PeerRecord, read_peer, write_peer
from core.runtime.clock import Clock
from core.sessions.identity import parse_session_id
from core.transport.transport import Purpose, Transport
from core.vault.sealed_records import SealedRecords

MOST_PEERS = 256
_FOUND_S = 75.0  # until a peer is found, and followed where it says that it has moved
_THERE_S = 30.0  # of that, for the address where it says that it is now
_SHORT = 8  # letters of an address by which a peer is called that nobody has named
_MS_IN_NS = 1_000_000
_KEY_KEPT, _KEY_OF_LINE = "that it gave this appliance", "in the pairing line"


@dataclass(frozen=True)
class PeerParts:
    """What peers are made from."""

    records: SealedRecords
    transport: Transport
    clock: Clock
    publish: Callable[[Event], None]


class PeerService:
    """Lives on the engine's loop. Everything raises VaultLocked while the vault is: peers are kept in it.

    What asks a peer raises PeerUnreachable, NetworkOffline and TorNotReady where there is no way to it, and PeerRefused
    where it answers otherwise than it should.
    """

    def __init__(self, parts: PeerParts) -> None:
        self._parts = parts
        self._changing = asyncio.Lock()

    async def add(self, command: p.AddPeer) -> p.Peer:
        """Pair by a line; the same device again is paired anew. Raises PairingMalformed, UsageFailure."""
        name = plain_text(command.name.strip(), LONGEST_NAME)
        pairing = read_pairing(command.link)
        known = await self._find_device(pairing.device)
        if known is None and len(await self._all()) >= MOST_PEERS:
            raise UsageFailure(reason=f"at most {MOST_PEERS} peers are kept; forget one first")
        record = self._fresh(pairing, name)
        try:
            named = record if known is None else _called(record, known)
            async with self._line(named, key=_KEY_OF_LINE) as line:
                if known is not None:
                    record = await self._again(line, known, pairing)
                itself = await self._recognised(line, record)
        except BaseException:
            if known is None or known.peer.address != pairing.host:
                await self._parts.transport.forget(f"{pairing.host}:{READING_PORT}")
            raise
        seen = replace(record.peer, scopes=itself.scopes, seen_utc_ms=self._now_ms())
        record = replace(record, peer=replace(seen, name=name or seen.name))
        async with self._changing:
            await self._save(record)
        if known is not None and known.peer.address != pairing.host:
            await self._parts.transport.forget(f"{known.peer.address}:{READING_PORT}")
        await self._tell()
        return record.peer

    async def list_peers(self, _: p.ListPeers) -> tuple[p.Peer, ...]:
        """List the peers, by name."""
        return self._shown(await self._all())

    async def ask(self, command: p.AskPeer) -> p.PeerAnswer:
        """Ask a peer about a topic; it is followed first, if it says that it has moved."""
        record = await self._need(command.peer_id)
        async with self._line_after_moves(record) as line:
            document = await ask_topic(line, command.topic)
        record = await self._seen(record)
        return p.PeerAnswer(record.peer, command.topic, document, self._now_ms())

    async def fetch(self, command: p.FetchProof) -> ExportedFile:
        """Fetch a bundle into a file, whole or not at all; the peer is followed first, if it says that it has moved.

        Raises SessionUnknown, DestinationUnwritable, and PeerSessionRunning for a session that has not ended there.
        """
        session_id = parse_session_id(command.session_id)
        record = await self._need(command.peer_id)
        fetched = FetchedFile(Path(command.destination))
        async with fetched.kept() as write, self._line_after_moves(record) as line:
            try:
                await line.fetch(f"/v1/sessions/{session_id}/proof", BUNDLE, write)
            except PeerRefused as refused:
                if not line.is_too_early:
                    raise
                name, session = record.peer.name, str(session_id)
                raise PeerSessionRunning(name=name, session_id=session) from refused
            found = await fetched.read_bundle()
            if found is None:
                raise line.refused("what came is no evidence bundle")
        await self._seen(record)
        return found

    async def follow(self, command: p.FollowPeer) -> p.Peer:
        """Look whether a peer has moved, and follow it. Raises StatementMalformed, StatementWrong.

        Where it has, and does not answer at its new address yet, it is kept where it was, and PeerUnreachable says so.
        """
        record = await self._need(command.peer_id)
        async with _within(_FOUND_S, record.peer.name), self._line(record) as line:
            followed = await self._followed(line, record)
        if followed is None:
            reason = "it has moved, and does not answer at its new address yet"
            raise PeerUnreachable(name=record.peer.name, reason=reason)
        record = followed
        return (await self._seen(record)).peer

    async def forget(self, command: p.ForgetPeer) -> None:
        """Forget a peer and its secrets, here and in Tor."""
        record = await self._need(command.peer_id)
        async with self._changing:
            await self._parts.records.forget(KIND, record.peer.peer_id)
        await self._tell()
        await self._parts.transport.forget(f"{record.peer.address}:{READING_PORT}")

    # --- asking ------------------------------------------------------------------------------

    @asynccontextmanager
    async def _line(self, record: PeerRecord, *, key: str = _KEY_KEPT) -> AsyncIterator[HttpLine]:
        """Connect to a peer whose device proves to be there; ``key`` says whence that is. Raises PeerUnproven too."""
        peer = record.peer
        with await self._dial(record, whence=key) as stream:
            line = HttpLine(stream, Whose(peer.name, peer.address, record.token))
            await ask_presence(line, peer.address, peer.device)
            if not line.can_ask_again:
                raise line.refused("it ends the connection before anything can be asked")
            yield line

    async def _dial(self, record: PeerRecord, *, whence: str) -> socket.socket:
        address, key = f"{record.peer.address}:{READING_PORT}", record.client_key
        name, device = record.peer.name, record.peer.device
        dial = self._parts.transport.dial
        try:
            return await dial(address, Purpose.PEER, peer=device, client_key=key)
        except HostUnreachable as failure:
            raise PeerUnreachable(name=name, reason=failure.facts["reason"]) from failure
        except ClientKeyNeeded as failure:
            reason = f"its address does not open to the key {whence}"
            raise PeerUnreachable(name=name, reason=reason) from failure

    @asynccontextmanager
    async def _line_after_moves(self, record: PeerRecord) -> AsyncIterator[HttpLine]:
        """Follow a peer, then give the line that is there, or another one where that has ended."""
        async with AsyncExitStack() as lines:
            async with _within(_FOUND_S, record.peer.name):
                line = await lines.enter_async_context(self._line(record))
                record = await self._followed(line, record) or record
                if not line.can_ask_again:
                    line = await lines.enter_async_context(self._line(record))
            yield line

    async def _recognised(self, line: HttpLine, record: PeerRecord) -> Itself:
        """Ask a peer who it is; raises PeerRefused where it is another device than the one that it must be."""
        itself = await ask_itself(line)
        if itself.device != record.peer.device:
            raise line.refused("another device answers there")
        return itself

    async def _again(self, line: HttpLine, known: PeerRecord, pairing: Pairing) -> PeerRecord:
        """Give a known peer with the secrets of a new line, at whose address its device is; raises PeerElsewhere.

        At another address it must say itself how it came there: a line alone moves nobody.
        """
        if pairing.host != known.peer.address:
            place = await _where_now(line, known)
            if place.address != pairing.host:
                raise PeerElsewhere(name=known.peer.name)
            known = known.moved(place)
        return known.paired(pairing)

    async def _followed(self, line: HttpLine, record: PeerRecord) -> PeerRecord | None:
        """Follow a peer to where its statements lead, once it answers there; None until then."""
        place = await _where_now(line, record)
        if place == record.place:
            return record
        there = record.moved(place)
        new = f"{place.address}:{READING_PORT}"
        try:
            async with _within(_THERE_S, there.peer.name), self._line(there) as other:
                await self._recognised(other, there)
        except PeerUnreachable:
            await self._parts.transport.forget(new)
            return None
        except (PeerRefused, PeerUnproven):
            await self._parts.transport.forget(new)
            raise
        await self._parts.transport.forget(f"{record.peer.address}:{READING_PORT}")
        return await self._change(record, lambda current: current.moved(place))

    # --- keeping -----------------------------------------------------------------------------

    async def _all(self) -> dict[str, PeerRecord]:
        found = await self._parts.records.all(KIND)
        return {peer_id: read_peer(document) for peer_id, document in found.items()}

    async def _need(self, peer_id: str) -> PeerRecord:
        document = await self._parts.records.read(KIND, peer_id)
        if document is None:
            raise PeerUnknown(peer_id=plain_text(peer_id, LONGEST_NAME))
        return read_peer(document)

    async def _find_device(self, device: str) -> PeerRecord | None:
        found = (await self._all()).values()
        return next((each for each in found if each.peer.device == device), None)

    async def _seen(self, record: PeerRecord) -> PeerRecord:
        return await self._change(record, lambda current: current.seen(self._now_ms()))

    async def _change(
        self, record: PeerRecord, change: Callable[[PeerRecord], PeerRecord]
    ) -> PeerRecord:
        """Change what is kept of a peer now; raises PeerUnknown where it was forgotten meanwhile."""
        async with self._changing:
            changed = change(await self._need(record.peer.peer_id))
            await self._save(changed)
        await self._tell()
        return changed

    async def _save(self, record: PeerRecord) -> None:
        await self._parts.records.save(KIND, record.peer.peer_id, write_peer(record))

    async def _tell(self) -> None:
        self._parts.publish(p.PeersChanged(self._shown(await self._all())))

    def _shown(self, records: dict[str, PeerRecord]) -> tuple[p.Peer, ...]:
        shown = [each.peer for each in records.values()]
        return tuple(sorted(shown, key=lambda peer: (peer.name.casefold(), peer.peer_id)))

    def _fresh(self, pairing: Pairing, name: str) -> PeerRecord:
        peer = p.Peer(
            peer_id=secrets.token_hex(8),
            name=name or pairing.host[:_SHORT],
            address=pairing.host,
            device=pairing.device,
            scopes=(),
            added_utc_ms=self._now_ms(),
        )
        return PeerRecord(peer, pairing.client_key, pairing.token)

    def _now_ms(self) -> int:
        return self._parts.clock.now().utc_ns // _MS_IN_NS


def _called(record: PeerRecord, known: PeerRecord) -> PeerRecord:
    """Give a record under the name by which its device is known already."""
    return replace(record, peer=replace(record.peer, name=known.peer.name))


@asynccontextmanager
async def _within(seconds: float, name: str) -> AsyncIterator[None]:
    """Bound the time that a peer is waited for. Raises PeerUnreachable."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise PeerUnreachable(name=name, reason="it does not answer in time") from None


async def _where_now(line: HttpLine, record: PeerRecord) -> Place:
    """Ask a peer where its statements lead; they are checked beside the loop. Raises StatementWrong."""
    moves = await ask_moves(line)
    return await asyncio.to_thread(follow, moves, record.place, record.peer.device)
