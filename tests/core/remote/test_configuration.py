"""What the session's programs are told: TLS, the gate's sockets and three channels alone, and a screen of that size."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

from core.remote.configuration import write_rdp_settings, write_settings, write_users


def xrdp(directory: Path) -> ConfigParser:
    """Write and read xrdp.ini."""
    write_rdp_settings(directory, front="/run/front", rdp="/run/rdp")
    parser = ConfigParser(interpolation=None, strict=False)
    parser.read(directory / "xrdp.ini")
    return parser


def test_xrdp_talks_to_the_gate_alone(tmp_path: Path) -> None:
    """It listens on a socket in the front, has one session type, and that leads to gate and channels."""
    settings = xrdp(tmp_path)
    assert settings["Globals"]["port"] == "unix://./run/front/rdp"
    kept = {"Globals", "Logging", "Channels"}
    assert [each for each in settings.sections() if each not in kept] == ["Lucid"]
    assert settings["Globals"]["autorun"] == "Lucid"
    lucid = settings["Lucid"]
    assert lucid["port"] == "/run/front/display"
    assert lucid["chansrvport"] == "/run/front/channels/socket"
    assert lucid["lib"] == "libxup.so"


def test_xrdp_speaks_tls_and_nothing_older(tmp_path: Path) -> None:
    """No RDP security of its own, with the session's own certificate."""
    settings = xrdp(tmp_path)["Globals"]
    assert settings["security_layer"] == "tls"
    assert settings["ssl_protocols"] == "TLSv1.2, TLSv1.3"
    assert settings["certificate"] == "/run/rdp/certificate.pem"
    assert settings["key_file"] == "/run/rdp/key.pem"


def test_only_channels_that_the_gate_filters_are_offered(tmp_path: Path) -> None:
    """Clipboard, drives and sound; no add-in channels, no remote programs."""
    channels = xrdp(tmp_path)["Channels"]
    offered = {name for name in channels if channels.getboolean(name)}
    assert offered == {"rdpdr", "rdpsnd", "cliprdr"}


def test_who_may_only_watch_is_offered_no_channel(tmp_path: Path) -> None:
    """In an observer's configuration every channel is switched off."""
    write_rdp_settings(tmp_path, front="/f", rdp="/r", has_channels=False)
    parser = ConfigParser(interpolation=None, strict=False)
    parser.read(tmp_path / "xrdp.ini")
    assert set(parser["Channels"].values()) == {"false"}
    assert parser["Lucid"]["chansrvport"] == "/f/closed"


@pytest.mark.parametrize("size", [(1280, 720), (640, 400), (4096, 4096)])
def test_xorg_has_a_mode_of_that_size(tmp_path: Path, size: tuple[int, int]) -> None:
    """Its numbers rise as X.org wants it, and nothing of the machine's devices is added by itself."""
    write_settings(tmp_path, size)
    text = (tmp_path / "xorg.conf").read_text()
    name = f'ModeLine "{size[0]}x{size[1]}"'
    line = next(each for each in text.splitlines() if name in each)
    clock, *numbers = line.split('"')[2].split()[:9]
    across, down = [*map(int, numbers[:4])], [*map(int, numbers[4:8])]
    assert (across[0], down[0]) == size
    assert across == sorted(set(across))
    assert down == sorted(set(down))
    assert float(clock) == pytest.approx(across[3] * down[3] * 60 / 1e6, abs=0.001)
    assert 'Option "AutoAddDevices" "off"' in text


def test_the_pod_knows_two_users(tmp_path: Path) -> None:
    """Root, who cannot log in, and the one that everything runs as."""
    write_users(tmp_path, {"guest": 61200}, "/guest")
    lines = (tmp_path / "passwd").read_text().splitlines()
    assert [each.split(":")[0] for each in lines] == ["root", "guest"]
    assert lines[0].endswith("nologin")
    assert lines[1].split(":")[2:6] == ["61200", "61200", "", "/guest"]
    assert (tmp_path / "group").read_text().splitlines()[1] == "guest:x:61200:"
