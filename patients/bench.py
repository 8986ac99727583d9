"""The card index under load: find as you type by surname and by phone, open a card."""

import re
from html import unescape
from typing import Any

from core import search
from core.bench import Answer, Browser, Cursor, Operation, Rows, Sample, World, plain
from core.names import normalise

_OPTION = re.compile(r'id="patient-option-(\d+)"')
_NUMBER = re.compile(r"№ (\d{6})")
_NAME = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_FIGURE = re.compile(r'<strong class="z-num[^"]*">(\d+)</strong>')

_FOUND = """
SELECT p.id, p.surname, p.name, p.patronymic, p.card_number, p.born_on, p.allergy, phone.number, account.debt, next.starts_at
FROM (
  SELECT * FROM patients_patient WHERE search @@ %(query)s::tsquery
  ORDER BY archived_at IS NOT NULL, NOT starts_with(sort_key, %(word)s), sort_key, id LIMIT 8
) p
LEFT JOIN LATERAL (
  SELECT number FROM patients_patientphone WHERE patient_id = p.id ORDER BY is_main DESC, id LIMIT 1
) phone ON true
LEFT JOIN LATERAL (SELECT sum(debt) AS debt FROM billing_account WHERE patient_id = p.id) account ON true
LEFT JOIN LATERAL (
  SELECT starts_at FROM schedule_appointment
  WHERE patient_id = p.id AND starts_at > now() AND state = 'planned' ORDER BY starts_at LIMIT 1
) next ON true
ORDER BY p.archived_at IS NOT NULL, NOT starts_with(p.sort_key, %(word)s), p.sort_key, p.id
"""


def _surnames(world: World, count: int) -> list[Sample]:
    """Beginnings of three to five letters, each of a surname somebody has."""
    rows = world.ask(
        "SELECT surname FROM patients_patient WHERE length(surname) > 4 ORDER BY md5(id::text || %(seed)s) LIMIT %(n)s",
        seed=str(world.rng.random()),
        n=count,
    )
    return [_sample(surname[: world.rng.randint(3, 5)]) for (surname,) in rows]


def _phone_tails(world: World, count: int) -> list[Sample]:
    """The last four to seven digits of a phone somebody has."""
    rows = world.ask(
        "SELECT number FROM patients_patientphone ORDER BY md5(id::text || %(seed)s) LIMIT %(n)s",
        seed=str(world.rng.random()),
        n=count,
    )
    return [_sample(number[-world.rng.randint(4, 7) :]) for (number,) in rows]


def _sample(text: str) -> Sample:
    return {"text": text, "query": search.prefix_query(text), "word": normalise(text).split(" ")[0]}


def _suggest(browser: Browser, sample: Sample) -> Answer:
    return browser.get("/patients/suggest/", part=True, q=sample["text"])


def _suggested(answer: Answer, world: World, sample: Sample) -> Rows:
    return [[int(pk)] for pk in _OPTION.findall(answer.text)]


def _find(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_FOUND, sample)
    return [[row[0]] for row in cursor.fetchall()]


_PERSON = """
SELECT p.card_number, p.surname, p.name, p.patronymic, p.born_on, p.allergy, p.alert, p.comment,
  (SELECT json_agg(number ORDER BY is_main DESC, id) FROM patients_patientphone WHERE patient_id = p.id),
  (SELECT json_agg(text) FROM patients_patientnote WHERE patient_id = p.id AND archived_at IS NULL),
  (SELECT json_agg(o.surname) FROM patients_patient o WHERE o.family_id = p.family_id AND o.id <> p.id),
  (SELECT json_agg(e.surname) FROM patients_attendingdoctor d JOIN organization_employee e ON e.id = d.doctor_id
   WHERE d.patient_id = p.id),
  coalesce((SELECT sum(debt) FROM billing_account WHERE patient_id = p.id), 0.00),
  coalesce((SELECT sum(advance) FROM billing_account WHERE patient_id = p.id), 0.00)
FROM patients_patient p WHERE p.id = %(patient)s
"""
_VISITS = """
SELECT a.id, a.starts_at, a.state, a.purpose, e.surname
FROM schedule_appointment a JOIN organization_employee e ON e.id = a.doctor_id
WHERE a.patient_id = %(patient)s AND a.state <> 'voided' ORDER BY a.starts_at DESC LIMIT 20
"""
_OUTCOMES = "SELECT state, count(*) FROM schedule_appointment WHERE patient_id = %(patient)s GROUP BY state"
CAME = {"arrived", "ready", "in_chair", "finished", "settled"}


