"""Arguments: the command line of ``lucid``, and the help it gives."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from core.cli.argument_parser import Commands, Parser, add_command, add_group, common_options
from core.cli.argument_values import (
    Range,
    position,
    positive,
    whole,
    window_size,
)
from core.cli.chain_arguments import add_chain

_EXIT_CODES = """\
exit codes: 0 fine · 1 the thing checked does not hold · 2 asked for wrongly · 3 something is missing here
The passphrase is asked for on the terminal, or read from --passphrase-fd or LUCID_PASSPHRASE_FILE."""


# What the engine takes, so that it is said before one is started.
_WAIT, _STATUS_WAIT = Range(0, 3600, "seconds"), Range(1, 3600, "seconds")
_OVERLAP = Range(0, 168, "hours")
_DAYS, _CALLS = Range(1, 366, "days"), Range(1, 1000, "calls")
_MINUTES, _FILE, _CLIPBOARD = (
    Range(1, 1440, "minutes"),
    Range(0, 4096, "MiB"),
    Range(0, 16_384, "KiB"),
)


def read_arguments(words: list[str]) -> argparse.Namespace:
    """Read a command line; raises UsageFailure."""
    return build_parser().parse_args(words)


def build_parser() -> Parser:
    """Build the whole command line."""
    parser = Parser(
        prog="lucid",
        description="Record, seal, anchor and prove remote-desktop sessions.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common_options()],
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_kiosk(add_command(commands, "kiosk", "open the touch screen's application"))
    _add_session(add_group(commands, "session", "record, list, check, play and export sessions"))
    _add_proof(add_group(commands, "proof", "check what another machine wrote"))
    _add_onion(
        add_group(commands, "onion", "the network: Tor, bridges, and this appliance's address")
    )
    _add_access(add_group(commands, "access", "who may read from afar, and what was read"))
    _add_peer(add_group(commands, "peer", "other appliances that let this one read"))
    add_chain(add_group(commands, "chain", "the chain that sessions are anchored on, and networks"))
    add_command(commands, "selftest", "check the cryptography and what is installed here")
    return parser


def default_data_directory() -> Path:
    """Say where data is kept unless told: LUCID_DATA_DIR, the appliance's own place, or the user's."""
    if told := os.environ.get("LUCID_DATA_DIR"):
        return Path(told)
    appliance = Path("/var/lib/lucid")
    if appliance.is_dir() and appliance.stat().st_uid == os.geteuid() != 0:
        return appliance
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "lucid"


def _add_kiosk(kiosk: argparse.ArgumentParser) -> None:
    kiosk.add_argument("--windowed", action="store_true", help="in a window instead of full-screen")
    kiosk.add_argument(
        "--size",
        type=window_size,
        default=(800, 480),
        metavar="WxH",
        help="the window's size (800x480)",
    )
    kiosk.add_argument(
        "--theme", choices=("dark", "light", "contrast"), help="colours to begin with"
    )
    kiosk.add_argument(
        "--rotation", type=int, choices=(0, 90, 180, 270), help="how the screen is mounted"
    )


def _add_session(session: Commands) -> None:
    _add_record(
        add_command(session, "record", "record a display until it is ended, seal it, anchor it")
    )
    _add_host(
        add_command(session, "host", "open a session that a remote peer can join, and record it")
    )
    _add_join(
        add_command(session, "join", "join somebody else's session: watch it and record it here")
    )
    add_command(session, "list", "list the sessions, newest first")
    for name, help_text in (
        ("show", "show all that is known of a session"),
        ("trail", "list who did what in a hosted session, and who decided it"),
        ("keys", "show what was typed in a session, where its policy has it recorded"),
        ("verify", "check a session against itself, its signatures and the chain"),
    ):
        _add_session_id(add_command(session, name, help_text))
    _add_export(add_command(session, "export", "write an evidence bundle, or a video"))
    play = add_command(session, "play", "write a session as an ordinary video file")
    _add_session_id(play)
    play.add_argument("--out", type=Path, required=True, metavar="FILE", help="the video to write")
    _add_range(play)


def _add_record(record: argparse.ArgumentParser) -> None:
    source = record.add_mutually_exclusive_group(required=True)
    source.add_argument("--display", metavar=":N", help="the X display to record")
    source.add_argument("--sandbox", action="store_true", help="record a fresh sandbox desktop")
    record.add_argument(
        "--seconds", type=positive, metavar="S", help="how long; without it, until Ctrl-C"
    )
    record.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="a further X25519 public key, in hex, that can open the recording (repeatable)",
    )
    record.add_argument(
        "--no-wait", action="store_true", help="end once it is sealed; it is anchored later"
    )


def _add_host(host: argparse.ArgumentParser) -> None:
    host.add_argument(
        "--profile",
        choices=("strict", "standard", "custom"),
        help="what the peer may ask for (standard)",
    )
    host.add_argument(
        "--again",
        metavar="ID",
        help="under the policy of an earlier session, unchanged, instead of a profile",
    )
    host.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="CAPABILITY=RULE",
        help="with --profile custom: deny, ask, or (view only) allow; what is not named is denied (repeatable)",
    )
    host.add_argument(
        "--record-keys",
        action="store_true",
        help="with --profile custom: record what the peer types, encrypted to a key of its own",
    )
    _add_host_windows(host)
    _add_host_limits(host)
    host.add_argument(
        "--local", action="store_true", help="on this machine's loopback only, though Tor is used"
    )
    host.add_argument("--qr", action="store_true", help="draw the link as a QR code too")
    host.add_argument(
        "--seconds", type=positive, metavar="S", help="how long; without it, until Ctrl-C"
    )
    host.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="a further X25519 public key, in hex, that can open the recording (repeatable)",
    )


def _add_host_windows(host: argparse.ArgumentParser) -> None:
    for option, name, what in (
        ("--hide-title", "TEXT", "hide windows whose title holds this"),
        ("--hide-class", "CLASS", "hide windows of this program"),
        ("--only-program", "CLASS", "hide windows of all programs but those named so"),
    ):
        host.add_argument(
            option,
            action="append",
            default=[],
            metavar=name,
            help=f"with --profile custom: {what} (repeatable)",
        )


def _add_host_limits(host: argparse.ArgumentParser) -> None:
    for option, name, range_, what in (
        ("--longest", "MIN", _MINUTES, "until the session ends by itself (120)"),
        ("--idle", "MIN", _MINUTES, "without a peer's input until it does (15)"),
        ("--largest-file", "MIB", _FILE, "of one file at most (100)"),
        ("--largest-clipboard", "KIB", _CLIPBOARD, "of one clipboard transfer at most (256)"),
    ):
        help_text = f"with --profile custom: {range_} {what}"
        host.add_argument(option, type=range_.whole(), metavar=name, help=help_text)


def _add_join(join: argparse.ArgumentParser) -> None:
    source = join.add_mutually_exclusive_group()
    source.add_argument(
        "invitation",
        nargs="?",
        metavar="INVITATION",
        help="a link (lucid://…), or an address; without it, or with -, read from standard input, "
        "which also brings what an address needs, a line each. Others on this machine can see what stands here",
    )
    source.add_argument(
        "--line-fd", type=int, metavar="N", help="read the invitation from a file descriptor"
    )
    join.add_argument(
        "--code", default="", metavar="C", help="the code, where no link has it; seen by others"
    )
    join.add_argument(
        "--key", default="", metavar="K", help="an onion address's client key; seen by others"
    )
    join.add_argument(
        "--name", default="", help="by which the other end is to know this one (the machine's name)"
    )
    join.add_argument(
        "--accept-terms", action="store_true", help="accept the terms that are shown, unasked"
    )
    join.add_argument(
        "--seconds", type=positive, metavar="S", help="how long; without it, until Ctrl-C"
    )
    join.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="KEY",
        help="a further X25519 public key, in hex, that can open the recording (repeatable)",
    )


def _add_export(export: argparse.ArgumentParser) -> None:
    _add_session_id(export)
    export.add_argument("file", type=Path, metavar="FILE", help="the file to write")
    kind = export.add_mutually_exclusive_group()
    kind.add_argument(
        "--with-chunks", action="store_true", help="put the sealed chunks in, without their keys"
    )
    kind.add_argument(
        "--disclose",
        action="store_true",
        help="put chunks and their keys in: whoever has the file can watch that part",
    )
    kind.add_argument(
        "--video", action="store_true", help="write an ordinary video instead of a bundle"
    )
    _add_range(export)


def _add_proof(proof: Commands) -> None:
    verify = add_command(proof, "verify", "check an evidence bundle, offline and without a vault")
    verify.add_argument("file", type=Path, metavar="FILE", help="the bundle")
    verify.add_argument("--checkpoint", metavar="HASH", help="a block hash that you trust already")
    verify.add_argument("--node", metavar="PATH|URL", help="a live node to ask for the block")
    verify.add_argument("--device", metavar="FINGERPRINT", help="the device that must have signed")
    verify.add_argument(
        "--contract", metavar="ADDRESS", help="the contract that must have logged it"
    )
    page = add_command(
        proof, "page", "write the web page that checks a bundle in a browser, offline"
    )
    page.add_argument("directory", type=Path, metavar="DIR", help="the directory to make")


def _add_session_id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "session_id", metavar="ID", help="the session's ID, or as much as is unique"
    )


def _add_range(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="from_s", type=position, default=0.0, metavar="S", help="from this second"
    )
    parser.add_argument(
        "--until", dest="until_s", type=positive, metavar="S", help="to this second"
    )


def _add_onion(onion: Commands) -> None:
    wait_help = "start Tor and wait up to this many seconds until it is ready"
    status = add_command(onion, "status", "say how the network stands")
    status.add_argument("--wait", type=_STATUS_WAIT.number(), metavar="S", help=wait_help)
    connect = add_command(onion, "connect", "go by Tor from now on")
    connect.add_argument(
        "--wait",
        type=_WAIT.number(),
        default=150.0,
        metavar="S",
        help=f"{wait_help} (150; 0: do not)",
    )
    add_command(onion, "offline", "reach nobody from now on")
    bridges = add_command(onion, "bridges", "list the bridges in use, or go by others")
    source = bridges.add_mutually_exclusive_group()
    source.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="bridge lines; - is standard input"
    )
    source.add_argument(
        "--line-fd", type=int, metavar="N", help="read bridge lines from a file descriptor"
    )
    source.add_argument("--forget", action="store_true", help="go without bridges")
    rotate = add_command(onion, "rotate", "give this appliance a new address")
    rotate.add_argument(
        "--overlap",
        type=_OVERLAP.number(),
        default=24.0,
        metavar="HOURS",
        help=f"how long the old one is served too: {_OVERLAP} (24)",
    )
    rotate.add_argument(
        "--yes", action="store_true", help="with --overlap 0: without being asked first"
    )
    finish = add_command(onion, "finish", "let the old address go now")
    finish.add_argument("--yes", action="store_true", help="without being asked first")


def _add_access(access: Commands) -> None:
    grant = add_command(access, "grant", "let somebody read; shows the secrets once")
    grant.add_argument("name", metavar="NAME", help="by which you know them")
    grant.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=("health", "metrics", "sessions", "manifests", "proofs"),
        help="what they may read (repeatable)",
    )
    grant.add_argument(
        "--days", type=_DAYS.whole(), default=90, metavar="N", help=f"for how long: {_DAYS} (90)"
    )
    grant.add_argument("--qr", action="store_true", help="draw the link as a QR code too")
    add_command(access, "list", "list who may read, and who could")
    revoke = add_command(access, "revoke", "end an access for good")
    revoke.add_argument("access_id", metavar="ID", help="its ID's beginning, or its name")
    calls = add_command(access, "calls", "list what was called, newest first")
    calls.add_argument("--access", metavar="ID", help="of one access only")
    calls.add_argument(
        "--limit", type=_CALLS.whole(), default=100, metavar="N", help=f"how many: {_CALLS} (100)"
    )
    calls.add_argument("--before", type=whole, metavar="NO", help="older than this entry")
    add_command(access, "verify", "check that the log of calls is as it was written")


def _add_peer(peer: Commands) -> None:
    pair = add_command(peer, "add", "pair with an appliance by the line that it shows")
    source = pair.add_mutually_exclusive_group()
    source.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="holds the line (standard input)"
    )
    source.add_argument(
        "--line-fd", type=int, metavar="N", help="read the line from a file descriptor"
    )
    pair.add_argument("--name", default="", help="by which you know it")
    add_command(peer, "list", "list the peers")
    for name, help_text in (
        ("health", "ask a peer how it is"),
        ("sessions", "list a peer's sessions, newest first"),
        ("metrics", "give a peer's metrics, in Prometheus' format"),
        ("proof", "fetch a session's evidence bundle from a peer"),
        ("follow", "look whether a peer has moved"),
        ("forget", "forget a peer and its secrets"),
    ):
        command = add_command(peer, name, help_text)
        command.add_argument("peer", metavar="PEER", help="its name, or its ID's beginning")
        if name == "proof":
            command.add_argument("session_id", metavar="ID", help="the session's whole ID")
            command.add_argument("file", type=Path, metavar="FILE", help="the file to write")
            command.add_argument(
                "--force", action="store_true", help="write over a file that is there already"
            )
            command.add_argument("--verify", action="store_true", help="check it at once")
            command.add_argument(
                "--checkpoint", metavar="HASH", help="with --verify: a block hash you trust already"
            )
