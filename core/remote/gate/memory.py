"""Shared memory for pixels: System V's, for which Python has no module, and what comes as a descriptor."""

from __future__ import annotations

import ctypes
import mmap
import os

from core.remote.lines.wire import Violation

_READ_ONLY, _CREATE, _REMOVE, _STATUS, _SIZE = 0o10000, 0o1000, 0, 2, slice(48, 56)
_SHARED_MEMORY = 0x08000000  # CLONE_NEWIPC
_CAPABILITIES = (0x20080522, 0)  # the call's version, and this process
_libc = ctypes.CDLL(None, use_errno=True)
_libc.shmat.restype = ctypes.c_void_p
_libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
_libc.shmdt.argtypes = [ctypes.c_void_p]


def enter(descriptor: int) -> None:
    """Go to the display's shared memory, unless this is there; what is attached stays attached. Raises OSError.

    There is no way back: from then on this process has no capabilities any more.
    """
    header, none = (ctypes.c_uint32 * 2)(*_CAPABILITIES), (ctypes.c_uint32 * 6)()
    is_there = os.path.samestat(os.fstat(descriptor), os.stat("/proc/self/ns/ipc"))  # noqa: PTH116 - no path is built
    if (not is_there and _libc.setns(descriptor, _SHARED_MEMORY)) or _libc.capset(header, none):
        raise OSError(ctypes.get_errno(), "no way to the display's shared memory")
    os.close(descriptor)


class Segment:
    """A shared memory segment, attached; raises Violation when it is not there or too small."""

    def __init__(self, identifier: int, size: int, *, is_writable: bool = False) -> None:
        status = (ctypes.c_uint8 * 256)()
        if (
            _libc.shmctl(identifier, _STATUS, status)
            or int.from_bytes(status[_SIZE], "little") < size
        ):
            raise Violation(f"shared memory {identifier} is not there, or too small")
        address = _libc.shmat(identifier, None, 0 if is_writable else _READ_ONLY)
        if address in {None, ctypes.c_void_p(-1).value}:
            raise Violation(f"shared memory {identifier} cannot be attached")
        self.identity, self._address = identifier, address
        self.pixels = memoryview((ctypes.c_uint8 * size).from_address(address)).cast("B")

    @classmethod
    def make(cls, size: int) -> Segment:
        """Make a segment that goes away with its last user; raises OSError."""
        identifier = _libc.shmget(0, ctypes.c_size_t(size), _CREATE | 0o660)
        if identifier < 0:
            raise OSError(ctypes.get_errno(), "no shared memory is left")
        segment = cls(identifier, size, is_writable=True)
        _libc.shmctl(identifier, _REMOVE, None)
        return segment

    def close(self) -> None:
        """Detach it."""
        self.pixels.release()
        _libc.shmdt(self._address)


class Mapping:
    """Shared memory that came as a descriptor, mapped; raises Violation when it cannot be, or is too small."""

    def __init__(self, descriptor: int, size: int) -> None:
        self.identity = identity_of(descriptor)
        try:
            self._map = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        except (OSError, ValueError) as error:
            raise Violation("shared memory that cannot be mapped") from error
        self.pixels = memoryview(self._map)

    def close(self) -> None:
        """Let go of it."""
        self.pixels.release()
        self._map.close()


def identity_of(descriptor: int) -> tuple[int, int]:
    """Tell shared memory apart, whichever descriptor it came with."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino
