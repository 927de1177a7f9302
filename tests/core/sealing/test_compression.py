"""Compression happens where it pays, and decompression gives exactly what was promised."""

from __future__ import annotations

import os
from random import Random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from core.sealing.compression import ChunkCompressor, decompress

MEBIBYTE = 1 << 20


def test_what_shrinks_is_compressed() -> None:
    """Text, small or large, comes back from fewer bytes."""
    for length in (200, MEBIBYTE, 3 * MEBIBYTE):
        plain = (b"the quick brown fox jumps over the lazy dog. " * (length // 45 + 1))[:length]
        compressed = ChunkCompressor().compress(memoryview(plain))
        assert compressed is not None
        assert len(compressed) < length
        assert decompress(compressed, length) == plain


@pytest.mark.parametrize("length", [0, 1, 1000, MEBIBYTE, 3 * MEBIBYTE])
def test_noise_is_left_alone(length: int) -> None:
    """What does not shrink is not compressed."""
    assert ChunkCompressor().compress(memoryview(os.urandom(length))) is None


def test_a_tenth_that_shrinks_is_found() -> None:
    """The sample sees redundancy wherever it lies, down to a few percent of the chunk."""
    noise = Random(7).randbytes(16 * MEBIBYTE)
    for start in range(0, 14 * MEBIBYTE, 3 * MEBIBYTE + 12345):
        plain = bytearray(noise)
        plain[start : start + 3 * MEBIBYTE // 2] = bytes(3 * MEBIBYTE // 2)
        assert ChunkCompressor().compress(memoryview(plain)) is not None


def test_a_frame_that_claims_another_size_is_refused() -> None:
    """The claimed size must be the header's, before any memory is taken."""
    bomb = zstandard.ZstdCompressor().compress(bytes(64 * MEBIBYTE))
    assert decompress(bomb, 1000) is None
    stream = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(1000))
    assert decompress(stream, 1000) is None


def test_a_frame_that_lies_about_its_size_is_refused() -> None:
    """A frame whose content is longer or shorter than it claims does not open."""
    honest = zstandard.ZstdCompressor(write_checksum=False).compress(bytes(200))
    claim = honest.index(200, 4)
    for lie in (199, 201):
        forged = honest[:claim] + bytes([lie]) + honest[claim + 1 :]
        assert decompress(forged, lie) is None


def test_nothing_may_follow_the_frame() -> None:
    """Bytes behind the frame, or a second frame, are refused."""
    frame = zstandard.ZstdCompressor().compress(b"plain")
    assert decompress(frame + b"x", 5) is None
    assert decompress(frame + frame, 5) is None


@given(st.binary(max_size=200), st.integers(0, 1 << 24))
def test_garbage_is_refused(payload: bytes, size: int) -> None:
    """Whatever is no frame gives nothing."""
    result = decompress(payload, size)
    assert result is None or len(result) == size
