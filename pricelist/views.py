"""Pages of the price list."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import history
from core.access import requires
from core.errors import DomainError
from core.htmx import changed, wants_part
from pricelist import selectors, services
from pricelist.forms import PriceForm, ServiceForm
from pricelist.history import SERVICE
from pricelist.models import Service

VIEW, CHANGE = "pricelist.view_service", "pricelist.change_service"
ON_A_PAGE = 200


@require_GET
@requires(VIEW)
def service_list(request: HttpRequest) -> HttpResponse:
    """The price list: categories on the left, services with today's price, found by a word or a code."""
    text, category, archived = (
        request.GET.get("q", "").strip(),
        request.GET.get("category", ""),
        "archived" in request.GET,
    )
    category_id = int(category) if category.isdecimal() else None
    shown = selectors.services_shown(text=text, category_id=category_id, archived=archived)
    page = max(int(request.GET["page"]), 1) if request.GET.get("page", "").isdecimal() else 1
    found = list(shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE + 1])
    context = {
        "services": selectors.with_prices(found[:ON_A_PAGE], at=timezone.now(), branch_id=request.actor.branch_id),
        "categories": selectors.categories(),
        "category_id": category_id,
        "text": text,
        "archived": archived,
        "page": page,
        "has_more": len(found) > ON_A_PAGE,
        "can_change": request.actor.can(CHANGE),
    }
    template = "pricelist/_service_rows.html" if wants_part(request) else "pricelist/service_list.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@requires(CHANGE)
def service_add(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None, initial={"duration_minutes": 30})
    price = PriceForm(request.POST or None, initial={"starts_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid() and price.is_valid():
        try:
            service = _add(request, form, price)
            return changed("servicesChanged", toast=_("“%(name)s” is in the price list.") % {"name": service.name})
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    context = {"form": form, "price_form": price, "service": None}
    return render(request, "pricelist/_service_form.html", context, status=422 if request.method == "POST" else 200)


def _add(request: HttpRequest, form: ServiceForm, price: PriceForm) -> Service:
    from django.db import transaction

    with transaction.atomic():  # a service without its first price is of no use at the desk
        service = services.add_service(actor=request.actor, **form.service_fields())
        amount: Decimal = price.cleaned_data["amount"]
        services.set_price(actor=request.actor, service=service, amount=amount, starts_at=timezone.now())
    return service


@require_GET
@requires("core.view_history")
def service_history(request: HttpRequest, service_id: int) -> HttpResponse:
    """Who changed the service and its prices, in the drawer."""
    return history.answer(request, SERVICE, get_object_or_404(Service, pk=service_id))


@require_http_methods(["GET", "POST"])
@requires(VIEW)
def service_detail(request: HttpRequest, service_id: int) -> HttpResponse:
    """A service in the drawer: its fields for those who may change them, its prices for all."""
    service = get_object_or_404(Service.objects.prefetch_related("codes"), pk=service_id)
    if request.method == "POST":
        request.actor.require(CHANGE)
    codes = ", ".join(code.item_id for code in service.codes.all())
    form = ServiceForm(
        request.POST or None, instance=service, initial={"nomenclature": codes, "version": service.version}
    )
    if request.method == "POST" and form.is_valid():
        fields = form.service_fields()
        try:
            services.change_service(
                actor=request.actor, service=service, version=form.cleaned_data["version"] or service.version, **fields
            )
            return changed("servicesChanged", toast=_("Saved."))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    return _detail(request, service, form=form, status=422 if request.method == "POST" else 200)


@require_POST
@requires(CHANGE)
def price_set(request: HttpRequest, service_id: int) -> HttpResponse:
    """A new price from a moment on."""
    service = get_object_or_404(Service.objects.prefetch_related("codes"), pk=service_id)
    form = PriceForm(request.POST)
    if form.is_valid():
        try:
            services.set_price(actor=request.actor, service=service, **form.cleaned_data)
            return _detail(request, service, toast=_("The price is set."))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error)
    return _detail(request, service, price_form=form, status=422)


@require_POST
@requires(CHANGE)
def service_withdraw(request: HttpRequest, service_id: int) -> HttpResponse:
    """Withdraw a service, or restore a withdrawn one."""
    service = get_object_or_404(Service, pk=service_id)
    act = services.restore_service if service.is_archived else services.withdraw_service
    act(actor=request.actor, service=service)
    return changed("servicesChanged", toast=_("Saved."))


def _detail(
    request: HttpRequest,
    service: Service,
    *,
    form: ServiceForm | None = None,
    price_form: PriceForm | None = None,
    toast: str = "",
    status: int = 200,
) -> HttpResponse:
    from core.htmx import with_events

    codes = ", ".join(code.item_id for code in service.codes.all())
    context = {
        "service": service,
        "form": form or ServiceForm(instance=service, initial={"nomenclature": codes, "version": service.version}),
        "price_form": price_form or PriceForm(initial={"starts_at": timezone.localtime()}),
        "prices": selectors.price_history(service)[:20],
        "codes": codes,
        "can_change": request.actor.can(CHANGE),
        "can_see_history": request.actor.can("core.view_history"),
        "now": timezone.now(),
    }
    response = render(request, "pricelist/_service_form.html", context, status=status)
    return with_events(response, "servicesChanged", toast=toast) if toast else response
