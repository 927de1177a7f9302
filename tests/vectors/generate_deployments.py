"""Writes the golden vectors of deployment files: ``python -m tests.vectors.generate_deployments``.

They are written by core with fixed keys, and read by the independent reader in tests/independent_reader, which imports
nothing of core. Running it again must change nothing. The wrong ones are each a whole file with one thing wrong in it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from nacl.signing import SigningKey

from core.chain.network.document import DeploymentFile, write_deployment
from core.chain.network.parts import NAMES
from core.chain.network.terms import Terms

SEED = bytes([9]) * 32


def vectors_path() -> Path:
    """Name the file that holds the vectors."""
    return Path(__file__).with_name("deployments.json")


def _account(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:20]


def deployment() -> DeploymentFile:
    """Describe a network that is nowhere."""
    first, second, third = sorted(_account(f"approver {number}") for number in range(3))
    return DeploymentFile(
        chain_id=7332,
        genesis=hashlib.sha256(b"genesis").digest(),
        first_block=12,
        deployer=_account("deployer"),
        terms=Terms(
            validators=tuple(sorted(_account(f"validator {number}") for number in range(4))),
            approvers=(first, second, third),
            compliance_signer=_account("compliance"),
            routers_chain_id=728_126_428,
            first_slot_at_utc_s=1_800_000_000,
            storage_window_s=86_400,
        ),
        contracts={name: _account(name) for name in NAMES},
        device=bytes(SigningKey(SEED).verify_key),
    )


def _written(file: DeploymentFile, seed: bytes = SEED) -> str:
    return write_deployment(file, lambda message: SigningKey(seed).sign(message).signature).decode()


def text() -> str:
    """Write the vectors as the file holds them."""
    file = deployment()
    right = _written(file)
    smallest = replace(
        file, first_block=0, terms=replace(file.terms, validators=(bytes([1]) * 20,))
    )
    wrong = {
        "another block than was signed": right.replace('"first_block":12', '"first_block":13'),
        "a later version": right.replace('"version":1', '"version":2'),
        "another format": right.replace("lucid-deployment", "lucid-deployments"),
        "a member is missing": right.replace('"first_block":12,', ""),
        "a member too many": right.replace('"chain_id"', '"about":"x","chain_id"'),
        "not in canonical form": right.replace('":', '": ', 1),
        "capital letters in hex": right.replace(file.genesis.hex(), file.genesis.hex().upper()),
        "another device signed": _written(file, bytes([8]) * 32),
        "chain 0": _written(replace(file, chain_id=0)),
        "validators do not ascend": right.replace(
            f"0x{file.terms.validators[0].hex()}", f"0x{'ff' * 20}"
        ),
    }
    assert all(each != right for each in wrong.values())
    vectors = {
        "seed": SEED.hex(),
        "device": file.device.hex(),
        "files": [right, _written(smallest)],
        "wrong": [{"why": why, "file": each} for why, each in wrong.items()],
    }
    return json.dumps(vectors, indent=1) + "\n"


if __name__ == "__main__":
    vectors_path().write_text(text(), encoding="utf-8")
