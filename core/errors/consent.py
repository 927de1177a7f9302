"""Failures around joining: another appliance, its certificate, its terms, and the receipts that both keep."""

from __future__ import annotations

from core.errors.roots import DoesNotHold, MissingFailure


class HostUnreachable(MissingFailure):
    """The other appliance does not answer, or does not speak as one does. Facts: address, reason."""

    code = "host_unreachable"
    is_retryable = True


class CertificateDifferent(DoesNotHold):
    """The other end has another certificate than it must have. Facts: found, expected."""

    code = "certificate_different"


class CodeWrong(DoesNotHold):
    """The other appliance does not take the code."""

    code = "code_wrong"
    is_retryable = True


class TermsRefused(DoesNotHold):
    """The other appliance's terms, or its answer to an acceptance, do not hold. Facts: reason."""

    code = "terms_refused"


class DesktopTooLarge(DoesNotHold):
    """The other end's desktop is larger than this appliance can show. Facts: width, height, most."""

    code = "desktop_too_large"


class JoinRefused(DoesNotHold):
    """The other appliance lets nobody in now. Facts: reason."""

    code = "join_refused"
    is_retryable = True


class ConsentMalformed(DoesNotHold):
    """Terms or a receipt say something that may not be there, or do not belong together. Facts: field."""

    code = "consent_malformed"


class ConsentSignatureWrong(DoesNotHold):
    """Terms or a receipt were not signed by whoever must have. Facts: signer."""

    code = "consent_signature_wrong"


class ConsentMissing(DoesNotHold):
    """A trail's entry says that somebody joined, and no consent to that stands before it. Facts: sequence."""

    code = "consent_missing"


class ConsentWrong(DoesNotHold):
    """A trail's entry holds a consent that is not one to its session. Facts: sequence, reason."""

    code = "consent_wrong"
