"""A certificate for one hosted session: a fresh key, so that its fingerprint means this session and no other."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.runtime.clock import Instant

_DAYS = 2


def write_certificate(directory: Path, now: Instant) -> str:
    """Write ``certificate.pem`` and ``key.pem`` (readable by the owner only); gives the SHA-256 in hex."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lucid session")])
    start = _utc(now) - timedelta(hours=1)  # a client's clock may be behind
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=_DAYS))
        .sign(key, hashes.SHA256())
    )
    (directory / "certificate.pem").write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(directory / "key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    return certificate.fingerprint(hashes.SHA256()).hex()


def tls_context(directory: Path) -> ssl.SSLContext:
    """Make what a server with that certificate and key takes TLS connections by; raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
    return context


def _utc(now: Instant) -> datetime:
    return datetime.fromtimestamp(now.utc_ns / 1e9, UTC)
