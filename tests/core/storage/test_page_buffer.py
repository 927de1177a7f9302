"""Big buffers start on a page and survive late readers."""

from __future__ import annotations

from core.storage.page_buffer import PAGE_BYTES, PageBuffer, is_page_aligned


def test_starts_on_a_page() -> None:
    """The buffer is aligned, writable, zero, and tells aligned from unaligned views."""
    memory = PageBuffer(3 * PAGE_BYTES)
    assert is_page_aligned(memory.view)
    assert is_page_aligned(memory.view[PAGE_BYTES:])
    assert not is_page_aligned(memory.view[1:])
    assert not is_page_aligned(memory.view[:0])
    assert not is_page_aligned(memory.view.toreadonly())
    assert not any(memory.view)
    memory.close()


def test_a_late_reader_keeps_the_memory() -> None:
    """Closing while a view is held is no error; the view stays readable."""
    memory = PageBuffer(PAGE_BYTES)
    memory.view[:3] = b"abc"
    late = memory.view[:3]
    memory.close()
    assert bytes(late) == b"abc"
