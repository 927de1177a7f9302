"""From the bytes of a request to the bytes of its answer, whatever the bytes are.

Source: https://www.jsonrpc.org/specification, batches included.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from core.chain.node.methods import Methods
from core.chain.node.rpc_errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    RpcError,
)
from core.errors import Failure

MAX_REQUEST_BYTES = 8 * 1024 * 1024
MAX_BATCH = 1000
MAX_DEPTH = 64
_TEXT_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_LOG = logging.getLogger("core.chain.node.answering")


class Answering:
    """Answers requests one after the other.

    A Failure of the store comes through to the caller, since a node with a damaged store must not go on.
    """

    def __init__(self, methods: Methods) -> None:
        self._methods = methods

    def answer_bytes(self, request: bytes) -> bytes | None:
        """Answer an encoded request; None when nothing is to be answered."""
        try:
            text = request.decode()
            _refuse_depth(text)
            asked = json.loads(text)
        except (ValueError, RecursionError):
            return _encode(_error(None, RpcError(PARSE_ERROR, "parse error")))
        return self.answer(asked)

    def answer(self, asked: object) -> bytes | None:
        """Answer a decoded request or batch; None when nothing is to be answered."""
        if not isinstance(asked, list):
            answered = self._one(asked)
            return None if answered is None else _encode(answered)
        if not 0 < len(asked) <= MAX_BATCH:
            error = RpcError(INVALID_REQUEST, f"a batch has 1 to {MAX_BATCH} requests")
            return _encode(_error(None, error))
        answers = [answered for answered in map(self._one, asked) if answered is not None]
        return _encode(answers) if answers else None

    def _one(self, asked: object) -> dict[str, Any] | None:
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return _error(None, RpcError(INVALID_REQUEST, "invalid request"))
        identifier = asked.get("id")
        answered = self._result(asked, identifier)
        return answered if "id" in asked else None

    def _result(self, asked: dict[str, Any], identifier: object) -> dict[str, Any]:
        given = asked.get("params", [])
        if not isinstance(given, list):
            return _error(identifier, RpcError(INVALID_PARAMS, "params is not a list"))
        try:
            result = self._methods.answer(asked["method"], given)
        except RpcError as error:
            return _error(identifier, error)
        except Failure:
            raise
        except Exception:  # noqa: BLE001 - the boundary of a request: it must not end the node
            _LOG.exception("failed to answer %s", asked["method"])
            return _error(identifier, RpcError(INTERNAL_ERROR, "internal error"))
        return {"jsonrpc": "2.0", "id": identifier, "result": result}


def _refuse_depth(text: str) -> None:
    """Refuse deep nesting before parsing, by a ValueError.

    The parser relies on the recursion limit, which py-evm raises so far that the stack ends first.
    """
    depth = 0
    for found in _TEXT_OR_BRACKET.finditer(text):
        mark = found.group()
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")


def _error(identifier: object, error: RpcError) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identifier, "error": error.to_json()}


def _encode(answered: object) -> bytes:
    return json.dumps(answered, separators=(",", ":")).encode()
