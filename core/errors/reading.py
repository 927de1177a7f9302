"""Failures of reading from afar: what the admin API answers instead of what was asked for."""

from __future__ import annotations

from core.errors.roots import DoesNotHold, MissingFailure, UsageFailure


class TokenNeeded(DoesNotHold):
    """A call came without a token, or with one that nobody has."""

    code = "token_needed"


class AccessEnded(DoesNotHold):
    """An access has expired, or was revoked. Facts: reason."""

    code = "access_ended"


class OutOfScope(DoesNotHold):
    """An access does not reach that far. Facts: scope."""

    code = "out_of_scope"


class TooManyCalls(DoesNotHold):
    """More was called than an access may call. Facts: seconds."""

    code = "too_many_calls"
    is_retryable = True


class CallRefused(UsageFailure):
    """A call is not one that the admin API takes. Facts: reason."""

    code = "call_refused"


class NothingThere(DoesNotHold):
    """The admin API has nothing at that place. Facts: what."""

    code = "nothing_there"


class CallUnwritten(MissingFailure):
    """A call cannot be written down, so it is not answered."""

    code = "call_unwritten"
    is_retryable = True


class ReadingFailed(MissingFailure):
    """What was asked for cannot be read just now. Facts: failure."""

    code = "reading_failed"
    is_retryable = True
