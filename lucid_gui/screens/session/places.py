"""Folders a file can be written to: sticks that are plugged in, and the person's own folders."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QStorageInfo

from lucid_gui.text.amounts import size_text
from lucid_gui.text.words import tr

_REMOVABLE = ("/media/", "/run/media/", "/mnt/")
_Location = QStandardPaths.StandardLocation


def find_places() -> list[dict[str, str]]:
    """List the folders that exist and may be written to, removable media first."""
    found = [*_sticks(), *_own_folders()]
    return found or [_place(tr("Temporary folder"), _folder(_Location.TempLocation), "box")]


def _sticks() -> list[dict[str, str]]:
    volumes = [each for each in QStorageInfo.mountedVolumes() if each.isReady()]
    return [
        _place(each.displayName(), Path(each.rootPath()), "usb")
        for each in volumes
        if each.rootPath().startswith(_REMOVABLE) and not each.isReadOnly()
    ]


def _own_folders() -> list[dict[str, str]]:
    known = [
        (tr("Documents"), _Location.DocumentsLocation),
        (tr("Downloads"), _Location.DownloadLocation),
        (tr("Home"), _Location.HomeLocation),
    ]
    folders = [(title, _folder(location)) for title, location in known]
    return [
        _place(title, folder, "hard-drive")
        for title, folder in folders
        if folder.is_dir() and os.access(folder, os.W_OK)
    ]


def _folder(location: QStandardPaths.StandardLocation) -> Path:
    return Path(QStandardPaths.writableLocation(location))


def _place(title: str, folder: Path, icon: str) -> dict[str, str]:
    free = QStorageInfo(str(folder)).bytesAvailable()
    detail = tr("%1 free").replace("%1", size_text(free)) if free > 0 else ""
    return {"title": title, "path": str(folder), "icon": icon, "detail": detail}


def unused_path(folder: Path, name: str, suffix: str) -> Path:
    """Name a file in ``folder`` that is not there yet."""
    path = folder / f"{name}.{suffix}"
    number = 2
    while path.exists():
        path = folder / f"{name}-{number}.{suffix}"
        number += 1
    return path
