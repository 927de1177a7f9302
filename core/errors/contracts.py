"""Failures because a contract refuses, or because the chain is not the one that was indexed."""

from __future__ import annotations

from core.errors.checks import ChainRejected
from core.errors.roots import DoesNotHold, MissingFailure


class ContractRefused(ChainRejected):
    """A contract refuses a call. Facts: contract, told.

    ``contract`` is the one whose error it is, which may be another than was called; ``told`` says it in words. For
    programs there are ``error`` (its name, empty when no published contract has it), ``arguments`` and ``reason`` too.
    """

    code = "contract_refused"


class ChainRewritten(DoesNotHold):
    """The chain exchanged blocks further back than the index can undo; it was rebuilt. Facts: block, checkpoint."""

    code = "chain_rewritten"
    is_retryable = True


class ChainDifferent(DoesNotHold):
    """The node is on another chain than it should be. Facts: expected, found."""

    code = "chain_different"


class DeploymentElsewhere(ChainDifferent):
    """A deployment file is of another chain than the node's. Facts: expected, found.

    Each names the first block too.
    """

    code = "deployment_elsewhere"


class ChainIsOwn(ChainDifferent):
    """A node of others is named, and this data directory's sessions are on a chain of its own. Facts: endpoint."""

    code = "chain_is_own"


class ChainNotMeant(ChainDifferent):
    """The node is on another chain than the one a command was said to be for. Facts: expected, found."""

    code = "chain_not_meant"


class NodeUnnamed(ChainDifferent):
    """No node is named, and this data directory's sessions are on a chain of others. Facts: expected."""

    code = "node_unnamed"


class AnchorsNotThere(DoesNotHold):
    """Where LucidAnchors was said to be there is no code, or other code. Facts: address, chain."""

    code = "anchors_not_there"


class AnchorsDifferent(DoesNotHold):
    """Another LucidAnchors is named than this data directory's sessions are in. Facts: expected, found."""

    code = "anchors_different"


class TermsDifferent(DoesNotHold):
    """A deployment that was begun is to go on, on other terms than it began with. Facts: differs, path."""

    code = "terms_different"


class DeploymentMalformed(DoesNotHold):
    """A deployment file cannot be read, or its signature is wrong. Facts: field."""

    code = "deployment_malformed"


class DeploymentMissing(MissingFailure):
    """There is no deployment file. Facts: path."""

    code = "deployment_missing"


class MonthRecordsMissing(MissingFailure):
    """There is no record file of a month. Facts: path."""

    code = "month_records_missing"


class MonthRecordsUnreadable(DoesNotHold):
    """What is named as a record file of a month is none that can be read. Facts: path, reason."""

    code = "month_records_unreadable"


class MonthRecordsMalformed(DoesNotHold):
    """A record file of a month cannot be read. Facts: path, field."""

    code = "month_records_malformed"


class MonthRecordsDifferent(DoesNotHold):
    """A record file is not the one whose root validators attested. Facts: month, root."""

    code = "month_records_different"


class MonthNotFinal(MissingFailure):
    """No root of a month is final on the chain yet. Facts: month."""

    code = "month_not_final"
    is_retryable = True


class BalanceTooLow(MissingFailure):
    """The account cannot pay for what is to be sent. Facts: account, needed, balance."""

    code = "balance_too_low"
    is_retryable = True


class ContractsMissing(MissingFailure):
    """The contracts are not on the chain yet, so that there is nothing to read. Facts: chain."""

    code = "contracts_missing"
    is_retryable = True


class IndexMissing(MissingFailure):
    """Nobody has made an index of the chain yet. Facts: path."""

    code = "index_missing"


class IndexDamaged(DoesNotHold):
    """The index's file cannot be read; it can be made again from the chain. Facts: path, reason."""

    code = "index_damaged"


class SessionNotIndexed(DoesNotHold):
    """The index has no such session. Facts: session_id, block."""

    code = "session_not_indexed"
