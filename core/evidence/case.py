"""What a verification looks at, wherever it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from core.errors import AnchorMismatch, ManifestMalformed
from core.evidence.anchor_proof import AnchorProof, ProvedReceipt, verify_anchor_proof
from core.evidence.anchors import SessionAnchors
from core.evidence.checklist import NotChecked, Part
from core.evidence.events import ProgressAnchored, SessionOpened, SessionSealed
from core.evidence.manifest import Manifest
from core.evidence.manifest_json import from_json
from core.evidence.signatures import SignedManifest, read_signatures

E = TypeVar("E", SessionOpened, SessionSealed, ProgressAnchored)


@dataclass(frozen=True)
class Pins:
    """What the one who verifies knows from elsewhere.

    ``checkpoint`` is the hash of a block that is trusted; ``device`` the fingerprint that must
    have signed; ``contract`` the address of the contract that must have logged.
    """

    checkpoint: bytes | None = None
    device: str | None = None
    contract: bytes | None = None


@dataclass(frozen=True)
class Anchored(Generic[E]):
    """An event of the session, and the receipt that it was proved from."""

    event: E
    receipt: ProvedReceipt


class Case:
    """The evidence about one session; every part is read when a check first needs it."""

    def __init__(
        self,
        *,
        manifest_json: Callable[[], bytes],
        signatures_json: Callable[[], bytes],
        anchors: Callable[[], SessionAnchors],
        pins: Pins,
        session_id: UUID | None = None,
    ) -> None:
        """``session_id`` is the one the manifest must be of, where that is known."""
        self.pins = pins
        self._session_id = session_id
        self.manifest_json = Part("the manifest", manifest_json)
        self.manifest: Part[Manifest] = Part("the manifest", self._read_manifest)
        self.signed: Part[SignedManifest] = Part(
            "the signatures",
            lambda: read_signatures(self.manifest_json.value, signatures_json()),
        )
        self.anchors: Part[SessionAnchors] = Part("the anchors", anchors)
        self.opened: Part[Anchored[SessionOpened]] = Part(
            "the anchor of the opening",
            lambda: self._anchored(self.anchors.read().opened, SessionOpened, "opening"),
        )
        self.sealed: Part[Anchored[SessionSealed]] = Part(
            "the anchor of the seal",
            lambda: self._anchored(self.anchors.read().sealed, SessionSealed, "seal"),
        )

    def _read_manifest(self) -> Manifest:
        manifest = from_json(self.manifest_json.read())
        if self._session_id not in {None, manifest.session_id}:
            raise ManifestMalformed(field="session_id")
        return manifest

    def progress(self) -> list[Anchored[ProgressAnchored]]:
        """Give the anchors of the progress, in the order they are written down."""
        return [
            self._anchored(proof, ProgressAnchored, "progress")
            for proof in self.anchors.value.progress
        ]

    def _anchored(self, proof: AnchorProof | None, kind: type[E], name: str) -> Anchored[E]:
        """Verify a proof and find the one event of its kind; AnchorMismatch when it is not there."""
        if proof is None:
            raise NotChecked(f"nothing anchors the {name} yet")
        if self.pins.contract not in {None, proof.contract}:
            raise AnchorMismatch(field="contract")
        receipt = verify_anchor_proof(proof)
        events = receipt.events(self.manifest.value.session_id)
        found = [event for event in events if isinstance(event, kind)]
        if len(found) != 1:
            raise AnchorMismatch(field="session_id")
        return Anchored(found[0], receipt)
