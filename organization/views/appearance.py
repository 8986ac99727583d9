"""The clinic's short name and logo."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import options
from core.access import public, requires
from core.htmx import with_events
from organization import services
from organization.appearance import LOGO, kept_logo, logo_file, logo_url
from organization.errors import OptionsChangedByOther, PictureRefused, PictureTooLarge
from organization.forms.options import form_of
from organization.services.options import RIGHT
from organization.views.options import option_page, page_context

PAGE, PART = "appearance", "organization/_logo_form.html"


class LogoForm(forms.Form):
    """The picture, and which one the page showed."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG or WebP, 1 MB at most; a wide one on a transparent ground prints best."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)


def logo_context(form: LogoForm | None = None) -> dict[str, object]:
    shown = options.value(LOGO)
    return {"logo_form": form or LogoForm(initial={"was": shown}), "shown_logo": logo_url()}


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def appearance(request: HttpRequest) -> HttpResponse:
    """The name is an option like any other; the logo has a form of its own beside it."""
    if request.method == "POST":
        return option_page(request, page=PAGE)
    context = {**page_context(PAGE, form_of(PAGE)), **logo_context()}
    return render(request, "organization/appearance.html", context)


@require_POST
@requires(RIGHT)
def logo_change(request: HttpRequest) -> HttpResponse:
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            mark = kept_logo(form.cleaned_data["picture"])
            services.change_options(
                actor=request.actor,  # type: ignore[attr-defined]
                values={LOGO: mark},
                was={LOGO: form.cleaned_data["was"]},
            )
            return shown(request, _("The logo is changed."))
        except (PictureRefused, PictureTooLarge) as error:
            form.add_error("picture", error)
        except OptionsChangedByOther as error:
            form.add_error(None, error)
            form.data = form.data.copy()
            form.data["was"] = error.theirs[LOGO]  # type: ignore[index]
    return render(request, PART, logo_context(form), status=422)


@require_POST
@requires(RIGHT)
def logo_remove(request: HttpRequest) -> HttpResponse:
    """Back to the program's own sign."""
    services.change_options(actor=request.actor, values={LOGO: ""}, was={})  # type: ignore[attr-defined]
    return shown(request, _("The program's own sign is back."))


def shown(request: HttpRequest, toast: str) -> HttpResponse:
    return with_events(render(request, PART, logo_context()), toast=toast)


@require_GET
@public
def logo(request: HttpRequest, mark: str) -> HttpResponse | FileResponse:
    """The logo in force, for anybody: the sign-in page shows it. Its address changes with its content."""
    path = logo_file(mark)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
