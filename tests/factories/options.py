"""What the clinic chose, straight in the table."""

from typing import Any

from core.models import OptionValue


def choose(code: str, value: Any) -> None:
    OptionValue.objects.update_or_create(code=code, defaults={"value": value})
