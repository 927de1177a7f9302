"""Whose channels they are: one connection a visit, nothing before that very visit was admitted, nothing after it."""

from __future__ import annotations

import struct

import pytest

from tests.core.remote.channels.test_relay import CLIENT, READY, SESSION, clip, offer
from tests.fakes.channels_bench import ChannelsBench
from tests.fakes.gate_sides import Side, channel_data, channel_setup, now_ns, wait_until

ASK = clip(4, struct.pack("<I", 13))
ALL = ("clipboard_in", "clipboard_out", "files_in", "files_out", "audio_out")


def set_up(client: Side, session: Side) -> None:
    """Set the clipboard up and let the client offer text."""
    client.send(channel_setup("cliprdr"))
    session.read_until(lambda _: True)
    session.send(channel_data(SESSION, 0, READY))
    client.read_until(lambda _: True)
    client.send(channel_data(CLIENT, 0, offer()))
    client.read_until(lambda message: message[26:28] == b"\3\0")


def passes(session: Side) -> bool:
    """Tell whether what the client has offered may be asked for."""
    session.send(channel_data(SESSION, 0, ASK))
    (*_, answer) = session.read_until(lambda message: message[26:28] in {b"\5\0", b"\2\0"})
    return answer[26:28] == b"\2\0"


def test_nothing_passes_before_the_visit_is_admitted(bench: ChannelsBench) -> None:
    """Grants alone open nothing: the engine must have said that this very visit had the right code."""
    told = bench.engine.tell(*ALL, visit=1, is_admitted=False)
    client, session = bench.connected()
    set_up(client, session)
    assert told["granted"] == ""
    assert not passes(session)
    told = bench.engine.tell(*ALL, visit=1, is_admitted=True)
    assert set(told["granted"].split(",")) == set(ALL)
    session.read_until(lambda message: message[26:28] == b"\2\0")


def test_a_connection_that_comes_first_waits_for_the_next_visit(bench: ChannelsBench) -> None:
    """While nobody is there nothing is granted to it, also where a state says admitted; then it is the next visit's."""
    bench.engine.tell(*ALL, visit=0, is_admitted=True)
    client, session = bench.connected()
    set_up(client, session)
    assert not passes(session)
    assert bench.engine.tell(*ALL, visit=0, is_admitted=True)["granted"] == ""
    bench.visit(*ALL)
    session.read_until(lambda message: message[26:28] == b"\2\0")


@pytest.mark.parametrize("how", ["leaves", "another", "drop"])
def test_a_connection_ends_with_its_visit(bench: ChannelsBench, how: str) -> None:
    """When the visit is over, or is another, both ends are closed before the engine is answered."""
    bench.visit(*ALL)
    client, session = bench.connected()
    set_up(client, session)
    if how == "leaves":
        bench.leave(*ALL)
    elif how == "another":
        bench.visit(*ALL)
    else:
        bench.engine.say(drop=True)
    client.wait_closed()
    session.wait_closed()


def test_a_visit_has_one_connection(bench: ChannelsBench) -> None:
    """A second one is turned away, beside the first and after it; the next visit has its own."""
    bench.visit(*ALL)
    client, _ = bench.connected()
    bench.knock().wait_closed()
    bench.engine.hear("refused", reason="the channels have been taken")
    client.close()
    wait_until(lambda: bench.channels._relay is None)
    bench.knock().wait_closed()
    bench.engine.hear("refused", reason="the channels have been taken")
    bench.visit(*ALL)
    set_up(*bench.connected())


def test_nobody_connects_through_a_shut_door(bench: ChannelsBench) -> None:
    """Before the engine has said anything, once it has shut the door, and without a lease, nobody has channels."""
    bench.knock().wait_closed()
    bench.engine.tell(*ALL, visit=1, is_admitted=True, is_open=False)
    bench.knock().wait_closed()
    bench.engine.tell(*ALL, visit=1, is_admitted=True, is_open=True, lease_ns=0)
    bench.knock().wait_closed()
    bench.engine.hear("refused", reason="nobody may have channels now")


@pytest.mark.parametrize("end", ["revoke", "shield", "lease", "grant"])
def test_what_ends_a_grant_is_in_effect_at_once(bench: ChannelsBench, end: str) -> None:
    """A revoke, the shield, a lease and a deadline: the session is shown an empty offer, and gets nothing any more."""
    bench.visit("clipboard_in")
    client, session = bench.connected()
    set_up(client, session)
    session.read_until(lambda message: message[26:28] == b"\2\0")
    if end == "revoke":
        assert bench.engine.tell()["granted"] == ""
    elif end == "shield":
        assert bench.engine.tell("clipboard_in", is_shielded=True)["granted"] == ""
    elif end == "lease":
        bench.engine.tell("clipboard_in", lease_ns=100_000_000)
    else:
        bench.engine.state["granted"] = {"clipboard_in": now_ns() + 100_000_000}
        bench.engine.say(state=bench.engine.state)
    (taken,) = session.read_until(lambda message: message[26:28] == b"\2\0")
    assert taken[26:] == clip(2)
    assert not passes(session)


def test_what_was_tried_at_the_door_is_told_once_the_visit_is_in(bench: ChannelsBench) -> None:
    """A client announces what it has when it connects, and is asked to agree first: only then can anybody be asked."""
    bench.engine.tell(visit=1, is_admitted=False)
    client, session = bench.connected()
    set_up(client, session)
    passes(session)
    assert bench.engine.told("attempt") == []
    bench.engine.tell(visit=1, is_admitted=True)
    assert bench.engine.hear("attempt", capability="clipboard_in")["count"] == 1


def test_what_one_has_tried_is_not_said_of_the_next(bench: ChannelsBench) -> None:
    """Attempts that were not told yet are forgotten with the visit."""
    bench.visit()
    client, session = bench.connected()
    set_up(client, session)
    passes(session)
    bench.engine.hear("attempt", capability="clipboard_in")
    passes(session)
    bench.visit()
    session.wait_closed()
    assert bench.channels._reports.attempts.due_ns is None


@pytest.mark.parametrize("said", [b"nonsense\n", b"[]\n", b'{"state": {}}\n', b"x" * (260 << 10)])
def test_a_line_that_makes_no_sense_ends_the_channels(bench: ChannelsBench, said: bytes) -> None:
    """Who says what no engine says is none: everything is over."""
    bench.visit(*ALL)
    bench.connected()
    bench.engine.stream.sendall(said)
    assert bench.engine.hear("gone")["reason"]
    bench._thread.join(5)
    assert not bench._thread.is_alive()
