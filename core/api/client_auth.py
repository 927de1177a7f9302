"""The client key of an onion service, as any tor reads it."""

from __future__ import annotations


def client_auth_line(address: str, client_key: str) -> str:
    """Write the line of a file ``….auth_private`` in tor's ClientOnionAuthDir; "" where there is no key.

    ``address`` is ADDRESS.onion, with its port or without. Source: tor(1), CLIENT AUTHORIZATION.
    """
    if not client_key:
        return ""
    return f"{address.partition('.')[0]}:descriptor:x25519:{client_key}"
