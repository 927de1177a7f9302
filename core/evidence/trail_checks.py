"""The check of a trail against the head that the manifest holds."""

from __future__ import annotations

from collections.abc import Callable

from core.audit.entries import TrailHead
from core.audit.trail_file import TrailFile
from core.errors import TrailMalformed
from core.evidence.case import Case
from core.evidence.checklist import NotChecked
from core.evidence.manifest import Manifest
from core.evidence.policy import is_hosted
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
    trail.entries(manifest.session_id, head)
    return f"The trail has {said}, its chain is whole, and its head {head.hash.hex()[:16]}… is the one that was signed."


def signed_head(manifest: Manifest) -> TrailHead:
    """Give the head; NotChecked for a session without a trail, TrailMalformed where it was lost before the signing."""
    if manifest.trail is not None:
        return manifest.trail
    if is_hosted(manifest.policy):
        raise TrailMalformed(field="the manifest's trail")
    raise NotChecked("nobody could join the session, so it has no trail")
