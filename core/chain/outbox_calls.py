"""Calls as the outbox keeps them."""

from __future__ import annotations

import json
from typing import Any

from core.chain.protocol import AnchorCall


def encode_call(call: AnchorCall) -> str:
    """Write a call as JSON; bytes become 0x-hex."""
    arguments = [f"0x{each.hex()}" if isinstance(each, bytes) else each for each in call.arguments]
    return json.dumps(
        {"contract": call.contract, "function": call.function, "arguments": arguments}
    )


def decode_call(text: str) -> AnchorCall:
    """Read a call back from JSON."""
    stored: dict[str, Any] = json.loads(text)
    arguments = tuple(
        bytes.fromhex(each[2:]) if isinstance(each, str) and each.startswith("0x") else each
        for each in stored["arguments"]
    )
    return AnchorCall(contract=stored["contract"], function=stored["function"], arguments=arguments)
