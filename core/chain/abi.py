"""The contract ABI, typed: what Python value each Solidity type is, and calls, events and errors made of them.

An address is 20 bytes, a ``bytesN`` exactly N, a whole number an int within its bounds, an array a tuple, a struct a
frozen dataclass. Source: https://docs.soliditylang.org/en/latest/abi-spec.html. Whole words are read here, since the
index reads millions of them; everything else is eth-abi's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Self, TypeVar

from core.errors import AnchorMismatch, Bug

T = TypeVar("T")
RecordType = TypeVar("RecordType", bound="Record")

WORD = 32
SELECTOR = 4
_ADDRESS = 20


@dataclass(frozen=True)
class Kind(Generic[T]):
    """One Solidity type. ``give`` turns our value into eth-abi's and raises Bug, ``take`` the other way.

    ``word`` reads a type that is a single word and raises ValueError; it is None for all others.
    """

    name: str
    give: Callable[[T], object]
    take: Callable[[Any], T]
    word: Callable[[bytes], T] | None = None


class Record:
    """A struct, an answer of several values, an event or an error: a frozen dataclass with its fields' types."""

    NAME: ClassVar[str]  # as in Solidity
    KINDS: ClassVar[tuple[Kind[Any], ...]]


def values_of(made: Record) -> tuple[Any, ...]:
    """Give a record's fields in order."""
    return tuple(named(made).values())


def named(made: Record) -> dict[str, Any]:
    """Give a record's fields by their Python names."""
    return {each.name: getattr(made, each.name) for each in fields(made)}  # type: ignore[arg-type]  # each is a dataclass


class ContractError(Record):
    """A custom error's arguments."""

    SELECTOR: ClassVar[bytes]

    @classmethod
    def decode(cls, output: bytes) -> Self:
        """Read a revert's bytes, the selector among them. Raises AnchorMismatch when they are not this error's."""
        if output[:SELECTOR] != cls.SELECTOR:
            raise AnchorMismatch(field=f"error {cls.NAME}")
        return cls(*decode(cls.KINDS, output[SELECTOR:], f"error {cls.NAME}"))


class ContractEvent(Record):
    """An event's fields; an indexed one that is no word (a string) is there as its hash."""

    TOPIC: ClassVar[bytes]
    INDEXED: ClassVar[tuple[bool, ...]]

    @classmethod
    def decode(cls, topics: Sequence[bytes], data: bytes) -> Self:
        """Read a log. Raises AnchorMismatch when it is none of this event."""
        what = f"event {cls.NAME}"
        indexed = [kind for kind, is_topic in zip(cls.KINDS, cls.INDEXED, strict=True) if is_topic]
        plain = [
            kind for kind, is_topic in zip(cls.KINDS, cls.INDEXED, strict=True) if not is_topic
        ]
        if len(topics) != len(indexed) + 1 or topics[0] != cls.TOPIC:
            raise AnchorMismatch(field=what)
        first = iter(decode(indexed, b"".join(topics[1:]), what))
        rest = iter(decode(plain, data, what))
        return cls(*(next(first if is_topic else rest) for is_topic in cls.INDEXED))


@dataclass(frozen=True)
class Call(Generic[T]):
    """A call of a function, encoded, with what its answer is."""

    contract: str
    function: str
    data: bytes
    result: Callable[[bytes], T]

    def decode(self, output: bytes) -> T:
        """Read the answer. Raises AnchorMismatch when it is none that the function gives."""
        return self.result(output)


def call(  # noqa: PLR0917 - as generated code gives them
    contract: str,
    function: str,
    selector: str,
    result: Callable[[bytes], T],
    kinds: tuple[Kind[Any], ...] = (),
    given: tuple[object, ...] = (),
) -> Call[T]:
    """Encode a call of arguments of these types. Raises Bug on one that its type does not hold."""
    return Call(contract, function, bytes.fromhex(selector) + encode(kinds, given), result)


def nothing(output: bytes) -> None:
    """Read the answer of a function that returns nothing."""
    if output:
        raise AnchorMismatch(field="an answer where there is none")


def one(kind: Kind[T]) -> Callable[[bytes], T]:
    """Read an answer of one value."""

    def read(output: bytes) -> T:
        (value,) = decode((kind,), output, f"answer {kind.name}")
        answer: T = value
        return answer

    return read


def several(made: type[RecordType]) -> Callable[[bytes], RecordType]:
    """Read an answer of several values."""
    return lambda output: made(*decode(made.KINDS, output, f"answer {made.NAME}"))


