"""The clipboard passes each way only while it is granted, and only what was offered and asked for."""

from __future__ import annotations

import struct

import pytest

from core.remote.channels.actions import ChannelViolation, Happened
from core.remote.channels.clipboard import ClipboardFilter
from tests.core.remote.channels.pdus import (
    ABILITIES,
    DIB,
    EMPTY_OFFER,
    FILE_OFFER,
    FILES,
    IN,
    LIMITS,
    OUT,
    READY,
    TEXT,
    TEXT_OFFER,
    Grants,
    answer,
    ask,
    ask_file,
    attempts,
    clip,
    clip_kind,
    file_list,
    file_part,
    formats_of,
    happened,
    offer,
    passed,
    wide,
)

CONTENT = "secret\0".encode("utf-16-le")
EMPTY = clip(2)[:-4]


def connected(*granted: str) -> tuple[ClipboardFilter, Grants]:
    """A clipboard after its greeting and the client's first, empty offer."""
    grants = Grants(*granted)
    clipboard = ClipboardFilter(grants, LIMITS)
    for direction, pdu in ((OUT, ABILITIES), (OUT, READY), (IN, ABILITIES), (IN, EMPTY_OFFER)):
        clipboard.take(direction, pdu)
    return clipboard, grants


def failed(actions: list[bytes]) -> bool:
    """Tell whether what is sent is one failure."""
    return [struct.unpack_from("<HH", each) for each in actions] in ([(5, 2)], [(9, 2)])


def test_the_greeting_passes_without_a_grant() -> None:
    """Readiness and abilities pass, the abilities as the gate knows them: no locks, no huge files."""
    clipboard = ClipboardFilter(Grants(), LIMITS)
    assert passed(clipboard.take(OUT, READY), OUT) == [READY[:8]]
    for direction in (IN, OUT):
        (abilities,) = passed(clipboard.take(direction, ABILITIES), direction)
        assert struct.unpack("<HHIHHHHII", abilities)[-1] == 2 | 4 | 8


def test_an_offer_of_the_peer_is_kept_back() -> None:
    """Without a grant the session hears nothing, the peer hears that all is well."""
    clipboard, _ = connected()
    actions = clipboard.take(IN, TEXT_OFFER)
    assert passed(actions, IN) == []
    assert [clip_kind(each) for each in passed(actions, OUT)] == [3]
    assert attempts(actions) == ["clipboard_in"]


def test_the_offer_at_connect_is_no_attempt() -> None:
    """The first offer after the greeting is what every client does."""
    clipboard = ClipboardFilter(Grants(), LIMITS)
    clipboard.take(OUT, READY)
    assert attempts(clipboard.take(IN, TEXT_OFFER)) == []
    assert attempts(clipboard.take(IN, TEXT_OFFER)) == ["clipboard_in"]


def test_a_late_grant_shows_the_offer() -> None:
    """The offer that was kept is shown to the session as soon as it may be, once."""
    clipboard, grants = connected()
    clipboard.take(IN, TEXT_OFFER)
    assert clipboard.changed() == []
    grants.now.add("clipboard_in")
    (shown,) = passed(clipboard.changed(), IN)
    assert formats_of(shown) == [13, 16, 1, 7]
    assert clipboard.changed() == []


def test_text_comes_in_while_granted() -> None:
    """Offer, request and data pass, and the transfer is told with its size and format."""
    clipboard, _ = connected("clipboard_in")
    assert passed(clipboard.take(IN, TEXT_OFFER), IN) == [TEXT_OFFER[:-4]]
    assert passed(clipboard.take(OUT, ask(TEXT)), OUT) == [ask(TEXT)[:-4]]
    actions = clipboard.take(IN, answer(CONTENT))
    assert passed(actions, IN) == [answer(CONTENT)]
    facts = {"direction": "in", "bytes": len(CONTENT), "format": "text"}
    assert actions[1:] == [Happened("clipboard", facts)]


def test_a_revoke_takes_the_offer_back() -> None:
    """The side that must forget gets an empty offer; what it asks afterwards fails and is an attempt."""
    clipboard, grants = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    grants.now.clear()
    assert passed(clipboard.changed(), IN) == [EMPTY]
    actions = clipboard.take(OUT, ask(TEXT))
    assert passed(actions, OUT) == []
    assert failed(passed(actions, IN))
    assert attempts(actions) == ["clipboard_in"]


