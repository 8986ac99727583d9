import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.access import WriteWhileReading
from patients import services
from patients.models import CardOpening, Patient
from tests.factories.patients import PatientFactory, PatientNoteFactory, family_of
from tests.patients.drawn_form import posted_by

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def at_desk(registrar, client_of):
    browser = client_of(registrar)
    browser.get(url("patient_list"))  # the first request writes into the session that somebody is there
    return browser


@pytest.fixture
def at_chair(doctor, client_of):
    return client_of(doctor)


def url(name: str, *args: int | str, **query: str) -> str:
    address = reverse(f"patients:{name}", args=args)
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def text_of(response) -> str:
    return response.content.decode()


def triggers(response) -> dict:
    return json.loads(response.headers["HX-Trigger"])


def test_the_cast_signs_in(at_desk, at_chair):
    assert at_desk.get(url("patient_list")).status_code == at_chair.get(url("patient_list")).status_code == 200


# The search box


def test_the_search_box_answers_options_with_the_found_part_marked(at_desk):
    patient = PatientFactory(surname="Воробьёва", phone="+79161234567")

    answer = text_of(at_desk.get(url("patient_suggest", q="djhj"), **HTMX))

    assert f'href="{url("patient_card", patient.pk)}"' in answer
    assert "<mark>Воро</mark>бьёва" in answer
    assert "+7 (916) 123-45-67" in answer


def test_the_search_box_offers_a_new_card_only_with_the_right(at_desk, at_chair):
    assert "/patients/add/?q=" in text_of(at_desk.get(url("patient_suggest", q="xyz"), **HTMX))
    assert "/patients/add/" not in text_of(at_chair.get(url("patient_suggest", q="xyz"), **HTMX))


def test_what_is_typed_is_escaped(at_desk):
    assert "<script>" not in text_of(at_desk.get(url("patient_suggest"), {"q": "<script>alert(1)</script>"}, **HTMX))


