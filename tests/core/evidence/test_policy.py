"""Each policy has one spelling and so one hash, and what is not understood is refused by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.canonical.documents import canonical_json
from core.errors import PolicyMalformed, UsageFailure
from core.evidence.policy import (
    LARGEST_POLICY,
    HostedLimits,
    hosted_policy,
    inherit,
    parse_hosted_policy,
    policy_hash,
    read_hosted_policy,
    sandbox_policy,
)
from core.permissions.anomalies import DEFAULT_RESPONSES

WRITTEN = (
    b'{"format":"lucid-policy","name":"sandbox","permits":[],"records":["video"],'
    b'"remote_peer":"none","version":1}'
)
STRICT = (
    b'{"allowed_programs":[],"anomalies":{"clipboard_flood":"shield","connection_flood":"note",'
    b'"input_burst":"shield","repeated_denials":"end"},"desktop":{"height":720,"width":1280},'
    b'"format":"lucid-policy","hidden_windows":[],"limits":{"clipboard_kib":256,"connections_a_minute":10,'
    b'"file_mib":100,"idle_minutes":15,"lock_s":300,"longest_minutes":120,"prompt_s":30,"wrong_codes":5},'
    b'"name":"hosted","profile":"strict","records_keys":false,"rules":{"audio_in":"deny","audio_out":"deny",'
    b'"clipboard_in":"ask","clipboard_out":"ask","files_in":"deny","files_out":"deny","keyboard":"ask",'
    b'"pointer":"ask","printing":"deny","shell_channels":"deny","view":"ask"},"version":2}'
)
STRICT_HASH = "8b9338c75f82236f46b981b2a35e359cc8b15429d0f6accc883d31f4471c6228"
CUSTOM = PolicyRules(
    rules=((Capability.VIEW, Rule.ALLOW), (Capability.PRINTING, Rule.ASK)),
    hidden_windows=(WindowRule("Bank", ""), WindowRule("", "KeePassXC")),
    allowed_programs=("XTerm",),
    records_keys=True,
    longest_minutes=60,
    idle_minutes=5,
    largest_clipboard_kib=0,
    largest_file_mib=1,
)


def _custom() -> dict[str, Any]:
    return copy.deepcopy(dict(hosted_policy(Profile.CUSTOM, CUSTOM)))


def test_the_sandbox_policy_is_what_it_is() -> None:
    """Its canonical form and hash do not change by accident: sessions are anchored with it."""
    assert canonical_json(sandbox_policy()) == WRITTEN
    assert policy_hash(sandbox_policy()) == blake3(WRITTEN).digest()


def test_the_strict_policy_is_what_it_is() -> None:
    """Its canonical form is the one in docs/formats/policy.md, and so is its hash."""
    assert canonical_json(hosted_policy(Profile.STRICT)) == STRICT
    assert policy_hash(hosted_policy(Profile.STRICT)).hex() == STRICT_HASH


def test_strict_asks_for_everything_it_does_not_deny() -> None:
    """Nothing is allowed from the start, not even seeing; files, sound, printing and channels are denied."""
    rules = parse_hosted_policy(hosted_policy(Profile.STRICT))
    asked = {each for each, rule in rules.rules if rule is Rule.ASK}
    assert asked == {
        Capability.VIEW,
        Capability.POINTER,
        Capability.KEYBOARD,
        Capability.CLIPBOARD_IN,
        Capability.CLIPBOARD_OUT,
    }
    assert {rule for each, rule in rules.rules if each not in asked} == {Rule.DENY}


def test_standard_shows_and_asks() -> None:
    """Seeing is allowed; being heard, printing and further channels are denied; the rest is asked."""
    rules = parse_hosted_policy(hosted_policy(Profile.STANDARD))
    denied = {Capability.AUDIO_IN, Capability.PRINTING, Capability.SHELL_CHANNELS}
    for capability in Capability:
        expected = Rule.DENY if capability in denied else Rule.ASK
        expected = Rule.ALLOW if capability is Capability.VIEW else expected
        assert rules.rule_of(capability) is expected


def test_custom_says_what_the_owner_said() -> None:
    """Every rule of the owner's is read back, and what was not named is denied."""
    rules = read_hosted_policy(canonical_json(hosted_policy(Profile.CUSTOM, CUSTOM, (1024, 768))))
    allowed = {each: rule for each, rule in rules.rules if rule is not Rule.DENY}
    assert allowed == dict(CUSTOM.rules)
    assert rules.hidden_windows == CUSTOM.hidden_windows
    assert rules.allowed_programs == ("XTerm",)
    assert rules.records_keys
    assert rules.limits == HostedLimits(60, 5, 0, 1)
    assert rules.anomalies == DEFAULT_RESPONSES
    assert (rules.width, rules.height) == (1024, 768)


@pytest.mark.parametrize(
    "profile, rules",
    [(Profile.STANDARD, PolicyRules()), (Profile.STRICT, PolicyRules()), (Profile.CUSTOM, None)],
)
def test_rules_belong_to_the_custom_profile(profile: Profile, rules: PolicyRules | None) -> None:
    """Rules are never passed over in silence, and never made up."""
    with pytest.raises(UsageFailure):
        hosted_policy(profile, rules)


@pytest.mark.parametrize("capability", [each for each in Capability if each is not Capability.VIEW])
def test_only_seeing_can_be_allowed_from_the_start(capability: Capability) -> None:
    """A rule that allows anything else without asking is refused by its name."""
    with pytest.raises(PolicyMalformed) as caught:
        hosted_policy(Profile.CUSTOM, PolicyRules(rules=((capability, Rule.ALLOW),)))
    assert caught.value.facts == {"field": f"rules.{capability.value}"}


