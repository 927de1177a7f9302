"""The gate stays small and stands alone, and so does the pod's first program."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GATE, POD = ROOT / "core/remote/gate", ROOT / "core/remote/pod"
MOST_LINES, MOST_FILTER_LINES = 1150, 500  # of the gate, and of the filters of its channels
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


def files_of(*folders: Path) -> list[Path]:
    """List the modules of folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


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


def test_the_gate_is_small() -> None:
    """The gate can be read in one sitting, and so can what it knows of RDP's channels."""
    counts = {path: code_lines(path.read_text("utf-8")) for path in files_of(GATE)}
    filters = sum(lines for path, lines in counts.items() if path.parent == GATE / "channels")
    assert filters < MOST_FILTER_LINES
    assert sum(counts.values()) - filters < MOST_LINES


@pytest.mark.parametrize("path", files_of(GATE, POD), ids=name_of)
def test_the_gate_stands_alone(path: Path) -> None:
    """The gate and the pod import the standard library and themselves, and nothing that runs or loads code."""
    own = "core.remote.gate" if path.is_relative_to(GATE) else "core.remote.pod"
    forbidden = FORBIDDEN_MODULES | ({"subprocess"} if path.is_relative_to(GATE) else set())
    for name in imports_of(path):
        top = name.partition(".")[0]
        assert top in sys.stdlib_module_names or f"{name}.".startswith(f"{own}."), name
        assert top not in forbidden, name


@pytest.mark.parametrize("path", files_of(GATE, POD), ids=name_of)
def test_the_gate_runs_nothing_that_it_reads(path: Path) -> None:
    """No module of the gate or the pod evaluates text, or starts a shell."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            assert node.id not in FORBIDDEN_NAMES
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"system", "popen", "fork", "execv", "execve", "spawnv"}
        if isinstance(node, ast.keyword):
            assert node.arg != "shell"
