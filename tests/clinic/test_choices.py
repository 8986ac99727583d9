"""Options of the installation do what they say."""

from datetime import date, time

import pytest

from clinic.backups import services
from clinic.choices import backup_time
from tests.factories.options import choose

pytestmark = pytest.mark.django_db


def test_the_hour_of_the_nightly_backup(settings):
    settings.BACKUP_AT = time(3)
    assert backup_time() == time(3)

    choose("clinic.backup_hour", "22")

    assert backup_time() == time(22)


def test_backups_switched_off_by_the_server_stay_off(settings):
    settings.BACKUP_AT = None
    choose("clinic.backup_hour", "22")

    assert backup_time() is None


class Kept:
    """Remembers what retention was asked for."""

    def __init__(self, **asked: int) -> None:
        Kept.asked = asked

    def kept(self, days: list[date]) -> set[int]:
        return set(range(len(days)))


def test_how_many_backups_are_kept(settings, tmp_path, monkeypatch):
    settings.BACKUP_FOLDER = tmp_path
    monkeypatch.setattr(services, "Retention", Kept)
    for period, count in (("daily", 9), ("weekly", 5), ("monthly", 2)):
        choose(f"clinic.backup_keep_{period}", count)

    services._let_go(services.clinic_zone())

    assert Kept.asked == {"daily": 9, "weekly": 5, "monthly": 2}
