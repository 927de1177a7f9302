"""What xrdp, Xorg and the desktop of one hosted session are told, as files that live as long as the session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_XRDP = """\
[Globals]
ini_version=1
fork=true
port=unix://.{front}/rdp
use_vsock=false
security_layer=tls
crypt_level=high
certificate={rdp}/certificate.pem
key_file={rdp}/key.pem
ssl_protocols=TLSv1.2, TLSv1.3
autorun=Lucid
allow_channels=true
allow_multimon=false
bitmap_cache=true
bitmap_compression=true
bulk_compression=true
max_bpp=32
new_cursors=true
use_fastpath=both
hidelogwindow=true
ls_title=Press OK, then type the code of this session

[Logging]
LogFile=/dev/null
LogLevel=WARNING
EnableSyslog=false

[Channels]
rdpdr={has_channels}
rdpsnd={has_channels}
drdynvc=false
cliprdr={has_channels}
rail=false
xrdpvr=false
tcutils=false

[Lucid]
name=Lucid
lib=libxup.so
username=peer
password=none
ip=127.0.0.1
port={front}/display
chansrvport={front}/{channels}
code=20
"""

_XORG = """\
Section "ServerLayout"
    Identifier "Lucid"
    Screen "Screen"
    InputDevice "Pointer" "CorePointer"
    InputDevice "Keyboard" "CoreKeyboard"
EndSection

Section "ServerFlags"
    Option "DefaultServerLayout" "Lucid"
    Option "DontVTSwitch" "on"
    Option "AutoAddDevices" "off"
    Option "AutoAddGPU" "off"
    Option "BlankTime" "0"
    Option "StandbyTime" "0"
    Option "SuspendTime" "0"
    Option "OffTime" "0"
EndSection

Section "Module"
    Disable "dri2"
    Load "glamoregl"
    Load "xorgxrdp"
    Load "fb"
EndSection

Section "InputDevice"
    Identifier "Keyboard"
    Driver "xrdpkeyb"
EndSection

Section "InputDevice"
    Identifier "Pointer"
    Driver "xrdpmouse"
EndSection

Section "Monitor"
    Identifier "Monitor"
    HorizSync 30-200
    VertRefresh 30-120
    ModeLine "800x600" 38.250 800 832 912 1024 600 603 607 624 -hsync +vsync
    ModeLine "{width}x{height}" {clock:.3f} {width} {h1} {h2} {h3} {height} {v1} {v2} {v3} +hsync +vsync
EndSection

Section "Device"
    Identifier "Card"
    Driver "xrdpdev"
EndSection

Section "Screen"
    Identifier "Screen"
    Device "Card"
    Monitor "Monitor"
    DefaultDepth 24
    SubSection "Display"
        Depth 24
        Modes "800x600" "{width}x{height}"
    EndSubSection
EndSection
"""

_CHANNELS = """\
[Globals]
ListenAddress=127.0.0.1
ListenPort=3350
FuseMountName=drives

[Chansrv]
FuseMountName=drives
FileUmask=077
EnableFuseMount=true

[ChansrvLogging]
LogLevel=WARNING
EnableSyslog=false
"""


def write_rdp_settings(directory: Path, *, front: str, rdp: str, has_channels: bool = True) -> None:
    """Write xrdp.ini; the paths are those inside the pod.

    Without channels xrdp has them all switched off, and looks for their other end where it is turned away.
    """
    allowed = "true" if has_channels else "false"
    said = {"front": front, "rdp": rdp, "has_channels": allowed}
    said["channels"] = "channels/socket" if has_channels else "closed"
    (directory / "xrdp.ini").write_text(_XRDP.format(**said))


def write_settings(directory: Path, size: tuple[int, int]) -> None:
    """Write xorg.conf, and sesman.ini for xrdp-chansrv."""
    (directory / "xorg.conf").write_text(_XORG.format(**_mode(*size)))
    (directory / "sesman.ini").write_text(_CHANNELS)


def write_users(directory: Path, users: Mapping[str, int], home: str) -> None:
    """Write the users that the pod knows: root, and those that its programs run as, by name."""
    known = [f"{name}:x:{user}:{user}::{home}:/bin/bash\n" for name, user in users.items()]
    (directory / "passwd").write_text("root:x:0:0::/:/usr/sbin/nologin\n" + "".join(known))
    groups = [f"{name}:x:{user}:\n" for name, user in users.items()]
    (directory / "group").write_text("root:x:0:\n" + "".join(groups))


def _mode(width: int, height: int) -> dict[str, float]:
    """Make up a mode of 60 pictures a second; nothing is scanned out, Xorg only wants one that adds up."""
    h3, v3 = width + 160, height + 45
    return {
        "width": width,
        "height": height,
        "clock": h3 * v3 * 60 / 1e6,
        "h1": width + 48,
        "h2": width + 80,
        "h3": h3,
        "v1": height + 3,
        "v2": height + 8,
        "v3": v3,
    }
