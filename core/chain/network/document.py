"""The deployment file: where a network's contracts are, on what terms, signed by the device that deployed them.

The format is docs/formats/deployment.md. The signature says who deployed; whether the contracts are what they should be
is for the chain to say, and for ``doctor`` to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.chain.network.parts import NAMES
from core.chain.network.terms import Terms, read_terms
from core.errors import DeploymentMalformed

FORMAT = "lucid-deployment"
VERSION = 1
DOMAIN = b"lucid deployment device signature v1\x00"
LARGEST = 65_536
_ADDRESS, _HASH, _KEY, _SIGNATURE = 20, 32, 32, 64

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class DeploymentFile:
    """One network on one chain. ``contracts`` has an address for every part."""

    chain_id: int
    genesis: bytes
    first_block: int  # nothing of the network is in an earlier block
    deployer: bytes
    terms: Terms
    contracts: dict[str, bytes]
    device: bytes  # Ed25519


def write_deployment(file: DeploymentFile, sign: Sign) -> bytes:
    """Write the file, signed by the device it names."""
    body = _body(file)
    signature = sign(DOMAIN + canonical_json(body))
    return canonical_json({**body, "signature": signature.hex()}) + b"\n"


def read_deployment(content: bytes) -> DeploymentFile:
    """Read a file and check its signature. Raises DeploymentMalformed with the field."""
    try:
        value = load_canonical_json(content.removesuffix(b"\n"), LARGEST)
    except JsonRefused as refused:
        raise DeploymentMalformed(field=str(refused)) from refused
    file, signature = Fields(value, _malformed).whole_of(_read)
    try:
        VerifyKey(file.device).verify(DOMAIN + canonical_json(_body(file)), signature)
    except (CryptoError, ValueError) as error:
        raise DeploymentMalformed(field="signature") from error
    return file


def _body(file: DeploymentFile) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "chain_id": file.chain_id,
        "genesis": file.genesis.hex(),
        "first_block": file.first_block,
        "deployer": file.deployer.hex(),
        "terms": file.terms.document(),
        "contracts": {name: file.contracts[name].hex() for name in NAMES},
        "device": file.device.hex(),
    }


def _read(fields: Fields) -> tuple[DeploymentFile, bytes]:
    if fields.take("format") != FORMAT:
        raise fields.wrong("format")
    fields.whole("version", VERSION, VERSION)
    file = DeploymentFile(
        chain_id=fields.whole("chain_id", 1),
        genesis=fields.octets("genesis", _HASH),
        first_block=fields.whole("first_block"),
        deployer=fields.octets("deployer", _ADDRESS),
        terms=_terms(fields),
        contracts=fields.members(
            "contracts", lambda each: {name: each.octets(name, _ADDRESS) for name in NAMES}
        ),
        device=fields.octets("device", _KEY),
    )
    return file, fields.octets("signature", _SIGNATURE)


def _terms(fields: Fields) -> Terms:
    document = fields.take("terms")
    try:
        terms = read_terms(document)  # type: ignore[arg-type]  # whatever it is, it is refused by name
    except (ValueError, KeyError, TypeError) as error:
        raise fields.wrong("terms") from error
    if terms.document() != document:
        raise fields.wrong("terms")
    return terms


def _malformed(field: str) -> DeploymentMalformed:
    return DeploymentMalformed(field=field)
