"""Which services a visit of the demo makes: the words of the schedule's kinds turned into lines of the price list."""

from dataclasses import dataclass
from random import Random

from core.dentition import Tooth

# Among these one is done; the weight of each.
Choice = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Item:
    """A service, or one of several: how likely, and how many of it (of a tooth service: on how many teeth)."""

    service: str | Choice
    chance: float = 1.0
    quantity: tuple[int, int] = (1, 1)

    def chosen(self, rng: Random) -> str | None:
        if self.chance < 1 and rng.random() >= self.chance:
            return None
        if isinstance(self.service, str):
            return self.service
        return rng.choices([code for code, _ in self.service], [weight for _, weight in self.service])[0]


_FILLING: Choice = (("Т-002", 3), ("Т-003", 5), ("Т-004", 2))
_CROWN: Choice = (("О-006", 45), ("О-007", 40), ("О-008", 15))
_FREE_FITTING = 0.25  # of fittings and checks something is charged

ITEMS: dict[str, tuple[Item, ...]] = {
    "checkup": (Item("К-001"), Item("Р-003", 0.45), Item("Р-001", 0.5), Item("П-007", 0.4), Item("Т-013", 0.3)),
    "caries": (Item("А-002", 0.95), Item("Т-017", 0.8), Item(_FILLING), Item("Р-001", 0.6), Item("Т-014", 0.45)),
    "front filling": (Item("А-002", 0.7), Item("Т-017", 0.5), Item((("Т-005", 6), ("Т-006", 4))), Item("Т-014", 0.4)),
    "refilling": (Item("А-002", 0.8), Item("Т-017", 0.5), Item("Т-011"), Item("Р-001", 0.4)),
    "wedge": (Item("А-002", 0.5), Item("Т-008"), Item("Т-012", 0.5)),
    "pulpitis": (
        Item("А-003"), Item("Т-017"), Item("Э-001"), Item("Э-006", 0.6), Item("Э-005", 0.8), Item("Т-009", 0.7),
        Item("Р-001", 0.9),
    ),
    "canals": (
        Item("Т-017", 0.8), Item("Э-003"), Item("Р-001"), Item("Э-011", 0.3), Item((("Т-003", 4), ("Т-004", 6))),
    ),
    "acute": (Item("К-002"), Item("А-002", 0.8), Item("Э-016", 0.6), Item("Р-001", 0.9), Item("Т-009", 0.6)),
    "polish": (Item("Т-014", 0.7), Item("К-002", 0.4)),
    "surgery consult": (Item("К-004"), Item("Р-003", 0.6), Item("Р-005", 0.3), Item("Р-008", 0.3)),
    "extraction": (
        Item("А-002", 1.0, (1, 2)), Item((("Х-001", 75), ("Х-004", 25))), Item("Р-001", 0.7), Item("Х-016", 0.5),
        Item("Х-009", 0.35),
    ),
    "hard extraction": (Item("А-003"), Item("Х-002"), Item("Х-016"), Item("Р-001", 0.6), Item("Х-009", 0.35)),
    "wisdom": (Item("А-003", 1.0, (1, 2)), Item("Х-003"), Item("Х-016"), Item("Р-003", 0.5)),
    "implant": (
        Item("А-002", 1.0, (2, 3)), Item((("И-001", 65), ("И-002", 35))), Item("Х-016"), Item("Р-007", 0.8),
        Item("И-007", 0.15),
    ),
    "healing": (Item("А-002"), Item("И-003"), Item("Р-001", 0.8)),
    "stitches": (Item("Х-017", 0.7), Item("К-005", 0.5)),
    "crown consult": (Item("К-006"), Item("Р-003", 0.5), Item("О-002", 0.5), Item("Р-001", 0.5)),
    "crown prep": (Item("А-003", 0.8), Item("О-004"), Item("О-005", 0.8), Item("О-001", 1.0, (1, 2))),
    "crown fitting": (Item("О-003", _FREE_FITTING),),
    "crown": (Item(_CROWN), Item("О-011", 0.2), Item("Р-001", 0.4)),
    "implant crown": (Item((("И-009", 60), ("И-010", 40))), Item("О-001", 0.5), Item("Р-001", 0.6)),
    "recement": (Item("О-020"), Item("О-019", 0.3), Item("Р-001", 0.4)),
    "denture": (Item((("О-013", 5), ("О-014", 3), ("О-015", 2))), Item("О-001", 1.0, (1, 2)), Item("К-006", 0.4)),
    "denture fix": (Item("О-018", 0.3), Item("О-017", 0.15)),
    "braces consult": (Item("К-007"), Item("ОР-001", 0.4), Item("Р-003", 0.6), Item("Р-004", 0.5)),
    "braces": (Item((("ОР-002", 6), ("ОР-003", 4))), Item("Р-003", 0.3), Item("П-001", 0.25)),
    "activation": (Item("ОР-004", 1.0, (1, 2)), Item("К-008", 0.6), Item("ОР-005", 0.15), Item("П-007", 0.5)),
    "bracket": (Item("ОР-005"), Item("К-008", 0.6), Item("П-007", 0.3)),
    "braces off": (Item("ОР-006", 1.0, (1, 2)), Item("ОР-009", 0.7), Item("П-004", 0.4)),
    "retainer": (Item("ОР-007", 1.0, (1, 2)), Item("К-008", 0.6), Item("П-007", 0.4)),
    "hygiene": (Item("П-001"), Item("П-007", 0.8), Item("П-005", 0.5), Item("К-009", 0.4), Item("Т-012", 0.3)),
    "fluoride": (Item("П-005"), Item("П-007", 0.4)),
    "gums": (Item("П-006"), Item("П-014", 0.4), Item("П-011", 0.4), Item("Р-003", 0.3)),
    "curettage": (Item("А-002", 1.0, (1, 3)), Item("П-008", 1.0, (2, 5)), Item("П-011", 0.6), Item("П-012", 0.4)),
    "whitening": (Item("Т-016"), Item("Т-012", 0.5, (2, 4)), Item("П-004", 0.3)),
    "child checkup": (Item((("Д-001", 7), ("Д-002", 3))), Item("Д-009", 0.5), Item("П-007", 0.6), Item("Р-001", 0.3)),
    "child caries": (
        Item("А-001", 0.8), Item("А-002", 0.6), Item((("Д-004", 6), ("Д-005", 4))), Item("Т-017", 0.3),
        Item("Д-009", 0.2),
    ),
    "sealing": (Item("Д-003", 1.0, (1, 3)), Item("П-007", 0.8), Item("Д-009", 0.4), Item("Д-002", 0.4)),
    "child pulpitis": (Item("А-001"), Item("А-002"), Item("Д-006"), Item("Д-011", 0.4), Item("Р-001", 0.5)),
    "child extraction": (Item("А-001"), Item("А-002", 0.7), Item("Д-008"), Item("Р-001", 0.2)),
    "child hygiene": (Item("Д-010"), Item("П-007", 0.8), Item("Д-009", 0.6), Item("Д-002", 0.3)),
}  # fmt: skip

