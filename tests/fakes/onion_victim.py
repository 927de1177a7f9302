"""A program that hosts a session by a private Tor network until it is killed; a victim for fault tests.

Its arguments are a directory and a file with the network's lines. It prints the session's address once it can be found.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from core.api.commands import CreateVault, Secret
from core.api.network import Connect, WaitForTor
from core.config.engine_options import NetworkOptions
from tests.end_to_end.onion_bench import CONNECT_S, host_by_onion, invitation_of
from tests.fakes.front_end import running_engine


def main() -> None:
    """Host, print, and wait for the end."""
    lines = tuple(Path(sys.argv[2]).read_text("ascii").splitlines())
    network = NetworkOptions(network_lines=lines)
    facts = {"is_anchoring": False, "has_seat": True, "network": network}
    with running_engine(Path(sys.argv[1]), **facts) as owner:
        owner.do(CreateVault(Secret("a passphrase for victims")))
        owner.do(Connect())
        owner.do(WaitForTor(CONNECT_S), CONNECT_S + 10)
        print(invitation_of(host_by_onion(owner)).address, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
