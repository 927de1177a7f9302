"""Failures because what was checked, or is to be used, is not as it should be."""

from __future__ import annotations

from core.errors.roots import DoesNotHold


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


class SessionVoid(DoesNotHold):
    """Somebody showed on the chain that the session's ID was used twice. Facts: session_id."""

    code = "session_void"


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


class SessionNotFinished(DoesNotHold):
    """The session is not sealed yet. Facts: session_id, state."""

    code = "session_not_finished"


class SessionEmpty(DoesNotHold):
    """The session holds no video. Facts: session_id."""

    code = "session_empty"
