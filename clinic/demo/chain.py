"""Scale L: a chain of branches, each a copy of the clinic that was loaded, for what search and the schedule read.

A copy has its branch, rooms, chairs and people with their logins (``doctor.07``), patients with phones, families, notes
and attending doctors, shifts and appointments at the same times, and accounts. It has no events of appointments, orders,
invoices, payments, ledger and history. So L is for search, the schedule, booking and lists of patients; it is not for
money: the copied accounts keep the debts and advances people are found with, though no document stands behind them, and
``check_books`` names each of them. Where a card's money or a report is measured, the first branch is whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection, models

from billing.models import Account
from core import bulk, search
from core.bulk_copies import SOURCE, Copies
from core.counters import raise_to
from core.names import normalise
from organization.models import (
    Branch,
    BranchGrant,
    BranchHours,
    Chair,
    Employee,
    EmployeePosition,
    EmployeeRole,
    EmployeeSpecialty,
    Room,
    User,
)
from patients.demo import CARD_SERIES
from patients.demo.naming import YOUNG_SINCE
from patients.models import AttendingDoctor, Family, Patient, PatientNote, PatientPhone
from schedule.models import Appointment, WorkShift

BRANCHES = 50
TABLES: tuple[type[models.Model], ...] = (
    Branch, BranchHours, Room, Chair, User, Employee, EmployeeRole, EmployeeSpecialty, EmployeePosition, BranchGrant,
    Family, Patient, PatientPhone, PatientNote, AttendingDoctor, WorkShift, Appointment, Account,
)  # fmt: skip

# Places between a person and whose first name the next copy of them bears, and between a phone and its next copy.
# Both are prime: going round the namesakes or the seven digits, the copies of one row do not meet.
NAMES_APART, PHONES_APART = 131, 1_936_097
# Who could bear one another's first names: the demo gives them by sex and generation. A draft card says neither.
_PATIENTS_ALIKE = (
    "concat(t.patronymic = '', CASE t.sex WHEN '' THEN t.name ~ '[ая]$' ELSE t.sex = 'f' END,"
    f" coalesce(t.born_on < '{YOUNG_SINCE}-01-01', false))"
)
_EMPLOYEES_ALIKE = "t.patronymic LIKE '%на'"
_WITH_ALIKE = (
    "{alike} AS alike, row_number() OVER (PARTITION BY {alike} ORDER BY t.id) - 1 AS place,"
    " count(*) OVER (PARTITION BY {alike}) AS size"
)


@dataclass(frozen=True)
class Recipe:
    """How the copies of a table's rows differ from them: by SQL that is given the copy's number and the ids' stride."""

    instead: Callable[[int, int], Mapping[str, str]] = lambda number, stride: {}
    joins: Callable[[int], str] = lambda number: ""
    columns: str = ""  # read beside each row of the source
    source_joins: str = ""


def multiply(branches: int, report: Callable[[float], None]) -> None:
    """Make so many branches of the one there is; ``report`` is told the share that is written.

    Needs the tables to be bare of triggers, and rows numbered from 1 as a load leaves them.
    """
    copies, written = Copies(*TABLES), 0
    whole = (branches - 1) * sum(map(copies.stride, TABLES))
    _gather_words()
    for model in TABLES:
        recipe, stride = RECIPES.get(model, Recipe()), copies.stride(model)
        with copies.source(model, recipe.columns, recipe.source_joins):
            for number in range(1, branches):
                report(written / whole)
                copies.write(model, number, recipe.instead(number, stride), recipe.joins(number))
                written += stride
    raise_to(CARD_SERIES, branches * copies.stride(Patient))
    bulk.sync_sequences(*TABLES)


