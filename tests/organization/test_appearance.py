"""The clinic's logo and short name: what is taken, where it shows, who may change it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core import options
from core.printing import ForbiddenAddress, own_file, render_pdf
from organization import appearance
from organization.choices import LOGO, NAME
from organization.errors import PictureRefused, PictureTooLarge
from tests.factories.billing import an_invoice
from tests.factories.options import choose

pytestmark = pytest.mark.django_db
URL = "/settings/appearance/logo/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def client(client_of, director):
    return client_of(director)


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), name: str = "logo.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "#0b7285").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_anew_small_and_without_what_it_carried(media, kind):
    mark = appearance.kept_logo(picture(kind))

    with Image.open(media / "logo" / f"{mark}.png") as kept:
        assert kept.format == "PNG"
        assert kept.width <= 480
        assert kept.height <= 240
        assert kept.info == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"x" * 100,
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_inside_is_refused_whatever_its_name(content):
    with pytest.raises(PictureRefused):
        appearance.kept_logo(SimpleUploadedFile("logo.png", content))


def test_a_picture_that_unpacks_to_too_much_is_refused():
    out = BytesIO()
    Image.new("1", (6000, 6000)).save(out, "PNG")

    with pytest.raises(PictureRefused):
        appearance.kept_logo(SimpleUploadedFile("logo.png", out.getvalue()))


def test_a_large_file_is_refused_unread():
    with pytest.raises(PictureTooLarge):
        appearance.kept_logo(SimpleUploadedFile("logo.png", b"x" * (1024 * 1024 + 1)))


def test_the_logo_shows_in_the_rail_on_the_sign_in_page_and_on_the_invoice(client, branch):
    invoice = an_invoice("100")
    answer = client.post(URL, {"picture": picture(), "was": ""}, headers=HTMX)
    address = reverse("organization:logo", args=[options.value(LOGO)])
    client_without = type(client)()

    assert answer.status_code == 200
    assert address in client.get("/settings/appearance/").content.decode()
    assert address in client_without.get("/login/").content.decode()
    served = client_without.get(address)
    assert served["Content-Type"] == "image/png"
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")
    assert "data:image/png;base64," in client.get(reverse("billing:invoice_print", args=[invoice.pk])).content.decode()


def test_a_refused_file_is_told_beside_the_field_and_nothing_changes(client):
    answer = client.post(URL, {"picture": SimpleUploadedFile("logo.png", b"nothing"), "was": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert 'id="id_picture_error"' in answer.content.decode()
    assert options.value(LOGO) == ""


def test_over_a_logo_changed_meanwhile_the_second_is_told(client):
    client.post(URL, {"picture": picture(), "was": ""}, headers=HTMX)

    answer = client.post(URL, {"picture": picture(size=(300, 300)), "was": ""}, headers=HTMX)

    assert answer.status_code == 422
    assert options.value(LOGO) in answer.content.decode()


def test_removing_it_brings_the_programs_own_sign_back(client):
    client.post(URL, {"picture": picture(), "was": ""}, headers=HTMX)
    address = reverse("organization:logo", args=[options.value(LOGO)])

    client.post("/settings/appearance/logo/remove/", headers=HTMX)

    assert options.value(LOGO) == ""
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("mark", ["x", "0" * 16])
def test_no_other_file_is_served(client, mark):
    assert client.get(f"/logo/{mark}/").status_code == 404


def test_only_who_may_changes_it(client_of, registrar):
    assert client_of(registrar).post(URL, {"picture": picture()}, headers=HTMX).status_code == 403


def test_the_short_name_stands_in_titles_inert(client):
    choose(NAME, "Зубы & <b>")

    assert "· Зубы &amp; &lt;b&gt;</title>" in client.get("/settings/appearance/").content.decode()
    assert "· Зубы &amp; &lt;b&gt;</title>" in type(client)().get("/login/").content.decode()


def test_a_document_may_carry_a_picture_inside_but_fetch_none(media):
    mark = appearance.kept_logo(picture())
    choose(LOGO, mark)

    assert render_pdf(f'<img src="{appearance.logo_data()}">').startswith(b"%PDF")
    with pytest.raises(ForbiddenAddress):
        own_file("data:text/html;base64,AAAA")
