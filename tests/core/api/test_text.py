"""Every failure code has a sentence, and its placeholders are the facts that the class names."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.snapshots import FailureSnapshot
from core.api.text import SENTENCES, Sentence, sentence_for
from core.errors import Failure, every_failure

_FAILURES = sorted(
    (failure for failure in every_failure() if failure.__module__.startswith("core.errors.")),
    key=lambda failure: failure.code,
)


def facts_of(failure: type[Failure]) -> set[str]:
    """Read the facts that a failure's docstring names."""
    named = re.search(r"Facts: ([a-z_, ]+)\.", failure.__doc__ or "")
    return set(named.group(1).split(", ")) if named else set()


def placeholders_of(sentence: Sentence) -> set[str]:
    """List the facts that a sentence asks for."""
    text = sentence.what + sentence.next_step
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def snapshot(code: str, **facts: str | float) -> FailureSnapshot:
    """Make a failure as it crosses the seam."""
    return FailureSnapshot(code=code, facts=facts, is_retryable=False, exit_code=1)


def test_codes_are_the_trees() -> None:
    """The table of sentences and the tree of errors name the same codes, each once, and a bug's."""
    codes = [failure.code for failure in _FAILURES]
    assert sorted(SENTENCES) == sorted(["bug", *codes])
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("failure", _FAILURES, ids=lambda failure: failure.code)
def test_placeholders_are_the_facts_of_the_class(failure: type[Failure]) -> None:
    """A sentence says every fact that its class names and asks for no other."""
    assert placeholders_of(SENTENCES[failure.code]) == facts_of(failure)


@pytest.mark.parametrize("failure", _FAILURES, ids=lambda failure: failure.code)
def test_a_sentence_is_whole_without_its_facts(failure: type[Failure]) -> None:
    """Without any fact each sentence still begins with a capital and ends with a full stop."""
    sentence = sentence_for(snapshot(failure.code))
    for text in (sentence.what, sentence.next_step):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "{" not in text


def test_facts_are_named() -> None:
    """The sentence of a damaged chunk names the chunk and both sizes."""
    sentence = sentence_for(snapshot("chunk_truncated", index=7, expected=9000, found=12))
    assert sentence.what == "Chunk 7 has 12 bytes where 9000 were sealed."


def test_percentages_are_rounded_to_a_tenth() -> None:
    """A percentage is said with at most one decimal."""
    sentence = sentence_for(snapshot("storage_too_low", free_percent=4.2137, needed_percent=5.0))
    assert sentence.what == "Only 4.2 % of the disk is free; a session needs 5 % to start."


def test_an_unknown_code_is_named() -> None:
    """A code of a newer engine gets a sentence that names it."""
    assert "solar_flare" in sentence_for(snapshot("solar_flare")).what


def test_the_template_is_what_gets_translated() -> None:
    """A translator sees the text with its placeholders, and the facts fill what it returns."""
    seen: list[str] = []

    def translate(text: str) -> str:
        seen.append(text)
        return text.upper().replace("{INDEX}", "{index}")

    assert (
        sentence_for(snapshot("chunk_missing", index=3), translate).what == "CHUNK 3 IS NOT THERE."
    )
    assert seen[0] == SENTENCES["chunk_missing"].what


@given(
    code=st.sampled_from(sorted(SENTENCES)),
    facts=st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.floats())),
)
def test_any_facts_make_a_sentence(code: str, facts: dict[str, str | int | float]) -> None:
    """Whatever the facts are, there is a sentence and no exception."""
    assert sentence_for(FailureSnapshot(code, facts, is_retryable=False, exit_code=1)).what