def _gather_words() -> None:
    """Every word of a name in the card index, as it is sorted by, and with the lexemes it is found by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(ARRAY[surname, name, patronymic, former_surname]) FROM patients_patient GROUP BY 1"
        )
        words = sorted({"", *(word for (word,) in cursor.fetchall())})
        cursor.execute(
            "CREATE TEMPORARY TABLE chain_word (word text PRIMARY KEY, sorted_by text, lexemes text[]) ON COMMIT DROP"
        )
        cursor.executemany(
            "INSERT INTO chain_word VALUES (%s, %s, %s)",
            [(word, normalise(word), search.tokens_for(words=[word])) for word in words],
        )
        cursor.execute("ANALYZE chain_word")


def _branch(number: int, stride: int) -> Mapping[str, str]:
    return {"name": f"'Филиал {number + 1}'"}


def _user(number: int, stride: int) -> Mapping[str, str]:
    return {"username": f"t.username || '.{number + 1:02d}'", "last_login": "NULL"}


def _employee(number: int, stride: int) -> Mapping[str, str]:
    """Their own surname with a colleague's name."""
    full_name = "concat_ws(' ', t.surname, nullif(other.name, ''), nullif(other.patronymic, ''))"
    return {
        "name": "other.name",
        "patronymic": "other.patronymic",
        "sort_key": f"replace(lower({full_name}), 'ё', 'е')",
        "phone": _moved_phone("t.phone", number),
    }


def _patient(number: int, stride: int) -> Mapping[str, str]:
    """Their own surname, birthday and address, another's name and patronymic, a number and phones of their own."""
    card = f"(t.card_number + {number * stride})"
    born = "array_remove(ARRAY[to_char(t.born_on, '\"y:\"FMYYYY'), to_char(t.born_on, '\"d:\"YYYYMMDD')], NULL)"
    phones = f"ARRAY(SELECT 'p:' || reverse(substr({_moved_phone('phone', number)}, 2)) FROM unnest(t.phones) phone)"  # noqa: S608
    return {
        "card_number": card,
        "name": "other.name",
        "patronymic": "other.patronymic",
        "email": f"regexp_replace(t.email, '[0-9]+@', {card} || '@')",
        "sort_key": "concat_ws(' ', nullif(s.sorted_by, ''), nullif(n.sorted_by, ''), nullif(p.sorted_by, ''))",
        "search": "array_to_tsvector(s.lexemes || n.lexemes || p.lexemes || f.lexemes"
        f" || ('n:' || {card}) || {born} || {phones})",
    }


def _words_of_patient(number: int) -> str:
    return _namesake(number) + (
        " JOIN chain_word s ON s.word = t.surname JOIN chain_word n ON n.word = other.name"
        " JOIN chain_word p ON p.word = other.patronymic JOIN chain_word f ON f.word = t.former_surname"
    )


def _namesake(number: int) -> str:
    """Whose name and patronymic the copy has: surnames stay as common as they are, full names are others."""
    return f"JOIN {SOURCE} other ON other.alike = t.alike AND other.place = (t.place + {number * NAMES_APART}) % t.size"


def _phone(number: int, stride: int) -> Mapping[str, str]:
    return {"number": _moved_phone("t.number", number)}


def _moved_phone(phone: str, number: int) -> str:
    """The same code, other seven digits; whoever shared a phone shares the copy of it."""
    digits = f"((right({phone}, 7)::bigint + {number * PHONES_APART}) % 10000000)::text"
    return f"left({phone}, -7) || lpad({digits}, 7, '0')"


RECIPES: dict[type[models.Model], Recipe] = {
    Branch: Recipe(_branch),
    User: Recipe(_user),
    Employee: Recipe(_employee, _namesake, _WITH_ALIKE.format(alike=_EMPLOYEES_ALIKE)),
    Patient: Recipe(
        _patient,
        _words_of_patient,
        _WITH_ALIKE.format(alike=_PATIENTS_ALIKE) + ", ph.phones",
        "LEFT JOIN (SELECT patient_id, array_agg(number) AS phones FROM patients_patientphone GROUP BY patient_id) ph"
        " ON ph.patient_id = t.id",
    ),
    PatientPhone: Recipe(_phone),
}