def test_a_revoke_stops_data_on_its_way() -> None:
    """Data that was asked for under a grant fails when the grant is gone before it comes."""
    clipboard, grants = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    clipboard.take(OUT, ask(TEXT))
    grants.now.clear()
    actions = clipboard.take(IN, answer(CONTENT))
    assert failed(passed(actions, IN))
    assert CONTENT not in b"".join(passed(actions, IN))


def test_nothing_goes_out_without_a_grant() -> None:
    """The session's offer is kept and is an attempt, as is the request of a peer that asks all the same; it fails."""
    clipboard, _ = connected("clipboard_in")
    actions = clipboard.take(OUT, TEXT_OFFER)
    assert passed(actions, OUT) == []
    assert [clip_kind(each) for each in passed(actions, IN)] == [3]
    assert attempts(actions) == ["clipboard_out"]  # the peer never asks for what it was not offered
    actions = clipboard.take(IN, ask(TEXT))
    assert passed(actions, IN) == []
    assert failed(passed(actions, OUT))
    assert attempts(actions) == ["clipboard_out"]


def test_text_goes_out_while_granted() -> None:
    """The other way works alike, and a revoke takes the offer back from the peer."""
    clipboard, grants = connected("clipboard_out")
    assert passed(clipboard.take(OUT, TEXT_OFFER), OUT) == [TEXT_OFFER[:-4]]
    assert passed(clipboard.take(IN, ask(TEXT)), IN) == [ask(TEXT)[:-4]]
    assert passed(clipboard.take(OUT, answer(CONTENT)), OUT) == [answer(CONTENT)]
    grants.now.clear()
    assert passed(clipboard.changed(), OUT) == [EMPTY]


def test_a_new_offer_takes_the_place_of_the_other_sides() -> None:
    """What was replaced is neither shown later nor taken back from a side that has forgotten it."""
    clipboard, grants = connected("clipboard_in", "clipboard_out")
    clipboard.take(IN, TEXT_OFFER)
    clipboard.take(OUT, TEXT_OFFER)
    grants.now.discard("clipboard_in")
    assert clipboard.changed() == []
    grants.now.add("clipboard_in")
    assert clipboard.changed() == []


def test_unknown_formats_are_taken_out() -> None:
    """Only text, HTML, bitmaps and files are offered on, under the names that the gate knows."""
    clipboard, _ = connected("clipboard_in", "files_in")
    formats = [
        (2, ""),
        (13, "made up"),
        (DIB, ""),
        (0xC123, "Rich Text Format"),
        (0xD010, "HTML Format"),
    ]
    (shown,) = passed(clipboard.take(IN, offer(*formats)), IN)
    assert formats_of(shown) == [13, DIB, 0xD010]
    assert wide("made up") not in shown
    assert passed(clipboard.take(IN, offer((2, ""))), IN) == [EMPTY]


def test_only_what_was_offered_can_be_asked_for() -> None:
    """A format that was not offered fails, although the clipboard is granted."""
    clipboard, _ = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    for number in (DIB, 2, 0xC0BA, 0xFFFFFFFF):
        actions = clipboard.take(OUT, ask(number))
        assert (passed(actions, OUT), failed(passed(actions, IN))) == ([], True)


def test_one_request_is_open_at_a_time() -> None:
    """A second request fails at once, and the first one's answer still comes."""
    clipboard, _ = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    clipboard.take(OUT, ask(TEXT))
    assert failed(passed(clipboard.take(OUT, ask(TEXT)), IN))
    assert passed(clipboard.take(IN, answer(CONTENT)), IN) == [answer(CONTENT)]
    actions = clipboard.take(IN, answer(CONTENT))
    assert (passed(actions, IN), happened(actions)[0][0]) == ([], "refused")


def test_too_much_is_refused() -> None:
    """Data above the limit fails and is told."""
    clipboard, _ = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    clipboard.take(OUT, ask(TEXT))
    actions = clipboard.take(IN, answer(bytes(LIMITS.clipboard_bytes + 1)))
    assert failed(passed(actions, IN))
    assert happened(actions) == [("refused", f"{LIMITS.clipboard_bytes + 1} bytes of clipboard")]


