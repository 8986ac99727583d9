"""The surfaces of a tooth: their codes, letters and names."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.dentition.teeth import Jaw, Tooth


class Surface(TextChoices):
    """One surface; the members stand in the order they are printed: МОД, then В, Я (Н), Ш."""

    MESIAL = "M", _("mesial")
    OCCLUSAL = "O", _("chewing")
    INCISAL = "I", _("incisal edge")
    DISTAL = "D", _("distal")
    BUCCAL = "B", _("vestibular")
    LINGUAL = "L", _("oral")
    CERVICAL = "C", _("cervical")


PRINTED_ORDER = {surface: index for index, surface in enumerate(Surface)}

LETTERS: dict[Surface, Promise] = {
    Surface.MESIAL: pgettext_lazy("tooth surface", "M"),
    Surface.OCCLUSAL: pgettext_lazy("tooth surface", "O"),
    Surface.INCISAL: pgettext_lazy("tooth surface", "I"),
    Surface.DISTAL: pgettext_lazy("tooth surface", "D"),
    Surface.BUCCAL: pgettext_lazy("tooth surface", "B"),
    Surface.CERVICAL: pgettext_lazy("tooth surface", "C"),
}
ORAL_LETTERS: dict[Jaw, Promise] = {
    Jaw.UPPER: pgettext_lazy("tooth surface, upper teeth", "P"),
    Jaw.LOWER: pgettext_lazy("tooth surface, lower teeth", "L"),
}

# Every letter people type for a surface, Russian and Latin, whatever the language of the screen.
TYPED_LETTERS: dict[str, Surface] = {
    letter: surface
    for letters, surface in (
        ("МM", Surface.MESIAL),
        ("ОO", Surface.OCCLUSAL),
        ("РI", Surface.INCISAL),
        ("ДD", Surface.DISTAL),
        ("ВЩГBVF", Surface.BUCCAL),
        ("ЯНLP", Surface.LINGUAL),
        ("ШC", Surface.CERVICAL),
    )
    for letter in letters
}


def surfaces_of(tooth: Tooth) -> tuple[Surface, ...]:
    """The surfaces this tooth has, in the printed order."""
    absent = Surface.OCCLUSAL if tooth.is_front else Surface.INCISAL
    return tuple(surface for surface in Surface if surface != absent)


def surface_letter(surface: Surface, tooth: Tooth | None = None) -> str:
    """The letter printed for a surface. The oral one is another letter above (Н) and below (Я)."""
    if surface != Surface.LINGUAL:
        return str(LETTERS[surface])
    if tooth is None:
        return f"{ORAL_LETTERS[Jaw.LOWER]}/{ORAL_LETTERS[Jaw.UPPER]}"
    return str(ORAL_LETTERS[tooth.jaw])


def surface_name(surface: Surface, tooth: Tooth | None = None) -> str:
    """The surface's full name, by the tooth where it differs: labial or buccal, palatal or lingual."""
    if tooth is not None and surface == Surface.BUCCAL:
        return str(_("labial") if tooth.is_front else _("buccal"))
    if tooth is not None and surface == Surface.LINGUAL:
        return str(_("palatal") if tooth.jaw == Jaw.UPPER else _("lingual"))
    return str(surface.label)
