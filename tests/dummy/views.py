from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.access import requires


@require_GET
@requires("dummy.view_thing")
def thing_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse("dummy things")


@require_GET
@requires("dummy.view_thing")
def patient_tab(request: HttpRequest, patient_id: int) -> HttpResponse:
    return HttpResponse(f"dummy tab of {patient_id}")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("must never be seen")


@requires("dummy.view_thing")
def writes_on_get(request: HttpRequest) -> HttpResponse:
    from core.models import ModuleState

    ModuleState.objects.create(code="written-by-a-get")
    return HttpResponse("must never be seen")
