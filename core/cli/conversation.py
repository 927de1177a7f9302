"""Conversation: one command after the other, carried to an engine by a thread that can wait."""

from __future__ import annotations

import os
import queue
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from core.api.commands import (
    AnswerQuestion,
    CancelRequest,
    Command,
    CreateVault,
    Secret,
    UnlockVault,
)
from core.api.events import (
    EngineChanged,
    Event,
    IncidentRecorded,
    QuestionAsked,
    QuestionEnded,
    RequestCancelled,
    RequestFailed,
    RequestFinished,
    RequestProgressed,
    SessionChanged,
)
from core.api.hosting import AuditRecorded, HostingChanged
from core.api.port import EnginePort
from core.api.questions import PermissionQuestion
from core.api.snapshots import EnginePhase, EngineSnapshot, FailureSnapshot, failure_snapshot
from core.api.text import sentence_for
from core.cli.answer import Interrupted, Refused, say
from core.cli.passphrase import PassphraseSource
from core.cli.progress import ProgressLine
from core.errors import VaultLocked, VaultMissing

_START_S = 60.0
_STOP_S = 120.0
_LOOK_S = 0.25  # how often a silent engine is looked at
_TRIES = 3
# What is told of a session besides the command that is waited for.
_KEPT = (SessionChanged, HostingChanged, QuestionAsked, QuestionEnded, AuditRecorded)


@dataclass(frozen=True)
class InterruptAsked(Event):
    """The person pressed Ctrl-C (SIGINT), or the system asked this process to end (SIGTERM)."""

    number: int


