"""Writes the golden vectors of vault, manifest, bundle and trail: ``python -m tests.vectors.generate_evidence``.

They are written by core with fixed keys and fixed randomness, and read by the independent reader
in tests/independent_reader, which imports nothing of core. Running it again must change nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from blake3 import blake3
from nacl.public import PrivateKey

from core.evidence.policy import policy_hash, sandbox_policy
from core.vault.passphrase import CHEAPEST_KDF
from core.vault.vault import Vault
from tests.core.evidence.examples import DEVICE, EPHEMERAL_SEED, SESSION
from tests.core.evidence.sessions import SESSION_KEY, HostedSession, SealedSession

PASSPHRASE = "correct horse battery staple"
RECORD_PLACE = ("onion", "own")
RECORD = '{"name":"Büro"}'
RECIPIENT_SEED = bytes(range(96, 128))
# libsodium draws the ephemeral key of a sealed box itself, so this wrapping was made once.
WRAPPED_FOR_RECIPIENT = (
    "d52f74f1f75991189083e08aaf4d79289aa2934d5d7c0bfb4f7f6825973b031eff22f013ec068250bdf464ca6c"
    "159594de0e01712b2d8cce1d1ad75c6eb4692d3b04e0b304ff38ae1a4bab4c91b7730901398e71786e657b85a1"
    "abb652d8443112482de27803e4ae2b7dc5ea53075e2997b20e6715ae7f95198740cc6e2712374861e9"
)


class CountedRandomness:
    """Random bytes that are the same every time: BLAKE3 of a counter."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, length: int) -> bytes:
        """Give the next ``length`` bytes."""
        self._count += 1
        return blake3(b"lucid vectors %d" % self._count).digest(length=length)


def vectors() -> dict[str, object]:
    """Make all vectors."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        return {"vault": _vault(path), **_session(path), "hosted": _hosted(path / "hosted")}


def text() -> str:
    """Write them as the file holds them."""
    return json.dumps(vectors(), indent=1) + "\n"


def _vault(directory: Path) -> dict[str, object]:
    path = directory / "vault.json"
    with Vault.create(path, PASSPHRASE, kdf=CHEAPEST_KDF, random=CountedRandomness()) as vault:
        wrapped = vault.wrap_session_key(SESSION, SESSION_KEY)[0]
        record = vault.seal_record(*RECORD_PLACE, RECORD.encode("utf-8"))
        return {
            "passphrase": PASSPHRASE,
            "file": path.read_text("ascii"),
            "device_fingerprint": vault.device_fingerprint,
            "device_public_key": vault.device_public_key.hex(),
            "recipient_public_key": vault.recipient_public_key.hex(),
            "chain_private_key": vault.chain_private_key().hex(),
            "session_id": str(SESSION),
            "session_key": SESSION_KEY.hex(),
            "wrapped_session_key": wrapped.to_json(),
            "record": {
                "kind": RECORD_PLACE[0],
                "key": RECORD_PLACE[1],
                "document": RECORD,
                "sealed": record.hex(),
            },
            "recipient_private_key": RECIPIENT_SEED.hex(),
            "wrapped_for_recipient": {
                "scheme": "x25519-sealed-box-v1",
                "holder": bytes(PrivateKey(RECIPIENT_SEED).public_key).hex(),
                "wrapped": WRAPPED_FOR_RECIPIENT,
            },
        }


def _session(directory: Path) -> dict[str, object]:
    session = SealedSession(directory / "sessions", 2)
    bundle = session.bundle(directory / "bundle", 0, 1, readable=(1,)).read_bytes()
    return {
        "manifest": {
            "device_seed": bytes(DEVICE).hex(),
            "ephemeral_seed": EPHEMERAL_SEED.hex(),
            "policy_hash": policy_hash(sandbox_policy()).hex(),
            "manifest": session.signed.manifest_json.decode("utf-8"),
            "manifest_hash": session.signed.manifest_hash.hex(),
            "signatures": session.signed.signatures_json().decode("ascii"),
            "chunks": [session.chunk_path(index).read_bytes().hex() for index in (0, 1)],
        },
        "bundle": {
            "checkpoint": session.live_header(4).hex(),
            "size": len(bundle),
            "blake3": blake3(bundle).hexdigest(),
            "file": bundle.hex(),
        },
    }


def _hosted(directory: Path) -> dict[str, object]:
    """Make a session that a peer could join: policy and signature, trail, and a bundle that discloses all."""
    session = HostedSession(directory)
    trail, head = session.trail(), session.manifest.trail
    if trail.key is None or head is None or session.manifest.policy_signature is None:
        raise AssertionError
    bundle = session.bundle(directory / "bundle", 0, 1, readable=(0, 1), trail=trail).read_bytes()
    return {
        "policy_signature": session.manifest.policy_signature.hex(),
        "manifest": session.signed.manifest_json.decode("utf-8"),
        "manifest_hash": session.signed.manifest_hash.hex(),
        "signatures": session.signed.signatures_json().decode("ascii"),
        "trail": trail.data.hex(),
        "trail_key": trail.key.hex(),
        "entries": head.count,
        "head": head.hash.hex(),
        "checkpoint": session.live_header(4).hex(),
        "size": len(bundle),
        "blake3": blake3(bundle).hexdigest(),
        "bundle": bundle.hex(),
    }


if __name__ == "__main__":
    Path(__file__).with_name("evidence.json").write_text(text(), "ascii")
    sys.stdout.write("written\n")
