"""Inputs are sent in batches, in order; moves give way to the newest, nothing else does."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from core.api.joining import KeyInput, PointerInput, SendInput
from core.api.snapshots import FailureSnapshot
from lucid_gui.bridge import Bridge
from lucid_gui.screens.joined.outgoing import Outgoing
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance

A = KeyInput(30, is_pressed=True)
DOWN, UP = PointerInput(1, 1, 1, is_pressed=True), PointerInput(9, 9, 1)


def start(bridge: Bridge, failures: list[FailureSnapshot] | None = None) -> Outgoing:
    """Make one that sends to a session."""
    made = Outgoing(bridge, (failures if failures is not None else []).append)
    made.reset("joined")
    return made


def test_moves_give_way_and_nothing_else_does(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance
) -> None:
    """While a batch is on its way the rest waits, in order."""
    appliance.answers[SendInput] = PENDING
    outgoing = start(bridge)
    outgoing.add(A)
    for made in (
        *(PointerInput(x, 0) for x in range(50)),
        DOWN,
        PointerInput(2, 2),
        PointerInput(9, 9),
        UP,
        A,
    ):
        outgoing.add(made)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    assert [each.inputs for each in appliance.sent(SendInput)] == [(A,)]
    appliance.answers[SendInput] = None
    appliance.finish(SendInput)
    qtbot.waitUntil(lambda: len(appliance.sent(SendInput)) == 2)
    assert appliance.sent(SendInput)[1].inputs == (
        PointerInput(49, 0),
        DOWN,
        PointerInput(9, 9),
        UP,
        A,
    )


def test_no_more_than_sixty_batches_a_second(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance
) -> None:
    """However fast a mouse moves, and the last place it was at arrives."""
    outgoing = start(bridge)
    begun = time.monotonic()
    for x in range(400):
        outgoing.add(PointerInput(x, 0))
        qtbot.wait(1)
    qtbot.waitUntil(lambda: appliance.sent(SendInput)[-1].inputs[-1].x == 399)
    assert len(appliance.sent(SendInput)) <= (time.monotonic() - begun) * 60 + 2


def test_a_failure_is_told_and_what_follows_is_sent(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance
) -> None:
    """Nothing is sent twice."""
    failures: list[FailureSnapshot] = []
    appliance.answers[SendInput] = failure("session_unknown", 1, session_id="joined")
    outgoing = start(bridge, failures)
    outgoing.add(A)
    qtbot.waitUntil(lambda: len(failures) == 1)
    appliance.answers[SendInput] = None
    outgoing.add(DOWN)
    qtbot.waitUntil(lambda: len(appliance.sent(SendInput)) == 2)
    assert appliance.sent(SendInput)[1].inputs == (DOWN,)


def test_without_a_session_nothing_is_sent(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance
) -> None:
    """What waited for another one is dropped."""
    appliance.answers[SendInput] = PENDING
    outgoing = start(bridge)
    outgoing.add(A)
    outgoing.add(DOWN)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    outgoing.reset("")
    appliance.finish(SendInput)
    outgoing.add(UP)
    qtbot.waitUntil(lambda: not appliance.pending)
    assert [each.inputs for each in appliance.sent(SendInput)] == [(A,)]


def test_a_batch_is_no_longer_than_the_engine_takes(
    qtbot: QtBot, bridge: Bridge, appliance: MadeUpAppliance
) -> None:
    """What is more goes with the next one."""
    appliance.answers[SendInput] = PENDING
    outgoing = start(bridge)
    strokes = [KeyInput(30 + at % 9, is_pressed=at % 2 == 0) for at in range(600)]
    for each in strokes:
        outgoing.add(each)
    qtbot.waitUntil(lambda: bool(appliance.pending))
    appliance.answers[SendInput] = None
    appliance.finish(SendInput)
    qtbot.waitUntil(lambda: sum(len(each.inputs) for each in appliance.sent(SendInput)) == 600)
    sent = [made for each in appliance.sent(SendInput) for made in each.inputs]
    assert sent == strokes
    assert max(len(each.inputs) for each in appliance.sent(SendInput)) == 256
