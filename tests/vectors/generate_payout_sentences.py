"""Writes the golden vectors of payout sentences: ``python -m tests.vectors.generate_payout_sentences``.

Each is a sentence, what it means field by field, and the EIP-191 hash that an approver signs. The contracts on the
embedded EVM are held to them, too. Running it again must change nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from pathlib import Path

from core.chain.encoding import keccak256
from core.payments.sentence import (
    Caps,
    Kind,
    Meaning,
    Pauser,
    Payout,
    PayoutList,
    Reference,
    Resume,
    SignerSet,
    sentence_of,
)

ROUTER = bytes.fromhex("a614f803b6fd780986a42c78ec9c7f77e6ded13c")
PAYEE = bytes(range(20))
WHEN = 1_795_377_600  # 2026-11-22 20:00 UTC
OCTOBER = 2026 * 12 + 9
TRON = 728126428
MEANINGS: tuple[Meaning, ...] = (
    Payout(312_480_000, PAYEE, Reference(Kind.EPOCH, OCTOBER, 42), WHEN, ROUTER),
    Payout(50_000_000_000, PAYEE, Reference(Kind.SESSION, 0x0102030A), WHEN, ROUTER),
    Payout(1, PAYEE, Reference(Kind.REASON, 7, 1234), WHEN, ROUTER),
    Payout(
        9_999_990_000,
        bytes(19) + b"\x01",
        Reference(Kind.EPOCH, OCTOBER + 2, 99),
        1_835_395_140,
        ROUTER,
    ),
    PayoutList(98_765_432_100, 312, bytes(range(32)), OCTOBER, WHEN, ROUTER),
    Caps(50_000_000_000, 250_000_000_000, 3, WHEN, ROUTER),
    Resume(4, WHEN, ROUTER),
    Pauser(PAYEE, 5, WHEN, ROUTER),
    SignerSet((b"\x01" * 20, b"\x02" * 20, b"\x03" * 20), PAYEE, 2, WHEN, TRON),
)


def vectors_path() -> Path:
    """Name the file that holds the vectors."""
    return Path(__file__).with_name("payout_sentences.json")


def eip191(sentence: str) -> bytes:
    """Hash a sentence as a wallet does before it signs (EIP-191, version 0x45)."""
    return keccak256(f"\x19Ethereum Signed Message:\n{len(sentence)}{sentence}".encode("ascii"))


def text() -> str:
    """Write the vectors as the file holds them."""
    vectors = [
        {
            "says": type(meaning).__name__,
            **{name: _plain(value) for name, value in asdict(meaning).items()},
            "sentence": sentence_of(meaning),
            "eip191": eip191(sentence_of(meaning)).hex(),
        }
        for meaning in MEANINGS
    ]
    return json.dumps(vectors, indent=1) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


if __name__ == "__main__":
    vectors_path().write_text(text(), encoding="utf-8")
