"""What a deployment answers is held against what it should be; a node that answers otherwise stands for a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from core.chain.clients import lucid_governor, lucid_token, param_registry
from core.chain.network.deployer import Deployer
from core.chain.network.doctor import Doctor, Finding
from core.chain.network.document import DeploymentFile
from core.chain.network.node import NetworkNode
from tests.core.chain.network.bench import begin, file_of, finish, made_up_account
from tests.core.chain.node_process import KEY, own_node
from tests.fakes.lying_node import LyingNode, in_front_of


@dataclass(frozen=True)
class Practice:
    """A whole deployment, behind a node that can answer otherwise."""

    liar: LyingNode
    node: NetworkNode
    file: DeploymentFile

    def findings(self) -> dict[str, Finding]:
        """Make every check."""
        return {each.name: each for each in Doctor(self.node, self.file).examine()}

    def answer(self, contract: str, call: bytes, value: Callable[[bytes], bytes]) -> None:
        """Have calls of a function, by the beginning of their data, answered otherwise."""
        address = f"0x{self.file.contracts[contract].hex()}"

        def lie(params: tuple[Any, ...], found: str) -> str:
            asked = params[0]
            data = bytes.fromhex((asked.get("data") or asked["input"])[2:])
            if asked["to"].lower() != address or not data.startswith(call):
                return found
            return f"0x{value(bytes.fromhex(found[2:])).hex()}"

        self.liar.lies["eth_call"] = lie


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Deploy a network on the appliance's kind of node, once."""
    root = tmp_path_factory.mktemp("node")
    with own_node(root) as running, in_front_of(str(running.socket)) as liar:
        node = NetworkNode(liar.endpoint, KEY)
        deployer = Deployer(node, begin(node, root / "journal.json"))
        finish(deployer)
        yield Practice(liar, node, file_of(node, deployer, deployer.first_block()))
        node.close()


@pytest.fixture
def practice(whole: Practice) -> Iterator[Practice]:
    """Lend it, honest again at the end."""
    yield whole
    whole.liar.lies.clear()


def key_of(name: str) -> bytes:
    """Write a parameter's key."""
    return name.encode().ljust(32, b"\0")


def test_a_whole_deployment_holds(practice: Practice) -> None:
    """Every check holds and says what it found."""
    findings = practice.findings()
    assert all(each.holds and not each.next_step for each in findings.values())
    assert "each at its default" in findings["parameters"].told
    assert findings["what a vote may call"].told.startswith("4 functions of ParamRegistry")
    assert findings["who makes LUCID"].told == "LucidRewards"


def test_a_parameter_that_was_voted_is_told(practice: Practice) -> None:
    """Within its bounds it holds, with its default beside it; beyond them it does not."""
    call = param_registry.value_of(key_of("cooldownSlots")).data
    practice.answer("ParamRegistry", call, lambda _: (20).to_bytes(32))
    told = practice.findings()["parameters"]
    assert (told.holds, "voted: cooldownSlots 20 (default 16)" in told.told) == (True, True)
    practice.answer("ParamRegistry", call, lambda _: (65).to_bytes(32))
    told = practice.findings()["parameters"]
    assert (told.holds, told.told) == (False, "cooldownSlots 65 is not in 8..64")
    assert told.next_step


def test_another_minter_is_found(practice: Practice) -> None:
    """Whoever makes LUCID beside the rewards is named."""
    stranger = made_up_account("minter")
    practice.answer("LucidToken", lucid_token.minter().data, lambda _: stranger.rjust(32, b"\0"))
    findings = practice.findings()
    assert findings["who makes LUCID"].told == f"0x{stranger.hex()}"
    assert [each.name for each in findings.values() if not each.holds] == ["who makes LUCID"]


@pytest.mark.parametrize("change", ["more", "another", "fewer"])
def test_what_a_vote_may_call_is_exact(practice: Practice, change: str) -> None:
    """A function more, another one, or one fewer than the four is found."""
    head, size, entry = 32, 32, 64

    def alter(found: bytes) -> bytes:
        count = int.from_bytes(found[head : head + size])
        assert count == 4
        entries = [found[head + size + at * entry :][:entry] for at in range(count)]
        other = made_up_account("target").rjust(32, b"\0") + entries[0][32:]
        entries = {
            "more": [*entries, other],
            "another": [*entries[1:], other],
            "fewer": entries[1:],
        }[change]
        return found[:head] + len(entries).to_bytes(size) + b"".join(entries)

    practice.answer("LucidGovernor", lucid_governor.allowed().data, alter)
    findings = practice.findings()
    assert [each.name for each in findings.values() if not each.holds] == ["what a vote may call"]
    assert (
        f"{ {'more': 5, 'another': 4, 'fewer': 3}[change] } functions"
        in findings["what a vote may call"].told
    )


def test_another_timelock_is_found(practice: Practice) -> None:
    """A governor that queues elsewhere is no governor of this network; an answer that is none is told, too."""
    call = lucid_governor.timelock().data
    practice.answer("LucidGovernor", call, lambda _: made_up_account("t").rjust(32, b"\0"))
    assert not practice.findings()["the governor's timelock"].holds
    practice.answer("LucidGovernor", call, lambda _: b"\x01")
    told = practice.findings()["governor"]
    assert (told.holds, bool(told.next_step)) == (False, True)
