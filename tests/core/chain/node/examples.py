"""A chain in this process, and transactions for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eth.abc import SignedTransactionAPI

from core.chain.contract import Contract
from core.chain.encoding import created_address
from core.chain.fees import Fees
from core.chain.node.genesis import Genesis
from core.chain.node.ledger import Ledger
from core.chain.node.methods import Methods
from core.chain.node.pool import TransactionPool
from core.chain.node.store import ChainStore
from core.chain.protocol import ANCHORS, DEPLOY
from core.chain.signing import Signer

SIGNER = Signer(bytes.fromhex("11" * 32))
OTHER_SIGNER = Signer(bytes.fromhex("22" * 32))
GENESIS_TIME = 1_700_000_000
GENESIS = Genesis(chain_id=1234, time_utc_s=GENESIS_TIME, balances=((SIGNER.address, 10**21),))
ANCHORS_ADDRESS = created_address(SIGNER.address, 0)
_NOBODY = bytes([0xAA]) * 20


@dataclass
class Chain:
    """The parts of a node that need no process; ``woken`` counts accepted transactions."""

    store: ChainStore
    ledger: Ledger
    pool: TransactionPool
    methods: Methods
    woken: list[None]


@contextmanager
def chain_on(path: Path, genesis: Genesis = GENESIS) -> Iterator[Chain]:
    """Lend a chain over a store."""
    store = ChainStore(path)
    try:
        ledger = Ledger(store, genesis)
        pool = TransactionPool(ledger)
        woken: list[None] = []
        methods = Methods(ledger, pool, lambda: woken.append(None))
        yield Chain(store, ledger, pool, methods, woken)
    finally:
        store.close()


def raw_transaction(
    nonce: int,
    *,
    signer: Signer = SIGNER,
    chain_id: int = GENESIS.chain_id,
    to: bytes | None = _NOBODY,
    data: bytes = b"",
    gas: int = 100_000,
    fees: Fees | None = None,
) -> bytes:
    """Sign a transaction that does nothing, unless told otherwise."""
    offered = fees or Fees(0, 0)
    return signer.sign(chain_id=chain_id, nonce=nonce, to=to, data=data, gas=gas, fees=offered).raw


def transaction(nonce: int, **options: object) -> SignedTransactionAPI:
    """Sign a transaction and give it as the node sees it."""
    return Ledger.decode(raw_transaction(nonce, **options))  # type: ignore[arg-type]  # passed on as they are


def deployment(nonce: int = 0) -> bytes:
    """Sign the deployment of LucidAnchors."""
    code = Contract(ANCHORS).encode_call(DEPLOY, ())
    return raw_transaction(nonce, to=None, data=code, gas=3_000_000)


def opening(nonce: int, session_id: bytes) -> bytes:
    """Sign the opening of a session in LucidAnchors, deployed by the same signer's first transaction."""
    arguments = (session_id, b"\x01" * 32, b"\x02" * 32)
    data = Contract(ANCHORS).encode_call("openSession", arguments)
    return raw_transaction(nonce, to=ANCHORS_ADDRESS, data=data)


def mine(chain: Chain, *raws: bytes, now_utc_s: int = GENESIS_TIME + 100) -> None:
    """Put transactions into the next block."""
    chain.ledger.append([chain.ledger.decode(raw) for raw in raws], now_utc_s)
