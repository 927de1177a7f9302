"""Known answers for every primitive that sealing stands on; asked at each start, a few milliseconds in all."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from blake3 import blake3

from core.errors import SelfTestFailed
from core.sealing.aead import decrypt, encrypt
from core.sealing.compression import ChunkCompressor, decompress
from core.sealing.hchacha20 import hchacha20
from core.sealing.hkdf import hkdf_blake2b
from core.sealing.keys import chunk_key
from core.sealing.merkle import inclusion_proof, leaf_hash, merkle_root, verify_inclusion

_SESSION_KEY = bytes(range(32))
_SESSION_ID = UUID("00112233-4455-4667-8899-aabbccddeeff")


def run() -> None:
    """Compute each known answer; raises SelfTestFailed naming the first test that does not come out right."""
    for name, holds in _TESTS.items():
        if not holds():
            raise SelfTestFailed(test=name)


def _hkdf() -> bool:
    """tests/vectors/sealing.json: hkdf, the second case."""
    expected = bytes.fromhex(
        "fd700ba58ce82438f8ef00f9febe417f7c0ef3d58a4f281430abc1a906b288d6"
        "eafe3af89b209d86fed1b0d7e7a7f5568b0b86f59c031ad1cb9e4e5a3a5697d9"
    )
    return hkdf_blake2b(_SESSION_KEY, salt=_SESSION_ID.bytes, info=b"lucid", length=64) == expected


def _chunk_key() -> bool:
    """tests/vectors/sealing.json: the key of chunk 3."""
    expected = bytes.fromhex("7ab76da434b71faa0a6631250c1e69cc673aa862bc2e255b42666503aab2e66f")
    return chunk_key(_SESSION_KEY, _SESSION_ID, 3) == expected


def _hchacha20() -> bool:
    """draft-irtf-cfrg-xchacha-03, section 2.2.1."""
    nonce = bytes.fromhex("000000090000004a0000000031415927")
    expected = bytes.fromhex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc")
    return hchacha20(_SESSION_KEY, nonce) == expected


def _xchacha20_poly1305() -> bool:
    """draft-irtf-cfrg-xchacha-03, appendix A.3.1; an altered tag must be refused."""
    key = bytes(range(0x80, 0xA0))
    nonce = bytes(range(0x40, 0x58))
    associated = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you "
        b"only one tip for the future, sunscreen would be it."
    )
    expected = bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    )
    altered = expected[:-1] + bytes([expected[-1] ^ 1])
    return (
        encrypt(key, nonce, plain, associated) == expected
        and decrypt(key, nonce, expected, associated) == plain
        and decrypt(key, nonce, altered, associated) is None
    )


def _blake3() -> bool:
    """BLAKE3's own test vectors: hash of nothing, key derivation from 1,025 bytes."""
    data = bytes(at % 251 for at in range(1025))
    context = "BLAKE3 2019-12-27 16:29:52 test vectors context"
    return (
        blake3(b"").hexdigest()
        == "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        and blake3(data, derive_key_context=context).hexdigest()
        == "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb"
    )


def _merkle_tree() -> bool:
    """tests/vectors/sealing.json: the first leaf, the roots of no and of five leaves, a proof."""
    leaves = [leaf_hash(bytes([at])) for at in range(5)]
    root = bytes.fromhex("974967303e6701c12b38f41c3512cd5ef28c585337132e5f56396a55f0879a84")
    proof = inclusion_proof(leaves, 4)
    return (
        leaves[0].hex() == "c91bf16b08904908b74ee6da9d12b5b98525c477c64d78c9418f9480ed32a251"
        and merkle_root([]).hex()
        == "fa227ee9cc3e678d9b1a62ce20d62a22730213dfff9f7adf7193e6f79d373f54"
        and merkle_root(leaves) == root
        and verify_inclusion(leaf=leaves[4], index=4, count=5, proof=proof, root=root)
        and not verify_inclusion(leaf=leaves[4], index=3, count=5, proof=proof, root=root)
    )


def _zstandard() -> bool:
    """What was compressed comes back, and only that."""
    plain = bytes(4096)
    compressed = ChunkCompressor().compress(memoryview(plain))
    return compressed is not None and decompress(compressed, 4096) == plain


_TESTS: dict[str, Callable[[], bool]] = {
    "HKDF-BLAKE2b": _hkdf,
    "chunk key": _chunk_key,
    "HChaCha20": _hchacha20,
    "XChaCha20-Poly1305": _xchacha20_poly1305,
    "BLAKE3": _blake3,
    "Merkle tree": _merkle_tree,
    "Zstandard": _zstandard,
}