BY_CANAL = {"Э-001", "Э-003", "Э-006"}  # one for each canal of the tooth
ANY_TOOTH = ("16", "26", "36", "46", "15", "25", "35", "45", "11", "21")
_SURFACES = {"Т-002": ("O", "B", "O", "L"), "Т-003": ("MO", "OD"), "Т-004": ("MOD", "MO", "OD"), "Т-008": ("C",)}
_FRONT_SURFACES = {"Т-002": ("M", "D", "B"), "Т-003": ("MI", "ID"), "Т-004": ("MID",), "Т-008": ("C",)}
_OTHER = ("MO", "OD", "O")
_FRONT_OTHER = ("M", "D")


def surfaces_for(rng: Random, code: str, tooth: str) -> str:
    """Surfaces this filling would have on this tooth, in printing order."""
    if Tooth(tooth).is_front:
        return rng.choice(_FRONT_SURFACES.get(code, _FRONT_OTHER))
    return rng.choice(_SURFACES.get(code, _OTHER))


def teeth_for(rng: Random, tooth: str, count: int) -> list[str]:
    """The visit's tooth, and its neighbours in the row when more are done."""
    first = tooth or rng.choice(ANY_TOOTH)
    position = int(first[1])
    last = 5 if Tooth(first).is_primary else 8
    row = [*range(position, last + 1), *range(position - 1, 0, -1)][:count]
    return [f"{first[0]}{place}" for place in sorted(row)]
