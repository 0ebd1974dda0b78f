"""Form fields for a few words of somebody's own, and the form that gives them back."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _


class Words(forms.CharField):
    """A few words, never required. A NUL is dropped: nobody typed it.

    A page sets no `maxlength` for it: a browser would cut what is pasted, and not say so.
    """

    def __init__(self, limit: int, **kwargs: Any) -> None:
        said = format_lazy(_("That’s longer than fits here. Up to {limit} characters find room."), limit=limit)
        super().__init__(required=False, max_length=limit, error_messages={"max_length": said}, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value or "").replace("\x00", "").replace("\r\n", "\n")) or ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class Boxes(forms.Form):
    """Its texts are named like writing boxes, so that a page that could not be kept gives the words back.

    Beside each of them its template puts the name as a hidden `box`.
    """

    use_required_attribute = False

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}.text" if isinstance(self.fields.get(field_name), Words) else field_name
