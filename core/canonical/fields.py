"""Take the members of a JSON object one by one, each with its type and bounds, and name what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TypeVar, cast

from core.canonical.documents import Json
from core.errors import Failure

Malformed = Callable[[str], Failure]
T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_LARGEST = (1 << 53) - 1


class Fields:
    """The members of one object, each taken once; what is left over at ``end`` is wrong too.

    ``malformed`` makes the failure from the path of the member, as in ``chunks[3].leaf``.
    """

    def __init__(self, value: object, malformed: Malformed, path: str = "") -> None:
        if not isinstance(value, dict):
            raise malformed(path or "not an object")
        self._left: dict[str, Json] = dict(value)
        self._malformed = malformed
        self._path = path

    def path_of(self, member: str) -> str:
        """Name a member from the outermost object on."""
        return f"{self._path}.{member}" if self._path else member

    def wrong(self, member: str) -> Failure:
        """Make the failure that names ``member``."""
        return self._malformed(self.path_of(member))

    def take(self, member: str) -> Json:
        """Take a member of any type."""
        if member not in self._left:
            raise self.wrong(member)
        return self._left.pop(member)

    def left(self) -> Mapping[str, Json]:
        """Give the members that were not taken yet."""
        return self._left

    def constant(self, member: str, expected: str) -> None:
        """Take a member that has one possible value."""
        if self.take(member) != expected:
            raise self.wrong(member)

    def whole(self, member: str, least: int = 0, most: int = _LARGEST) -> int:
        """Take an integer within bounds."""
        value = self.take(member)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(member)
        return value

    def optional_whole(self, member: str, least: int = 0, most: int = _LARGEST) -> int | None:
        """Take an integer within bounds, or null."""
        if self._left.get(member, "") is None:
            self.take(member)
            return None
        return self.whole(member, least, most)

    def flag(self, member: str) -> bool:
        """Take true or false."""
        value = self.take(member)
        if not isinstance(value, bool):
            raise self.wrong(member)
        return value

    def text(self, member: str, least: int = 0, most: int = 256) -> str:
        """Take a text with that many characters."""
        value = self.take(member)
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise self.wrong(member)
        return value

    def matching(self, member: str, pattern: str) -> str:
        """Take a text that matches a pattern from its beginning to its end."""
        value = self.take(member)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise self.wrong(member)
        return value

    def decimal(self, member: str, most: int) -> int:
        """Take an integer written as a text, for what JSON's numbers cannot hold exactly."""
        value = int(self.matching(member, r"0|[1-9][0-9]{0,19}"))
        if value > most:
            raise self.wrong(member)
        return value

    def choices(self, member: str, kind: type[E]) -> tuple[E, ...]:
        """Take an array of values of an enumeration, no more than it has."""
        found = []
        for each in self.array(member, len(kind)):
            try:
                found.append(kind(each))
            except ValueError:
                raise self.wrong(member) from None
        return tuple(found)

    def octets(self, member: str, length: int | None = None) -> bytes:
        """Take bytes written in lower-case hex, of that length where one is given."""
        return self._bytes_of(self.take(member), member, length)

    def octets_list(self, member: str, most: int, length: int | None = None) -> list[bytes]:
        """Take an array of such bytes."""
        values = self.array(member, most)
        return [
            self._bytes_of(value, f"{member}[{position}]", length)
            for position, value in enumerate(values)
        ]

    def _bytes_of(self, value: Json, member: str, length: int | None) -> bytes:
        if not isinstance(value, str) or not _HEX.match(value):
            raise self.wrong(member)
        found = bytes.fromhex(value)
        if length is not None and len(found) != length:
            raise self.wrong(member)
        return found

    def members(self, member: str, read: Callable[[Fields], T]) -> T:
        """Take an object and read all of it."""
        fields = Fields(self.take(member), self._malformed, self.path_of(member))
        return fields.whole_of(read)

    def optional_members(self, member: str, read: Callable[[Fields], T]) -> T | None:
        """Take an object and read all of it, or null."""
        if self._left.get(member, "") is None:
            self.take(member)
            return None
        return self.members(member, read)

    def items(self, member: str, read: Callable[[Fields], T], most: int = 1 << 20) -> tuple[T, ...]:
        """Take an array of objects and read all of each."""
        path = self.path_of(member)
        return tuple(
            Fields(item, self._malformed, f"{path}[{position}]").whole_of(read)
            for position, item in enumerate(self.array(member, most))
        )

    def array(self, member: str, most: int = 1 << 20) -> Sequence[Json]:
        """Take an array."""
        value = self.take(member)
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(member)
        return cast("list[Json]", value)

    def whole_of(self, read: Callable[[Fields], T]) -> T:
        """Read with ``read`` and make sure that it took every member."""
        value = read(self)
        self.end()
        return value

    def end(self) -> None:
        """Refuse members that nobody took."""
        for member in self._left:
            raise self.wrong(member)
