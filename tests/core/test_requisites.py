import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core import requisites


@pytest.mark.parametrize("inn", ["7707083893", "500100732259"])
def test_clean_inn_accepts_the_samples_and_drops_spaces(inn):
    assert requisites.clean_inn(f" {inn[:4]} {inn[4:]} ") == inn


@pytest.mark.parametrize(
    "inn", ["7707083894", "500100732258", "500100732269", "770708389", "77070838931", "", "770708389X", "٧٧٠٧٠٨٣٨٩٣"]
)
def test_clean_inn_refuses_a_mistake(inn):
    with pytest.raises(ValidationError):
        requisites.clean_inn(inn)


def test_an_inn_of_the_wrong_kind_is_refused():
    assert requisites.clean_company_inn("7707083893") == "7707083893"
    assert requisites.clean_person_inn("500100732259") == "500100732259"
    with pytest.raises(ValidationError):
        requisites.clean_company_inn("500100732259")
    with pytest.raises(ValidationError):
        requisites.clean_person_inn("7707083893")


@pytest.mark.parametrize(("typed", "kpp"), [("773601001", "773601001"), ("7736 0a 001", "77360A001")])
def test_clean_kpp_accepts_digits_and_latin_letters(typed, kpp):
    assert requisites.clean_kpp(typed) == kpp


@pytest.mark.parametrize("kpp", ["77360100", "7736010011", "77X601001", "7736АБ001", ""])
def test_clean_kpp_refuses_a_mistake(kpp):
    with pytest.raises(ValidationError):
        requisites.clean_kpp(kpp)


@pytest.mark.parametrize("ogrn", ["1027700132195", "304500116000157"])
def test_clean_ogrn_accepts_a_company_and_a_sole_proprietor(ogrn):
    assert requisites.clean_ogrn(ogrn) == ogrn


@pytest.mark.parametrize("ogrn", ["1027700132196", "304500116000158", "102770013219", "", "10277001321 9x"])
def test_clean_ogrn_refuses_a_mistake(ogrn):
    with pytest.raises(ValidationError):
        requisites.clean_ogrn(ogrn)


def test_bank_details_belong_together():
    assert requisites.clean_bik("044525225") == "044525225"
    assert requisites.clean_account("40702 810 2 0000 0000001", bik="044525225") == "40702810200000000001"
    assert requisites.clean_correspondent_account("30101810400000000225", bik="044525225") == "30101810400000000225"


@pytest.mark.parametrize(
    ("account", "bik"),
    [
        ("40702810300000000001", "044525225"),
        ("40702810200000000001", "044525226"),
        ("4070281020000000000", "044525225"),
        ("40702810200000000001", "44525225"),
    ],
)
def test_clean_account_refuses_a_mistake_in_either(account, bik):
    with pytest.raises(ValidationError):
        requisites.clean_account(account, bik=bik)


@pytest.mark.parametrize(
    ("typed", "snils"),
    [
        ("112-233-445 95", "11223344595"),
        ("11223344595", "11223344595"),
        ("087-654-303 00", "08765430300"),  # sum 202
        ("100-018-999 00", "10001899900"),  # sum 100
        ("100-019-899 00", "10001989900"),  # sum 101
        ("603-737-768 00", "60373776800"),  # sum 201, remainder 100
        ("001-001-998 00", "00100199800"),  # old numbers carry no check digits
        ("001-001-999 65", "00100199965"),
    ],
)
def test_clean_snils_accepts_the_samples(typed, snils):
    assert requisites.clean_snils(typed) == snils


@pytest.mark.parametrize("typed", ["112-233-445 96", "001-001-999 64", "112-233-445", "", "112-233-445 9x"])
def test_clean_snils_refuses_a_mistake(typed):
    with pytest.raises(ValidationError):
        requisites.clean_snils(typed)


def test_format_snils_prints_the_official_way():
    assert requisites.format_snils("11223344595") == "112-233-445 95"
    assert requisites.format_snils("1122") == "1122"


@given(st.sampled_from(["7707083893", "500100732259"]), st.data())
def test_clean_inn_notices_any_single_wrong_digit_but_the_rule_s_own_blind_spot(inn, data):
    place = data.draw(st.integers(0, len(inn) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != inn[place]]))
    changed = inn[:place] + wrong + inn[place + 1 :]

    # Remainders 10 and 0 share the check digit 0; neither sample has it, so every single mistake shows.
    with pytest.raises(ValidationError):
        requisites.clean_inn(changed)


@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_clean_snils_accepts_exactly_one_pair_of_check_digits(number):
    accepted = [check for check in range(100) if _is_accepted(requisites.clean_snils, f"{number}{check:02d}")]

    assert len(accepted) == 1


@given(st.text())
def test_every_check_only_ever_refuses_politely(text):
    for clean in (requisites.clean_inn, requisites.clean_kpp, requisites.clean_ogrn, requisites.clean_snils):
        _is_accepted(clean, text)
    _is_accepted(lambda typed: requisites.clean_account(typed, bik="044525225"), text)


def _is_accepted(clean, text):
    try:
        clean(text)
    except ValidationError:
        return False
    return True