def test_a_failure_of_the_other_side_passes() -> None:
    """A side that cannot answer may say so, without its data."""
    clipboard, _ = connected("clipboard_in")
    clipboard.take(IN, TEXT_OFFER)
    clipboard.take(OUT, ask(TEXT))
    (sent,) = passed(clipboard.take(IN, clip(5, 2, CONTENT)), IN)
    assert failed([sent])
    assert CONTENT not in sent


@pytest.mark.parametrize("direction", [IN, OUT])
def test_locks_and_paths_are_dropped(direction: object) -> None:
    """Answers to offers, temporary directories and locks never pass; neither does what is unknown."""
    clipboard, _ = connected("clipboard_in", "clipboard_out", "files_in", "files_out")
    way = IN if direction is IN else OUT
    assert [clipboard.take(way, clip(kind, 1)) for kind in (3, 6, 10, 11)] == [[], [], [], []]
    assert happened(clipboard.take(way, clip(12))) == [("refused", "clipboard message 12")]


@pytest.mark.parametrize(
    "direction, pdu",
    [
        (IN, b"\x02"),
        (IN, clip(2)[:6]),
        (IN, struct.pack("<HHI", 2, 0, 40) + b"short"),
        (IN, READY),
        (OUT, clip(4, 0, b"\x01")),
        (IN, clip(2, 0, bytes((1 << 16) + 1))),
        (OUT, clip(8, 0, bytes(20))),
    ],
)
def test_broken_messages_are_violations(direction: object, pdu: bytes) -> None:
    """What is too short, too long or from the wrong side is a violation."""
    clipboard, _ = connected("clipboard_in", "files_in")
    with pytest.raises(ChannelViolation):
        clipboard.take(IN if direction is IN else OUT, pdu)


def with_files(*granted: str) -> tuple[ClipboardFilter, Grants]:
    """A clipboard on which the peer has offered files, and the session has asked for their list."""
    clipboard, grants = connected(*granted)
    clipboard.take(IN, FILE_OFFER)
    clipboard.take(OUT, ask(FILES))
    return clipboard, grants


def test_files_need_their_own_grant() -> None:
    """A granted clipboard does not bring files; the attempt names them."""
    clipboard, grants = connected("clipboard_in")
    actions = clipboard.take(IN, FILE_OFFER)
    assert passed(actions, IN) == []
    assert attempts(actions) == ["files_in"]
    actions = clipboard.take(OUT, ask(FILES))
    assert (passed(actions, OUT), attempts(actions)) == ([], ["files_in"])
    grants.now = {"files_in"}
    (shown,) = passed(clipboard.changed(), IN)
    assert formats_of(shown) == [FILES, 0xC0BA]


def test_files_come_in_while_granted() -> None:
    """The list passes with every name told, then sizes and parts pass as they were asked for."""
    clipboard, _ = with_files("files_in")
    actions = clipboard.take(IN, answer(file_list(("a b.txt", 5), ("ü.png", 9))))
    assert passed(actions, IN) == [answer(file_list(("a b.txt", 5), ("ü.png", 9)))]
    facts = {"direction": "in", "name": "a b.txt", "size": 5, "action": "copy"}
    assert actions[1] == Happened("file", facts)
    assert len(passed(clipboard.take(OUT, ask_file(7, 0, 1)), OUT)) == 1
    size = file_part(7, struct.pack("<Q", 5))
    assert passed(clipboard.take(IN, size), IN) == [size]
    assert len(passed(clipboard.take(OUT, ask_file(8, 0, 2, 0, 5)), OUT)) == 1
    part = file_part(8, b"12345")
    assert passed(clipboard.take(IN, part), IN) == [part]


@pytest.mark.parametrize("count, passes", [(200, True), (201, False)])
def test_a_list_has_no_more_names_than_the_trail_takes(count: int, passes: bool) -> None:
    """Every name of a list that passes is told; a longer list does not pass at all."""
    clipboard, _ = with_files("files_in")
    body = file_list(*((f"{number}.txt", 1) for number in range(count)))
    actions = clipboard.take(IN, answer(body))
    assert failed(passed(actions, IN)) is not passes
    told = [kind for kind, _ in happened(actions)]
    assert told == ["file"] * count if passes else ["refused"]


