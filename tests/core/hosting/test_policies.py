"""The policy of a new hosted session: made by its profile, or an earlier session's again; nothing that cannot pass."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from nacl.signing import SigningKey

from core.api.hosting import HostSession
from core.api.permissions import Capability, PolicyRules, Profile, Rule
from core.canonical.documents import canonical_json
from core.errors import (
    Failure,
    PolicyMalformed,
    PolicySignatureWrong,
    SessionNotHosted,
    SessionUnknown,
    UsageFailure,
)
from core.evidence.policy import UNPASSABLE, hosted_policy
from core.evidence.policy_signature import POLICY_DOMAIN, SignedPolicy, check_policy
from core.hosting.enforcement import SessionPolicy
from core.hosting.policies import make_policy
from core.vault.open_vault import OpenVault

EARLIER = uuid4()
OWN = PolicyRules(rules=((Capability.VIEW, Rule.ALLOW),), longest_minutes=7)


class Device:
    """A vault that signs and does nothing else."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()
        self.device_public_key = bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """Sign as the device."""
        return bytes(self._key.sign(message).signature)

    def signed(self, document: bytes) -> SignedPolicy:
        """Sign a policy, whatever it says."""
        unsigned = SignedPolicy(document, b"")
        return SignedPolicy(document, self.sign(POLICY_DOMAIN + unsigned.policy_hash))


class Earlier:
    """The sessions, of which there is one from before."""

    def __init__(self, signed: SignedPolicy | None, anchored: bytes = b"") -> None:
        self.signed = signed
        self.anchored = anchored

    async def read_policy(self, session_id: UUID) -> tuple[SignedPolicy, bytes] | None:
        """Read its policy."""
        if session_id != EARLIER:
            raise SessionUnknown(session_id=str(session_id))
        if self.signed is None:
            return None
        return self.signed, self.anchored or self.signed.policy_hash


def made(command: HostSession, device: Device, sessions: Earlier) -> SessionPolicy:
    """Make a policy."""
    return asyncio.run(make_policy(command, cast("OpenVault", device), sessions))


def test_a_profile_becomes_a_signed_policy() -> None:
    """What is enforced is what was signed."""
    device = Device()
    policy = made(HostSession(Profile.STRICT), device, Earlier(None))
    assert policy.signed.document == canonical_json(hosted_policy(Profile.STRICT))
    assert check_policy(policy.signed, device.device_public_key) == policy.rules
    policy.check()


def test_an_earlier_policy_holds_again_byte_for_byte() -> None:
    """Document and hash are the earlier session's, whatever else the command says."""
    device = Device()
    first = made(HostSession(Profile.CUSTOM, OWN), device, Earlier(None))
    command = HostSession(Profile.STRICT, again=str(EARLIER))
    again = made(command, device, Earlier(first.signed))
    assert again.signed == first.signed
    assert (again.anchored_hash, again.rules) == (first.anchored_hash, first.rules)
    assert again.rules.limits.longest_minutes == OWN.longest_minutes
    again.check()


def document(**changes: Any) -> bytes:  # noqa: ANN401 - any member
    """Write a policy with members changed."""
    return canonical_json(dict(hosted_policy(Profile.STANDARD)) | changes)


def of_version_3(device: Device) -> Earlier:
    """A policy of a version to come."""
    return Earlier(device.signed(document(version=3)))


def of_another_device(_: Device) -> Earlier:
    """A policy that another device has signed."""
    return Earlier(Device().signed(document()))


def not_as_anchored(device: Device) -> Earlier:
    """A policy that took the place of the one whose hash was anchored."""
    return Earlier(device.signed(document()), bytes(32))


def with_printing(device: Device) -> Earlier:
    """A policy from before it was refused to promise printing."""
    rules = PolicyRules(rules=((Capability.PRINTING, Rule.ASK),))
    return Earlier(device.signed(canonical_json(hosted_policy(Profile.CUSTOM, rules))))


@pytest.mark.parametrize(
    ("earlier", "failure"),
    [
        (lambda _: Earlier(None), SessionNotHosted),
        (of_version_3, PolicyMalformed),
        (of_another_device, PolicySignatureWrong),
        (not_as_anchored, PolicySignatureWrong),
        (with_printing, UsageFailure),
    ],
)
def test_what_cannot_hold_again_is_refused(earlier: Any, failure: type[Failure]) -> None:  # noqa: ANN401
    """A session that nobody could join has no such policy; one that is altered or unknown is enforced by nobody."""
    device = Device()
    with pytest.raises(failure):
        made(HostSession(again=str(EARLIER)), device, earlier(device))


def test_an_unknown_session_is_refused() -> None:
    """There is nothing to open again."""
    with pytest.raises(SessionUnknown):
        made(HostSession(again=str(uuid4())), Device(), Earlier(None))


@pytest.mark.parametrize("capability", sorted(UNPASSABLE, key=lambda each: each.value))
def test_what_cannot_pass_is_not_promised(capability: Capability) -> None:
    """The policy's reader knows it; a session that would ask for it is not opened, and the sentence says why."""
    rules = PolicyRules(rules=((capability, Rule.ASK),))
    hosted_policy(Profile.CUSTOM, rules)
    with pytest.raises(UsageFailure) as refused:
        made(HostSession(Profile.CUSTOM, rules), Device(), Earlier(None))
    assert str(refused.value.facts["reason"]).startswith(f"{capability.value} can only be denied")
    denied = PolicyRules(rules=((capability, Rule.DENY),))
    made(HostSession(Profile.CUSTOM, denied), Device(), Earlier(None))
