"""Big buffers that are made once and reused: page-aligned, outside the allocator, left out of core dumps."""

from __future__ import annotations

import ctypes
import mmap

PAGE_BYTES = mmap.PAGESIZE


class PageBuffer:
    """Anonymous memory of at least ``size`` bytes, starting on a page.

    Pages are taken from the system when they are first touched, and given back by ``close``, which the
    system wipes. ``view`` must not be held on to after ``close``.
    """

    def __init__(self, size: int) -> None:
        self._map = mmap.mmap(-1, size)
        if hasattr(mmap, "MADV_DONTDUMP"):
            self._map.madvise(mmap.MADV_DONTDUMP)
        self.view = memoryview(self._map)

    def close(self) -> None:
        """Give the memory back; views that are still held keep it until they go."""
        self.view.release()
        try:
            self._map.close()
        except BufferError:  # someone still reads it; it goes with the last view
            return


def is_page_aligned(view: memoryview) -> bool:
    """Tell whether the view starts on a page, as direct writing asks; read-only views never count as such."""
    if view.readonly or not view.contiguous or not len(view):
        return False
    return ctypes.addressof(ctypes.c_char.from_buffer(view)) % PAGE_BYTES == 0
