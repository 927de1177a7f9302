"""The self-test notices each known answer that does not come out right, and what is not installed."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from core import selftest
from core.errors import SelfTestFailed
from core.evidence import self_test as evidence
from core.onion import self_test as onion
from core.remote import host
from core.remote.programs import PYTHON
from core.sealing import self_test as sealing
from core.selftest import FILES, PROGRAMS, Finding, examine, run_vectors
from core.vault import self_test as vault

_MODULES = (sealing, vault, evidence, onion)
_CASES = [(module, name) for module in _MODULES for name in module._TESTS]


def test_this_machine_computes_right() -> None:
    """Every known answer comes out right here."""
    run_vectors()


@pytest.mark.parametrize(
    ("module", "name"), _CASES, ids=[f"{module.__name__}-{name}" for module, name in _CASES]
)
def test_a_wrong_answer_stops_the_start(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is wrong is named, and nothing starts."""
    monkeypatch.setitem(module._TESTS, name, lambda: False)
    with pytest.raises(SelfTestFailed) as failed:
        run_vectors()
    assert failed.value.facts == {"test": name}
    findings = {finding.name: finding for finding in examine()}
    assert not findings[f"vectors_{module.__name__.split('.')[1]}"].holds


# --- what is installed -------------------------------------------------------------------------


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine on which no program is installed but what is written here, and what starts it."""
    monkeypatch.setattr(selftest, "_SYSTEM_PATHS", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(programs: Path, name: str, says: str = "") -> None:
    """Install a program that says this, whatever it is asked."""
    path = programs / name
    path.write_text(f"#!/bin/sh\nprintf '%s\\n' '{says}'\n")
    path.chmod(0o755)


def found(name: str) -> Finding:
    """Examine the machine and pick one finding."""
    (finding,) = (each for each in examine() if each.name == name)
    return finding


def test_all_that_hosting_asks_for_is_looked_at() -> None:
    """What a hosted session refuses to start without is in the examination, with the same package."""
    looked_at = {(program, package) for program, package, _ in PROGRAMS} | {("xrdp", "xrdp")}
    assert set(host._NEEDED) <= looked_at
    assert {host._DRIVER, Path(PYTHON)} == {path for path, _, _, _ in FILES}


@pytest.mark.parametrize(
    ("program", "name", "package"),
    [
        ("ffmpeg", "program_ffmpeg", "ffmpeg"),
        ("openbox", "program_openbox", "openbox"),
        ("xterm", "program_xterm", "xterm"),
        ("Xorg", "program_xorg", "xserver-xorg-core"),
        ("xrdp-chansrv", "program_xrdp_chansrv", "xrdp"),
        ("bwrap", "program_bwrap", "bubblewrap"),
    ],
)
def test_a_program_is_found_or_its_package_is_named(
    programs: Path, program: str, name: str, package: str
) -> None:
    """A missing program is said with the package that brings it; an installed one with its place."""
    missing = found(name)
    assert (missing.holds, missing.is_needed) == (False, True)
    assert f"package {package}" in missing.detail
    install(programs, program)
    there = found(name)
    assert there.holds
    assert str(programs / program) in there.detail


@pytest.mark.parametrize("program", ["xfreerdp", "xfreerdp3"])
def test_either_version_of_the_client_will_do(programs: Path, program: str) -> None:
    """Whichever FreeRDP the system has shows joined sessions; without one, both packages are named."""
    missing = found("program_xfreerdp")
    assert not missing.holds
    assert "package freerdp3-x11 or freerdp2-x11" in missing.detail
    install(programs, program)
    assert found("program_xfreerdp").holds


def test_without_xrdp_its_package_is_named(programs: Path) -> None:
    """An xrdp that is not there is said like every other program."""
    assert not (programs / "xrdp").exists()
    missing = found("program_xrdp")
    assert not missing.holds
    assert "package xrdp" in missing.detail


@pytest.mark.parametrize(
    ("says", "holds", "detail"),
    [
        ("xrdp 0.9.21.1", True, "display protocol 20210723"),
        ("xrdp 0.10.1", True, "display protocol 20230425"),
        ("xrdp 0.10.4", False, "is 0.10.4; known are 0.9.21, 0.10.1"),
        ("hello", False, "it does not tell its version"),
    ],
)
def test_xrdp_must_be_of_a_known_version(
    programs: Path, says: str, *, holds: bool, detail: str
) -> None:
    """An xrdp that the gate cannot speak to is as good as none, and the known versions are named."""
    install(programs, "xrdp", says)
    finding = found("program_xrdp")
    assert (finding.holds, finding.is_needed) == (holds, True)
    assert finding.detail.endswith(detail)


@pytest.mark.parametrize(
    ("says", "holds", "detail"),
    [
        ("Tor version 0.4.9.11.", True, "version 0.4.9.11"),
        ("Tor version 0.4.10.1-alpha-dev (git-0123456789abcdef).", True, "0.4.10.1-alpha-dev"),
        ("Tor version 0.4.7.16.", False, "whose support ended on 2023-11-16"),
        ("hello", False, "does not tell its version"),
    ],
)
def test_tor_tells_its_version_and_how_long_it_is_supported(
    programs: Path, says: str, *, holds: bool, detail: str
) -> None:
    """A tor whose support has ended is as good as none, and the day is said."""
    install(programs, "tor", says)
    finding = found("program_tor")
    assert (finding.holds, finding.is_needed) == (holds, True)
    assert finding.detail.endswith(detail)


def test_a_tor_that_is_named_is_the_one_that_is_looked_at(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LUCID_TOR names another program; one that does not run is said, and without one the package is."""
    assert "package tor" in found("program_tor").detail
    install(programs, "tor-next", "Tor version 0.4.9.11.")
    monkeypatch.setenv("LUCID_TOR", "tor-next")
    assert "tor-next" in found("program_tor").detail
    (programs / "tor-next").write_text("#!/nowhere/sh\n")
    assert found("program_tor").detail.endswith("does not run")


def test_what_has_a_fixed_place_is_looked_for_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A display driver that is not where Xorg looks for it is missing, and its package is named."""
    driver = tmp_path / "driver.so"
    monkeypatch.setattr(selftest, "FILES", ((driver, "xorgxrdp", "xorgxrdp", "pictures"),))
    assert found("xorgxrdp") == Finding(
        "xorgxrdp", holds=False, detail="not installed (package xorgxrdp); pictures"
    )
    driver.touch()
    assert found("xorgxrdp").detail == f"{driver}, pictures"
