"""Rights of the acts clinics argue about: with them, without, at the edge of a limit, confirmed by a second person."""

import re
import uuid
from datetime import time, timedelta
from decimal import Decimal as D

import pytest

from billing import errors, services
from billing.enums import InvoiceState, Means, OrderState, ShiftState
from billing.models import Refund, WorkOrderLine
from billing.services.writing import may_write
from core.actor import Scope
from core.clock import localdate, wall_moment
from core.models import OptionValue
from organization import services as organization
from organization.closed_period import LOCKED_BEFORE
from organization.enums import Effect
from organization.errors import OwnConfirmation, PeriodClosed, SecondPersonMayNot, SecondPersonNeeded
from organization.models import Role, RolePermission
from organization.services.pins import set_pin
from organization.services.second_person import SecondPerson
from tests.factories.billing import VisitFactory, an_invoice, an_order, system
from tests.factories.organization import PASSWORD, EmployeeFactory
from tests.factories.pricelist import ServiceFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def line(branch, doctor, patient):
    return an_order("1000", branch=branch, doctor=doctor, patient=patient).lines.get()


@pytest.fixture
def advance(shift, patient):
    services.take_advance(actor=system(), shift=shift, patient=patient, parts={Means.CASH: D(5000)}, key=uuid.uuid4())


@pytest.fixture
def second(director, as_actor):
    """The director, who has just proved who they are."""
    return SecondPerson(director.pk, "Орлова М.", (as_actor(director),))


def choose(code, value):
    OptionValue.objects.update_or_create(code=code, defaults={"value": value})


def limit(role, code, to):
    row = RolePermission.objects.get(role__code=role, code=code)
    row.limit = to
    row.save()


def give(role, code, scope=Scope.ALL, limit=None):
    RolePermission.objects.update_or_create(
        role=Role.objects.get(code=role), code=code, defaults={"effect": "allow", "scope": scope, "limit": limit}
    )


def discounted(actor, line, percent, **more):
    return services.give_discount(actor=actor, line=line, percent=D(percent), reason="просьба", **more)


def refunded(actor, shift, patient, **more):
    asked = {"means": Means.CASH, "amount": D(100), "reason": "просьба", "key": uuid.uuid4(), **more}
    return services.refund_advance(actor=actor, shift=shift, patient=patient, **asked)


