"""The typed clients: what is generated is up to date, and means on a real machine what it says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain import abi
from core.chain.clients import (
    eligibility_manager,
    lucid_anchors,
    lucid_governor,
    node_registry,
    param_registry,
    work_credits_oracle,
)
from core.chain.clients.errors import ERRORS
from core.chain.clients.errors import lucid_anchors as anchors_errors
from core.chain.clients.events import lucid_anchors as anchors_events
from core.chain.clients.events import lucid_governor as governor_events
from core.chain.encoding import keccak256
from core.errors import AnchorMismatch, Bug
from tests.contracts.evm import Evm

ROOT = Path(__file__).parents[3]
SESSION, POLICY, KEY = bytes([1]) * 16, bytes([2]) * 32, bytes([3]) * 32
SENDER = bytes([9]) * 20


def test_the_clients_are_those_of_the_contracts() -> None:
    """Every client, and the reference, is what the generator makes of the ABI as it is now."""
    command = [sys.executable, "contracts/tools/clients.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_error_has_the_selector_of_its_signature() -> None:
    """A selector that was written down is the hash of name and types."""
    for errors in ERRORS.values():
        for each in errors:
            signature = f"{each.NAME}({','.join(kind.name for kind in each.KINDS)})"
            assert keccak256(signature.encode())[:4] == each.SELECTOR
            assert is_dataclass(each)


def test_a_call_is_what_the_contract_takes_and_answers() -> None:
    """A session that was opened by a client's bytes is found by a client's question, and its event is read."""
    evm = Evm()
    anchors = evm.deploy("LucidAnchors")
    evm.call(anchors, "openSession", SESSION, POLICY, KEY, time=1_800_000_000)
    call = lucid_anchors.session_of(SESSION)
    answer = evm.call(anchors, "sessionOf", SESSION)
    output = abi.encode(lucid_anchors.SessionOfAnswer.KINDS, answer)
    assert call.decode(output) == lucid_anchors.SessionOfAnswer(evm.sender, 1, 0, 1_800_000_000)
    opened = lucid_anchors.open_session(SESSION, POLICY, KEY)
    assert (
        opened.data == bytes.fromhex("") + opened.data[:4] + SESSION.ljust(32, b"\0") + POLICY + KEY
    )
    assert opened.decode(b"") is None


def test_structs_and_arrays_travel_both_ways() -> None:
    """A struct in an array, with its proofs, is encoded as eth-abi encodes the same tuples."""
    record = work_credits_oracle.MonthlyRecord(7, SENDER, 1, 2, 3, 4, 5, 6, 10**18)
    assert eligibility_manager.MonthlyRecord is work_credits_oracle.MonthlyRecord
    call = eligibility_manager.qualify(24321, 7, (record,) * 3, ((POLICY,), (), (KEY, POLICY)))
    kinds = [
        abi.uint(32),
        abi.uint(256),
        abi.array(abi.record(work_credits_oracle.MonthlyRecord), 3),
        abi.array(abi.array(abi.fixed(32)), 3),
    ]
    decoded = abi.decode(kinds, call.data[4:], "call")
    assert decoded == [24321, 7, (record,) * 3, ((POLICY,), (), (KEY, POLICY))]
    node = node_registry.node_of(7).decode
    with pytest.raises(AnchorMismatch):
        node(b"\1" * 31)


def test_answers_of_lists_and_words() -> None:
    """A list of keys and a single number are read as tuple and int."""
    names = (b"slotTimeoutMs".ljust(32, b"\0"), b"dMinBps".ljust(32, b"\0"))
    output = abi.encode([abi.array(abi.fixed(32))], [names])
    assert param_registry.keys().decode(output) == names
    assert param_registry.value_of(names[0]).decode((5000).to_bytes(32)) == 5000
    votes = lucid_governor.proposal_votes(1).decode(b"".join(n.to_bytes(32) for n in (1, 2, 3)))
    assert (votes.against_votes, votes.for_votes, votes.abstain_votes) == (1, 2, 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: lucid_anchors.session_of(SESSION[:15]),
        lambda: lucid_anchors.session_of(SESSION + b"\0"),
        lambda: lucid_anchors.anchor_progress(SESSION, POLICY, 2**32),
        lambda: lucid_anchors.anchor_progress(SESSION, POLICY, -1),
        lambda: node_registry.node_of_key(SENDER[:19]),
        lambda: node_registry.node_of_key("0x" + "9" * 40),  # type: ignore[arg-type]
        lambda: eligibility_manager.qualify(1, 2, (), ((), (), ())),
        lambda: eligibility_manager.qualify(1, 2, ("no record",) * 3, ((), (), ())),  # type: ignore[arg-type]
    ],
)
def test_what_a_type_does_not_hold_is_a_bug(make: object) -> None:
    """A value too short, too long, too large, of another type or count is refused before it is encoded."""
    assert callable(make)
    with pytest.raises(Bug):
        make()


@given(content=st.binary(max_size=200))
def test_any_answer_is_read_or_refused(content: bytes) -> None:
    """Bytes of any kind are an answer, an event and an error, or AnchorMismatch; nothing else is raised."""
    readers = [
        lucid_anchors.session_of(SESSION).decode,
        node_registry.node_of(1).decode,
        param_registry.keys().decode,
        anchors_errors.ProgressNotRising.decode,
        lambda data: anchors_events.SessionOpened.decode(
            [anchors_events.SessionOpened.TOPIC, SESSION.ljust(32, b"\0"), SENDER.rjust(32, b"\0")],
            data,
        ),
    ]
    for read in readers:
        try:
            read(content)
        except AnchorMismatch:
            continue


def test_events_are_read_strictly() -> None:
    """A log with a bit too many in a topic, a topic missing, or data too long is none of this event."""
    event = anchors_events.SessionOpened
    topics = [event.TOPIC, SESSION.ljust(32, b"\0"), SENDER.rjust(32, b"\0")]
    assert event.decode(topics, POLICY + KEY) == event(SESSION, SENDER, POLICY, KEY)
    crooked = [
        (topics[:2], POLICY + KEY),
        ([topics[0], topics[1], b"\1" + topics[2][1:]], POLICY + KEY),
        ([topics[0], topics[1][:-1] + b"\1", topics[2]], POLICY + KEY),
        (topics, POLICY + KEY + bytes(32)),
        ([KEY, *topics[1:]], POLICY + KEY),
    ]
    for given_topics, data in crooked:
        with pytest.raises(AnchorMismatch):
            event.decode(given_topics, data)


def test_an_event_with_lists_is_read() -> None:
    """A proposal's lists of targets, values, texts and calls come as tuples."""
    event = governor_events.ProposalCreated
    proposal = event(5, SENDER, (SENDER,), (0,), ("",), (b"\1\2",), 10, 20, "raise the limit")
    data = abi.encode(event.KINDS, abi.values_of(proposal))
    assert event.decode([event.TOPIC], data) == proposal
