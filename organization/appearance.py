"""How the clinic shows itself: its short name and its logo.

The logo is kept outside the web root as a PNG made anew by this program, under a name that is the mark of its content;
the option ``organization.logo`` says which one is in force, so that a change, its history and its undoing are an option's.
"""

from __future__ import annotations

import base64
import hashlib
import os
import warnings
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from PIL import Image, UnidentifiedImageError

from core import options
from core.addresses import address
from organization.choices import LOGO, NAME
from organization.errors import PictureRefused, PictureTooLarge

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 20_000_000  # a picture that unpacks to more is no logo
FITS = (480, 240)  # pixels: sharp on paper at 40 mm
FORMATS = ("PNG", "JPEG", "WEBP")


def kept_logo(picture: File[Any]) -> str:
    """Keep an uploaded picture, made small and anew; answers its mark, the value of the option.

    Raises: PictureTooLarge, PictureRefused for what is no PNG, JPEG or WebP inside, whatever its name says.
    """
    if picture.size > MOST_BYTES:
        raise PictureTooLarge(most=filesizeformat(MOST_BYTES))
    content = _made_anew(picture)
    mark = hashlib.sha256(content).hexdigest()[:16]
    path = _path(mark)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return mark


def _made_anew(picture: IO[bytes]) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(picture, formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise PictureRefused
            clean = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        if isinstance(error, PictureRefused):
            raise
        raise PictureRefused from error
    clean.thumbnail(FITS)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def _path(mark: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "logo" / f"{mark}.png"


def logo_file(mark: str) -> Path | None:
    """The file of the logo in force; None for any other mark, or when the file is gone."""
    path = _path(mark)
    return path if mark and mark == options.value(LOGO) and path.is_file() else None


def logo_url() -> str:
    """Address of the logo in force; "" for the program's own sign."""
    mark = options.value(LOGO)
    return address("organization:logo", mark) if mark else ""


def logo_data() -> str:
    """The logo inside a printed document, which fetches nothing; "" for none."""
    path = logo_file(options.value(LOGO))
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}" if path else ""


def clinic_name() -> str:
    """The clinic's short name; "" when it has none."""
    name: str = options.value(NAME)
    return name.strip()