class TestDiscount:
    def test_up_to_the_limit_is_given_alone(self, registrar, as_actor, line):
        assert discounted(as_actor(registrar), line, "10.00").discount_percent == D(10)

    def test_a_hundredth_more_is_refused_with_the_limit_beside_the_percent(self, registrar, as_actor, line):
        with pytest.raises(errors.DiscountOverLimit, match="10") as refusal:
            discounted(as_actor(registrar), line, "10.01")

        assert refusal.value.field == "percent"
        line.refresh_from_db()
        assert line.discount_percent == 0

    def test_a_personal_cap_lowers_what_the_role_gives(self, director, registrar, as_actor, line):
        organization.set_personal_permission(
            actor=as_actor(director), employee=registrar, code="billing.give_discount", effect=Effect.CAP, limit=5,
            reason="новичок",
        )  # fmt: skip

        assert discounted(as_actor(registrar), line, 5).discount_percent == 5
        with pytest.raises(errors.DiscountOverLimit, match="до 5"):
            discounted(as_actor(registrar), line, 6)

    def test_the_director_gives_any(self, director, as_actor, line):
        assert discounted(as_actor(director), line, 100).amount == 0

    def test_a_role_without_the_right_gives_none(self, doctor, as_actor, line, second):
        with pytest.raises(errors.MayNotDiscount):
            discounted(as_actor(doctor), line, 1, second=second)

    def test_taking_back_a_large_one_needs_nobody(self, registrar, as_actor, line):
        discounted(system(), line, 50)

        assert discounted(as_actor(registrar), line, 0).amount == D(1000)

    def test_a_second_person_with_enough_lets_it_pass(self, registrar, as_actor, line, second):
        assert discounted(as_actor(registrar), line, 40, second=second).discount_percent == 40

    def test_a_second_person_whose_own_limit_is_too_small_does_not(self, registrar, branch, as_actor, line):
        colleague = EmployeeFactory(role="administrator", branch=branch)
        other = SecondPerson(colleague.pk, "Иванова О.", (as_actor(colleague),))

        with pytest.raises(SecondPersonMayNot, match="Иванова"):
            discounted(as_actor(registrar), line, 40, second=other)

    def test_rights_of_the_second_person_s_roles_are_not_summed(self, registrar, branch, as_actor, line):
        """One role may give discounts, another one has no limit on something else: neither suffices."""
        colleague = EmployeeFactory(role="administrator", branch=branch)
        roles = (as_actor(colleague), as_actor(EmployeeFactory(role="doctor", branch=branch)))

        with pytest.raises(SecondPersonMayNot):
            discounted(as_actor(registrar), line, 11, second=SecondPerson(colleague.pk, "Иванова О.", roles))

    def test_nobody_confirms_their_own(self, registrar, director, as_actor, line):
        """Not even under another of their own roles."""
        oneself = SecondPerson(registrar.pk, "Петрова А.", (as_actor(director),))

        with pytest.raises(OwnConfirmation):
            discounted(as_actor(registrar), line, 40, second=oneself)

    def test_the_page_asks_over_the_filled_form_and_keeps_what_was_typed(self, at_desk, line):
        page = at_desk.post(f"/billing/lines/{line.pk}/discount/", {"percent": "40", "reason": "постоянный"})

        assert page.status_code == 422
        text = page.content.decode()
        assert 'name="confirm_login"' in text
        assert 'value="40"' in text
        assert 'value="постоянный"' in text
        assert re.search(r"10\s%", text)

    def test_the_page_asks_nobody_until_it_has_to(self, at_desk, line):
        assert 'name="confirm_login"' not in at_desk.get(f"/billing/lines/{line.pk}/discount/").content.decode()

    def test_the_director_s_password_at_the_same_screen_lets_it_pass_and_the_history_shows_both(
        self, at_desk, director, line
    ):
        typed = {"percent": "40", "reason": "семья", "confirm_login": "Director ", "confirm_pin": PASSWORD}

        assert at_desk.post(f"/billing/lines/{line.pk}/discount/", typed).status_code == 204

        newest = line.history.order_by("-pgh_id").first()
        assert newest.discount_percent == 40
        assert (newest.pgh_context["person"], newest.pgh_context["confirmed_by"]) == (
            "Петрова А. А.",
            "Орлова М. А.",
        )

    def test_a_pin_does_as_well(self, at_desk, director, as_actor, line):
        set_pin(actor=as_actor(director), pin="7305")
        typed = {"percent": "40", "reason": "семья", "confirm_login": "director", "confirm_pin": "7305"}

        assert at_desk.post(f"/billing/lines/{line.pk}/discount/", typed).status_code == 204

    def test_five_wrong_pins_lock_the_right_one_out(self, at_desk, director, as_actor, line):
        set_pin(actor=as_actor(director), pin="7305")
        typed = {"percent": "40", "reason": "семья", "confirm_login": "director", "confirm_pin": "1111"}
        address = f"/billing/lines/{line.pk}/discount/"

        for _attempt in range(5):
            wrong = at_desk.post(address, typed)
            assert wrong.status_code == 422
            assert "1111" not in wrong.content.decode()
        locked = at_desk.post(address, {**typed, "confirm_pin": "7305"})

        assert locked.status_code == 422
        line.refresh_from_db()
        assert line.discount_percent == 0

    def test_five_wrong_passwords_lock_it_out_without_locking_the_desk_s_page(self, at_desk, director, line):
        typed = {"percent": "40", "reason": "семья", "confirm_login": "director", "confirm_pin": "not-the-password"}
        address = f"/billing/lines/{line.pk}/discount/"

        for _attempt in range(6):
            answer = at_desk.post(address, typed, headers={"HX-Request": "true"})
            assert answer.status_code == 422
            assert 'id="line-discount"' in answer.content.decode()  # not the form that unlocks the screen

        assert at_desk.post(address, {**typed, "confirm_pin": PASSWORD}).status_code == 422
        line.refresh_from_db()
        assert line.discount_percent == 0

    def test_the_api_keeps_the_same_limit(self, at_desk, line, director):
        address = f"{API}/orders/{line.order_id}/lines/{line.pk}/discount/"
        json = {"content_type": "application/json"}

        over = at_desk.post(address, {"percent": "10.01", "reason": "семья"}, **json)
        assert (over.status_code, over.json()["code"], over.json()["field"]) == (409, "discount_over_limit", "percent")
        wrong = at_desk.post(
            address, {"percent": "11", "reason": "семья", "confirm_login": "director", "confirm_pin": "x"}, **json
        )
        assert (wrong.status_code, wrong.json()["code"]) == (409, "second_person_unknown")
        confirmed = {"percent": "11", "reason": "семья", "confirm_login": "director", "confirm_pin": PASSWORD}
        given = at_desk.post(address, confirmed, **json)
        assert (given.status_code, given.json()["total"]) == (200, "890.00")
        assert at_desk.post(address, {"percent": "10", "reason": "семья"}, **json).json()["total"] == "900.00"

    def test_the_api_is_closed_to_a_role_without_the_right(self, at_chair, line):
        address = f"{API}/orders/{line.order_id}/lines/{line.pk}/discount/"

        assert at_chair.post(address, {"percent": "1"}, content_type="application/json").status_code == 403


