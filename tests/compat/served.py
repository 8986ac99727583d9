"""Which scripts and styles the product serves, and what of the vendored ones is known and harmless."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

# Found by Django, loaded by no page of ours.
NOT_LOADED = {
    "rest_framework/": "the browsable API is off; only JSON is answered",
    "django_htmx/": "but for htmx 2 itself, which is listed below",
    "drf_spectacular_sidecar/redoc/": "the API is documented by Swagger UI alone",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-es-": "the same bundle for build tools",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.js": "the same bundle without its standalone frame",
}
LOADED = {"django_htmx/htmx-2.min.js"}


@dataclass(frozen=True)
class Served:
    """One file a browser may load."""

    name: str
    path: Path

    @property
    def is_ours(self) -> bool:
        return self.path.is_relative_to(settings.BASE_DIR / "static") and not self.name.startswith("vendor/")


@dataclass(frozen=True)
class Known:
    """A finding in a vendored file that does no harm, and why."""

    name: str
    rule: str
    excerpt: str
    reason: str

    def explains(self, name: str, rule: str, excerpt: str) -> bool:
        return (name, rule) == (self.name, self.rule) and self.excerpt in excerpt


def served_files() -> Iterator[Served]:
    """Every script and style Django would serve and a page may load."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            if not name.endswith((".js", ".mjs", ".css")):
                continue
            if name in LOADED or not name.startswith(tuple(NOT_LOADED)):
                yield Served(name, Path(storage.path(name)))


TABLER_JS = "vendor/tabler/tabler.min.js"
CALENDAR_JS = "vendor/event-calendar/event-calendar.min.js"
ECHARTS = "vendor/echarts/echarts.common.min.js"
HTMX = "django_htmx/htmx-2.min.js"
SAME_NAME = "a method of the library's own with the same name"

SWAGGER_JS = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"
SWAGGER = "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css"

KNOWN = (
    Known(
        SWAGGER,
        "plugin/use-baseline",
        "",
        "the page for writers of programs: columns and signs look plainer, nothing else",
    ),
    Known(SWAGGER_JS, "compat/compat", "cheduling", "asked for before it is used"),
    Known("vendor/tabler/tabler.min.css", "plugin/use-baseline", "a:hover:has(.icon)", "only underlining is lost"),
    Known(
        "vendor/tabler/tabler.min.css",
        "plugin/use-baseline",
        "mask-",
        "goes with its prefix; placeholders we do not use",
    ),
    Known("vendor/tom-select/tom-select.bootstrap5.min.css", "plugin/use-baseline", "color-mix(", "option groups only"),
    Known(
        "vendor/tom-select/tom-select.bootstrap5.min.css", "function-disallowed-list", "color-mix(", "the same place"
    ),
    Known(TABLER_JS, "compat/compat", "navigator.userAgentData", "asked for before it is used"),
    Known(
        CALENDAR_JS,
        "es-x/no-intl-numberformat-prototype-formatrange",
        "ormatRange",
        "of a date format: Chrome 76, Firefox 91",
    ),
    Known(ECHARTS, "es-x/no-set-prototype-union", "union", SAME_NAME),
    Known(ECHARTS, "es-x/no-intl-pluralrules-prototype-selectrange", "selectRange", SAME_NAME),
    Known(HTMX, "no-restricted-properties", "moveBefore", "asked for before it is used"),
    Known(HTMX, "no-restricted-properties", "startViewTransition", "asked for before it is used"),
)
