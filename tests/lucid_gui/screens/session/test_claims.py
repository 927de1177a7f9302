"""What a check came to fits one line of its card, whatever it came to."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication

from core.api.snapshots import Check, CheckOutcome, FailureSnapshot
from lucid_gui.screens.session.claims import claim_of
from lucid_gui.style import fonts
from tests.core.evidence.reports import NAMES
from tests.fakes import made_up_sessions as made_up

# Of these nothing can be said about a session that lies here: they belong to a bundle.
OF_A_BUNDLE = {"bundle_integrity", "inclusion_proofs"}
OF_A_SESSION = [*(name for name in NAMES if name not in OF_A_BUNDLE), "key_log"]
WIDEST = 270  # of the card at 800 pixels, without its padding and the icon
FONT_SIZE = 14


def check(name: str, outcome: CheckOutcome, failure: FailureSnapshot | None = None) -> Check:
    """Make a check with a long sentence, as the engine says it."""
    return Check(name, outcome, "A whole sentence, with everything that was found.", "", failure)


def failed(code: str, **facts: str | int | float) -> FailureSnapshot:
    """Make what a check failed with."""
    return FailureSnapshot(code, facts, is_retryable=False, exit_code=1)


@pytest.mark.parametrize("outcome", CheckOutcome, ids=lambda outcome: outcome.value)
@pytest.mark.parametrize("name", OF_A_SESSION)
def test_every_claim_fits_a_line(qapp: QGuiApplication, name: str, outcome: CheckOutcome) -> None:
    """With numbers or without them, holding, failing or open, nothing is cut off."""
    fonts.load_first(qapp)
    fonts.load_rest()
    font = QFont(qapp.font())
    font.setPixelSize(FONT_SIZE)
    font.setWeight(QFont.Weight.DemiBold)
    for failure in (None, failed("chunk_altered", index=1234), failed("anchor_mismatch")):
        for detail in (None, made_up.detail()):
            claim = claim_of(check(name, outcome, failure), detail)
            assert claim
            assert QFontMetricsF(font).horizontalAdvance(claim) <= WIDEST, claim


@pytest.mark.parametrize(
    "name, text",
    [
        ("device_signature", "Signature of this appliance"),
        ("chunks", "19 of 19 chunks, 214 MB"),
        ("sealed_anchor", "Anchored in block 18 122"),
        ("opened_anchor", "Opened in block 18 051"),
        ("merkle_root", f"Merkle root {made_up.hex_of('root')[:4]}…{made_up.hex_of('root')[-4:]}"),
    ],
)
def test_numbers_come_from_the_session(name: str, text: str) -> None:
    """How many, how large, in which block."""
    claim = claim_of(check(name, CheckOutcome.HOLDS), made_up.detail())
    assert claim.replace("\N{NARROW NO-BREAK SPACE}", " ") == text


def test_a_single_chunk_is_one() -> None:
    """A short session has one chunk, and no plural."""
    detail = made_up.detail(made_up.summary(chunks=1, stored_bytes=200_000))
    claim = claim_of(check("chunks", CheckOutcome.HOLDS), detail)
    assert claim.replace("\N{NARROW NO-BREAK SPACE}", " ") == "1 of 1 chunk, 200 kB"


@pytest.mark.parametrize(
    "code, text",
    [
        ("chunk_altered", "Chunk 7 was altered"),
        ("chunk_missing", "Chunk 7 is missing"),
        ("chunk_malformed", "Chunk 7 is not as sealed"),
    ],
)
def test_a_failing_chunk_is_named(code: str, text: str) -> None:
    """Which one it is, and what is the matter with it."""
    found = failed(code, index=7)
    assert claim_of(check("chunks", CheckOutcome.FAILS, found), made_up.detail()) == text
    contents = claim_of(check("chunk_contents", CheckOutcome.FAILS, found), made_up.detail())
    assert contents == "Contents of chunk 7 do not open"


def test_what_is_not_there_yet_is_not_what_could_not_be_asked() -> None:
    """A seal that waits for its block differs from a chain that is away."""
    open_ = CheckOutcome.NOT_CHECKED
    away = failed("chain_unreachable", reason="x")
    assert claim_of(check("sealed_anchor", open_), None) == "Seal not anchored yet"
    assert claim_of(check("sealed_anchor", open_, away), None) == "Seal not checked"
    missing = failed("anchor_missing")
    assert claim_of(check("sealed_anchor", open_, missing), None) == "Seal not anchored yet"
    assert claim_of(check("sealed_anchor", open_), made_up.detail()) == "Seal not checked"


def test_an_unknown_check_has_no_words_here() -> None:
    """Whoever shows it falls back to what the engine said."""
    assert claim_of(check("moon_phase", CheckOutcome.HOLDS), made_up.detail()) == ""
