"""Canonical JSON (RFC 8785) and a loader that takes nothing it would have to guess about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import rfc8785

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_DEEPEST = 64
# The closing quote may be missing: then the rest is a text, found in one pass and refused by the parser.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_OPENING = b"[{"
_NO_BRACKETS = bytes(octet for octet in range(256) if octet not in b"[]{}")


class JsonRefused(ValueError):
    """The bytes are not JSON that has exactly one meaning; each caller names it in its own terms."""


def canonical_json(value: Json) -> bytes:
    """Write ``value`` as RFC 8785 says; JsonRefused for what canonical JSON cannot hold."""
    try:
        return rfc8785.dumps(cast("Any", value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise JsonRefused(str(error)) from error


def load_json(data: bytes, maximum_bytes: int) -> Json:
    """Read JSON strictly.

    JsonRefused when it is larger than ``maximum_bytes``, not UTF-8, nested deeper than 64, names a
    member twice, or holds NaN, infinities or an integer that a double cannot hold exactly.
    """
    if len(data) > maximum_bytes:
        raise JsonRefused(f"larger than {maximum_bytes} bytes")
    _refuse_depth(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_members_once,
            parse_constant=_refuse_constant,
            parse_int=_exact_integer,
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise JsonRefused(f"not JSON: {error}") from error
    return cast("Json", value)


def load_canonical_json(data: bytes, maximum_bytes: int) -> Json:
    """Read JSON strictly and refuse bytes that are not its canonical form."""
    value = load_json(data, maximum_bytes)
    if canonical_json(value) != data:
        raise JsonRefused("not in canonical form")
    return value


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonRefused("a member is named twice")
    return members


def _refuse_constant(name: str) -> float:
    raise JsonRefused(f"{name} is not a JSON number")


def _exact_integer(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) >= 1 << 53:  # noqa: PLR2004 - RFC 8785's domain
        raise JsonRefused("an integer beyond 2**53 - 1")
    return value


def _refuse_depth(data: bytes) -> None:
    """Refuse deep nesting before parsing.

    The standard library's parser is bounded by the interpreter's recursion limit alone, which other libraries
    raise: py-evm to a depth at which the parser overruns the stack and the process dies.
    """
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in _OPENING else -1
        if depth > _DEEPEST:
            raise JsonRefused("nested too deeply")
