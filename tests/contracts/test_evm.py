"""The bench that the contracts' models are compared on: what goes in, what comes out, what time it is."""

from dataclasses import dataclass
from typing import Any

import pytest
from eth_account import Account as EthAccount
from eth_account.messages import encode_typed_data

from core.chain.encoding import keccak256
from tests.contracts.abi import Artifact, Emitted, Reverted, selector
from tests.contracts.evm import CHAIN_ID, START_UTC_S, Deployed, Evm, Halted, accounts, typed_digest

ALICE, BOB = accounts(2)
SESSION, POLICY, KEY = b"s" * 16, b"p" * 32, b"k" * 32
RETURN_TOP = "5f5260205ff3"  # PUSH0 MSTORE, PUSH1 32 PUSH0 RETURN: give what is on the stack
COPY_INPUT = "36600490038060045f37"  # CALLDATASIZE − 4, DUP, PUSH1 4 PUSH0 CALLDATACOPY: the input without selector


def made(runtime: str, *entries: dict[str, Any], name: str = "Made") -> Artifact:
    """Make an artifact out of runtime code, as hex."""
    code = bytes.fromhex(runtime)
    creation = bytes.fromhex(f"60{len(code):02x}80600a5f395ff3").ljust(10, b"\0") + code
    return Artifact(name, {"abi": list(entries), "bytecode": f"0x{creation.hex()}"})


