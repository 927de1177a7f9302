"""The page that lists sessions and verifies a proof in the reader's own browser: its files, as they are served.

The files lie in ``resources/web`` and are also a page of their own when they are opened from a disk; so they are
served as they are, and name one another by relative paths.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.errors import Bug, DestinationUnwritable

WEB: Final = Path(__file__).resolve().parents[2] / "resources" / "web"
INDEX: Final = "index.html"

# Nothing is loaded from elsewhere, nothing is inline, nothing is sent anywhere else, and nobody frames the page.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# What the page is never given: it asks for nothing of the reader's machine.
_UNASKED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "microphone")
_UNASKED_TOO = ("magnetometer", "midi", "payment", "publickey-credentials-get", "serial", "usb")
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{each}=()" for each in (*_UNASKED, *_UNASKED_TOO)),
    }
)
_KINDS: Final = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
    }
)
# The worker loads what the page has loaded already; over Tor a second time would take as long again.
_KEPT = "private, max-age=300"


@dataclass(frozen=True)
class PageFile:
    """A file of the page: where it is served, and with what."""

    path: str
    content_type: str
    body: bytes
    headers: Mapping[str, str]


def page_files(directory: Path = WEB) -> Mapping[str, PageFile]:
    """Give all files of the page by the paths under which they are served: ``/`` and ``/assets/…``."""
    assets = [_page_file(f"/assets/{path.name}", path) for path in _assets_of(directory)]
    files = [_page_file("/", directory / INDEX), *assets]
    return {each.path: each for each in files}


def save_page(target: Path, directory: Path = WEB) -> Path:
    """Copy the page into a new directory, to be opened from there without any appliance; gives what is to be opened.

    Raises DestinationUnwritable, also when there is something already.
    """
    try:
        (target / "assets").mkdir(parents=True)
        for path in (directory / INDEX, *_assets_of(directory)):
            shutil.copyfile(path, target / path.relative_to(directory))
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise DestinationUnwritable(path=str(target), reason=reason) from error
    return target / INDEX


def _assets_of(directory: Path) -> list[Path]:
    return sorted(path for path in (directory / "assets").iterdir() if path.suffix in _KINDS)


def _page_file(path: str, source: Path) -> PageFile:
    kind = _KINDS.get(source.suffix)
    if kind is None:
        raise Bug(f"a page has no files of the kind {source.suffix}")
    caching = "no-store" if path == "/" else _KEPT
    return PageFile(path, kind, source.read_bytes(), {**HEADERS, "Cache-Control": caching})
