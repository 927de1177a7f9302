"""Finds JSON values in a stream without marks between them, as Ethereum's IPC sends them.

Clients end a request with a line feed or with nothing, so the end of a value is where its brackets close.
"""

from __future__ import annotations

import re

from core.chain.node.answering import MAX_REQUEST_BYTES

_START = re.compile(rb"[^ \t\r\n]")
_OUTSIDE_TEXT = re.compile(rb'["{}\[\]]')
_INSIDE_TEXT = re.compile(rb'["\\]')


class NotJson(Exception):
    """The stream holds something else than JSON objects and arrays, or one without an end."""


class ValueSplitter:
    """Cuts a stream into the bytes of whole JSON objects and arrays."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._restart()

    def _restart(self) -> None:
        self._scanned = 0
        self._depth = 0
        self._is_text = False

    def feed(self, received: bytes) -> list[bytes]:
        """Take in what was received and give the values that are whole now. Raises NotJson."""
        self._buffer += received
        values: list[bytes] = []
        while (end := self._end()) is not None:
            values.append(bytes(self._buffer[:end]))
            del self._buffer[:end]
            self._restart()
        if len(self._buffer) > MAX_REQUEST_BYTES:
            raise NotJson
        return values

    def _end(self) -> int | None:
        if self._depth == 0 and not self._begins():
            return None
        while True:
            marks = _INSIDE_TEXT if self._is_text else _OUTSIDE_TEXT
            mark = marks.search(self._buffer, self._scanned)
            if mark is None:
                self._scanned = len(self._buffer)
                return None
            if mark.group() == b"\\":
                if mark.end() == len(self._buffer):
                    self._scanned = mark.start()
                    return None
                self._scanned = mark.end() + 1
                continue
            self._scanned = mark.end()
            if self._closes(mark.group()):
                return self._scanned

    def _begins(self) -> bool:
        start = _START.search(self._buffer)
        if start is None:
            self._buffer.clear()
            return False
        if start.group() not in {b"{", b"["}:
            raise NotJson
        return True

    def _closes(self, mark: bytes) -> bool:
        if mark == b'"':
            self._is_text = not self._is_text
        elif mark in {b"{", b"["}:
            self._depth += 1
        else:
            self._depth -= 1
            return self._depth == 0
        return False
