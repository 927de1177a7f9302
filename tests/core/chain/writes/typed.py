"""Calls contracts on py-evm by the bytes of their typed clients, and notes which functions were called.

The answer is read by the client too, and so is each event; a refusal comes as the client's own error.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from core.chain import abi
from core.chain.abi import SELECTOR, Call, ContractError, ContractEvent
from core.chain.clients import events
from core.chain.clients.errors import ERRORS
from core.chain.encoding import keccak256
from tests.contracts.abi import Reverted, Value
from tests.contracts.evm import Account, Deployed, Evm

T = TypeVar("T")


@cache
def _events() -> dict[tuple[str, bytes], type[ContractEvent]]:
    """Give the clients' events by contract and topic."""
    found: dict[tuple[str, bytes], type[ContractEvent]] = {}
    for module in iter_modules(events.__path__):
        contract = import_module(f"core.chain.clients.{module.name}").NAME
        for each in vars(import_module(f"{events.__name__}.{module.name}")).values():
            if isinstance(each, type) and issubclass(each, ContractEvent):
                found[contract, each.TOPIC] = each
    return found


class Typed:
    """A chain that is only used through typed clients; ``used`` has the selectors by contract."""

    def __init__(self) -> None:
        self.evm = Evm()
        self.used: defaultdict[str, set[bytes]] = defaultdict(set)

    def deploy(self, name: str, *arguments: Value) -> Deployed:
        """Deploy a contract as the first account."""
        deployed = self.evm.deploy(name, *arguments)
        assert isinstance(deployed, Deployed), deployed
        return deployed

    def do(self, contract: Deployed, call: Call[T], by: Account | None = None) -> T:
        """Send a call that goes through, and read its answer."""
        output = self._send(contract, call, by)
        assert isinstance(output, bytes), output
        for log, emitted in zip(self.evm.logs, self.evm.events, strict=True):
            event = _events()[emitted.contract, log.topics[0]].decode(log.topics, log.data)
            assert abi.values_of(event) == tuple(emitted.values.values())
        return call.decode(output)

    def refused(
        self, contract: Deployed, call: Call[T], by: Account | None = None
    ) -> ContractError:
        """Send a call that the contract refuses, and give its error as the client has it."""
        output = self._send(contract, call, by)
        assert isinstance(output, Reverted), output
        error = next(each for each in ERRORS[contract.name] if output.name == each.NAME)
        return error(*output.args)

    def carried_out(self, call: Call[T]) -> None:
        """Note a call that another contract made on somebody's behalf."""
        self.used[call.contract].add(call.data[:SELECTOR])

    def _send(self, contract: Deployed, call: Call[T], by: Account | None) -> bytes | Reverted:
        assert call.contract == contract.name
        self.carried_out(call)
        return self.evm.send(contract, call.data, sender=by)


def read_by_a_person(sentence: str) -> bytes:
    """Hash a sentence as a wallet does that shows it (EIP-191)."""
    head = f"\x19Ethereum Signed Message:\n{len(sentence)}"
    return keccak256((head + sentence).encode("ascii"))
