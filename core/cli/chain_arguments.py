"""Arguments of ``lucid chain``."""

from __future__ import annotations

from pathlib import Path

from core.cli.argument_parser import Commands, Parser, add_command
from core.cli.argument_values import (
    Range,
    account_address,
    chain_number,
    network_place,
    utc_moment,
    whole,
)

_SESSIONS = Range(1, 1000, "sessions")


def add_chain(chain: Commands) -> None:
    """Add the commands of the chain, of networks on it and of the index."""
    add_command(chain, "status", "say how the chain is and what waits for it")
    add_command(chain, "account", "print the account that pays for what this appliance sends")
    deploy = add_command(chain, "deploy", "deploy a network's contracts, or go on where it stopped")
    doctor = add_command(chain, "doctor", "check a deployment: code, parameters, roles, privileges")
    qualify = add_command(
        chain, "qualify", "find nodes eligible to vote in the month that comes next"
    )
    for each in (deploy, doctor, qualify):
        each.add_argument(
            "--network",
            type=network_place,
            metavar="WHERE",
            help="embedded, or a node on this machine: http://127.0.0.1:8545, or its socket"
            " (ON_SYSTEM_CHAIN_RPC_URL, else embedded)",
        )
    _add_terms(deploy)
    deploy.add_argument("--yes", action="store_true", help="without being asked first")
    for each in (doctor, qualify):
        each.add_argument(
            "--deployment", type=Path, metavar="FILE", help="the file (the one that was made here)"
        )
    qualify.add_argument(
        "records",
        nargs=3,
        type=Path,
        metavar="RECORDS",
        help="the record files of the months four, three and two before",
    )
    qualify.add_argument(
        "--month", metavar="MONTH", help="refuse any other than this, as in 2027-02"
    )
    _add_chain_index(chain)


def _add_terms(deploy: Parser) -> None:
    deploy.add_argument(
        "--chain-id", type=chain_number, metavar="N", help="refuse a node of another chain"
    )
    deploy.add_argument(
        "--validator",
        action="append",
        type=account_address,
        metavar="ADDRESS",
        help="who attests work at the beginning (repeatable; this appliance's account)",
    )
    deploy.add_argument(
        "--approver",
        action="append",
        type=account_address,
        metavar="ADDRESS",
        help="who approves payouts (three times)",
    )
    deploy.add_argument(
        "--compliance-signer",
        type=account_address,
        metavar="ADDRESS",
        help="who signs for KYC payouts",
    )
    deploy.add_argument(
        "--trial", action="store_true", help="to try it out: approvers that nobody has the keys of"
    )


def _add_chain_index(chain: Commands) -> None:
    index = add_command(
        chain, "index", "read what is anchored on the chain into the index; can be ended"
    )
    index.add_argument(
        "--verified",
        action="store_true",
        help="check every event against its block's header, whatever the node says (slower)",
    )
    listed = add_command(chain, "sessions", "ask the index: who anchored which session, and when")
    listed.add_argument(
        "session_id", nargs="?", metavar="ID", help="show one: its ID, or its beginning"
    )
    listed.add_argument("--owner", metavar="ADDRESS", help="of one account only")
    listed.add_argument("--state", choices=("open", "sealed"), help="in this state only")
    for name, help_text in (("--since", "opened then or later"), ("--until", "opened before")):
        listed.add_argument(
            name, type=utc_moment, metavar="TIME", help=f"{help_text}: 2026-11-22, 2026-11-22T20:00"
        )
    listed.add_argument(
        "--limit",
        type=_SESSIONS.whole(),
        default=100,
        metavar="N",
        help=f"how many: {_SESSIONS} (100)",
    )
    listed.add_argument(
        "--before", type=whole, metavar="NO", help="the next page, as the last one says"
    )
