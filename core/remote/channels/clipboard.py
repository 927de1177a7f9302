"""The clipboard's channel, cliprdr (MS-RDPECLIP): offers, requests and data, each direction for itself.

The gate answers every offer itself, so that a side whose offer is kept back stays healthy. What one side is shown
of the other's offer follows the grants: a late one shows the offer that is kept, a revoked one takes it back.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from core.remote.channels import actions as act
from core.remote.channels.actions import Action, Attempt, Direction, Pass, refused, unpack

_READY, _OFFER, _TAKEN, _ASK, _DATA, _ABLE, _ASK_FILE, _FILE = 1, 2, 3, 4, 5, 7, 8, 9
_SILENT = {_TAKEN, 6, 10, 11}  # the gate has answered; paths and locks are nobody's business
_OK, _FAIL, _SIZE, _RANGE = 1, 2, 1, 2
_STANDARD = {1: "text", 7: "text", 13: "text", 16: "text", 8: "bitmap"}
_NAMED = {"HTML Format": "html", "FileGroupDescriptorW": "files", "FileContents": "contents"}
_NAMES = {kind: name for name, kind in _NAMED.items()}
_FORMAT = re.compile(rb"(.{4})((?:..)*?)\0\0", re.DOTALL)  # a number and its long name
_MOST_FORMATS, _MOST_OPEN, _LARGEST_SMALL, _LARGEST_PIECE = 64, 64, 1 << 16, 8 << 20
_DESCRIPTOR_BYTES, _SIZE_AT, _NAME_AT = 592, 64, 72
_MOST_FILES = 200  # in a list: each name goes into the trail


def _packed(kind: int, flags: int = 0, body: bytes = b"") -> bytes:
    return struct.pack("<HHI", kind, flags, len(body)) + body


_CAPABLE = _packed(_ABLE, 0, struct.pack("<HHHHII", 1, 0, 1, 12, 2, 2 | 4 | 8))  # long names, files
_FAILED = _packed(_DATA, _FAIL) + bytes(4)  # chansrv reads on: let it find the end of a text


@dataclass
class _Flow:
    offer: dict[int, str] = field(default_factory=dict)  # kinds by format
    shown: dict[int, str] = field(default_factory=dict)  # what the other side knows of it
    asked: str = ""  # the kind of the open request
    files: list[tuple[str, int]] = field(default_factory=list)
    pieces: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)  # open, by stream


class ClipboardFilter:
    """Passes offers and data as the grants for ``clipboard_*`` and ``files_*`` say."""

    def __init__(self, is_granted: Callable[[str], bool], limits: act.Limits) -> None:
        self._is_granted, self._limits = is_granted, limits
        self._forget()

    def take(self, direction: Direction, pdu: bytes) -> list[Action]:
        """Say what becomes of one PDU; raises ChannelViolation where it breaks the protocol."""
        kind, flags, size = unpack("HHI", pdu)
        body = pdu[8 : 8 + size]
        if len(body) != size or (size > _LARGEST_SMALL and kind not in {_DATA, _FILE}):
            raise act.ChannelViolation("a clipboard message has a wrong size")
        if step := self._STEPS.get(kind):
            return step(self, direction, flags, body)
        return [] if kind in _SILENT else [refused(f"clipboard message {kind}")]

    def changed(self) -> list[Action]:
        """Show and take back offers, after the grants have changed."""
        return [*self._show(Direction.IN), *self._show(Direction.OUT)]

    def _forget(self) -> None:
        self._flows = {way: _Flow() for way in Direction}
        self._is_first = True  # every client offers what it has when it connects: no attempt

    def _capability(self, way: Direction, kind: str) -> str:
        return f"{'files' if kind in {'files', 'contents'} else 'clipboard'}_{way.value}"

    def _denied(self, way: Direction, kind: str, failed: bytes) -> list[Action]:
        capability = self._capability(way, kind)
        return [] if self._is_granted(capability) else [Pass(failed, way), Attempt(capability)]

    def _ready(self, way: Direction, _flags: int, _body: bytes) -> list[Action]:
        if way is Direction.IN:
            raise act.ChannelViolation("the peer says that the clipboard is ready")
        self._forget()
        return [Pass(_packed(_READY), way)]

    def _able(self, way: Direction, _flags: int, _body: bytes) -> list[Action]:
        return [Pass(_CAPABLE, way)]  # both sides hear the same, and no more than the gate knows

    def _offered(self, way: Direction, _flags: int, body: bytes) -> list[Action]:
        offer: dict[int, str] = {}
        start = 0
        while (found := _FORMAT.match(body, start)) and len(offer) < _MOST_FORMATS:
            (number,), name, start = unpack("I", found[1]), act.text_of(found[2]), found.end()
            if kind := _STANDARD.get(number) or _NAMED.get(name):
                offer[number] = kind
        self._flows[way] = _Flow(offer, shown=self._flows[way].shown)
        taken: list[Action] = [Pass(_packed(_TAKEN, _OK), way.opposite)]
        needed = sorted({self._capability(way, kind) for kind in offer.values()})
        is_attempt = way is Direction.OUT or not self._is_first
        self._is_first = self._is_first and way is Direction.OUT
        tried = [Attempt(each) for each in needed if is_attempt and not self._is_granted(each)]
        return [*taken, *self._show(way, is_new=True), *tried]

    def _show(self, way: Direction, *, is_new: bool = False) -> list[Action]:
        flow, kept = self._flows[way], self._flows[way].offer.items()
        shown = {number: kind for number, kind in kept if not self._denied(way, kind, b"")}
        if shown == flow.shown and not (shown and is_new):
            return []
        flow.shown, body = shown, b""
        for number, kind in shown.items():
            body += struct.pack("<I", number) + f"{_NAMES.get(kind, '')}\0".encode("utf-16-le")
        if shown:  # it takes the place of what the other side had
            self._flows[way.opposite] = _Flow()
        return [Pass(_packed(_OFFER, 0, body), way)]

    def _ask(self, direction: Direction, _flags: int, body: bytes) -> list[Action]:
        (number,), way = unpack("I", body), direction.opposite
        flow = self._flows[way]
        kind = flow.offer.get(number) or _STANDARD.get(number, "")
        if denied := self._denied(way, kind, _FAILED):
            return denied
        if flow.asked or kind == "contents" or kind not in flow.shown.values():
            return [Pass(_FAILED, way)]
        flow.asked = kind
        return [Pass(_packed(_ASK, 0, body[:4]), direction)]

    def _data(self, way: Direction, flags: int, body: bytes) -> list[Action]:
        flow = self._flows[way]
        kind, flow.asked = flow.asked, ""
        if not kind:
            return [refused("clipboard data that nobody asked for")]
        if not flags & _OK:
            return [Pass(_FAILED, way)]
        if denied := self._denied(way, kind, _FAILED):
            return denied
        if len(body) > self._limits.clipboard_bytes:
            return [Pass(_FAILED, way), refused(f"{len(body)} bytes of clipboard")]
        if kind == "files":
            return self._list_files(way, body)
        facts = {"direction": way.value, "bytes": len(body), "format": kind}
        return [Pass(_packed(_DATA, _OK, body), way), act.Happened("clipboard", facts)]

    def _list_files(self, way: Direction, body: bytes) -> list[Action]:
        if len(body) > 4 + _MOST_FILES * _DESCRIPTOR_BYTES:
            return [Pass(_FAILED, way), refused(f"a list of more than {_MOST_FILES} files")]
        files: list[tuple[str, int]] = []
        for start in range(4, len(body), _DESCRIPTOR_BYTES):
            high, low = unpack("II", body, start + _SIZE_AT)
            name = act.text_of(body[start + _NAME_AT : start + _DESCRIPTOR_BYTES])
            files.append((name, high << 32 | low))
            if not act.is_safe_name(name) or files[-1][1] > self._limits.file_bytes:
                return [Pass(_FAILED, way), act.file_event(way, *files[-1], "refused")]
        if unpack("I", body) != (len(files),) or len(body) != 4 + len(files) * _DESCRIPTOR_BYTES:
            return [Pass(_FAILED, way), refused("a list of files of another size than it says")]
        self._flows[way].files, self._flows[way].pieces = files, {}
        news = [act.file_event(way, name, size, "copy") for name, size in files]
        return [Pass(_packed(_DATA, _OK, body), way), *news]

    def _ask_file(self, direction: Direction, _flags: int, body: bytes) -> list[Action]:
        stream, index, what, low, high, size = unpack("6I", body)
        way = direction.opposite
        flow, failed = self._flows[way], _packed(_FILE, _FAIL, body[:4])
        if denied := self._denied(way, "files", failed):
            return denied
        is_known = index < len(flow.files) and what in {_SIZE, _RANGE} and size <= _LARGEST_PIECE
        if not is_known or stream in flow.pieces or len(flow.pieces) >= _MOST_OPEN:
            return [Pass(failed, way), refused("a request for a part of a file")]
        flow.pieces[stream] = index, what, high << 32 | low, 8 if what == _SIZE else size
        return [Pass(_packed(_ASK_FILE, 0, body[:24]), direction)]

    def _file(self, way: Direction, flags: int, body: bytes) -> list[Action]:
        (stream,), flow = unpack("I", body), self._flows[way]
        failed = _packed(_FILE, _FAIL, body[:4])
        if stream not in flow.pieces:
            return [refused("a part of a file that nobody asked for")]
        index, what, offset, asked = flow.pieces.pop(stream)
        if not flags & _OK:
            return [Pass(failed, way)]
        if denied := self._denied(way, "files", failed):
            return denied
        size = len(body) - 4
        end = unpack("Q", body, 4)[0] if what == _SIZE else offset + size
        if size > asked or end > self._limits.file_bytes:
            return [Pass(failed, way), act.file_event(way, flow.files[index][0], end, "refused")]
        return [Pass(_packed(_FILE, _OK, body), way)]

    _STEPS: ClassVar = {1: _ready, 2: _offered, 4: _ask, 5: _data, 7: _able, 8: _ask_file, 9: _file}
