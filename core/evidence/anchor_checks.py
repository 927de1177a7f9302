"""Checks of what the chain says about the session, and of what the chain's word rests on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from core.errors import AnchorMismatch, AnchorMissing, ManifestMalformed, ProofWrong, SessionVoid
from core.evidence.anchor_proof import AnchorProof, BlockHeader, read_header
from core.evidence.anchors import covered_by
from core.evidence.case import Anchored, Case
from core.evidence.checklist import NotChecked
from core.evidence.events import ProgressAnchored, SessionOpened, SessionSealed
from core.evidence.manifest import Manifest
from core.evidence.wording import counted
from core.sealing.merkle import prefix_root

LiveHeader = Callable[[int], bytes]
"""Gives the hash of the block with a number, as a node or chain knows it now."""

IsVoid = Callable[[bytes, bytes, bytes, UUID], bool]
"""Tells whether a contract for batches says that a session is void as an account opened it in the batch of a root."""

TOLERANCE_S = 120
LATEST_S = 3600
# A hardware clock that is kept in local time is wrong by up to 14 hours until it is set.
LARGEST_SETTING_BACK_S = 14 * 3600
_MS = 1000
_NS = 1_000_000_000


class RootOfTrust(Enum):
    """What the block headers rest on."""

    CHECKPOINT = "checkpoint"
    LIVE_NODE = "live_node"
    OWN_CHAIN = "own_chain"  # that the appliance makes by itself
    NETWORK_CHAIN = "network_chain"  # that it shares with others, as its own node tells it
    NOTHING_YET = "nothing_yet"


def opened_anchor(case: Case) -> str:
    """The opening was logged in a block."""
    opened = case.opened.read()
    return (
        f"The opening is in block {_place(opened)}, by account {_address(opened.event.owner)}"
        f"{_in_batch(opened, case)}."
    )


def sealed_anchor(case: Case) -> str:
    """The seal was logged in a block, for this manifest, this root, this count and by the opener."""
    manifest, sealed = case.manifest.value, case.sealed.read()
    event = sealed.event
    _equal("manifest_hash", event.manifest_hash, case.signed.value.manifest_hash)
    _equal("merkle_root", event.merkle_root, manifest.merkle_root)
    _equal("chunk_count", event.chunk_count, manifest.chunk_count)
    opened = _optional_opened(case)
    if opened is not None:
        _equal("owner", event.owner, opened.event.owner)
        _equal("contract", sealed.receipt.proof.contract, opened.receipt.proof.contract)
        _equal("chain_id", sealed.receipt.proof.chain_id, opened.receipt.proof.chain_id)
    return (
        f"The seal is in block {_place(sealed)}{_in_batch(sealed, case)}: manifest hash, Merkle root and "
        f"{counted(event.chunk_count, 'chunk')} are those of the manifest."
    )


def progress_anchors(case: Case) -> str:
    """Each root anchored on the way is that of the manifest's first chunks; the seal's last is there."""
    manifest, found = case.manifest.value, case.progress()
    opened = _optional_opened(case)
    for anchored in found:
        _check_progress(anchored, manifest.leaves)
        if opened is not None:
            _equal("owner", anchored.event.owner, opened.event.owner)
            _equal("contract", anchored.receipt.proof.contract, opened.receipt.proof.contract)
    largest = max((anchored.event.chunk_count for anchored in found), default=0)
    if case.anchors.value.sealed is not None:
        _check_last_progress(largest, case.sealed.value.event.progress_count)
    elif not found:
        raise NotChecked(
            "nothing anchors the seal yet, and only the seal says what was anchored on the way"
        )
    if not found:
        return "Nothing was anchored on the way, as the seal says."
    return (
        f"What was anchored on the way fits the manifest: {counted(len(found), 'root')}, "
        f"the last over {counted(largest, 'chunk')}."
    )


def anchored_time(case: Case) -> str:
    """The blocks' times fit one another and the times of the manifest."""
    manifest = case.manifest.value
    _check_own_times(manifest)
    opened, sealed = case.opened.value.receipt.header, case.sealed.value.receipt.header
    if sealed.number < opened.number or sealed.time_utc_s < opened.time_utc_s:
        raise AnchorMismatch(field="block order")
    after_start = opened.time_utc_s - manifest.started_utc_ms / _MS
    after_end = sealed.time_utc_s - manifest.ended_utc_ms / _MS
    if min(after_start, after_end) < -TOLERANCE_S:
        raise AnchorMismatch(field="block time")
    _check_prompt(after_start, opened, "existed", "start")
    _check_prompt(after_end, sealed, "was sealed", "end")
    return (
        f"The opening's block is {after_start:+.0f} s from the start, the seal's {after_end:+.0f} s "
        f"from the end, {sealed.time_utc_s - opened.time_utc_s} s apart."
    )


def single_use(case: Case, is_void: IsVoid | None) -> str:
    """Nobody has shown a second use of the ID of a session that went with others.

    A session that went by itself needs no such check: the contract refuses a second use of its ID.
    """
    opened = case.opened.value
    if is_void is None:
        raise NotChecked("no node was given, and only a node says whether a second use was shown")
    session_id = case.manifest.value.session_id
    root = opened.receipt.batch(session_id).root
    if is_void(opened.receipt.proof.contract, opened.event.owner, root, session_id):
        raise SessionVoid(session_id=str(session_id))
    return "Nobody has shown a second use of the session's ID."


