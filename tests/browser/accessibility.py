"""Accessibility of a page by axe: WCAG 2.2 AA, failing on what is serious or critical."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REFUSED = {"serious", "critical"}


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, *, within: str = "", without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What axe finds on the page, or in one part of it, that is serious or critical."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe_source())  # through the debugger: the page's own policy forbids foreign scripts
    scope = {"include": [[within]] if within else [["html"]], "exclude": [[selector] for selector in without]}
    found = page.evaluate(
        "([scope, rules]) => axe.run(scope, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        [scope, RULES],
    )
    return [violation for violation in found["violations"] if violation["impact"] in REFUSED]


def assert_accessible(page: Page, *, within: str = "", without: tuple[str, ...] = ()) -> None:
    """Fail with each rule broken and the elements that break it."""
    lines = []
    for violation in violations(page, within=within, without=without):
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        for node in violation["nodes"][:8]:
            data = json.dumps([check.get("data") for check in node["any"]], ensure_ascii=False)[:300]
            lines.append(f"    {node['target'][0]}  {data}")
    assert not lines, "not accessible:\n" + "\n".join(lines)
