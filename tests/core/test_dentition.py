"""Tooth numbers, surfaces and their notation: what is accepted, what is printed, what is refused."""

import json
import re

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.dentition import (
    Area,
    Dentition,
    Jaw,
    Side,
    Surface,
    Tooth,
    ToothKind,
    describe_selection,
    format_selection,
    format_surfaces,
    format_teeth,
    in_chart_order,
    parse_selection,
    parse_surfaces,
    parse_teeth,
    surface_letter,
    surface_name,
    surfaces_of,
    teeth_of,
)
from core.dentition.chart import chart_context, chart_data
from core.dentition.errors import SurfaceNotOnTooth, UnclearToothRange, UnknownSurface, UnknownTooth
from core.dentition.forms import TeethField, ToothSelectionField
from core.dentition.states import STATES

plain_teeth = st.sampled_from(teeth_of(Dentition.MIXED))
teeth = st.one_of(plain_teeth, plain_teeth.map(lambda tooth: Tooth(f"{tooth}s")))


@st.composite
def selections(draw):
    chosen = draw(st.lists(teeth, unique=True))
    return {tooth: tuple(draw(st.sets(st.sampled_from(surfaces_of(tooth))))) for tooth in chosen}


@pytest.fixture(autouse=True)
def russian():
    with translation.override("ru"):
        yield


def test_there_are_32_permanent_and_20_primary_teeth():
    assert len(set(teeth_of(Dentition.PERMANENT))) == 32
    assert len(set(teeth_of(Dentition.PRIMARY))) == 20
    assert set(teeth_of(Dentition.MIXED)) == {*teeth_of(Dentition.PERMANENT), *teeth_of(Dentition.PRIMARY)}


@given(st.integers(0, 99))
def test_tooth_accepts_exactly_the_numbers_of_iso_3950(number):
    quadrant, position = divmod(number, 10)
    exists = (1 <= quadrant <= 4 and 1 <= position <= 8) or (5 <= quadrant <= 8 and 1 <= position <= 5)

    if exists:
        assert Tooth(number) == str(number)
    else:
        with pytest.raises(UnknownTooth, match=str(number)):
            Tooth(number)


@pytest.mark.parametrize(
    ("code", "jaw", "side", "kind", "sextant", "roots", "canals"),
    [
        ("16", Jaw.UPPER, Side.RIGHT, ToothKind.MOLAR, 1, 3, 3),
        ("11", Jaw.UPPER, Side.RIGHT, ToothKind.INCISOR, 2, 1, 1),
        ("23", Jaw.UPPER, Side.LEFT, ToothKind.CANINE, 2, 1, 1),
        ("24", Jaw.UPPER, Side.LEFT, ToothKind.PREMOLAR, 3, 2, 2),
        ("28", Jaw.UPPER, Side.LEFT, ToothKind.MOLAR, None, 3, 3),
        ("36", Jaw.LOWER, Side.LEFT, ToothKind.MOLAR, 4, 2, 3),
        ("41", Jaw.LOWER, Side.RIGHT, ToothKind.INCISOR, 5, 1, 1),
        ("45", Jaw.LOWER, Side.RIGHT, ToothKind.PREMOLAR, 6, 1, 1),
        ("48", Jaw.LOWER, Side.RIGHT, ToothKind.MOLAR, None, 2, 2),
        ("54", Jaw.UPPER, Side.RIGHT, ToothKind.MOLAR, 1, 3, 3),
        ("75", Jaw.LOWER, Side.LEFT, ToothKind.MOLAR, 4, 2, 3),
        ("11s", Jaw.UPPER, Side.RIGHT, ToothKind.INCISOR, 2, 1, 1),
    ],
)
def test_tooth_knows_its_place_and_kind(code, jaw, side, kind, sextant, roots, canals):
    tooth = Tooth(code)

    assert (tooth.jaw, tooth.side, tooth.kind, tooth.sextant) == (jaw, side, kind, sextant)
    assert (tooth.roots, tooth.canals) == (roots, canals)


