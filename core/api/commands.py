"""Commands: what a front end asks the engine to do, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from core.api.permissions import GrantLength


class Secret:
    """A passphrase on its way to the vault; it never shows in a repr, a log or a comparison."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text to the one who turns it into a key."""
        return self._text

    def __repr__(self) -> str:
        """Hide the text."""
        return "Secret(…)"


class SourceKind(Enum):
    """Where the pictures of a session come from."""

    SANDBOX = "sandbox"  # a fresh virtual display with a window manager and a terminal
    DISPLAY = "display"  # an X display that is there already


class Disclosure(Enum):
    """How much of the session a bundle holds beside its proofs."""

    PROOFS = "proofs"  # nothing of the recording: who, when, how much, and that it is anchored
    SEALED = "sealed"  # the chunks as they lie on the disk, without keys
    READABLE = (
        "readable"  # the chunks of a time range and their keys: whoever has the file can watch
    )


@dataclass(frozen=True)
class Command:
    """The root of all commands."""


@dataclass(frozen=True)
class CreateVault(Command):
    """Make the appliance's vault and unlock it. Result: None."""

    passphrase: Secret
    remember: bool = False  # keep it open by the system's key store, where there is one


@dataclass(frozen=True)
class UnlockVault(Command):
    """Unlock the vault; without a passphrase, by the system's key store. Result: None."""

    passphrase: Secret | None = None
    remember: bool = False


@dataclass(frozen=True)
class LockVault(Command):
    """Forget the keys; refused while a session runs. Result: None."""


@dataclass(frozen=True)
class StartSession(Command):
    """Open and record a session. Result: SessionSummary, as soon as the recorder runs."""

    source: SourceKind = SourceKind.SANDBOX
    display: str | None = None  # for DISPLAY, as in ":0"
    recipients: tuple[str, ...] = ()  # further X25519 public keys, in hex, that can open it


@dataclass(frozen=True)
class EndSession(Command):
    """End the running session; it goes on to be sealed and anchored. Result: SessionSummary, sealed."""

    session_id: str


@dataclass(frozen=True)
class ListSessions(Command):
    """List all sessions, newest first. Result: tuple[SessionSummary, ...]."""


@dataclass(frozen=True)
class ShowSession(Command):
    """Read all about a session. Result: SessionDetail."""

    session_id: str


@dataclass(frozen=True)
class VerifySession(Command):
    """Check a stored session against itself, its signatures and the chain. Result: VerificationReport."""

    session_id: str


@dataclass(frozen=True)
class VerifyBundle(Command):
    """Check an evidence bundle; needs no vault and no data directory. Result: VerificationReport."""

    path: Path
    checkpoint: str | None = None  # a block hash that is trusted already, in hex
    node: str | None = None  # address of a live node to ask: a socket path or a URL on loopback
    device: str | None = None  # the device fingerprint that must have signed


@dataclass(frozen=True)
class ExportBundle(Command):
    """Write an evidence bundle. Result: ExportedFile. READABLE asks a DisclosureQuestion first."""

    session_id: str
    destination: Path
    disclosure: Disclosure = Disclosure.PROOFS
    from_s: float = 0.0
    until_s: float | None = None


@dataclass(frozen=True)
class ExportVideo(Command):
    """Write an ordinary video file, readable by anyone. Result: ExportedFile. Asks a DisclosureQuestion first."""

    session_id: str
    destination: Path
    from_s: float = 0.0
    until_s: float | None = None


@dataclass(frozen=True)
class OpenPlayback(Command):
    """Open a sealed session for playing; frames come as FrameShown events. Result: PlaybackOpened."""

    session_id: str


@dataclass(frozen=True)
class SeekPlayback(Command):
    """Show the frame at a position. Result: None, after its frame was decoded."""

    playback_id: int
    position_s: float


@dataclass(frozen=True)
class ControlPlayback(Command):
    """Run or hold the playback. Result: None."""

    playback_id: int
    is_playing: bool
    speed: float = 1.0  # 0.5 to 16


@dataclass(frozen=True)
class ClosePlayback(Command):
    """End a playback and forget its frames and keys. Result: None."""

    playback_id: int


@dataclass(frozen=True)
class WatchSession(Command):
    """Send thumbnails of the running session, or stop. Result: None."""

    session_id: str
    is_watching: bool


@dataclass(frozen=True)
class WaitForAnchor(Command):
    """Wait until a session is anchored. Result: SessionSummary."""

    session_id: str
    timeout_s: float = 60.0


@dataclass(frozen=True)
class ReadChain(Command):
    """Ask how the chain is. Result: ChainSnapshot."""


@dataclass(frozen=True)
class ReadSettings(Command):
    """Read all settings. Result: tuple[Setting, ...]."""


@dataclass(frozen=True)
class ChangeSetting(Command):
    """Change a setting, kept across restarts. Result: Setting."""

    name: str
    value: str | int | float | bool


@dataclass(frozen=True)
class AnswerQuestion(Command):
    """Answer an open question. Result: None; a question that has ended already stays as it ended."""

    question_id: int
    is_yes: bool
    length: GrantLength = GrantLength.FIVE_MINUTES  # of a permission; other questions pass it over


@dataclass(frozen=True)
class CancelRequest(Command):
    """Cancel a request that runs; it then ends with RequestCancelled. Result: None."""

    request_id: int = field(default=0)
