"""Form fields and small text parts of the house's look."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def initials(name: str) -> str:
    """Up to two letters for a person's round badge: «Петрова А. П.» → «ПА»."""
    words = [word for word in str(name).replace(".", " ").split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in words[:2])


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """One tick box: its label stands to the right of it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Several tick boxes or radio buttons: they need a legend, not a label."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


def widget_class(widget: forms.Widget) -> str:
    """The style class a widget gets besides its own."""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "z-choices-list"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """Draw a field's control in the house style, red when the value was refused."""
    inner = field.field.widget
    classes = [inner.attrs.get("class", ""), widget_class(inner), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(name for name in classes if name)})
