"""PDUs of the channels, built by hand from MS-RDPECLIP, MS-RDPEFS and MS-RDPEA, and grants to try them with."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from core.remote.channels.actions import Action, Attempt, Direction, Happened, Limits, Pass

IN, OUT = Direction.IN, Direction.OUT
LIMITS = Limits(clipboard_bytes=128 << 10, file_bytes=1 << 20)
DENIED = 0xC0000022
TEXT, DIB, FILES = 13, 8, 0xC0BC


class Grants:
    """Grants that a test gives and takes."""

    def __init__(self, *granted: str) -> None:
        self.now = set(granted)

    def __call__(self, capability: str) -> bool:
        """Tell whether the capability is granted."""
        return capability in self.now


def passed(actions: Iterable[Action], direction: Direction) -> list[bytes]:
    """List what is sent on that way."""
    return [each.data for each in actions if isinstance(each, Pass) and each.direction is direction]


def attempts(actions: Iterable[Action]) -> list[str]:
    """List the capabilities that were tried."""
    return [each.capability for each in actions if isinstance(each, Attempt)]


def happened(actions: Iterable[Action]) -> list[tuple[str, str]]:
    """List what happened: the kind, and the action on a file, the format or the reason."""
    found = [each for each in actions if isinstance(each, Happened)]
    key = {"file": "action", "clipboard": "format", "refused": "reason"}
    return [(each.kind, each.facts[key[each.kind]]) for each in found]


def wide(text: str) -> bytes:
    """Encode a text as the protocols do, with its end."""
    return f"{text}\0".encode("utf-16-le")


def clip(kind: int, flags: int = 0, body: bytes = b"") -> bytes:
    """A clipboard PDU, with the four further bytes that chansrv sends."""
    return struct.pack("<HHI", kind, flags, len(body)) + body + bytes(4)


def clip_kind(pdu: bytes) -> int:
    """Tell which message of the clipboard a PDU is."""
    kind: int = struct.unpack_from("<H", pdu)[0]
    return kind


READY = clip(1)
ABILITIES = clip(7, 0, struct.pack("<HHHHII", 1, 0, 1, 12, 2, 0x1E))


def offer(*formats: tuple[int, str]) -> bytes:
    """A format list with long names."""
    return clip(2, 0, b"".join(struct.pack("<I", number) + wide(name) for number, name in formats))


TEXT_OFFER = offer((13, ""), (16, ""), (1, ""), (7, ""))
FILE_OFFER = offer(
    (FILES, "FileGroupDescriptorW"), (0xC0BA, "FileContents"), (0xC0C1, "DropEffect")
)
EMPTY_OFFER = clip(2)[:-4]


def formats_of(pdu: bytes) -> list[int]:
    """List the format numbers of an offer that the gate has packed."""
    assert clip_kind(pdu) == 2
    body, numbers = pdu[8:], []
    while body:
        numbers.append(struct.unpack_from("<I", body)[0])
        end = next(at for at in range(4, len(body), 2) if body[at : at + 2] == b"\0\0")
        body = body[end + 2 :]
    return numbers


def ask(number: int) -> bytes:
    """A request for the clipboard's data."""
    return clip(4, 0, struct.pack("<I", number))


def answer(data: bytes) -> bytes:
    """A successful answer to it."""
    return clip(5, 1, data)[:-4]


def descriptor(name: str, size: int) -> bytes:
    """One file of a file list."""
    head = struct.pack("<I32xI16xQII", 0x4064, 0x20, 0, size >> 32, size & 0xFFFFFFFF)
    return (head + name.encode("utf-16-le")).ljust(592, b"\0")


def file_list(*files: tuple[str, int]) -> bytes:
    """The body of an answer that lists files."""
    return struct.pack("<I", len(files)) + b"".join(descriptor(*each) for each in files)


def ask_file(stream: int, index: int, what: int, offset: int = 0, size: int = 0) -> bytes:
    """A request for a file's size (1) or a part of it (2)."""
    high, low = offset >> 32, offset & 0xFFFFFFFF
    return clip(8, 0, struct.pack("<7I", stream, index, what, low, high, size, 0))


def file_part(stream: int, data: bytes) -> bytes:
    """A successful answer to it."""
    return clip(9, 1, struct.pack("<I", stream) + data)[:-4]


