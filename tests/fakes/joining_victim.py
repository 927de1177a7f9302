"""A program that joins a session until it is killed, as the appliance would; a victim for fault tests.

Its arguments are a data directory and an invitation. It prints the ID of its own record when the other end's desktop
is there and pictures of it are on the disk.
"""

from __future__ import annotations

import queue
import sys
import threading
from pathlib import Path

from core.api.commands import CreateVault, Secret
from core.api.events import Event, RequestFailed, RequestFinished, SessionProgressed
from core.api.joining import Joined, JoinedChanged, JoinedState, JoinSession, ReadTerms, Terms
from core.config.engine_options import EngineOptions
from core.engine import start_engine
from tests.fakes.kept_pictures import wait_until_kept

PASSPHRASE = "a passphrase for victims"
_FRAMES = 3


def main() -> None:
    """Make the vault of the given directory and join."""
    directory, link = sys.argv[1:]
    engine = start_engine(Path(directory), EngineOptions(is_anchoring=False, has_cheap_vault=True))
    watched: list[str] = []
    recorded: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen(event: Event) -> None:
        match event:
            case RequestFailed(failure=failure):
                print("failed", failure, flush=True)
            case RequestFinished(result=None):
                engine.submit(ReadTerms(link))
            case RequestFinished(result=Terms() as terms):
                named = (link, "", terms.certificate_sha256, terms.terms_hash, "a victim")
                engine.submit(JoinSession(*named))
            case JoinedChanged(joined=Joined(state=JoinedState.WATCHING, session_id=found)):
                watched.append(found)
            case SessionProgressed(live=live) if live.frames >= _FRAMES and watched:
                recorded.put(watched[0])

    engine.subscribe(listen)
    engine.submit(CreateVault(Secret(PASSPHRASE)))
    session_id = recorded.get()
    wait_until_kept(Path(directory), session_id)
    print(session_id, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
