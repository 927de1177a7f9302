"""What each question says: what will really happen, in facts."""

from __future__ import annotations

from typing import NamedTuple

from core.api.questions import DisclosureQuestion, PermissionQuestion, Question
from lucid_gui.text.amounts import span_text
from lucid_gui.text.capabilities import words_of
from lucid_gui.text.peers import peer_name, peer_text
from lucid_gui.text.words import tr


class QuestionWords(NamedTuple):
    """The words of a question's sheet."""

    icon: str
    title: str
    explanation: str
    approve: str
    deny: str
    detail: str = ""  # written by the peer: shown apart, as plain text
    remark: str = ""


def words_for(question: Question) -> QuestionWords:
    """Say a question; one of an unknown kind is said in general terms, and no stays the safe answer."""
    if isinstance(question, DisclosureQuestion):
        return _disclosure(question)
    if isinstance(question, PermissionQuestion):
        return _permission(question)
    return QuestionWords(
        "circle-help",
        tr("Lucid asks for your permission"),
        tr("This version has no words for what is asked. If you are not sure, say no."),
        tr("Allow"),
        tr("Do not allow"),
    )


def _permission(question: PermissionQuestion) -> QuestionWords:
    if question.is_observer:
        return _observer(question)
    words = words_of(question.capability)
    return QuestionWords(
        words.icon,
        words.wants.replace("%1", peer_name(question.peer)),
        words.happens,
        words.allow,
        tr("Deny"),
        peer_text(question.detail),
        _attempts(question.attempts),
    )


def _observer(question: PermissionQuestion) -> QuestionWords:
    """Ask for somebody who may only watch, and say that this is all it may."""
    return QuestionWords(
        "users",
        tr("%1 wants to watch only").replace("%1", peer_name(question.peer, tr("Somebody"))),
        tr(
            "A further person, beside the peer. It sees what the peer sees, and can do nothing."
            " What it has seen cannot be taken back."
        ),
        tr("Let it watch"),
        tr("Deny"),
        peer_text(question.detail),
        _attempts(question.attempts),
    )


def _attempts(count: int) -> str:
    """Say how often it was tried; the first attempt is what the question is about."""
    return "" if count <= 1 else tr("Tried %1 times.").replace("%1", str(count))


def _disclosure(question: DisclosureQuestion) -> QuestionWords:
    span = span_text(question.until_s - question.from_s)
    if question.kind == "video":
        title = tr("Write %1 as an ordinary video?")
        consequence = tr("Whoever has this file can watch %1, without any key: %2.")
    else:
        title = tr("Let %1 leave in readable form?")
        consequence = tr(
            "Whoever has this file can watch %1: it holds the keys of %3. It goes to %2."
        )
    explanation = consequence.replace("%1", span).replace("%2", question.destination)
    return QuestionWords(
        "eye",
        title.replace("%1", span),
        explanation.replace("%3", _chunks(question.chunks)),
        tr("Write it"),
        tr("Keep it closed"),
    )


def _chunks(count: int) -> str:
    return tr("one chunk") if count == 1 else tr("%1 chunks").replace("%1", str(count))
