"""The programs of a joined session: a display, the gate before it, and the client that shows the other end."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from core.remote import namespaces as inside
from core.remote.pod_process import Program
from core.remote.programs import ENVIRONMENT, Lines, display_program, gate_program

LINE = f"{inside.RDP}/line"  # the socket that leads to the other end
CLIENT = "client"
_LONGEST_NAME = 15  # of a client, in UTF-16 units, as the protocol has it


@dataclass(frozen=True)
class Target:
    """Whom the client is to meet: where, with which certificate, and what this machine is called there."""

    address: str
    certificate_sha256: str
    name: str


def joined_programs(
    bwrap: str,
    freerdp: str,
    lines: Lines,
    *,
    size: tuple[int, int],
    version: int,
    target: Target,
    secret: int,
) -> list[Program]:
    """List the programs.

    ``secret`` is a descriptor from which the client reads who it is, and its password: it waits for both, and no
    password stands on a command line. Whoever takes the client over sees what the other end shows, and can show
    something else; that is all. There is no window manager: its window is the only one, as large as the display.
    """
    command = shlex.join([freerdp, *client_options(target, size)])
    script = f'IFS= read -r user <&{secret} && exec {command} "/u:$user" <&{secret} {secret}<&-'
    return [
        display_program(bwrap),
        gate_program(lines, size=size, version=version, has_rules=False),
        Program(
            CLIENT,
            inside.client_cell(bwrap, ["bash", "-c", script]),
            ENVIRONMENT,
            inherits=(secret,),
        ),
    ]


def client_options(target: Target, size: tuple[int, int]) -> list[str]:
    """Write the client's options, which mean the same to FreeRDP 2 and 3: a desktop, keys, a pointer, and no more.

    The certificate is the pinned one or there is no connection; FreeRDP compares a fingerprint as it is written, with
    colons or without, by its version.
    """
    pinned = target.certificate_sha256
    colons = ":".join(pinned[at : at + 2] for at in range(0, len(pinned), 2))
    return [
        f"/v:{LINE}",
        f"/client-hostname:{client_name(target.name)}",
        "/from-stdin:force",
        f"/cert:deny,fingerprint:sha256:{colons},fingerprint:sha256:{pinned}",
        "/sec:tls",
        f"/size:{size[0]}x{size[1]}",
        "/bpp:32",
        *("-clipboard", "-auto-reconnect", "-multitransport", "-heartbeat"),
        *("-decorations", "-grab-keyboard", "-toggle-fullscreen"),
        "/log-level:WARN",
    ]


def client_name(name: str) -> str:
    """Cut a name to what the protocol carries; a name of nothing printable is "peer"."""
    plain = "".join(each for each in name if each.isprintable() and each not in "\\@").strip()
    units = plain.encode("utf-16-le")[: 2 * _LONGEST_NAME]
    return units.decode("utf-16-le", "ignore").strip() or "peer"
