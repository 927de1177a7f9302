"""Made-up terms and the receipt of whoever agreed to them, in the form that a trail holds (docs/formats/consent.md)."""

from __future__ import annotations

import json
from typing import Any

from core.api.permissions import Capability, Rule
from tests.fakes import made_up_sessions as made_up

_NS_IN_MS = 1_000_000
TEXT = """\
You see the desktop from the start, until its owner takes that back.
You can do nothing else unless the owner allows it, each thing by itself.
What the desktop shows is recorded from start to end, except what the owner hides.
When you come and go, what you try and what is allowed are written down, with the names and sizes of files.
Keys are not recorded; what typing shows on the desktop is.
The owner can take back what was allowed and end the session at any time; it ends by itself after 120 minutes.
The record is encrypted, signed, sealed and anchored on a chain. That you accept this is part of it.\
"""


def consent(
    name: str, utc_ms: int, *, means: str = "typed_code", role: str = "peer", device: str = ""
) -> str:
    """Make a consent; ``device`` is the key of whoever agreed, empty for a client without one."""
    document: dict[str, Any] = {
        "terms": {
            "format": "lucid-terms",
            "version": 1,
            "session_id": made_up.session_id(-23),
            "role": role,
            "device": made_up.hex_of("device"),
            "certificate_sha256": made_up.hex_of("certificate"),
            "policy_hash": made_up.hex_of("hosted policy"),
            "profile": "standard",
            "rules": {each.value: Rule.ASK.value for each in Capability},
            "records_keys": False,
            "text": TEXT,
        },
        "terms_signature": made_up.hex_of("terms signature") * 2,
        "receipt": {
            "format": "lucid-consent",
            "version": 1,
            "terms_hash": made_up.hex_of("terms"),
            "session_id": made_up.session_id(-23),
            "role": role,
            "device": made_up.hex_of("device"),
            "party": {"kind": "device" if device else "door", "name": name, "device": device},
            "accepted_utc_ns": str(utc_ms * _NS_IN_MS),
            "means": means,
        },
        "signature": made_up.hex_of("signature") * 2 if device else "",
        "witness": made_up.hex_of("witness") * 2,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))
