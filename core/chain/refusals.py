"""What a contract's revert means: its custom error, whichever contract it bubbled up from, in a sentence.

Sources: https://docs.soliditylang.org/en/latest/abi-spec.html (errors), and the same manual on ``Panic``.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

from core.api.text_contracts import REFUSALS
from core.chain import abi
from core.chain.clients.errors import ERRORS
from core.errors import AnchorMismatch, ContractRefused

_WORDS_SELECTOR = bytes.fromhex("08c379a0")  # Error(string): require with words
_PANIC_SELECTOR = bytes.fromhex("4e487b71")  # Panic(uint256): the compiler's own checks
_PANICS = {
    0x01: "an assertion failed",
    0x11: "a number became too large or too small",
    0x12: "a division by zero",
    0x21: "no such choice",
    0x32: "a place beyond a list's end",
    0x41: "too much memory was asked for",
}
_SESSION_ID = 16
_SHOWN_BYTES = 64
_SHOWN_LETTERS = 200
_DEEPEST = 4  # an error within an error within …


def refusal(output: bytes, called: str = "") -> ContractRefused:
    """Tell what a revert of a call of the contract ``called`` says; every answer is told, an unknown one as such."""
    contract, made = _find(output, called)
    if made is not None:
        arguments = {name: told(value) for name, value in abi.named(made).items()}
        return _refused(contract, made.NAME, arguments)
    return _refused(called, "", {}, _unknown(output))


def error_name(output: bytes) -> str | None:
    """Name the custom error of a revert; None when no published contract has it."""
    _, made = _find(output, "")
    return None if made is None else made.NAME


def _refused(
    contract: str, error: str, arguments: dict[str, str], words: str | None = None
) -> ContractRefused:
    listed = ", ".join(f"{name.rstrip('_')} {value}" for name, value in arguments.items())
    if words is None:
        template = REFUSALS.get(error)
        plain = f"{error} ({listed})" if listed else error
        words = plain if template is None else template.format_map(arguments)
    return ContractRefused(
        contract=contract or "that was called",
        error=error,
        arguments=listed,
        told=words,
        reason=error or words,
    )


def _find(output: bytes, called: str) -> tuple[str, abi.ContractError | None]:
    """Find the error and whose it is: of the contract that was called if it has it, else of another."""
    candidates = _by_selector().get(output[: abi.SELECTOR], {})
    if not candidates:
        return called, None
    contract = called if called in candidates else " or ".join(candidates)
    made = candidates.get(called) or next(iter(candidates.values()))
    try:
        return contract, made.decode(output)
    except AnchorMismatch:
        return called, None


@cache
def _by_selector() -> dict[bytes, dict[str, type[abi.ContractError]]]:
    found: dict[bytes, dict[str, type[abi.ContractError]]] = {}
    for contract, errors in ERRORS.items():
        for each in errors:
            found.setdefault(each.SELECTOR, {})[contract] = each
    return found


def _unknown(output: bytes) -> str:
    """Tell of a revert that is no custom error of ours."""
    selector, rest = output[: abi.SELECTOR], output[abi.SELECTOR :]
    if not output:
        return "it gave no reason"
    try:
        if selector == _PANIC_SELECTOR:
            (code,) = abi.decode((abi.uint(256),), rest, "panic")
            return f"{_PANICS.get(code, 'a check of the compiler failed')} (panic 0x{code:02x})"
        if selector == _WORDS_SELECTOR:
            (words,) = abi.decode((abi.STRING,), rest, "reason")
            return f"it says {told(words)}"
    except AnchorMismatch:
        pass  # the selector alone does not make it one: told below as what it is
    return f"it answered {told(output)}, which no published contract does"


def told(value: object, depth: int = 0) -> str:
    """Write a value down for a person: short, one line, and nothing that a terminal would take for an order."""
    if isinstance(value, bytes):
        return _bytes_told(value, depth)
    if isinstance(value, str):
        shown = "".join(letter if letter.isprintable() else "?" for letter in value)
        return f"“{shown[:_SHOWN_LETTERS]}{'…' if len(shown) > _SHOWN_LETTERS else ''}”"
    if isinstance(value, tuple):
        return f"({', '.join(told(each, depth) for each in value)})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _bytes_told(value: bytes, depth: int) -> str:
    """Write bytes down: an ID as such, an error within an error as it would be told by itself, others in hex."""
    if len(value) == _SESSION_ID:
        return str(UUID(bytes=value))
    contract, made = _find(value, "") if depth < _DEEPEST else ("", None)
    if made is not None:
        inner = [f"{name} {told(each, depth + 1)}" for name, each in abi.named(made).items()]
        return f"{made.NAME} of {contract} ({', '.join(inner)})" if inner else made.NAME
    digits = value[:_SHOWN_BYTES].hex()
    return f"0x{digits}… ({len(value)} bytes)" if len(value) > _SHOWN_BYTES else f"0x{digits}"
