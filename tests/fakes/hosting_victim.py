"""A program that hosts a session until it is killed, as the appliance would; a victim for fault tests.

It prints the session's ID and its invitation as one line of JSON when somebody can connect, and "recorded" when
pictures are on the disk.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from pathlib import Path

from core.api.commands import CreateVault, Secret
from core.api.events import Event, RequestFailed, RequestFinished, SessionProgressed
from core.api.hosting import Hosting, HostSession
from core.config.engine_options import EngineOptions
from core.engine import start_engine
from tests.fakes.kept_pictures import wait_until_kept

PASSPHRASE = "a passphrase for victims"
_FRAMES = 3


def main() -> None:
    """Make the vault of the given directory and host a session."""
    options = EngineOptions(is_anchoring=False, has_cheap_vault=True)
    engine = start_engine(Path(sys.argv[1]), options)

    def listen(event: Event) -> None:
        if isinstance(event, RequestFailed):
            print("failed", event.failure, flush=True)
        if isinstance(event, RequestFinished) and event.result is None:
            engine.submit(HostSession())
        if isinstance(event, RequestFinished) and isinstance(event.result, Hosting):
            shown = event.result
            assert shown.invitation is not None
            facts = {**vars(shown.invitation), "session_id": shown.session_id}
            print(json.dumps(facts), flush=True)
        if isinstance(event, SessionProgressed) and event.live.frames >= _FRAMES:
            recorded.put(event.live.session_id)

    recorded: queue.SimpleQueue[str] = queue.SimpleQueue()
    engine.subscribe(listen)
    engine.submit(CreateVault(Secret(PASSPHRASE)))
    wait_until_kept(Path(sys.argv[1]), recorded.get())
    print("recorded", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
