"""One observer after the other: each is asked for, and nothing of one is left for the next."""

from __future__ import annotations

from core.api.hosting import AuditKind
from core.hosting.observers import FAREWELL_S
from tests.core.hosting.test_observers import answer, come_in, host_of, tell
from tests.fakes.clocks import settle
from tests.fakes.hosting_stage import HostingStage, play


async def go(stage: HostingStage) -> None:
    """Let who is there be gone."""
    entrance = host_of(stage).entrance
    assert entrance is not None
    entrance.visit = None
    await tell(stage, "left")


def test_after_a_no_the_next_one_is_asked_for() -> None:
    """A no was to the one who was there; whoever is invited then does not wait for a question that never comes."""

    async def scene(stage: HostingStage) -> None:
        for _ in range(3):  # the quiet of the desk, which grows, is for who tries again and again
            await come_in(stage)
            await answer(stage, is_yes=False)
            await stage.passes(int(FAREWELL_S) + 1)
            await go(stage)

    assert len(play(scene).entries(AuditKind.ASKED)) == 3


def test_a_question_that_is_withdrawn_leaves_nobody_waiting() -> None:
    """Nobody reads that the owner is asked while nobody is: who waited for that is turned out."""

    async def scene(stage: HostingStage) -> None:
        await come_in(stage)
        assert "Please wait" in host_of(stage).puppet.state["notice"]
        stage.questions.cancel_all()
        await settle()
        assert "Please wait" not in host_of(stage).puppet.state["notice"]
        await stage.passes(int(FAREWELL_S) + 1)
        assert {"drop": True} in host_of(stage).puppet.words

    play(scene)
