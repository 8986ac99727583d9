"""The web server loads views and templates before it forks, with the database away if it must be."""

import sys
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

from clinic.warming import warm_up


def test_warming_compiles_every_template_and_asks_the_database_nothing():
    warm_up()  # no database here: a query would fail the test

    (loader,) = get_template("core/base.html").backend.engine.template_loaders
    compiled = {getattr(template, "name", None) for template in loader.get_template_cache.values()}
    templates = Path(settings.TEMPLATES[0]["DIRS"][0])
    assert {path.relative_to(templates).as_posix() for path in templates.rglob("*.html")} <= compiled
    assert "billing.views.desk" in sys.modules
