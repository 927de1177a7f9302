"""Whatever a peer answers, it becomes rows or is called unreadable; nothing of it is taken for words of ours."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.peers import PeerAnswer, PeerTopic
from lucid_gui.screens.peers.answers import MOST_ROWS, answer_facts
from tests.fakes import made_up_peers as peers

TOPICS = (PeerTopic.HEALTH, PeerTopic.SESSIONS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def facts(topic: PeerTopic, document: str) -> dict[str, object]:
    """Read an answer."""
    return answer_facts(PeerAnswer(peers.peer(), topic, document, 0))


@given(st.sampled_from(TOPICS), st.text() | JSON.map(json.dumps))
def test_any_document_is_read_or_refused(topic: PeerTopic, document: str) -> None:
    """No document breaks the screen."""
    assert set(facts(topic, document)) == {"topic", "when", "rows", "isUnreadable"}


@given(JSON, JSON, JSON, st.booleans())
def test_any_members_of_a_session_are_read_or_refused(
    started: object, duration: object, state: object, is_anchored: bool
) -> None:
    """Neither numbers nor texts are trusted."""
    session = {
        "session_id": state,
        "state": state,
        "started_utc_ms": started,
        "duration_s": duration,
        "is_anchored": is_anchored,
    }
    made = facts(PeerTopic.SESSIONS, json.dumps({"sessions": [session]}))
    assert made["isUnreadable"] or len(made["rows"]) == 1  # type: ignore[arg-type]


@given(st.text(max_size=400))
def test_words_of_a_peer_are_one_isolated_line(text: str) -> None:
    """Control characters and turned directions do not come through."""
    check = {"name": text, "level": "ok", "sentence": text}
    made = facts(PeerTopic.HEALTH, json.dumps({"checks": [check]}))
    title = made["rows"][0]["title"]  # type: ignore[index]
    assert all(unicodedata.category(each) != "Cc" for each in title)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in title


def test_a_long_list_is_cut() -> None:
    """A screen shows so many and no more."""
    check = {"name": "x", "level": "warn", "sentence": "y"}
    made = facts(PeerTopic.HEALTH, json.dumps({"checks": [check] * (MOST_ROWS + 1)}))
    assert len(made["rows"]) == MOST_ROWS  # type: ignore[arg-type]
    assert {each["tone"] for each in made["rows"]} == {"ask"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("topic", TOPICS)
def test_no_answer_is_nothing(topic: PeerTopic) -> None:
    """An empty list is told from a wrong one."""
    assert answer_facts(None) == {}
    member = "checks" if topic is PeerTopic.HEALTH else "sessions"
    assert facts(topic, json.dumps({member: []}))["rows"] == []
