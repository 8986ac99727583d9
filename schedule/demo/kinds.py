"""What patients of the demo clinic come for: how long it takes, on which tooth, and what follows from it.

The codes are the schedule's side of a visit; billing's demo knows which services each of them makes.
"""

from dataclasses import dataclass
from random import Random

from organization.demo import CHILDREN, HYGIENIST, ORTHODONTIST, ORTHOPAEDIST, SURGEON, THERAPIST

MOLARS = ("16", "26", "36", "46", "17", "27", "37", "47")
PREMOLARS = ("14", "15", "24", "25", "34", "35", "44", "45")
FRONT = ("11", "21", "12", "22", "13", "23", "33", "43", "31", "41")
WISDOM = ("18", "28", "38", "48")
PRIMARY = ("54", "55", "64", "65", "74", "75", "84", "85", "53", "63")
FIRST_MOLARS = ("16", "26", "36", "46")

POOLS = {
    "back": MOLARS + PREMOLARS,
    "molar": MOLARS,
    "front": FRONT,
    "any": MOLARS + PREMOLARS + FRONT,
    "wisdom": WISDOM,
    "primary": PRIMARY,
    "first molar": FIRST_MOLARS,
}


@dataclass(frozen=True)
class Next:
    """What may follow: how likely, which kind, after how many days. Without a specialty the same doctor does it."""

    chance: float
    kind: str
    after: tuple[int, int]
    specialty: str = ""
    is_same_tooth: bool = True


@dataclass(frozen=True)
class Kind:
    """A reason for coming."""

    code: str
    purpose: str
    minutes: int
    weight: int  # among those who come without an earlier plan; 0 only follows from another
    teeth: str = ""
    nexts: tuple[Next, ...] = ()

    def purpose_on(self, tooth: str) -> str:
        return f"{self.purpose} {tooth}" if tooth else self.purpose

    def tooth(self, rng: Random) -> str:
        return rng.choice(POOLS[self.teeth]) if self.teeth else ""


RECALL = (
    Next(0.30, "hygiene", (150, 200), HYGIENIST, is_same_tooth=False),
    Next(0.25, "checkup", (160, 220), THERAPIST, is_same_tooth=False),
)
TREATMENT = (
    Next(0.34, "caries", (4, 18), is_same_tooth=False),
    Next(0.14, "pulpitis", (2, 9), is_same_tooth=False),
    Next(0.16, "hygiene", (5, 20), HYGIENIST, is_same_tooth=False),
    Next(0.08, "extraction", (3, 12), SURGEON, is_same_tooth=False),
    Next(0.08, "crown consult", (5, 20), ORTHOPAEDIST, is_same_tooth=False),
)

