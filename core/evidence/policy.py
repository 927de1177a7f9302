"""The policy documents: of sessions on the appliance's own displays, of those that a peer can join, and of joined ones.

A policy is a canonical document; its BLAKE3 hash is anchored when the session opens. See docs/formats/policy.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from blake3 import blake3

from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import PolicyMalformed, UsageFailure
from core.permissions.anomalies import DEFAULT_RESPONSES, AnomalyKind, AnomalyResponse

Policy = Mapping[str, Json]
Member = TypeVar("Member", bound=Enum)

FORMAT = "lucid-policy"
HOSTED_VERSION = 2
HOSTED, JOINED = "hosted", "joined"  # the names of policies of that version
LARGEST_POLICY = 1 << 16
DESKTOP = (1280, 720)
_MOST_ENTRIES = 64
_LONGEST_TEXT = 128
_ODD_CATEGORIES = frozenset({"Cc", "Cs"})

_STRICT = {
    Capability.VIEW: Rule.ASK,
    Capability.POINTER: Rule.ASK,
    Capability.KEYBOARD: Rule.ASK,
    Capability.CLIPBOARD_IN: Rule.ASK,
    Capability.CLIPBOARD_OUT: Rule.ASK,
}
_STANDARD = _STRICT | {
    Capability.VIEW: Rule.ALLOW,
    Capability.FILES_IN: Rule.ASK,
    Capability.FILES_OUT: Rule.ASK,
    Capability.AUDIO_OUT: Rule.ASK,
}
# Of a session that is joined from here: what may go out of this appliance, and how far a request gets at most.
_OUTWARD = {
    Capability.VIEW: {Rule.ALLOW},
    Capability.POINTER: {Rule.ASK, Rule.DENY},
    Capability.KEYBOARD: {Rule.ASK, Rule.DENY},
}
# What no peer can be given: the gate sets up no channel for microphones and add-ins, and announces no printer.
UNPASSABLE = frozenset({Capability.AUDIO_IN, Capability.PRINTING, Capability.SHELL_CHANNELS})
_READY_MADE = {Profile.STRICT: _STRICT, Profile.STANDARD: _STANDARD}


@dataclass(frozen=True)
class HostedLimits:
    """How much, how often and how long; each has its unit in its name or counts something."""

    longest_minutes: int = 120
    idle_minutes: int = 15
    clipboard_kib: int = 256
    file_mib: int = 100
    wrong_codes: int = 5
    lock_s: int = 300
    connections_a_minute: int = 10
    prompt_s: int = 30


@dataclass(frozen=True)
class HostedRules:
    """What a policy of version 2 says; one rule for each capability, in the order of Capability."""

    profile: Profile
    rules: tuple[tuple[Capability, Rule], ...]
    hidden_windows: tuple[WindowRule, ...]
    allowed_programs: tuple[str, ...]
    records_keys: bool
    limits: HostedLimits
    anomalies: Mapping[AnomalyKind, AnomalyResponse]
    width: int
    height: int

    def rule_of(self, capability: Capability) -> Rule:
        """Give the rule of a capability; what has none is denied."""
        return dict(self.rules).get(capability, Rule.DENY)


# Least and most of each limit.
_BOUNDS = {
    "longest_minutes": (1, 1440),
    "idle_minutes": (1, 1440),
    "clipboard_kib": (0, 16_384),
    "file_mib": (0, 4096),
    "wrong_codes": (1, 20),
    "lock_s": (10, 86_400),
    "connections_a_minute": (1, 120),
    "prompt_s": (5, 300),
}
_WIDTHS = (640, 4096)
_HEIGHTS = (400, 4096)


def sandbox_policy() -> Policy:
    """Give the policy of a session without a remote peer."""
    return {
        "format": FORMAT,
        "version": 1,
        "name": "sandbox",
        "remote_peer": "none",
        "records": ["video"],
        "permits": [],
    }


def hosted_policy(
    profile: Profile, rules: PolicyRules | None = None, desktop: tuple[int, int] = DESKTOP
) -> Policy:
    """Make the policy of a session that a peer can join; ``rules`` belong to the custom profile alone.

    Raises UsageFailure when rules are missing or too many, PolicyMalformed for a rule that may not be.
    """
    if (profile is Profile.CUSTOM) != (rules is not None):
        raise UsageFailure(reason="the custom profile, and no other, comes with rules of its own")
    own = rules or PolicyRules()
    by_capability = _READY_MADE.get(profile) or _named_once(own)
    return _policy(HOSTED, profile, by_capability, own, desktop)


def joined_policy(desktop: tuple[int, int], longest_minutes: int, *, may_act: bool) -> Policy:
    """Make this end's policy of a session that is joined from here; ``may_act``: whoever joins may do more than watch.

    What the other end shows may be seen; keys and the pointer are asked for here as well; nothing else goes out or
    comes in. Watching is no idleness, so that the length is the only limit. Raises PolicyMalformed.
    """
    acting = Rule.ASK if may_act else Rule.DENY
    rules = {
        Capability.VIEW: Rule.ALLOW,
        Capability.POINTER: acting,
        Capability.KEYBOARD: acting,
    }
    own = PolicyRules(
        longest_minutes=longest_minutes,
        idle_minutes=longest_minutes,
        largest_clipboard_kib=0,
        largest_file_mib=0,
    )
    return _policy(JOINED, Profile.CUSTOM, rules, own, desktop)


def _policy(
    name: str,
    profile: Profile,
    rules: Mapping[Capability, Rule],
    own: PolicyRules,
    desktop: tuple[int, int],
) -> Policy:
    policy: Policy = {
        "format": FORMAT,
        "version": HOSTED_VERSION,
        "name": name,
        "profile": profile.value,
        "desktop": {"width": desktop[0], "height": desktop[1]},
        "rules": {each.value: rules.get(each, Rule.DENY).value for each in Capability},
        "hidden_windows": [
            {"title": each.title, "window_class": each.window_class} for each in own.hidden_windows
        ],
        "allowed_programs": list(own.allowed_programs),
        "records_keys": own.records_keys,
        "limits": _limits_json(own),
        "anomalies": {kind.value: DEFAULT_RESPONSES[kind].value for kind in AnomalyKind},
    }
    parse_hosted_policy(policy)
    return policy


def parse_hosted_policy(document: Policy) -> HostedRules:
    """Read a policy of version 2; PolicyMalformed names what is unknown, missing or out of bounds."""
    return Fields(document, _malformed).whole_of(_hosted)


def read_hosted_policy(policy_json: bytes) -> HostedRules:
    """Read it from its bytes, which must be its canonical form."""
    try:
        document = load_canonical_json(policy_json, LARGEST_POLICY)
    except JsonRefused as refused:
        raise PolicyMalformed(field=str(refused)) from refused
    return Fields(document, _malformed).whole_of(_hosted)


def is_hosted(policy: Policy) -> bool:
    """Tell whether a policy is that of a session that a peer can join."""
    return policy.get("name") == HOSTED


def has_trail(policy: Policy) -> bool:
    """Tell whether a session under a policy has a trail, and the policy a signature: hosted and joined ones do."""
    return policy.get("name") in {HOSTED, JOINED}


def records_keys(policy: Policy) -> bool:
    """Tell whether what is typed is recorded under a policy, and so whether there is a key log."""
    return has_trail(policy) and policy.get("records_keys") is True


def inherit(policy_json: bytes) -> bytes:
    """Give the policy of a session that opens an earlier one's contract again: the same bytes, so the same hash.

    PolicyMalformed when the earlier session's policy is not one that this version can enforce.
    """
    read_hosted_policy(policy_json)
    return policy_json


def refuse_unpassable(rules: HostedRules) -> None:
    """Refuse to open a session that promises what this appliance cannot pass; raises UsageFailure."""
    for capability, rule in rules.rules:
        if capability in UNPASSABLE and rule is not Rule.DENY:
            name = capability.value
            reason = f"{name} can only be denied: this appliance has nothing that would pass it"
            raise UsageFailure(reason=reason)


def policy_hash(policy: Policy) -> bytes:
    """Hash a policy's canonical JSON (BLAKE3, 32 bytes)."""
    return blake3(canonical_json(policy)).digest()


