import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spelling import other_layout, phonetic_key, to_cyrillic

RUSSIAN_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bdfyjd", "иванов"),
        ("шмфтщм", "ivanov"),
        ("Bdfyjd", "Иванов"),
        ("[fhbnjyjd", "харитонов"),
        ("jnhj,tkjd", "отробелов"),
        ("`;jd", "ёжов"),
        ("Gtnhjdf fyyf", "Петрова анна"),
        ("bdfyjd 12.04.1985 45-67", "иванов 12.04.1985 45-67"),
        ("12.04.1985", "12.04.1985"),
    ],
)
def test_other_layout_presses_the_same_keys(typed, meant):
    assert other_layout(typed) == meant


@given(st.text(RUSSIAN_LETTERS + RUSSIAN_LETTERS.upper(), min_size=1))
def test_other_layout_of_a_russian_word_goes_there_and_back(word):
    latin = other_layout(word)

    if any(character.isalpha() for character in latin):  # «ёхъ» is all punctuation on the other side
        assert other_layout(latin) == word


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("Ivanov", "иванов"),
        ("Shcherbakova", "щербакова"),
        ("Zhukovskiy", "жуковский"),
        ("Khariton", "харитон"),
        ("Tsvetkov", "цветков"),
        ("Yuriy", "юрий"),
        ("Iurii", "юрий"),
        ("Maria", "мария"),
        ("Mariia", "мария"),
        ("Iana", "яна"),
        ("Yana", "яна"),
        ("Zoya", "зоя"),
        ("Krylov", "крылов"),
        ("Sergey", "сергей"),
        ("Alexey", "алексей"),
        ("Novitskaya", "новицкая"),
        ("Chernyy", "черный"),
        ("Petrov-Vodkin", "петров-водкин"),
        ("Иванов", "иванов"),
    ],
)
def test_to_cyrillic_reads_the_usual_latin_spellings(latin, russian):
    assert to_cyrillic(latin) == russian


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=30))
def test_to_cyrillic_leaves_no_latin_letter(word):
    assert not any("a" <= letter <= "z" for letter in to_cyrillic(word))


@pytest.mark.parametrize(
    "spellings",
    [
        ("Григорьев", "Григориев", "Grigoryev", "Grigoriev"),
        ("Иванов", "Иваноф", "Ivanoff"),
        ("Щербаков", "Шербоков", "Shcherbakov"),
        ("Филиппов", "Филипов", "Филлипов"),
        ("Соловьёв", "Соловьев", "Саловьев", "Solovyev"),
        ("Рубцов", "Рупцов"),
        ("Татьяна", "Татьяна", "Tatyana"),
        ("Черкасский", "Черкаский"),
        ("Крылов", "Крилов"),
        ("Устинов", "Устиноф"),
        ("Счастливцев", "Щастливцев"),
    ],
)
def test_phonetic_key_is_one_for_names_that_sound_alike(spellings):
    assert len({phonetic_key(spelling) for spelling in spellings}) == 1


def test_phonetic_key_tells_different_names_apart():
    names = [
        *["Иванов", "Петров", "Сидоров", "Кузнецов", "Смирнов", "Попов", "Васильев", "Соколов"],
        *["Михайлов", "Новиков", "Фёдоров", "Морозов", "Волков", "Алексеев", "Лебедев", "Егоров"],
    ]

    assert len({phonetic_key(name) for name in names}) == len(names)


def test_phonetic_key_of_a_begun_word_is_the_beginning_of_the_whole():
    assert phonetic_key("Мельничинко").startswith(phonetic_key("Мельнеч", is_whole=False))
    assert phonetic_key("Рубин").startswith(phonetic_key("Руб", is_whole=False))


@given(st.text())
def test_phonetic_key_holds_lower_russian_letters_only(text):
    assert set(phonetic_key(text)) <= set(RUSSIAN_LETTERS) - set("ьъйоюяеэыёщ")
