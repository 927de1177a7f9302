"""The assembly of an appliance: every service is made here, from the others that it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.api.events import Event
from core.appliance.anchor_service import AnchorService
from core.appliance.chain_service import ChainService
from core.appliance.deployment_service import DeploymentService
from core.appliance.evidence_service import EvidenceService
from core.appliance.index_service import IndexService
from core.appliance.network_parts import MakesTor, NetworkParts, RunsTor
from core.appliance.network_service import NetworkService
from core.appliance.own_address import OwnAddress
from core.appliance.pictures import PictureOpener
from core.appliance.playback_service import PlaybackService
from core.appliance.qualifying_service import QualifyingService
from core.appliance.reading_service import ReadingParts, ReadingService
from core.appliance.services import Services, Workers, let_nobody_act
from core.appliance.settings_service import SettingsService
from core.appliance.space_service import SpaceService
from core.appliance.thumbnail_service import ThumbnailService
from core.appliance.vault_service import VaultService
from core.chain.deployment import ANCHORS_FILE
from core.chain.protocol import AnchorChain
from core.config.engine_options import EngineOptions
from core.config.network_settings import NetworkSettings
from core.config.settings import Settings
from core.errors import Failure, KeyStoreUnavailable
from core.evidence.policy import sandbox_policy
from core.hosting.hosted_session import HostingTools
from core.hosting.service import HostingParts, HostingService
from core.hosting.ways import WaysIn
from core.joining.joined_session import JoiningTools
from core.joining.service import JoiningParts, JoiningService
from core.monitoring.space import SpaceWatch, read_space
from core.onion.service import Onion
from core.peers.service import PeerParts, PeerService
from core.permissions.questions import OpenQuestions
from core.runtime.workers import Worker
from core.scanning.service import ScanningService
from core.sessions.closing import Closer
from core.sessions.parts import SessionParts
from core.sessions.recovery import Recovery
from core.sessions.service import SessionService
from core.storage.data_directory import DataDirectory
from core.storage.directory_chunks import DirectoryChunkStore
from core.storage.sqlite_metadata import SqliteMetadataStore
from core.transport.addresses import OnionAddress, read_address
from core.transport.transport import Transport
from core.vault.key_store import KeyStore, SystemKeyStore
from core.vault.passphrase import APPLIANCE_KDF, CHEAPEST_KDF
from core.vault.sealed_records import SealedRecords

Publish = Callable[[Event], None]


async def assemble(
    path: Path, options: EngineOptions, publish: Publish, software_version: str
) -> Services:
    """Take the data directory and put everything together.

    Raises DataDirectoryBusy, DataDirectoryUnwritable, StorageFull, StoreCorrupt, StoreNewer.
    """
    workers = Workers(Worker("store"), Worker("sealing"), Worker("vault"))
    directory = DataDirectory(path)
    try:
        await workers.store.run(directory.hold)
        store = await workers.store.run(SqliteMetadataStore, directory.database)
    except BaseException:
        directory.release()
        await workers.close()
        raise
    kdf = CHEAPEST_KDF if options.has_cheap_vault else APPLIANCE_KDF
    key_store = await workers.vault.run(_find_key_store, options.find_key_store or SystemKeyStore)
    vault = VaultService(directory.vault, workers.vault, key_store, kdf)
    ground = _Ground(options, publish, software_version, workers, directory, store, vault)
    return ground.services()


@dataclass(frozen=True)
class _Ground:
    """What everything is put together from."""

    options: EngineOptions
    publish: Publish
    software_version: str
    workers: Workers
    directory: DataDirectory
    store: SqliteMetadataStore
    vault: VaultService

    def services(self) -> Services:
        """Put everything together."""
        anchors = AnchorService(self.store, self.workers.store, self.publish)
        chain = self._chain(anchors)
        thumbnails = ThumbnailService(self.options.clock, self.publish)
        network = self._network(
            clients=lambda: reading.access.clients(),  # noqa: PLW0108 - made below
            target=lambda: reading.target,
            in_use=lambda: _reached_by_tor(hosting, joining),
        )
        transport = Transport(network.run)
        parts = self._parts(chain, thumbnails)
        closer = Closer(parts, self.software_version)
        sessions = SessionService(parts, closer)
        questions = OpenQuestions(self.options.clock, self.publish)
        ways = WaysIn(network)
        hosting = self._hosting(parts, sessions, questions, ways)
        joining = self._joining(parts, sessions, ways, transport)
        thumbnails.shared_picture = lambda: hosting.picture or joining.picture
        evidence = EvidenceService(parts, self.vault, chain, questions)
        reading = self._reading(parts, sessions, chain, evidence, network)
        deployments = self._deployments(chain)
        return Services(
            directory=self.directory,
            store=self.store,
            workers=self.workers,
            vault=self.vault,
            settings=SettingsService(parts.settings, self.workers.store, self.publish),
            questions=questions,
            sessions=sessions,
            recovery=Recovery(parts, closer),
            space=self._space(parts, sessions, hosting, joining),
            thumbnails=thumbnails,
            anchors=anchors,
            chain=chain,
            evidence=evidence,
            playback=PlaybackService(parts, self.publish),
            ways=ways,
            hosting=hosting,
            joining=joining,
            scanning=ScanningService(
                self.publish, partial(self._text, parts, "camera"), self.options.find_camera
            ),
            network=network,
            reading=reading,
            peers=self._peers(transport),
            deployments=deployments,
            qualifying=QualifyingService(deployments, self.options.clock),
            index=IndexService(self.directory.chain_index, chain),
        )

    def _peers(self, transport: Transport) -> PeerService:
        return PeerService(PeerParts(self._records(), transport, self.options.clock, self.publish))

    def _reading(
        self,
        parts: SessionParts,
        sessions: SessionService,
        chain: ChainService,
        evidence: EvidenceService,
        network: NetworkService,
    ) -> ReadingService:
        reading = ReadingService(
            ReadingParts(
                parts=parts,
                records=self._records(),
                vault=self.vault,
                sessions=sessions,
                chain=chain,
                evidence=evidence,
                network=network.shown,
                moves=network.moves,
                hosts=network.hosts,
                software_version=self.software_version,
                is_tor_others=self._is_tor_others,
                is_resident=self.options.is_resident,
            )
        )
        reading.access.on_clients_changed = network.clients_changed
        return reading

    def _network(
        self,
        clients: Callable[[], tuple[str, ...]],
        target: Callable[[], Path],
        in_use: Callable[[], str | None],
    ) -> NetworkService:
        parts = NetworkParts(
            settings=NetworkSettings(self.store),
            store_worker=self.workers.store,
            clock=self.options.clock,
            publish=self.publish,
            make_tor=self._make_tor(),
            target=target,
            is_resident=self.options.is_resident,
            is_tor_others=self._is_tor_others,
            is_open=lambda: self.vault.is_open,
            clients=clients,
            in_use=in_use,
        )
        return NetworkService(
            parts, OwnAddress(self._records(), self.options.clock, self.vault.require)
        )

    def _records(self) -> SealedRecords:
        return SealedRecords(self.store, self.workers.store, self.vault.require)

    @property
    def _is_tor_others(self) -> bool:
        network = self.options.network
        return network is not None and network.system_control is not None

    def _make_tor(self) -> MakesTor | None:
        """Say how tor is made; None where this start is to stay offline."""
        options = self.options.network
        if options is None:
            return None

        def make(changed: Callable[[], None], report: Callable[[Failure], None]) -> RunsTor:
            return Onion(
                options,
                run=self.directory.run / "tor",
                data=self.directory.tor,
                clock=self.options.clock,
                changed=changed,
                report=report,
            )

        return make

    def _hosting(
        self,
        parts: SessionParts,
        sessions: SessionService,
        questions: OpenQuestions,
        way_in: WaysIn,
    ) -> HostingService:
        tools = HostingTools(self.options.clock, questions.ask_for, self.publish, sessions)
        number = partial(self._number, parts)
        return HostingService(
            HostingParts(tools, sessions, self.vault.require, number, way_in=way_in)
        )

    def _joining(
        self,
        parts: SessionParts,
        sessions: SessionService,
        way_in: WaysIn,
        transport: Transport,
    ) -> JoiningService:
        return JoiningService(
            JoiningParts(
                tools=JoiningTools(self.options.clock, self.publish, sessions),
                sessions=sessions,
                vault=self.vault.require,
                number=partial(self._number, parts),
                has_seat=self.options.has_seat,
                way_in=way_in,
                transport=transport,
            )
        )

    async def _number(self, parts: SessionParts, name: str) -> int:
        return await self.workers.store.run(parts.settings.number, name)

    async def _text(self, parts: SessionParts, name: str) -> str:
        return await self.workers.store.run(parts.settings.text, name)

    def _chain(self, anchors: AnchorService) -> ChainService:
        return ChainService(
            directory=self.directory,
            vault=self.vault.require,
            is_unlocked=lambda: self.vault.is_open,
            account_of=_account_of,
            make_client=lambda endpoint, key: _client(
                self._contracts_file, endpoint, key, self.options.chain.anchors
            ),
            store=self.store,
            store_worker=self.workers.store,
            clock=self.options.clock,
            publish=self.publish,
            anchors=anchors,
            batches=self.options.batches,
            options=self.options.chain,
        )

    @property
    def _contracts_file(self) -> Path:
        """Say where the contracts of the sessions' chain are written down."""
        if self.options.chain.endpoint is None:
            return self.directory.own_contracts
        return self.directory.networks / ANCHORS_FILE

    def _deployments(self, chain: ChainService) -> DeploymentService:
        return DeploymentService(
            directory=self.directory,
            vault=self.vault.require,
            clock=self.options.clock,
            own_endpoint=chain.endpoint,
            options=self.options.chain,
        )

    def _parts(self, chain: ChainService, thumbnails: ThumbnailService) -> SessionParts:
        return SessionParts(
            directory=self.directory,
            store=self.store,
            store_worker=self.workers.store,
            sealing_worker=self.workers.sealing,
            chunks=DirectoryChunkStore(self.directory.sessions),
            vault=self.vault.require,
            clock=self.options.clock,
            publish=self.publish,
            wake_outbox=chain.wake,
            settings=Settings(self.store),
            open_pictures=self.options.open_pictures
            or PictureOpener(self.directory.run, self.options.clock),
            policy=sandbox_policy,
            space=SpaceWatch(self.directory.path, self.options.read_space or read_space),
            saw_piece=thumbnails.offer,
        )

    def _space(
        self,
        parts: SessionParts,
        sessions: SessionService,
        hosting: HostingService,
        joining: JoiningService,
    ) -> SpaceService:
        async def end_running() -> None:
            await let_nobody_act(hosting, joining)  # first: nothing may happen that is not recorded
            await sessions.end_running("space")

        return SpaceService(
            parts.space,
            self.options.clock,
            self.publish,
            running_id=lambda: sessions.running_id,
            end_running=end_running,
        )


def _reached_by_tor(hosting: HostingService, joining: JoiningService) -> str | None:
    """Tell which session is reached by Tor, or reaches the other end by it."""
    if (hosted := hosting.shown()) is not None and hosted.reach is not None:
        return hosted.session_id
    joined = joining.shown()
    if joined is not None and isinstance(read_address(joined.address), OnionAddress):
        return joined.session_id
    return None


def _find_key_store(find: Callable[[], KeyStore]) -> KeyStore | None:
    try:
        return find()
    except KeyStoreUnavailable:
        return None


def _client(
    deployment: Path, endpoint: str, private_key: bytes | None, anchors: bytes | None
) -> AnchorChain:
    """Make a client; imports web3, which takes most of a second."""
    from core.chain.client import Web3AnchorChain

    return Web3AnchorChain(
        endpoint, private_key=private_key, deployment_path=deployment, anchors=anchors
    )


def _account_of(private_key: bytes) -> bytes:
    from core.chain.signing import Signer

    return Signer(private_key).address