def _malformed(field: str) -> PolicyMalformed:
    return PolicyMalformed(field=field)


def _named_once(own: PolicyRules) -> dict[Capability, Rule]:
    named: dict[Capability, Rule] = {}
    for capability, rule in own.rules:
        if capability in named:
            raise PolicyMalformed(field=f"rules.{capability.value}")
        named[capability] = rule
    return named


def _limits_json(own: PolicyRules) -> dict[str, Json]:
    limits = HostedLimits(
        longest_minutes=own.longest_minutes,
        idle_minutes=own.idle_minutes,
        clipboard_kib=own.largest_clipboard_kib,
        file_mib=own.largest_file_mib,
    )
    return {name: getattr(limits, name) for name in _BOUNDS}


def _hosted(fields: Fields) -> HostedRules:
    fields.constant("format", FORMAT)
    fields.whole("version", HOSTED_VERSION, HOSTED_VERSION)
    name = fields.text("name")
    if name not in {HOSTED, JOINED}:
        raise fields.wrong("name")
    profile = _member(fields, "profile", Profile)
    width, height = fields.members("desktop", _desktop)
    found = HostedRules(
        profile=profile,
        rules=fields.members("rules", lambda each: _rules(each, profile)),
        hidden_windows=fields.items("hidden_windows", _window_rule, _MOST_ENTRIES),
        allowed_programs=_programs(fields),
        records_keys=fields.flag("records_keys"),
        limits=fields.members("limits", _limits),
        anomalies=fields.members("anomalies", _anomalies),
        width=width,
        height=height,
    )
    if name == JOINED:
        _refuse_more(found, fields)
    return found


