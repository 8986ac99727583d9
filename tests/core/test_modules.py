"""Registration is checked; a switch acts at once on every place."""

import pytest
from django.urls import reverse

from core import modules
from core.models import ModuleState
from core.modules import Module, NavItem, Panel, Permission, RegistrationError, Registry

pytestmark = pytest.mark.django_db


def test_a_double_module_is_refused():
    registry = Registry()
    registry.register(Module(code="x", title="X"))

    with pytest.raises(RegistrationError, match="twice"):
        registry.register(Module(code="x", title="X again"))


def test_a_double_permission_is_refused():
    registry = Registry()
    registry.register(Module(code="x", title="X", permissions=[Permission("x.see", "See")]))

    with pytest.raises(RegistrationError, match=r"x\.see"):
        registry.register(Module(code="y", title="Y", permissions=[Permission("x.see", "See")]))


def test_a_wrong_type_in_a_place_is_refused():
    with pytest.raises(RegistrationError, match="nav"):
        Registry().register(Module(code="x", title="X", nav=["not an item"]))


def test_an_unknown_panel_place_is_refused():
    with pytest.raises(RegistrationError, match="nowhere"):
        Registry().register(Module(code="x", title="X", panels=[Panel("nowhere", "a.b", "", 1)]))


def test_entries_come_in_their_order_whoever_registered_first():
    registry = Registry()
    late, early = NavItem("Late", "a:b", "x", "", 20), NavItem("Early", "a:b", "x", "", 10)
    registry.register(Module(code="x", title="X", nav=[late]))
    registry.register(Module(code="y", title="Y", nav=[early]))

    assert registry.entries("nav") == [early, late]


def test_a_module_that_is_off_loses_every_place_and_keeps_its_rights_on_record(dummy):
    places = [place for place in modules.PLACES if place != "permissions"]
    entries_on = {place: [e for e in modules.registry.entries(place) if _is_dummy(e, place)] for place in places}

    ModuleState.objects.create(code="dummy", is_on=False)

    assert all(entries_on.values()), "the dummy module must fill every place"
    assert not any(_is_dummy(e, place) for place in places for e in modules.registry.entries(place))
    assert "dummy.view_thing" in modules.registry.permissions()


def _is_dummy(entry, place) -> bool:
    from tests.dummy.module import module

    return entry in getattr(module, place)


def test_a_module_whose_required_module_is_off_is_off(dummy):
    needy = Module(code="needy", title="Needy", requires=("dummy",))
    modules.registry.register(needy)
    try:
        ModuleState.objects.create(code="dummy", is_on=False)

        assert not modules.is_on("needy")
    finally:
        modules.registry.unregister("needy")


def test_urls_of_a_module_answer_404_once_it_is_off(dummy, director, client_of):
    client = client_of(director)
    assert client.get("/dummy/").content == b"dummy things"

    ModuleState.objects.create(code="dummy", is_on=False)

    assert client.get("/dummy/").status_code == 404


def test_a_right_of_a_module_that_is_off_opens_nothing(dummy, director, as_actor):
    assert as_actor(director).can("dummy.view_thing")

    ModuleState.objects.create(code="dummy", is_on=False)

    assert not as_actor(director).can("dummy.view_thing")


def test_a_view_that_declares_nothing_is_closed_to_everybody(dummy, director, client_of):
    response = client_of(director).get(reverse("dummy:undeclared"))

    assert response.status_code == 403
    assert b"must never be seen" not in response.content


@pytest.mark.django_db(transaction=True)
def test_a_get_that_writes_is_stopped_and_leaves_nothing(dummy, director, client_of):
    client = client_of(director)
    client.raise_request_exception = False

    assert client.get(reverse("dummy:writes_on_get")).status_code == 500
    assert not ModuleState.objects.filter(code="written-by-a-get").exists()


def test_live_stamps_answer_304_while_nothing_changed(dummy, director, client_of):
    client = client_of(director)
    url = reverse("core:live_stamps") + "?watch=dummy:a&watch=unknown:b"

    first = client.get(url)
    second = client.get(url, headers={"If-None-Match": first["ETag"]})

    assert first.json() == {"dummy:a": "1.a"}
    assert second.status_code == 304