def test_tooth_is_a_plain_string_for_json_and_storage():
    assert json.dumps({Tooth("36"): [Tooth("11s")]}) == '{"36": ["11s"]}'
    assert Tooth("3.6") == Tooth(36) == "36"
    assert Tooth("36").dotted == "3.6"


def test_primary_teeth_and_their_successors_lead_to_each_other():
    for tooth in teeth_of(Dentition.PRIMARY):
        assert tooth.successor is not None
        assert tooth.successor.predecessor == tooth
    assert Tooth("55").successor == "15"
    assert [tooth for tooth in teeth_of() if tooth.predecessor is None] == parse_teeth("18-16 26-28 48-46 36-38")
    assert Tooth("11s").predecessor is None
    assert Tooth("51s").successor is None


@pytest.mark.parametrize(
    ("age", "dentition"),
    [(3, "primary"), (5.9, "primary"), (6, "mixed"), (12.9, "mixed"), (13, "permanent"), (80, "permanent")],
)
def test_chart_opens_with_the_dentition_usual_at_the_age(age, dentition):
    assert Dentition.at_age(age) == dentition


def test_quadrants_split_every_dentition_without_remainder():
    for dentition in Dentition:
        split = [tooth for area in Area.quadrants() for tooth in area.teeth(dentition)]
        assert sorted(split) == sorted(teeth_of(dentition))


def test_sextants_leave_out_only_the_third_molars():
    covered = {tooth for area in Area.sextants() for tooth in area.teeth()}

    assert set(teeth_of()) - covered == {"18", "28", "38", "48"}
    assert Area.SEXTANT_2.teeth() == ("13", "12", "11", "21", "22", "23")
    assert Area.SEXTANT_4.teeth(Dentition.PRIMARY) == ("74", "75")


def test_jaws_and_quadrants_hold_primary_teeth_too():
    assert Area.QUADRANT_3.teeth(Dentition.MIXED) == ("71", "72", "73", "74", "75", *parse_teeth("31-38"))
    assert all(tooth.jaw == Jaw.UPPER for tooth in Area.UPPER.teeth(Dentition.MIXED))
    assert Area.MOUTH.teeth() == teeth_of()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("36", ["36"]),
        ("36, 11-13", ["36", "11", "12", "13"]),
        ("13–11;3.6", ["13", "12", "11", "36"]),
        ("42 - 32", ["42", "41", "31", "32"]),
        ("36 36\n37", ["36", "37"]),
        ("11s, 11с, 11S", ["11s"]),
        ("55-65", ["55", "54", "53", "52", "51", "61", "62", "63", "64", "65"]),
        ("  ", []),
    ],
)
def test_parse_teeth_reads_lists_ranges_and_dots(typed, expected):
    assert parse_teeth(typed) == expected


@pytest.mark.parametrize("typed", ["19", "36-", "-", "a", "366", "56", "36,49", "11ss"])
def test_parse_teeth_names_what_is_no_tooth(typed):
    with pytest.raises(UnknownTooth, match="Нет такого зуба"):
        parse_teeth(typed)


@pytest.mark.parametrize("typed", ["18-38", "11-55", "11s-13", "11-13s"])
def test_parse_teeth_refuses_a_range_across_rows(typed):
    with pytest.raises(UnclearToothRange, match=typed):
        parse_teeth(typed)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("36, 13, 12, 11", "11–13, 36"),
        ("32-42", "42–32"),
        ("11 12", "12, 11"),
        ("18-28", "18–28"),
        ("11 11s 12 13", "11–13, 11s"),
        ("33 43 31 41", "43, 41, 31, 33"),
        ("53 52 51 13", "13, 51–53"),
        ("", ""),
    ],
)
def test_format_teeth_joins_runs_of_neighbours(typed, printed):
    assert format_teeth(parse_teeth(typed)) == printed


@given(st.lists(teeth))
def test_format_teeth_is_read_back_as_the_same_teeth(chosen):
    assert set(parse_teeth(format_teeth(chosen))) == set(chosen)
    assert in_chart_order(parse_teeth(format_teeth(chosen))) == in_chart_order(chosen)


