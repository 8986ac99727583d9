"""Roubles as Decimal with two places: rounding, sharing out, reading and showing. No float touches money.

Rounded half up once, at the line; a total is the sum of its lines and is shared over them by the largest remainder.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ZERO = Decimal("0.00")
KOPECK = Decimal("0.01")
ROUBLE = Decimal(1)
MAX_DIGITS = 12  # numeric(12,2): below ten thousand million roubles
DECIMAL_PLACES = 2

ABSENT = "–"
NO_BREAK_SPACE = "\u00a0"  # between thousands and before the sign of the currency
MINUS = "−"

_GROUPED = r"[0-9]{1,3}(?: [0-9]{3})+|[0-9]*"
_TYPED = re.compile(rf"(?P<whole>{_GROUPED})(?:[.,](?P<kopecks>[0-9]*))?(?: ?(?:₽|р\.?|руб\.?))?", re.IGNORECASE)


def round_money(amount: Decimal) -> Decimal:
    """Whole kopecks, half away from zero (0.005 → 0.01, −0.005 → −0.01), so a reversal mirrors its entry."""
    return amount.quantize(KOPECK, rounding=ROUND_HALF_UP) + ZERO  # + ZERO turns −0.00 into 0.00


def round_down_to_roubles(amount: Decimal) -> Decimal:
    """Drop the kopecks of a sum to pay: the clinic's optional rounding, only ever in the customer's favour.

    Raises: ValueError for a negative amount, where dropping would favour nobody in particular.
    """
    if amount < 0:
        raise ValueError("only a sum to pay is rounded down")
    return amount.quantize(ROUBLE, rounding=ROUND_FLOOR).quantize(KOPECK)


class LineAmounts(NamedTuple):
    """One printed line, roubles: ``gross`` − ``discount`` = ``net`` always holds to the kopeck."""

    gross: Decimal
    discount: Decimal
    net: Decimal


def line_amounts(
    price: Decimal, quantity: Decimal | int, *, discount_percent: Decimal = ZERO, discount_amount: Decimal = ZERO
) -> LineAmounts:
    """Price × quantity with a discount given as percent or as roubles for the whole line, never both.

    The discount is rounded half up, so the odd half kopeck is the customer's.
    Raises: ValueError when price, quantity or discount is negative, the discount exceeds the line, or both are given.
    """
    if price < 0 or quantity < 0:
        raise ValueError("price and quantity are never negative: a reversal mirrors the amounts of its line")
    if discount_percent and discount_amount:
        raise ValueError("a line takes a percent or an amount, not both")
    if not 0 <= discount_percent <= 100:
        raise ValueError("a discount is 0 to 100 percent")
    gross = round_money(price * quantity)
    discount = round_money(discount_amount if discount_amount else gross * discount_percent / 100)
    if not 0 <= discount <= gross:
        raise ValueError("a discount is between zero and the line")
    return LineAmounts(gross, discount, gross - discount)


def line_amount(
    price: Decimal, quantity: Decimal | int, *, discount_percent: Decimal = ZERO, discount_amount: Decimal = ZERO
) -> Decimal:
    """What is to pay for the line, roubles: the ``net`` of ``line_amounts``, with the same errors."""
    return line_amounts(price, quantity, discount_percent=discount_percent, discount_amount=discount_amount).net


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Share a total by weights: largest remainder, ties to the earlier; the parts always sum to the total.

    A zero weight takes nothing, unless all are zero: then the shares are equal. A negative total is shared as its
    mirror image. With the amounts of lines as weights, no part exceeds its line while the total does not exceed
    their sum.
    Raises: ValueError for parts of a kopeck, a negative weight, or a total with nobody to take it.
    """
    if total < 0:
        return [ZERO - part for part in allocate(-total, weights)]
    kopecks = _kopecks(total)
    shares = _integers(weights)
    if not shares:
        if kopecks:
            raise ValueError("nobody to share the total with")
        return []
    whole = sum(shares)
    if whole == 0:
        shares, whole = [1] * len(shares), len(shares)
    parts = [kopecks * share // whole for share in shares]
    remainders = [kopecks * share % whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: kopecks - sum(parts)]:
        parts[index] += 1
    return [_roubles(part) for part in parts]


class CappedAllocation(NamedTuple):
    """``parts`` roubles per due, in the order of the dues, and the ``rest`` no due could take."""

    parts: list[Decimal]
    rest: Decimal


def allocate_capped(total: Decimal, dues: Sequence[Decimal]) -> CappedAllocation:
    """Pay dues in their order, each in full before the next; what is left over is the ``rest`` (an advance).

    Raises: ValueError for parts of a kopeck, a negative total or a negative due.
    """
    if total < 0 or any(due < 0 for due in dues):
        raise ValueError("a payment and its dues are never negative")
    left = _kopecks(total)
    parts = []
    for due in dues:
        part = min(left, _kopecks(due))
        parts.append(_roubles(part))
        left -= part
    return CappedAllocation(parts, _roubles(left))


def format_money(amount: Decimal | None, currency: bool = True) -> str:
    """«12 500,00 ₽» with spaces that do not break; absent is «–», zero is zero. One format in every language."""
    if amount is None:
        return ABSENT
    rounded = round_money(amount)
    whole, kopecks = f"{abs(rounded):.2f}".split(".")
    sign = MINUS if rounded < 0 else ""
    text = f"{sign}{group_thousands(int(whole))},{kopecks}"
    return f"{text}{NO_BREAK_SPACE}₽" if currency else text


def group_thousands(number: int) -> str:
    """Digits in threes: 1284500 → «1 284 500»."""
    text = f"{abs(number):,}".replace(",", NO_BREAK_SPACE)
    return f"{MINUS}{text}" if number < 0 else text


def parse_money(text: str) -> Decimal:
    """Roubles as a person types or pastes them: "1 234,50", "1234.5", "12 500,00 ₽".

    Raises: ValidationError for anything else: no sum, a negative one, more than two places or ten whole digits.
    """
    typed = re.sub(r"\s+", " ", text).strip()
    if typed.startswith(("-", MINUS, "–")):
        raise ValidationError(_("A sum cannot be negative."), code="negative")
    match = _TYPED.fullmatch(typed)
    if match is None:
        raise ValidationError(_("Enter a sum in roubles, for example 1 234.50."), code="invalid")
    whole, kopecks = match["whole"].replace(" ", ""), match["kopecks"] or ""
    if not whole and not kopecks:
        raise ValidationError(_("Enter a sum in roubles, for example 1 234.50."), code="invalid")
    if len(kopecks) > DECIMAL_PLACES:
        raise ValidationError(_("A sum has at most two digits after the comma."), code="max_decimal_places")
    if len(whole.lstrip("0")) > MAX_DIGITS - DECIMAL_PLACES:
        raise ValidationError(_("This sum is too large."), code="max_digits")
    return Decimal(f"{whole or 0}.{kopecks.ljust(DECIMAL_PLACES, '0')}")


def _kopecks(amount: Decimal) -> int:
    kopecks = amount.scaleb(DECIMAL_PLACES)
    if kopecks != kopecks.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of kopecks")
    return int(kopecks)


def _roubles(kopecks: int) -> Decimal:
    return Decimal(kopecks).scaleb(-DECIMAL_PLACES)


def _integers(weights: Sequence[Decimal | int]) -> list[int]:
    """The weights as whole numbers in the same proportion, so that sharing is exact at any size."""
    exact = [Decimal(weight) for weight in weights]
    if any(not weight.is_finite() or weight < 0 for weight in exact):
        raise ValueError("weights are finite and never negative")
    places = max((-int(weight.as_tuple().exponent) for weight in exact), default=0)
    return [int(weight.scaleb(max(places, 0))) for weight in exact]
