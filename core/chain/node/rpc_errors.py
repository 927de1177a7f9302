"""What the node answers when it cannot do what was asked.

Codes: JSON-RPC 2.0, section 5.1, and EIP-1474; 3 is what clients know as an execution that reverted.
"""

from __future__ import annotations

from typing import Any

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
REFUSED = -32000
TOO_MUCH = -32005
REVERTED = 3


class RpcError(Exception):
    """An answer that is an error; ``data`` is JSON."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_json(self) -> dict[str, Any]:
        """Give the error object of a response."""
        answer: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.data is not None:
            answer["data"] = self.data
        return answer


def invalid(message: str) -> RpcError:
    """The parameters cannot be understood."""
    return RpcError(INVALID_PARAMS, message)


def refused(message: str) -> RpcError:
    """The request is understood and not granted; the wording follows go-ethereum, which clients know."""
    return RpcError(REFUSED, message)
