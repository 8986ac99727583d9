"""Who lives together: the people of the demo's city, born, named and reachable, before they come to the clinic."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from core import clock
from core.demo import Run
from organization.demo import hours_of
from patients.demo import naming
from patients.enums import Kinship, Sex

# Who shares a household, and how often that is met.
SHAPES = [
    (46, (("head", None),)),
    (14, (("head", None), ("spouse", None))),
    (11, (("head", (24, 44)), ("child", None))),
    (6, (("head", (27, 46)), ("child", None), ("child", None))),
    (7, (("head", (26, 46)), ("spouse", None), ("child", None))),
    (3, (("head", (30, 48)), ("spouse", None), ("child", None), ("child", None), ("child", None))),
    (4, (("head", (28, 55)), ("parent", None))),
]
ADULT = 18
NEXT_MEMBER_DAYS = 50  # on average, until the next one of a family comes too
FIRST_RUSH, RUSH_DAYS = 2.2, 40  # the cards kept before are moved over as their owners come
SUMMER = {6: 0.9, 7: 0.8, 8: 0.85, 1: 0.75}
# Codes no operator had at the time of writing: nobody is called by mistake.
MOBILE_CODES = ("944", "945", "946", "947", "974", "975")


@dataclass
class Member:
    """A person of a household with what a card says about them."""

    created_at: datetime
    sex: str
    surname: str
    name: str
    patronymic: str
    born_on: date
    kinship: str
    father: str
    household: int = 0
    phones: list[tuple[str, str]] = field(default_factory=list)  # number, whose
    address: str = ""


STREETS = (
    "Ленинский проспект", "Московский проспект", "пр-кт Патриотов", "ул. Плехановская", "ул. Кольцовская",
    "ул. 9 Января", "ул. Димитрова", "ул. Ломоносова", "ул. Лизюкова", "ул. Хользунова", "бул. Победы",
    "ул. Остужева", "ул. Переверткина", "ул. Минская", "ул. Циолковского", "ул. Героев Стратосферы", "ул. Новосибирская",
    "ул. Ростовская", "ул. Домостроителей", "ул. Южно-Моравская", "ул. Космонавтов", "ул. Пешестрелецкая",
    "ул. Краснозвёздная", "ул. Чапаева", "ул. 20-летия Октября", "ул. Никитинская", "ул. Фридриха Энгельса",
    "ул. Карла Маркса", "ул. Средне-Московская", "ул. Революции 1905 года", "ул. Шишкова", "ул. Беговая",
)  # fmt: skip


def members(run: Run, count: int) -> list[Member]:
    """So many people in the order in which their cards were made."""
    city = _City(run, run.rng("households"))
    found: list[Member] = []
    while len(found) < count:
        found += city.household()
    return sorted(found[:count], key=lambda member: member.created_at)


class _City:
    """Gives households one after another."""

    def __init__(self, run: Run, rng: Random) -> None:
        self.run, self.rng = run, rng
        self.last = 0
        self.phone_numbers = self._phone_numbers()
        self.days = [run.first_day + timedelta(days=number) for number in range(run.scale.days + 1)]
        self.weights = list(accumulate(self._day_weight(number, day) for number, day in enumerate(self.days)))

    def household(self) -> list[Member]:
        """Its members who have come by now."""
        self.last += 1
        shape = self.rng.choices([shape for _, shape in SHAPES], [weight for weight, _ in SHAPES])[0]
        surname, address = naming.surname(self.rng), self._address()
        made: list[Member] = []
        moment = self._within(self.rng.choices(self.days, cum_weights=self.weights)[0])
        for kinship, ages in shape:
            if made:
                moment = self._later(moment)
            if moment >= self.run.now:
                break
            member = self._member(made, kinship, ages, surname, moment)
            member.household, member.address = self.last, address
            member.phones = self._phones(member, made)
            made.append(member)
        if len(made) == 1:
            made[0].kinship = ""
        return made

    def _day_weight(self, number: int, day: date) -> float:
        weight = (1 + FIRST_RUSH * 2.718 ** (-number / RUSH_DAYS)) * SUMMER.get(day.month, 1.0)
        if day == self.run.today:
            opens, closes = _open_minutes(day)
            weight *= min(max((self.run.minute_now - opens) / (closes - opens), 0.0), 1.0)
        return weight

    def _within(self, day: date) -> datetime:
        """A moment of an open day that is not yet to come."""
        opens, closes = _open_minutes(day)
        until = min(closes, self.run.minute_now) if day == self.run.today else closes
        minute = self.rng.randrange(opens, max(until, opens + 1))
        return self.run.midnight(day) + timedelta(minutes=minute, seconds=self.rng.randrange(60))

    def _later(self, moment: datetime) -> datetime:
        """When the next member's card is made: at once, or some weeks after."""
        if self.rng.random() < 0.3:
            return moment + timedelta(minutes=self.rng.randrange(2, 6))
        days = 1 + int(self.rng.expovariate(1 / NEXT_MEMBER_DAYS))
        day = clock.localdate(self.run.zone, moment) + timedelta(days=days)
        return self._within(day) if day < self.run.today else self.run.now

    def _member(
        self, made: list[Member], kinship: str, ages: tuple[int, int] | None, surname: str, moment: datetime
    ) -> Member:
        rng, head = self.rng, made[0] if made else None
        born_on = moment.date() - timedelta(days=int(self._age(kinship, ages, head, moment) * 365.25) + 1)
        if kinship == Kinship.SPOUSE and head:
            sex = Sex.FEMALE if head.sex == Sex.MALE else Sex.MALE
        else:
            sex = Sex.FEMALE if rng.random() < (0.68 if kinship == Kinship.HEAD else 0.5) else Sex.MALE
        father = self._father(kinship, born_on, made)
        return Member(
            created_at=moment,
            sex=sex,
            surname=naming.surname_of(surname, sex),
            name=naming.first_name(rng, sex, born_on.year),
            patronymic=naming.patronymic_of(father, sex),
            born_on=born_on,
            kinship=kinship,
            father=father,
        )

    def _father(self, kinship: str, born_on: date, made: list[Member]) -> str:
        """A child's father is in the household, or is the one its brothers and sisters have."""
        if kinship == Kinship.CHILD:
            grown = [member for member in made if member.kinship != Kinship.CHILD and member.sex == Sex.MALE]
            siblings = [member for member in made if member.kinship == Kinship.CHILD]
            if grown:
                return grown[0].name
            if siblings:
                return siblings[0].father
        return naming.father_name(self.rng, born_on.year)

    def _age(self, kinship: str, ages: tuple[int, int] | None, head: Member | None, moment: datetime) -> float:
        rng, head_age = self.rng, (moment.date() - head.born_on).days / 365.25 if head else 0.0
        if kinship == Kinship.CHILD:
            return rng.uniform(2.5, max(3.0, min(17.0, head_age - 19)))
        if kinship == Kinship.SPOUSE:
            return max(20.0, head_age + rng.gauss(0, 3))
        if kinship == Kinship.PARENT:
            return min(88.0, head_age + rng.uniform(21, 33))
        return rng.uniform(*ages) if ages else rng.triangular(18, 84, 36)

    def _phone_numbers(self) -> Iterator[str]:
        given: set[str] = set()
        while True:
            number = f"+7{self.rng.choice(MOBILE_CODES)}{self.rng.randrange(10**7):07d}"
            if number not in given:
                given.add(number)
                yield number

    def _phones(self, member: Member, made: list[Member]) -> list[tuple[str, str]]:
        """An adult's own phone; a child's parent's, and from twelve on perhaps an own one."""
        rng, age = self.rng, (member.created_at.date() - member.born_on).days / 365.25
        parent = made[0] if made else None
        if age >= ADULT:
            phones = [(next(self.phone_numbers), "")]
            if rng.random() < 0.08:
                phones.append((next(self.phone_numbers), "рабочий"))
            if member.kinship == Kinship.PARENT and parent:
                phones.append((parent.phones[0][0], "дочь" if parent.sex == Sex.FEMALE else "сын"))
            return phones
        if parent is None or rng.random() < 0.15:
            return []  # nobody wrote it down: it is on the parent's card
        phones = [(parent.phones[0][0], "мама" if parent.sex == Sex.FEMALE else "папа")]
        if age >= 12 and rng.random() < 0.4:
            phones.append((next(self.phone_numbers), "свой"))
        return phones

    def _address(self) -> str:
        if self.rng.random() < 0.12:
            return ""
        house, flat = self.rng.randrange(1, 140), self.rng.randrange(1, 220)
        place = f"г. Воронеж, {self.rng.choice(STREETS)}, д. {house}"
        return place if self.rng.random() < 0.1 else f"{place}, кв. {flat}"


def _open_minutes(day: date) -> tuple[int, int]:
    opens, closes = hours_of(day)
    return opens.hour * 60, closes.hour * 60 - 30
