"""Messages reach whom they concern and nobody else; long work can be watched and stopped."""

import pytest
from django.urls import reverse

from core import notices, progress
from core.models import Job, JobState, Notice

pytestmark = pytest.mark.django_db


def tell(employee, **fields) -> None:
    notices.notify(user_ids=[employee.user_id], title="Пациент пришёл", **fields)


def test_a_notice_is_seen_by_its_person_only(doctor, other_doctor, as_actor):
    tell(doctor)

    assert notices.unread_count(as_actor(doctor)) == 1
    assert notices.unread_count(as_actor(other_doctor)) == 0


def test_an_undone_act_takes_its_unread_notice_back(doctor, as_actor):
    tell(doctor, subject="appointment:5")
    tell(doctor, subject="appointment:6")

    notices.take_back(subject="appointment:5")

    assert [notice.subject for notice in notices.of_actor(as_actor(doctor))] == ["appointment:6"]


def test_the_stamp_changes_when_a_notice_comes_and_names_the_newest_urgent_one(doctor, as_actor):
    actor = as_actor(doctor)
    before = notices.live_stamp(actor=actor, argument="")
    tell(doctor, is_urgent=True, event="arrived")
    tell(doctor)
    urgent = Notice.objects.get(is_urgent=True)

    after = notices.live_stamp(actor=actor, argument="")

    assert before == "0.0.0."
    assert after == f"{Notice.objects.last().pk}.2.{urgent.pk}.arrived"


def test_marking_read_touches_only_ones_own(doctor, other_doctor, client_of):
    tell(doctor)
    tell(other_doctor)

    client_of(doctor).post(reverse("core:notice_read", args=[Notice.objects.get(user=other_doctor.user).pk]))
    client_of(doctor).post(reverse("core:notice_read_all"))

    assert Notice.objects.get(user=other_doctor.user).read_at is None
    assert Notice.objects.get(user=doctor.user).read_at is not None


def test_work_that_ends_is_done_and_work_that_fails_says_why(director):
    good = progress.start_job(title="Import", user_id=director.user_id, total=2)
    with progress.running(good.pk) as job:
        progress.advance(job, done=1)
    bad = progress.start_job(title="Import", user_id=director.user_id)
    with pytest.raises(ValueError, match="row 7"), progress.running(bad.pk):
        raise ValueError("row 7")

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.percent) == (JobState.DONE, 50)
    assert (bad.state, bad.error) == (JobState.FAILED, "ValueError: row 7")


def test_a_person_stops_their_own_work_and_nobody_elses(director, registrar, client_of):
    job = progress.start_job(title="Import", user_id=director.user_id, total=10)

    refused = client_of(registrar).post(reverse("core:job_cancel", args=[job.pk]))
    assert refused.status_code == 404
    assert not Job.objects.get(pk=job.pk).is_cancel_asked

    client_of(director).post(reverse("core:job_cancel", args=[job.pk]))
    with progress.running(job.pk) as running:
        progress.advance(running, done=1)

    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED
