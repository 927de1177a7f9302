"""Every error that Lucid raises on purpose, in one tree.

    LucidError
    ├── Cancelled                    the person cancelled; nothing is said
    ├── Bug                          a promise inside the program was broken
    └── Failure                      tell the person; each has a code and facts
        ├── UsageFailure             asked for wrongly                        (exit 2)
        ├── MissingFailure           something is missing on this machine     (exit 3)
        │   ├── MissingProgram, DisplayUnavailable, EncoderUnavailable
        │   ├── DataDirectoryUnwritable, DataDirectoryBusy, StorageFull, StorageTooLow
        │   ├── VaultMissing, VaultLocked, WrongPassphrase, KeyStoreUnavailable
        │   ├── ChainUnreachable, SelfTestFailed, MemoryTooLow, RemoteHost…
        │   └── RecorderFailed, RecordingGap, SpaceLow, SpaceClosing
        └── DoesNotHold              what was checked is not as it should be  (exit 1)
            ├── VaultCorrupt, VaultVersionUnsupported, StoreCorrupt, StoreNewer
            ├── Chunk…, Journal…     naming the chunk
            ├── Manifest…, Bundle…   naming the field or section
            ├── Policy…, Trail…      naming the field or entry
            ├── Proof…, Anchor…      naming the claim
            └── Session…, Peer…, Door…   not in a state that allows it

A class's ``code`` is stable: front ends, logs and other programs rely on it. The sentence for each
code, with the next step, is in ``core.api.text``; a test proves that every code has one.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """How a command line that ended this way exits."""

    FINE = 0
    DOES_NOT_HOLD = 1
    USAGE = 2
    MISSING = 3


class LucidError(Exception):
    """The root of the tree."""


class Cancelled(LucidError):
    """The person cancelled; front ends stay silent."""


class Bug(LucidError):
    """A promise inside the program was broken; it is logged whole and shown as such."""


class Failure(LucidError):
    """Something a person must be told.

    ``facts`` fill the sentence of the code; they never hold a key, a passphrase or a frame.
    """

    code: ClassVar[str] = "failure"
    is_retryable: ClassVar[bool] = False
    exit_code: ClassVar[ExitCode] = ExitCode.DOES_NOT_HOLD

    def __init__(self, **facts: str | int | float) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class UsageFailure(Failure):
    """Asked for wrongly. Facts: reason."""

    code = "usage"
    exit_code = ExitCode.USAGE


class PassphraseTooShort(UsageFailure):
    """A new passphrase is shorter than the minimum. Facts: minimum."""

    code = "passphrase_too_short"


class SettingOutOfBounds(UsageFailure):
    """A setting has no such value. Facts: name, value, reason."""

    code = "setting_out_of_bounds"


# --- missing on this machine ------------------------------------------------------------------


class MissingFailure(Failure):
    """Something is missing on this machine."""

    code = "missing"
    exit_code = ExitCode.MISSING


class MissingProgram(MissingFailure):
    """A program that is needed is not installed. Facts: program, package."""

    code = "missing_program"


class DisplayUnavailable(MissingFailure):
    """The display to record cannot be opened. Facts: display."""

    code = "display_unavailable"


class EncoderUnavailable(MissingFailure):
    """No H.264 encoder works here. Facts: tried."""

    code = "encoder_unavailable"


class RecorderFailed(MissingFailure):
    """The recorder kept dying and was given up. Facts: attempts, reason."""

    code = "recorder_failed"
    is_retryable = True


class RecordingGap(MissingFailure):
    """Pictures were missing for a while; the recording goes on. Facts: reason, seconds."""

    code = "recording_gap"
    is_retryable = True


class RemoteHostFailed(MissingFailure):
    """A program that a hosted session needs did not come up, or ended. Facts: program, reason."""

    code = "remote_host_failed"
    is_retryable = True


class RemoteHostUnsupported(MissingFailure):
    """A program of a hosted session has a version that the gate does not know. Facts: program, found, known."""

    code = "remote_host_unsupported"


class SpaceLow(MissingFailure):
    """Little space is free; recording goes on. Facts: free_percent."""

    code = "space_low"


class SpaceClosing(MissingFailure):
    """So little space is free that the running session was ended. Facts: free_percent."""

    code = "space_closing"


class DataDirectoryUnwritable(MissingFailure):
    """The data directory cannot be made or written. Facts: path, reason."""

    code = "data_directory_unwritable"


class DataDirectoryBusy(MissingFailure):
    """Another engine works on this data directory. Facts: path, pid."""

    code = "data_directory_busy"
    is_retryable = True


class StorageFull(MissingFailure):
    """A write did not fit. Facts: path."""

    code = "storage_full"
    is_retryable = True


class StorageTooLow(MissingFailure):
    """Too little space is free to start a session. Facts: free_percent, needed_percent."""

    code = "storage_too_low"
    is_retryable = True


class VaultMissing(MissingFailure):
    """There is no vault yet. Facts: path."""

    code = "vault_missing"


class VaultExists(UsageFailure):
    """A vault is there already. Facts: path."""

    code = "vault_exists"


class VaultLocked(MissingFailure):
    """The vault must be unlocked first."""

    code = "vault_locked"


class WrongPassphrase(MissingFailure):
    """The passphrase does not open the vault."""

    code = "wrong_passphrase"
    is_retryable = True


class KeyStoreUnavailable(MissingFailure):
    """The system has no key store that is fit for keys. Facts: reason."""

    code = "key_store_unavailable"


class ChainUnreachable(MissingFailure):
    """The chain does not answer. Facts: reason."""

    code = "chain_unreachable"
    is_retryable = True


class MemoryTooLow(MissingFailure):
    """The machine cannot give the memory that opening the vault takes. Facts: needed_mib."""

    code = "memory_too_low"
    is_retryable = True


class SelfTestFailed(MissingFailure):
    """A test vector does not come out right on this machine. Facts: test."""

    code = "self_test_failed"


# --- does not hold ----------------------------------------------------------------------------


class DoesNotHold(Failure):
    """What was checked is not as it should be."""

    code = "does_not_hold"


class VaultCorrupt(DoesNotHold):
    """The vault file is damaged. Facts: reason."""

    code = "vault_corrupt"


class VaultVersionUnsupported(DoesNotHold):
    """The vault was written by a newer version. Facts: found, known."""

    code = "vault_version_unsupported"


class StoreCorrupt(DoesNotHold):
    """The metadata store is damaged. Facts: reason."""

    code = "store_corrupt"


class StoreNewer(DoesNotHold):
    """The metadata store was written by a newer version. Facts: found, known."""

    code = "store_newer"


class ChunkMissing(DoesNotHold):
    """A chunk file is not there. Facts: index."""

    code = "chunk_missing"


class ChunkTruncated(DoesNotHold):
    """A chunk is shorter or longer than its header and manifest say. Facts: index, expected, found."""

    code = "chunk_truncated"


class ChunkMisplaced(DoesNotHold):
    """A chunk of another position or session lies here. Facts: index, found_index, found_session."""

    code = "chunk_misplaced"


class ChunkAltered(DoesNotHold):
    """A chunk's bytes are not those that were sealed. Facts: index."""

    code = "chunk_altered"


