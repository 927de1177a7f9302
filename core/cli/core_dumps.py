"""Core dumps would put keys and frames on the disk: this process and its children make none."""

from __future__ import annotations

import resource


def forbid_core_dumps() -> None:
    """Bound the core dumps of this process, and of every child it starts, to nothing.

    The bound is one byte: a dump that goes to a file needs at least a page, and the kernel hands a
    dump to a program (systemd-coredump and the like) for every bound but exactly one; see core(5).
    Who starts this with a bound of nothing, which only root may raise, has it kept: then no file is
    written, and such a program must be switched off by the system.
    """
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    except ValueError:  # the bound it was started with is nothing
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
