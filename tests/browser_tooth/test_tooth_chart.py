"""The tooth chart in a real browser: where things are drawn, and what mouse and keyboard choose."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from core.dentition import Area, Dentition, Jaw, Side, Tooth, in_chart_order, parse_teeth, teeth_of
from tests.browser_tooth.chart_page import ChartSite
from tests.browser_tooth.mouth import MOUTH

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe-core" / "axe.min.js"
FACES = """() => Object.fromEntries([...document.querySelectorAll('[data-tooth]')].map(tooth => {
  const middle = node => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const faces = [...tooth.querySelectorAll('[data-face]')].map(face => [face.dataset.face, middle(face)]);
  return [tooth.dataset.tooth, Object.fromEntries(faces)];
}))"""

COLUMNS = """() => [...document.querySelectorAll('[data-tooth]')].map(
  tooth => [tooth.dataset.tooth, tooth.querySelector('.z-tc-column').getBoundingClientRect().toJSON()])"""
SIZES = """() => [...document.querySelectorAll('[data-tooth]')].map(tooth => {
  const size = selector => { const box = tooth.querySelector(selector).getBoundingClientRect(); return [box.width, box.height]; };
  const faces = [...tooth.querySelectorAll('[data-face]')].map(face => face.dataset.face);
  const parts = faces.map(code => [code, size(`[data-face='${code}']`), size(`[data-surface='${code}'] .z-tc-hit`)]);
  return [tooth.dataset.tooth, size('.z-tc-option > .z-tc-hit'), parts];
})"""


def chosen(page: Page) -> str:
    """What a form would send; both hidden fields must tell the same teeth."""
    selection = page.locator("[data-surfaces]").input_value()
    teeth = page.locator("[data-teeth]").input_value()
    assert teeth == ",".join(part.split(":")[0] for part in selection.split(","))
    return selection


def tooth(page: Page, code: str) -> Locator:
    return page.locator(f"[data-tooth='{code}']")


def option(page: Page, code: str) -> Locator:
    return tooth(page, code).locator("[role='option']")


def click_surface(page: Page, code: str, surface: str, **options) -> None:
    tooth(page, code).locator(f"[data-surface='{surface}']").click(**options)


def click_side(page: Page, code: str, modifiers: tuple[str, ...] = ()) -> None:
    """Click where the root is drawn: that means the whole tooth."""
    with_modifiers(page, modifiers, lambda: page.mouse.click(*root_of(page, code)))


def root_of(page: Page, code: str) -> tuple[float, float]:
    box = tooth(page, code).locator(".z-tc-column").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * (0.25 if Tooth(code).jaw == Jaw.UPPER else 0.75)


def with_modifiers(page: Page, modifiers: tuple[str, ...], act) -> None:
    for key in modifiers:
        page.keyboard.down(key)
    act()
    for key in modifiers:
        page.keyboard.up(key)


def drag(page: Page, start: str, end: str) -> None:
    page.mouse.move(*root_of(page, start))
    page.mouse.down()
    page.mouse.move(*root_of(page, end), steps=12)
    page.mouse.up()


def press_letters(page: Page, letters: str) -> None:
    """Keys as a Russian or a Latin layout sends them; Playwright itself knows only the American keyboard."""
    session = page.context.new_cdp_session(page)
    for letter in letters:
        for kind in ("rawKeyDown", "keyUp"):
            session.send("Input.dispatchKeyEvent", {"type": kind, "key": letter})


def focused(page: Page) -> str | None:
    return page.evaluate("document.activeElement.closest('[data-tooth]')?.dataset.tooth")


# ---- drawing ----


@pytest.mark.parametrize("dentition", list(Dentition))
def test_mesial_faces_the_midline_and_vestibular_faces_outwards(site: ChartSite, dentition):
    faces = site.open(dentition=dentition).evaluate(FACES)

    assert sorted(faces) == sorted(teeth_of(dentition))
    for code, at in faces.items():
        drawn = Tooth(code)
        mesial_is_right = at["M"][0] > at["D"][0]
        assert mesial_is_right == (drawn.side == Side.RIGHT), code
        vestibular_is_above = at["B"][1] < at["L"][1]
        assert vestibular_is_above == (drawn.jaw == Jaw.UPPER), code
        centre = at["I" if drawn.is_front else "O"]
        assert at["D"][0] < centre[0] < at["M"][0] or at["M"][0] < centre[0] < at["D"][0], code
        assert {"O", "I"} & set(at) == {"I" if drawn.is_front else "O"}, code


def test_rows_stand_as_the_doctor_sees_the_patient(site: ChartSite):
    page = site.open()
    boxes = dict(page.evaluate(COLUMNS))

    for row in ("18-28", "48-38"):
        lefts = [boxes[code]["x"] for code in parse_teeth(row)]
        assert lefts == sorted(lefts)
    for upper, lower in (("18", "48"), ("11", "41"), ("21", "31"), ("28", "38")):
        assert boxes[upper]["x"] == pytest.approx(boxes[lower]["x"], abs=0.5)
        assert boxes[upper]["y"] < boxes[lower]["y"]


@pytest.mark.parametrize("dentition", list(Dentition))
def test_every_tooth_has_its_own_number_of_roots(site: ChartSite, dentition):
    page = site.open(dentition=dentition)

    drawn = page.evaluate(
        "[...document.querySelectorAll('[data-tooth]')].map(t => [t.dataset.tooth, +t.dataset.roots])"
    )

    assert dict(drawn) == {code: code.roots for code in teeth_of(dentition)}


def test_chart_fits_the_card_of_the_work_order(site: ChartSite):
    page = site.open(states=MOUTH, chosen="36:O", ordered=["36", "17"])

    chart = page.locator("z-tooth-chart").bounding_box()

    assert chart["width"] <= 792
    assert chart["height"] <= 370, "drawing and tools in one line"
    assert page.evaluate("document.querySelector('z-tooth-chart').scrollWidth") <= chart["width"]


@pytest.mark.parametrize("dentition", list(Dentition))
def test_chart_scales_down_and_keeps_its_text_readable(site: ChartSite, dentition):
    site.width = 560
    page = site.open(dentition=dentition, states=MOUTH)

    drawing = page.locator(".z-tc-svg").bounding_box()
    numbers = page.locator(".z-tc-number").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect().height)"
    )

    assert drawing["width"] <= 560
    assert min(numbers) >= 12, "a line of 10 px type"


def test_chart_redraws_its_text_when_the_room_changes(site: ChartSite):
    page = site.open()
    font = "getComputedStyle(document.querySelector('.z-tc-number')).fontSize"
    assert page.evaluate(font) == "11px"

    page.locator("#order").evaluate("node => { node.style.width = '520px'; }")

    page.wait_for_function(f"parseFloat({font}) > 13")


def test_every_tooth_and_surface_is_large_enough_to_hit(site: ChartSite):
    sizes = site.open().evaluate(SIZES)

    for code, whole, parts in sizes:
        assert min(whole) >= 24, code
        for surface, drawn, hit in parts:
            assert hit[0] >= drawn[0] - 6, (code, surface)
            assert hit[0] * hit[1] >= 0.9 * drawn[0] * drawn[1], (code, surface)
    assert len(sizes) == 32


def test_every_state_shows_its_letter_besides_its_colour(site: ChartSite):
    page = site.open(states=MOUTH)
    letters = {code: tooth(page, code).locator(".z-tc-letters").text_content() for code in MOUTH}

    assert letters["36"] == "С"
    assert letters["25"] == "ВП Pt"
    assert letters["26"] == "ПС", "secondary caries says the filling, too"
    assert letters["46"] == "ИМ К", "an implant says that the tooth is missing"
    assert letters["18"] == "О"
    assert letters["38"] == "Рет", "what is only planned has no letter"
    assert letters["34"] == "КД"
    assert tooth(page, "11").locator(".z-tc-letters").text_content() == "П"
    assert tooth(page, "12").locator(".z-tc-letters").text_content() == ""


def test_states_fill_the_surfaces_they_lie_on(site: ChartSite):
    page = site.open(states=MOUTH, done={"17": "O"}, ordered=["17"])
    fill = "node => getComputedStyle(node).fill"

    assert tooth(page, "36").locator("[data-face='O']").evaluate(fill) == "rgb(217, 45, 32)"
    assert tooth(page, "47").locator("[data-face='L']").evaluate(fill) == "rgb(21, 112, 239)"
    assert tooth(page, "36").locator("[data-face='M']").evaluate(fill) == "rgb(255, 255, 255)"
    assert tooth(page, "17").locator(".z-tc-done").count() == 1
    assert tooth(page, "17").locator(".z-tc-ordered").count() == 1
    assert page.locator(".z-tc-ordered").count() == 1
    assert tooth(page, "46").locator(".z-tc-thread").count() == 1
    assert tooth(page, "46").locator(".z-tc-root").count() == 0
    assert tooth(page, "18").locator("[data-face]").count() == 0


def test_supernumerary_teeth_and_bridges_use_the_same_frame(site: ChartSite):
    page = site.open(supernumerary=["11s"], bridges=[["45", "46", "47"]], chosen="28s:O")

    order = page.evaluate("[...document.querySelectorAll('[data-tooth]')].map(t => t.dataset.tooth)")

    assert order[6:10] == ["12", "11", "11s", "21"]
    assert order[order.index("28") + 1] == "28s", "a chosen supernumerary tooth is drawn, too"
    assert page.locator(".z-tc-bridge").count() == 2
    click_side(page, "11s")
    assert chosen(page) == "11s"


# ---- mouse ----


def test_clicking_the_chewing_surface_of_36_chooses_it(site: ChartSite):
    page = site.open()
    page.evaluate("document.addEventListener('zubr:teeth', event => { window.told = event.detail; })")

    click_surface(page, "36", "O")

    assert chosen(page) == "36:O"
    assert page.evaluate("window.told") == {"teeth": ["36"], "surfaces": {"36": "O"}}
    assert option(page, "36").get_attribute("aria-selected") == "true"
    assert option(page, "36").get_attribute("aria-label") == "зуб 36, выбран, поверхности О"
    assert page.locator("[aria-selected='true']").count() == 1
    assert page.locator("[data-count]").text_content() == "36"
    assert page.locator("[role='status']").text_content() == "Выбрано: 36 О"


def test_a_click_beside_the_centre_chooses_mesial_towards_the_midline(site: ChartSite):
    page = site.open()
    for code in parse_teeth("16 26 36 46 11 21 31 41"):
        box = tooth(page, code).locator(".z-tc-top-view").bounding_box()
        for x, side in ((box["x"] + 3, Side.LEFT), (box["x"] + box["width"] - 3, Side.RIGHT)):
            page.keyboard.press("Escape")
            page.mouse.click(x, box["y"] + box["height"] / 2)
            # The patient's right is on the left, so there the midline lies to the right of the centre.
            assert chosen(page) == f"{code}:{'M' if code.side == side else 'D'}"


def test_surfaces_of_a_chosen_tooth_are_switched_one_by_one(site: ChartSite):
    page = site.open()

    for surface in ("D", "O", "M"):
        click_surface(page, "36", surface)
    assert chosen(page) == "36:MOD"
    click_surface(page, "36", "O")
    assert chosen(page) == "36:MD"
    click_surface(page, "37", "B")
    assert chosen(page) == "37:B", "another tooth starts anew"


def test_a_click_on_the_tooth_chooses_it_alone_and_a_second_one_lets_it_go(site: ChartSite):
    page = site.open()

    click_side(page, "36")
    click_side(page, "37")
    assert chosen(page) == "37"
    click_side(page, "37")
    assert chosen(page) == ""


def test_ctrl_click_adds_and_removes_teeth(site: ChartSite):
    page = site.open()

    click_side(page, "36")
    click_side(page, "11", ("Control",))
    click_surface(page, "37", "O", modifiers=["Control"])
    assert chosen(page) == "36,11,37:O"
    click_side(page, "11", ("Control",))
    assert chosen(page) == "36,37:O"


def test_shift_click_chooses_the_run_of_teeth_across_the_midline(site: ChartSite):
    page = site.open()

    click_side(page, "42")
    click_side(page, "32", ("Shift",))
    assert chosen(page) == "42,41,31,32"
    click_side(page, "43", ("Shift",))
    assert chosen(page) == "43,42", "the run always starts where Shift was not held"


def test_dragging_chooses_the_teeth_passed_over(site: ChartSite):
    page = site.open()

    drag(page, "13", "23")
    assert chosen(page) == "13,12,11,21,22,23"
    drag(page, "25", "34")
    assert in_chart_order(chosen(page).split(",")) == ["24", "25", "34", "35"], "over both jaws: a rectangle"
    with_modifiers(page, ("Control",), lambda: drag(page, "46", "47"))
    assert in_chart_order(chosen(page).split(",")) == ["24", "25", "47", "46", "34", "35"]


def test_buttons_choose_jaws_quadrants_and_sextants(site: ChartSite):
    page = site.open()

    page.locator("[data-area='upper']").click()
    assert chosen(page).split(",") == list(Area.UPPER.teeth())
    page.locator("[data-area='upper']").click()
    assert chosen(page) == ""
    page.locator("[data-area-select]").select_option("q3")
    assert chosen(page).split(",") == list(Area.QUADRANT_3.teeth())
    page.locator("[data-area-select]").select_option("s2")
    assert chosen(page) == "13,12,11,21,22,23"
    assert page.locator("[data-area-select]").input_value() == "", "ready for the same choice again"


def test_surface_buttons_act_on_all_chosen_teeth_and_bear_their_letters(site: ChartSite):
    page = site.open()
    centre = page.locator("[data-surface-button='O']")
    oral = page.locator("[data-surface-button='L']")
    assert centre.is_disabled()

    click_side(page, "11")
    assert (centre.text_content(), oral.text_content()) == ("Р", "Н")
    click_side(page, "36", ("Control",))
    assert (centre.text_content(), oral.text_content()) == ("Р/О", "Н/Я")
    centre.click()
    assert chosen(page) == "11:I,36:O"
    assert centre.get_attribute("aria-pressed") == "true"
    click_surface(page, "36", "O", modifiers=["Control"])
    assert centre.get_attribute("aria-pressed") == "mixed"
    page.locator("[data-surface-button='C']").click()
    assert chosen(page) == "11:IC,36:C"

    page.locator("[data-clear]").click()
    assert chosen(page) == ""


def test_switching_the_dentition_keeps_what_is_still_seen(site: ChartSite):
    page = site.open(chosen="36:O,11")

    page.get_by_role("button", name="Сменный").click()
    click_surface(page, "75", "D", modifiers=["Control"])
    assert chosen(page) == "36:O,11,75:D"
    page.get_by_role("button", name="Молочные").click()
    assert chosen(page) == "75:D"
    assert page.locator("[data-tooth]").count() == 20
    assert page.get_by_role("button", name="Молочные").get_attribute("aria-pressed") == "true"


# ---- keyboard ----


def test_the_whole_chart_works_from_the_keyboard(site: ChartSite):
    page = site.open()
    page.locator("[data-clear]").evaluate(
        "node => node.closest('.z-tc-tools').querySelector('[data-area-select]').focus()"
    )
    page.keyboard.press("Tab")
    assert focused(page) == "18", "one stop for the whole chart"

    for key, expected in (("End", "28"), ("ArrowDown", "38"), ("ArrowLeft", "37"), ("ArrowLeft", "36")):
        page.keyboard.press(key)
        assert focused(page) == expected
    page.keyboard.press("Space")
    assert chosen(page) == "36"
    press_letters(page, "ом")
    assert chosen(page) == "36:MO"
    page.keyboard.press("Escape")
    assert chosen(page) == ""
    assert focused(page) == "36"
    assert page.locator("[role='option'][tabindex='0']").count() == 1


@pytest.mark.parametrize("letters", ["модвяш", "modblc", "МОДВНШ", "MODVPC"])
def test_surface_letters_work_in_both_alphabets(site: ChartSite, letters):
    page = site.open()
    option(page, "18").focus()

    page.keyboard.type("36")
    press_letters(page, letters)

    assert chosen(page) == "36:MODBLC"


def test_two_digits_go_to_a_tooth_and_letters_mark_all_chosen_teeth(site: ChartSite):
    page = site.open()
    option(page, "18").focus()

    page.keyboard.type("11")
    page.keyboard.press("Shift+ArrowRight")
    assert chosen(page) == "11,21"
    press_letters(page, "о")
    assert chosen(page) == "11:I,21:I", "front teeth have an edge where others have a chewing surface"
    page.keyboard.press("ArrowRight")
    press_letters(page, "д")
    assert chosen(page) == "22:D", "outside of the choice a letter starts anew"
    page.keyboard.type("99")
    assert focused(page) == "22"


def test_ctrl_a_chooses_every_tooth_shown(site: ChartSite):
    page = site.open(dentition="primary")
    option(page, "55").focus()

    page.keyboard.press("Control+a")

    assert chosen(page).split(",") == list(teeth_of(Dentition.PRIMARY))


def test_escape_and_letters_not_used_reach_the_page_around(site: ChartSite):
    page = site.open(chosen="36")
    page.evaluate("window.heard = []; document.addEventListener('keydown', event => window.heard.push(event.key))")
    option(page, "36").focus()

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("F2")

    assert page.evaluate("window.heard") == ["Escape", "F2"], "the first Escape only clears the choice"


# ---- the page around ----


def test_a_refused_form_comes_back_with_its_choice(site: ChartSite):
    page = site.open(chosen="36:MO,11")

    assert chosen(page) == "36:MO,11"
    assert page.locator("[data-teeth]").input_value() == "36,11"
    assert page.locator("[aria-selected='true']").count() == 2
    assert tooth(page, "36").locator(".z-tc-chosen").count() == 2


def test_a_choice_never_stays_unseen(site: ChartSite):
    page = site.open(chosen="36:O,75:D,99:M,<b>")

    assert page.locator("[data-tooth]").count() == 52, "the mixed chart shows both"
    assert page.locator("[aria-selected='true']").count() == 2
    click_side(page, "37", ("Control",))
    assert chosen(page) == "36:O,75:D,37", "what is no tooth is dropped"


def test_a_script_may_choose_teeth_for_the_row_of_an_order(site: ChartSite):
    page = site.open()

    page.evaluate("document.querySelector('z-tooth-chart').choose('16:MOD,17')")

    assert chosen(page) == "16:MOD,17"
    assert option(page, "16").get_attribute("aria-label") == "зуб 16, выбран, поверхности М О Д"


def test_new_data_redraws_the_marks_and_keeps_the_choice(site: ChartSite):
    page = site.open(chosen="36:O")
    page.get_by_role("button", name="Сменный").click()
    site.options = {"ordered": ["36"], "states": {"36": [{"key": "filling", "surfaces": "O"}]}}

    page.locator("#reload").click()

    tooth(page, "36").locator(".z-tc-ordered").wait_for(state="attached")
    assert tooth(page, "36").locator(".z-tc-letters").text_content() == "П"
    assert chosen(page) == "36:O"
    assert page.locator("[data-tooth]").count() == 52, "and the dentition chosen by hand"


def test_a_chart_swapped_in_starts_by_itself_and_only_once(site: ChartSite):
    page = site.open()
    page.locator("#swap").click()
    page.wait_for_function("!document.querySelector('#order').classList.contains('htmx-swapping')")
    page.wait_for_selector("svg [data-tooth]")
    page.evaluate("window.told = 0; document.addEventListener('zubr:teeth', () => { window.told += 1; })")

    click_surface(page, "36", "O")

    assert page.locator("svg.z-tc-svg").count() == 1
    assert page.evaluate("window.told") == 1
    assert chosen(page) == "36:O"


def test_read_only_chart_shows_and_does_not_choose(site: ChartSite):
    page = site.open(states=MOUTH, chosen="36:O", read_only=True)

    assert page.locator(".z-tc-tools").count() == 0
    assert page.get_by_role("img", name="зуб 24, кариес Д, в плане: пломба О Д").count() == 1
    page.mouse.click(*root_of(page, "11"))
    assert chosen(page) == "36:O"
    assert page.locator("[tabindex='0']").count() == 0


def test_chart_speaks_english_too(site: ChartSite):
    site.language = "en"
    page = site.open(states={"16": [{"key": "caries", "surfaces": "MO"}]}, chosen="16:L")

    assert option(page, "16").get_attribute("aria-label") == "tooth 16, chosen, surfaces P, caries M O"
    assert page.get_by_role("button", name="Mixed").count() == 1
    assert page.locator("[data-surface-button='L']").text_content() == "P"


def test_printed_chart_has_no_tools_and_no_colours(site: ChartSite):
    page = site.open(states=MOUTH)
    page.emulate_media(media="print")
    paints = page.evaluate(
        "[...document.querySelectorAll('.z-tc-svg *')].flatMap(node => [getComputedStyle(node).fill, getComputedStyle(node).stroke])"
    )

    assert not page.locator(".z-tc-tools").is_visible()
    channels = [paint[4:-1].split(", ") for paint in set(paints) if paint.startswith("rgb(")]
    assert channels
    assert [channel for channel in channels if max(map(int, channel)) - min(map(int, channel)) > 40] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("dentition", list(Dentition))
def test_chart_has_no_accessibility_faults(site: ChartSite, theme, dentition):
    site.theme = theme
    page = site.open(states=MOUTH, chosen="36:O,75", ordered=["36"], dentition=dentition)
    page.evaluate(AXE.read_text(encoding="utf-8"))

    faults = page.evaluate(
        "axe.run('main').then(result => result.violations.map(fault => [fault.id, fault.nodes.map(node => node.html)]))"
    )

    assert faults == []
