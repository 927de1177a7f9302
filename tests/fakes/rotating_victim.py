"""A program that changes its onion address again and again until it is killed; a victim for fault tests.

It prints each address that it was told to have. Tor was chosen and does not run: nothing goes by it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.api.commands import CreateVault, Secret
from core.api.network import FinishRotation, Network, NetworkMode, ReadNetwork, RotateOnion
from core.config.engine_options import NetworkOptions
from core.config.network_settings import NetworkSettings
from core.storage.sqlite_metadata import SqliteMetadataStore
from tests.fakes.front_end import FrontEnd, running_engine

PASSPHRASE = "a passphrase for victims"


def main() -> None:
    """Choose Tor, make the vault of the given directory, and rotate."""
    directory = Path(sys.argv[1])
    store = SqliteMetadataStore(directory / "lucid.db")
    NetworkSettings(store).save_mode(NetworkMode.TOR)
    store.close()
    options = NetworkOptions(network_lines=("DisableNetwork 1",))
    with running_engine(directory, is_resident=False, network=options) as front_end:
        front_end.do(CreateVault(Secret(PASSPHRASE)))
        say(front_end.do(ReadNetwork()))
        while True:
            rotate(front_end)


def rotate(front_end: FrontEnd) -> None:
    """Change the address and let the old one go."""
    say(front_end.do(RotateOnion(1.0)))
    front_end.do(FinishRotation())
    front_end.forget()


def say(network: Network) -> None:
    """Print the address."""
    print(network.address, flush=True)


if __name__ == "__main__":
    main()
