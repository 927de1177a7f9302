"""The files of the page as they are served: complete, of known kinds, under a policy that lets nothing else in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.admin.page import HEADERS, POLICY, WEB, page_files, save_page
from core.errors import Bug, DestinationUnwritable

_NAMED = re.compile(r'(?:src|href)="([^"#]+)"')


def test_every_file_that_the_page_names_is_served() -> None:
    """The index names its files by relative paths, and each of them is there, and no other is served."""
    files = page_files()
    index = files["/"].body.decode()
    named = {f"/{each}" for each in _NAMED.findall(index)}
    assert named | {"/", "/assets/worker.js"} == set(files)
    assert files["/"].content_type == "text/html; charset=utf-8"
    assert files["/assets/octets.js"].content_type == "text/javascript; charset=utf-8"


def test_every_file_goes_out_under_the_same_policy() -> None:
    """Each file has the page's policy and forbids what the page does not ask for; the index is never kept."""
    for path, file in page_files().items():
        assert HEADERS.items() <= file.headers.items()
        kept = "no-store" if path == "/" else "private, max-age=300"
        assert file.headers["Cache-Control"] == kept
    assert "'unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none'; ")


def test_the_page_has_the_same_policy_from_a_disk() -> None:
    """What the server says in a header the page says itself, but for what can be said in a header only."""
    index = page_files()["/"].body.decode()
    said = re.search(r'Content-Security-Policy" content="([^"]+)"', index)
    assert said is not None
    assert said[1] == POLICY.replace("; frame-ancestors 'none'", "")


def test_a_saved_page_is_the_same(tmp_path: Path) -> None:
    """A copy has every file, byte for byte; where there is something already, nothing is written over."""
    index = save_page(tmp_path / "new" / "page")
    assert index.read_bytes() == (WEB / "index.html").read_bytes()
    for path, file in page_files().items():
        assert (index.parent / path.lstrip("/") if path != "/" else index).read_bytes() == file.body
    with pytest.raises(DestinationUnwritable, match="exists"):
        save_page(tmp_path / "new" / "page")


def test_a_page_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    """Below what is no directory nothing can be written, and that is told."""
    (tmp_path / "file").touch()
    with pytest.raises(DestinationUnwritable, match="ot a directory"):
        save_page(tmp_path / "file" / "page")


def test_a_file_of_another_kind_is_a_fault(tmp_path: Path) -> None:
    """An index that is none of the kinds would be served wrongly, so it is not served."""
    save_page(tmp_path / "page")
    (tmp_path / "page" / "index.html").rename(tmp_path / "page" / "index.txt")
    with pytest.raises((Bug, FileNotFoundError)):
        page_files(tmp_path / "page")
