"""Records a made-up stream for ever and prints what is flushed; the test of recovery kills it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fakes.sealed_session import SealedSession
from tests.fakes.synthetic_stream import SyntheticStream


def main(directory: str) -> None:
    """Record."""
    session = SealedSession(Path(directory))
    sealer = session.sealer()
    stream = SyntheticStream()
    taken = 0
    while True:
        frame = stream.frame()
        sealer.append(frame, session.after(400))
        taken += len(frame)
        if stream.count % 2:
            sealer.flush()
            print(taken, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
