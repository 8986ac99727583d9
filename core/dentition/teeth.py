"""Teeth by their FDI number (ISO 3950), and the areas of the mouth they form."""

import re
from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.dentition.errors import UnknownTooth


class Jaw(TextChoices):
    UPPER = "upper", _("upper jaw")
    LOWER = "lower", _("lower jaw")


class Side(TextChoices):
    """The patient's own side; on the screen the right side is drawn on the left."""

    RIGHT = "right", _("right side")
    LEFT = "left", _("left side")


class ToothKind(TextChoices):
    INCISOR = "incisor", _("incisor")
    CANINE = "canine", _("canine")
    PREMOLAR = "premolar", _("premolar")
    MOLAR = "molar", _("molar")


class Dentition(TextChoices):
    """Which teeth a chart shows."""

    PERMANENT = "permanent", _("Permanent")
    MIXED = "mixed", _("Mixed")
    PRIMARY = "primary", _("Primary")

    @classmethod
    def at_age(cls, years: float) -> "Dentition":
        """The dentition usual at an age in years; a chart may always be switched by hand."""
        if years < FIRST_PERMANENT_TOOTH_YEARS:
            return cls.PRIMARY
        return cls.MIXED if years < LAST_PRIMARY_TOOTH_YEARS else cls.PERMANENT


FIRST_PERMANENT_TOOTH_YEARS = 6
LAST_PRIMARY_TOOTH_YEARS = 13

_CODE = re.compile(r"(?:([1-4])\.?([1-8])|([5-8])\.?([1-5]))(s?)")
_THIRD_MOLAR = 8


class Tooth(str):
    """One tooth by its FDI code: permanent "36", primary "75", or supernumerary beside a tooth, "11s".

    It is a string, so that it goes into JSON, arrays and templates as it is. "3.6" is read as "36".

    Raises: UnknownTooth.
    """

    __slots__ = ()

    def __new__(cls, code: str | int) -> "Tooth":
        if isinstance(code, Tooth):
            return code
        match = _CODE.fullmatch(str(code))
        if match is None:
            raise UnknownTooth(typed=code)
        return super().__new__(cls, "".join(part for part in match.groups() if part))

    @property
    def quadrant(self) -> int:
        """1–4 for permanent teeth, 5–8 for primary ones, clockwise as the doctor looks at the patient."""
        return int(self[0])

    @property
    def position(self) -> int:
        """The place counted from the midline: 1–8, in primary teeth 1–5."""
        return int(self[1])

    @property
    def is_primary(self) -> bool:
        return self.quadrant > 4

    @property
    def is_supernumerary(self) -> bool:
        return self.endswith("s")

    @property
    def jaw(self) -> Jaw:
        return Jaw.UPPER if self.quadrant in {1, 2, 5, 6} else Jaw.LOWER

    @property
    def side(self) -> Side:
        return Side.RIGHT if self.quadrant in {1, 4, 5, 8} else Side.LEFT

    @property
    def kind(self) -> ToothKind:
        if self.position <= 2:
            return ToothKind.INCISOR
        if self.position == 3:
            return ToothKind.CANINE
        is_premolar = self.position <= 5 and not self.is_primary
        return ToothKind.PREMOLAR if is_premolar else ToothKind.MOLAR

    @property
    def is_front(self) -> bool:
        """Incisors and canines: they have an edge instead of a chewing surface."""
        return self.position <= 3

    @property
    def roots(self) -> int:
        """The usual number of roots; the default of the canal table, editable there."""
        if self.is_supernumerary:
            return 1
        if self.kind == ToothKind.MOLAR:
            return 3 if self.jaw == Jaw.UPPER else 2
        return 2 if self in {"14", "24"} else 1

    @property
    def canals(self) -> int:
        """The usual number of canals; a fourth one in 16, 26, 36 and 46 is added by hand when found."""
        if self.kind == ToothKind.MOLAR and not self.is_supernumerary:
            return 2 if self in {"38", "48"} else 3
        return self.roots

    @property
    def successor(self) -> "Tooth | None":
        """The permanent tooth that replaces this primary one."""
        if not self.is_primary or self.is_supernumerary:
            return None
        return Tooth(f"{self.quadrant - 4}{self.position}")

    @property
    def predecessor(self) -> "Tooth | None":
        """The primary tooth that stood here; permanent molars have none."""
        if self.is_primary or self.is_supernumerary or self.position > 5:
            return None
        return Tooth(f"{self.quadrant + 4}{self.position}")

    @property
    def sextant(self) -> int | None:
        """1–6: 17–14, 13–23, 24–27, 37–34, 33–43, 44–47. Third molars belong to none."""
        if self.position == _THIRD_MOLAR:
            return None
        if self.is_front:
            return 2 if self.jaw == Jaw.UPPER else 5
        first, last = (1, 3) if self.jaw == Jaw.UPPER else (6, 4)
        return first if self.side == Side.RIGHT else last

    @property
    def dotted(self) -> str:
        """The same number the way some clinics print it: 3.6."""
        return f"{self[0]}.{self[1:]}"


