"""Zstandard, level 3, where it pays; data that does not shrink is found out by a sample and left as it is."""

from __future__ import annotations

import zstandard

LEVEL = 3
SAMPLES = 32
SAMPLE_BYTES = 8 << 10
WORTH_PERCENT = 3

_FULL_TRIAL = 2 * SAMPLES * SAMPLE_BYTES


class ChunkCompressor:
    """Compresses one chunk after the other with one context; for one thread."""

    def __init__(self) -> None:
        # Left to itself Zstandard picks other parameters for small inputs: the sample would not speak for the whole.
        parameters = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, write_content_size=True, write_checksum=False
        )
        self._zstd = zstandard.ZstdCompressor(compression_params=parameters)

    def compress(self, plain: memoryview) -> bytes | None:
        """Compress into one frame that names its content's size; None where that is no smaller.

        More than 512 KiB is tried on a sample first: 32 stretches of 8 KiB, evenly spread, as one piece of
        256 KiB. Where the sample shrinks by less than 3 % the chunk is left as it is. So a chunk whose only
        redundancy is longer than a stretch may be stored larger than it could be; it is never stored wrongly.
        """
        if len(plain) > _FULL_TRIAL and not self._shrinks(_sample(plain)):
            return None
        compressed = self._zstd.compress(plain)
        return compressed if len(compressed) < len(plain) else None

    def _shrinks(self, sample: bytes) -> bool:
        saved = len(sample) - len(self._zstd.compress(sample))
        return saved * 100 >= len(sample) * WORTH_PERCENT


def decompress(payload: bytes | memoryview, plain_bytes: int) -> bytes | None:
    """Decompress one frame that holds exactly ``plain_bytes``; None for anything else.

    The size that the frame claims is compared before memory is taken, so a frame cannot ask for more.
    """
    try:
        if zstandard.frame_content_size(payload) != plain_bytes:
            return None
        plain: bytes = zstandard.ZstdDecompressor().decompress(payload, allow_extra_data=False)
    except zstandard.ZstdError:
        return None
    return plain if len(plain) == plain_bytes else None


def _sample(plain: memoryview) -> bytes:
    step = (len(plain) - SAMPLE_BYTES) // (SAMPLES - 1)
    return b"".join(plain[at * step : at * step + SAMPLE_BYTES] for at in range(SAMPLES))
