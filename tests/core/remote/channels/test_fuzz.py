"""Whatever both sides send, the filters raise only violations, pass only what is granted, and stay small."""

from __future__ import annotations

import struct
from typing import Protocol

from hypothesis import event, given
from hypothesis import strategies as st

from core.remote.channels import actions as act
from core.remote.channels.actions import Action, ChannelViolation, Direction, Pass
from core.remote.channels.clipboard import ClipboardFilter
from core.remote.channels.drives import DriveFilter
from core.remote.channels.sound import AudioFilter
from tests.core.remote.channels import pdus
from tests.core.remote.channels.pdus import IN, LIMITS, OUT, Grants

Sent = tuple[Direction, bytes]
Step = tuple[Direction, bytes, frozenset[str]]
HANDLE = struct.pack("<IB", 9, 1)
LISTED = pdus.file_list(("a", 5), ("b", 9))
CLIPS, FILES = ("clipboard_in", "clipboard_out"), ("files_in", "files_out")
BOTH = pdus.offer((13, ""), (pdus.FILES, "FileGroupDescriptorW"))
CLIPBOARD: list[Sent] = [
    *((OUT, pdus.ABILITIES), (OUT, pdus.READY), (IN, pdus.EMPTY_OFFER)),
    *((way, pdus.ask(13)) for way in Direction),
    *((way, pdus.ask(pdus.FILES)) for way in Direction),
    *((way, pdus.answer(b"S\0\0\0")) for way in Direction),
    *((way, pdus.answer(LISTED)) for way in Direction),
    *((way, BOTH) for way in Direction),
    *((way, pdus.ask_file(1, 0, 1)) for way in Direction),
    *((way, pdus.ask_file(2, 1, 2, 0, 5)) for way in Direction),
    *((way, pdus.file_part(1, struct.pack("<Q", 5))) for way in Direction),
    *((way, pdus.file_part(2, b"12345")) for way in Direction),
]
COPYING: list[Sent] = [(OUT, pdus.READY), (IN, BOTH), (OUT, pdus.ask(pdus.FILES))]
COPYING += [(IN, pdus.answer(LISTED)), (OUT, pdus.ask_file(2, 1, 2, 0, 5)), (OUT, pdus.ask(13))]
ASKED = [
    *(
        pdus.create("\\a"),
        pdus.make("\\n"),
        pdus.make("\\d", options=1),
        pdus.create("\\n", access=6),
    ),
    *(pdus.read(9), pdus.write(b"SECRET"), pdus.rename("\\b"), pdus.setting(13), pdus.setting(20)),
    *(pdus.listing("\\*"), pdus.listing(None), pdus.request(5, struct.pack("<II24x", 4, 36))),
    pdus.request(2, bytes(32)),
]
ANSWERED = [
    *(pdus.done(HANDLE), pdus.done(pdus.sized(b"SECRET")), pdus.done(status=0xC0000001)),
    *(pdus.done(), pdus.done(pdus.sized(pdus.entry("name"))), pdus.devices((8, 1, b"share"))),
    *(pdus.drive(0x444D, struct.pack("<II", 1, 1)), pdus.devices((4, 7, b"PRN"), (8, 2, b"D:"))),
]
DRIVES: list[Sent] = [*((OUT, each) for each in ASKED), *((IN, each) for each in ANSWERED)]
DRIVES += [(IN, pdus.CLIENT_NAME), (IN, pdus.CLIENT_ABLE), (OUT, pdus.LOGGED_ON)]
WRITING: list[Sent] = [(OUT, pdus.ANNOUNCE), (IN, pdus.devices((8, 1, b"share")))]
WRITING += [(OUT, pdus.make("\\n")), (IN, pdus.done(HANDLE))]
SOUND: list[Sent] = [
    *((way, pdus.sound_formats(b"", b"xy")) for way in Direction),
    *((way, pdus.sound(kind)) for way in Direction for kind in (5, 6, 13, 40, 42)),
    *((OUT, pdus.sound(2, bytes(12))), (OUT, bytes(4) + b"\x55" * 40), (OUT, pdus.sound(1, b""))),
]
HEARD: list[Sent] = [(OUT, pdus.sound_formats(b"")), (OUT, pdus.sound(2, bytes(12)))]


class Filter(Protocol):
    """What all filters have in common."""

    def take(self, direction: Direction, pdu: bytes, /) -> list[Action]:
        """Say what becomes of one PDU."""
        ...

    def changed(self) -> list[Action]:
        """Say what follows from other grants."""
        ...


