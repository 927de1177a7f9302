"""A session's certificate: fresh, its key readable by nobody else, and its fingerprint what a client shows."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.remote.certificate import write_certificate
from tests.fakes.clocks import ManualClock

NOW = ManualClock().now()


def test_the_fingerprint_is_that_of_the_certificate(tmp_path: Path) -> None:
    """SHA-256 over the certificate's DER form, in lower-case hex, as RDP clients show it."""
    fingerprint = write_certificate(tmp_path, NOW)
    pem = (tmp_path / "certificate.pem").read_text()
    assert fingerprint == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def test_key_and_certificate_belong_together_and_are_new_each_time(tmp_path: Path) -> None:
    """Two sessions share nothing, and the key is for its owner alone."""
    prints = set()
    for name in ("one", "two"):
        directory = tmp_path / name
        directory.mkdir()
        prints.add(write_certificate(directory, NOW))
        key_file = directory / "key.pem"
        assert key_file.stat().st_mode & 0o777 == 0o600
        certificate = x509.load_pem_x509_certificate((directory / "certificate.pem").read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), None)
        assert key.public_key() == certificate.public_key()
    assert len(prints) == 2


def test_it_holds_for_the_longest_session_and_for_clocks_that_are_behind(tmp_path: Path) -> None:
    """From an hour before until after the longest session that a policy can have."""
    write_certificate(tmp_path, NOW)
    certificate = x509.load_pem_x509_certificate((tmp_path / "certificate.pem").read_bytes())
    now = datetime.fromtimestamp(NOW.utc_ns / 1e9, UTC)
    assert certificate.not_valid_before_utc <= now - timedelta(minutes=59)
    assert certificate.not_valid_after_utc >= now + timedelta(hours=25)


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    """What is there already, a link for instance, is not followed."""
    (tmp_path / "key.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_certificate(tmp_path, NOW)
    assert not (tmp_path / "elsewhere").exists()
