"""The checks that every verification makes, in their order."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.api.snapshots import VerificationReport
from core.errors import UsageFailure
from core.evidence import anchor_checks, manifest_checks
from core.evidence.anchor_checks import IsVoid, LiveHeader, RootOfTrust
from core.evidence.anchor_proof import AnchorProof
from core.evidence.case import Case, Pins
from core.evidence.checklist import Checklist, NotChecked

_ITSELF = "nothing beside the manifest itself"
_HASH_BYTES = 32
_ADDRESS_BYTES = 20
_LIVE = {
    RootOfTrust.OWN_CHAIN: "the appliance's own chain",
    RootOfTrust.NETWORK_CHAIN: "the node through which the appliance reaches the network's chain",
    RootOfTrust.LIVE_NODE: "the node that was asked",
}


class Verification:
    """Makes the checks of one case and puts the report together."""

    def __init__(self, subject: str, case: Case) -> None:
        self.case = case
        self.checklist = Checklist()
        self._subject = subject
        self._root = RootOfTrust.NOTHING_YET
        self._started = time.monotonic()

    def check_manifest(self) -> None:
        """Check the manifest, its signatures, and what it claims of itself."""
        run, case = self.checklist.run, self.case
        run("manifest_schema", _ITSELF, lambda: manifest_checks.manifest_schema(case))
        run(
            "device_signature",
            manifest_checks.device_rests_on(case),
            lambda: manifest_checks.device_signature(case),
        )
        run(
            "session_signature",
            "the session's public key: see session_id",
            lambda: manifest_checks.session_signature(case),
        )
        run("session_id", "the anchor of the opening", lambda: manifest_checks.session_id(case))
        run(
            "policy_hash",
            "the anchor of the opening, where there is one",
            lambda: manifest_checks.checked_policy_hash(case),
        )
        run(
            "policy",
            "the device's key: see device_signature",
            lambda: manifest_checks.checked_policy(case),
        )
        run("merkle_root", _ITSELF, lambda: manifest_checks.checked_merkle_root(case))
        run(
            "chunk_count",
            "the anchor of the seal, where there is one",
            lambda: manifest_checks.chunk_count(case),
        )

    def check_anchors(
        self, live_header: LiveHeader | None, live: RootOfTrust, is_void: IsVoid | None = None
    ) -> None:
        """Check what the chain says, and what its word rests on."""
        run, case = self.checklist.run, self.case
        run("opened_anchor", self._rests_on("opened"), lambda: anchor_checks.opened_anchor(case))
        run("sealed_anchor", self._rests_on("sealed"), lambda: anchor_checks.sealed_anchor(case))
        run(
            "progress_anchors",
            "the blocks' headers: see header_trust",
            lambda: anchor_checks.progress_anchors(case),
        )
        run(
            "anchored_time",
            "the clocks of the appliance and of the chain's publisher",
            lambda: anchor_checks.anchored_time(case),
        )
        if self._is_in_a_batch():
            run(
                "single_use",
                "the contract's word as of now, from the node that was asked",
                lambda: anchor_checks.single_use(case, is_void),
            )
        run(
            "header_trust",
            self._trust_rests_on(live_header, live),
            lambda: self._trust(live_header, live),
        )

    def report(self) -> VerificationReport:
        """Put the report together."""
        try:
            session_id: str | None = str(self.case.manifest.value.session_id)
        except NotChecked:
            session_id = None
        return VerificationReport(
            subject=self._subject,
            session_id=session_id,
            holds=self.checklist.holds,
            checks=tuple(self.checklist.checks),
            root_of_trust=self._root.value,
            duration_s=time.monotonic() - self._started,
        )

    def _trust(self, live_header: LiveHeader | None, live: RootOfTrust) -> str:
        root, summary = anchor_checks.header_trust(self.case, live_header, live)
        self._root = root
        return summary

    def _trust_rests_on(self, live_header: LiveHeader | None, live: RootOfTrust) -> str:
        if self.case.pins.checkpoint is not None:
            return f"the block hash that was given, 0x{self.case.pins.checkpoint.hex()[:16]}…"
        if live_header is None:
            return "nothing yet"
        return _LIVE[live]

    def _is_in_a_batch(self) -> bool:
        try:
            opened = self.case.anchors.value.opened
        except NotChecked:
            return False
        return opened is not None and opened.batch is not None

    def _rests_on(self, name: str) -> str:
        try:
            anchors = self.case.anchors.value
        except NotChecked:
            return "nothing yet"
        proof: AnchorProof | None = anchors.opened if name == "opened" else anchors.sealed
        return anchor_checks.anchor_rests_on(self.case, proof)


def make_pins(checkpoint: str | None, device: str | None, contract: str | None) -> Pins:
    """Read what the person gave; UsageFailure for what cannot be it."""
    return Pins(
        checkpoint=_hex(checkpoint, _HASH_BYTES, "a checkpoint is a block's hash"),
        device=_fingerprint(device),
        contract=_hex(contract, _ADDRESS_BYTES, "a contract is an address"),
    )


def counter(progress: Callable[[int, int], None] | None, total: int) -> Callable[[int], None]:
    """Count done bytes for ``progress``; it may raise Cancelled."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done = min(done + count, total)
        if progress is not None:
            progress(done, total)

    return tick


def _fingerprint(text: str | None) -> str | None:
    found = _hex(text, _HASH_BYTES, "a device is named by its whole fingerprint")
    return None if found is None else found.hex()


def _hex(text: str | None, length: int, what: str) -> bytes | None:
    if text is None:
        return None
    digits = "".join(text.split()).lower().removeprefix("0x")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if len(found) != length:
        raise UsageFailure(reason=f"{what}: {2 * length} hexadecimal digits")
    return found
