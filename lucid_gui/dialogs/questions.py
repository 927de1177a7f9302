"""The engine's questions, one at a time, each with its clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QDateTime, QObject, QTimer, Signal, Slot

from core.api.commands import AnswerQuestion
from core.api.events import QuestionAsked, QuestionEnded
from core.api.permissions import GrantLength
from core.api.questions import PermissionQuestion, Question
from lucid_gui.bridge import Bridge
from lucid_gui.dialogs.seat import Seat
from lucid_gui.dialogs.wording import QuestionWords, words_for
from lucid_gui.properties import notified
from lucid_gui.text.capabilities import length_text

_SECOND_MS = 1000
_NOTHING = QuestionWords("", "", "", "", "")


def _utc_ms() -> int:
    return QDateTime.currentMSecsSinceEpoch()


class Questions(QObject):
    """A queue of open questions; a question that waited is checked again before it is shown.

    Only a press on this seat answers: what a program, a script or a key does here changes nothing.
    """

    changed = Signal()
    ticked = Signal()
    lengthChanged = Signal()

    def __init__(
        self,
        bridge: Bridge,
        seat: Seat,
        parent: QObject | None = None,
        now_utc_ms: Callable[[], int] = _utc_ms,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._seat = seat
        self._now_utc_ms = now_utc_ms
        self._waiting: deque[Question] = deque()
        self._shown: Question | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_SECOND_MS // 4)
        self._clock.timeout.connect(self._tick)
        self._seconds_left = 0
        self._length = GrantLength.FIVE_MINUTES
        bridge.on(QuestionAsked, lambda event: self._ask(event.question))
        bridge.on(QuestionEnded, lambda event: self._end(event.question_id))

    @Slot()
    def approve(self) -> None:
        """Answer yes; the sheet calls it on a touch."""
        self._answer(is_yes=True)

    @Slot()
    def deny(self) -> None:
        """Answer no."""
        self._answer(is_yes=False)

    @Slot(str)
    def chooseLength(self, length: str) -> None:
        """Choose how long a permission would last, out of the lengths that are offered."""
        if length in {each.value for each in self._lengths()} and self._seat.has_pressed():
            self._length = GrantLength(length)
            self.lengthChanged.emit()

    def close(self) -> None:
        """Show and count no more, before the window goes; what is open stays the engine's, and its no."""
        self._waiting.clear()
        self._show_next()

    def _ask(self, question: Question) -> None:
        self._waiting.append(question)
        if self._shown is None:
            self._show_next()

    def _end(self, question_id: int) -> None:
        self._waiting = deque(each for each in self._waiting if each.question_id != question_id)
        if self._shown is not None and self._shown.question_id == question_id:
            self._show_next()

    def _answer(self, *, is_yes: bool) -> None:
        if self._shown is None or not self._seat.has_pressed():
            return
        self._bridge.submit(AnswerQuestion(self._shown.question_id, is_yes, self._length))
        self._show_next()

    def _show_next(self) -> None:
        self._shown = None
        while self._waiting and self._shown is None:
            question = self._waiting.popleft()
            if question.deadline_utc_ms > self._now_utc_ms():
                self._shown = question
        if self._shown is None:
            self._clock.stop()
            self._seat.end()
        else:
            self._clock.start()
            self._seat.begin()
        self._length = next(iter(self._lengths()), GrantLength.FIVE_MINUTES)
        self._count_down()
        self.lengthChanged.emit()
        self.ticked.emit()
        self.changed.emit()

    def _tick(self) -> None:
        before = self._seconds_left
        self._count_down()
        if self._shown is not None and self._seconds_left <= 0:
            self._show_next()
        elif self._seconds_left != before:
            self.ticked.emit()

    def _count_down(self) -> None:
        left = 0 if self._shown is None else self._shown.deadline_utc_ms - self._now_utc_ms()
        self._seconds_left = max(0, -(-left // _SECOND_MS))

    def _lengths(self) -> tuple[GrantLength, ...]:
        """Give the lengths that are offered, the shortest first; none where it is no permission."""
        if not isinstance(self._shown, PermissionQuestion):
            return ()
        return tuple(each for each in GrantLength if each in self._shown.lengths)

    def _length_options(self) -> list[dict[str, str]]:
        return [{"value": each.value, "text": length_text(each)} for each in self._lengths()]

    def _words(self) -> QuestionWords:
        return _NOTHING if self._shown is None else words_for(self._shown)

    def _is_open(self) -> bool:
        return self._shown is not None

    def _question_id(self) -> int:
        return -1 if self._shown is None else self._shown.question_id

    def _seconds(self) -> int:
        return self._seconds_left

    def _total(self) -> int:
        return 0 if self._shown is None else round(self._shown.timeout_s)

    isOpen = notified(bool, _is_open, changed)
    questionId = notified(int, _question_id, changed)
    secondsTotal = notified(int, _total, changed)
    secondsLeft = notified(int, _seconds, ticked)
    icon = notified(str, lambda self: self._words().icon, changed)
    title = notified(str, lambda self: self._words().title, changed)
    explanation = notified(str, lambda self: self._words().explanation, changed)
    detail = notified(str, lambda self: self._words().detail, changed)
    remark = notified(str, lambda self: self._words().remark, changed)
    lengths = notified("QVariantList", _length_options, changed)
    length = notified(str, lambda self: self._length.value, lengthChanged)
    approveText = notified(str, lambda self: self._words().approve, changed)
    denyText = notified(str, lambda self: self._words().deny, changed)