class TestRefund:
    def test_without_the_right_it_takes_who_has_it(
        self, registrar, director, as_actor, shift, patient, advance, second
    ):
        with pytest.raises(SecondPersonNeeded):
            refunded(as_actor(registrar), shift, patient)

        refund = refunded(as_actor(registrar), shift, patient, second=second)

        assert (refund.given_by, refund.confirmed_by) == (registrar, director)

    def test_with_the_right_it_takes_nobody(self, director, as_actor, shift, patient, advance):
        assert refunded(as_actor(director), shift, patient).confirmed_by is None

    def test_when_the_clinic_wants_two_people_the_right_alone_is_not_enough(
        self, registrar, director, as_actor, shift, patient, advance, second
    ):
        choose("billing.second_person_for", ["refund"])
        give("administrator", "billing.refund_payment")

        with pytest.raises(SecondPersonNeeded):
            refunded(as_actor(registrar), shift, patient)
        with pytest.raises(SecondPersonNeeded):
            refunded(as_actor(director), shift, patient)
        with pytest.raises(OwnConfirmation):
            refunded(as_actor(director), shift, patient, second=second)
        assert refunded(as_actor(registrar), shift, patient, second=second).confirmed_by == director

    def test_the_desk_s_form_asks_for_the_director_at_once(self, at_desk, director, desk, patient, advance):
        address = f"/billing/settle/{patient.pk}/refund/?desk={desk.pk}"
        page = at_desk.get(address)
        assert 'name="confirm_login"' in page.content.decode()

        typed = {"key": str(uuid.uuid4()), "desk": desk.pk, "amount": "100", "means": "cash", "reason": "ошибка"}
        assert at_desk.post(address, typed).status_code == 422
        assert not Refund.objects.exists()
        confirmed = {**typed, "confirm_login": "director", "confirm_pin": PASSWORD}
        assert at_desk.post(address, confirmed).status_code == 204
        assert Refund.objects.get().confirmed_by == director

    def test_the_api_asks_the_same(self, at_desk, director, shift, patient, advance):
        body = {"shift": shift.pk, "patient": patient.pk, "means": "cash", "amount": "100.00", "reason": "ошибка"}
        json = {"content_type": "application/json"}

        refused = at_desk.post(f"{API}/payments/refund/", body, **json)
        assert (refused.status_code, refused.json()["code"]) == (409, "second_person_needed")
        body |= {"confirm_login": "director", "confirm_pin": PASSWORD}
        given = at_desk.post(f"{API}/payments/refund/", body, **json)
        assert (given.status_code, given.json()["confirmed_by"]) == (201, director.pk)
        assert "confirm_pin" not in given.json()

    def test_who_has_nothing_to_do_with_money_may_not_ask(self, at_chair, shift, patient):
        assert at_chair.get(f"/billing/settle/{patient.pk}/refund/").status_code == 403
        assert at_chair.post(f"{API}/payments/refund/", {}, content_type="application/json").status_code == 403


class TestVoid:
    def test_without_the_right_nobody_voids(self, at_desk, registrar, as_actor, branch, patient):
        invoice = an_invoice("100", branch=branch, patient=patient)

        assert at_desk.post(f"/billing/invoices/{invoice.pk}/void/", {"reason": "ошибка"}).status_code == 403
        assert at_desk.post(f"{API}/invoices/{invoice.pk}/void/", {"reason": "ошибка"}).status_code == 403
        with pytest.raises(SecondPersonNeeded):
            services.void_invoice(actor=as_actor(registrar), invoice=invoice, reason="ошибка")

    def test_the_director_voids_over_the_api(self, at_office, branch, patient):
        invoice = an_invoice("100", branch=branch, patient=patient)

        done = at_office.post(
            f"{API}/invoices/{invoice.pk}/void/", {"reason": "ошибка"}, content_type="application/json"
        )

        assert (done.status_code, done.json()["state"]) == (200, InvoiceState.VOIDED)

    def test_when_the_clinic_wants_two_the_page_asks_for_another_director(self, at_office, branch, patient):
        choose("billing.second_person_for", ["void_invoice"])
        EmployeeFactory(user__username="owner", role="director", branch=branch)
        invoice = an_invoice("100", branch=branch, patient=patient)
        address = f"/billing/invoices/{invoice.pk}/void/"

        assert 'name="confirm_login"' in at_office.get(address).content.decode()
        assert at_office.post(address, {"reason": "ошибка"}).status_code == 422
        own = {"reason": "ошибка", "confirm_login": "director", "confirm_pin": PASSWORD}
        assert at_office.post(address, own).status_code == 422
        assert at_office.post(address, {**own, "confirm_login": "owner"}).status_code == 204
        invoice.refresh_from_db()
        assert invoice.state == InvoiceState.VOIDED


