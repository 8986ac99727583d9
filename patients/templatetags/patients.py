"""Lines of lists of patients, drawn in Python: so many small template nodes would cost more than finding the people."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.addresses import address
from core.clock import ABSENT, format_date
from core.templatetags.icons import icon
from patients.selectors import PatientRow, PatientSuggestion

register = template.Library()


class Drawing:
    """Pieces of HTML with ``{}`` where values stand; the values are escaped, all at once, when it is finished."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._values: list[Any] = []

    def add(self, piece: str, *values: Any) -> None:
        self._pieces.append(piece)
        self._values.extend(values)

    def add_tags(self, *, allergy: str, forbidden: str, is_archived: bool) -> None:
        """Signs beside a name: in the archive, do not book and why, allergy and to what."""
        if is_archived:
            self.add('<span class="z-tag">{}{}</span> ', icon("archive"), _("archive"))
        if forbidden:
            text = _("do not book")
            self.add('<span class="z-tag z-tag-danger" title="{}">{}{}</span> ', forbidden, icon("ban"), text)
        if allergy:
            sign = icon("alert-triangle")
            self.add('<span class="z-tag z-tag-danger" title="{}">{}{}</span> ', allergy, sign, _("allergy"))

    def finished(self) -> SafeString:
        return format_html("".join(self._pieces), *self._values)


@register.filter
def suggestion_line(patient: PatientSuggestion) -> SafeString:
    """What a ``.z-option`` shows of a patient: the name with what was typed marked, warnings, who it is, what presses."""
    line = Drawing()
    line.add('<span class="z-option-title">')
    for part in patient.name_parts:
        line.add("<mark>{}</mark>" if part.is_matched else "{}", part.text)
    line.add('</span> <span class="z-option-tags">')
    line.add_tags(allergy=patient.allergy, forbidden=patient.forbidden_reason, is_archived=patient.is_archived)
    line.add('</span> <span class="z-option-hint">')
    if patient.age:
        line.add('<span class="z-num">{}</span> · ', patient.age)
    line.add('<span class="z-num">№ {}</span>', patient.card_number)
    if patient.phone:
        line.add(' · <span class="z-num">{}</span>', patient.phone)
        if patient.phone_note:
            line.add(" ({})", patient.phone_note)
    line.add("</span>")
    between = ' <span class="z-option-hint">'
    for fact in patient.pressing_facts:
        tone = f" z-{fact.tone}-ink" if fact.tone else ""
        line.add(between + '<span class="z-num{}">{}: {}</span>', tone, fact.title, fact.text)
        between = " · "
    if between == " · ":
        line.add("</span>")
    return line.finished()


@register.filter
def list_row(patient: PatientRow) -> SafeString:
    """A row of the card index's table; the whole row opens the card."""
    url = address("patients:patient_card", patient.pk)
    row = Drawing()
    row.add('<tr data-href="{}"><td><a class="z-row-link" href="{}">{}</a> ', url, url, patient.full_name)
    row.add_tags(allergy=patient.allergy, forbidden=patient.forbidden_reason, is_archived=patient.is_archived)
    row.add('</td><td class="z-num">{}</td>', patient.card_number)
    if patient.born_on is None:
        row.add("<td>{}</td>", ABSENT)
    else:
        born_on = format_date(patient.born_on)
        row.add('<td><span class="z-num">{} <span class="z-muted">{}</span></span></td>', patient.age, born_on)
    if patient.phone:
        more = _("%(number)s more") % {"number": patient.more_phones} if patient.more_phones else ""
        row.add(
            '<td><span class="z-num">{}</span> <span class="z-muted">{} {}</span></td>',
            patient.phone,
            patient.phone_note,
            more,
        )
    else:
        row.add("<td>{}</td>", ABSENT)
    row.add("<td>{}</td>", patient.doctors or ABSENT)
    for fact in patient.facts:
        if fact.is_known:
            tone = f" z-{fact.tone}-ink" if fact.tone else ""
            row.add('<td><span class="z-num{}" title="{}">{}</span></td>', tone, fact.note, fact.text)
        else:
            row.add("<td>{}</td>", ABSENT)
    row.add("</tr>")
    return row.finished()
