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
    wrong = [
        f"{name_of(path)} depends on {depended}"
        for path in python_files()
        if path.parent.name == "migrations" and path.name != "__init__.py"
        for depended in dependencies(tree_of(path)) & set(LAYERS)
        if not may_import(path.relative_to(ROOT).parts[0], depended)
    ]
    assert wrong == []


def dependencies(tree: ast.AST) -> set[str]:
    """Apps named in a migration's ``dependencies``; the swappable user is resolved by a setting and not among them."""
    lists = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "dependencies" for target in node.targets)
    ]
    return {
        element.elts[0].value
        for value in lists
        for element in ast.walk(value)
        if isinstance(element, ast.Tuple) and isinstance(element.elts[0], ast.Constant)
    }


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
