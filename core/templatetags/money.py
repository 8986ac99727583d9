"""Numbers that line up: ``|money`` with kopecks, ``|money_short`` in whole roubles, ``|number`` without a currency."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template

from core.money import ABSENT, NO_BREAK_SPACE, format_money, group_thousands

register = template.Library()


def _decimal(value: object) -> Decimal | None:
    """The value as Decimal; absent (None, empty, a missing variable) is None. Money never comes as float."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        raise TypeError("a float is never money: pass a Decimal")
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise TypeError(f"{value!r} is not a number") from error


@register.filter
def money(amount: object, currency: bool = True) -> str:
    """``{{ due|money }}`` → «12 500,00 ₽»; ``{{ due|money:False }}`` leaves the sign to the column head."""
    return format_money(_decimal(amount), currency)


@register.filter
def money_short(amount: object, currency: bool = True) -> str:
    """Whole roubles for tiles and charts: «1 284 500 ₽»."""
    exact = _decimal(amount)
    if exact is None:
        return ABSENT
    text = group_thousands(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    return f"{text}{NO_BREAK_SPACE}₽" if currency else text


@register.filter
def number(value: object, places: int | None = None) -> str:
    """A count or a share: «12 345», «0,5». Trailing zeros go unless ``places`` asks for them."""
    if isinstance(value, float):
        value = repr(value)  # shares and averages may be floats, money may not
    exact = _decimal(value)
    if exact is None:
        return ABSENT
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    if places is None:
        fraction = fraction.rstrip("0")
    text = group_thousands(int(whole)) + (f",{fraction}" if fraction else "")
    is_negative = exact < 0
    return f"−{text}" if is_negative else text