class TestShiftDifference:
    @pytest.mark.parametrize("counted", [1100, 900])
    def test_small_change_is_closed_with_a_reason(self, registrar, as_actor, shift, counted):
        closed = services.close_shift(actor=as_actor(registrar), shift=shift, counted_cash=D(counted), reason="размен")

        assert abs(closed.difference) == 100

    @pytest.mark.parametrize("counted", ["1100.01", "899.99"])
    def test_more_is_confirmed_by_who_may(self, registrar, as_actor, shift, counted, second):
        with pytest.raises(errors.DifferenceNotYours):
            services.close_shift(actor=as_actor(registrar), shift=shift, counted_cash=D(counted), reason="?")

        closed = services.close_shift(
            actor=as_actor(registrar), shift=shift, counted_cash=D(counted), reason="?", second=second
        )
        assert closed.state == ShiftState.CLOSED

    def test_a_role_without_the_right_closes_even_counts_only(self, registrar, as_actor, shift):
        RolePermission.objects.filter(code="billing.close_shift_with_difference").delete()
        actor = as_actor(registrar)

        with pytest.raises(errors.DifferenceNotYours):
            services.close_shift(actor=actor, shift=shift, counted_cash=D("999.99"), reason="копейка")
        assert services.close_shift(actor=actor, shift=shift, counted_cash=D(1000)).state == ShiftState.CLOSED

    def test_the_right_does_not_save_the_reason(self, director, as_actor, shift):
        with pytest.raises(errors.DifferenceWithoutReason):
            services.close_shift(actor=as_actor(director), shift=shift, counted_cash=D(1))

    def test_when_the_clinic_wants_two_even_a_rouble_is_confirmed(self, registrar, as_actor, shift, second):
        choose("billing.second_person_for", ["shift_difference"])
        closing = {"actor": as_actor(registrar), "shift": shift, "counted_cash": D(999), "reason": "размен"}

        with pytest.raises(SecondPersonNeeded):
            services.close_shift(**closing)
        assert services.close_shift(**closing, second=second).state == ShiftState.CLOSED

    def test_page_and_api_ask_alike(self, at_desk, director, shift):
        typed = {"counted_cash": "1", "reason": "?"}
        page = at_desk.post(f"/billing/shifts/{shift.pk}/close/", typed)
        assert page.status_code == 422
        assert 'name="confirm_login"' in page.content.decode()

        json = {"content_type": "application/json"}
        api = at_desk.post(f"{API}/shifts/{shift.pk}/close/", typed, **json)
        assert (api.status_code, api.json()["code"]) == (409, "difference_not_yours")
        typed |= {"confirm_login": "director", "confirm_pin": PASSWORD}
        assert at_desk.post(f"{API}/shifts/{shift.pk}/close/", typed, **json).status_code == 200


class TestReopen:
    def test_a_doctor_reopens_own_orders(self, doctor, as_actor, line):
        assert services.reopen_work_order(actor=as_actor(doctor), order=line.order).state == OrderState.DRAFT

    def test_another_doctor_does_not(self, other_doctor, as_actor, line):
        with pytest.raises(errors.MayNotReopen):
            services.reopen_work_order(actor=as_actor(other_doctor), order=line.order)

    def test_writing_alone_does_not_reopen(self, doctor, as_actor, at_chair, line):
        RolePermission.objects.filter(code="billing.reopen_order").delete()

        with pytest.raises(errors.MayNotReopen):
            services.reopen_work_order(actor=as_actor(doctor), order=line.order)
        assert at_chair.post(f"/billing/orders/{line.order.appointment_id}/reopen/").status_code == 403
        assert at_chair.post(f"{API}/orders/{line.order_id}/reopen/").status_code == 403
        page = at_chair.get(f"/billing/orders/{line.order.appointment_id}/")
        assert (page.status_code, "reopen/" in page.content.decode()) == (200, False)

    def test_the_api_reopens(self, at_chair, line):
        done = at_chair.post(f"{API}/orders/{line.order_id}/reopen/", {}, content_type="application/json")

        assert (done.status_code, done.json()["state"]) == (200, "draft")


