"""Lines of lists of patients, drawn in Python: so many small template nodes would cost more than finding the people."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.icons import icon
from patients.display import NamePart
from patients.selectors.facts import ShownFact
from patients.selectors.suggestions import PatientSuggestion

register = template.Library()


@register.filter
def suggestion_line(patient: PatientSuggestion) -> SafeString:
    """What a ``.z-option`` shows of a patient: the name with what was typed marked, warnings, who it is, what presses."""
    facts = patient.pressing_facts
    return format_html(
        '<span class="z-option-title">{}</span> <span class="z-option-tags">{}</span> '
        '<span class="z-option-hint">{}</span>{}',
        _marked(patient.name_parts),
        person_tags(allergy=patient.allergy, forbidden=patient.forbidden_reason, is_archived=patient.is_archived),
        _who(patient),
        format_html(' <span class="z-option-hint">{}</span>', _between(map(_pressing, facts))) if facts else "",
    )


def person_tags(*, allergy: str, forbidden: str, is_archived: bool) -> SafeString:
    """Signs beside a name: in the archive, do not book and why, allergy and to what."""
    tags = []
    if is_archived:
        tags.append(("", "", icon("archive"), _("archive")))
    if forbidden:
        tags.append((" z-tag-danger", forbidden, icon("ban"), _("do not book")))
    if allergy:
        tags.append((" z-tag-danger", allergy, icon("alert-triangle"), _("allergy")))
    return format_html_join(" ", '<span class="z-tag{}" title="{}">{}{}</span>', tags)


def _marked(parts: Iterable[NamePart]) -> SafeString:
    return format_html_join("", "{}", ((_mark(part.text) if part.is_matched else part.text,) for part in parts))


def _mark(text: str) -> SafeString:
    return format_html("<mark>{}</mark>", text)


def _who(patient: PatientSuggestion) -> SafeString:
    known = [_figures(patient.age)] if patient.age else []
    known.append(_figures(f"№ {patient.card_number}"))
    if patient.phone:
        note = f" ({patient.phone_note})" if patient.phone_note else ""
        known.append(format_html("{}{}", _figures(patient.phone), note))
    return _between(known)


def _figures(text: str) -> SafeString:
    return format_html('<span class="z-num">{}</span>', text)


def _pressing(fact: ShownFact) -> SafeString:
    tone = f" z-{fact.tone}-ink" if fact.tone else ""
    return format_html('<span class="z-num{}">{}: {}</span>', tone, fact.title, fact.text)


def _between(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join(" · ", "{}", ((part,) for part in parts))
