"""Canonical JSON (RFC 8785) and a loader that takes nothing it would have to guess about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice
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


def load_json(data: bytes, maximum_bytes: int, maximum_values: int | None = None) -> Json:
    """Read JSON strictly.

    JsonRefused when it is larger than ``maximum_bytes``, not UTF-8, nested deeper than 64, names a
    member twice, or holds NaN, infinities or an integer that a double cannot hold exactly. Where the bytes are many,
    ``maximum_values`` bounds what is made of them: a value of two bytes takes a hundred when it is read.
    """
    if len(data) > maximum_bytes:
        raise JsonRefused(f"larger than {maximum_bytes} bytes")
    if maximum_values is not None:
        _refuse_strings(data, 2 * maximum_values)  # a member's name is one too
    outside_strings = _STRING.sub(b"", data)
    if maximum_values is not None:
        _refuse_values(outside_strings, maximum_values)
    _refuse_depth(outside_strings)
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


def load_canonical_json(data: bytes, maximum_bytes: int, maximum_values: int | None = None) -> Json:
    """Read JSON strictly and refuse bytes that are not its canonical form."""
    value = load_json(data, maximum_bytes, maximum_values)
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


def _refuse_strings(data: bytes, most: int) -> None:
    if next(islice(_STRING.finditer(data), most, None), None) is not None:
        raise JsonRefused(f"more than {most} strings")


def _refuse_values(outside_strings: bytes, most: int) -> None:
    """Refuse too many values before parsing: each is the first in its brackets, or comes after a comma."""
    if sum(map(outside_strings.count, (b"[", b"{", b","))) >= most:
        raise JsonRefused(f"more than {most} values")


def _refuse_depth(outside_strings: bytes) -> None:
    """Refuse deep nesting before parsing.

    The standard library's parser is bounded by the interpreter's recursion limit alone, which other libraries
    raise: py-evm to a depth at which the parser overruns the stack and the process dies.
    """
    depth = 0
    for bracket in outside_strings.translate(None, _NO_BRACKETS):
        depth += 1 if bracket in _OPENING else -1
        if depth > _DEEPEST:
            raise JsonRefused("nested too deeply")