class Conversation:
    """Talks to one engine; for the main thread. ``over`` makes one and stops the engine at its end."""

    def __init__(self, port: EnginePort, passphrases: PassphraseSource) -> None:
        self._port = port
        self._passphrases = passphrases
        # SimpleQueue, because a signal handler puts into it while the main thread waits on it.
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._kept: deque[Event] = deque()
        self._engine: EngineSnapshot | None = None
        self.progress = ProgressLine()
        self._unsubscribe = port.subscribe(self._events.put)

    # --- asking ------------------------------------------------------------------------------

    def ask(self, command: Command) -> object:
        """Have a command carried out; unlock the vault if it turns out to be needed.

        Raises Refused, and Interrupted when the person cancelled it.
        """
        try:
            return self.submit(command)
        except Refused as refused:
            if refused.failure.code != VaultLocked.code:
                raise
        self.unlock()
        return self.submit(command)

    def submit(self, command: Command) -> object:
        """Have a command carried out as things are."""
        request_id = self._port.submit(command)
        is_interrupted = False
        try:
            for event in self._coming():
                match event:
                    case RequestFinished(request_id=finished, result=result) if (
                        finished == request_id
                    ):
                        return result
                    case RequestFailed(request_id=failed, failure=failure) if failed == request_id:
                        raise Refused(failure)
                    case RequestCancelled(request_id=cancelled) if cancelled == request_id:
                        raise Interrupted
                    case RequestProgressed(request_id=going, stage=stage, done=done, total=total):
                        if going == request_id:
                            self.progress.show(f"{stage.replace('_', ' ')}  {done} of {total}")
                    case QuestionAsked(question=question) if not isinstance(
                        question, PermissionQuestion
                    ):
                        # The options of the command line are the owner's word on what may leave.
                        self._port.submit(AnswerQuestion(question.question_id, is_yes=True))
                    case InterruptAsked() if not is_interrupted:
                        is_interrupted = True
                        self._port.submit(CancelRequest(request_id))
                    case kept if isinstance(kept, _KEPT):
                        self._kept.append(kept)
        finally:
            self.progress.clear()
        raise Refused(_ENDED)

    def events(self, until: float | None = None) -> Iterator[Event]:
        """Give events as they come, to the moment ``until`` on the monotonic clock; ends with the engine.

        What a session told while a command was waited for comes first: it may be its end.
        """
        coming = self._coming(until)
        while True:
            while self._kept:
                yield self._kept.popleft()
            event = next(coming, None)
            if event is None:
                return
            yield event

    def _coming(self, until: float | None = None) -> Iterator[Event]:
        while until is None or time.monotonic() < until:
            wait_s = _LOOK_S if until is None else min(_LOOK_S, max(0.0, until - time.monotonic()))
            try:
                event = self._events.get(timeout=wait_s)
            except queue.Empty:
                if self._port.wait_stopped(0) and self._events.empty():
                    raise Refused(_ENDED) from None
                continue
            self._keep_up(event)
            yield event

    def put(self, event: Event) -> None:
        """Add what happened outside the engine; from any thread."""
        self._events.put(event)

    def _keep_up(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            self._engine = event.engine
        if isinstance(event, IncidentRecorded):
            self.progress.clear()
            say(f"lucid: {sentence_for(event.failure).what}")

    # --- the vault ---------------------------------------------------------------------------

    def wait_ready(self) -> EngineSnapshot:
        """Wait until the engine has started; raises Refused with its failure when it cannot."""
        if self._engine is None or self._engine.phase is EnginePhase.STARTING:
            for _ in self.events(time.monotonic() + _START_S):
                if self._engine is not None and self._engine.phase is not EnginePhase.STARTING:
                    break
        if self._engine is None or self._engine.phase is EnginePhase.STARTING:
            raise Refused(_SILENT)
        if self._engine.phase is EnginePhase.FAILED:
            raise Refused(self._engine.failure or _ENDED)
        return self._engine

    def open_vault(self) -> None:
        """Make sure that the vault is open; make it on the first use."""
        phase = self.wait_ready().phase
        if phase is EnginePhase.NO_VAULT:
            self._create_vault()
        elif phase is EnginePhase.LOCKED:
            self.unlock()

    def need_vault(self) -> None:
        """Make sure that there is a vault, open or not; raises Refused with the place where it was looked for."""
        if self.wait_ready().phase is EnginePhase.NO_VAULT:
            self.submit(UnlockVault(Secret("")))  # raises VaultMissing, with its place

    def open_existing_vault(self) -> None:
        """Make sure that the vault is open; where there is none, none is made, and where it was looked for is said."""
        self.need_vault()
        self.open_vault()

    def open_vault_if_given(self) -> None:
        """Open the vault if that takes no asking: what is good to have is not worth a prompt."""
        is_locked = self.wait_ready().phase is EnginePhase.LOCKED
        if is_locked and not self._passphrases.is_interactive:
            self.unlock()

    def unlock(self) -> None:
        """Open the vault by the passphrase; the engine has tried the system's key store by itself."""
        tries = _TRIES if self._passphrases.is_interactive else 1
        for attempt in range(1, tries + 1):
            with interruptible():
                passphrase = self._passphrases.existing()
            if passphrase is None:
                raise Refused(_no_terminal(VaultLocked()))
            try:
                self.submit(UnlockVault(passphrase))
            except Refused as refused:
                if refused.failure.code != "wrong_passphrase" or attempt == tries:
                    raise
                say(sentence_for(refused.failure).what)
            else:
                return

    def _create_vault(self) -> None:
        while True:
            with interruptible():
                passphrase = self._passphrases.chosen()
            if passphrase is None:
                raise Refused(_no_terminal(VaultMissing()))
            try:
                self.submit(CreateVault(passphrase))
            except Refused as refused:
                is_too_short = refused.failure.code == "passphrase_too_short"
                if not (is_too_short and self._passphrases.is_interactive):
                    raise
                say(sentence_for(refused.failure).what)
            else:
                return

    # --- the end -----------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the engine by its one shutdown path."""
        self.progress.clear()
        self._port.stop()
        deadline = time.monotonic() + _STOP_S
        while not self._port.wait_stopped(_LOOK_S):
            if time.monotonic() > deadline:
                say(
                    "lucid: the engine does not end; it is left behind. Nothing that was sealed is lost."
                )
                os._exit(_ENDED.exit_code)
        self._unsubscribe()

    def interrupt(self, number: int) -> None:
        """Ask what runs to end because of a signal; safe from its handler."""
        self._events.put(InterruptAsked(number))


@contextmanager
def over(start: Callable[[], EnginePort], passphrases: PassphraseSource) -> Iterator[Conversation]:
    """Start an engine, talk to it, stop it. The first Ctrl-C ends what runs, the second ends all at once."""
    conversation = Conversation(start(), passphrases)
    with _signals_to(conversation):
        try:
            yield conversation
        finally:
            conversation.close()


@contextmanager
def _signals_to(conversation: Conversation) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into an interruption; at the second one, end without another word."""
    seen: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        conversation.interrupt(number)

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end a prompt at once; at a prompt nothing is under way that it could end gently."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted from interrupt
    finally:
        signal.signal(signal.SIGINT, previous)


def _no_terminal(failure: VaultLocked | VaultMissing) -> FailureSnapshot:
    say("lucid: there is no terminal to ask on; use --passphrase-fd or LUCID_PASSPHRASE_FILE")
    return failure_snapshot(failure)


_ENDED = FailureSnapshot(
    "bug", {"reason": "the engine ended by itself"}, is_retryable=True, exit_code=3
)
_SILENT = FailureSnapshot(
    "bug", {"reason": "the engine does not start"}, is_retryable=True, exit_code=3
)
