"""An onion service as it is asked for, and the command by which tor is given it.

Source: control-spec, ADD_ONION.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import Bug
from core.onion.keys import ONION_SUFFIX, ServiceKey, is_client_public_text

_MOST_PORT = 65_535
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True)
class OnionService:
    """What is to be published. ``clients`` are public texts of client keys.

    ``target`` is a Unix socket of ours, to be or there already, with mode 0660 and alone in a directory that only this
    user passes. Where tor runs as another user, the directory is opened to tor's group.
    """

    key: ServiceKey
    port: int
    target: Path
    purpose: str
    clients: tuple[str, ...] = ()  # nobody else may connect; empty: anybody who has the address
    has_defence: bool = True  # proof of work, asked for by tor when many come at once
    most_streams: int = 32  # on one circuit; it is closed when more are opened

    @property
    def host(self) -> str:
        """The onion address, without the port."""
        return self.key.address

    @property
    def service_id(self) -> str:
        """The address as tor's commands take it."""
        return self.host.removesuffix(ONION_SUFFIX)


def add_command(service: OnionService, target: str) -> str:
    """Write ADD_ONION for a service, whose socket tor sees as ``target``. Secret: it holds the key; never log it."""
    flags = ["DiscardPK", "MaxStreamsCloseCircuit", *(["V3Auth"] if service.clients else [])]
    parts = [
        f"ADD_ONION {service.key.tor_key()}",
        f"Flags={','.join(flags)}",
        f"MaxStreams={service.most_streams}",
        f"Port={service.port},unix:{target}",
        *(f"ClientAuthV3={client}" for client in service.clients),
    ]
    return " ".join(parts)


def check_service(service: OnionService) -> None:
    """Raise Bug for a service that no command of ours may carry to tor."""
    is_fine = 1 <= service.port <= _MOST_PORT and 1 <= service.most_streams <= _MOST_PORT
    is_fine = is_fine and service.target.is_absolute()
    is_fine = is_fine and _PLAIN_NAME.fullmatch(service.target.name) is not None
    if not is_fine or not all(is_client_public_text(client) for client in service.clients):
        raise Bug("a service has a port, streams, a socket with a plain name, and client keys")
