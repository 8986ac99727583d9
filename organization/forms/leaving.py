"""Who takes over what a leaving person holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.ports import NOBODY, Holding


class SuccessorsForm(forms.Form):
    """One choice a holding, named by its code; ``everything`` stands for those left open that this person may take."""

    prefix = "to"
    everything = forms.TypedChoiceField(
        label=_("One for everything"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Where they may take it."),
    )

    def __init__(self, *args: Any, holdings: Sequence[Holding], **options: Any) -> None:
        super().__init__(*args, **options)
        self.holdings = holdings
        people = {pk: name for holding in holdings for pk, name in holding.successors}
        self.fields["everything"].choices = [("", "–"), *sorted(people.items(), key=lambda one: one[1])]  # type: ignore[attr-defined]
        for holding in holdings:
            if not holding.is_information:
                self.fields[holding.code] = self._field_of(holding)

    def _field_of(self, holding: Holding) -> forms.Field:
        choices: list[tuple[Any, Any]] = [("", _("choose")), *holding.successors]
        if holding.nobody:
            choices.append((NOBODY, holding.nobody))
        return forms.TypedChoiceField(
            label=holding.title, choices=choices, coerce=int, required=False, empty_value=None
        )

    def rows(self) -> Iterator[tuple[Holding, forms.BoundField | None]]:
        """Each holding with its choice; information has none."""
        for holding in self.holdings:
            yield holding, None if holding.is_information else self[holding.code]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        everything = cleaned.get("everything")
        for holding in self.holdings:
            if everything is not None and cleaned.get(holding.code) is None and everything in dict(holding.successors):
                cleaned[holding.code] = everything
        return cleaned

    def successors(self) -> dict[str, int]:
        """What was decided, by code; open ones are left out and refused by the service."""
        return {
            name: chosen for name, chosen in self.cleaned_data.items() if name != "everything" and chosen is not None
        }