def drive(packet: int, body: bytes = b"") -> bytes:
    """A PDU of the drives' channel."""
    return struct.pack("<HH", 0x4472, packet) + body


ANNOUNCE = drive(0x496E, struct.pack("<HHI", 1, 12, 7))
CLIENT_CONFIRM = drive(0x4343, struct.pack("<HHI", 1, 12, 7))
CLIENT_NAME = drive(0x434E, struct.pack("<III", 1, 0, 10) + wide("peer"))
LOGGED_ON = drive(0x554C)
SERVER_ABLE = drive(0x5350, struct.pack("<HH", 1, 0) + struct.pack("<HHI", 4, 8, 2))
CLIENT_ABLE = drive(0x4350, struct.pack("<HH", 1, 0) + struct.pack("<HHI", 4, 8, 2))


def devices(*listed: tuple[int, int, bytes]) -> bytes:
    """A device list: type, number, DOS name."""
    entries = [struct.pack("<II8sI", *each, 4) + b"name" for each in listed]
    return drive(0x4441, struct.pack("<I", len(entries)) + b"".join(entries))


def request(major: int, body: bytes, *, file: int = 9, call: int = 1, minor: int = 0) -> bytes:
    """A device I/O request for drive 1."""
    return drive(0x4952, struct.pack("<5I", 1, file, call, major, minor) + body)


def create(
    path: str, *, access: int = 0x100001, disposition: int = 1, options: int = 0x20, call: int = 1
) -> bytes:
    """A request to open or make a file."""
    name = wide(path)
    body = struct.pack("<IQ5I", access, 0, 0, 7, disposition, options, len(name)) + name
    return request(0, body, file=0, call=call)


def make(path: str, *, options: int = 0x44, call: int = 1) -> bytes:
    """The request with which chansrv makes a file."""
    return create(path, access=0x16019F, disposition=2, options=options, call=call)


def read(size: int, offset: int = 0, *, call: int = 1) -> bytes:
    """A request to read."""
    return request(3, struct.pack("<IQ20x", size, offset), call=call)


def write(data: bytes, offset: int = 0, *, call: int = 1) -> bytes:
    """A request to write."""
    return request(4, struct.pack("<IQ20x", len(data), offset) + data, call=call)


def setting(kind: int, body: bytes = b"", *, call: int = 1) -> bytes:
    """A request to set what is known of a file."""
    return request(6, struct.pack("<II24x", kind, len(body)) + body, call=call)


def rename(path: str, *, call: int = 1) -> bytes:
    """A request to rename, onto another file if there is one."""
    name = wide(path)
    return setting(10, struct.pack("<BBI", 1, 0, len(name)) + name, call=call)


def listing(pattern: str | None, *, kind: int = 1, minor: int = 1, call: int = 1) -> bytes:
    """A request for (more of) a directory."""
    name = b"" if pattern is None else wide(pattern)
    body = struct.pack("<IBI23x", kind, pattern is not None, len(name)) + name
    return request(12, body, minor=minor, call=call)


def done(body: bytes = bytes(5), *, status: int = 0, call: int = 1, device: int = 1) -> bytes:
    """An I/O completion."""
    return drive(0x4943, struct.pack("<III", device, call, status) + body)


def sized(data: bytes) -> bytes:
    """The body of a completion that carries data."""
    return struct.pack("<I", len(data)) + data


def entry(name: str, *, following: int = 0) -> bytes:
    """One FileDirectoryInformation."""
    text = wide(name)
    return struct.pack("<II6QII", following, 0, 0, 0, 0, 0, 5, 5, 0x80, len(text)) + text


def status_of(pdu: bytes) -> int:
    """Tell how a completion ended."""
    packet, _, _, status = struct.unpack_from("<HIII", pdu, 2)
    assert packet == 0x4943
    return int(status)


def sound(kind: int, body: bytes = bytes(8)) -> bytes:
    """A PDU of the sound's channel."""
    return struct.pack("<BBH", kind, 0, len(body)) + body


def sound_formats(*extras: bytes) -> bytes:
    """A list of sound formats with their further data."""
    made = [
        struct.pack("<HHIIHHH", 1, 2, 44100, 176400, 4, 16, len(each)) + each for each in extras
    ]
    return sound(7, struct.pack("<IIIHHBHB", 0, 0, 0, 0, len(made), 0, 5, 0) + b"".join(made))
