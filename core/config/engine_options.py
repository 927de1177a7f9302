"""How an engine runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.runtime.clock import Clock, SystemClock


@dataclass(frozen=True)
class NetworkOptions:
    """How Tor is run, where it is. ``system_control`` and ``system_socks`` name sockets of a tor that is not ours."""

    program: str = "tor"
    system_control: Path | None = None
    system_socks: Path | None = None
    network_lines: tuple[str, ...] = ()  # torrc lines of a private Tor network; () is Tor's own


@dataclass(frozen=True)
class BatchOptions:
    """From when on sessions share transactions on the chain, and how.

    A session alone costs about 80,000 gas for both of its anchors; a batch costs about 60,000 whatever it holds.
    """

    from_per_minute: int = 30  # so many sessions opened within a minute
    gather_s: float = 4.0  # how long an opening or a seal waits for others then
    most: int = 4096  # records in a batch


@dataclass(frozen=True)
class ChainOptions:
    """Which chain sessions are anchored on. ``endpoint`` is a node on this machine; None is a chain of one's own.

    ``anchors`` is the address of the only LucidAnchors that will do; None is one of the account's own.
    """

    endpoint: str | None = None
    anchors: bytes | None = None


@dataclass(frozen=True)
class EngineOptions:
    """How an engine runs.

    A resident engine (a kiosk, a recording) keeps chain and outbox going as soon as the vault is open; any
    other starts the chain when a command needs it.
    """

    is_resident: bool = True
    has_seat: bool = (
        False  # a person can touch this front end's screen, and so allow what a peer asks for
    )
    network: NetworkOptions | None = None  # None: offline, whatever was chosen
    is_anchoring: bool = True  # without, sessions are kept and anchored by a later engine
    batches: BatchOptions = BatchOptions()
    chain: ChainOptions = ChainOptions()
    clock: Clock = field(default_factory=SystemClock)
    read_space: Callable[[Path], tuple[int, int]] | None = None  # free and total bytes; for tests
    find_key_store: Callable[[], Any] | None = None  # gives a core.vault KeyStore; for tests
    open_pictures: Callable[..., Any] | None = None  # a core.sessions OpenPictures; for tests
    find_camera: Callable[[str], tuple[str, ...]] | None = None  # ffmpeg's input; for tests
    has_cheap_vault: bool = False  # a vault that is made costs next to nothing to try; for tests
