"""Reads deployment files. Written from docs/formats/deployment.md."""

from __future__ import annotations

import re
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tests.independent_reader.primitives import Refused, canonical, demand, read_canonical

HEX = {"genesis": 64, "deployer": 40, "device": 64, "signature": 128}
TERMS = {"validators", "approvers", "compliance_signer", "routers_chain_id"}
TERMS |= {"first_slot_at_utc_s", "storage_window_s"}
MEMBERS = {"format", "version", "chain_id", "first_block", "terms", "contracts", *HEX}
CONTRACTS = 14


def read_deployment(data: bytes) -> dict[str, Any]:
    """Read a file, check its signature, and give what it says."""
    demand(len(data) <= 65_536, "too long")
    demand(data.endswith(b"\n"), "no line feed")
    said: dict[str, Any] = read_canonical(data[:-1])
    demand(set(said) == MEMBERS, "members")
    demand((said["format"], said["version"]) == ("lucid-deployment", 1), "format")
    demand(said["chain_id"] >= 1 and said["first_block"] >= 0, "numbers")
    for name, digits in HEX.items():
        _demand_hex(said[name], digits)
    demand(len(said["contracts"]) == CONTRACTS, "contracts")
    for address in said["contracts"].values():
        _demand_hex(address, 40)
    _check_terms(said["terms"])
    body = {name: value for name, value in said.items() if name != "signature"}
    message = b"lucid deployment device signature v1\0" + canonical(body)
    try:
        VerifyKey(bytes.fromhex(said["device"])).verify(message, bytes.fromhex(said["signature"]))
    except (CryptoError, ValueError) as error:
        raise Refused("signature") from error
    return said


def _check_terms(terms: dict[str, Any]) -> None:
    demand(set(terms) == TERMS, "terms")
    demand(len(terms["approvers"]) == 3, "approvers")
    for accounts in (terms["validators"], terms["approvers"]):
        demand(accounts == sorted(set(accounts)), "they do not ascend")
    for each in (*terms["validators"], *terms["approvers"], terms["compliance_signer"]):
        demand(each.startswith("0x"), "an address")
        _demand_hex(each[2:], 40)


def _demand_hex(text: str, digits: int) -> None:
    demand(re.fullmatch(r"[0-9a-f]*", text) is not None and len(text) == digits, "hex")
