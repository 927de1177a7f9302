"""The shapes of what is sent, as JSON Schema (draft 2020-12, which OpenAPI 3.1 takes as it is)."""

from __future__ import annotations

from typing import Any, Final

from core.api.access import Scope
from core.api.snapshots import AnchorKind, AnchorState, SessionState
from core.evidence.manifest_json import MOST_CHUNKS

Schema = dict[str, Any]

MOST_AT_ONCE: Final = 100
USUAL_AT_ONCE: Final = 50
SESSION_PATTERN: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

SESSION_ID: Final[Schema] = {"type": "string", "pattern": f"^{SESSION_PATTERN}$"}
LIMIT: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "maximum": MOST_AT_ONCE,
    "default": USUAL_AT_ONCE,
}
STATE: Final[Schema] = {"type": "string", "enum": [state.value for state in SessionState]}
CHALLENGE: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
CHUNK_INDEX: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MOST_CHUNKS}


def _object(description: str, **members: Schema) -> Schema:
    """Make the schema of an object that has exactly these members."""
    return {
        "type": "object",
        "description": description,
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _hex(length: int, description: str = "") -> Schema:
    schema: Schema = {"type": "string", "pattern": f"^[0-9a-f]{{{2 * length}}}$"}
    return schema | ({"description": description} if description else {})


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list_of(schema: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": schema} | ({} if most is None else {"maxItems": most})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "integer", "description": "UTC, in milliseconds since 1970"}
_SECONDS: Schema = {"type": "number", "minimum": 0}
_CHAIN_HEX: Schema = {"type": "string", "pattern": "^0x[0-9a-f]+$"}
_LEVEL: Schema = {"type": "string", "enum": ["ok", "warn", "fail"]}

_SESSION_MEMBERS: dict[str, Schema] = {
    "session_id": SESSION_ID,
    "state": STATE,
    "started_utc_ms": _MOMENT,
    "ended_utc_ms": _or_null(_MOMENT),
    "duration_s": _SECONDS,
    "chunks": _COUNT,
    "plain_bytes": _COUNT,
    "stored_bytes": _COUNT,
    "gaps": _COUNT,
    "was_interrupted": _FLAG,
    "end_reason": _or_null(_TEXT),
    "failure": _or_null({"type": "string", "description": "the code of what is wrong with it"}),
    "merkle_root": _or_null(_hex(32)),
    "manifest_hash": _or_null(_hex(32)),
    "is_anchored": _FLAG,
}

# The text of a document whose bytes are signed: it must not be parsed and written anew before it is checked.
_EXACT: Schema = {
    "type": "string",
    "description": "canonical JSON (RFC 8785); its bytes in UTF-8 are those that were signed",
}

SCHEMAS: Final[dict[str, Schema]] = {
    "Problem": _object(
        "A failure (RFC 9457). `code` is stable, `next_step` says what to do.",
        type={"type": "string", "const": "about:blank"},
        title=_TEXT,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=_TEXT,
        code={"type": "string", "pattern": "^[a-z_]+$"},
        next_step=_TEXT,
    ),
    "Self": _object(
        "Whose token this is, and which appliance answers.",
        access_id={"type": "string", "pattern": "^[0-9a-f]{16}$"},
        name=_TEXT,
        scopes=_list_of({"type": "string", "enum": [scope.value for scope in Scope]}),
        expires_utc_ms=_MOMENT,
        device=_hex(32, "the device's Ed25519 public key"),
        device_fingerprint=_hex(
            32, "BLAKE3 of that key: what people compare, on the screen Node and in proofs"
        ),
        software_version=_TEXT,
        api_version={"type": "string", "const": "1"},
        now_utc_ms=_MOMENT,
    ),
    "Health": _object(
        "The checks, and the level of the worst.",
        level=_LEVEL,
        checks=_list_of(
            _object("One check.", name=_TEXT, level=_LEVEL, sentence=_TEXT),
        ),
    ),
    "Session": _object("A session in a list.", **_SESSION_MEMBERS),
    "Sessions": _object(
        "A page of sessions, newest first.",
        sessions=_list_of(_ref("Session"), MOST_AT_ONCE),
        next=_or_null(
            {"type": "string", "description": "the cursor of the next page; null at the end"}
        ),
    ),
    "Anchor": _object(
        "A transaction about a session.",
        kind={"type": "string", "enum": [kind.value for kind in AnchorKind]},
        state={"type": "string", "enum": [state.value for state in AnchorState]},
        transaction=_or_null(_CHAIN_HEX),
        block_number=_or_null(_COUNT),
        block_hash=_or_null(_CHAIN_HEX),
        block_time_utc_s=_or_null(_COUNT),
    ),
    "SessionFacts": _object(
        "All that is known of a session without opening it.",
        **_SESSION_MEMBERS,
        policy_hash=_hex(32),
        encoder=_or_null(_TEXT),
        width=_COUNT,
        height=_COUNT,
        frames_per_second=_COUNT,
        anchors=_list_of(_ref("Anchor")),
    ),
    "Manifest": _object(
        "A manifest and its signatures: docs/formats/manifest.md.",
        session_id=SESSION_ID,
        manifest_hash=_hex(32, "BLAKE3 of the manifest's bytes"),
        manifest=_EXACT,
        signatures=_EXACT,
    ),
    "Policy": _object(
        "The policy of a session: docs/formats/policy.md.",
        session_id=SESSION_ID,
        policy=_EXACT,
        policy_hash=_hex(32, "BLAKE3 of the policy's bytes"),
        device_signature=_or_null(_hex(64)),
    ),
    "ChunkProof": _object(
        "That a chunk belongs to a session: docs/formats/merkle-tree.md.",
        session_id=SESSION_ID,
        manifest_hash=_hex(32),
        merkle_root=_hex(32),
        count=_COUNT,
        index=_COUNT,
        stored_bytes=_COUNT,
        leaf=_hex(32),
        path=_list_of(_hex(32), 64),
    ),
    "Presence": _object(
        "That this device answers here: docs/formats/presence.md. The whole answer is canonical JSON (RFC 8785).",
        presence=_object(
            "What is signed.",
            format={"type": "string", "const": "lucid-presence"},
            version={"type": "integer", "const": 1},
            challenge=_hex(32, "as it was asked"),
            host={"type": "string", "pattern": "^[a-z2-7]{56}\\.onion$"},
            device=_hex(32, "the device's Ed25519 public key"),
            made_utc_ms=_MOMENT,
        ),
        device_signature=_hex(64),
    ),
    "Moves": _object(
        "Where this appliance has moved, oldest first: docs/formats/move.md.",
        statements=_list_of(_EXACT),
    ),
}
