"""The project's own source files, read once for the tests of its structure."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("core", "organization", "patients", "pricelist", "schedule", "billing", "reports", "clinic", "benchmarks")
SAME_LAYER = ({"patients", "pricelist"},)  # side by side: neither imports the other
APPS = LAYERS[:-2]  # the project and its ruler are no apps


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the apps, migrations too."""
    return tuple(sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
