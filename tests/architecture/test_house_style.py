"""The house style that no linter knows: sizes, names, docstrings, and what must not be written."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_CEILING = 500
FUNCTION_CEILING = 50
PUBLIC_METHODS_CEILING = 20
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "misc",
    "manager",
    "types",
}
# What stops the thread that draws. Waiting belongs to the engine.
FORBIDDEN_IN_GUI = re.compile(r"\b(?:time\.sleep|processEvents|QThread)\b|\.(?:terminate|exec_?)\(")
# The whole line, and why it may stand there.
ALLOWED_IN_GUI = {
    # The outermost loop of its thread, over before asyncio's begins: until the first frame there
    # is no other loop whose work it could keep waiting or run in the wrong order.
    "lucid_gui/application.py": ("waiting.exec()",),
}
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|home|root)/\w|/tmp/\w")


def tracked(*patterns: str) -> list[Path]:
    """List the files that git knows, so that what a build made is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    names = listed.stdout.decode().split("\0")
    return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())


PRODUCT = tracked("core/*.py", "lucid_gui/*.py")
EVERYTHING = tracked("*.py")


def name_of(path: Path) -> str:
    """Name a file the way a person would."""
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """List every function of a module, methods among them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_modules_stay_small(path: Path) -> None:
    """No module is longer than the ceiling, and no function is."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_CEILING
    long = [node.name for node in functions_of(path) if length_of(node) > FUNCTION_CEILING]
    assert long == []


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_classes_stay_small(path: Path) -> None:
    """No class has more public methods than the ceiling."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            public = [each.name for each in methods if not each.name.startswith("_")]
            assert len(public) <= PUBLIC_METHODS_CEILING, node.name


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_modules_say_what_they_are(path: Path) -> None:
    """Every module begins with a docstring."""
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip():
        pytest.fail("a package says which nouns it defines")
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_modules_have_names_that_mean_something(path: Path) -> None:
    """No module or package is called by a word that fits everything."""
    words = {path.stem, *path.relative_to(ROOT).parent.parts}
    assert not words & FORBIDDEN_NAMES


@pytest.mark.parametrize("path", tracked("lucid_gui/*.py"), ids=name_of)
def test_the_kiosk_never_waits(path: Path) -> None:
    """No module of the kiosk sleeps, spins the event loop or kills a thread."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    found = [line for line in lines if FORBIDDEN_IN_GUI.search(line)]
    assert found == list(ALLOWED_IN_GUI.get(name_of(path), ()))


@pytest.mark.parametrize(
    "line",
    ["time.sleep(1)", "app.processEvents()", "QThread(self)", "loop.exec()", "menu.exec_(at)"],
)
def test_what_waits_is_recognised(line: str) -> None:
    """The pattern finds each way of waiting that it names, and leaves other words alone."""
    assert FORBIDDEN_IN_GUI.search(line)
    assert not FORBIDDEN_IN_GUI.search("port.execute(command)")


@pytest.mark.parametrize("path", tracked("core", "lucid_gui", "docs", "image-build"), ids=name_of)
def test_files_name_no_machine(path: Path) -> None:
    """No file names a directory of somebody's machine."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return  # a picture or a font
    assert MACHINE_PATH.findall(text) == []


def test_locks_hold_no_address() -> None:
    """A lock names packages, versions and hashes, and no place to get them from."""
    for lock in tracked("*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_no_work_is_put_off_in_comments() -> None:
    """What is to be done is an issue, not a comment."""
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [name_of(path) for path in EVERYTHING if mark.search(path.read_text(encoding="utf-8"))]
    assert found == []
