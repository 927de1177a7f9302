"""Core dumps would put keys and frames on the disk: this process and its children make none."""

from __future__ import annotations

import resource


def forbid_core_dumps() -> None:
    """Bound the core dumps of this process, and of every child it starts, to nothing.

    The bound is one byte: a dump that goes to a file needs at least a page, and the kernel hands a
    dump to a program (systemd-coredump and the like) for every bound but exactly one; see core(5).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