def damaged(real: list[Sent]) -> st.SearchStrategy[Sent]:
    """Real PDUs of which a part is replaced, or that are cut."""

    def damage(sent: Sent, at: int, part: bytes, cut: int) -> Sent:
        direction, pdu = sent
        at %= len(pdu)
        return direction, (pdu[:at] + part + pdu[at + len(part) :])[: cut or None]

    numbers = st.sampled_from([0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
    part = st.binary(max_size=8) | st.builds(struct.Struct("<I").pack, numbers)
    cut = st.just(0) | st.integers(1, 80)
    return st.builds(damage, st.sampled_from(real), st.integers(0, 1300), part, cut)


@st.composite
def steps(
    draw: st.DrawFn, real: list[Sent], begun: list[Sent], capabilities: tuple[str, ...]
) -> list[Step]:
    """What both sides send, each with the grants of its moment, perhaps after a good beginning."""
    everything = frozenset(capabilities)
    noise = st.tuples(st.sampled_from(Direction), st.binary(max_size=99))
    sent = st.sampled_from(real) | st.sampled_from(real) | damaged(real) | noise
    granted = st.frozensets(st.sampled_from(capabilities)) | st.just(everything)
    start = [(*each, everything) for each in begun] if draw(st.booleans()) else []
    taken = draw(st.lists(st.tuples(sent, granted), max_size=30))
    return start + [(*each, grants) for each, grants in taken]


def sent_by(channel: Filter, grants: Grants, taken: list[Step]) -> list[tuple[Pass, set[str]]]:
    """List everything that passes, with what was granted then."""
    sent = []
    for direction, pdu, granted in taken:
        grants.now = set(granted)
        told = channel.changed()
        try:
            told += channel.take(direction, pdu)
        except ChannelViolation:
            event("a violation")
        for each in told:
            assert isinstance(each, Action)
            assert not isinstance(each, act.Happened) or len(repr(each)) < 9000
        sent += [(each, grants.now) for each in told if isinstance(each, Pass)]
    return sent


def is_clip_allowed(each: Pass, granted: set[str]) -> bool:
    """Say anew, without the filter's code, whether a clipboard PDU may pass."""
    kind, flags, size = struct.unpack_from("<HHI", each.data)
    way, back = each.direction.value, each.direction.opposite.value
    if kind in {1, 3, 7}:
        return len(each.data) <= 24
    if kind in {5, 9} and flags == 2:
        return len(each.data) <= 12
    if kind == 2:
        return size == 0 or bool({f"clipboard_{way}", f"files_{way}"} & granted)
    if kind in {4, 8}:
        return size <= 24 and bool({f"clipboard_{back}", f"files_{back}"} & granted)
    needed = {f"clipboard_{way}", f"files_{way}"} if kind == 5 else {f"files_{way}"}
    return kind in {5, 9} and bool(needed & granted) and size <= LIMITS.clipboard_bytes


@given(steps(CLIPBOARD, COPYING, CLIPS + FILES))
def test_the_clipboard_passes_only_what_is_granted(taken: list[Step]) -> None:
    """No order of real, damaged and random PDUs and of grants makes the clipboard leak, fail or grow."""
    grants = Grants()
    clipboard = ClipboardFilter(grants, LIMITS)
    for each, granted in sent_by(clipboard, grants, taken):
        event(f"passed {struct.unpack_from('<H', each.data)[0]}")
        assert is_clip_allowed(each, granted)
    for flow in clipboard._flows.values():
        assert max(len(flow.offer), len(flow.pieces)) <= 64
        assert all(piece[0] < len(flow.files) for piece in flow.pieces.values())


def is_drive_allowed(each: Pass, granted: set[str]) -> bool:
    """Say anew, without the filter's code, whether a drives' PDU may pass."""
    packet = struct.unpack_from("<HH", each.data)[1]
    if packet == 0x4952:
        major = struct.unpack_from("<I", each.data, 16)[0]
        access, _, _, _, disposition = struct.unpack_from("<IQIII", each.data.ljust(48, b"\0"), 24)
        if major == 0:
            is_write = disposition != 1 or access & 0x40000156
            return ("files_out" in granted or not is_write) and bool(granted)
        needed = {2: True, 3: "files_in" in granted}
        needed |= dict.fromkeys((4, 6), "files_out" in granted)
        return needed.get(major, bool(granted) and major in {5, 12})
    if packet == 0x4943:
        status = struct.unpack_from("<I", each.data, 12)[0]
        return len(each.data) == 21 or (bool(granted) and status == 0)
    if packet == 0x4441:
        return bool(granted)
    return packet in {0x496E, 0x4343, 0x434E, 0x5350, 0x4350, 0x554C, 0x6472, 0x444D}


@given(steps(DRIVES, WRITING, FILES))
def test_drives_pass_only_what_is_granted(taken: list[Step]) -> None:
    """No order of real, damaged and random PDUs and of grants makes the drives leak, fail or grow."""
    grants = Grants(*FILES)
    drives = DriveFilter(grants, LIMITS)
    for each, granted in sent_by(drives, grants, taken):
        event(f"passed {struct.unpack_from('<H', each.data, 2)[0]:#x}")
        assert is_drive_allowed(each, granted)
        if "files_in" not in granted:
            assert b"SECRET" not in each.data or each.direction is OUT
        if "files_out" not in granted:
            assert b"SECRET" not in each.data or each.direction is IN
    assert max(map(len, (drives._files, drives._open, drives._made))) <= 1024


@given(steps(SOUND, HEARD, ("audio_out", "audio_in")))
def test_sound_passes_only_what_is_granted(taken: list[Step]) -> None:
    """No order of real, damaged and random PDUs and of grants makes the sound leak or fail."""
    grants = Grants()
    for each, granted in sent_by(AudioFilter(grants), grants, taken):
        event("passed")
        assert "audio_out" in granted or not any(each.data)
        assert each.direction is OUT or each.data[0] in {5, 6, 7, 12}


@given(st.binary(max_size=2048))
def test_paths_never_climb(raw: bytes) -> None:
    """What is taken for a plain path has no part that leads elsewhere."""
    path, is_plain = act.path_of(raw, len(raw))
    assert path.isprintable() or is_plain
    if is_plain:
        assert not {"..", "."} & set(path.replace("/", "\\").split("\\"))
        assert "\0" not in path
