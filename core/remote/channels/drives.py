"""The drives' channel, rdpdr (MS-RDPEFS): the peer announces drives, the session asks for what is on them.

The gate answers announcements itself and keeps drives back until files may go in or out. Each request needs
its own grant, and so does what comes back. Files that the peer had before are never changed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from core.remote.channels import actions as act
from core.remote.channels.actions import Action, Attempt, Direction, Pass, refused, unpack

_CORE, _ANNOUNCE, _CLIENT_ABLE, _LOGGED_ON = 0x4472, 0x496E, 0x4350, 0x554C
_REPLY, _DEVICES, _GONE, _REQUEST, _ANSWER = 0x6472, 0x4441, 0x444D, 0x4952, 0x4943
_SESSION_SAYS = {_ANNOUNCE, 0x4343, 0x5350, _LOGGED_ON}  # with confirming and its capabilities
_PEER_SAYS = {0x4343, 0x434E, _CLIENT_ABLE}  # with confirming and its name
_CREATE, _CLOSE, _READ, _WRITE, _QUERY, _SET, _LIST = 0, 2, 3, 4, 5, 6, 12
_NEEDS = {_READ: "files_in", _WRITE: "files_out", _SET: "files_out"}
_READING, _HARMLESS = 0xB2000021, 0xA01200A9  # access to a file: reads its data; changes nothing
_OPEN, _NEW, _DIRECTORY, _DELETE_ON_CLOSE = 1, 2, 0x1, 0x1000
_QUERIES, _SIZES, _RENAME, _DELETE, _TIMES = {4, 5, 35}, {19, 20}, 10, 13, 4
_DRIVE, _PRINTER, _DENIED, _UNSUPPORTED = 8, 4, 0xC0000022, 0xC00000BB
_MOST_DRIVES, _MOST_OPEN, _MOST_ROUNDS, _LARGEST_HELLO = 32, 1024, 8, 1024
_LARGEST_SMALL, _LARGEST_READ = 8192, 8 << 20
_BODY, _ENTRY = 56, 64  # where the data of a request, and the name in a listing, begin

_Key = tuple[int, int]  # a device and a request or a file


@dataclass
class _File:
    path: str
    is_made: bool  # by this session, so that it may be changed
    way: Direction = Direction.IN  # what it was opened for
    moved: int = 0


@dataclass
class _Asked:
    major: int
    file: _File
    most: int = 0  # bytes of the answer
    becomes: str | None = None  # the session's own path once it is done, or "" for none


def _answer(key: _Key, status: int, body: bytes = bytes(5)) -> Pass:
    return Pass(struct.pack("<HHIII", _CORE, _ANSWER, *key, status) + body, Direction.IN)


class DriveFilter:
    """Passes requests for files as the grants for ``files_*`` say; one for each peer that connects."""

    def __init__(self, is_granted: Callable[[str], bool], limits: act.Limits) -> None:
        self._is_granted, self._limits = is_granted, limits
        self._rounds = 0  # of greetings, which need no grant and must not become a way to talk
        self._forget()

    def take(self, direction: Direction, pdu: bytes) -> list[Action]:
        """Say what becomes of one PDU; raises ChannelViolation where it breaks the protocol."""
        component, packet = unpack("HH", pdu)
        is_out, packet = direction is Direction.OUT, packet if component == _CORE else 0
        if packet in (_SESSION_SAYS if is_out else _PEER_SAYS):
            return self._shake(direction, packet, pdu)
        if packet in self._STEPS and is_out == (packet == _REQUEST):
            return self._STEPS[packet](self, pdu)
        is_answered = is_out and packet == _REPLY  # by the gate
        return [] if is_answered else [refused(f"drive message {packet:#06x}")]

    def changed(self) -> list[Action]:
        """Announce what was kept back, after the grants have changed."""
        kept = [each for each in self._drives if self._drives[each] and each not in self._shown]
        if not kept or not self._is_allowed(""):
            return []
        self._shown |= set(kept)
        head = struct.pack("<HHI", _CORE, _DEVICES, len(kept))
        return [Pass(head + b"".join(map(self._drives.__getitem__, kept)), Direction.IN)]

    def _forget(self) -> None:
        self._drives: dict[int, bytes] = {}  # their announcements
        self._shown: set[int] = set()  # drives that the session knows
        self._files: dict[_Key, _File] = {}
        self._open: dict[_Key, _Asked] = {}
        self._made: set[tuple[int, str]] = set()
        self._said: set[int] = set()
        self._is_able, self._held = False, list[Action]()

    def _is_allowed(self, capability: str) -> bool:
        either = [capability] if capability else ["files_in", "files_out"]
        return any(map(self._is_granted, either))

    def _refusal(self, key: _Key, capability: str, path: str) -> list[Action]:
        tried = Attempt(capability or "files_in", path)
        return [] if self._is_allowed(capability) else [_answer(key, _DENIED), tried]

    def _shake(self, direction: Direction, packet: int, pdu: bytes) -> list[Action]:
        if packet == _ANNOUNCE:
            self._forget()
            self._rounds += 1
        said = packet if direction is Direction.OUT else -packet
        if said in self._said or len(pdu) > _LARGEST_HELLO or self._rounds > _MOST_ROUNDS:
            raise act.ChannelViolation("a drive's greeting is repeated or too long")
        self._said.add(said)
        if packet == _LOGGED_ON and not self._is_able:  # xrdp says it too early for some clients
            self._held = [Pass(pdu, direction)]
            return []
        self._is_able |= packet == _CLIENT_ABLE
        held, self._held = (self._held, []) if self._is_able else ([], self._held)
        return [Pass(pdu, direction), *held]

    def _announced(self, pdu: bytes) -> list[Action]:
        (count,), start, actions = unpack("I", pdu, 4), 8, list[Action]()
        for _ in range(min(count, _MOST_DRIVES)):
            kind, device, name, size = unpack("II8sI", pdu, start)
            entry, start = pdu[start : start + 20 + size], start + 20 + size
            label = name.decode("latin-1").partition("\0")[0].rstrip(":")
            label = label if act.is_safe_name(label) else ""
            is_drive = kind == _DRIVE and label and len(entry) == 20 + size <= _LARGEST_SMALL
            is_drive = is_drive and len(self._drives) < _MOST_DRIVES
            status = 0 if is_drive else _UNSUPPORTED
            reply = struct.pack("<HHII", _CORE, _REPLY, device, status)
            actions.append(Pass(reply, Direction.OUT))
            capability = "printing" if kind == _PRINTER else "shell_channels"
            if is_drive:
                self._drives.setdefault(device, entry)
            if not is_drive or not self._is_allowed(""):
                actions.append(Attempt("files_in" if kind == _DRIVE else capability, label))
        return [*actions, *self.changed()]

    def _removed(self, pdu: bytes) -> list[Action]:
        (count,) = unpack("I", pdu, 4)
        gone = set(unpack(f"{min(count, _MOST_DRIVES)}I", pdu, 8)) & self._drives.keys()
        known = sorted(gone & self._shown)
        self._drives |= dict.fromkeys(gone, b"")  # its number never means another drive
        self._shown -= gone
        body = struct.pack(f"<HHI{len(known)}I", _CORE, _GONE, len(known), *known)
        return [Pass(body, Direction.IN)] if known else []

    def _asked(self, pdu: bytes) -> list[Action]:
        device, number, completion, major, minor = unpack("5I", pdu, 4)
        key, file = (device, completion), self._files.get((device, number))
        is_small = len(pdu) <= _LARGEST_SMALL or major == _WRITE
        if key in self._open or len(self._open) >= _MOST_OPEN or not is_small:
            return [refused("a request for a drive too many")]
        if device in self._shown and major == _CREATE:
            return self._create(key, pdu)
        if device not in self._shown or file is None:
            return [_answer(key, _DENIED)]
        if major == _CLOSE:
            self._files.pop((device, number))
        elif refusal := self._refusal(key, _NEEDS.get(major, ""), file.path):
            return refusal
        way = Direction.OUT if _NEEDS.get(major) == "files_out" else Direction.IN
        if not self._is_sound(major, minor, file, pdu):
            return [_answer(key, _DENIED), act.file_event(way, file.path, file.moved, "refused")]
        (first,), path, action = unpack("I", pdu, 24), file.path, ""
        asked = _Asked(major, file, first if major == _READ else _LARGEST_SMALL)
        if major == _CLOSE and file.moved:
            way, action = file.way, "closed"
        elif major == _SET and first == _DELETE:
            asked.becomes, action = "", "delete"
        elif major == _SET and first == _RENAME:  # never onto what is there
            path = act.path_of(pdu[62:], *unpack("I", pdu, 58))[0]
            asked.becomes, action = path, "rename"
            pdu = pdu[:_BODY] + b"\0\0" + pdu[_BODY + 2 :]
        file.moved += first if major == _WRITE else 0
        self._open[key] = asked
        news = [act.file_event(way, path, file.moved, action)] if action else []
        return [Pass(pdu, Direction.OUT), *news]

    def _create(self, key: _Key, pdu: bytes) -> list[Action]:
        access, allocation, _, _, disposition, options, size = unpack("IQ5I", pdu, 24)
        path, is_plain = act.path_of(pdu[_BODY:], size)
        is_new, is_directory = disposition == _NEW, options & _DIRECTORY
        is_made = (key[0], path) in self._made or bool(is_new and not is_directory)
        is_write = is_new or access & ~_HARMLESS
        is_read = access & _READING and not is_new and not is_directory
        needed = ["files_in"] * bool(is_read) + ["files_out"] * bool(is_write)
        for capability in needed or [""]:
            if refusal := self._refusal(key, capability, path):
                return refusal
        is_kind = disposition in {_OPEN, _NEW} and not options & _DELETE_ON_CLOSE
        fits = allocation <= self._limits.file_bytes and len(self._files) < _MOST_OPEN
        way = Direction.OUT if is_write else Direction.IN
        if not (is_plain and is_kind and fits) or (is_write and not is_made and not is_new):
            return [_answer(key, _DENIED), act.file_event(way, path, 0, "refused")]
        self._open[key] = _Asked(_CREATE, _File(path, is_made, way), 0, path if is_made else None)
        news = [act.file_event(way, path, 0, "write" if is_write else "read")] if needed else []
        return [Pass(pdu, Direction.OUT), *news]

    def _is_sound(self, major: int, minor: int, file: _File, pdu: bytes) -> bool:
        first, second, most = *unpack("IQ", pdu, 24), self._limits.file_bytes
        if major == _SET:
            sizes = first in _SIZES and unpack("Q", pdu, _BODY)[0] <= most
            renames = first == _RENAME and act.path_of(pdu[62:], *unpack("I", pdu, 58))[1]
            return file.is_made and bool(sizes or renames or first in {_DELETE, _TIMES})
        pattern = major == _LIST and act.path_of(pdu[_BODY:], *unpack("I", pdu, 29))[1]
        writes = len(pdu) == _BODY + first and max(second, file.moved) + first <= most
        return {
            _CLOSE: True,
            _READ: first <= _LARGEST_READ,
            _WRITE: file.is_made and writes,
            _QUERY: first in _QUERIES,
            _LIST: minor == 1 and first == 1 and pattern,
        }.get(major) or False

    def _answered(self, pdu: bytes) -> list[Action]:
        device, completion, status = unpack("3I", pdu, 4)
        key = device, completion
        if key not in self._open:
            return [refused("an answer of a drive that nobody asked for")]
        asked, body = self._open.pop(key), pdu[16:]
        major, file = asked.major, asked.file
        if major == _CREATE and not status:
            self._files[device, unpack("I", body)[0]] = file
        if asked.becomes is not None and not status:
            self._own(device, file, asked.becomes)
        if status or major not in {_READ, _QUERY, _LIST}:
            return [_answer(key, status, bytes(5) if status else body.ljust(5, b"\0")[:5])]
        (size,), data = unpack("I", body), body[4:]
        if len(data) < size or size > asked.most:
            raise act.ChannelViolation("a drive answers with a wrong size")
        if refusal := self._refusal(key, _NEEDS.get(major, ""), file.path):
            return refusal
        data = self._entry(data[:size]) if major == _LIST else data[:size]
        file.moved += size if major == _READ else 0
        if file.moved > self._limits.file_bytes:
            news = act.file_event(Direction.IN, file.path, file.moved, "refused")
            return [_answer(key, _DENIED), news]
        return [_answer(key, 0, struct.pack("<I", len(data)) + (data or b"\0"))]

    def _own(self, device: int, file: _File, path: str) -> None:
        self._made.discard((device, file.path))
        if path and len(self._made) < _MOST_OPEN:
            self._made.add((device, path))
        file.path = path or file.path

    def _entry(self, data: bytes) -> bytes:
        """Keep the one entry that chansrv can read; an empty listing makes it ask for the next."""
        following, size = *unpack("I", data), *unpack("I", data, _ENTRY - 4)
        name, end = act.text_of(data[_ENTRY : _ENTRY + size]), _ENTRY + size
        is_sound = not following and end <= len(data) and name
        return data[:end] if is_sound and (name in {".", ".."} or act.is_safe_name(name)) else b""

    _STEPS: ClassVar = {_REQUEST: _asked, _DEVICES: _announced, _GONE: _removed, _ANSWER: _answered}
