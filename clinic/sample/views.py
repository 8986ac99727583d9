"""The page of the sample clinic: what it holds, what goes, and the one act."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from clinic.sample import services
from clinic.sample.errors import NoSampleClinic
from clinic.sample.selectors import sample_state
from core.access import requires
from core.errors import DomainError
from core.htmx import redirect
from core.http import Request


class RemovalForm(forms.Form):
    word = forms.CharField(
        label=_("Type DELETE to confirm"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@require_GET
@requires(services.RIGHT)
def sample_clinic(request: Request) -> HttpResponse:
    """What the sample clinic holds; in a clinic of one's own, that there is none."""
    context = {"sample": sample_state(), "form": RemovalForm()}
    return render(request, "clinic/setup/sample.html", context)


@require_POST
@requires(services.RIGHT)
def sample_clinic_remove(request: Request) -> HttpResponse:
    """Remove it and lead to the steps; a second click finds it gone and goes the same way."""
    form = RemovalForm(request.POST)
    if form.is_valid():
        try:
            services.remove_sample_clinic(
                actor=request.actor, word=form.cleaned_data["word"], session_key=request.session.session_key
            )
            return redirect(reverse("setup:start"))
        except NoSampleClinic:
            return redirect(reverse("setup:start"))
        except DomainError as error:
            form.add_error(error.field, error)
    context = {"sample": sample_state(), "form": form}
    return render(request, "clinic/setup/_sample.html", context, status=422)