class ChunkMalformed(DoesNotHold):
    """A chunk's header or payload cannot be read. Facts: index, field."""

    code = "chunk_malformed"


class ChunkVersionUnsupported(DoesNotHold):
    """A chunk was written by a newer version. Facts: index, found, known."""

    code = "chunk_version_unsupported"


class ChunkUnreadable(DoesNotHold):
    """The medium does not give a chunk back. Facts: index, reason."""

    code = "chunk_unreadable"


class JournalDamaged(DoesNotHold):
    """A journal was read up to a damaged place; what precedes it was sealed. Facts: index, kept_bytes, lost_bytes."""

    code = "journal_damaged"


class JournalCorrupt(DoesNotHold):
    """A journal cannot be read at all. Facts: index, field."""

    code = "journal_corrupt"


class KeyUnavailable(DoesNotHold):
    """No key for this chunk or session is at hand. Facts: what."""

    code = "key_unavailable"


class ChunkKeyWrong(DoesNotHold):
    """A disclosed key does not open the chunk it is for. Facts: index."""

    code = "chunk_key_wrong"


class ManifestMalformed(DoesNotHold):
    """A manifest breaks its schema. Facts: field."""

    code = "manifest_malformed"


class ManifestVersionUnsupported(DoesNotHold):
    """A manifest was written by a newer version. Facts: found, known."""

    code = "manifest_version_unsupported"


