"""The mailbox keeps final events and order, and only the newest of pictures and progress."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.api.events import Event, FrameShown, RequestFinished, RequestProgressed, ThumbnailTaken
from core.api.joining import DesktopShown
from core.api.network import Network, NetworkChanged, TorStatus
from core.api.scanning import CameraLooked
from lucid_gui.bridge.mailbox import Mailbox


def frame(playback: int, position: float) -> FrameShown:
    """Make a frame of one pixel."""
    return FrameShown(playback, position, 0, 1, 1, b"\0\0\0")


EVENTS = st.one_of(
    st.builds(frame, st.integers(1, 2), st.integers(0, 9).map(float)),
    st.builds(
        RequestProgressed, st.integers(1, 2), st.just("checking"), st.integers(0, 9), st.just(9)
    ),
    st.builds(RequestFinished, st.integers(1, 99), st.none()),
    st.builds(
        ThumbnailTaken,
        st.sampled_from("ab"),
        st.just(1),
        st.just(1),
        st.binary(min_size=3, max_size=3),
    ),
)


@given(st.lists(EVENTS))
def test_final_events_are_never_dropped_and_stay_in_order(events: list[Event]) -> None:
    """Whatever else happens, every final event comes out, in order."""
    mailbox = Mailbox()
    for event in events:
        mailbox.put(event)
    finals = [event for event in events if isinstance(event, RequestFinished)]
    assert [event for event in mailbox.take() if isinstance(event, RequestFinished)] == finals
    assert mailbox.take() == []


@given(st.lists(EVENTS, min_size=1))
def test_what_comes_out_last_is_what_came_last(events: list[Event]) -> None:
    """The newest event is kept, and nothing comes after it."""
    mailbox = Mailbox()
    for event in events:
        mailbox.put(event)
    assert mailbox.take()[-1] is events[-1]


@given(st.lists(st.builds(frame, st.integers(1, 3), st.floats(0, 100)), min_size=1))
def test_one_frame_waits_for_each_playback(frames: list[FrameShown]) -> None:
    """A slow screen skips frames instead of falling behind."""
    mailbox = Mailbox()
    for event in frames:
        mailbox.put(event)
    newest = {event.playback_id: event for event in frames}
    taken = [event for event in mailbox.take() if isinstance(event, FrameShown)]
    assert {event.playback_id: event for event in taken} == newest
    assert len(taken) == len(newest)


def test_only_the_first_of_a_batch_wakes_the_reader() -> None:
    """One wake-up brings over everything that waits."""
    mailbox = Mailbox()
    assert [mailbox.put(frame(1, 0.0)), mailbox.put(frame(1, 1.0)), mailbox.put(frame(2, 0.0))] == [
        True,
        False,
        False,
    ]
    mailbox.take()
    assert mailbox.put(frame(1, 2.0))


def test_only_the_newest_desktop_of_a_session_waits() -> None:
    """Megabytes never pile up, and another session's picture is another one."""
    mailbox = Mailbox()
    pictures = [DesktopShown(name, 1, 1, bytes((at, 0, 0, 0))) for at in range(9) for name in "ab"]
    for each in pictures:
        mailbox.put(each)
    assert mailbox.take() == pictures[-2:]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_only_the_newest_network_and_look_of_the_camera_wait(percents: list[int]) -> None:
    """A person needs neither how Tor stood before nor what the camera saw before."""
    mailbox = Mailbox()
    for percent in percents:
        mailbox.put(NetworkChanged(Network(tor=TorStatus(percent=percent))))
        mailbox.put(CameraLooked(1, 1, bytes([percent] * 3)))
    network, look = mailbox.take()
    assert isinstance(network, NetworkChanged)
    assert network.network.tor.percent == percents[-1]
    assert isinstance(look, CameraLooked)
    assert look.rgb[0] == percents[-1]