def function(
    name: str, outputs: list[dict[str, Any]], inputs: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Describe a function that only reads."""
    shape = {"type": "function", "stateMutability": "view", "name": name}
    return {**shape, "inputs": inputs or [], "outputs": outputs}


NUMBER = [{"name": "", "type": "uint256"}]


@pytest.fixture
def evm() -> Evm:
    """Give a new chain."""
    return Evm()


@pytest.fixture
def anchors(evm: Evm) -> Deployed:
    """Deploy LucidAnchors on it."""
    return evm.deploy("LucidAnchors")


def test_a_call_changes_the_contract_and_gives_nothing_back(evm: Evm, anchors: Deployed) -> None:
    """A taken call changes what a later one reads; several results are a tuple, addresses bytes."""
    assert evm.call(anchors, "openSession", SESSION, POLICY, KEY, sender=ALICE) is None
    assert evm.call(anchors, "sessionOf", SESSION) == (ALICE.address, 1, 0, START_UTC_S)


def test_a_refusal_has_the_errors_name_and_arguments(evm: Evm, anchors: Deployed) -> None:
    """A custom error is told by name with its arguments, and changes nothing."""
    evm.call(anchors, "openSession", SESSION, POLICY, KEY, sender=ALICE)
    answer = evm.call(anchors, "sealSession", SESSION, POLICY, KEY, 1, sender=BOB)
    assert answer == Reverted("NotSessionOwner", (SESSION, BOB.address))
    assert evm.call(anchors, "openSession", bytes(16), POLICY, KEY) == Reverted(
        "ZeroValue", ("sessionId",)
    )
    assert evm.call(anchors, "sessionOf", SESSION)[1] == 1
    assert evm.events == []


def test_events_are_told_whole(evm: Evm, anchors: Deployed) -> None:
    """An event has its indexed arguments and the others, by name, in the order of the ABI."""
    evm.call(anchors, "openSession", SESSION, POLICY, KEY, sender=ALICE)
    values = {
        "sessionId": SESSION,
        "owner": ALICE.address,
        "policyHash": POLICY,
        "ephemeralKey": KEY,
    }
    assert evm.events == [Emitted("LucidAnchors", "SessionOpened", values)]
    assert list(evm.events[0].values) == list(values)


def test_time_moves_as_told_and_never_back(evm: Evm) -> None:
    """A call is made at the time it names; the clock stays there, and does not go back."""
    clock = evm.deploy(
        made("42" + RETURN_TOP, {**function("time", NUMBER), "stateMutability": "nonpayable"})
    )
    assert evm.call(clock, "time") == START_UTC_S
    assert evm.call(clock, "time", time=START_UTC_S + 7) == START_UTC_S + 7
    assert evm.call(clock, "time") == START_UTC_S + 7
    with pytest.raises(ValueError, match="cannot fall"):
        evm.call(clock, "time", time=START_UTC_S)


def test_a_view_is_asked_at_any_time_and_leaves_no_trace(evm: Evm) -> None:
    """A reading call runs at the time it names and moves neither clock nor block nor nonce."""
    clock = evm.deploy(made("42" + RETURN_TOP, function("time", NUMBER)))
    before = evm.number, evm.next_address()
    assert evm.call(clock, "time", time=5) == 5
    assert evm.call(clock, "time") == START_UTC_S
    assert (evm.number, evm.next_address()) == before


def test_each_transaction_is_a_block_with_its_own_randomness(evm: Evm) -> None:
    """Block numbers rise by one; the hash of a block and its randomness are keccak256 of its number."""
    looked = {**function("look", NUMBER), "stateMutability": "nonpayable"}
    height = evm.deploy(made("43" + RETURN_TOP, looked))
    parent = evm.deploy(made("60014303" + "40" + RETURN_TOP, looked))
    random = evm.deploy(made("44" + RETURN_TOP, looked))
    assert [evm.call(height, "look"), evm.call(height, "look")] == [5, 6]
    assert evm.call(parent, "look") == int.from_bytes(keccak256(b"block 6"), "big")
    assert evm.call(random, "look") == int.from_bytes(keccak256(b"randao 8"), "big")


def test_a_snapshot_is_gone_back_to_more_than_once(evm: Evm, anchors: Deployed) -> None:
    """What happened after a snapshot is forgotten: state, time, height, deployments."""
    snapshot = evm.snapshot()
    for _ in range(2):
        assert evm.call(anchors, "openSession", SESSION, POLICY, KEY, time=START_UTC_S + 9) is None
        other = evm.deploy("LucidAnchors")
        assert evm.code(other) != b""
        evm.restore(snapshot)
        assert evm.call(anchors, "sessionOf", SESSION) == (bytes(20), 0, 0, 0)
        assert (evm.time, evm.number, evm.code(other)) == (START_UTC_S, snapshot.number, b"")


def test_the_next_address_is_known_before(evm: Evm) -> None:
    """The address of a deployment is told beforehand, also of one after others, and by whom."""
    first, second = evm.next_address(), evm.next_address(after=1)
    own = evm.next_address(sender=BOB)
    assert evm.deploy("LucidAnchors").address == first
    assert evm.deploy("LucidAnchors").address == second
    assert evm.deploy("LucidAnchors", sender=BOB).address == own


@dataclass(frozen=True)
class Pair:
    """A struct of a made-up contract."""

    owner: bytes
    numbers: list[int]


ECHO_STRUCTS = {
    "name": "",
    "type": "tuple[]",
    "components": [{"name": "owner", "type": "address"}, {"name": "numbers", "type": "uint64[]"}],
}


def test_structs_and_arrays_go_in_and_come_out(evm: Evm) -> None:
    """A struct goes in as a tuple or a dataclass; arrays of structs with arrays come back as tuples."""
    echo = evm.deploy(made(COPY_INPUT + "5ff3", function("echo", [ECHO_STRUCTS], [ECHO_STRUCTS])))
    answer = evm.call(echo, "echo", [Pair(ALICE.address, [1, 2]), (BOB.address, [])])
    assert answer == ((ALICE.address, (1, 2)), (BOB.address, ()))


@pytest.mark.parametrize(
    ("kind", "given"), [("address", b"short"), ("bytes32", b"short"), ("bytes4", bytes(5))]
)
def test_bytes_of_another_length_are_refused(evm: Evm, kind: str, given: bytes) -> None:
    """Bytes that do not fit the type are an error of the test, not filled up in silence."""
    contract = evm.deploy(made("00", function("take", [], [{"name": "", "type": kind}])))
    with pytest.raises(ValueError, match=r"is no|are no"):
        evm.call(contract, "take", given)


def test_namesakes_are_told_apart_by_their_types(evm: Evm) -> None:
    """A function with namesakes is called by name and types, and not by name alone."""
    echo = function("echo", NUMBER, NUMBER)
    other = function("echo", NUMBER, [{"name": "", "type": "bytes32"}])
    contract = evm.deploy(made(COPY_INPUT + "5ff3", echo, other))
    assert evm.call(contract, "echo(uint256)", 3) == 3
    with pytest.raises(KeyError):
        evm.call(contract, "echo", 3)


REVERTS = {
    "type": "function",
    "stateMutability": "nonpayable",
    "name": "fail",
    "inputs": [{"name": "", "type": "bytes"}],
}


def _refused(evm: Evm, answer: bytes) -> Reverted:
    """Have a contract revert with ``answer`` and give what the bench makes of it."""
    contract = evm.deploy(made("365f5f37365ffd", {**REVERTS, "outputs": []}))
    refusal = evm.send(contract, answer)
    assert isinstance(refusal, Reverted)
    return refusal


def test_what_solidity_reverts_with_is_named(evm: Evm) -> None:
    """A text is Error, an overflow Panic with its code, an empty revert has no name."""
    text = {"name": "Error", "inputs": [{"type": "string"}]}
    panic = {"name": "Panic", "inputs": [{"type": "uint256"}]}
    says = (
        selector(text) + (32).to_bytes(32, "big") + (2).to_bytes(32, "big") + b"no".ljust(32, b"\0")
    )
    assert _refused(evm, says) == Reverted("Error", ("no",))
    assert _refused(evm, selector(panic) + (17).to_bytes(32, "big")) == Reverted("Panic", (17,))
    assert _refused(evm, b"") == Reverted("")


def test_another_contracts_error_is_named_too(evm: Evm, anchors: Deployed) -> None:
    """An error that came up from another contract of the chain is known by that one's ABI; a stranger's is an error."""
    known = {"name": "SessionNotOpen", "inputs": [{"type": "bytes16"}]}
    assert _refused(evm, selector(known) + SESSION.ljust(32, b"\0")) == Reverted(
        "SessionNotOpen", (SESSION,)
    )
    with pytest.raises(KeyError):
        _refused(evm, b"\1\2\3\4")


@pytest.mark.parametrize("code", ["fe", "63ffffffff51"], ids=["a bad opcode", "out of gas"])
def test_an_end_without_a_revert_fails_the_test(evm: Evm, code: str) -> None:
    """A contract that runs out of gas or into a bad opcode is never taken for one that refuses."""
    contract = evm.deploy(made(code, function("fall", NUMBER)))
    with pytest.raises(Halted):
        evm.call(contract, "fall")


def test_a_failed_deployment_says_why(evm: Evm) -> None:
    """A constructor that reverts gives the refusal, and no contract."""
    artifact = Artifact("Refuses", {"abi": [], "bytecode": "0x5f5ffd"})
    assert evm.deploy(artifact) == Reverted("")


def test_gas_is_that_of_the_whole_transaction(evm: Evm, anchors: Deployed) -> None:
    """Gas counts the transaction itself and what it carries, as a receipt would."""
    evm.send(evm.deploy(made("00")), b"")
    assert evm.gas == 21_000
    evm.call(anchors, "openSession", SESSION, POLICY, KEY)
    assert 45_000 < evm.gas < 50_000


def test_ether_is_given_and_sent(evm: Evm, anchors: Deployed) -> None:
    """Ether that an account was given goes along with a call, and comes back when the call is refused."""
    worth = evm.deploy(
        made("34" + RETURN_TOP, {**function("worth", NUMBER), "stateMutability": "payable"})
    )
    evm.give(ALICE.address, 5)
    assert evm.call(worth, "worth", sender=ALICE, value=3) == 3
    assert evm.call(
        anchors, "openSession", SESSION, POLICY, KEY, sender=ALICE, value=2
    ) == Reverted("")
    assert evm.call(worth, "worth", sender=ALICE, value=2) == 2


def test_storage_can_be_read(evm: Evm) -> None:
    """A slot's content is read from outside."""
    contract = evm.deploy(made("602a600755", {"type": "fallback", "stateMutability": "nonpayable"}))
    evm.send(contract, b"")
    assert (evm.storage(contract, 7), evm.storage(contract, 8)) == (42, 0)


def test_accounts_are_the_same_every_time_and_rise() -> None:
    """Accounts come by ascending address, and the same ones each time."""
    made_up = accounts(5)
    assert made_up == accounts(5)
    assert [each.address for each in made_up] == sorted(each.address for each in made_up)


def test_a_signature_is_what_other_libraries_recover() -> None:
    """A typed-data signature of the bench is the one of eth-account, v and all."""
    contract = Deployed(Artifact.load("LucidAnchors"), b"\x11" * 20)
    digest = typed_digest(contract, {"Vote": [("uint256", "proposal"), ("address", "voter")]}, VOTE)
    signed = EthAccount.sign_message(encode_typed_data(full_message=DOCUMENT), ALICE.secret)
    assert ALICE.sign(digest) == bytes(signed.signature)
    assert (
        EthAccount.recover_message(
            encode_typed_data(full_message=DOCUMENT), signature=ALICE.sign(digest)
        )
        == EthAccount.from_key(ALICE.secret).address
    )


VOTE = {"proposal": 7, "voter": f"0x{BOB.address.hex()}"}
DOCUMENT = {
    "domain": {
        "name": "Lucid",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": f"0x{'11' * 20}",
    },
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Vote": [{"name": "proposal", "type": "uint256"}, {"name": "voter", "type": "address"}],
    },
    "primaryType": "Vote",
    "message": VOTE,
}
