"""One view for every operation: who is it, the least SQL, a table."""

import json

from django.contrib.auth import login as open_session
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from benchmarks import operations

OPERATIONS = operations.load()


@ensure_csrf_cookie
def login(request: HttpRequest) -> HttpResponse:
    """Everybody is the same clerk here."""
    clerk, _ = User.objects.get_or_create(username="clerk")
    open_session(request, clerk)  # type: ignore[arg-type]
    return HttpResponse(status=204)


@login_required
def operation(request: HttpRequest, code: str) -> HttpResponse:
    """Run the operation's SQL for the sample given; a writing one is posted and is one transaction."""
    ask = OPERATIONS[code].sql
    assert ask is not None
    if request.method == "POST":
        with transaction.atomic(), connection.cursor() as cursor:
            rows = ask(cursor, json.loads(request.POST["sample"]))
    else:
        with connection.cursor() as cursor:
            rows = ask(cursor, json.loads(request.GET["sample"]))
    return render(request, "floor.html", {"rows": rows, "code": code})