def test_a_revoke_cuts_a_file_in_the_middle() -> None:
    """The part on its way and every later request fail."""
    clipboard, grants = with_files("files_in")
    clipboard.take(IN, answer(file_list(("a.txt", 500))))
    clipboard.take(OUT, ask_file(8, 0, 2, 0, 100))
    grants.now.clear()
    assert passed(clipboard.changed(), IN) == [EMPTY]
    actions = clipboard.take(IN, file_part(8, b"x" * 100))
    assert (failed(passed(actions, IN)), attempts(actions)) == (True, ["files_in"])
    actions = clipboard.take(OUT, ask_file(9, 0, 2, 100, 100))
    assert (passed(actions, OUT), failed(passed(actions, IN))) == ([], True)


@pytest.mark.parametrize(
    "name",
    ["..", ".", "", "a/b", "a\\b", "..\\x", "c:x", "a\u202egnp.exe", "a\x07", "a\ud800", "ä" * 128],
)
def test_names_must_be_plain(name: str) -> None:
    """A list with a path, an invisible or turning character in a name fails as a whole and is told."""
    clipboard, _ = with_files("files_in")
    body = file_list(("good.txt", 1), ("X", 1))
    raw = name.encode("utf-16-le", "surrogatepass").ljust(520, b"\0")
    body = body[: 4 + 592 + 72] + raw[:520]
    actions = clipboard.take(IN, answer(body))
    assert failed(passed(actions, IN))
    assert happened(actions) == [("file", "refused")]


@pytest.mark.parametrize(
    "body",
    [
        file_list(("a", (1 << 20) + 1)),
        file_list(("a", 1 << 40)),
        file_list(("a", 1))[:-1],
        b"\xff" * 4,
        b"\xff" * 4 + file_list(("a", 1))[4:],
    ],
)
def test_lists_of_wrong_size_fail(body: bytes) -> None:
    """Files above the limit, and lists of another length than they say, do not pass."""
    clipboard, _ = with_files("files_in")
    try:
        actions = clipboard.take(IN, answer(body))
    except ChannelViolation:
        return
    assert failed(passed(actions, IN))


def test_parts_must_be_what_was_asked() -> None:
    """More bytes than asked, another stream, a size above the limit: none of them passes."""
    clipboard, _ = with_files("files_in")
    clipboard.take(IN, answer(file_list(("a.txt", 5))))
    clipboard.take(OUT, ask_file(8, 0, 2, 0, 5))
    assert happened(clipboard.take(IN, file_part(9, b"12345")))[0][0] == "refused"
    assert failed(passed(clipboard.take(IN, file_part(8, b"123456")), IN))
    clipboard.take(OUT, ask_file(8, 0, 2, LIMITS.file_bytes - 1, 5))
    assert failed(passed(clipboard.take(IN, file_part(8, b"12")), IN))
    clipboard.take(OUT, ask_file(8, 0, 1))
    assert failed(passed(clipboard.take(IN, file_part(8, struct.pack("<Q", 1 << 40))), IN))


@pytest.mark.parametrize(
    "pdu", [ask_file(1, 1, 2, 0, 5), ask_file(1, 0, 3), ask_file(1, 0, 2, 0, 1 << 30)]
)
def test_parts_of_unknown_files_fail(pdu: bytes) -> None:
    """A file that is not in the list, an unknown question and an absurd size are not passed."""
    clipboard, _ = with_files("files_in")
    clipboard.take(IN, answer(file_list(("a.txt", 5))))
    actions = clipboard.take(OUT, pdu)
    assert (passed(actions, OUT), failed(passed(actions, IN))) == ([], True)


def test_open_parts_are_bounded() -> None:
    """No more than 64 parts are waited for, and a shorter list forgets them."""
    clipboard, _ = with_files("files_in")
    clipboard.take(IN, answer(file_list(("a.txt", 5), ("b.txt", 5))))
    sent = [clipboard.take(OUT, ask_file(stream, 1, 2, 0, 5)) for stream in range(70)]
    assert sum(len(passed(each, OUT)) for each in sent) == 64
    clipboard.take(OUT, ask(FILES))
    clipboard.take(IN, answer(file_list(("a.txt", 5))))
    assert happened(clipboard.take(IN, file_part(3, b"12345")))[0][0] == "refused"
