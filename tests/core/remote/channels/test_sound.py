"""Sound goes out while it is granted, never in, and denied channels stay denied."""

from __future__ import annotations

import pytest

from core.remote.channels.actions import Attempt, ChannelViolation
from core.remote.channels.sound import AudioFilter, DeniedFilter
from tests.core.remote.channels.pdus import (
    IN,
    OUT,
    Grants,
    attempts,
    passed,
    sound,
    sound_formats,
)

FORMATS = sound_formats(b"", b"\x01\x00")
WAVE, WAVE_DATA = sound(2, bytes(12)), bytes(4) + b"\x55" * 400


def test_sound_passes_while_granted() -> None:
    """Handshake, waves and confirmations pass from the start when sound is granted."""
    audio = AudioFilter(Grants("audio_out"))
    for direction, pdu in ((OUT, FORMATS), (IN, FORMATS), (OUT, sound(6)), (IN, sound(6))):
        assert passed(audio.take(direction, pdu), direction) == [pdu]
    for direction, pdu in ((OUT, WAVE), (OUT, WAVE_DATA), (IN, sound(5)), (OUT, sound(1, b""))):
        assert passed(audio.take(direction, pdu), direction) == [pdu]


def test_denied_sound_is_swallowed() -> None:
    """Without a grant nothing passes; the first wave is an attempt, the handshake is not."""
    audio = AudioFilter(Grants())
    assert audio.take(OUT, FORMATS) == []
    assert audio.take(IN, FORMATS) == []
    assert audio.take(OUT, WAVE) == [Attempt("audio_out")]
    assert audio.take(OUT, WAVE_DATA) == []
    assert audio.take(OUT, WAVE) == []


def test_a_late_grant_begins_the_handshake() -> None:
    """The server's formats are sent as soon as sound is granted, once, and then sound flows."""
    grants = Grants()
    audio = AudioFilter(grants)
    assert audio.changed() == []
    audio.take(OUT, FORMATS)
    grants.now.add("audio_out")
    assert passed(audio.changed(), OUT) == [FORMATS]
    assert audio.changed() == []
    assert passed(audio.take(IN, FORMATS), IN) == [FORMATS]
    assert passed(audio.take(OUT, WAVE), OUT) == [WAVE]


def test_sound_waits_for_its_handshake() -> None:
    """A wave passes only after the formats have, so that the peer knows what it hears."""
    audio = AudioFilter(Grants("audio_out"))
    assert audio.take(OUT, WAVE) == []


def test_a_revoke_silences_a_wave_in_the_middle() -> None:
    """The half of a wave that the peer waits for comes as silence; a new grant begins anew."""
    grants = Grants("audio_out")
    audio = AudioFilter(grants)
    audio.take(OUT, FORMATS)
    audio.take(OUT, WAVE)
    grants.now.clear()
    assert audio.changed() == []
    assert passed(audio.take(OUT, WAVE_DATA), OUT) == [bytes(len(WAVE_DATA))]
    assert attempts(audio.take(OUT, WAVE)) == ["audio_out"]
    assert audio.take(IN, FORMATS) == []
    grants.now.add("audio_out")
    assert passed(audio.changed(), OUT) == [FORMATS]


@pytest.mark.parametrize("kind", range(39, 44))
def test_the_microphone_never_passes(kind: int) -> None:
    """The recording messages of xrdp on this channel are dropped both ways, whatever is granted."""
    audio = AudioFilter(Grants("audio_out", "audio_in"))
    audio.take(OUT, FORMATS)
    told = [
        *audio.take(OUT, sound(kind)),
        *audio.take(IN, sound(kind)),
        *audio.take(IN, sound(kind)),
    ]
    assert told == ([Attempt("audio_in")] if kind in {40, 42} else [])


def test_unknown_sound_messages_are_dropped() -> None:
    """Only the messages of the protocol pass, each from its own side."""
    audio = AudioFilter(Grants("audio_out"))
    audio.take(OUT, FORMATS)
    assert [audio.take(IN, sound(kind)) for kind in (1, 2, 3, 13, 99)] == [[]] * 5
    assert [audio.take(OUT, sound(kind)) for kind in (5, 8, 9, 99)] == [[]] * 4


@pytest.mark.parametrize(
    "pdu", [b"\x07", FORMATS[:-1], FORMATS[:20], sound(6, b""), sound(6) + bytes(1 << 16)]
)
def test_broken_sound_messages_are_violations(pdu: bytes) -> None:
    """Lists that end too early, and messages of a wrong size, are violations."""
    audio = AudioFilter(Grants("audio_out"))
    audio.take(OUT, FORMATS)
    with pytest.raises(ChannelViolation):
        audio.take(IN, pdu)


def test_denied_channels_stay_denied() -> None:
    """A channel that the gate does not know passes nothing and is told of once."""
    denied = DeniedFilter("drdynvc")
    assert denied.take(IN, b"anything") == [Attempt("shell_channels", "drdynvc")]
    assert denied.take(OUT, b"") == []
    assert denied.changed() == []
