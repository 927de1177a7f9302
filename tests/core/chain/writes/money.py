"""LUCID is made and moved; payouts are approved by sentences, paid, claimed, stopped, and handed over."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from core.chain.abi import Call
from core.chain.clients import (
    lucid_rewards,
    lucid_token,
    payout_router_kyc,
    payout_router_v0,
)
from core.chain.clients.errors import lucid_token as token_errors
from core.chain.clients.lucid_rewards import SlotRecord
from core.chain.clients.payout_router_kyc import KycPass
from core.chain.encoding import keccak256
from core.chain.months import month_of
from core.payments.sentence import Kind
from core.sealing.sorted_tree import SortedTree
from tests.contracts.evm import CHAIN_ID, Account, Deployed, accounts, typed_digest
from tests.core.chain.writes.network import KEYS, OPERATORS, VALIDATORS, make, register
from tests.core.chain.writes.typed import Typed, read_by_a_person

APPROVERS, NEXT_APPROVERS = accounts(3, "approver"), accounts(3, "next approver")
COMPLIANCE, PAUSER, NEXT_PAUSER, MINTER, ALICE, BOB = accounts(6, "money")
LUCID, USDT, DAY_S, SLOT_S = 10**18, 10**6, 86_400, 120
KYC_HASH = bytes([7]) * 32
PERMIT = {
    "Permit": [
        *(("address", "owner"), ("address", "spender"), ("uint256", "value")),
        *(("uint256", "nonce"), ("uint256", "deadline")),
    ]
}


def lucid(typed: Typed) -> None:
    """A node is rewarded for a slot; what it got is moved, allowed by a call and by a signature."""
    network = make(typed)
    node_id = register(network, OPERATORS[0], KEYS[0])
    token = typed.deploy("LucidToken", typed.evm.next_address(after=1))
    on_nodes = network.validators.address, network.nodes.address, network.params.address
    since = typed.evm.time - 10 * SLOT_S
    rewards = typed.deploy("LucidRewards", token.address, *on_nodes, since)
    slots = (SlotRecord(1, node_id, 10, 100 * 10**6, 1),)
    digest = typed.do(rewards, lucid_rewards.digest_of(slots))
    signatures = tuple(each.sign(digest) for each in VALIDATORS[:3])
    typed.do(rewards, lucid_rewards.reward(slots, signatures), ALICE)
    holder = OPERATORS[0]
    earned = typed.do(token, lucid_token.balance_of(holder.address))
    assert earned == typed.do(token, lucid_token.total_supply()) > 0
    refused = typed.refused(token, lucid_token.mint(ALICE.address, 1), ALICE)
    assert refused == token_errors.NotMinter(ALICE.address)

    assert typed.do(token, lucid_token.transfer(ALICE.address, 10), holder) is True
    assert typed.do(token, lucid_token.approve(BOB.address, 4), ALICE) is True
    moved = lucid_token.transfer_from(ALICE.address, BOB.address, 4)
    assert typed.do(token, moved, BOB) is True
    until = typed.evm.time + DAY_S
    message = {
        "owner": ALICE.address,
        "spender": BOB.address,
        "value": 6,
        "nonce": typed.do(token, lucid_token.nonces(ALICE.address)),
        "deadline": until,
    }
    signed = ALICE.sign(typed_digest(token, PERMIT, message, name="LUCID"))
    parts = signed[64], signed[:32], signed[32:64]
    permit = lucid_token.permit(ALICE.address, BOB.address, 6, until, *parts)
    typed.do(token, permit, BOB)
    assert typed.do(token, lucid_token.allowance(ALICE.address, BOB.address)) == 6


@dataclass
class Router:
    """A funded router and what belongs to its kind; ``client`` is its module."""

    typed: Typed
    client: ModuleType
    token: Deployed
    at: Deployed
    approvers: list[Account]

    @property
    def soon(self) -> int:
        """Give a whole minute a day from now."""
        return (self.typed.evm.time // 60 * 60) + DAY_S

    def do(self, call: Call[Any], by: Account = BOB) -> Any:  # noqa: ANN401 - what the call answers
        """Send to the router."""
        return self.typed.do(self.at, call, by)

    def approved(self, sentence: Call[str]) -> tuple[bytes, ...]:
        """Have two approvers sign what the router says that they would sign."""
        digest = read_by_a_person(self.do(sentence))
        return tuple(each.sign(digest) for each in self.approvers[:2])

    def pass_for(self, payee: bytes) -> tuple[Any, ...]:
        """Give what the router of passes asks for beside the rest; nothing for the other one."""
        if self.client is payout_router_v0:
            return ()
        nonce = self.do(payout_router_kyc.nonce_of(payee))
        until = self.typed.evm.time + DAY_S
        given = KycPass(KYC_HASH, nonce, until, 1000 * USDT)
        digest = self.do(payout_router_kyc.pass_digest(payee, given))
        return given, COMPLIANCE.sign(digest)

    def balance(self, account: Account) -> int:
        """Tell what somebody has of the token."""
        return self.typed.do(self.token, lucid_token.balance_of(account.address))


def _router(typed: Typed, client: ModuleType) -> Router:
    token = typed.deploy("LucidToken", MINTER.address)
    first = 1, [each.address for each in APPROVERS], COMPLIANCE.address
    caps = 50_000 * USDT, 250_000 * USDT
    setup = (token.address, CHAIN_ID, *first, PAUSER.address, *caps)
    at = typed.deploy(client.NAME, setup)
    typed.do(token, lucid_token.mint(at.address, 1000 * USDT), MINTER)
    return Router(typed, client, token, at, APPROVERS)


def payouts(typed: Typed) -> None:
    """The router without passes does all that it can."""
    _all_of(_router(typed, payout_router_v0))


def payouts_with_passes(typed: Typed) -> None:
    """So does the router that asks for passes."""
    _all_of(_router(typed, payout_router_kyc))


def _all_of(router: Router) -> None:
    _pay(router)
    _pay_a_list(router)
    _stop_and_go_on(router)
    _change(router)
    _hand_over(router)


def _pay(router: Router) -> None:
    client, soon = router.client, router.soon
    payout = client.Payout(ALICE.address, 100 * USDT, int(Kind.REASON), 7, 1, soon)
    signatures = router.approved(client.payout_sentence(payout))
    router.do(client.pay(payout, signatures, *router.pass_for(ALICE.address)))
    assert router.balance(ALICE) == 100 * USDT


def _pay_a_list(router: Router) -> None:
    """One of two claims its line; the list is closed after its time."""
    client, month, soon = router.client, month_of(router.typed.evm.time), router.soon
    lines = [(0, ALICE.address, 5 * USDT), (1, BOB.address, 6 * USDT)]
    tree = SortedTree([_leaf(router.at.address, month, *line) for line in lines])
    batch = client.Batch(tree.root, 11 * USDT, 2, month, soon)
    router.do(client.open_batch(batch, router.approved(client.batch_sentence(batch))))
    claim = client.Claim(tree.root, *lines[1])
    router.do(client.claim(claim, tree.path(1), *router.pass_for(BOB.address)))
    assert router.balance(BOB) == 6 * USDT
    assert router.do(client.reserved()) == 5 * USDT
    router.typed.evm.time = soon + 1
    router.do(client.close_batch(tree.root))
    assert router.do(client.reserved()) == 0


def _leaf(router: bytes, month: int, index: int, payee: bytes, amount: int) -> bytes:
    numbers = CHAIN_ID, int.from_bytes(router, "big"), month, index
    words = (*numbers, int.from_bytes(payee, "big"), amount)
    return keccak256(keccak256(b"".join(each.to_bytes(32, "big") for each in words)))


def _stop_and_go_on(router: Router) -> None:
    client, soon = router.client, router.soon
    router.do(client.pause(), PAUSER)
    assert router.do(client.paused()) is True
    change = router.do(client.changes()) + 1
    signatures = router.approved(client.resume_sentence(change, soon))
    router.do(client.resume(change, soon, signatures))
    assert router.do(client.paused()) is False


def _change(router: Router) -> None:
    client, soon = router.client, router.soon
    caps, change = (20_000 * USDT, 90_000 * USDT), router.do(client.changes()) + 1
    signatures = router.approved(client.caps_sentence(*caps, change, soon))
    router.do(client.set_caps(*caps, change, soon, signatures))
    found = router.do(client.caps())
    assert (found.payment_cap, found.daily_cap) == caps
    next_, change = NEXT_PAUSER.address, change + 1
    signatures = router.approved(client.pauser_sentence(next_, change, soon))
    router.do(client.set_pauser(next_, change, soon, signatures))
    assert router.do(client.pauser()) == next_


def _hand_over(router: Router) -> None:
    client = router.client
    set_ = 2, tuple(each.address for each in NEXT_APPROVERS), COMPLIANCE.address, router.soon
    router.do(client.rotate_signers(*set_, router.approved(client.signers_sentence(*set_))))
    assert router.do(client.next_signers()).number == 2
    router.typed.evm.time = set_[3]
    assert router.do(client.signers()).approvers == set_[1]
