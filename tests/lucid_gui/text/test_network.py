"""The network in few words, in every state that it can be in."""

from __future__ import annotations

import pytest

from core.api.network import Network, NetworkMode, TorPhase, TorStatus
from core.api.text import SENTENCES
from lucid_gui.text.network import (
    ENDS_SOON_MS,
    NETWORK_CODES,
    ends_soon,
    is_by_tor,
    is_ready,
    is_undecided,
    short_text,
    state_text,
    tone,
)
from tests.fakes import made_up_network as net

NOW = 1_700_000_000_000


def by_tor(phase: TorPhase, **changes: object) -> Network:
    """Make a network by Tor in a phase."""
    return Network(NetworkMode.TOR, is_chosen=True, tor=TorStatus(phase, **changes))  # type: ignore[arg-type]


def test_nothing_is_said_of_what_is_not_known() -> None:
    """Before the engine has told, header and settings stay empty."""
    assert (short_text(None), state_text(None), tone(None, NOW)) == ("", "", "quiet")
    assert not any(tell(None) for tell in (is_by_tor, is_ready, is_undecided))
    assert not ends_soon(None, NOW)


def test_an_open_choice_asks() -> None:
    """It is amber until somebody chooses, and quiet once it is offline by choice or by force."""
    assert tone(Network(), NOW) == "ask"
    assert state_text(Network()) == "not chosen yet"
    for network in (Network(is_chosen=True), Network(is_mode_forced=True)):
        assert (short_text(network), tone(network, NOW)) == ("Offline", "quiet")


@pytest.mark.parametrize("phase", TorPhase)
def test_every_phase_has_its_words_and_its_colour(phase: TorPhase) -> None:
    """No phase is without; only ready is safe."""
    network = by_tor(phase, percent=45)
    assert short_text(network)
    assert state_text(network)
    assert (tone(network, NOW) == "safe") is (phase is TorPhase.READY)
    assert is_ready(network) is (phase is TorPhase.READY)


def test_the_percentage_is_in_the_header() -> None:
    """While it connects."""
    assert short_text(by_tor(TorPhase.CONNECTING, percent=45)) == "Tor 45 %"


@pytest.mark.parametrize(
    "left_ms, is_soon", [(ENDS_SOON_MS + 1, False), (ENDS_SOON_MS, True), (-1, True)]
)
def test_the_end_of_support_is_soon_within_sixty_days(left_ms: int, is_soon: bool) -> None:
    """And stays so when it has passed; the header asks then, though Tor is connected."""
    network = by_tor(TorPhase.READY, ends_utc_ms=NOW + left_ms)
    assert ends_soon(network, NOW) is is_soon
    assert tone(network, NOW) == ("ask" if is_soon else "safe")


def test_what_leads_to_the_network_is_known() -> None:
    """Each code has a sentence: a button for a failure that never comes would be dead."""
    assert SENTENCES.keys() >= NETWORK_CODES


def test_made_up_networks_are_what_they_say() -> None:
    """The fakes have the states that the screens are pictured in."""
    assert is_ready(net.ready())
    assert is_by_tor(net.stuck())
    assert not is_ready(net.restarting())
