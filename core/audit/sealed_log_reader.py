"""Reading a sealed log: every whole frame, and a word on what lies behind the last one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from core.audit.sealed_log_format import (
    FRAME_HEADER,
    HEADER,
    KIND_RECORD,
    LARGEST_LOG,
    LARGEST_RECORD,
    MARKER,
    VERSION,
    LogKind,
    frame_nonce,
    log_key,
)
from core.sealing.aead import TAG_BYTES

ACCEPTED_VERSIONS = (VERSION,)


@dataclass(frozen=True)
class LogContent:
    """The records of a log in their order; ``torn_bytes`` behind them are no whole frame, as a crash leaves them."""

    records: tuple[bytes, ...]
    whole_bytes: int
    torn_bytes: int


def read_sealed_log(path: Path, *, kind: LogKind, key: bytes, session_id: UUID) -> LogContent:
    """Read a log up to its end or its torn tail.

    Raises what the kind calls malformed when it is none of this session, and altered with the number of a frame that
    does not hold and cannot be the tail that a crash left: a genuine one lies behind it, or it is the first.
    """
    data = bytes_of(path, kind)
    file_key = log_key(kind, key, session_id, salt_of(data, kind=kind, session_id=session_id))
    return open_sealed_log(data, kind=kind, file_key=file_key, session_id=session_id)


def open_sealed_log(data: bytes, *, kind: LogKind, file_key: bytes, session_id: UUID) -> LogContent:
    """Read a log from its bytes with the key of this file alone; raises as read_sealed_log."""
    preamble, _ = _preamble_of(data, kind, session_id)
    cipher = ChaCha20Poly1305(file_key)
    frames = _Frames(data, cipher, preamble)
    records: list[bytes] = []
    position = len(preamble)
    while (record := frames.read(position, len(records))) is not None:
        records.append(record)
        position += FRAME_HEADER.size + len(record) + TAG_BYTES
    if not records or frames.has_frame_after(position):
        raise kind.altered(sequence=len(records))
    return LogContent(tuple(records), position, len(data) - position)


def wrapped_key_of(path: Path, *, kind: LogKind, session_id: UUID) -> bytes:
    """Give the wrapped key that a log carries; empty when it has none. Raises as read_sealed_log."""
    preamble, _ = _preamble_of(bytes_of(path, kind), kind, session_id)
    return preamble[HEADER.size :]


def salt_of(data: bytes, *, kind: LogKind, session_id: UUID) -> bytes:
    """Check a log's header and give its salt; raises as read_sealed_log."""
    return _preamble_of(data, kind, session_id)[1]


def bytes_of(path: Path, kind: LogKind) -> bytes:
    """Read a log's file; it is malformed when it is not there, unreadable or too large to be one."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_LOG + 1)
    except OSError as error:
        raise kind.malformed(field=f"file ({error.strerror})") from error
    if len(data) > LARGEST_LOG:
        raise kind.malformed(field="size")
    return data


def _preamble_of(data: bytes, kind: LogKind, session_id: UUID) -> tuple[bytes, bytes]:
    """Check the header; gives the preamble and the salt."""
    if len(data) < HEADER.size:
        raise kind.malformed(field="header")
    magic, version, size, wrapped, session, salt = HEADER.unpack_from(data)
    if magic != kind.magic or size != HEADER.size:
        raise kind.malformed(field="header")
    if version not in ACCEPTED_VERSIONS:
        raise kind.malformed(field="version")
    if session != session_id.bytes:
        raise kind.malformed(field="session")
    if wrapped > min(kind.largest_wrapped, len(data) - HEADER.size):
        raise kind.malformed(field="wrapped key")
    return data[: HEADER.size + wrapped], salt


class _Frames:
    """Decrypts the frames of one log."""

    def __init__(self, data: bytes, cipher: ChaCha20Poly1305, preamble: bytes) -> None:
        self._data = data
        self._cipher = cipher
        self._preamble = preamble

    def read(self, position: int, sequence: int) -> bytes | None:
        """Decrypt the frame at ``position``; None when no whole, genuine frame of that number lies there."""
        body = position + FRAME_HEADER.size
        if body > len(self._data):
            return None
        marker, length, found, kind = FRAME_HEADER.unpack_from(self._data, position)
        is_sound = marker == MARKER and kind == KIND_RECORD and found == sequence
        has_room = TAG_BYTES <= length <= min(LARGEST_RECORD + TAG_BYTES, len(self._data) - body)
        if not is_sound or not has_room:
            return None
        associated = self._preamble + self._data[position:body]
        try:
            return self._cipher.decrypt(
                frame_nonce(sequence), self._data[body : body + length], associated
            )
        except InvalidTag:
            return None

    def has_frame_after(self, position: int) -> bool:
        """Tell whether any genuine frame lies behind ``position``, a later one or one that is repeated."""
        at = self._data.find(MARKER, position)
        while at >= 0:
            if at + FRAME_HEADER.size <= len(self._data):
                found = FRAME_HEADER.unpack_from(self._data, at)[2]
                if self.read(at, found) is not None:
                    return True
            at = self._data.find(MARKER, at + 1)
        return False
