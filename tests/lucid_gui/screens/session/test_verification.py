"""The verification card says what holds, what fails and what nobody could check."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.api.commands import VerifySession
from core.api.snapshots import VerificationReport
from core.evidence.anchor_checks import RootOfTrust
from lucid_gui.bridge import Bridge
from lucid_gui.screens.session.verification import Verification
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure
from tests.fakes.made_up_appliance import MadeUpAppliance


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = made_up.NOW_UTC_MS

    def __call__(self) -> int:
        """Read it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands."""
    return Clock()


@pytest.fixture
def verification(bridge: Bridge, parent: QObject, clock: Clock) -> Verification:
    """Give a verification of a session that was not checked yet."""
    made = Verification(bridge, clock, parent)
    made.reset(made_up.session_id(0))
    return made


def test_nothing_is_claimed_before_it_was_checked(verification: Verification) -> None:
    """Before a check there is no verdict and no check."""
    assert (verification.outcome, verification.checks) == ("unchecked", [])
    assert verification.sentence == "Not checked yet"


REPORTS = {
    "holds": (made_up.report_that_holds(), "Holds. Checked just now.", "holds"),
    "fails": (made_up.report_that_fails(), "Does not hold. Checked just now.", "fails"),
    "partly": (made_up.report_in_part(), "Holds so far. Checked just now.", "not_checked"),
}


@pytest.mark.parametrize("outcome", sorted(REPORTS))
def test_the_verdict_comes_first_and_what_fails_before_what_holds(
    qtbot: QtBot, verification: Verification, appliance: MadeUpAppliance, outcome: str
) -> None:
    """One sentence, then the checks, the worst on top."""
    report, sentence, first = REPORTS[outcome]
    appliance.answers[VerifySession] = report
    verification.start()
    qtbot.waitUntil(lambda: verification.outcome == outcome)
    assert verification.sentence == sentence
    assert verification.checks[0]["outcome"] == first
    assert len(verification.checks) == len(report.checks)
    verification.pause()


def test_a_failing_check_says_what_to_do_next(
    qtbot: QtBot, verification: Verification, appliance: MadeUpAppliance
) -> None:
    """The next step of its failure stands beside it."""
    appliance.answers[VerifySession] = made_up.report_that_fails()
    verification.start()
    qtbot.waitUntil(lambda: verification.outcome == "fails")
    assert verification.checks[0]["nextStep"].startswith("Do not rely on this part")
    assert verification.detail == "1 check fails."
    verification.pause()


def test_the_age_of_a_check_is_told(qtbot: QtBot, verification: Verification, clock: Clock) -> None:
    """A check of five minutes ago does not say just now."""
    verification.start()
    qtbot.waitUntil(lambda: verification.outcome == "holds")
    clock.now += 300_000
    assert verification.sentence == "Holds. Checked 5 min ago."
    verification.pause()


def test_a_cancelled_check_leaves_the_earlier_verdict(
    qtbot: QtBot, verification: Verification, appliance: MadeUpAppliance
) -> None:
    """Stopping is no verdict."""
    verification.start()
    qtbot.waitUntil(lambda: verification.outcome == "holds")
    appliance.answers[VerifySession] = PENDING
    verification.start()
    qtbot.waitUntil(lambda: bool(appliance.pending))
    verification.cancel()
    qtbot.waitUntil(lambda: not verification.work.property("isBusy"))
    assert verification.outcome == "holds"
    verification.pause()


def test_a_check_that_cannot_run_is_a_failure_and_no_verdict(
    qtbot: QtBot, verification: Verification, appliance: MadeUpAppliance
) -> None:
    """A chain that is away says nothing about the recording."""
    appliance.answers[VerifySession] = failure("chain_unreachable", reason="away")
    verification.start()
    qtbot.waitUntil(lambda: verification.failure != {})
    assert verification.outcome == "unchecked"


@pytest.mark.parametrize("root", [each.value for each in RootOfTrust])
def test_the_root_of_trust_is_said_in_words(
    qtbot: QtBot, verification: Verification, appliance: MadeUpAppliance, root: str
) -> None:
    """What the block rests on is never shown as a code."""
    good = made_up.report_that_holds()
    appliance.answers[VerifySession] = VerificationReport(
        good.subject, good.session_id, good.holds, good.checks, root, good.duration_s
    )
    verification.start()
    qtbot.waitUntil(lambda: verification.trust.startswith("The block"))
    verification.pause()