def test_front_teeth_have_an_edge_and_back_teeth_a_chewing_surface():
    assert "".join(surfaces_of(Tooth("11"))) == "MIDBLC"
    assert "".join(surfaces_of(Tooth("36"))) == "MODBLC"
    assert "".join(surfaces_of(Tooth("53"))) == "MIDBLC"
    assert "".join(surfaces_of(Tooth("54"))) == "MODBLC"


def test_surfaces_are_printed_in_russian_order_with_the_jaws_own_oral_letter():
    assert format_surfaces("DOM") == "МОД"
    assert format_surfaces("CLBDOM", Tooth("36")) == "МОДВЯШ"
    assert format_surfaces("LBDIM", Tooth("11")) == "МРДВН"
    assert surface_letter(Surface.LINGUAL) == "Я/Н"


def test_surfaces_in_english_use_the_latin_letters():
    with translation.override("en"):
        assert format_surfaces("LDOM", Tooth("16")) == "MODP"
        assert format_surfaces("LDOM", Tooth("46")) == "MODL"


def test_surface_names_follow_the_tooth():
    assert surface_name(Surface.BUCCAL, Tooth("11")) == "губная"
    assert surface_name(Surface.BUCCAL, Tooth("36")) == "щёчная"
    assert surface_name(Surface.LINGUAL, Tooth("16")) == "нёбная"
    assert surface_name(Surface.LINGUAL, Tooth("36")) == "язычная"
    assert surface_name(Surface.OCCLUSAL, Tooth("36")) == "жевательная"


@pytest.mark.parametrize("typed", ["мод", "МОД", "mod", "Д, О, М", "dомo", "М-О-Д"])
def test_parse_surfaces_reads_russian_and_latin_letters_in_any_order(typed):
    assert parse_surfaces(typed, Tooth("36")) == (Surface.MESIAL, Surface.OCCLUSAL, Surface.DISTAL)


def test_parse_surfaces_refuses_unknown_letters_and_surfaces_the_tooth_lacks():
    with pytest.raises(UnknownSurface, match="«Ю»"):
        parse_surfaces("МЮ", Tooth("36"))
    with pytest.raises(SurfaceNotOnTooth, match=r"11.*«О».*М, Р, Д, В, Н, Ш"):
        parse_surfaces("О", Tooth("11"))
    assert parse_surfaces("ОР") == (Surface.OCCLUSAL, Surface.INCISAL)


@given(teeth, st.data())
def test_format_surfaces_is_read_back_as_the_same_surfaces(tooth, data):
    chosen = data.draw(st.sets(st.sampled_from(surfaces_of(tooth))))

    for language in ("ru", "en"):
        with translation.override(language):
            assert set(parse_surfaces(format_surfaces(chosen, tooth), tooth)) == chosen


@given(selections())
def test_selection_survives_the_way_to_the_chart_and_back(selection):
    back = parse_selection(format_selection(selection))

    assert {tooth: set(surfaces) for tooth, surfaces in back.items()} == {
        tooth: set(surfaces) for tooth, surfaces in selection.items()
    }
    assert list(back) == in_chart_order(selection)


def test_selection_joins_repeats_and_is_described_for_people():
    selection = parse_selection("37:O,36:M, 36:O,11,12,13")

    assert format_selection(selection) == "13,12,11,36:MO,37:O"
    assert describe_selection(selection) == "11–13, 36 МО, 37 О"


def test_teeth_field_returns_teeth_and_keeps_wrong_text_with_a_message():
    class LineForm(forms.Form):
        teeth = TeethField()
        tooth = TeethField(single=True, required=False)

    good = LineForm({"teeth": "36, 11-13"})
    assert good.is_valid()
    assert good.cleaned_data == {"teeth": ["36", "11", "12", "13"], "tooth": []}

    bad = LineForm({"teeth": "39", "tooth": "11 12"})
    assert bad.errors["teeth"] == ["Нет такого зуба: «39». Пишите номера так: 36, 11-13, 75."]
    assert bad.errors["tooth"] == ["Здесь нужен один зуб."]
    assert 'value="39"' in str(bad["teeth"])

    assert not LineForm({"teeth": " "}).is_valid()
    assert 'value="11–13"' in str(LineForm(initial={"teeth": parse_teeth("11-13")})["teeth"])


