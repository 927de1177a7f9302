"""The terms of another end in a person's words; all of it was written there."""

from __future__ import annotations

from typing import Any

from core.api.joining import JoinRole, Terms
from core.api.permissions import Capability, Profile, Rule
from lucid_gui.text.amounts import span_text
from lucid_gui.text.capabilities import words_of
from lucid_gui.text.peers import peer_text
from lucid_gui.text.words import tr

_MINUTE_S = 60
_SHORT = 16  # of a device's fingerprint, enough to tell two apart at a glance
_LONGEST_LINE = 400


def short_device(device: str, most: int = _SHORT) -> str:
    """Give the beginning of a device's fingerprint, as many digits, in groups of four."""
    return " ".join(device[at : at + 4] for at in range(0, min(len(device), most), 4))


def terms_facts(terms: Terms) -> dict[str, Any]:
    """Give what the terms' page shows."""
    return {
        "title": tr("Appliance %1 lets you in").replace(
            "%1", short_device(terms.device_fingerprint)
        ),
        "role": _role_text(terms),
        "certificate": terms.certificate_sha256,
        "isCertificateKnown": terms.is_certificate_known,
        "lines": [peer_text(line, _LONGEST_LINE) for line in terms.text.splitlines()],
        "rules": [_rule_row(capability, rule) for capability, rule in terms.rules],
        "limits": _limits_text(terms),
        "keys": tr("What you type is recorded.")
        if terms.records_keys
        else tr("Keys are not recorded."),
        "desktop": f"{terms.width} × {terms.height}",
        "profile": _profiles()[terms.profile],
        "hashes": [
            {"title": tr("Device"), "value": terms.device_fingerprint, "isHash": True},
            {"title": tr("Hash of these terms"), "value": terms.terms_hash, "isHash": True},
            {"title": tr("Hash of the rules there"), "value": terms.policy_hash, "isHash": True},
        ],
    }


def _role_text(terms: Terms) -> str:
    if terms.role is JoinRole.OBSERVER:
        return tr("You would watch, and nothing else.")
    return tr("What you do there must be allowed twice: by them, and by you on this screen.")


def _rule_row(capability: Capability, rule: Rule) -> dict[str, str]:
    words = words_of(capability)
    state, tone = {
        Rule.DENY: (tr("never"), "dim"),
        Rule.ASK: (tr("may be asked"), "ask"),
        Rule.ALLOW: (tr("allowed"), "safe"),
    }[rule]
    return {"icon": words.icon, "title": words.name, "state": state, "tone": tone}


def _limits_text(terms: Terms) -> str:
    text = tr("It ends by itself after %1, or after %2 without input.")
    longest, idle = terms.longest_minutes * _MINUTE_S, terms.idle_minutes * _MINUTE_S
    return text.replace("%1", span_text(longest)).replace("%2", span_text(idle))


def _profiles() -> dict[Profile, str]:
    return {
        Profile.STRICT: tr("strict rules"),
        Profile.STANDARD: tr("standard rules"),
        Profile.CUSTOM: tr("rules of their own"),
    }
