"""The screen of other appliances: the list, a pairing, and what one of them answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from core.api.network import Network, NetworkChanged
from core.api.peers import (
    AddPeer,
    AskPeer,
    FollowPeer,
    ForgetPeer,
    ListPeers,
    Peer,
    PeerAnswer,
    PeersChanged,
    PeerTopic,
)
from core.api.snapshots import FailureSnapshot
from lucid_gui.pictures import FrameItem
from lucid_gui.screens.access.wording import scope_words
from lucid_gui.screens.peers.answers import answer_facts
from lucid_gui.screens.scanning import Scanner
from lucid_gui.screens.screen_model import ScreenModel, Work, shown
from lucid_gui.screens.wording import count_text
from lucid_gui.text.amounts import moment_text
from lucid_gui.text.network import is_by_tor
from lucid_gui.text.peers import LONGEST_NAME, peer_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api.commands import Command
    from lucid_gui.bridge import Bridge
    from lucid_gui.shell import Navigator

__all__ = ["FrameItem", "PeersModel", "create"]  # the item is for the screen's QML

LONGEST_LINK = 1024


class PeersModel(ScreenModel):
    """Follows the list; what asks a peer goes by Tor, takes its time and can be cancelled."""

    peersChanged = Signal()
    chosenChanged = Signal()
    added = Signal()
    workChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._peers: tuple[Peer, ...] = ()
        self._is_loaded = False
        self._network: Network | None = None
        self._chosen_id = ""
        self._answer: PeerAnswer | None = None
        self._link = ""
        self._work = Work(bridge, self)
        self._work.changed.connect(self.workChanged)
        self._scanner = Scanner(bridge, self.setLink, self)

    # --- the screen's life ---

    @Slot("QVariantMap")
    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow the peers."""
        self._chosen_id = ""
        self._answer = None
        self._link = ""
        self.fail(None)
        self.listen(NetworkChanged, self._on_network)
        self.listen(PeersChanged, lambda event: self._take(event.peers))
        self.ask(ListPeers(), self._take)
        self._tell()

    @Slot()
    def leave(self) -> None:
        """Give up what is on its way, and forget the line with its secrets."""
        self.stop_listening()
        self._scanner.close()
        self._work.drop()
        self._link = ""
        self._answer = None
        self._tell()

    # --- a pairing ---

    @Slot(str)
    def setLink(self, text: str) -> None:
        """Take the line that is typed, pasted or scanned."""
        self._link = text.strip()[:LONGEST_LINK]
        self.chosenChanged.emit()

    @Slot()
    def paste(self) -> None:
        """Take what was copied on this seat."""
        self.setLink("".join(QGuiApplication.clipboard().text().split()))

    @Slot(str)
    def add(self, name: str) -> None:
        """Pair with the appliance of the line."""
        if self._link:
            command = AddPeer(self._link, " ".join(name.split())[:LONGEST_NAME])
            self._begin(command, self._on_added)

    # --- one peer ---

    @Slot(str)
    def choose(self, peer_id: str) -> None:
        """Show a peer; "" shows the list."""
        self._work.drop()
        self._chosen_id = peer_id
        self._answer = None
        self.fail(None)
        self.chosenChanged.emit()

    @Slot(str)
    def askFor(self, topic: str) -> None:
        """Ask the peer that is shown: "health" or "sessions"."""
        self._begin(AskPeer(self._chosen_id, PeerTopic(topic)), self._on_answer)

    @Slot()
    def follow(self) -> None:
        """Look whether the peer has moved."""
        self._begin(FollowPeer(self._chosen_id), self._on_peer)

    @Slot()
    def forget(self) -> None:
        """Forget the peer; the confirmation was given on the screen."""
        self._begin(ForgetPeer(self._chosen_id), lambda _result: self.choose(""))

    @Slot()
    def cancel(self) -> None:
        """Stop what is on its way."""
        self._work.cancel()

    def _begin(self, command: Command, on_result: Callable[[Any], None]) -> None:
        if self._work.is_busy():
            return
        self.fail(None)
        self._work.begin(command, on_result, self.fail)

    # --- what the engine says ---

    def _on_network(self, event: NetworkChanged) -> None:
        self._network = event.network
        self.peersChanged.emit()

    def _take(self, peers: object) -> None:
        self._peers = peers if isinstance(peers, tuple) else ()
        self._is_loaded = True
        self.peersChanged.emit()
        self.chosenChanged.emit()

    def _on_added(self, result: object) -> None:
        self._link = ""
        self._on_peer(result)
        self.added.emit()
        if isinstance(result, Peer):
            self.choose(result.peer_id)

    def _on_peer(self, result: object) -> None:
        if isinstance(result, Peer):
            others = tuple(each for each in self._peers if each.peer_id != result.peer_id)
            self._take((*others, result))

    def _on_answer(self, result: object) -> None:
        if isinstance(result, PeerAnswer):
            self._answer = result
            self._on_peer(result.peer)

    def fail(self, failure: FailureSnapshot | None) -> None:
        """Show a failure; an answer that came before it is not the peer's word any more."""
        if failure is not None:
            self._answer = None
            self.chosenChanged.emit()
        super().fail(failure)

    def _tell(self) -> None:
        self.peersChanged.emit()
        self.chosenChanged.emit()

    # --- what the screen shows ---

    def _rows(self) -> list[dict[str, Any]]:
        by_name = sorted(self._peers, key=lambda each: (each.name.casefold(), each.peer_id))
        return [_facts(each) for each in by_name]

    def _chosen(self) -> dict[str, Any]:
        found = next((each for each in self._peers if each.peer_id == self._chosen_id), None)
        return _facts(found) if found is not None else {}

    def _answer_facts(self) -> dict[str, Any]:
        return answer_facts(self._answer)

    work = Property(QObject, lambda self: self._work, constant=True)
    scanner = Property(QObject, lambda self: self._scanner, constant=True)
    rows = Property(list, _rows, notify=peersChanged)
    isLoaded = shown(bool, "_is_loaded", peersChanged)
    isOffline = Property(bool, lambda self: not is_by_tor(self._network), notify=peersChanged)
    chosen = Property(dict, _chosen, notify=chosenChanged)
    answer = Property(dict, _answer_facts, notify=chosenChanged)
    link = shown(str, "_link", chosenChanged)
    isBusy = Property(bool, lambda self: self._work.is_busy(), notify=workChanged)


def _facts(peer: Peer) -> dict[str, Any]:
    seen = (
        tr("answered last on %1").replace("%1", moment_text(peer.seen_utc_ms))
        if peer.seen_utc_ms
        else ""
    )
    moves = count_text(peer.moves, tr("moved %1 time"), tr("moved %1 times")) if peer.moves else ""
    return {
        "peerId": peer.peer_id,
        "name": peer_text(peer.name, LONGEST_NAME) or tr("An appliance"),
        "detail": ", ".join(each for each in (seen or tr("has not answered yet"), moves) if each),
        "address": peer.address,
        "device": peer.device_fingerprint,
        "scopes": ", ".join(scope_words(each)[0] for each in peer.scopes),
        "canReadHealth": any(each.value == PeerTopic.HEALTH.value for each in peer.scopes),
        "canReadSessions": any(each.value == PeerTopic.SESSIONS.value for each in peer.scopes),
    }


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return PeersModel(bridge, navigator, parent)
