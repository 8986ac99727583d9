"""An import may only point down, also a lazy one and one in a migration (import-linter sees module level only)."""

import ast

import pytest

from tests.structure.source import LAYERS, ROOT, SAME_LAYER, name_of, python_files, tree_of


def imported_apps(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found & set(LAYERS)


def may_import(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if any({importer, imported} <= same for same in SAME_LAYER):
        return False
    return LAYERS.index(imported) < LAYERS.index(importer)


@pytest.mark.parametrize("app", LAYERS)
def test_imports_point_down(app):
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] == app
        for imported in imported_apps(tree_of(path))
        if not may_import(app, imported)
    ]
    assert wrong == []


def test_migrations_depend_downwards_only():
    wrong = []
    for path in python_files():
        if path.parent.name != "migrations" or path.name == "__init__.py":
            continue
        app = path.relative_to(ROOT).parts[0]
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Tuple)
                and len(node.elts) == 2
                and all(isinstance(e, ast.Constant) for e in node.elts)
            ):
                first = node.elts[0].value
                # core's tables refer to the swappable user, which Django resolves by a setting
                if first in LAYERS and not may_import(app, first) and app != "core":
                    wrong.append(f"{name_of(path)} depends on {first}")
    assert wrong == []


def test_nobody_imports_another_apps_views():
    wrong = []
    for path in python_files():
        app = path.relative_to(ROOT).parts[0]
        for node in ast.walk(tree_of(path)):
            module = node.module if isinstance(node, ast.ImportFrom) and node.module else ""
            parts = module.split(".")
            if len(parts) > 1 and parts[0] in LAYERS and parts[0] != app and parts[1] == "views" and app != "clinic":
                wrong.append(f"{name_of(path)} imports {module}")
    assert wrong == []
