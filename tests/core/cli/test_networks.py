"""Deploying a network on the command line: what it costs is asked about first, and only a yes goes on."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from core.api.chain import (
    CarryOutDeployment,
    DeployedNetwork,
    DeploymentPlan,
    PlanDeployment,
)
from core.api.events import RequestCancelled
from core.cli import networks
from core.cli.answer import Answer, Interrupted
from core.cli.arguments import read_arguments
from core.errors import UsageFailure
from tests.core.cli.conftest import Talk, invocation
from tests.fakes.engine_port import PENDING, FakeEnginePort

NODE = "http://127.0.0.1:8545"
ACCOUNT = "0x" + "b7" * 20
PLAN = DeploymentPlan(7332, ACCOUNT, 5 * 10**18, 10**17, 17, 0, is_begun=False)
DONE = DeployedNetwork(7332, "/data/networks/7332.json", {"LucidAnchors": "0x" + "a1" * 20})


class _Terminal(io.StringIO):
    """Somebody at stdin who types one line."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> FakeEnginePort:
    """Lend an engine that plans and carries out, with no node in the environment."""
    monkeypatch.delenv("ON_SYSTEM_CHAIN_RPC_URL", raising=False)
    return FakeEnginePort(answers={PlanDeployment: PLAN, CarryOutDeployment: DONE})


def deploy(talk: Talk, port: FakeEnginePort, *words: str) -> Answer:
    """Run the command."""
    with talk(port) as conversation:
        return networks.deploy(conversation, invocation("chain", "deploy", "--trial", *words))


def is_carried_out(port: FakeEnginePort) -> bool:
    """Tell whether anything was sent."""
    return any(isinstance(each, CarryOutDeployment) for each in port.commands)