def _arch(right: int, left: int, positions: int) -> tuple[Tooth, ...]:
    from_right = [Tooth(f"{right}{position}") for position in range(positions, 0, -1)]
    return (*from_right, *(Tooth(f"{left}{position}") for position in range(1, positions + 1)))


# Each row as it is drawn, from the patient's right to the left.
UPPER_PERMANENT = _arch(1, 2, 8)
LOWER_PERMANENT = _arch(4, 3, 8)
UPPER_PRIMARY = _arch(5, 6, 5)
LOWER_PRIMARY = _arch(8, 7, 5)
ARCHES = (UPPER_PERMANENT, UPPER_PRIMARY, LOWER_PRIMARY, LOWER_PERMANENT)

_CHART_ORDER: dict[str, int] = {tooth: index for index, tooth in enumerate(tooth for arch in ARCHES for tooth in arch)}


def in_chart_order(teeth: Iterable[str]) -> list[Tooth]:
    """The teeth without repeats, row by row from above, each row from the patient's right to the left."""
    return sorted(
        {Tooth(tooth) for tooth in teeth}, key=lambda tooth: (_CHART_ORDER[tooth[:2]], tooth.is_supernumerary)
    )


def teeth_of(dentition: Dentition = Dentition.PERMANENT) -> tuple[Tooth, ...]:
    """Every tooth of a dentition in the chart's order, supernumerary ones left out."""
    shown = {Dentition.PERMANENT: (False,), Dentition.PRIMARY: (True,), Dentition.MIXED: (False, True)}[dentition]
    return tuple(tooth for arch in ARCHES for tooth in arch if tooth.is_primary in shown)


class Area(TextChoices):
    """A part of the mouth larger than a tooth. Sextants are named by their permanent teeth."""

    MOUTH = "mouth", _("Whole mouth")
    UPPER = "upper", _("Upper jaw")
    LOWER = "lower", _("Lower jaw")
    QUADRANT_1 = "q1", _("Upper right")
    QUADRANT_2 = "q2", _("Upper left")
    QUADRANT_3 = "q3", _("Lower left")
    QUADRANT_4 = "q4", _("Lower right")
    SEXTANT_1 = "s1", _("Teeth 17–14")
    SEXTANT_2 = "s2", _("Teeth 13–23")
    SEXTANT_3 = "s3", _("Teeth 24–27")
    SEXTANT_4 = "s4", _("Teeth 37–34")
    SEXTANT_5 = "s5", _("Teeth 33–43")
    SEXTANT_6 = "s6", _("Teeth 44–47")

    @classmethod
    def quadrants(cls) -> list["Area"]:
        return [area for area in cls if area.value.startswith("q")]

    @classmethod
    def sextants(cls) -> list["Area"]:
        return [area for area in cls if area.value.startswith("s")]

    def holds(self, tooth: Tooth) -> bool:
        """Whether the tooth, permanent or primary, lies in this part of the mouth."""
        if self == Area.MOUTH:
            return True
        if self in {Area.UPPER, Area.LOWER}:
            return tooth.jaw.value == self.value
        number = int(self.value[1])
        return number == (tooth.sextant if self.value[0] == "s" else (tooth.quadrant - 1) % 4 + 1)

    def teeth(self, dentition: Dentition = Dentition.PERMANENT) -> tuple[Tooth, ...]:
        """The teeth of this area in the chart's order."""
        return tuple(tooth for tooth in teeth_of(dentition) if self.holds(tooth))
