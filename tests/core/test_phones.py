import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.phones import format_phone, is_e164, normalise_phone, reversed_digits

russian = st.from_regex(r"[3489][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    [
        *["+79161234567", "89161234567", "79161234567", "9161234567", "8 (916) 123-45-67", "+7 916 123 45 67"],
        *["8-916-123-45-67", "+7.916.123.45.67", "8\u00a0916\u202f123–45–67", "\u202a+7 916 123-45-67\u202c"],
        *["+8 916 123-45-67", "８９１６１２３４５６７"],
    ],
)
def test_normalise_phone_reads_every_usual_way_of_typing(typed):
    assert normalise_phone(typed) == "+79161234567"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("8 800 555-35-35", "+78005553535"),
        ("(495) 123-45-67", "+74951234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+7 701 123 45 67", "+77011234567"),  # Kazakhstan
        ("+84 91 234 56 78", "+84912345678"),  # Vietnam: eleven digits with 8 first, yet not Russian
        ("+49 1511 2345678", "+4915112345678"),
    ],
)
def test_normalise_phone_keeps_other_countries(typed, number):
    assert normalise_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *["", " ", "+", "123", "12-34-56", "1161234567", "71161234567", "+7 116 123 45 67", "+7 916 123 45 6"],
        *["+7 916 123 45 678", "89161234567, 89161234568", "89161234567 мама", "8-916-123-45-67 доб. 5"],
        *["+0123456789", "+1234567", "+1234567890123456", "+7+9161234567", "87011234567", "375291234567", "٨٩١٦"],
    ],
)
def test_normalise_phone_refuses_garbage(typed):
    with pytest.raises(ValidationError) as refusal:
        normalise_phone(typed)

    assert refusal.value.code == "invalid"
    assert refusal.value.messages[0]


@given(russian, st.sampled_from(["8{}", "7{}", "+7{}", "{}", "8 ({0[0]}{0[1]}{0[2]}) {0[3]}{0[4]}{0[5]}-{1}"]))
def test_normalise_phone_gives_one_number_for_all_spellings(national, spelling):
    assert normalise_phone(spelling.format(national, national[6:])) == f"+7{national}"


@given(russian)
def test_normalise_phone_reads_back_what_is_shown(national):
    number = f"+7{national}"

    assert normalise_phone(format_phone(number)) == number
    assert normalise_phone(number) == number


@given(st.text())
def test_normalise_phone_only_ever_refuses_politely(text):
    try:
        number = normalise_phone(text)
    except ValidationError:
        return

    assert is_e164(number)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+79161234567", "+7 (916) 123-45-67"), ("+375291234567", "+375291234567"), ("", ""), ("bad", "bad")],
)
def test_format_phone_shows_russian_numbers_the_usual_way(number, shown):
    assert format_phone(number) == shown


@given(russian, st.integers(4, 10))
def test_reversed_digits_make_any_tail_a_prefix(national, length):
    assert reversed_digits(f"+7{national}").startswith(reversed_digits(national[-length:]))
