"""What each check came to, as a claim of a few words with its numbers."""

from __future__ import annotations

from core.api.snapshots import AnchorKind, Check, CheckOutcome, SessionDetail
from lucid_gui.text.amounts import grouped, size_text
from lucid_gui.text.words import tr

_ENDS = 4
_OF_CHUNKS = ("chunks", "chunk_contents")


def claim_of(check: Check, detail: SessionDetail | None) -> str:
    """Say in a few words what a check came to; empty for one that this version does not know."""
    if check.outcome is CheckOutcome.HOLDS:
        return _with_numbers(check.name, detail) or _holding().get(check.name, "")
    if check.outcome is CheckOutcome.FAILS:
        return _of_a_chunk(check) or _failing().get(check.name, "")
    is_absent = check.failure is None or check.failure.code == "anchor_missing"
    if is_absent and check.name in _waiting() and not _with_numbers(check.name, detail):
        return _waiting()[check.name]
    return _open().get(check.name, "")


def _holding() -> dict[str, str]:
    return {
        "device_signature": tr("Signature of this appliance"),
        "session_signature": tr("Signature of the session's own key"),
        "session_id": tr("Session ID, used only once"),
        "manifest_schema": tr("Manifest well formed"),
        "policy_hash": tr("Policy, never changed"),
        "policy": tr("Policy signed, or always the same"),
        "trail": tr("Trail, whole and in order"),
        "key_log": tr("What was typed, whole"),
        "merkle_root": tr("Merkle root"),
        "chunk_count": tr("Number of chunks"),
        "chunks": tr("Every chunk, as it was sealed"),
        "chunk_contents": tr("Contents open with the session's key"),
        "opened_anchor": tr("Opening anchored"),
        "sealed_anchor": tr("Seal anchored"),
        "progress_anchors": tr("Anchored on the way"),
        "anchored_time": tr("Times agree with the chain"),
        "single_use": tr("Nobody has shown a second use of its ID"),
        "header_trust": tr("Blocks known to the chain"),
    }


def _failing() -> dict[str, str]:
    return {
        "device_signature": tr("Signature is not this appliance's"),
        "session_signature": tr("Signature is not the session's"),
        "session_id": tr("Opened with another key"),
        "manifest_schema": tr("Manifest not well formed"),
        "policy_hash": tr("Policy is another one"),
        "policy": tr("Policy is not well signed"),
        "trail": tr("Trail is not as sealed"),
        "key_log": tr("What was typed is not as sealed"),
        "merkle_root": tr("Merkle root is another one"),
        "chunk_count": tr("Number of chunks is another one"),
        "chunks": tr("Chunks are not as sealed"),
        "chunk_contents": tr("Contents are not as sealed"),
        "opened_anchor": tr("Opening is not as anchored"),
        "sealed_anchor": tr("Seal is not as anchored"),
        "progress_anchors": tr("Progress is not as anchored"),
        "anchored_time": tr("Times contradict the chain"),
        "single_use": tr("Its ID was used twice"),
        "header_trust": tr("Blocks are not the chain's"),
    }


def _open() -> dict[str, str]:
    """Give the words for what could not be checked here."""
    return {
        "device_signature": tr("Signature not checked"),
        "session_signature": tr("Session's signature not checked"),
        "session_id": tr("Session ID not checked"),
        "manifest_schema": tr("Manifest not checked"),
        "policy_hash": tr("Policy not checked"),
        "policy": tr("Policy's signature not checked"),
        "trail": tr("Trail not checked"),
        "key_log": tr("What was typed: not checked"),
        "merkle_root": tr("Merkle root not checked"),
        "chunk_count": tr("Number of chunks not checked"),
        "chunks": tr("Chunks not checked"),
        "chunk_contents": tr("Contents not checked"),
        "opened_anchor": tr("Opening not checked"),
        "sealed_anchor": tr("Seal not checked"),
        "progress_anchors": tr("Progress not checked"),
        "anchored_time": tr("Times not checked"),
        "single_use": tr("Second use of its ID not checked"),
        "header_trust": tr("Blocks not checked"),
    }


def _waiting() -> dict[str, str]:
    """Give the words for what is not there (yet), and so cannot be checked anywhere."""
    return {
        "opened_anchor": tr("Opening not anchored yet"),
        "sealed_anchor": tr("Seal not anchored yet"),
        "progress_anchors": tr("Nothing to anchor on the way"),
    }


def _of_a_chunk(check: Check) -> str:
    """Name the chunk that is wrong."""
    index = check.failure.facts.get("index") if check.failure else None
    if check.name not in _OF_CHUNKS or check.failure is None or not isinstance(index, int):
        return ""
    if check.name == "chunk_contents":
        return tr("Contents of chunk %1 do not open").replace("%1", grouped(index))
    form = {
        "chunk_altered": tr("Chunk %1 was altered"),
        "chunk_missing": tr("Chunk %1 is missing"),
        "chunk_truncated": tr("Chunk %1 is cut short"),
        "chunk_misplaced": tr("Chunk %1 is another one"),
        "chunk_unreadable": tr("Chunk %1 cannot be read"),
    }.get(check.failure.code, tr("Chunk %1 is not as sealed"))
    return form.replace("%1", grouped(index))


def _with_numbers(name: str, detail: SessionDetail | None) -> str:
    if detail is None:
        return ""
    summary = detail.summary
    root = summary.merkle_root or ""
    if name == "chunks":
        number = grouped(summary.chunks)
        form = tr("%1 of %1 chunks") if summary.chunks != 1 else tr("%1 of %1 chunk")
        return f"{form.replace('%1', number)}, {size_text(summary.stored_bytes)}"
    if name == "merkle_root" and root:
        return tr("Merkle root %1").replace("%1", f"{root[:_ENDS]}…{root[-_ENDS:]}")
    if name == "sealed_anchor":
        return _in_block(tr("Anchored in block %1"), detail, AnchorKind.SEALED)
    if name == "opened_anchor":
        return _in_block(tr("Opened in block %1"), detail, AnchorKind.OPENED)
    return ""


def _in_block(form: str, detail: SessionDetail, kind: AnchorKind) -> str:
    blocks = [
        each.block_number
        for each in detail.anchors
        if each.kind is kind and each.block_number is not None
    ]
    return form.replace("%1", grouped(blocks[-1])) if blocks else ""