@pytest.mark.parametrize("typed", ["y", "yes", " Y "])
def test_a_yes_goes_on(
    talk: Talk,
    port: FakeEnginePort,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The account, its balance and the most it costs are told before; then it is carried out on the planned chain."""
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{typed}\n"))
    answer = deploy(talk, port, "--network", NODE)
    told = capsys.readouterr().err
    for part in (ACCOUNT, "5.000000 ETH", "chain 7332", "17 steps", "0.100000 ETH", "[y/N]"):
        assert part in told
    (carried,) = (each for each in port.commands if isinstance(each, CarryOutDeployment))
    assert (carried.network, carried.chain_id) == (NODE, 7332)
    lines = "\n".join(answer.lines)
    assert DONE.path in lines
    assert f"lucid chain doctor --network {NODE}" in lines


@pytest.mark.parametrize("typed", ["n", "", "yep", "no"])
def test_anything_else_changes_nothing(
    talk: Talk,
    port: FakeEnginePort,
    typed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever is not yes is a no: nothing is sent, and that is told."""
    monkeypatch.setattr(sys, "stdin", _Terminal(f"{typed}\n"))
    with pytest.raises(Interrupted):
        deploy(talk, port, "--network", NODE)
    assert not is_carried_out(port)
    assert "Nothing was changed." in capsys.readouterr().err


def test_without_a_terminal_yes_has_to_be_said(
    talk: Talk, port: FakeEnginePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can be asked, so nothing is sent."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(UsageFailure, match="--yes"):
        deploy(talk, port, "--network", NODE)
    assert not is_carried_out(port)


@pytest.mark.parametrize("network", [NODE, "embedded"])
def test_a_script_is_not_asked(
    talk: Talk, port: FakeEnginePort, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --yes it was answered before."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    deploy(talk, port, "--network", network, "--yes")
    assert is_carried_out(port)


def test_the_own_chain_is_asked_about_too(
    talk: Talk,
    port: FakeEnginePort,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It costs nothing there, and what is sent stays there as anywhere."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(UsageFailure, match="--yes"):
        deploy(talk, port, "--network", "embedded")
    assert not is_carried_out(port)
    assert "costs nothing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--network", ""), "names no node"),
        (("--network", "nonsense"), "or the path of a node's socket"),
        (("--network", "http://example.org:8545"), "a node is on this machine"),
        (("--chain-id", "0"), "a whole number from 1"),
        (("--chain-id", "-1"), "a whole number from 1"),
        (("--approver", "0x0"), "0x and 40 hex digits"),
        (("--validator", f"0x{'0' * 40}"), "the zero address"),
        (("--compliance-signer", "0x" + "g" * 40), "0x and 40 hex digits"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(words: tuple[str, str], told: str) -> None:
    """It is refused before anything starts, with what it can be."""
    with pytest.raises(UsageFailure) as refused:
        read_arguments(["chain", "deploy", *words])
    assert told in str(refused.value.facts["reason"])


def test_a_node_in_the_environment_is_not_passed_over(
    talk: Talk, port: FakeEnginePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for the own chain while a node is named has to say which is meant."""
    monkeypatch.setenv("ON_SYSTEM_CHAIN_RPC_URL", NODE)
    with pytest.raises(UsageFailure, match="unset it"):
        deploy(talk, port, "--network", "embedded")


def test_a_deployment_that_was_begun_says_so(
    talk: Talk, port: FakeEnginePort, capsys: pytest.CaptureFixture[str]
) -> None:
    """It goes on where it stopped, on the terms it began with."""
    port.answers[PlanDeployment] = DeploymentPlan(7332, ACCOUNT, 0, 1, 17, 9, is_begun=True)
    deploy(talk, port, "--yes")
    assert "9 of 17 steps are done; it goes on" in capsys.readouterr().err


def test_what_is_left_is_what_costs(
    talk: Talk, port: FakeEnginePort, capsys: pytest.CaptureFixture[str]
) -> None:
    """Going on is told as the steps that are left and what those cost."""
    port.answers[PlanDeployment] = replace(PLAN, steps_done=9, is_begun=True)
    deploy(talk, port, "--yes", "--network", NODE)
    assert "the 8 steps that are left cost" in capsys.readouterr().err


def test_what_is_done_already_costs_nothing(
    talk: Talk, port: FakeEnginePort, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where every step is done there is nothing to pay, to confirm, or to go on with."""
    port.answers[PlanDeployment] = replace(PLAN, steps_done=17, is_begun=True)
    deploy(talk, port, "--network", NODE)
    told = capsys.readouterr().err
    assert "All 17 steps are done already" in told
    assert "goes on" not in told
    assert "cost" not in told


def test_who_ends_it_is_told_how_it_goes_on(
    talk: Talk, port: FakeEnginePort, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the middle is answered with what is kept and how to go on."""

    def end(_command: CarryOutDeployment) -> object:
        port.emit(RequestCancelled(len(port.commands)))
        return PENDING

    port.answers[CarryOutDeployment] = end
    with pytest.raises(Interrupted):
        deploy(talk, port, "--yes", "--network", NODE)
    assert "the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (DONE, "are anchored in it."),
        (replace(DONE, is_for_sessions=False), "another data directory"),
        (
            replace(DONE, is_for_sessions=False, to_set={"ON_SYSTEM_CHAIN_RPC_URL": NODE}),
            f"ON_SYSTEM_CHAIN_RPC_URL={NODE}",
        ),
    ],
)
def test_where_sessions_are_anchored_is_told(
    talk: Talk, port: FakeEnginePort, done: DeployedNetwork, told: str
) -> None:
    """Whoever deployed learns whether sessions go there, what to set for it, or that they are elsewhere."""
    port.answers[CarryOutDeployment] = done
    assert told in "\n".join(deploy(talk, port, "--yes").lines)


def test_approvers_are_named_or_it_is_a_trial(talk: Talk, port: FakeEnginePort) -> None:
    """Nobody becomes an approver by default."""
    with talk(port) as conversation, pytest.raises(UsageFailure, match="--trial"):
        networks.deploy(conversation, invocation("chain", "deploy", "--approver", ACCOUNT))