def _twenty_visits(world: World, count: int) -> list[Sample]:
    """Patients with about twenty visits; with fewer where a young clinic has none."""
    rows = world.once("patients by visits", lambda: _by_visits(world))
    near = sorted(rows, key=lambda row: abs(row[1] - 20))[: max(count, 20)]
    return [{"patient": world.rng.choice(near)[0]} for _ in range(count)]


def _most_visits(world: World, count: int) -> list[Sample]:
    """The one patient who came more often than anybody."""
    rows = world.once("patients by visits", lambda: _by_visits(world))
    return [{"patient": max(rows, key=lambda row: row[1])[0]}] * count


def _by_visits(world: World) -> list[tuple[Any, ...]]:
    return world.ask(
        "SELECT patient_id, count(*) FROM schedule_appointment WHERE state <> 'voided' AND patient_id <= %(last)s"
        " GROUP BY patient_id",
        last=20_000,  # enough to choose from at any scale
    )


def _open_card(browser: Browser, sample: Sample) -> Answer:
    return browser.get(f"/patients/{sample['patient']}/")


def _card_shown(answer: Answer, world: World, sample: Sample) -> Rows:
    """Card number, name, debt, advance, and how many appointments were kept, cancelled and missed."""
    money = _texts(_section(answer.text, "patient-money"))
    outcomes = _FIGURE.findall(_section(answer.text, "patient-appointments"))[:3]
    number, name = _NUMBER.search(answer.text), _NAME.search(answer.text)
    return [
        [
            int(number[1]) if number else 0,
            " ".join(re.sub(r"<[^>]+>|\([^)]*\)", " ", unescape(name[1])).split()) if name else "",
            _sum_after(money, "Долг"),
            _sum_after(money, "Аванс"),
            *map(int, outcomes),
        ]
    ]


def _card(cursor: Cursor, sample: Sample) -> Rows:
    cursor.execute(_PERSON, sample)
    person = cursor.fetchone()
    cursor.execute(_VISITS, sample)
    cursor.fetchall()
    cursor.execute(_OUTCOMES, sample)
    counted = dict(cursor.fetchall())
    if person is None:
        return []
    came = sum(number for state, number in counted.items() if state in CAME)
    names = " ".join(part for part in person[1:4] if part)
    return plain(
        [[person[0], names, person[-2], person[-1], came, counted.get("cancelled", 0), counted.get("no_show", 0)]]
    )


def _section(html: str, name: str) -> str:
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]


def _texts(html: str) -> list[str]:
    return [text for part in re.sub(r"<[^>]+>", "\n", unescape(html)).split("\n") if (text := part.strip())]


def _sum_after(texts: list[str], word: str) -> str:
    """The sum that stands after a word: «12 500,00 ₽» as 12500.00."""
    return re.sub(r"[^\d,]", "", texts[texts.index(word) + 1]).replace(",", ".")


OPERATIONS = [
    Operation(
        "search_surname", "Find by surname, 3–5 letters", "administrator",
        _surnames, _suggest, _suggested, _find, weight=15,
    ),
    Operation(
        "search_phone", "Find by phone, last 4–7 digits", "administrator",
        _phone_tails, _suggest, _suggested, _find, weight=5,
    ),
    Operation(
        "card", "Patient card, 20 visits, balance", "administrator",
        _twenty_visits, _open_card, _card_shown, _card, weight=15,
    ),
    Operation(
        "card_most_visits", "Patient card, most visits of all", "administrator",
        _most_visits, _open_card, _card_shown, _card,
    ),
]  # fmt: skip