def test_two_rules_for_one_capability_are_refused() -> None:
    """Which of two rules holds is not guessed."""
    twice = ((Capability.VIEW, Rule.ASK), (Capability.VIEW, Rule.DENY))
    with pytest.raises(PolicyMalformed) as caught:
        hosted_policy(Profile.CUSTOM, PolicyRules(rules=twice))
    assert caught.value.facts == {"field": "rules.view"}


@pytest.mark.parametrize(
    "spoil, field",
    [
        (lambda p: p.update(version=1), "version"),
        (lambda p: p.update(version=3), "version"),
        (lambda p: p.update(version=True), "version"),
        (lambda p: p.update(format="policy"), "format"),
        (lambda p: p.update(name="sandbox"), "name"),
        (lambda p: p.update(profile="lenient"), "profile"),
        (lambda p: p.update(permits=[]), "permits"),
        (lambda p: p.pop("limits"), "limits"),
        (lambda p: p["rules"].update(teleport="ask"), "rules.teleport"),
        (lambda p: p["rules"].pop("view"), "rules.view"),
        (lambda p: p["rules"].update(keyboard="allow"), "rules.keyboard"),
        (lambda p: p["rules"].update(keyboard="maybe"), "rules.keyboard"),
        (lambda p: p["rules"].update(keyboard=None), "rules.keyboard"),
        (lambda p: p.update(profile="strict"), "rules.view"),
        (lambda p: p.update(profile="standard"), "rules.pointer"),
        (lambda p: p["limits"].update(idle_minutes=0), "limits.idle_minutes"),
        (lambda p: p["limits"].update(wrong_codes=21), "limits.wrong_codes"),
        (lambda p: p["limits"].update(prompt_s=30.5), "limits.prompt_s"),
        (lambda p: p["limits"].update(patience=1), "limits.patience"),
        (lambda p: p["desktop"].update(width=1281), "desktop.width"),
        (lambda p: p["desktop"].update(height=719), "desktop.height"),
        (lambda p: p["desktop"].update(height=4098), "desktop.height"),
        (lambda p: p["anomalies"].update(input_burst="ignore"), "anomalies.input_burst"),
        (lambda p: p["anomalies"].pop("input_burst"), "anomalies.input_burst"),
        (lambda p: p["hidden_windows"][1].update(window_class=""), "hidden_windows[1].title"),
        (lambda p: p["hidden_windows"][0].update(title="a\nb"), "hidden_windows[0].title"),
        (lambda p: p["hidden_windows"][0].update(title="a" * 129), "hidden_windows[0].title"),
        (lambda p: p["hidden_windows"][0].update(pid=1), "hidden_windows[0].pid"),
        (lambda p: p.update(hidden_windows=[{}] * 65), "hidden_windows"),
        (lambda p: p.update(allowed_programs=["XTerm", ""]), "allowed_programs[1]"),
        (lambda p: p.update(allowed_programs=["\ud800"]), "allowed_programs[0]"),
        (lambda p: p.update(records_keys=1), "records_keys"),
    ],
)
def test_what_is_not_understood_is_refused(
    spoil: Callable[[dict[str, Any]], object], field: str
) -> None:
    """An unknown or missing field, value, capability or version is named."""
    policy = _custom()
    spoil(policy)
    with pytest.raises(PolicyMalformed) as caught:
        parse_hosted_policy(policy)
    assert caught.value.facts == {"field": field}


def test_the_sandbox_policy_hosts_nobody() -> None:
    """A session whose policy knows no peer cannot be hosted."""
    with pytest.raises(PolicyMalformed) as caught:
        parse_hosted_policy(sandbox_policy())
    assert caught.value.facts == {"field": "version"}


@pytest.mark.parametrize(
    "written",
    [
        STRICT + b"\n",
        STRICT.replace(b":", b": ", 1),
        STRICT[:-1],
        b'{"format":"lucid-policy","format":"lucid-policy"}',
        b"[" * 10_000,
        b"[]",
        b"\xff",
        STRICT + b" " * LARGEST_POLICY,
    ],
)
def test_bytes_that_are_no_canonical_policy(written: bytes) -> None:
    """What is not the one spelling of a policy is refused before it is looked at."""
    with pytest.raises(PolicyMalformed):
        read_hosted_policy(written)


@pytest.mark.parametrize("profile", [Profile.STRICT, Profile.STANDARD])
def test_an_inherited_policy_is_the_same(profile: Profile) -> None:
    """A contract that is opened again has its policy byte for byte, and so its hash."""
    written = canonical_json(hosted_policy(profile))
    assert inherit(written) == written
    assert blake3(inherit(written)).digest() == policy_hash(hosted_policy(profile))


def test_only_a_policy_can_be_inherited() -> None:
    """A session without a peer leaves nothing that a hosted one could inherit."""
    with pytest.raises(PolicyMalformed):
        inherit(WRITTEN)


@given(st.data())
def test_any_change_of_a_byte_is_a_refusal_or_another_hash(data: st.DataObject) -> None:
    """No two spellings have one meaning: what is read was written exactly so."""
    written = bytearray(STRICT)
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    try:
        rules = read_hosted_policy(bytes(written))
    except PolicyMalformed:
        return
    assert rules != read_hosted_policy(STRICT)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(written: bytes) -> None:
    """Whatever arrives there is one kind of error."""
    with pytest.raises(PolicyMalformed):
        read_hosted_policy(written)
