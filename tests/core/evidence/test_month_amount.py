"""What LucidToken's compiled code stored on py-evm is proved month by month, and what is not shown is not believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import rlp
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from core.chain.storage_proof import month_entry, month_list, split_entry
from core.evidence.month_amount import verify_month_amount
from core.evidence.state_proof import StateProof
from core.evidence.trie_proof import ProofRefused
from tests.contracts.evm import Deployed, Evm, accounts
from tests.contracts.models.months import month_of, start_of
from tests.core.evidence.state_examples import header, nodes_to

MINTER, ALICE, BOB = accounts(3, "month")
_STORAGE_ROOT = 2


class _Nodes(dict[bytes, bytes]):
    """The nodes of a chain's tries."""

    def __init__(self, evm: Evm) -> None:
        super().__init__()
        self._evm = evm

    def __contains__(self, digest: object) -> bool:
        return isinstance(digest, bytes)

    def __getitem__(self, digest: bytes) -> bytes:
        return self._evm.trie_node(digest)


class World:
    """A token with changes in some months, and proofs of its storage after the last of them."""

    def __init__(self, changes: list[tuple[int, int]]) -> None:
        """``changes`` are months to wait before each mint of an amount to ALICE."""
        self.evm = Evm()
        self.token = cast("Deployed", self.evm.deploy("LucidToken", MINTER.address))
        self.first = month_of(self.evm.time)
        self.minted: dict[int, int] = {}
        month = self.first
        for wait, amount in changes:
            month += wait
            time = max(self.evm.time, start_of(month))
            self.evm.call(self.token, "mint", ALICE.address, amount, sender=MINTER, time=time)
            self.minted[month] = self.minted.get(month, 0) + amount
        self.last = month
        root = self.evm.snapshot().state_root
        self._state = HexaryTrie(_Nodes(self.evm), root)
        account = self._state[keccak(self.token.address)]
        self._storage = HexaryTrie(_Nodes(self.evm), rlp.decode(account)[_STORAGE_ROOT])
        self.header = header(root, start_of(month + 2))

    def amount(self, month: int) -> int:
        """Add up what was minted until the end of a month."""
        return sum(amount for each, amount in self.minted.items() if each <= month)

    def proof(self, account: bytes | None, entries: Iterator[int] | list[int]) -> StateProof:
        """Prove the number of entries, and these entries."""
        listed = month_list(account)
        slots = [listed, *(month_entry(listed, index) for index in entries)]
        return StateProof(
            self.header,
            nodes_to(self._state, keccak(self.token.address)),
            {slot: nodes_to(self._storage, keccak(slot.to_bytes(32))) for slot in slots},
        )

    def neighbours(self, month: int) -> list[int]:
        """Give the places of the last entry up to a month and of the one after it."""
        months = sorted(self.minted)
        after = sum(each <= month for each in months)
        return [at for at in (after - 1, after) if 0 <= at < len(months)]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 10**20)), max_size=5))
def test_every_months_amount_is_proved(changes: list[tuple[int, int]]) -> None:
    """Before, between and after changes, two neighbours show what an account and all accounts had."""
    world = World(changes)
    for month in range(world.first - 1, world.last + 2):
        for account in (ALICE.address, None):
            proof = world.proof(account, world.neighbours(month))
            found = verify_month_amount(proof, world.token.address, account, month)
            assert found == world.amount(month)
        nothing = world.proof(BOB.address, [])
        assert verify_month_amount(nothing, world.token.address, BOB.address, month) == 0


@pytest.fixture(scope="module")
def world() -> World:
    """Lend a token with changes in the months 0, 2, 3 and 7."""
    return World([(0, 5), (0, 1), (2, 10), (1, 20), (4, 40)])


def _verify(world: World, entries: list[int], month: int, **changes: object) -> int:
    proof = replace(world.proof(ALICE.address, entries), **changes)
    return verify_month_amount(proof, world.token.address, ALICE.address, world.first + month)


@pytest.mark.parametrize(
    ("entries", "month"),
    [
        ([], 1),
        ([0], 1),
        ([1], 1),
        ([1], -1),
        ([0, 2], 1),
        ([0, 3], 4),
        ([1, 2], 0),
        ([2], 8),
        ([9], 8),
    ],
)
def test_what_a_proof_leaves_out_is_not_guessed(
    world: World, entries: list[int], month: int
) -> None:
    """Without both neighbours an amount is not shown: another entry could lie between."""
    with pytest.raises(ProofRefused, match="does not show"):
        _verify(world, entries, month)


def test_more_entries_than_are_needed_do_no_harm(world: World) -> None:
    """All entries show every month."""
    for month in range(-1, 9):
        assert _verify(world, [3, 1, 0, 2], month) == world.amount(world.first + month)


def test_the_number_of_entries_must_be_shown(world: World) -> None:
    """Without it an entry after the last could be left out unseen."""
    whole = world.proof(ALICE.address, [3])
    slots = {
        slot: nodes for slot, nodes in whole.slots.items() if slot != month_list(ALICE.address)
    }
    with pytest.raises(ProofRefused, match="number of entries"):
        _verify(world, [3], 8, slots=slots)


def test_a_month_that_was_not_over_is_refused(world: World) -> None:
    """A block within the month shows what may still change; one in the first second after it does not."""
    month = 7
    end = start_of(world.first + month + 1)
    root = world.evm.snapshot().state_root
    with pytest.raises(ProofRefused, match="not over"):
        _verify(world, [3], month, header_rlp=header(root, end - 1))
    assert _verify(world, [3], month, header_rlp=header(root, end)) == 76


def test_what_is_no_account_is_refused() -> None:
    """An account of another length than an address has none that could be shown, not even nothing."""
    for length in (0, 19, 21):
        with pytest.raises(ValueError, match="20 bytes"):
            verify_month_amount(StateProof(b"", (), {}), bytes(20), bytes(length), 1)


def test_a_time_that_no_calendar_has_is_refused(world: World) -> None:
    """A header of after the year 9999 is no block's."""
    root = world.evm.snapshot().state_root
    for time in (253_402_300_800, 2**64 - 1):
        with pytest.raises(ProofRefused, match="calendar"):
            _verify(world, [3], 8, header_rlp=header(root, time))


def test_another_accounts_proof_shows_nothing(world: World) -> None:
    """A proof of ALICE's amounts says nothing of BOB's, nor of all, nor of another token's."""
    proof = world.proof(ALICE.address, [3])
    for account in (BOB.address, None):
        with pytest.raises(ProofRefused):
            verify_month_amount(proof, world.token.address, account, world.first + 8)
    with pytest.raises(ProofRefused):
        verify_month_amount(proof, BOB.address, ALICE.address, world.first + 8)


def test_the_layout_is_the_compiled_contracts(world: World) -> None:
    """An entry is read as the contract stored it: month and amount."""
    entry = world.evm.storage(world.token, month_entry(month_list(ALICE.address), 1))
    assert split_entry(entry) == (world.first + 2, 16)


def test_the_formats_page_shows_what_is_computed() -> None:
    """Slots and entries of the worked example are those of the code that makes and verifies proofs."""
    page = Path(__file__).parents[3] / "docs/formats/month-balance-proof.md"
    shown = re.findall(r"`([0-9a-f]{64})`", page.read_text(encoding="utf-8"))
    listed, entry, first, second, supply = (int(each, 16) for each in shown)
    assert listed == month_list(bytes([7]) * 20)
    assert (entry, supply) == (month_entry(listed, 0), month_entry(month_list(None), 0))
    assert (split_entry(first), split_entry(second)) == ((24321, 5), (24322, 16))
