"""Qualifying: find every node eligible that is, for the month that comes next."""

from __future__ import annotations

from argparse import Namespace
from typing import cast

from core.api.qualifying import QualifiedMonth, QualifyNodes
from core.cli.answer import Answer, plain
from core.cli.conversation import Conversation
from core.cli.networks import network_of


def qualify(conversation: Conversation, invocation: Namespace) -> Answer:
    """Find the nodes eligible; whoever is not is told with the reason, which is no failure."""
    conversation.open_existing_vault()
    done = cast(
        "QualifiedMonth",
        conversation.ask(
            QualifyNodes(
                network_of(invocation),
                tuple(invocation.records),
                invocation.deployment,
                invocation.month,
            )
        ),
    )
    lines = [f"Node {each.node_id} is not eligible: {each.told}." for each in done.refused]
    lines.append(
        f"{len(done.added)} found eligible for {done.month}, {len(done.before)} were before;"
        f" the electorate has {done.electorate} by now."
    )
    return Answer(plain(done), lines)
