"""A login made up from a person's name, in Latin letters."""

from __future__ import annotations

from organization.models import User

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def latin(text: str) -> str:
    """«Щукина» as «shchukina»; what has no letter is left out."""
    spelled = "".join(_LETTERS.get(letter, letter) for letter in text.casefold())
    return "".join(letter for letter in spelled if letter.isascii() and letter.isalnum())


def free_login(surname: str, name: str) -> str:
    """The surname, with the initial or a number behind it when it is taken."""
    base, initial = latin(surname) or "user", latin(name)[:1]
    tried = [base, *([f"{base}.{initial}"] if initial else []), *(f"{base}{number}" for number in range(2, 1000))]
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    return next(login for login in tried if login not in taken)