class ManifestSignatureWrong(DoesNotHold):
    """A signature does not fit the manifest. Facts: signer."""

    code = "manifest_signature_wrong"


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


class BundleMalformed(DoesNotHold):
    """A bundle's structure cannot be read. Facts: section, reason."""

    code = "bundle_malformed"


class BundleVersionUnsupported(DoesNotHold):
    """A bundle was written by a newer version. Facts: found, known."""

    code = "bundle_version_unsupported"


class BundleAltered(DoesNotHold):
    """A section of the bundle is not what was written. Facts: section."""

    code = "bundle_altered"


class ProofWrong(DoesNotHold):
    """A proof does not lead to the root it claims. Facts: claim."""

    code = "proof_wrong"


class AnchorMissing(DoesNotHold):
    """The session is not anchored (yet). Facts: session_id."""

    code = "anchor_missing"
    is_retryable = True


class AnchorMismatch(DoesNotHold):
    """The chain says something else than the manifest. Facts: field."""

    code = "anchor_mismatch"


class ChainRejected(DoesNotHold):
    """The chain refused a transaction for good. Facts: reason."""

    code = "chain_rejected"


class NonceUsed(ChainRejected):
    """Another transaction of the same key has this nonce. Facts: reason."""

    code = "nonce_used"
    is_retryable = True


class OpeningMalformed(DoesNotHold):
    """The file that opens a session cannot be read. Facts: field."""

    code = "opening_malformed"


class SessionUnknown(DoesNotHold):
    """There is no such session. Facts: session_id."""

    code = "session_unknown"


class SessionIdUsed(DoesNotHold):
    """A session ID may be used once, for ever. Facts: session_id."""

    code = "session_id_used"


class SessionBusy(DoesNotHold):
    """A session is running already. Facts: session_id."""

    code = "session_busy"


class SessionNotHosted(DoesNotHold):
    """The session is not one that a peer can join, or no longer. Facts: session_id."""

    code = "session_not_hosted"


class PeerPresent(DoesNotHold):
    """A peer is connected, so that nobody else can be invited. Facts: session_id."""

    code = "peer_present"
    is_retryable = True


class DoorLocked(DoesNotHold):
    """Too many wrong codes: nobody can come in for a while. Facts: seconds."""

    code = "door_locked"
    is_retryable = True


class SessionNotFinished(DoesNotHold):
    """The session is not sealed yet. Facts: session_id, state."""

    code = "session_not_finished"


class SessionEmpty(DoesNotHold):
    """The session holds no video. Facts: session_id."""

    code = "session_empty"


class BundleMissing(MissingFailure):
    """The bundle to be checked cannot be opened. Facts: path, reason."""

    code = "bundle_missing"


class DestinationUnwritable(MissingFailure):
    """A file to be written for the person cannot be written. Facts: path, reason."""

    code = "destination_unwritable"


def every_failure() -> list[type[Failure]]:
    """List every class of the tree below Failure that has a code of its own."""
    found: list[type[Failure]] = []
    waiting: list[type[Failure]] = [Failure]
    while waiting:
        current = waiting.pop()
        if "code" in vars(current):
            found.append(current)
        waiting.extend(current.__subclasses__())
    return found
