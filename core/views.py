"""Pages of the frame itself: live stamps, notices, long work, error pages."""

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from core import live, notices
from core.access import signed_in
from core.htmx import changed
from core.http import Request
from core.models import Job


@require_GET
@signed_in
def live_stamps(request: Request) -> HttpResponse:
    """Versions of what the page watches (``?watch=…``, several); 304 while nothing changed."""
    versions = live.stamps(actor=request.actor, watched=request.GET.getlist("watch"))
    tag = live.etag(versions)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return JsonResponse(versions, headers={"ETag": tag, "Cache-Control": "no-cache"})


@require_GET
@signed_in
def notice_list(request: Request) -> HttpResponse:
    """The bell's drawer: the person's newest messages."""
    return render(request, "core/_notices.html", {"notices": notices.of_actor(request.actor)[:50]})


@require_POST
@signed_in
def notice_read(request: Request, notice_id: int | None = None) -> HttpResponse:
    notices.mark_read(actor=request.actor, notice_id=notice_id)
    return changed("noticesChanged")


@require_GET
@signed_in
def job_progress(request: Request, job_id: int) -> HttpResponse:
    """The progress row of long work; it asks again by itself until the work is over."""
    job = get_object_or_404(Job, pk=job_id, user=request.user)
    return render(request, "core/_progress.html", {"job": job})


@require_POST
@signed_in
def job_cancel(request: Request, job_id: int) -> HttpResponse:
    Job.objects.filter(pk=job_id, user=request.user, finished_at=None).update(is_cancel_asked=True)
    return job_progress_part(request, job_id)


def job_progress_part(request: Request, job_id: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=job_id, user=request.user)
    return render(request, "core/_progress.html", {"job": job})
