"""What every worker would load at its first pages, loaded once before they are forked: shared memory, no slow start."""

import gc
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def warm_up() -> None:
    """Import all views, compile all templates and catalogues; asks nothing of the database, which may be away."""
    import_module(settings.ROOT_URLCONF)
    get_resolver().app_dict  # noqa: B018  fills the table of routes
    for language, _title in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        try:
            get_template(path.relative_to(folder).as_posix())
        except (TemplateDoesNotExist, TemplateSyntaxError):
            continue  # whoever asks for it will be told


def freeze() -> None:
    """Leave what is loaded out of garbage collection, which would walk it, and copy its pages into each worker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(
        10_000, 10, 10
    )  # a page makes thousands of short-lived objects; the usual 700 is for small programs
