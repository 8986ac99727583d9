"""Find as you type: lexemes kept with a row, and the queries that find it again. One query per attempt.

Lexemes are made here and stored as they are (no text parser, no extension):

    иванова                   a word, normalised; of «иванова-петрова» the whole and both parts
    ~иванава                  how a word sounds
    p:76543216197             a phone's digits from the last one, so that any tail is a prefix
    n:1042                    a number people see (card, contract), without leading zeros
    y:1985, d:19850412        year and day of birth
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Subquery

from core.names import normalise
from core.phones import reversed_digits
from core.spelling import has_latin, other_layout, phonetic_key, to_cyrillic

Row = TypeVar("Row", bound=Model)

MIN_LETTERS = 2  # of a word's beginning: one letter would match a large part of a card index
MIN_TAIL_DIGITS = 4
MIN_SPOKEN_LETTERS = 3
MAX_QUERY_LENGTH = 100  # characters looked at; the rest of a pasted text is not
MAX_TERMS = 8
MAX_FOUND = 20_000  # rows of one search, so that a beginning shared by half of a chain's patients stays quick
_MAX_LEXEME_LENGTH = 100  # PostgreSQL allows 2046 bytes

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_DATE = re.compile(r"(?<![\w./])([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})(?![\w./])")
_DIGITS = re.compile(r"(?<!\w)\+?\(?[0-9][0-9 ()\-]*(?!\w)")


def tokens_for(
    words: Iterable[str] = (), phones: Iterable[str] = (), numbers: Iterable[str] = (), born: Iterable[date] = ()
) -> list[str]:
    """Lexemes of a row, unique and sorted: names or titles, phones, numbers people see, days of birth."""
    tokens: set[str] = set()
    for word in _words(normalise(" ".join(words))):
        tokens.update(_word_tokens(word))
    tokens.update(f"p:{digits}" for digits in map(reversed_digits, phones) if digits)
    tokens.update(f"n:{digits}" for digits in map(_significant, numbers) if digits)
    for day in born:
        tokens.update((f"y:{day.year}", f"d:{_day(day)}"))
    return sorted(token[:_MAX_LEXEME_LENGTH] for token in tokens)


def prefix_query(text: str) -> str:
    """tsquery text that finds rows by beginnings of all words typed, in any order: "ива пет" → 'ива':* & 'пет':*.

    A word has two letters at least; a shorter one is left out, or is looked up whole when nothing else was typed.
    Digits are a number people see or, four and more, also a phone's tail or a year or day of birth; a date is a day
    of birth. "" when there is nothing to look for. What was typed cannot reach the syntax of the query.
    """
    return _query(text, _word_term)


def phonetic_query(text: str) -> str:
    """The same for words that sound alike; "" when a word is too short to tell."""
    return _query(text, _spoken_term)


def attempts(text: str) -> list[str]:
    """The queries to try, one after another, until one has rows: at most four.

    As typed; as the same keys give in the other layout; Latin letters read as Russian; by ear.
    """
    return list(each_attempt(text))


def each_attempt(text: str) -> Iterator[str]:
    """``attempts`` made as they are needed: mostly the first one finds."""
    seen = {""}
    for query in _readings(text):
        if query not in seen:
            seen.add(query)
            yield query


def _readings(text: str) -> Iterator[str]:
    yield prefix_query(text)
    if not re.search(r"[^\W\d_]", text):
        return
    swapped = other_layout(text)
    yield prefix_query(swapped)
    yield prefix_query(to_cyrillic(text if has_latin(text) else swapped))
    yield _any_of(filter(None, (phonetic_query(text), phonetic_query(swapped))))


def find(queryset: QuerySet[Row], text: str, field: str = "search") -> QuerySet[Row]:
    """The rows of the first attempt that has any; for lists that are paged. Costs up to three small probing queries.

    ``field`` is a ``TsvectorField`` of the model, or a path to one. Order and limit are the caller's; of more than
    ``MAX_FOUND`` rows (two letters in a card index of a million) some ``MAX_FOUND`` are given. Takes no sliced queryset.
    """
    queries = attempts(text)
    for query in queries[:-1]:
        if _matching(queryset, field, query, most=1).exists():
            return _matching(queryset, field, query)
    return _matching(queryset, field, queries[-1]) if queries else queryset.none()


def find_rows(queryset: QuerySet[Row], text: str, *, limit: int, field: str = "search") -> list[Row]:
    """At most ``limit`` rows of the first attempt that has any; for suggestions while typing: mostly one query."""
    for query in each_attempt(text):
        rows = list(_matching(queryset, field, query)[:limit])
        if rows:
            return rows
    return []


class _FoundKeys(Subquery):
    """Keys of the rows a subquery finds, as an array and not more than ``most``."""

    template = "(ARRAY(WITH search_found AS MATERIALIZED (%(subquery)s) SELECT * FROM search_found LIMIT %(most)s))"


class _IsAmong(Func):
    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()


def _matching(queryset: QuerySet[Row], field: str, query: str, *, most: int | None = None) -> QuerySet[Row]:
    """The rows a query matches, their keys gathered first through the index of the lexemes.

    Left alone, the planner guesses how many rows match a beginning, and for an ordered page of a large table it walks
    the index of the order, or the whole table, until enough have turned up: seconds when few or none match.
    """
    found = queryset.order_by().filter(**{f"{field}__matches": query}).values("pk")
    return queryset.filter(_IsAmong(F("pk"), _FoundKeys(found, most=MAX_FOUND if most is None else most)))


def _query(text: str, word_term: Callable[[str], str]) -> str:
    rest = normalise(text[:MAX_QUERY_LENGTH])
    terms: list[str] = []
    for match in list(_DATE.finditer(rest)):
        day = _date(*match.groups())
        if day:
            terms.append(_exact(f"d:{day}"))
            rest = rest.replace(match[0], " ")
    for match in _DIGITS.finditer(rest):
        terms.append(_digits_term(re.findall(r"[0-9]+", match[0])))
    words = list(_words(_DIGITS.sub(" ", rest)))
    word_terms = [word_term(word) for word in words if len(word) >= MIN_LETTERS]
    if not all(word_terms):
        return ""  # the rest alone would find rows that have nothing to do with the word
    terms = [term for term in dict.fromkeys([*terms, *word_terms]) if term]
    if not terms and words and word_term is _word_term:
        return _exact(words[0])  # surnames of one letter exist: Ю, О
    return " & ".join(terms[:MAX_TERMS])


def _words(normalised: str) -> Iterator[str]:
    return (match[0][:_MAX_LEXEME_LENGTH] for match in _WORD.finditer(normalised.replace("'", "")))


@lru_cache(maxsize=20_000)  # names repeat: an import of a whole card index asks for few different words
def _word_tokens(word: str) -> frozenset[str]:
    """The word, its parts and how each of them sounds."""
    forms = {word, *word.split("-")}
    keys = map(phonetic_key, forms)
    return frozenset(forms).union(f"~{key}" for key in keys if len(key) >= MIN_SPOKEN_LETTERS)


def _word_term(word: str) -> str:
    parts = [part for part in word.split("-") if len(part) >= MIN_LETTERS]
    if "-" not in word:
        return _beginning(word)
    return _any_of([_beginning(word), " & ".join(map(_beginning, parts))])


def _spoken_term(word: str) -> str:
    whole, begun = phonetic_key(word), phonetic_key(word, is_whole=False)
    if len(begun) < MIN_SPOKEN_LETTERS:
        return ""
    return _any_of([_exact(f"~{whole}"), _beginning(f"~{begun}")])


def _digits_term(groups: list[str]) -> str:
    """«8 916 123-45-67» is one number; «1985 4567» may be one, or a year and a tail."""
    terms = [_number_term("".join(groups))]
    if len(groups) > 1 and all(len(group) >= MIN_TAIL_DIGITS for group in groups):
        terms.append(" & ".join(map(_number_term, groups)))
    return _any_of(terms)


def _number_term(digits: str) -> str:
    terms = [_exact(f"n:{_significant(digits)}")] if _significant(digits) else []
    if len(digits) >= MIN_LETTERS:
        terms.append(_beginning(digits))  # a word of a title or a code
    if len(digits) >= MIN_TAIL_DIGITS:
        national = digits[1:] if re.fullmatch(r"[78][0-9]{10}", digits) else digits
        terms.append(_beginning(f"p:{reversed_digits(national)}"))
    if re.fullmatch(r"(?:19|20)[0-9]{2}", digits):
        terms.append(_exact(f"y:{digits}"))
    day = _date(digits[:2], digits[2:4], digits[4:]) if len(digits) == 8 else None
    if day:
        terms.append(_exact(f"d:{day}"))
    return _any_of(terms)


def _any_of(terms: Iterable[str]) -> str:
    alternatives = [term for term in dict.fromkeys(terms) if term]
    return alternatives[0] if len(alternatives) == 1 else f"({' | '.join(alternatives)})" if alternatives else ""


def _exact(lexeme: str) -> str:
    quoted = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'"


def _beginning(lexeme: str) -> str:
    return f"{_exact(lexeme)}:*"


def _significant(number: str) -> str:
    return re.sub(r"[^0-9]", "", number).lstrip("0")


def _date(day: str, month: str, year: str) -> str | None:
    try:
        return _day(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"
