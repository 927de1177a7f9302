"""The gate stays small and stands alone, and so do the programs beside it in the pod."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REMOTE = ROOT / "core/remote"
ALONE = {  # what each of these packages imports beside the standard library
    "lines": set[str](),
    "gate": {"lines"},
    "channels": {"lines"},
    "watcher": {"lines"},
    "observer": {"lines", "gate"},
    "pod": set[str](),
}
MOST_LINES = {"gate": 900, "channels": 700, "lines": 280, "observer": 400}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "importlib", "runpy", "code", "multiprocessing"}
_BETWEEN = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def files_of(*packages: str) -> list[Path]:
    """List the modules of packages."""
    return sorted(path for each in packages for path in (REMOTE / each).rglob("*.py"))


def name_of(path: Path) -> str:
    """Name a file the way a person would."""
    return str(path.relative_to(ROOT))


def code_lines(text: str) -> int:
    """Count the lines that are neither empty nor comments nor docstrings."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        is_said = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if is_said and ast.get_docstring(node) is not None:
            first = node.body[0]
            docstrings |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _BETWEEN:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def imports_of(path: Path) -> Iterator[str]:
    """List what a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def test_lines_of_code_are_counted() -> None:
    """Empty lines, comments and docstrings are no code; each line of a long statement is."""
    text = '"""Doc\n\nstring."""\n\n# comment\nx = (\n    1,  # one\n)\ndef f():\n    "doc"\n    return x\n'
    assert code_lines(text) == 5


@pytest.mark.parametrize("package", MOST_LINES)
def test_what_decides_is_small(package: str) -> None:
    """The gate can be read in one sitting, and so can the channels and what both of them share."""
    counts = [code_lines(path.read_text("utf-8")) for path in files_of(package)]
    assert 0 < sum(counts) < MOST_LINES[package]


@pytest.mark.parametrize("path", files_of(*ALONE), ids=name_of)
def test_each_stands_alone(path: Path) -> None:
    """They import the standard library, themselves and what they share, and nothing that runs or loads code."""
    package = path.relative_to(REMOTE).parts[0]
    own = tuple(f"core.remote.{each}." for each in (package, *ALONE[package]))
    forbidden = FORBIDDEN_MODULES | ({"subprocess"} if package != "pod" else set())
    for name in imports_of(path):
        top = name.partition(".")[0]
        assert top in sys.stdlib_module_names or f"{name}.".startswith(own), name
        assert top not in forbidden, name


@pytest.mark.parametrize("path", files_of(*ALONE), ids=name_of)
def test_nothing_runs_what_it_reads(path: Path) -> None:
    """No module of theirs evaluates text, or starts a shell."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_NAMES
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"system", "popen", "fork", "execv", "execve", "spawnv"}
        if isinstance(node, ast.keyword):
            assert node.arg != "shell"
