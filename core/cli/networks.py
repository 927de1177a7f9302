"""Networks: deploy the contracts that many appliances share, and check what somebody deployed."""

from __future__ import annotations

from argparse import Namespace
from typing import cast

from core.api.chain import (
    EMBEDDED,
    CarryOutDeployment,
    DeployedNetwork,
    DeploymentPlan,
    ExamineDeployment,
    ExaminedNetwork,
    NetworkTerms,
    PlanDeployment,
    ReadAccount,
)
from core.cli.answer import Answer, Interrupted, plain, say
from core.cli.chain_options import chain_options
from core.cli.columns import facts
from core.cli.confirmation import confirm
from core.cli.conversation import Conversation
from core.errors import ExitCode, UsageFailure

_APPROVERS = 3
_WEI = 10**18
# For trying things out: accounts of nobody, whose keys nobody has.
_TRIAL_APPROVERS = tuple(f"0x{digit * 40}" for digit in "123")
_TRIAL_COMPLIANCE = f"0x{'4' * 40}"


def account(conversation: Conversation, _invocation: Namespace) -> Answer:
    """Tell the account that pays for what this appliance sends to a chain."""
    conversation.open_vault()
    address = cast("str", conversation.ask(ReadAccount()))
    return Answer({"account": address}, [address])


def deploy(conversation: Conversation, invocation: Namespace) -> Answer:
    """Deploy a network; what it costs is told, and whether to go on is asked, before anything is sent."""
    terms, network = _terms(invocation), network_of(invocation)
    conversation.open_vault()
    plan = cast(
        "DeploymentPlan",
        conversation.ask(PlanDeployment(network, terms, invocation.chain_id)),
    )
    if plan.is_begun:
        say(_begun(plan))
    if plan.steps_done < plan.steps:
        say(_cost(plan, network))
        confirm("Deploy? What is sent cannot be taken back.", is_confirmed=invocation.yes)
    try:
        done = cast(
            "DeployedNetwork",
            conversation.ask(CarryOutDeployment(network, terms, plan.chain_id)),
        )
    except Interrupted:
        say("Stopped. What was sent is kept: the same command goes on from there.")
        raise
    lines = facts([*done.contracts.items(), ("signed file", done.path)])
    where = "" if network in {EMBEDDED, chain_options().endpoint} else f" --network {network}"
    check = f"Check it with: lucid chain doctor{where}"
    return Answer(plain(done), [*lines, *_about_sessions(done), check])


def _begun(plan: DeploymentPlan) -> str:
    if plan.steps_done == plan.steps:
        return f"All {plan.steps} steps are done already; each is looked at once more."
    return f"{plan.steps_done} of {plan.steps} steps are done; it goes on, on the same terms."


def _cost(plan: DeploymentPlan, network: str) -> str:
    if network == EMBEDDED:
        return "This is for the chain that this appliance runs by itself, where a deployment costs nothing."
    left = plan.steps - plan.steps_done
    steps = f"the {left} steps that are left" if plan.steps_done else f"all {left} steps"
    return (
        f"Account {plan.account} has {plan.balance_wei / _WEI:.6f} ETH on chain {plan.chain_id};"
        f" {steps} cost {plan.most_wei / _WEI:.6f} ETH at most."
    )


def _about_sessions(done: DeployedNetwork) -> list[str]:
    """Say where sessions of this data directory are anchored, and what would have them anchored here."""
    if done.is_for_sessions:
        return ["Sessions of this data directory are anchored in it."]
    if not done.to_set:
        return [
            "Sessions of this data directory are in other contracts; use another data directory to anchor in these."
        ]
    settings = " ".join(f"{name}={value}" for name, value in done.to_set.items())
    return [f"Sessions are anchored in it where the environment says: {settings}"]


def doctor(conversation: Conversation, invocation: Namespace) -> Answer:
    """Check a deployment, one line a check; ends with 1 where something does not hold."""
    conversation.open_existing_vault()
    examined = cast(
        "ExaminedNetwork",
        conversation.ask(ExamineDeployment(network_of(invocation), invocation.deployment)),
    )
    lines = []
    for check in examined.checks:
        lines.append(f"{'holds' if check.holds else 'FAILS'}  {check.name}: {check.told}")
        if check.next_step:
            lines.append(f"       {check.next_step}")
    code = ExitCode.FINE if examined.holds else ExitCode.DOES_NOT_HOLD
    return Answer(plain(examined), lines, code)


def network_of(invocation: Namespace) -> str:
    """Give what --network says, else the node that the environment names, else the appliance's own chain."""
    named = chain_options().endpoint
    if invocation.network == EMBEDDED and named is not None:
        raise UsageFailure(
            reason=f"ON_SYSTEM_CHAIN_RPC_URL names {named}; to use the embedded chain, unset it"
        )
    return str(invocation.network or named or EMBEDDED)


def _terms(invocation: Namespace) -> NetworkTerms:
    approvers, compliance = tuple(invocation.approver or ()), invocation.compliance_signer
    if invocation.trial:
        approvers, compliance = approvers or _TRIAL_APPROVERS, compliance or _TRIAL_COMPLIANCE
    if len(approvers) != _APPROVERS or compliance is None:
        raise UsageFailure(
            reason="name three accounts with --approver and one with --compliance-signer; to try it out, add --trial"
        )
    return NetworkTerms(tuple(invocation.validator or ()), approvers, compliance)
