"""What ValidatorSet refuses, and nobody else; generated from the ABI by contracts/tools/clients.py."""

from __future__ import annotations

from dataclasses import dataclass

from core.chain import abi

UINT256 = abi.uint(256)
ADDRESS = abi.ADDRESS
UINT32 = abi.uint(32)


@dataclass(frozen=True)
class QuorumNotReached(abi.ContractError):
    """``QuorumNotReached(uint256,uint256)``."""

    NAME = "QuorumNotReached"
    SELECTOR = bytes.fromhex("6a215984")
    KINDS = (UINT256, UINT256)

    given: int
    needed: int


@dataclass(frozen=True)
class SignatureMalformed(abi.ContractError):
    """``SignatureMalformed(uint256)``."""

    NAME = "SignatureMalformed"
    SELECTOR = bytes.fromhex("c7e1c197")
    KINDS = (UINT256,)

    index: int


@dataclass(frozen=True)
class SignerNotValidator(abi.ContractError):
    """``SignerNotValidator(uint256,address)``."""

    NAME = "SignerNotValidator"
    SELECTOR = bytes.fromhex("004d3cf2")
    KINDS = (UINT256, ADDRESS)

    index: int
    signer: bytes


@dataclass(frozen=True)
class SignersNotAscending(abi.ContractError):
    """``SignersNotAscending(uint256,address)``."""

    NAME = "SignersNotAscending"
    SELECTOR = bytes.fromhex("bf022a45")
    KINDS = (UINT256, ADDRESS)

    index: int
    signer: bytes


@dataclass(frozen=True)
class ValidatorCountOutOfBounds(abi.ContractError):
    """``ValidatorCountOutOfBounds(uint256,uint256)``."""

    NAME = "ValidatorCountOutOfBounds"
    SELECTOR = bytes.fromhex("d2163c6d")
    KINDS = (UINT256, UINT256)

    given: int
    most: int


@dataclass(frozen=True)
class ValidatorsNotAscending(abi.ContractError):
    """``ValidatorsNotAscending(uint256)``."""

    NAME = "ValidatorsNotAscending"
    SELECTOR = bytes.fromhex("78ab0f5e")
    KINDS = (UINT256,)

    index: int


@dataclass(frozen=True)
class VersionUnknown(abi.ContractError):
    """``VersionUnknown(uint32)``."""

    NAME = "VersionUnknown"
    SELECTOR = bytes.fromhex("ab47fd39")
    KINDS = (UINT32,)

    version: int
