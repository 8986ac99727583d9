"""An update reaches every PC at once: the address of a static file changes with the files."""

from contextlib import closing

import pytest
from django.conf import settings
from django.templatetags.static import static

from clinic.static_build import mark_of


def test_the_mark_changes_with_name_content_and_release(tmp_path):
    script = tmp_path / "core" / "a.js"
    script.parent.mkdir()
    script.write_text("1")
    first = mark_of(tmp_path, version="1")

    assert mark_of(tmp_path, version="1") == first
    assert mark_of(tmp_path, version="2") != first
    script.write_text("2")
    changed = mark_of(tmp_path, version="1")
    script.rename(script.with_name("b.js"))
    assert len({first, changed, mark_of(tmp_path, version="1")}) == 3


@pytest.mark.django_db  # the end of a request looks at the connection, whoever opened it
def test_a_marked_file_is_served_for_a_year_and_its_neighbours_beside_it(client):
    address = static("core/css/tokens.css")
    assert address == f"/static/{mark_of(settings.BASE_DIR / 'static', version=settings.VERSION)}/core/css/tokens.css"

    font = address.replace("core/css/tokens.css", "vendor/inter/inter-latin-wght-normal.woff2")
    with closing(client.get(address)) as style, closing(client.get(font)) as font_it_names:
        assert (style.status_code, font_it_names.status_code) == (200, 200)
        assert "max-age=31536000" in style.headers["Cache-Control"]
