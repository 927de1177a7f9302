"""Ties the node to the process that started it, so that none is ever left behind.

Source: prctl(2), PR_SET_PDEATHSIG. The signal comes when the thread that started the child ends.
"""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1


def die_with(parent_pid: int) -> bool:
    """Ask for SIGTERM when the parent dies; False when it is dead already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return os.getppid() == parent_pid
