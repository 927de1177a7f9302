"""What a session begins with that a peer can join; its host makes it, and the session keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.sessions.sources import Pictures

# Why such a session may end, beside what every session's end may be.
PEER_LIMIT = "peer_limit"  # it was as long, or as long idle, as its policy allows
ANOMALY = "anomaly"  # something unusual happened that ends it by its policy
VOIDED = "voided"  # the policy in force was not the one that was signed and anchored
OTHER_END = "other_end"  # of a joined session: the other end has ended it, or is not there
HOST_LOST = "host_lost"  # a program of the host ended


@dataclass(frozen=True)
class HostedStart:
    """A session that a peer can join, ready to be started.

    ``session_id`` is made by the caller, since host and invitation name it, and is used once. ``policy_json`` is the
    canonical policy, ``policy_signature`` the device's under it (64 bytes). ``pictures`` are open already and belong
    to the session from here on: a start that fails closes them. ``recipients`` are as in StartSession. ``again`` is the
    earlier session whose policy this is, "" where it is a new one.
    """

    session_id: UUID
    policy_json: bytes
    policy_signature: bytes
    pictures: Pictures
    recipients: tuple[str, ...] = ()
    again: str = ""
