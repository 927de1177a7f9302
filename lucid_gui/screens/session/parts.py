"""What a session is made of, as rows: facts, manifest, chunks, anchors, gaps."""

from __future__ import annotations

import json
from typing import Any

from core.api.snapshots import (
    Anchor,
    AnchorKind,
    AnchorState,
    ChunkRow,
    SessionDetail,
    SessionState,
    SessionSummary,
)
from lucid_gui.screens.wording import (
    clock_text,
    duration_text,
    end_reason_text,
    exact_text,
    fine_size_text,
    gap_text,
    gaps_text,
    source_text,
    utc_text,
)
from lucid_gui.text.amounts import grouped, size_text
from lucid_gui.text.words import tr

_MS = 1000


def fact(title: str, value: str, *, is_hash: bool = False) -> dict[str, Any]:
    """Make a row of a fact list; a hash is shown in groups and never cut."""
    return {"title": title, "value": value, "isHash": is_hash}


def summary_facts(summary: SessionSummary) -> list[dict[str, Any]]:
    """Give the few facts that stand on a session's first page."""
    facts = [
        fact(tr("Recorded from"), source_text(summary.source)),
        fact(tr("Length"), duration_text(summary.duration_s)),
        fact(tr("Size"), _sizes(summary)),
        fact(tr("Sealed chunks"), grouped(summary.chunks)),
        fact(tr("Without pictures"), gaps_text(summary.gaps) if summary.gaps else tr("never")),
    ]
    if summary.ended_utc_ms is not None:
        facts.append(fact(tr("How it ended"), end_reason_text(summary.end_reason)))
    return facts


def _sizes(summary: SessionSummary) -> str:
    if not summary.stored_bytes:
        return size_text(summary.plain_bytes)
    text = tr("%1, sealed %2")
    return text.replace("%1", size_text(summary.plain_bytes)).replace(
        "%2", size_text(summary.stored_bytes)
    )


def manifest_facts(detail: SessionDetail) -> list[dict[str, Any]]:
    """Give the manifest's fields in a person's words, hashes last."""
    summary, document = detail.summary, _document(detail.manifest_json)
    facts = [
        fact(tr("Session"), summary.session_id, is_hash=True),
        fact(
            tr("Started"),
            f"{exact_text(summary.started_utc_ms)} ({utc_text(summary.started_utc_ms)})",
        ),
    ]
    if summary.ended_utc_ms is not None:
        ended = f"{exact_text(summary.ended_utc_ms)} ({utc_text(summary.ended_utc_ms)})"
        facts.append(fact(tr("Ended"), ended))
    facts += summary_facts(summary)
    if detail.encoder:
        facts.append(fact(tr("Encoder"), detail.encoder))
    facts += _picture(document)
    facts += [
        fact(title, value, is_hash=True) for title, value in _hashes(detail, document) if value
    ]
    return facts


def _picture(document: dict[str, Any]) -> list[dict[str, Any]]:
    facts = []
    if "width" in document and "height" in document:
        size = f"{document['width']} × {document['height']}"
        if "fps" in document:
            size = tr("%1, %2 a second").replace("%1", size).replace("%2", str(document["fps"]))
        facts.append(fact(tr("Pictures"), size))
    if "software_version" in document:
        facts.append(fact(tr("Written by"), f"Lucid {document['software_version']}"))
    return facts


def _hashes(detail: SessionDetail, document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (tr("Merkle root"), detail.summary.merkle_root or ""),
        (tr("Manifest hash"), detail.manifest_hash or ""),
        (tr("Policy hash"), detail.policy_hash),
        (tr("This appliance's key"), detail.device_fingerprint),
        (tr("The session's own key"), str(document.get("ephemeral_public_key", ""))),
    ]


def manifest_lines(manifest_json: str | None) -> list[str]:
    """Give the manifest as indented lines; a manifest that cannot be read is one line as it is."""
    if not manifest_json:
        return []
    try:
        parsed = json.loads(manifest_json)
    except ValueError:
        return [manifest_json]
    return json.dumps(parsed, indent=2, ensure_ascii=False).splitlines()


def has_recorded_keys(detail: SessionDetail) -> bool:
    """Tell whether the sealed record holds what was typed."""
    return "keys" in _document(detail.manifest_json)


def _document(manifest_json: str | None) -> dict[str, Any]:
    try:
        parsed = json.loads(manifest_json or "{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def chunk_rows(rows: tuple[ChunkRow, ...]) -> list[dict[str, Any]]:
    """Give the chunk table's rows."""
    return [
        {
            "number": grouped(row.index),
            "range": f"{clock_text(row.from_s)} – {clock_text(row.until_s)}",
            "size": fine_size_text(row.plain_bytes),
            "stored": fine_size_text(row.stored_bytes),
            "isCompressed": row.is_compressed,
            "leaf": row.leaf,
        }
        for row in rows
    ]


def gap_rows(detail: SessionDetail) -> list[dict[str, Any]]:
    """Give the gaps as the time line marks them."""
    return [
        {
            "from": gap.from_s,
            "until": gap.until_s,
            "text": gap_text(gap),
            "at": clock_text(gap.from_s),
        }
        for gap in detail.gap_rows
    ]


def anchor_rows(anchors: tuple[Anchor, ...]) -> list[dict[str, Any]]:
    """Give the transactions about a session, in the order they were made."""
    return [_anchor(each) for each in anchors]


def _anchor(anchor: Anchor) -> dict[str, Any]:
    kinds = {
        AnchorKind.CONTRACTS: tr("Contracts put on the chain"),
        AnchorKind.OPENED: tr("Session opened"),
        AnchorKind.PROGRESS: tr("Progress kept"),
        AnchorKind.SEALED: tr("Session sealed"),
    }
    states = {
        AnchorState.WAITING: tr("Waiting"),
        AnchorState.SUBMITTED: tr("Submitted"),
        AnchorState.CONFIRMED: tr("Confirmed"),
        AnchorState.REJECTED: tr("Refused"),
    }
    block = ""
    if anchor.block_number is not None:
        block = tr("Block %1").replace("%1", grouped(anchor.block_number))
    when = anchor.block_time_utc_s
    return {
        "kind": kinds[anchor.kind],
        "state": anchor.state.value,
        "stateText": states[anchor.state],
        "transaction": anchor.transaction or "",
        "block": block,
        "blockHash": anchor.block_hash or "",
        "time": exact_text(when * _MS) if when is not None else "",
        "reason": anchor.reason or "",
    }


def statement_of(summary: SessionSummary) -> tuple[str, str]:
    """Say in a sentence how a stored session stands, and what that means."""
    return {
        SessionState.OPENING: (tr("It is being opened"), tr("The recorder starts.")),
        SessionState.RECORDING: (tr("It is recording now"), tr("Open it live to see or end it.")),
        SessionState.INTERRUPTED: (
            tr("It was interrupted"),
            tr("The appliance stopped. What was recorded is sealed as soon as the vault is open."),
        ),
        SessionState.SEALING: (
            tr("It is being sealed"),
            tr("It can be checked and played as soon as its manifest is signed."),
        ),
        SessionState.ANCHORING: (
            tr("Sealed, not anchored yet"),
            tr("The chain has not confirmed it. This goes on by itself."),
        ),
        SessionState.ANCHORED: (tr("Sealed and anchored"), ""),
        SessionState.FAILED: (
            tr("Nothing was recorded"),
            tr("The recorder never delivered a picture."),
        ),
    }[summary.state]
