"""What the url of the overview may say."""

from django import forms

from core.actor import Actor
from reports.periods import EVERY_BRANCH, Period, PeriodKind, period_of


class OverviewForm(forms.Form):
    """Period, a day in it, branches. Every field may be absent."""

    period = forms.ChoiceField(choices=PeriodKind.choices, required=False)
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    branch = forms.RegexField(rf"^(\d{{1,18}}|{EVERY_BRANCH})$", required=False)

    def period_for(self, actor: Actor) -> Period:
        """The period asked for; what the url says wrongly is taken as not said."""
        self.is_valid()
        said = self.cleaned_data
        return period_of(
            actor,
            kind=said.get("period") or PeriodKind.MONTH,
            on=said.get("on"),
            branch=said.get("branch", ""),
        )
