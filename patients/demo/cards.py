"""What stands on the cards besides names: channels, allergies, alerts, notes; all of it plausible, none of it real."""

from random import Random
from typing import Any

from patients.demo import naming
from patients.demo.households import Member
from patients.enums import Sex

CHANNELS = [
    (30, "Рекомендация знакомых"),
    (20, "Яндекс Карты"),
    (13, "2ГИС"),
    (12, "Сайт клиники"),
    (8, "Вывеска, живёт рядом"),
    (7, "ВКонтакте"),
    (6, "ПроДокторов"),
    (4, "Направление врача"),
]
ALLERGIES = [
    (30, "пенициллин"),
    (22, "лидокаин"),
    (14, "латекс"),
    (12, "йод"),
    (10, "ибупрофен, диклофенак"),
    (7, "артикаин с адреналином"),
    (5, "никель, металлы"),
]
ALERTS = [
    (36, "Гипертония: измерить давление перед анестезией"),
    (18, "Сахарный диабет 2 типа"),
    (14, "Принимает антикоагулянты"),
    (10, "Бронхиальная астма"),
    (8, "Кардиостимулятор: без ультразвука"),
    (7, "Сильный страх лечения"),
    (7, "Эпилепсия"),
]
COMMENTS = [
    "Просит звонить после 18:00",
    "Удобны утренние часы",
    "Приходит с ребёнком",
    "Просит напоминать за день и за два часа",
    "Плохо слышит, писать сообщения",
    "Работает посменно",
    "Вносить в лист ожидания на утро",
]
NOTES = [
    "Боится анестезии, объяснять каждый шаг.",
    "Просила показать план лечения мужу, решают вместе.",
    "Хочет рассрочку на протезирование.",
    "Опаздывает, записывать с запасом.",
    "Спрашивала про отбеливание, перезвонить с ценой.",
    "Доволен врачом, обещал привести жену.",
    "Снимок принёс свой, на диске.",
    "Принимает лекарства для сердца, уточнять перед приёмом.",
    "Договор подписан, копия паспорта в папке.",
    "Просит чек на почту.",
]
FORBIDDEN = "Трижды не пришёл без предупреждения"
ARCHIVED = ["Переехал в другой город", "Умер", "Просил удалить из базы", "Двойная карта"]

SURNAME_CHANGED = 0.05  # of grown women
HYPHENATED = 0.007


def fields_of(rng: Random, member: Member, number: int, age: int) -> dict[str, Any]:
    """Columns of a card beside the ones a member brings; ``number`` keeps e-mails apart."""
    former = ""
    surname = member.surname
    if member.sex == Sex.FEMALE and age > 22:
        maiden = naming.surname_of(naming.surname(rng), Sex.FEMALE)
        if rng.random() < SURNAME_CHANGED:
            former = maiden
        elif rng.random() < HYPHENATED and maiden != surname:
            surname = f"{surname}-{maiden}"
    is_draft = rng.random() < 0.015  # made at a phone call
    return {
        "surname": surname,
        "former_surname": former if former != surname else "",
        "name": member.name,
        "patronymic": "" if is_draft else member.patronymic,
        "born_on": None if is_draft else member.born_on,
        "sex": "" if is_draft else member.sex,
        "address": "" if is_draft else member.address,
        "email": f"{naming.latin(member.surname)}{number}@example.com" if age >= 18 and rng.random() < 0.3 else "",
        "snils": snils(rng) if age >= 14 and rng.random() < 0.12 else "",
        "allergy": one_of(rng, ALLERGIES) if rng.random() < 0.055 else "",
        "alert": one_of(rng, ALERTS) if age > 25 and rng.random() < 0.03 + max(age - 45, 0) * 0.004 else "",
        "comment": rng.choice(COMMENTS) if rng.random() < 0.06 else "",
    }


def one_of(rng: Random, choices: list[tuple[int, str]]) -> str:
    return rng.choices([text for _, text in choices], [weight for weight, _ in choices])[0]


def snils(rng: Random) -> str:
    """A number with right check digits. Source: core.requisites."""
    digits = f"{rng.randrange(2_000_000, 1_000_000_000):09d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True)) % 101
    return f"{digits}{total % 100:02d}"
