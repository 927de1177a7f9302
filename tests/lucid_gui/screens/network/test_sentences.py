"""How the network stands, in words: every state has some, whatever figures the engine gives."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.network import Network, NetworkMode, TorPhase, TorStatus
from lucid_gui.screens.network.facts import fact_rows, rotation_facts
from lucid_gui.screens.network.sentences import state_facts, state_of
from lucid_gui.screens.network.steps import tor_steps
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure

NOW = made_up.NOW_UTC_MS
MOMENTS = st.integers(0, 4_000_000_000_000)
STATUSES = st.builds(
    TorStatus,
    phase=st.sampled_from(TorPhase),
    percent=st.integers(0, 100),
    tag=st.sampled_from(["", "conn", "done"]),
    summary=st.text(max_size=40),
    since_utc_ms=MOMENTS,
    deadline_utc_ms=MOMENTS,
    failure=st.none() | st.just(failure("tor_lost", reason="it hung")),
    version=st.sampled_from(["", net.VERSION]),
    ends_utc_ms=st.none() | MOMENTS,
    restarts=st.integers(0, 9),
    retry_utc_ms=st.none() | MOMENTS,
)
NETWORKS = st.none() | st.builds(
    Network,
    mode=st.sampled_from(NetworkMode),
    is_chosen=st.booleans(),
    is_mode_forced=st.booleans(),
    is_tor_others=st.booleans(),
    tor=STATUSES,
    address=st.sampled_from(["", net.OWN]),
)


@given(NETWORKS, MOMENTS)
def test_every_state_has_a_sentence_and_a_way_on(network: Network | None, now: int) -> None:
    """There is always a title; whoever is not connected and not forced to be offline can do something."""
    facts = state_facts(network, now)
    assert facts["title"]
    assert facts["tone"] in {"plain", "safe", "ask"}
    can_act = facts["canConnect"] or facts["canBridge"] or facts["canGoOffline"]
    assert can_act or facts["state"] in {"reading", "forced"}
    assert rotation_facts(network, now)["isRunning"] is False
    if network is not None:
        assert len(tor_steps(network.tor)) == 4
        assert all(row["value"] for row in fact_rows(network, now))


@given(st.integers(0, 100), st.booleans())
def test_the_steps_go_from_done_to_later(percent: int, is_stuck: bool) -> None:
    """At most one is under way, and none before it is left over."""
    phase = TorPhase.STUCK if is_stuck else TorPhase.CONNECTING
    order = {"done": 0, "now": 1, "stopped": 1, "later": 2}
    ranks = [order[each["status"]] for each in tor_steps(TorStatus(phase, percent))]
    assert ranks == sorted(ranks)
    assert ranks.count(1) == (0 if percent == 100 else 1)


@pytest.mark.parametrize(
    "seconds, text", [(4, ""), (5, "No change for 5 s."), (75, "No change for 1 min 15 s.")]
)
def test_a_silence_is_said_when_it_lasts(seconds: int, text: str) -> None:
    """A short one is not worth words."""
    silent = net.connecting(50, "x", "y", since_utc_ms=NOW - seconds * 1000)
    assert state_facts(silent, NOW)["silence"] == text


def test_a_deadline_is_said_while_it_connects_only() -> None:
    """A stuck one has none any more."""
    assert "1:20" in state_facts(net.connecting(50, "x", "y"), NOW)["deadline"]
    assert state_facts(net.stuck(), NOW)["deadline"] == ""


def test_a_restart_says_why_and_when() -> None:
    """And that it is now, when its time has come."""
    assert state_facts(net.restarting(), NOW)["detail"].endswith("Next try in 4 s.")
    assert state_facts(net.restarting(), NOW + 5_000)["detail"].endswith("Trying now.")


def test_without_a_reason_the_likely_one_is_said() -> None:
    """Stuck and missing have words of their own."""
    bare = replace(net.stuck(), tor=replace(net.stuck().tor, failure=None))
    assert state_facts(bare, NOW)["title"] == "Tor gets no further"
    missing = replace(bare, tor=TorStatus(TorPhase.MISSING))
    assert state_facts(missing, NOW)["title"] == "Tor cannot be started"


def test_no_try_is_offered_while_the_bridges_cannot_be_read() -> None:
    """Another try would fail alike: bridges are given again or forgotten on their own card; offline stays a way out."""
    unreadable = TorStatus(TorPhase.MISSING, failure=failure("bridges_unreadable", reason="line 1"))
    facts = state_facts(replace(net.ready(), tor=unreadable), NOW)
    assert facts["hasUnreadableBridges"]
    assert not facts["canConnect"]
    assert facts["canGoOffline"]
    missing = replace(unreadable, failure=failure("tor_refused", reason="line 1"))
    assert state_facts(replace(net.ready(), tor=missing), NOW)["canConnect"]


@pytest.mark.parametrize(
    "network",
    [
        *(net.stuck(), replace(net.stuck(), tor=replace(net.stuck().tor, failure=None))),
        *(net.connecting(10, "conn", ""), Network()),
    ],
    ids=["stuck", "stuck for no known reason", "connecting", "undecided"],
)
def test_a_tor_of_the_system_is_offered_no_bridges(network: Network) -> None:
    """It would refuse them: words say where they are set instead, and no button leads to them."""
    ours, others = (
        state_facts(replace(network, is_tor_others=each), NOW) for each in (False, True)
    )
    assert (ours["canBridge"], ours["takesBridges"]) == (True, True)
    assert (others["canBridge"], others["takesBridges"]) == (False, False)
    assert others["canConnect"] == ours["canConnect"]
    assert "use a bridge" not in others["detail"]
    if ours["detail"]:
        assert "configuration" in others["detail"]


def test_being_told_to_stay_offline_wins() -> None:
    """Whatever was chosen, nothing is offered that cannot be."""
    forced = replace(net.ready(), is_mode_forced=True)
    assert state_of(forced) == "forced"
    facts = state_facts(forced, NOW)
    assert not any(facts[each] for each in ("canConnect", "canBridge", "canGoOffline"))
    assert rotation_facts(forced, NOW)["canRotate"] is False


def test_facts_are_for_tor_alone() -> None:
    """Offline there are none; a restart and an end of support are among them where they are known."""
    assert fact_rows(Network(is_chosen=True), NOW) == []
    soon = replace(net.ready().tor, ends_utc_ms=NOW + 86_400_000, restarts=2)
    rows = {each["title"]: each for each in fact_rows(net.ready(tor=soon), NOW)}
    assert rows["Its support ends"]["isAsking"]
    assert rows["Started again since Lucid runs"]["value"] == "2 times"


def test_an_old_address_whose_time_is_over_goes_now() -> None:
    """The engine lets it go; until it says so, that is said."""
    rotating = net.ready(rotation=net.Rotation(net.OWN, net.OWN_NEW, NOW - 1))
    assert rotation_facts(rotating, NOW)["untilText"] == "It goes now."