@pytest.mark.parametrize("name", ["patient_suggest", "patient_pick"])
def test_suggestions_cost_the_same_for_one_and_for_three(at_desk, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at_desk.get(url(name, q="иван"), **HTMX)
        return len(captured)

    PatientFactory(phone="+79161234567")
    with_one = queries()
    PatientFactory(phone="+79161234568")
    PatientFactory(phone="+79161234569")

    assert queries() == with_one


# The picker


def test_the_picker_posts_the_chosen_patient_under_its_field(at_desk):
    patient = PatientFactory(allergy="латекс", forbidden=True)

    answer = text_of(at_desk.get(url("patient_pick", field="relative", patient=patient.pk), **HTMX))

    assert f'<input type="hidden" name="relative" value="{patient.pk}"' in answer
    assert 'id="relative-picker"' in answer
    assert "латекс" in answer
    assert "три неявки подряд" in answer


def test_the_picker_does_not_hold_a_foreign_patient(at_chair):
    answer = text_of(at_chair.get(url("patient_pick", field="patient", patient=PatientFactory().pk), **HTMX))

    assert 'type="hidden"' not in answer
    assert 'role="combobox"' in answer


def test_archived_patients_are_not_picked(at_desk):
    PatientFactory(surname="Ивакин", archived=True)

    assert "Ивакин" not in text_of(at_desk.get(url("patient_pick", q="ивак", field="patient"), **HTMX))


# Adding


def test_words_begin_the_names_and_digits_the_phone(at_desk):
    by_words = text_of(at_desk.get(url("patient_add"), {"q": "ёлкина анна"}, **HTMX))
    by_digits = text_of(at_desk.get(url("patient_add"), {"q": "8 916 123"}, **HTMX))

    assert 'value="Ёлкина"' in by_words
    assert 'value="Анна"' in by_words
    assert 'value="8 916 123"' in by_digits


def test_a_saved_card_opens_and_tells_its_id(at_desk):
    response = at_desk.post(url("patient_add"), {"surname": "ким", "phone": "89161234567", "born_on": "140385"}, **HTMX)

    patient = Patient.objects.get()
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == url("patient_card", patient.pk)
    assert triggers(response)["patientAdded"] == {"id": patient.pk}
    assert (patient.surname, patient.born_on) == ("Ким", date(1985, 3, 14))


def test_a_picker_gets_the_new_card_without_leaving_its_form(at_desk):
    response = at_desk.post(url("patient_add"), {"surname": "Ким", "then": "pick"}, **HTMX)

    assert response.status_code == 204
    assert "HX-Redirect" not in response.headers
    assert triggers(response)["patientAdded"] == {"id": Patient.objects.get().pk}


def test_errors_stand_beside_their_fields_with_the_typed_text_and_the_first_has_the_focus(at_desk):
    response = at_desk.post(url("patient_add"), {"surname": "Ким", "phone": "12", "born_on": "31.02.2020"}, **HTMX)

    answer = text_of(response)
    assert response.status_code == 422
    assert 'value="12"' in answer
    assert "Такого дня нет." in answer
    assert answer.count("autofocus") == 1
    assert answer.index("autofocus") < answer.index('name="born_on"')
    assert not Patient.objects.exists()


def test_a_possible_duplicate_is_shown_and_saved_only_when_confirmed(at_desk):
    first = PatientFactory(surname="Ким", phone="+79161234567")
    typed = {"surname": "Ли", "phone": "+79161234567"}

    refused = at_desk.post(url("patient_add"), typed, **HTMX)
    assert refused.status_code == 422
    assert url("patient_card", first.pk) in text_of(refused)
    assert 'value="Ли"' in text_of(refused)

    saved = at_desk.post(url("patient_add"), {**typed, "confirmed_different": "on"}, **HTMX)
    assert saved.status_code == 204
    assert Patient.objects.filter(phones__number="+79161234567").count() == 2


def test_enter_over_possible_duplicates_looks_again_and_confirms_nothing(at_desk):
    PatientFactory(surname="Ким", phone="+79161234567")

    answer = text_of(at_desk.post(url("patient_add"), {"surname": "Ли", "phone": "+79161234567"}, **HTMX))

    first_button = answer[answer.index('<button type="submit"') :].split(">")[0]
    assert "name=" not in first_button


def test_whoever_was_to_be_booked_still_is_after_the_question(at_desk):
    PatientFactory(surname="Ким", phone="+79161234567")
    typed = {"surname": "Ли", "phone": "+79161234567", "then": "booking"}

    answer = posted_by(text_of(at_desk.post(url("patient_add"), typed, **HTMX)))

    assert answer["then"] == "booking"


def test_a_candidate_with_the_same_phone_may_be_said_to_be_a_relative(at_desk):
    mother = PatientFactory(surname="Ким", phone="+79161234567")
    typed = {"surname": "Ким", "name": "Юля", "phone": "+79161234567", "born_on": "01.05.2019"}

    assert f'name="relative" value="{mother.pk}"' in text_of(at_desk.post(url("patient_add"), typed, **HTMX))
    assert at_desk.post(url("patient_add"), {**typed, "relative": mother.pk}, **HTMX).status_code == 204

    child = Patient.objects.get(name="Юля")
    mother.refresh_from_db()
    assert (child.kinship, child.family_id) == ("child", mother.family_id)


def test_a_candidate_the_role_may_not_see_is_not_named(doctor, client_of):
    from organization.models import EmployeePermission

    EmployeePermission.objects.create(employee=doctor, code="patients.add_patient", effect="allow")
    PatientFactory(surname="Тайный", phone="+79161234567")

    response = client_of(doctor).post(url("patient_add"), {"surname": "Ли", "phone": "+79161234567"}, **HTMX)

    assert response.status_code == 422
    assert "Тайный" not in text_of(response)
    assert "спросите директора" in text_of(response)


def test_the_form_of_a_new_card_is_a_page_too(at_desk):
    assert "<html" in text_of(at_desk.get(url("patient_add")))
    assert "<html" not in text_of(at_desk.get(url("patient_add"), **HTMX))


# The card


def test_opening_a_card_is_logged_once_and_its_parts_are_not(at_desk, registrar):
    patient = PatientFactory()

    at_desk.get(url("patient_card", patient.pk))
    at_desk.get(url("patient_overview", patient.pk), **HTMX)
    at_desk.get(url("patient_part", patient.pk, "head"), **HTMX)
    at_desk.get(url("patient_card", patient.pk), **HTMX)

    opening = CardOpening.objects.get()
    assert (opening.patient_id, opening.employee_id, opening.page) == (patient.pk, registrar.pk, "card")
    assert opening.address == "127.0.0.1"


def test_a_card_that_was_not_shown_is_not_logged(at_chair):
    assert at_chair.get(url("patient_card", PatientFactory().pk)).status_code == 404
    assert not CardOpening.objects.exists()


def test_the_card_itself_only_reads(registrar, as_actor, rf, monkeypatch):
    """The opening is written outside the guard: inside it nothing may be."""
    from patients.views import cards

    patient = PatientFactory()
    request = rf.get("/")
    request.actor, request.htmx = as_actor(registrar), False
    monkeypatch.setattr(cards, "head_context", lambda _card: Patient.objects.filter(pk=patient.pk).update(comment="x"))

    with pytest.raises(WriteWhileReading):
        cards.patient_card(request, patient.pk)


def test_a_foreign_card_is_404_in_every_part(at_chair):
    patient = PatientFactory()

    for name, args in [
        ("patient_card", ()),
        ("patient_overview", ()),
        ("patient_part", ("contacts",)),
        ("note_add", ()),
    ]:
        assert at_chair.get(url(name, patient.pk, *args), **HTMX).status_code == 404, name


def test_an_own_card_opens_without_whole_phones_and_without_buttons_one_has_no_right_to(at_chair, doctor):
    patient = PatientFactory(attending=doctor, phone="+79161234567")

    answer = text_of(at_chair.get(url("patient_card", patient.pk)))

    assert "••• 45-67" in answer
    assert "9161234567" not in answer
    assert url("patient_change", patient.pk) not in answer


def test_the_head_shows_what_must_not_be_missed(at_desk):
    patient = PatientFactory(allergy="пенициллины", alert="гипертония", forbidden=True, former_surname="Белова")

    answer = text_of(at_desk.get(url("patient_card", patient.pk)))

    for shown in ("Аллергия: пенициллины", "гипертония", "Не записывать: три неявки подряд", "(Белова)"):
        assert shown in answer


@pytest.mark.parametrize("tab", ["", "nonsense"])
def test_an_unknown_tab_is_the_overview(at_desk, tab):
    patient = PatientFactory()

    assert 'id="patient-notes"' in text_of(at_desk.get(url("patient_card", patient.pk, tab=tab)))


def test_a_tab_in_the_url_is_loaded_after_the_page(director, client_of):
    patient = PatientFactory()

    answer = text_of(client_of(director).get(url("patient_card", patient.pk, tab="history")))

    assert f'hx-get="{url("patient_history", patient.pk)}"' in answer
    assert 'id="patient-notes"' not in answer


def test_tabs_without_the_right_are_not_there(at_chair, doctor):
    patient = PatientFactory(attending=doctor)

    assert url("patient_history", patient.pk) not in text_of(at_chair.get(url("patient_card", patient.pk)))
    assert at_chair.get(url("patient_history", patient.pk), **HTMX).status_code == 403


def test_the_history_tells_who_changed_what(director, client_of, as_actor):
    browser = client_of(director)
    patient = PatientFactory(surname="Иванова")
    form = {**change_form(patient), "surname": "Петрова"}
    assert browser.post(url("patient_change", patient.pk), form, **HTMX).status_code == 204

    answer = text_of(browser.get(url("patient_history", patient.pk), **HTMX))

    assert "Орлова М." in answer
    assert "<del>Иванова</del>" in answer
    assert "<ins>Петрова</ins>" in answer


def test_the_swapped_part_is_the_one_of_the_page(at_desk):
    """A swap applied to the page equals a reload."""
    patient = PatientFactory(phone="+79161234567")
    PatientNoteFactory(patient=patient)
    page = text_of(at_desk.get(url("patient_card", patient.pk)))

    for part in ("notes", "contacts", "family", "attending"):
        assert text_of(at_desk.get(url("patient_part", patient.pk, part), **HTMX)).strip() in page, part


def test_the_card_costs_the_same_with_one_and_with_three_of_everything(at_desk):
    patient = PatientFactory()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at_desk.get(url("patient_card", patient.pk))
        return len(captured)

    family_of(patient, PatientFactory())
    PatientNoteFactory(patient=patient)
    with_one = queries()
    family_of(patient, PatientFactory(), PatientFactory(), PatientFactory())
    for _ in range(2):
        PatientNoteFactory(patient=patient)

    assert queries() == with_one


# Changing


def change_form(patient: Patient) -> dict[str, str]:
    return {
        "surname": patient.surname,
        "name": patient.name,
        "patronymic": patient.patronymic,
        "allergy": patient.allergy,
        "version": str(patient.version),
    }


def test_a_change_keeps_the_former_surname_by_itself(at_desk):
    patient = PatientFactory(surname="Иванова")

    response = at_desk.post(url("patient_change", patient.pk), {**change_form(patient), "surname": "Петрова"}, **HTMX)

    patient.refresh_from_db()
    assert "patientChanged" in triggers(response)
    assert (patient.surname, patient.former_surname) == ("Петрова", "Иванова")


def test_over_a_newer_version_both_are_shown_and_only_what_was_edited_here_is_put_over_it(at_desk, desk):
    patient = PatientFactory(
        allergy="латекс", email="old@example.ru", is_booking_forbidden=True, booking_forbidden_reason="неявки"
    )
    address = url("patient_change", patient.pk)
    mine = {**posted_by(text_of(at_desk.get(address, **HTMX))), "allergy": "йод"}
    services.change_patient(
        actor=desk,
        patient=patient,
        version=1,
        allergy="пенициллины",
        email="new@example.ru",
        is_booking_forbidden=False,
    )

    refused = at_desk.post(address, mine, **HTMX)
    answer = text_of(refused)
    assert refused.status_code == 422
    assert "<td>йод</td><td>пенициллины</td>" in answer
    assert "<td>не меняли</td><td>new@example.ru</td>" in answer

    saved = at_desk.post(address, posted_by(answer), **HTMX)
    patient.refresh_from_db()
    assert saved.status_code == 204
    assert (patient.allergy, patient.email, patient.is_booking_forbidden) == ("йод", "new@example.ru", False)


def test_a_form_saved_as_it_was_opened_changes_nothing(at_desk):
    patient = PatientFactory(
        born_on=date(1985, 3, 14), sex="f", snils="11223344595", allergy="йод", comment="а\nб", forbidden=True
    )
    address = url("patient_change", patient.pk)

    at_desk.post(address, posted_by(text_of(at_desk.get(address, **HTMX))), **HTMX)

    patient.refresh_from_db()
    assert patient.version == 1


def test_do_not_book_without_a_reason_is_refused_beside_the_reason(at_desk):
    patient = PatientFactory()

    response = at_desk.post(
        url("patient_change", patient.pk), {**change_form(patient), "is_booking_forbidden": "on"}, **HTMX
    )

    assert response.status_code == 422
    assert "id_booking_forbidden_reason_error" in text_of(response)


def test_a_snils_is_checked_and_kept_as_digits(at_desk):
    patient = PatientFactory()
    address = url("patient_change", patient.pk)

    assert at_desk.post(address, {**change_form(patient), "snils": "112-233-445 96"}, **HTMX).status_code == 422
    assert at_desk.post(address, {**change_form(patient), "snils": "112-233-445 95"}, **HTMX).status_code == 204
    patient.refresh_from_db()
    assert patient.snils == "11223344595"


def phones_form(version: int, *rows: tuple[str, str]) -> dict[str, str]:
    form = {"version": str(version), "form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for position, (number, note) in enumerate(rows):
        form |= {f"form-{position}-number": number, f"form-{position}-note": note}
    return form


def test_phones_are_set_from_the_lines_that_are_filled(at_desk):
    patient = PatientFactory(phone="+79160000001")

    response = at_desk.post(
        url("patient_phones", patient.pk), phones_form(1, ("89160000002", "мама"), ("", "")), **HTMX
    )

    assert response.status_code == 204
    assert list(patient.phones.values_list("number", "note")) == [("+79160000002", "мама")]


def test_phones_over_a_newer_version_are_refused_with_those_on_the_card(at_desk, desk):
    patient = PatientFactory(phone="+79160000001")
    services.change_patient(actor=desk, patient=patient, version=1, allergy="йод")

    response = at_desk.post(url("patient_phones", patient.pk), phones_form(1, ("89160000002", "")), **HTMX)

    assert response.status_code == 422
    assert "+7 (916) 000-00-01" in text_of(response)
    assert 'name="version" value="2"' in text_of(response)


def test_archive_asks_why_and_the_list_forgets_the_card(at_desk):
    patient = PatientFactory(surname="Ивакин")
    address = url("patient_archive", patient.pk)

    assert at_desk.post(address, {"reason": ""}, **HTMX).status_code == 422
    assert at_desk.post(address, {"reason": "переехал"}, **HTMX).status_code == 204
    assert "Ивакин" not in text_of(at_desk.get(url("patient_list")))
    assert "Ивакин" in text_of(at_desk.get(url("patient_list", state="archived")))

    assert at_desk.post(url("patient_restore", patient.pk), **HTMX).status_code == 204
    assert "Ивакин" in text_of(at_desk.get(url("patient_list")))


# Notes, family, doctors


def test_a_doctor_writes_a_note_on_an_own_card(at_chair, doctor):
    patient = PatientFactory(attending=doctor)

    response = at_chair.post(url("note_add", patient.pk), {"text": "рвотный рефлекс"}, **HTMX)

    assert "notesChanged" in triggers(response)
    assert patient.notes.get().created_by == doctor


def test_a_note_of_another_card_is_not_put_away_through_this_one(at_desk):
    note = PatientNoteFactory()

    assert at_desk.post(url("note_archive", PatientFactory().pk, note.pk), **HTMX).status_code == 404
    assert at_desk.post(url("note_archive", note.patient_id, note.pk), **HTMX).status_code == 204


def test_a_relative_is_brought_into_the_family(at_desk):
    mother, child = PatientFactory(), PatientFactory(name="Юля")

    response = at_desk.post(url("family_add", mother.pk), {"relative": child.pk, "kinship": "child"}, **HTMX)

    assert "familyChanged" in triggers(response)
    mother.refresh_from_db()
    child.refresh_from_db()
    assert (mother.kinship, child.kinship, mother.family_id) == ("head", "child", child.family_id)


def test_whoever_has_no_family_comes_into_the_others(at_desk):
    mother, son, daughter = PatientFactory(), PatientFactory(), PatientFactory()
    family_of(mother, son)

    at_desk.post(url("family_add", daughter.pk), {"relative": mother.pk, "kinship": "child"}, **HTMX)

    daughter.refresh_from_db()
    mother.refresh_from_db()
    assert (daughter.kinship, mother.kinship, daughter.family_id) == ("child", "head", mother.family_id)


def test_a_relative_must_be_chosen(at_desk):
    response = at_desk.post(url("family_add", PatientFactory().pk), {"kinship": "child"}, **HTMX)

    assert response.status_code == 422
    assert "Выберите родственника" in text_of(response)


def test_attending_doctors_are_chosen_for_each_speciality(at_desk, doctor):
    patient, specialty = PatientFactory(), doctor.specialties.get()
    address, field = url("attending_change", patient.pk), f"specialty_{specialty.pk}"

    assert at_desk.post(address, {field: str(doctor.pk)}, **HTMX).status_code == 204
    assert patient.attending.get().doctor == doctor
    assert at_desk.post(address, {field: ""}, **HTMX).status_code == 204
    assert not patient.attending.exists()


# The list


def test_filters_find_by_doctor_state_and_text(at_desk, doctor):
    PatientFactory(surname="Абрамов", attending=doctor)
    PatientFactory(surname="Белов", phone="+79161234567")

    assert "Белов" not in text_of(at_desk.get(url("patient_list", doctor=doctor.pk)))
    assert "Абрамов" not in text_of(at_desk.get(url("patient_list", q="4567")))
    assert "Никого не нашли" in text_of(at_desk.get(url("patient_list", q="щщщ")))


def test_the_list_answers_a_part_to_htmx(at_desk):
    PatientFactory()

    answer = text_of(at_desk.get(url("patient_list"), **HTMX))

    assert answer.lstrip().startswith("<section")
    assert answer.strip() in text_of(at_desk.get(url("patient_list")))


@pytest.mark.parametrize(
    "query", ["after=x", "before=999999999", "doctor=0", "branch=x", "state=x", "order=x", "after=²"]
)
def test_nonsense_in_the_url_still_answers(at_desk, query):
    PatientFactory()

    assert at_desk.get(f"{url('patient_list')}?{query}").status_code == 200


def test_a_doctor_lists_own_patients_only_and_the_count_tells_no_more(at_chair, doctor):
    PatientFactory(surname="Абрамов", attending=doctor)
    PatientFactory(surname="Белов")

    answer = text_of(at_chair.get(url("patient_list")))

    assert "Абрамов" in answer
    assert "Белов" not in answer
    assert "1 карта" in answer


def test_the_list_costs_the_same_with_one_and_with_three(at_desk, doctor):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            at_desk.get(url("patient_list"))
        return len(captured)

    PatientFactory(attending=doctor, phone="+79161234567")
    with_one = queries()
    PatientFactory(attending=doctor, phone="+79161234568")
    PatientFactory(attending=doctor, phone="+79161234569")

    assert queries() == with_one
