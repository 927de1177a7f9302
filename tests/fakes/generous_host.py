"""A program that hosts a session, and whose owner allows whatever is asked; reached through a relay at one address.

It prints the session's ID and its invitation, with the relay's address, as one line of JSON, and "keyboard in force"
(by the capability's name) once the gate has been told of a grant. The end of its input ends the session.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path

from core.api.commands import AnswerQuestion, CreateVault, EndSession, Secret
from core.api.events import Event, QuestionAsked
from core.api.hosting import Hosting, HostingChanged, HostSession
from core.api.permissions import Capability, GrantLength
from tests.fakes.front_end import running_engine

_PIECE = 1 << 16


def main() -> None:
    """Host in the given directory; the second argument is the address at which the relay listens."""
    with running_engine(Path(sys.argv[1]), is_anchoring=False, has_seat=True) as owner:
        told: set[Capability] = set()

        def hear(event: Event) -> None:
            if isinstance(event, QuestionAsked):
                number = event.question.question_id
                yes = AnswerQuestion(number, is_yes=True, length=GrantLength.UNTIL_END)
                owner.engine.submit(yes)
            if isinstance(event, HostingChanged) and event.hosting is not None:
                granted = {each.capability for each in event.hosting.grants if each.is_granted}
                for each in granted - told:
                    print(f"{each.value} in force", flush=True)
                told.update(granted)

        owner.do(CreateVault(Secret("a passphrase for hosting")))
        hosting = owner.do(HostSession())
        assert isinstance(hosting, Hosting)
        assert hosting.invitation is not None
        port = _relay(sys.argv[2], hosting.invitation.address)
        facts = vars(hosting.invitation) | {"address": f"{sys.argv[2]}:{port}"}
        print(json.dumps({**facts, "session_id": hosting.session_id}), flush=True)
        owner.engine.subscribe(hear)
        sys.stdin.read()
        owner.do(EndSession(hosting.session_id))


def _relay(address: str, target: str) -> int:
    """Hand what comes at the address on to the target, as SSH would; gives the port."""
    listener = socket.create_server((address, 0))
    host, port = target.rsplit(":", 1)

    def take() -> None:
        while True:
            near, _ = listener.accept()
            far = socket.create_connection((host, int(port)))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    return int(listener.getsockname()[1])


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(_PIECE):
            sink.sendall(data)
    except OSError:
        pass  # whichever side has gone, the other is told
    finally:
        sink.close()
        source.close()


if __name__ == "__main__":
    main()
