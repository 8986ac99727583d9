"""Everything we serve runs in Chrome 109 and Firefox 115, the last browsers of Windows 7."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.install import install_lint_tools
from tests.compat.served import KNOWN, served_files

LINT = Path(__file__).parent / "lint.mjs"

NEW_STYLES = [
    ".a:has(.b) { color: red; }",
    ".a { color: color-mix(in srgb, red, blue); }",
    ".a { .b { color: red; } }",
    ".a { & > .b { color: red; } }",
    ".a { grid-template-columns: subgrid; }",
    ".a { color: light-dark(#000, #fff); }",
    ".a { color: rgb(from var(--b) r g b / 50%); }",
    ".a { text-wrap: balance; }",
    ".a { field-sizing: content; }",
    "@scope (.a) { .b { color: red; } }",
    "@starting-style { .b { color: red; } }",
    ".a:popover-open { color: red; }",
    ".a:nth-child(2 of .b) { color: red; }",
    ".a { color: oklch(60% 0.1 200); }",
    "@property --a { syntax: '<length>'; inherits: false; initial-value: 0; }",
]
NEW_SCRIPTS = [
    "list.toSorted();",
    "list.toReversed();",
    "list.with(0, 1);",
    "Promise.withResolvers();",
    "Promise.try(act);",
    "Object.groupBy(list, key);",
    "Map.groupBy(list, key);",
    "Array.fromAsync(source);",
    "new Set(a).union(new Set(b));",
    "text.isWellFormed();",
    "/a/v.test(text);",
    "RegExp.escape(text);",
    "new Map().values().map((x) => x);",
    "element.showPopover();",
    "document.startViewTransition(act);",
    "new Intl.DurationFormat('ru');",
    "{ using file = open(); }",
    "new CloseWatcher();",
    "scheduler.postTask(act);",
    "URL.canParse(text);",
    "AbortSignal.any([]);",
]


@pytest.fixture(scope="module", autouse=True)
def tools() -> Path:
    return install_lint_tools()


def lint(files: Iterable[tuple[Path, bool]]) -> list[dict[str, Any]]:
    """Findings of the lint in files; the second of each pair says whether the file is our own."""
    asked = json.dumps([{"path": str(path), "isOurs": is_ours} for path, is_ours in files])
    done = subprocess.run(
        ["node", str(LINT)], input=asked, capture_output=True, text=True, timeout=240, check=False, cwd=LINT.parent
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def line(name: str, finding: dict[str, Any]) -> str:
    return f"{name}:{finding['line']}: {finding['text']} [{finding['rule']}]\n    {finding['excerpt']}"


def test_every_served_file_suits_the_oldest_browsers():
    files = {str(file.path): file for file in served_files()}
    assert len(files) > 30

    findings = [(files[found["path"]].name, found) for found in lint((f.path, f.is_ours) for f in files.values())]

    unexplained = [
        line(name, found)
        for name, found in findings
        if not any(known.explains(name, found["rule"], found["excerpt"]) for known in KNOWN)
    ]
    assert unexplained == [], "\n".join(unexplained)
    stale = [
        known
        for known in KNOWN
        if not any(known.explains(name, found["rule"], found["excerpt"]) for name, found in findings)
    ]
    assert stale == [], f"no longer needed: {stale}"


def test_only_vendored_files_have_known_findings():
    own = {file.name for file in served_files() if file.is_ours}

    assert {known.name for known in KNOWN} & own == set()


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Which of the samples the lint refuses; all in one run of it."""
    folder = tmp_path_factory.mktemp("samples")
    samples = {}
    for kind, sources in (("css", NEW_STYLES), ("js", NEW_SCRIPTS)):
        for number, source in enumerate(sources):
            path = folder / f"{number}.{kind}"
            path.write_text(source)
            samples[str(path)] = source
    return {samples[found["path"]] for found in lint((Path(path), False) for path in samples)}


@pytest.mark.parametrize("source", NEW_STYLES)
def test_style_too_new_for_them_is_refused(refused: set[str], source: str):
    assert source in refused


@pytest.mark.parametrize("source", NEW_SCRIPTS)
def test_script_too_new_for_them_is_refused(refused: set[str], source: str):
    assert source in refused


def test_what_they_know_is_let_through(tmp_path: Path):
    (tmp_path / "known.css").write_text(
        "@container (min-width: 400px) { .a { inset: 0; aspect-ratio: 1; } }\n"
        ".a:is(.b, :where(.c)) { accent-color: red; color: rgb(0 0 0 / 50%); gap: 1px; }\n"
        "@layer base { .a:focus-visible { outline: 1px solid; } }\n"
        "@media (width >= 600px) { .a { width: clamp(1px, 2vw, 3px); } }\n"
    )
    (tmp_path / "known.js").write_text(
        "const last = list.findLast((x) => x?.y ?? 0);\n"
        "class A { #b = 1; static { this.c = 2; } has(x) { return #b in x; } }\n"
        "structuredClone(list.at(-1)); dialog.showModal(); Object.hasOwn({}, 'a'); 'a'.replaceAll('a', 'b');\n"
    )

    assert lint([(tmp_path / "known.css", False), (tmp_path / "known.js", False)]) == []
