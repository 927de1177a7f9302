"""Reads contracts through their typed clients."""

from __future__ import annotations

from typing import TypeVar

from core.chain.abi import Call
from core.chain.connection import NodeConnection, NodeRefusal
from core.chain.refusals import refusal
from core.errors import AnchorMismatch, ChainUnreachable

T = TypeVar("T")


class ContractReader:
    """Asks a node what a call would answer; for one thread."""

    def __init__(self, connection: NodeConnection) -> None:
        self._connection = connection

    def read(
        self,
        address: bytes,
        call: Call[T],
        *,
        sender: bytes | None = None,
        block: int | str = "latest",
    ) -> T:
        """Ask, as of a block. Raises ContractRefused, ChainUnreachable, and AnchorMismatch on what is no answer.

        Nothing comes back where no contract is: that is AnchorMismatch too, for a function that answers something.
        """
        asked = {"to": f"0x{address.hex()}", "data": f"0x{call.data.hex()}"}
        if sender is not None:
            asked["from"] = f"0x{sender.hex()}"
        tag = hex(block) if isinstance(block, int) else block
        try:
            answer = self._connection.ask("eth_call", asked, tag)
        except NodeRefusal as error:
            if error.data or is_revert(error):
                raise refusal(error.data, call.contract) from error
            raise ChainUnreachable(reason=error.message) from error
        return call.decode(read_hex(answer))


def is_revert(error: NodeRefusal) -> bool:
    """Tell a contract's refusal from a node's own."""
    return "revert" in error.message.lower()


def read_hex(answer: object) -> bytes:
    """Read 0x-hex. Raises AnchorMismatch when a node gives something else."""
    try:
        if isinstance(answer, str) and answer.startswith("0x"):
            return bytes.fromhex(answer[2:])
    except ValueError:
        pass  # told below like all that is no hex
    raise AnchorMismatch(field="answer")
