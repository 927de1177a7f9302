"""Terms: what a network begins with and what nobody can work out from the contracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.canonical.documents import Json

MOST_VALIDATORS = 64
LEAST_WINDOW_S, MOST_WINDOW_S = 3_600, 604_800
_ADDRESS = 20
_WRITTEN = re.compile("0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class Terms:
    """What the constructors are given. Addresses are 20 bytes; both lists ascend.

    ``routers_chain_id`` is TRON's (728126428 is its main network), where payouts are made.
    """

    validators: tuple[bytes, ...]
    approvers: tuple[bytes, bytes, bytes]
    compliance_signer: bytes
    routers_chain_id: int
    first_slot_at_utc_s: int
    storage_window_s: int

    def fault(self) -> str | None:
        """Say what is wrong with them, as the contracts would refuse it; None when nothing is."""
        faults = {
            f"a network has 1 to {MOST_VALIDATORS} validators": not (
                1 <= len(self.validators) <= MOST_VALIDATORS
            ),
            "the zero address can validate nothing": bytes(_ADDRESS) in self.validators,
            "the zero address can approve nothing": bytes(_ADDRESS) in self.approvers,
            "the validators are not different accounts": _is_unfit(self.validators),
            "the approvers are not different accounts": _is_unfit(self.approvers),
            "the zero address can sign nothing": not any(self.compliance_signer),
            "the compliance signer may not approve, too": self.compliance_signer in self.approvers,
            f"the window for storage proofs is {LEAST_WINDOW_S} to {MOST_WINDOW_S} seconds": not (
                LEAST_WINDOW_S <= self.storage_window_s <= MOST_WINDOW_S
            ),
        }
        return next((told for told, is_so in faults.items() if is_so), None)

    def differs_from(self, begun: Terms) -> str:
        """Say what else was chosen before than is now, for a person; empty where all is the same.

        When the first slot is does not count: it is the moment at which a deployment was begun.
        """
        was, now = begun.document(), self.document()
        return "; ".join(
            f"{name.replace('_', ' ')} {_told(was[name])}, not {_told(now[name])}"
            for name in was
            if was[name] != now[name] and name != "first_slot_at_utc_s"
        )

    def document(self) -> dict[str, Json]:
        """Write them as JSON."""
        return {
            "validators": [f"0x{each.hex()}" for each in self.validators],
            "approvers": [f"0x{each.hex()}" for each in self.approvers],
            "compliance_signer": f"0x{self.compliance_signer.hex()}",
            "routers_chain_id": self.routers_chain_id,
            "first_slot_at_utc_s": self.first_slot_at_utc_s,
            "storage_window_s": self.storage_window_s,
        }


def _told(value: Json) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _is_unfit(accounts: tuple[bytes, ...]) -> bool:
    """Tell whether one is there twice, or whether they do not ascend."""
    return list(accounts) != sorted(set(accounts))


def read_terms(document: Mapping[str, Any]) -> Terms:
    """Read them back. Raises KeyError, TypeError and ValueError on anything else."""
    first, second, third = (address_of(each) for each in document["approvers"])
    terms = Terms(
        validators=tuple(address_of(each) for each in document["validators"]),
        approvers=(first, second, third),
        compliance_signer=address_of(document["compliance_signer"]),
        routers_chain_id=whole(document["routers_chain_id"]),
        first_slot_at_utc_s=whole(document["first_slot_at_utc_s"]),
        storage_window_s=whole(document["storage_window_s"]),
    )
    if (fault := terms.fault()) is not None:
        raise ValueError(fault)
    return terms


def address_of(text: object) -> bytes:
    """Read an address of 0x and 40 hex digits. Raises ValueError."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text} is no address: one is 0x and 40 hex digits")
    return bytes.fromhex(text[2:])


def whole(value: object) -> int:
    """Read a whole number that is not below zero. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("it is no whole number")
    return value
