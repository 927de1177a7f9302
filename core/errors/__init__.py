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
            ├── Policy…, Trail…, KeyLog…  naming the field or entry
            ├── Proof…, Anchor…      naming the claim
            ├── Consent…, Terms…, Join…, CodeWrong, CertificateDifferent, DesktopTooLarge  between two appliances
            ├── Address…, Network…, Tor…, Bridge…, Publish…, Rotation…, Statement…, Access…, Pairing…  the network
            └── Session…, Peer…, Door…   not in a state that allows it

A class's ``code`` is stable: front ends, logs and other programs rely on it. The sentence for each
code, with the next step, is in ``core.api.text``; a test proves that every code has one.
"""

from __future__ import annotations

from core.errors.checks import (
    AnchorMismatch,
    AnchorMissing,
    BundleAltered,
    BundleMalformed,
    BundleVersionUnsupported,
    ChainRejected,
    ChunkAltered,
    ChunkKeyWrong,
    ChunkMalformed,
    ChunkMisplaced,
    ChunkMissing,
    ChunkTruncated,
    ChunkUnreadable,
    ChunkVersionUnsupported,
    JournalCorrupt,
    JournalDamaged,
    KeyUnavailable,
    ManifestMalformed,
    ManifestSignatureWrong,
    ManifestVersionUnsupported,
    NonceUsed,
    OpeningMalformed,
    ProofWrong,
    SessionBusy,
    SessionEmpty,
    SessionIdUsed,
    SessionNotFinished,
    SessionUnknown,
    StoreCorrupt,
    StoreNewer,
    VaultCorrupt,
    VaultVersionUnsupported,
)
from core.errors.consent import (
    CertificateDifferent,
    CodeWrong,
    ConsentMalformed,
    ConsentMissing,
    ConsentSignatureWrong,
    ConsentWrong,
    DesktopTooLarge,
    HostUnreachable,
    JoinRefused,
    TermsRefused,
)
from core.errors.hosting import (
    DoorLocked,
    KeyLogAltered,
    KeyLogMalformed,
    PeerPresent,
    PeerUnusual,
    PolicyMalformed,
    PolicySignatureWrong,
    PolicyVoided,
    RemoteHostFailed,
    RemoteHostUnsupported,
    SeatNeeded,
    SessionLimitMet,
    SessionNotHosted,
    SessionNotJoined,
    TrailAltered,
    TrailMalformed,
)
from core.errors.missing import (
    BundleMissing,
    ChainUnreachable,
    DataDirectoryBusy,
    DataDirectoryUnwritable,
    DestinationUnwritable,
    DisplayUnavailable,
    EncoderUnavailable,
    KeyStoreUnavailable,
    MemoryTooLow,
    MissingProgram,
    PassphraseTooShort,
    RecorderFailed,
    RecordingGap,
    SelfTestFailed,
    SettingOutOfBounds,
    SpaceClosing,
    SpaceLow,
    StorageFull,
    StorageTooLow,
    VaultExists,
    VaultLocked,
    VaultMissing,
    WrongPassphrase,
)
from core.errors.network import (
    AccessUnknown,
    AddressRefused,
    BridgeMalformed,
    CallsAltered,
    ClientKeyNeeded,
    ClockWrong,
    NetworkInUse,
    NetworkOffline,
    PairingMalformed,
    PeerRefused,
    PeerUnknown,
    PictureUnreadable,
    PublishFailed,
    RecordAltered,
    RotationMissing,
    RotationRunning,
    StatementMalformed,
    StatementWrong,
    TorEnding,
    TorLost,
    TorNotReady,
    TorRefused,
    TorStuck,
)
from core.errors.roots import (
    Bug,
    Cancelled,
    DoesNotHold,
    ExitCode,
    Failure,
    LucidError,
    MissingFailure,
    UsageFailure,
)

__all__ = [
    "AccessUnknown",
    "AddressRefused",
    "AnchorMismatch",
    "AnchorMissing",
    "BridgeMalformed",
    "Bug",
    "BundleAltered",
    "BundleMalformed",
    "BundleMissing",
    "BundleVersionUnsupported",
    "CallsAltered",
    "Cancelled",
    "CertificateDifferent",
    "ChainRejected",
    "ChainUnreachable",
    "ChunkAltered",
    "ChunkKeyWrong",
    "ChunkMalformed",
    "ChunkMisplaced",
    "ChunkMissing",
    "ChunkTruncated",
    "ChunkUnreadable",
    "ChunkVersionUnsupported",
    "ClientKeyNeeded",
    "ClockWrong",
    "CodeWrong",
    "ConsentMalformed",
    "ConsentMissing",
    "ConsentSignatureWrong",
    "ConsentWrong",
    "DataDirectoryBusy",
    "DataDirectoryUnwritable",
    "DesktopTooLarge",
    "DestinationUnwritable",
    "DisplayUnavailable",
    "DoesNotHold",
    "DoorLocked",
    "EncoderUnavailable",
    "ExitCode",
    "Failure",
    "HostUnreachable",
    "JoinRefused",
    "JournalCorrupt",
    "JournalDamaged",
    "KeyLogAltered",
    "KeyLogMalformed",
    "KeyStoreUnavailable",
    "KeyUnavailable",
    "LucidError",
    "ManifestMalformed",
    "ManifestSignatureWrong",
    "ManifestVersionUnsupported",
    "MemoryTooLow",
    "MissingFailure",
    "MissingProgram",
    "NetworkInUse",
    "NetworkOffline",
    "NonceUsed",
    "OpeningMalformed",
    "PairingMalformed",
    "PassphraseTooShort",
    "PeerPresent",
    "PeerRefused",
    "PeerUnknown",
    "PeerUnusual",
    "PictureUnreadable",
    "PolicyMalformed",
    "PolicySignatureWrong",
    "PolicyVoided",
    "ProofWrong",
    "PublishFailed",
    "RecordAltered",
    "RecorderFailed",
    "RecordingGap",
    "RemoteHostFailed",
    "RemoteHostUnsupported",
    "RotationMissing",
    "RotationRunning",
    "SeatNeeded",
    "SelfTestFailed",
    "SessionBusy",
    "SessionEmpty",
    "SessionIdUsed",
    "SessionLimitMet",
    "SessionNotFinished",
    "SessionNotHosted",
    "SessionNotJoined",
    "SessionUnknown",
    "SettingOutOfBounds",
    "SpaceClosing",
    "SpaceLow",
    "StatementMalformed",
    "StatementWrong",
    "StorageFull",
    "StorageTooLow",
    "StoreCorrupt",
    "StoreNewer",
    "TermsRefused",
    "TorEnding",
    "TorLost",
    "TorNotReady",
    "TorRefused",
    "TorStuck",
    "TrailAltered",
    "TrailMalformed",
    "UsageFailure",
    "VaultCorrupt",
    "VaultExists",
    "VaultLocked",
    "VaultMissing",
    "VaultVersionUnsupported",
    "WrongPassphrase",
    "every_failure",
]


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
