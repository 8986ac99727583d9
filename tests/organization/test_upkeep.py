from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from organization.tasks import forget_old_sign_ins

pytestmark = pytest.mark.django_db


def test_only_what_is_over_is_forgotten(client_of, registrar):
    client = client_of(registrar)
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(seconds=1))
    for days in (364, 366):
        log = AccessLog.objects.create(username=f"{days}")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))

    forget_old_sign_ins()

    assert [row.session_key for row in Session.objects.all()] == [client.session.session_key]
    assert {row.username for row in AccessLog.objects.all()} == {"registrar", "364"}