_BY_SPECIALTY: dict[str, tuple[Kind, ...]] = {
    THERAPIST: (
        Kind("checkup", "осмотр", 30, 26, nexts=TREATMENT),
        Kind("caries", "кариес", 45, 34, "back", (Next(0.34, "caries", (6, 21), is_same_tooth=False), *RECALL)),
        Kind("front filling", "реставрация", 60, 8, "front", RECALL),
        Kind("refilling", "замена пломбы", 45, 12, "back", RECALL),
        Kind("wedge", "клиновидный дефект", 45, 6, "back", RECALL),
        Kind("pulpitis", "пульпит", 90, 12, "molar", (Next(0.93, "canals", (7, 14)),)),
        Kind("canals", "пломбирование каналов", 60, 0, "molar", (Next(0.5, "crown consult", (7, 30), ORTHOPAEDIST),)),
        Kind("acute", "острая боль", 30, 12, "back", (Next(0.6, "pulpitis", (1, 6)),)),
        Kind("polish", "полировка пломбы", 15, 5, "back", RECALL),
    ),
    SURGEON: (
        Kind("surgery consult", "консультация хирурга", 30, 20, nexts=(
            Next(0.35, "extraction", (1, 10), is_same_tooth=False), Next(0.22, "implant", (7, 30), is_same_tooth=False),
        )),
        Kind("extraction", "удаление", 45, 40, "back", (Next(0.25, "stitches", (7, 9)),)),
        Kind("hard extraction", "сложное удаление", 60, 16, "molar", (Next(0.6, "stitches", (7, 9)),)),
        Kind("wisdom", "удаление", 75, 14, "wisdom", (Next(0.8, "stitches", (7, 9)),)),
        Kind("implant", "имплантат", 60, 5, "molar", (Next(0.9, "stitches", (8, 12)), Next(0.9, "healing", (90, 130)))),
        Kind("healing", "формирователь десны", 30, 0, "molar", (Next(0.85, "implant crown", (14, 30), ORTHOPAEDIST),)),
        Kind("stitches", "снятие швов", 15, 0, "molar"),
    ),
    ORTHOPAEDIST: (
        Kind("crown consult", "консультация ортопеда", 45, 30, "molar", (Next(0.62, "crown prep", (3, 14)),)),
        Kind("crown prep", "препарирование", 75, 12, "molar", (Next(0.95, "crown fitting", (7, 12)),)),
        Kind("crown fitting", "примерка", 30, 0, "molar", (Next(0.97, "crown", (4, 9)),)),
        Kind("crown", "фиксация коронки", 45, 0, "molar", RECALL),
        Kind("implant crown", "коронка на имплантате", 60, 0, "molar", RECALL),
        Kind("recement", "повторная фиксация", 30, 14, "molar"),
        Kind("denture", "съёмный протез", 60, 9, nexts=(Next(0.6, "denture fix", (6, 15)),)),
        Kind("denture fix", "коррекция протеза", 30, 9),
    ),
    ORTHODONTIST: (
        Kind("braces consult", "консультация ортодонта", 45, 34, nexts=(Next(0.42, "braces", (7, 30)),)),
        Kind("braces", "установка брекетов", 90, 5, nexts=(Next(0.97, "activation", (26, 34)),)),
        Kind("activation", "активация", 30, 8, nexts=(
            Next(0.90, "activation", (26, 36)), Next(0.05, "braces off", (26, 36)),
        )),
        Kind("bracket", "отклеился брекет", 30, 14, "any"),
        Kind("braces off", "снятие брекетов", 75, 3, nexts=(Next(0.9, "retainer", (1, 7)),)),
        Kind("retainer", "ретейнер", 45, 4),
    ),
    HYGIENIST: (
        Kind("hygiene", "гигиена", 60, 70, nexts=(
            Next(0.30, "checkup", (1, 14), THERAPIST, is_same_tooth=False),
            Next(0.45, "hygiene", (150, 200), is_same_tooth=False),
        )),
        Kind("fluoride", "фторирование", 30, 12),
        Kind("gums", "пародонтальный осмотр", 45, 12, nexts=(Next(0.5, "curettage", (5, 14)),)),
        Kind("curettage", "кюретаж", 60, 0, "molar", RECALL),
        Kind("whitening", "отбеливание", 90, 5),
    ),
    CHILDREN: (
        Kind("child checkup", "осмотр", 30, 28, nexts=(
            Next(0.4, "child caries", (3, 14)), Next(0.25, "sealing", (5, 20)),
            Next(0.25, "child checkup", (120, 200)),
        )),
        Kind("child caries", "кариес", 45, 34, "primary", (
            Next(0.4, "child caries", (5, 16), is_same_tooth=False), Next(0.3, "child checkup", (120, 200)),
        )),
        Kind("sealing", "герметизация", 30, 14, "first molar"),
        Kind("child pulpitis", "пульпит", 60, 8, "primary"),
        Kind("child extraction", "удаление", 30, 10, "primary"),
        Kind("child hygiene", "гигиена", 45, 10, nexts=(Next(0.4, "child hygiene", (150, 210)),)),
    ),
}  # fmt: skip

KINDS: dict[str, Kind] = {kind.code: kind for kinds in _BY_SPECIALTY.values() for kind in kinds}
SPECIALTY_OF: dict[str, str] = {kind.code: name for name, kinds in _BY_SPECIALTY.items() for kind in kinds}
FIRST_KINDS: dict[str, str] = {
    THERAPIST: "checkup",
    SURGEON: "surgery consult",
    ORTHOPAEDIST: "crown consult",
    ORTHODONTIST: "braces consult",
    HYGIENIST: "hygiene",
    CHILDREN: "child checkup",
}
FIRST_IS_A_LOOK = 0.55  # the others come straight for the treatment
OPEN_KINDS: dict[str, tuple[list[Kind], list[int]]] = {
    name: ([kind for kind in kinds if kind.weight], [kind.weight for kind in kinds if kind.weight])
    for name, kinds in _BY_SPECIALTY.items()
}


def usual(rng: Random, specialty: str, longest: int) -> Kind:
    """What somebody comes to this kind of doctor for without an earlier plan, if there are so many minutes."""
    kinds, weights = OPEN_KINDS[specialty]
    for _ in range(4):
        kind = rng.choices(kinds, weights)[0]
        if kind.minutes <= longest:
            return kind
    return min(kinds, key=lambda kind: kind.minutes)


def first(rng: Random, specialty: str, longest: int) -> Kind:
    """What somebody comes for the first time."""
    look = KINDS[FIRST_KINDS[specialty]]
    is_a_look = rng.random() < FIRST_IS_A_LOOK and look.minutes <= longest
    return look if is_a_look else usual(rng, specialty, longest)
