"""A program that hosts a session and appends decisions until it is killed; a victim for fault tests.

It prints the session ID, and then "appended" after each entry that was answered for.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from core.api.hosting import AuditActor, AuditKind
from tests.fakes.session_bench import SessionBench


async def main() -> None:
    """Host a session in the given directory."""
    async with SessionBench(Path(sys.argv[1])) as bench:
        session_id = await bench.host()
        print(session_id, flush=True)
        while True:
            await bench.sessions.trail_append(
                session_id, AuditKind.DENIED, AuditActor.OWNER, "pointer", "denied"
            )
            print("appended", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
