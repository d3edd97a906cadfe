"""The ground floor: ``retail`` imports the standard library and a short allow-list, nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {"biip", "rfc8785", "retail"}
ALLOWED_MODULES = {"babel.numbers"}
NO_IO = {
    "asyncio", "ctypes", "glob", "http", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib.request", "uuid",
}  # fmt: skip
"""parts of the standard library that would let a rule read the clock, throw dice or touch the world"""
CLOCKS = {"now", "utcnow", "today"}


def sources() -> list[Path]:
    return sorted((ROOT / "retail").rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_the_standard_library_and_the_allow_list(path: Path) -> None:
    for module in imported(ast.parse(path.read_text(encoding="utf-8"))):
        top = module.split(".")[0]
        assert not {top, module} & NO_IO, f"{module}: the rules do no input or output"
        assert top in ALLOWED or module in ALLOWED_MODULES or top in sys.stdlib_module_names, module


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_rule_looks_at_the_clock_or_opens_a_file(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                assert function.attr not in CLOCKS, f"line {node.lineno}: time is an argument"
            elif isinstance(function, ast.Name):
                assert function.id not in {"open", "print", "input"}, f"line {node.lineno}: no input or output"
