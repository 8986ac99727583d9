"""Sizes, names, docstrings: what a reader may count on in every file."""

import ast

from tests.structure.source import APPS, ROOT, functions, name_of, python_files, tree_of

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
ROOMS_WITH_DOCSTRINGS = ("services", "selectors", "ports")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}


def own_files():
    return [path for path in python_files() if path.parent.name != "migrations"]


def test_no_file_is_too_long_to_read():
    long = {name_of(p): n for p in own_files() if (n := p.read_text("utf-8").count("\n")) > MAX_FILE_LINES}
    assert long == {}


def test_no_function_is_too_long_to_read():
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in own_files()
        for node in functions(tree_of(path))
        if (node.end_lineno or node.lineno) - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_room_without_a_name():
    assert [name_of(path) for path in own_files() if path.name in FORBIDDEN_NAMES] == []


def is_room(path, room) -> bool:
    return path.stem == room or room in path.relative_to(ROOT).parts[1:-1]


def test_public_services_selectors_and_ports_say_what_they_do():
    bare = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in own_files()
        if any(is_room(path, room) for room in ROOMS_WITH_DOCSTRINGS)
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert bare == []


def test_services_take_an_actor_by_name():
    """Every write names who does it; the reasons of the few exceptions stand beside them."""
    exceptions = {
        "patients/services.py refresh_search",  # derives lexemes, changes nothing a person sees
    }
    wrong = []
    for path in own_files():
        if not is_room(path, "services") or path.relative_to(ROOT).parts[0] == "core":
            continue
        for node in tree_of(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or not writes(node):
                continue
            names = [argument.arg for argument in node.args.kwonlyargs]
            if "actor" not in names and f"{name_of(path)} {node.name}" not in exceptions:
                wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert wrong == []


def writes(node: ast.FunctionDef) -> bool:
    """A service is recognised by its transaction."""
    return any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_models_have_no_business_in_signals():
    wrong = [
        f"{name_of(path)}: {signal}"
        for path in own_files()
        for signal in ("post_save", "pre_save", "post_delete", "pre_delete")
        if signal in path.read_text("utf-8")
    ]
    assert wrong == []


def test_every_app_has_a_module_declaration():
    assert [app for app in APPS if not (ROOT / app / "module.py").exists()] == []
