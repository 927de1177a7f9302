"""The verification of a session as its card shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from core.api.commands import VerifySession
from core.api.snapshots import FailureSnapshot, SessionDetail, VerificationReport
from lucid_gui.screens.screen_model import Work, failure_facts, shown
from lucid_gui.screens.session.checks import check_rows, outcome_of
from lucid_gui.screens.wording import ago_text, count_text
from lucid_gui.text.words import tr

if TYPE_CHECKING:
    from lucid_gui.bridge import Bridge

_REFRESH_MS = 20_000


class Verification(QObject):
    """Asks for a verification, shows how far it is and what it found."""

    changed = Signal()

    def __init__(self, bridge: Bridge, now_utc_ms: Callable[[], int], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._now_utc_ms = now_utc_ms
        self._work = Work(bridge, self)
        self._work.changed.connect(self.changed)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.changed)
        self.reset("")

    def reset(self, session_id: str) -> None:
        """Forget what was found and be ready for another session."""
        self._session_id = session_id
        self._report: VerificationReport | None = None
        self._session: SessionDetail | None = None
        self._checked_utc_ms = 0
        self._failure: dict[str, Any] = {}
        self._work.drop()
        self._timer.stop()
        self.changed.emit()

    def know(self, detail: SessionDetail) -> None:
        """Take the session's numbers for the words of the checks."""
        self._session = detail
        self.changed.emit()

    @Slot()
    def start(self) -> None:
        """Check the session now."""
        if self._work.is_busy():
            return
        self._failure = {}
        self._work.begin(VerifySession(self._session_id), self._on_report, self._on_failed)

    @Slot()
    def cancel(self) -> None:
        """Stop checking; what an earlier check found stays."""
        self._work.cancel()

    def pause(self) -> None:
        """Stop checking and counting the time, because nobody looks."""
        self._work.drop()
        self._timer.stop()

    def _on_report(self, result: object) -> None:
        if isinstance(result, VerificationReport):
            self._report = result
            self._checked_utc_ms = self._now_utc_ms()
            self._timer.start()
        self.changed.emit()

    def _on_failed(self, failure: FailureSnapshot) -> None:
        self._failure = failure_facts(failure)
        self.changed.emit()

    # --- what the card shows ---

    def _outcome(self) -> str:
        if self._report is None:
            return "unchecked"
        if not self._report.holds:
            return "fails"
        return "partly" if self._count("not_checked") else "holds"

    def _count(self, outcome: str) -> int:
        checks = self._report.checks if self._report else ()
        return sum(outcome_of(each) == outcome for each in checks)

    def _sentence(self) -> str:
        outcome = self._outcome()
        ago = ago_text((self._now_utc_ms() - self._checked_utc_ms) / 1000)
        if outcome == "holds":
            return tr("Holds. Checked %1.").replace("%1", ago)
        if outcome == "partly":
            return tr("Holds so far. Checked %1.").replace("%1", ago)
        if outcome == "fails":
            return tr("Does not hold. Checked %1.").replace("%1", ago)
        return tr("Not checked yet")

    def _detail(self) -> str:
        outcome = self._outcome()
        if outcome == "unchecked":
            return tr(
                "Verify reads every sealed chunk again and compares it with the manifest and the chain."
            )
        if outcome == "fails":
            number = self._count("fails")
            return count_text(number, tr("%1 check fails."), tr("%1 checks fail."))
        if outcome == "partly":
            number = self._count("not_checked")
            form = (tr("%1 claim could not be checked."), tr("%1 claims could not be checked."))
            return count_text(number, *form)
        return ""

    def _checks(self) -> list[dict[str, Any]]:
        return check_rows(self._report.checks, self._session) if self._report else []

    def _trust(self) -> str:
        return _trust_text(self._report.root_of_trust) if self._report else ""

    failure = shown(dict, "_failure", changed)
    work = Property(QObject, lambda self: self._work, constant=True)
    outcome = Property(str, _outcome, notify=changed)
    sentence = Property(str, _sentence, notify=changed)
    detail = Property(str, _detail, notify=changed)
    checks = Property(list, _checks, notify=changed)
    trust = Property(str, _trust, notify=changed)


def _trust_text(root: str) -> str:
    known = {
        "checkpoint": tr("The block is the one you trust already."),
        "live_node": tr("The block is known to the node that was asked."),
        "own_chain": tr("The block is on this appliance's own chain."),
        "network_chain": tr(
            "The block is on the network's chain: the node that this appliance uses says so."
        ),
        "nothing_yet": tr(
            "The block itself rests on nothing yet: compare its hash with one you trust."
        ),
    }
    return known.get(root, root)
