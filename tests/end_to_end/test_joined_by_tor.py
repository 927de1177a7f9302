"""One appliance joins another's session by the onion address that was made for it, in a private Tor network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.api.commands import EndSession
from core.api.events import SessionChanged
from core.api.hosting import InviteObserver
from core.api.joining import JoinRole, ReadTerms
from core.api.network import ServicePhase, WorkOffline
from core.api.permissions import Capability
from core.api.snapshots import SessionState
from tests.end_to_end.hosting_bench import allow, now
from tests.end_to_end.joining_bench import Pair, checks, invited
from tests.end_to_end.onion_bench import (
    CONNECT_S,
    host_by_onion,
    invitation_of,
    network_of,
    onion_appliance,
)
from tests.end_to_end.remote_desk import session_home, until
from tests.fakes.front_end import FrontEnd, Refused
from tests.fakes.private_tor import PrivateTor

pytestmark = pytest.mark.timeout(240)
AT_ONCE_S = 3.0


def join(host: FrontEnd, guest: FrontEnd) -> Pair:
    """Host a session, join it by its link, and wait until its desktop is here."""
    hosting = host_by_onion(host)
    terms = guest.do(ReadTerms(invitation_of(hosting).link))
    joined = guest.do(invited(guest, hosting))
    pair = Pair(host, hosting, guest, joined, terms)
    until(pair.is_watching, "the other end's desktop")
    until(pair.has_terminal, "its terminal")
    return pair


def test_a_session_is_joined_steered_and_over_when_its_host_ends_it(
    tmp_path: Path, private_tor: PrivateTor
) -> None:
    """What is allowed at both ends gets through; the guest's end does not wait for any time-out of Tor's."""
    with (
        onion_appliance(tmp_path / "host", private_tor) as host,
        onion_appliance(tmp_path / "guest", private_tor) as guest,
    ):
        pair = join(host, guest)
        assert pair.joined.address == invitation_of(pair.hosting).address
        pair.allow(Capability.KEYBOARD, Capability.POINTER)
        pair.press(1)  # it is asked about at the other end
        allow(host, Capability.KEYBOARD)
        pair.type("touch typed")
        until((session_home() / "typed").exists, "what was typed")
        with pytest.raises(Refused) as refused:
            guest.do(WorkOffline())
        assert refused.value.failure.code == "network_in_use"
        host.do(EndSession(pair.hosting.session_id))
        ended = time.monotonic()
        until(lambda: pair.now() is None, "the end of the joined session")
        assert time.monotonic() - ended < AT_ONCE_S
        sealed = guest.wait_for(
            lambda event: (
                isinstance(event, SessionChanged)
                and event.session.session_id == pair.session_id
                and event.session.state in {SessionState.ANCHORING, SessionState.ANCHORED}
            )
        )
        assert isinstance(sealed, SessionChanged)
        assert sealed.session.end_reason == "other_end"
        assert checks(guest, pair.session_id)["trail"] == "holds"
        with pytest.raises(Refused) as gone:
            guest.do(ReadTerms(invitation_of(pair.hosting).link))
        assert gone.value.failure.code in {"host_unreachable", "client_key_needed"}
        assert network_of(host).services == ()


def test_who_only_watches_comes_by_an_address_of_its_own(
    tmp_path: Path, private_tor: PrivateTor
) -> None:
    """Its terms are an observer's, and the session's own link is none of its business."""
    with (
        onion_appliance(tmp_path / "host", private_tor) as host,
        onion_appliance(tmp_path / "guest", private_tor) as guest,
    ):
        hosting = host_by_onion(host)
        watching = host.do(InviteObserver(hosting.session_id))
        assert watching.address != invitation_of(hosting).address

        def is_found() -> bool:
            observing = now(host).observing
            return observing is not None and observing.reach is ServicePhase.REACHABLE

        until(is_found, "the observer's address", CONNECT_S)
        terms = guest.do(ReadTerms(watching.link))
        assert terms.role is JoinRole.OBSERVER
