"""The system page on the screen: readable, renewed by itself, its buttons at work."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clinic import alive
from core.doorbell import ClinicTask
from core.models import FactDelivery, Job, JobState, PublishedFact
from tests.browser.accessibility import assert_accessible
from tests.dummy.joints import SomethingHappened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def failed(dummy) -> FactDelivery:
    alive.say("worker", host="worker@server")
    alive.say("beat", host="server")
    fact = PublishedFact.objects.create(name=SomethingHappened.dotted_name(), payload={"thing_id": 5})
    return FactDelivery.objects.create(
        fact=fact,
        receiver="tests.dummy.joints.receive",
        attempts=4,
        error="ValueError: the stock does not know the material",
        next_try_at=timezone.now() + timedelta(hours=2),
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_readable_at_a_clinic_pc(new_page, live_server, sign_in, director, failed, theme, artifacts):
    director.user.theme = theme
    director.user.save()
    Job.objects.create(
        title="Резервная копия вручную", state=JobState.RUNNING, done=420, total=1000, user=director.user
    )
    page = sign_in(new_page(size=(1280, 800)), director)

    page.goto(f"{live_server.url}/settings/system/")

    expect(page.locator("[data-card]")).to_have_count(9)
    expect(page.locator("progress")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=artifacts / f"system-{theme}.png")
    page.locator("#largest-tables").scroll_into_view_if_needed()
    page.screenshot(path=artifacts / f"system-{theme}-end.png")
    assert_accessible(page, within="#system")


def test_a_retried_event_leaves_the_list(page, live_server, sign_in, director, failed, monkeypatch):
    monkeypatch.setattr(ClinicTask, "ring", lambda task, *args: bool(task(*args)) or True)
    sign_in(page, director).goto(f"{live_server.url}/settings/system/")

    page.get_by_role("button", name="Повторить сейчас").click()

    expect(page.locator("#toasts")).to_contain_text("1 событие повторяется")
    expect(page.locator("#failed-facts")).to_have_count(0)
    expect(page.locator("[data-card=failures]")).to_have_attribute("data-verdict", "ok")
