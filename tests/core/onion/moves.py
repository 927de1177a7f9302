"""Example moves: a device that moves from one onion address to the next."""

from __future__ import annotations

from nacl.signing import SigningKey

from core.onion.keys import ServiceKey
from core.onion.statement import SignedStatement, Statement, sign_statement

DEVICE_KEY = SigningKey(bytes(range(64, 96)))
DEVICE = bytes(DEVICE_KEY.verify_key).hex()
MADE_UTC_MS = 1_790_000_000_000
DAY_MS = 24 * 3600 * 1000


def service_key(number: int) -> ServiceKey:
    """Give the key of the address that the device has after so many moves."""
    return ServiceKey(bytes([number]) * 32)


def sign_device(message: bytes, key: SigningKey = DEVICE_KEY) -> bytes:
    """Sign as the device does."""
    return key.sign(message).signature


def statement_of(number: int) -> Statement:
    """Say the move with this number, from 1 on."""
    return Statement(
        old_address=service_key(number - 1).address,
        new_address=service_key(number).address,
        device=DEVICE,
        sequence=number,
        made_utc_ms=MADE_UTC_MS + number * DAY_MS,
        until_utc_ms=MADE_UTC_MS + (number + 1) * DAY_MS,
    )


def move(number: int) -> SignedStatement:
    """Sign the move with this number."""
    return sign_statement(
        statement_of(number), service_key(number - 1), service_key(number), sign_device
    )
