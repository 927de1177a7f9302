"""A program that records a display until it is killed, as the appliance would; a victim for fault tests.

It prints "recording <session id>" when the recorder runs.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from core.api.commands import CreateVault, Secret, SourceKind, StartSession, UnlockVault
from core.api.events import Event, RequestFailed, RequestFinished
from core.api.snapshots import SessionSummary
from core.config.engine_options import EngineOptions
from core.engine import start_engine

PASSPHRASE = "a passphrase for victims"


def main() -> None:
    """Unlock (or make) the vault of the given directory and record the given display."""
    directory, display = Path(sys.argv[1]), sys.argv[2]
    engine = start_engine(directory, EngineOptions(is_anchoring=False, has_cheap_vault=True))

    def listen(event: Event) -> None:
        if isinstance(event, RequestFailed):
            print("failed", event.failure, flush=True)
        if isinstance(event, RequestFinished) and event.result is None:
            engine.submit(StartSession(SourceKind.DISPLAY, display))
        if isinstance(event, RequestFinished) and isinstance(event.result, SessionSummary):
            print("recording", event.result.session_id, flush=True)

    engine.subscribe(listen)
    secret = Secret(PASSPHRASE)
    is_new = not (directory / "vault.json").exists()
    engine.submit(CreateVault(secret) if is_new else UnlockVault(secret))
    threading.Event().wait()


if __name__ == "__main__":
    main()