def encode(kinds: Sequence[Kind[Any]], given: Sequence[object]) -> bytes:
    """Encode values one after the other. Raises Bug."""
    if not kinds:
        return b""
    from eth_abi.abi import encode as encode_values
    from eth_abi.exceptions import EncodingError

    try:
        values = [kind.give(value) for kind, value in zip(kinds, given, strict=True)]
        return encode_values([kind.name for kind in kinds], values)
    except (EncodingError, TypeError, AttributeError) as error:
        raise Bug(f"no such arguments: {error}") from error


def decode(kinds: Sequence[Kind[Any]], content: bytes, what: str) -> list[Any]:
    """Decode values one after the other. Raises AnchorMismatch, which names ``what``."""
    readers = [kind.word for kind in kinds if kind.word is not None]
    try:
        if len(readers) == len(kinds):
            return _decode_words(readers, content)
        return _decode_any(kinds, content)
    except (ValueError, OverflowError) as error:
        raise AnchorMismatch(field=what) from error


def _decode_words(readers: Sequence[Callable[[bytes], Any]], content: bytes) -> list[Any]:
    if len(content) != WORD * len(readers):
        raise ValueError("another length")
    return [read(content[at * WORD : at * WORD + WORD]) for at, read in enumerate(readers)]


def _decode_any(kinds: Sequence[Kind[Any]], content: bytes) -> list[Any]:
    from eth_abi.abi import decode as decode_values
    from eth_abi.exceptions import DecodingError

    try:
        found = decode_values([kind.name for kind in kinds], content)
    except DecodingError as error:
        raise ValueError(str(error)) from error
    return [kind.take(value) for kind, value in zip(kinds, found, strict=True)]


# --- the types -----------------------------------------------------------------------------------


def uint(bits: int) -> Kind[int]:
    """``uintN``."""
    limit = 1 << bits
    name = f"uint{bits}"

    def give(value: int) -> int:
        if not 0 <= value < limit:
            raise Bug(f"{value} is no {name}")
        return value

    def word(content: bytes) -> int:
        if (value := int.from_bytes(content)) >= limit:
            raise ValueError(f"no {name}")
        return value

    return Kind(name, give, int, word)


def fixed(size: int) -> Kind[bytes]:
    """``bytesN``, to its exact length: eth-abi would fill short ones up."""
    name = f"bytes{size}"
    padding = bytes(WORD - size)

    def give(value: bytes) -> bytes:
        if len(value) != size:
            raise Bug(f"{len(value)} bytes are no {name}")
        return value

    def word(content: bytes) -> bytes:
        if content[size:] != padding:
            raise ValueError(f"no {name}")
        return content[:size]

    return Kind(name, give, bytes, word)


def _give_address(value: bytes) -> str:
    if len(value) != _ADDRESS:
        raise Bug(f"{len(value)} bytes are no address")
    return f"0x{value.hex()}"


def _address_word(content: bytes) -> bytes:
    if any(content[: WORD - _ADDRESS]):
        raise ValueError("no address")
    return content[WORD - _ADDRESS :]


def _bool_word(content: bytes) -> bool:
    if (value := int.from_bytes(content)) > 1:
        raise ValueError("no bool")
    return value == 1


ADDRESS: Kind[bytes] = Kind(
    "address", _give_address, lambda text: bytes.fromhex(text[2:]), _address_word
)
BOOL: Kind[bool] = Kind("bool", bool, bool, _bool_word)
BYTES: Kind[bytes] = Kind("bytes", bytes, bytes)
STRING: Kind[str] = Kind("string", str, str)


def array(of: Kind[T], length: int | None = None) -> Kind[tuple[T, ...]]:
    """``T[]`` or ``T[N]``."""
    name = f"{of.name}[{'' if length is None else length}]"

    def give(values: tuple[T, ...]) -> list[object]:
        if length is not None and len(values) != length:
            raise Bug(f"{len(values)} values are no {name}")
        return [of.give(value) for value in values]

    return Kind(name, give, lambda values: tuple(of.take(value) for value in values))


def record(made: type[RecordType]) -> Kind[RecordType]:
    """A struct."""
    name = f"({','.join(kind.name for kind in made.KINDS)})"

    def give(value: RecordType) -> tuple[object, ...]:
        if not isinstance(value, made):
            raise Bug(f"a {type(value).__name__} is no {made.__name__}")
        return tuple(
            kind.give(each) for kind, each in zip(made.KINDS, values_of(value), strict=True)
        )

    def take(values: Sequence[Any]) -> RecordType:
        return made(*(kind.take(each) for kind, each in zip(made.KINDS, values, strict=True)))

    return Kind(name, give, take)
