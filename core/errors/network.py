"""Failures of the network: Tor, bridges, onion services, access from afar, and peers."""

from __future__ import annotations

from core.errors.roots import DoesNotHold, MissingFailure, UsageFailure


class AddressRefused(UsageFailure):
    """An address is neither an onion service nor this machine. Facts: address, reason."""

    code = "address_refused"


class NetworkOffline(MissingFailure):
    """The appliance works offline: it reaches nobody, and nobody reaches it."""

    code = "network_offline"


class NetworkInUse(DoesNotHold):
    """A session is reached by the network just now. Facts: session_id."""

    code = "network_in_use"


class TorNotReady(MissingFailure):
    """Tor is not connected yet, or not any more. Facts: phase, percent."""

    code = "tor_not_ready"
    is_retryable = True


class TorRefused(MissingFailure):
    """Tor does not take its configuration, or a command. Facts: reason."""

    code = "tor_refused"


class TorLost(MissingFailure):
    """Our tor ended, or answers no more; it is started again by itself. Facts: reason."""

    code = "tor_lost"
    is_retryable = True


class TorStuck(MissingFailure):
    """Tor gets no further. Facts: tag, percent, reason."""

    code = "tor_stuck"
    is_retryable = True


class BridgesStuck(MissingFailure):
    """Tor gets no further by the bridges that it uses. Facts: tag, percent, reason."""

    code = "bridges_stuck"
    is_retryable = True


class ClockWrong(MissingFailure):
    """The machine's clock is further off than Tor takes. Facts: minutes, direction."""

    code = "clock_wrong"
    is_retryable = True


class TorEnding(MissingFailure):
    """Support of the Tor that runs here ends soon, or has ended. Facts: version, day."""

    code = "tor_ending"


class BridgeMalformed(UsageFailure):
    """A bridge line cannot be read. Facts: line, reason."""

    code = "bridge_malformed"


class BridgesUnreadable(DoesNotHold):
    """Bridges that were kept cannot be read; tor is not started without them. Facts: reason."""

    code = "bridges_unreadable"


class ClientKeyNeeded(DoesNotHold):
    """An onion service does not open without a client key, or not with this one. Facts: address."""

    code = "client_key_needed"


class PublishFailed(MissingFailure):
    """An onion service could not be published. Facts: address, reason."""

    code = "publish_failed"
    is_retryable = True


class RotationRunning(DoesNotHold):
    """The onion keys are being rotated already. Facts: address."""

    code = "rotation_running"


class RotationMissing(DoesNotHold):
    """No rotation of the onion keys is under way."""

    code = "rotation_missing"


class StatementMalformed(DoesNotHold):
    """A statement about a move says something that may not be there. Facts: field."""

    code = "statement_malformed"


class StatementWrong(DoesNotHold):
    """A statement about a move was not signed by the old address, or not by the device. Facts: signer."""

    code = "statement_wrong"


class AccessUnknown(DoesNotHold):
    """There is no such access. Facts: access_id."""

    code = "access_unknown"


class CallsAltered(DoesNotHold):
    """The log of calls is not as it was written. Facts: sequence."""

    code = "calls_altered"


class PairingMalformed(UsageFailure):
    """No line of another appliance that lets one read. Facts: reason."""

    code = "pairing_malformed"


class PeerUnknown(DoesNotHold):
    """There is no such peer. Facts: peer_id."""

    code = "peer_unknown"


class PeerUnreachable(MissingFailure):
    """A peer does not answer, or its address does not open to this appliance. Facts: name, reason."""

    code = "peer_unreachable"
    is_retryable = True


class PeerRefused(DoesNotHold):
    """A peer answers, and not with what was asked for. Facts: name, reason."""

    code = "peer_refused"


class PeerSessionRunning(DoesNotHold):
    """A peer's session has not ended, so that there is no proof of it yet. Facts: name, session_id."""

    code = "peer_session_running"
    is_retryable = True


class PeerUnproven(DoesNotHold):
    """Whoever answers at a peer's address does not prove to be its device. Facts: name."""

    code = "peer_unproven"


class PeerElsewhere(DoesNotHold):
    """A line names a peer that is known at another address, and no statement leads from there. Facts: name."""

    code = "peer_elsewhere"


class CameraMissing(MissingFailure):
    """There is no camera, or it gives no picture. Facts: reason."""

    code = "camera_missing"
    is_retryable = True


class PictureUnreadable(DoesNotHold):
    """There is no QR code in what the camera saw. Facts: reason."""

    code = "picture_unreadable"
    is_retryable = True


class RecordAltered(DoesNotHold):
    """A sealed record in the store does not open. Facts: kind."""

    code = "record_altered"
