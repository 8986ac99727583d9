"""Templates: used, honest about what they need, and free of anything the Content-Security-Policy forbids."""

import re

import pytest

from tests.structure.source import ROOT, name_of, python_files, templates

PARTS = [path for path in templates() if path.name.startswith("_")]
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I)
INLINE_HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I)


def test_no_inline_script():
    assert [name_of(path) for path in templates() if INLINE_SCRIPT.search(path.read_text("utf-8"))] == []


def test_no_inline_event_handlers():
    assert [name_of(path) for path in templates() if INLINE_HANDLER.search(path.read_text("utf-8"))] == []


def test_parts_say_what_they_need_in_their_first_line():
    silent = [name_of(path) for path in PARTS if not path.read_text("utf-8").startswith("{# needs:")]
    assert silent == []


def test_no_template_is_unused():
    text = "\n".join(path.read_text("utf-8") for path in (*python_files(), *templates()))
    text += (ROOT / "clinic" / "settings.py").read_text("utf-8")
    django_finds = {"403.html", "404.html", "500.html"}
    names = [path.relative_to(ROOT / "templates").as_posix() for path in templates()]
    assert [name for name in names if name not in text and name not in django_finds] == []


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_a_clinic_pc_loads_nothing_from_the_internet(folder):
    pattern = re.compile(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", re.I)
    files = [p for p in (ROOT / folder).rglob("*") if p.suffix in {".html", ".css", ".js"} and "vendor" not in p.parts]
    assert [name_of(path) for path in files if pattern.search(path.read_text("utf-8"))] == []