def _refuse_more(found: HostedRules, fields: Fields) -> None:
    """Refuse what no policy of a joined session says: what cannot be enforced there must not be promised."""
    if found.profile is not Profile.CUSTOM:
        raise fields.wrong("profile")
    for capability, rule in found.rules:
        if rule not in _OUTWARD.get(capability, {Rule.DENY}):
            raise fields.wrong(f"rules.{capability.value}")
    for member in ("hidden_windows", "allowed_programs", "records_keys"):
        if getattr(found, member):
            raise fields.wrong(member)


def _member(fields: Fields, member: str, kind: type[Member]) -> Member:
    """Take a text that is one of an enumeration's values."""
    value = fields.text(member)
    for each in kind:
        if each.value == value:
            return each
    raise fields.wrong(member)


def _desktop(fields: Fields) -> tuple[int, int]:
    size = fields.whole("width", *_WIDTHS), fields.whole("height", *_HEIGHTS)
    for member, length in zip(("width", "height"), size, strict=True):
        if length % 2:  # video has one colour sample for two pixels
            raise fields.wrong(member)
    return size


def _rules(fields: Fields, profile: Profile) -> tuple[tuple[Capability, Rule], ...]:
    ready_made = _READY_MADE.get(profile)
    found = []
    for capability in Capability:
        rule = _member(fields, capability.value, Rule)
        if rule is Rule.ALLOW and capability is not Capability.VIEW:
            raise fields.wrong(capability.value)
        if ready_made is not None and rule is not ready_made.get(capability, Rule.DENY):
            raise fields.wrong(capability.value)
        found.append((capability, rule))
    return tuple(found)


def _window_rule(fields: Fields) -> WindowRule:
    rule = WindowRule(_text(fields, "title"), _text(fields, "window_class"))
    if rule == WindowRule():  # it would hide every window
        raise fields.wrong("title")
    return rule


def _text(fields: Fields, member: str) -> str:
    value = fields.text(member, most=_LONGEST_TEXT)
    if not _is_plain(value):
        raise fields.wrong(member)
    return value


def _programs(fields: Fields) -> tuple[str, ...]:
    programs = []
    for position, value in enumerate(fields.array("allowed_programs", _MOST_ENTRIES)):
        if (
            not isinstance(value, str)
            or not 0 < len(value) <= _LONGEST_TEXT
            or not _is_plain(value)
        ):
            raise fields.wrong(f"allowed_programs[{position}]")
        programs.append(value)
    return tuple(programs)


def _is_plain(text: str) -> bool:
    return not any(unicodedata.category(character) in _ODD_CATEGORIES for character in text)


def _limits(fields: Fields) -> HostedLimits:
    return HostedLimits(**{name: fields.whole(name, *bounds) for name, bounds in _BOUNDS.items()})


def _anomalies(fields: Fields) -> Mapping[AnomalyKind, AnomalyResponse]:
    return {kind: _member(fields, kind.value, AnomalyResponse) for kind in AnomalyKind}
