"""The ``lucid`` command: reads the command line, carries it out, shows the answer.

What a command needs is imported when it is asked for, so that help and usage errors come at once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from core.cli.answer import Answer, Interrupted, Refused, show, show_failure
from core.cli.arguments import build_parser, default_data_directory, read_arguments
from core.cli.log import log_to
from core.errors import ExitCode, Failure
from core.transport.guard import forbid_clearnet

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from core.api.snapshots import FailureSnapshot
    from core.cli.conversation import Conversation

    Action = Callable[[Conversation, Namespace], Answer]

_INTERRUPTED = 130
# These reach nobody, and nobody reaches them: how Tor is run is not read for them, so that nothing in it stops them.
_WITHOUT_NETWORK = frozenset(
    {
        "session list",
        "session show",
        "session trail",
        "session keys",
        "session verify",
        "session export",
        "session play",
        "chain status",
        "chain account",
        "chain deploy",
        "chain doctor",
        "chain qualify",
        "chain index",
        "chain sessions",
        "access list",
        "access revoke",
        "access calls",
        "access verify",
        "peer list",
        "peer forget",
    }
)


def run(words: list[str] | None = None) -> int:
    """Carry out a command line and return the exit code; the console script's entry."""
    if words is None:
        # Given words, this is a function in somebody else's process, whose sockets are not ours to forbid.
        # The same holds for its log.
        forbid_clearnet()
        log_to(sys.stderr)
        words = sys.argv[1:]
    is_json, is_among_lines = "--json" in words, _is_among_lines(words)
    try:
        return show_answer(words, is_json=is_json)
    except Failure as failure:
        return show_failure(_snapshot(failure), is_json=is_json, is_among_lines=is_among_lines)
    except Refused as refused:
        return show_failure(refused.failure, is_json=is_json, is_among_lines=is_among_lines)
    except (Interrupted, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as `head` does; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FINE
    except Exception as error:  # noqa: BLE001 - the process's boundary: a bug is shown whole
        return _show_bug(error, is_json=is_json, is_among_lines=is_among_lines)


def show_answer(words: list[str], *, is_json: bool) -> int:
    """Carry out a command line and print what it came to."""
    invocation = read_arguments(words)
    invocation.data_dir = getattr(invocation, "data_dir", None) or default_data_directory()
    match invocation.command, getattr(invocation, "action", None):
        case None, _ if invocation.version:
            return show(_version(), is_json=is_json)
        case None, _:
            build_parser().print_help(sys.stderr)
            return ExitCode.USAGE
        case "kiosk", _:
            from core.cli.kiosk import open_kiosk

            return open_kiosk(invocation)
        case "selftest", _:
            from core.cli.selftest import self_test

            return show(self_test(), is_json=is_json)
        case "proof", _:
            from core.cli.proof import answer_proof

            return show(answer_proof(invocation), is_json=is_json)
        case _:
            answer = _with_engine(invocation)
            return show(answer, is_json=is_json, is_among_lines=_is_among_lines(words))


def _is_among_lines(words: list[str]) -> bool:
    """Tell whether what a command comes to follows objects that it has told before, each on a line."""
    return "session" in words and not {"host", "join"}.isdisjoint(words)


def _with_engine(invocation: Namespace) -> Answer:
    """Carry out what needs an engine on the data directory."""
    from core.cli.chain_options import chain_options
    from core.cli.conversation import over
    from core.cli.core_dumps import forbid_core_dumps
    from core.cli.network_options import network_options
    from core.cli.passphrase import PassphraseSource
    from core.engine import EngineOptions, start_engine

    forbid_core_dumps()
    name = f"{invocation.command} {invocation.action}"
    action = _action(name)
    options = EngineOptions(
        is_resident=invocation.action in {"record", "host", "join"},
        network=None if name in _WITHOUT_NETWORK else network_options(),
        chain=chain_options(),
    )
    passphrases = PassphraseSource(getattr(invocation, "passphrase_fd", None))
    with over(lambda: start_engine(invocation.data_dir, options), passphrases) as conversation:
        conversation.wait_ready()
        return action(conversation, invocation)


def _action(name: str) -> Action:
    return {**_of_sessions(), **_of_the_network(), **_of_the_chain()}[name]


def _of_sessions() -> dict[str, Action]:
    from core.cli import host, join, record, sessions

    return {
        "session record": record.record,
        "session host": host.host,
        "session join": join.join,
        "session trail": sessions.show_trail,
        "session keys": sessions.show_keys,
        "session list": sessions.list_sessions,
        "session show": sessions.show_session,
        "session verify": sessions.verify_session,
        "session export": sessions.export_session,
        "session play": sessions.play_session,
    }


def _of_the_network() -> dict[str, Action]:
    from core.cli import access, onion, peer

    return {
        "onion status": onion.status,
        "onion connect": onion.connect,
        "onion offline": onion.offline,
        "onion bridges": onion.bridges,
        "onion rotate": onion.rotate,
        "onion finish": onion.finish,
        "access grant": access.grant,
        "access list": access.list_access,
        "access revoke": access.revoke,
        "access calls": access.calls,
        "access verify": access.verify,
        "peer add": peer.add,
        "peer list": peer.list_peers,
        "peer health": peer.health,
        "peer sessions": peer.sessions,
        "peer metrics": peer.metrics,
        "peer proof": peer.proof,
        "peer follow": peer.follow,
        "peer forget": peer.forget,
    }


def _of_the_chain() -> dict[str, Action]:
    from core.cli import chain, chain_index, networks, qualifying

    return {
        "chain status": chain.chain_status,
        "chain account": networks.account,
        "chain deploy": networks.deploy,
        "chain doctor": networks.doctor,
        "chain qualify": qualifying.qualify,
        "chain index": chain_index.follow,
        "chain sessions": chain_index.list_sessions,
    }


def _version() -> Answer:
    from importlib.metadata import version

    return Answer({"version": version("lucid")}, [f"lucid {version('lucid')}"])


def _show_bug(error: Exception, *, is_json: bool, is_among_lines: bool) -> int:
    import traceback

    from core.api.snapshots import FailureSnapshot

    traceback.print_exception(error)
    reason = f"{type(error).__name__}: {error}"
    bug = FailureSnapshot("bug", {"reason": reason}, is_retryable=False, exit_code=ExitCode.MISSING)
    return show_failure(bug, is_json=is_json, is_among_lines=is_among_lines)


def _snapshot(failure: Failure) -> FailureSnapshot:
    from core.api.snapshots import failure_snapshot

    return failure_snapshot(failure)