class TestWritingLate:
    @pytest.fixture
    def visit_of(self, branch, doctor, patient):
        def made(days_ago):
            on = localdate(branch.zone) - timedelta(days=days_ago)
            starts_at = wall_moment(on, time(12), branch.zone)
            return VisitFactory(branch=branch, doctor=doctor, patient=patient, starts_at=starts_at)

        return made

    @pytest.mark.parametrize(("days", "ago", "may"), [(0, 0, True), (0, 1, False), (3, 3, True), (3, 4, False)])
    def test_an_order_is_written_so_many_days_after_the_appointment(self, doctor, as_actor, visit_of, days, ago, may):
        limit("doctor", "billing.write_order", days)
        actor, visit, service = as_actor(doctor), visit_of(ago), ServiceFactory()

        assert may_write(actor, visit) == may
        if may:
            services.write_service(actor=actor, appointment=visit, service=service, selection={})
        else:
            with pytest.raises(errors.OrderTooOld):
                services.write_service(actor=actor, appointment=visit, service=service, selection={})
        assert WorkOrderLine.objects.exists() == may

    def test_without_a_limit_however_late(self, doctor, as_actor, visit_of):
        assert may_write(as_actor(doctor), visit_of(400))

    def test_every_act_on_the_order_is_refused(self, doctor, as_actor, visit_of):
        order = services.write_service(
            actor=system(), appointment=visit_of(5), service=ServiceFactory(price="100"), selection={}
        )
        line = order.lines.get()
        limit("doctor", "billing.write_order", 1)
        actor = as_actor(doctor)

        for act in (
            lambda: services.add_line(actor=actor, order=order, service=ServiceFactory()),
            lambda: services.change_line(actor=actor, line=line, quantity=2),
            lambda: services.remove_line(actor=actor, line=line),
            lambda: services.close_work_order(actor=actor, order=order),
        ):
            with pytest.raises(errors.OrderTooOld):
                act()
        services.close_work_order(actor=system(), order=order)
        with pytest.raises(errors.OrderTooOld):
            services.reopen_work_order(actor=actor, order=order)

    def test_the_page_is_read_only_and_says_why(self, at_chair, visit_of):
        limit("doctor", "billing.write_order", 1)
        visit = visit_of(5)

        page = at_chair.get(f"/billing/orders/{visit.pk}/").content.decode()

        assert "/add/" not in page.replace("/patients/add/", "")
        assert "Попросите" in page


class TestClosedPeriod:
    @pytest.fixture
    def closed(self, line):
        choose(LOCKED_BEFORE, (line.order.served_on + timedelta(days=1)).isoformat())

    def test_nothing_before_the_day_changes_not_even_by_the_director(self, director, as_actor, line, closed):
        actor = as_actor(director)

        with pytest.raises(PeriodClosed):
            discounted(actor, line, 5)
        with pytest.raises(PeriodClosed):
            services.reopen_work_order(actor=actor, order=line.order)
        assert not may_write(actor, line.order.appointment)

    def test_the_day_itself_is_open(self, director, as_actor, line):
        choose(LOCKED_BEFORE, line.order.served_on.isoformat())

        assert discounted(as_actor(director), line, 5).discount_percent == 5

    def test_an_old_order_is_invoiced_and_paid_today(self, registrar, as_actor, line, closed):
        assert services.issue_invoice(actor=as_actor(registrar), orders=[line.order]).total == 1000

    def test_an_old_invoice_is_not_voided(self, director, as_actor, branch, patient):
        invoice = an_invoice("100", branch=branch, patient=patient)
        choose(LOCKED_BEFORE, (invoice.issued_on + timedelta(days=1)).isoformat())

        with pytest.raises(PeriodClosed):
            services.void_invoice(actor=as_actor(director), invoice=invoice, reason="ошибка")

    def test_the_refusal_names_the_day(self, director, as_actor, line):
        choose(LOCKED_BEFORE, "2030-01-02")

        with pytest.raises(PeriodClosed, match=r"02\.01\.2030"):
            discounted(as_actor(director), line, 5)
