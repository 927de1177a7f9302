"""Sessions to test with: fixed keys, small chunks, and manifests from hypothesis."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st
from nacl.signing import SigningKey

from core.audit.entries import TrailHead
from core.canonical.documents import Json
from core.evidence.manifest import GapEntry, Manifest, make_manifest
from core.evidence.policy import sandbox_policy
from core.sealing.chunk import SealedChunk

SESSION = UUID("7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11")
DEVICE = SigningKey(bytes(range(32)))
EPHEMERAL_SEED = bytes(range(32, 64))
STARTED_UTC_MS = 1_763_780_400_000
SECOND = 1_000_000_000

_naturals = st.integers(0, 2**53 - 1)
_words = st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True)
_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64)
_policies = st.dictionaries(
    _texts, st.integers(0, 100) | st.booleans() | _texts | st.none(), max_size=4
)
_heads = st.builds(TrailHead, st.integers(1, 1 << 20), st.binary(min_size=32, max_size=32))


def sign_as_device(message: bytes) -> bytes:
    """Sign with the fixed device key."""
    return DEVICE.sign(message).signature


def example_chunks(count: int) -> tuple[SealedChunk, ...]:
    """Describe ``count`` chunks of ten seconds each, with made-up leaves."""
    return tuple(
        SealedChunk(
            index=index,
            first_at_ns=index * 10 * SECOND,
            last_at_ns=index * 10 * SECOND + 9 * SECOND,
            first_utc_ns=STARTED_UTC_MS * 1_000_000 + index * 10 * SECOND,
            last_utc_ns=STARTED_UTC_MS * 1_000_000 + index * 10 * SECOND + 9 * SECOND,
            plain_bytes=9_000_000 + index,
            stored_bytes=9_004_944 + index,
            is_compressed=False,
            frames=150,
            leaf=bytes([index + 1]) * 32,
        )
        for index in range(count)
    )


def example_manifest(chunks: tuple[SealedChunk, ...], **changes: object) -> Manifest:
    """Put a manifest over ``chunks`` together, with the fixed keys."""
    last = chunks[-1].last_at_ns if chunks else 0
    facts: dict[str, object] = {
        "session_id": SESSION,
        "ephemeral_public_key": bytes(SigningKey(EPHEMERAL_SEED).verify_key),
        "device_public_key": bytes(DEVICE.verify_key),
        "software_version": "0.1.0",
        "source": "sandbox",
        "encoder": "libx264",
        "width": 1280,
        "height": 720,
        "frames_per_second": 15,
        "started_utc_ms": STARTED_UTC_MS,
        "ended_utc_ms": STARTED_UTC_MS + last // 1_000_000,
        "duration_ns": last + 3 * SECOND,
        "was_interrupted": False,
        "end_reason": "owner",
        "chunks": chunks,
        "gaps": (GapEntry(SECOND, 2 * SECOND, "encoder_died"),),
        "policy": sandbox_policy(),
    }
    return make_manifest(**(facts | changes))  # type: ignore[arg-type]


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Draw any manifest that may be written."""
    times = sorted(draw(st.lists(_naturals, max_size=8)))
    stretches = list(zip(times[0::2], times[1::2], strict=False))
    policy: dict[str, Json] = dict(draw(_policies))
    return make_manifest(
        session_id=draw(st.uuids(version=4)),
        ephemeral_public_key=draw(st.binary(min_size=32, max_size=32)),
        device_public_key=draw(st.binary(min_size=32, max_size=32)),
        software_version=draw(_texts),
        source=draw(_texts),
        encoder=draw(st.just("") | _texts),
        width=draw(st.integers(0, 65535)),
        height=draw(st.integers(0, 65535)),
        frames_per_second=draw(st.integers(0, 1000)),
        started_utc_ms=draw(_naturals),
        ended_utc_ms=draw(_naturals),
        duration_ns=draw(st.integers(times[-1] if times else 0, 2**53 - 1)),
        was_interrupted=draw(st.booleans()),
        end_reason=draw(_words),
        chunks=[draw(_chunks(index, *stretch)) for index, stretch in enumerate(stretches)],
        gaps=[GapEntry(*stretch, draw(_words)) for stretch in stretches],
        policy=policy,
        policy_signature=draw(st.none() | st.binary(min_size=64, max_size=64)),
        trail=draw(st.none() | _heads),
    )


def _chunks(index: int, first_at_ns: int, last_at_ns: int) -> st.SearchStrategy[SealedChunk]:
    return st.builds(
        SealedChunk,
        index=st.just(index),
        first_at_ns=st.just(first_at_ns),
        last_at_ns=st.just(last_at_ns),
        first_utc_ns=st.integers(0, 2**64 - 1),
        last_utc_ns=st.integers(0, 2**64 - 1),
        plain_bytes=st.integers(0, 64 << 20),
        stored_bytes=st.integers(1, 64 << 20),
        is_compressed=st.booleans(),
        frames=st.integers(0, 64 << 20),
        leaf=st.binary(min_size=32, max_size=32),
    )
