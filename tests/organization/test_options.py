"""Pages of options: what they show, save, refuse, remember and find."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core import journal, options
from core.counters import next_number
from core.models import NumberStart, OptionValue, PublishedFact
from core.modules import registry
from organization import option_pages, services
from organization.errors import NumberGiven, NumberTooLarge, OptionRefused, OptionsChangedByOther, SeriesUnknown
from organization.forms.options import form_of
from organization.models import Role
from organization.option_pages import field_name
from organization.panes import PAGES
from tests.factories.options import choose

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NO_SHOW = "schedule.no_show_minutes"
RULES = "/settings/rules/"


@pytest.fixture
def head(director, as_actor):
    return as_actor(director)


@pytest.fixture
def client(client_of, director):
    return client_of(director)


def posted(page: str, **typed: str) -> dict[str, Any]:
    """What a browser sends of an untouched page, but for what was typed."""
    form = form_of(page)
    data = {"was": form.initial["was"]}
    for row in form.rows():
        value = row.field.value()
        if value is not False:
            data[row.field.html_name] = "on" if value is True else value
    return {**data, **{field_name(code): text for code, text in typed.items()}}


class TestService:
    def test_a_change_acts_at_once_and_is_told(self, head):
        changed = services.change_options(actor=head, values={NO_SHOW: 40}, was={NO_SHOW: 15})

        assert changed == [NO_SHOW]
        assert options.value(NO_SHOW) == 40
        assert PublishedFact.objects.get(name="organization.facts.OptionsChanged").payload["codes"] == [NO_SHOW]

    def test_the_supplied_value_has_no_row(self, head):
        choose(NO_SHOW, 40)

        services.change_options(actor=head, values={NO_SHOW: 15}, was={NO_SHOW: 40})

        assert not OptionValue.objects.filter(code=NO_SHOW).exists()

    def test_what_was_left_alone_stays_as_somebody_else_saved_it(self, head):
        choose(NO_SHOW, 40)

        services.change_options(
            actor=head,
            values={NO_SHOW: 15, "schedule.void_minutes": 5},
            was={NO_SHOW: 15, "schedule.void_minutes": 2},
        )

        assert (options.value(NO_SHOW), options.value("schedule.void_minutes")) == (40, 5)

    def test_an_option_somebody_else_changed_meanwhile_is_refused_with_both_versions(self, head):
        choose(NO_SHOW, 40)

        with pytest.raises(OptionsChangedByOther) as refusal:
            services.change_options(actor=head, values={NO_SHOW: 25}, was={NO_SHOW: 15})

        assert (refusal.value.theirs, refusal.value.yours) == ({NO_SHOW: 40}, {NO_SHOW: 25})
        assert options.value(NO_SHOW) == 40

    def test_two_who_chose_the_same_do_not_quarrel(self, head):
        choose(NO_SHOW, 40)

        assert services.change_options(actor=head, values={NO_SHOW: 40}, was={NO_SHOW: 15}) == []

    @pytest.mark.parametrize("value", [-1, 241, "40", True, None])
    def test_a_value_the_option_may_not_have_is_refused(self, head, value):
        with pytest.raises(OptionRefused):
            services.change_options(actor=head, values={NO_SHOW: value}, was={NO_SHOW: 15})

    def test_an_unknown_option_is_refused(self, head):
        with pytest.raises(OptionRefused):
            services.change_options(actor=head, values={"nobody.declared": 1}, was={})

    def test_only_who_may_changes_options(self, registrar, as_actor):
        with pytest.raises(PermissionDenied):
            services.change_options(actor=as_actor(registrar), values={NO_SHOW: 40}, was={})


class TestDeclarations:
    def test_every_option_stands_on_a_page_and_is_supplied_with_a_value_it_may_have(self):
        for option in registry.options().values():
            assert option.page in {*PAGES, ""}, option.code  # one without a page is set by an act of its own
            assert option.accepts(option.default), option.code

    def test_every_option_says_what_it_changes(self):
        assert [option.code for option in registry.options().values() if not str(option.effect)] == []

    @pytest.mark.parametrize("form", ["№ {number}", "К-{yy}-{number}", "{year}/{number}"])
    def test_a_number_may_be_written_with_its_year(self, form):
        assert registry.options()["billing.invoice_number_form"].accepts(form)

    @pytest.mark.parametrize(
        "form", ["", "{year}", "{number}{number}", "{number:>5}", "{number.real}", "{secret}{number}", "{number", "{}"]
    )
    def test_a_writing_that_loses_the_number_or_reaches_further_is_refused(self, form):
        assert not registry.options()["billing.invoice_number_form"].accepts(form)


class TestPage:
    def test_it_shows_each_option_with_its_effect_and_what_it_is_supplied_with(self, client):
        page = client.get(RULES).content.decode()

        for option in option_pages.options_of("rules"):
            assert option_pages.anchor(option.code) in page
        assert "по умолчанию: 15 мин" in page

    def test_saving_keeps_what_was_typed_and_tells_so(self, client):
        answer = client.post(RULES, posted("rules", **{NO_SHOW: "40"}), headers=HTMX)

        assert answer.status_code == 200
        assert "optionsChanged" in answer["HX-Trigger"]
        assert options.value(NO_SHOW) == 40

    def test_a_refusal_stands_beside_its_field_and_keeps_the_text(self, client):
        answer = client.post(RULES, posted("rules", **{NO_SHOW: "999"}), headers=HTMX)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="999"' in page
        assert f'id="id_{field_name(NO_SHOW)}_error"' in page
        assert options.value(NO_SHOW) == 15

    def test_a_quarrel_shows_both_versions_and_the_second_save_wins(self, client):
        data = posted("rules", **{NO_SHOW: "25"})
        choose(NO_SHOW, 40)

        refused = client.post(RULES, data, headers=HTMX)

        page = refused.content.decode()
        assert refused.status_code == 422
        assert "<td>40 мин</td><td>25 мин</td>" in page
        again = client.post(RULES, {**data, "was": json.dumps({**json.loads(data["was"]), NO_SHOW: 40})}, headers=HTMX)
        assert again.status_code == 200
        assert options.value(NO_SHOW) == 25

    def test_the_refused_page_carries_on_from_what_they_saved(self, client):
        data = posted("rules", **{NO_SHOW: "25"})
        choose(NO_SHOW, 40)

        page = client.post(RULES, data, headers=HTMX).content.decode()

        assert f"&quot;{NO_SHOW}&quot;: 40" in page

    def test_reset_puts_one_option_back_and_leaves_typed_text_alone(self, client):
        choose(NO_SHOW, 40)
        choose("schedule.void_minutes", 5)

        answer = client.post(
            RULES, {**posted("rules", **{"schedule.void_minutes": "9"}), "reset": NO_SHOW}, headers=HTMX
        )

        assert (options.value(NO_SHOW), options.value("schedule.void_minutes")) == (15, 5)
        assert 'value="9"' in answer.content.decode()

    @pytest.mark.parametrize("was", ["", "[]", "[1]", "{", "null", '{"nobody.declared": 1}'])
    def test_a_forged_was_is_taken_as_what_is_in_force(self, client, was):
        answer = client.post(RULES, {**posted("rules", **{NO_SHOW: "40"}), "was": was}, headers=HTMX)

        assert answer.status_code == 200
        assert options.value(NO_SHOW) == 40

    def test_a_page_without_options_is_not_among_the_settings(self, client, head):
        panes = [pane.route for pane in option_pages.shown_panes(head)]

        assert ("organization:options_security" in panes) == bool(option_pages.options_of("security"))

    @pytest.mark.parametrize("page", ["rules", "notices", "appearance", "numbering", "required"])
    def test_every_page_opens_and_has_its_history(self, client, page):
        assert client.get(reverse(f"organization:options_{page}")).status_code == 200
        assert client.get(reverse("organization:option_history", args=[page]), headers=HTMX).status_code == 200

    def test_the_registrar_may_not_see_them(self, client_of, registrar):
        assert client_of(registrar).get(RULES).status_code == 403

    def test_values_come_with_who_is_signed_in(self, client, django_assert_max_num_queries):
        client.get(RULES)
        with django_assert_max_num_queries(6) as queries:
            client.get(RULES)
        assert not [each for each in queries if 'SELECT "core_optionvalue"' in (each["sql"] or "")]


class TestHistory:
    def test_it_tells_from_what_to_what_in_words_also_of_supplied_values(self, client):
        client.post(RULES, posted("rules", **{NO_SHOW: "40"}), headers=HTMX)
        client.post(RULES, posted("rules", **{NO_SHOW: "15"}), headers=HTMX)

        page = client.get(reverse("organization:option_history", args=["rules"]), headers=HTMX).content.decode()

        assert "Орлова" in page
        assert page.index("40 мин") < page.rindex("40 мин")  # 40 → 15 above, 15 → 40 below
        assert page.count("15 мин") == 2

    def test_the_log_of_changes_names_the_option_and_who_changed_it(self, client, head):
        client.post(RULES, posted("rules", **{NO_SHOW: "40"}), headers=HTMX)

        entries, _following = journal.page(head, journal.Asked(kind="options"))

        [entry] = entries
        assert str(registry.options()[NO_SHOW].title) in entry.line.subject
        assert [(change.old, change.new) for change in entry.line.changes] == [("15 мин", "40 мин")]

    def test_other_pages_are_left_out(self, client):
        client.post("/settings/notices/", posted("notices", **{"core.sound_volume": "80"}), headers=HTMX)

        page = client.get(reverse("organization:option_history", args=["rules"]), headers=HTMX).content.decode()

        assert "80 %" not in page


class TestSearch:
    def found(self, client, typed: str) -> str:
        return client.get("/settings/", {"q": typed}).content.decode()

    def test_a_word_finds_the_setting_with_its_page(self, client):
        page = self.found(client, "порог")

        assert "Правила и пороги" in page
        assert f'href="{RULES}#{option_pages.anchor(NO_SHOW)}"' in page

    @pytest.mark.parametrize("typed", ["ЗВУК", "громкость", "звук  громк"])
    def test_case_and_order_do_not_matter(self, client, typed):
        assert f"#{option_pages.anchor('core.sound_volume')}" in self.found(client, typed)

    def test_nothing_found_says_so(self, client):
        assert "z-empty" in self.found(client, "ъъъ")

    def test_what_is_typed_is_shown_inert(self, client):
        assert "<script>alert" not in self.found(client, "<script>alert(1)</script>")

    def test_only_what_the_role_may_open_is_found(self, head, registrar, as_actor):
        assert option_pages.found_settings(as_actor(registrar), "порог") == []
        assert option_pages.found_settings(head, "порог") != []


class TestNumbers:
    def test_a_series_goes_on_from_the_number_and_never_back(self, head):
        services.set_next_number(actor=head, series="card", number=5000)

        assert next_number("card") == 5000
        with pytest.raises(NumberGiven) as refusal:
            services.set_next_number(actor=head, series="card", number=5000)
        assert "5001" in refusal.value.messages[0]
        assert NumberStart.objects.get(series="card").next_number == 5000

    @pytest.mark.parametrize(
        ("series", "number", "refusal"),
        [
            ("card", 0, NumberGiven),
            ("card", 10**9, NumberTooLarge),
            ("nobody:1", 5, SeriesUnknown),
            ("invoice:999:2020", 5, SeriesUnknown),
        ],
    )
    def test_nonsense_is_refused(self, head, series, number, refusal):
        with pytest.raises(refusal):
            services.set_next_number(actor=head, series=series, number=number)

    def test_the_page_shows_how_the_next_number_will_be_written(self, client, branch):
        choose("billing.invoice_number_form", "СЧ-{yy}-{number}")
        choose("billing.invoice_number_digits", 5)

        assert "-00001" in client.get("/settings/numbering/").content.decode()

    def test_a_refused_number_stands_beside_its_line(self, client, branch):
        client.post("/settings/numbering/next/", {"series": "card", "number": "70"}, headers=HTMX)

        refused = client.post("/settings/numbering/next/", {"series": "card", "number": "50"}, headers=HTMX)

        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'value="50"' in page
        assert "70" in page

    def test_the_log_tells_who_moved_the_numbers_on(self, client, head):
        client.post("/settings/numbering/next/", {"series": "card", "number": "70"}, headers=HTMX)

        [entry] = journal.page(head, journal.Asked(kind="options"))[0]

        assert "Орлова" in entry.person
        assert [change.new for change in entry.line.changes] == ["70"]


class TestRequiredTable:
    URL = "/settings/required-fields/"
    CODE = "patients.required_fields"

    def test_ticks_become_what_the_role_must_fill_in(self, client):
        role = Role.objects.get(code="administrator")
        name = f"{field_name(self.CODE)}-{role.pk}-snils"

        answer = client.post(self.URL, {name: "on", "was": "{}"}, headers=HTMX)

        assert answer.status_code == 200
        assert options.value(self.CODE) == {str(role.pk): ["snils"]}
        assert "checked" in client.get(self.URL).content.decode()

    def test_two_directors_are_told_of_each_other(self, client):
        role = Role.objects.get(code="administrator")
        choose(self.CODE, {str(role.pk): ["email"]})

        answer = client.post(
            self.URL,
            {f"{field_name(self.CODE)}-{role.pk}-snils": "on", "was": json.dumps({self.CODE: {}})},
            headers=HTMX,
        )

        assert answer.status_code == 422
        assert "z-conflict" in answer.content.decode()
        assert options.value(self.CODE) == {str(role.pk): ["email"]}

    def test_a_role_put_away_keeps_its_fields(self, client, director):
        role = Role.objects.create(name="Куратор")
        choose(self.CODE, {str(role.pk): ["snils"]})
        Role.objects.filter(pk=role.pk).update(archived_at="2026-01-01T00:00Z")

        client.post(self.URL, {"was": json.dumps({self.CODE: {str(role.pk): ["snils"]}})}, headers=HTMX)

        assert options.value(self.CODE) == {str(role.pk): ["snils"]}


def test_every_value_supplied_has_words():
    for option in registry.options().values():
        assert option_pages.in_words(option, option.default), option.code
