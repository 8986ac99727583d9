"""Short secrets sealed for the database."""

import base64

import pytest

from core.sealed import Unreadable, seal, unseal

TEXT = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_what_was_sealed_is_read_back_for_its_purpose_alone():
    sealed = seal(TEXT, purpose="one")

    assert TEXT not in sealed
    assert unseal(sealed, purpose="one") == TEXT
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="another")


def test_the_same_text_never_looks_the_same():
    assert len({seal(TEXT, purpose="x") for _time in range(20)}) == 20


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_changed_bit_makes_it_unreadable(place):
    raw = bytearray(base64.b64decode(seal(TEXT, purpose="x")))
    raw[place] ^= 1

    with pytest.raises(Unreadable):
        unseal(base64.b64encode(raw).decode(), purpose="x")


def test_a_former_key_of_the_server_still_opens_it_while_it_is_named(settings):
    sealed = seal(TEXT, purpose="x")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "y" * 60

    assert unseal(sealed, purpose="x") == TEXT
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="x")


def test_longer_than_the_pad_is_refused_and_nonsense_is_unreadable():
    with pytest.raises(ValueError, match="64 bytes"):
        seal("я" * 33, purpose="x")
    for nonsense in ("", "not base64!", "YQ=="):
        with pytest.raises(Unreadable):
            unseal(nonsense, purpose="x")
