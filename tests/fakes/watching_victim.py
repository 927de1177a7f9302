"""A program that hosts a session and lets somebody watch, until it is killed; a victim for fault tests.

It prints the session's ID and the observer's invitation as one line of JSON, and allows whatever it is asked.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from core.api.commands import AnswerQuestion, CreateVault, Secret
from core.api.events import Event, QuestionAsked, RequestFailed, RequestFinished
from core.api.hosting import Hosting, HostSession, Invitation, InviteObserver
from core.config.engine_options import EngineOptions
from core.engine import start_engine

PASSPHRASE = "a passphrase for victims"


def main() -> None:
    """Make the vault of the given directory, host a session and invite an observer."""
    options = EngineOptions(is_anchoring=False, has_cheap_vault=True, has_seat=True)
    engine = start_engine(Path(sys.argv[1]), options)
    hosted: list[str] = []

    def listen(event: Event) -> None:
        match event:
            case RequestFailed(failure=failure):
                print("failed", failure, flush=True)
            case QuestionAsked(question=question):
                engine.submit(AnswerQuestion(question.question_id, is_yes=True))
            case RequestFinished(result=Hosting(session_id=session_id)):
                hosted.append(session_id)
                engine.submit(InviteObserver(session_id))
            case RequestFinished(result=Invitation() as invitation):
                print(json.dumps({**vars(invitation), "session_id": hosted[0]}), flush=True)
            case RequestFinished() if not hosted:
                engine.submit(HostSession())

    engine.subscribe(listen)
    engine.submit(CreateVault(Secret(PASSPHRASE)))
    threading.Event().wait()


if __name__ == "__main__":
    main()
