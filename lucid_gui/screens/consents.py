"""What somebody agreed to before coming in, from the trail's entry and the signed receipt in it.

Whether the signatures hold is the record's check to say (``VerifySession``); here the receipt is only shown.
"""

from __future__ import annotations

import json
from typing import Any

from core.api.hosting import AuditEntry
from lucid_gui.screens.wording import time_text, utc_text
from lucid_gui.text.peers import peer_name, peer_text
from lucid_gui.text.words import tr

_NS_IN_MS = 1_000_000
_LONGEST_TEXT = 400
_LATEST_NS = (1 << 63) - 1


def how_text(entry: AuditEntry) -> str:
    """Say how somebody agreed; what is not known is said as it is."""
    means = _text(_part(_document(entry.consent), "receipt"), "means")
    if not means and not _is_hash(entry.reason):
        means = entry.reason
    return _means().get(means, peer_text(means))


def agreed_text(entry: AuditEntry) -> str:
    """Say in a sentence when somebody agreed, and how."""
    text = tr("Agreed to the terms at %1").replace("%1", time_text(entry.utc_ms))
    how = how_text(entry)
    return f"{text}: {how}." if how else f"{text}."


def receipt_facts(entry: AuditEntry) -> list[dict[str, Any]]:
    """Give what an entry's receipt holds as rows of a fact list, hashes last; none for what is no receipt."""
    document = _document(entry.consent)
    terms, receipt = _part(document, "terms"), _part(document, "receipt")
    party = _part(receipt, "party")
    plain = (
        (tr("Who"), peer_name(_text(party, "name"), tr("gave no name")) if party else ""),
        (tr("Known by"), _kinds().get(_text(party, "kind"), "")),
        (tr("As"), _roles().get(_text(receipt, "role"), "")),
        (tr("Agreed on"), _moment_text(_text(receipt, "accepted_utc_ns"))),
        (tr("How"), _means().get(_text(receipt, "means"), "")),
    )
    hashes = (
        (tr("Hash of the receipt"), entry.reason if _part(receipt, "party") else ""),
        (tr("Its device"), _text(party, "device")),
        (tr("Hash of the terms"), _text(receipt, "terms_hash")),
        (tr("Hosted session"), _text(receipt, "session_id").replace("-", "")),
        (tr("Device that hosted"), _text(receipt, "device")),
        (tr("Hash of the rules"), _text(terms, "policy_hash")),
        (tr("Its signature"), _text(document, "signature")),
        (tr("Signature of the device that hosted"), _text(document, "witness")),
    )
    return [
        *({"title": title, "value": value, "isHash": False} for title, value in plain if value),
        *(
            {"title": title, "value": value, "isHash": True}
            for title, value in hashes
            if _is_hash(value)
        ),
    ]


def receipt_text(consent: str) -> str:
    """Give the sentences that were accepted, one a line; empty where the receipt holds none."""
    lines = _text(_part(_document(consent), "terms"), "text").splitlines()
    return "\n".join(peer_text(line, _LONGEST_TEXT) for line in lines)


def _document(consent: str) -> dict[str, Any]:
    """Read what a trail holds; a record that came from elsewhere may hold anything."""
    try:
        document = json.loads(consent) if consent else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    return part if isinstance(part, dict) else {}


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _is_hash(value: str) -> bool:
    return bool(value) and not set(value) - set("0123456789abcdef")


def _moment_text(utc_ns: str) -> str:
    """Write a moment given in nanoseconds, as decimal digits."""
    is_number = utc_ns.isascii() and utc_ns.isdigit() and len(utc_ns) <= len(str(_LATEST_NS))
    return utc_text(int(utc_ns) // _NS_IN_MS) if is_number else ""


def _means() -> dict[str, str]:
    return {
        "signed": tr("signed by its device"),
        "typed_code": tr("typed the code"),
        "pressed_enter": tr("pressed Enter"),
    }


def _kinds() -> dict[str, str]:
    return {
        "device": tr("the key of its appliance"),
        "door": tr("the code alone: its program has no key"),
    }


def _roles() -> dict[str, str]:
    return {"peer": tr("a peer"), "observer": tr("somebody who may only watch")}
