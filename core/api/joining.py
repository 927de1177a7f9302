"""Joining: somebody else's session, seen and steered from this appliance, under rules of this appliance.

What the policy at this end forbids never leaves this machine, whatever the other end allows. A joined session is
recorded here as a session of its own, so Revoke, Shield, HideZones and EndSession take its ID as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.api.commands import Command
from core.api.devices import fingerprint_of
from core.api.events import Event
from core.api.hosting import Grant
from core.api.permissions import Capability, GrantLength, Profile, Rule, Zone


class JoinRole(Enum):
    """What somebody joins as."""

    PEER = "peer"  # may ask to act
    OBSERVER = "observer"  # may only watch


@dataclass(frozen=True)
class Terms:
    """What the other end asks for and promises, signed by its device; to be read and accepted before joining."""

    terms_hash: str  # BLAKE3, lower-case hex: what an acceptance names
    session_id: str  # the other end's
    device: str  # the other end's device public key, lower-case hex
    certificate_sha256: (
        str  # as presented; to be compared with the other screen where no link gave it
    )
    is_certificate_known: bool  # it is the one that the link named
    role: JoinRole
    profile: Profile
    rules: tuple[
        tuple[Capability, Rule], ...
    ]  # what may be asked for there; in the order of Capability
    records_keys: bool
    longest_minutes: int
    idle_minutes: int
    width: int
    height: int
    policy_hash: str
    text: str  # the sentences that are accepted, one a line
    device_fingerprint: str = field(init=False)  # of ``device``, in hex: what people compare

    def __post_init__(self) -> None:
        """Name the device as people compare it."""
        object.__setattr__(self, "device_fingerprint", fingerprint_of(self.device))


class JoinedState(Enum):
    """How far it is."""

    CONNECTING = "connecting"
    WATCHING = "watching"  # connected: what the other end shows is here
    ENDED = "ended"  # the other end has ended it, or cannot be reached any more


@dataclass(frozen=True)
class Joined:
    """A joined session as it stands."""

    session_id: str  # of the record at this end
    terms: Terms
    address: str
    name: str  # by which the other end knows this one
    state: JoinedState
    width: int
    height: int
    # What this end lets out; one for each capability, in the order of Capability.
    grants: tuple[Grant, ...]
    is_shielded: bool = False  # nothing goes out, nothing is shown, nothing is recorded
    zones: tuple[Zone, ...] = ()  # parts that are neither shown nor recorded here
    policy_hash: str = ""  # of this end's policy
    consent_hash: str = ""  # of the signed receipt that both records hold


@dataclass(frozen=True)
class ReadTerms(Command):
    """Ask the other end for its terms; the code is looked at and not used up. Result: Terms.

    ``invitation`` is a link (``lucid://…``), or an address; then ``code`` is needed, and for an onion address
    ``client_key``.
    """

    invitation: str = field(repr=False)
    code: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class JoinSession(Command):
    """Accept the terms with this hash, join, and record it. Result: Joined, as soon as the recording runs."""

    invitation: str = field(repr=False)
    code: str = field(repr=False)
    certificate_sha256: str  # the one that was accepted with the terms
    terms_hash: str
    name: str  # by which the other end is to know this one
    recipients: tuple[str, ...] = ()
    client_key: str = field(default="", repr=False)  # as in ReadTerms


@dataclass(frozen=True)
class AllowHere(Command):
    """Let something out of this appliance, for so long; needs a touch on this seat. Result: None, when in effect."""

    session_id: str
    capability: Capability
    length: GrantLength


@dataclass(frozen=True)
class KeyInput:
    """A key of the keyboard at this seat, by the number that the kernel gives it (``linux/input-event-codes.h``)."""

    code: int = field(repr=False)
    is_pressed: bool


@dataclass(frozen=True)
class PointerInput:
    """The pointer at this seat, in pixels of the joined desktop."""

    x: int
    y: int
    button: int = 0  # 0: moved; 1 left, 2 middle, 3 right, 4 and 5 the wheel up and down
    is_pressed: bool = False


@dataclass(frozen=True)
class SendInput(Command):
    """Hand on what is done at this seat; what is not allowed goes no further. Result: None."""

    session_id: str
    inputs: tuple[KeyInput | PointerInput, ...]


@dataclass(frozen=True)
class ReadJoined(Command):
    """Read the joined session. Result: Joined, or None where none runs."""


@dataclass(frozen=True)
class JoinedChanged(Event):
    """The joined session changed; None when it is over."""

    joined: Joined | None


@dataclass(frozen=True)
class DesktopShown(Event):
    """The newest picture of the joined desktop; four bytes a pixel: blue, green, red, unused."""

    session_id: str
    width: int
    height: int
    pixels: bytes = field(repr=False)
