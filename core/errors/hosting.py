"""Failures around hosted sessions: their policy, trail, programs, peers and limits."""

from __future__ import annotations

from core.errors.roots import DoesNotHold, MissingFailure


class RemoteHostFailed(MissingFailure):
    """A program that a hosted session needs did not come up, or ended. Facts: program, reason."""

    code = "remote_host_failed"
    is_retryable = True


class RemoteHostUnsupported(MissingFailure):
    """A program of a hosted session has a version that the gate does not know. Facts: program, found, known."""

    code = "remote_host_unsupported"


class PolicyMalformed(DoesNotHold):
    """A policy says something that this version cannot enforce. Facts: field."""

    code = "policy_malformed"


class PolicySignatureWrong(DoesNotHold):
    """A policy is not the one that the device signed."""

    code = "policy_signature_wrong"


class TrailMalformed(DoesNotHold):
    """A trail cannot be read at all. Facts: field."""

    code = "trail_malformed"


class TrailAltered(DoesNotHold):
    """An entry of the trail is not what was written there, or is gone. Facts: sequence."""

    code = "trail_altered"


class KeyLogMalformed(DoesNotHold):
    """What was typed in a session cannot be read at all. Facts: field."""

    code = "key_log_malformed"


class KeyLogAltered(DoesNotHold):
    """A record of what was typed is not what was written there, or is gone. Facts: sequence."""

    code = "key_log_altered"


class SessionNotHosted(DoesNotHold):
    """The session is not one that a peer can join, or no longer. Facts: session_id."""

    code = "session_not_hosted"


class PeerPresent(DoesNotHold):
    """A peer is connected, so that nobody else can be invited. Facts: session_id."""

    code = "peer_present"
    is_retryable = True


class DoorLocked(DoesNotHold):
    """Too many wrong codes: not even a new one opens the door for so long. Facts: seconds."""

    code = "door_locked"
    is_retryable = True


class PeerUnusual(DoesNotHold):
    """A peer behaves unlike a person at a desktop; what follows is what the policy says. Facts: kind, response."""

    code = "peer_unusual"


class SessionLimitMet(DoesNotHold):
    """A hosted session met a limit of its policy and ends. Facts: limit, minutes."""

    code = "session_limit_met"


class PolicyVoided(DoesNotHold):
    """What is enforced is not the policy that was signed and anchored; the session is void. Facts: session_id."""

    code = "policy_voided"


class SeatNeeded(MissingFailure):
    """Only a touch on the appliance's own screen can allow this."""

    code = "seat_needed"


class SessionNotJoined(DoesNotHold):
    """The session is not one that is joined from here, or no longer. Facts: session_id."""

    code = "session_not_joined"
