"""The step of the price list: a file looked through before it is taken, the sample list, or neither."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from clinic.setup.services import RIGHT
from clinic.setup.steps import Setup, after
from clinic.setup.views import page
from core.access import requires
from core.htmx import redirect
from core.http import Request
from organization.views.saving import attempt
from pricelist import importing
from pricelist.models import Service
from pricelist.price_file import PriceFile, PriceRow, read_price_file

SALT = "clinic.setup.prices"
KEPT_SECONDS = 12 * 3600
SHOWN_ROWS = 300


class PriceFileForm(forms.Form):
    file = forms.FileField(
        label=_("File XLSX, up to 5 MB"),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )


class SampleListForm(forms.Form):
    """Nothing to fill in; refusals of the act land here."""


class ReadRowsForm(forms.Form):
    """What was read, signed, so that the page cannot bring other rows than it was shown."""

    rows = forms.CharField()

    def clean_rows(self) -> list[importing.NewService]:
        try:
            rows = signing.loads(self.cleaned_data["rows"], salt=SALT, max_age=KEPT_SECONDS)
        except signing.BadSignature:
            raise forms.ValidationError(_("This page is too old. Choose the file again.")) from None
        return [
            importing.NewService(
                code, name, direction, Decimal(price), [one for one in codes.split(",") if one.strip()]
            )
            for code, name, direction, price, codes in rows
        ]


def context(**more: Any) -> dict[str, Any]:
    """The step as it is without a file."""
    return {
        "form": PriceFileForm(),
        "sample_form": SampleListForm(),
        "save_form": None,
        "read": None,
        "services_there": Service.objects.active().count(),
        **more,
    }


@require_GET
@requires(RIGHT)
def prices(request: Request) -> HttpResponse:
    """Three ways to a price list."""
    return page(request, Setup(), "prices", context())


@require_POST
@requires(RIGHT)
def price_file_read(request: Request) -> HttpResponse:
    """Read a file and show every row of it; nothing is saved."""
    form = PriceFileForm(request.POST, request.FILES)
    read: PriceFile | None = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        read = attempt(form, read_price_file, field="file", file=file, size=file.size)
    if read is None:
        return page(request, Setup(), "prices", context(form=form), is_refused=True)
    read = importing.with_known_refused(read)
    shown = [*[row for row in read.rows if row.error], *read.good][:SHOWN_ROWS]
    return render(request, "clinic/setup/_price_rows.html", {"read": read, "shown": shown, "signed": signed(read.good)})


def signed(rows: list[PriceRow]) -> str:
    """The rows that may be taken, as the page carries them."""
    plain = [[row.code, row.name, row.direction, str(row.price), row.nomenclature.replace(";", ",")] for row in rows]
    return signing.dumps(plain, salt=SALT, compress=True)


@require_POST
@requires(RIGHT)
def prices_save(request: Request) -> HttpResponse:
    """Take what was read; a second time its codes are there already."""
    form = ReadRowsForm(request.POST)
    if form.is_valid():
        added = attempt(form, importing.add_services, actor=request.actor, rows=form.cleaned_data["rows"])
        if added is not None:
            return _taken(request, len(added))
    return page(request, Setup(), "prices", context(save_form=form), is_refused=True)


@require_POST
@requires(RIGHT)
def sample_list_take(request: Request) -> HttpResponse:
    """Take the price list of the sample clinic."""
    form = SampleListForm(request.POST)
    added = attempt(form, importing.take_sample_list, actor=request.actor) if form.is_valid() else None
    if added is None:
        return page(request, Setup(), "prices", context(sample_form=form), is_refused=True)
    return _taken(request, len(added))


def _taken(request: Request, count: int) -> HttpResponse:
    words = ngettext("%(count)d service is in the price list.", "%(count)d services are in the price list.", count)
    messages.success(request, words % {"count": count})
    return redirect(after("prices"))
