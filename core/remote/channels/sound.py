"""The sound's channel, rdpsnd (MS-RDPEA), and channels of which nothing is ever passed."""

from __future__ import annotations

from collections.abc import Callable

from core.remote.channels import actions as act
from core.remote.channels.actions import Action, Attempt, Direction, Pass, unpack

_WAVE, _TRAINING, _FORMATS, _WAVE2, _SMALLEST, _LARGEST = 2, 6, 7, 13, 8, 1 << 16
_KNOWN = {Direction.OUT: {1, _WAVE, 3, 4, _TRAINING, _FORMATS, _WAVE2}, Direction.IN: {5, 6, 7, 12}}
_MICROPHONE, _RECORDING = range(39, 44), {40, 42}  # xrdp's own, on the same channel


class AudioFilter:
    """Passes sound to the peer while ``audio_out`` is granted, and never any from it."""

    def __init__(self, is_granted: Callable[[str], bool]) -> None:
        self._is_granted = is_granted
        self._formats, self._is_started, self._has_wave = b"", False, False
        self._tried: set[str] = set()

    def take(self, direction: Direction, pdu: bytes) -> list[Action]:
        """Say what becomes of one PDU; raises ChannelViolation where it breaks the protocol."""
        kind, _, _ = unpack("BBH", pdu)
        is_out, is_granted = direction is Direction.OUT, self._is_granted("audio_out")
        if not is_out and not _SMALLEST <= len(pdu) <= _LARGEST:
            raise act.ChannelViolation("a sound message of the peer has a wrong size")
        if is_out and self._has_wave:  # the second part of a wave: the peer waits for it
            self._has_wave = False
            return [Pass(pdu if is_granted else bytes(len(pdu)), direction)]
        if kind in _MICROPHONE:
            return self._attempt("audio_in") if kind in _RECORDING else []
        if kind == _FORMATS:
            self._check(pdu)
            self._formats = pdu if is_out else self._formats
            self._is_started |= is_out and is_granted
        if is_granted and self._is_started and kind in _KNOWN[direction]:
            self._has_wave = is_out and kind == _WAVE
            return [Pass(pdu, direction)]
        is_sound = is_out and kind in {_WAVE, _WAVE2} and not is_granted
        return self._attempt("audio_out") if is_sound else []

    def changed(self) -> list[Action]:
        """Begin the handshake anew when sound has become granted."""
        self._tried = set()
        was_started = self._is_started
        self._is_started = self._is_granted("audio_out") and bool(self._formats)
        return [Pass(self._formats, Direction.OUT)] if self._is_started > was_started else []

    def _attempt(self, capability: str) -> list[Action]:
        tried, self._tried = self._tried, self._tried | {capability}
        return [] if capability in tried else [Attempt(capability)]

    def _check(self, pdu: bytes) -> None:
        (count,), end = unpack("H", pdu, 18), 24
        for _ in range(count):
            end += 18 + unpack("H", pdu, end + 16)[0]
        if len(pdu) < end or len(pdu) > _LARGEST:
            raise act.ChannelViolation("a list of sound formats has a wrong size")


class DeniedFilter:
    """Passes nothing of a channel, and reports once that it was tried."""

    def __init__(self, name: str) -> None:
        self._attempts: list[Action] = [Attempt("shell_channels", name)]

    def take(self, _direction: Direction, _pdu: bytes) -> list[Action]:
        """Drop the PDU."""
        attempts, self._attempts = self._attempts, []
        return attempts

    def changed(self) -> list[Action]:
        """Keep denying, whatever is granted."""
        return []
