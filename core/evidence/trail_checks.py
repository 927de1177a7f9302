"""The checks of trail and key log against the heads that the manifest holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.audit.entries import TrailHead
from core.audit.key_log import read_key_log, wrapped_key_in
from core.audit.trail_file import TrailFile
from core.errors import KeyLogMalformed, TrailMalformed
from core.evidence.case import Case
from core.evidence.checklist import NotChecked
from core.evidence.consent_checks import checked_consents
from core.evidence.manifest import Manifest
from core.evidence.policy import has_trail, records_keys
from core.evidence.wording import counted


def checked_trail(case: Case, read: Callable[[], TrailFile]) -> str:
    """The trail is the one whose head was signed; ``read`` gives it, or raises NotChecked where it is not here."""
    manifest = case.manifest.value
    head = signed_head(manifest)
    trail = read()
    trail.check_header(manifest.session_id)
    said = counted(head.count, "entry")
    if trail.key is None:
        raise NotChecked(f"no key is at hand, so the {said} of the trail stay sealed")
    consents = checked_consents(trail.entries(manifest.session_id, head), manifest)
    hashed = f"{head.hash.hex()[:16]}…"
    whole = f"The trail has {said}, its chain is whole, and its head {hashed} is the one that was signed."
    if not consents:
        return whole
    agreed = counted(consents, "consent").capitalize()
    return f"{whole} {agreed} in it: signed, to these very terms, and nobody joined without one."


def signed_head(manifest: Manifest) -> TrailHead:
    """Give the head; NotChecked for a session without a trail, TrailMalformed where it was lost before the signing."""
    if manifest.trail is not None:
        return manifest.trail
    if has_trail(manifest.policy):
        raise TrailMalformed(field="the manifest's trail")
    raise NotChecked("nobody could join the session, so it has no trail")


def has_key_log(case: Case) -> bool:
    """Tell whether there is, or should be, a record of what was typed; most sessions have none to check."""
    try:
        manifest = case.manifest.value
    except NotChecked:
        return False
    return records_keys(manifest.policy) or manifest.keys is not None


def checked_key_log(case: Case, path: Path, unwrap: Callable[[bytes], bytes] | None) -> str:
    """The key log is the one whose head was signed; ``unwrap`` opens the wrapped key that it carries."""
    manifest = case.manifest.value
    head = signed_key_head(manifest)
    wrapped = wrapped_key_in(path, manifest.session_id)
    said = counted(head.count, "record")
    if unwrap is None:
        raise NotChecked(f"no key is at hand, so the {said} of what was typed stay sealed")
    read_key_log(path, key=unwrap(wrapped), session_id=manifest.session_id, head=head)
    return f"What was typed is whole: {said}, and the head {head.hash.hex()[:16]}… is the one that was signed."


def key_log_left_out(case: Case) -> str:
    """A bundle never holds what was typed; raises NotChecked, or as signed_key_head."""
    said = counted(signed_key_head(case.manifest.value).count, "record")
    raise NotChecked(f"what was typed, {said}, is never part of a bundle")


def signed_key_head(manifest: Manifest) -> TrailHead:
    """Give the key log's head; KeyLogMalformed where there is none, or where the policy forbids one."""
    if manifest.keys is None or not records_keys(manifest.policy):
        raise KeyLogMalformed(field="the manifest's keys")
    return manifest.keys
