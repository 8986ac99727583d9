"""Long work with a progress row: the page polls it, a person may stop it, a reload loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from core.models import Job, JobState


class Cancelled(Exception):
    """The person asked to stop; the work ends at the next step."""


def start_job(*, title: str, user_id: int | None, total: int = 0) -> Job:
    """Write the progress row before the task is announced, so that the page has something to poll."""
    return Job.objects.create(title=title, user_id=user_id, total=total)


def advance(job: Job, *, done: int, total: int | None = None) -> None:
    """Record progress. Raises: Cancelled when the person asked to stop."""
    job.done = done
    job.total = job.total if total is None else total
    Job.objects.filter(pk=job.pk).update(done=job.done, total=job.total)
    if Job.objects.filter(pk=job.pk, is_cancel_asked=True).exists():
        raise Cancelled


@contextmanager
def running(job_id: int) -> Iterator[Job]:
    """Wrap a task's body: marks the job running, then done, cancelled, or failed with the error's text."""
    Job.objects.filter(pk=job_id).update(state=JobState.RUNNING)
    job = Job.objects.get(pk=job_id)
    try:
        yield job
    except Cancelled:
        _finish(job, JobState.CANCELLED)
    except Exception as error:
        _finish(job, JobState.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    else:
        _finish(job, JobState.DONE)


def _finish(job: Job, state: JobState, error: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, error=error[:2000], finished_at=timezone.now(), result_url=job.result_url
    )
