"""The node screen's state: the chain and this appliance's identity."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.api.commands import ReadChain
from core.api.events import ChainChanged, EngineChanged
from core.api.snapshots import ChainSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.shell import Navigator
from lucid_gui.text.amounts import grouped, moment_text, span_text
from lucid_gui.text.words import tr

_S_TO_MS = 1000
_AGE_REFRESH_MS = 10_000
_JUST_NOW_S = 5
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


class NodeModel(ScreenModel):
    """Reads the chain when the screen opens, and follows it."""

    chainChanged = Signal()
    engineChanged = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._chain: ChainSnapshot | None = None
        self._fingerprint = ""
        self._ageing = QTimer(self)
        self._ageing.setInterval(_AGE_REFRESH_MS)
        self._ageing.timeout.connect(self.chainChanged)

    def enter(self, _arguments: dict[str, Any]) -> None:
        """Follow the chain, and ask for it as it is now."""
        self.listen(ChainChanged, lambda event: self._show(event.chain))
        self.listen(EngineChanged, self._on_engine)
        self._ageing.start()
        self.refresh()

    def leave(self) -> None:
        """Stop following."""
        self._ageing.stop()
        self.stop_listening()

    @Slot()
    def refresh(self) -> None:
        """Ask the chain how it is."""
        self.ask(ReadChain(), self._on_result)

    def _on_result(self, chain: object) -> None:
        if isinstance(chain, ChainSnapshot):
            self._show(chain)

    def _show(self, chain: ChainSnapshot) -> None:
        self._chain = chain
        self.fail(chain.failure)
        self.chainChanged.emit()

    def _on_engine(self, event: EngineChanged) -> None:
        self._fingerprint = event.engine.device_fingerprint or ""
        self.engineChanged.emit()

    def _state(self) -> str:
        if self._chain is None:
            return "failed" if self._failure else "loading"
        return "reachable" if self._chain.is_reachable else "away"

    def _block(self) -> dict[str, str]:
        chain = self._chain
        if chain is None or chain.block_number is None:
            return {}
        return {
            "number": grouped(chain.block_number),
            "hash": chain.block_hash or "",
            "time": _age_text(chain.block_time_utc_s, self.now_utc_ms()),
        }

    def _facts(self) -> list[dict[str, str]]:
        chain = self._chain
        if chain is None:
            return []
        rows = [
            (tr("Anchors confirmed"), grouped(chain.confirmed_anchors)),
            (
                tr("Anchors waiting"),
                grouped(chain.waiting_anchors) if chain.waiting_anchors else tr("none"),
            ),
            (
                tr("Chain ID"),
                str(chain.chain_id) if chain.chain_id is not None else tr("not known yet"),
            ),
        ]
        return [{"title": title, "value": value} for title, value in rows]

    def _addresses(self) -> list[dict[str, str]]:
        chain = self._chain
        if chain is None:
            return []
        rows = [
            (tr("Session anchors"), chain.anchors_address),
            (tr("Chunk commitments"), chain.chunk_store_address),
        ]
        return [{"title": title, "value": value} for title, value in rows if value]

    state = notified(str, _state, chainChanged)
    block = notified("QVariantMap", _block, chainChanged)
    facts = notified("QVariantList", _facts, chainChanged)
    addresses = notified("QVariantList", _addresses, chainChanged)
    endpoint = notified(str, lambda self: self._chain.endpoint if self._chain else "", chainChanged)
    fingerprint = notified(str, lambda self: self._fingerprint, engineChanged)


def _age_text(utc_s: int | None, now_utc_ms: int) -> str:
    """Say when a block was made, and how long ago that is."""
    if utc_s is None:
        return ""
    age_s = now_utc_ms // _S_TO_MS - utc_s
    moment = moment_text(utc_s * _S_TO_MS)
    if age_s < _JUST_NOW_S:
        return tr("%1, just now").replace("%1", moment)
    return tr("%1, %2 ago").replace("%1", moment).replace("%2", _rough(age_s))


def _rough(age_s: int) -> str:
    """Round a span to the one unit that tells enough."""
    if age_s >= 2 * _DAY_S:
        return tr("%1 days").replace("%1", grouped(age_s // _DAY_S))
    for unit_s in (_HOUR_S, _MINUTE_S):
        if age_s >= unit_s:
            return span_text(age_s // unit_s * unit_s)
    return span_text(age_s)


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return NodeModel(bridge, navigator, parent)
