"""Guesses about a mistyped name: the other keyboard layout, Latin letters for Russian ones, a spelling by ear."""

import re

from core.names import normalise

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_LATIN_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_TO_RUSSIAN_LAYOUT = str.maketrans(_LATIN_KEYS + _LATIN_SHIFTED, _RUSSIAN_KEYS + _RUSSIAN_KEYS.upper())
_TO_LATIN_LAYOUT = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _LATIN_KEYS + _LATIN_SHIFTED)

# Applied one after another: vowels that depend on their neighbours, then pairs, then single letters.
# Covers the passport spelling (ICAO 9303), the everyday one and mixtures of both.
_LATIN_SOUNDS = [
    (re.compile(pattern), russian)
    for pattern, russian in [
        *[(r"\bia|(?<=i)ia", "я"), (r"ia", "ия"), (r"iu|ju|yu", "ю"), (r"ja|ya", "я"), (r"[jy][eo]", "е")],
        *[(r"ii\b", "ий"), (r"yy\b", "ый"), (r"(?<=[aeiou])y", "й"), (r"\by|y\b", "и"), (r"y", "ы")],
        *[(r"shch|sch", "щ"), (r"sh", "ш"), (r"ch", "ч"), (r"zh", "ж"), (r"kh", "х"), (r"t[sz]", "ц")],
        *[(r"th", "т"), (r"ph", "ф"), (r"ck", "к"), (r"qu", "кв"), (r"x", "кс"), (r"w", "в"), (r"q", "к")],
        *zip("abcdefghijklmnoprstuvz", "абкдефгхийклмнопрстувз", strict=True),
    ]
]

# What sounds the same in Russian surnames is written the same in a key; applied in this order.
_SPOKEN_CLUSTERS = [
    *[("стн", "сн"), ("здн", "зн"), ("тс", "ц"), ("дс", "ц"), ("сч", "щ"), ("зч", "щ")],
    *[("йо", "е"), ("йе", "е"), ("ио", "е"), ("ие", "е"), ("ия", "я"), ("иа", "я")],
]
_SPOKEN_LETTERS = str.maketrans("оя" + "ю" + "еэы" + "щ", "аа" + "у" + "иии" + "ш", "й")
_DEVOICED = dict(zip("бвгджз", "пфктшс", strict=True))
_VOICELESS = frozenset("пфктшсхцч")


def has_cyrillic(text: str) -> bool:
    return re.search(r"[\u0400-\u04ff]", text) is not None


def has_latin(text: str) -> bool:
    return re.search(r"[a-z]", text, re.IGNORECASE) is not None


def other_layout(text: str) -> str:
    """What the same keys give in the other keyboard layout: "bdfyjd" → «иванов», «шмфтщм» → "ivanov".

    Text with any Cyrillic letter counts as typed in the Russian layout. Words without letters (numbers, dates) stay.
    """
    table = _TO_LATIN_LAYOUT if has_cyrillic(text) else _TO_RUSSIAN_LAYOUT
    return re.sub(r"\S*[^\W\d_]\S*", lambda word: word[0].translate(table), text)


def to_cyrillic(text: str) -> str:
    """A Russian name written in Latin letters, normalised: "Ivanov" → «иванов», "Shcherbakova" → «щербакова».

    Latin spelling loses soft signs («татяна»); ``phonetic_key`` evens that out.
    """
    russian = normalise(text)
    for pattern, sound in _LATIN_SOUNDS:
        russian = pattern.sub(sound, russian)
    return russian


def phonetic_key(word: str, *, is_whole: bool = True) -> str:
    """One key for spellings that sound alike: «Григорьев», «Григориев» and "Grigoriev" share it.

    Not ``is_whole`` keeps the last consonant voiced, as the word goes on. Empty when no Russian letter is left.
    Loose on purpose (о=а, е=и, soft signs and doubled letters dropped): for use when nothing else was found.
    """
    spoken = re.sub(r"[^а-я]", "", to_cyrillic(word)).translate(str.maketrans("", "", "ьъ"))
    for cluster, sound in _SPOKEN_CLUSTERS:
        spoken = spoken.replace(cluster, sound)
    spoken = spoken.translate(_SPOKEN_LETTERS)
    return re.sub(r"(.)\1+", r"\1", _devoiced(spoken, is_whole=is_whole))


def _devoiced(spoken: str, *, is_whole: bool) -> str:
    """Consonants as pronounced: voiceless at the end of a word and before another voiceless one."""
    sounds: list[str] = []
    follows_voiceless = is_whole
    for letter in reversed(spoken):
        sound = _DEVOICED.get(letter, letter) if follows_voiceless else letter
        follows_voiceless = sound in _VOICELESS
        sounds.append(sound)
    return "".join(reversed(sounds))
