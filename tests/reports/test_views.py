"""The overview over HTTP: who may see it, what it shows, how it keeps itself fresh."""

import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from core.modules import registry
from reports.selectors import dashboard_stamp
from schedule.enums import AppointmentState
from tests.factories.organization import BranchFactory
from tests.factories.schedule import WorkShiftFactory
from tests.reports.conftest import TODAY

URL = "/overview/"
PART = {"HTTP_HX_REQUEST": "true"}
QUERIES = 27


@pytest.fixture
def page(client_of, director, branch):
    client = client_of(director, branch=branch)
    return lambda query="", **headers: client.get(f"{URL}{query}", **headers)


def shown(html: str, figure: str) -> list[str]:
    return re.findall(rf'data-figure="{figure}"[^>]*>(?:<span[^>]*>|<b[^>]*>)?\s*([^<]+)', html)


@pytest.mark.parametrize("who", ["registrar", "doctor"])
def test_only_who_has_the_right_sees_the_overview(request, client_of, who):
    client = client_of(request.getfixturevalue(who))

    assert client.get(URL).status_code == 403
    assert client.get(reverse("reports:set_off_list")).status_code == 403
    assert client.get("/api/v1/overview/").status_code == 403
    assert URL not in client.get("/schedule/").content.decode()


def test_the_director_finds_it_on_the_rail(page):
    response = page()

    assert response.status_code == 200
    assert f'href="{URL}"' in response.content.decode()
    assert "Обзор клиники" in response.content.decode()


def test_an_empty_clinic_is_drawn_without_made_up_figures(page):
    html = page().content.decode()

    assert shown(html, "debt") == ["0\u00a0₽"]
    assert "сравнить пока не с чем" in html
    assert "За этот период" not in html
    assert "None" not in re.sub(r"<script.*?</script>", "", html, flags=re.S)


def test_the_tiles_show_what_the_documents_say(page, clinic, patient):
    clinic.pay(clinic.invoice(clinic.order("5000.50", "3000")), cash="4000")
    clinic.advance(patient, card="700")

    html = page().content.decode()

    assert {text.strip() for text in shown(html, "revenue")} == {"8\u00a0001\u00a0₽", "8\u00a0001"}
    assert {text.strip() for text in shown(html, "receipts")} == {"4\u00a0700\u00a0₽"}
    assert shown(html, "debt") == ["4\u00a0001\u00a0₽"]
    assert shown(html, "advance") == ["700\u00a0₽"]
    assert 'title="8\u00a0000,50\u00a0₽"' in html


def test_the_chart_and_its_table_say_the_same(page, clinic):
    clinic.order("5000.50")

    html = page().content.decode()

    data = json.loads(re.search(r'is-line" [^>]*data-chart="([^"]*)"', html)[1].replace("&quot;", '"'))
    assert data["series"][0]["values"][22] == "5000.50"
    assert data["series"][0]["values"][23] is None
    assert data["labels"][0] == "1"
    row = re.search(r'<th scope="row">23\.11\.2026</th><td class="z-n">([^<]*)</td>', html)[1]
    assert row == "5\u00a0000,50"


@pytest.mark.parametrize("kind", ["day", "month", "quarter", "year"])
@pytest.mark.parametrize("where", ["", "all"])
def test_every_period_is_drawn(page, clinic, kind, where):
    BranchFactory()
    clinic.order("100")

    assert page(f"?period={kind}&branch={where}&on=2026-10-31").status_code == 200
    assert page(f"?period={kind}&branch={where}").status_code == 200


def test_the_url_keeps_the_period(page):
    html = page("?period=quarter&on=2026-05-05").content.decode()

    assert "II квартал 2026" in html
    assert 'href="?period=quarter&amp;on=2026-03-31' in html
    assert 'href="?period=quarter&amp;on=2026-07-01' in html


def test_nonsense_in_the_url_still_opens_the_page(page):
    assert page("?period=x&on=y&branch=z").status_code == 200


