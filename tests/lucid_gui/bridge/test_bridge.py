"""The bridge brings events to the GUI thread and ends every request once."""

from __future__ import annotations

import threading

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from core.api.commands import ListSessions, LockVault, ReadChain, VerifySession
from core.api.events import ChainChanged, FrameShown, RequestProgressed, SettingChanged
from core.api.snapshots import FailureSnapshot, Setting
from lucid_gui.bridge import Bridge
from tests.fakes.engine_port import CHAIN, PENDING, FakeEnginePort, failure

SETTING = Setting("theme", "light", "dark")


def test_callbacks_come_on_the_gui_thread(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A result reaches its callback on the thread that asked."""
    port.answers[ListSessions] = ("a",)
    told: list[tuple[object, threading.Thread]] = []
    fake_bridge.submit(
        ListSessions(), lambda result: told.append((result, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: told != [])
    assert told == [(("a",), threading.main_thread())]


def test_progress_failure_and_cancellation_reach_their_callbacks(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """Each kind of end has its own callback, and progress has one before it."""
    port.answers[VerifySession] = PENDING
    told: list[object] = []
    request_id = fake_bridge.submit(
        VerifySession("x"), on_progress=told.append, on_cancelled=lambda: told.append("cancelled")
    )
    progress = RequestProgressed(request_id, "checking_chunks", 1, 2)
    port.emit(progress)
    qtbot.waitUntil(lambda: told == [progress])
    fake_bridge.cancel(request_id)
    qtbot.waitUntil(lambda: told == [progress, "cancelled"])
    port.answers[LockVault] = failure("session_busy", session_id="x")
    fake_bridge.submit(LockVault(), on_failure=lambda found: told.append(found.code))
    qtbot.waitUntil(lambda: told[-1] == "session_busy")


def test_a_failure_nobody_waits_for_is_published(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """Without a callback the shell hears of it."""
    port.answers[LockVault] = failure("vault_locked")
    with qtbot.waitSignal(fake_bridge.failure_unhandled) as signal:
        fake_bridge.submit(LockVault())
    found = signal.args[0]
    assert isinstance(found, FailureSnapshot)
    assert found.code == "vault_locked"


def test_a_forgotten_request_says_nothing(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """A screen that is gone is not called back."""
    port.answers[ReadChain] = PENDING
    told: list[object] = []
    request_id = fake_bridge.submit(ReadChain(), told.append, told.append)
    fake_bridge.forget(request_id)
    port.finish(ReadChain, failure("chain_unreachable"))
    port.emit(SettingChanged(SETTING))
    qtbot.waitUntil(lambda: request_id not in fake_bridge._requests)
    assert told == []


def test_handlers_hear_events_until_they_stop(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """The function that ``on`` returns ends the subscription."""
    first: list[object] = []
    second: list[object] = []
    stop = fake_bridge.on(SettingChanged, first.append)
    fake_bridge.on(SettingChanged, second.append)
    port.emit(SettingChanged(SETTING))
    qtbot.waitUntil(lambda: len(second) == 1)
    stop()
    port.emit(SettingChanged(SETTING))
    qtbot.waitUntil(lambda: len(second) == 2)
    assert len(first) == 1


def test_a_late_handler_hears_how_things_stand(fake_bridge: Bridge) -> None:
    """A screen that opens late is told the newest snapshot at once."""
    told: list[ChainChanged] = []
    fake_bridge.on(ChainChanged, told.append)
    assert [event.chain for event in told] == [CHAIN]
    assert fake_bridge.latest(ChainChanged) == told[0]


def test_a_handler_that_raises_keeps_nothing_from_the_others(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """The exception is published, and the next handler still hears the event."""
    told: list[object] = []

    def fail(_event: SettingChanged) -> None:
        raise ValueError("a bug")

    fake_bridge.on(SettingChanged, fail)
    fake_bridge.on(SettingChanged, told.append)
    with capture_exceptions() as exceptions:
        port.emit(SettingChanged(SETTING))
        qtbot.waitUntil(lambda: len(told) == 1)
    assert [type(each[1]) for each in exceptions] == [ValueError]


def test_a_flood_of_frames_does_not_pile_up(
    qtbot: QtBot, fake_bridge: Bridge, port: FakeEnginePort
) -> None:
    """While the screen is busy only the newest frame waits for it."""
    shown: list[float] = []
    fake_bridge.on(FrameShown, lambda event: shown.append(event.position_s))
    for position in range(500):
        fake_bridge._receive(FrameShown(1, float(position), 0, 1, 1, b"\0\0\0"))
    qtbot.waitUntil(lambda: shown != [])
    assert shown == [499.0]


@pytest.mark.parametrize("call", ["submit", "cancel", "forget"])
def test_without_an_engine_nothing_happens(qapp: object, call: str) -> None:
    """Before the engine is attached a request goes nowhere, quietly."""
    assert qapp is not None
    bridge = Bridge()
    if call == "submit":
        assert bridge.submit(ListSessions()) == 0
    else:
        getattr(bridge, call)(1)
