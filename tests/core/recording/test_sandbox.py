"""The sandbox desktop is private, whole, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from core.errors import DisplayUnavailable, MissingProgram
from core.recording.encoders import EncoderProbe
from core.recording.sandbox import SandboxDesktop
from core.recording.x11grab import X11GrabSource
from core.recording.x_authority import write_x_authority
from core.runtime.clock import SystemClock
from tests.conformance.frame_source import decode, drain, joined, read_until
from tests.engine_thread import on_engine_thread


def is_there(pid: int) -> bool:
    """Say whether a process is there."""
    return Path(f"/proc/{pid}").exists()


def mode_of(path: Path) -> int:
    """Give a file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def listed(directory: Path) -> list[Path]:
    """List what lies in a directory."""
    return list(directory.iterdir())


def test_it_can_be_recorded_and_ends_whole(tmp_path: Path) -> None:
    """Its display is recorded with its cookie; after the stop no process and no file is left."""
    clock = SystemClock()

    async def scenario() -> None:
        desktop = SandboxDesktop(tmp_path / "run", size=(800, 480))
        await desktop.start()
        assert desktop.is_alive
        assert len(desktop.pids) == 3
        source = X11GrabSource(
            desktop.display,
            clock=clock,
            session_start=clock.now(),
            probe=EncoderProbe(),
            environment=desktop.environment,
        )
        await source.start()
        assert (source.width, source.height) == (800, 480)
        pieces = await read_until(source, 0.3)
        await source.stop()
        assert decode(joined(pieces + await drain(source)))
        pids = desktop.pids
        await desktop.stop()
        await desktop.stop()
        assert not desktop.is_alive
        assert not any(map(is_there, pids))
        assert listed(tmp_path / "run") == []

    on_engine_thread(scenario)


def test_strangers_are_kept_out(tmp_path: Path) -> None:
    """Without the cookie the display cannot be opened, and the cookie's file is private."""
    clock = SystemClock()

    async def scenario() -> None:
        desktop = SandboxDesktop(tmp_path / "run", size=(320, 240))
        await desktop.start()
        try:
            authority = Path(desktop.environment["XAUTHORITY"])
            assert mode_of(authority) == 0o600
            assert mode_of(authority.parent) == 0o700
            other = tmp_path / "other.xauth"
            write_x_authority(other)
            source = X11GrabSource(
                desktop.display,
                clock=clock,
                session_start=clock.now(),
                probe=EncoderProbe(),
                environment={"XAUTHORITY": str(other)},
            )
            with pytest.raises(DisplayUnavailable):
                await source.start()
        finally:
            await desktop.stop()

    on_engine_thread(scenario)


def test_its_server_can_die(tmp_path: Path) -> None:
    """A killed X server is noticed, takes the programs along, and can be stopped as ever."""

    async def scenario() -> None:
        desktop = SandboxDesktop(tmp_path / "run", size=(320, 240))
        await desktop.start()
        os.kill(desktop.pids[0], signal.SIGKILL)
        for child in desktop._children:
            assert await child.wait(10)
        assert not desktop.is_alive
        await desktop.stop()

    on_engine_thread(scenario)


@pytest.mark.parametrize(
    "program, package", [("Xvfb", "xvfb"), ("openbox", "openbox"), ("xterm", "xterm")]
)
def test_a_missing_program_is_named(tmp_path: Path, program: str, package: str) -> None:
    """Each program that is not installed is named with its Debian package, and nothing is started."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for each in {"Xvfb", "openbox", "xterm", "setpriv", "sh"} - {program}:
        found = shutil.which(each)
        assert found
        (programs / each).symlink_to(found)
    desktop = SandboxDesktop(tmp_path / "run", environment={"PATH": str(programs)})
    with pytest.raises(MissingProgram) as caught:
        on_engine_thread(desktop.start)
    assert caught.value.facts == {"program": program, "package": package}
    assert not (tmp_path / "run").exists()


def test_a_server_that_does_not_start_leaves_nothing(tmp_path: Path) -> None:
    """An impossible size makes Xvfb give up: the error says so, and no process or file is left."""
    desktop = SandboxDesktop(tmp_path / "run", size=(0, 0))
    with pytest.raises(DisplayUnavailable):
        on_engine_thread(desktop.start)
    assert list((tmp_path / "run").iterdir()) == []


def test_the_cookie_is_one_that_x_programs_read(tmp_path: Path) -> None:
    """The authority file holds one cookie for any display, as xauth sees it."""
    path = tmp_path / "cookie"
    write_x_authority(path)
    content = path.read_bytes()
    assert content[:2] == b"\xff\xff"
    assert content[6:26] == b"\x00\x12MIT-MAGIC-COOKIE-1"
    assert len(content) == 44
    write_x_authority(path)
    assert path.read_bytes() != content
    if shutil.which("xauth"):
        listed = subprocess.run(
            ["xauth", "-f", str(path), "list"], capture_output=True, text=True, check=True
        )
        assert "MIT-MAGIC-COOKIE-1" in listed.stdout
