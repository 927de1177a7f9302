"""The metadata store on a disk that is full before it is opened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_OPEN_ON_A_FULL_DISK = """
import sys
from pathlib import Path
from core.errors import StorageFull
from core.storage.sqlite_metadata import SqliteMetadataStore
store = Path(sys.argv[1]) / "lucid.db"
SqliteMetadataStore(store).close()
with (store.parent / "rest").open("wb", buffering=0) as rest:
    try:
        while True:
            rest.write(bytes(4096))
    except OSError:
        pass
try:
    SqliteMetadataStore(store)
except StorageFull as full:
    print(full.code)
"""


def test_a_full_disk_is_told_as_that(tmp_path: Path) -> None:
    """A store that cannot be opened for want of space says so, and not that somebody may not write there."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mounted = 'mount -t tmpfs -o size=512k none "$1" && exec "$2" -c "$3" "$1"'
    words = [str(tmp_path), sys.executable, _OPEN_ON_A_FULL_DISK]
    said = subprocess.run(
        ["unshare", *own, "--mount", "sh", "-c", mounted, "sh", *words],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "storage_full\n"
