"""Examines a deployment: is every contract the one it should be, and can nobody do more than the rules say?

Nothing is believed but the chain. What the file says of itself is only where to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.chain.clients import (
    lucid_governor,
    lucid_timelock,
    lucid_token,
    param_registry,
    signer_registry,
    validator_set,
)
from core.chain.clients.events import lucid_timelock as timelock_events
from core.chain.network.deployer import (
    ADMIN_ROLE,
    CANCELLER_ROLE,
    EXECUTOR_ROLE,
    PROPOSER_ROLE,
)
from core.chain.network.document import DeploymentFile
from core.chain.network.node import NetworkNode
from core.chain.network.parts import ALLOWED, PARTS, Place, runtime_of
from core.errors import AnchorMismatch, ContractRefused

_NOBODY = bytes(20)
_ROLES = {
    PROPOSER_ROLE: "may propose",
    CANCELLER_ROLE: "may cancel",
    EXECUTOR_ROLE: "may execute",
    ADMIN_ROLE: "is admin",
}
_LEAVE = "Do not use this deployment: deploy again with an account of its own, and compare with `lucid chain doctor`."
_RENOUNCE = (
    "Run `lucid chain deploy` again with the account that deployed it: it goes on where it stopped."
)
_OTHER_CHAIN = (
    "Ask the node of the chain that the deployment is on, or name the file of this chain."
)


@dataclass(frozen=True)
class Finding:
    """What one check came to; ``next_step`` is there where it does not hold."""

    name: str
    holds: bool
    told: str
    next_step: str = ""


class Doctor:
    """Examines one deployment on one node. Every method raises ChainUnreachable."""

    def __init__(self, node: NetworkNode, file: DeploymentFile) -> None:
        self._node = node
        self._file = file
        self._at = file.contracts | {"deployer": file.deployer}

    def examine(self) -> tuple[Finding, ...]:
        """Make every check; where the code is not right, nothing that it answers is asked."""
        chain = self._chain()
        if not chain.holds:
            return (chain,)
        codes = tuple(self._codes())
        if not all(each.holds for each in codes):
            return (chain, *codes)
        return (chain, *codes, *self._answers())

    def _answers(self) -> Iterator[Finding]:
        for name, check in (
            ("parameters", self._parameters),
            ("roles", self._roles),
            ("governor", self._governor),
            ("minter", self._minter),
            ("validators", self._validators),
            ("signers", self._signers),
        ):
            try:
                yield from check()
            except (AnchorMismatch, ContractRefused) as failure:
                yield Finding(name, holds=False, told=str(failure), next_step=_LEAVE)

    def _chain(self) -> Finding:
        found = self._node.chain_id()
        if found != self._file.chain_id:
            told = f"the node is on chain {found}, the deployment on {self._file.chain_id}"
            return Finding("chain", holds=False, told=told, next_step=_OTHER_CHAIN)
        if self._node.genesis() != self._file.genesis:
            told = f"another chain of the same ID {found}: its first block differs"
            return Finding("chain", holds=False, told=told, next_step=_OTHER_CHAIN)
        return Finding("chain", holds=True, told=f"{found}, with the first block that was named")

    def _codes(self) -> Iterator[Finding]:
        for part in PARTS:
            address = self._file.contracts[part.name]
            code = self._node.code(address)
            place = Place(address, self._file.chain_id)
            name = f"code of {part.name}"
            if code == runtime_of(part, self._at, self._file.terms, place):
                yield Finding(name, holds=True, told=f"{_hex(address)}, {len(code)} bytes")
                continue
            told = "no code" if not code else f"{len(code)} bytes of other code, or other arguments"
            step = _RENOUNCE if not code else _LEAVE
            yield Finding(name, holds=False, told=f"{_hex(address)}: {told}", next_step=step)

    def _parameters(self) -> Iterator[Finding]:
        at, read = self._at["ParamRegistry"], self._node.reader.read
        keys = read(at, param_registry.keys())
        changed, outside = [], []
        for key in keys:
            name = key.rstrip(b"\0").decode("ascii")
            value = read(at, param_registry.value_of(key))
            bounds = read(at, param_registry.bounds_of(key))
            default = read(at, param_registry.default_of(key))
            if not bounds.min_ <= value <= bounds.max_:
                outside.append(f"{name} {value} is not in {bounds.min_}..{bounds.max_}")
            elif value != default:
                changed.append(f"{name} {value} (default {default})")
        if outside:
            yield Finding("parameters", holds=False, told="; ".join(outside), next_step=_LEAVE)
            return
        differs = f"; voted: {', '.join(changed)}" if changed else ", each at its default"
        yield Finding("parameters", holds=True, told=f"{len(keys)} within bounds{differs}")

    def _roles(self) -> Iterator[Finding]:
        holders, ever = self._holders()
        governor, timelock = self._at["LucidGovernor"], self._at["LucidTimelock"]
        wanted = {
            PROPOSER_ROLE: {governor},
            CANCELLER_ROLE: {governor},
            EXECUTOR_ROLE: {_NOBODY},
            ADMIN_ROLE: {timelock},
        }
        for role, accounts in wanted.items():
            told = ", ".join(sorted(self._name(each) for each in holders[role])) or "nobody"
            holds = holders[role] == accounts and self._confirmed(role, accounts)
            step = "" if holds else self._step_for(role, holders[role] - accounts)
            yield Finding(f"who {_ROLES[role]}", holds=holds, told=told, next_step=step)
        strangers = {
            self._name(account)
            for role in (PROPOSER_ROLE, CANCELLER_ROLE)
            for account in ever[role] - wanted[role]
        }
        told = f"{', '.join(sorted(strangers))} could propose or cancel once" if strangers else ""
        yield Finding(
            "privilege in the past",
            holds=not strangers,
            told=told or "nobody but the governor ever could propose or cancel",
            next_step=_LEAVE if strangers else "",
        )

    def _holders(self) -> tuple[dict[bytes, set[bytes]], dict[bytes, set[bytes]]]:
        """Read from the timelock's events who has each role, and who ever had it."""
        holders: dict[bytes, set[bytes]] = {role: set() for role in _ROLES}
        ever: dict[bytes, set[bytes]] = {role: set() for role in _ROLES}
        timelock = self._at["LucidTimelock"]
        for log in self._node.logs(timelock, self._file.first_block, self._node.head()):
            topics, data = _content(log)
            if topics and topics[0] == timelock_events.RoleGranted.TOPIC:
                granted = timelock_events.RoleGranted.decode(topics, data)
                holders.setdefault(granted.role, set()).add(granted.account)
                ever.setdefault(granted.role, set()).add(granted.account)
            elif topics and topics[0] == timelock_events.RoleRevoked.TOPIC:
                revoked = timelock_events.RoleRevoked.decode(topics, data)
                holders.setdefault(revoked.role, set()).discard(revoked.account)
        return holders, ever

    def _confirmed(self, role: bytes, accounts: set[bytes]) -> bool:
        """Ask the contract itself, since a node could leave out an event."""
        at, read = self._at["LucidTimelock"], self._node.reader.read
        deployer = self._file.deployer
        return all(read(at, lucid_timelock.has_role(role, each)) for each in accounts) and (
            deployer in accounts or not read(at, lucid_timelock.has_role(role, deployer))
        )

    def _step_for(self, role: bytes, strangers: set[bytes]) -> str:
        """Say what to do: an unfinished deployment goes on, a privilege of somebody else stays."""
        is_own = role == ADMIN_ROLE and strangers <= {self._file.deployer}
        return _RENOUNCE if is_own or not strangers else _LEAVE

    def _governor(self) -> Iterator[Finding]:
        at, read = self._at["LucidGovernor"], self._node.reader.read
        timelock = read(at, lucid_governor.timelock())
        yield self._is("the governor's timelock", timelock, self._at["LucidTimelock"])
        allowed = {(each.target, each.selector) for each in read(at, lucid_governor.allowed())}
        wanted = {(self._at[name], selector) for name, selector in ALLOWED}
        told = ", ".join(sorted({self._name(target) for target, _ in allowed}))
        yield Finding(
            "what a vote may call",
            holds=allowed == wanted,
            told=f"{len(allowed)} functions of {told}",
            next_step="" if allowed == wanted else _LEAVE,
        )

    def _minter(self) -> Iterator[Finding]:
        minter = self._node.reader.read(self._at["LucidToken"], lucid_token.minter())
        yield self._is("who makes LUCID", minter, self._at["LucidRewards"])

    def _validators(self) -> Iterator[Finding]:
        at, read = self._at["ValidatorSet"], self._node.reader.read
        first = read(at, validator_set.members_of(1))
        now, version = read(at, validator_set.members()), read(at, validator_set.version())
        holds = first == self._file.terms.validators
        rotated = "" if version == 1 else f"; voted {version - 1} times since"
        quorum = read(at, validator_set.quorum())
        told = f"{len(now)}, of whom {quorum} have to sign{rotated}"
        if quorum == len(now):
            # No month becomes final without a quorum; then the last electorate can vote for other validators alone.
            told += "; one lost key ends all votes but for other validators, which four validators would withstand"
        yield Finding(
            "validators",
            holds=holds,
            told=told if holds else "the first ones are not those of the deployment",
            next_step="" if holds else _LEAVE,
        )

    def _signers(self) -> Iterator[Finding]:
        at, read = self._at["SignerRegistry"], self._node.reader.read
        first, current = (
            read(at, signer_registry.set_of(1)),
            read(at, signer_registry.current()),
        )
        terms = self._file.terms
        holds = (first.approvers, first.compliance_signer) == (
            terms.approvers,
            terms.compliance_signer,
        )
        told = f"set {current.number} of {read(at, signer_registry.count())}: " + ", ".join(
            _hex(each) for each in current.set_.approvers
        )
        yield Finding(
            "who approves payouts",
            holds=holds,
            told=told if holds else "the first set is not that of the deployment",
            next_step="" if holds else _LEAVE,
        )

    def _is(self, name: str, found: bytes, wanted: bytes) -> Finding:
        holds = found == wanted
        return Finding(name, holds=holds, told=self._name(found), next_step="" if holds else _LEAVE)

    def _name(self, account: bytes) -> str:
        if account == _NOBODY:
            return "anyone"
        for name, address in self._at.items():
            if address == account:
                return "the deployer" if name == "deployer" else name
        return _hex(account)


def _hex(address: bytes) -> str:
    return f"0x{address.hex()}"


def _content(log: dict[str, object]) -> tuple[list[bytes], bytes]:
    topics, data = log["topics"], log["data"]
    if not isinstance(topics, list) or not isinstance(data, str):
        raise AnchorMismatch(field="log")
    return [bytes.fromhex(str(each)[2:]) for each in topics], bytes.fromhex(data[2:])
