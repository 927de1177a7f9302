"""Checks of what the manifest says, by itself and by its signatures."""

from __future__ import annotations

from collections import Counter

from core.api.permissions import Rule
from core.canonical.documents import canonical_json
from core.errors import (
    AnchorMismatch,
    Failure,
    ManifestMalformed,
    ManifestSignatureWrong,
    ProofWrong,
)
from core.evidence.case import Case
from core.evidence.checklist import NotChecked
from core.evidence.manifest import VERSION
from core.evidence.policy import has_trail, policy_hash, sandbox_policy
from core.evidence.policy_signature import SignedPolicy, check_policy
from core.evidence.signatures import check_device_signature, check_session_signature
from core.evidence.wording import counted
from core.sealing.merkle import merkle_root
from core.vault.device import short_fingerprint

_NS = 1_000_000_000


def manifest_schema(case: Case) -> str:
    """The manifest has one meaning and breaks none of its rules."""
    manifest = case.manifest.read()
    seconds = manifest.duration_ns / _NS
    return (
        f"The manifest is well formed (version {VERSION}): {counted(len(manifest.chunks), 'chunk')}, "
        f"{counted(len(manifest.gaps), 'gap')}, {seconds:.1f} s."
    )


def device_signature(case: Case) -> str:
    """The device's key signed the manifest, and it is the pinned one where one is pinned."""
    manifest = case.manifest.value
    check_device_signature(case.signed.read(), manifest.device_public_key)
    pinned = case.pins.device
    if pinned is not None and pinned != manifest.device_fingerprint:
        raise ManifestSignatureWrong(signer="pinned_device")
    known = "the one that was expected" if pinned else "known from the manifest alone"
    shown = short_fingerprint(manifest.device_fingerprint)
    return f"Device {shown}… signed the manifest; the device is {known}."


def device_rests_on(case: Case) -> str:
    """Say what the device's signature rests on."""
    if case.pins.device is not None:
        return "the device fingerprint that was given"
    return "the device fingerprint in the manifest: compare it with the appliance's own"


def session_signature(case: Case) -> str:
    """The key that was made for this session alone signed the manifest."""
    key = case.manifest.value.ephemeral_public_key
    check_session_signature(case.signed.read(), key)
    return f"The session's own key {key.hex()[:16]}… signed the manifest."


def session_id(case: Case) -> str:
    """The ID was opened on the chain, with the key that signed."""
    manifest = case.manifest.value
    opened = case.opened.value
    if opened.event.ephemeral_key != manifest.ephemeral_public_key:
        raise AnchorMismatch(field="ephemeral_public_key")
    return f"Session {manifest.session_id} was opened with the key that signed its manifest."


def checked_policy_hash(case: Case) -> str:
    """The policy is the one whose hash the manifest and the opening's anchor hold."""
    manifest = case.manifest.value
    if policy_hash(manifest.policy) != manifest.policy_hash:
        raise ManifestMalformed(field="policy_hash")
    shown = manifest.policy_hash.hex()[:16]
    if not _is_there(case, "opened"):
        return f"The policy's hash {shown}… is the manifest's; no anchor confirms it yet."
    if case.opened.value.event.policy_hash != manifest.policy_hash:
        raise AnchorMismatch(field="policy_hash")
    return f"The policy's hash {shown}… is the one that was anchored when the session opened."


def checked_policy(case: Case) -> str:
    """The policy is one that this version knows, signed by the device where a peer could join."""
    manifest = case.manifest.value
    if manifest.policy == sandbox_policy():
        return "Nobody can join a session under this policy; it is always the same and needs no signature."
    if not has_trail(manifest.policy):
        raise NotChecked("this version does not know such a policy")
    signed = SignedPolicy(canonical_json(manifest.policy), manifest.policy_signature or b"")
    found = check_policy(signed, manifest.device_public_key, manifest.policy_hash)
    rules = Counter(rule for _, rule in found.rules)
    return (
        f"The device signed the policy, profile {found.profile.value}: {rules[Rule.ALLOW]} of {len(found.rules)} "
        f"capabilities allowed, {rules[Rule.ASK]} to be asked for, {rules[Rule.DENY]} denied."
    )


def checked_merkle_root(case: Case) -> str:
    """The root over the manifest's leaves is the root it claims."""
    manifest = case.manifest.value
    if merkle_root(manifest.leaves) != manifest.merkle_root:
        raise ProofWrong(claim="merkle_root", reason="the leaves have another root")
    return f"The root over {counted(len(manifest.leaves), 'leaf')} is {manifest.merkle_root.hex()[:16]}…."


def chunk_count(case: Case) -> str:
    """The number of chunks is the same in the list, in the claim and on the chain."""
    manifest = case.manifest.value
    if manifest.chunk_count != len(manifest.chunks):
        raise ManifestMalformed(field="chunk_count")
    if not _is_there(case, "sealed"):
        return f"The manifest lists {counted(len(manifest.chunks), 'chunk')}, as it says; no anchor confirms it yet."
    if case.sealed.value.event.chunk_count != manifest.chunk_count:
        raise AnchorMismatch(field="chunk_count")
    return f"The manifest lists {counted(len(manifest.chunks), 'chunk')}, as was anchored."


def _is_there(case: Case, name: str) -> bool:
    """Tell whether an anchor can be relied on; where not, its own check says so."""
    part = case.opened if name == "opened" else case.sealed
    try:
        part.read()
    except (Failure, NotChecked):
        return False
    return True
