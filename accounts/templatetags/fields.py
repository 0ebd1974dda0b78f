"""One way to draw a form field, whoever wrote the form."""

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Textarea
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The field's own control with our class. A placeholder never stands in for a label."""
    field.field.widget.attrs.pop("placeholder", None)
    widget = field.field.widget
    cls = "area is-short" if isinstance(widget, Textarea) else "input"
    return field.as_widget(attrs={} if isinstance(widget, CheckboxInput | RadioSelect) else {"class": cls})


@register.filter
def kind(field: BoundField) -> str:
    """The kind of control: "checkbox", "radioselect", "password" … (Django's widget_type)."""
    return field.widget_type


@register.filter
def in_fours(letters: str) -> str:
    """As people copy them: four and a space."""
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