def test_htmx_gets_the_part_the_page_is_made_of(page):
    whole, part = page("?period=year").content.decode(), page("?period=year", **PART).content.decode()

    assert part.lstrip().startswith('<div class="z-overview"')
    assert "<html" not in part
    assert 'hx-get="/overview/?period=year"' in part
    assert part.strip().splitlines()[0] in whole


def test_a_tile_of_an_add_on_is_shown_in_its_place(dummy, client_of, director, branch):
    html = client_of(director, branch=branch).get(URL).content.decode()

    assert "dummy panel tile" in html


@pytest.mark.django_db
def test_every_tile_stands_in_one_of_three_columns():
    assert {tile.column for tile in registry.entries("tiles")} <= {1, 2, 3}


def fill(clinic, branch, doctors, prices):
    for number, (doctor, price) in enumerate(zip(doctors, prices, strict=True)):
        WorkShiftFactory(branch=branch, doctor=doctor)
        invoice = clinic.invoice(clinic.order(price, at=f"1{number}:00", doctor=doctor))
        clinic.pay(invoice, cash=str(Decimal(price) / 2))
        clinic.advance(invoice.patient, card="100")
        clinic.visit(at=f"1{number}:45", doctor=doctor, state=AppointmentState.CANCELLED)


def test_the_number_of_queries_does_not_depend_on_rows(
    page, clinic, branch, doctor, other_doctor, django_assert_num_queries
):
    page()
    fill(clinic, branch, [doctor], ["1000"])
    with django_assert_num_queries(QUERIES):
        page()
    fill(clinic, branch, [other_doctor] * 1, ["700"])
    for price in ("300", "500", "900"):
        clinic.order(price, at="13:00", doctor=other_doctor, is_overbooked=True)
    with django_assert_num_queries(QUERIES):
        page()


def test_the_drawer_lists_who_could_set_off(page, client_of, director, branch, clinic, patient):
    clinic.invoice(clinic.order("3000", patient=patient))
    clinic.advance(patient, cash="1000")

    html = client_of(director, branch=branch).get(reverse("reports:set_off_list")).content.decode()

    assert patient.short_name in html
    assert "1\u00a0000,00\u00a0₽" in html
    assert reverse("billing:settle", args=[patient.pk]) in html
    assert "К зачёту: 1 чел." in page().content.decode()


class TestStamp:
    def test_it_changes_with_everything_the_overview_shows_of_today(self, clinic, head, branch, patient):
        def stamp():
            return dashboard_stamp(actor=head, argument=str(branch.pk))

        seen = [stamp()]
        for act in (
            lambda: clinic.visit(at="10:00"),
            clinic.shift,
            lambda: clinic.order("1000", at="11:00", patient=patient),
            lambda: clinic.invoice(*patient.work_orders.all(), on=TODAY),
            lambda: clinic.advance(patient, cash="500"),
            lambda: clinic.refund(patient, "100"),
        ):
            act()
            seen.append(stamp())

        assert len(set(seen)) == len(seen)
        assert stamp() == stamp()

    def test_it_answers_only_for_own_branches(self, head, registrar, as_actor):
        other = BranchFactory()

        assert dashboard_stamp(actor=as_actor(registrar), argument=str(other.pk)) == ""
        assert dashboard_stamp(actor=head, argument="nonsense") == ""
        assert dashboard_stamp(actor=head, argument="all") != ""

    def test_it_costs_one_query(self, head, branch, django_assert_num_queries):
        with django_assert_num_queries(1):
            dashboard_stamp(actor=head, argument=str(branch.pk))

    def test_the_page_watches_the_version_it_was_drawn_from(self, page, head, branch, clinic):
        clinic.order("1000")

        html = page().content.decode()

        assert f'data-watch="dashboard:{branch.pk}"' in html
        assert f'data-stamp="{dashboard_stamp(actor=head, argument=str(branch.pk))}"' in html
