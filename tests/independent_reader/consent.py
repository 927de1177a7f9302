"""Reads a consent in a trail. Written from docs/formats/consent.md."""

from __future__ import annotations

from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tests.independent_reader.primitives import Refused, canonical, demand, hash_of

TERMS = {"format", "version", "session_id", "role", "device", "certificate_sha256", "policy_hash"}
TERMS |= {"profile", "rules", "records_keys", "desktop", "limits", "text"}
RECEIPT = {"format", "version", "terms_hash", "session_id", "role", "device", "party"}
RECEIPT |= {"accepted_utc_ns", "means"}


def check_consent(entry: dict[str, Any]) -> dict[str, Any]:
    """Check the consent of a trail's entry by itself: its members, its text and its signatures; gives it."""
    consent: dict[str, Any] = entry["consent"]
    demand(
        set(consent) == {"terms", "terms_signature", "receipt", "signature", "witness"}, "consent"
    )
    terms, receipt = consent["terms"], consent["receipt"]
    demand(set(terms) == TERMS, "members of the terms")
    demand(set(receipt) == RECEIPT, "members of the receipt")
    demand((terms["format"], terms["version"]) == ("lucid-terms", 1), "terms")
    demand((receipt["format"], receipt["version"]) == ("lucid-consent", 1), "receipt")
    demand(terms["text"] == text_of(terms), "text of the terms")
    terms_hash, receipt_hash = hash_of(canonical(terms)), hash_of(canonical(receipt))
    demand(receipt["terms_hash"] == terms_hash.hex(), "the receipt is for other terms")
    for member in ("session_id", "role", "device"):
        demand(receipt[member] == terms[member], f"the receipt's {member}")
    demand(entry["reason"] == receipt_hash.hex(), "the entry names another receipt")
    demand(entry["resource"] == receipt["party"]["name"], "the entry names somebody else")
    host, guest = terms["device"], receipt["party"]["device"]
    _check(host, b"lucid terms device signature v1\0" + terms_hash, consent["terms_signature"])
    _check(host, b"lucid consent witness signature v1\0" + receipt_hash, consent["witness"])
    is_device = receipt["party"]["kind"] == "device"
    demand((receipt["means"] == "signed") == is_device, "means")
    if is_device:
        _check(guest, b"lucid consent party signature v1\0" + receipt_hash, consent["signature"])
    else:
        demand(guest == consent["signature"] == "", "nobody can have signed")
    return consent


def check_consents(entries: list[Any], manifest: dict[str, Any]) -> int:
    """Check the consents of a trail against its manifest, and that nobody joined without one; gives their number."""
    is_hosted = manifest["policy"]["name"] == "hosted"
    receipts: set[str] = set()
    unused: list[tuple[str, str]] = []  # who may join, and as whom
    for entry in entries:
        if entry["kind"] == "consented":
            consent = check_consent(entry)
            apart = abs(int(consent["receipt"]["accepted_utc_ns"]) - int(entry["utc_ns"]))
            demand(apart < 900 * 10**9 + 10**6, "the receipt is of another time")
            demand(entry["reason"] not in receipts, "the receipt stands there already")
            receipts.add(entry["reason"])
            who = _check_given if is_hosted else _check_own
            unused.append((entry["actor"], who(entry, consent, manifest)))
        elif entry["kind"] == "joined":
            joined = (entry["actor"], entry["resource"])
            demand(joined in unused, f"entry {entry['sequence']}: nobody agreed")
            unused.remove(joined)
    return len(receipts)


def _check_given(entry: dict[str, Any], consent: dict[str, Any], manifest: dict[str, Any]) -> str:
    """Somebody joined this session; gives the name as which."""
    terms, policy = consent["terms"], manifest["policy"]
    demand(terms["session_id"] == manifest["session_id"], "terms of another session")
    demand(terms["device"] == manifest["device_public_key"], "terms of another device")
    demand(terms["policy_hash"] == manifest["policy_hash"], "terms of another policy")
    demand(terms["role"] == entry["actor"], "the consent is for another role")
    for member in ("profile", "rules", "records_keys", "desktop"):
        demand(terms[member] == policy[member], f"the terms say another {member}")
    for name, limit in terms["limits"].items():
        demand(limit == policy["limits"][name], f"the terms say another {name}")
    name: str = consent["receipt"]["party"]["name"]
    return name


def _check_own(entry: dict[str, Any], consent: dict[str, Any], manifest: dict[str, Any]) -> str:
    """Somebody else's session was joined from here; gives that one's device, by its fingerprint."""
    terms = consent["terms"]
    demand(entry["actor"] == "owner", "the owner did not agree")
    own = manifest["device_public_key"]
    demand(consent["receipt"]["party"]["device"] == own, "another device agreed")
    demand(terms["session_id"] != manifest["session_id"], "terms of the record itself")
    return hash_of(bytes.fromhex(terms["device"])).hex()


def text_of(terms: dict[str, Any]) -> str:
    """Write the sentences that follow from the other members."""
    may = "You see and do nothing unless the owner allows it."
    if terms["rules"]["view"] == "allow":
        may = "You see the desktop; nothing else is possible unless the owner allows it."
    if terms["role"] == "observer":
        may = "You only watch, and see nothing unless the owner allows it."
    limits = terms["limits"]
    longest, idle = limits["longest_minutes"], limits["idle_minutes"]
    sentences = [
        "What this desktop shows is recorded, and who does what in it.",
        "Keys are recorded too." if terms["records_keys"] else "Keys are not recorded.",
        may,
        "The owner can take back what was allowed and end the session at any time.",
        f"It ends by itself after {longest} minutes, or {idle} without input.",
        "The record is encrypted, sealed and anchored; whoever is given it can check it.",
        "That you agree is part of it.",
    ]
    return "\n".join(sentences)


def _check(key: str, message: bytes, signature: str) -> None:
    try:
        VerifyKey(bytes.fromhex(key)).verify(message, bytes.fromhex(signature))
    except (CryptoError, ValueError) as error:
        raise Refused("a signature under the consent") from error