def header_trust(
    case: Case, live_header: LiveHeader | None, live: RootOfTrust
) -> tuple[RootOfTrust, str]:
    """Say what the blocks' headers rest on: a checkpoint, a node, or nothing yet.

    What the one who verifies gave has to be reached: with a checkpoint, a node or a contract from
    elsewhere, a missing anchor of the opening or the seal is a failure.
    """
    pins, anchors = case.pins, case.anchors.value
    asks_node = live_header is not None and live is RootOfTrust.LIVE_NODE
    is_pinned = asks_node or not (pins.checkpoint is None and pins.contract is None)
    if is_pinned and (anchors.opened is None or anchors.sealed is None):
        raise AnchorMissing(session_id=str(case.manifest.value.session_id))
    headers = {name: read_header(proof.header_rlp) for name, proof in anchors.proofs()}
    if not headers:
        raise NotChecked(
            "no anchor is there, so nothing outside the appliance confirms this session yet"
        )
    if pins.checkpoint is None and live_header is None:
        raise NotChecked(
            "no checkpoint and no node was given, so the blocks themselves rest on nothing yet"
        )
    said: list[str] = []
    if live_header is not None:
        said.append(_check_live(headers, live_header))
    if pins.checkpoint is not None:
        said.append(_check_covered(case, headers, pins.checkpoint))
        return RootOfTrust.CHECKPOINT, " ".join(said)
    return live, " ".join(said)


def anchor_rests_on(case: Case, proof: AnchorProof | None) -> str:
    """Say what an anchor rests on, beside its block's header."""
    if proof is None:
        return "nothing yet"
    known = "that was given" if case.pins.contract is not None else "that the evidence names"
    name = "LucidAnchors" if proof.batch is None else "LucidBatches"
    rests_on = (
        f"the block's header (see header_trust), and contract {_address(proof.contract)}, {known}, "
        f"being {name} on chain {proof.chain_id}"
    )
    if proof.batch is not None:
        rests_on += ", and the ID being used once: see single_use"
    return rests_on


def _check_live(headers: dict[str, BlockHeader], live_header: LiveHeader) -> str:
    for header in headers.values():
        _equal(f"hash of block {header.number}", live_header(header.number), header.hash)
    return f"The node has the same {counted(len(headers), 'block')}."


def _check_covered(case: Case, headers: dict[str, BlockHeader], checkpoint: bytes) -> str:
    covered = covered_by(checkpoint, case.anchors.value)
    if not {header.hash for header in headers.values()} <= covered:
        raise AnchorMismatch(field="checkpoint")
    return f"The checkpoint covers each of {counted(len(headers), 'block')}."


def _check_progress(anchored: Anchored[ProgressAnchored], leaves: tuple[bytes, ...]) -> None:
    count = anchored.event.chunk_count
    if count > len(leaves):
        raise AnchorMismatch(field="chunk_count")
    _equal(f"root over {count} chunks", anchored.event.merkle_root, prefix_root(leaves, count))


def _check_last_progress(largest: int, last: int) -> None:
    """The seal names the last progress; without it, what it showed could be left out."""
    if largest > last:
        raise AnchorMismatch(field="progress_count")
    if largest < last:
        raise ProofWrong(claim=f"progress over {counted(last, 'chunk')}", reason="it is missing")


def _check_own_times(manifest: Manifest) -> None:
    """Fail on times that no setting of the clock explains.

    A clock may be set forward by any amount, and a machine may sleep; back it is set by so much.
    """
    started_s, ended_s = manifest.started_utc_ms / _MS, manifest.ended_utc_ms / _MS
    if ended_s < started_s - TOLERANCE_S:
        raise ManifestMalformed(field="ended_utc_ms")
    if started_s + manifest.duration_ns / _NS - ended_s > LARGEST_SETTING_BACK_S:
        raise ManifestMalformed(field="duration_ns")
    for chunk in manifest.chunks:
        is_early = chunk.first_utc_ns / _NS < started_s - LARGEST_SETTING_BACK_S
        is_late = chunk.last_utc_ns / _NS > ended_s + LARGEST_SETTING_BACK_S
        if chunk.plain_bytes and (is_early or is_late):
            raise ManifestMalformed(field=f"chunks[{chunk.index}] utc times")


def _check_prompt(after_s: float, header: BlockHeader, what: str, moment: str) -> None:
    """A late block is honest (there was no chain then), but shows nothing about the moment."""
    if after_s > LATEST_S:
        raise NotChecked(
            f"the chain shows only that it {what} by {_utc(header.time_utc_s)}; "
            f"the claimed {moment} is not confirmed"
        )


def _utc(time_utc_s: int) -> str:
    try:
        return f"{datetime.fromtimestamp(time_utc_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"second {time_utc_s} of 1970"


def _optional_opened(case: Case) -> Anchored[SessionOpened] | None:
    return case.opened.value if case.anchors.value.opened is not None else None


def _equal(field: str, found: object, expected: object) -> None:
    if found != expected:
        raise AnchorMismatch(field=field)


def _place(anchored: Anchored[SessionOpened] | Anchored[SessionSealed]) -> str:
    header = anchored.receipt.header
    return f"{header.number} (0x{header.hash.hex()[:16]}…)"


def _in_batch(anchored: Anchored[SessionOpened] | Anchored[SessionSealed], case: Case) -> str:
    """Say which of the account's batches holds an anchor; nothing of one that went by itself."""
    if anchored.receipt.proof.batch is None:
        return ""
    batch = anchored.receipt.batch(case.manifest.value.session_id)
    return f", in batch {batch.number} of {counted(batch.count, 'record')}"


def _address(address: bytes) -> str:
    return f"0x{address.hex()}"
