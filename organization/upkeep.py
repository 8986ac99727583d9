"""What is thrown away by itself: sessions that are over, and old records of sign-ins."""

from datetime import timedelta

from axes.models import AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

SIGN_INS_KEPT = timedelta(days=365)


def forget_old_sign_ins() -> None:
    """Remove sessions that have expired, and records of sign-ins older than a year."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    for log in (AccessLog, AccessFailureLog):
        log.objects.filter(attempt_time__lt=now - SIGN_INS_KEPT).delete()
