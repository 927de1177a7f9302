"""A consensus client of a few lines, for tests: it has an execution client make, judge and adopt blocks, one by one.

Execution clients make no blocks by themselves since Ethereum's merge; they are told to by the Engine API
(https://github.com/ethereum/execution-apis, src/engine/cancun.md), over HTTP with a JSON Web Token (HS256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from core.chain.encoding import keccak256
from core.chain.receipts import header_rlp

_VALID = "VALID"
_ZERO_HASH = "0x" + "00" * 32
_PATIENCE_S = 60.0
_POLL_S = 0.02
_ATTEMPTS = 25
_ADOPTED_EVERY = 16  # ethereumjs looks no further back for what a block follows from
_PAYLOAD_FIELDS = {  # of the Engine API, and what JSON-RPC calls them
    "feeRecipient": "miner",
    "prevRandao": "mixHash",
    "blockNumber": "number",
    "blockHash": "hash",
    **{
        name: name
        for name in (
            *("parentHash", "stateRoot", "receiptsRoot", "logsBloom", "gasLimit", "gasUsed"),
            *("timestamp", "extraData", "baseFeePerGas", "blobGasUsed", "excessBlobGas"),
        )
    },
}


class EngineRefusal(Exception):
    """The execution client answered with an error, or found a block invalid."""


class EngineApi:
    """The Engine API of one execution client on this machine's loopback."""

    def __init__(self, port: int, secret: bytes) -> None:
        self._port = port
        self._secret = secret

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - any JSON
        """Ask, and give the result; raises OSError and EngineRefusal."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token(self._secret, int(time.time()))}",
        }
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_S)
        try:
            connection.request("POST", "/", json.dumps(request), headers)
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if answer.get("error") is not None:
            raise EngineRefusal(f"{method}: {answer['error']}")
        return answer["result"]


def token(secret: bytes, issued_at_s: int) -> str:
    """Make the token that the Engine API asks for, good for a minute (RFC 7519, HS256)."""
    said = [
        json.dumps({"alg": "HS256", "typ": "JWT"}, separators=(",", ":")),
        json.dumps({"iat": issued_at_s}, separators=(",", ":")),
    ]
    signed = b".".join(_base64(each.encode()) for each in said)
    return (signed + b"." + _base64(hmac.digest(secret, signed, hashlib.sha256))).decode()


def _base64(given: bytes) -> bytes:
    return base64.urlsafe_b64encode(given).rstrip(b"=")


@dataclass(frozen=True)
class Block:
    """A block as far as the next one needs it."""

    hash: str
    number: int
    time_utc_s: int


class BlockMaker:
    """Makes blocks on an execution client; one call after the other, from any thread."""

    def __init__(
        self, engine: EngineApi, genesis: Block, is_waiting: Callable[[], bool] = lambda: False
    ) -> None:
        """``is_waiting`` tells whether the pool has something that could go into a block."""
        self._engine = engine
        self._is_waiting = is_waiting
        self._genesis = genesis.hash
        self._salts = itertools.count(1)
        self._making = threading.Lock()
        self.head = genesis

    def make_block(self, above: Block | None = None) -> Block:
        """Have a block made of what waits, judged and adopted; above another than the head, blocks are left.

        Raises EngineRefusal and OSError.
        """
        with self._making:
            payload = self._build(above or self.head)
            judged = self._engine.ask("engine_newPayloadV3", payload, [], _ZERO_HASH)
            _require_valid(judged)
            made = Block(
                payload["blockHash"], int(payload["blockNumber"], 16), int(payload["timestamp"], 16)
            )
            self._adopt(made)
            self.head = made
            return made

    def make_empty_blocks(self, count: int) -> Block:
        """Have the client judge and adopt so many blocks with nothing in them, which are made here: that is faster.

        Nothing changes the state in such a block, so each is the one before it but for place, time and base fee
        (EIP-1559). Raises EngineRefusal and OSError.
        """
        self.make_block()
        with self._making:
            header: dict[str, Any] = self._engine.ask("eth_getBlockByNumber", "latest", False)
            if header["transactions"]:
                raise EngineRefusal("something waited, so the block is not empty")
            for made in range(1, count):
                header = _next_empty(header)
                payload = {theirs: header[ours] for theirs, ours in _PAYLOAD_FIELDS.items()}
                payload |= {"transactions": [], "withdrawals": []}
                judged = self._engine.ask("engine_newPayloadV3", payload, [], _ZERO_HASH)
                _require_valid(judged)
                if made % _ADOPTED_EVERY == 0 or made == count - 1:
                    self.head = _block_of(header)
                    self._adopt(self.head)
            return self.head

    def _build(self, above: Block) -> dict[str, Any]:
        """Have a block begun until it holds something, or nothing waits.

        A client that is asked at once hands out the empty block it began with, and ends with that; so it begins anew.
        What waits but cannot go into a block, such as one that offers too little, is not waited for without end.
        """
        payload = self._begun(above, 0.0)
        for _ in range(_ATTEMPTS):
            if payload["transactions"] or not self._is_waiting():
                break
            payload = self._begun(above, _POLL_S)
        return payload

    def _begun(self, above: Block, patience_s: float) -> dict[str, Any]:
        attributes = {
            "timestamp": hex(max(above.time_utc_s + 1, int(time.time()))),
            "prevRandao": f"0x{next(self._salts):064x}",  # so that two blocks on one parent differ
            "suggestedFeeRecipient": "0x" + "fe" * 20,
            "withdrawals": [],
            "parentBeaconBlockRoot": _ZERO_HASH,
        }
        begun = self._adopt(above, attributes)
        time.sleep(patience_s)
        made = self._engine.ask("engine_getPayloadV3", begun["payloadId"])
        payload: dict[str, Any] = made["executionPayload"]
        return payload

    def _adopt(self, block: Block, attributes: dict[str, object] | None = None) -> dict[str, Any]:
        # Nothing is final here but the genesis: every block may be left again.
        state = {
            "headBlockHash": block.hash,
            "safeBlockHash": self._genesis,
            "finalizedBlockHash": self._genesis,
        }
        answer: dict[str, Any] = self._engine.ask("engine_forkchoiceUpdatedV3", state, attributes)
        _require_valid(answer["payloadStatus"])
        return answer


def _block_of(header: dict[str, Any]) -> Block:
    return Block(header["hash"], int(header["number"], 16), int(header["timestamp"], 16))


def _next_empty(header: dict[str, Any]) -> dict[str, Any]:
    fee = int(header["baseFeePerGas"], 16)
    block = {
        **header,
        "parentHash": header["hash"],
        "number": hex(int(header["number"], 16) + 1),
        "timestamp": hex(int(header["timestamp"], 16) + 1),
        "baseFeePerGas": hex(fee - fee // 8),
    }
    return {**block, "hash": f"0x{keccak256(header_rlp(block)).hex()}"}


def _require_valid(status: dict[str, Any]) -> None:
    if status["status"] != _VALID:
        raise EngineRefusal(f"a block is {status['status']}: {status.get('validationError')}")


class Beat:
    """A thread that has a block made whenever something waits; ``pause`` leaves that to the test."""

    def __init__(self, maker: BlockMaker, is_waiting: Callable[[], bool]) -> None:
        self._maker = maker
        self._is_waiting = is_waiting
        self._ended = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._idle = threading.Lock()
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="block maker")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def pause(self) -> None:
        """Make no more blocks; returns when none is being made."""
        self._going.clear()
        with self._idle:
            pass

    @property
    def is_making(self) -> bool:
        """Tell whether a block may be made now."""
        return self._going.is_set()

    def resume(self) -> None:
        """Make blocks again."""
        self._going.set()

    def end(self) -> None:
        """End the thread; raises what stopped it before."""
        self._ended.set()
        self._going.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            while not self._ended.wait(_POLL_S):
                self._going.wait()
                with self._idle:
                    if self._going.is_set() and not self._ended.is_set() and self._is_waiting():
                        self._maker.make_block()
        except Exception as error:  # noqa: BLE001 - a thread's boundary; end() raises it
            self.failure = error
