"""What can be wrong in a tooth number or a surface somebody typed."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownTooth(DomainError):
    """The number is outside ISO 3950: 19, 49, 56, 86 and the like."""

    text = _("There is no tooth “%(typed)s”. Write the numbers like this: 36, 11-13, 75.")
    code = "unknown_tooth"


class UnclearToothRange(DomainError):
    """The ends of a range stand in different jaws, in different dentitions, or one is supernumerary."""

    text = _("“%(typed)s” is not a range: both ends must be in one jaw, both permanent or both primary.")
    code = "unclear_tooth_range"


class UnknownSurface(DomainError):
    """A letter that names no surface."""

    text = _("“%(typed)s” is not a surface. The letters are: %(letters)s.")
    code = "unknown_surface"


class SurfaceNotOnTooth(DomainError):
    """Incisors and canines have an edge, premolars and molars a chewing surface; never both."""

    text = _("Tooth %(tooth)s has no surface “%(surface)s”. Its surfaces are: %(letters)s.")
    code = "surface_not_on_tooth"