def test_selection_field_is_hidden_and_round_trips():
    class ChartForm(forms.Form):
        surfaces = ToothSelectionField(required=False)

    form = ChartForm({"surfaces": "36:OM,11"})
    assert form.is_valid()
    assert form.cleaned_data["surfaces"] == {"11": (), "36": (Surface.MESIAL, Surface.OCCLUSAL)}
    assert 'type="hidden"' in str(form["surfaces"])

    assert ChartForm({}).is_valid()
    assert ChartForm({"surfaces": "36:I"}).errors["surfaces"] == [
        "У зуба 36 нет поверхности «Р». Его поверхности: М, О, Д, В, Я, Ш."
    ]


def test_dentition_fields_notice_only_real_changes():
    chart, line = ToothSelectionField(), TeethField()

    assert not chart.has_changed(parse_selection("36:MO"), "36:OM")
    assert not line.has_changed(["36", "37"], "37 36")
    assert not line.has_changed(None, "")
    assert chart.has_changed(parse_selection("36:MO"), "36:M")
    assert line.has_changed(["36"], "wrong")


def test_states_have_the_same_colours_in_the_style_sheet_and_in_the_data():
    style = (settings.BASE_DIR / "static/core/css/tooth-chart.css").read_text(encoding="utf-8")
    light = style[: style.index("[data-bs-theme")]
    painted = dict(re.findall(r"--z-tooth-([a-z-]+): (#[0-9a-f]{6});", light))
    colours = {key.replace("_", "-"): state.color for key, state in STATES.items()}

    assert {name: colour for name, colour in painted.items() if not name.endswith("-ink")} == colours
    lettered = {key.replace("_", "-") for key, state in STATES.items() if state.letter}
    assert {name.removesuffix("-ink") for name in painted if name.endswith("-ink")} == lettered


def test_state_letters_are_those_of_the_official_form():
    letters = {
        key: str(STATES[key].letter)
        for key in ("caries", "pulpitis", "periodontitis", "filling", "crown", "missing", "root")
    }

    assert letters == {
        "caries": "С",
        "pulpitis": "Р",
        "periodontitis": "Pt",
        "filling": "П",
        "crown": "К",
        "missing": "О",
        "root": "R",
    }


def test_chart_data_is_json_in_the_language_of_the_screen():
    data = json.loads(json.dumps(chart_data("chart", ordered=[Tooth("36")], states={"36": [{"key": "caries"}]})))

    assert data["order"] == ["36"]
    assert data["areas"]["s2"] == ["13", "12", "11", "21", "22", "23", "53", "52", "51", "61", "62", "63"]
    assert data["palette"]["caries"] == {"letter": "С", "name": "кариес"}
    assert data["keys"]["Я"] == data["keys"]["Н"] == data["keys"]["P"] == "L"
    assert data["texts"]["tooth"] == "зуб {tooth}"


def test_chart_template_escapes_what_a_refused_form_brings_back():
    tag = Template('{% load dentition %}{% tooth_chart "chart" chosen=chosen surfaces_name="line-surfaces" %}')

    page = tag.render(Context({"chosen": '36:M"><script>'}))

    assert "<script>" not in page
    assert 'name="line-surfaces" value="36:M&quot;&gt;&lt;script&gt;"' in page


def test_chart_starts_with_the_given_choice_in_both_fields():
    context = chart_context("chart", chosen=parse_selection("36:OM,11"))

    assert (context["teeth"], context["selection"]) == ("11,36", "11,36:MO")
    assert chart_context("chart", read_only=True)["tools"] is False


def test_template_filters_print_teeth_and_surfaces():
    page = Template(
        "{% load dentition %}{{ teeth|teeth }}; {{ codes|surfaces:tooth }}; {{ stored|tooth_selection }}; {{ none|teeth }}"
    )
    context = Context({"teeth": ["11", "12", "13"], "codes": "LMO", "tooth": "16", "stored": "36:OM", "none": None})

    assert page.render(context) == "11–13; МОН; 36 МО; "
